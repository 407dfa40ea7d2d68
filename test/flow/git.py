"""git.py WORK [PART…]: GitRepositories against real servers (sshd, git http-backend), a double of GitHub's API, the API double and the daemon: SSH,
signatures, submodules, GitHub Apps; and the same when each connection and each request fails in turn. Prints one line a part."""
import base64, contextlib, hashlib, hmac, http.client, http.server, json, os, pathlib, re, shutil, socket, socketserver, ssl, subprocess, sys, tarfile, tempfile, threading, time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from double import Double, account_token
from lab import ROOT, Daemon, Failed, GitServer, Repo, condition, poll
from proxy import Relay
from registry import certificate
from sources import play
from sshd import Eager, Sshd

WORK = pathlib.Path(sys.argv[1])
BUILD = ROOT / os.environ.get("BUILD", "build/release")
GROUP = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories"
REFUSED = ("ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain")


def sh(text, **env):
    done = subprocess.run(["bash", "-c", text], cwd=WORK, env=dict(os.environ, **env), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{text}: {done.stderr}")
    return done.stdout.strip()


def read(name):
    return (WORK / name).read_text()


class Cluster(Double):
    def merge(self, path, body):
        return self.must("PATCH", path, body, "application/merge-patch+json")

    def secret(self, name, data):
        """A Secret with these texts, made or replaced."""
        path, packed = "/api/v1/namespaces/default/secrets", {k: base64.b64encode(v.encode()).decode() for k, v in data.items()}
        self.call("DELETE", f"{path}/{name}")
        self.must("POST", path, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "data": packed})


class Socks(socketserver.ThreadingTCPServer):
    """A SOCKS5 proxy (RFC 1928, 1929) for the user robot with the password s3cret-pass."""

    def __init__(self, stack):
        super().__init__(("127.0.0.1", 0), Socket)
        self.seen, self.daemon_threads = [], True
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)


class Socket(socketserver.StreamRequestHandler):
    def handle(self):
        _, n = self.rfile.read(2)
        if 2 not in self.rfile.read(n):
            return self.request.sendall(b"\5\xff")
        self.request.sendall(b"\5\2")
        self.rfile.read(1)
        login = [self.rfile.read(self.rfile.read(1)[0]) for _ in range(2)]
        self.request.sendall(b"\1\0" if login == [b"robot", b"s3cret-pass"] else b"\1\1")
        if login != [b"robot", b"s3cret-pass"]:
            return
        kind = self.rfile.read(4)
        if kind == b"\5\1\0\1":
            host = socket.inet_ntoa(self.rfile.read(4))
        elif kind == b"\5\1\0\3":
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        else:
            return self.request.sendall(b"\5\7\0\1" + b"\0" * 6)
        port = int.from_bytes(self.rfile.read(2), "big")
        self.server.seen.append((host, port))
        if host == "git.example.org":
            return self.request.sendall(b"\5\4\0\1" + b"\0" * 6)
        there = socket.create_connection((host, port))
        self.request.sendall(b"\5\0\0\3\4nameAB")
        threading.Thread(target=self.pump, args=(there, self.request), daemon=True).start()
        self.pump(self.request, there)

    def pump(self, a, b):
        with contextlib.suppress(OSError):
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)


class GitHub(http.server.ThreadingHTTPServer):
    """The part of GitHub's API that apps use; checks the claim's signature with openssl."""

    def __init__(self, stack):
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked, self.broken, self.lasts = [], None, 3600
        self.url = f"http://127.0.0.1:{self.server_address[1]}/api/v3"
        sh("openssl genrsa -out app.pem 2048 2>/dev/null; openssl rsa -in app.pem -pubout -out app.pub 2>/dev/null; openssl genrsa -out other.pem 2048 2>/dev/null")
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)


class Answers(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def claim(self):
        """The claims, None when they are not the app's or not of now."""
        def unpack(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        parts = token.split(".")
        if kind != "Bearer" or len(parts) != 3:
            return None
        with tempfile.NamedTemporaryFile() as file:  # one for each, since tokens are asked for at the same time
            file.write(unpack(parts[2]))
            file.flush()
            good = subprocess.run(["openssl", "dgst", "-sha256", "-verify", "app.pub", "-signature", file.name], input=".".join(parts[:2]).encode(),
                                  cwd=WORK, capture_output=True).returncode == 0
        claims, now = json.loads(unpack(parts[1])), time.time()
        fine = json.loads(unpack(parts[0])) == {"alg": "RS256", "typ": "JWT"} and claims["iss"] == "4711" and claims["iat"] <= now < claims["exp"] <= now + 600
        return claims if good and fine else None

    def answer(self, status, body):
        text = json.dumps(body).encode() if isinstance(body, dict) else body
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        self.server.asked.append(f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.broken is not None:
            return self.answer(*self.server.broken)
        if not self.claim():
            return self.answer(401, {"message": "A JSON web token could not be decoded"})
        paths = {"/api/v3/orgs/acme/installation": {"id": 99}, "/api/v3/users/ada/installation": {"id": 99}}
        if self.command == "POST" and self.path == "/api/v3/app/installations/99/access_tokens":
            until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.server.lasts))
            return self.answer(201, {"token": "pass", "expires_at": until})
        if self.command == "GET" and self.path in paths:
            return self.answer(200, paths[self.path])
        return self.answer(404, {"message": "Not Found"})

    do_GET = do_POST


class Cloud(http.server.ThreadingHTTPServer):
    """Entra, STS and the machine's identity: what is asked of them, and a token for it."""

    def __init__(self, stack):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.asked, self.broken, self.url = [], None, f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)


