"""template.py WORK HELM SLUICE KUBECONFIG: `template --dry-run=server` (and what else of `template` depends on a kubeconfig) by the real helm and by
Sluice on the same cluster: the same output, exit status and error. Prints one line a case, its name first."""
import os, pathlib, re, shutil, subprocess, sys

WORK, HELM, SLUICE, KUBECONFIG = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
SERVER = ["--dry-run=server"]
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "
CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
OWNED = """apiVersion: v1
kind: ConfigMap
metadata:
  name: owned
  labels: {app.kubernetes.io/managed-by: Helm}
  annotations: {meta.helm.sh/release-name: r, meta.helm.sh/release-namespace: default}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  labels: {app.kubernetes.io/managed-by: Helm}
  annotations: {meta.helm.sh/release-name: "o\\"ther", meta.helm.sh/release-namespace: x}
"""


def look(call):
    """A chart that prints what a lookup finds."""
    return MAP + "a\ndata:\n  found: {{ (" + call + ") | toJson | quote }}\n"


# name: (templates/a.yaml, or files of a chart; arguments)
KINDS = {
    "kinds-all": (MAP + "a\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n", SERVER),
    "validate": (MAP + "a\n", ["--validate"]),
    "validate-and-dry-run": (MAP + "a\n", ["--validate", "--dry-run=client"]),
    "last-word": (MAP + "a\n", ["--dry-run=server", "--dry-run=client"]),
    "none": (MAP + "a\n", ["--dry-run=none"]),
    "false": (MAP + "a\n", ["--dry-run=false"]),
    "word": (MAP + "a\n", ["--dry-run=maybe"]),
    "alone": (MAP + "a\n", ["--dry-run"]),
    "true": (MAP + "a\n", ["--dry-run=true"]),
    "unknown-group": ("apiVersion: foo/v1\nkind: Bar\nmetadata: {name: a, namespace: zz}\n", SERVER),
    "unknown-kinds": ("apiVersion: foo/v1\nkind: Bar\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Nope\n---\napiVersion: apps/v9\nkind: Deployment\n", SERVER),
    "unknown-twice": ("apiVersion: foo/v1\nkind: Bar\n---\napiVersion: foo/v1\nkind: Bar\n", SERVER),
    "unknown-without-validation": ("kind: Bar\nmetadata: {name: a}\n", SERVER + ["--disable-openapi-validation"]),
    "without-kind": ("apiVersion: v1\nmetadata: {name: a}\n", SERVER),
    "without-kind-or-validation": ("apiVersion: v1\nmetadata: {name: a}\n", SERVER + ["--disable-openapi-validation"]),
    "without-version": ("kind: ConfigMap\nmetadata: {name: a}\n", SERVER),
    "version-of-three": ("apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: a}\n", SERVER),
    "without-name": ("apiVersion: v1\nkind: ConfigMap\n", SERVER),
    "name-and-generated": ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, generateName: b}\n", SERVER),
    "generated": ("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: b}\n", SERVER),
    "name-is-number": (MAP + "5\n", SERVER),
    "namespace-is-number": (MAP + "a\n  namespace: 5\n", SERVER),
    "label-is-number": (MAP + "a\n  labels: {a: 1}\n", SERVER),
    "labels-are-list": (MAP + "a\n  labels: [a]\n", SERVER),
    "finalizer-is-number": (MAP + "a\n  finalizers: [a, 1]\n", SERVER),
    "name-with-slash": (MAP + "a/b\n", SERVER),
    "name-with-percent": (MAP + "a%b\n", SERVER),
    "namespace-with-slash": (MAP + "a\n  namespace: x/y\n", SERVER),
    "name-in-capitals": (MAP + "A_B\n  namespace: Foo Bar\n", SERVER),
    "fields-are-not-checked": (MAP + "x\ndata: {a: 1, b: {}}\nfoo: bar\n", SERVER),
    "cluster-scoped": ("apiVersion: v1\nkind: Namespace\nmetadata: {name: default, namespace: foo}\n", SERVER),
    "foreign": (MAP + "kube-root-ca.crt\n  namespace: kube-system\n", SERVER),
    "foreign-taken": (MAP + "kube-root-ca.crt\n  namespace: kube-system\n", SERVER + ["--take-ownership"]),
    "foreign-upgrade": (MAP + "kube-root-ca.crt\n  namespace: kube-system\n", SERVER + ["--is-upgrade"]),
    "foreign-to-files": (MAP + "kube-root-ca.crt\n  namespace: kube-system\n", SERVER + ["--output-dir", "OUT"]),
    "owned": (MAP + "owned\n", SERVER),
    "of-another": (MAP + "other\n", SERVER),
    "owned-elsewhere": (MAP + "owned\n  namespace: default\n", SERVER + ["-n", "kube-public"]),
    "list": ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}]\n", SERVER),
    "list-of-unknown": ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Foo, metadata: {name: a}}]\n", SERVER),
    "list-of-no-objects": ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}, {kind: x}, 5]\n", SERVER),
    "typed-list": ("apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: other}}]\n", SERVER),
    "no-map": ("- a\n", SERVER),
    "nothing": ("", SERVER),
    "hooks-are-not-checked": ("apiVersion: v1\nkind: Foo\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n", SERVER),
    "custom": ("apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: w}\n", SERVER),
    "custom-version": ("apiVersion: example.org/v2\nkind: Widget\nmetadata: {name: w}\n", SERVER),
    "broken": ("a: [\n", SERVER),
    "show-only": (MAP + "a\n", SERVER + ["-s", "templates/a.yaml"]),
}
CHARTS = {
    "crds": ({"crds/a.yaml": CRD, "templates/a.yaml": MAP + "a\n"}, SERVER),
    "crds-skipped": ({"crds/a.yaml": CRD, "templates/a.yaml": MAP + "a\n"}, SERVER + ["--skip-crds"]),
    "crds-included": ({"crds/a.yaml": CRD.replace("widgets", "gizmos"), "templates/a.yaml": MAP + "a\n"}, SERVER + ["--include-crds"]),
    "crds-are-foreign": ({"crds/a.yaml": CRD, "templates/a.yaml": MAP + "a\n"}, SERVER + ["--include-crds"]),
    "crds-are-no-objects": ({"crds/a.yaml": "foo: bar", "templates/a.yaml": MAP + "a\n"}, SERVER + ["--include-crds"]),
    "crds-without-cluster": ({"crds/a.yaml": CRD, "templates/a.yaml": MAP + "a\n"}, []),
    "kube-version-fits": ({"Chart.yaml": "kubeVersion: '>=1.30.0-0'\n", "templates/a.yaml": MAP + "a\n"}, SERVER),
    "kube-version-old": ({"Chart.yaml": "kubeVersion: '<1.20.0'\n", "templates/a.yaml": MAP + "a\n"}, SERVER),
    "kube-version-flag": ({"Chart.yaml": "kubeVersion: '<1.21.0'\n", "templates/a.yaml": MAP + "a\n"}, SERVER + ["--kube-version", "1.20"]),
    "schema": ({"values.schema.json": '{"required": ["a"]}', "templates/a.yaml": MAP + "a\n"}, SERVER),
    "bad-name": ({"templates/a.yaml": MAP + "a\n"}, SERVER + ["--name-template", "A_b"]),
    "library": ({"Chart.yaml": "type: library\n", "templates/a.yaml": MAP + "a\n"}, SERVER),
    "deprecated": ({"Chart.yaml": "deprecated: true\n", "templates/a.yaml": MAP + "a\n"}, SERVER),
}
SEEN = {
    "capabilities": (MAP + "a\ndata:\n  v: {{ .Capabilities.KubeVersion | quote }}\n  w: {{ .Capabilities.KubeVersion.Version | quote }}\n"
                     "  n: '{{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }}'\n  apis: {{ sortAlpha .Capabilities.APIVersions | toJson | quote }}\n", SERVER),
    "capabilities-with-flags": (MAP + "a\ndata:\n  v: {{ .Capabilities.KubeVersion.Version | quote }}\n  has: '{{ .Capabilities.APIVersions.Has \"foo/v1\" }}'\n",
                                SERVER + ["--kube-version", "1.20", "-a", "foo/v1"]),
    "lookup": (look('lookup "v1" "Namespace" "" "default"'), SERVER),
    "lookup-without-cluster": (look('lookup "v1" "Namespace" "" "default"'), []),
    "lookup-list": (look('lookup "v1" "ConfigMap" "kube-system" ""'), SERVER),
    "lookup-all": (look('(lookup "v1" "ServiceAccount" "" "").items | len'), SERVER),
    "lookup-nothing": (look('lookup "v1" "ConfigMap" "nope" "nope"'), SERVER),
    "lookup-empty-list": (look('(lookup "v1" "ConfigMap" "nope" "").items'), SERVER),
    "lookup-custom": (look('lookup "example.org/v1" "Widget" "" ""'), SERVER),
    "lookup-namespace-of-none": (look('(lookup "v1" "Namespace" "no" "default").metadata.name'), SERVER),
    "lookup-unknown-group": (look('lookup "foo/v1" "Bar" "" "x"'), SERVER),
    "lookup-unknown-kind": (look('lookup "v1" "Bar" "" "x"'), SERVER),
    "lookup-empty": (look('lookup "" "" "no" "x"'), SERVER),
    "lookup-three": (look('lookup "a/b/c" "Bar" "" ""'), SERVER),
    "lookup-slash": (look('lookup "v1" "ConfigMap" "default" "x/y"'), SERVER),
    "lookup-forbidden": (look('lookup "v1" "Secret" "" "x"'), SERVER + ["--kube-as-user", "joe"]),
    "lookup-list-forbidden": (look('lookup "v1" "Secret" "x" ""'), SERVER + ["--kube-as-user", "joe"]),
}
NS = MAP + "a\n  namespace: {{ .Release.Namespace }}\n"
ACCESS = {
    "forbidden": (NS, SERVER + ["--kube-as-user", "joe"]),
    "group": (NS, SERVER + ["--kube-as-user", "joe", "--kube-as-group", "other", "--kube-as-group", "system:masters"]),
    "group-without-user": (NS, SERVER + ["--kube-as-group", "system:masters"]),
    "context": (NS, SERVER + ["--kube-context", "spare"]),
    "context-without-cluster": (NS, ["--kube-context", "spare"]),
    "context-namespace-flag": (NS, ["--kube-context", "spare", "-n", "mine"]),
    "context-unknown": (NS, SERVER + ["--kube-context", "nope"]),
    "context-unknown-without-cluster": (NS, ["--kube-context", "nope"]),
    "kubeconfig-missing": (NS, SERVER + ["--kubeconfig", "/nonexistent"]),
    "kubeconfig-missing-without-cluster": (NS, ["--kubeconfig", "/nonexistent"]),
    "kubeconfig-broken": (NS, SERVER + ["--kubeconfig", "BROKEN"]),
    "kubeconfig-broken-without-cluster": (NS, ["--kubeconfig", "BROKEN"]),
    "refused": (NS, SERVER + ["--kube-apiserver", "https://127.0.0.1:1"]),
    "refused-by-name": (NS, SERVER + ["--kube-apiserver", "http://localhost:1"]),
    "plain-to-tls": (NS, SERVER + ["--kube-apiserver", "PLAIN"]),
    "bad-token": (NS, SERVER + ["--kube-token", "bad"]),
    "ca-missing": (NS, SERVER + ["--kube-ca-file", "/nonexistent"]),
    "ca-of-others": (NS, SERVER + ["--kube-ca-file", "OTHERS"]),
    "insecure": (NS, SERVER + ["--kube-insecure-skip-tls-verify"]),
    "insecure-and-ca": (NS, SERVER + ["--kube-insecure-skip-tls-verify", "--kube-ca-file", "OTHERS"]),
    "server-name": (NS, SERVER + ["--kube-tls-server-name", "localhost"]),
}
# what stands in variables instead of flags: KUBECONFIG and helm's own
VARIABLES = {
    "no-kubeconfig": {"KUBECONFIG": "/nonexistent"},
    "two-kubeconfigs": {"KUBECONFIG": "/nonexistent:CONTEXT:CLUSTER"},
    "current-context-unknown": {"KUBECONFIG": "STRAY"},
    "context-variable": {"HELM_KUBECONTEXT": "spare"},
    "namespace-variable": {"HELM_NAMESPACE": "varied"},
    "token-variable": {"HELM_KUBETOKEN": "bad"},
    "user-variable": {"HELM_KUBEASUSER": "joe"},
    "server-variable": {"HELM_KUBEAPISERVER": "https://127.0.0.1:1"},
}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def places():
    """The files that arguments name in capitals."""
    text = KUBECONFIG.read_text()
    contexts, server = re.search(r"(?m)^contexts:.*$", text), re.search(r"https://[^\"]*", text).group(0)
    spare = contexts.group(0).replace("]", ", {name: spare, context: {cluster: test, user: admin, namespace: kept}}]")
    return {"MAIN": write(WORK / "main", text.replace(contexts.group(0), spare)),
            "BROKEN": write(WORK / "broken", "foo: ["),
            "STRAY": write(WORK / "stray", text.replace("current-context: test", "current-context: stray")),
            "CONTEXT": write(WORK / "first/context", "contexts: [{name: two, context: {cluster: test, user: admin, namespace: two}}]\ncurrent-context: two\n"),
            "CLUSTER": write(WORK / "second/cluster", text.replace(str(KUBECONFIG.parent) + "/", os.path.relpath(KUBECONFIG.parent, WORK / "second") + "/")),
            "OTHERS": write(WORK / "others.crt", subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=others", "-keyout", WORK / "others.key"],
                capture_output=True, text=True, check=True).stdout),
            "PLAIN": server.replace("https", "http"), "OUT": str(WORK / "out")}


