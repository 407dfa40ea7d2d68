"""certs.py: authorities and certificates for tests of signatures, as python3-cryptography makes them."""
import datetime, hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CODE, STAMPS, SERVER = ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM


def new_key(kind="ec"):
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key({"ec": ec.SECP256R1, "ec384": ec.SECP384R1}[kind]())


def public_der(key):
    return key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_pem(key):
    return key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def private_pem(key):
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def sign(key, data, hash=hashes.SHA256()):
    """As OpenSSL: ECDSA in DER, RSA by PKCS#1 1.5."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, padding.PKCS1v15(), hash) if isinstance(key, rsa.RSAPrivateKey) else key.sign(data, ec.ECDSA(hash))


class Cert:
    """A certificate with its key and who made it."""

    def __init__(self, cert, key, issuer):
        self.cert, self.key, self.issuer = cert, key, issuer

    der = property(lambda self: self.cert.public_bytes(DER))
    pem = property(lambda self: self.cert.public_bytes(PEM).decode())

    def chain(self):
        """From this to the root, both included."""
        return [self] if self.issuer is None else [self, *self.issuer.chain()]


def usage(*names):
    all_names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{n: n in names for n in all_names})


def make(name, issuer=None, ca=False, uses=(), extensions=(), start=None, minutes=600, kind="ec", key=None, names=None, uses_critical=False, last=None, keyed=None):
    """A certificate; names: [(OID, text)] of the subject; start: a naive datetime in UTC; last(tbs): an extension that needs the rest of it;
    keyed: the key usage's names."""
    key = key or new_key(kind)
    start = start or datetime.datetime.utcnow() - datetime.timedelta(minutes=5)
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in ([(NameOID.COMMON_NAME, name)] if names is None else names)])
    b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.cert.subject if issuer else subject).public_key(key.public_key())
         .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(start + datetime.timedelta(minutes=minutes)))
    b = b.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    b = b.add_extension(usage(*(keyed or (("key_cert_sign", "crl_sign") if ca else ("digital_signature",)))), critical=True)
    if uses:
        b = b.add_extension(x509.ExtendedKeyUsage(list(uses)), critical=uses_critical)
    for extension in extensions:
        extension, critical = extension if isinstance(extension, tuple) else (extension, False)
        b = b.add_extension(extension, critical=critical)
    signer = issuer.key if issuer else key
    hash = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    cert = b.sign(signer, hash)
    if last:
        cert = b.add_extension(last(cert.tbs_certificate_bytes), critical=False).sign(signer, hash)
    return Cert(cert, key, issuer)


def sha256(data):
    return hashlib.sha256(data).digest()
