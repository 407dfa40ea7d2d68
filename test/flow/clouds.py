"""clouds.py WORK: identities at three clouds, against a strict double of their services, the API double and the daemon: registries, charts, buckets, keys
of SOPS and clusters, with what this program was given, with what the machine has, and with ServiceAccounts; and the same when each request fails in
turn. In the end no secret has gone where it does not belong. Prints one line a case."""
import base64, contextlib, json, pathlib, re, socket, subprocess, sys, time

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3, Entra, Google, azure_revision
from clusters import AKS, CLUSTERS, EKS, SERVERS
from clouds import ACR, ECR, ECR_PUBLIC, GAR, Clouds
from double import Double, account_token
from lab import ROOT, Daemon, condition, poll
from registry import FLUX_LAYER, HELM_CONFIG, HELM_LAYER, Registry, tgz
from sources import BUILD, SourceCases, play

WORK = pathlib.Path(sys.argv[1])
FILES = {"a.yaml": b"a: 1\n", "deploy/b.yaml": b"b: 2\n"}
KEPT = {k: v.decode() for k, v in FILES.items()}
ROLE, TEAM_ROLE = "arn:aws:iam::1:role/flux", "arn:aws:iam::2:role/team"
POOL = "//iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/pool/providers/cluster"
GKE = "identitynamespace:project-1.svc.id.goog:https://container.googleapis.com/v1/projects/project-1/locations/europe-west1/clusters/prod"
EMAIL = "robot@project-1.iam.gserviceaccount.com"
CHART = {"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n", "web/values.yaml": "a: 1\n", "web/templates/c.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n"}
REGISTRIES = {"aws": ECR, "azure": ACR, "gcp": GAR}
DEPLOYED = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/buckets"
RELEASES = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/default/helmreleases"
KUSTOMIZATIONS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"
SECRETS = "s3cret|own-jwt|e30[.]"


