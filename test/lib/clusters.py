"""clusters.py: the part of the clouds' double that knows clusters: EKS, AKS and GKE, as strict as the rest; and their API servers, which take nothing but a token
that is still good, are behind certificates of an authority of their own, and are the API double in truth."""
import base64, http.client, ipaddress, json, re, ssl, time, urllib.parse

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509

import certs

EKS, AKS, GKE = "abc.gr7.eu-west-1.eks.amazonaws.com", "prod-1.hcp.westeurope.azmk8s.io", "203.0.113.7"
SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"
CLUSTERS = {"aws": "arn:aws:eks:eu-west-1:123456789012:cluster/prod", "gcp": "projects/project-1/locations/europe-west1/clusters/prod",
            "azure": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/group-1/providers/Microsoft.ContainerService/managedClusters/prod"}
SERVERS = {"aws": EKS, "azure": AKS, "gcp": GKE}
AKS_RESOURCE, ARM_RESOURCE, ARM_VERSION = "6dae42f8-4368-4678-94ff-3960e28e3630", "https://management.core.windows.net/", "?api-version=2022-04-01"


class Clusters:
    """What the double of the clouds knows of clusters. remote: the API double behind them all (None: there is none); until: {token: when it ends}; streams: open watches;
    described: the answers of the clouds, to be spoiled."""

    def open_clusters(self, folder):
        authority = certs.make("clusters", ca=True)
        names = [x509.DNSName(EKS), x509.DNSName(AKS), x509.IPAddress(ipaddress.ip_address(GKE))]
        cert = certs.make("api", authority, uses=(certs.SERVER,), extensions=(x509.SubjectAlternativeName(names),))
        (folder / "api.pem").write_text(cert.pem)
        (folder / "api.key").write_bytes(certs.private_pem(cert.key))
        self.cluster_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.cluster_context.load_cert_chain(folder / "api.pem", folder / "api.key")
        self.cluster_ca, self.remote, self.until, self.streams = authority.pem, None, {}, []
        packed = base64.b64encode(authority.pem.encode()).decode()
        kubeconfig = lambda host: base64.b64encode(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
            "clusters": [{"name": "other", "cluster": {"server": "https://wrong.example"}}, {"name": "k", "cluster": {"server": f"https://{host}:443", "certificate-authority-data": packed}}],
            "users": [{"name": "u", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin"}}}]}).encode()).decode()
        self.described = {"aws": {"cluster": {"name": "prod", "endpoint": f"https://{EKS.replace('abc', 'ABC')}", "certificateAuthority": {"data": packed}}},
                          "azure": {"properties": {"aadProfile": {"managed": True}}},
                          "kubeconfigs": {"kubeconfigs": [{"name": "a", "value": kubeconfig(AKS)}, {"name": "b", "value": kubeconfig("public.hcp.westeurope.azmk8s.io")}]},
                          "gcp": {"endpoint": GKE, "masterAuth": {"clusterCaCertificate": packed}}}


class ClusterHandler:
    def eks(self):
        if self.signed("eks", "eu-west-1", None, "/clusters/prod"):
            self.answer(200, self.server.described["aws"])

    def arm(self):
        path = CLUSTERS["azure"]
        if self.bearer() not in self.server.logins.get(ARM_RESOURCE, ()):
            return self.answer(401, {"error": {"code": "AuthenticationFailed", "message": "no token of mine"}})
        if (self.command, self.path) == ("GET", path + ARM_VERSION):
            return self.answer(200, self.server.described["azure"])
        if (self.command, self.path, self.body) == ("POST", f"{path}/listClusterUserCredential{ARM_VERSION}", b""):
            return self.answer(200, self.server.described["kubeconfigs"])
        self.answer(404, {"error": {"code": "ResourceNotFound", "message": f"no {self.command} {self.path}"}})

    def gke(self):
        if ("oauth2accesstoken", self.bearer()) not in self.server.logins.get("europe-docker.pkg.dev", ()):
            return self.answer(401, {"error": {"code": 401, "message": "no token of mine", "status": "UNAUTHENTICATED"}})
        good = (self.command, self.path) == ("GET", f"/v1/{CLUSTERS['gcp']}")
        self.answer(200 if good else 404, self.server.described["gcp"] if good else {"error": {"code": 404, "message": f"no {self.path}"}})

    # ---- API servers ----

    def who_is(self, token):
        """As the cluster does it: the URL in the token is one of the token service's, signed with the cluster's name, by somebody whom Amazon knows, just now."""
        if not token.startswith("k8s-aws-v1.") or "=" in token:
            return False
        packed = token.removeprefix("k8s-aws-v1.")
        url = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        parts = urllib.parse.urlsplit(url)
        said = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
        who, at = said["X-Amz-Credential"].split("/")[0], said["X-Amz-Date"]
        secret, session = self.server.keys.get(who, ("", ""))
        good = (parts.scheme, parts.netloc, parts.path) == ("https", "sts.eu-west-1.amazonaws.com", "/") and said["X-Amz-Expires"] == "900"
        good = good and (said["Action"], said["Version"], said["X-Amz-SignedHeaders"]) == ("GetCallerIdentity", "2011-06-15", "host;x-k8s-aws-id")
        signer = SigV4QueryAuth(Credentials(who, secret, session), "sts", "eu-west-1", expires=900)
        request = AWSRequest("GET", f"https://{parts.netloc}/?Action=GetCallerIdentity&Version=2011-06-15", {"x-k8s-aws-id": "prod"})
        request.context["timestamp"] = at
        signer._modify_request_before_signing(request)
        mine = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        self.server.until.setdefault(token, time.time() + 900)
        return good and mine == said["X-Amz-Signature"] and said.get("X-Amz-Security-Token") == session

    def knows(self, token):
        if self.host == EKS:
            return self.who_is(token)
        if self.host == AKS:
            return token in self.server.logins.get(AKS_RESOURCE, ())
        return ("oauth2accesstoken", token) in self.server.logins.get("europe-docker.pkg.dev", ())

    def cluster(self):
        server, token = self.server, self.bearer()
        if not self.knows(token) or time.time() > server.until.get(token, 1e12):
            return self.answer(401, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "Unauthorized", "reason": "Unauthorized", "code": 401})
        link = http.client.HTTPConnection("127.0.0.1", server.remote.port)
        link.request(self.command, self.path, self.body or None, {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "authorization")})
        reply = link.getresponse()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.getheader("Content-Type", "application/json"))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        watch = re.search(r"[?&]watch=(1|true)", self.path)
        if watch:
            server.streams.append(self)
        try:
            while data := reply.read1(1 << 16):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
        finally:
            link.close()
            if watch:
                server.streams.remove(self)


ROUTES = ((r"eks\.eu-west-1\.amazonaws\.com", "eks"), (r"management\.azure\.com", "arm"), (r"container\.googleapis\.com", "gke"),
          *((re.escape(host), "cluster") for host in SERVERS.values()))
