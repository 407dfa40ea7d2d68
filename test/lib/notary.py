"""notary.py: signatures of the Notary Project as its specification has them, in both forms of envelopes, right ones and such as an enemy would
make; and trust policies for them."""
import base64, json, struct, time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

from certs import CODE, make

TYPE, PAYLOAD = "application/vnd.cncf.notary.signature", "application/vnd.cncf.notary.payload.v1+json"
JWS, COSE = "application/jose+json", "application/cose"
WHO = "x509.subject: C=US, ST=WA, O=Example"
NAMES = [(NameOID.COUNTRY_NAME, "US"), (NameOID.STATE_OR_PROVINCE_NAME, "WA"), (NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, "signer")]
ALGORITHMS = {"PS256": -37, "PS384": -38, "PS512": -39, "ES256": -7, "ES384": -35, "ES512": -36}


def policy(level="strict", stores=("ca:any",), who=(WHO,), scopes=("*",), **more):
    statement = {"name": "the-one", "registryScopes": list(scopes), "signatureVerification": {"level": level, **more}}
    if stores:
        statement.update(trustStores=list(stores), trustedIdentities=list(who))
    return json.dumps({"version": "1.0", "trustPolicies": [statement]})


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


def cbor(value):
    def head(kind, n):
        small, form = next((s, f) for s, f, most in ((n, "", 23), (24, ">B", 255), (25, ">H", 65535), (26, ">I", 2 ** 32 - 1), (27, ">Q", 2 ** 64)) if n <= most)
        return bytes([kind << 5 | small]) + (struct.pack(form, n) if form else b"")
    if isinstance(value, Tag):
        return head(6, value.number) + cbor(value.value)
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())
    return head(4, len(value)) + b"".join(map(cbor, value))


class Notary:
    def __init__(self):
        self.root = make("notary root", ca=True, minutes=100000, names=[*NAMES[:3], (NameOID.COMMON_NAME, "root")])
        self.middle = make("notary middle", self.root, ca=True, minutes=50000)
        self.signer = self.certificate()

    def certificate(self, issuer=None, names=NAMES, uses=(CODE,), minutes=600, **more):
        return make("signer", issuer or self.middle, names=names, uses=uses, minutes=minutes, **more)

    def secret(self, **how):
        """What a Secret for the policy holds."""
        return {"trustpolicy.json": policy(**how), "root.crt": self.root.pem}

    @staticmethod
    def algorithm(key):
        return {2048: "PS256", 3072: "PS384", 4096: "PS512", 256: "ES256", 384: "ES384", 521: "ES512"}[key.key_size]

    def signature(self, key, message):
        hash = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[self.algorithm(key)[2:]]()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(message, padding.PSS(padding.MGF1(hash), hash.digest_size), hash)
        r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hash)))
        size = (key.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def envelope(self, digest, form=JWS, cert=None, at=None, expires=None, authority=False, chain=None, algorithm=None, headers={}, critical=(), uncritical=(),
                 stamped=None, payload_type=PAYLOAD, spoil=lambda envelope: None):
        """headers, critical: more of them, and names that are marked as critical; uncritical: names that are not, though they should; stamped(signature): a
        timestamp; spoil: changes the envelope."""
        cert, at = cert or self.signer, at or int(time.time())
        chain = [c.der for c in (chain or cert.chain())]
        payload = json.dumps({"targetArtifact": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 1}}).encode()
        scheme = "notary.x509.signingAuthority" if authority else "notary.x509"
        when = "io.cncf.notary.authenticSigningTime" if authority else "io.cncf.notary.signingTime"
        marked = ["io.cncf.notary.signingScheme", *([when] if authority else []), *(["io.cncf.notary.expiry"] if expires else []), *critical]
        marked = [m for m in marked if m not in uncritical]
        algorithm = algorithm or self.algorithm(cert.key)
        if form == JWS:
            protected = {"alg": algorithm, "cty": payload_type, "crit": marked, "io.cncf.notary.signingScheme": scheme, when: stamp(at), **headers}
            if expires:
                protected["io.cncf.notary.expiry"] = stamp(expires)
            head, body = url64(json.dumps(protected).encode()), url64(payload)
            signature = self.signature(cert.key, f"{head}.{body}".encode())
            envelope = {"payload": body, "protected": head, "signature": url64(signature),
                        "header": {"x5c": [base64.b64encode(c).decode() for c in chain], "io.cncf.notary.signingAgent": "test"}}
            if stamped:
                envelope["header"]["io.cncf.notary.timestampSignature"] = base64.b64encode(stamped(signature)).decode()
            spoil(envelope)
            return json.dumps(envelope).encode()
        protected = {1: ALGORITHMS[algorithm], 2: marked, 3: payload_type, "io.cncf.notary.signingScheme": scheme, when: Tag(1, at), **headers}
        if expires:
            protected["io.cncf.notary.expiry"] = Tag(1, expires)
        head = cbor(protected)
        signature = self.signature(cert.key, cbor(["Signature1", head, b"", payload]))
        unprotected = {33: chain, "io.cncf.notary.signingAgent": "test"}
        if stamped:
            unprotected["io.cncf.notary.timestampSignature"] = stamped(signature)
        envelope = [head, unprotected, payload, signature]
        spoil(envelope)
        return cbor(Tag(18, envelope))


def revocable(url="http://127.0.0.1:1/list"):
    """The extension of a certificate that says where lists of revoked ones are."""
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)])
