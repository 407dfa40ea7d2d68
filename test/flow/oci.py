"""oci.py WORK: OCIRepositories against real registries (docker-registry behind a front of the test's), the API double and the daemon: what
each spec comes to, with TLS, passwords, tokens; and the same when each request fails in turn. Prints one line a case."""
import base64, contextlib, os, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import Daemon, condition, poll
from double import Double
from registry import (FLUX_LAYER, HELM_LAYER, INDEX, MANIFEST, Front, Registry, bundle, certificate, digest_of, sign, signing_key, tgz)
from sources import BUILD, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
FILES = {"a.yaml": "a: 1\n", "deploy/b.yaml": "b: 2\n", "pic.png": "x", ".git/config": "no", "docs/c.md": "c\n"}
LOGIN = ("robot", "s3cret-pass")


class Cases(SourceCases):
    kind, plural = "OCIRepository", "ocirepositories"

    def __init__(self, stack):
        super().__init__()
        self.api = Double(stack, WORK, BUILD)
        certificate(WORK, "ca")
        self.tls = certificate(WORK, "registry", authority="ca")
        certificate(WORK, "client", authority="ca")
        self.plain = Registry(stack, WORK / "plain")
        self.locked = Registry(stack, WORK / "locked", tls=self.tls, login=LOGIN)
        self.front, self.quiet = Front(stack, self.plain), Front(stack, self.plain)
        self.torturer = Front(stack, self.plain, login=LOGIN, refresh="refresh-1", away=True, page=2)
        self.tokens = Front(stack, self.plain, login=LOGIN, refresh="refresh-1", away=True, page=2)
        self.basic = Front(stack, self.plain, basic=LOGIN)
        self.data = WORK / "data"
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s"], sluice=str(BUILD / "sluice"))
        self.push()
        self.secrets()

    def push(self):
        self.layer = tgz(FILES, links=[("link", "a.yaml")])
        notes = {"org.opencontainers.image.source": "https://git/app", "org.opencontainers.image.revision": "main@sha1:abc"}
        self.digests = {tag: self.plain.push("org/app", tag, [(FLUX_LAYER, tgz({"v": tag}))], {"n": tag}) for tag in ("1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "nonsense", "x1.3.0")}
        self.digests["latest"] = self.plain.push("org/app", "latest", [(FLUX_LAYER, self.layer)], notes)
        self.chart = tgz({"app/Chart.yaml": "name: app\nversion: 1.0.1+b5\n"})
        self.digests["1.0.1_b5"] = self.plain.push("org/chart", "1.0.1_b5", [("text/plain", b"first"), (HELM_LAYER, self.chart)])
        self.plain.push("org/chart", "0.9.0", [(HELM_LAYER, self.chart)])
        self.digests["locked"] = self.locked.push("org/app", "latest", [(FLUX_LAYER, self.layer)])
        child = self.digests["1.0.0"]
        size = len(self.plain.call("GET", f"/v2/org/app/manifests/{child}", headers={"Accept": MANIFEST})[2])
        document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {"mediaType": MANIFEST, "digest": self.digests["2.0.0"], "size": size, "platform": {"os": "linux", "architecture": "arm64"}},
            {"mediaType": MANIFEST, "digest": child, "size": size, "platform": {"os": "linux", "architecture": "amd64"}}]}
        self.digests["index"] = self.plain.manifest("org/app", "index", document, INDEX)
        document["manifests"] = document["manifests"][:1]
        self.digests["arm"] = self.plain.manifest("org/app", "arm", document, INDEX)
        self.plain.push("org/bad", "plain", [(FLUX_LAYER, b"not gzip at all")])
        self.plain.push("org/bad", "escape", [(FLUX_LAYER, tgz({"../../etc/evil": "x"}))])
        self.plain.push("org/bad", "none", [])

    def secrets(self):
        packed = base64.b64encode(":".join(LOGIN).encode()).decode()
        api = self.api
        api.docker("basic", {self.basic.host: {"auth": packed}})
        api.docker("wrong", {self.basic.host: {"username": "robot", "password": "wrong-pass"}})
        api.docker("tokens", {f"https://{self.tokens.host}/org": {"username": LOGIN[0], "password": LOGIN[1]}, self.tokens.host: {"username": "no", "password": "no"},
                              self.torturer.host: {"auth": packed}})
        api.docker("refresh", {self.tokens.host: {"identitytoken": "refresh-1"}})
        api.docker("locked", {self.locked.host: {"auth": packed}})
        api.secret("broken", "kubernetes.io/dockerconfigjson", **{"__dockerconfigjson": "{nonsense " + LOGIN[1]})
        api.secret("ca", **{"ca_crt": (WORK / "ca.crt").read_text()})
        api.secret("half", **{"tls_crt": (WORK / "client.crt").read_text()})
        api.secret("badca", **{"ca_crt": "nonsense"})
        for name, pulls in (("puller", ["wrong", "basic"]), ("lonely", []), ("dangling", ["nowhere"])):
            api.must("POST", "/api/v1/namespaces/default/serviceaccounts",
                     {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}, "imagePullSecrets": [{"name": p} for p in pulls]})

    def make(self, front, repo="org/app", **spec):
        """A new object; its name."""
        return self.create(url=f"oci://{front if isinstance(front, str) else front.host}/{repo}", **spec)

    # ---- what a spec comes to ----

    def references(self):
        kept = {"a.yaml": "a: 1\n", "deploy/b.yaml": "b: 2\n", "docs/c.md": "c\n"}
        d = self.digests
        obj = self.ready("latest", self.make(self.front), f"latest@{d['latest']}", kept)
        self.check("metadata", obj["status"]["artifact"].get("metadata", {}).get("org.opencontainers.image.revision") == "main@sha1:abc", obj["status"])
        self.check("url", obj["status"]["url"].endswith("/ocirepository/default/r1/latest.tar.gz"), obj["status"]["url"])
        self.check("in storage", condition(obj, "ArtifactInStorage")["message"] == f"stored artifact for digest 'latest@{d['latest']}'", obj["status"])
        text = f"stored artifact with revision 'latest@{d['latest']}' from 'oci://{self.front.host}/org/app', origin source 'https://git/app', origin revision 'main@sha1:abc'"
        event = poll("the event", lambda: [e for e in self.events("r1") if e["reason"] == "NewArtifact"], 10)
        self.check("event", event[0]["message"] == text and event[0]["type"] == "Normal", event[0]["message"])
        self.ready("tag", self.make(self.front, ref={"tag": "1.0.0"}), f"1.0.0@{d['1.0.0']}", {"v": "1.0.0"})
        self.ready("digest", self.make(self.front, ref={"digest": d["1.1.0"], "semver": "2.x", "tag": "1.0.0"}), d["1.1.0"], {"v": "1.1.0"})
        self.ready("semver", self.make(self.front, ref={"semver": "1.x", "tag": "2.0.0"}), f"1.1.0@{d['1.1.0']}")
        self.ready("prerelease", self.make(self.front, ref={"semver": ">=1.0.0-0 <2"}), f"1.2.0-rc.1@{d['1.2.0-rc.1']}")
        self.ready("filter", self.make(self.front, ref={"semver": "*", "semverFilter": "^1\\.[01]"}), f"1.1.0@{d['1.1.0']}")
        self.ready("an index", self.make(self.front, ref={"tag": "index"}), f"index@{d['index']}", {"v": "1.0.0"})
        self.ready("ignore", self.make(self.front, ignore="/*\n!/deploy\n"), f"latest@{d['latest']}", {"deploy/b.yaml": "b: 2\n"})

    def layers(self):
        selector = {"mediaType": HELM_LAYER, "operation": "copy"}
        obj = self.ready("a chart", self.make(self.front, "org/chart", ref={"semver": "1.x"}, layerSelector=selector), f"1.0.1_b5@{self.digests['1.0.1_b5']}")
        stored = (self.data / obj["status"]["artifact"]["path"]).read_bytes()
        self.check("copied as it is", stored == self.chart and obj["status"]["artifact"]["digest"] == digest_of(self.chart), obj["status"]["artifact"])
        self.check("observed", obj["status"]["observedLayerSelector"] == selector, obj["status"])
        path = self.path(obj["metadata"]["name"])
        self.api.must("PATCH", path, {"spec": {"layerSelector": {"operation": "extract"}}}, "application/merge-patch+json")
        obj = self.settled(obj["metadata"]["name"], lambda c: c.get("status") == "True" and c.get("observedGeneration") == 2)
        self.check("extracted", list(self.files(obj)) == ["app/Chart.yaml"], obj["status"])
        self.refused("no such layer", self.make(self.front, layerSelector={"mediaType": "a/b"}), "OCIArtifactLayerOperationFailed",
                     "^failed to find layer with media type 'a/b' in artifact$")
        self.refused("not gzip", self.make(self.front, "org/bad", ref={"tag": "plain"}), "OCIArtifactLayerOperationFailed",
                     "^failed to extract layer contents from artifact: requires gzip-compressed body: gzip: invalid header$")
        self.refused("a way out", self.make(self.front, "org/bad", ref={"tag": "escape"}), "OCIArtifactLayerOperationFailed",
                     "^failed to extract layer contents from artifact: .*etc/evil")
        self.refused("no layers", self.make(self.front, "org/bad", ref={"tag": "none"}), "OCIArtifactLayerOperationFailed", "^no layers found in artifact$")
        self.refused("a foreign platform", self.make(self.front, ref={"tag": "arm"}), "OCIArtifactPullFailed",
                     f"^failed to pull artifact from 'oci://{self.front.host}/org/app': no child with platform linux/amd64 in index {self.front.host}/org/app@{self.digests['arm']}$")

    def wrong(self):
        url = f"oci://{self.front.host}/org/app"
        self.refused("no such tag", self.make(self.front, ref={"tag": "9.9"}), "OCIArtifactPullFailed",
                     f"^failed to determine artifact digest: GET http://{self.front.host}/v2/org/app/manifests/9.9: MANIFEST_UNKNOWN: manifest unknown; map\\[Tag:9.9\\]$")
        self.refused("no such repository", self.make(self.front, "org/nowhere", ref={"semver": "1.x"}), "ReadOperationFailed",
                     f"^failed to determine the artifact tag for 'oci://{self.front.host}/org/nowhere': GET .*: NAME_UNKNOWN: ")
        self.refused("no such version", self.make(self.front, ref={"semver": "3.x"}), "ReadOperationFailed",
                     f"^failed to determine the artifact tag for '{url}': no match found for semver: 3.x$")
        self.refused("a bad range", self.make(self.front, ref={"semver": ">nonsense"}), "ReadOperationFailed",
                     "semver '>nonsense' parse error: improper constraint: \">nonsense\"$")
        self.refused("a bad filter", self.make(self.front, ref={"semver": "*", "semverFilter": "("}), "ReadOperationFailed", "error parsing regexp: missing closing \\)")
        self.refused("a bad digest", self.make(self.front, ref={"digest": "sha256:abc"}), "OCIArtifactPullFailed",
                     "^failed to determine artifact digest: wrong number of hex digits for sha256: abc$")
        self.refused("a tag that is none", self.make(self.front, ref={"tag": "../../x"}), "OCIArtifactPullFailed", "is not the name of a tag$")
        self.refused("a tag in the URL", self.make(self.front, "org/app:1.0.0"), "URLInvalid",
                     f"^URL validation failed for '{url}:1.0.0': repository can only contain the characters `[a-z0-9_./-]+`: org/app:1.0.0$", stalled=True)
        self.refused("nobody listens", self.make("127.0.0.1:1"), "OCIArtifactPullFailed", "^failed to determine artifact digest: Get \"https://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused; Get \"http://127.0.0.1:1/v2/\": dial tcp ")
        self.refused("another provider", self.make(self.basic, provider="aws"), "OCIArtifactPullFailed",
                     f"^failed to determine artifact digest: invalid AWS registry: '{self.basic.host}'. must match ")
        self.ready("a provider that nobody asks for", self.make(self.front, provider="aws"), f"latest@{self.digests['latest']}")
        self.refused("a gate", self.make(self.front, provider="gcp", serviceAccountName="lonely"), "FeatureGateDisabled",
                     "^to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller$",
                     kind=None, stalled=True)

    def logins(self):
        d = f"latest@{self.digests['latest']}"
        self.refused("without a password", self.make(self.basic), "OCIArtifactPullFailed", "^failed to determine artifact digest: GET .*: UNAUTHORIZED: unauthorized$")
        self.refused("with a wrong one", self.make(self.basic, secretRef={"name": "wrong"}), "OCIArtifactPullFailed", "UNAUTHORIZED")
        self.ready("with the right one", self.make(self.basic, secretRef={"name": "basic"}), d)
        self.ready("a secret before a provider", self.make(self.basic, secretRef={"name": "basic"}, provider="azure"), d)
        self.refused("of two the first", self.make(self.basic, serviceAccountName="puller"), "OCIArtifactPullFailed", "UNAUTHORIZED")
        self.refused("no such Secret", self.make(self.basic, secretRef={"name": "nowhere"}), "AuthenticationFailed",
                     '^failed to get credential: failed to get secret \'default/nowhere\': secrets "nowhere" not found$')
        self.refused("no such account", self.make(self.basic, serviceAccountName="nobody"), "AuthenticationFailed",
                     "^failed to get credential: serviceaccount 'default/nobody' not found$")
        self.refused("an account's lost Secret", self.make(self.basic, serviceAccountName="dangling"), "AuthenticationFailed",
                     "^failed to get credential: failed to get image pull secret for serviceaccount 'default/dangling': secret 'default/nowhere' not found$")
        self.refused("a broken Secret", self.make(self.basic, secretRef={"name": "broken"}), "AuthenticationFailed", "^failed to get credential: the docker config is not JSON$")

    def bearers(self):
        d = f"latest@{self.digests['latest']}"
        self.ready("tokens", self.make(self.tokens, secretRef={"name": "tokens"}), d)
        asked = self.tokens.asked
        self.check("a token was asked for by Basic", any(p.startswith("/token?") and "scope=repository%3Aorg%2Fapp%3Apull" in p and "service=test+registry" in p and
                                                         a.startswith("Basic ") for _, p, a in asked), asked)
        self.check("no password to the registry", all(not (a or "").startswith("Basic ") for _, p, a in asked if not p.startswith("/token")), asked)
        away = self.tokens.away.asked
        self.check("blobs from elsewhere, without credentials", away and all(a is None for _, _, a in away), away)
        self.tokens.clear()
        name = self.make(self.tokens, secretRef={"name": "tokens"}, ref={"semver": ">=1"})
        self.ready("a list in pages", name, f"2.0.0@{self.digests['2.0.0']}")
        self.check("a token serves on", not any(p.startswith("/token") for _, p, _ in self.tokens.asked), self.tokens.asked)
        self.ready("a refresh token", self.make(self.tokens, secretRef={"name": "refresh"}), d)
        self.check("goes by POST", any(m == "POST" and p == "/token" and a is None for m, p, a in self.tokens.asked), self.tokens.asked)
        self.tokens.tokens.clear()
        self.api.must("PATCH", self.path(name), {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "1"}}}, "application/merge-patch+json")
        poll("asked again", lambda: self.api.must("GET", self.path(name))["status"].get("lastHandledReconcileAt") == "1", 20)
        self.ready("a token that is too old", name, f"2.0.0@{self.digests['2.0.0']}")
        self.refused("no login", self.make(self.tokens), "OCIArtifactPullFailed", "^failed to determine artifact digest: GET .*/token.*: UNAUTHORIZED")

    def certificates(self):
        d, host = f"latest@{self.digests['locked']}", self.locked.host
        self.refused("an unknown authority", self.make(host, secretRef={"name": "locked"}), "OCIArtifactPullFailed", "^failed to determine artifact digest: .*certificate")
        self.ready("a known one", self.make(host, secretRef={"name": "locked"}, certSecretRef={"name": "ca"}), d)
        self.ready("whatever it be", self.make(host, secretRef={"name": "locked"}, insecure=True), d)
        self.refused("half a pair", self.make(host, certSecretRef={"name": "half"}), "AuthenticationFailed",
                     f"^failed to generate transport for 'oci://{host}/org/app': secret 'default/half' contains 'tls.crt' but missing 'tls.key'$")
        self.refused("no authority", self.make(host, certSecretRef={"name": "badca"}), "AuthenticationFailed", "failed to parse CA certificate$")
        self.refused("no such certificate", self.make(host, certSecretRef={"name": "nowhere"}), "AuthenticationFailed", "secret 'default/nowhere' not found$")
        self.refused("no such proxy", self.make(host, proxySecretRef={"name": "nowhere"}), "AuthenticationFailed",
                     "^failed to get proxy address: secret 'default/nowhere' not found$")

    def signatures(self):
        """What is signed by one of the keys is taken; nothing else is, and what was stored before stays."""
        registry, front, keys = self.plain, self.front, {k: signing_key(WORK, k, k) for k in ("ec", "rsa", "ed25519")}
        stranger = signing_key(WORK, "stranger")
        public = {f"{k}__pub": (WORK / f"{k}.pub").read_text() for k in keys}
        self.api.secret("keys", **public, other="x")
        self.api.secret("nokeys", other="x")
        self.api.secret("badkeys", a__pub="nonsense")
        made = lambda tag: registry.push("org/signed", tag, [(FLUX_LAYER, tgz({"v": tag}))])
        verify = {"provider": "cosign", "secretRef": {"name": "keys"}}
        look = lambda tag, **more: self.make(front, "org/signed", ref={"tag": tag}, verify={**verify, **more})
        for kind, key in keys.items():
            for how in (sign, bundle):
                tag = f"{kind}-{how.__name__}"
                digest = made(tag)
                how(registry, "org/signed", digest, key)
                obj = self.ready(f"signed: {tag}", look(tag), f"{tag}@{digest}", {"v": tag})
                c = condition(obj, "SourceVerified")
                self.check(f"still told as stored: {tag}", condition(obj)["message"].startswith("stored artifact for digest"), condition(obj))
                self.check(f"verified: {tag}", (c["status"], c["reason"], c["message"]) == ("True", "Succeeded", f"verified signature of revision {tag}@{digest}"), c)
        name = obj["metadata"]["name"]
        front.clear()
        self.ask(name, "again")
        self.check("verified once", [m for m, p, _ in front.asked if f"manifests/{tag}" in p or digest[7:] in p] == ["HEAD"], front.asked)
        digests = {tag: made(tag) for tag in ("unsigned", "strange", "moved", "mixed", "torn")}
        sign(registry, "org/signed", digests["strange"], stranger)
        sign(registry, "org/signed", digests["moved"], keys["ec"], about=digest)
        sign(registry, "org/signed", digests["mixed"], keys["ec"])
        bundle(registry, "org/signed", digests["mixed"], keys["ec"], about=digest)
        sign(registry, "org/signed", digests["torn"], keys["ec"], text="!!!")
        for tag, d in digests.items():
            self.refused(f"not signed: {tag}", look(tag), "VerificationError", "^failed to verify the signature using provider 'cosign': "
                         f"no matching signatures were found for '{front.host}/org/signed@{d}'$", kind=None)
        self.refused("no keys", look("ec-sign", secretRef={"name": "nokeys"}), "VerificationError", "no matching signatures", kind=None)
        self.refused("a bad key", look("ec-sign", secretRef={"name": "badkeys"}), "VerificationError", "'cosign': PEM decoding failed$", kind=None)
        self.refused("no Secret of keys", look("ec-sign", secretRef={"name": "nowhere"}), "VerificationError", '\'cosign\': secrets "nowhere" not found$', kind=None)
        self.refused("without a key", look("ec-sign", secretRef=None), "VerificationError", "'cosign keyless': no matching signatures were found for '.*': it is by a key", kind=None)
        self.refused("notation", look("ec-sign", provider="notation"), "VerificationError", "'notation': 'trustpolicy.json' not found in secret 'default/keys'$", kind=None)
        # an update that is not signed is not taken
        tag = "ec-sign"
        name = look(tag)
        before = self.settled(name)["status"]["artifact"]
        registry.push("org/signed", tag, [(FLUX_LAYER, tgz({"v": "evil"}))])
        self.ask(name, "evil")
        obj = self.refused("an update without one", name, "VerificationError", "no matching signatures", kind=None)
        self.check("the old one stays", obj["status"]["artifact"] == before and condition(obj, "SourceVerified")["status"] == "False", obj["status"])
        self.api.must("PATCH", self.path(name), {"spec": {"verify": None}}, "application/merge-patch+json")
        obj = self.settled(name, lambda c: c.get("status") == "True" and c.get("observedGeneration") == 2)
        self.check("no longer asked for", not condition(obj, "SourceVerified"), obj["status"])

    # ---- a life ----

    def life(self):
        """Polls without news ask one question and write nothing; news are stored; what is lost is got again; deleted, all goes."""
        front = self.front
        old = self.plain.push("org/life", "latest", [(FLUX_LAYER, tgz({"v": "1"}))])
        name = self.make(front, "org/life")
        self.ready("first", name, f"latest@{old}")
        front.clear()
        self.ask(name, "a")
        self.check("one question", [m for m, p, _ in front.asked if "/org/life/" in p] == ["HEAD"], front.asked)
        new = self.plain.push("org/life", "latest", [(FLUX_LAYER, tgz({"v": "2"}))])
        self.ask(name, "b")
        obj = self.ready("news", name, f"latest@{new}", {"v": "2"})
        link = self.data / "ocirepository/default" / name / "latest.tar.gz"
        self.check("the link", os.readlink(link).endswith(f"{new}.tar.gz"), os.readlink(link))
        (self.data / obj["status"]["artifact"]["path"]).unlink()
        self.ask(name, "c")
        self.ready("lost and found", name, f"latest@{new}", {"v": "2"})
        self.api.must("DELETE", self.path(name))
        poll("deleted", lambda: self.api.call("GET", self.path(name))[0] == 404, 20)
        self.check("nothing is left", not (self.data / "ocirepository/default" / name).exists(), list(self.data.rglob(f"{name}/*")))

    def large(self):
        """A layer costs no memory, however large it is."""
        layer = tgz({f"d/{i}.bin": os.urandom(4 << 20) for i in range(8)})
        digest = self.plain.push("org/large", "latest", [(FLUX_LAYER, layer)])
        _, before = self.daemon.memory()
        for operation in ("copy", "extract"):
            name = self.make(self.plain.host, "org/large", layerSelector={"operation": operation})
            self.ready(f"large: {operation}", name, f"latest@{digest}")
            _, most = self.daemon.memory()
            # unpacked, a file is held while it is written
            self.check(f"large: {operation} of {len(layer) >> 20} MB costs little", most - before < (8 if operation == "copy" else 24), (before, most))

    # ---- every request fails in turn ----

    def torture(self):
        """Whichever request fails, and how: a status is written, nothing half-done is left, and the next try succeeds."""
        front, spec = self.torturer, {"secretRef": {"name": "tokens"}, "ref": {"semver": ">=1"}}
        revision = f"2.0.0@{self.digests['2.0.0']}"
        front.tokens.clear(), front.clear()
        name = self.make(front, **spec)
        self.ready("torture: as usual", name, revision)
        calls = len(front.asked)
        for nth in range(1, calls + 1):
            for how in ("cut", 404, 500, "garbage", "short", "flip"):
                front.clear()
                front.spoil(nth, how)
                self.ready_at_last(f"torture: request {nth} of {calls}: {how}", self.make(front, **spec), revision)
        for nth in (1, 2):
            self.api.must("POST", "/fake/fault", {"nth": nth, "method": "GET", "path": "/secrets", "kind": "status", "status": 500})
            self.ready_at_last(f"torture: Secret {nth}", self.make(front, **spec), revision)
        self.api.must("POST", "/fake/clear", {})
        self.check("torture: nothing half-done is left", not self.leftovers(), self.leftovers())
        self.check("torture: it lives", self.daemon.alive(), self.daemon.last_words())

    def patience(self):
        """A registry that asks for it is left alone."""
        front = self.quiet  # nobody else asks there
        front.retry_after = "3600"
        front.spoil(2, 429)  # the first asks how to log in
        self.refused("patience", self.make(front, ref={"tag": "1.0.0"}), "OCIArtifactPullFailed", "^failed to determine artifact digest: HEAD .*429 Too Many Requests")
        self.check("patience: one request", len(front.asked) == 2, front.asked)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.references, cases.large, cases.layers, cases.wrong, cases.logins, cases.bearers, cases.certificates, cases.signatures, cases.life, cases.patience, cases.torture), "s3cret-pass|wrong-pass|refresh-1|Bearer ")


sys.exit(main())
