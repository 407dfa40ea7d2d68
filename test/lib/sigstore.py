"""sigstore.py: a small Sigstore of the test's own: an authority that binds keys to identities (Fulcio), logs of certificates and of
signatures (Rekor 1 and 2), an authority for timestamps; and signatures of each form, right ones and such as an enemy would make."""
import base64, json, struct, subprocess, time

from cryptography import x509

from certs import CODE, STAMPS, make, new_key, private_pem, public_der, sha256, sign

ISSUER = "https://token.example.com"
SUBJECT = "https://git.example.com/org/app/.github/workflows/release.yml@refs/heads/main"
STATEMENT, BUNDLE = "application/vnd.in-toto+json", "application/vnd.dev.sigstore.bundle.v0.3+json"
OID = x509.ObjectIdentifier


def b64(data):
    return base64.b64encode(data).decode()


def compact(document):
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Log:
    """A log of signatures; a tree of five leaves, in which a new one is the fourth."""

    def __init__(self, host, v2=False):
        self.host, self.v2, self.key = host, v2, new_key("ed25519" if v2 else "ec")
        raw = public_der(self.key)
        self.id = sha256(host.encode() + b"\n\x01" + raw[-32:]) if v2 else sha256(raw)

    def trusted(self, now):
        return {"baseUrl": f"https://{self.host}", "hashAlgorithm": "SHA2_256", "logId": {"keyId": b64(self.id)},
                "publicKey": {"rawBytes": b64(public_der(self.key)), "keyDetails": "PKIX_ED25519" if self.v2 else "PKIX_ECDSA_P256_SHA_256",
                              "validFor": {"start": stamp(now - 86400)}}}

    def promise(self, body, at, index):
        return sign(self.key, compact({"body": b64(body), "integratedTime": at, "logID": self.id.hex(), "logIndex": index}))

    def proof(self, body):
        leaf = lambda data: sha256(b"\0" + data)
        pair = lambda a, b: sha256(b"\1" + a + b)
        a, b, c, d, e = leaf(b"a"), leaf(b"b"), leaf(b"c"), leaf(body), leaf(b"e")
        root = pair(pair(pair(a, b), pair(c, d)), e)
        text = f"{self.host}{'' if self.v2 else ' - 42'}\n5\n{b64(root)}\n"
        note = f"{text}\n\u2014 {self.host} {b64(self.id[:4] + sign(self.key, text.encode()))}\n"
        return {"logIndex": "3", "treeSize": "5", "rootHash": b64(root), "hashes": [b64(c), b64(pair(a, b)), b64(e)], "checkpoint": {"envelope": note}}


