"""hostile.py WORK: every kind of source before a server that turns bad after a first good artifact: a byte a second, half an answer, a page of HTML, an answer
without an end, another host to go to, a certificate that is over, over SSH another host key and a line that is dead; the daemon killed at each request; a disk that is full. Each time a condition says what, the last artifact
stays, memory stays within its ceiling, no credential goes to another host, and all is well when the server is. Prints one line a case."""
import base64, contextlib, datetime, hashlib, http.client, ipaddress, json, os, pathlib, re, signal, ssl, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import certs
from cryptography import x509
from buckets import S3, Entra, Google, azure_revision
from double import Double
from faulty import Faulty, FaultyHandler
from lab import Daemon, Failed, GitServer, Repo, condition, poll
from proxy import Relay
from registry import FLUX_LAYER, HELM_LAYER, Registry, tgz
from shop import Shop
from sources import BUILD, SOURCES, SourceCases, play
from sshd import Sshd

WORK = pathlib.Path(sys.argv[1])
MERGE = "application/merge-patch+json"
APPLIERS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"
ENDLESS, CEILING = 400, 180  # MB that an answer without an end has at most, and that the daemon may take meanwhile
LOGIN = ("robot", "s3cret-pass")


class Front(Faulty):
    """In front of a plain server, by TLS. mode: how it misbehaves; expired: its certificate is over; kill: (nth request, whether before its answer) at which victim
    is killed. asked: (method, path, Authorization)."""

    def __init__(self, stack, port, good, late):
        super().__init__(Handler)
        self.target, self.mode, self.kill, self.victim, self.elsewhere = port, None, None, None, ""
        self.contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)]
        for context, pair in zip(self.contexts, (good, late)):
            context.load_cert_chain(*pair)
        self.expired, self.url = False, f"https://{self.host}"
        self.begin(stack)

    def get_request(self):
        link, address = self.socket.accept()
        return self.contexts[self.expired].wrap_socket(link, server_side=True, do_handshake_on_connect=False), address


