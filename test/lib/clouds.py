"""clouds.py: the services of three clouds as one double, which takes what is meant for them as a proxy does and speaks TLS in their names. Strict: who
asks for what with which words is checked to the letter, and signatures by botocore; nothing is given out but to who must have it."""
import base64, http.client, http.server, json, re, ssl, subprocess, time, urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from buckets import signature
from clusters import AKS, AKS_RESOURCE, ARM_RESOURCE, GKE, ROUTES as CLUSTER_ROUTES, SERVERS, ClusterHandler, Clusters
from faulty import Faulty, FaultyHandler

HOSTS = ("*.amazonaws.com", "*.eu-west-1.amazonaws.com", "*.dkr.ecr.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com", "api.ecr-public.us-east-1.amazonaws.com",
         "api.ecr.eu-west-1.amazonaws.com", "sts.us-east-1.amazonaws.com", "public.ecr.aws", "login.microsoftonline.com", "*.azurecr.io", "*.blob.core.windows.net",
         "*.vault.azure.net", "management.azure.com", "*.googleapis.com", "*.pkg.dev")
ECR, ECR_PUBLIC = "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "public.ecr.aws"
ACR, GAR = "team.azurecr.io", "europe-docker.pkg.dev"
SCOPES = ("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email")
ACR_USER = "00000000-0000-0000-0000-000000000000"


def certificate(folder):
    """An authority, and the certificate and key of all the hosts."""
    names = ",".join(f"DNS:{h}" for h in HOSTS)
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run([*make, "-subj", "/CN=cloudy", "-keyout", folder / "cloudy.key", "-out", folder / "cloudy.crt"], check=True, capture_output=True)
    subprocess.run([*make, "-subj", "/CN=clouds", "-keyout", folder / "clouds.key", "-out", folder / "clouds.crt", "-addext", f"subjectAltName={names}",
                    "-CA", folder / "cloudy.crt", "-CAkey", folder / "cloudy.key"], check=True, capture_output=True)
    return folder / "clouds.crt", folder / "clouds.key"


class Clouds(Clusters, Faulty):
    """registry: docker-registry behind all registries; s3, google, azure: doubles of buckets (plain HTTP), to which the tokens given out are told.
    Who may have what: roles {(role, session, region): web identity token}, entra {(tenant, client): assertion}, federated {(audience, token): service account or
    None}. asked: (host, method, path, values of headers, body) of each request; given: {secret: hosts that may see it}; lasts: seconds for which tokens of Entra's and Google's are good."""

    def __init__(self, stack, folder, registry, s3, google, azure):
        super().__init__(Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate(folder))
        self.registry, self.s3, self.google, self.azure = registry, s3, google, azure
        self.roles, self.entra, self.federated, self.given, self.keys, self.logins, self.data_keys = {}, {}, {}, {}, {}, {}, {}
        self.url, self.count, self.lasts = f"http://{self.host}", 0, 3600
        self.open_clusters(folder)
        self.begin(stack)

    def give(self, what, *hosts):
        """A new secret, and the hosts (patterns) that may see it."""
        with self.lock:
            self.count += 1
            secret = f"{what}-{self.count}-s3cret"
            self.given[secret] = hosts
        return secret

    def strayed(self):
        """Secrets that were shown to somebody who is not to see them."""
        plain = lambda headers: " ".join(base64.b64decode(word).decode("latin1") for word in re.findall(r"Basic (\S+)", headers))
        seen = [(host, f"{path} {urllib.parse.unquote(body)} {headers} {plain(headers)}") for host, _, path, headers, body in self.asked]
        return [(secret, host) for secret, hosts in self.given.items() for host, text in seen if secret in text and not any(re.fullmatch(h, host) for h in hosts)]

    def hosts(self):
        return [host for host, *_ in self.asked]


