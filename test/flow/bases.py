"""bases.py WORK: what kustomizations name that lies elsewhere, on a Git server and a file server: built by `sluice kustomize` and by the real
kustomize (KUSTOMIZE), which have to agree; by `sluice build kustomization`; by the daemon, which keeps what it fetched. Prints one line a failure."""
import contextlib, os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import Files
from double import Double
from lab import Daemon, GitServer, Repo, poll
from sources import BUILD, SOURCES, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
REAL = os.environ["KUSTOMIZE"]
APPLIERS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"
MERGE = "application/merge-patch+json"


def configmap(name, value="1"):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  v: '{value}'\n"


class Cases(SourceCases):
    kind, plural = "Kustomization", "kustomizations"

    def __init__(self, stack):
        super().__init__()
        self.stack, self.data = stack, WORK / "data"
        self.git = GitServer(stack, WORK / "git")
        self.files = Files(stack, {"/a.yaml": configmap("served").encode(), "/moved.yaml": "/a.yaml", "/bad.yaml": b"a: [b", "/patch.yaml": configmap("served", "patched").encode(),
                            "/values.env": b"A=1\n", "/huge.yaml": b"#" * (17 << 20)})
        self.url = f"http://{self.files.host}"
        self.base = self.repo("one", {"kustomization.yaml": "resources: [base]\n",
                                      "base/kustomization.yaml": "namePrefix: p-\nresources: [a.yaml, ../lib]\n", "base/a.yaml": configmap("a"),
                                      "lib/kustomization.yaml": "resources: [l.yaml]\n", "lib/l.yaml": configmap("l"),
                                      "out/kustomization.yaml": "resources: [../../../etc]\n", "absolute/kustomization.yaml": "resources: [/etc]\n",
                                      "component/kustomization.yaml": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnameSuffix: -c\n",
                                      "links/kustomization.yaml": "resources: [folder]\n"})
        (self.base.clone / "links/folder").symlink_to("../lib")
        (self.base.clone / "way-out").symlink_to("/etc")
        self.first = self.base.commit("links")
        self.base.git("tag", "-a", "-m", "v1", "v1")
        self.base.git("push", "-q", "origin", "v1")
        self.base.commit("self", {"self/kustomization.yaml": f"resources: ['{self.base.url}//self']\n", "base/a.yaml": configmap("a", "2")})
        self.hidden = self.repo("auth-one", {"kustomization.yaml": "resources: [h.yaml]\n", "h.yaml": configmap("h")})
        self.login = self.hidden.url.replace("://", "://git:pass@")
        self.outer = self.repo("outer", {"kustomization.yaml": "resources: [module]\n"})
        self.outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", self.base.url, "module")
        self.outer.commit("module")

    def path(self, name):
        return f"{APPLIERS}/{name}"

    def repo(self, name, files):
        repo = Repo(self.git, name)
        repo.commit("files", files)
        return repo

    # ---- the verbs ----

    def folder(self, text):
        self.made += 1
        folder = WORK / f"k{self.made}"
        folder.mkdir()
        (folder / "kustomization.yaml").write_text(text)
        return folder

    def run(self, *args):
        return subprocess.run([str(BUILD / "sluice"), *map(str, args)], capture_output=True, text=True, env=dict(os.environ, TMPDIR=str(WORK)))

    def same(self, what, text):
        """Both programs build it, to the same bytes."""
        folder = self.folder(text)
        ours, real = self.run("kustomize", folder), subprocess.run([REAL, "build", folder], capture_output=True, text=True)
        self.check(what, ours.returncode == 0 == real.returncode and ours.stdout == real.stdout and ours.stdout,
                   f"{ours.stdout}{ours.stderr} instead of {real.stdout}{real.stderr}")

    def fails(self, what, text, pattern, *flags, both=True):
        """Neither builds it (or ours alone does not), and ours says why."""
        folder = self.folder(text)
        ours = self.run("kustomize", *flags, folder)
        real = subprocess.run([REAL, "build", folder], capture_output=True, text=True) if both else ours
        self.check(what, ours.returncode == 1 == real.returncode and re.search(pattern, ours.stderr) and "pass@" not in ours.stderr, f"{ours} {real.returncode}")

    def repositories(self):
        url = self.base.url
        for form in ("", "//base", "//base?ref=v1", f"//base?ref={self.first}", "?ref=main", "?ref=refs/heads/main", "?ref=heads/main&timeout=50s",
                     "//lib?version=v1&submodules=false", "//links", "//lib/"):
            self.same(f"repository {form}", f"resources: ['{url}{form}']\n")
        self.same("git::", f"resources: ['git::{url}//lib']\n")
        self.same("two of it", f"resources: ['{url}//lib', '{url}//base?ref=v1']\nnameSuffix: -x\n")
        self.same("old field", f"bases: ['{url}//lib']\n")
        self.same("component", f"resources: ['{url}//lib']\ncomponents: ['{url}//component']\n")
        self.same("with its origin", f"resources: ['{url}//base?ref=v1']\nbuildMetadata: [originAnnotations]\n")
        self.same("with a password", f"resources: ['{self.login}']\n")
        self.same("submodule", f"resources: ['{self.outer.url}']\n")

    def single_files(self):
        self.same("file", f"resources: ['{self.url}/a.yaml']\n")
        self.same("redirected", f"resources: ['{self.url}/moved.yaml']\n")
        self.same("patch", f"resources: ['{self.url}/a.yaml']\npatches: [{{path: '{self.url}/patch.yaml'}}]\n")
        self.same("variables", f"configMapGenerator: [{{name: g, envs: ['{self.url}/values.env']}}]\n")
        self.fails("not there", f"resources: ['{self.url}/none.yaml']\n", r"HTTP Error: status code 404 \(Not Found\)")
        self.fails("broken", f"resources: ['{self.url}/bad.yaml']\n", "accumulating resources from")
        self.fails("too large", f"resources: ['{self.url}/huge.yaml']\n", "/huge.yaml is larger than 16777216 bytes", both=False)

    def refusals(self):
        url = self.base.url
        self.fails("no such reference", f"resources: ['{url}?ref=nope']\n", 'couldn\'t find remote ref "nope"')
        self.fails("no such commit", f"resources: ['{url}?ref={'1' * 40}']\n", f"'{'1' * 40}': object not found")
        self.fails("no such repository", f"resources: ['{url.replace('one', 'none')}']\n", "repository not found")
        self.fails("no such folder", f"resources: ['{url}//nope']\n", "lstat .*nope: no such file or directory")
        self.fails("a file", f"resources: ['{url}//lib/l.yaml']\n", "refers to file 'l.yaml'; expecting directory")
        self.fails("out of the clone", f"resources: ['{url}//out']\n", "must be within the repo")
        self.fails("absolute", f"resources: ['{url}//absolute']\n", "new root '/etc' cannot be absolute")
        self.fails("a link out", f"resources: ['{url}//way-out']\n", "fs-security-constraint", both=False)
        self.fails("a circle", f"resources: ['{url}//self']\n", "cycle detected: URI")
        self.fails("a wrong password", f"resources: ['{self.login.replace('git:', 'you:')}']\n", "authentication required")
        self.fails("nobody listens", "resources: ['http://git:pass@127.0.0.1:1/o/r.git']\n", "dial tcp 127.0.0.1:1: connect: connection refused")
        self.fails("ssh", "resources: ['git@127.0.0.1:o/r']\n", "bases over SSH are not fetched", both=False)
        self.fails("ssh URL", "resources: ['ssh://git@127.0.0.1/o/r']\n", "bases over SSH are not fetched", both=False)
        self.fails("file URL", f"resources: ['file://{self.base.bare}//lib']\n", "give the path of the folder", both=False)
        for entry in (url, f"{self.url}/a.yaml"):
            self.fails("turned off", f"resources: ['{entry}']\n", "remote bases are not allowed", "--no-remote-bases", both=False)
        self.check("nothing is left behind", not list(WORK.glob("sluice-*")), list(WORK.glob("sluice-*")))

    def build(self):
        folder = self.folder(f"resources: ['{self.base.url}//lib']\n")
        (WORK / "ks.yaml").write_text("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: flux-system}\nspec: {namePrefix: x-}\n")
        args = ("build", "kustomization", "k", "--path", folder, "--kustomization-file", WORK / "ks.yaml", "--dry-run")
        got, refused = self.run(*args), self.run(*args, "--no-remote-bases")
        self.check("build kustomization", got.returncode == 0 and "name: x-l\n" in got.stdout, got)
        self.check("build kustomization: turned off", refused.returncode == 1 and "remote bases are not allowed" in refused.stderr, refused)

    # ---- the daemon ----

    def value(self, name):
        status, obj = self.api.call("GET", f"/api/v1/namespaces/default/configmaps/{name}")
        return obj["data"]["v"] if status == 200 else None

    def start(self, *flags):
        self.daemon = Daemon(self.stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", *flags], sluice=str(BUILD / "sluice"))

    def kept(self):
        return [p for p in (self.data / ".git").rglob("part-*") if p.is_dir()]

    def in_the_daemon(self):
        self.api = Double(self.stack, WORK, BUILD)
        self.start()
        app = self.repo("app", {"deploy/kustomization.yaml": f"resources: ['{self.base.url}//base', '{self.url}/a.yaml', '{self.login}']\n"})
        self.api.must("POST", f"{SOURCES}/gitrepositories", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": {"name": "app", "namespace": "default"},
                                                             "spec": {"interval": "1h", "url": app.url, "ref": {"branch": "main"}}})
        spec = {"interval": "1h", "retryInterval": "1s", "prune": True, "path": "./deploy", "targetNamespace": "default", "sourceRef": {"kind": "GitRepository", "name": "app"}}
        self.api.must("POST", APPLIERS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "web", "namespace": "default"}, "spec": spec})
        good = lambda c: c.get("status") == "True"
        self.settled("web", good)
        self.check("applied", [self.value(n) for n in ("p-a", "p-l", "served", "h")] == ["2", "1", "1", "1"], "")
        self.check("kept", len(self.kept()) == 2, self.kept())
        self.base.commit("news", {"base/a.yaml": configmap("a", "3")})
        self.ask("web", "1")
        self.check("news of a base", self.value("p-a") == "3", self.value("p-a"))
        self.api.must("POST", APPLIERS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "bad", "namespace": "default"},
                                         "spec": {**spec, "path": "./bad"}})
        app.commit("bad", {"bad/kustomization.yaml": f"resources: ['{self.login.replace('git:', 'you:')}']\n"})
        self.api.must("PATCH", f"{SOURCES}/gitrepositories/app", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "1"}}}, MERGE)
        self.settled("bad", lambda c: "authentication required" in c.get("message", ""))
        told = str(self.api.must("GET", f"{APPLIERS}/bad")["status"]) + str(self.events("bad")) + self.daemon.log.read_text()
        self.check("no password is told", "pass@" not in told, told)
        self.api.must("DELETE", f"{APPLIERS}/bad")
        self.api.must("DELETE", f"{APPLIERS}/web")
        poll("forgotten", lambda: not self.kept(), 30)
        self.daemon.end()
        self.start("--no-remote-bases")
        self.api.must("POST", APPLIERS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "off", "namespace": "default"}, "spec": spec})
        self.refused("turned off", "off", "BuildFailed", "remote bases are not allowed", kind=None)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.repositories, cases.single_files, cases.refusals, cases.build, cases.in_the_daemon))


sys.exit(main())
