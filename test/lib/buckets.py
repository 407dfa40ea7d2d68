"""buckets.py: servers of buckets for tests: one with the API of Amazon S3 and its token service, strict, with botocore as the judge of every
signature; one with the JSON API of Google Cloud Storage and a token server; Azure's own emulator."""
import base64, datetime, hashlib, hmac, http.client, http.server, json, os, pathlib, re, shutil, socket, subprocess, tempfile, time, urllib.parse
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from faulty import Faulty, FaultyHandler
from lab import Failed, poll, stop
from registry import free_port


def signature(signer, request, stamp):
    """The header Authorization that botocore makes at that moment."""
    request.context["timestamp"] = stamp
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))
    return request.headers["Authorization"]


class Buckets(Faulty):
    """What both doubles share. buckets: {name: {key: bytes}}. asked: (method, path) of each request, in order; page: objects to a page;
    spoil(nth, how): the nth request from now fails."""

    def __init__(self, stack, handler, tls=None):
        super().__init__(handler, tls)
        self.buckets, self.page, self.vanished, self.links = {}, 1000, set(), set()
        self.begin(stack)

    def listing(self, bucket, prefix, after):
        """Keys of a page, and whether more follow."""
        keys = sorted((k for k in self.buckets[bucket] if k.startswith(prefix) and k > after), key=lambda k: k.encode())
        return keys[:self.page], len(keys) > self.page


class Handler(FaultyHandler):
    def answer(self, status, data=b"", kind="application/xml", headers=()):
        self.send(status, data if isinstance(data, bytes) else data.encode(), (("Content-Type", kind), *headers), self.how)

    def handle_any(self):
        server = self.server
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        self.where = urllib.parse.urlsplit(self.path)
        self.query = urllib.parse.parse_qs(self.where.query, keep_blank_values=True)
        server.asked.append((self.command, self.path))
        server.links.add(self.client_address)
        self.how = server.fault()
        if self.how == "cut":
            self.cut()
        elif isinstance(self.how, int):
            self.refuse(self.how, "InternalError", "We encountered an internal error. Please try again.")
        elif self.how == "garbage":
            self.answer(200, b"<html>no bucket<br></html>", "text/html")
        else:
            self.serve()

    do_GET = do_POST = do_HEAD = do_PUT = handle_any


# ---- files ----

class Files(Buckets):
    """Any files: {path: bytes, or where it is to be found instead}, of that type."""

    def __init__(self, stack, files, kind="text/plain"):
        super().__init__(stack, FilesHandler)
        self.files, self.kind = files, kind


class FilesHandler(Handler):
    def refuse(self, status, *_):
        self.answer(status, b"no", "text/plain")

    def serve(self):
        data = self.server.files.get(self.where.path)
        if isinstance(data, str):
            return self.answer(302, b"", "text/plain", [("Location", data)])
        return self.refuse(404) if data is None else self.answer(200, data, self.server.kind)


# ---- the API of Amazon S3 ----

class S3(Buckets):
    """keys: {id: (secret, session token or None)}; open: buckets that need no signature; region: the one that requests must be signed for;
    ldap: {user: password}; slow: buckets that are not answered for."""

    def __init__(self, stack, tls=None, region="us-east-1"):
        super().__init__(stack, S3Handler, tls)
        self.keys, self.open, self.slow, self.region, self.ldap = {}, set(), set(), region, {}
        self.scheme, self.forms, self.raw = "https" if tls else "http", [], False

    def etag(self, data):
        return hashlib.md5(data).hexdigest()

    def revision(self, bucket, keys=None, algorithm="sha256"):
        objects = self.buckets[bucket]
        chosen = sorted(objects if keys is None else keys, key=lambda k: k.encode())
        text = "".join(f"{k} {self.etag(objects[k])}\n" for k in chosen)
        return f"{algorithm}:" + hashlib.new(algorithm, text.encode()).hexdigest()


