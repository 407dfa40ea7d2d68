"""release.py WORK TOOL: lib/release on a real API server, with the real helm as the oracle. WORK holds the cluster that test/cluster/up made
(with nodes), TOOL is release_tool. Every story is played twice, by helm in one namespace and by us in another, and compared record by
record and object by object; then one goes on where the other stopped."""
import atexit, base64, contextlib, gzip, json, os, pathlib, re, subprocess, sys, textwrap, threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import Api

WORK, TOOL = pathlib.Path(sys.argv[1]), sys.argv[2]
ONLY = sys.argv[3:]
ENV = {**os.environ, "KUBECONFIG": str(WORK / "admin.kubeconfig"), "HELM_NAMESPACE": ""}
SHARED = pathlib.Path(os.environ.get("SLUICE_SHARED", pathlib.Path(__file__).resolve().parent.parent.parent.parent / "shared"))
CHARTS = SHARED / "conformance/helm"
failures = []


def run(*args, check=True, text=None):
    p = subprocess.run([str(a) for a in args], capture_output=True, text=True, env=ENV, input=text, timeout=300)
    if check and p.returncode:
        raise AssertionError(f"{' '.join(map(str, args))[:200]}: {p.stderr or p.stdout}")
    return p.stdout if check else p


def kubectl(*args, **more):
    return run("kubectl", *args, **more)


def helm(ns, *args, **more):
    return run("helm", "-n", ns, *args, **more)


def tool(ns, action, name="rel", error=None, **more):
    """Runs one action of ours; error: what its error must match."""
    got = json.loads(run(TOOL, json.dumps({"action": action, "name": name, "ns": ns, **more})))
    text = got.get("error")
    if error is None:
        assert not text, f"{action}: {text}"
    else:
        assert text and re.search(error, text), f"{action}: {text!r} is not {error!r}"
    return got


def chart(name, **files):
    """A chart of a few files; / in a name is __."""
    root = WORK / "charts" / name
    for path, text in {"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: '7'\n", **files}.items():
        at = root / path.replace("__", "/").replace("_yaml", ".yaml").replace("_txt", ".txt")
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(textwrap.dedent(text).lstrip("\n"))
    return root


def record(ns, version, name="rel"):
    secret = API.get(f"/api/v1/namespaces/{ns}/secrets/sh.helm.release.v1.{name}.v{version}")
    if not secret:
        return None
    raw = base64.b64decode(base64.b64decode(secret["data"]["release"]))
    release = json.loads(gzip.decompress(raw))
    return release, secret


def plain_release(ns, release):
    """Without times, and without the namespace's own name."""
    text = re.sub(r"-test-[a-z0-9]{5}\b", "-test-RANDOM", json.dumps(release).replace(ns, "NS"))
    r = json.loads(re.sub(r"\b[0-9a-f]{64}\b", "SHA256", text))  # of texts that name the namespace
    info = r["info"]
    for key in ("first_deployed", "last_deployed", "deleted"):
        if key in info:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", info[key]), info[key]
            info[key] = "T"
    for f in r["chart"].get("templates") or []:
        f.pop("modtime", None)
    for f in r["chart"].get("files") or []:
        f.pop("modtime", None)
    r["chart"]["files"] = sorted(r["chart"].get("files") or [], key=lambda f: f["name"])
    r["chart"]["templates"] = sorted(r["chart"].get("templates") or [], key=lambda f: f["name"])
    r["chart"].pop("modtime", None)
    r["chart"].pop("schemamodtime", None)
    for h in r.get("hooks") or []:
        for key in ("started_at", "completed_at"):
            if key in h.get("last_run", {}):
                h["last_run"][key] = "T"
    return r


def first_difference(a, b, path=""):
    if type(a) != type(b):
        return f"{path}: {a!r:.200} | {b!r:.200}"
    if isinstance(a, dict):
        if list(a) != list(b):
            return f"{path}: keys {list(a)} | {list(b)}"
        pairs = [(k, a[k], b[k]) for k in a]
    elif isinstance(a, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} | {len(b)} elements: {a!r:.300} | {b!r:.300}"
        pairs = [(i, x, y) for i, (x, y) in enumerate(zip(a, b))]
    else:
        if a == b:
            return None
        at = max(0, len(os.path.commonprefix([a, b])) - 80) if isinstance(a, str) else 0
        return f"{path}: {a[at:at + 300]!r} | {b[at:at + 300]!r}" if isinstance(a, str) else f"{path}: {a!r} | {b!r}"
    for k, x, y in pairs:
        found = first_difference(x, y, f"{path}/{k}")
        if found:
            return found
    return None


def versions(ns, name="rel"):
    secrets = API.items(f"/api/v1/namespaces/{ns}/secrets?labelSelector=owner%3Dhelm,name%3D{name}")
    return sorted(int(s["metadata"]["labels"]["version"]) for s in secrets)


def same_records(theirs, ours, name="rel"):
    assert versions(theirs, name) == versions(ours, name), f"revisions {versions(theirs, name)} | {versions(ours, name)}"
    for v in versions(ours, name):
        (a, sa), (b, sb) = record(theirs, v, name), record(ours, v, name)
        diff = first_difference(plain_release(theirs, a), plain_release(ours, b))
        assert not diff, f"record v{v}, helm's | ours: {diff}"
        labels = lambda s: {k: v for k, v in s["metadata"]["labels"].items() if k not in ("createdAt", "modifiedAt")}
        assert labels(sa) == labels(sb), f"labels of v{v}: {labels(sa)} | {labels(sb)}"
        assert sa["type"] == sb["type"]