class Exchange(Answers):
    def do_POST(self):
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.path, form))
        q = {k: v[0] for k, v in urllib.parse.parse_qs(form).items()}
        if self.server.broken:
            return self.answer(*self.server.broken)
        if self.path in ("/tenant/oauth2/v2.0/token", "/tenant-2/oauth2/v2.0/token"):
            own = "-2" not in self.path
            want = {"client_id": "client" if own else "client-2", "grant_type": "client_credentials", "scope": "499b84ac-1321-427f-aa17-267ca6975798/.default", "client_assertion": "federated" if own else account_token("team", "api://AzureADTokenExchange"),
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
            return self.answer(200, {"access_token": "entra-token", "expires_in": 3600}) if q == want else self.answer(401, {"error": "invalid_client", "error_description": "AADSTS7: no\r\nTrace"})
        if q.get("Action") == "AssumeRoleWithWebIdentity" and (q["RoleArn"], q["WebIdentityToken"]) in (
                ("arn:aws:iam::1:role/git", "federated"), ("arn:aws:iam::2:role/team", account_token("team", "sts.amazonaws.com"))):
            until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
            return self.answer(200, f"<R><Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>sekret</SecretAccessKey><SessionToken>sess</SessionToken>"
                               f"<Expiration>{until}</Expiration></Credentials></R>".encode())
        return self.answer(403, b"<E><Error><Code>AccessDenied</Code><Message>not you</Message></Error></E>")

    do_GET = do_POST


class CodeCommit(socketserver.ThreadingTCPServer):
    """A proxy that takes every host for itself, speaks TLS as git-codecommit.us-east-1.amazonaws.com, and hands on what is signed for it."""

    def __init__(self, stack, target):
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.target, self.daemon_threads, self.host = target, True, "git-codecommit.us-east-1.amazonaws.com"
        certificate(WORK, "ca")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate(WORK, "aws", self.host, "ca"))
        self.seen = []
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)

    def allows(self, path, header):
        user, _, password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")
        self.seen.append(user)
        stamp, sign = password[:15], password[16:]
        key = b"AWS4sekret"
        for part in (stamp[:8], "us-east-1", "codecommit", "aws4_request"):
            key = hmac.new(key, part.encode(), "sha256").digest()
        digest = hashlib.sha256(f"GIT\n{path}\n\nhost:{self.host}\n\nhost\n".encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{stamp[:8]}/us-east-1/codecommit/aws4_request\n{digest}"
        return user == "AKID%sess" and password[15:16] == "Z" and hmac.compare_digest(sign, hmac.new(key, text.encode(), "sha256").hexdigest())


class Tunnel(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.request.recv(1)
        if not head.startswith(b"CONNECT"):
            return self.hand_on(head)
        self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            Inside(self.server.context.wrap_socket(self.request, server_side=True), self.client_address, self.server)


    def hand_on(self, head):
        """A request in plain text, for the host that it names."""
        where, size = urllib.parse.urlsplit(head.split()[1].decode()), int(re.search(rb"Content-Length: (\d+)", head).group(1))
        link = http.client.HTTPConnection(where.hostname, where.port)
        link.request("POST", where.path, self.request.recv(size, socket.MSG_WAITALL))
        text = link.getresponse().read()
        self.request.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))


class Inside(Answers):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.server.allows("/app.git", self.headers.get("Authorization", "")):
            return self.answer(403, b"no")
        link = http.client.HTTPConnection("127.0.0.1", self.server.target)
        link.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k in ("Git-Protocol", "Content-Type", "Accept")})
        reply = link.getresponse()
        text = reply.read()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.headers.get("Content-Type", ""))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST


class Tokens(http.server.ThreadingHTTPServer):
    """Hands requests on to the Git server for the user x-access-token with the password pass."""

    def __init__(self, stack, target):
        super().__init__(("127.0.0.1", 0), Guard)
        self.target, self.url = target, f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)


class Guard(Answers):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") not in ("Basic " + base64.b64encode(b"x-access-token:pass").decode(), "Bearer entra-token"):
            return self.answer(401, b"no")
        link = http.client.HTTPConnection("127.0.0.1", self.server.target)
        link.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k in ("Git-Protocol", "Content-Type", "Accept")})
        reply = link.getresponse()
        text = reply.read()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.headers.get("Content-Type", ""))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST


