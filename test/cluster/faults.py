"""faults.py WORK BIN: what an API server and a network can do to the daemon. In each story a commit falls into the fault; afterwards the
daemon must be alive, the commit applied, and nothing pruned that was not removed from the repository."""
import contextlib, itertools, json, pathlib, random, subprocess, sys, time, urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import (Api, Daemon, Failed, GitServer, Repo, collection, configmap, documents, is_ready, kustomization, poll, source)
from proxy import Front, Relay, status

WORK, BIN = pathlib.Path(sys.argv[1]), sys.argv[2]
PORT = int((WORK / "port").read_text())
CLUSTER = pathlib.Path(__file__).resolve().parent


def kubeconfig(path, server, user=True):
    ca = f", certificate-authority: {WORK}/pki/ca.crt" if server.startswith("https") else ""
    token = "token: engine-token" if user else ""
    path.write_text("apiVersion: v1\nkind: Config\n" f'clusters: [{{name: c, cluster: {{server: "{server}"{ca}}}}}]\n'
                    f"users: [{{name: u, user: {{{token}}}}}]\ncontexts: [{{name: x, context: {{cluster: c, user: u}}}}]\ncurrent-context: x\n")
    return path


class Story:
    def __init__(self, stack, api, server, name, config):
        self.api, self.ns, self.number = api, "fault-" + name, 0
        folder = WORK / self.ns
        folder.mkdir()
        self.repo = Repo(server, self.ns)
        self.path = f"{collection('Kustomization', self.ns)}/app"
        self.revision = self.repo.commit("First", {f"{n}.yaml": configmap(n, v="0") for n in "abc"})
        api.apply("-f", "-", text=documents(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {self.ns}}}",
                                            source("app", self.ns, self.repo.url, "1s"), kustomization("app", self.ns, "app", wait="false")))
        self.daemon = Daemon(stack, folder, kubeconfig(folder / "kubeconfig", **config), ["--watch-all-namespaces=false"], namespace=self.ns)
        self.settle()
        self.uids = self.objects()

    def objects(self):
        return {o["metadata"]["name"]: o["metadata"]["uid"] for o in self.api.items(f"/api/v1/namespaces/{self.ns}/configmaps")
                if o["metadata"]["name"] in "abc"}

    def commit(self):
        self.number += 1
        self.revision = self.repo.commit(f"Change {self.number}", {"a.yaml": configmap("a", v=str(self.number))})

    def settle(self, timeout=90):
        poll(f"{self.ns} at {self.revision[:8]}", lambda: not self.daemon.alive() or is_ready(self.api.get(self.path), self.revision), timeout)
        if not self.daemon.alive():
            raise Failed(f"the daemon ended: {self.daemon.last_words()}")

    def check(self):
        self.settle()
        if self.objects() != self.uids:
            raise Failed(f"objects were deleted or replaced: {self.objects()} instead of {self.uids}")
        value = self.api.get(f"/api/v1/namespaces/{self.ns}/configmaps/a")["data"]["v"]
        if value != str(self.number):
            raise Failed(f"a has {value}, wanted {self.number}")
        self.api.patch(f"/api/v1/namespaces/{self.ns}/configmaps/b", {"data": {"v": "drifted"}})
        poll("drift corrected after the fault", lambda: self.api.get(f"/api/v1/namespaces/{self.ns}/configmaps/b")["data"]["v"] == "0", 60)
        self.daemon.end()
        self.api.patch(self.path, {"metadata": {"finalizers": None}})
        self.api.call("DELETE", f"/api/v1/namespaces/{self.ns}")


def relay_story(mode, seconds):
    def play(stack, api, server):
        relay = Relay(PORT + 3)
        story = Story(stack, api, server, mode, {"server": f"https://localhost:{relay.port}"})
        relay.mode = mode
        if mode in ("refuse", "cut"):
            relay.drop()
        story.commit()
        time.sleep(seconds)
        relay.mode = "ok"
        story.check()
    play.__name__ = mode
    return play


def front_story(name, fault, seconds=6):
    def play(stack, api, server):
        front = Front(PORT + 3, WORK / "pki/ca.crt", "engine-token")
        story = Story(stack, api, server, name, {"server": f"http://127.0.0.1:{front.port}", "user": False})
        front.fault = fault
        front.drop()
        story.commit()
        time.sleep(seconds)
        front.fault = None
        if not front.faults:
            raise Failed("no fault was injected")
        story.check()
    play.__name__ = name
    return play


turn = itertools.count()
STORIES = [
    relay_story("refuse", 6), relay_story("cut", 6), relay_story("slow", 6), relay_story("stall", 12),
    front_story("busy", lambda m, p: next(turn) % 2 and (429, {"Retry-After": "1"}, status(429, "TooManyRequests"))),
    front_story("errors", lambda m, p: random.random() < 0.5 and (500, {}, status(500, "InternalError"))),
    front_story("all-errors", lambda m, p: (503, {}, status(503, "ServiceUnavailable"))),
    front_story("gone", lambda m, p: "watch=" in p and "sendInitialEvents" not in p and (410, {}, status(410, "Expired"))),
    front_story("nonsense", lambda m, p: random.random() < 0.5 and (200, {}, ["<html>"])),
]


def restart(stack, api, server):
    """The API server is away for 20 s."""
    story = Story(stack, api, server, "restart", {"server": f"https://127.0.0.1:{PORT + 3}"})
    pid = int((WORK / "apiserver.pid").read_text())
    subprocess.run(["kill", "-9", str(pid)], check=True)
    story.commit()
    time.sleep(20)
    subprocess.run([str(CLUSTER / "api"), str(WORK), BIN], check=True)
    story.check()


def compaction(stack, api, server):
    """etcd forgets its history in a loop while commits come and connections are lost."""
    relay = Relay(PORT + 3)
    story = Story(stack, api, server, "compaction", {"server": f"https://localhost:{relay.port}"})
    etcd = f"http://127.0.0.1:{PORT + 1}/v3/kv/"

    def post(verb, body):
        return json.load(urllib.request.urlopen(urllib.request.Request(etcd + verb, json.dumps(body).encode())))

    for _ in range(8):
        now = int(post("range", {"key": "AA=="})["header"]["revision"])
        with contextlib.suppress(urllib.error.HTTPError):
            post("compaction", {"revision": str(now), "physical": True})
        relay.drop()
        story.commit()
        time.sleep(0.5)
    story.check()


def main():
    passed = failed = 0
    wanted = sys.argv[3:]
    with contextlib.ExitStack() as stack:
        api, server = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "repos")
        api.define()
        for story in STORIES + [compaction, restart]:
            if wanted and story.__name__ not in wanted:
                continue
            began = time.monotonic()
            with contextlib.ExitStack() as mine:
                try:
                    story(mine, api, server)
                    passed += 1
                    print(f"{story.__name__}: converged, {time.monotonic() - began:.1f} s", flush=True)
                except Failed as e:
                    failed += 1
                    print(f"{story.__name__}: {e}", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed != 0


sys.exit(main())