VOLATILE = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink")


KINDS = ("v1/configmaps v1/secrets v1/services v1/serviceaccounts v1/pods v1/persistentvolumeclaims apps/v1/deployments apps/v1/statefulsets "
         "apps/v1/daemonsets batch/v1/jobs batch/v1/cronjobs networking.k8s.io/v1/ingresses networking.k8s.io/v1/networkpolicies "
         "rbac.authorization.k8s.io/v1/roles rbac.authorization.k8s.io/v1/rolebindings policy/v1/poddisruptionbudgets "
         "autoscaling/v2/horizontalpodautoscalers").split()


def listed(kind, ns=None):
    """All objects of version/plural or group/version/plural; with their kind, which a list leaves out."""
    version, plural = kind.rsplit("/", 1)
    path = f"/{'apis' if '/' in version else 'api'}/{version}/{f'namespaces/{ns}/' if ns else ''}{plural}"
    found = API.get(path) or {"kind": "", "items": []}
    return [{"apiVersion": version, "kind": found["kind"][:-len("List")], **o} for o in found["items"]]


def objects(ns, kinds=None):
    found = {}
    for o in (o for kind in (KINDS if kinds is None else [k for k in KINDS if k.rsplit("/", 1)[1] in kinds]) for o in listed(kind, ns)):
        meta = o["metadata"]
        notes = meta.get("annotations") or {}
        notes.pop("deployment.kubernetes.io/revision", None)    # the controller-manager's, when it comes to it, like the claims of StatefulSets
        if o["kind"] == "PersistentVolumeClaim" and "meta.helm.sh/release-name" not in notes:
            continue
        if meta.get("deletionTimestamp") or meta.get("ownerReferences") or o.get("type") == "helm.sh/release.v1" or meta["name"] in ("kube-root-ca.crt", "default"):
            continue
        managers = sorted({f"{m['manager'].replace('helm-controller', 'helm')} {m['operation']}" for m in meta.get("managedFields", [])
                           if "subresource" not in m and m["manager"].startswith("helm")})
        for key in VOLATILE:
            meta.pop(key, None)
        o.pop("status", None)
        for key in ("clusterIP", "clusterIPs", "healthCheckNodePort", "nodeName"):
            o.get("spec", {}).pop(key, None)
        for port in o.get("spec", {}).get("ports", []) if o["kind"] == "Service" else []:
            port.pop("nodePort", None)
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{64}\b", "UID", json.dumps(o).replace(ns, "NS"))
        text = re.sub(r'"(batch\.kubernetes\.io/)?controller-uid": "UID"', '"uid": "UID"', text)
        found[f"{o['kind']}/{meta['name']}".replace(ns, "NS")] = (json.loads(text), managers)
    return found


def same_objects(theirs, ours):
    a, b = objects(theirs), objects(ours)
    assert sorted(a) == sorted(b), f"objects {sorted(set(a) ^ set(b))}"
    for key in sorted(a):
        diff = first_difference(a[key][0], b[key][0])
        assert not diff, f"{key}, helm's | ours: {diff}"
        assert a[key][1] == b[key][1], f"{key}: managers {a[key][1]} | {b[key][1]}"


def same(theirs, ours):
    same_records(theirs, ours)
    same_objects(theirs, ours)


def namespaces(story):
    pair = f"h-{story}", f"s-{story}"
    for ns in pair:
        kubectl("create", "namespace", ns)
    return pair


