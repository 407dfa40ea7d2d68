"""What the demonstration, the cluster tests and the benchmarks share: an API server to talk to, a config repository that is
served, the daemon as a process. Moments are taken from the API server's watch events, not from polling."""
import contextlib, http.client, json, os, pathlib, queue, re, subprocess, threading, time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KINDS = {"GitRepository": ("/apis/source.toolkit.fluxcd.io/v1", "gitrepositories"),
         "Kustomization": ("/apis/kustomize.toolkit.fluxcd.io/v1", "kustomizations")}

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

# every limit of waiting is that of a quiet machine, times this: only what never comes may fail
PATIENCE = 3


class Failed(Exception):
    pass


def stop(process, seconds=12):
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def collection(kind, namespace):
    root, plural = KINDS[kind]
    return f"{root}/namespaces/{namespace}/{plural}"


class Api:
    """The API server through `kubectl proxy`, which knows how to log in with any kubeconfig."""

    def __init__(self, stack, kubeconfig):
        self.kubeconfig = str(kubeconfig)
        proxy = subprocess.Popen(["kubectl", "--kubeconfig", self.kubeconfig, "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        stack.callback(stop, proxy)
        self.port = int(re.search(r":(\d+)", proxy.stdout.readline()).group(1))

    def call(self, method, path, body=None, kind="application/json"):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request(method, path, None if body is None else json.dumps(body), {"Content-Type": kind})
        reply = link.getresponse()
        text = reply.read()
        link.close()
        return reply.status, json.loads(text) if text[:1] == b"{" else text.decode()

    def get(self, path):
        status, obj = self.call("GET", path)
        return obj if status == 200 else None

    def items(self, path):
        return (self.get(path) or {}).get("items", [])

    def apply(self, *args, text=None):
        done = subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "apply", "--server-side", "--force-conflicts", *args],
                              input=text, capture_output=True, text=True)
        if done.returncode:
            raise Failed(done.stderr)

    def patch(self, path, body):
        status, obj = self.call("PATCH", path, body, "application/merge-patch+json")
        if status != 200:
            raise Failed(f"PATCH {path}: {obj}")
        return obj

    def define(self, missing_only=False):
        """The definitions of Sluice's kinds, served. Returns the names of those that were applied: all, or those that were missing."""
        files = {".".join(reversed(file.stem.split("_", 1))): file for file in (ROOT / "manifests/crds").glob("*.yaml")}
        established = lambda: {o["metadata"]["name"] for o in self.items(DEFINITIONS) if condition(o, "Established").get("status") == "True"}
        there = established() if missing_only else set()
        if missing := files.keys() - there:
            self.apply(*(arg for name in missing for arg in ("-f", str(files[name]))))
        poll("the definitions established", lambda: files.keys() <= established(), 60)
        return files.keys() - there

    def ask(self, kind, namespace, name):
        """What a webhook or `flux reconcile` does: asks for a look now. Returns the mark that status.lastHandledReconcileAt will have."""
        mark = str(time.time_ns())
        self.patch(f"{collection(kind, namespace)}/{name}", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": mark}}})
        return mark

    @contextlib.contextmanager
    def watch(self, path, name=None):
        """Gives a queue of (moment, object or None when deleted), of one object or all of a collection, from now on."""
        choice = f"fieldSelector=metadata.name%3D{name}" if name else ""
        # a kind that was just defined is not served at once
        version = poll("a list of " + path, lambda: ((self.get(f"{path}?{choice}") or {}).get("metadata") or {}).get("resourceVersion"))
        seen = queue.Queue()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        link.request("GET", f"{path}?watch=1&{choice}&resourceVersion={version}")
        reply = link.getresponse()

        def read():
            with contextlib.suppress(Exception):
                for line in reply:
                    event = json.loads(line)
                    seen.put((time.monotonic(), None if event["type"] == "DELETED" else event["object"]))

        threading.Thread(target=read, daemon=True).start()
        yield seen
        with contextlib.suppress(Exception):
            link.sock.shutdown(2)

    @staticmethod
    def until(seen, what, test, timeout=60):
        """The moment at which test(object) became true, and the object."""
        end = time.monotonic() + timeout * PATIENCE
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                at, obj = seen.get(timeout=left)
                if test(obj):
                    return at, obj
        raise Failed(f"waited {timeout} s in vain for: {what}")


def poll(what, test, timeout=60, every=0.1):
    """For what no watch can tell: the first true value of test()."""
    end = time.monotonic() + timeout * PATIENCE
    while not (got := test()):
        if time.monotonic() > end:
            raise Failed(f"waited {timeout} s in vain for: {what}")
        time.sleep(every)
    return got


def condition(obj, kind="Ready"):
    return next((c for c in (((obj or {}).get("status") or {}).get("conditions") or []) if c["type"] == kind), {})


def is_ready(obj, revision=""):
    """Ready for this generation, at a revision that ends so."""
    return (bool(obj) and condition(obj).get("status") == "True" and obj["status"].get("observedGeneration") == obj["metadata"]["generation"]
            and obj["status"].get("lastAppliedRevision", obj["status"].get("artifact", {}).get("revision", "")).endswith(revision))


class GitServer:
    def __init__(self, stack, folder):
        self.root = pathlib.Path(folder)
        self.root.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen([str(ROOT / "test/git/serve"), str(self.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(stop, self.process)
        self.url = self.process.stdout.readline().strip()


class Repo:
    """A config repository: a bare one that is served, and a clone to work in."""

    def __init__(self, server, name):
        self.bare, self.clone = server.root / f"{name}.git", server.root.parent / f"clone-{name}"
        self.url = f"{server.url}/{name}.git"
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), cwd=server.root)
        self.git("clone", "-q", str(self.bare), str(self.clone), cwd=server.root)
        self.git("checkout", "-q", "-B", "main")

    def git(self, *args, cwd=None):
        env = dict(os.environ, GIT_AUTHOR_NAME="Dev", GIT_AUTHOR_EMAIL="dev@example.org", GIT_COMMITTER_NAME="Dev",
                   GIT_COMMITTER_EMAIL="dev@example.org", GIT_CONFIG_GLOBAL="/dev/null")
        done = subprocess.run(["git", *args], cwd=cwd or self.clone, env=env, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"git {args[0]}: {done.stderr}")
        return done.stdout.strip()

    def write(self, path, text):
        """Writes a file, or removes it when text is None."""
        file = self.clone / path
        if text is None:
            return file.unlink()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message, files=None):
        """Commits what is there, after writing files. Returns the commit."""
        for path, text in (files or {}).items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.push()

    def push(self):
        self.git("push", "-q", "origin", "main")
        return self.git("rev-parse", "HEAD")


class Daemon:
    """`sluice run` beside the cluster; its log is a file. extra: further flags, env: further environment."""

    def __init__(self, stack, work, kubeconfig, extra=(), env=None, namespace="flux-system", sluice=None):
        self.log = pathlib.Path(work) / "sluice.log"
        program = sluice or os.environ.get("SLUICE", str(ROOT / "build/release/sluice"))
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([program, "run", "--kubeconfig", str(kubeconfig), "--storage-path", str(pathlib.Path(work) / "data"),
                                             "--storage-addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0", "--health-addr", "127.0.0.1:0", *extra],
                                            stderr=log, env=dict(os.environ, RUNTIME_NAMESPACE=namespace, **(env or {})))
        stack.callback(self.end)

    def end(self):
        """Asks it to end; the status it ended with."""
        if self.process.poll() is None:
            stop(self.process)
        return self.process.returncode

    def alive(self):
        return self.process.poll() is None

    def memory(self):
        """Megabytes now and at most."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        sizes = {k: int(v.split()[0]) / 1024 for k, v in (line.split(":", 1) for line in lines) if k in ("VmHWM", "VmRSS")}
        return sizes["VmRSS"], sizes["VmHWM"]

    def cpu(self):
        """Seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def last_words(self, lines=15):
        return "".join(self.log.read_text(errors="replace").splitlines(True)[-lines:])


SOURCE = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{interval: {interval}, url: "{url}", ref: {{branch: main}}}}
"""
KUSTOMIZATION = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{interval: 1h, retryInterval: 2s, path: {path}, prune: true, wait: {wait}, timeout: {timeout}, targetNamespace: {namespace},
  sourceRef: {{kind: GitRepository, name: {source}}}}}
"""


def source(name, namespace, url, interval="1h"):
    return SOURCE.format(**locals())


def kustomization(name, namespace, source, path="./", wait="true", timeout="1m"):
    return KUSTOMIZATION.format(**locals())


def configmap(name, **data):
    fields = "".join(f"\n  {k}: {json.dumps(v)}" for k, v in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:{fields or ' {}'}\n"


def documents(*texts):
    return "\n---\n".join(texts)