class Cases:
    def __init__(self, stack):
        self.faults, self.passed, self.made = [], 0, 0
        self.api = Cluster(stack, WORK, BUILD)
        self.keys(stack)
        self.git = GitServer(stack, WORK / "repos")
        self.port = int(self.git.url.rsplit(":", 1)[1])
        self.sshd, self.other = Sshd(stack, WORK, "one"), Sshd(stack, WORK, "two")
        self.github = GitHub(stack)
        self.tokens = Tokens(stack, self.port)
        self.cloud = Cloud(stack)
        self.commit = CodeCommit(stack, self.port)
        self.data = WORK / "data"
        (WORK / "federated").write_text("federated\n")
        self.environment = {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_FEDERATED_TOKEN_FILE": str(WORK / "federated"), "AZURE_AUTHORITY_HOST": self.cloud.url,
                            "AWS_ROLE_ARN": "arn:aws:iam::1:role/git", "AWS_WEB_IDENTITY_TOKEN_FILE": str(WORK / "federated"), "AWS_ENDPOINT_URL_STS": self.cloud.url}
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=500ms"], sluice=str(BUILD / "sluice"), env=self.environment)
        self.app = self.repo("app", {"a.txt": "one\n"})
        self.ssh = {"identity": read("id"), "known_hosts": self.sshd.known()}
        self.api.secret("ssh", self.ssh)

    def keys(self, stack):
        sh("for k in id stranger signer; do ssh-keygen -q -t ed25519 -N '' -C '' -f $k; done; ssh-keygen -q -t ed25519 -N s3cret-pass -C '' -f locked; cat id.pub locked.pub >authorized")
        sh("mkdir -m 700 gpg; for k in ada eve; do gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-gen-key $k ed25519 sign 0; "
           "gpg --armor --export $k >$k.asc; gpg --with-colons -k $k | awk -F: '/^pub/{print $5}' >$k.id; done", GNUPGHOME=str(WORK / "gpg"))
        stack.callback(sh, "gpgconf --kill gpg-agent", GNUPGHOME=str(WORK / "gpg"))
        os.environ["GNUPGHOME"] = str(WORK / "gpg")

    def repo(self, name, files=None):
        repo = Repo(self.git, name)
        repo.head = repo.commit("first", files or {f"{name}.txt": name})
        return repo

    def url(self, repo="app", port=None):
        return f"ssh://root@127.0.0.1:{port or self.sshd.port}{WORK}/repos/{repo}.git"

    def path(self, name):
        return f"{GROUP}/{name}"

    def make(self, url, **spec):
        """A new object; its name."""
        self.made += 1
        name = f"g{self.made}"
        spec = {"interval": "1h", "url": url, "ref": {"branch": "main"}, **spec}
        self.api.must("POST", GROUP, {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": {"name": name, "namespace": "default"}, "spec": spec})
        return name

    def settled(self, name, test=lambda c: c.get("status") in ("True", "False")):
        def look():
            status, obj = self.api.call("GET", self.path(name))
            c = condition(obj) if status == 200 else {}
            return obj if test(c) and c.get("observedGeneration") == obj["metadata"]["generation"] else None
        return poll(f"{name} settled", look, 40, 0.02)

    def ask(self, name):
        """Has it looked at again; the object afterwards."""
        mark = str(time.monotonic())
        self.api.merge(self.path(name), {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": mark}}})
        poll("asked", lambda: self.api.must("GET", self.path(name))["status"].get("lastHandledReconcileAt") == mark, 20, 0.02)
        return self.api.must("GET", self.path(name))

    def files(self, obj):
        with tarfile.open(self.data / obj["status"]["artifact"]["path"]) as tar:
            return {m.name: tar.extractfile(m).read().decode() for m in tar.getmembers() if m.isfile()}

    def events(self, name):
        return [(e["type"], e["reason"], e["message"]) for e in self.api.must("GET", "/api/v1/namespaces/default/events")["items"] if e["involvedObject"]["name"] == name]

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.faults.append(f"{what}: {seen}")
            print(f"FAILED {what}: {seen}", flush=True)

    def ready(self, what, name, revision, files=None):
        obj = self.settled(name)
        c = condition(obj)
        self.check(what, c["status"] == "True" and obj["status"].get("artifact", {}).get("revision") == revision, obj["status"])
        if files is not None and c["status"] == "True":
            self.check(f"{what}: files", self.files(obj) == files, self.files(obj))
        return obj

    def refused(self, what, obj, reason, message, kind="FetchFailed", stalled=False):
        """Not Ready for that; the condition says it, and an event."""
        obj = self.settled(obj, lambda c: c.get("status") == "False") if isinstance(obj, str) else obj
        c, ready = condition(obj, kind), condition(obj)
        same = ready.get("status") == "False" and (ready["reason"], ready["message"]) == (reason, c.get("message"))
        self.check(what, same and c["reason"] == reason and re.fullmatch(message, c["message"], re.S), obj["status"])
        self.check(f"{what}: stalled", bool(condition(obj, "Stalled")) == stalled, obj["status"])
        told = lambda: ("Warning", reason, c.get("message")) in self.events(obj["metadata"]["name"])
        with contextlib.suppress(Failed):
            poll("its event", told, 10)
        self.check(f"{what}: event", told(), self.events(obj["metadata"]["name"]))
        return obj

    # ---- parts ----

    def transport(self):
        """SSH: who we are, who the server is."""
        main, secret = f"main@sha1:{self.app.head}", {"secretRef": {"name": "ssh"}}
        self.ready("ssh", self.make(self.url(), **secret), main, {"a.txt": "one\n"})
        self.ready("ssh by commit", self.make(self.url(), ref={"commit": self.app.head}, **secret), f"sha1:{self.app.head}")
        where, auth = re.escape(self.url()), "failed to configure authentication options: invalid 'ssh' auth option: "
        tried = f"failed to checkout and determine revision: unable to clone '{where}': "
        cases = [("no secret", None, "AuthenticationFailed", auth + "'identity' is required"),
                 ("no identity", {"known_hosts": "x"}, "AuthenticationFailed", auth + "'identity' is required"),
                 ("no hosts", {"identity": read("id")}, "AuthenticationFailed", auth + "'known_hosts' is required"),
                 ("locked", {**self.ssh, "identity": read("locked")}, "AuthenticationFailed",
                  "SSH identity key is encrypted but no 'password' field was provided in the secret 'default/locked'"),
                 ("passphrase", {**self.ssh, "identity": read("locked"), "password": "wrong-pass"}, "GitOperationFailed",
                  "failed to checkout and determine revision: unable to construct auth method with options: x509: decryption password incorrect"),
                 ("stranger", {**self.ssh, "identity": read("stranger")}, "GitOperationFailed", tried + re.escape(REFUSED)),
                 ("other host", {**self.ssh, "known_hosts": self.other.known(self.sshd.port)}, "GitOperationFailed", tried + "ssh: handshake failed: knownhosts: key mismatch"),
                 ("authority", {**self.ssh, "known_hosts": self.sshd.vouched()}, "GitOperationFailed",
                  tried + "ssh: handshake failed: knownhosts: only a @cert-authority line knows 127.0.0.1, and certificates of hosts are not supported: "
                  "add the host's own key, as ssh-keyscan prints it"),
                 ("authority and other host", {**self.ssh, "known_hosts": self.sshd.vouched() + self.other.known(self.sshd.port)}, "GitOperationFailed",
                  tried + "ssh: handshake failed: knownhosts: key mismatch"),
                 ("revoked", {**self.ssh, "known_hosts": self.sshd.known() + f"@revoked * {self.sshd.key}\n"}, "GitOperationFailed",
                  tried + "ssh: handshake failed: knownhosts: key is revoked"),
                 ("unknown host", {**self.ssh, "known_hosts": self.other.known()}, "GitOperationFailed", tried + "ssh: handshake failed: knownhosts: key is unknown")]
        for what, data, reason, message in cases:
            name = what.replace(" ", "-")
            if data is not None:
                self.api.secret(name, data)
            self.refused(what, self.make(self.url(), **({} if data is None else {"secretRef": {"name": name}})), reason, message)
        self.api.secret("both", {**self.ssh, "known_hosts": self.sshd.vouched() + self.sshd.known()})
        self.ready("authority and own key", self.make(self.url(), secretRef={"name": "both"}), main)
        self.api.secret("unlocked", {**self.ssh, "identity": read("locked"), "password": "s3cret-pass"})
        self.ready("unlocked", self.make(self.url(), secretRef={"name": "unlocked"}), main)
        self.refused("no repository", self.make(self.url("nothing"), **secret), "GitOperationFailed",
                     f"failed to checkout and determine revision: unable to clone: repository not found: git repository: '{re.escape(self.url('nothing'))}'")
        missing = r"failed to get secret 'default/nowhere': failed to get secret 'default/nowhere': secrets \"nowhere\" not found"
        self.refused("no such secret", self.make(self.url(), secretRef={"name": "nowhere"}), "AuthenticationFailed", missing)

    def proxied(self):
        """SSH through SOCKS5; no other proxy will do."""
        with contextlib.ExitStack() as stack:
            socks, secret = Socks(stack), {"secretRef": {"name": "ssh"}}
            where, main = f"127.0.0.1:{socks.server_address[1]}", f"main@sha1:{self.app.head}"
            proxies = {"right": ("socks5", "s3cret-pass"), "wrong": ("socks5", "wrong-pass"), "http": ("http", "s3cret-pass")}
            for name, (scheme, password) in proxies.items():
                self.api.secret(f"proxy-{name}", {"address": f"{scheme}://{where}", "username": "robot", "password": password})
            self.api.secret("proxy-open", {"address": f"socks5://{where}"})
            self.ready("socks5", self.make(self.url(), proxySecretRef={"name": "proxy-right"}, **secret), main)
            self.check("socks5: asked", set(socks.seen) == {("127.0.0.1", self.sshd.port)}, socks.seen)
            tried = f"failed to checkout and determine revision: unable to clone '{re.escape(self.url())}': "
            way = f"socks connect tcp {where}->127.0.0.1:{self.sshd.port}: "
            for name, text in (("wrong", way + "username/password authentication failed"), ("open", way + "no acceptable authentication methods"),
                               ("http", "proxy: unknown scheme: http")):
                self.refused(f"proxy {name}", self.make(self.url(), proxySecretRef={"name": f"proxy-{name}"}, **secret), "GitOperationFailed", tried + text)
            self.refused("socks5: host", self.make("ssh://git.example.org/x.git", proxySecretRef={"name": "proxy-right"}, **secret), "GitOperationFailed",
                         f".*: socks connect tcp {where}->git.example.org:22: unknown error host unreachable")

    def kept(self):
        """Whatever the server does, the last artifact stays and the condition says what."""
        relay = Relay(self.sshd.port)
        self.api.secret("relay", {**self.ssh, "known_hosts": self.sshd.known(relay.port)})
        repo = self.repo("kept")
        name = self.make(self.url("kept", relay.port), secretRef={"name": "relay"}, timeout="2s")
        first = self.ready("kept: first", name, f"main@sha1:{repo.head}")["status"]["artifact"]
        repo.head = repo.commit("second", {"b.txt": "b"})
        where = re.escape(self.url("kept", relay.port))
        listing = f"failed to checkout and determine revision: unable to list remote for '{where}': "
        relay.mode = "drip"
        obj = self.ask(name)
        self.refused("kept: a byte a second", obj, "GitOperationFailed", listing + "context deadline exceeded")
        self.check("kept: the artifact", obj["status"]["artifact"] == first, obj["status"])
        relay.mode, relay.target = "ok", self.other.port
        relay.drop()
        obj = self.ask(name)
        self.refused("kept: another host key", obj, "GitOperationFailed", listing + "ssh: handshake failed: knownhosts: key mismatch")
        self.check("kept: the artifact", obj["status"]["artifact"] == first, obj["status"])
        relay.target = self.sshd.port
        self.settled(name, lambda c: c.get("status") == "True")
        self.ready("kept: all is well", name, f"main@sha1:{repo.head}")

    def unreached(self):
        """Over HTTP: a proxy that has gone is told as Git's first question of the server, whichever the daemon asks first; so is a client certificate that is none."""
        self.api.secret("way", {"address": "http://127.0.0.1:1"})
        url = f"{self.git.url}/app.git"
        listing = f"failed to checkout and determine revision: unable to list remote for '{url}': "
        name = self.make(url)
        self.ready("unreached: first", name, f"main@sha1:{self.app.head}")
        self.api.merge(self.path(name), {"spec": {"proxySecretRef": {"name": "way"}}})
        self.refused("unreached: a proxy", name, "GitOperationFailed",
                     listing + re.escape(f'Get "{url}/info/refs?service=git-upload-pack": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused'))
        for part, odd in (("certificate", {"tls.crt": "nonsense", "tls.key": "nonsense"}), ("key", {"tls.crt": "-----BEGIN "})):
            self.api.secret(f"odd-{part}", odd)
            self.refused(f"unreached: no {part}", self.make(url, secretRef={"name": f"odd-{part}"}), "GitOperationFailed",
                         f"failed to checkout and determine revision: unable to clone '{url}': tls: failed to find any PEM data in {part} input")

    def reused(self):
        """A connection is kept for the next look, for the same host, user, keys and known hosts alone; one that is dead is never told of."""
        relay = Relay(self.sshd.port)
        repo, known = self.repo("reused"), self.sshd.known(relay.port)
        data = {**self.ssh, "known_hosts": known}
        self.api.secret("reused", data)
        name = self.make(self.url("reused", relay.port), secretRef={"name": "reused"}, timeout="8s")
        main = lambda: f"main@sha1:{repo.head}"
        good = lambda obj: condition(obj)["status"] == "True" and obj["status"]["artifact"]["revision"] == main()
        still = lambda: poll("nothing goes on", lambda: (before := relay.bytes, time.sleep(1.5), relay.bytes == before)[2], 20)
        self.ready("reused: first", name, main())
        self.check("reused: one connection", relay.made == 1, relay.made)
        # the second look of its kind, after which the next command is begun ahead, costs that, too
        still()
        self.check("reused: the second look", good(self.ask(name)))
        # the parts of its answer come one by one or together, as the server pleases
        least, looks = 1 << 20, 0
        still()
        while looks < 3 or (least > 1024 and looks < 20):
            looks, relay.bytes = looks + 1, 0
            obj = self.ask(name)
            still()
            least = min(least, relay.bytes)
            self.check("reused: an unchanged head", good(obj) and relay.bytes < 2000, relay.bytes)
        print(f"# an unchanged head: {least} bytes", flush=True)
        self.check("reused: at most 1 KB", least <= 1024, least)
        repo.head = repo.commit("second", {"b.txt": "b"})
        self.check("reused: a new head", good(self.ask(name)) and relay.made == 1, relay.made)
        still()
        other = self.repo("reused2")
        self.ready("reused: another repository", self.make(self.url("reused2", relay.port), secretRef={"name": "reused"}), f"main@sha1:{other.head}")
        self.check("reused: by the same connection", relay.made == 1, relay.made)
        # a dead one: closed by the server, and forgotten by what is between
        for what, harm in (("closed", relay.drop), ("forgotten", relay.deafen)):
            made = relay.made
            harm()
            obj = self.ask(name)
            self.check(f"reused: {what}", good(obj) and relay.made == made + 1, (obj["status"], relay.made))
        self.check("reused: nothing is told", not [e for e in self.events(name) if e[0] == "Warning"], self.events(name))
        # what has changed is never passed over
        for what, change, reason in (("known hosts", {"known_hosts": self.other.known(relay.port)}, "knownhosts: key mismatch"), ("key", {"identity": read("stranger")}, "unable to authenticate")):
            self.api.secret("reused", {**data, **change})
            obj = self.ask(name)
            self.check(f"reused: other {what}", condition(obj)["status"] == "False" and reason in condition(obj)["message"], obj["status"])
            self.api.secret("reused", data)
            self.settled(name, lambda c: c.get("status") == "True")
        # a host that comes back with another key
        still()
        relay.target = self.other.port
        self.check("reused: a connection outlives the key", good(self.ask(name)))
        relay.drop()
        obj = self.ask(name)
        self.check("reused: another host key", "knownhosts: key mismatch" in condition(obj)["message"], obj["status"])
        self.api.secret("reused", {**data, "known_hosts": self.other.known(relay.port)})
        self.settled(name, lambda c: c.get("status") == "True")
        relay.target = self.sshd.port

    def early(self):
        """A server that takes bytes as soon as a channel is open is asked in one breath with the command, once it is known to speak version 2."""
        with contextlib.ExitStack() as stack:
            server, repo = Eager(stack, WORK, "eager"), self.repo("early")
            self.api.secret("eager", {**self.ssh, "known_hosts": server.known()})
            name = self.make(self.url("early", server.port), secretRef={"name": "eager"}, timeout="8s")
            self.ready("early: first", name, f"main@sha1:{repo.head}")
            server.patient = True
            for what in ("nothing new", "nothing new again", "a new head"):
                repo.head = repo.commit("next", {"b.txt": "b"}) if what == "a new head" else repo.head
                obj = self.ask(name)
                self.check(f"early: {what}", condition(obj)["status"] == "True" and obj["status"]["artifact"]["revision"] == f"main@sha1:{repo.head}", obj["status"])
            poll("the next command is begun", lambda: len(server.asked) == 5, 20, 0.02)
            obj = self.ask(name)
            self.check("early: the one that was begun", condition(obj)["status"] == "True", obj["status"])
            poll("another is begun", lambda: len(server.asked) == 6, 20, 0.02)
            self.check("early: one connection", server.made == 1, server.made)

    def ahead(self):
        """A server that is far away is asked in one round trip where the look before was the same: the command runs already, and has looked at nothing yet."""
        with contextlib.ExitStack() as stack:
            notes, seconds = WORK / "begun", WORK / "seconds"
            seconds.write_text("0")
            server = Sshd(stack, WORK, "ahead", [f'ForceCommand echo begun >>{notes}; timeout $(cat {seconds}) sh -c "$SSH_ORIGINAL_COMMAND"; echo ended >>{notes}'])
            relay, repo, other = Relay(server.port), self.repo("ahead"), self.repo("ahead2")
            self.api.secret("ahead", {**self.ssh, "known_hosts": server.known(relay.port)})
            make = lambda repo: self.make(self.url(repo, relay.port), secretRef={"name": "ahead"}, timeout="20s")
            count = lambda word: notes.read_text().split().count(word)
            at = lambda repo: f"main@sha1:{repo.head}"

            def look(name, repo):
                """How long it takes, from what is sent first."""
                relay.asked, self.ended = None, count("ended")
                obj = self.ask(name)
                took = time.monotonic() - relay.asked
                self.check("ahead: the revision", condition(obj)["status"] == "True" and obj["status"]["artifact"]["revision"] == at(repo), obj["status"])
                return took

            def begun(more):
                """Waits until so many commands are there which nobody has asked anything."""
                good = lambda: count("ended") > self.ended and count("begun") - count("ended") == more
                poll("the next is begun", lambda: good() and not time.sleep(0.4) and good(), 30, 0.05)
                time.sleep(2 * relay.late)  # until that is known here

            name = make("ahead")
            self.ready("ahead: first", name, at(repo))
            relay.late = 0.2
            poll("the channel for the next is ready", lambda: (before := relay.bytes, time.sleep(1.5), relay.bytes == before)[2], 20)
            usual, times = look(name, repo), []
            for n in range(4):
                begun(1)
                times.append(look(name, repo))
            print(f"# an unchanged head, 0.4 s away: {usual:.2f} s, then {min(times):.2f} s", flush=True)
            self.check("ahead: two round trips as usual", 0.8 <= usual, usual)
            self.check("ahead: one round trip", 0.4 <= min(times) < 0.6, times)
            relay.late = 0.02
            for n in range(3):
                begun(1)
                repo.head = repo.commit(f"while it waits {n}", {"n.txt": str(n)})
                look(name, repo)
            begun(1)
            second = make("ahead2")
            self.ready("ahead: another repository", second, at(other))
            for n in range(2):
                repo.head, other.head = repo.commit(f"turn {n}", {"n.txt": f"turn {n}"}), other.commit(f"turn {n}", {"n.txt": f"turn {n}"})
                look(name, repo), look(second, other)
            # one was begun in vain, so that it takes one look more
            look(name, repo), look(name, repo), look(name, repo)
            begun(1)
            # a server that has no patience with commands that are asked nothing
            seconds.write_text("2")
            look(name, repo)
            begun(1)
            for n in range(3):
                begun(0)
                look(name, repo)
            self.check("ahead: one connection for all", relay.made == 1, relay.made)
            self.check("ahead: nothing is told", not [e for o in (name, second) for e in self.events(o) if e[0] == "Warning"], self.events(name))

    def signatures(self):
        """spec.verify in its modes; keys come and go."""
        repo, secret = self.repo("signed"), {"secretRef": {"name": "keys"}}
        plain = repo.head
        repo.git("tag", "light"), repo.git("tag", "-am", "note", "loud"), repo.git("push", "-q", "origin", "--tags")
        name = self.make(repo.url, verify={"mode": "HEAD", **secret})
        self.refused("no keys", name, "VerificationError", r"public keys secret error: secrets \"keys\" not found", "SourceVerified")
        self.api.secret("keys", {"ada.asc": read("ada.asc")})
        self.refused("unsigned", self.ask(name), "InvalidCommitSignature", f"signature verification of commit '{plain}' failed: unsupported signature type: empty", "SourceVerified")
        repo.git("config", "user.signingkey", "ada"), repo.git("commit", "-q", "--allow-empty", "-S", "-m", "signed"), repo.git("tag", "-s", "-m", "s", "v1.0.0")
        repo.head = repo.push()
        repo.git("push", "-q", "origin", "--tags")
        tag, ada = repo.git("rev-parse", "v1.0.0"), read("ada.id").strip()
        said = f"verified signature of\n\t- commit '{repo.head}' with key '{ada}'"
        obj = self.ask(name)
        self.check("signed", condition(obj)["status"] == "True" and condition(obj, "SourceVerified")["message"] == said and obj["status"]["sourceVerificationMode"] == "HEAD", obj["status"])
        self.check("signed: event", [e for e in self.events(name) if e[2] == said] == [("Normal", "Succeeded", said)], self.events(name))
        both = f"verified signature of\n\t- tag 'v1.0.0@{tag}' with key '{ada}'\n\t- commit '{repo.head}' with key '{ada}'"
        for mode, text in (("Tag", both.rsplit("\n", 1)[0]), ("TagAndHEAD", both)):
            for ref in ({"tag": "v1.0.0"}, {"semver": "*"}, {"name": "refs/tags/v1.0.0"}):
                obj = self.settled(self.make(repo.url, ref=ref, verify={"mode": mode, **secret}))
                c = condition(obj, "SourceVerified")
                self.check(f"{mode} {ref}", c.get("status") == "True" and c["message"] == text and obj["status"]["sourceVerificationMode"] == mode, obj["status"])
        self.refused("no tag", self.make(repo.url, verify={"mode": "Tag", **secret}), "InvalidVerificationMode",
                     "cannot verify tag object's signature if a tag reference is not specified", "SourceVerified", stalled=True)
        loud = repo.git("rev-parse", "loud")
        for ref, shown in (("light", "light"), ("loud", f"loud@{loud}")):
            self.refused(f"tag {ref}", self.make(repo.url, ref={"tag": ref}, verify={"mode": "Tag", **secret}), "InvalidGitObject",
                         f"cannot verify signature of tag '{shown}' since it is not signed", "SourceVerified")
        self.rotation(repo, name, said)

    def rotation(self, repo, name, said):
        before = self.api.must("GET", self.path(name))
        self.api.secret("keys", {"eve.asc": read("eve.asc")})
        obj = self.ask(name)
        self.refused("rotated", obj, "InvalidCommitSignature", f"signature verification of commit '{repo.head}' failed: unable to verify Git commit: unable to verify payload with any "
                     "of the given key rings: no matching key", "SourceVerified")
        self.check("rotated: the artifact", obj["status"]["artifact"] == before["status"]["artifact"], obj["status"])
        repo.git("config", "gpg.format", "ssh"), repo.git("config", "user.signingkey", str(WORK / "signer")), repo.git("commit", "-q", "--allow-empty", "-S", "-m", "by ssh")
        repo.head = repo.push()
        self.refused("ssh without keys", self.ask(name), "InvalidCommitSignature", f"signature verification of commit '{repo.head}' failed: SSH signature detected but no SSH public keys "
                     r"found in secret \(keys with .sshpub suffix\)", "SourceVerified")
        self.api.secret("keys", {"signer.sshpub": "# ours\n" + read("signer.pub"), "eve.asc": read("eve.asc")})
        obj, finger = self.ask(name), sh("ssh-keygen -lf signer.pub").split()[1]
        self.check("by ssh", condition(obj)["status"] == "True" and condition(obj, "SourceVerified")["message"] == f"verified signature of\n\t- commit '{repo.head}' with key '{finger}'", obj["status"])
        obj = self.ask(name)
        told = [e for e in self.events(name) if e[1] == "Succeeded" and finger in e[2]]
        self.check("told once", len(told) == 1, told)
        self.api.merge(self.path(name), {"spec": {"verify": None}})
        obj = poll("unverified", lambda: (o := self.settled(name)) and not condition(o, "SourceVerified") and o, 20)
        self.check("no verify", "sourceVerificationMode" not in obj["status"], obj["status"])

    def modules(self):
        """Submodules over both transports."""
        lib = self.repo("lib", {"lib.txt": "lib"})
        repo = self.repo("super")
        repo.write(".gitmodules", '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib.git\n')
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{lib.head},vendor/lib"), repo.git("add", ".gitmodules"), repo.git("commit", "-qm", "lib")
        repo.head = repo.push()
        lib.commit("later", {"lib.txt": "later"})
        files = {"super.txt": "super", "vendor/lib/lib.txt": "lib", "vendor/lib/.git": "gitdir: ../../.git/modules/lib\n"}
        for what, url, spec in (("http", repo.url, {}), ("ssh", self.url("super"), {"secretRef": {"name": "ssh"}})):
            name = self.make(url, **spec)
            self.ready(f"modules {what}: without", name, f"main@sha1:{repo.head}", {"super.txt": "super"})
            self.api.merge(self.path(name), {"spec": {"recurseSubmodules": True}})
            obj = self.ready(f"modules {what}", name, f"main@sha1:{repo.head}", files)
            self.check(f"modules {what}: observed", obj["status"].get("observedRecurseSubmodules") is True, obj["status"])
            self.check(f"modules {what}: nothing new", self.ask(name)["status"]["artifact"] == obj["status"]["artifact"], "")
            self.api.merge(self.path(name), {"spec": {"recurseSubmodules": False}})
            obj = self.ready(f"modules {what}: no more", name, f"main@sha1:{repo.head}", {"super.txt": "super"})
            self.check(f"modules {what}: not observed", "observedRecurseSubmodules" not in obj["status"], obj["status"])
        shutil.rmtree(lib.bare)
        where = f"failed to checkout and determine revision: unable to clone '{re.escape(repo.url)}': repository not found: .* \\(submodule 'lib', ../lib.git\\)"
        self.refused("modules: gone", self.make(repo.url, recurseSubmodules=True), "GitOperationFailed", where)

    def apps(self):
        """GitHub Apps."""
        url, revision, hub = f"{self.tokens.url}/app.git", f"main@sha1:{self.app.head}", self.github
        data = {"githubAppID": "4711", "githubAppPrivateKey": read("app.pem"), "githubAppBaseURL": hub.url}
        for what, more, asked in (("id", {"githubAppInstallationID": "99"}, 1), ("org", {"githubAppInstallationOwner": "acme"}, 2), ("user", {"githubAppInstallationOwner": "ada"}, 3)):
            hub.asked.clear()
            self.api.secret(f"app-{what}", {**data, **more})
            name = self.make(url, provider="github", secretRef={"name": f"app-{what}"})
            self.ready(f"app by {what}", name, revision)
            self.check(f"app by {what}: asked", len(hub.asked) == asked, hub.asked)
            self.ask(name)
            self.check(f"app by {what}: kept", len(hub.asked) == asked, hub.asked)
        api = re.escape(hub.url)
        options = "failed to configure authentication options: "
        whole = {**data, "githubAppInstallationID": "99"}
        cases = [("another key", {**whole, "githubAppPrivateKey": read("other.pem")}, options + rf"POST {api}/app/installations/99/access_tokens: 401 A JSON web token could not be decoded \[\]"),
                 ("no key", {**whole, "githubAppPrivateKey": "x"}, options + "could not parse private key: invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key"),
                 ("no installation", {**whole, "githubAppInstallationID": "98"}, options + rf"POST {api}/app/installations/98/access_tokens: 404 Not Found \[\]"),
                 ("no owner", {**data, "githubAppInstallationOwner": "nobody"}, options + rf"failed to find organization installation: GET {api}/orgs/nobody/installation: 404 Not Found \[\]\n"
                  rf"failed to find user installation: GET {api}/users/nobody/installation: 404 Not Found \[\]"),
                 ("no app", {**whole, "githubAppID": "me"}, options + "app ID must be provided to use github app authentication"),
                 ("neither", data, "secret 'default/app-neither' must contain exactly one of 'githubAppInstallationOwner' or 'githubAppInstallationID'")]
        for what, secret, message in cases:
            name = "app-" + what.replace(" ", "-")
            self.api.secret(name, secret)
            self.refused(f"app: {what}", self.make(url, provider="github", secretRef={"name": name}), "AuthenticationFailed", message)
        must = "secretRef with github app data must be specified when provider is set to github"
        self.refused("app: no secret", self.make(url, provider="github"), "InvalidProviderConfiguration", must, stalled=True)
        self.refused("app: other secret", self.make(url, provider="github", secretRef={"name": "ssh"}), "InvalidProviderConfiguration", must)
        self.refused("app: no provider", self.make(url, secretRef={"name": "app-id"}), "InvalidProviderConfiguration",
                     "secretRef 'default/app-id' has github app data but provider is not set to github")
        for n, broken in enumerate(((500, b"<html>"), (201, b"{}"), (201, b"nonsense"), (404, b""))):
            hub.broken = broken
            self.api.secret("fresh", {**whole, "githubAppInstallationID": "99".rjust(3 + n, "0")})  # which nobody has asked for yet
            name = self.make(url, provider="github", secretRef={"name": "fresh"})
            self.settled(name, lambda c: c.get("status") == "False")
            hub.broken = None
            self.settled(name, lambda c: c.get("status") == "True")
            self.check(f"app: {broken}", True)

    def clouds(self):
        """Azure DevOps and CodeCommit, with the identity that the process has."""
        cloud, revision, url = self.cloud, f"main@sha1:{self.app.head}", f"{self.tokens.url}/app.git"
        options = "failed to configure authentication options: "
        token = options + "failed to get access token for Git repository: failed to create provider access token for the controller: "
        cloud.broken = (401, {"error": "invalid_client", "error_description": "AADSTS7: no\r\nTrace: x"})
        name = self.make(url.replace("//", "//org@"), provider="azure")
        self.refused("azure: refused", name, "AuthenticationFailed", token + re.escape(f"POST {cloud.url}/tenant/oauth2/v2.0/token: status 401: AADSTS7: no"))
        cloud.broken = None
        self.settled(name, lambda c: c.get("status") == "True")
        self.ready("azure", name, revision)
        asked = len(cloud.asked)
        self.ready("azure: kept", self.make(url, provider="azure"), revision)
        self.check("azure: asked once", len(cloud.asked) == asked, cloud.asked)
        stalled = "to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller"
        self.refused("azure: an account", self.make(url, provider="azure", serviceAccountName="git"), "FeatureGateDisabled", stalled, stalled=True)
        self.refused("aws: no CodeCommit", self.make(url, provider="aws"), "AuthenticationFailed", options + "AWS CodeCommit authentication requires an HTTPS Git URL")
        self.api.secret("aws", {"ca.crt": read("ca.crt")})
        self.api.secret("proxy", {"address": f"http://127.0.0.1:{self.commit.server_address[1]}"})
        cloud.asked.clear()
        spec = {"provider": "aws", "secretRef": {"name": "aws"}, "proxySecretRef": {"name": "proxy"}}
        self.ready("aws", self.make(f"https://{self.commit.host}/app.git", **spec), revision)
        self.check("aws: who", set(self.commit.seen) == {"AKID%sess"} and len(cloud.asked) == 1, (self.commit.seen, cloud.asked))

    def accounts(self):
        """The same with identities of ServiceAccounts, behind the gate."""
        self.daemon.end()
        self.daemon = Daemon(contextlib.ExitStack(), WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=500ms", "--feature-gates=ObjectLevelWorkloadIdentity=true"],
                             sluice=str(BUILD / "sluice"), env=self.environment)
        notes = {"azure.workload.identity/tenant-id": "tenant-2", "azure.workload.identity/client-id": "client-2", "eks.amazonaws.com/role-arn": "arn:aws:iam::2:role/team"}
        for name, annotations in (("team", notes), ("bare", {"eks.amazonaws.com/role-arn": "arn:aws:iam::x:role/team"})):
            self.api.must("POST", "/api/v1/namespaces/default/serviceaccounts",
                          {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default", "annotations": annotations}})
        revision, azure = f"main@sha1:{self.app.head}", f"{self.tokens.url}/app.git"
        token = "failed to configure authentication options: failed to get access token for Git repository: "
        spec = {"provider": "aws", "secretRef": {"name": "aws"}, "proxySecretRef": {"name": "proxy"}}
        self.ready("account: azure", self.make(azure, provider="azure", serviceAccountName="team"), revision)
        self.ready("account: aws", self.make(f"https://{self.commit.host}/app.git", serviceAccountName="team", **spec), revision)
        form = urllib.parse.parse_qs(self.cloud.asked[-1][1])
        self.check("account: session", form["RoleSessionName"] == ["team.default.us-east-1.fluxcd.io"], form)
        identity = token + "failed to get provider identity from service account 'default/bare' annotations: "
        self.refused("account: bare azure", self.make(azure, provider="azure", serviceAccountName="bare"), "AuthenticationFailed",
                     identity + "azure tenant ID is not set in the service account annotation azure.workload.identity/tenant-id")
        self.refused("account: bare aws", self.make(f"https://{self.commit.host}/app.git", serviceAccountName="bare", **spec), "AuthenticationFailed",
                     identity + re.escape("invalid eks.amazonaws.com/role-arn annotation: 'arn:aws:iam::x:role/team'. must match ^arn:aws[\\w-]*:iam::[0-9]{1,30}:role/.{1,200}$"))
        self.refused("account: none", self.make(azure, provider="azure", serviceAccountName="nobody"), "AuthenticationFailed",
                     token + r"failed to get service account 'default/nobody': serviceaccounts \"nobody\" not found")

    # ---- every connection and request fails in turn ----

    def torture(self):
        secret = {"secretRef": {"name": "torture"}}
        relay = Relay(self.sshd.port)
        self.api.secret("torture", {**self.ssh, "known_hosts": self.sshd.known(relay.port)})
        self.ready("torture: as usual", self.make(self.url(port=relay.port), **secret), f"main@sha1:{self.app.head}")
        total = relay.given
        places = [0, 1, 20, 50, *range(200, total, max(total // 25, 1)), total - 1]
        for at in places:
            relay.ends = at
            self.at_last(f"torture: ssh ends after {at} of {total} bytes", self.make(self.url(port=relay.port), **secret))
        relay = Relay(self.port)
        web = f"http://127.0.0.1:{relay.port}/app.git"
        self.ready("torture: http as usual", self.make(web), f"main@sha1:{self.app.head}")
        total = relay.given
        for at in range(0, total, max(total // 12, 1)):
            relay.ends = at
            self.at_last(f"torture: http ends after {at} of {total} bytes", self.make(web))
        for nth in (1, 2):
            self.api.must("POST", "/fake/fault", {"nth": nth, "method": "GET", "path": "/secrets", "kind": "status", "status": 500})
            self.api.secret("torture", {**self.ssh, "ada.asc": read("ada.asc")})
            repo_url = f"{self.git.url}/signed.git"
            name = self.make(repo_url, ref={"tag": "v1.0.0"}, verify={"mode": "TagAndHEAD", **secret})
            self.settled(name, lambda c: c.get("status") == "True")
            self.check(f"torture: Secret {nth}", True)
        self.api.must("POST", "/fake/clear", {})
        left = [p for p in self.data.rglob("*") if p.name.startswith(".pack") or ".tmp" in p.name]
        self.check("torture: nothing half-done is left", not left, left)
        self.check("torture: it lives", self.daemon.alive(), self.daemon.last_words())

    def at_last(self, what, name):
        obj = self.settled(name, lambda c: c.get("status") == "True")
        self.check(what, obj["status"]["artifact"]["revision"] == f"main@sha1:{self.app.head}", obj["status"])


def main():
    if os.geteuid() or not all(shutil.which(p, path=os.environ["PATH"] + ":/usr/sbin") for p in ("sshd", "ssh-keygen", "gpg", "openssl", "git")):
        print("# skipped: sshd, gpg or git is not here, or we are not root\n0 passed, 0 failed, 1 skipped")
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.transport, cases.proxied, cases.kept, cases.unreached, cases.reused, cases.early, cases.ahead, cases.signatures, cases.modules, cases.apps, cases.clouds, cases.torture, cases.accounts), "s3cret-pass|wrong-pass|PRIVATE KEY|Bearer |entra-token|sekret|federated")


sys.exit(main())