def end_pods():
    """What a kubelet does with Pods that run to their end; the image says how they end."""
    watch = subprocess.Popen(["kubectl", "get", "pods", "-A", "-w", "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENV)
    decoder, text = json.JSONDecoder(), ""
    for line in watch.stdout:
        text = (text + line).lstrip()
        if line.rstrip() != "}":
            continue
        try:
            pod, end = decoder.raw_decode(text)
        except ValueError:
            continue
        text = text[end:]
        if pod.get("kind") != "Pod" or pod["spec"].get("restartPolicy") == "Always" or pod["status"].get("phase") != "Running":
            continue
        phase = "Failed" if "bad" in pod["spec"]["containers"][0]["image"] else "Succeeded"
        kubectl("-n", pod["metadata"]["namespace"], "patch", "pod", pod["metadata"]["name"], "--subresource=status", "--type=merge",
                "-p", json.dumps({"status": {"phase": phase}}), check=False)


# ---- stories ------------------------------------------------------------------------------------------

CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: "{{ .Release.Name }}", labels: {chart: "{{ .Chart.Name }}"}}
    data: {v: "{{ .Values.v }}", r: "{{ .Release.Revision }}", up: "{{ .Release.IsUpgrade }}"}
    """
WEB = """
    apiVersion: v1
    kind: Service
    metadata: {name: "{{ .Release.Name }}"}
    spec: {selector: {a: b}, ports: [{port: 80}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: "{{ .Release.Name }}"}
    spec:
      replicas: {{ .Values.replicas }}
      selector: {matchLabels: {a: b}}
      template:
        metadata: {labels: {a: b}}
        spec: {containers: [{name: c, image: "example.org/x:{{ .Values.tag }}", env: [{name: V, value: "{{ .Values.v }}"}], ports: [{containerPort: 80}]}]}
    """
HOOKS = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: pre-b, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "5"}}
    data: {r: "{{ .Release.Revision }}"}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: pre-a, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: hook-succeeded}}
    ---
    apiVersion: batch/v1
    kind: Job
    metadata: {name: post, annotations: {helm.sh/hook: "post-install,post-upgrade,post-rollback", helm.sh/hook-delete-policy: "before-hook-creation,hook-failed"}}
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "example.org/hook:1"}]}}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: pre-del, annotations: {helm.sh/hook: "pre-delete,post-delete"}}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: tested, annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: before-hook-creation}}
    spec: {restartPolicy: Never, containers: [{name: c, image: "example.org/test:1"}]}
    """


def demo(name="demo", **files):
    return chart(name, values_yaml="v: one\nreplicas: 1\ntag: '1'\nbig: 1e21\nmany: [1, 2.5, yes, null, '01']\n", templates__config_yaml=CONFIG,
                 templates__web_yaml=WEB, templates__NOTES_txt="Hello {{ .Release.Name }} <b>&\n", **files)


def lifecycle(theirs, ours):
    """install, upgrade, upgrade, rollback, uninstall: the same records and objects all the way"""
    at = demo(values_schema_json='{"type": "object"}', README_md="read me")
    helm(theirs, "install", "rel", at, "--set", "x.y=3")
    tool(ours, "install", chart=str(at), values={"x": {"y": 3}}, wait="hooks", ssa="on")
    same(theirs, ours)
    helm(theirs, "upgrade", "rel", at, "--set", "v=two,replicas=2")
    tool(ours, "upgrade", chart=str(at), values={"v": "two", "replicas": 2}, wait="hooks")
    same(theirs, ours)
    helm(theirs, "upgrade", "rel", at, "--set", "v=three", "--reuse-values")
    tool(ours, "upgrade", chart=str(at), values={"v": "three"}, wait="hooks", reuseValues=True)
    same(theirs, ours)
    helm(theirs, "rollback", "rel", "1")
    tool(ours, "rollback", to=1, wait="hooks")
    same(theirs, ours)
    helm(theirs, "uninstall", "rel", "--keep-history")
    tool(ours, "uninstall", keepHistory=True)
    same(theirs, ours)
    tool(ours, "uninstall", keepHistory=True, error='^the release named "rel" is already deleted$')
    helm(theirs, "uninstall", "rel")
    tool(ours, "uninstall")
    same(theirs, ours)
    assert versions(ours) == []


def client_side(theirs, ours):
    """the same without server-side apply; drift of a built-in kind comes back; then server-side apply takes over"""
    at = demo()
    helm(theirs, "install", "rel", at, "--server-side=false")
    tool(ours, "install", chart=str(at), ssa="off", wait="hooks")
    same(theirs, ours)
    for ns in theirs, ours:
        kubectl("-n", ns, "patch", "deployment", "rel", "--type=merge", "-p", '{"spec": {"replicas": 3}, "metadata": {"labels": {"mine": "x"}}}')
        kubectl("-n", ns, "patch", "deployment", "rel", "--type=strategic",
                "-p", '{"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "example.org/side:1"}]}}}}')
    helm(theirs, "upgrade", "rel", at, "--set", "v=two", "--server-side=auto")
    tool(ours, "upgrade", chart=str(at), values={"v": "two"}, wait="hooks")
    same(theirs, ours)
    helm(theirs, "upgrade", "rel", at, "--set", "tag=2", "--server-side=true", "--force-conflicts")
    tool(ours, "upgrade", chart=str(at), values={"tag": 2}, wait="hooks", ssa="on")
    same(theirs, ours)
    helm(theirs, "rollback", "rel", "1", "--server-side=auto")
    tool(ours, "rollback", to=1, wait="hooks")
    same(theirs, ours)


def hooks(theirs, ours):
    """hooks in order, their policies and phases; tests"""
    at = demo(name="hooked", templates__hooks_yaml=HOOKS)
    helm(theirs, "install", "rel", at)
    tool(ours, "install", chart=str(at), ssa="on", wait="hooks")
    same(theirs, ours)
    helm(theirs, "test", "rel")
    tool(ours, "test")
    same(theirs, ours)
    helm(theirs, "upgrade", "rel", at, "--set", "v=two")
    tool(ours, "upgrade", chart=str(at), values={"v": "two"}, wait="hooks")
    same(theirs, ours)
    helm(theirs, "rollback", "rel")
    tool(ours, "rollback", wait="hooks")
    same(theirs, ours)
    helm(theirs, "uninstall", "rel", "--keep-history")
    tool(ours, "uninstall", keepHistory=True)
    same(theirs, ours)


def filters(theirs, ours):
    """helm test with filters"""
    pod = ("apiVersion: v1\nkind: Pod\nmetadata: {{name: {0}, annotations: {{helm.sh/hook: test}}}}\n"
           "spec: {{restartPolicy: Never, containers: [{{name: c, image: 'example.org/test:1'}}]}}\n---\n")
    at = demo(name="tested", templates__pods_yaml="".join(pod.format(f"t{i}") for i in (3, 1, 2)))
    helm(theirs, "install", "rel", at)
    tool(ours, "install", chart=str(at), ssa="on", wait="hooks")
    helm(theirs, "test", "rel", "--filter", "name=t1,name=t2")
    tool(ours, "test", filters=["t1", "t2"])
    same(theirs, ours)
    helm(theirs, "test", "rel", "--filter", "!name=t1")
    tool(ours, "test", filters=["!t1"])
    same(theirs, ours)


def failures_of(theirs, ours):
    """failures leave the same records: of templates none, of hooks and objects a failed one"""
    at = demo(name="failing", templates__bad_yaml="""
        {{- if .Values.fail }}{{ fail "it fails" }}{{ end }}
        {{- if .Values.job }}
        apiVersion: batch/v1
        kind: Job
        metadata: {name: "UPPER", annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "example.org/hook:1"}]}}}
        {{- end }}
        {{- if .Values.object }}
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "UPPER"}
        {{- end }}
        """)
    told = helm(theirs, "install", "rel", at, "--set", "fail=true", check=False).stderr
    got = tool(ours, "install", chart=str(at), values={"fail": True}, ssa="on", error="execution error at .*it fails")
    assert got["error"] in told, (told, got)
    assert versions(ours) == versions(theirs) == []
    told = helm(theirs, "install", "rel", at, "--set", "job=true", check=False).stderr
    got = tool(ours, "install", chart=str(at), values={"job": True}, ssa="on", error="^failed pre-install: warning: Hook pre-install failing/templates/bad.yaml failed")
    assert got["error"].replace(ours, theirs) in told, (told, got)
    same(theirs, ours)
    helm(theirs, "upgrade", "rel", at, "--reset-values")
    tool(ours, "upgrade", chart=str(at), wait="hooks")
    same(theirs, ours)
    told = helm(theirs, "upgrade", "rel", at, "--set", "object=true,v=two", "--cleanup-on-fail", check=False).stderr
    got = tool(ours, "upgrade", chart=str(at), values={"object": True, "v": "two"}, wait="hooks", cleanup=True, error="failed to create resource: server-side apply failed|server-side apply failed")
    same_objects(theirs, ours)
    assert [record(ns, 3)[0]["info"]["status"] for ns in (theirs, ours)] == ["failed", "failed"]
    helm(theirs, "rollback", "rel", "2")
    tool(ours, "rollback", to=2, wait="hooks")
    same_objects(theirs, ours)
    assert versions(theirs) == versions(ours)


def ownership(theirs, ours):
    """an object that is somebody else's: refused, or taken"""
    at = demo(name="owned")
    for ns in theirs, ours:
        kubectl("-n", ns, "create", "configmap", "rel", "--from-literal=foreign=1")
    told = helm(theirs, "install", "rel", at, check=False).stderr
    got = tool(ours, "install", chart=str(at), ssa="on", noTakeOwnership=True, error="^unable to continue with install: ConfigMap .* exists and cannot be imported")
    assert got["error"].replace(ours, theirs) in told, (told, got)
    assert versions(ours) == []
    helm(theirs, "install", "rel", at, "--take-ownership", "--force-conflicts")
    tool(ours, "install", chart=str(at), ssa="on", wait="hooks")
    same(theirs, ours)


def pruning(theirs, ours):
    """objects that go, and one that is kept; a history of two"""
    at = demo(name="pruned", templates__more_yaml="""
        {{- range .Values.names }}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ . }}", annotations: {helm.sh/resource-policy: {{ if eq . "kept" }}keep{{ else }}other{{ end }}}}
        {{- end }}
        """)
    for i, names in enumerate((["kept", "x", "y"], ["y"], [], ["z", "kept"])):
        sets = json.dumps(names)
        if i == 0:
            helm(theirs, "install", "rel", at, "--set-json", f"names={sets}")
            tool(ours, "install", chart=str(at), values={"names": names}, wait="hooks", ssa="on")
        else:
            helm(theirs, "upgrade", "rel", at, "--set-json", f"names={sets}", "--history-max", "2", "--take-ownership")
            tool(ours, "upgrade", chart=str(at), values={"names": names}, wait="hooks", maxHistory=2)
        same(theirs, ours)
    told = helm(theirs, "uninstall", "rel")
    got = tool(ours, "uninstall")
    assert got["kept"].strip() in told, (told, got)
    same(theirs, ours)


def replacing(theirs, ours):
    """a name that is in use, and one that may be replaced"""
    at = demo(name="replaced")
    helm(theirs, "install", "rel", at)
    tool(ours, "install", chart=str(at), wait="hooks", ssa="on")
    tool(ours, "install", chart=str(at), wait="hooks", ssa="on", error="^release name check failed: cannot reuse a name that is still in use$")
    helm(theirs, "uninstall", "rel", "--keep-history")
    tool(ours, "uninstall", keepHistory=True)
    tool(ours, "install", chart=str(at), wait="hooks", ssa="on", error="^release name check failed: cannot reuse a name that is still in use$")
    helm(theirs, "install", "rel", at, "--replace")
    tool(ours, "install", chart=str(at), wait="hooks", ssa="on", replace=True)
    same(theirs, ours)


def definitions(theirs, ours):
    """crds/ are applied and waited for before their objects"""
    crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {{name: {0}s.{1}.example.org}}
        spec:
          group: {1}.example.org
          scope: Namespaced
          names: {{kind: {2}, plural: {0}s}}
          versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}]
        """
    for ns, group in ((theirs, "h"), (ours, "s")):
        at = demo(name=f"defined-{group}", crds__crd_yaml=crd.format("thing", group, "Thing"),
                  templates__thing_yaml=f"apiVersion: {group}.example.org/v1\nkind: Thing\nmetadata: {{name: x}}\nspec: {{a: 1}}\n")
        if ns == theirs:
            helm(ns, "install", "rel", at)
        else:
            got = tool(ns, "install", chart=str(at), ssa="on", label=True)
            assert got["parks"] >= 1, got
        assert "x" in kubectl("-n", ns, "get", f"things.{group}.example.org")
        helm(ns, "uninstall", "rel")
        assert "x" not in kubectl("-n", ns, "get", f"things.{group}.example.org")
        kubectl("delete", "crd", f"things.{group}.example.org")


def across(theirs, ours):
    """each goes on where the other stopped"""
    at = demo(name="across", templates__hooks_yaml=HOOKS)
    for ns, first in ((theirs, True), (ours, False)):
        if first:
            helm(ns, "install", "rel", at)
            tool(ns, "upgrade", chart=str(at), values={"v": "two"}, wait="hooks", ssa="on")
            helm(ns, "rollback", "rel", "1", "--force-conflicts")
            tool(ns, "test")
            tool(ns, "rollback", to=2, wait="hooks")
            listed = json.loads(helm(ns, "history", "rel", "-o", "json"))
            assert [(h["revision"], h["status"], h["description"]) for h in listed] == [
                (1, "superseded", "Install complete"), (2, "superseded", "Upgrade complete"), (3, "superseded", "Rollback to 1"),
                (4, "deployed", "Rollback to 2")], listed
            tool(ns, "uninstall")
        else:
            tool(ns, "install", chart=str(at), values={"a": [1, {"b": None}]}, wait="hooks", ssa="on", label=True)
            assert "Hello rel <b>&" in helm(ns, "get", "notes", "rel")
            assert json.loads(helm(ns, "get", "values", "rel", "-o", "json")) == {"a": [1, {"b": None}]}
            assert json.loads(helm(ns, "get", "values", "-a", "rel", "-o", "json"))["tag"] == "1"
            helm(ns, "upgrade", "rel", at, "--set", "v=two", "--force-conflicts")
            helm(ns, "test", "rel")
            tool(ns, "upgrade", chart=str(at), values={"v": "three"}, wait="hooks")
            helm(ns, "rollback", "rel", "2", "--force-conflicts")
            helm(ns, "uninstall", "rel")
        assert versions(ns) == []
        left = [k for k in objects(ns) if not k.startswith(("ConfigMap/pre-", "Job/post", "Pod/tested"))]
        assert left == [], left


def waiting(theirs, ours):
    """readiness, timeouts, failures: told by watches, with the texts of Flux"""
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: never}\nspec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}\n"
    at = demo(name="waits", templates__claim_yaml="{{ if .Values.claim }}\n" + claim + "{{ end }}\n")
    got = tool(ours, "install", chart=str(at), ssa="on", label=True)
    assert got["parks"] >= 1, got
    got = tool(ours, "upgrade", chart=str(at), label=True, values={"v": "two"})
    assert got["requests"] <= 14, got
    tool(ours, "upgrade", chart=str(at), label=True, values={"claim": True, "v": "two"}, timeout=2,
         error=rf"^timeout waiting for: \[PersistentVolumeClaim/{ours}/never status: 'InProgress'\]$")
    assert record(ours, 3)[0]["info"]["description"] == f"""Upgrade "rel" failed: timeout waiting for: [PersistentVolumeClaim/{ours}/never status: 'InProgress']"""
    assert record(ours, 2)[0]["info"]["status"] == "deployed"
    tool(ours, "rollback", to=2, label=True)
    tool(ours, "uninstall")
    assert versions(ours) == []
    # without labels each object is watched by its name
    got = tool(ours, "install", chart=str(at), ssa="on")
    assert got["parks"] >= 1, got
    got = tool(ours, "upgrade", chart=str(at), wait="legacy", values={"replicas": 2})
    tool(ours, "upgrade", chart=str(at), wait="legacy", values={"claim": True}, timeout=2, error="^context deadline exceeded$")
    tool(ours, "uninstall")


def endings(theirs, ours):
    """what is deleted is waited for until it is gone, and not for ever"""
    held = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: held, finalizers: [example.org/held], annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: own, finalizers: [example.org/held]}
        """
    at = demo(name="ends", templates__held_yaml=held)
    free = lambda name: kubectl("-n", ours, "patch", "configmap", name, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    tool(ours, "install", chart=str(at), ssa="on", label=True)
    tool(ours, "upgrade", chart=str(at), label=True, timeout=1,
         error=rf"^pre-upgrade hooks failed: ConfigMap/{ours}/held termination timeout: context deadline exceeded$")
    free("held")
    with going(ours, "upgrade", chart=str(at), label=True) as got:
        free("held") if "held" in objects(ours, ["configmaps"]) else None
    assert record(ours, 3)[0]["info"]["status"] == "deployed", got
    tool(ours, "uninstall", noHooks=True, timeout=1,
         error=rf"^uninstallation completed with 1 error\(s\): ConfigMap/{ours}/own termination timeout: context deadline exceeded$")
    assert versions(ours) == []
    free("own")
    free("held")
    tool(ours, "install", chart=str(at), ssa="on", label=True)
    with going(ours, "uninstall", noHooks=True) as got:
        kubectl("-n", ours, "wait", "--for=jsonpath={.metadata.deletionTimestamp}", "configmap/own", "--timeout=30s")
        free("own")
    assert got["parks"] == 1 and "ConfigMap/own" not in objects(ours, ["configmaps"]), got
    free("held")


@contextlib.contextmanager
def going(ns, action, **more):
    """An action under way; it must end well once the body is through."""
    got = {}
    p = subprocess.Popen([TOOL, json.dumps({"action": action, "name": "rel", "ns": ns, **more})], stdout=subprocess.PIPE, text=True, env=ENV)
    yield got
    got.update(json.loads(p.communicate(timeout=300)[0]))
    assert not got.get("error"), got


def drift(theirs, ours):
    """drift is told, and put right without a revision"""
    at = demo(name="drifts")
    tool(ours, "install", chart=str(at), ssa="on", label=True)
    got = tool(ours, "drift")
    assert got["lines"] == "", got
    kubectl("-n", ours, "delete", "configmap", "rel")
    kubectl("-n", ours, "patch", "service", "rel", "--type=merge", "-p", '{"spec": {"ports": [{"port": 80, "targetPort": 81}], "selector": {"a": "c"}}}')
    kubectl("-n", ours, "label", "deployment", "rel", "foreign=label")
    got = tool(ours, "drift", correct=True)
    assert f"ConfigMap/{ours}/rel removed" in got["lines"] and f"Service/{ours}/rel changed" in got["lines"], got
    assert "Deployment" not in got["lines"], got
    assert got["corrected"] == f"ConfigMap/{ours}/rel created\nService/{ours}/rel configured", got
    assert tool(ours, "drift")["lines"] == ""
    assert versions(ours) == [1]
    kubectl("-n", ours, "patch", "service", "rel", "--type=merge", "-p", '{"spec": {"selector": {"a": "d"}}}')
    got = tool(ours, "drift", ignore=[{"paths": ["/spec/selector"], "target": {"kind": "Service"}}])
    assert got["lines"] == "", got
    tool(ours, "uninstall")


def pending(theirs, ours):
    """a process that died: its record is unlocked, and the next upgrade succeeds"""
    at = demo(name="dies")
    ENV["SLUICE_FAIL_AT"] = "9"
    p = run(TOOL, json.dumps({"action": "install", "name": "rel", "ns": ours, "chart": str(at), "ssa": "on", "wait": "hooks"}), check=False)
    ENV.pop("SLUICE_FAIL_AT")
    assert p.returncode == 137, p
    assert record(ours, 1)[0]["info"]["status"] == "pending-install"
    tool(ours, "upgrade", chart=str(at), wait="hooks", error="^another operation \\(install/upgrade/rollback\\) is in progress$")
    got = tool(ours, "unlock")
    assert got["writes"] == ["updated v1 failed: Release unlocked from stale 'pending-install' state"], got
    tool(ours, "upgrade", chart=str(at), wait="hooks")
    assert [h["status"] for h in json.loads(helm(ours, "history", "rel", "-o", "json"))] == ["superseded", "deployed"]


def settle(ns, at, **more):
    """What a controller does with what it finds: unlocks, installs, upgrades."""
    for _ in range(4):
        there = versions(ns)
        status = record(ns, there[-1])[0]["info"]["status"] if there else ""
        if status == "deployed":
            return
        if status.startswith("pending-"):
            tool(ns, "unlock")
        elif not there:
            tool(ns, "install", chart=str(at), ssa="on", wait="hooks", label=True, **more)
        else:
            tool(ns, "upgrade", chart=str(at), wait="hooks", label=True, **more)
    raise AssertionError(f"it does not settle: {status}")


REFUSED = """
    {{ if .Values.bad }}
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: more}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: UPPER}
    {{ end }}
    """


def make_ready(ns, at, action):
    """What an action is killed in the middle of; what it asks for beyond the chart."""
    if action == "install":
        return {"ssa": "on"}
    settle(ns, at)
    if action != "rollback":
        return {"values": {"v": "two"}} if action == "upgrade" else {}
    good = versions(ns)[-1]
    tool(ns, "upgrade", chart=str(at), values={"bad": True}, wait="hooks", label=True, error="UPPER")
    return {"to": good}


def crashes(theirs, ours):
    """killed before and after each request of an install, an upgrade, a rollback, an uninstall: it settles"""
    hooks = "---\n".join(textwrap.dedent(HOOKS).split("---\n")[:2])
    hooks += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: back, annotations: {helm.sh/hook: 'pre-rollback,post-rollback'}}\n"
    at = demo(name="crashes", templates__hooks_yaml=hooks, templates__refused_yaml=REFUSED)
    counts = {}
    for action in ("install", "upgrade", "rollback", "uninstall"):
        for after in "", "+":
            for k in range(1, 60):
                more = make_ready(ours, at, action)
                ENV["SLUICE_FAIL_AT"] = f"{k}{after}"
                request = {"action": action, "name": "rel", "ns": ours, "chart": str(at), "wait": "hooks", "label": True, **more}
                p = run(TOOL, json.dumps(request), check=False)
                ENV.pop("SLUICE_FAIL_AT")
                if p.returncode == 0:
                    break
                assert p.returncode == 137, p
                counts[action] = counts.get(action, 0) + 1
                if action != "uninstall":
                    settle(ours, at, **({"values": more["values"]} if "values" in more else {}))
                    kept = [record(ours, v)[0]["info"]["status"] for v in versions(ours)]
                    assert kept.count("deployed") == 1 and not any(s.startswith("pending") for s in kept), (action, k, kept)
                if versions(ours):
                    tool(ours, "uninstall", noHooks=True)
                assert versions(ours) == [] and "ConfigMap/rel" not in objects(ours, ["configmaps"]), (action, k)
            if versions(ours):
                tool(ours, "uninstall", noHooks=True)
    print(f"# killed {counts}")


