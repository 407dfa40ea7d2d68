"""process.py WORK: work that hangs or must wait. The daemon is asked to end while an API server takes a write and never answers, answers no write
at all, or a git server is silent: each time it ends by itself, in order, and what it leaves is taken up by the next. And what waits for an
object to go holds no worker. Prints one line a case."""
import contextlib, pathlib, socket, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from double import Double
from lab import PATIENCE, Daemon, Failed, GitServer, Repo, configmap, poll
from sources import BUILD

WORK = pathlib.Path(sys.argv[1])
SOURCES = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories"
MERGE = "application/merge-patch+json"
APPLIERS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"


def source(url):
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": {"name": "app", "namespace": "default"},
            "spec": {"interval": "1h", "url": url, "ref": {"branch": "main"}}}


def applier(name="app", path="./", **more):
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": name, "namespace": "default"},
            "spec": {"interval": "1h", "prune": True, "path": path, "targetNamespace": "default", "sourceRef": {"kind": "GitRepository", "name": "app"}, **more}}


class Case:
    def __init__(self, stack, name):
        self.stack, self.work = stack, WORK / name
        self.work.mkdir()
        self.api = Double(stack, self.work, BUILD)
        self.repo = Repo(GitServer(stack, self.work / "repos"), "app")
        self.repo.commit("First", {"a.yaml": configmap("a", v="1")})

    def begin(self, url, *flags):
        self.api.must("POST", SOURCES, source(url))
        self.api.must("POST", APPLIERS, applier())
        self.daemon = self.start(*flags)

    def start(self, *flags):
        return Daemon(self.stack, self.work, self.api.kubeconfig, flags, sluice=str(BUILD / "sluice"))

    def ready(self, name="app"):
        conditions = self.api.call("GET", f"{APPLIERS}/{name}")[1].get("status", {}).get("conditions", [])
        return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)

    def hang(self, **which):
        self.fault(times=1000000, kind="hang", **which)

    def fault(self, **how):
        self.api.must("POST", "/fake/fault", {"nth": 1, **how})

    def asked(self, test):
        poll("the request that hangs", lambda: any(test(r) for r in self.api.call("GET", "/fake/requests")[1]), 60)

    def end(self):
        """It is asked, and ends by itself."""
        self.daemon.process.terminate()
        status = self.daemon.process.wait(60 * PATIENCE)
        if status or "giving up" in self.daemon.log.read_text():
            raise Failed(f"ended with status {status}: {self.daemon.last_words()}")

    def goes_on(self):
        self.api.must("POST", "/fake/clear", {})
        daemon = self.start()
        poll("the next daemon has applied it", lambda: not daemon.alive() or self.ready(), 60)
        if not daemon.alive():
            raise Failed(f"the next daemon ended: {daemon.last_words()}")


def a_write_without_an_answer(case):
    case.hang(method="PATCH", path="/configmaps/")
    case.begin(case.repo.url)
    case.asked(lambda r: r["method"] == "PATCH" and "/configmaps/" in r["path"])
    case.end()
    case.goes_on()


def an_api_server_that_is_silent(case):
    case.hang(method="PATCH")
    case.begin(case.repo.url)
    case.asked(lambda r: r["method"] == "PATCH" and "gitrepositories" in r["path"])
    case.end()
    case.goes_on()


def a_git_server_that_is_silent(case):
    silent = case.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    case.begin(f"http://127.0.0.1:{silent.getsockname()[1]}/app.git")
    case.stack.enter_context(silent.accept()[0])
    case.end()


def what_waits_holds_no_worker(case):
    """One worker, and an object that must be made anew while a finalizer holds the old one."""
    config = "/api/v1/namespaces/default/configmaps/a"
    value = lambda: case.api.call("GET", config)[1].get("data", {}).get("v")
    case.begin(case.repo.url, "--concurrent=1")
    poll("applied", case.ready, 60)
    case.api.must("PATCH", config, {"metadata": {"finalizers": ["example.org/hold"]}}, MERGE)
    case.api.must("PATCH", f"{APPLIERS}/app", {"spec": {"force": True}}, MERGE)
    case.fault(method="PATCH", path="/configmaps/a", kind="status", status=422, message="field is immutable", times=1)
    case.repo.commit("Second", {"a.yaml": configmap("a", v="2"), "b/b.yaml": configmap("b", v="1")})
    case.api.must("PATCH", f"{SOURCES}/app", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "now"}}}, MERGE)
    poll("the old one told to go", lambda: case.api.call("GET", config)[1]["metadata"].get("deletionTimestamp"), 60)
    case.api.must("POST", APPLIERS, applier("other", "./b"))
    poll("another one applied meanwhile", lambda: case.ready("other"), 60)
    if case.ready() or value() != "1":
        raise Failed("what waits went on before its time")
    case.api.must("PATCH", config, {"metadata": {"finalizers": None}}, MERGE)
    poll("the new one", lambda: value() == "2" and case.ready(), 60)


def main():
    failed = 0
    cases = (what_waits_holds_no_worker, a_write_without_an_answer, an_api_server_that_is_silent, a_git_server_that_is_silent)
    for case in cases:
        with contextlib.ExitStack() as stack:
            began = time.monotonic()
            try:
                case(Case(stack, case.__name__))
                print(f"ok {case.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Failed as e:
                failed += 1
                print(f"FAIL {case.__name__}: {e}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
