"""demo.py WORK: plays the demonstration against the cluster of WORK/admin.kubeconfig and prints what it saw and how long
each thing took. Every figure is taken from the API server's own watch events, not from polling."""
import contextlib, os, pathlib, sys, time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from release import Charts, ReleaseDemo
from lab import DEFINITIONS, Api, Daemon, Failed, GitServer, Repo, collection, condition, is_ready, poll

WORK = pathlib.Path(sys.argv[1])
OWN = "sluice-demo"
ROWS = []


def say(text):
    print(f"\033[36m·\033[0m {text}", flush=True)


def row(what, seconds, note=""):
    ROWS.append((what, seconds, note))
    print(f"\033[32m✓\033[0m {what}: {seconds * 1000:.0f} ms{'  (' + note + ')' if note else ''}", flush=True)


class Demo:
    def __init__(self, api, repo):
        self.api, self.repo = api, repo
        self.sources, self.kustomizations = collection("GitRepository", OWN), collection("Kustomization", OWN)
        self.app = f"/api/v1/namespaces/{OWN}-staging"

    def commit(self, message):
        return self.pushed(message, self.repo.commit(message))

    def pushed(self, message, revision):
        say(f"commit {revision[:8]} “{message}”")
        return time.monotonic()

    def ask(self):
        self.api.ask("GitRepository", OWN, "config")

    def install(self):
        say("applying the source and three Kustomizations; both `apps` depend on `infra`")
        self.api.apply("-f", "-", text=(HERE / "flux.yaml").read_text().replace("@URL@", self.repo.url))

    def first(self):
        began = self.commit("Infrastructure and two environments")
        with self.api.watch(self.kustomizations, "apps-staging") as staging, self.api.watch(self.kustomizations, "infra") as infra:
            self.install()
            at, _ = self.api.until(infra, "infra ready", lambda o: condition(o).get("status") == "True")
            infra_at = at
            at, obj = self.api.until(staging, "apps-staging ready", lambda o: condition(o).get("status") == "True")
        row("first commit to everything ready, Deployment included", at - began, condition(obj)["message"][:60])
        row("dependency order: infra was ready before apps by", at - infra_at)

    def change(self):
        file = self.repo.clone / "apps/base/settings.yaml"
        file.write_text(file.read_text().replace("greeting: hello", "greeting: good morning"))
        with self.api.watch(self.app + "/configmaps", "settings") as seen:
            began = self.commit("Greet politely")
            self.ask()
            at, _ = self.api.until(seen, "the new greeting", lambda o: o and o["data"]["greeting"] == "good morning")
        row("commit to applied (source asked at once)", at - began)

    def edit_by_hand(self):
        with self.api.watch(self.app + "/configmaps", "settings") as seen:
            self.api.patch(self.app + "/configmaps/settings", {"data": {"greeting": "edited by hand"}})
            began, _ = self.api.until(seen, "the edit", lambda o: o and o["data"]["greeting"] == "edited by hand")
            at, _ = self.api.until(seen, "the correction", lambda o: o and o["data"]["greeting"] == "good morning")
        row("edited by hand to corrected", at - began)

    def delete_by_hand(self):
        with self.api.watch(self.app + "/services", "web") as seen:
            self.api.call("DELETE", self.app + "/services/web")
            began, _ = self.api.until(seen, "the deletion", lambda o: o is None)
            at, _ = self.api.until(seen, "the object again", lambda o: o is not None)
        row("deleted by hand to back again", at - began)

    def prune(self):
        (self.repo.clone / "apps/base/extra.yaml").unlink()
        file = self.repo.clone / "apps/base/kustomization.yaml"
        file.write_text(file.read_text().replace("- extra.yaml\n", ""))
        with self.api.watch(self.app + "/configmaps", "extra") as seen:
            began = self.commit("Extra is no longer needed")
            self.ask()
            at, _ = self.api.until(seen, "the deletion", lambda o: o is None)
        row("file removed to pruned", at - began)

    def broken(self):
        file = self.repo.clone / "apps/base/deployment.yaml"
        file.write_text(file.read_text().replace("containerPort: 8080", "containerPort: eighty"))
        with self.api.watch(self.kustomizations, "apps-staging") as seen:
            began = self.commit("A mistake")
            self.ask()
            refused = lambda o: condition(o).get("reason") in ("ReconciliationFailed", "BuildFailed")
            at, obj = self.api.until(seen, "a failure", refused)
        row("broken commit to a status that says so", at - began)
        say("the status:\n" + "\n".join("    " + line for line in condition(obj)["message"].strip().splitlines()))
        deployment = self.api.get(f"/apis/apps/v1/namespaces/{OWN}-staging/deployments/web")
        say(f"the running Deployment is untouched: {deployment['status'].get('readyReplicas', 0)} of {deployment['spec']['replicas']} ready")

    def revert(self):
        self.repo.git("revert", "--no-edit", "HEAD")
        revision = self.repo.git("rev-parse", "HEAD")
        with self.api.watch(self.kustomizations, "apps-staging") as seen:
            began = self.pushed('Revert "A mistake"', self.repo.push())
            self.ask()
            at, _ = self.api.until(seen, "healthy again", lambda o: is_ready(o, revision))
        row("git revert to healthy again", at - began)

    def clean(self):
        say("removing everything again: deleting the Kustomizations prunes what they applied")
        for name in ("apps-staging", "apps-production", "infra"):
            with self.api.watch(self.kustomizations, name) as seen:
                self.api.call("DELETE", f"{self.kustomizations}/{name}")
                self.api.until(seen, f"{name} gone", lambda o: o is None)
        self.api.call("DELETE", f"{self.sources}/config")
        left = self.api.get(self.app + "/configmaps/settings")
        if left and "deletionTimestamp" not in left["metadata"]:
            raise Failed("settings is still there after its Kustomization was deleted")

    def leave(self, defined):
        """The cluster is somebody's: nothing of the demo stays, however it went."""
        names = [OWN, OWN + "-staging", OWN + "-production"]
        for namespace in names:
            self.api.call("DELETE", f"/api/v1/namespaces/{namespace}")
        poll("the demo's namespaces gone", lambda: not any(self.api.get(f"/api/v1/namespaces/{n}") for n in names), 60)
        for name in defined:
            self.api.call("DELETE", f"{DEFINITIONS}/{name}")