# charts that people use: with hooks, definitions (as templates, in crds/, of subcharts), tests, subcharts and many kinds; what an
# upgrade sets anew. What is made up at random is given instead. The first twelve are tried, with FULL=1 in the environment all.
PEOPLES = {
    "podinfo": ({"replicaCount": 1}, {"replicaCount": 2, "ingress.enabled": True, "redis.enabled": True}),
    "external-dns": ({"policy": "upsert-only"}, {"policy": "sync", "serviceMonitor.enabled": False, "rbac.create": False}),
    "prometheus-blackbox-exporter": ({}, {"replicas": 2, "ingress.enabled": True}),
    "promtail": ({}, {"config.logLevel": "debug", "extraPorts": None}),
    "istio-gateway": ({}, {"autoscaling.maxReplicas": 7}),
    "nats": ({}, {"config.cluster.enabled": True, "natsBox.enabled": False}),
    "tempo": ({}, {"replicas": 2, "tempo.retention": "48h"}),
    "fluent-bit": ({}, {"kind": "Deployment"}),
    "metrics-server": ({}, {"replicas": 2, "metrics.enabled": True}),
    "cert-manager": ({"crds.enabled": True}, {"crds.enabled": True, "replicaCount": 2, "webhook.replicaCount": 2}),
    "ingress-nginx": ({"controller.service.type": "ClusterIP"}, {"controller.service.type": "ClusterIP", "controller.kind": "DaemonSet", "defaultBackend.enabled": True}),
    "traefik": ({"service.type": "ClusterIP"}, {"service.type": "ClusterIP", "deployment.replicas": 2, "ingressRoute.dashboard.enabled": True}),
    "sealed-secrets": ({}, {"replicaCount": 1, "networkPolicy.enabled": True, "pdb.create": True}),
    "metallb": ({}, {"frrk8s.enabled": False, "speaker.enabled": False}),
    "grafana": ({"adminPassword": "x"}, {"adminPassword": "y", "persistence.enabled": True}),
    "prometheus": ({}, {"alertmanager.enabled": False, "server.replicaCount": 1, "server.retention": "3d"}),
    "kyverno": ({}, {"backgroundController.enabled": False}),
    "velero": ({"configuration.backupStorageLocation": [], "configuration.volumeSnapshotLocation": [], "backupsEnabled": False, "snapshotsEnabled": False}, {"backupsEnabled": False, "snapshotsEnabled": False, "deployNodeAgent": True}),
    "vault": ({}, {"ui.enabled": True, "server.ingress.enabled": True}),
    "redis": ({"auth.password": "x"}, {"auth.password": "x", "architecture": "standalone"}),
}
WIDE = ("rbac.authorization.k8s.io/v1/clusterroles rbac.authorization.k8s.io/v1/clusterrolebindings apiextensions.k8s.io/v1/customresourcedefinitions "
        "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations admissionregistration.k8s.io/v1/validatingwebhookconfigurations "
        "networking.k8s.io/v1/ingressclasses scheduling.k8s.io/v1/priorityclasses apiregistration.k8s.io/v1/apiservices").split()


