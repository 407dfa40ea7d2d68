"""regions.py HOME EAST WEST: one config repository, three clusters. The daemon runs beside HOME; Kustomizations there apply to HOME
itself, to EAST by a kubeconfig in a Secret, to WEST by a ConfigMap that names it and a service account it trusts. Then EAST goes
away: the others must not be slower for it, and it must catch up when it is back. WEST is a cluster of Google's, too: a double tells where it is and gives out the tokens
that WEST's API server takes."""
import base64, contextlib, json, os, pathlib, signal, statistics, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3, Entra, Google
from clusters import CLUSTERS
from clouds import Clouds
from lab import (PATIENCE, Api, Daemon, Failed, GitServer, Repo, collection, condition, configmap, documents, is_ready, kustomization, poll, source)

HOME, EAST, WEST = (pathlib.Path(a) for a in sys.argv[1:])
NS = "regions"
REGIONS = ("home", "east", "west")


def inline(kubeconfig):
    """A kubeconfig that holds its certificates instead of naming files."""
    done = subprocess.run(["kubectl", "--kubeconfig", str(kubeconfig), "config", "view", "--raw", "--flatten"], capture_output=True, text=True)
    return done.stdout


def address(folder):
    return f"https://127.0.0.1:{int((folder / 'port').read_text()) + 3}"


def region(name, fields):
    text = kustomization(name, NS, "config", f"./{name}", "true", "20s")
    return text.rstrip()[:-1] + (f", {fields}" if fields else "") + "}\n"


