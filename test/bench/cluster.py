"""cluster.py WORK flux|sluice FIGURE N: one engine's leg on the cluster in WORK; prints lines "engine figure name value unit"."""
import collections, contextlib, json, os, pathlib, statistics, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import (ROOT, Api, Daemon, GitServer, Repo, collection, condition, configmap, documents, is_ready, kustomization, poll, source, stop)
from proxy import Relay
from registry import certificate
from sshd import Sshd

WORK, ENGINE, FIGURE, N = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
BIN = pathlib.Path(subprocess.run(["which", "etcd"], capture_output=True, text=True).stdout).parent
PORT = int((WORK / "port").read_text())
APP = """apiVersion: v1
kind: ServiceAccount
metadata: {name: "app-${INDEX}"}
---
apiVersion: v1
kind: Service
metadata: {name: "app-${INDEX}"}
spec: {selector: {app: "app-${INDEX}"}, ports: [{name: http, port: 9898, targetPort: 9898}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "app-${INDEX}"}
spec:
  replicas: 0
  selector: {matchLabels: {app: "app-${INDEX}"}}
  template:
    metadata: {labels: {app: "app-${INDEX}"}}
    spec:
      serviceAccountName: "app-${INDEX}"
      containers: [{name: app, image: "registry.example.org/app:1", resources: {requests: {cpu: "${MCPU}m", memory: 16Mi}}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: "app-${INDEX}"}
spec: {rules: [{host: "app-${INDEX}.example.org", http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: "app-${INDEX}", port: {number: 9898}}}}]}}]}
"""


def say(name, value, unit):
    print(f"{ENGINE} {FIGURE} {name} {value:.3f} {unit}", flush=True)


