"""clouds.py WORK: identities at three clouds, against a strict double of their services, the API double and the daemon: registries, charts, buckets and
keys of SOPS, with what this program was given, with what the machine has, and with ServiceAccounts; and the same when each request fails in
turn. In the end no secret has gone where it does not belong. Prints one line a case."""
import base64, contextlib, json, pathlib, re, subprocess, sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3, Entra, Google, azure_revision
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
KUSTOMIZATIONS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations"
SECRETS = "s3cret|own-jwt|e30[.]"


class Cases(SourceCases):
    def __init__(self, stack):
        super().__init__()
        self.stack, self.api, self.data, self.runs, self.awake = stack, Double(stack, WORK, BUILD), WORK / "data", 0, []
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
            self.check("the daemon ends well", self.daemon.end() == 0, self.daemon.last_words())
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

    def straying(self):
        """Last of all: what went where."""
        self.check("no secret went where it does not belong", not self.clouds.strayed(), self.clouds.strayed())
        self.check("every kind of secret was given out", {s.split("-")[0] for s in self.clouds.given} >= {"aws", "session", "ecr", "entra", "refresh", "federated", "google", "registry", "imds"}, "")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        cases = Cases(stack)
        return play(cases, (cases.registries, cases.charts, cases.buckets, cases.refusals, cases.machines, cases.accounts, cases.secrets_of_sops, cases.straying, cases.torture), SECRETS)


sys.exit(main())
