"""lies.py WORK [PART…]: sources of every kind before a server that lies: about an object's size, digest or path, about what a pack, a layer, a chart or a listing
holds, about an end that never comes. Each object has a good artifact first; then, row by row, the server tells a lie: a condition says what, the last artifact stays,
memory stays within its ceiling; the server is honest again, and all is well. Prints one line a row."""
import base64, contextlib, gzip, hashlib, io, json, os, pathlib, re, sys, tarfile, time, urllib.parse, zlib
from xml.sax.saxutils import escape

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from double import Double
from faulty import Faulty, FaultyHandler
from lab import Daemon, condition, poll
from registry import FLUX_CONFIG, FLUX_LAYER, HELM_LAYER, INDEX, MANIFEST, digest_of, tgz
from shop import Shop
from sources import BUILD, SOURCES, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
MERGE = "application/merge-patch+json"
CEILING = 180  # MB that the daemon may take meanwhile
ROOMY = CEILING + 2 * 256  # where an object, and what it is a delta of, may be as large as a file in an artifact
LOGIN = ("robot", "s3cret-pass")
SLOW = 900 << 20  # bytes that are promised, for which there is much time then
HTML = b"<!DOCTYPE html><html><body>Log in, please</body></html>"


class LiarHandler(FaultyHandler):
    def drip(self):
        """A large file is promised, and a byte of it comes each second."""
        self.send_response(200)
        self.send_header("Content-Length", str(SLOW))
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b"x")
                time.sleep(1)


# ---- buckets: one server, which speaks as Amazon S3, Google Cloud Storage and Azure Blob Storage do ----


class Store(Faulty):
    """The bucket "app". objects: {key: bytes}. rows: what the listing says, (key, ETag, size); None: the truth. pages: token → (rows, next token), instead.
    answer: what is answered for each object, (bytes, has it an ETag?); "drip": a byte a second."""

    def __init__(self, stack):
        super().__init__(StoreHandler)
        self.objects = {}
        self.honest()
        self.begin(stack)

    def honest(self):
        self.rows = self.pages = self.answer = self.encoding = None

    def etag(self, key):
        return hashlib.md5(self.objects[key]).hexdigest()

    def truth(self):
        return [(k, self.etag(k), len(self.objects[k])) for k in sorted(self.objects)]

    def page(self, token):
        return self.pages(token) if self.pages else (self.truth() if self.rows is None else self.rows, None)


class StoreHandler(LiarHandler):
    def do_GET(self):
        server, where = self.server, urllib.parse.urlsplit(self.path)
        server.asked.append(self.path)
        self.query = {k: v[0] for k, v in urllib.parse.parse_qs(where.query, keep_blank_values=True).items()}
        google = re.fullmatch(r"/storage/v1/b/app/o(?:/(.*))?", where.path)
        key = urllib.parse.unquote((google.group(1) or "") if google else where.path.removeprefix("/app").removeprefix("/"))
        if key:
            return self.object(key)
        return self.google() if google else self.azure() if self.query.get("comp") == "list" else self.s3()

    def object(self, key):
        if key not in self.server.objects:
            return self.send(404, b"{}")
        if self.server.answer == "drip":
            return self.drip()
        data, tagged = self.server.answer or (self.server.objects[key], True)
        self.send(200, data, [("ETag", f'"{self.server.etag(key)}"')] if tagged else [])

    def s3(self):
        rows, token = self.server.page(self.query.get("continuation-token"))
        quote = lambda k: urllib.parse.quote(k, safe="/")
        text = "".join(f"<Contents><Key>{quote(k)}</Key><ETag>&quot;{e}&quot;</ETag><Size>{n}</Size></Contents>" for k, e, n in rows)
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>" if token else ""
        self.send(200, f"<ListBucketResult><EncodingType>url</EncodingType>{text}{more}</ListBucketResult>".encode())

    def google(self):
        rows, token = self.server.page(self.query.get("pageToken"))
        more = {"contentEncoding": self.server.encoding} if self.server.encoding else {}
        items = [{"name": k, "etag": e, "size": str(n), "generation": "1", **more} for k, e, n in rows]
        self.send(200, json.dumps({"items": items, **({"nextPageToken": token} if token else {})}).encode())

    def azure(self):
        rows, token = self.server.page(self.query.get("marker"))
        text = "".join(f"<Blob><Name>{escape(k)}</Name><Properties><Etag>{e}</Etag><Content-Length>{n}</Content-Length></Properties></Blob>" for k, e, n in rows)
        self.send(200, f"<EnumerationResults><Blobs>{text}</Blobs><NextMarker>{token or ''}</NextMarker></EnumerationResults>".encode())


class Area:
    """A kind of source before a server that can lie. create() gives the path of a new object, change() a revision that comes next and is told honestly; rows():
    name, what tells the lie, what the condition must hold (None: that lie may not matter, and all is well)."""
    count = 0
    sees = lambda self, obj: ((obj.get("status") or {}).get("artifact") or {}).get("revision")
    stays = lambda self, obj, before: self.sees(obj) == before and (self.cases.data / obj["status"]["artifact"]["path"]).exists()
    honest = ready_to_ask = lambda self: None

    def __init__(self, cases):
        self.cases, self.api = cases, cases.api
        self.begin()

    def new(self, plural, kind, spec):
        Area.count += 1
        name = f"l{Area.count}"
        self.api.must("POST", f"{SOURCES}/{plural}", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "metadata": {"name": name, "namespace": "default"},
                                                      "spec": {"interval": "1h", "timeout": "20s", **spec}})
        return f"{SOURCES}/{plural}/{name}"

    def next(self):
        Area.count += 1
        return Area.count