DEFINITIONS = "apiextensions.k8s.io/v1/customresourcedefinitions"


def wide_objects(ns):
    """What belongs to no namespace: of this release, or of its chart's crds/."""
    found = {}
    for o in (o for kind in WIDE for o in listed(kind)):
        meta = o["metadata"]
        mine = (meta.get("annotations") or {}).get("meta.helm.sh/release-namespace") == ns
        if meta.get("deletionTimestamp") or not mine and not (o["kind"] == "CustomResourceDefinition" and not o["spec"]["group"].endswith("toolkit.fluxcd.io")):
            continue
        for key in VOLATILE:
            meta.pop(key, None)
        for key in list(meta.get("labels") or {}):
            if key.startswith("helm.toolkit.fluxcd.io/"):
                meta["labels"].pop(key)
        if not meta.get("labels"):
            meta.pop("labels", None)
        o.pop("status", None)
        found[f"{o['kind']}/{meta['name']}".replace(ns, "NS")] = json.loads(json.dumps(o).replace(ns, "NS"))
    return found


def plain_text(ns, text):
    """A record's JSON as it was written, without what differs each time: its order, spaces and escapes."""
    text = re.sub(r"-test-[a-z0-9]{5}\b", "-test-RANDOM", text.replace(ns, "NS"))
    text = re.sub(r'"[^"\\]*\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[^"\\]*"', '"T"', text)
    text = re.sub(r'"data":"[^"]*"', '"data":""', text).replace(',"modtime":"T"', "").replace(',"schemamodtime":"T"', "")
    return re.sub(r"\b[0-9a-f]{64}\b", "SHA256", text)


