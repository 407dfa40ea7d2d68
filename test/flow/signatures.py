"""signatures.py WORK: OCIRepositories and HelmCharts that have to be signed, by Sigstore without keys or by the Notary Project's notation, against
a real registry and authorities of the test's own (and the real notation): what is signed as it should be is taken, and each way to get around it is
refused with what to do."""
import contextlib, os, pathlib, re, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from certs import SERVER, make, new_key
from double import Double
from lab import Daemon, condition
from notary import COSE, JWS, NAMES, TYPE, WHO as SIGNER, Notary, policy, revocable
from registry import FLUX_LAYER, HELM_LAYER, Registry, keep_payload, refer, tgz
from sigstore import ISSUER, Log, Sigstore, b64
from sources import BUILD, SOURCES, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
REPO = "org/app"
WHO = [{"issuer": f"^{re.escape(ISSUER)}$", "subject": r"^https://git\.example\.com/org/.+@refs/heads/main$"}]
TREE = "its entry in the transparency log is not right: "


class Cases(SourceCases):
    kind, plural = "OCIRepository", "ocirepositories"

    def __init__(self, stack):
        super().__init__()
        self.stack = stack
        self.api = Double(stack, WORK, BUILD)
        self.registry = Registry(stack, WORK / "registry")
        self.sigstore = Sigstore(WORK / "sigstore")
        (WORK / "trusted_root.json").write_text(self.sigstore.trusted_root())
        self.data = WORK / "data"
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=10m", "--max-retry-delay=10m", f"--sigstore-trusted-root={WORK}/trusted_root.json"],
                             sluice=str(BUILD / "sluice"))
        self.api.keep_secret("root", {"trusted_root.json": self.sigstore.trusted_root()})
        self.count, self.notary, self.secrets = 0, Notary(), 0
        self.api.keep_secret("strict", self.notary.secret())

    def push(self):
        """A new artifact; its tag and digest."""
        self.count += 1
        tag = f"v{self.count}"
        return tag, self.registry.push(REPO, tag, [(FLUX_LAYER, tgz({"v": tag}))])

    def look(self, tag, provider="cosign", **verify):
        """A new object that wants it signed."""
        verify = {"provider": provider, **({"matchOIDCIdentity": WHO} if provider == "cosign" else {}), **verify}
        return self.create(url=f"oci://{self.registry.host}/{REPO}", insecure=True, ref={"tag": tag}, verify=verify)

    def good(self, what, tag, digest, **verify):
        obj = self.ready(what, self.look(tag, **verify), f"{tag}@{digest}", {"v": tag})
        c = condition(obj, "SourceVerified")
        self.check(f"{what}: told", (c.get("status"), c.get("reason"), c.get("message")) == ("True", "Succeeded", f"verified signature of revision {tag}@{digest}"), c)
        return obj

    def bad(self, what, tag, digest, pattern, **verify):
        name = f"{self.registry.host}/{REPO}@{digest}"
        obj = self.refused(what, self.look(tag, **verify), "VerificationError", f"^failed to verify the signature using provider 'cosign keyless': no matching signatures "
                           f"were found for '{re.escape(name)}'{pattern}$", kind=None)
        self.check(f"{what}: told", condition(obj, "SourceVerified").get("status") == "False" and "artifact" not in obj["status"], obj["status"])

    def payload(self, digest, **how):
        keep_payload(self.registry, REPO, digest, *self.sigstore.payload(digest, **how))

    def bundle(self, digest, about=None, **how):
        refer(self.registry, REPO, digest, self.sigstore.bundle(about or digest, **how))

    # ---- right ones ----

    def right(self):
        """Each form, under the root of a Secret and of the flag, by each kind of identity."""
        for what, sign, how in (("a payload", self.payload, {}), ("a bundle", self.bundle, {}), ("a bundle with a timestamp", self.bundle, {"v2": True})):
            tag, digest = self.push()
            sign(digest, **how)
            self.good(what, tag, digest)
            self.good(f"{what}, by the Secret's root", tag, digest, trustedRootSecretRef={"name": "root"})
            self.good(f"{what}, by anybody", tag, digest, matchOIDCIdentity=[])
        tag, digest = self.push()
        self.bundle(digest, cert=self.sigstore.certificate(subject="dev@example.com", issuer="https://accounts.example.com"))
        mail = {"issuer": "^https://accounts", "subject": "^dev@example[.]com$"}
        self.good("one of two identities", tag, digest, matchOIDCIdentity=[*WHO, mail])
        self.bad("neither of them", tag, digest, r": none of the expected identities matched what was in the certificate, got subjects \[dev@example.com\] with issuer "
                 "https://accounts.example.com", matchOIDCIdentity=[{**mail, "subject": "^ops@"}, {**mail, "issuer": "^https://token"}])
        tag, digest = self.push()
        other = self.push()[1]
        self.bundle(digest, about=other)
        self.bundle(digest)
        self.good("a right one behind a wrong one", tag, digest)

    # ---- wrong ones ----

    def payloads(self):
        """What an enemy does to a payload and its annotations."""
        s, now = self.sigstore, int(time.time())
        other = self.push()[1]
        late = s.certificate(start=None)
        def shifted(entry):
            entry["Payload"]["integratedTime"] -= 1
        def cut(entry):
            del entry["SignedEntryTimestamp"]
        for what, how, why in (
                ("somebody else", dict(cert=s.certificate(subject="https://git.example.com/evil/app@refs/heads/main")), "none of the expected identities matched .*evil.*"),
                ("another issuer", dict(cert=s.certificate(issuer="https://evil.example.com")), "none of the expected identities .* with issuer https://evil.example.com"),
                ("used too late", dict(cert=late, at=now + 3600), "the certificate was used at .* but is valid from .* till .*"),
                ("used too early", dict(cert=late, at=now - 3600), "the certificate was used at .* but is valid from .* till .*"),
                ("the entry of another artifact", dict(entry_of=b"{}"), TREE + "it is for another artifact"),
                ("another log", dict(log=Log("evil.example.com")), "its entry is in no transparency log of the trusted root"),
                ("a promise for another time", dict(spoil=shifted), TREE + "its signed entry timestamp is not the log's"),
                ("no promise", dict(spoil=cut), "its entry in the transparency log: its SignedEntryTimestamp is missing or can't be read"),
                ("an authority that nobody trusts", dict(cert=s.certificate(authority=make("evil", ca=True))), "the certificate does not lead to an authority .*"),
                ("not seen by a log", dict(cert=s.certificate(unseen=True)), "the certificate has no signed certificate timestamp"),
                ("seen by a liar", dict(cert=s.certificate(seen_by=new_key())), "the signature of the signed certificate timestamp is wrong"),
                ("a certificate for servers", dict(cert=s.certificate(uses=[SERVER])), "the certificate does not lead to .*: the certificate is not for signing code"),
                ("a critical extension that nobody knows", dict(cert=s.certificate(critical=True)), "the certificate does not lead to .*: unhandled critical extension")):
            tag, digest = self.push()
            self.payload(digest, **how)
            self.bad(f"payload: {what}", tag, digest, f": {why}")
        tag, digest = self.push()
        keep_payload(self.registry, REPO, digest, *s.payload(other))
        self.bad("payload: about another artifact", tag, digest, ": it is about another artifact: sign this one")
        for missing, why in (("dev.sigstore.cosign/bundle", "it has no entry of a transparency log: sign with one"),
                             ("dev.sigstore.cosign/certificate", "it is by a key and not by an identity: name the Secret with the key in spec.verify.secretRef")):
            tag, digest = self.push()
            payload, notes = s.payload(digest)
            keep_payload(self.registry, REPO, digest, payload, {k: v for k, v in notes.items() if k != missing})
            self.bad(f"payload: without {missing}", tag, digest, f": {why}")
        tag, digest = self.push()
        payload, notes = s.payload(digest)
        keep_payload(self.registry, REPO, digest, payload, {**notes, "dev.sigstore.cosign/certificate": s.certificate().pem})
        self.bad("payload: another certificate", tag, digest, ": it is not by the key of its certificate")
        tag, digest = self.push()
        self.bad("nothing at all", tag, digest, "")

    def bundles(self):
        """What an enemy does to a bundle."""
        s = self.sigstore
        def entry(bundle):
            return bundle["verificationMaterial"]["tlogEntries"][0]
        def set_in(*path, value):
            def spoil(bundle):
                at = bundle
                for name in path[:-1]:
                    at = at[name]
                at[path[-1]] = value
            return spoil
        def unproved(bundle):
            del entry(bundle)["inclusionProof"]
        def unstamped(bundle):
            del bundle["verificationMaterial"]["timestampVerificationData"]
        def flipped(bundle):
            hashes = entry(bundle)["inclusionProof"]["hashes"]
            hashes.reverse()
        def another_checkpoint(bundle):
            entry(bundle)["inclusionProof"]["checkpoint"]["envelope"] = Log("rekor.example.com").proof(b"x")["checkpoint"]["envelope"]
        def twice(bundle):
            bundle["dsseEnvelope"]["signatures"] *= 2
        another = b64(b'{"subject":[]}')
        for what, how, why in (
                ("somebody else", dict(cert=s.certificate(subject="https://git.example.com/evil/app@refs/heads/main")), "none of the expected identities matched .*evil.*"),
                ("the entry of another artifact", dict(entry_of=b"{}"), TREE + "it is for another artifact"),
                ("the same in Rekor 2", dict(entry_of=b"{}", v2=True), TREE + "it is for another artifact"),
                ("no proof", dict(spoil=unproved), "its entry in the transparency log has no inclusion proof"),
                ("a proof of something else", dict(spoil=flipped), TREE + "its inclusion proof does not lead to the checkpoint"),
                ("another log's checkpoint", dict(spoil=another_checkpoint), TREE + "its checkpoint is not signed by the log"),
                ("the same in Rekor 2", dict(spoil=another_checkpoint, v2=True), TREE + "its checkpoint is another log's"),
                ("no timestamp", dict(spoil=unstamped, v2=True), "nobody who is trusted says when it was signed: sign with a timestamp"),
                ("a timestamp of something else", dict(stamped=b"x", v2=True), "the timestamp is not right: message imprint mismatch"),
                ("two signatures", dict(spoil=twice), "the envelope has 2 signatures instead of one"),
                ("another payload", dict(spoil=set_in("dsseEnvelope", "payload", value=another)), "it is about another artifact: sign this one"),
                ("another type of payload", dict(spoil=set_in("dsseEnvelope", "payloadType", value="text/plain")), "the payloadType is not application/vnd.in-toto.json"),
                ("another certificate", dict(spoil=set_in("verificationMaterial", "certificate", "rawBytes", value=b64(s.certificate().der))), "it is not by the key of its certificate"),
                ("a newer form", dict(spoil=set_in("mediaType", value="application/vnd.dev.sigstore.bundle.v0.9+json")), "the bundle's mediaType is not .*"),
                ("no log", dict(spoil=set_in("verificationMaterial", "tlogEntries", value=[])), "it has no entry of a transparency log: sign with one")):
            tag, digest = self.push()
            self.bundle(digest, **how)
            self.bad(f"bundle: {what}", tag, digest, f": {why}")
        tag, digest = self.push()
        refer(self.registry, REPO, digest, b"{nonsense")
        self.bad("bundle: no JSON", tag, digest, ": the bundle: line 1, .*")

    # ---- trust ----

    def trust(self):
        """Roots and expressions that can't be used say so; other ones, and a Secret that changes, mean another look."""
        tag, digest = self.push()
        self.bundle(digest)
        wrong = lambda what, pattern, **verify: self.refused(what, self.look(tag, **verify), "VerificationError",
                                                            f"^failed to verify the signature using provider 'cosign keyless': {pattern}$", kind=None)
        wrong("no Secret", "failed to read trusted root from secret 'default/nowhere': secrets \"nowhere\" not found", trustedRootSecretRef={"name": "nowhere"})
        self.api.keep_secret("empty", {"other": "x"})
        wrong("no key in it", "failed to read trusted root from secret 'default/empty': 'trusted_root.json' not found in secret 'default/empty'", trustedRootSecretRef={"name": "empty"})
        self.api.keep_secret("broken", {"trusted_root.json": self.sigstore.trusted_root(tlogs=[{"hashAlgorithm": "MD5"}])})
        wrong("no root", r"unable to parse trusted root: tlogs\[0\]: hashAlgorithm is not SHA2_256", trustedRootSecretRef={"name": "broken"})
        wrong("no expression", r"malformed issuer in identity: error parsing regexp: missing closing \): `\(`", matchOIDCIdentity=[{"issuer": "(", "subject": ""}])
        self.api.keep_secret("changing", {"trusted_root.json": self.sigstore.trusted_root()})
        name = self.look(tag, trustedRootSecretRef={"name": "changing"})
        before = self.ready("a root", name, f"{tag}@{digest}")["status"]["artifact"]
        self.api.keep_secret("changing", {"trusted_root.json": Sigstore(WORK / "another").trusted_root()}, again=True)
        obj = self.settled(name, lambda c: c.get("status") == "False")
        self.check("another root", "no transparency log of the trusted root" in condition(obj, "SourceVerified").get("message", ""), obj["status"])
        self.check("another root: what was stored stays", obj["status"]["artifact"] == before, obj["status"])
        self.api.keep_secret("changing", {"trusted_root.json": self.sigstore.trusted_root()}, again=True)
        self.ready_at_last("the first root again", name, f"{tag}@{digest}")
        self.check("the first root again: told", condition(self.settled(name), "SourceVerified").get("status") == "True", obj["status"])

    # ---- notation ----

    def trusting(self, secret=None, **how):
        """A Secret for notation; its name."""
        self.secrets += 1
        name = f"notation{self.secrets}"
        self.api.keep_secret(name, secret or self.notary.secret(**how))
        return {"provider": "notation", "secretRef": {"name": name}}

    def signed(self, form=JWS, about=None, media_type=None, **how):
        """A new artifact with a signature; its tag and digest."""
        tag, digest = self.push()
        refer(self.registry, REPO, digest, self.notary.envelope(about or digest, form, **how), kind=TYPE, layer=media_type or form)
        return tag, digest

    def unaccepted(self, what, tag, pattern, **verify):
        obj = self.refused(what, self.look(tag, **verify), "VerificationError", f"^failed to verify the signature using provider 'notation': {pattern}$", kind=None)
        self.check(f"{what}: told", condition(obj, "SourceVerified").get("status") == "False" and "artifact" not in obj["status"], obj["status"])

    def let_pass(self, what, tag, digest, **verify):
        obj = self.ready(what, self.look(tag, **verify), f"{tag}@{digest}", {"v": tag})
        self.check(f"{what}: not told as verified", not condition(obj, "SourceVerified"), obj["status"])

    def notation(self):
        """Right ones: each form, each kind of key, and as the real notation signs."""
        n, now, strict = self.notary, int(time.time()), {"provider": "notation", "secretRef": {"name": "strict"}}
        alone = make("alone", names=NAMES, uses=[], minutes=600)
        for what, how in (("JWS", {}), ("COSE", {"form": COSE}), ("RSA", {"cert": n.certificate(kind="rsa")}), ("RSA in COSE", {"form": COSE, "cert": n.certificate(kind="rsa")}),
                          ("P-384", {"cert": n.certificate(kind="ec384")}), ("P-384 in COSE", {"form": COSE, "cert": n.certificate(kind="ec384")}),
                          ("one that expires", {"expires": now + 3600}), ("one that expires, in COSE", {"form": COSE, "expires": now + 3600})):
            self.good(f"notation: {what}", *self.signed(**how), **strict)
        by_authority = self.trusting(stores=["signingAuthority:any"])
        old = n.certificate(minutes=4)
        for form in (JWS, COSE):
            self.good("notation: at a time that is believed", *self.signed(form, cert=old, at=now - 200, authority=True), **by_authority)
        self.good("notation: self-signed, by anybody", *self.signed(cert=alone), **self.trusting({"trustpolicy.json": policy(who=["*"]), "a.pem": alone.pem}))
        named = f"{self.registry.host}/{REPO}"
        self.good("notation: a policy for the repository", *self.signed(), **self.trusting(scopes=[named]))
        clock = self.sigstore.clock
        stamped = lambda signature: self.sigstore.timestamp(signature, form="-token_out")
        timed = {**n.secret(stores=["ca:any", "tsa:any"]), "clock.crt": clock.issuer.pem}
        for form in (JWS, COSE):
            self.good("notation: with a timestamp", *self.signed(form, stamped=stamped), **self.trusting(timed))
        self.unaccepted("notation: without one", self.signed()[0], ".*, no timestamp countersignature .*", **self.trusting(timed))
        later = {**timed, "trustpolicy.json": policy(stores=["ca:any", "tsa:any"], verifyTimestamp="afterCertExpiry")}
        self.good("notation: without one that is not needed yet", *self.signed(), **self.trusting(later))
        tool = pathlib.Path(os.environ.get("NOTATION", "/nonexistent"))
        if not tool.exists():
            self.skipped = 1
            return print("skipped: the real notation is not there")
        for form in ("jws", "cose"):
            tag, digest = self.push()
            root = self.really_sign(tool, digest, form)
            self.good(f"notation: the real one, {form}", tag, digest, **self.trusting({"trustpolicy.json": policy(who=["x509.subject:C=US,ST=WA,O=Notary"]), "root.crt": root}))

    def really_sign(self, tool, digest, form):
        """Signs with the real notation; its certificate."""
        home = WORK / "notation"
        run = lambda *words: subprocess.run([str(tool), *words], check=True, capture_output=True, text=True, env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)})
        if not home.exists():
            home.mkdir()
            run("cert", "generate-test", "--default", "signer.example.com")
        run("sign", "--insecure-registry", "--force-referrers-tag", "--signature-format", form, f"{self.registry.host}/{REPO}@{digest}")
        return next(home.rglob("truststore/**/*.crt")).read_text()

    def enemies(self):
        """What an enemy does to a signature of notation's, and what it has come to."""
        n, now, strict = self.notary, int(time.time()), {"provider": "notation", "secretRef": {"name": "strict"}}
        other = self.push()[1]
        def set_in(name, value):
            def spoil(envelope):
                envelope[name] = value
            return spoil
        evil = Notary()
        without = lambda form: set_in("header", {"x5c": []}) if form == JWS else set_in(1, {33: []})
        for what, how, why in (
                ("about another artifact", dict(about=other), "content descriptor mismatch: it is about another artifact, sign this one"),
                ("a changed payload", lambda form: dict(spoil=set_in("payload", "e30") if form == JWS else set_in(2, b"{}")), "signature is invalid: .*"),
                ("another chain", dict(chain=n.certificate().chain()), "signature is invalid: .*"),
                ("somebody else's", dict(cert=evil.signer), "the signature's certificate chain, of .*, does not contain any trusted certificate: add its root .*"),
                ("another name", dict(cert=n.certificate(names=[*NAMES[:2], (NAMES[2][0], "Evil")])), ".* with subject \"O=Evil,ST=WA,C=US\", does not match the X.509 trusted identities .*"),
                ("no country", dict(cert=n.certificate(names=NAMES[1:])), "error while parsing the certificate subject .* has no mandatory RDN attribute for \"C\".*"),
                ("an expired signature", dict(at=now - 60, expires=now - 30), "digital signature has expired on .*: sign the artifact again"),
                ("one that expires before it began", dict(expires=now - 30), "expiry cannot be equal or before the signing time"),
                ("an expired certificate", dict(cert=n.certificate(minutes=1)), "verification time, .*, is outside certificate .* validity period, .*"),
                ("an unknown critical header", dict(headers={"x": "y"}, critical=["x"]), "header \"x\" is marked as critical but not known: sign without it"),
                ("a plugin", dict(headers={"io.cncf.notary.verificationPlugin": "p"}, critical=["io.cncf.notary.verificationPlugin"]), "it can only be verified by a plugin.*"),
                ("a scheme that is not critical", dict(critical=["x"], headers={"x": "y"}, uncritical=["io.cncf.notary.signingScheme"]), "this required header is not marked as critical: .*"),
                ("an expiry that is not critical", dict(expires=now + 60, uncritical=["io.cncf.notary.expiry"]), "this required header is not marked as critical: .*expiry"),
                ("another algorithm", dict(algorithm="ES384"), "mismatch between signature algorithm .*"),
                ("another type of payload", dict(payload_type="text/plain"), "payload content type must be .*"),
                ("no certificates", lambda form: dict(spoil=without(form)), "certificate-chain is invalid: it has 0 certificates, not 1 to 10"),
                ("no root", dict(chain=[n.signer, n.middle]), "certificate-chain is invalid: .*the last one of a chain has to be self-signed"),
                ("another root", dict(chain=[n.signer, n.middle, evil.root]), "certificate-chain is invalid: .*it is not issued by the next one"),
                ("an authority that is none", dict(cert=n.certificate(issuer=n.signer)), "certificate-chain is invalid: .*it made another one but is no authority's"),
                ("an authority as the signer", dict(cert=n.middle), "certificate-chain is invalid: .*it is an authority's, which may not sign artifacts"),
                ("a certificate for servers", dict(cert=n.certificate(uses=[SERVER])), "certificate-chain is invalid: .*extended key usage must be for code signing only"),
                ("a certificate for keys", dict(cert=n.certificate(keyed=["digital_signature", "key_agreement"])), "certificate-chain is invalid: .*key usage must be digital signature only"),
                ("one that could be revoked", dict(cert=n.certificate(extensions=[revocable()])), "signing certificate .* revocation status is unknown, .*override.*"),
                ("at a time that is not believed", dict(authority=True), "no trusted certificates are found .* names no trust store of the type \"signingAuthority\"")):
            for form in (JWS, COSE):
                tag, digest = self.signed(form, **(how(form) if callable(how) else how))
                name = re.escape(f"{self.registry.host}/{REPO}@{digest}")
                self.unaccepted(f"notation: {what} ({form})", tag, f"signature verification failed for '{name}': failed to verify signature with digest sha256:[0-9a-f]+, "
                                f"(unable to parse the digital signature: )?{why}", **strict)
        for what, media_type, text, why in (("another media type", "text/plain", b"x", "signature envelope format with media type \"text/plain\" is not supported"),
                                            ("no JSON", JWS, b"{nonsense", "line 1, .*"), ("no CBOR", COSE, b"\xff", "the CBOR has an item .*"), ("half of it", COSE, b"\xd2\x84", "the CBOR ends too early")):
            tag, digest = self.push()
            refer(self.registry, REPO, digest, text, kind=TYPE, layer=media_type)
            self.unaccepted(f"notation: {what}", tag, f".*, unable to parse the digital signature: {why}", **strict)
        tag, digest = self.push()
        self.unaccepted("notation: nothing at all", tag, f"no signature is associated with '.*@{digest}', make sure the artifact was signed successfully", **strict)
        tag, digest = self.signed(cert=evil.signer)
        refer(self.registry, REPO, digest, n.envelope(digest), kind=TYPE, layer=JWS)
        self.good("notation: a right one behind a wrong one", tag, digest, **strict)

    def policies(self):
        """Levels, and policies that can't be used."""
        n, now, evil = self.notary, int(time.time()), Notary()
        expired, strange = self.signed(at=now - 60, expires=now - 30), self.signed(cert=evil.signer)
        self.good("permissive: expired", *expired, **self.trusting(level="permissive"))
        self.good("strict, but for expiry", *expired, **self.trusting(override={"expiry": "log"}))
        self.unaccepted("permissive: a stranger", strange[0], ".*does not contain any trusted certificate.*", **self.trusting(level="permissive"))
        self.let_pass("audit: a stranger", *strange, **self.trusting(level="audit"))
        self.good("audit: who may", *self.signed(), **self.trusting(level="audit"))
        self.unaccepted("audit: about another artifact", self.signed(about="sha256:" + "0" * 64)[0], ".*content descriptor mismatch.*", **self.trusting(level="audit"))
        self.let_pass("skip: nothing", *self.push(), **self.trusting(level="skip"))
        self.good("revocation is not asked for", *self.signed(cert=n.certificate(extensions=[revocable()])), **self.trusting(override={"revocation": "skip"}))
        tag = self.signed()[0]
        for what, how, why in (("no level", dict(level=""), ".*signature verification level is empty or missing.*"), ("a level that is none", dict(level="lax"), ".*invalid signature verification level \"lax\""),
                               ("no stores", dict(stores=()), ".*is either missing trust stores or trusted identities.*"), ("a store that is none", dict(stores=["x:y"]), ".*unsupported trust store type \"x\".*"),
                               ("an identity that is none", dict(who=["x509.subject: CN=x"]), ".*has no mandatory RDN attribute for \"C\".*"),
                               ("all and one", dict(who=["*", SIGNER]), ".*uses a wildcard trusted identity.*"), ("identities within each other", dict(who=[SIGNER, SIGNER + ", CN=x"]), ".*overlapping x509 trustedIdentities.*"),
                               ("a scope that is none", dict(scopes=["x"]), "registry scope \"x\" is not valid.*"), ("another repository", dict(scopes=["ghcr.io/org/app"]), ".*has no applicable oci trust policy statement.*"),
                               ("no integrity", dict(override={"integrity": "log"}), ".*\"integrity\" verification can not be overridden.*"), ("no expiry", dict(override={"expiry": "skip"}), ".*can not be skipped.*")):
            self.unaccepted(f"policy: {what}", tag, why, **self.trusting(**how))
        self.unaccepted("policy: no Secret named", tag, "verification secret cannot be empty: .*", provider="notation")
        self.unaccepted("policy: no such Secret", tag, 'secrets "nowhere" not found', provider="notation", secretRef={"name": "nowhere"})
        for what, secret, why in (("none", {"root.crt": n.root.pem}, "'trustpolicy.json' not found in secret 'default/.*'"), ("no JSON", {"trustpolicy.json": "{", "root.crt": n.root.pem}, "error occurred while parsing trustpolicy.json: .*"),
                                  ("no version", {"trustpolicy.json": "{}", "root.crt": n.root.pem}, ".*has empty version.*"), ("no certificates", {"trustpolicy.json": policy()}, "no certificates found in secret 'default/.*'"),
                                  ("a certificate that is none", {"trustpolicy.json": policy(), "a.crt": "nonsense"}, "failed to parse certificate 'a.crt': it is no X.509 certificate")):
            self.unaccepted(f"policy: {what}", tag, why, **self.trusting(secret))
        verify = self.trusting()
        name = self.look(tag, **verify)
        self.check("policy: at first", condition(self.settled(name)).get("status") == "True", self.settled(name)["status"])
        self.api.keep_secret(verify["secretRef"]["name"], {"trustpolicy.json": policy(), "root.crt": evil.root.pem}, again=True)
        obj = self.settled(name, lambda c: c.get("status") == "False")
        self.check("policy: another root", "any trusted certificate" in condition(obj, "SourceVerified").get("message", ""), obj["status"])

    # ---- charts ----

    def charts(self):
        """Charts in a registry; a 401 in their names is no refused login."""
        digests = {}
        for version in ("1.0.0", "2.0.0", "3.0.0"):
            packed = tgz({"web4011/Chart.yaml": f"apiVersion: v2\nname: web4011\nversion: {version}\n", "web4011/values.yaml": "a: 1\n"})
            digests[version] = self.registry.push("charts/web4011", version, [(HELM_LAYER, packed)], config_type="application/vnd.cncf.helm.config.v1+json")
        refer(self.registry, "charts/web4011", digests["1.0.0"], self.sigstore.bundle(digests["1.0.0"]))
        evil = self.sigstore.certificate(subject="https://git.example.com/evil/app@refs/heads/main")
        refer(self.registry, "charts/web4011", digests["2.0.0"], self.sigstore.bundle(digests["2.0.0"], cert=evil))
        base = f"{SOURCES}/helmrepositories"
        self.api.must("POST", base, {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmRepository", "metadata": {"name": "shop", "namespace": "default"},
                                     "spec": {"type": "oci", "insecure": True, "url": f"oci://{self.registry.host}/charts"}})
        self.kind, self.plural = "HelmChart", "helmcharts"
        chart = lambda version: self.create(chart="web4011", version=version, sourceRef={"kind": "HelmRepository", "name": "shop"},
                                            verify={"provider": "cosign", "matchOIDCIdentity": WHO})
        obj = self.ready("a chart", chart("1.0.0"), "1.0.0")
        self.check("a chart: told", condition(obj, "SourceVerified").get("message") == "verified signature of version 1.0.0", obj["status"])
        url = f"oci://{self.registry.host}/charts/web4011"
        self.refused("a chart of somebody else's", chart("2.0.0"), "VerificationError", f"^chart verification error: failed to verify {url}:2.0.0: no matching signatures: none of "
                     "the expected identities matched .*evil", kind="BuildFailed")
        self.refused("a chart that is not signed", chart("3.0.0"), "VerificationError", f"^chart verification error: failed to verify {url}:3.0.0: no signatures found$", kind="BuildFailed")
        refer(self.registry, "charts/web4011", digests["3.0.0"], self.notary.envelope(digests["3.0.0"]), kind=TYPE, layer=JWS)
        by = lambda version, **verify: self.create(chart="web4011", version=version, sourceRef={"kind": "HelmRepository", "name": "shop"}, verify=verify)
        obj = self.ready("a chart by notation", by("3.0.0", provider="notation", secretRef={"name": "strict"}), "3.0.0")
        self.check("a chart by notation: told", condition(obj, "SourceVerified").get("message") == "verified signature of version 3.0.0", obj["status"])
        self.refused("a chart that notation did not sign", by("1.0.0", provider="notation", secretRef={"name": "strict"}), "VerificationError",
                     f"^chart verification error: failed to verify {url}:1.0.0: no signature is associated with '.*', make sure the artifact was signed successfully$", kind="BuildFailed")
        self.refused("a chart without a policy", by("1.0.0", provider="notation"), "VerificationError", "^failed to verify the signature using provider 'notation': verification secret "
                     "cannot be empty: ", kind="FetchFailed")
        self.kind, self.plural = Cases.kind, Cases.plural


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.right, cases.payloads, cases.bundles, cases.trust, cases.notation, cases.enemies, cases.policies, cases.charts))


sys.exit(main())
