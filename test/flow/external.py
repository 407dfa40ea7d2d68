"""external.py WORK: ExternalArtifacts, whose files lie with somebody else, as sources of Kustomizations and HelmReleases: downloaded, checked, kept, and refused in
clear words; with a server that fails, lies and comes back. Prints one line a case."""
import contextlib, hashlib, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3, Files
from double import Double
from lab import Daemon, condition, poll
from registry import tgz
from sources import BUILD, SOURCES, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
MERGE = "application/merge-patch+json"
APPLIERS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"


def manifest(name, value):
    return tgz({"deploy/a.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: default}}\ndata: {{v: '{value}'}}\n"})


class Cases(SourceCases):
    kind, plural = "Kustomization", "kustomizations"

    def __init__(self, stack):
        super().__init__()
        self.stack = stack
        self.api = Double(stack, WORK, BUILD)
        self.server = Files(stack, {}, "application/gzip")
        self.data = WORK / "data"
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", "--requeue-dependency=1s",
                                                                "--feature-gates=ExternalArtifact=true"], sluice=str(BUILD / "sluice"))

    def path(self, name):
        return f"{APPLIERS}/{name}"

    def artifact(self, name, data, revision, algorithm="sha256", **more):
        """Whoever makes the artifact says where it lies."""
        url = f"http://{self.server.host}/{name}.tar.gz"
        if data is not None:
            self.server.files[f"/{name}.tar.gz"] = data
        path = f"{SOURCES}/externalartifacts/{name}"
        if self.api.call("GET", path)[0] == 404:
            self.api.must("POST", f"{SOURCES}/externalartifacts", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "ExternalArtifact",
                                                                   "metadata": {"name": name, "namespace": "default"}, "spec": {}})
        told = {"path": "gitrepository/other/secret/x.tar.gz", "url": url, "revision": revision, "lastUpdateTime": "2026-01-01T00:00:00Z",
                "digest": f"{algorithm}:" + hashlib.new(algorithm, data or b"").hexdigest(), **more}
        self.api.must("PATCH", path + "/status", {"status": {"artifact": told}}, MERGE)

    def apply(self, source, **spec):
        """A new Kustomization; its name."""
        self.made += 1
        name = f"k{self.made}"
        self.api.must("POST", APPLIERS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": name, "namespace": "default"},
                                         "spec": {"interval": "1h", "retryInterval": "1s", "prune": True, "path": "./deploy",
                                                  "sourceRef": {"kind": "ExternalArtifact", "name": source}, **spec}})
        return name

    def value(self, name):
        status, obj = self.api.call("GET", f"/api/v1/namespaces/default/configmaps/{name}")
        return obj["data"]["v"] if status == 200 else None

    def applied(self, what, name, revision):
        obj = self.settled(name, lambda c: c.get("status") == "True" and c["message"] == f"Applied revision: {revision}")
        self.check(what, obj["status"]["lastAppliedRevision"] == revision, obj["status"])

    def downloads(self, name):
        return len([p for _, p in self.server.asked if p == f"/{name}.tar.gz"])

    # ---- cases ----

    def life(self):
        self.artifact("app", manifest("app", "1"), "1.0.0@sha256:abc")
        self.artifact("wide", manifest("wide", "1"), "latest", algorithm="sha512")
        name, other = self.apply("app"), self.apply("wide")
        self.applied("downloaded", name, "1.0.0@sha256:abc")
        self.applied("by SHA-512", other, "latest")
        self.check("applied", self.value("app") == "1" and self.value("wide") == "1")
        self.check("the place told is not looked at", not (self.data / "gitrepository").exists(), "")
        self.server.clear()
        self.ask(name, "a")
        self.check("not downloaded again", self.downloads("app") == 0, self.server.asked)
        self.artifact("app", manifest("app", "2"), "2.0.0@sha256:def")
        self.applied("news wake it", name, "2.0.0@sha256:def")
        self.check("news applied", self.value("app") == "2", self.value("app"))
        self.check("one download", self.downloads("app") == 1, self.server.asked)
        for file in (self.data / "externalartifact/default/app").glob("*.tar.gz"):
            file.write_bytes(b"spoilt")
        self.ask(name, "b")
        self.applied("what was spoilt is got again", name, "2.0.0@sha256:def")
        self.server.files["/moved.tar.gz"] = self.server.files.pop("/app.tar.gz")
        self.server.files["/app.tar.gz"] = "/moved.tar.gz"
        self.artifact("app", None, "3.0.0", digest="sha256:" + hashlib.sha256(manifest("app", "2")).hexdigest())
        self.applied("the same bytes under another name", name, "3.0.0")
        self.api.must("DELETE", f"{SOURCES}/externalartifacts/app")
        poll("forgotten", lambda: not (self.data / "externalartifact/default/app").exists(), 10)

    def others(self):
        """The same of a Bucket; a HelmRelease's chart that lies elsewhere."""
        s3 = S3(self.stack)
        s3.open = {"conf"}
        s3.buckets = {"conf": {"deploy/a.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bucket, namespace: default}\ndata: {v: '1'}\n"}}
        self.api.must("POST", f"{SOURCES}/buckets", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "Bucket", "metadata": {"name": "conf", "namespace": "default"},
                                                     "spec": {"interval": "1h", "bucketName": "conf", "endpoint": s3.host, "insecure": True}})
        name = self.apply("conf", sourceRef={"kind": "Bucket", "name": "conf"})
        self.applied("of a Bucket", name, s3.revision("conf"))
        s3.buckets["conf"]["deploy/a.yaml"] = s3.buckets["conf"]["deploy/a.yaml"].replace(b"'1'", b"'2'")
        self.api.must("PATCH", f"{SOURCES}/buckets/conf", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "1"}}}, MERGE)
        self.applied("news of a Bucket", name, s3.revision("conf"))
        s3.buckets["conf"].update({"web/Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.2.3\n", "web/templates/a.yaml": b"a: b\n"})
        self.api.must("PATCH", f"{SOURCES}/buckets/conf", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "2"}}}, MERGE)
        self.api.must("POST", f"{SOURCES}/helmcharts", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmChart", "metadata": {"name": "web", "namespace": "default"},
                                                        "spec": {"interval": "1h", "chart": "./web", "sourceRef": {"kind": "Bucket", "name": "conf"}}})
        chart = poll("the chart", lambda: (lambda o: o if condition(o).get("status") == "True" else None)(self.api.must("GET", f"{SOURCES}/helmcharts/web")), 30)
        self.check("a chart of a Bucket", chart["status"]["artifact"]["revision"] == "1.2.3" and chart["status"]["observedSourceArtifactRevision"] == s3.revision("conf"), chart["status"])
        self.check("applied from a Bucket", self.value("bucket") == "2", self.value("bucket"))
        self.artifact("chart", tgz({"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n",
                                    "web/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart}\ndata: {v: '{{ .Chart.Version }}'}\n"}), "1.2.3")
        path = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/default/helmreleases"
        self.api.must("POST", path, {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web", "namespace": "default"},
                                     "spec": {"interval": "1h", "chartRef": {"kind": "ExternalArtifact", "name": "chart"}}})
        poll("the release", lambda: condition(self.api.must("GET", f"{path}/web")).get("status") in ("True", "False"), 30)
        obj = self.api.must("GET", f"{path}/web")
        self.check("a chart that lies elsewhere", condition(obj).get("status") == "True" and self.value("chart") == "1.2.3", obj.get("status"))

    def told(self, what, name, pattern, reason="ArtifactFailed"):
        self.refused(what, name, reason, pattern, kind=None)

    def wrong(self):
        good = manifest("bad", "1")
        sha = "sha256:" + hashlib.sha256(good).hexdigest()
        self.told("no such object", self.apply("nowhere"), '^ExternalArtifact.source.toolkit.fluxcd.io "nowhere" not found$')
        self.artifact("lies", good, "1", digest="sha256:" + "0" * 64)
        self.told("other bytes", self.apply("lies"), f"^failed to verify archive: computed digest doesn't match provided 'sha256:{'0' * 64}' \\(check whether file size exceeds max download size\\)$")
        self.artifact("away", None, "1", digest=sha)
        name = self.apply("away")
        self.told("not there yet", name, "^Source is not ready, artifact not found, retrying in 1s$")
        self.server.files["/away.tar.gz"] = good
        self.applied("there now", name, "1")
        self.artifact("algorithm", good, "1", digest="blake3:" + "0" * 64)
        self.told("a digest that is not known", self.apply("algorithm"), "^failed to verify archive: failed to parse digest 'blake3:0+': unsupported digest algorithm")
        self.artifact("weak", good, "1", digest="sha1:" + "0" * 40)
        self.told("a weak one", self.apply("weak"), "^failed to verify archive: failed to parse digest 'sha1:0+'")
        self.artifact("scheme", good, "1", url="file:///etc/passwd")
        self.told("another scheme", self.apply("scheme"), "^failed to create a new request: .*file:///etc/passwd")
        self.artifact("refused", good, "1", url="http://127.0.0.1:1/x.tar.gz")
        self.told("nobody listens", self.apply("refused"), "^failed to download archive: http://127.0.0.1:1: ")
        self.artifact("noarchive", b"not gzip", "1")
        self.told("no archive", self.apply("noarchive"), "gzip")
        self.artifact("escape", tgz({"../../evil": "x"}), "1")
        self.told("a way out", self.apply("escape"), "evil")

    def torture(self):
        """Whichever way a download fails: it is told, nothing half-done is left, and the next try succeeds."""
        for how, times in (("cut", 4), (404, 1), (403, 1), (500, 4), ("garbage", 1), ("short", 4), (500, 1), ("short", 1)):
            name = f"t{how}{times}"
            self.artifact(name, manifest(name, "1"), name)
            self.server.clear()
            self.server.spoil(1, how, times)
            self.applied(f"torture: {how} {times}", self.apply(name), name)
        self.check("torture: nothing half-done is left", not self.leftovers(), self.leftovers())


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.life, cases.others, cases.wrong, cases.torture))


sys.exit(main())