class S3Handler(Handler):
    def refuse(self, status, code, message, more=""):
        self.answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message>{more}'
                            f"<RequestId>{time.time_ns()}</RequestId></Error>")

    def serve(self):
        if self.command == "POST":
            return self.token()
        host = self.headers["Host"].split(":")[0]
        hosted = re.match(r"(.+)\.s3[.-][^/]*amazonaws\.com$", host)
        path = self.where.path.lstrip("/")
        if path.startswith("http://"):  # asked as a proxy
            path = urllib.parse.urlsplit(self.path).path.lstrip("/")
        bucket, _, key = (hosted.group(1), "", path) if hosted else path.partition("/")
        bucket, key = urllib.parse.unquote(bucket), urllib.parse.unquote(key)
        server = self.server
        if bucket in server.slow:
            self.connection.recv(1)  # until the client gives up
            self.close_connection = True
            return
        if not self.signed(bucket):
            return
        if bucket not in server.buckets:
            return self.refuse(404, "NoSuchBucket", "The specified bucket does not exist")
        if "location" in self.query:
            return self.answer(200, f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{server.region}</LocationConstraint>')
        if "list-type" in self.query:
            return self.list(bucket)
        if self.command == "HEAD" and not key:
            return self.answer(200)
        data = server.buckets[bucket].get(key)
        if data is None or key in server.vanished:
            return self.refuse(404, "NoSuchKey", "The specified key does not exist.")
        self.answer(200, data, "application/octet-stream", [("ETag", f'"{server.etag(data)}"'), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")])

    def signed(self, bucket):
        """Is it signed as it must be? Otherwise it is answered."""
        server = self.server
        said = self.headers.get("Authorization")
        if not said:
            if bucket not in server.open:
                self.refuse(403, "AccessDenied", "Access Denied")
            return bucket in server.open
        parts = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})", said)
        if not parts:
            self.refuse(400, "AuthorizationHeaderMalformed", "The authorization header is malformed")
            return False
        who, day, region, names, _ = parts.groups()
        if who not in server.keys:
            self.refuse(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
            return False
        if region != server.region:
            self.refuse(400, "AuthorizationHeaderMalformed", f"The authorization header is malformed; the region '{region}' is wrong; expecting '{server.region}'",
                        f"<Region>{server.region}</Region>")
            return False
        secret, token = server.keys[who]
        names = names.split(";")
        stamp = self.headers.get("X-Amz-Date", "")
        age = abs(datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp() - time.time())
        good = {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names) and stamp[:8] == day and age < 300
        good = good and self.headers.get("X-Amz-Content-Sha256") == hashlib.sha256(self.body).hexdigest()
        good = good and (self.headers.get("X-Amz-Security-Token") == token and (not token or "x-amz-security-token" in names))
        if not good or self.signature(who, secret, token, region, names, stamp) != said:
            self.refuse(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
            return False
        return True

    def signature(self, who, secret, token, region, names, stamp):
        """The header that botocore makes of the same request."""
        where = self.where
        url = f"{self.server.scheme}://{self.headers['Host']}{where.path}" + (f"?{where.query}" if where.query else "")
        headers = {n: self.headers[n] for n in names if n not in ("host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token")}
        request = AWSRequest(self.command, url if where.scheme == "" else self.path, headers, self.body)
        return signature(S3SigV4Auth(Credentials(who, secret, token), "s3", region), request, stamp)

    def list(self, bucket):
        server, q = self.server, {k: v[0] for k, v in self.query.items()}
        after = base64.b64decode(q["continuation-token"]).decode() if "continuation-token" in q else ""
        keys, more = server.listing(bucket, q.get("prefix", ""), after)
        encode = (lambda k: urllib.parse.quote_plus(k, safe="/")) if q.get("encoding-type") == "url" and not server.raw else escape
        rows = "".join(f"<Contents><Key>{encode(k)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;{server.etag(server.buckets[bucket][k])}&quot;</ETag>"
                       f"<Size>{len(server.buckets[bucket][k])}</Size><StorageClass>STANDARD</StorageClass></Contents>" for k in keys)
        more_text = f"<NextContinuationToken>{base64.b64encode(keys[-1].encode()).decode()}</NextContinuationToken>" if more else ""
        encoding = "" if server.raw else "<EncodingType>url</EncodingType>"
        self.answer(200, f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{bucket}</Name>{rows}'
                         f"<IsTruncated>{str(more).lower()}</IsTruncated>{more_text}{encoding}</ListBucketResult>")

    def token(self):
        server = self.server
        form = {k: v[0] for k, v in urllib.parse.parse_qs(self.body.decode()).items()}
        server.forms.append(form)
        action, user = form.get("Action"), form.get("LDAPUsername") or form.get("RoleArn")
        secret = form.get("LDAPPassword") or form.get("WebIdentityToken")
        if form.get("Version") != "2011-06-15" or not user or server.ldap.get(user) != secret:
            return self.answer(400, '<?xml version="1.0"?><ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type></Type><Code>InvalidParameterValue</Code>'
                                    "<Message>LDAP server error: no such login</Message></Error><RequestId>1</RequestId></ErrorResponse>")
        who, key, token = f"TEMP{time.time_ns()}", base64.b64encode(os.urandom(30)).decode(), base64.b64encode(os.urandom(60)).decode()
        server.keys[who] = (key, token)
        self.answer(200, f'<?xml version="1.0"?><{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials><AccessKeyId>{who}</AccessKeyId>'
                         f"<SecretAccessKey>{key}</SecretAccessKey><Expiration>2036-01-01T00:00:00Z</Expiration><SessionToken>{token}</SessionToken></Credentials></{action}Result>"
                         f"</{action}Response>")


def verified(key, token):
    """Header and claims of a JSON Web Token that the key (a file) has signed; empty ones of another."""
    text, _, signature = token.rpartition(".")
    raw = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    with tempfile.NamedTemporaryFile() as file:  # one for each, since tokens are asked for at the same time
        file.write(raw(signature))
        file.flush()
        good = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", file.name], input=text.encode(), capture_output=True).returncode == 0
    return tuple(json.loads(raw(part)) for part in text.split(".")) if good else ({}, {})


# ---- Google Cloud Storage ----

class Google(Buckets):
    """key: the PEM of the public key that claims must be signed with; open: buckets that need no token."""

    def __init__(self, stack, tls, key):
        super().__init__(stack, GoogleHandler, tls)
        self.key, self.open, self.tokens = key, set(), set()

    def etag(self, data):
        return base64.b64encode(hashlib.sha1(data).digest()[:9]).decode() + "="

    def generation(self, data):
        return str(int.from_bytes(hashlib.sha1(data).digest()[:6], "big"))

    def revision(self, bucket, keys=None):
        objects = self.buckets[bucket]
        text = "".join(f"{k} {self.etag(objects[k])}\n" for k in sorted(objects if keys is None else keys, key=lambda k: k.encode()))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class GoogleHandler(Handler):
    def refuse(self, status, _, message):
        self.answer(status, json.dumps({"error": {"code": status, "message": message}}), "application/json")

    def serve(self):
        server = self.server
        if self.where.path == "/token":
            return self.token()
        parts = re.fullmatch(r"/storage/v1/b/([^/]+)/o(?:/([^/]+))?", self.where.path)
        bucket, key = (urllib.parse.unquote(p) if p else p for p in parts.groups())
        said = self.headers.get("Authorization", "")
        if said.removeprefix("Bearer ") not in server.tokens and bucket not in server.open:
            return self.refuse(401, "", "Anonymous caller does not have storage.objects.list access to the Google Cloud Storage bucket.")
        if bucket not in server.buckets:
            return self.refuse(404, "", "The specified bucket does not exist.")
        q = {k: v[0] for k, v in self.query.items()}
        if key is None:
            keys, more = server.listing(bucket, q.get("prefix", ""), q.get("pageToken", ""))
            items = [{"name": k, **self.attributes(server.buckets[bucket][k])} for k in keys]
            return self.answer(200, json.dumps({"items": items, **({"nextPageToken": keys[-1]} if more else {})}), "application/json")
        data = server.buckets[bucket].get(key)
        if data is None or key in server.vanished:
            return self.refuse(404, "", f"No such object: {bucket}/{key}")
        if q.get("alt") != "media":
            return self.answer(200, json.dumps(self.attributes(data)), "application/json")
        if q.get("ifGenerationMatch", server.generation(data)) != server.generation(data):
            return self.refuse(412, "", "At least one of the pre-conditions you specified did not hold.")
        self.answer(200, data, "application/octet-stream")

    def attributes(self, data):
        return {"etag": self.server.etag(data), "size": str(len(data)), "generation": self.server.generation(data)}

    def token(self):
        form = {k: v[0] for k, v in urllib.parse.parse_qs(self.body.decode()).items()}
        good, claims = verified(self.server.key, form.get("assertion", ".."))
        good = good and claims["aud"] == f"https://{self.server.host}/token" and claims["iss"] == "robot@project.iam.gserviceaccount.com"
        good = good and claims["scope"].endswith("devstorage.read_only") and 0 < claims["exp"] - time.time() <= 3600
        if not good:
            return self.answer(400, json.dumps({"error": "invalid_grant"}), "application/json")
        token = f"token-{time.time_ns()}"
        self.server.tokens.add(token)
        self.answer(200, json.dumps({"access_token": token, "expires_in": 3599, "token_type": "Bearer"}), "application/json")


# ---- Azure Blob Storage ----

class Entra(Buckets):
    """What gives tokens to Azure's applications, and blobs to those who have one. secret; key: the PEM of the public key that claims must be signed
    with; print: the certificate's SHA-1, as x5t has it."""

    def __init__(self, stack, tls, secret, key, print_):
        super().__init__(stack, EntraHandler, tls)
        self.secret, self.key, self.print, self.tokens = secret, key, print_, set()

    def etag(self, data):
        return '"0x' + hashlib.sha1(data).hexdigest()[:15].upper() + '"'


class EntraHandler(Handler):
    def refuse(self, status, code, message):
        self.answer(status, f"<Error><Code>{code}</Code><Message>{message}\nRequestId:{time.time_ns()}</Message></Error>")

    def serve(self):
        server = self.server
        if self.where.path == "/tenant-1/oauth2/v2.0/token":
            return self.token()
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in server.tokens:
            return self.refuse(401, "NoAuthenticationInformation", "Server failed to authenticate the request.")
        bucket, _, key = urllib.parse.unquote(self.where.path).lstrip("/").partition("/")
        if bucket not in server.buckets:
            return self.refuse(404, "ContainerNotFound", "The specified container does not exist.")
        data = server.buckets[bucket].get(key)
        if not key:
            keys, more = server.listing(bucket, self.query.get("prefix", [""])[0], self.query.get("marker", [""])[0])
            blobs = "".join(f"<Blob><Name>{escape(k)}</Name><Properties><Etag>{server.etag(server.buckets[bucket][k]).strip(chr(34))}</Etag><Content-Length>{len(server.buckets[bucket][k])}</Content-Length></Properties></Blob>" for k in keys)
            return self.answer(200, f"\ufeff<?xml version='1.0'?><EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{escape(keys[-1]) if more else ''}</NextMarker></EnumerationResults>")
        if data is None:
            return self.refuse(404, "BlobNotFound", "The specified blob does not exist.")
        self.answer(200, data, "application/octet-stream", [("ETag", server.etag(data))])

    def token(self):
        server, form = self.server, {k: v[0] for k, v in urllib.parse.parse_qs(self.body.decode()).items()}
        good = form.get("client_secret") == server.secret
        if form.get("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
            header, claims = verified(server.key, form["client_assertion"])
            good = header and header["x5t"] == server.print and claims["sub"] == claims["iss"] == "client-1"
            good = good and claims["aud"] == f"https://{server.host}/tenant-1/oauth2/v2.0/token" and 0 < claims["exp"] - time.time() <= 3600
        good = good and form.get("client_id") == "client-1" and form.get("scope") == "https://storage.azure.com/.default"
        if not good or form.get("grant_type") != "client_credentials":
            return self.answer(401, json.dumps({"error": "invalid_client"}), "application/json")
        token = f"token-{time.time_ns()}"
        server.tokens.add(token)
        self.answer(200, json.dumps({"access_token": token}), "application/json")


AZURITE = "3.35.0"


def azurite_program():
    """Azure's emulator, put into the cache when npm is there; None without it."""
    folder = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "sluice" / f"azurite-{AZURITE}"
    program = folder / "node_modules/.bin/azurite-blob"
    if not program.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), f"azurite@{AZURITE}"], capture_output=True)
    return program if program.exists() else None


class Azurite:
    """The emulator on loopback: it verifies signatures, and lets nobody in without one."""

    def __init__(self, stack, work, program):
        self.account, self.key = "acc", base64.b64encode(b"s3cret account key").decode()
        self.port = free_port()
        self.host = f"{self.account}.blob.localhost:{self.port}"
        self.url = f"http://{self.host}"
        with open(work / "azurite.log", "w") as log:
            process = subprocess.Popen([str(program), "--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
                                       env=dict(os.environ, AZURITE_ACCOUNTS=f"{self.account}:{self.key}"), stdout=log, stderr=log)
        stack.callback(stop, process)
        poll("azurite", self.answers, 60)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def call(self, method, path, query="", body=None, headers=None):
        """A request signed with the account's key."""
        headers = {"x-ms-date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()), "x-ms-version": "2020-10-02", **(headers or {})}
        size = str(len(body)) if body else ""
        fixed = [method, "", "", size, "", "", "", "", "", "", "", ""]
        named = [f"{k}:{v}" for k, v in sorted(headers.items()) if k.startswith("x-ms-")]
        resource = f"/{self.account}{path}" + "".join(f"\n{k}:{v}" for k, v in sorted(urllib.parse.parse_qsl(query)))
        mac = hmac.new(base64.b64decode(self.key), "\n".join(fixed + named + [resource]).encode(), hashlib.sha256).digest()
        headers["Authorization"] = f"SharedKey {self.account}:{base64.b64encode(mac).decode()}"
        headers["Host"] = self.host
        if body is not None:
            headers["Content-Length"] = str(len(body))
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(method, path + (f"?{query}" if query else ""), body, headers)
        reply = link.getresponse()
        data = reply.read()
        link.close()
        if reply.status // 100 != 2:
            raise Failed(f"{method} {path}: {reply.status} {data[:300]}")
        return dict(reply.getheaders()), data

    def fill(self, container, files):
        """Makes a container with blobs; {key: ETag with its quotes}."""
        self.call("PUT", f"/{container}", "restype=container")
        return {k: self.call("PUT", f"/{container}/{urllib.parse.quote(k)}", "", v, {"x-ms-blob-type": "BlockBlob"})[0]["etag"] for k, v in files.items()}

    def sas(self, container):
        """A shared access signature for reading and listing a container."""
        start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + d)) for d in (-600, 3600))
        fields = ["rl", start, end, f"/blob/{self.account}/{container}", "", "", "", "2020-10-02", "c", "", "", "", "", "", ""]
        mac = hmac.new(base64.b64decode(self.key), "\n".join(fields).encode(), hashlib.sha256).digest()
        return urllib.parse.urlencode({"sv": "2020-10-02", "st": start, "se": end, "sr": "c", "sp": "rl", "sig": base64.b64encode(mac).decode()})


def azure_revision(etags):
    """source-controller's, of ETags as objects have them."""
    return "sha256:" + hashlib.sha256("".join(f"{k} {etags[k]}\n" for k in sorted(etags, key=lambda k: k.encode())).encode()).hexdigest()
