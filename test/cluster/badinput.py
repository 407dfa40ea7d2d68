"""badinput.py WORK: what users do wrong. Each row of the table is one wrong GitRepository or Kustomization of one namespace, all of them
beside a healthy pair in one daemon. Each must end as Ready=False with the reason and a message that says what, where and what to do;
nothing of it may be applied, and nothing pruned that was there before."""
import contextlib, json, os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import (Api, Daemon, Failed, GitServer, Repo, collection, condition, configmap, documents, is_ready, kustomization, poll, source)

WORK, NS = pathlib.Path(sys.argv[1]), "bad"
PACK_MAX, ARTIFACT_MAX = 300_000, 3_000_000
GOOD = {"a.yaml": configmap("a", v="1"), "keep.yaml": configmap("keep", v="1")}


def secret(name, **data):
    fields = json.dumps({"x": "x", **data})
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: {NS}}}\nstringData: {fields}\n"


def more(text, fields):
    """Further fields of a spec that source() or kustomization() wrote."""
    return text.rstrip()[:-1] + f", {fields}}}\n"


# Kustomizations: what is wrong → (files, or None for those of GOOD; path; further fields; the reason; what the message must hold)
BUILDS = {
    "yaml": ({"a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n   bad: [1\n"}, "./", "",
             "BuildFailed", [r"a\.yaml", r"line 5"]),
    "yaml-listed": ({"kustomization.yaml": "resources: [sub.yaml]\n", "sub.yaml": "kind: ConfigMap\nmetadata: {name: a\ndata: {}\n"}, "./", "",
                    "BuildFailed", [r"sub\.yaml", r"line \d"]),
    "no-kind": ({"a.yaml": "apiVersion: v1\nmetadata: {name: nokind}\n"}, "./", "", "BuildFailed", [r"kind", r"a\.yaml|nokind"]),
    "no-such-resource": ({"kustomization.yaml": "resources: [gone.yaml]\n"}, "./", "", "BuildFailed", [r"gone\.yaml", r"no such file"]),
    "no-path": (None, "./missing", "", "ArtifactFailed", [r"path not found", r"missing", r"no such file"]),
    "escape": (None, "../../../../etc", "", "ArtifactFailed", [r"path not found", r"/etc", r"no such file"]),
    "escape-inside": ({"kustomization.yaml": "resources: [../../../../../../etc/passwd]\n"}, "./", "", "BuildFailed", [r"passwd"]),
    "unknown-kind": ({**GOOD, "w.yaml": "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: w}\n"}, "./", "",
                     "ReconciliationFailed", [r"Widget", r"example\.org/v1"]),
    "no-variables": (None, "./", "postBuild: {substituteFrom: [{kind: Secret, name: nowhere}]}", "BuildFailed", [r"Secret/nowhere", r"not found"]),
    "refused": ({**GOOD, "s.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 99999}]}\n"}, "./", "",
                "ReconciliationFailed", [r"Service/bad/refused-s", r"spec\.ports\[0\]\.port", r"99999"]),
    "twice": ({"kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "a.yaml": configmap("a"), "b.yaml": configmap("a")}, "./", "",
              "BuildFailed", [r"ConfigMap", r"\ba\b", r"already|may not add"]),
}
# GitRepositories: what is wrong → (URL, of {git} or {tls}; further fields; the reason; what the message must hold)
FETCHES = {
    "expired": ("{tls}/good.git", "secretRef: {name: ca}", "GitOperationFailed", [r"certificate", r"expired"]),
    "unknown-issuer": ("{tls}/good.git", "", "GitOperationFailed", [r"certificate"]),
    "not-there": ("{git}/nowhere.git", "", "GitOperationFailed", [r"nowhere\.git", r"not found"]),
    "nobody-listens": ("http://127.0.0.1:1/good.git", "", "GitOperationFailed", [r"127\.0\.0\.1:1\b", r"refused"]),
    "password": ("{git}/auth-good.git", "secretRef: {name: wrong}", "GitOperationFailed", [r"authentication|authorization"]),
    "no-secret": ("{git}/good.git", "secretRef: {name: nowhere}", "AuthenticationFailed", [r"bad/nowhere", r"not found"]),
    "secret-key": ("{git}/auth-good.git", "secretRef: {name: half}", "AuthenticationFailed", [r"password", r"username"]),
    "no-branch": ("{git}/good.git", "", "GitOperationFailed", [r"nobranch", r"find|not found"]),
    "big": ("{git}/big.git", "", "GitOperationFailed", [rf"larger than {PACK_MAX} bytes", r"--git-pack-max-size"]),
    "bomb": ("{git}/bomb.git", "", "ArchiveOperationFailed", [rf"{ARTIFACT_MAX} bytes", r"spec\.ignore", r"--artifact-max-size"]),
}

WIDGETS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.late.example.org}
spec:
  group: late.example.org
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
"""


def expired_certificate():
    """For 127.0.0.1, by an authority of its own; it ended in 2021."""
    at = WORK / "expired"
    at.mkdir()
    (at / "index").write_text("")
    (at / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    (at / "conf").write_text(f"[ca]\ndefault_ca=c\n[c]\nnew_certs_dir={at}\ndatabase={at}/index\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n"
                             "[p]\ncommonName=supplied\n")
    for command in (f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=ca -keyout {at}/ca.key -out {at}/ca.crt",
                    f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=git -keyout {at}/key -out {at}/csr",
                    f"ca -batch -notext -config {at}/conf -cert {at}/ca.crt -keyfile {at}/ca.key -in {at}/csr -out {at}/crt -extfile {at}/san "
                    "-startdate 20200101000000Z -enddate 20210101000000Z"):
        done = subprocess.run(["openssl", *command.split()], capture_output=True, text=True)
        if done.returncode:
            raise Failed(done.stderr)
    return at


class Table:
    def __init__(self, stack):
        self.api, self.git = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "repos")
        self.at = expired_certificate()
        os.environ.update(CERT=str(self.at / "crt"), KEY=str(self.at / "key"))
        self.tls = GitServer(stack, WORK / "repos")
        for name in ("CERT", "KEY"):
            del os.environ[name]
        self.faults = []

    def get(self, kind, name):
        return self.api.get(f"{collection(kind, NS)}/{name}")

    def begin(self):
        """Everything healthy: each row of BUILDS has applied GOOD once, with names of its own."""
        self.api.define()
        self.repos = {name: Repo(self.git, name) for name in ("good", "auth-good", "big", "bomb", *BUILDS)}
        for name, repo in self.repos.items():
            repo.commit("First", GOOD)
        self.repos["big"].write("noise", os.urandom(PACK_MAX).hex())
        self.repos["big"].commit("Noise")
        for i in range(4):
            self.repos["bomb"].write(f"zeros-{i}", "\0" * (ARTIFACT_MAX // 3))
        self.repos["bomb"].commit("Zeros")
        parts = [secret("ca", **{"ca.crt": (self.at / "ca.crt").read_text()}), secret("wrong", username="git", password="no"), secret("half", password="pass"),
                 source("good", NS, self.git.url + "/good.git", "1s"), kustomization("good", NS, "good", wait="false")]
        parts += [part for name in BUILDS for part in (source(name, NS, f"{self.git.url}/{name}.git"), self.build(name, "./", ""))]
        self.api.apply("-f", "-", text=documents(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NS}}}", *parts))
        poll("everything healthy", lambda: all(is_ready(self.get("Kustomization", name)) for name in ("good", *BUILDS)))
        self.before = self.objects()

    @staticmethod
    def build(name, path, fields):
        return more(kustomization(name, NS, name, path, "false"), f"namePrefix: {name}-" + (", " + fields if fields else ""))

    def objects(self):
        return {f"{kind}/{o['metadata']['name']}": (o["metadata"]["uid"], o.get("data")) for kind in ("configmaps", "services")
                for o in self.api.items(f"/api/v1/namespaces/{NS}/{kind}") if o["metadata"]["name"] != "kube-root-ca.crt"}

    def spoil(self):
        parts = []
        for name, (files, path, fields, *_) in BUILDS.items():
            if files is not None:
                for old in GOOD.keys() - files.keys():
                    self.repos[name].write(old, None)
                self.repos[name].commit("Wrong", files)
                self.api.ask("GitRepository", NS, name)
            else:
                parts.append(self.build(name, path, fields))
        for name, (url, fields, *_) in FETCHES.items():
            text = source("fetch-" + name, NS, url.format(git=self.git.url, tls=self.tls.url))
            if name == "no-branch":
                text = text.replace("branch: main", "branch: nobranch")
            parts.append(more(text, fields) if fields else text)
            parts.append(kustomization("fetch-" + name, NS, "fetch-" + name, wait="false"))
        self.api.apply("-f", "-", text=documents(*parts))

    def fault(self, name, what):
        self.faults.append(name)
        print(f"{name}: {what}", flush=True)

    def row(self, kind, name, reason, patterns):
        """The end of one row: its condition."""
        failed = lambda: (c := condition(self.get(kind, name))).get("status") == "False" and c["reason"] != "DependencyNotReady" and c
        try:
            c = poll(f"Ready=False of {kind} {name}", failed, 30)
        except Failed as e:
            return self.fault(name, f"{e}; it is {condition(self.get(kind, name))}")
        missing = [p for p in patterns if not re.search(p, c["message"])]
        if str(WORK) in c["message"]:
            return self.fault(name, f"shows a folder of the daemon: {c['message']}")
        if c["reason"] != reason or missing:
            return self.fault(name, f"{c['reason']} instead of {reason}, without {missing}: {c['message']}")
        print(f"{name}: {c['message'].splitlines()[0][:200]}", flush=True)

    def check(self):
        for name, (*_, reason, patterns) in BUILDS.items():
            self.row("Kustomization", name, reason, patterns)
        for name, (*_, reason, patterns) in FETCHES.items():
            self.row("GitRepository", "fetch-" + name, reason, patterns)
        if (now := self.objects()) != self.before:
            changed = [name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name)]
            self.fault("objects", f"were applied, changed or pruned: {sorted(changed)}")
        for name in BUILDS:
            entries = {e["id"].split("_")[1] for e in self.get("Kustomization", name)["status"]["inventory"]["entries"]}
            if not {f"{name}-a", f"{name}-keep"} <= entries:
                self.fault(name, f"the inventory has {sorted(entries)}")

    def healthy(self):
        """The healthy pair works as ever."""
        revision = self.repos["good"].commit("Second", {"a.yaml": configmap("a", v="2")})
        poll("the healthy one at its second commit", lambda: is_ready(self.get("Kustomization", "good"), revision))
        self.repos["yaml"].write("keep.yaml", GOOD["keep.yaml"])
        revision = self.repos["yaml"].commit("Right again", {"a.yaml": configmap("a", v="3")})
        self.api.ask("GitRepository", NS, "yaml")
        poll("what was wrong recovers", lambda: is_ready(self.get("Kustomization", "yaml"), revision))

    def suspended(self):
        """A suspended object stands still, whatever happens, and goes on when it is resumed."""
        path = f"{collection('Kustomization', NS)}/good"
        value = lambda: self.api.get(f"/api/v1/namespaces/{NS}/configmaps/a")["data"]["v"]
        self.api.patch(path, {"spec": {"suspend": True}})
        revision = self.repos["good"].commit("Third", {"a.yaml": configmap("a", v="3")})
        poll("the source at its third commit", lambda: is_ready(self.get("GitRepository", "good"), revision))
        self.api.ask("Kustomization", NS, "good")
        # one that is asked later and done is the sign that the suspended one had its turn
        mark = self.api.ask("Kustomization", NS, "yaml")
        poll("another one done", lambda: self.get("Kustomization", "yaml")["status"].get("lastHandledReconcileAt") == mark)
        if value() != "2":
            self.fault("suspended", "it was applied")
        self.api.patch(path, {"spec": {"suspend": False}})
        poll("resumed", lambda: is_ready(self.get("Kustomization", "good"), revision) and value() == "3")
        print("suspended: stood still and went on", flush=True)

    def served_later(self):
        """A health check of a kind that is not served waits for the kind, as for the object."""
        check = "healthChecks: [{apiVersion: late.example.org/v1, kind: Widget, name: w, namespace: " + NS + "}]"
        self.api.apply("-f", "-", text=more(kustomization("later", NS, "good", wait="false"), "namePrefix: later-, " + check))
        poll("it waits", lambda: condition(self.get("Kustomization", "later"), "Healthy").get("status") == "Unknown")
        self.api.apply("-f", "-", text=WIDGETS)
        poll("the kind served", lambda: self.api.call("GET", f"/apis/late.example.org/v1/namespaces/{NS}/widgets")[0] == 200)
        self.api.apply("-f", "-", text=f"{{apiVersion: late.example.org/v1, kind: Widget, metadata: {{name: w, namespace: {NS}}}}}\n")
        if (c := condition(self.get("Kustomization", "later"))).get("status") == "False":
            self.fault("served-later", f"it did not wait: {c['message']}")
        poll("healthy once the object is there", lambda: is_ready(self.get("Kustomization", "later")))
        print("served-later: waited for the kind, and for the object", flush=True)

    def unhealthy_since(self):
        """What is checked and is nobody's of ours is looked at in each pass: how it was at the last says nothing."""
        widget = f"/apis/late.example.org/v1/namespaces/{NS}/widgets/w"
        self.api.patch(widget, {"status": {"conditions": [{"type": "Ready", "status": "False", "message": "broken"}]}})
        self.api.ask("Kustomization", NS, "later")
        poll("no longer healthy", lambda: condition(self.get("Kustomization", "later"), "Healthy").get("status") != "True")
        self.api.patch(widget, {"status": {"conditions": [{"type": "Ready", "status": "True"}]}})
        poll("healthy again", lambda: is_ready(self.get("Kustomization", "later")))
        self.api.call("DELETE", widget)
        self.api.ask("Kustomization", NS, "later")
        poll("no longer healthy once it is gone", lambda: condition(self.get("Kustomization", "later"), "Healthy").get("status") != "True")
        print("unhealthy-since: seen in the next pass", flush=True)


def main():
    rows = len(BUILDS) + len(FETCHES) + 4
    with contextlib.ExitStack() as stack:
        table = Table(stack)
        daemon = Daemon(stack, WORK, WORK / "engine.kubeconfig",
                        [f"--git-pack-max-size={PACK_MAX}", f"--artifact-max-size={ARTIFACT_MAX}"])
        try:
            for part in (table.begin, table.spoil, table.check, table.healthy, table.suspended, table.served_later, table.unhealthy_since):
                part()
        except Failed as e:
            table.fault("the table", str(e))
        if not daemon.alive():
            table.fault("the daemon", daemon.last_words())
    failed = len(set(table.faults))
    print(f"{rows - failed} passed, {failed} failed, 0 skipped")
    return failed != 0


sys.exit(main())