class Flux:
    """source-controller and the other one that the figure needs, at the concurrency that their makers recommend."""

    def __init__(self, stack):
        self.processes = []
        env = dict(os.environ, RUNTIME_NAMESPACE="flux-system", KUBECONFIG=str(WORK / "engine.kubeconfig"),
                   SOURCE_CONTROLLER_LOCALHOST=f"127.0.0.1:{PORT + 10}")
        (WORK / "data").mkdir()
        for name, flags in (("source-controller", [f"--storage-path={WORK}/data", f"--storage-addr=127.0.0.1:{PORT + 10}",
                                                   f"--storage-adv-addr=127.0.0.1:{PORT + 10}", "--concurrent=10"]),
                            ("helm-controller", ["--concurrent=10"]) if FIGURE == "releases" else ("kustomize-controller", ["--concurrent=20"])):
            at = PORT + 20 + 2 * len(self.processes)
            p = subprocess.Popen([BIN / name, f"--metrics-addr=127.0.0.1:{at}", f"--health-addr=127.0.0.1:{at + 1}", *flags],
                                 env=env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            stack.callback(stop, p)
            self.processes.append(p)

    def cpu(self):
        return sum(Daemon.cpu(type("P", (), {"process": p})) for p in self.processes)

    def memory(self):
        sizes = [Daemon.memory(type("P", (), {"process": p})) for p in self.processes]
        return tuple(map(sum, zip(*sizes)))


def engine(stack):
    return Flux(stack) if ENGINE == "flux" else Daemon(stack, WORK, WORK / "engine.kubeconfig")


def requests_since(place, namespace):
    """What the engine asked of the API server: (verb, resource, subresource, dry-run) → times."""
    counts = collections.Counter()
    with open(WORK / "audit.log") as log:
        log.seek(place)
        for line in log:
            e = json.loads(line)
            if e["user"]["username"] == "engine":
                ref = e.get("objectRef", {})
                counts[e["verb"], ref.get("resource"), ref.get("subresource", ""), "dryRun" in e["requestURI"]] += 1
    return counts


def audit_place():
    return (WORK / "audit.log").stat().st_size


def namespace(api, name):
    api.apply("-f", "-", text=f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n")


def kustomizations(count, repo, wait="true", path="./app"):
    return documents(*(kustomization(f"ks-{i}", "bench", "app", path, wait, "10m").rstrip()[:-1] +
                       f', postBuild: {{substitute: {{INDEX: "{i}", MCPU: "1"}}}}}}\n' for i in range(count)))


def all_ready(api, count):
    return sum(1 for o in api.items(collection("Kustomization", "bench") + "?resourceVersion=0") if is_ready(o)) >= count


def define(api):
    """Each engine's own definitions: Flux's controllers do not start without all of theirs."""
    if ENGINE == "sluice":
        return api.define()
    for name in ("source", "helm" if FIGURE == "releases" else "kustomize"):
        found = subprocess.run(["go", "list", "-m", "-f", "{{.Dir}}", f"github.com/fluxcd/{name}-controller"], cwd=ROOT / f"test/tools/flux-{name}",
                               env=dict(os.environ, GOFLAGS="-mod=mod"), capture_output=True, text=True, check=True)
        api.apply("-f", found.stdout.strip() + "/config/crd/bases")


def start(stack, files):
    api, server = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "repos")
    repo = Repo(server, "app")
    repo.commit("First", files)
    define(api)
    namespace(api, "bench")
    run = engine(stack)
    api.apply("-f", "-", text=source("app", "bench", repo.url))
    poll("the source", lambda: is_ready(api.get(collection("GitRepository", "bench") + "/app")))
    return api, repo, run


def cold(stack):
    api, repo, run = start(stack, {"app/app.yaml": APP})
    time.sleep(1)
    place, cpu, began = audit_place(), run.cpu(), time.monotonic()
    api.apply("-f", "-", text=kustomizations(N, repo))
    poll("all applied", lambda: len(api.items("/apis/apps/v1/namespaces/bench/deployments?resourceVersion=0")) >= N, 600, 0.3)
    say("applied", time.monotonic() - began, "s")
    poll("all ready", lambda: all_ready(api, N), 600, 0.3)
    say("ready", time.monotonic() - began, "s")
    say("engine_cpu", run.cpu() - cpu, "s")
    say("memory_at_most", run.memory()[1], "MB")
    time.sleep(2)
    counts = requests_since(place, "bench")
    say("requests_each", sum(counts.values()) / N, "requests")
    say("status_writes_each", sum(n for k, n in counts.items() if k[2] == "status") / N, "requests")
    for key, n in counts.most_common(12):
        print("   ", n / N, *key, file=sys.stderr)
    unchanged(api, run)


def unchanged(api, run):
    """A hundred Kustomizations are asked to reconcile, and there is nothing to do."""
    place, names = audit_place(), [f"ks-{i}" for i in range(min(100, N))]
    marks = {name: api.ask("Kustomization", "bench", name) for name in names}
    seen = lambda o: (o["metadata"]["name"] not in marks or o["status"].get("lastHandledReconcileAt") == marks[o["metadata"]["name"]])
    poll("all handled", lambda: all(seen(o) for o in api.items(collection("Kustomization", "bench"))), 120)
    time.sleep(2)
    counts = requests_since(place, "bench")
    status = sum(n for k, n in counts.items() if k[2] == "status")
    managed = sum(n for k, n in counts.items() if k[1] in ("deployments", "services", "serviceaccounts", "ingresses") and k[0] != "watch")
    say("unchanged_status_writes_each", status / len(names), "requests")
    say("unchanged_requests_for_objects_each", managed / len(names), "requests")


def commit(stack):
    api, repo, run = start(stack, {"app/one.yaml": configmap("one", v="0")})
    api.apply("-f", "-", text=kustomization("one", "bench", "app", "./app", "false"))
    poll("the first commit", lambda: is_ready(api.get(collection("Kustomization", "bench") + "/one")))
    took = []
    for i in range(1, 21):
        with api.watch("/api/v1/namespaces/bench/configmaps", "one") as seen:
            repo.commit(f"Change {i}", {"app/one.yaml": configmap("one", v=str(i))})
            began = time.monotonic()
            api.ask("GitRepository", "bench", "app")
            took.append(api.until(seen, "the change", lambda o: o and o["data"]["v"] == str(i))[0] - began)
    say("commit_to_applied_p50", statistics.median(took) * 1000, "ms")
    say("commit_to_applied_max", max(took) * 1000, "ms")


def drift(stack):
    if ENGINE == "flux":
        return  # it looks at the interval only
    api, repo, run = start(stack, {"app/one.yaml": configmap("one", v="0")})
    api.apply("-f", "-", text=kustomization("one", "bench", "app", "./app", "false"))
    poll("the first commit", lambda: is_ready(api.get(collection("Kustomization", "bench") + "/one")))
    took = []
    for i in range(20):
        with api.watch("/api/v1/namespaces/bench/configmaps", "one") as seen:
            api.patch("/api/v1/namespaces/bench/configmaps/one", {"data": {"v": f"edited {i}"}})
            began = api.until(seen, "the edit", lambda o: o and o["data"]["v"] == f"edited {i}")[0]
            took.append(api.until(seen, "the correction", lambda o: o and o["data"]["v"] == "0")[0] - began)
    say("drift_to_corrected_p50", statistics.median(took) * 1000, "ms")
    say("drift_to_corrected_max", max(took) * 1000, "ms")


def isolation(stack):
    """200 healthy Kustomizations alone, then beside 200 that never become ready; the median of some rounds."""
    never = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"never-${INDEX}\"}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}, " \
            "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n"
    api, repo, run = start(stack, {"app/one.yaml": configmap('"one-${INDEX}"', v="0"), "never/never.yaml": never})

    def healthy(group):
        """Makes 200, and looks at these alone: what is seen of the others costs the API server time, too."""
        names = [f"{group}-{i}" for i in range(200)]
        text = documents(*(kustomization(n, "bench", "app", "./app", "true").replace("namespace: bench}", f"namespace: bench, labels: {{group: {group}}}}}", 1)
                           .rstrip()[:-1] + f", postBuild: {{substitute: {{INDEX: {n}}}}}}}\n" for n in names))
        query = f"{collection('Kustomization', 'bench')}?resourceVersion=0&labelSelector=group%3D{group}"
        began = time.monotonic()
        api.apply("-f", "-", text=text)
        poll("the healthy ones", lambda: sum(map(is_ready, api.items(query))) == 200, 300, 0.05)
        return time.monotonic() - began

    kustomizations = collection("Kustomization", "bench")
    others = f"{kustomizations}?resourceVersion=0&labelSelector=group%3Dnever"
    never_ready = documents(*(kustomization(f"never-{i}", "bench", "app", "./never", "true", "20m")
                              .replace("namespace: bench}", "namespace: bench, labels: {group: never}}", 1).rstrip()[:-1] +
                              f', postBuild: {{substitute: {{INDEX: "{i}"}}}}}}\n' for i in range(200)))
    alone, beside, cpu = [], [], {"alone": 0, "beside": 0}
    for i in range(9 if os.environ.get("FULL") else 3): # in turn, since the machine and the cluster change with time
        began = run.cpu()
        alone.append(healthy(f"alone{i}"))
        cpu["alone"] += run.cpu() - began
        api.apply("-f", "-", text=never_ready)
        poll("all of the others waiting", lambda: sum(1 for o in api.items(others) if condition(o, "Healthy").get("status") == "Unknown") == 200, 300)
        time.sleep(3)
        began = run.cpu()
        beside.append(healthy(f"beside{i}"))
        cpu["beside"] += run.cpu() - began
        api.call("DELETE", f"{kustomizations}?labelSelector=group%3Dnever")
        poll("none of the others", lambda: not api.items(others), 300)
        time.sleep(3)
    say("healthy_alone", statistics.median(alone), "s")
    say("healthy_beside_200_never_ready", statistics.median(beside), "s")
    for which, seconds in cpu.items():
        say(f"healthy_{which}_engine_cpu", seconds / len(alone), "s")


def releases(stack):
    """N HelmReleases of one chart from Git: made, then each with another value."""
    chart = ROOT / "test/demo/chart"
    files = {f"charts/podinfo/{f.relative_to(chart)}": f.read_text() for f in sorted(chart.rglob("*")) if f.is_file()}
    api, repo, run = start(stack, files)
    path = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/bench/helmreleases"
    release = lambda i, color: (
        f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: hr-{i}, namespace: bench}}\nspec: {{interval: 1h, timeout: 10m, "
        "driftDetection: {mode: enabled}, chart: {spec: {chart: charts/podinfo, interval: 10h, sourceRef: {kind: GitRepository, name: app}}}, "
        f'values: {{replicas: 0, color: "{color}"}}}}\n')
    for step, color in (("cold", "one"), ("upgrade", "two")):
        place, cpu, began = audit_place(), run.cpu(), time.monotonic()
        api.apply("-f", "-", text=documents(*(release(i, color) for i in range(N))))
        poll("all released", lambda: sum(1 for o in api.items(path + "?resourceVersion=0") if is_ready(o)) >= N, 900, 0.3)
        say(f"{step}_ready", time.monotonic() - began, "s")
        say(f"{step}_engine_cpu", run.cpu() - cpu, "s")
        time.sleep(2)
        counts = requests_since(place, "bench")
        say(f"{step}_requests_each", sum(counts.values()) / N, "requests")
        say(f"{step}_status_writes_each", sum(n for k, n in counts.items() if k[2] == "status") / N, "requests")
        for key, n in counts.most_common(14):
            print("   ", n / N, *key, file=sys.stderr)
    say("memory_at_most", run.memory()[1], "MB")


def secret(api, name, **data):
    api.apply("-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "bench"}, "stringData": data}))


def old_repository(server):
    """Sixty megabytes of history, thirty times the files."""
    repo = Repo(server, "old")
    for i in range(40):
        repo.write("large.bin", os.urandom(1_500_000).hex())
        repo.commit(f"Large {i}", {f"apps/{i}-{k}.yaml": configmap(f"cm-{i}-{k}", v="0") for k in range(50)} | {"one.yaml": configmap("one", v=str(i))})
    return repo


def transports(stack, server):
    """Per transport: the URL, through a relay that counts, the Secret's entries and what git needs to clone."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "authorized-key"], cwd=WORK, check=True)
    (WORK / "authorized").write_text((WORK / "authorized-key.pub").read_text())
    sshd = Sshd(stack, WORK, "bench")
    https, ssh = Relay(int(server.url.rsplit(":", 1)[1])), Relay(sshd.port)
    (WORK / "known").write_text(sshd.known(ssh.port))
    return [("https", f"https://127.0.0.1:{https.port}/old.git", https, {"ca.crt": (WORK / "authority.crt").read_text()}, {"GIT_SSL_NO_VERIFY": "1"}),
            ("ssh", f"ssh://root@127.0.0.1:{ssh.port}{server.root}/old.git", ssh,
             {"identity": (WORK / "authorized-key").read_text(), "known_hosts": sshd.known(ssh.port)},
             {"GIT_SSH_COMMAND": f"ssh -F none -i {WORK}/authorized-key -o UserKnownHostsFile={WORK}/known"})]


def history(stack):
    """A repository with history, over https and ssh: what is sent for a new head and for an unchanged one; then a hundred sources that are
    polled every 5 s."""
    certificate(WORK, "authority")
    os.environ.update(zip(("CERT", "KEY"), map(str, certificate(WORK, "server", authority="authority"))))
    server = GitServer(stack, WORK / "repos")
    del os.environ["CERT"], os.environ["KEY"]
    repo = old_repository(server)
    api = Api(stack, WORK / "admin.kubeconfig")
    define(api)
    namespace(api, "bench")
    run = engine(stack)
    make = lambda name, way, url, interval: source(name, "bench", url, interval).rstrip()[:-1] + f", secretRef: {{name: {way}}}}}\n"
    at = lambda name: api.get(f"{collection('GitRepository', 'bench')}/{name}")

    def asked(name, relay, revision=""):
        relay.bytes, before = 0, run.memory()[0]
        mark = api.ask("GitRepository", "bench", name)
        poll(f"{name} asked", lambda: (o := at(name)) and o["status"].get("lastHandledReconcileAt") == mark and is_ready(o, revision), 120, 0.02)
        # what is done ahead for the next look counts, too
        poll("nothing goes on", lambda: (sent := relay.bytes, time.sleep(1.5), relay.bytes == sent)[2])
        return relay.bytes, run.memory()[1] - before

    ways = transports(stack, server)
    for way, url, relay, entries, env in ways:
        name = f"old-{way}"
        subprocess.run(["git", "clone", "-q", url, str(WORK / f"whole-{way}")], env=dict(os.environ, **env), check=True)
        whole, relay.bytes = relay.bytes, 0
        say(f"{way}_whole_clone", whole / 1e6, "MB")
        secret(api, way, **entries)
        api.apply("-f", "-", text=make(name, way, url, "1h"))
        poll("the first fetch", lambda: is_ready(at(name)), 300)
        say(f"{way}_first_fetch", relay.bytes / 1e6, "MB")
        sent, grown = asked(name, relay, repo.commit("Small", {"one.yaml": configmap("one", v=f"new by {way}")}))
        say(f"{way}_new_head", sent / 1e6, "MB")
        say(f"{way}_new_head_memory_more", max(grown, 0), "MB")
        asked(name, relay)
        say(f"{way}_same_head", statistics.median(asked(name, relay)[0] for _ in range(5)), "bytes")
    api.apply("-f", "-", text=documents(*(make(f"polled-{i}", *ways[0][:2], "5s") for i in range(100))))
    poll("all of them", lambda: all(is_ready(o) for o in api.items(collection("GitRepository", "bench"))), 600, 0.5)
    time.sleep(5)
    began, cpu = time.monotonic(), run.cpu()
    time.sleep(30)
    say("polling_100_every_5s", (run.cpu() - cpu) / (time.monotonic() - began) * 100, "percent_of_a_core")
    say("load_meanwhile", os.getloadavg()[0], "runnable")


with contextlib.ExitStack() as everything:
    globals()[FIGURE](everything)
