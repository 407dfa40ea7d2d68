"""releases.py WORK: HelmReleases that can't be what they are told to be: what users, charts, repositories and registries do wrong. Each row of
the table is installed well, then one thing is spoiled: a condition must say what, where and what to do, the release that runs is left
alone, and when the thing is put right the release follows. Against the API double and the daemon."""
import contextlib, hashlib, json, os, pathlib, re, sys, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import yaml
from double import Double
from lab import Daemon, Failed, condition, poll
from registry import HELM_LAYER, Front, Registry, tgz
from shop import Shop
from sources import BUILD, SOURCES, play

WORK = pathlib.Path(sys.argv[1])
RELEASES = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/default/helmreleases"
CORE = "/api/v1/namespaces/default"
MERGE = "application/merge-patch+json"
CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {v: "{{ .Values.v }}", chart: "{{ .Chart.Version }}"}\n'
HOOK = """{{ if .Values.hook }}
apiVersion: v1
kind: Pod
metadata: {name: "{{ .Release.Name }}-{{ .Values.hook }}", annotations: {helm.sh/hook: "pre-upgrade"}}
spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
{{ end }}
"""
SCHEMA = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"v": {"type": "string", "maxLength": 40}}})
LONG = "a long tale " * 10
PATIENCE = int(os.environ.get("PATIENCE", 90))

# what is wrong → (how it is spoiled: a patch of the HelmRelease's spec, or a version 1.1.0 of its chart; the reason of its Ready, or
# "HelmChart" where the release stays as it is and its chart tells; what the message must hold)
ROWS = {
    "no-chart": ({"chart": {"spec": {"chart": "nowhere"}}}, "SourceNotReady", [r"HelmChart 'default/default-no-chart'", r"no chart name found"]),
    "no-version": ({"chart": {"spec": {"version": ">=9.0.0"}}}, "SourceNotReady", [r"no 'demo' chart with version matching '>=9\.0\.0' found"]),
    "no-range": ({"chart": {"spec": {"version": "one point two"}}}, "SourceNotReady", [r"HelmChart 'default/default-no-range'", r"improper constraint: \"one point two\""]),
    "truncated": ("truncated", "HelmChart", [r"demo-1\.1\.0\.tgz|demo", r"1\.1\.0", r"cut|truncated|unexpected|ends|EOF"]),
    "bomb": ("bomb", "HelmChart", [r"1\.1\.0", r"zeros", r"--helm-chart-file-max-size|exceed|larger|limit"]),
    "no-chart-yaml": ("no-chart-yaml", "HelmChart", [r"1\.1\.0", r"Chart\.yaml"]),
    "down": ({"chart": {"spec": {"sourceRef": {"name": "down"}}}}, "SourceNotReady", [r"down", r"no artifact|127\.0\.0\.1:1\b"]),
    "broken": ({"chart": {"spec": {"sourceRef": {"name": "broken"}}}}, "SourceNotReady", [r"broken", r"no artifact|index"]),
    "nonsense": ({"chart": {"spec": {"sourceRef": {"name": "nonsense"}}}}, "SourceNotReady", [r"nonsense", r"no artifact|index"]),
    "oci-down": ({"chart": {"spec": {"sourceRef": {"name": "oci-down"}}}}, "SourceNotReady", [r"demo", r"127\.0\.0\.1:1\b", r"refused|connect"]),
    "oci-nonsense": ({"chart": {"spec": {"sourceRef": {"name": "oci-nonsense"}}}}, "SourceNotReady", [r"demo", r"127\.0\.0\.1:\d+"]),
    "oci-layer": ({"chart": {"spec": {"version": "1.1.0", "sourceRef": {"name": "oci-layer"}}}}, "SourceNotReady", [r"charts/demo:1\.1\.0", r"cut off"]),
    "oci-digest": ({"chart": {"spec": {"version": "1.1.0", "sourceRef": {"name": "oci-digest"}}}}, "SourceNotReady", [r"demo", r"digest|sha256"]),
    "no-repository": ({"chart": {"spec": {"sourceRef": {"name": "absent"}}}}, "SourceNotReady", [r"absent", r"not found"]),
    "no-values": ({"valuesFrom": [{"kind": "Secret", "name": "nowhere"}]}, "ValuesError", [r"Secret", r"default/nowhere", r"not found"]),
    "schema": ({"values": {"v": LONG}}, "UpgradeFailed", [r"don't meet the specifications of the schema", r"demo", r"/v\b|'v'|at '/v'", r"maxLength|length"]),
    "template": ({"values": {"fail": True}}, "UpgradeFailed", [r"demo/templates/fail\.yaml:1:\d+", r"it fails"]),
    "no-yaml": ({"values": {"v": '"\n  - x: ['}}, "UpgradeFailed", [r"demo/templates/config\.yaml", r"line \d+"]),
    "hook-fails": ({"values": {"hook": "bad"}}, "UpgradeFailed", [r"pre-upgrade hooks failed", r"Pod/default/hook-fails-bad", r"Failed"]),
    "hook-hangs": ({"values": {"hook": "slow"}, "timeout": "1s"}, "UpgradeFailed", [r"pre-upgrade hooks failed", r"timeout waiting for", r"Pod/default/hook-hangs-slow"]),
    "large": ("large", "UpgradeFailed", [r"sh\.helm\.release\.v1\.large\.v2", r"1048576", r"\.helmignore"]),
}
# HelmRepositories: where they lead, and what their own condition must hold
REPOSITORIES = {"down": ("http://127.0.0.1:1/charts", [r"127\.0\.0\.1:1\b", r"refused"]), "broken": ("{shop}/bad/broken", [r"index", r"line \d"]),
                "nonsense": ("{shop}/bad/nonsense", [r"index|html"]), "oci-down": ("oci://127.0.0.1:1/charts", None),
                "oci-nonsense": ("oci://{nonsense}/charts", None), "oci-layer": ("oci://{short}/charts", None), "oci-digest": ("oci://{flip}/charts", None)}