class Bucket(Area):
    """provider gives the endpoint and the spec's further fields; its ETags stand in revisions as tag says."""
    spec, scheme, tag = {"insecure": True}, "", "{}"

    def begin(self):
        self.store = Store(self.cases.stack)

    def create(self):
        return self.new("buckets", "Bucket", {"bucketName": "app", "endpoint": f"{self.scheme}{self.store.host}", **self.spec})

    def honest(self):
        self.store.honest()

    def change(self):
        self.store.objects = {"a": os.urandom(30), "b/c": str(self.next()).encode()}
        return self.revision()

    def revision(self):
        return "sha256:" + hashlib.sha256("".join(f"{k} {self.tag.format(e)}\n" for k, e, _ in self.store.truth()).encode()).hexdigest()

    def sized(self, difference):
        self.store.rows = [(k, e, n + difference) for k, e, n in self.store.truth()]

    def slow(self):
        self.store.rows, self.store.answer = [(k, e, SLOW // 2) for k, e, _ in self.store.truth()], "drip"

    def named(self, *keys):
        """The listing holds these keys too, and objects lie there."""
        for key in keys:
            self.store.objects[key] = b"evil"

    def endless(self, row, token=str, per_page=1000):
        """Pages without an end; each has other rows and another token, but for what the functions make the same."""
        self.store.pages = lambda t: ([row(int(t or 0) * per_page + i) for i in range(per_page)], token(int(t or 0) + 1))

    def round(self, length):
        """The tokens come back after so many pages."""
        self.store.pages = lambda t: (self.store.truth(), f"t{(int((t or 't0')[1:])) % length + 1}")

    def padded(self):
        """Each page comes with a token of a megabyte, and none is the last."""
        self.store.pages = lambda t: ([], f"{int((t or '0')[:9].lstrip('0') or 0) + 1:09}" + "x" * 1_000_000)

    def said_html(self, tagged):
        self.store.answer = (HTML, tagged)

    def rows(self):
        yield "objects are larger than listed", lambda: self.sized(-1), r"failed to get '(a|b/c)' object: .*\d+ bytes.* \d+"
        yield "objects are smaller than listed", lambda: self.sized(1), r"failed to get '(a|b/c)' object: .*\d+ bytes.* \d+"
        yield "objects of an exabyte", lambda: self.sized(1 << 60), r"larger than the limit of \d+ bytes.*--artifact-max-size"
        yield "objects that overflow", lambda: self.sized((1 << 63) - 100), r"larger than the limit of \d+ bytes"
        yield "a page of HTML instead of an object", lambda: self.said_html(False), r"failed to get '(a|b/c)' object: "
        yield "a page of HTML with the object's ETag", lambda: self.said_html(True), r"failed to get '(a|b/c)' object: "
        yield "a key that leads out", lambda: self.named("../evil"), r"'\.\./evil' has '\.\.' in its path.*spec\.ignore"
        yield "a key that leads out later", lambda: self.named("x/../../evil"), r"'x/\.\./\.\./evil' has '\.\.' in its path"
        yield "a key that is absolute", lambda: self.named("/etc/evil"), r"'/etc/evil' is an absolute path"
        yield "a key that is a folder of another", lambda: self.named("a/b"), r"object 'a' cannot be a file and the folder of object 'a/b'"
        yield "two keys of one file", lambda: self.named("b//c"), r"'b//c' and 'b/c' are the same file|'b/c' and 'b//c' are the same file"
        yield "a key that holds a NUL", lambda: self.named("x\0y"), r"the key of (an )?object|control character"
        yield "a key of 2000 bytes", lambda: self.named("k" * 2000), r"too long"
        yield "no key", lambda: setattr(self.store, "rows", [("", "e", 1)]), r"no key"
        yield "the same token again", lambda: self.round(1), r"listing.*(does not go on|end)"
        yield "tokens in a round of two", lambda: self.round(2), r"listing.*(does not go on|end)"
        yield "tokens in a round of five", lambda: self.round(5), r"listing.*(does not go on|end)"
        yield "keys without an end", lambda: self.endless(lambda n: (f"{n:09}" + "k" * 900, "e", 1)), r"more than \d+ objects: leave some out by spec\.prefix"
        yield "short keys without an end", lambda: self.endless(lambda n: (f"{n}", "e", 1), per_page=10000), r"more than \d+ objects: leave some out by spec\.prefix"
        yield "tokens of a megabyte", self.padded, r"listing does not go on: where its next page is|an element's text is too long"


class Amazon(Bucket):
    def rows(self):
        yield from super().rows()
        yield "objects of 900 MB that come a byte a second", self.slow, r"failed to get '(a|b/c)' object: .*fewer than \d+ bytes of the answer came in 30 s"


class Google(Bucket):
    spec = {"insecure": True, "provider": "gcp"}

    def rows(self):
        yield from super().rows()
        yield "objects that are stored compressed", lambda: (self.sized(-1), setattr(self.store, "encoding", "gzip")), None


class Azure(Bucket):
    spec, scheme, tag = {"provider": "azure", "secretRef": {"name": "sas"}}, "http://", '"{}"'

    def rows(self):
        for row in super().rows():
            if row[0] != "no key":  # cannot be told from a blob without a name
                yield row


# ---- registries ----


class Hub(Faulty):
    """A registry. documents: digest → (media type, bytes); tags: tag → digest; blobs: digest → bytes. said: the digest that it says each manifest has, if it lies;
    swapped: the digest whose bytes it gives for every other one; pages: what the n-th page of tags is, (tags, path of the next page);
    slow: blobs come a byte a second."""

    def __init__(self, stack):
        super().__init__(HubHandler)
        self.documents, self.tags, self.blobs = {}, {}, {}
        self.honest()
        self.begin(stack)

    def honest(self):
        self.said = self.swapped = self.pages = self.slow = None

    def keep(self, document, kind=MANIFEST):
        data = json.dumps(document).encode()
        self.documents[digest_of(data)] = (kind, data)
        return digest_of(data)

    def blob(self, kind, content, **other):
        self.blobs[digest_of(content)] = content
        return {"mediaType": kind, "digest": digest_of(content), "size": len(content), **other}

    def push(self, tag, *layers, config=None, **more):
        """Of descriptors. Its digest."""
        self.tags[tag] = self.keep({"schemaVersion": 2, "mediaType": MANIFEST, "config": config or self.blob(FLUX_CONFIG, b"{}"), "layers": layers, **more})
        return self.tags[tag]


class HubHandler(LiarHandler):
    def do_GET(self):
        hub, where = self.server, urllib.parse.urlsplit(self.path)
        hub.asked.append((self.command, self.path))
        _, kind, reference = ([""] * 3 + where.path.rsplit("/", 2))[-3:]
        if kind == "tags":
            return self.list(urllib.parse.parse_qs(where.query))
        if kind == "blobs" and hub.slow:
            return self.drip()
        if kind == "blobs":
            return self.send(200, hub.blobs[reference]) if reference in hub.blobs else self.send(404, b"{}")
        if kind == "manifests":
            digest = hub.tags.get(reference, reference)
            if digest not in hub.documents:
                return self.send(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
            media, data = hub.documents[hub.swapped if hub.swapped and reference == digest else digest]
            return self.send(200, data, [("Content-Type", media), ("Docker-Content-Digest", hub.said or digest)])
        self.send(200, b"{}")

    do_HEAD = do_GET

    def list(self, query):
        names, next_path = self.server.pages(int(query.get("page", ["0"])[0])) if self.server.pages else (list(self.server.tags), None)
        body = names if isinstance(names, bytes) else json.dumps({"name": "x", "tags": names}).encode()
        self.send(200, body, [("Link", f'<{next_path}>; rel="next"')] if next_path else [])


def bloated(name, size):
    """An archive of one file that claims to be so large."""
    info = tarfile.TarInfo(name)
    info.size = size
    return gzip.compress(info.tobuf() + b"\0" * 1024, mtime=0)


class Registry(Area):
    def begin(self):
        self.hub = Hub(self.cases.stack)

    def create(self):
        return self.new("ocirepositories", "OCIRepository", {"url": f"oci://{self.hub.host}/org/app", "insecure": True})

    def honest(self):
        self.hub.honest()

    def layer(self, **other):
        return self.hub.blob(FLUX_LAYER, tgz({"v": os.urandom(300).hex()}), **other)

    def change(self):
        return f"latest@{self.hub.push('latest', self.layer())}"

    def sized(self, difference):
        layer = self.layer()
        self.hub.push("latest", {**layer, "size": layer["size"] + difference})

    def deep(self, n):
        digest = self.hub.tags["latest"]
        for _ in range(n):
            digest = self.hub.keep({"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"mediaType": INDEX, "digest": digest, "size": 1}]}, INDEX)
        self.hub.tags["latest"] = digest

    def swap(self):
        self.hub.swapped = self.hub.keep({"schemaVersion": 2, "mediaType": MANIFEST, "config": self.hub.blob(FLUX_CONFIG, b"{}"), "layers": [self.layer()]})

    def spoilt(self):
        layer = self.layer()
        self.hub.push("latest", layer)
        self.hub.blobs[layer["digest"]] = b"x" * layer["size"]

    def slow(self):
        self.hub.push("latest", self.layer(size=SLOW))
        self.hub.slow = True

    def packed(self, data):
        self.hub.push("latest", self.hub.blob(FLUX_LAYER, data))

    def rows(self):
        hub, nothing = self.hub, "sha256:" + "0" * 64
        yield "a layer larger than its manifest says", lambda: self.sized(-1), r"error verifying size; got at least \d+, want \d+"
        yield "a layer smaller than its manifest says", lambda: self.sized(1), r"error verifying size; got \d+, want \d+"
        yield "a layer of an exabyte", lambda: self.sized(1 << 60), r"the blob is too large: \d+ bytes, the limit is \d+"
        yield "a layer of less than nothing", lambda: self.sized(-100000), r"layers\[0\]: size is no number of bytes"
        yield "a layer of 900 MB that comes a byte a second", self.slow, r"fewer than \d+ bytes of the answer came in 30 s"
        yield "a layer with another digest", self.spoilt, r"error verifying sha256 checksum"
        yield "a layer that nobody has", lambda: hub.push("latest", self.layer(digest=nothing)), nothing
        yield "a layer that brings other bytes along", lambda: hub.push("latest", self.layer(data=base64.b64encode(b"evil").decode())), r"data is not what its digest and size say"
        yield "a configuration of another size", lambda: hub.push("latest", self.layer(), config=hub.blob(FLUX_CONFIG, b"{}", size=1 << 60)), None
        yield "a tag whose header names nothing", lambda: setattr(hub, "said", nothing), rf"manifests/{nothing}: MANIFEST_UNKNOWN"
        yield "a tag whose header is no digest", lambda: setattr(hub, "said", "sha256:../../x"), None
        yield "other bytes under the digest", self.swap, r'manifest digest: "sha256:\w+" does not match requested digest: "sha256:\w+"'
        yield "indexes in indexes", lambda: self.deep(6), r"indexes lie more than 4 deep"
        yield "a manifest of 5000 layers", lambda: hub.push("latest", *[self.layer()] * 5000), r"layers: more than 1000"
        yield "annotations of 3 MB", lambda: hub.push("latest", self.layer(), annotations={f"a{i}": "x" * 10000 for i in range(300)}), r"manifest: annotations of more than \d+ bytes"
        yield "a file that leads out", lambda: self.packed(tgz({"../../evil": "x"})), r"evil"
        yield "a file that is absolute", lambda: self.packed(tgz({"/etc/evil": "x"})), r"/etc/evil"
        yield "a file of 100 GB", lambda: self.packed(bloated("a", 100 << 30)), r"larger|limit|too large"
        yield "a file that is not whole", lambda: self.packed(bloated("a", 100 << 20)), r"unexpected end of the archive"


class Tags(Registry):
    """By a range of versions."""

    def create(self):
        return self.new("ocirepositories", "OCIRepository", {"url": f"oci://{self.hub.host}/org/app", "insecure": True, "ref": {"semver": ">=1.0.0"}, "timeout": "5s"})

    def change(self):
        self.hub.tags.clear()
        tag = f"1.0.{self.next()}"
        return f"{tag}@{self.hub.push(tag, self.layer())}"

    def paged(self, tags, next_page):
        self.hub.pages = lambda n: (tags(n), f"/v2/org/app/tags/list?page={next_page(n)}")

    def rows(self):
        onward = lambda n: n + 1
        yield "the same page again", lambda: self.paged(lambda n: ["1.0.0"], lambda n: 0), r"the listing does not end"
        yield "pages in a round of three", lambda: self.paged(lambda n: ["1.0.0"], lambda n: (n + 1) % 3), r"the listing does not end"
        yield "pages without an end", lambda: self.paged(lambda n: ["1.0.0"], onward), r"the listing does not end|deadline exceeded"
        yield "tags without an end", lambda: self.paged(lambda n: [f"1.{n}.{i}" for i in range(20000)], onward), r"more than 500000 tags|deadline exceeded"
        yield "large pages without an end", lambda: self.paged(lambda n: b'{"tags":[],"x":"%s"}' % (b"x" * (15 << 20)), onward), r"the listing does not end|deadline exceeded"
        yield "a page that is too large", lambda: self.paged(lambda n: b'{"tags":[],"x":"%s"}' % (b"x" * (17 << 20)), onward), r"over the limit of \d+ bytes"
        yield "tags that are paths", lambda: self.hub.tags.update({"1.9.0/../../x": "x", "../../9.0.0": "x"}), None


# ---- charts ----


def chart(name, version, inside="web", more=()):
    return tgz({f"{inside}/Chart.yaml": f"apiVersion: v2\nname: {json.dumps(name)}\nversion: {json.dumps(version)}\n", f"{inside}/values.yaml": f"a: {os.urandom(300).hex()}\n",
                f"{inside}/templates/c.yaml": "kind: X\n", **dict(more)})


class Chart(Area):
    """Of a repository with an index."""

    def begin(self):
        self.shop, self.other = Shop(self.cases.stack, login=LOGIN, etags=False), Shop(self.cases.stack)
        self.entries = []

    def create(self):
        self.repository = self.new("helmrepositories", "HelmRepository", {"url": f"{self.shop.url}/charts", "secretRef": {"name": "login"}})
        poll("the repository", lambda: condition(self.api.must("GET", self.repository)).get("status") == "True", 30, 0.02)
        return self.new("helmcharts", "HelmChart", {"chart": "web", "version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": self.repository.rsplit("/", 1)[1]}})

    def publish(self, data, version, **other):
        self.shop.files[f"/charts/web-{version}.tgz"] = data
        self.entries.append({"apiVersion": "v2", "name": "web", "version": version, "urls": [f"web-{version}.tgz"], "digest": hashlib.sha256(data).hexdigest(), **other})
        self.shop.files["/charts/index.yaml"] = json.dumps({"apiVersion": "v1", "entries": {"web": self.entries}}).encode()

    def change(self):
        version = f"1.0.{self.next()}"
        self.publish(chart("web", version), version)
        return version

    def ready_to_ask(self):
        """The index is known before the chart is asked for."""
        mark = str(time.monotonic())
        self.cases.ask(self.repository, mark)
        self.cases.settled_after(self.repository, mark)

    def lie(self, data=None, **other):
        version = f"1.0.{self.next()}"
        self.publish(chart("web", version) if data is None else data(version) if callable(data) else data, version, **other)

    def honest(self):
        self.entries = self.entries[:1]

    def elsewhere(self):
        """The index names another host, which wants to see a login."""
        version = f"1.0.{self.next()}"
        data = chart("web", version)
        self.publish(data, version, urls=[f"{self.other.url}/web-{version}.tgz"])
        self.other.login = LOGIN
        self.other.files[f"/web-{version}.tgz"] = data

    def rows(self):
        hexes = "0" * 64
        yield "another digest", lambda: self.lie(digest=hexes), rf"chart 'web-[\d.]+\.tgz' has the SHA-256 digest \w+, but the index of the repository says {hexes}: .*helm repo index"
        yield "another digest of a known kind", lambda: self.lie(digest="sha256:" + hexes), rf"the index of the repository says {hexes}"
        yield "a digest of an unknown kind", lambda: self.lie(digest="crc:1234"), None
        yield "another host", self.elsewhere, r"401 Unauthorized"
        yield "a place on our disk", lambda: self.lie(urls=["file:///etc/passwd"]), r"file:///etc/passwd|file"
        yield "a chart of another name", lambda: self.lie(lambda v: chart("../../evil", v)), r"name"
        yield "a chart of no version", lambda: self.lie(lambda v: chart("web", "../../evil")), r"version"
        yield "a file that leads out", lambda: self.lie(lambda v: chart("web", v, more={"web/../../evil": "x"})), r"evil|path"
        yield "a file that is absolute", lambda: self.lie(lambda v: chart("web", v, more={"/etc/evil": "x"})), r"evil|path"
        yield "a file of 100 GB", lambda: self.lie(bloated("web/Chart.yaml", 100 << 30)), r"larger|limit|exceed"


class RegistryChart(Area):
    """Of a registry."""

    def begin(self):
        self.hub = Hub(self.cases.stack)

    def create(self):
        repository = self.new("helmrepositories", "HelmRepository", {"url": f"oci://{self.hub.host}/charts", "type": "oci", "insecure": True})
        return self.new("helmcharts", "HelmChart", {"chart": "web", "version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": repository.rsplit("/", 1)[1]}})

    def honest(self):
        self.hub.honest()

    def push(self, difference=0, data=None):
        self.hub.tags.clear()
        version = f"1.0.{self.next()}"
        layer = self.hub.blob(HELM_LAYER, data or chart("web", version))
        self.hub.push(version, {**layer, "size": layer["size"] + difference}, config=self.hub.blob("application/vnd.cncf.helm.config.v1+json", b"{}"))
        return version

    def change(self):
        return self.push()

    def rows(self):
        nothing = "sha256:" + "0" * 64
        yield "a chart larger than its manifest says", lambda: self.push(-1), r"error verifying size; got at least \d+, want \d+"
        yield "a chart smaller than its manifest says", lambda: self.push(1), r"error verifying size; got \d+, want \d+"
        yield "a chart of an exabyte", lambda: self.push(1 << 60), r"size of chart 'web-[\d.]+\.tgz' exceeds '\d+' bytes limit"
        yield "a tag whose header names another manifest", lambda: setattr(self.hub, "said", nothing), rf'manifest digest: "sha256:\w+" does not match the registry\'s own word, "{nothing}"'
        yield "a chart of another name", lambda: self.push(data=chart("../../evil", "1.0.0")), r"name"
        yield "a file that leads out", lambda: self.push(data=chart("web", "1.0.0", more={"web/../../evil": "x"})), r"evil|path"


class Index(Area):
    """A repository's index itself."""

    def begin(self):
        self.shop = Shop(self.cases.stack, etags=False)

    def create(self):
        return self.new("helmrepositories", "HelmRepository", {"url": f"{self.shop.url}/charts"})

    def tell(self, text):
        self.shop.files["/charts/index.yaml"] = text if isinstance(text, bytes) else text.encode()
        return "sha256:" + hashlib.sha256(self.shop.files["/charts/index.yaml"]).hexdigest()

    def entry(self, **other):
        return json.dumps({"apiVersion": "v2", "name": "web", "version": "1.0.0", "urls": ["x.tgz"], **other})

    def change(self):
        return self.tell(f'apiVersion: v1\nentries:\n  web:\n  - {self.entry(description=str(self.next()))}\n')

    def rows(self):
        laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi"))
        yield "aliases of aliases", lambda: self.tell(f"apiVersion: v1\n{laughs}entries: {{web: *i}}\n"), r"excessive aliasing"
        yield "lists in lists", lambda: self.tell("apiVersion: v1\nentries: " + "[" * 200000), r"nested deeper than \d+ levels"
        yield "charts without an end", lambda: self.tell("apiVersion: v1\nentries:\n" + "".join(f"  c{i}: []\n" for i in range(200000))), r"more than \d+ keys"
        yield "versions without an end", lambda: self.tell("apiVersion: v1\nentries:\n  web:\n" + "".join(f"  - {{name: web, version: 1.0.{i}}}\n" for i in range(200000))), r"chart 'web' has more than \d+ versions"


# ---- what lies elsewhere ----


class External(Area):
    """An ExternalArtifact, for a Kustomization."""
    sees = lambda self, obj: (obj.get("status") or {}).get("lastAppliedRevision")
    stays = lambda self, obj, before: self.sees(obj) == self.api.must("GET", "/api/v1/namespaces/default/configmaps/away")["data"]["v"]  # the honest one that came between counts too

    def begin(self):
        self.hub = Hub(self.cases.stack)
        self.api.must("POST", f"{SOURCES}/externalartifacts", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "ExternalArtifact", "metadata": {"name": "away", "namespace": "default"}, "spec": {}})

    def create(self):
        path = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"
        self.api.must("POST", path, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "away", "namespace": "default"},
                                     "spec": {"interval": "1h", "retryInterval": "1h", "prune": True, "path": "./", "sourceRef": {"kind": "ExternalArtifact", "name": "away"}}})
        return f"{path}/away"

    def honest(self):
        self.hub.honest()

    def tell(self, revision, data, **other):
        self.hub.blob("", data)
        told = {"path": "x/y.tar.gz", "url": f"http://{self.hub.host}/v2/x/blobs/{digest_of(data)}", "revision": revision, "lastUpdateTime": "2026-01-01T00:00:00Z", "digest": digest_of(data),
                "size": len(data), **other}
        self.api.must("PATCH", f"{SOURCES}/externalartifacts/away/status", {"status": {"artifact": told}}, MERGE)

    def manifests(self, revision, **more):
        return tgz({"a.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: away, namespace: default}}\ndata: {{v: '{revision}'}}\n", **more})

    def change(self):
        revision = f"r{self.next()}"
        self.tell(revision, self.manifests(revision))
        return revision

    def lie(self, data=None, **other):
        revision = f"r{self.next()}"
        self.tell(revision, data or self.manifests(revision), **other)

    def slow(self):
        self.hub.slow = True
        self.lie()

    def rows(self):
        yield "another digest", lambda: self.lie(digest="sha256:" + "0" * 64), r"computed digest doesn't match provided 'sha256:0+'"
        yield "no digest", lambda: self.lie(digest=""), r"empty digest|digest"
        yield "another size", lambda: self.lie(size=1 << 60), None
        yield "a path that leads out", lambda: self.lie(path="../../../../etc/passwd"), None
        yield "a place on our disk", lambda: self.lie(url="file:///etc/passwd"), r"file:///etc/passwd"
        yield "a file that leads out", lambda: self.lie(self.manifests("x", **{"../../evil.yaml": "x"})), r"leads out of the archive: \.\./\.\./evil"
        yield "a file that is absolute", lambda: self.lie(self.manifests("x", **{"/etc/evil.yaml": "x"})), r"absolute: /etc/evil"
        yield "a file of 100 GB", lambda: self.lie(bloated("a.yaml", 100 << 30)), r"a\.yaml is larger than \d+ bytes"
        yield "a file that is not whole", lambda: self.lie(bloated("a.yaml", 100 << 20)), r"unexpected end of the archive"
        yield "900 MB that come a byte a second", self.slow, r"fewer than \d+ bytes of the answer came in 30 s"