def picture(ns):
    """Everything that a release left, in a form that is compared: records with their text, hooks in the order in which they ran, objects."""
    shot = {"records": {}, "objects": {key: list(o) for key, o in objects(ns).items()}, "wide": wide_objects(ns)}
    for v in versions(ns):
        release, secret = record(ns, v)
        raw = base64.b64decode(base64.b64decode(secret["data"]["release"]))
        named = lambda hook: re.sub(r"-test-[a-z0-9]{5}$", "-test-RANDOM", hook["name"].replace(ns, "NS"))
        ran = sorted((h["last_run"]["started_at"], named(h)) for h in release.get("hooks") or [] if h.get("last_run", {}).get("started_at", "0001") > "0002")
        labels = {k: x for k, x in secret["metadata"]["labels"].items() if k not in ("createdAt", "modifiedAt")}
        shot["records"][str(v)] = {"name": secret["metadata"]["name"], "type": secret["type"], "labels": labels, "data": sorted(secret["data"]), "dates": sorted(
            k for k in secret["metadata"]["labels"] if k in ("createdAt", "modifiedAt")), "gzip": raw[:8].hex(),
            "hooks": [n for _, n in ran], "release": plain_release(ns, release), "text": plain_text(ns, gzip.decompress(raw).decode())}
    return shot


