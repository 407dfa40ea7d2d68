"""crash.py WORK [STRIDE]: kills the daemon at its k-th API request, for every k until a run needs no more, in two scripted runs; each
restart must converge: the objects of the last commit and no other, an inventory that says the same, nothing left after deletion."""
import contextlib, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import (Api, Daemon, Failed, GitServer, Repo, collection, configmap, documents, is_ready, kustomization, poll, source)

WORK, STRIDE = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n"
FIRST = {"a.yaml": configmap("a", v="1"), "b.yaml": configmap("b", v="1"), "c.yaml": configmap("c", v="1"), "web.yaml": SERVICE}
SECOND = {"a.yaml": configmap("a", v="2"), "b.yaml": None, "d.yaml": configmap("d", v="1")}


class Run:
    def __init__(self, stack, api, server, name):
        self.stack, self.api, self.ns = stack, api, "crash-" + name
        self.folder = WORK / self.ns
        self.folder.mkdir()
        self.repo = Repo(server, self.ns)
        self.path = f"{collection('Kustomization', self.ns)}/app"

    def begin(self):
        self.api.apply("-f", "-", text=documents(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {self.ns}}}",
                                                 source("app", self.ns, self.repo.url), kustomization("app", self.ns, "app", wait="false")))

    def daemon(self, fail_at=None):
        """Only its own namespace: other runs are none of its business, and its requests are the same each time."""
        env = {"SLUICE_FAIL_AT": fail_at} if fail_at else {}
        return Daemon(self.stack, self.folder, WORK / "engine.kubeconfig", ["--watch-all-namespaces=false"], env, namespace=self.ns)

    def ready(self, revision):
        return is_ready(self.api.get(self.path), revision)

    def objects(self):
        owned = f"labelSelector=kustomize.toolkit.fluxcd.io/namespace%3D{self.ns}"
        return {f"{kind}/{o['metadata']['name']}" for kind in ("configmaps", "services")
                for o in self.api.items(f"/api/v1/namespaces/{self.ns}/{kind}?{owned}")}

    def converge(self, revision, wanted):
        daemon = self.daemon()
        self.api.ask("GitRepository", self.ns, "app")
        poll(f"{self.ns} ready at {revision[:8]}", lambda: self.ready(revision), 60)
        if self.objects() != wanted:
            raise Failed(f"there are {sorted(self.objects())}, wanted {sorted(wanted)}")
        entries = {e["id"].split("_")[1] for e in self.api.get(self.path)["status"]["inventory"]["entries"]}
        if entries != {name.split("/")[1] for name in wanted}:
            raise Failed(f"the inventory has {sorted(entries)}")
        self.api.call("DELETE", self.path)
        poll(f"{self.ns} finalized", lambda: self.api.get(self.path) is None, 60)
        if self.objects():
            raise Failed(f"orphans after deletion: {sorted(self.objects())}")
        daemon.end()
        self.api.call("DELETE", f"/api/v1/namespaces/{self.ns}")


def killed(daemon, test):
    """Waits until the daemon was killed (True) or has done its work (False)."""
    return poll("the kill or the end of the work", lambda: "killed" if not daemon.alive() else test() and "done", 90, 0.05) == "killed"


def cold(run, fail_at):
    """Killed while it applies for the first time; before it comes back two objects leave the repository."""
    revision = run.repo.commit("First", FIRST)
    run.begin()
    was_killed = killed(run.daemon(fail_at), lambda: run.ready(revision))
    revision = run.repo.commit("Second", SECOND)
    run.converge(revision, {"configmaps/a", "configmaps/c", "configmaps/d", "services/web"})
    return was_killed


def change(run, fail_at):
    """Killed while it changes, adds and prunes."""
    revision = run.repo.commit("First", FIRST)
    run.begin()
    daemon = run.daemon()
    poll("the first commit applied", lambda: run.ready(revision), 60)
    daemon.end()
    revision = run.repo.commit("Second", SECOND)
    run.api.ask("GitRepository", run.ns, "app")
    was_killed = killed(run.daemon(fail_at), lambda: run.ready(revision))
    run.converge(revision, {"configmaps/a", "configmaps/c", "configmaps/d", "services/web"})
    return was_killed


def main():
    passed = failed = 0
    with contextlib.ExitStack() as stack:
        api, server = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "repos")
        api.define()
        for story in (cold, change):
            for k in range(1, 400, STRIDE):
                name = f"{story.__name__}-{k}"
                with contextlib.ExitStack() as mine:
                    try:
                        # a "+" dies when the answer has come, without it before the request goes out
                        was_killed = story(Run(mine, api, server, name), f"{k}+" if k % 2 else str(k))
                        passed += 1
                    except Failed as e:
                        failed += 1
                        was_killed = True
                        print(f"{name}: {e}", flush=True)
                if not was_killed:
                    print(f"{story.__name__}: {k - 1} requests, each a place to die", flush=True)
                    break
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed != 0


sys.exit(main())