# ---- Git ----


KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4, "ofs": 6, "ref": 7}


def varint(n):
    """As the sizes in deltas are written."""
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


class Pack:
    """Objects, put together as a pack; what is wrong with it can be said."""

    def __init__(self):
        self.entries = []

    def add(self, kind, data, size=None, before=b"", packed=None):
        """size: what it says that it has; before: what stands between its head and its bytes."""
        n = len(data) if size is None else size
        head = bytearray([KINDS[kind] << 4 | n & 15])
        n >>= 4
        while n:
            head[-1] |= 128
            head.append(n & 127)
            n >>= 7
        self.entries.append(bytes(head) + before + (packed or zlib.compress(data)))
        return hashlib.sha1(f"{kind} {len(data)}".encode() + b"\0" + data).hexdigest()

    def blob(self, data):
        return self.add("blob", data)

    def tree(self, *entries):
        """(mode, name, id)"""
        return self.add("tree", b"".join(f"{mode} ".encode() + (name if isinstance(name, bytes) else name.encode()) + b"\0" + bytes.fromhex(id) for mode, name, id in entries))

    def commit(self, tree, message="m"):
        return self.add("commit", f"tree {tree}\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\n{message}\n".encode())

    def delta(self, base, size, *copies, base_size):
        """Of an object that this pack has, by its id: copies of the base from 0 on, each of so many bytes (below 16 MB)."""
        steps = b"".join(bytes([0x80 | 0x10 | 0x20 | 0x40]) + n.to_bytes(3, "little") for n in copies)
        text = varint(base_size) + varint(size) + steps
        self.add("ref", text, before=bytes.fromhex(base))

    def bytes(self, count=None, trailer=None):
        body = b"PACK" + (2).to_bytes(4, "big") + (len(self.entries) if count is None else count).to_bytes(4, "big") + b"".join(self.entries)
        return body + (trailer or hashlib.sha1(body).digest())