def of_the_lot(ns, name, values, play):
    """One chart's life: its pictures. play(ns, action, at, values) does it."""
    at, shots = CHARTS / name / "chart", {}
    for action, given in (("install", values[0]), ("upgrade", values[1]), ("test", None), ("rollback", None), ("uninstall", None)):
        if action == "test" and name not in TESTED:
            continue
        play(ns, action, at, given)
        shots[action] = picture(ns)
    return shots


TESTED = ("podinfo", "nats", "fluent-bit", "vault", "grafana")


def flags(values):
    return [x for k, v in (values or {}).items() for x in ("--set-json", f"{k}={json.dumps(v)}")]


def nested(values):
    out = {}
    for key, v in (values or {}).items():
        at = out
        *way, last = key.split(".")
        for part in way:
            at = at.setdefault(part, {})
        at[last] = v
    return out


def by_helm(ns, action, at, values):
    more = {"install": [at, *flags(values)], "upgrade": [at, *flags(values), "--reset-values"], "rollback": ["1"], "uninstall": ["--keep-history"], "test": []}[action]
    helm(ns, action, "rel", *more)


def by_us(ns, action, at, values):
    more = {"install": {"ssa": "on"}, "rollback": {"to": 1}, "uninstall": {"keepHistory": True}}.get(action, {})
    chart_of = {"chart": str(at), "values": nested(values)} if action in ("install", "upgrade") else {}
    tool(ns, action, wait="hooks", **chart_of, **more)


