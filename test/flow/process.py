"""process.py WORK: work that hangs or must wait. The daemon is asked to end while an API server takes a write and never answers, answers no write
at all, or a git server is silent: each time it ends by itself, in order, and what it leaves is taken up by the next. And what waits for an
object to go holds no worker. And what a set of four objects costs in requests, cold and unchanged. Prints one line a case."""
import collections, contextlib, pathlib, socket, sys, time

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


FOUR = """apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {}
"""
AVAILABLE = {"status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1,
                        "conditions": [{"type": "Available", "status": "True"}]}}


def writes(case):
    """What the daemon has written so far because of Kustomizations: sorts of requests with their number."""
    count = collections.Counter()
    for r in case.api.call("GET", "/fake/requests")[1]:
        resource = r["path"].split("/")[-2 if r["path"].endswith("/app") or r["path"].endswith("/web") else -1]
        if r["method"] in ("PATCH", "POST", "DELETE", "PUT") and "sluice" in r.get("agent", "") and "source.toolkit" not in r["path"]:
            if not r["path"].startswith("/apis/coordination") and resource != "events":
                count["status" if "kustomizations" in r["path"] and resource == "status" else "finalizer" if resource == "kustomizations" else
                      "dry runs" if "dryRun" in r.get("query", "") else "applies"] += 1
    events = case.api.call("GET", "/api/v1/namespaces/default/events")[1]["items"]
    count["events"] = sum(e["count"] for e in events if e["involvedObject"]["kind"] == "Kustomization")
    return count


def what_a_set_costs(case):
    case.repo.commit("Four", {"a.yaml": None, "four.yaml": FOUR})
    case.api.must("POST", SOURCES, source(case.repo.url))
    case.daemon = case.start()
    poll("the source", lambda: "artifact" in case.api.call("GET", f"{SOURCES}/app")[1].get("status", {}), 60)
    case.api.must("POST", APPLIERS, applier(wait=True))
    deployment = "/apis/apps/v1/namespaces/default/deployments/web"
    poll("the Deployment", lambda: case.api.call("GET", deployment)[0] == 200, 60)
    case.api.must("PATCH", deployment + "/status", AVAILABLE, MERGE)
    poll("ready", case.ready, 60)
    poll("all events", lambda: writes(case)["events"] == 3, 60)
    cold = writes(case)
    print("   cold:", ", ".join(f"{n} {what}" for what, n in sorted(cold.items())), flush=True)
    if sum(cold.values()) > 12 or cold["status"] > 2:
        raise Failed(f"a cold set of four objects costs {dict(cold)}")
    asked = {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "now"}}}
    case.api.must("PATCH", f"{APPLIERS}/app", asked, MERGE)
    poll("the request handled", lambda: case.api.call("GET", f"{APPLIERS}/app")[1]["status"].get("lastHandledReconcileAt") == "now", 60)
    case.daemon.end()
    more = writes(case)
    more.subtract(cold)
    print("   asked again, unchanged:", ", ".join(f"{n} {what}" for what, n in sorted(more.items()) if n), flush=True)
    if more["dry runs"] or more["applies"] or more["status"] > 1:
        raise Failed(f"an unchanged set costs {dict(more)}")


def main():
    failed = 0
    cases = (what_a_set_costs, what_waits_holds_no_worker, a_write_without_an_answer, an_api_server_that_is_silent, a_git_server_that_is_silent)
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