class Gitty(Faulty):
    """Git's smart HTTP protocol in its first version. head: what refs/heads/main is; pack: the bytes that every fetch is answered with; others: further references."""

    def __init__(self, stack):
        super().__init__(GittyHandler)
        self.head, self.pack, self.others = None, b"", 0
        self.begin(stack)


class GittyHandler(LiarHandler):
    def line(self, data):
        return b"%04x%s" % (len(data) + 4, data)

    def do_GET(self):
        refs = self.line(f"{self.server.head} refs/heads/main\0side-band-64k ofs-delta allow-any-sha1-in-want\n".encode())
        refs += b"".join(self.line(b"%040x refs/tags/v%d\n" % (n, n)) for n in range(self.server.others)) + b"0000"
        self.send(200, self.line(b"# service=git-upload-pack\n") + b"0000" + refs, [("Content-Type", "application/x-git-upload-pack-advertisement")])

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        pack = self.server.pack
        bands = b"".join(self.line(b"\1" + pack[i:i + 60000]) for i in range(0, len(pack), 60000))
        self.send(200, self.line(b"NAK\n") + bands + b"0000", [("Content-Type", "application/x-git-upload-pack-result")])


class Git(Area):
    def begin(self):
        self.server = Gitty(self.cases.stack)

    def create(self):
        return self.new("gitrepositories", "GitRepository", {"url": f"http://{self.server.host}/app.git", "ref": {"branch": "main"}})

    def honest(self):
        self.server.others = 0

    def give(self, pack, head, **lies):
        self.server.head, self.server.pack = head, pack.bytes(**lies)
        return f"main@sha1:{head}"

    def change(self, **lies):
        pack = Pack()
        return self.give(pack, pack.commit(pack.tree(("100644", "a", pack.blob(os.urandom(300))))), **lies)

    def files(self, *entries):
        """A commit whose tree holds these, made by functions of the pack."""
        pack = Pack()
        return self.give(pack, pack.commit(pack.tree(*[(mode, name, make(pack)) for mode, name, make in entries]), str(self.next())))

    def bomb(self, times, size):
        """Blobs of so many bytes, each a delta of a few bytes on one of 16 MB."""
        pack, piece = Pack(), 15 << 20
        base = pack.blob(b"\0" * piece)
        bombs = []
        for i in range(times):
            copies = [piece] * (size // piece) + [i + 1]
            pack.delta(base, sum(copies), *copies, base_size=piece)
            h = hashlib.sha1(f"blob {sum(copies)}".encode() + b"\0")
            if i == 0:  # the others need no name
                for n in copies:
                    h.update(b"\0" * n)
                bombs.append(h.hexdigest())
        return self.give(pack, pack.commit(pack.tree(("100644", "a", bombs[0])), str(self.next())))

    def trees(self, depth, width, leaf):
        """Trees in which each holds the one below it so many times."""
        pack = Pack()
        id, mode = leaf(pack)
        for _ in range(depth):
            id, mode = pack.tree(*[(mode, f"{i:02}", id) for i in range(width)]), "40000"
        return self.give(pack, pack.commit(id, str(self.next())))

    def thin(self):
        pack = Pack()
        pack.delta("1" * 40, 10, 10, base_size=100)
        return self.give(pack, pack.commit(pack.tree()))

    def lost(self):
        """The reference points to what no pack holds."""
        self.change()
        self.server.head = hashlib.sha1(os.urandom(9)).hexdigest()

    def taken_for(self, kind):
        pack = Pack()
        blob = pack.blob(os.urandom(30))
        return self.give(pack, pack.commit(blob) if kind == "tree" else blob)

    def swollen(self, size):
        """A blob whose head says another size than its bytes have."""
        pack, data = Pack(), os.urandom(300)
        blob = pack.add("blob", data, size=size)
        return self.give(pack, pack.commit(pack.tree(("100644", "a", blob))))

    def rows(self):
        blob, absent = lambda pack: pack.blob(os.urandom(30)), lambda pack: "2" * 40
        yield "900000 references", lambda: setattr(self.server, "others", 900000), None, 256  # they are all kept
        yield "references without an end", lambda: setattr(self.server, "others", 2000000), r"limit of \d+ bytes|more than \d+ references"
        yield "a pack of more objects than it says", lambda: self.change(count=2), r"."
        yield "a pack of fewer objects than it says", lambda: self.change(count=4), r"."
        yield "a pack of four milliards of objects", lambda: self.change(count=(1 << 32) - 1), r"."
        yield "a pack with another checksum", lambda: self.change(trailer=b"\1" * 20), r"."
        yield "an object larger than its head says", lambda: self.swollen(299), r"."
        yield "an object smaller than its head says", lambda: self.swollen(301), r"."
        yield "an object of an exabyte", lambda: self.swollen(1 << 60), r"."
        yield "a delta on nothing", self.thin, r"."
        yield "a reference to nothing", self.lost, r"unable to resolve commit object for '\w{40}': object not found"
        yield "a blob for a commit", lambda: self.taken_for("commit"), r"."
        yield "a blob for a tree", lambda: self.taken_for("tree"), r"."
        yield "a file that is not there", lambda: self.files(("100644", "a", absent)), r"."
        yield "a folder that is not there", lambda: self.files(("40000", "a", absent)), r"."
        for name in ("..", ".", "a/b", "/etc/evil", ""):
            yield f"a file called '{name}'", lambda name=name: self.files(("100644", name, blob)), r"."
        yield "a folder called '..'", lambda: self.files(("40000", "..", lambda pack: pack.tree(("100644", "evil", pack.blob(b"x"))))), r"."
        yield "a folder called '.git'", lambda: self.files(("40000", ".git", lambda pack: pack.tree(("100644", "config", pack.blob(b"x")))), ("100644", "a", blob)), None
        yield "a file of an unknown mode", lambda: self.files(("170000", "a", blob)), r"."
        yield "files in files without an end", lambda: self.trees(8, 16, lambda pack: (pack.blob(b"x"), "100644")), r"more than \d+ files and folders"
        yield "folders in folders without an end", lambda: self.trees(12, 16, lambda pack: (pack.tree(), "40000")), r"more than \d+"
        yield "folders of a great depth", lambda: self.trees(5000, 1, lambda pack: (pack.blob(b"x"), "100644")), r"too deep|deeper"
        yield "a delta of 600 MB", lambda: self.bomb(1, 600 << 20), r"takes more than \d+ bytes: take large files out of it"
        yield "a delta of 250 MB", lambda: self.bomb(1, 250 << 20), None, ROOMY
        yield "many deltas of 200 MB", lambda: self.bomb(300, 200 << 20), r"deadline exceeded", ROOMY


# ---- the rows are played ----

AREAS = {"git": Git, "s3": Amazon, "google": Google, "azure": Azure, "registry": Registry, "tags": Tags, "index": Index, "chart": Chart, "registry_chart": RegistryChart, "external": External}


class Cases(SourceCases):
    def __init__(self, stack):
        super().__init__()
        self.stack, self.api, self.data = stack, Double(stack, WORK, BUILD), WORK / "data"
        self.api.secret("login", username=LOGIN[0], password=LOGIN[1])
        self.api.secret("sas", sasKey="sig=x")
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", "--requeue-dependency=1s", "--feature-gates=ExternalArtifact=true"], sluice=str(BUILD / "sluice"),
                             env={"GCE_METADATA_HOST": "127.0.0.1:1"})  # this machine has no identity
        for name, area in AREAS.items():
            part = lambda area=area: self.told(area(self))
            part.__name__ = name
            setattr(self, name, part)

    def ask(self, path, mark=None):
        self.api.must("PATCH", path, {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": mark or str(time.monotonic())}}}, MERGE)

    def holds(self, area, path, revision):
        return poll(f"{path} at {revision}", lambda: (lambda o: o if condition(o).get("status") == "True" and area.sees(o) == revision else None)(self.api.must("GET", path)), 40, 0.02)

    def settled_after(self, path, mark):
        """The object after a look that began later than the mark."""
        return poll("a look", lambda: (lambda o: o if (o.get("status") or {}).get("lastHandledReconcileAt") == mark else None)(self.api.must("GET", path)), 60, 0.02)

    def told(self, area):
        kind = type(area).__name__
        revision = area.change()
        path = area.create()
        self.holds(area, path, revision)
        for name, lie, pattern, *more in area.rows():
            what, before, began = f"{kind}: {name}", revision, time.monotonic()
            pathlib.Path(f"/proc/{self.daemon.process.pid}/clear_refs").write_text("5")  # what it took at most is counted anew
            revision = area.change()
            lie()
            area.ready_to_ask()
            mark = str(time.monotonic())
            self.ask(path, mark)
            obj = self.settled_after(path, mark)
            c = condition(obj)
            if pattern is None:
                self.check(what, c.get("status") == "True", c)
            else:
                self.check(what, c.get("status") == "False" and re.search(pattern, c["message"], re.S) and "s3cret" not in json.dumps(obj["status"]), c)
                self.check(f"{what}: the last artifact stays", area.stays(obj, before), (before, area.sees(obj), obj["status"]))
            self.check(f"{what}: memory", self.daemon.memory()[1] < (more or [CEILING])[0] or "debug" in str(BUILD), self.daemon.memory())
            print(f"# {what}: {time.monotonic() - began:.1f} s, {self.daemon.memory()[1]:.0f} MB: {c.get('reason')}: {c.get('message', '')[:260]}", flush=True)
            area.honest()
            revision = area.change()
            area.ready_to_ask()
            self.ask(path)
            self.holds(area, path, revision)
            self.check(f"{what}: and all is well again", True)
        self.api.must("DELETE", path)
        poll("gone", lambda: self.api.call("GET", path)[0] == 404, 30, 0.02)
        self.check(f"{kind}: nothing half-done is left", not self.leftovers(), self.leftovers())
        self.check(f"{kind}: it lives", self.daemon.alive(), self.daemon.last_words())


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, [getattr(cases, name) for name in AREAS], "s3cret")


sys.exit(main())
