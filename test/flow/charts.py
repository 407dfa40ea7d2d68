"""charts.py WORK: HelmRepositories and HelmCharts against charts packed by the real helm, the API double and the daemon: what each spec
comes to, where credentials go, what a poll costs, how much memory a large index takes; and the same when each request fails in turn.
Prints one line a case. HELM: the helm program."""
import base64, contextlib, json, os, pathlib, re, shutil, subprocess, sys, tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import yaml
from buckets import S3
from double import Double
from lab import ROOT, Daemon, Failed, GitServer, Repo, condition, poll
from registry import HELM_LAYER, Registry, bundle, certificate, sign, signing_key, tgz
from shop import Shop
from sources import play

WORK = pathlib.Path(sys.argv[1])
BUILD = ROOT / os.environ.get("BUILD", "build/release")
HELM = os.environ.get("HELM", "helm")
SOURCES = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default"
LOGIN = ("robot", "s3cret-pass")
MERGE = "application/merge-patch+json"
BIG_LIMIT = 16  # MB that a large index may cost
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}-{{ .Chart.Name }}\"}\ndata: {v: {{ .Values | toJson | quote }}}\n"


def helm(*args, **options):
    done = subprocess.run([HELM, *map(str, args)], capture_output=True, text=True, **options)
    if done.returncode:
        raise Failed(f"helm {args[0]}: {done.stderr}")
    return done.stdout


def write_chart(folder, name, version, values="v: one\n", more=None, **metadata):
    files = {"Chart.yaml": yaml.safe_dump({"apiVersion": "v2", "name": name, "version": version, **metadata}), "values.yaml": values,
             "templates/config.yaml": CONFIG, **(more or {})}
    for path, text in files.items():
        file = pathlib.Path(folder) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