class Handler(ClusterHandler, FaultyHandler):
    host = "near"  # near: asked without a proxy, as the machine's metadata are

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        self.host = self.path.partition(":")[0]
        context = self.server.cluster_context if self.host in SERVERS.values() else self.server.context
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def answer(self, status, data=b"", headers=()):
        if isinstance(data, (dict, list)):
            data, headers = json.dumps(data), (("Content-Type", "application/json"), *headers)
        self.send(status, data if isinstance(data, bytes) else data.encode(), headers)

    def handle_any(self):
        server = self.server
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        self.where = urllib.parse.urlsplit(self.path)
        self.form = {k: v[0] for k, v in urllib.parse.parse_qs(self.body.decode("latin1")).items()}
        server.asked.append((self.host, self.command, self.path, " ".join(self.headers.values()), self.body.decode("latin1")))
        how = None if self.host in SERVERS.values() else server.fault()
        if how == "cut":
            return self.cut()
        if isinstance(how, int):
            return self.answer(how, b"no luck")
        if how == "garbage":
            return self.answer(200, b"<html>no cloud</html>")
        for pattern, serve in ROUTES:
            if re.fullmatch(pattern, self.host):
                return serve(self) if callable(serve) else getattr(self, serve)()
        self.answer(404, f"{self.host}?")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def bearer(self):
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    # ---- Amazon ----

    def sts(self):
        server, region = self.server, self.host.split(".")[1]
        form = dict(self.form)
        token, who = form.pop("WebIdentityToken", None), (form.pop("RoleArn", None), form.pop("RoleSessionName", None), region)
        good = self.command == "POST" and self.path == "/" and form == {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15"}
        if not good or not token or server.roles.get(who) != token:
            return self.answer(403, f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not {who[1]}</Message></Error></ErrorResponse>")
        name, secret, session = f"ASIA{server.count}", server.give("aws"), server.give("session", r".*\.amazonaws\.com")
        server.keys[name] = server.s3.keys[name] = (secret, session)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        self.answer(200, f"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{name}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
                         f"<SessionToken>{session}</SessionToken><Expiration>{until}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>")

    def signed(self, service, region, target, path="/"):
        """Is it a call of that operation (target None: a GET of the path), signed as it must be? Otherwise it is answered."""
        said, stamp = self.headers.get("Authorization", ""), self.headers.get("X-Amz-Date", "")
        parts = re.fullmatch(rf"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{{8}})/{region}/{service}/aws4_request, SignedHeaders=([^,]+), Signature=[0-9a-f]{{64}}", said)
        method, names = ("POST", {"host", "x-amz-date", "x-amz-target", "content-type"}) if target else ("GET", {"host", "x-amz-date"})
        good = parts and self.command == method and self.path == path and self.headers.get("X-Amz-Target") == target
        good = good and (not target or self.headers.get("Content-Type") == "application/x-amz-json-1.1")
        good = good and parts[1] in self.server.keys and stamp[:8] == parts[2] and names <= set(parts[3].split(";"))
        if good:
            secret, session = self.server.keys[parts[1]]
            headers = {n: self.headers[n] for n in parts[3].split(";") if n not in ("host", "x-amz-date", "x-amz-security-token")}
            request = AWSRequest(method, f"https://{self.host}{path}", headers, self.body)
            good = self.headers.get("X-Amz-Security-Token") == session
            good = good and said == signature(SigV4Auth(Credentials(parts[1], secret, session), service, region), request, stamp)
        if not good:
            self.answer(403, {"__type": "com.amazon#SignatureDoesNotMatch", "message": "the signature does not match"})
        return good

    def ecr(self):
        public = "public" in self.host
        service, region = ("ecr-public", "us-east-1") if public else ("ecr", "eu-west-1")
        if not self.signed(service, region, "SpencerFrontendService.GetAuthorizationToken" if public else "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken") or self.body != b"{}":
            return
        host = ECR_PUBLIC if public else ECR
        token = self.server.give("ecr", re.escape(host))
        self.server.logins.setdefault(host, set()).add(("AWS", token))
        data = {"authorizationToken": base64.b64encode(f"AWS:{token}".encode()).decode(), "expiresAt": time.time() + 43200}
        self.answer(200, {"authorizationData": data if public else [{**data, "proxyEndpoint": f"https://{host}"}]})

    def kms(self):
        if not self.signed("kms", "eu-west-1", "TrentService.Decrypt"):
            return
        said = json.loads(self.body)
        key = self.server.data_keys.get(base64.b64decode(said["CiphertextBlob"]).decode())
        good = key and said["KeyId"] == "arn:aws:kms:eu-west-1:1:key/k" and said.get("EncryptionContext") == {"team": "a"}
        self.answer(200 if good else 400, {"Plaintext": base64.b64encode(key).decode()} if good else {"__type": "InvalidCiphertextException", "message": "no"})

    # ---- Azure ----

    def entra_token(self):
        server, form, tenant = self.server, dict(self.form), self.path.split("/")[1]
        client, assertion, scope = form.pop("client_id", None), form.pop("client_assertion", None), form.pop("scope", "")
        want = {"grant_type": "client_credentials", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
        if self.path != f"/{tenant}/oauth2/v2.0/token" or form != want or not assertion or server.entra.get((tenant, client)) != assertion:
            return self.answer(401, {"error": "invalid_client", "error_description": f"AADSTS700016: not {client}\r\nTrace ID: x"})
        self.say_azure(scope.removesuffix("/.default"))

    def say_azure(self, resource):
        """A token for the service that the resource stands for."""
        hosts = {"https://containerregistry.azure.net": re.escape(ACR), "https://storage.azure.com": r"acc\.blob\.core\.windows\.net", "https://vault.azure.net": r"v\.vault\.azure\.net",
                 AKS_RESOURCE: re.escape(AKS), ARM_RESOURCE: r"management\.azure\.com"}
        if resource not in hosts:
            return self.answer(400, {"error": "invalid_scope", "error_description": resource})
        token = self.server.give("entra", hosts[resource])
        self.server.logins.setdefault(resource, set()).add(token)
        self.server.azure.tokens |= self.server.logins.get("https://storage.azure.com", set())
        self.server.until[token] = time.time() + self.server.lasts
        self.answer(200, {"access_token": token, "expires_in": self.server.lasts, "token_type": "Bearer"})

    def acr(self):
        server = self.server
        if self.where.path == "/oauth2/exchange":
            good = self.form.pop("access_token", None) in server.logins.get("https://containerregistry.azure.net", ()) and self.form == {"grant_type": "access_token", "service": ACR}
            if not good:
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "retrieve an access token first"}]})
            claims = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time()) + 3600}).encode()).decode().rstrip("=")
            token = f"e30.{claims}.{server.give('refresh', re.escape(ACR))}"
            server.logins.setdefault(ACR, set()).add((ACR_USER, token))
            return self.answer(200, {"refresh_token": token})
        self.pull(f"https://{ACR}/oauth2/token", "/oauth2/token")

    def vault(self):
        said = json.loads(self.body)
        good = self.path == "/keys/k/1/decrypt?api-version=7.4" and self.bearer() in self.server.logins.get("https://vault.azure.net", ()) and said["alg"] == "RSA-OAEP-256"
        raw = base64.urlsafe_b64decode(said["value"] + "==").decode()
        key = self.server.data_keys.get(raw) if good else None
        self.answer(200 if key else 403, {"value": base64.urlsafe_b64encode(key).decode().rstrip("=")} if key else {"error": {"code": "Forbidden", "message": "no"}})

    # ---- Google ----

    def google_sts(self):
        server, form = self.server, dict(self.form)
        audience, token = form.pop("audience", None), form.pop("subject_token", None)
        account = server.federated.get((audience, token), "")
        scope = SCOPES[0] if account else " ".join(SCOPES)
        want = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "requested_token_type": "urn:ietf:params:oauth:token-type:access_token", "scope": scope,
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}
        if self.path != "/v1/token" or form != want or account == "":
            return self.answer(400, {"error": "invalid_grant", "error_description": f"not for {audience}"})
        if account:
            token = server.give("federated", r"iamcredentials\.googleapis\.com")
            server.logins.setdefault(account, set()).add(token)
        else:
            token = self.google_token()
        self.answer(200, {"access_token": token, "expires_in": self.server.lasts, "token_type": "Bearer"})

    def google_token(self):
        token = self.server.give("google", re.escape(GAR), r"storage\.googleapis\.com", r"cloudkms\.googleapis\.com", r"container\.googleapis\.com", re.escape(GKE))
        self.server.until[token] = time.time() + self.server.lasts
        self.server.google.tokens.add(token)
        self.server.logins.setdefault(GAR, set()).add(("oauth2accesstoken", token))
        return token

    def impersonate(self):
        account = re.fullmatch(r"/v1/projects/-/serviceAccounts/([^:]+):generateAccessToken", self.path)
        said = json.loads(self.body)
        if not account or self.bearer() not in self.server.logins.get(account[1], ()) or said != {"lifetime": "3600s", "scope": list(SCOPES)}:
            return self.answer(403, {"error": {"code": 403, "message": "not as this account", "status": "PERMISSION_DENIED"}})
        self.answer(200, {"accessToken": self.google_token(), "expireTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.server.lasts))})

    def google_kms(self):
        said = json.loads(self.body)
        good = self.path == "/v1/projects/p/locations/l/keyRings/r/cryptoKeys/k:decrypt" and ("oauth2accesstoken", self.bearer()) in self.server.logins.get(GAR, ())
        key = self.server.data_keys.get(base64.b64decode(said["ciphertext"]).decode()) if good else None
        self.answer(200 if key else 403, {"plaintext": base64.b64encode(key).decode()} if key else {"error": {"status": "PERMISSION_DENIED", "message": "no"}})

    # ---- registries and buckets ----

    def pull(self, realm=None, path=None):
        """A registry of the host's: by Basic, or by tokens of the realm."""
        server, logins = self.server, self.server.logins.get(self.host, ())
        tokens = server.logins.setdefault(f"tokens of {self.host}", set())
        if realm and self.where.path == path:
            if self.basic_login() not in logins:
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "no"}]})
            token = server.give("registry", re.escape(self.host))
            tokens.add(token)
            return self.answer(200, {"token": token, "access_token": token, "expires_in": 300})
        if not (self.bearer() in tokens if realm else self.basic_login() in logins):
            challenge = f'Bearer realm="{realm}",service="{self.host}"' if realm else f'Basic realm="https://{self.host}/",service="ecr.amazonaws.com"'
            return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}, [("WWW-Authenticate", challenge)])
        status, headers, data = server.registry.call(self.command, self.path, None, {"Accept": self.headers.get("Accept", "*/*")})
        keep = [(k, v) for k, v in headers.items() if k.lower() in ("content-type", "docker-content-digest")]
        if self.command == "HEAD":
            self.send_response(status)
            for name, value in (*keep, ("Content-Length", headers.get("Content-Length", "0"))):
                self.send_header(name, value)
            return self.end_headers()
        self.answer(status, data, keep)

    def ecr_public(self):
        self.pull(f"https://{ECR_PUBLIC}/token/", "/token/")

    def gar(self):
        self.pull(f"https://{GAR}/v2/token", "/v2/token")

    def bucket(self, server):
        """Handed on to a double of buckets."""
        link = http.client.HTTPConnection("127.0.0.1", server.port)
        link.request(self.command, self.path, None, {k: v for k, v in self.headers.items() if k.lower() not in ("connection",)})
        reply = link.getresponse()
        data = reply.read()
        link.close()
        self.answer(reply.status, data, [(k, v) for k, v in reply.getheaders() if k.lower() in ("content-type", "etag", "last-modified")])

    # ---- the machine ----

    def near(self):
        path, query = self.where.path, {k: v[0] for k, v in urllib.parse.parse_qs(self.where.query).items()}
        if path.startswith("/latest/") or path == "/pod-identity":
            return self.near_amazon(path)
        if path == "/metadata/identity/oauth2/token":
            good = self.headers.get("Metadata") == "true" and query.get("api-version") == "2018-02-01" and query.get("client_id", "machine-client") == "machine-client"
            return self.say_azure(query["resource"]) if good else self.answer(400, {"error": "invalid_request"})
        about = {"project/project-id": "project-1", "instance/attributes/cluster-location": "europe-west1", "instance/attributes/cluster-name": "prod"}
        if self.headers.get("Metadata-Flavor") != "Google" or not path.startswith("/computeMetadata/v1/"):
            return self.answer(403, b"who are you")
        path = path.removeprefix("/computeMetadata/v1/")
        if path == "instance/service-accounts/default/token" and query == {"scopes": " ".join(SCOPES)}:
            return self.answer(200, {"access_token": self.google_token(), "expires_in": 3600, "token_type": "Bearer"})
        self.answer(200 if path in about else 404, about.get(path, "no") + "\n")

    def near_amazon(self, path):
        server = self.server
        if path == "/latest/api/token" and self.command == "PUT" and self.headers.get("X-aws-ec2-metadata-token-ttl-seconds") == "21600":
            token = server.give("imds", "near")
            server.logins.setdefault("machine", set()).add(token)
            return self.answer(200, token)
        pod = path == "/pod-identity" and self.headers.get("Authorization") == server.logins.get("pod", "")
        if not pod and self.headers.get("X-aws-ec2-metadata-token") not in server.logins.get("machine", ()):
            return self.answer(401, b"no")
        if path == "/latest/meta-data/iam/security-credentials/":
            return self.answer(200, b"node-role\n")
        if not pod and path != "/latest/meta-data/iam/security-credentials/node-role":
            return self.answer(404, b"no")
        name, secret, session = f"NODE{server.count}", server.give("aws"), server.give("session", r".*\.amazonaws\.com")
        server.keys[name] = server.s3.keys[name] = (secret, session)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        self.answer(200, {"AccessKeyId": name, "SecretAccessKey": secret, "Token": session, "Expiration": until})


ROUTES = (*CLUSTER_ROUTES, (r"near", Handler.near), (r"sts\..+\.amazonaws\.com", Handler.sts), (r"api\.ecr(-public)?\..+\.amazonaws\.com", Handler.ecr), (r"kms\.eu-west-1\.amazonaws\.com", Handler.kms),
          (re.escape(ECR), Handler.pull), (re.escape(ECR_PUBLIC), Handler.ecr_public), (r"(.+\.)?s3\.eu-west-1\.amazonaws\.com", lambda h: h.bucket(h.server.s3)),
          (r"login\.microsoftonline\.com", Handler.entra_token), (re.escape(ACR), Handler.acr), (r"acc\.blob\.core\.windows\.net", lambda h: h.bucket(h.server.azure)),
          (r"v\.vault\.azure\.net", Handler.vault), (r"sts\.googleapis\.com", Handler.google_sts), (r"iamcredentials\.googleapis\.com", Handler.impersonate),
          (r"cloudkms\.googleapis\.com", Handler.google_kms), (r"storage\.googleapis\.com", lambda h: h.bucket(h.server.google)), (re.escape(GAR), Handler.gar))