def chart(files):
    root = WORK / "chart"
    shutil.rmtree(root, ignore_errors=True)
    write(root / "Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n" + files.get("Chart.yaml", ""))
    for name, text in files.items():
        if name != "Chart.yaml":
            write(root / name, text)
    return str(root)


def run(program, args, variables):
    shutil.rmtree(WORK / "out", ignore_errors=True)
    done = subprocess.run([program, "template", *args], capture_output=True, text=True, cwd=WORK, env=variables)
    # helm logs an error's way to the top, too; the addresses behind names are the machine's
    said = [line for line in done.stderr.splitlines() if not line.startswith("level=ERROR ")]
    # a list's version is the cluster's, which never stands still
    output = re.sub(r'(resourceVersion\\": *\\")\d+', r"\1N", done.stdout)
    return {"status": "failed" if done.returncode else "worked", "output": output, "said": "\n".join(said).replace("[::1]", "127.0.0.1")}


def compare(name, files, args, places, variables=None):
    named = lambda text: re.sub(r"[A-Z]{3,}", lambda m: places.get(m.group(0), m.group(0)), text)
    base = {"PATH": os.environ["PATH"], "HOME": str(WORK), "KUBECONFIG": places["MAIN"]}
    base.update({key: named(value) for key, value in (variables or {}).items()})
    first = [] if "--name-template" in args else ["r"]
    args = [*first, chart(files if isinstance(files, dict) else {"templates/a.yaml": files}), *(places.get(arg, arg) for arg in args)]
    theirs, ours = run(HELM, args, base), run(SLUICE, args, base)
    good = theirs == ours
    print(("ok" if good else "FAIL") + f" {name}")
    for key in theirs if not good else []:
        if theirs[key] != ours[key]:
            print(f"  {key} of helm:\n{theirs[key]}\n  {key} of sluice:\n{ours[key]}")
    return good


def main():
    known = places()
    cluster = ["kubectl", "--kubeconfig", str(KUBECONFIG)]
    subprocess.run([*cluster, "apply", "-f", "-"], input=OWNED + "---\n" + CRD, text=True, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*cluster, "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"], check=True, stdout=subprocess.DEVNULL)
    results = [compare(name, files, args, known) for group in (KINDS, CHARTS, SEEN, ACCESS) for name, (files, args) in group.items()]
    results += [compare(name + suffix, NS, args, known, variables) for name, variables in VARIABLES.items() for suffix, args in (("", []), ("-on-server", SERVER))]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return results.count(False)


sys.exit(1 if main() else 0)
