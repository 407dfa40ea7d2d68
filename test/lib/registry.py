"""registry.py: OCI registries for tests: the real one (docker-registry, with TLS or with passwords), what is pushed to it, and a front that
hands out tokens, sends blobs elsewhere, cuts lists into pages and fails on demand."""
import base64, gzip, hashlib, http.client, http.server, io, json, pathlib, re, socket, ssl, subprocess, tarfile, time, urllib.parse

from faulty import Faulty, FaultyHandler

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
FLUX_LAYER = "application/vnd.cncf.flux.content.v1.tar+gzip"
FLUX_CONFIG = "application/vnd.cncf.flux.config.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def tgz(files, links=()):
    """A compressed archive, the same bytes each time. links: (name, target)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return gzip.compress(out.getvalue(), mtime=0)


def certificate(folder, name, host="127.0.0.1", authority=None):
    """Makes NAME.crt and NAME.key: an authority, or signed by one."""
    crt, key = folder / f"{name}.crt", folder / f"{name}.key"
    sign = ["-CA", str(folder / f"{authority}.crt"), "-CAkey", str(folder / f"{authority}.key")] if authority else []
    names = ["-addext", f"subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:{host}" if not host[0].isdigit() else "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", str(key), "-out",
                    str(crt), *(names if authority else []), *sign], check=True, capture_output=True)
    return crt, key


def signing_key(folder, name, kind="ec"):
    """Makes NAME.key and NAME.pub: ec, rsa or ed25519."""
    how = {"ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ed25519": ["ED25519"]}[kind]
    key, pub = folder / f"{name}.key", folder / f"{name}.pub"
    subprocess.run(["openssl", "genpkey", "-algorithm", *how, "-out", str(key)], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", str(key), "-pubout", "-out", str(pub)], check=True, capture_output=True)
    return key


def signature(key, message):
    """In base64."""
    file = key.with_suffix(".message")
    file.write_bytes(message)
    plain = b"ED25519" in subprocess.run(["openssl", "pkey", "-in", str(key), "-noout", "-text"], check=True, capture_output=True).stdout
    how = ["pkeyutl", "-sign", "-rawin", "-inkey", str(key), "-in", str(file)] if plain else ["dgst", "-sha256", "-sign", str(key), str(file)]
    return base64.b64encode(subprocess.run(["openssl", *how], check=True, capture_output=True).stdout).decode()


def sign(registry, repo, digest, key, about=None, text=None):
    """As cosign 2 signs: under a tag made of the digest. about: the digest that the payload names, if it lies; text: stands for the signature."""
    payload = json.dumps({"critical": {"identity": {"docker-reference": ""}, "image": {"docker-manifest-digest": about or digest},
                                       "type": "cosign container image signature"}, "optional": None}).encode()
    keep_payload(registry, repo, digest, payload, {"dev.cosignproject.cosign/signature": text or signature(key, payload)})


def keep_payload(registry, repo, digest, payload, annotations):
    """Stores a signature as cosign 2 does."""
    layer = {"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", **registry.blob(repo, payload), "annotations": annotations}
    registry.manifest(repo, digest.replace(":", "-") + ".sig", {"schemaVersion": 2, "mediaType": MANIFEST, "layers": [layer],
                      "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **registry.blob(repo, b"{}")}})


def bundle(registry, repo, digest, key, about=None):
    """As cosign 3 signs: a bundle that refers to the manifest, in a registry without the referrers API."""
    kind, payload_kind = BUNDLE, "application/vnd.in-toto+json"
    statement = json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": (about or digest)[7:]}}],
                            "predicateType": "https://sigstore.dev/cosign/sign/v1", "predicate": {}}).encode()
    message = b"DSSEv1 %d %s %d %s" % (len(payload_kind), payload_kind.encode(), len(statement), statement)
    text = json.dumps({"mediaType": kind, "verificationMaterial": {"publicKey": {"hint": "x"}}, "dsseEnvelope": {
        "payload": base64.b64encode(statement).decode(), "payloadType": payload_kind, "signatures": [{"sig": signature(key, message)}]}}).encode()
    refer(registry, repo, digest, text)


def refer(registry, repo, digest, text, kind=BUNDLE, config="application/vnd.oci.empty.v1+json", layer=None, annotations=None):
    """Stores a document that refers to a manifest, in a registry without the referrers API, behind those that are there."""
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "subject": {"mediaType": MANIFEST, "digest": digest, "size": 1},
                "config": {"mediaType": config, **registry.blob(repo, b"{}")}, "layers": [{"mediaType": layer or kind, **registry.blob(repo, text)}],
                **({"annotations": annotations} if annotations else {})}
    tag = digest.replace(":", "-")
    status, _, old = registry.call("GET", f"/v2/{repo}/manifests/{tag}", headers={"Accept": INDEX})
    before = json.loads(old)["manifests"] if status == 200 else []
    child = registry.manifest(repo, f"referrer-{digest[7:19]}-{len(before)}", document)
    registry.manifest(repo, tag, {"schemaVersion": 2, "mediaType": INDEX, "manifests": before + [
        {"mediaType": MANIFEST, "digest": child, "size": len(json.dumps(document)), "artifactType": kind}]}, INDEX)


class Registry:
    """docker-registry on loopback; with tls (certificate, key), with login (user, password)."""

    def __init__(self, stack, folder, tls=None, login=None):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.tls, self.login = free_port(), tls, login
        self.host = f"127.0.0.1:{self.port}"
        config = {"version": 0.1, "log": {"level": "error", "accesslog": {"disabled": True}}, "storage": {"filesystem": {"rootdirectory": str(folder / "data")},
                  "delete": {"enabled": True}}, "http": {"addr": self.host, "secret": "x"}}
        if tls:
            config["http"]["tls"] = {"certificate": str(tls[0]), "key": str(tls[1])}
        if login:
            text = subprocess.run(["htpasswd", "-Bbn", *login], check=True, capture_output=True, text=True).stdout
            (folder / "htpasswd").write_text(text)
            config["auth"] = {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}
        (folder / "config.json").write_text(json.dumps(config))
        with open(folder / "log", "w") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", str(folder / "config.json")], stdout=log, stderr=log)
        stack.callback(self.end)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            except OSError:
                time.sleep(0.05)

    def end(self):
        self.process.terminate()
        self.process.wait()

    def call(self, method, path, body=None, headers=None):
        if self.tls:
            link = http.client.HTTPSConnection("127.0.0.1", self.port, context=ssl._create_unverified_context())
        else:
            link = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = dict(headers or {})
        if self.login:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(self.login).encode()).decode()
        link.request(method, path, body, headers)
        reply = link.getresponse()
        data = reply.read()
        link.close()
        return reply.status, dict(reply.getheaders()), data

    def blob(self, repo, data):
        """Uploads a blob; its descriptor without a type."""
        status, headers, said = self.call("POST", f"/v2/{repo}/blobs/uploads/")
        assert status == 202, said
        where = urllib.parse.urlsplit(headers["Location"])
        digest = digest_of(data)
        status, _, said = self.call("PUT", f"{where.path}?{where.query}&digest={digest}", data, {"Content-Type": "application/octet-stream"})
        assert status == 201, said
        return {"digest": digest, "size": len(data)}

    def manifest(self, repo, tag, document, kind=MANIFEST):
        data = json.dumps(document).encode()
        status, _, said = self.call("PUT", f"/v2/{repo}/manifests/{tag}", data, {"Content-Type": kind})
        assert status == 201, said
        return digest_of(data)

    def push(self, repo, tag, layers, annotations=None, config=b"{}", config_type=FLUX_CONFIG):
        """layers: (media type, bytes). The digest of the manifest."""
        document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {"mediaType": config_type, **self.blob(repo, config)},
                    "layers": [{"mediaType": kind, **self.blob(repo, data)} for kind, data in layers]}
        if annotations:
            document["annotations"] = annotations
        return self.manifest(repo, tag, document)


class Front(Faulty):
    """Between a client and a registry. login: (user, password) that its own token server asks for, None: no tokens; refresh: a refresh token
    that is as good. away: blobs are got from another host, where credentials may not come. page: tags to a page. asked: (method, path,
    Authorization) of each request, in order. spoil(nth, how): the nth request from now fails; only: of those whose path holds this."""

    def __init__(self, stack, registry, login=None, refresh=None, away=False, page=0, tls=None, basic=None):
        super().__init__(Handler, tls)
        self.registry, self.login, self.refresh, self.page, self.basic = registry, login, refresh, page, basic
        self.scheme = "https" if tls else "http"
        self.realm = f"{self.scheme}://{self.host}/token"
        self.tokens, self.lifetime, self.retry_after = {}, 300, None
        self.only = ""
        self.away = Front(stack, registry) if away else None
        self.begin(stack)


class Handler(FaultyHandler):
    def refuse(self, status, code, headers=()):
        self.send(status, json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]}).encode(),
                    [("Content-Type", "application/json"), *headers])

    def token(self, query, form):
        front = self.server
        ask = {**query, **form}
        good = self.basic_login() == front.login or (front.refresh and form.get("refresh_token") == [front.refresh] and form["grant_type"] == ["refresh_token"])
        if not good:
            return self.refuse(401, "UNAUTHORIZED")
        token = f"token-{len(front.tokens)}"
        front.tokens[token] = " ".join(ask["scope"])
        self.send(200, json.dumps({"token": token, "expires_in": front.lifetime}).encode(), [("Content-Type", "application/json")])

    def admitted(self, path):
        """Is the request let in? Otherwise it is answered."""
        front = self.server
        if front.basic and self.basic_login() != front.basic:
            self.refuse(401, "UNAUTHORIZED", [("WWW-Authenticate", 'Basic realm="test"')])
            return False
        if not front.login:
            return True
        said = self.headers.get("Authorization", "")
        repo = re.match(r"/v2/(.+)/(manifests|blobs|tags|referrers)/", path)
        scope = f"repository:{repo.group(1)}:pull" if repo else ""
        if said.startswith("Bearer ") and scope in front.tokens.get(said[7:], "\0"):
            return True
        more = f',scope="{scope}"' if scope else ""
        self.refuse(401, "UNAUTHORIZED", [("WWW-Authenticate", f'Bearer realm="{front.realm}",service="test registry"{more}')])
        return False

    def tags(self, path, query, data):
        """One page of the list."""
        names = sorted(json.loads(data)["tags"] or [])
        last = query.get("last", [""])[0]
        names = [n for n in names if n > last]
        page = names[:self.server.page]
        link = [("Link", f'<{path}?last={page[-1]}&n={self.server.page}>; rel="next"')] if len(names) > len(page) else []
        self.send(200, json.dumps({"name": "x", "tags": page}).encode(), [("Content-Type", "application/json"), *link])

    def handle_any(self):
        front = self.server
        front.asked.append((self.command, self.path, self.headers.get("Authorization")))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        where = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(where.query)
        how = front.fault() if front.only in self.path else None
        if how == "cut":
            return self.cut()
        if isinstance(how, int):
            return self.refuse(how, "UNAVAILABLE", [("Retry-After", front.retry_after)] if front.retry_after else [])
        if how == "garbage":
            return self.send(200, b"<html>no registry</html>", [("Content-Type", "text/html")])
        if where.path == "/token":
            return self.token(query, urllib.parse.parse_qs(body.decode()))
        if not self.admitted(where.path):
            return
        if front.away and "/blobs/" in where.path and self.command == "GET":
            return self.send(307, b"", [("Location", f"http://localhost:{front.away.port}{self.path}")])
        status, headers, data = front.registry.call(self.command, self.path, body or None, {"Accept": self.headers.get("Accept", "*/*")})
        if front.page and where.path.endswith("/tags/list") and status == 200:
            return self.tags(where.path, query, data)
        if self.command == "HEAD":
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("connection", "date", "transfer-encoding"):
                    self.send_header(name, value)
            return self.end_headers()
        keep = [(k, v) for k, v in headers.items() if k.lower() in ("content-type", "docker-content-digest", "www-authenticate")]
        self.send(status, data, keep, how)

    do_GET = do_HEAD = do_POST = do_PUT = handle_any
