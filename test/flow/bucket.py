"""bucket.py WORK: Buckets against strict servers, the API double and the daemon: what each spec comes to, with keys, token services, proxies,
certificates; and the same when each request fails in turn. Prints one line a case."""
import base64, contextlib, hashlib, json, os, pathlib, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3, Azurite, Entra, Google, azure_revision, azurite_program
from double import Double
from lab import Daemon, condition, poll
from registry import certificate
from sources import BUILD, SourceCases, play
from swift import KEYS, Swift

WORK = pathlib.Path(sys.argv[1])
ROLE = "arn:aws:iam::1:role/x"
NOWHERE = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1", "GCE_METADATA_HOST": "127.0.0.1:1"}  # this machine has no identity
FILES = {"a.yaml": b"a: 1\n", "deploy/b.yaml": b"b: 2\n", "pic.png": b"x", "docs/c d+e%.md": b"c\n", "docs/\u00e4.md": b"umlaut\n", "folder/": b""}
KEPT = {k: v.decode() for k, v in FILES.items() if not k.endswith("/")}


class Cases(SourceCases):
    kind, plural = "Bucket", "buckets"

    def __init__(self, stack):
        super().__init__()
        self.skipped = 0
        self.stack, self.api = stack, Double(stack, WORK, BUILD)
        certificate(WORK, "ca")
        self.tls = certificate(WORK, "server", authority="ca")
        self.s3 = S3(stack)
        self.far = S3(stack, tls=self.tls, region="far-north-1")
        for server in (self.s3, self.far):
            server.buckets = {"app": dict(FILES), "public": dict(FILES), "ruled": {".sourceignore": b"*.png\n/docs\n", "sub/.sourceignore": b"*\n", **FILES},
                              "empty": {}, "many": {f"o/{i:03}": b"%d" % i for i in range(25)}}
            server.open = {"public"}
            server.keys = {"AKIDEXAMPLE": ("s3cret/+key", None)}
        self.s3.ldap = {"jane": "s3cret-pass", ROLE: "s3cret-jwt"}
        subprocess.run(["openssl", "genrsa", "-out", str(WORK / "sa.key"), "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", str(WORK / "sa.key"), "-pubout", "-out", str(WORK / "sa.pub")], check=True, capture_output=True)
        self.google = Google(stack, self.tls, str(WORK / "sa.pub"))
        self.google.buckets = {"app": dict(FILES), "public": dict(FILES)}
        self.google.open = {"public"}
        self.data = WORK / "data"
        (WORK / "identity").write_text("s3cret-jwt\n")
        self.daemon = Daemon(stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s"], sluice=str(BUILD / "sluice"),
                             env={"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": str(WORK / "identity"), "AWS_REGION": "us-east-1",
                                  "AWS_ENDPOINT_URL_STS": f"http://{self.s3.host}", **NOWHERE})
        self.secrets()

    def secrets(self):
        api = self.api
        api.secret("keys", accesskey="AKIDEXAMPLE", secretkey="s3cret/+key")
        api.secret("wrong", accesskey="AKIDEXAMPLE", secretkey="wrong-pass")
        api.secret("unknown", accesskey="AKIDOTHER", secretkey="wrong-pass")
        api.secret("half", accesskey="AKIDEXAMPLE")
        api.secret("none", accesskey="", secretkey="")
        api.secret("ldap", username="jane", password="s3cret-pass")
        api.secret("ldapwrong", username="jane", password="wrong-pass")
        api.secret("ca", ca_crt=(WORK / "ca.crt").read_text())
        account = {"type": "service_account", "client_email": "robot@project.iam.gserviceaccount.com", "private_key_id": "1",
                   "private_key": (WORK / "sa.key").read_text(), "token_uri": f"https://{self.google.host}/token"}
        api.secret("google", serviceaccount=json.dumps(account))
        api.secret("plain", serviceaccount=json.dumps({**account, "token_uri": f"http://{self.google.host}/token"}))
        api.secret("foreign", serviceaccount=json.dumps({**account, "client_email": "other"}))
        api.secret("typed", serviceaccount=json.dumps({**account, "type": "external_account"}))

    def make(self, server, bucket="app", secret="keys", **spec):
        """A new object; its name."""
        spec = {"bucketName": bucket, "endpoint": server if isinstance(server, str) else server.host, "insecure": server is not self.far, **spec}
        if secret:
            spec["secretRef"] = {"name": secret}
        return self.create(**spec)

    # ---- what a spec comes to ----

    def listings(self):
        s3 = self.s3
        rev = s3.revision("app", KEPT)
        obj = self.ready("signed", self.make(s3), rev, KEPT)
        self.check("in storage", condition(obj, "ArtifactInStorage")["message"] == f"stored artifact: revision '{rev}'", obj["status"])
        path = f"bucket/default/r1/{rev.split(':')[1]}.tar.gz"
        self.check("path", obj["status"]["artifact"]["path"] == path, obj["status"])
        self.check("url", obj["status"]["url"].endswith("/bucket/default/r1/latest.tar.gz"), obj["status"]["url"])
        event = poll("the event", lambda: [e for e in self.events("r1") if e["reason"] == "NewArtifact"], 10)
        self.check("event", event[0]["message"] == "stored artifact with 5 fetched files from 'app' bucket" and event[0]["type"] == "Normal", event[0]["message"])
        self.ready("without a signature", self.make(s3, "public", secret=None), s3.revision("public", KEPT), KEPT)
        self.ready("empty keys are none", self.make(s3, "public", secret="none"), s3.revision("public", KEPT))
        self.ready("empty", self.make(s3, "empty"), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", {})
        self.ready("prefix", self.make(s3, prefix="de"), s3.revision("app", ["deploy/b.yaml"]), {"deploy/b.yaml": "b: 2\n"})
        self.ready("no such prefix", self.make(s3, prefix="x/y"), s3.revision("app", []), {})
        s3.page = 4
        many = {f"o/{i:03}": str(i) for i in range(25)}
        self.ready("pages", self.make(s3, "many"), s3.revision("many"), many)
        s3.page = 1000
        s3.raw = True
        self.ready("keys as they are", self.make(s3), rev, KEPT)
        s3.raw = False

    def rules(self):
        s3 = self.s3
        kept = {k: v for k, v in KEPT.items() if not k.startswith("docs/") and not k.endswith(".png")}
        ruled = {**kept, "sub/.sourceignore": "*\n"}
        obj = self.ready(".sourceignore", self.make(s3, "ruled"), s3.revision("ruled", ruled), ruled | self.rules_file())
        self.check("no ignore observed", "observedIgnore" not in obj["status"], obj["status"])
        more = {**ruled, "pic.png": "x"}
        obj = self.ready("spec.ignore after it", self.make(s3, "ruled", ignore="!*.png\n"), s3.revision("ruled", more), more | self.rules_file())
        self.check("ignore observed", obj["status"]["observedIgnore"] == "!*.png\n", obj["status"])
        self.ready("/* and !/deploy", self.make(s3, ignore="/*\n!/deploy\n"), s3.revision("app", ["deploy/b.yaml"]), {"deploy/b.yaml": "b: 2\n"})
        self.ready("its rules hold behind a prefix", self.make(s3, "ruled", prefix="d"), s3.revision("ruled", ["deploy/b.yaml"]),
                   {"deploy/b.yaml": "b: 2\n"} | self.rules_file())
        s3.page = 1
        self.ready("its rules hold over pages", self.make(s3, "ruled"), s3.revision("ruled", ruled), ruled | self.rules_file())
        s3.page = 1000

    def rules_file(self):
        """It belongs to no revision, but to the files, as with source-controller."""
        return {".sourceignore": "*.png\n/docs\n"}

    def wrong(self):
        s3 = self.s3
        op = "BucketOperationFailed"
        self.refused("no such bucket", self.make(s3, "nowhere"), op, "^bucket 'nowhere' not found$")
        self.refused("no rights", self.make(s3, secret=None), op, "^failed to confirm existence of 'app' bucket: Access Denied.$")
        self.refused("a wrong key", self.make(s3, secret="wrong"), op, "^failed to confirm existence of 'app' bucket: The request signature we calculated does not match")
        self.refused("an unknown key", self.make(s3, secret="unknown"), op, "^failed to confirm existence of 'app' bucket: The AWS Access Key Id you provided does not exist in our records.$")
        self.refused("nobody listens", self.make("127.0.0.1:1"), op, "^failed to confirm existence of 'app' bucket: Get \"http://127.0.0.1:1/app/\\?location=\": dial tcp 127.0.0.1:1: connect: connection refused$")
        self.refused("nobody listens in a region", self.make("127.0.0.1:1", region="x"), op, "^failed to confirm existence of 'app' bucket: Head \"http://127.0.0.1:1/app/\": dial tcp ")
        auth = "AuthenticationFailed"
        self.refused("no such Secret", self.make(s3, secret="nowhere"), auth, "^failed to get secret 'default/nowhere': secrets \"nowhere\" not found$")
        self.refused("half a Secret", self.make(s3, secret="half"), auth, "^invalid 'half' secret data: required fields 'accesskey' and 'secretkey'$")
        self.refused("no such proxy", self.make(s3, proxySecretRef={"name": "nowhere"}), auth, "^failed to get proxy URL: secret 'default/nowhere' not found$")
        self.refused("no address in it", self.make(s3, proxySecretRef={"name": "keys"}), auth, "^failed to get proxy URL: secret 'default/keys': key 'address' not found$")
        self.refused("no such certificate", self.make(s3, certSecretRef={"name": "nowhere"}), auth, "^failed to get TLS config: secret 'default/nowhere' not found$")
        self.refused("none in it", self.make(s3, certSecretRef={"name": "keys"}), auth,
                     "^failed to get TLS config: secret 'default/keys' must contain either 'ca.crt' or both 'tls.crt' and 'tls.key'$")
        self.refused("an endpoint with a path", self.make("127.0.0.1/x"), auth, "^Endpoint url cannot have fully qualified paths.$")
        self.refused("an endpoint with a scheme", self.make("https://127.0.0.1"), auth, "^Endpoint url cannot have fully qualified paths.$")
        self.refused("an endpoint that is none", self.make("a b"), auth, "^Endpoint: a b does not follow ip address or domain name standards.$")
        self.refused("a bucket's name", self.make(s3, "x"), op, "^failed to confirm existence of 'x' bucket: Bucket name cannot be shorter than 3 characters$")
        self.refused("a gate", self.make(s3, provider="aws", serviceAccountName="x", secret=None), "FeatureGateDisabled",
                     "^to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller$", stalled=True)

    def keys(self):
        """Keys that no file can have, and how they are got rid of."""
        s3 = self.s3
        for what, key, pattern in (("above", "../evil", "has '\\.\\.' in its path"), ("inside", "a/../../evil", "has '\\.\\.' in its path"), ("absolute", "/etc/evil", "is an absolute path"),
                                   ("a dot", "a/./b", "has '\\.' in its path"), ("long", "n" * 300, "more than 255 bytes"), ("a folder and a file", "a.yaml/x", "cannot be a file and the folder"),
                                   ("twice", "deploy//b.yaml", "are the same file")):
            s3.buckets["odd"] = {**FILES, key: b"x"}
            self.refused(f"a key: {what}", self.make(s3, "odd"), "BucketOperationFailed", f"^indexation of objects from bucket 'odd' failed: .*{pattern}.*leave (it|one) out by spec.ignore")
        self.ready("left out", self.make(s3, "odd", ignore="deploy//b.yaml\n/deploy/*\n!/deploy/b.yaml\n"), s3.revision("odd", KEPT), KEPT)
        s3.buckets["odd"] = {"x//y": b"x", "back\\slash": b"y"}
        self.refused("a backslash", self.make(s3, "odd"), "ArchiveOperationFailed", "holds a backslash", kind="StorageOperationFailed")
        del s3.buckets["odd"]["back\\slash"]
        self.ready("two slashes are one", self.make(s3, "odd"), s3.revision("odd"), {"x/y": "x"})

    def regions(self):
        far = self.far
        rev = far.revision("app", KEPT)
        self.ready("a region that is told", self.make(far, region="far-north-1", certSecretRef={"name": "ca"}), rev, KEPT)
        self.ready("a region that is learned", self.make(far, certSecretRef={"name": "ca"}), rev, KEPT)
        self.refused("a wrong one", self.make(far, region="far-south-1", certSecretRef={"name": "ca"}), "BucketOperationFailed", "the region 'far-south-1' is wrong")
        self.refused("an unknown authority", self.make(far), "BucketOperationFailed", "^failed to confirm existence of 'app' bucket: .*certificate")

    def proxies(self):
        """Amazon's own hosts, asked through a proxy: the bucket stands in the host's name."""
        s3 = self.s3
        self.api.secret("proxy", address=f"http://{s3.host}")
        s3.clear()
        self.ready("Amazon", self.make("s3.amazonaws.com", provider="aws", proxySecretRef={"name": "proxy"}), s3.revision("app", KEPT), KEPT)
        self.check("hosted", any(p.startswith("http://app.s3.amazonaws.com/") for _, p in s3.asked), s3.asked)
        s3.region = "eu-west-1"
        s3.clear()
        self.ready("elsewhere", self.make("s3.amazonaws.com", provider="aws", proxySecretRef={"name": "proxy"}), s3.revision("app", KEPT), KEPT)
        hosted = [path for _, path in s3.asked if ".amazonaws.com/" in path]  # objects that failed before ask on meanwhile
        self.check("at its own host", hosted and hosted[-1].startswith("http://app.s3.eu-west-1.amazonaws.com/"), s3.asked)
        self.ready("by its host", self.make("s3.eu-west-1.amazonaws.com", provider="aws", proxySecretRef={"name": "proxy"}), s3.revision("app", KEPT))
        s3.region = "us-east-1"

    def tokens(self):
        s3 = self.s3
        sts = {"provider": "ldap", "endpoint": f"http://{s3.host}", "secretRef": {"name": "ldap"}}
        self.ready("LDAP", self.make(s3, secret=None, sts=sts), s3.revision("app", KEPT), KEPT)
        self.check("asked so", {"Action": "AssumeRoleWithLDAPIdentity", "Version": "2011-06-15", "LDAPUsername": "jane", "LDAPPassword": "s3cret-pass"} in s3.forms, s3.forms)
        self.refused("a wrong password", self.make(s3, secret=None, sts={**sts, "secretRef": {"name": "ldapwrong"}}), "BucketOperationFailed",
                     "^failed to confirm existence of 'app' bucket: LDAP server error: no such login$")
        self.refused("no password", self.make(s3, secret=None, sts={**sts, "secretRef": {"name": "keys"}}), "AuthenticationFailed",
                     "^invalid 'keys' secret data for 'ldap' STS provider: required fields username, password$")
        self.refused("no such STS Secret", self.make(s3, secret=None, sts={**sts, "secretRef": {"name": "nowhere"}}), "AuthenticationFailed",
                     "^failed to get STS secret 'default/nowhere': secrets \"nowhere\" not found$")
        self.refused("no such STS certificate", self.make(s3, secret=None, sts={**sts, "certSecretRef": {"name": "nowhere"}}), "AuthenticationFailed",
                     "^failed to get STS TLS config: secret 'default/nowhere' not found$")
        self.refused("the wrong service", self.make(s3, secret=None, sts={**sts, "provider": "aws"}), "InvalidSTSConfiguration",
                     "^STS provider 'aws' is not supported for 'generic' bucket provider$", stalled=True)
        self.refused("a service's address", self.make(s3, secret=None, sts={**sts, "endpoint": "http://a b/"}), "URLInvalid",
                     "^failed to parse STS endpoint 'http://a b/': parse \"http://a b/\": invalid character \" \" in host name$", stalled=True)
        self.ready("the pod's identity", self.make(s3, secret=None, provider="aws"), s3.revision("app", KEPT))
        self.check("asked with its token", {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "sluice",
                                            "WebIdentityToken": "s3cret-jwt"} in s3.forms, s3.forms)
        s3.ldap[ROLE] = "another"
        self.refused("an identity that is refused", self.make(s3, secret=None, provider="aws", region="eu-west-1"), "AuthenticationFailed",
                     "^AWS authentication failed: failed to create provider access token for the controller: operation error STS: AssumeRoleWithWebIdentity, https response error "
                     "StatusCode: 400, InvalidParameterValue: ")
        foreign = S3(self.stack)
        aws = {"provider": "aws", "endpoint": f"http://{foreign.host}"}
        self.refused("a service that is not Amazon's", self.make(s3, secret=None, provider="aws", sts=aws), "AuthenticationFailed",
                     "^AWS authentication failed: failed to create provider access token for the controller: invalid STS endpoint: 'http://127.0.0.1:\\d+'. must match ")
        self.check("is not asked", not foreign.forms and not foreign.asked, foreign.asked)
        self.refused("a Secret for Amazon's service", self.make(s3, secret=None, provider="aws", sts={**aws, "secretRef": {"name": "ldap"}}), "InvalidSTSConfiguration",
                     "^spec.sts.secretRef is not required for the 'aws' STS provider$", stalled=True)
        self.ready("keys before a service", self.make(s3, sts=sts), s3.revision("app", KEPT))

    def clouds(self):
        g, ca = self.google, {"certSecretRef": {"name": "ca"}, "provider": "gcp", "insecure": False}
        rev = g.revision("app", KEPT)
        self.ready("Google", self.make(g, secret="google", **ca), rev, KEPT)
        self.ready("an open bucket", self.make(g, "public", secret=None, **ca), rev, KEPT)
        g.page = 2
        self.ready("Google in pages", self.make(g, secret="google", **ca), rev, KEPT)
        g.page = 1000
        op = "BucketOperationFailed"
        self.refused("Google without a key", self.make(g, secret=None, **ca), op, "^failed to confirm existence of 'app' bucket: googleapi: Error 401: Anonymous caller")
        self.refused("no such bucket of Google's", self.make(g, "nowhere", secret="google", **ca), op, "^bucket 'nowhere' not found$")
        self.refused("a token by http", self.make(g, secret="plain", **ca), op, "the address of the token server, 'http://.*', must begin with https://")
        self.refused("a foreign key", self.make(g, secret="foreign", **ca), op, "oauth2: cannot fetch token: 400: invalid_grant$")
        auth = "AuthenticationFailed"
        self.refused("keys of another kind", self.make(g, **ca), auth, "^invalid 'keys' secret data: required fields 'serviceaccount'$")
        self.refused("a type", self.make(g, secret="typed", **ca), auth, "^failed to create Google credentials from secret: credentials of type 'external_account' are not supported")

    def applications(self):
        """Applications of Azure's: a secret, or a certificate that signs a claim."""
        client = certificate(WORK, "application")
        public = subprocess.run(["openssl", "rsa", "-in", str(client[1]), "-pubout"], check=True, capture_output=True).stdout
        (WORK / "application.pub").write_bytes(public)
        der = subprocess.run(["openssl", "x509", "-in", str(client[0]), "-outform", "DER"], check=True, capture_output=True).stdout
        print_ = base64.urlsafe_b64encode(hashlib.sha1(der).digest()).decode().rstrip("=")
        entra = Entra(self.stack, self.tls, "s3cret-app", str(WORK / "application.pub"), print_)
        entra.buckets, entra.page = {"app": dict(FILES)}, 2
        who = {"tenantId": "tenant-1", "clientId": "client-1", "authorityHost": f"https://{entra.host}/"}
        self.api.secret("application", **who, clientSecret="s3cret-app")
        self.api.secret("applicationwrong", **who, clientSecret="wrong-pass")
        self.api.secret("applicationcert", **who, clientCertificate=client[0].read_text() + client[1].read_text())
        self.api.secret("applicationhalf", **who, clientCertificate=client[0].read_text())
        self.api.secret("applicationplain", **{**who, "authorityHost": f"http://{entra.host}/"}, clientSecret="s3cret-app")
        azure = {"provider": "azure", "insecure": False, "certSecretRef": {"name": "ca"}}
        url, rev = f"https://{entra.host}", azure_revision({k: entra.etag(FILES[k]) for k in KEPT})
        self.ready("an application's secret", self.make(url, secret="application", **azure), rev, KEPT)
        self.ready("its certificate", self.make(url, secret="applicationcert", **azure), rev, KEPT)
        op = "BucketOperationFailed"
        self.refused("a wrong secret", self.make(url, secret="applicationwrong", **azure), op, "^failed to confirm existence of 'app' bucket: oauth2: cannot fetch token: 401: invalid_client$")
        self.refused("a secret by http", self.make(url, secret="applicationplain", **azure), op, "must begin with https://")
        self.refused("a certificate without its key", self.make(url, secret="applicationhalf", **azure), "AuthenticationFailed",
                     "^failed to create token credential from 'applicationhalf' Secret: failed to parse client certificates: clientCertificate has no private key in PEM$")

    def swift(self):
        """OpenStack Swift with its S3 API: signatures, pages and keys as somebody else understands them."""
        if not Swift.there():
            self.skipped += 1
            return print("skipped: swift is not here")
        server = Swift(self.stack, WORK / "swift", region="somewhere")
        self.api.secret("swift", accesskey=KEYS[0], secretkey=KEYS[1])
        self.api.secret("noswift", accesskey=KEYS[0], secretkey="wrong-pass")
        files = {**FILES, **{f"many/{i:04}": b"%d" % i for i in range(8)}, "odd/&<>\"' +*~!()": b"o", "odd/\u2603/\u00fc": b"s", ".sourceignore": b"*.png\n"}
        server.fill("app", files)
        kept = {k: v for k, v in files.items() if not k.endswith(("/", ".png")) and k != ".sourceignore"}
        self.s3.buckets["swift"] = kept
        obj = self.ready("swift", self.make(server, secret="swift"), self.s3.revision("swift"), {k: v.decode() for k, v in kept.items()} | {".sourceignore": "*.png\n"})
        self.ready("swift and its region", self.make(server, secret="swift", region="somewhere", prefix="odd/"), self.s3.revision("swift", [k for k in kept if k.startswith("odd/")]))
        op = "BucketOperationFailed"
        self.refused("swift and a wrong key", self.make(server, secret="noswift"), op, "^failed to confirm existence of 'app' bucket: The request signature we calculated does not match the signature you provided")
        self.refused("swift without a signature", self.make(server, secret=None), op, "^failed to confirm existence of 'app' bucket: ")
        self.refused("no such bucket in swift", self.make(server, "nowhere", secret="swift"), op, "^bucket 'nowhere' not found$")
        server.client.delete_object(Bucket="app", Key="a.yaml")
        server.client.put_object(Bucket="app", Key="deploy/b.yaml", Body=b"b: 3\n")
        kept.pop("a.yaml"), kept.update({"deploy/b.yaml": b"b: 3\n"})
        self.ask(obj["metadata"]["name"], "a")
        self.ready("news from swift", obj["metadata"]["name"], self.s3.revision("swift"))

    def azure(self):
        """Azure's emulator; skipped where it cannot be had."""
        program = azurite_program()
        if not program:
            self.skipped += 1
            return print("skipped: azurite is not here")
        a, ours = Azurite(self.stack, WORK, program), {k: v for k, v in FILES.items() if not k.endswith("/")}
        etags = a.fill("app", ours)
        rev = azure_revision(etags)
        self.api.secret("account", accountKey=a.key)
        self.api.secret("badaccount", accountKey="d3JvbmctcGFzcw==")
        self.api.secret("nobase", accountKey="!!")
        self.api.secret("sas", sasKey="?" + a.sas("app"))
        self.api.secret("badsas", sasKey=a.sas("app")[:-4] + "AAAA")
        self.api.secret("managed", clientId="x")
        azure = {"provider": "azure", "insecure": False}
        name = self.make(a.url, secret="account", **azure)
        obj = self.ready("Azure", name, rev, KEPT)
        self.ask(name, "a")
        again = self.settled(name)
        self.check("the listing gives the same revision", again["status"]["artifact"] == obj["status"]["artifact"], again["status"])
        self.ready("a shared access signature", self.make(a.url, secret="sas", **azure), rev, KEPT)
        self.ready("Azure and a prefix", self.make(a.url, secret="account", prefix="de", **azure), azure_revision({"deploy/b.yaml": etags["deploy/b.yaml"]}), {"deploy/b.yaml": "b: 2\n"})
        op, auth = "BucketOperationFailed", "AuthenticationFailed"
        self.refused("nobody", self.make(a.url, secret=None, **azure), op, "^failed to confirm existence of 'app' bucket: ")
        self.refused("a wrong account key", self.make(a.url, secret="badaccount", **azure), op, "^failed to confirm existence of 'app' bucket: .*Auth[a-zA-Z]+: Server failed to authenticate the request")
        self.refused("a wrong signature", self.make(a.url, secret="badsas", **azure), op, "^failed to confirm existence of 'app' bucket: .*Auth[a-zA-Z]+: Server failed to authenticate the request")
        self.refused("no such container", self.make(a.url, "nowhere", secret="account", **azure), op, "^bucket 'nowhere' not found$")
        self.refused("a key that is none", self.make(a.url, secret="nobase", **azure), auth, "^decode account key: illegal base64 data at input byte 0$")
        self.refused("no account in the host", self.make("http://127:80", secret="account", **azure), auth,
                     "^failed to create shared credential from 'account' Secret data: failed to extract account name from endpoint: expected '127' to be a subdomain$")
        self.refused("a managed identity", self.make(a.url, secret="managed", **azure), op, "^failed to confirm existence of 'app' bucket: GET http://127.0.0.1:1/metadata/identity/oauth2/token")
        self.refused("nothing of Azure's", self.make(a.url, **azure), auth, "^invalid 'keys' secret data: requires a 'clientId' or 'accountKey' field, a combination of")

    # ---- a life ----

    def life(self):
        """Polls without news ask one question and write nothing; news are stored; what is lost is got again; deleted, all goes."""
        s3 = self.s3
        s3.buckets["life"] = {"v": b"1", "w": b"1"}
        name = self.make(s3, "life")
        self.ready("first", name, s3.revision("life"))
        s3.clear()
        self.ask(name, "a")
        asked = [p for _, p in s3.asked if p.startswith("/life")]  # what failed before is still being tried
        self.check("one question", len(asked) == 1 and "list-type=2" in asked[0], asked)
        s3.buckets["life"]["v"] = b"2"
        self.ask(name, "b")
        obj = self.ready("news", name, s3.revision("life"), {"v": "2", "w": "1"})
        link = self.data / "bucket/default" / name / "latest.tar.gz"
        self.check("the link", os.readlink(link) == os.path.basename(obj["status"]["artifact"]["path"]) or str(link.resolve()).endswith(obj["status"]["artifact"]["path"]), os.readlink(link))
        before = obj["status"]["artifact"]
        self.patch(name, {"spec": {"ignore": "# nothing"}})
        obj = self.settled(name, lambda c: c.get("status") == "True" and c.get("observedGeneration") == 2)
        self.check("the same objects, the same artifact", obj["status"]["artifact"] == before, obj["status"])
        (self.data / before["path"]).unlink()
        self.ask(name, "c")
        obj = self.ready("lost and found", name, s3.revision("life"), {"v": "2", "w": "1"})
        self.check("the same bytes", obj["status"]["artifact"]["digest"] == before["digest"], obj["status"])
        s3.vanished = {"w"}
        s3.buckets["life"]["x"] = b"3"
        self.ask(name, "d")
        obj = self.ready("what vanished is dropped", name, s3.revision("life", ["v", "x"]), {"v": "2", "x": "3"})
        s3.vanished = set()
        self.api.must("DELETE", self.path(name))
        poll("deleted", lambda: self.api.call("GET", self.path(name))[0] == 404, 20)
        self.check("nothing is left", not (self.data / "bucket/default" / name).exists(), list(self.data.rglob(f"{name}/*")))

    def connections(self):
        """Many objects, and few connections."""
        s3 = self.s3
        s3.links.clear()
        self.ready("few connections", self.make(s3, "many"), s3.revision("many"))
        self.check("connections", len(s3.links) <= 8, len(s3.links))

    def patience(self):
        """A server that does not answer."""
        s3 = self.s3
        s3.buckets["slow"], s3.slow = dict(FILES), {"slow"}
        name = self.make(s3, "slow", timeout="1s")
        self.refused("no answer", name, "BucketOperationFailed", "^failed to confirm existence of 'slow' bucket: Get \"http://.*/slow/\\?location=\": context deadline exceeded$")
        s3.slow = set()
        self.ready_at_last("an answer at last", name, s3.revision("app", KEPT))

    # ---- every request fails in turn ----

    def torture(self):
        """Whichever request fails, and how: a status is written, nothing half-done is left, and the next try succeeds."""
        s3 = self.s3
        s3.page = 3
        spec = {"bucket": "ruled", "secret": None, "sts": {"provider": "ldap", "endpoint": f"http://{s3.host}", "secretRef": {"name": "ldap"}}}
        kept = [k for k in KEPT if not k.startswith("docs/") and not k.endswith(".png")] + ["sub/.sourceignore"]
        revision = s3.revision("ruled", kept)
        s3.clear()
        self.ready("torture: as usual", self.make(s3, **spec), revision)
        calls = len(s3.asked)
        for nth in range(1, calls + 1):
            for how, times in (("cut", 1), (404, 1), (403, 1), (500, 1), (503, 4), ("garbage", 1), ("short", 1)):
                s3.clear()
                s3.spoil(nth, how, times)
                name = self.make(s3, **spec)
                # an object that the server says is not there is believed to be gone until the next look
                if nth > 1 and how == 404:
                    self.settled(name, lambda c: c.get("status") == "True")
                    s3.clear()
                    self.ask(name, "again")
                self.ready_at_last(f"torture: request {nth} of {calls}: {how}", name, revision)
        for nth in (1, 2):
            self.api.must("POST", "/fake/fault", {"nth": nth, "method": "GET", "path": "/secrets", "kind": "status", "status": 500})
            self.ready_at_last(f"torture: Secret {nth}", self.make(s3), s3.revision("app", KEPT))
        self.api.must("POST", "/fake/clear", {})
        s3.page = 1000
        self.check("torture: nothing half-done is left", not self.leftovers(), self.leftovers())
        self.check("torture: it lives", self.daemon.alive(), self.daemon.last_words())


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.listings, cases.rules, cases.wrong, cases.keys, cases.regions, cases.proxies, cases.tokens, cases.clouds, cases.applications, cases.swift, cases.azure, cases.life, cases.connections, cases.patience, cases.torture), "s3cret|wrong-pass|token-|Bearer |BEGIN")


sys.exit(main())
