"""release.py WORK TOOL: lib/release on a real API server, with the real helm as the oracle. WORK holds the cluster that test/cluster/up made
(with nodes), TOOL is release_tool. Every story is played twice, by helm in one namespace and by us in another, and compared record by
record and object by object; then one goes on where the other stopped."""
import base64, contextlib, gzip, json, os, pathlib, re, subprocess, sys, textwrap, threading

WORK, TOOL = pathlib.Path(sys.argv[1]), sys.argv[2]
ONLY = sys.argv[3:]
ENV = {**os.environ, "KUBECONFIG": str(WORK / "admin.kubeconfig"), "HELM_NAMESPACE": ""}
SHARED = pathlib.Path(os.environ.get("SLUICE_SHARED", pathlib.Path(__file__).resolve().parent.parent.parent.parent / "shared"))
CHARTS = SHARED / "conformance/helm"
failures, done = [], 0


def run(*args, check=True, text=None):
    p = subprocess.run([str(a) for a in args], capture_output=True, text=True, env=ENV, input=text, timeout=90)
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
    out = kubectl("-n", ns, "get", "secret", f"sh.helm.release.v1.{name}.v{version}", "-o", "json", check=False)
    if out.returncode:
        return None
    secret = json.loads(out.stdout)
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
    out = json.loads(kubectl("-n", ns, "get", "secrets", "-l", f"owner=helm,name={name}", "-o", "json"))
    return sorted(int(s["metadata"]["labels"]["version"]) for s in out["items"])


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


def objects(ns, kinds="configmaps,secrets,services,serviceaccounts,deployments,statefulsets,daemonsets,jobs,cronjobs,pods,"
                      "persistentvolumeclaims,ingresses,roles,rolebindings,networkpolicies,poddisruptionbudgets,horizontalpodautoscalers"):
    found = {}
    for o in json.loads(kubectl("-n", ns, "get", kinds, "-o", "json"))["items"]:
        meta = o["metadata"]
        if meta.get("ownerReferences") or o.get("type") == "helm.sh/release.v1" or meta["name"] in ("kube-root-ca.crt", "default"):
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
        if pod.get("kind") != "Pod" or pod["spec"].get("restartPolicy") != "Never" or pod["status"].get("phase") != "Running":
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
        free("held") if "held" in objects(ours, "configmaps") else None
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
    assert got["parks"] == 1 and "ConfigMap/own" not in objects(ours, "configmaps"), got
    free("held")


@contextlib.contextmanager
def going(ns, action, **more):
    """An action under way; it must end well once the body is through."""
    got = {}
    p = subprocess.Popen([TOOL, json.dumps({"action": action, "name": "rel", "ns": ns, **more})], stdout=subprocess.PIPE, text=True, env=ENV)
    yield got
    got.update(json.loads(p.communicate(timeout=90)[0]))
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


def crashes(theirs, ours):
    """killed before and after each request of an install, an upgrade, an uninstall: it settles"""
    at = demo(name="crashes", templates__hooks_yaml="---\n".join(textwrap.dedent(HOOKS).split("---\n")[:2]))
    counts = {}
    for action, more in (("install", {"ssa": "on"}), ("upgrade", {"values": {"v": "two"}}), ("uninstall", {})):
        for after in "", "+":
            for k in range(1, 60):
                if action != "install":
                    settle(ours, at)
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
                    assert kept.count("deployed") == 1 and not any(s.startswith("pending") for s in kept), (k, kept)
                if versions(ours):
                    tool(ours, "uninstall", noHooks=True)
                assert versions(ours) == [] and "ConfigMap/rel" not in objects(ours, "configmaps"), (action, k)
            if versions(ours):
                tool(ours, "uninstall", noHooks=True)
    print(f"# killed {counts}")


def real_charts(theirs, ours):
    """charts that people use: the same records and objects as helm's"""
    played = []
    for name in ("podinfo", "external-dns", "prometheus-blackbox-exporter", "promtail", "istio-gateway", "nats", "tempo", "fluent-bit", "metrics-server",
                 "opentelemetry-collector"):
        at = CHARTS / name / "chart"
        if not at.is_dir():
            continue
        p = helm(theirs, "install", "rel", at, check=False)
        if p.returncode:
            got = tool(ours, "install", chart=str(at), ssa="on", wait="hooks", error=".")
            assert got["error"].replace(ours, theirs) in p.stderr, f"{name}: {p.stderr} | {got}"
        else:
            # what is cluster-wide belongs to one release
            helm(theirs, "uninstall", "rel", "--keep-history")
            tool(ours, "install", chart=str(at), ssa="on", wait="hooks")
            tool(ours, "uninstall", keepHistory=True)
            try:
                same(theirs, ours)
            except AssertionError as e:
                raise AssertionError(f"{name}: {e}")
            helm(theirs, "uninstall", "rel")
            tool(ours, "uninstall")
            played.append(name)
        for ns in theirs, ours:
            kubectl("-n", ns, "delete", "all,cm,secret,pvc", "--all", "--wait=false")
    assert played or not CHARTS.is_dir()
    print(f"# {len(played)} charts: {' '.join(played)}")


STORIES = (lifecycle, client_side, hooks, filters, failures_of, ownership, pruning, replacing, definitions, across, waiting, endings, drift, pending, crashes,
           real_charts)
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