def clear(*spaces):
    for ns in spaces:
        kubectl("-n", ns, "delete", "all,cm,secret,pvc,sa,role,rolebinding,networkpolicy,pdb,lease", "--all", "--wait=false")
    crds = [o["metadata"]["name"] for o in listed(DEFINITIONS) if not o["spec"]["group"].endswith("toolkit.fluxcd.io")]
    if crds:
        kubectl("delete", "crds", *crds)


def bare_charts(theirs, ours):
    """charts without templates, files or values, with empty ones, with texts at the end: the same records to the letter, the same objects"""
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}}}\ndata:\n  v: {1}\n    text{2}"
    ends = {f"templates__{n}_yaml": text.format(n, head, end) for n, head, end in (
        ("clip", "|", "\n"), ("cut", "|", ""), ("keep", "|+", "\n"), ("kept", "|+", "\n\n\n"), ("folded", ">2+", "\n"), ("strip", "|-", "\n\n"))}
    ends["templates__more_yaml"] = text.format("more", "|", "\n\n---\n") + text.format("most", "|+", "\n---\n# nothing")
    for name, files in (("bare", {}), ("hollow", {"templates__empty_yaml": "", "values_yaml": "", "notes_txt": ""}), ("texts", ends)):
        at = chart(name, **files)
        helm(theirs, "install", "rel", at)
        tool(ours, "install", chart=str(at), ssa="on", wait="hooks")
        diff = first_difference(picture(theirs), picture(ours))
        assert not diff, f"{name}, helm's | ours: {diff}"
        got = tool(ours, "drift")
        assert got["lines"] == "", got
        helm(theirs, "uninstall", "rel")
        tool(ours, "uninstall")


def real_charts(theirs, ours):
    """charts that people use: installed, upgraded, tested, rolled back and uninstalled, the same records, hooks and objects as helm's at each step"""
    played, wrong = [], []
    for name, values in list(PEOPLES.items())[:None if os.environ.get("FULL") else 12]:
        if not (CHARTS / name / "chart").is_dir():
            continue
        try:
            pictures = [of_the_lot(theirs, name, values, by_helm)]
            clear(theirs)
            pictures += [of_the_lot(ours, name, values, by_us)]
            diff = first_difference(*pictures)
            assert not diff, f"helm's | ours: {diff}"
            played.append(name)
        except (AssertionError, subprocess.TimeoutExpired) as e:
            wrong.append(f"{name}: {str(e)[:1500]}")
        run("helm", "-n", theirs, "uninstall", "rel", check=False), run("helm", "-n", ours, "uninstall", "rel", check=False)
        clear(theirs, ours)
    assert not wrong, "\n# ".join(wrong)
    assert played or not CHARTS.is_dir()
    print(f"# {len(played)} charts: {' '.join(played)}")


STACK = contextlib.ExitStack()
atexit.register(STACK.close)
API = Api(STACK, WORK / "admin.kubeconfig")
STORIES = (lifecycle, client_side, hooks, filters, failures_of, ownership, pruning, replacing, definitions, across, waiting, endings, drift, pending, crashes,
           bare_charts, real_charts)
threading.Thread(target=end_pods, daemon=True).start()
for number, story in enumerate(STORIES, 1):
    name = story.__name__.replace("_", "-")
    if ONLY and name not in ONLY:
        continue
    pair = namespaces(name)
    try:
        story(*pair)
        print(f"ok {number} - {name}: {story.__doc__.splitlines()[0]}", flush=True)
    except (AssertionError, subprocess.TimeoutExpired) as e:
        failures.append(name)
        print(f"not ok {number} - {name}: {story.__doc__.splitlines()[0]}\n# {str(e)[:3000]}", flush=True)
    for ns in pair:
        kubectl("delete", "namespace", ns, "--wait=false")
print(f"1..{len(STORIES)}")
sys.exit(1 if failures else 0)