class Handler(FaultyHandler):
    def real(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        link = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=30)
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        link.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                link.putheader(name, value)
        link.putheader("Content-Length", str(len(body)))
        link.endheaders(body)
        reply = link.getresponse()
        data = reply.read()
        headers = [(k, v) for k, v in reply.getheaders() if k.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server")]
        length = reply.getheader("Content-Length")
        link.close()
        return reply.status, headers, data, length

    def answer_any(self):
        server = self.server
        with server.lock:
            server.seen += 1
            server.asked.append((self.command, self.path, self.headers.get("Authorization")))
            kill = server.kill if server.kill and server.kill[0] == len(server.asked) else None
        if kill and kill[1]:
            server.victim().kill()
            return self.cut()
        if server.expired and self.connection.context is not server.contexts[1]:
            return self.cut()  # it was made before
        mode = server.mode
        status, headers, data, length = self.real() if server.target else (404, [], b"", None)
        if mode == "html":
            return self.send(200, b"<!DOCTYPE html><html><body>Log in, please</body></html>", [("Content-Type", "text/html")])
        if mode == "redirect":
            return self.send(302, b"", [("Location", server.elsewhere + self.path)])
        self.send_response(200 if mode == "endless" else status)
        for name, value in headers:
            self.send_header(name, value)
        if mode == "endless":
            self.send_header("Transfer-Encoding", "chunked")
        elif status != 304:
            self.send_header("Content-Length", length if self.command == "HEAD" and length else str(len(data)))
        self.end_headers()
        if self.command == "HEAD" or status == 304:
            return
        if mode == "endless":
            for _ in range(ENDLESS):
                self.wfile.write(b"%x\r\n%s\r\n" % (1 << 20, b"\0" * (1 << 20)))
        elif mode == "drip":
            for byte in data:
                self.wfile.write(bytes([byte]))
                time.sleep(1)
        elif mode == "half":
            self.wfile.write(data[:len(data) // 2])
            self.close_connection = True
            self.cut()
        else:
            self.wfile.write(data)
        if kill:
            server.victim().kill()

    def do_GET(self):
        with contextlib.suppress(OSError):
            self.answer_any()

    do_HEAD = do_POST = do_PUT = do_GET


# ---- kinds: create() gives the path of a new object, change() a revision that comes next ----


class Kind:
    count = 0
    sees = lambda self, obj: ((obj.get("status") or {}).get("artifact") or {}).get("revision")

    def __init__(self, cases):
        self.cases, self.api = cases, cases.api
        self.begin()

    def new(self, plural, kind, spec, name=None):
        Kind.count += 1
        name = name or f"h{Kind.count}"
        group = "kustomize.toolkit.fluxcd.io/v1" if kind == "Kustomization" else "source.toolkit.fluxcd.io/v1"
        self.api.must("POST", f"/apis/{group}/namespaces/default/{plural}", {"apiVersion": group, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": {"interval": "1h", "timeout": "3s", **spec}})
        return f"/apis/{group}/namespaces/default/{plural}/{name}"

    def next(self):
        Kind.count += 1
        return Kind.count


class Git(Kind):
    def begin(self):
        server = GitServer(self.cases.stack, WORK / "git")
        self.repo = Repo(server, "app")
        self.repo.commit("one", {"a.txt": "1\n"})
        self.front = self.cases.front(int(server.url.rsplit(":", 1)[1].split("/")[0]))

    def create(self):
        return self.new("gitrepositories", "GitRepository", {"url": f"{self.front.url}/{self.repo.url.split('/', 3)[3]}", "secretRef": {"name": "login"}, "ref": {"branch": "main"}})

    def change(self):
        return f"main@sha1:{self.repo.commit('next', {'a.txt': os.urandom(3000).hex()})}"


class Oci(Kind):
    def begin(self):
        self.registry = Registry(self.cases.stack, WORK / "registry")
        self.registry.push("org/app", "latest", [(FLUX_LAYER, tgz({"v": "1"}))])
        self.front = self.cases.front(self.registry.port)

    def create(self):
        return self.new("ocirepositories", "OCIRepository", {"url": f"oci://{self.front.host}/org/app"})

    def change(self):
        return f"latest@{self.registry.push('org/app', 'latest', [(FLUX_LAYER, tgz({'v': os.urandom(3000).hex()}))])}"


class Bucket(Kind):
    def begin(self):
        self.s3 = S3(self.cases.stack)
        self.s3.scheme = "https"
        self.s3.buckets, self.s3.keys = {"app": {"a": b"1", "b/c": b"2"}}, {"AKIDEXAMPLE": ("s3cret/+key", None)}
        self.front = self.cases.front(self.s3.port)

    def create(self):
        return self.new("buckets", "Bucket", {"bucketName": "app", "endpoint": self.front.host, "secretRef": {"name": "keys"}})

    def change(self):
        self.s3.buckets["app"]["a"] = os.urandom(3000)
        return self.s3.revision("app")


class GoogleBucket(Kind):
    """Of Google Cloud Storage, with a key whose claims are exchanged for a token at the same host."""

    def begin(self):
        key, public = (WORK / f"robot.{end}" for end in ("key", "pub"))
        subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout", "-out", str(public)], check=True, capture_output=True)
        self.cloud = Google(self.cases.stack, None, str(public))
        self.cloud.buckets = {"app": {"a": b"1", "b/c": b"2"}}
        self.front = self.cases.front(self.cloud.port)
        self.cloud.host = self.front.host  # for which claims are made
        account = {"type": "service_account", "client_email": "robot@project.iam.gserviceaccount.com", "private_key_id": "1", "private_key": key.read_text(), "token_uri": f"{self.front.url}/token"}
        self.api.secret("google", serviceaccount=json.dumps(account))

    def create(self):
        return self.new("buckets", "Bucket", {"provider": "gcp", "bucketName": "app", "endpoint": self.front.host, "secretRef": {"name": "google"}})

    def change(self):
        self.cloud.buckets["app"]["a"] = os.urandom(3000)
        return self.cloud.revision("app")


class AzureBucket(Kind):
    """Of Azure Blob Storage, with an application's secret that is exchanged for a token at the same host."""

    def begin(self):
        self.cloud = Entra(self.cases.stack, None, "s3cret-app", None, None)
        self.cloud.buckets = {"app": {"a": b"1", "b/c": b"2"}}
        self.front = self.cases.front(self.cloud.port)
        self.api.secret("application", tenantId="tenant-1", clientId="client-1", clientSecret="s3cret-app", authorityHost=f"{self.front.url}/")

    def create(self):
        return self.new("buckets", "Bucket", {"provider": "azure", "bucketName": "app", "endpoint": self.front.url, "secretRef": {"name": "application"}})

    def change(self):
        self.cloud.buckets["app"]["a"] = os.urandom(3000)
        return azure_revision({k: self.cloud.etag(v) for k, v in self.cloud.buckets["app"].items()})


class Index(Kind):
    def begin(self):
        self.shop = Shop(self.cases.stack, login=LOGIN, etags=False)
        self.front = self.cases.front(self.shop.port)
        self.versions = []
        self.change()

    def create(self):
        return self.new("helmrepositories", "HelmRepository", {"url": f"{self.front.url}/charts", "secretRef": {"name": "login"}})

    def change(self):
        version = f"1.0.{self.next()}"
        chart = tgz({"web/Chart.yaml": f"apiVersion: v2\nname: web\nversion: {version}\n", "web/values.yaml": f"a: {os.urandom(2000).hex()}\n", "web/templates/c.yaml": "kind: X\n"})
        self.versions.append((version, hashlib.sha256(chart).hexdigest()))
        self.shop.files[f"/charts/web-{version}.tgz"] = chart
        entries = "".join(f"  - {{apiVersion: v2, name: web, version: {v}, digest: {d}, urls: [web-{v}.tgz]}}\n" for v, d in self.versions)
        self.shop.files["/charts/index.yaml"] = f"apiVersion: v1\nentries:\n  web:\n{entries}".encode()
        return "sha256:" + hashlib.sha256(self.shop.files["/charts/index.yaml"]).hexdigest()


class Chart(Index):
    def create(self):
        self.repository = super().create()
        poll("the repository", lambda: condition(self.api.must("GET", self.repository)).get("status") == "True", 30, 0.02)
        return self.new("helmcharts", "HelmChart", {"chart": "web", "version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": self.repository.rsplit("/", 1)[1]}})

    def change(self):
        index = super().change()
        if hasattr(self, "repository"):
            # the server is good while the index is told; the chart is what is asked for then
            mode, expired, kill, self.front.mode, self.front.expired, self.front.kill = self.front.mode, self.front.expired, self.front.kill, None, False, None
            charts, self.shop.files = self.shop.files, {k: v for k, v in self.shop.files.items() if k.endswith("index.yaml")}
            self.cases.ask(self.repository)
            poll("the index", lambda: self.sees(self.api.must("GET", self.repository)) == index, 30, 0.02)
            self.shop.files = charts
            self.front.mode, self.front.expired, self.front.kill = mode, expired, kill
        return self.versions[-1][0]


class RegistryChart(Kind):
    """A chart of a registry that wants to see a login."""

    def begin(self):
        self.registry = Registry(self.cases.stack, WORK / "charts", login=LOGIN)
        self.front = self.cases.front(self.registry.port)
        self.api.docker("registry", {self.front.host: {"auth": base64.b64encode(":".join(LOGIN).encode()).decode()}})
        repository = self.new("helmrepositories", "HelmRepository", {"type": "oci", "url": f"oci://{self.front.host}/charts", "secretRef": {"name": "registry"}})
        self.repository = repository.rsplit("/", 1)[1]

    def create(self):
        return self.new("helmcharts", "HelmChart", {"chart": "web", "version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": self.repository}})

    def change(self):
        version = f"1.0.{self.next()}"
        chart = tgz({"web/Chart.yaml": f"apiVersion: v2\nname: web\nversion: {version}\n", "web/values.yaml": f"a: {os.urandom(2000).hex()}\n", "web/templates/c.yaml": "kind: X\n"})
        self.registry.push("charts/web", version, [(HELM_LAYER, chart)], config=b'{"name":"web","version":"1.0.0"}', config_type="application/vnd.cncf.helm.config.v1+json")
        return version


class External(Kind):
    sees = lambda self, obj: (obj.get("status") or {}).get("lastAppliedRevision")

    def begin(self):
        self.shop = Shop(self.cases.stack, etags=False)
        self.front = self.cases.front(self.shop.port)
        self.api.must("POST", f"{SOURCES}/externalartifacts", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "ExternalArtifact", "metadata": {"name": "away", "namespace": "default"}, "spec": {}})
        self.change()

    def create(self):
        return self.new("kustomizations", "Kustomization", {"retryInterval": "1s", "prune": True, "path": "./", "sourceRef": {"kind": "ExternalArtifact", "name": "away"}})

    def change(self):
        n = self.next()
        data = tgz({"a.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: away, namespace: default}}\ndata: {{v: '{n}', w: {os.urandom(2000).hex()}}}\n"})
        self.shop.files[f"/{n}.tar.gz"] = data
        told = {"path": "x/y.tar.gz", "url": f"{self.front.url}/{n}.tar.gz", "revision": f"r{n}", "lastUpdateTime": "2026-01-01T00:00:00Z", "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self.api.must("PATCH", f"{SOURCES}/externalartifacts/away/status", {"status": {"artifact": told}}, MERGE)
        return f"r{n}"


KINDS = {"GitRepository": Git, "OCIRepository": Oci, "Bucket": Bucket, "Bucket of Google": GoogleBucket, "Bucket of Azure": AzureBucket, "HelmRepository": Index, "HelmChart": Chart, "HelmChart of a registry": RegistryChart, "ExternalArtifact": External}
MODES = ("html", "half", "drip", "endless", "redirect", "expired")
# what must stand in the condition, of whatever kind; and of some more
SAYS = {"drip": "deadline exceeded|did not come in time|fewer than [0-9]+ bytes of the answer came in 30 s", "expired": "certificate has expired|expired"}


# ---- Git over SSH, which a relay can but slow down, cut and lead elsewhere; what else is wrong the server does itself ----


class GitSsh(Kind):
    """mode: what is wrong from the next connection on; those that are kept end."""
    modes = {"drip": "context deadline exceeded", "half": "EOF|ends too early", "page": "not of the Git protocol", "endless": "answer is larger than|deadline exceeded",
             "another key": "knownhosts: key mismatch", "no login": "unable to authenticate", "no SSH": "ssh: handshake failed", "closed": "EOF|reset|refused", "dead": "deadline exceeded"}
    commands = {"page": "echo '<!DOCTYPE html><html><body>Log in, please</body></html>'", "endless": "yes 0009abcd"}

    def begin(self):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "id"], cwd=WORK, check=True)
        self.public = (WORK / "id.pub").read_text()
        (WORK / "authorized").write_text(self.public)
        self.server, self.other = (Sshd(self.cases.stack, WORK, name) for name in ("one", "two"))
        self.relay = Relay(self.server.port)
        self.repo = Repo(GitServer(self.cases.stack, WORK / "git-ssh"), "app-ssh")
        self.repo.commit("one", {"a.txt": "1\n"})
        self.api.keep_secret("ssh", {"identity": (WORK / "id").read_text(), "known_hosts": self.server.known(self.relay.port)})

    def create(self):
        return self.new("gitrepositories", "GitRepository", {"url": f"ssh://root@127.0.0.1:{self.relay.port}{self.repo.bare}", "secretRef": {"name": "ssh"}, "ref": {"branch": "main"}})

    def change(self):
        return f"main@sha1:{self.repo.commit('next', {'a.txt': os.urandom(3000).hex()})}"

    def misbehave(self, mode):
        relay, command = self.relay, self.commands.get(mode)
        relay.mode = {"drip": "drip", "closed": "refuse", "dead": "stall"}.get(mode, "ok")
        relay.each = self.whole // 2 if mode == "half" else None
        relay.target = {"another key": self.other.port, "no SSH": self.cases.kinds["HelmRepository"].shop.port}.get(mode, self.server.port)
        (WORK / "authorized").write_text("" if mode == "no login" else f'command="{command}" {self.public}' if command else self.public)
        relay.drop()


class Cases(SourceCases):
    def __init__(self, stack):
        super().__init__()
        self.stack, self.api, self.data, self.skipped, self.life = stack, Double(stack, WORK, BUILD), WORK / "data", 0, contextlib.ExitStack()
        authority = certs.make("hostile", ca=True)
        (WORK / "ca.crt").write_text(authority.pem)
        names = (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),)
        self.pairs = []
        for name, start in (("good", None), ("late", datetime.datetime.utcnow() - datetime.timedelta(days=3))):
            cert = certs.make(name, authority, uses=(certs.SERVER,), extensions=names, start=start)
            (WORK / f"{name}.crt").write_text(cert.pem)
            (WORK / f"{name}.key").write_bytes(certs.private_pem(cert.key))
            self.pairs.append((WORK / f"{name}.crt", WORK / f"{name}.key"))
        self.api.secret("login", username=LOGIN[0], password=LOGIN[1])
        self.api.secret("keys", accesskey="AKIDEXAMPLE", secretkey="s3cret/+key")
        self.other = self.front(None)
        self.daemon = None
        self.start()
        self.kinds = {name: make(self) for name, make in KINDS.items()}
        self.ssh = GitSsh(self) if os.geteuid() == 0 and pathlib.Path("/usr/sbin/sshd").exists() else None

    def front(self, port):
        front = Front(self.stack, port, *self.pairs)
        front.victim = lambda: self.daemon.process
        return front

    def start(self, *flags):
        self.daemon = Daemon(self.stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", "--requeue-dependency=1s", "--feature-gates=ExternalArtifact=true", *flags],
                             sluice=str(BUILD / "sluice"), env={"SSL_CERT_FILE": str(WORK / "ca.crt")})

    def ask(self, path):
        self.api.must("PATCH", path, {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": str(time.monotonic())}}}, MERGE)

    def holds(self, kind, path, revision, seconds=40):
        return poll(f"{path} at {revision}", lambda: (lambda o: o if condition(o).get("status") == "True" and kind.sees(o) == revision else None)(self.api.must("GET", path)), seconds, 0.02)

    def begin(self, kind):
        """A new object with a first good artifact."""
        revision = kind.change()
        path = kind.create()
        return path, revision, self.holds(kind, path, revision)

    def end(self, path):
        self.api.must("DELETE", path)
        poll("gone", lambda: self.api.call("GET", path)[0] == 404, 30, 0.02)

    def misdeeds(self):
        for name, kind in self.kinds.items():
            path, revision, first = self.begin(kind)
            for mode in MODES:
                kind.front.mode, kind.front.expired, kind.front.elsewhere = mode, mode == "expired", self.other.url
                kind.front.clear(), self.other.clear()
                before = revision
                revision = kind.change()
                self.ask(path)
                obj = poll(f"{name}: {mode} is told", lambda: (lambda o: o if condition(o).get("status") == "False" and (mode != "expired" or "expired" in condition(o)["message"]) and (name != "HelmChart" or mode == "redirect" or "404" not in condition(o)["message"]) else None)(self.api.must("GET", path)), 40, 0.02)
                c = condition(obj)
                good = len(c["message"]) > 20 and not c["message"].endswith(": ") and re.search(SAYS.get(mode, ""), c["message"]) and not re.search("s3cret", json.dumps(obj["status"]))
                self.check(f"{name}: {mode}: what is said", good, c)
                print(f"# {name}: {mode}: {c['reason']}: {c['message'][:300]}", flush=True)
                self.check(f"{name}: {mode}: the last artifact stays", kind.sees(obj) == before, obj["status"])
                self.check(f"{name}: {mode}: memory", self.daemon.memory()[1] < CEILING, self.daemon.memory())
                if mode == "redirect":
                    self.check(f"{name}: no credential elsewhere", not any(a for _, _, a in self.other.asked), self.other.asked)
                kind.front.mode, kind.front.expired = None, False
                self.holds(kind, path, revision)
                self.check(f"{name}: {mode}: and all is well again", True)
            self.end(path)
        self.check("nothing half-done is left", not self.leftovers(), self.leftovers())
        self.check("it lives", self.daemon.alive(), self.daemon.last_words())

    def killed(self):
        """The daemon is killed at each request of a fetch, before its answer and behind it."""
        for name, kind in self.kinds.items():
            path, revision, _ = self.begin(kind)
            kind.front.clear()
            revision = kind.change()
            self.ask(path)
            self.holds(kind, path, revision)
            total = len(kind.front.asked)
            self.check(f"{name}: it asks", total > 0, total)
            for nth, before in ((n, b) for n in range(1, total + 1) for b in (True, False)):
                revision = kind.change()
                kind.front.clear()
                kind.front.kill = (nth, before)
                self.ask(path)
                # a daemon that has asked before asks less
                poll("killed", lambda: self.daemon.process.poll() is not None or kind.sees(self.api.must("GET", path)) == revision, 20, 0.02)
                kind.front.kill = None
                if self.daemon.process.poll() is None:
                    continue
                self.start()
                self.holds(kind, path, revision)
                self.check(f"{name}: killed {'before' if before else 'behind'} answer {nth} of {total}", self.daemon.alive(), self.daemon.last_words())  # what it had begun to write goes after an hour
            self.end(path)

    def ssh_misdeeds(self):
        if not self.ssh:
            self.skipped += 1
            return print("SKIPPED: no sshd, or we are not root: Git over SSH is not tested", flush=True)
        ssh, relay = self.ssh, self.ssh.relay
        relay.given = 0
        path, revision, _ = self.begin(ssh)
        ssh.whole = relay.given
        for mode, says in ssh.modes.items():
            before, revision = revision, ssh.change()
            ssh.misbehave(mode)
            self.ask(path)
            obj = poll(f"ssh: {mode} is told", lambda: (lambda o: o if condition(o).get("status") == "False" else None)(self.api.must("GET", path)), 40, 0.02)
            c = condition(obj)
            self.check(f"ssh: {mode}: what is said", re.search(says, c["message"]) and not re.search("PRIVATE KEY", json.dumps(obj["status"])), c)
            print(f"# ssh: {mode}: {c['reason']}: {c['message'][:300]}", flush=True)
            self.check(f"ssh: {mode}: the last artifact stays", ssh.sees(obj) == before, obj["status"])
            self.check(f"ssh: {mode}: memory", self.daemon.memory()[1] < CEILING, self.daemon.memory())
            ssh.misbehave(None)
            self.holds(ssh, path, revision)
            self.check(f"ssh: {mode}: and all is well again", True)
        self.end(path)
        self.check("ssh: nothing half-done is left", not self.leftovers(), self.leftovers())
        self.check("ssh: it lives", self.daemon.alive(), self.daemon.last_words())

    def ssh_killed(self):
        """The daemon is killed at each change of direction of a fetch, over a new connection and over one that was kept."""
        if not self.ssh:
            return
        ssh, relay = self.ssh, self.ssh.relay
        path, revision, _ = self.begin(ssh)
        for kept in (False, True):
            total, nth = 1 << 30, 0
            while nth < total:
                nth += 1
                if kept:
                    self.ask(path)
                    self.holds(ssh, path, revision)
                else:
                    relay.drop()
                revision, relay.turns, kills = ssh.change(), 0, []
                relay.turn = lambda n, back: n == nth and (kills.append(n), self.daemon.process.kill())
                self.ask(path)
                poll("killed", lambda: kills or ssh.sees(self.api.must("GET", path)) == revision, 20, 0.02)
                relay.turn = None
                if not kills:
                    total = nth  # there are not so many
                    continue
                self.daemon.process.wait()
                self.start()
                self.holds(ssh, path, revision)
                self.check(f"ssh: killed at turn {nth} over a {'kept' if kept else 'new'} connection", self.daemon.alive(), self.daemon.last_words())
            print(f"# ssh: killed {total - 1} times over a {'kept' if kept else 'new'} connection", flush=True)
            self.check("ssh: it was killed some times", total > (3 if kept else 8), total)
        self.end(path)

    def full(self):
        """A disk that is full: told, the last artifact stays and is served, and all is well when there is room."""
        disk = WORK / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True).returncode:
            self.skipped += 1
            return print("SKIPPED: no file system can be mounted here: a disk that is full is not tested", flush=True)
        self.stack.callback(lambda: subprocess.run(["umount", "-l", str(disk)]))
        self.check("the daemon ends well", self.daemon.end() == 0, self.daemon.last_words())
        self.start("--storage-path", str(disk))
        self.data = disk
        for name, kind in [*self.kinds.items(), *([("GitRepository over SSH", self.ssh)] if self.ssh else [])]:
            path, before, _ = self.begin(kind)
            self.api.must("PATCH", path, {"spec": {"suspend": True}}, MERGE)
            revision = kind.change()
            room = os.statvfs(disk)
            (disk / "ballast").write_bytes(b"\1" * max(0, room.f_bavail * room.f_frsize - 4096))
            with contextlib.suppress(OSError), open(disk / "ballast", "ab") as f:
                for _ in range(64):
                    f.write(b"\1" * 4096)
                    f.flush()
            self.api.must("PATCH", path, {"spec": {"suspend": False}}, MERGE)
            if name != "ExternalArtifact":  # what is downloaded for a Kustomization needs no disk
                obj = poll(f"{name}: a full disk is told", lambda: (lambda o: o if re.search("[Nn]o space left", json.dumps((o.get("status") or {}).get("conditions") or [])) else None)(self.api.must("GET", path)), 40, 0.02)
                self.check(f"{name}: the last artifact stays", kind.sees(obj) == before, obj["status"])
                print(f"# {name}: {condition(obj)['reason']}: {condition(obj)['message'][:200]}", flush=True)
            (disk / "ballast").unlink()
            self.holds(kind, path, revision)
            self.check(f"{name}: room again", not self.leftovers(), self.leftovers())
            self.end(path)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.misdeeds, cases.killed, cases.ssh_misdeeds, cases.ssh_killed, cases.full), "s3cret|PRIVATE KEY")


sys.exit(main())
