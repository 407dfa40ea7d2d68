"""demo.py WORK SLUICE: plays the demonstration against the cluster of WORK/admin.kubeconfig and prints what it saw and how long
each thing took. Every figure is taken from the API server's own watch events, not from polling."""
import contextlib, http.client, json, os, pathlib, queue, re, subprocess, sys, threading, time

WORK, SLUICE = pathlib.Path(sys.argv[1]), sys.argv[2]
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OWN = "sluice-demo"
FLUX = {"GitRepository": "/apis/source.toolkit.fluxcd.io/v1", "Kustomization": "/apis/kustomize.toolkit.fluxcd.io/v1"}
ROWS = []


def say(text):
    print(f"\033[36m·\033[0m {text}", flush=True)


def row(what, seconds, note=""):
    ROWS.append((what, seconds, note))
    print(f"\033[32m✓\033[0m {what}: {seconds * 1000:.0f} ms{'  (' + note + ')' if note else ''}", flush=True)


class Failed(Exception):
    pass


class Api:
    """The API server through `kubectl proxy`, which knows how to log in with any kubeconfig."""

    def __init__(self, stack):
        self.kubeconfig = str(WORK / "admin.kubeconfig")
        proxy = subprocess.Popen(["kubectl", "--kubeconfig", self.kubeconfig, "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        stack.callback(stop, proxy)
        self.port = int(re.search(r":(\d+)", proxy.stdout.readline()).group(1))

    def call(self, method, path, body=None, kind="application/json"):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request(method, path, None if body is None else json.dumps(body), {"Content-Type": kind})
        reply = link.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text[:1] == b"{" else text.decode()

    def get(self, path):
        status, obj = self.call("GET", path)
        return obj if status == 200 else None

    def apply(self, *args):
        done = subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "apply", "--server-side", "--force-conflicts", *args],
                              capture_output=True, text=True)
        if done.returncode:
            raise Failed(done.stderr)

    def patch(self, path, body):
        status, obj = self.call("PATCH", path, body, "application/merge-patch+json")
        if status != 200:
            raise Failed(f"PATCH {path}: {obj}")

    @contextlib.contextmanager
    def watch(self, collection, name):
        """Gives a queue of (time, object or None) for one object, from now on."""
        _, now = self.call("GET", f"{collection}?fieldSelector=metadata.name%3D{name}")
        version, seen = now["metadata"]["resourceVersion"], queue.Queue()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        link.request("GET", f"{collection}?watch=1&fieldSelector=metadata.name%3D{name}&resourceVersion={version}")
        reply = link.getresponse()

        def read():
            with contextlib.suppress(Exception):
                for line in reply:
                    event = json.loads(line)
                    seen.put((time.monotonic(), None if event["type"] == "DELETED" else event["object"]))

        threading.Thread(target=read, daemon=True).start()
        yield seen
        link.sock and link.sock.close()

    @staticmethod
    def until(seen, what, test, timeout=60):
        """The moment at which test(object) became true."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                at, obj = seen.get(timeout=left)
                if test(obj):
                    return at, obj
        raise Failed(f"waited {timeout} s in vain for: {what}")


class Repo:
    """The config repository: a bare one that is served, and a clone to work in."""

    def __init__(self, stack):
        self.bare, self.clone = WORK / "repos/config.git", WORK / "config"
        self.bare.parent.mkdir()
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), cwd=WORK)
        server = subprocess.Popen([str(ROOT / "test/git/serve"), str(WORK / "repos")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(stop, server)
        self.url = server.stdout.readline().strip() + "/config.git"
        self.git("clone", "-q", str(self.bare), str(self.clone), cwd=WORK)
        for template in sorted((HERE / "config").rglob("*.yaml")):
            self.write(template.relative_to(HERE / "config"), template.read_text())

    def git(self, *args, cwd=None):
        env = dict(os.environ, GIT_AUTHOR_NAME="Demo", GIT_AUTHOR_EMAIL="demo@example.org", GIT_COMMITTER_NAME="Demo",
                   GIT_COMMITTER_EMAIL="demo@example.org", GIT_CONFIG_GLOBAL="/dev/null")
        done = subprocess.run(["git", *args], cwd=cwd or self.clone, env=env, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"git {args[0]}: {done.stderr}")
        return done.stdout.strip()

    def write(self, path, text):
        file = self.clone / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message):
        self.git("checkout", "-q", "-B", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.push(message)

    def push(self, message):
        self.git("push", "-q", "origin", "main")
        say(f"commit {self.git('rev-parse', '--short', 'HEAD')} “{message}”")
        return time.monotonic()


def stop(process):
    process.terminate()
    try:
        process.wait(12)
    except subprocess.TimeoutExpired:
        process.kill()


def condition(obj, kind="Ready"):
    return next((c for c in ((obj or {}).get("status") or {}).get("conditions", []) if c["type"] == kind), {})


def ready_at(obj, revision):
    return obj and condition(obj).get("status") == "True" and obj["status"].get("lastAppliedRevision", "").endswith(revision)


class Demo:
    def __init__(self, api, repo):
        self.api, self.repo = api, repo
        self.sources, self.kustomizations = (f"{FLUX[k]}/namespaces/{OWN}/{k.lower()}s".replace("repositorys", "repositories") for k in FLUX)
        self.app = f"/api/v1/namespaces/{OWN}-staging"

    def ask(self):
        """What a webhook or `flux reconcile` does: asks the source to look now."""
        stamp = {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": str(time.time_ns())}}}
        self.api.patch(f"{self.sources}/config", stamp)

    def install(self):
        say("applying the definitions of the kinds, the source and two Kustomizations; `apps` depends on `infra`")
        self.api.apply("-f", str(ROOT / "manifests/crds"))
        subprocess.run(["kubectl", "--kubeconfig", self.api.kubeconfig, "wait", "--for=condition=Established", "--timeout=30s", "crd",
                        "gitrepositories.source.toolkit.fluxcd.io", "kustomizations.kustomize.toolkit.fluxcd.io"], check=True, capture_output=True)
        self.api.apply("-f", str(write(WORK / "flux.yaml", (HERE / "flux.yaml").read_text().replace("@URL@", self.repo.url))))

    def first(self):
        began = self.repo.commit("Infrastructure and two environments")
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
            began = self.repo.commit("Greet politely")
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
            began = self.repo.commit("Extra is no longer needed")
            self.ask()
            at, _ = self.api.until(seen, "the deletion", lambda o: o is None)
        row("file removed to pruned", at - began)

    def broken(self):
        file = self.repo.clone / "apps/base/deployment.yaml"
        file.write_text(file.read_text().replace("containerPort: 8080", "containerPort: eighty"))
        with self.api.watch(self.kustomizations, "apps-staging") as seen:
            began = self.repo.commit("A mistake")
            self.ask()
            at, obj = self.api.until(seen, "a failure", lambda o: condition(o).get("status") == "False")
        row("broken commit to a status that says so", at - began)
        say("the status:\n" + "\n".join("    " + line for line in condition(obj)["message"].strip().splitlines()))
        deployment = self.api.get(f"/apis/apps/v1/namespaces/{OWN}-staging/deployments/web")
        say(f"the running Deployment is untouched: {deployment['status'].get('readyReplicas', 0)} of {deployment['spec']['replicas']} ready")

    def revert(self):
        self.repo.git("revert", "--no-edit", "HEAD")
        revision = self.repo.git("rev-parse", "HEAD")
        with self.api.watch(self.kustomizations, "apps-staging") as seen:
            began = self.repo.push('Revert "A mistake"')
            self.ask()
            at, _ = self.api.until(seen, "healthy again", lambda o: ready_at(o, revision))
        row("git revert to healthy again", at - began)

    def clean(self):
        say("removing everything again: deleting the Kustomizations prunes what they applied")
        for name in ("apps-staging", "apps-production", "infra"):
            with self.api.watch(self.kustomizations, name) as seen:
                self.api.call("DELETE", f"{self.kustomizations}/{name}")
                self.api.until(seen, f"{name} gone", lambda o: o is None)
        self.api.call("DELETE", f"{self.sources}/config")
        left = self.api.get(self.app + "/configmaps/settings")
        for namespace in (OWN, OWN + "-staging", OWN + "-production"):
            self.api.call("DELETE", f"/api/v1/namespaces/{namespace}")
        if left and "deletionTimestamp" not in left["metadata"]:
            raise Failed("settings is still there after its Kustomization was deleted")


def write(path, text):
    path.write_text(text)
    return path


def memory(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {k: int(v.split()[0]) / 1024 for k, v in (line.split(":", 1) for line in lines) if k in ("VmHWM", "VmRSS")}


def main():
    with contextlib.ExitStack() as stack:
        api, repo = Api(stack), Repo(stack)
        say(f"the config repository is served at {repo.url}")
        log = open(WORK / "sluice.log", "w")
        demo = Demo(api, repo)
        daemon = subprocess.Popen([SLUICE, "run", "--kubeconfig", str(WORK / "engine.kubeconfig"), "--storage-path", str(WORK / "data"),
                                   "--storage-addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0", "--health-addr", "127.0.0.1:0"],
                                  stderr=log, env=dict(os.environ, RUNTIME_NAMESPACE=OWN))
        stack.callback(stop, daemon)
        try:
            for part in (demo.first, demo.change, demo.edit_by_hand, demo.delete_by_hand, demo.prune, demo.broken, demo.revert):
                part()
            used = memory(daemon.pid)
            demo.clean()
        except Failed as failed:
            print(f"\033[31m✗\033[0m {failed}")
            print("the daemon's last words:\n" + "".join(open(WORK / "sluice.log").readlines()[-15:]))
            return 1
        if daemon.poll() is not None:
            print(f"the daemon ended by itself with status {daemon.returncode}")
            return 1
    width = max(len(what) for what, _, _ in ROWS)
    print("\n" + "─" * (width + 14))
    for what, seconds, _ in ROWS:
        print(f"{what:<{width}}  {seconds * 1000:8.0f} ms")
    print(f"{'memory of the daemon: at the end, at most':<{width}}  {used['VmRSS']:5.1f}, {used['VmHWM']:.1f} MB")
    print("─" * (width + 14))
    return 0


sys.exit(main())