class Sigstore:
    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.now = folder, int(time.time())
        self.root = make("fulcio root", ca=True, minutes=100000)
        self.fulcio = make("fulcio", self.root, ca=True, uses=[CODE], minutes=50000)
        self.ct_key, self.log, self.log2 = new_key(), Log("rekor.example.com"), Log("log1.rekor.example.com", v2=True)
        clock_root = make("clock root", ca=True, minutes=100000)
        self.clock = make("clock", clock_root, uses=[STAMPS], uses_critical=True, minutes=50000)

    def trusted_root(self, **other):
        chain = lambda cert: {"certificates": [{"rawBytes": b64(c.der)} for c in cert.chain()]}
        always = {"start": stamp(self.now - 86400)}
        document = {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                    "tlogs": [self.log.trusted(self.now), self.log2.trusted(self.now)],
                    "certificateAuthorities": [{"uri": "https://fulcio.example.com", "certChain": chain(self.fulcio), "validFor": always}],
                    "ctlogs": [{"baseUrl": "https://ct.example.com", "hashAlgorithm": "SHA2_256", "logId": {"keyId": b64(sha256(public_der(self.ct_key)))},
                                "publicKey": {"rawBytes": b64(public_der(self.ct_key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": always}}],
                    "timestampAuthorities": [{"uri": "https://clock.example.com", "certChain": chain(self.clock), "validFor": always}]}
        return json.dumps({**document, **other})

    # ---- certificates ----

    def seen(self, tbs, key=None):
        """The extension by which a certificate tells that a log has seen it."""
        at = int(time.time() * 1000)
        issuer = sha256(public_der(self.fulcio.key))
        text = struct.pack(">BBQH", 0, 0, at, 1) + issuer + len(tbs).to_bytes(3, "big") + tbs + b"\0\0"
        signature = sign(key or self.ct_key, text)
        one = b"\0" + sha256(public_der(self.ct_key)) + struct.pack(">Q", at) + b"\0\0" + b"\4\3" + struct.pack(">H", len(signature)) + signature
        value = struct.pack(">HH", len(one) + 2, len(one)) + one
        return x509.UnrecognizedExtension(OID("1.3.6.1.4.1.11129.2.4.2"), b"\4" + self.length(len(value)) + value)

    @staticmethod
    def length(n):
        return bytes([n]) if n < 128 else b"\x81" + bytes([n]) if n < 256 else b"\x82" + struct.pack(">H", n)

    def certificate(self, subject=SUBJECT, issuer=ISSUER, authority=None, unseen=False, seen_by=None, uses=(CODE,), critical=False, **more):
        """For ten minutes; by another authority; not seen by a log, or by one that lies; for other uses; with a critical extension of an unknown kind."""
        name = x509.RFC822Name(subject) if "@" in subject and "://" not in subject else x509.UniformResourceIdentifier(subject)
        told = [x509.UnrecognizedExtension(OID("1.3.6.1.4.1.57264.1.1"), issuer.encode()),
                x509.UnrecognizedExtension(OID("1.3.6.1.4.1.57264.1.8"), b"\x0c" + self.length(len(issuer)) + issuer.encode())]
        if critical:
            told.append((x509.UnrecognizedExtension(OID("1.3.6.1.4.1.57264.99"), b"\5\0"), True))
        return make("", authority or self.fulcio, uses=uses, minutes=10, names=[], extensions=[(x509.SubjectAlternativeName([name]), True), *told],
                    last=None if unseen else lambda tbs: self.seen(tbs, seen_by), **more)

    # ---- the log's entries ----

    @staticmethod
    def record(data, signature, cert):
        return {"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {"data": {"hash": {"algorithm": "sha256", "value": sha256(data).hex()}},
                "signature": {"content": b64(signature), "publicKey": {"content": b64(cert.pem.encode())}}}}

    @staticmethod
    def record_envelope(payload, signature, cert):
        return {"apiVersion": "0.0.1", "kind": "dsse", "spec": {"envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
                "payloadHash": {"algorithm": "sha256", "value": sha256(payload).hex()},
                "signatures": [{"signature": b64(signature), "verifier": b64(cert.pem.encode())}]}}

    @staticmethod
    def record2(data, signature, cert):
        return {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": {"data": {"algorithm": "SHA2_256", "digest": b64(sha256(data))},
                "signature": {"content": b64(signature), "verifier": {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": {"rawBytes": b64(cert.der)}}}}}}

    # ---- signatures ----

    def payload(self, digest, cert=None, log=None, at=None, entry_of=None, spoil=lambda entry: None):
        """As cosign 2 has it: the payload, and its annotations. log, at: where and when it was logged; entry_of: a payload of which the entry is
        instead; spoil: changes what the log has promised."""
        cert, log, at = cert or self.certificate(), log or self.log, at or int(time.time())
        payload = json.dumps({"critical": {"identity": {"docker-reference": ""}, "image": {"docker-manifest-digest": digest},
                                           "type": "cosign container image signature"}, "optional": None}).encode()
        signature = sign(cert.key, payload)
        body = compact(self.record(entry_of or payload, signature, cert))
        entry = {"SignedEntryTimestamp": b64(log.promise(body, at, 7)),
                 "Payload": {"body": b64(body), "integratedTime": at, "logIndex": 7, "logID": log.id.hex()}}
        spoil(entry)
        return payload, {"dev.cosignproject.cosign/signature": b64(signature), "dev.sigstore.cosign/certificate": cert.pem,
                         "dev.sigstore.cosign/chain": "".join(c.pem for c in self.fulcio.chain()), "dev.sigstore.cosign/bundle": json.dumps(entry)}

    def bundle(self, digest, cert=None, v2=False, log=None, at=None, stamped=None, entry_of=None, spoil=lambda bundle: None):
        """As cosign 3 has it, with an entry of Rekor 1, or of Rekor 2 and a timestamp. stamped: bytes of which the timestamp is; entry_of: a statement of
        which the entry is; spoil: changes the bundle."""
        cert, at = cert or self.certificate(), at or int(time.time())
        log = log or (self.log2 if v2 else self.log)
        statement = json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": digest[7:]}}],
                                "predicateType": "https://sigstore.dev/cosign/sign/v1", "predicate": {}}).encode()
        text = lambda of: b"DSSEv1 %d %s %d %s" % (len(STATEMENT), STATEMENT.encode(), len(of), of)
        signature = sign(cert.key, text(statement))
        of = entry_of or statement
        record = self.record2(text(of), signature, cert) if v2 else self.record_envelope(of, signature, cert)
        body = compact(record)
        entry = {"logIndex": "7", "logId": {"keyId": b64(log.id)}, "kindVersion": {"kind": record["kind"], "version": record["apiVersion"]},
                 "inclusionProof": log.proof(body), "canonicalizedBody": b64(body)}
        if not v2:
            entry.update(integratedTime=str(at), inclusionPromise={"signedEntryTimestamp": b64(log.promise(body, at, 7))})
        material = {"certificate": {"rawBytes": b64(cert.der)}, "tlogEntries": [entry]}
        if v2:
            material["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": b64(self.timestamp(stamped or signature))}]}
        bundle = {"mediaType": BUNDLE, "verificationMaterial": material, "dsseEnvelope": {
            "payload": b64(statement), "payloadType": STATEMENT, "signatures": [{"sig": b64(signature)}]}}
        spoil(bundle)
        return json.dumps(bundle).encode()

    def timestamp(self, data, clock=None, form="-out"):
        """A response of the authority's (RFC 3161), or with -token_out the token in it."""
        clock, f = clock or self.clock, self.folder
        (f / "data").write_bytes(data)
        (f / "clock.key").write_bytes(private_pem(clock.key))
        (f / "clock.crt").write_text(clock.pem)
        (f / "clock.cnf").write_text(f"[tsa]\ndefault_tsa = it\n[it]\nserial = {f}/serial\ndefault_policy = 1.2.3.4\ndigests = sha256\nsigner_digest = sha256\ness_cert_id_alg = sha256\n")
        run = lambda *words: subprocess.run(["openssl", "ts", *words], check=True, capture_output=True)
        run("-query", "-data", str(f / "data"), "-sha256", "-cert", "-out", str(f / "query"))
        run("-reply", "-config", str(f / "clock.cnf"), "-section", "it", "-queryfile", str(f / "query"), "-inkey", str(f / "clock.key"), "-signer",
            str(f / "clock.crt"), *(["-token_out"] if form == "-token_out" else []), "-out", str(f / "reply"))
        return (f / "reply").read_bytes()