class Test:
    def __init__(self, stack):
        self.apis = {name: Api(stack, folder / "admin.kubeconfig") for name, folder in zip(REGIONS, (HOME, EAST, WEST))}
        self.home = self.apis["home"]
        self.repo = Repo(GitServer(stack, HOME / "repos"), "config")
        self.passed, self.failed = 0, 0

    def ok(self, what, fine, more=""):
        print(f"{'ok' if fine else 'NOT OK'}: {what} {more}", flush=True)
        self.passed, self.failed = self.passed + bool(fine), self.failed + (not fine)

    def files(self, value, regions=REGIONS):
        return {f"{name}/a.yaml": configmap("a", region=name, v=value) for name in regions}

    def value(self, name):
        return ((self.apis[name].get(f"/api/v1/namespaces/{NS}/configmaps/a") or {}).get("data") or {}).get("v")

    def get(self, name):
        return self.home.get(f"{collection('Kustomization', NS)}/{name}")

    def begin(self):
        self.home.define()
        for api in self.apis.values():
            api.apply("-f", "-", text=f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NS}}}\n")
        self.apis["west"].apply("-f", "-", text=f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: deployer}}\n"
                                f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}\n"
                                f"subjects: [{{kind: ServiceAccount, name: deployer, namespace: {NS}}}]\n")
        self.repo.commit("First", self.files("1"))
        west = {"provider": "generic", "address": address(WEST), "serviceAccountName": "deployer",
                "audiences": "https://kubernetes.default.svc", "ca.crt": (WEST / "pki/ca.crt").read_text()}
        self.home.apply("-f", "-", text=documents(
            f"apiVersion: v1\nkind: Secret\nmetadata: {{name: east, namespace: {NS}}}\nstringData: {{value: {json.dumps(inline(EAST / 'admin.kubeconfig'))}}}\n",
            f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: deployer, namespace: {NS}}}\n",
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: west, namespace: {NS}}}\ndata: {json.dumps(west)}\n",
            source("config", NS, self.repo.url),
            region("home", ""), region("east", "kubeConfig: {secretRef: {name: east}}"), region("west", "kubeConfig: {configMapRef: {name: west}}")))
        for name in REGIONS:
            poll(f"{name} ready", lambda: is_ready(self.get(name)), 30)
        self.ok("one commit reaches three clusters", all(self.value(name) == "1" for name in REGIONS))
        strays = [name for name in REGIONS for other in REGIONS if name != other and
                  (self.apis[other].get(f"/api/v1/namespaces/{NS}/configmaps/a") or {}).get("data", {}).get("region") == name]
        self.ok("nothing went to the wrong cluster", not strays, str(strays))

    def drift(self):
        for name in ("east", "west"):
            self.apis[name].patch(f"/api/v1/namespaces/{NS}/configmaps/a", {"data": {"v": "by hand"}})
            poll(f"drift in {name} put right", lambda: self.value(name) == "1", 10)
            self.ok(f"drift in {name} is put right when it happens", True)

    def rollout(self, value, regions):
        """Seconds until the commit is applied in each of the regions."""
        revision = self.repo.commit("Next", self.files(value))
        began = time.monotonic()
        self.home.ask("GitRepository", NS, "config")
        took = {}
        while len(took) < len(regions):
            for name in regions:
                if name not in took and is_ready(self.get(name), revision):
                    took[name] = time.monotonic() - began
            if time.monotonic() - began > 30 * PATIENCE:
                raise Failed(f"rollout {value}: only {took}; " + ", ".join(f"{n}: {condition(self.get(n))}" for n in regions))
            time.sleep(0.005)
        return took

    def one_down(self):
        with_all = [self.rollout(f"2.{i}", REGIONS) for i in range(4)]
        api = int((EAST / "apiserver.pid").read_text())
        os.kill(api, signal.SIGSTOP)
        others = ("home", "west")
        without = [self.rollout(f"3.{i}", others) for i in range(4)]
        before = statistics.median(t[n] for t in with_all for n in others)
        after = statistics.median(t[n] for t in without for n in others)
        # seconds are noise of a busy machine; a request that hangs would be ten and more
        self.ok("a cluster that hangs does not delay the others", after < before + 5, f"{before * 1000:.0f} ms, then {after * 1000:.0f} ms")
        c = poll("east says so", lambda: (c := condition(self.get("east"))).get("status") != "True" and c, 90)
        self.ok("its Kustomization is not Ready meanwhile", True, c["message"].splitlines()[0][:160])
        os.kill(api, signal.SIGCONT)
        poll("east catches up", lambda: self.value("east") == "3.3" and is_ready(self.get("east")), 120)
        self.ok("it catches up when it is back", True)

    def move(self):
        """Another kubeconfig: what is applied from now on goes there."""
        self.home.patch(f"{collection('Kustomization', NS)}/east", {"spec": {"kubeConfig": {"secretRef": {"name": "nowhere"}}}})
        c = poll("the missing Secret told", lambda: (c := condition(self.get("east"))).get("status") == "False" and "nowhere" in c["message"] and c, 30)
        self.ok("a Secret that is missing is told", c["reason"] == "ReconciliationFailed", c["message"])
        self.home.patch(f"{collection('Kustomization', NS)}/east", {"spec": {"kubeConfig": {"secretRef": {"name": "east"}}}})
        poll("east ready again", lambda: is_ready(self.get("east")), 30)

    def narrow(self):
        """A kubeconfig that may do everything in one namespace and see nothing beyond."""
        east = self.apis["east"]
        east.apply("-f", "-", text=documents(
            f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: narrow, namespace: {NS}}}\n",
            f"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: narrow, namespace: {NS}}}\n"
            "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}\n"
            f"subjects: [{{kind: ServiceAccount, name: narrow, namespace: {NS}}}]\n"))
        _, token = east.call("POST", f"/api/v1/namespaces/{NS}/serviceaccounts/narrow/token", {"spec": {}})
        kubeconfig = {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
                      "clusters": [{"name": "c", "cluster": {"server": address(EAST), "certificate-authority-data":
                                                             base64.b64encode((EAST / "pki/ca.crt").read_bytes()).decode()}}],
                      "users": [{"name": "u", "user": {"token": token["status"]["token"]}}]}
        self.repo.commit("Narrow", {"narrow/d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 0, selector: {matchLabels: {a: b}}, "
                                    "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}}\n", **{"narrow/a.yaml": configmap("narrow")}})
        self.home.ask("GitRepository", NS, "config")
        self.home.apply("-f", "-", text=documents(
            f"apiVersion: v1\nkind: Secret\nmetadata: {{name: narrow, namespace: {NS}}}\nstringData: {{value: {json.dumps(json.dumps(kubeconfig))}}}\n",
            region("narrow", "kubeConfig: {secretRef: {name: narrow}}")))
        began = time.monotonic()
        poll("narrow ready", lambda: is_ready(self.get("narrow")), 40)
        self.ok("health without the right to watch the whole cluster", time.monotonic() - began < 15, f"{time.monotonic() - began:.1f} s")
        self.home.call("DELETE", f"{collection('Kustomization', NS)}/narrow")
        poll("narrow gone", lambda: not self.get("narrow"), 30)

    def stranger(self):
        """An account of another namespace is nobody's to name."""
        self.home.apply("-f", "-", text=documents(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: stranger, namespace: {NS}}}\ndata: {json.dumps({'provider': 'generic', 'address': address(WEST), 'serviceAccountName': '../../kube-system/serviceaccounts/default'})}\n",
            region("stranger", "kubeConfig: {configMapRef: {name: stranger}}").replace("./stranger", "./west")))
        c = poll("the stranger told", lambda: (c := condition(self.get("stranger"))).get("status") == "False" and "token" in c["message"] and c, 30)
        self.ok("no token for an account elsewhere", c["message"].startswith(f"failed to get access token for cluster: failed to create kubernetes token for service account '{NS}/../../kube-system"), c["message"])
        self.home.call("DELETE", f"{collection('Kustomization', NS)}/stranger")
        poll("stranger gone", lambda: not self.get("stranger"), 30)

    def cloud(self, clouds):
        """WEST under its name at Google: by the machine's identity, and as a service account there."""
        ca = (WEST / "pki/ca.crt").read_bytes()
        clouds.described["gcp"] = {"endpoint": address(WEST).removeprefix("https://"), "masterAuth": {"clusterCaCertificate": base64.b64encode(ca).decode()}}
        self.repo.commit("Cloud", {"cloud/b.yaml": configmap("b", v="cloud"), "cloudy/c.yaml": configmap("c", v="cloudy")})
        self.home.ask("GitRepository", NS, "config")
        self.home.apply("-f", "-", text=documents(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: gke, namespace: {NS}}}\ndata: {json.dumps({'provider': 'gcp', 'cluster': CLUSTERS['gcp']})}\n",
            region("cloud", "kubeConfig: {configMapRef: {name: gke}}"), region("cloudy", "kubeConfig: {configMapRef: {name: gke}}, serviceAccountName: deployer")))
        west = self.apis["west"]
        for name, made in (("cloud", "b"), ("cloudy", "c")):
            poll(f"{name} ready", lambda: is_ready(self.get(name)), 40)
            path = f"/api/v1/namespaces/{NS}/configmaps/{made}"
            self.ok(f"{name}: what Google's token opens", ((west.get(path) or {}).get("data") or {}).get("v") == name)
            west.patch(path, {"data": {"v": "by hand"}})
            poll("drift put right", lambda: west.get(path)["data"]["v"] == name, 10)
            self.ok(f"{name}: drift there is put right when it happens", True)
            self.home.call("DELETE", f"{collection('Kustomization', NS)}/{name}")
            poll(f"{name} gone", lambda: not self.get(name), 30)
            self.ok(f"{name}: and taken away", not west.get(path))
        asked = [path for host, _, path, *_ in clouds.asked if host == "container.googleapis.com"]
        self.ok("Google was asked where it is no more than once for each", set(asked) == {f"/v1/{CLUSTERS['gcp']}"} and len(asked) <= 2, str(asked))

    def end(self):
        for name in REGIONS:
            self.home.call("DELETE", f"{collection('Kustomization', NS)}/{name}")
            poll(f"{name} gone", lambda: not self.get(name), 30)
        left = [name for name in REGIONS if self.value(name)]
        self.ok("deleting the Kustomizations removes their objects in each cluster", not left, str(left))


def main():
    with contextlib.ExitStack() as stack:
        test = Test(stack)
        google = Google(stack, None, "")
        clouds = Clouds(stack, HOME, None, S3(stack), google, Entra(stack, None, "", "", ""))
        daemon = Daemon(stack, HOME, HOME / "engine.kubeconfig", ["--feature-gates=ObjectLevelWorkloadIdentity=true"],
                        {"HTTPS_PROXY": clouds.url, "NO_PROXY": "127.0.0.1", "SSL_CERT_FILE": str(HOME / "cloudy.crt"), "GCE_METADATA_HOST": clouds.host})
        try:
            for part in (test.begin, test.drift, test.one_down, test.move, test.narrow, test.stranger, lambda: test.cloud(clouds), test.end):
                part()
        except Failed as e:
            test.ok("the story", False, f"{e}\n{daemon.last_words()}")
        test.ok("the daemon ends in order", daemon.end() == 0, daemon.last_words() if daemon.process.returncode else "")
    print(f"{test.passed} passed, {test.failed} failed, 0 skipped")
    return test.failed != 0


sys.exit(main())