def main():
    with contextlib.ExitStack() as stack:
        api = Api(stack, WORK / "admin.kubeconfig")
        repo = Repo(GitServer(stack, WORK / "repos"), "config")
        for template in sorted((HERE / "config").rglob("*.yaml")):
            repo.write(template.relative_to(HERE / "config"), template.read_text())
        say(f"the config repository is served at {repo.url}")
        charts = Charts(stack, WORK)
        say("applying the definitions of Sluice's kinds and starting the daemon")
        defined = api.define(missing_only=True)
        daemon = Daemon(stack, WORK, WORK / "engine.kubeconfig", ["--watch-all-namespaces=false"], namespace=OWN,
                        env={"SSL_CERT_FILE": str(charts.trusted)})
        demo, release = Demo(api, repo), ReleaseDemo(api, charts, say, row)
        try:
            for part in (demo.first, demo.change, demo.edit_by_hand, demo.delete_by_hand, demo.prune, demo.broken, demo.revert,
                         release.install, release.upgrade, release.broken, release.heal, release.history):
                part()
            now, most = daemon.memory()
            release.clean()
            demo.clean()
        except Failed as failed:
            print(f"\033[31m✗\033[0m {failed}\nthe daemon's last words:\n{daemon.last_words()}")
            return 1
        finally:
            if os.environ.get("KUBECONFIG"):
                demo.leave(defined)
        if not daemon.alive():
            print(f"the daemon ended by itself with status {daemon.end()}")
            return 1
    width = max(len(what) for what, _, _ in ROWS)
    print("\n" + "─" * (width + 14))
    for what, seconds, _ in ROWS:
        print(f"{what:<{width}}  {seconds * 1000:8.0f} ms")
    print(f"{'memory of the daemon: at the end, at most':<{width}}  {now:5.1f}, {most:.1f} MB")
    print("─" * (width + 14))
    return 0


sys.exit(main())