class Cases:
    def __init__(self, stack):
        self.stack, self.faults, self.passed, self.made = stack, [], 0, 0
        self.api = Double(stack, WORK, BUILD)
        self.shelf = WORK / "shelf"
        self.shelf.mkdir()
        for version in ("1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0"):
            self.pack("web", version, more={"values-prod.yaml": "v: prod\nmore: {a: 1}\n"})
        self.pack("lib", "0.3.1")
        self.shop, self.mute = Shop(stack), Shop(stack, etags=False)
        self.locked, self.other = Shop(stack, login=LOGIN), Shop(stack)
        certificate(WORK, "ca")
        self.safe = Shop(stack, tls=certificate(WORK, "shop", authority="ca"))
        self.index()
        self.git = Repo(GitServer(stack, WORK / "git"), "app")
        self.data = WORK / "data"
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", "--helm-index-max-size=70000000"],
                             sluice=str(BUILD / "sluice"))
        for name, data in (("login", {"username": LOGIN[0], "password": LOGIN[1]}), ("wrong", {"username": LOGIN[0], "password": "wrong-pass"}),
                           ("ca", {"ca_crt": (WORK / "ca.crt").read_text()})):
            self.api.secret(name, **data)

    def pack(self, name, version, **options):
        folder = write_chart(WORK / f"chart-{name}-{version}", name, version, **options)
        helm("package", folder, "-d", self.shelf)

    def index(self):
        """The shelf, served in all shops; its index by the real helm."""
        helm("repo", "index", self.shelf)
        for shop in (self.shop, self.mute, self.locked, self.safe):
            shop.files = {"/charts/" + f.name: f for f in self.shelf.iterdir()}

    # ---- objects ----

    def make(self, plural, spec):
        self.made += 1
        name = f"{'r' if plural == 'helmrepositories' else 'c'}{self.made}"
        kind = {"helmrepositories": "HelmRepository", "helmcharts": "HelmChart", "gitrepositories": "GitRepository", "buckets": "Bucket"}[plural]
        self.api.must("POST", f"{SOURCES}/{plural}", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "metadata": {"name": name, "namespace": "default"},
                                                      "spec": {"interval": "1h", **spec}})
        return plural, name

    def repository(self, shop, path="/charts", **spec):
        return self.make("helmrepositories", {"url": (shop if isinstance(shop, str) else shop.url) + path, **spec})

    def chart(self, source, chart="web", kind="HelmRepository", **spec):
        return self.make("helmcharts", {"chart": chart, "sourceRef": {"kind": kind, "name": source[1]}, **spec})

    def get(self, thing):
        return self.api.must("GET", f"{SOURCES}/{thing[0]}/{thing[1]}")

    def change(self, thing, spec):
        self.api.must("PATCH", f"{SOURCES}/{thing[0]}/{thing[1]}", {"spec": spec}, MERGE)

    def ask(self, thing):
        self.made += 1
        mark = f"ask-{self.made}"
        self.api.must("PATCH", f"{SOURCES}/{thing[0]}/{thing[1]}", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": mark}}}, MERGE)
        poll("asked", lambda: self.get(thing)["status"].get("lastHandledReconcileAt") == mark, 30, 0.02)

    def settled(self, thing, test=lambda c: c.get("status") in ("True", "False")):
        def look():
            status, obj = self.api.call("GET", f"{SOURCES}/{thing[0]}/{thing[1]}")
            c = condition(obj) if status == 200 else {}
            return obj if test(c) and c.get("observedGeneration") == obj["metadata"]["generation"] else None
        return poll(f"{thing} settled", look, 30, 0.02)

    def stored(self, obj):
        return self.data / obj["status"]["artifact"]["path"]

    def events(self, thing):
        return [e["message"] for e in self.api.must("GET", "/api/v1/namespaces/default/events")["items"] if e["involvedObject"]["name"] == thing[1]]

    def writes(self, thing):
        return [r for r in self.api.must("GET", "/fake/requests") if r["path"].endswith(f"/{thing[0]}/{thing[1]}/status")]

    # ---- checks ----

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.faults.append(f"{what}: {seen}")
            print(f"FAILED {what}: {seen}", flush=True)

    def ready(self, what, thing, revision=None, message=None):
        obj = self.settled(thing, lambda c: c.get("status") == "True")
        c, artifact = condition(obj), obj["status"].get("artifact", {})
        self.check(what, (revision is None or artifact.get("revision") == revision) and (message is None or c["message"] == message), f"{c} {artifact}")
        return obj

    def refused(self, what, thing, reason, pattern, kind="FetchFailed", stalled=False):
        obj = self.settled(thing, lambda c: c.get("status") == "False")
        c = condition(obj)
        good = c["reason"] == reason and re.search(pattern, c["message"]) and condition(obj, kind).get("status") == "True"
        good = good and (condition(obj, "Stalled").get("status") == "True") == stalled and not re.search("s3cret|wrong-pass", json.dumps(obj["status"]))
        self.check(what, bool(good), json.dumps(obj["status"]["conditions"]))
        return obj

    # ---- a repository ----

    def repositories(self):
        r = self.repository(self.shop)
        obj = self.ready("a repository", r)
        stored = json.loads(self.stored(obj).read_text())
        want = yaml.load((self.shelf / "index.yaml").read_text(), yaml.BaseLoader)["entries"]
        versions = [v["version"] for v in stored["entries"]["web"]]
        self.check("the index in JSON, the newest first", versions == ["2.0.0", "1.2.0-rc.1", "1.1.0", "1.0.0"] and set(stored["entries"]) == set(want), versions)
        self.check("helm reads it", len(helm("show", "chart", "web", "--repo", self.again(obj)).split("\n")) > 3)
        self.check("status.url", obj["status"]["url"].endswith(f"/helmrepository/default/{r[1]}/index.yaml"), obj["status"])
        size = self.stored(obj).stat().st_size
        text = f"stored fetched index of size {'%.4g' % (size / 1000 if size >= 1000 else size)}{'kB' if size >= 1000 else 'B'} from '{self.shop.url}/charts'"
        poll("the event", lambda: text in self.events(r), 10)
        self.refused("no index", self.repository(self.shop, "/nowhere"), "Failed", "^failed to fetch Helm repository index: failed to cache index to temporary file: failed to fetch http.*/nowhere/index.yaml : 404 Not Found$")
        self.refused("no login", self.repository(self.locked), "Failed", "index.yaml : 401 Unauthorized$")
        self.refused("a wrong login", self.repository(self.locked, secretRef={"name": "wrong"}), "Failed", "401 Unauthorized$")
        self.ready("a login", self.repository(self.locked, secretRef={"name": "login"}))
        self.refused("an unknown authority", self.repository(self.safe), "Failed", "tls: failed to verify certificate")
        self.ready("a known one", self.repository(self.safe, certSecretRef={"name": "ca"}))
        self.shop.files["/flat/index.yaml"] = b"apiVersion: v1\nentries: {}\n"
        self.ready("without charts", self.repository(self.shop, "/flat"))
        self.shop.files["/bad/index.yaml"] = b"entries: {}\n"
        self.refused("no version", self.repository(self.shop, "/bad"), "IndexationFailed", "failed to load index: no API version specified$")
        self.shop.moved["/moved/index.yaml"] = self.other.url + "/charts/index.yaml"
        self.other.files = dict(self.shop.files)
        self.ready("moved elsewhere", self.repository(self.shop, "/moved", secretRef={"name": "login"}))
        self.check("without the login", self.other.asked and all(a is None for _, a, _ in self.other.asked), self.other.asked)
        self.check("that was sent to its own host", all(a for p, a, _ in self.shop.asked if p.startswith("/moved")), self.shop.asked)
        self.shop.moved["/round/index.yaml"] = self.shop.url + "/round/index.yaml"
        self.refused("round and round", self.repository(self.shop, "/round"), "Failed", "stopped after 10 redirects$")

    def again(self, obj):
        """The stored index as a repository of its own, for helm."""
        self.other.files = {"/again/" + f.name: f for f in self.shelf.iterdir()}
        self.other.files["/again/index.yaml"] = self.stored(obj).read_bytes()
        return self.other.url + "/again"

    def polls(self):
        for shop, requests in ((self.shop, 304), (self.mute, 200)):
            r = self.repository(shop)
            obj = self.ready("polled", r)
            before, at = self.stored(obj).stat(), len(self.writes(r))
            shop.clear()
            self.ask(r)
            self.check(f"one request, {requests}", [s for p, _, s in shop.asked if p.startswith("/charts/")] == [requests], shop.asked)
            self.check("nothing is stored", self.stored(self.get(r)).stat() == before)
            self.check("one status is written, since it was asked", len(self.writes(r)) == at + 1, self.writes(r)[at:])
        self.pack("web", "1.1.5")
        self.index()
        self.ask(r)
        obj = self.ready("news", r)
        self.check("are in the index", "1.1.5" in self.stored(obj).read_text())
        self.stored(obj).unlink()
        self.ask(r)
        self.check("what was lost is got again", self.stored(self.ready("lost", r)).exists())
        self.api.must("DELETE", f"{SOURCES}/{r[0]}/{r[1]}")
        poll("deleted", lambda: self.api.call("GET", f"{SOURCES}/{r[0]}/{r[1]}")[0] == 404, 20)
        self.check("nothing is left", not (self.data / "helmrepository/default" / r[1]).exists())

    def static(self):
        r = self.repository(self.shop)
        self.ready("before", r)
        self.change(r, {"type": "oci", "url": "oci://127.0.0.1:1/x"})
        poll("static", lambda: not self.get(r)["metadata"].get("finalizers"), 20)
        obj = self.get(r)
        self.check("no status, no finalizer, no files", not obj.get("status") and not (self.data / "helmrepository/default" / r[1]).exists(), obj)
        self.change(r, {"type": None, "url": self.shop.url + "/charts"})
        self.ready("and back", r)

    def large(self):
        """An index of 60 MB, in YAML and in JSON, and a chart out of it."""
        entry = yaml.load((self.shelf / "index.yaml").read_text(), yaml.BaseLoader)["entries"]["web"][0]
        one = "".join("  " + line + "\n" for line in yaml.safe_dump([{**entry, "description": "x" * 300}]).splitlines())
        per_chart, n = 500, 60_000_000 // (len(one) * 500)
        with open(WORK / "large.yaml", "w") as f:
            f.write("apiVersion: v1\nentries:\n")
            for i in range(n):
                f.write(f"  chart{i}:\n" + "".join(one.replace("version: 2.0.0", f"version: 1.{i}.{k}") for k in range(per_chart)))
            f.write("  web:\n" + one)
        self.mute.files["/large/index.yaml"] = WORK / "large.yaml"
        self.mute.files["/large/web-2.0.0.tgz"] = self.shelf / "web-2.0.0.tgz"
        before = self.daemon.memory()[0]
        r = self.repository(self.mute, "/large", timeout="2m")
        obj = poll("a large index", lambda: (o := self.get(r)) and condition(o).get("status") == "True" and o, 200)
        c = self.chart(r, "web", version="2.x")
        self.ready("a chart out of it", c, "2.0.0")
        most = self.daemon.memory()[1]
        print(f"large: index of {(WORK / 'large.yaml').stat().st_size / 1e6:.0f} MB, stored {self.stored(obj).stat().st_size / 1e6:.0f} MB; memory {before:.1f} MB before, {most:.1f} MB at most")
        self.check("a large index takes little memory", most - before <= BIG_LIMIT or "debug" in str(BUILD), f"{before:.1f} → {most:.1f} MB")
        with open(WORK / "large.yaml", "a") as f:
            f.write("# " + "x" * 15_000_000 + "\n")
        self.refused("one that is too large", self.repository(self.mute, "/large"), "Failed", "index exceeds the maximum index file size of 70000000 bytes$")
        (WORK / "large.yaml").unlink()

    # ---- charts of a repository ----

    def pulled(self):
        r = self.repository(self.shop)
        self.ready("the repository", r)
        obj = self.ready("the newest", self.chart(r), "2.0.0", "pulled 'web' chart with version '2.0.0'")
        self.check("as it came", self.stored(obj).read_bytes() == (self.shelf / "web-2.0.0.tgz").read_bytes())
        self.check("the link", os.readlink(self.stored(obj).parent / "latest.tar.gz") == "web-2.0.0.tgz")
        self.ready("a range", self.chart(r, version="1.0.x"), "1.0.0")
        obj = self.ready("other values", self.chart(r, version="1.0.0", valuesFiles=["values.yaml", "values-prod.yaml"]), "1.0.0+1",
                         "packaged 'web' chart with version '1.0.0+1' and merged values files [values.yaml values-prod.yaml]")
        got = helm("template", "x", self.stored(obj))
        self.check("helm renders it", '"{\\"more\\":{\\"a\\":1},\\"v\\":\\"prod\\"}"' in got, got)
        again = self.ready("once more", self.chart(r, version="1.0.0", valuesFiles=["values.yaml", "values-prod.yaml"]))
        self.check("the same bytes", again["status"]["artifact"]["digest"] == obj["status"]["artifact"]["digest"])
        self.refused("no such chart", self.chart(r, "nope"), "InvalidChartReference", ": no chart name found$", stalled=True)
        self.refused("no such version", self.chart(r, version="9.x"), "InvalidChartReference", "no 'web' chart with version matching '9.x' found$", stalled=True)
        self.refused("no such file", self.chart(r, valuesFiles=["no.yaml"]), "ValuesFilesError", "no values file found at path 'no.yaml'$", "BuildFailed", True)
        self.refused("no repository", self.chart(("", "nobody")), "SourceUnavailable", '^failed to get source: HelmRepository.source.toolkit.fluxcd.io "nobody" not found$')
        self.refused("a repository without an index", self.chart(self.repository(self.shop, "/nowhere")), "NoSourceArtifact", "^no artifact available for HelmRepository source")
        self.refused("no bucket", self.chart(("", "nobody"), kind="Bucket"), "SourceUnavailable", '^failed to get source: Bucket.source.toolkit.fluxcd.io "nobody" not found$')

    def limits(self):
        files = {f"files/{i}": base64.b64encode(os.urandom(3_500_000)).decode() for i in range(4)}
        for name, more in (("heavy", files), ("broad", {"big": "a" * 6_000_000})):
            meta = {"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n", "values.yaml": "", "values-b.yaml": "b: 1"}
            (self.shelf / f"{name}-1.0.0.tgz").write_bytes(tgz({f"{name}/{k}": v for k, v in {**meta, **more}.items()}))
        lines = "".join(f"\n  {name}:\n  - {{apiVersion: v2, name: {name}, version: 1.0.0, urls: [{name}-1.0.0.tgz]}}" for name in ("heavy", "broad", "odd"))
        text = (self.shelf / "index.yaml").read_text()
        self.shop.files["/charts/index.yaml"] = text.replace("entries:", f"entries:{lines}\n  none:\n  - {{apiVersion: v2, name: none, version: 1.0.0}}", 1).encode()
        self.shop.files.update({f"/charts/{n}-1.0.0.tgz": self.shelf / f"{n}-1.0.0.tgz" for n in ("heavy", "broad")})
        self.shop.files["/charts/odd-1.0.0.tgz"] = b"<html>not a chart</html>"
        r = self.repository(self.shop)
        self.ready("the repository", r)
        self.refused("a chart that is too large", self.chart(r, "heavy"), "ChartPullError", "size of chart 'heavy-1.0.0.tgz' exceeds '10485760' bytes limit$")
        self.refused("a file that is too large", self.chart(r, "broad", valuesFiles=["values-b.yaml"]), "ChartPackageError", "failed to load downloaded chart: .*larger", "BuildFailed")
        self.refused("no chart", self.chart(r, "odd"), "ChartPullError", "failed to load chart metadata from written chart: gzip: invalid header \\(chart odd, version ")
        for name in ("heavy", "broad"):
            (self.shelf / f"{name}-1.0.0.tgz").unlink()
        self.refused("no URL", self.chart(r, "none"), "ChartPullError", "failed to download chart for remote reference: chart 'none' has no downloadable URLs$")
        self.index()

    def elsewhere(self):
        """Charts on another host than the index: credentials go there only if they may."""
        self.other.files = {"/charts/" + f.name: f for f in self.shelf.iterdir()}
        text = (self.shelf / "index.yaml").read_text()
        self.locked.files["/far/index.yaml"] = re.sub(r"- (web-[\w.-]+\.tgz)", rf"- {self.other.url}/charts/\1", text).encode()
        for passed in (False, True):
            r = self.repository(self.locked, "/far", secretRef={"name": "login"}, passCredentials=passed)
            self.ready("the repository", r)
            self.other.clear()
            self.ready("a chart elsewhere", self.chart(r), "2.0.0")
            seen = [a is not None for _, a, _ in self.other.asked]
            self.check(f"credentials go along: {passed}", seen == [passed], self.other.asked)
        self.locked.moved["/charts/web-2.0.0.tgz"] = self.other.url + "/charts/web-2.0.0.tgz?token=presigned"
        r = self.repository(self.locked, secretRef={"name": "login"})
        self.ready("the repository", r)
        self.other.clear()
        self.ready("a chart that was moved", self.chart(r), "2.0.0")
        self.check("not along a redirect", [a for _, a, _ in self.other.asked] == [None], self.other.asked)
        self.locked.moved.clear()

    def signed(self):
        """Charts in a registry that have to be signed by a key."""
        registry = Registry(self.stack, WORK / "signed")
        key, stranger = signing_key(WORK, "key"), signing_key(WORK, "stranger")
        self.api.secret("keys", key__pub=(WORK / "key.pub").read_text())
        self.api.secret("nokeys", other="x")
        config = "application/vnd.cncf.helm.config.v1+json"
        push = lambda v: registry.push("charts/web", v, [(HELM_LAYER, (self.shelf / f"web-{v}.tgz").read_bytes())], config_type=config)
        digests = {v: push(v) for v in ("1.0.0", "1.1.0", "2.0.0")}
        sign(registry, "charts/web", digests["1.0.0"], key)
        bundle(registry, "charts/web", digests["1.1.0"], key)
        r = self.make("helmrepositories", {"type": "oci", "insecure": True, "url": f"oci://{registry.host}/charts"})
        verify = {"provider": "cosign", "secretRef": {"name": "keys"}}
        for version in ("1.0.0", "1.1.0"):
            obj = self.ready(f"signed: {version}", self.chart(r, version=version, verify=verify), version, f"pulled 'web' chart with version '{version}'")
            c = condition(obj, "SourceVerified")
            self.check(f"verified: {version}", (c["status"], c["reason"], c["message"]) == ("True", "Succeeded", f"verified signature of version {version}"), c)
        url = f"oci://{registry.host}/charts/web:2.0.0"
        thing = self.chart(r, version="2.0.0", verify=verify)
        obj = self.refused("unsigned", thing, "VerificationError", f"^chart verification error: failed to verify {url}: no signatures found$", kind="BuildFailed")
        c = condition(obj, "SourceVerified")
        self.check("told twice", c["status"] == "False" and condition(obj, "BuildFailed")["reason"] == "ChartVerificationError", obj["status"])
        sign(registry, "charts/web", digests["2.0.0"], stranger)
        self.refused("by a stranger", self.chart(r, version="2.0.0", verify=verify), "VerificationError", "no matching signatures$", kind="BuildFailed")
        sign(registry, "charts/web", digests["2.0.0"], key)
        self.ready("signed in the end", thing, "2.0.0")
        self.refused("no keys", self.chart(r, version="1.0.0", verify={**verify, "secretRef": {"name": "nokeys"}}), "VerificationError",
                     "^failed to verify the signature using provider 'cosign': no public keys found in secret 'default/nokeys'$", kind="FetchFailed")
        self.refused("keyless", self.chart(r, version="1.0.0", verify={"provider": "cosign"}), "VerificationError", "no matching signatures: it is by a key and not", kind="BuildFailed")

    # ---- charts in git ----

    def folders(self):
        r = self.repository(self.locked, secretRef={"name": "login"})
        self.ready("the repository", r)
        base = self.git.clone
        write_chart(base / "charts/app", "app", "0.1.0", more={".helmignore": "ignored\n", "ignored": "x", "kept": "y"}, dependencies=[
            {"name": "web", "version": "1.x", "repository": self.locked.url + "/charts"}, {"name": "near", "version": ">=0.1.0", "repository": "file://../near"}])
        write_chart(base / "charts/near", "near", "0.2.0")
        (base / "env.yaml").write_text("v: env\n")
        commit = self.git.commit("A chart")
        g = self.make("gitrepositories", {"url": self.git.url, "ref": {"branch": "main"}})
        self.ready("git", g, f"main@sha1:{commit}")
        c = self.chart(g, "./charts/app", "GitRepository")
        obj = self.ready("a folder", c, "0.1.0", "packaged 'app' chart with version '0.1.0'")
        self.check("dependencies are told", "resolved 2 chart dependencies" in self.events(c), self.events(c))
        with tarfile.open(self.stored(obj)) as tar:
            names = sorted(tar.getnames())
        self.check("what is in it", {"app/Chart.yaml", "app/kept", "app/charts/web/Chart.yaml", "app/charts/near/templates/config.yaml"} <= set(names) and "app/ignored" not in names, names)
        self.check("helm lints it", "0 chart(s) failed" in helm("lint", self.stored(obj)))
        by_hand = WORK / "by-hand"
        shutil.copytree(base / "charts", by_hand)
        subprocess.run([HELM, "repo", "add", "locked", self.locked.url + "/charts", "--username", LOGIN[0], "--password", LOGIN[1]], check=True, capture_output=True, env=self.home())
        helm("dependency", "build", by_hand / "app", env=self.home())
        want, got = helm("template", "x", by_hand / "app"), helm("template", "x", self.stored(obj))
        parts = lambda text: sorted(d.strip() for d in text.split("---"))
        self.check("as helm would have made it", parts(want) == parts(got), f"{want}\n{got}")
        s = self.chart(g, "charts/near", "GitRepository", reconcileStrategy="Revision", valuesFiles=["env.yaml"])
        self.ready("by revision", s, f"0.2.0+{commit[:12]}.1", f"packaged 'near' chart with version '0.2.0+{commit[:12]}.1' and merged values files [env.yaml]")
        commit = self.git.commit("An edit", {"charts/app/values.yaml": "v: two\n", "env.yaml": "v: other\n"})
        self.ask(g)
        self.ready("a new revision", g, f"main@sha1:{commit}")
        poll("which is a new chart", lambda: self.get(s)["status"]["artifact"]["revision"] == f"0.2.0+{commit[:12]}.1", 20)
        poll("or is seen", lambda: self.get(c)["status"]["observedSourceArtifactRevision"].endswith(commit), 20)
        self.check("but is none", self.ready("the other", c)["status"]["artifact"]["digest"] == obj["status"]["artifact"]["digest"])
        self.git.commit("A new version", {"charts/app/Chart.yaml": (base / "charts/app/Chart.yaml").read_text().replace("0.1.0\n", "0.1.1\n", 1).replace("version: '>=0.1.1", "version: '>=0.1.0")})
        self.ask(g)
        poll("another version is", lambda: self.get(c)["status"]["artifact"]["revision"] == "0.1.1", 20)
        self.git.commit("Wrong", {"charts/near/Chart.yaml": "apiVersion: v2\nname: near\nversion: 0.0.1\n", "charts/app/Chart.yaml": (base / "charts/app/Chart.yaml").read_text().replace("version: 0.1.1", "version: 0.1.2")})
        self.ask(g)
        poll("wrong", lambda: condition(self.get(c), "BuildFailed").get("reason") == "DependencyBuildError", 20)
        self.check("says why", condition(self.get(c))["message"] == "dependency build error: failed to add local dependency 'near': can't get a valid version for constraint '>=0.1.0'", condition(self.get(c)))
        self.refused("no such folder", self.chart(g, "no/where", "GitRepository"), "InvalidChartReference", "stat .*/source/no/where: no such file or directory$", stalled=True)

    def bucket(self):
        s3 = S3(self.stack)
        s3.open, objects = {"app"}, {"web.tgz": (self.shelf / "web-1.0.0.tgz").read_bytes()}
        s3.buckets = {"app": objects}
        for file in (WORK / "chart-lib-0.3.1").rglob("*.*"):
            objects["lib/" + str(file.relative_to(WORK / "chart-lib-0.3.1"))] = file.read_bytes()
        b = self.make("buckets", {"bucketName": "app", "endpoint": s3.host, "insecure": True})
        revision = self.ready("a bucket", b)["status"]["artifact"]["revision"]
        c = self.chart(b, "lib", "Bucket")
        self.ready("a folder of a bucket", c, "0.3.1", "packaged 'lib' chart with version '0.3.1'")
        self.ready("an archive of a bucket", self.chart(b, "web.tgz", "Bucket"), "1.0.0", "pulled 'web' chart with version '1.0.0'")
        self.ready("by its revision", self.chart(b, "lib", "Bucket", reconcileStrategy="Revision"), f"0.3.1+{revision.split(':')[1][:12]}")
        objects["lib/Chart.yaml"] = objects["lib/Chart.yaml"].replace(b"0.3.1", b"0.3.2")
        self.ask(b)
        poll("a change is seen", lambda: self.get(c)["status"]["artifact"]["revision"] == "0.3.2", 20)

    def home(self):
        return dict(os.environ, HELM_CONFIG_HOME=str(WORK / "helm"), HELM_CACHE_HOME=str(WORK / "helm"), HELM_DATA_HOME=str(WORK / "helm"), HELM_REPOSITORY_CONFIG=str(WORK / "helm/repos.yaml"))

    # ---- the command line ----

    def command_line(self):
        """`sluice template` gets charts from where they are served as helm does: the same output, the same errors."""
        registry = Registry(self.stack, WORK / "registry", login=LOGIN)
        helm("registry", "login", registry.host, "-u", LOGIN[0], "-p", LOGIN[1], "--plain-http", env=self.home())
        for f in sorted(self.shelf.glob("web-*.tgz")):
            helm("push", f, f"oci://{registry.host}/charts", "--plain-http", env=self.home())
        login, ca = ["--username", LOGIN[0], "--password", LOGIN[1]], ["--ca-file", WORK / "ca.crt"]
        oci, plain = f"oci://{registry.host}/charts/web", ["--plain-http"]
        digest = registry.call("HEAD", "/v2/charts/web/manifests/1.1.0", headers={"Accept": "application/vnd.oci.image.manifest.v1+json"})[1]["Docker-Content-Digest"]
        for args in ([f"{self.shop.url}/charts/web-1.0.0.tgz"], ["web", "--repo", self.shop.url + "/charts"], ["web", "--repo", self.shop.url + "/charts/", "--version", "1.0.x"],
                     ["web", "--repo", self.shop.url + "/charts", "--version", "~1.2.0-0"], ["web", "--repo", self.shop.url + "/charts", "--devel"],
                     ["web", "--repo", self.locked.url + "/charts", *login], [f"{self.locked.url}/charts/web-1.0.0.tgz", *login],
                     [f"{self.safe.url}/charts/web-1.0.0.tgz", *ca], ["web", "--repo", self.safe.url + "/charts", "--insecure-skip-tls-verify"],
                     [oci, *login, *plain], [oci, *login, *plain, "--version", "1.x"], [oci + ":1.1.0", *login, *plain], [oci, *login, *plain, "--version", "1.2.0-rc.1"],
                     [f"{oci}@{digest}", *login, *plain], [f"{oci}:1.1.0@{digest}", *login, *plain], [oci, *plain, "--registry-config", WORK / "helm/registry/config.json"],
                     # what can't be had
                     ["nope", "--repo", self.shop.url + "/charts"], ["web", "--repo", self.shop.url + "/charts", "--version", "9.x"], ["web", "--repo", self.shop.url + "/nowhere"],
                     ["web", "--repo", self.locked.url + "/charts"], [f"{self.shop.url}/charts/nope.tgz"], [oci + ":1.1.0", *login, *plain, "--version", "1.0.0"],
                     [oci, *login, *plain, "--version", "9.x"], [oci + f":1.0.0@{digest}", *login, *plain]):
            ours, theirs = (subprocess.run([program, "template", "x", *map(str, args)], capture_output=True, text=True, env=self.home()) for program in (str(BUILD / "sluice"), HELM))
            last = lambda done: (done.stderr.strip().splitlines() or [""])[-1]
            good = ours.stdout == theirs.stdout and (ours.returncode == 0) == (theirs.returncode == 0) and (ours.returncode == 0 or last(ours) == last(theirs))
            self.check(f"template {' '.join(map(str, args))}", good, f"{ours.stdout[:300]}{ours.stderr}\nhelm: {theirs.stdout[:300]}{theirs.stderr}")

    # ---- every request fails in turn ----

    def torture(self):
        """Whichever request fails, and how: a status is written, nothing half-done is left, and the next try succeeds."""
        shop = self.locked
        def life():
            r = self.repository(shop, secretRef={"name": "login"})
            self.ready("torture: repository", r)
            return r, self.ready("torture: chart", self.chart(r, version="1.0.0", valuesFiles=["values-prod.yaml"]), "1.0.0+1")
        shop.clear()
        life()
        calls = len(shop.asked)
        for nth in range(1, calls + 1):
            for how in ("cut", 404, 500, 401, "short") + (("flip", "garbage") if nth == calls else ("garbage",)):
                shop.clear()
                shop.spoil(nth, how)
                life()
        for nth in range(1, 4):
            self.api.must("POST", "/fake/fault", {"nth": nth, "method": "GET", "path": "/secrets", "kind": "status", "status": 500})
            life()
        for nth in range(1, 6):
            self.api.must("POST", "/fake/fault", {"nth": nth, "method": "PATCH", "path": "/helm", "kind": "status", "status": 500})
            life()
        self.api.must("POST", "/fake/clear", {})
        left = [p for p in self.data.rglob("*") if p.name.startswith((".spool", ".part"))]
        self.check("torture: nothing half-done is left", not left, left)
        self.check("torture: it lives", self.daemon.alive(), self.daemon.last_words())


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.large, cases.repositories, cases.polls, cases.static, cases.pulled, cases.limits, cases.elsewhere, cases.signed, cases.folders, cases.bucket, cases.command_line, cases.torture), "s3cret-pass|wrong-pass")


sys.exit(main())
