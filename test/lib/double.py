"""double.py: the API double of the flow tests as a process, with Sluice's own definitions."""
import base64, http.client, json, re, subprocess

import yaml
from lab import ROOT, Failed, poll, stop


def account_token(account, audience, namespace="default"):
    """What the double gives out for a ServiceAccount."""
    claims = json.dumps({"aud": [audience], "sub": f"system:serviceaccount:{namespace}:{account}"}, separators=(",", ":"))
    return f"e30.{base64.urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.fake"


class Double:
    """The API double, spoken to without kubectl."""

    def __init__(self, stack, work, build):
        self.kubeconfig = work / "kubeconfig"
        program = subprocess.Popen([str(build / "test/fake/fake-api"), str(self.kubeconfig)])
        stack.callback(stop, program)
        poll("the API double", self.kubeconfig.exists)
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.kubeconfig.read_text()).group(1))
        for file in (ROOT / "manifests/crds").glob("*.yaml"):
            self.must("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", yaml.safe_load(file.read_text()))

    def call(self, method, path, body=None, kind="application/json"):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request(method, path, None if body is None else json.dumps(body), {"Content-Type": kind})
        reply = link.getresponse()
        text = reply.read()
        link.close()
        return reply.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()

    def must(self, method, path, body=None, kind="application/json"):
        status, obj = self.call(method, path, body, kind)
        if status // 100 != 2:
            raise Failed(f"{method} {path}: {status} {obj}")
        return obj

    def secret(self, name, kind="Opaque", **data):
        self.keep_secret(name, {k.replace("__", ".").replace("_", "."): v for k, v in data.items()}, kind)

    def keep_secret(self, name, data, kind="Opaque", again=False):
        """again: it is there, and gets other data."""
        path = "/api/v1/namespaces/default/secrets"
        packed = {"data": {k: base64.b64encode(v.encode()).decode() for k, v in data.items()}}
        if again:
            return self.must("PATCH", f"{path}/{name}", packed, "application/merge-patch+json")
        return self.must("POST", path, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "type": kind, **packed})

    def account(self, name, annotations):
        self.must("POST", "/api/v1/namespaces/default/serviceaccounts",
                  {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default", "annotations": annotations}})

    def docker(self, name, auths):
        self.secret(name, "kubernetes.io/dockerconfigjson", **{"__dockerconfigjson": json.dumps({"auths": auths})})