def chart(name, version, more=()):
    files = {"Chart.yaml": f"apiVersion: v2\nname: demo\nversion: {version}\n", "values.yaml": "v: one\n", "values.schema.json": SCHEMA,
             "templates/config.yaml": CONFIG, "templates/hook.yaml": HOOK, "templates/fail.yaml": '{{ if .Values.fail }}{{ fail "it fails" }}{{ end }}\n', **dict(more)}
    return tgz({f"demo/{path}": text for path, text in files.items() if text is not None})


class Table:
    def __init__(self, stack):
        self.faults, self.passed = [], 0
        self.api, self.shop = Double(stack, WORK, BUILD), Shop(stack)
        self.registry = Registry(stack, WORK / "registry")
        self.registry.push("charts/demo", "1.1.0", [(HELM_LAYER, chart("demo", "1.1.0"))],
                           config=b'{"name":"demo","version":"1.1.0"}', config_type="application/vnd.cncf.helm.config.v1+json")
        self.short, self.flip = Front(stack, self.registry), Front(stack, self.registry)
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", "--http-retry=0"], sluice=str(BUILD / "sluice"))
        threading.Thread(target=self.fail_hooks, daemon=True).start()

    # ---- what there is ----

    def put(self, name, version, data, digest=None):
        """A version of a row's chart, and the index anew."""
        self.shop.files[f"/{name}/demo-{version}.tgz"] = data
        digest = digest or hashlib.sha256(data).hexdigest()
        index = yaml.safe_load(self.shop.files.get(f"/{name}/index.yaml", b"{apiVersion: v1, entries: {demo: []}}"))
        others = [e for e in index["entries"]["demo"] if e["version"] != version]
        index["entries"]["demo"] = [{"apiVersion": "v2", "name": "demo", "version": version, "urls": [f"demo-{version}.tgz"], "digest": digest}] + others
        self.shop.files[f"/{name}/index.yaml"] = yaml.safe_dump(index).encode()

    def repository(self, name, url):
        kind = {"type": "oci", "insecure": True} if url.startswith("oci") else {}
        self.api.must("POST", f"{SOURCES}/helmrepositories", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmRepository", "metadata":
                      {"name": name, "namespace": "default"}, "spec": {"interval": "1h", "url": url, **kind}})

    def release(self, name):
        self.api.must("POST", RELEASES, {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": name, "namespace": "default"},
                      "spec": {"interval": "1h", "chart": {"spec": {"chart": "demo", "version": "*", "sourceRef": {"kind": "HelmRepository", "name": "of-" + name}}}}})

    def patch(self, path, body):
        self.api.must("PATCH", path, body, MERGE)

    def ask(self, kind, name):
        self.patch(f"{SOURCES}/{kind}/{name}", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": os.urandom(4).hex()}}})

    def get(self, path):
        status, obj = self.api.call("GET", path)
        return obj if status == 200 else None

    def fail_hooks(self):
        """What a kubelet makes of hooks that are called bad."""
        while True:
            with contextlib.suppress(Failed, OSError):
                poll("a hook", lambda: self.get(f"{CORE}/pods/hook-fails-bad"), 600, 0.1)
                self.patch(f"{CORE}/pods/hook-fails-bad/status", {"status": {"phase": "Failed"}})

    # ---- what is checked ----

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.faults.append(what)
            print(f"FAILED {what}: {seen}", flush=True)

    def running(self, name):
        """The object that the release made, and its deployed revision."""
        config = self.get(f"{CORE}/configmaps/{name}") or {}
        found = {s["metadata"]["labels"]["version"]: s["metadata"]["labels"]["status"] for s in self.api.must("GET", f"{CORE}/secrets")["items"]
                 if s["metadata"]["name"].startswith(f"sh.helm.release.v1.{name}.v")}
        return config.get("data"), config.get("metadata", {}).get("uid"), [v for v, status in found.items() if status == "deployed"], found

    def ready(self, name):
        obj = self.get(f"{RELEASES}/{name}")
        return condition(obj).get("status") == "True" and obj["status"].get("observedGeneration") == obj["metadata"]["generation"]

    def all(self, path):
        return {o["metadata"]["name"]: o for o in self.api.must("GET", path)["items"]}

    def told(self):
        """Waits until each has a condition that says all of it, or until none has come for long."""
        want = {f"HelmRepository {name}": ("helmrepositories", name, None, patterns) for name, (_, patterns) in REPOSITORIES.items() if patterns}
        for name, (_, reason, patterns) in ROWS.items():
            of_chart = reason == "HelmChart"
            want[name] = ("helmcharts", f"default-{name}", None, patterns) if of_chart else ("helmreleases", name, reason, patterns)
        last, seen = time.monotonic(), {}
        while want and time.monotonic() < last + PATIENCE:
            found = {kind: self.all(f"{SOURCES}/{kind}") for kind in ("helmrepositories", "helmcharts")} | {"helmreleases": self.all(RELEASES)}
            for what, (kind, name, reason, patterns) in list(want.items()):
                c = condition(found[kind].get(name))
                seen[what] = c if c.get("status") == "False" else seen.get(what, c)
                if c.get("status") == "False" and reason in (None, c["reason"]) and all(re.search(p, c["message"]) for p in patterns):
                    print(f"{what}: {c['message'].splitlines()[0][:300]}", flush=True)
                    self.check(what, True)
                    del want[what]
                    last = time.monotonic()
            time.sleep(0.1)
        for what, (_, _, reason, patterns) in want.items():
            self.check(what, False, f"{reason} without {[p for p in patterns if not re.search(p, seen[what].get('message', ''))]}: {seen[what]}")

    # ---- the parts, in their order ----

    def begin(self):
        for name in ROWS:
            self.put(name, "1.0.0", chart("demo", "1.0.0"))
            self.repository("of-" + name, f"{self.shop.url}/{name}")
            self.release(name)
        self.shop.files.update({"/bad/broken/index.yaml": b"apiVersion: v1\nentries:\n  demo: [\n  x: y: z\n", "/bad/nonsense/index.yaml": b"<html>no index</html>"})
        nonsense = self.shop.url.removeprefix("http://")
        for name, (url, _) in REPOSITORIES.items():
            self.repository(name, url.format(shop=self.shop.url, nonsense=nonsense, short=self.short.host, flip=self.flip.host))
        for name in ROWS:
            poll(f"{name} is healthy", lambda: self.ready(name), 300)
        self.before = {name: self.running(name)[:3] for name in ROWS}
        self.check("each is deployed once", all(deployed == ["1"] for _, _, deployed in self.before.values()), self.before)

    def spoil(self):
        good = chart("demo", "1.1.0")
        self.put("truncated", "1.1.0", good[:len(good) // 2], hashlib.sha256(good[:len(good) // 2]).hexdigest())
        self.put("bomb", "1.1.0", chart("demo", "1.1.0", {"templates/zeros.yaml": b"\0" * (6 << 20)}))
        self.put("no-chart-yaml", "1.1.0", chart("demo", "1.1.0", {"Chart.yaml": None}))
        self.put("large", "1.1.0", chart("demo", "1.1.0", {"files/noise.bin": os.urandom(2 << 20)}))
        for front, how in ((self.short, "short"), (self.flip, "flip")):
            front.only = "/blobs/"
            front.spoil(1, how, 100000)
        for name, (how, *_) in ROWS.items():
            if isinstance(how, dict):
                self.patch(f"{RELEASES}/{name}", {"spec": how})
            else:
                self.ask("helmrepositories", "of-" + name)

    def untouched(self):
        for name in ROWS:
            *now, records = self.running(name)
            self.check(f"{name}: what runs is left alone", tuple(now) == self.before[name], f"{self.before[name]} → {now} {records}")

    def recovered(self):
        """What was wrong is put right; the release follows."""
        self.short.clear()
        self.flip.clear()
        for name in ROWS:
            self.put(name, "1.2.0", chart("demo", "1.2.0"))
            self.patch(f"{RELEASES}/{name}", {"spec": {"values": {"v": "two", "fail": None, "hook": None}, "valuesFrom": None, "timeout": "5m",
                       "chart": {"spec": {"chart": "demo", "version": "1.2.0", "sourceRef": {"name": "of-" + name}}}}})
            self.ask("helmrepositories", "of-" + name)
        for name in ROWS:
            try:
                poll(f"{name} is right again", lambda: self.ready(name) and self.running(name)[0] == {"v": "two", "chart": "1.2.0"}, 60)
                self.check(f"{name}: one revision is deployed", len(self.running(name)[2]) == 1, self.running(name))
            except Failed as e:
                self.check(f"{name} is right again", False, f"{e}: {condition(self.get(f'{RELEASES}/{name}'))} {self.running(name)}")


def main():
    with contextlib.ExitStack() as stack:
        table = Table(stack)
        return play(table, (table.begin, table.spoil, table.told, table.untouched, table.recovered))


sys.exit(main())