class Cases(SourceCases):
    def __init__(self, stack):
        super().__init__()
        self.stack, self.api, self.data, self.runs, self.awake, self.deploys = stack, Double(stack, WORK, BUILD), WORK / "data", 0, [], []
        registry = Registry(stack, WORK / "registry")
        self.digest = registry.push("org/app", "latest", [(FLUX_LAYER, tgz({k: v.decode() for k, v in FILES.items()}))])
        registry.push("charts/web", "1.2.3", [(HELM_LAYER, tgz(CHART))], config=json.dumps({"name": "web", "version": "1.2.3"}).encode(), config_type=HELM_CONFIG)
        self.s3, self.google, self.azure = S3(stack, region="eu-west-1"), Google(stack, None, ""), Entra(stack, None, "", "", "")
        self.s3.scheme = "https"  # in front of it
        for server in (self.s3, self.google, self.azure):
            server.buckets = {"app": dict(FILES)}
        self.clouds = Clouds(stack, WORK, registry, self.s3, self.google, self.azure)
        (WORK / "jwt").write_text("own-jwt\n")
        (WORK / "google.json").write_text(json.dumps({
            "type": "external_account", "audience": POOL, "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token",
            "service_account_impersonation_url": f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken",
            "credential_source": {"file": str(WORK / "jwt")}}))
        self.trust()
        self.name_accounts()
        self.given = {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": str(WORK / "jwt"), "AWS_REGION": "eu-west-1", "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "client-1",
                      "AZURE_FEDERATED_TOKEN_FILE": str(WORK / "jwt"), "GOOGLE_APPLICATION_CREDENTIALS": str(WORK / "google.json")}
        self.begin(self.given)

    def trust(self):
        """Whose word the clouds take."""
        clouds = self.clouds
        for region in ("eu-west-1", "us-east-1"):
            clouds.roles[ROLE, "sluice", region] = "own-jwt"
            clouds.roles[TEAM_ROLE, f"team.default.{region}.fluxcd.io", region] = account_token("team", "sts.amazonaws.com")
        clouds.entra = {("tenant-1", "client-1"): "own-jwt", ("tenant-2", "client-2"): account_token("team", "api://AzureADTokenExchange")}
        clouds.federated = {(POOL, "own-jwt"): EMAIL, (POOL, account_token("team", POOL)): EMAIL, (GKE, account_token("direct", "project-1.svc.id.goog")): None}
        clouds.given["own-jwt"] = (r"sts\..*", r"login\.microsoftonline\.com")
        for audience in ("sts.amazonaws.com", "api://AzureADTokenExchange", POOL):
            clouds.given[account_token("team", audience)] = (r"sts\..*",) if audience[0] != "a" else (r"login\.microsoftonline\.com",)

    def name_accounts(self):
        self.api.account("team", {"eks.amazonaws.com/role-arn": TEAM_ROLE, "azure.workload.identity/tenant-id": "tenant-2", "azure.workload.identity/client-id": "client-2",
                                  "iam.gke.io/gcp-service-account": EMAIL, "gcp.auth.fluxcd.io/workload-identity-provider": POOL.removeprefix("//iam.googleapis.com/")})
        self.api.account("direct", {})
        self.api.account("wrong", {"eks.amazonaws.com/role-arn": "arn:aws:iam::x:role/team", "iam.gke.io/gcp-service-account": "robot@evil.example",
                                   "gcp.auth.fluxcd.io/workload-identity-provider": "projects/x"})
        self.api.account("gated", {})

    def begin(self, environment, *flags):
        """The daemon, or another one with nothing that the last one has learned."""
        for path in self.awake:
            self.api.must("PATCH", path, {"spec": {"suspend": True}}, "application/merge-patch+json")
        self.awake.clear()
        if self.runs:
            poll("it runs", lambda: self.daemon.log.read_text().count('"msg":"running"') == self.runs)
            self.check("the daemon ends well", self.daemon.end() == 0, f"{self.daemon.process.returncode} {self.daemon.last_words(3)}")
        self.runs += 1
        env = {"HTTPS_PROXY": self.clouds.url, "SSL_CERT_FILE": str(WORK / "cloudy.crt"), "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.clouds.url,
               "AZURE_POD_IDENTITY_AUTHORITY_HOST": self.clouds.url, "GCE_METADATA_HOST": self.clouds.host, **environment}
        self.daemon = Daemon(self.stack, WORK, self.api.kubeconfig, ["--min-retry-delay=100ms", "--max-retry-delay=1s", *flags], sluice=str(BUILD / "sluice"), env=env)

    def create(self, **spec):
        name = super().create(**spec)
        self.awake.append(self.path(name))
        return name

    def use(self, kind, plural):
        self.kind, self.plural = kind, plural

    # ---- objects ----

    def image(self, provider, host=None, **spec):
        self.use("OCIRepository", "ocirepositories")
        return self.create(url=f"oci://{host or REGISTRIES[provider]}/org/app", provider=provider, **spec)

    def bucket(self, provider, **spec):
        self.use("Bucket", "buckets")
        endpoint = {"aws": "s3.eu-west-1.amazonaws.com", "gcp": "storage.googleapis.com", "azure": "https://acc.blob.core.windows.net"}[provider]
        return self.create(provider=provider, endpoint=endpoint, bucketName="app", **{**({"region": "eu-west-1"} if provider == "aws" else {}), **spec})

    def chart(self, provider, host=None):
        self.use("HelmRepository", "helmrepositories")
        repository = self.create(url=f"oci://{host or REGISTRIES[provider]}/charts", provider=provider, type="oci")
        self.use("HelmChart", "helmcharts")
        return self.create(chart="web", version="1.x", sourceRef={"kind": "HelmRepository", "name": repository})

    def revision(self, provider):
        if provider == "azure":
            return azure_revision({k: self.azure.etag(v) for k, v in FILES.items()})
        return {"aws": self.s3, "gcp": self.google}[provider].revision("app")

    # ---- parts ----

    def registries(self):
        for provider in REGISTRIES:
            self.ready(f"{provider}: registry", self.image(provider), f"latest@{self.digest}", KEPT)
        self.ready("aws: the public registry", self.image("aws", ECR_PUBLIC), f"latest@{self.digest}")
        asked = len(self.clouds.asked)
        name = self.image("azure")
        self.ready("azure: again", name, f"latest@{self.digest}")
        hosts = {h for h in self.clouds.hosts()[asked:]}
        self.check("azure: what is kept serves on", hosts == {ACR} and not any("exchange" in p for _, _, p, *_ in self.clouds.asked[asked:]), self.clouds.asked[asked:])
        self.refused("another host", self.image("aws", ACR), "OCIArtifactPullFailed", f"^failed to determine artifact digest: invalid AWS registry: '{ACR}'. must match ")
        self.refused("a gate", self.image("gcp", serviceAccountName="gated"), "FeatureGateDisabled", "^to use spec.serviceAccountName for provider", kind=None, stalled=True)

    def charts(self):
        for provider in REGISTRIES:
            self.ready(f"{provider}: chart", self.chart(provider), "1.2.3")
        self.refused("a chart of another host", self.chart("gcp", ACR), "Unknown", f"^unknown build error: unable to get authentication data from OIDC: invalid GCP registry: '{ACR}'. must match ")

    def buckets(self):
        for provider in REGISTRIES:
            self.ready(f"{provider}: bucket", self.bucket(provider), self.revision(provider), KEPT)

    def refusals(self):
        """What a cloud says of somebody whom it does not know."""
        clouds = self.clouds
        roles, entra, federated = clouds.roles, clouds.entra, clouds.federated
        clouds.roles, clouds.entra, clouds.federated = {}, {}, {}
        self.begin(self.given)
        login = "^failed to determine artifact digest: failed to get access token for artifact registry: failed to create provider access token for the controller: "
        said = {"aws": "operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, AccessDenied: not sluice$",
                "azure": "POST https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token: status 401: AADSTS700016: not client-1$",
                "gcp": f"POST https://sts.googleapis.com/v1/token: status 400: invalid_grant: not for {POOL}$"}
        for provider in REGISTRIES:
            self.refused(f"{provider}: not known", self.image(provider), "OCIArtifactPullFailed", login + said[provider])
        self.refused("aws: no bucket", self.bucket("aws"), "AuthenticationFailed", "^AWS authentication failed: failed to create provider access token for the controller: " + said["aws"])
        for provider in ("azure", "gcp"):
            self.refused(f"{provider}: no bucket", self.bucket(provider), "BucketOperationFailed",
                         "^failed to confirm existence of 'app' bucket: failed to create provider access token for the controller: " + said[provider])
        clouds.roles, clouds.entra, clouds.federated = roles, entra, federated

    def torture(self):
        """Each request fails in turn; each object is ready at last."""
        clouds, kinds = self.clouds, [(self.image, f"latest@{self.digest}")]
        for provider in REGISTRIES:
            for make, revision in (*kinds, (self.bucket, self.revision(provider))):
                self.begin(self.given)
                clouds.clear()
                self.ready(f"{provider} {make.__name__}: as usual", make(provider), revision)
                total = len(clouds.asked)
                for nth, how in ((n, h) for n in range(1, total + 1) for h in (503, "cut", "garbage")):
                    if (how == "garbage") != (nth % 2 == 0):
                        continue
                    self.begin(self.given)
                    clouds.clear()
                    clouds.spoil(nth, how)
                    name = make(provider)
                    self.ready_at_last(f"{provider} {make.__name__}: {how} instead of answer {nth} of {total}", name, revision)
        clouds.clear()
        self.check("nothing half-done is left", not self.leftovers(), self.leftovers())

    def machines(self):
        """What the machine, or the pod, is at its cloud."""
        self.begin({"AWS_REGION": "eu-west-1"})
        for provider in REGISTRIES:
            self.ready(f"{provider}: the machine's registry", self.image(provider), f"latest@{self.digest}")
            self.ready(f"{provider}: the machine's bucket", self.bucket(provider), self.revision(provider))
        self.api.secret("machine", clientId="machine-client")
        self.ready("azure: one of the machine's", self.bucket("azure", secretRef={"name": "machine"}), self.revision("azure"))
        (WORK / "pod").write_text("pod-token")
        self.clouds.logins["pod"] = "pod-token"
        self.begin({"AWS_REGION": "eu-west-1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.clouds.url}/pod-identity", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(WORK / "pod")})
        asked = len(self.clouds.asked)
        self.ready("aws: the pod's registry", self.image("aws"), f"latest@{self.digest}")
        self.check("aws: the pod alone was asked", [p for h, _, p, *_ in self.clouds.asked[asked:] if h == "near"] == ["/pod-identity"], self.clouds.asked[asked:])
        self.begin({})
        self.refused("aws: no region", self.bucket("aws", region=""), "AuthenticationFailed", "^AWS authentication failed: failed to create provider access token for the controller: AWS_REGION environment")

    def accounts(self):
        """ServiceAccounts, behind the gate."""
        self.begin({}, "--feature-gates=ObjectLevelWorkloadIdentity=true")
        for provider in REGISTRIES:
            self.ready(f"{provider}: an account's registry", self.image(provider, serviceAccountName="team"), f"latest@{self.digest}")
            self.ready(f"{provider}: an account's bucket", self.bucket(provider, serviceAccountName="team"), self.revision(provider))
        self.ready("gcp: by the cluster's own pool", self.bucket("gcp", serviceAccountName="direct"), self.revision("gcp"))
        asked = len(self.clouds.asked)
        self.ready("aws: again", self.bucket("aws", serviceAccountName="team"), self.revision("aws"))
        self.check("aws: what is kept serves on", not any(h.startswith("sts.") for h in self.clouds.hosts()[asked:]), self.clouds.hosts()[asked:])
        identity = "failed to get provider identity from service account 'default/{}' annotations: "
        failed, auth = "^failed to determine artifact digest: failed to get access token for artifact registry: ", "AuthenticationFailed"
        for what, provider, account, text in (
                ("aws: a bad role", "aws", "wrong", identity.format("wrong") + "invalid eks.amazonaws.com/role-arn annotation: 'arn:aws:iam::x:role/team'. must match "),
                ("azure: no tenant", "azure", "direct", identity.format("direct") + "azure tenant ID is not set in the service account annotation azure.workload.identity/tenant-id$"),
                ("gcp: a bad provider", "gcp", "wrong", "failed to get provider audience: invalid gcp.auth.fluxcd.io/workload-identity-provider annotation: 'projects/x'. must match ")):
            self.refused(what, self.image(provider, serviceAccountName=account), "OCIArtifactPullFailed", failed + text)
        self.refused("aws: no account", self.bucket("aws", serviceAccountName="nobody"), auth,
                     "^AWS authentication failed: failed to get service account 'default/nobody': serviceaccounts \"nobody\" not found$")
        self.refused("aws: no region", self.bucket("aws", serviceAccountName="team", region=""), auth,
                     "^AWS authentication failed: failed to create provider access token for service account 'default/team': an AWS region is required ")

    def secrets_of_sops(self):
        """Keys of SOPS at the three clouds, with the program's identity and a ServiceAccount's."""
        sealed = yaml.safe_load((ROOT / "test/golden/sops/yaml-encrypted-regex/in").read_text())
        opened = subprocess.run(["age", "--decrypt", "-i", ROOT / "test/sops/keys/one.agekey"], input=sealed["sops"]["age"][0]["enc"].encode(), capture_output=True, check=True).stdout
        blob = "a sealed data key"
        self.clouds.data_keys[blob] = opened
        packed, plain = base64.b64encode(blob.encode()).decode(), {"created_at": "2026-01-01T00:00:00Z"}
        entries = {"aws": {"kms": [{"arn": "arn:aws:kms:eu-west-1:1:key/k", "context": {"team": "a"}, "enc": packed, **plain}]},
                   "azure": {"azure_kv": [{"vault_url": "https://v.vault.azure.net", "name": "k", "version": "1", "enc": packed.rstrip("="), **plain}]},
                   "gcp": {"gcp_kms": [{"resource_id": "projects/p/locations/l/keyRings/r/cryptoKeys/k", "enc": packed, **plain}]}}
        for provider, entry in entries.items():
            rest = {k: v for k, v in sealed["sops"].items() if k not in ("age", "kms", "azure_kv", "gcp_kms", "hc_vault", "pgp")}
            self.s3.buckets[f"sealed-{provider}"] = {"s.yaml": yaml.safe_dump({**sealed, "sops": {**rest, **entry}}, sort_keys=False).encode(),
                                                     "kustomization.yaml": f"secretGenerator: [{{name: from-{provider}, files: [s.yaml]}}]\n".encode()}
        for account, flags, env in ((None, (), self.given), ("team", ("--feature-gates=ObjectLevelWorkloadIdentity=true",), {"AWS_REGION": "eu-west-1"})):
            self.begin(env, *flags)
            for provider in entries:
                self.opens(f"{provider}: a key for {account or 'the program'}", provider, account)
        self.clouds.data_keys.clear()
        self.opens("gcp: a key for nobody", "gcp", "team", r"failed to decrypt sops data key with GCP KMS key: rpc\s[\s|]*error:[\s|]+code = PERMISSION_DENIED")

    def opens(self, what, provider, account, pattern=None):
        self.use("Bucket", "buckets")
        bucket = self.create(provider="aws", endpoint="s3.eu-west-1.amazonaws.com", region="eu-west-1", bucketName=f"sealed-{provider}", **({"serviceAccountName": account} if account else {}))
        name, decryption = f"k-{bucket}", {"provider": "sops", **({"serviceAccountName": account} if account else {})}
        self.api.must("POST", KUSTOMIZATIONS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": name, "namespace": "default"},
                                               "spec": {"interval": "1h", "retryInterval": "1h", "path": "./", "prune": True, "targetNamespace": "default", "decryption": decryption,
                                                        "sourceRef": {"kind": "Bucket", "name": bucket}}})
        want = "False" if pattern else "True"
        ended = lambda c: c.get("status") == "True" or c.get("reason") == "BuildFailed"
        obj = poll(what, lambda: (lambda o: o if ended(condition(o)) else None)(self.api.must("GET", f"{KUSTOMIZATIONS}/{name}")), 60)
        c = condition(obj)
        self.check(what, c["status"] == want and (not pattern or re.search(pattern, c["message"])) and not re.search(SECRETS, c["message"]), c)

    # ---- clusters ----

    def name_cluster(self, provider, **more):
        """A ConfigMap that names the cluster (None: a key less); its name."""
        self.made += 1
        name = f"at{self.made}"
        data = {k: v for k, v in {"provider": provider, "cluster": CLUSTERS.get(provider, ""), **more}.items() if v is not None}
        self.api.must("POST", "/api/v1/namespaces/default/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"},
                                                                        "data": {k.replace("ca_crt", "ca.crt"): v for k, v in data.items()}})
        return name

    def deploy(self, where, what="deployed", **spec):
        """A Kustomization that goes to the cluster of the ConfigMap; its path."""
        self.made += 1
        path = f"{KUSTOMIZATIONS}/k{self.made}"
        self.deploys.append(path)
        self.api.must("POST", KUSTOMIZATIONS, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": f"k{self.made}", "namespace": "default"},
                                               "spec": {"interval": "1h", "retryInterval": "1h", "path": "./", "prune": False, "targetNamespace": "default", "kubeConfig": {"configMapRef": {"name": where}},
                                                        "sourceRef": {"kind": "Bucket", "name": what}, **spec}})
        return path

    def put_up(self):
        """What is deployed, where no cloud is asked for it, and the clusters."""
        if self.clouds.remote:
            return
        folder = WORK / "remote"
        folder.mkdir()
        self.clouds.remote = Double(self.stack, folder, BUILD)
        for name, text in (("deployed", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: deployed}\n"),
                           ("slow", "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: slow}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, "
                                    "spec: {containers: [{name: c, image: c}]}}}\n")):
            self.s3.buckets[name] = {"a.yaml": text.encode()}
            self.api.must("POST", DEPLOYED,
                          {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "Bucket", "metadata": {"name": name, "namespace": "default"},
                           "spec": {"interval": "1h", "provider": "aws", "endpoint": "s3.eu-west-1.amazonaws.com", "region": "eu-west-1", "bucketName": name}})
            poll(name, lambda: condition(self.api.must("GET", f"{DEPLOYED}/{name}")).get("status") == "True", 30, 0.02)

    def gone(self, path="/api/v1/namespaces/default/configmaps/deployed"):
        """Nobody deploys there any more, and what was deployed is gone."""
        remote = self.clouds.remote
        while self.deploys:
            name = self.deploys.pop()
            self.api.must("DELETE", name)
            poll("let go", lambda: self.api.call("GET", name)[0] == 404, 30, 0.02)
        if remote.call("GET", path)[0] == 200:
            remote.must("DELETE", path)

    def lands(self, what, path, host=None):
        """Ready, and its object in the cluster, written by way of the host."""
        obj = poll(what, lambda: (lambda o: o if condition(o).get("status") in ("True", "False") else None)(self.api.must("GET", path)), 60, 0.02)
        c = condition(obj)
        self.check(what, c["status"] == "True" and self.clouds.remote.call("GET", "/api/v1/namespaces/default/configmaps/deployed")[0] == 200, c)
        self.check(f"{what}: not here", self.api.call("GET", "/api/v1/namespaces/default/configmaps/deployed")[0] == 404, "it is in our own cluster")
        if host:
            self.check(f"{what}: there", any(h == host and m == "PATCH" for h, m, *_ in self.clouds.asked), self.clouds.hosts())

    def lost(self, what, path, pattern):
        obj = poll(what, lambda: (lambda o: o if condition(o).get("status") == "False" else None)(self.api.must("GET", path)), 60, 0.02)
        c = condition(obj)
        self.check(what, c["reason"] == "ReconciliationFailed" and re.search(pattern, c["message"]) and not re.search(SECRETS + "|k8s-aws", json.dumps(obj["status"])), c)

    def clusters(self):
        """Kustomizations that go to clusters of clouds, by this program's identity and by an account's, found by their names or where they are said to be."""
        clouds, gate = self.clouds, "--feature-gates=ObjectLevelWorkloadIdentity=true"
        clouds.roles[TEAM_ROLE, "team.default.eu-west-1.fluxcd.io", "eu-west-1"] = account_token("team", "sts.amazonaws.com")
        for account, env, flags in ((None, self.given, ()), ("team", self.given, (gate,))):
            self.begin(env, *flags)
            self.put_up()
            for provider, host in SERVERS.items():
                who = f"{provider}: {account or 'the program'}"
                for how, known in (("by name", {}), ("by its address alone", {"ca_crt": None, "address": host}), ("by address and authority", {"address": f"https://{host}", "ca_crt": clouds.cluster_ca})):
                    self.gone()
                    clouds.clear()
                    if "address" in known:
                        clouds.described["kubeconfigs"]["kubeconfigs"].reverse()
                    cluster = {} if provider == "aws" or len(known) == 0 or "ca_crt" in known and known["ca_crt"] is None else {"cluster": None}
                    self.lands(f"{who}: {how}", self.deploy(self.name_cluster(provider, **{"serviceAccountName": account, **known, **cluster})), host)
                    asked = [h for h in clouds.hosts() if re.match(r"eks\.|management|container", h)]
                    self.check(f"{who}: {how}: asked no more than needed", len(asked) <= (0 if known.get("ca_crt") else 2), asked)
            self.gone()
            clouds.clear()
            path = self.deploy(self.name_cluster("gcp", serviceAccountName=account), serviceAccountName="deployer")
            self.lands(f"gcp: as somebody else, for {account}", path, SERVERS["gcp"])
            heads = [headers for h, m, _, headers, _ in clouds.asked if h == SERVERS["gcp"] and m == "PATCH"]
            self.check("impersonation goes there too", heads and all("system:serviceaccount:default:deployer" in h for h in heads), heads)
            self.check("what is known is not asked again", not any(h.startswith("container") for h in clouds.hosts()), clouds.hosts())
        self.releases()

    def releases(self):
        """The same for HelmReleases."""
        self.begin({**self.given})
        repository = {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmRepository", "metadata": {"name": "shop", "namespace": "default"},
                      "spec": {"interval": "1h", "type": "oci", "provider": "azure", "url": f"oci://{ACR}/charts"}}
        self.api.must("POST", "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/helmrepositories", repository)
        for provider in SERVERS:
            spec = {"interval": "1h", "chart": {"spec": {"chart": "web", "version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": "shop"}}},
                    "releaseName": f"web-{provider}", "kubeConfig": {"configMapRef": {"name": self.name_cluster(provider)}}}
            self.gone("/api/v1/namespaces/default/configmaps/x")
            self.api.must("POST", RELEASES, {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": f"h-{provider}", "namespace": "default"}, "spec": spec})
            self.awake.append(f"{RELEASES}/h-{provider}")
            obj = poll(provider, lambda: (lambda o: o if condition(o).get("status") in ("True", "False") else None)(self.api.must("GET", f"{RELEASES}/h-{provider}")), 60, 0.02)
            stored = f"/api/v1/namespaces/default/secrets/sh.helm.release.v1.web-{provider}.v1"
            self.check(f"{provider}: a release", condition(obj)["status"] == "True" and self.clouds.remote.call("GET", stored)[0] == 200 and self.api.call("GET", stored)[0] == 404, condition(obj))
        name = self.name_cluster("aws", cluster="prod")
        spec["kubeConfig"]["configMapRef"]["name"] = name
        self.api.must("POST", RELEASES, {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "h-wrong", "namespace": "default"}, "spec": spec})
        obj = poll("wrong", lambda: (lambda o: o if condition(o).get("status") == "False" else None)(self.api.must("GET", f"{RELEASES}/h-wrong")), 60, 0.02)
        self.check("a release for no cluster", condition(obj)["reason"] == "RESTClientError" and "invalid EKS cluster ARN: 'prod'" in condition(obj)["message"], condition(obj))

    def no_clusters(self):
        """What is wrong with a ConfigMap, with an identity, with what a cloud says of a cluster."""
        clouds, gate, kept = self.clouds, "--feature-gates=ObjectLevelWorkloadIdentity=true", json.loads(json.dumps(self.clouds.described))
        access = "^failed to get access token for cluster: "
        self.begin(self.given)
        self.put_up()
        for what, provider, data, text in (
                ("a provider", "oracle", {}, "^provider 'oracle' not implemented: the key 'provider' of ConfigMap 'default/at[0-9]+' must be one of aws, azure, gcp, generic$"),
                ("no provider", None, {}, "^provider '' not implemented: "),
                ("aws: an ARN", "aws", {"cluster": "prod"}, r"^invalid EKS cluster ARN: 'prod'\. must match \^arn:aws"),
                ("aws: a region", "aws", {"cluster": "arn:aws:eks:evil.example/x:1:cluster/prod"}, r"^invalid EKS cluster ARN: 'arn:aws:eks:evil\.example/x:1:cluster/prod'\. must match "),
                ("azure: an ID", "azure", {"cluster": "prod"}, r"^invalid AKS cluster ID: 'prod'\. must match \(\?i\)\^/subscriptions/"),
                ("gcp: an ID", "gcp", {"cluster": "projects/p/clusters/c"}, r"^invalid GKE cluster ID: 'projects/p/clusters/c'\. must match \^projects/"),
                ("gcp: another one", "gcp", {"cluster": "projects/p/locations/l/clusters/c"},
                 r"^failed to describe GKE cluster 'projects/p/locations/l/clusters/c': GET https://container\.googleapis\.com/v1/projects/p/locations/l/clusters/c: status 404: no /v1/projects/p/"),
                ("aws: another one", "aws", {"cluster": "arn:aws:eks:eu-west-1:1:cluster/other"},
                 "^failed to describe EKS cluster 'arn:aws:eks:eu-west-1:1:cluster/other': operation error EKS: DescribeCluster, https response error StatusCode: 403, SignatureDoesNotMatch: "),
                ("azure: another one", "azure", {"cluster": CLUSTERS["azure"] + "2"}, "^failed to describe AKS cluster: GET https://management.azure.com/subscriptions/.*: status 404: no GET "),
                ("azure: another address", "azure", {"address": "https://other.example"},
                 rf"^no kubeconfig found for AKS cluster {CLUSTERS['azure']} matching the specified address 'https://other\.example'\. cluster addresses: \['https://{AKS}:443', 'https://public\.hcp\.[^']*'\]$"),
                ("aws: plain text", "aws", {"address": "http://127.0.0.1:1", "ca_crt": clouds.cluster_ca},
                 "^failed to parse cluster address http://127.0.0.1:1: the Kubernetes API server address 'http://127.0.0.1:1' must use https scheme$"),
                ("generic: no address", "generic", {}, "^cluster address is required to create a REST config: ConfigMap 'default/at[0-9]+' has no key 'address'$"),
                ("generic: plain text", "generic", {"address": "http://127.0.0.1:1"}, "^failed to parse cluster address http://127.0.0.1:1: the Kubernetes API server address .* must use https scheme$"),
                ("generic: nobody", "generic", {"address": "127.0.0.1:1"}, access + "failed to create provider access token for the controller: "),
                ("a gate", "aws", {"serviceAccountName": "team"}, access + "ObjectLevelWorkloadIdentity feature gate is not enabled, which the service account 'default/team' of ConfigMap 'default/at")):
            self.lost(what, self.deploy(self.name_cluster(provider, **data)), text)
        self.lost("no ConfigMap", self.deploy("nowhere"), '^failed to get configmap default/nowhere: configmaps "nowhere" not found$')
        self.begin(self.given, gate)
        for what, provider, account, text in (
                ("aws: a bad role", "aws", "wrong", access + "failed to get provider identity from service account 'default/wrong' annotations: invalid eks"),
                ("azure: no account", "azure", "nobody", access + "failed to get service account 'default/nobody': serviceaccounts \"nobody\" not found$"),
                ("gcp: a bad provider", "gcp", "wrong", access + "failed to get provider audience: invalid gcp.auth.fluxcd.io/workload-identity-provider annotation")):
            self.lost(what, self.deploy(self.name_cluster(provider, serviceAccountName=account, address="127.0.0.1:1")), text)
        for what, provider, where, said, text in (
                ("aws: no address", "aws", "aws", {"cluster": {}}, f"^the cloud tells no address of the cluster '{CLUSTERS['aws']}'$"),
                ("aws: an authority", "aws", "aws", {"cluster": {"endpoint": f"https://{EKS}", "certificateAuthority": {"data": "%"}}}, "^failed to decode EKS CA certificate$"),
                ("azure: no Entra", "azure", "azure", {"properties": {}}, f"^AKS cluster {CLUSTERS['azure']} does not have Microsoft Entra ID integration enabled. See docs for enabling: https://learn"),
                ("azure: no kubeconfig", "azure", "kubeconfigs", {"kubeconfigs": []}, f"^no kubeconfig found for AKS cluster {CLUSTERS['azure']}$"),
                ("azure: a kubeconfig", "azure", "kubeconfigs", {"kubeconfigs": [{"value": "e30="}]}, r"^failed to parse kubeconfig\[0\]: its current context names no cluster$"),
                ("gcp: an authority", "gcp", "gcp", {"endpoint": "203.0.113.7", "masterAuth": {"clusterCaCertificate": "%"}}, "^failed to decode GKE CA certificate$"),
                ("gcp: another authority", "gcp", "gcp", {"endpoint": "203.0.113.7", "masterAuth": {"clusterCaCertificate": base64.b64encode((WORK / "cloudy.crt").read_bytes()).decode()}}, "203.0.113.7")):
            clouds.described[where] = said
            self.begin(self.given)
            self.lost(what, self.deploy(self.name_cluster(provider)), text)
            clouds.described = json.loads(json.dumps(kept))

    def expiry(self):
        """Tokens end while their cluster is watched: who waits is told of what happens there all the same."""
        clouds, path = self.clouds, "/apis/apps/v1/namespaces/default/deployments/slow"
        clouds.lasts = 5
        for provider in ("gcp", "azure"):
            self.begin(self.given)
            self.put_up()
            self.gone(path)
            k = self.deploy(self.name_cluster(provider), "slow", wait=True, timeout="50m")
            poll("applied", lambda: clouds.remote.call("GET", path)[0] == 200, 60, 0.02)
            poll("watched", lambda: clouds.streams, 60, 0.02)
            time.sleep(5.5)  # the token's own time
            clouds.clear()
            for stream in list(clouds.streams):
                with contextlib.suppress(OSError):
                    stream.connection.shutdown(socket.SHUT_RDWR)
            deployment = clouds.remote.must("GET", path)
            clouds.remote.must("PATCH", f"{path}/status", {"status": {"observedGeneration": deployment["metadata"].get("generation", 1), "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
                                                          "conditions": [{"type": "Available", "status": "True"}]}}, "application/merge-patch+json")
            obj = poll(f"{provider}: told", lambda: (lambda o: o if condition(o).get("status") == "True" else None)(self.api.must("GET", k)), 60, 0.05)
            self.check(f"{provider}: a token that ended", condition(obj)["status"] == "True" and any(h in ("sts.googleapis.com", "login.microsoftonline.com") for h in clouds.hosts()), clouds.hosts())
        clouds.lasts = 3600

    def torture_clusters(self):
        """Each request to a cloud fails in turn; each Kustomization is ready at last."""
        clouds = self.clouds
        self.begin(self.given)
        self.put_up()
        for provider in SERVERS:
            total, nth = None, 0
            while total is None or nth < total:
                self.begin({**self.given})
                poll("the source", lambda: condition(self.api.must("GET", f"{DEPLOYED}/deployed")).get("status") == "True")
                self.gone()
                before, how = clouds.seen, (503, "cut", "garbage")[nth % 3]
                if nth:
                    clouds.spoil(nth, how)
                path = self.deploy(self.name_cluster(provider), retryInterval="1s")
                obj = poll(f"{provider} {nth}", lambda: (lambda o: o if condition(o).get("status") == "True" else None)(self.api.must("GET", path)), 60, 0.02)
                self.check(f"{provider} cluster: {how} instead of answer {nth}", condition(obj)["status"] == "True", obj["status"])
                total = clouds.seen - before if total is None else total
                self.check(f"{provider} cluster: asked", total >= 2, total)
                nth += 1
                clouds.clear()

    def straying(self):
        """Last of all: what went where."""
        self.check("no secret went where it does not belong", not self.clouds.strayed(), self.clouds.strayed())
        self.check("every kind of secret was given out", {s.split("-")[0] for s in self.clouds.given} >= {"aws", "session", "ecr", "entra", "refresh", "federated", "google", "registry", "imds"}, "")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.registries, cases.charts, cases.buckets, cases.refusals, cases.machines, cases.accounts, cases.secrets_of_sops, cases.clusters, cases.no_clusters, cases.expiry, cases.straying, cases.torture, cases.torture_clusters), SECRETS)


sys.exit(main())
