"""cli.py WORK BIN: the real flux and helm, typed as users type them, on a cluster that has manifests/install.yaml. What they print, but for times,
digests and ports, is what they print where Flux's own controllers run: test/cluster/cli/want. RECORD=1 writes that anew, with those controllers, whose
programs are then in BIN, instead of the daemon."""
import concurrent.futures, contextlib, difflib, os, pathlib, re, shutil, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from buckets import S3
from lab import DEFINITIONS, PATIENCE, ROOT, Api, Daemon, Failed, GitServer, Repo, collection, condition, is_ready, poll, stop
from registry import Registry, free_port
from shop import Shop

HERE = pathlib.Path(__file__).resolve().parent / "cli"
WORK, BIN, RECORD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), bool(os.environ.get("RECORD"))

# One after another; those of a tuple at once; a name that begins with @ is a part of Play. {…} are its places.
STORY = (
    "flux check --pre", "flux check", "flux version", "flux version -o json", "flux stats -A", "flux get all -A",
    "@begin",
    # a repository that flux bootstrap once made, with Sluice in gotk-components.yaml
    "flux create secret git flux-system --url {git}/config.git --username git --password pass", "@sync", "flux reconcile kustomization flux-system --with-source",
    "flux check", "flux tree kustomization flux-system",
    # sources, as users make them
    "flux push artifact oci://{registry}/manifests/web:v1 --path ./apps/web --source {git}/config.git --revision main@sha1:{commit}",
    "flux tag artifact oci://{registry}/manifests/web:v1 --tag stable", "flux list artifacts oci://{registry}/manifests/web",
    "flux pull artifact oci://{registry}/manifests/web:stable --output {work}/charts",
    "flux diff artifact oci://{registry}/manifests/web:v1 --path ./apps/web",
    "flux create secret git login --url {git}/auth-private.git --username git --password pass",
    ("flux create source git config --url {git}/config.git --branch main --interval 1h",
     "flux create source git private --url {git}/auth-private.git --branch main --secret-ref login --interval 1h",
     "flux create source helm charts --url {shop} --interval 1h",
     "flux create source oci web --url oci://{registry}/manifests/web --tag stable --insecure --interval 1h",
     "flux create source bucket files --provider generic --endpoint {s3} --bucket-name files --access-key key --secret-key s3cret --insecure --interval 1h"),
    "flux create source chart shop --source HelmRepository/charts --chart shop --chart-version 1.x --interval 1h",
    # what uses them
    "flux create tenant team --with-namespace team",
    ("flux create kustomization cluster --source GitRepository/config --path ./cluster --prune --wait --interval 1h --health-check-timeout 1m",
     "flux create kustomization pushed --source OCIRepository/web --path ./ --prune --target-namespace team --interval 1h",
     "flux create kustomization filed --source Bucket/files --path ./ --prune --depends-on pushed --target-namespace team --interval 1h",
     "flux create helmrelease other --chart-ref HelmChart/shop --target-namespace team --release-name other --values {work}/values.yaml --interval 1h"),
    # what is there
    "flux get all -A", "flux get sources all", "flux get sources git", "flux get sources oci", "flux get sources helm", "flux get sources chart",
    "flux get sources bucket", "flux get sources external", "flux get kustomizations", "flux get kustomizations cluster", "flux get helmreleases -A",
    "flux get kustomizations --status-selector ready=false", "flux get helmreleases --no-header", "flux get artifacts generators", "flux get alerts",
    "flux stats -A", "flux tree kustomization cluster", "flux tree kustomization cluster --compact", "flux tree kustomization web -o yaml",
    "flux trace -n apps configmap settings", "flux trace -n apps --kind Deployment --api-version apps/v1 shop", "flux trace kustomization web",
    "flux trace -n team deployment web", "flux trace -n team configmap other", "flux trace -n default configmap kube-root-ca.crt",
    "flux debug kustomization web --show-vars", "flux debug helmrelease shop --show-values", "flux debug helmrelease shop --show-history",
    "flux debug helmrelease shop --show-status", "flux debug kustomization cluster --show-status",
    "flux export source git config", "flux export source git private --with-credentials", "flux export source helm --all", "flux export source oci web", "flux export source chart shop",
    "flux export source bucket files", "flux export kustomization web", "flux export helmrelease --all",
    "flux build kustomization web --path ./apps/web", "flux diff kustomization web --path ./apps/web", "@edit", "flux diff kustomization web --path ./apps/web",
    "flux events --for Kustomization/web", "flux events --for HelmRelease/shop", "flux events --for GitRepository -A", "flux events --types Warning",
    # what helm says of the releases
    "helm list -A", "helm status shop -n apps", "helm history shop -n apps", "helm get values shop -n apps", "helm get values shop -n apps --all",
    "helm get manifest shop -n apps", "helm get hooks shop -n apps", "helm get notes shop -n apps", "helm get metadata shop -n apps", "helm get all shop -n apps",
    "helm test shop -n apps", "flux reconcile helmrelease shop", "helm history shop -n apps",
    # a commit and a new version of the chart
    "@commit",
    ("flux reconcile source git config", "flux reconcile source helm charts", "flux reconcile source oci web", "flux reconcile source bucket files",
     "flux reconcile source git private"),
    "@upgraded",
    ("flux reconcile source chart shop", "flux reconcile kustomization cluster --with-source", "flux reconcile kustomization pushed --with-source",
     "flux reconcile kustomization filed --with-source"),
    ("flux reconcile kustomization web", "flux reconcile helmrelease other", "flux reconcile helmrelease shop --with-source --force --reset"),
    "flux get all -A", "helm history shop -n apps", "helm rollback shop 1 -n apps", "flux reconcile helmrelease shop", "helm history shop -n apps",
    "helm upgrade shop {work}/charts/shop-1.1.0.tgz -n apps --reset-then-reuse-values --set greeting=bye", "helm get values shop -n apps",
    "flux reconcile helmrelease shop", "helm get values shop -n apps",
    "helm uninstall shop -n apps", "flux reconcile helmrelease shop", "helm history shop -n apps", "flux tree kustomization cluster",
    # standing still and going on
    "flux suspend source git config", "flux suspend source helm charts", "flux suspend source oci web", "flux suspend source bucket files", "flux suspend source chart shop",
    "flux suspend kustomization web", "flux suspend helmrelease --all", "flux get all -A", "flux reconcile kustomization web", "flux stats -A",
    ("flux resume source git config", "flux resume source helm charts", "flux resume source oci web", "flux resume source bucket files", "flux resume source chart shop"),
    ("flux resume kustomization web", "flux resume helmrelease shop other"),
    "flux get all -A", "flux events --for Kustomization/cluster", "flux events --for HelmRelease", "flux events --for HelmChart", "flux events --for HelmRepository",
    "flux events --for OCIRepository", "flux events --for Bucket",
    # what fails
    ("flux create source git nowhere --url {git}/nowhere.git --branch main --interval 1h --timeout 5s",
     "flux create kustomization nothing --source GitRepository/config --path ./nothing --interval 1h --timeout 5s",
     "flux create helmrelease wrong --source HelmRepository/charts --chart wrong --interval 1h --timeout 5s"),
    "flux get all --status-selector ready=false", "flux events --types Warning", "flux reconcile kustomization nothing --timeout 3s",
    "flux delete source git nowhere -s", "flux delete kustomization nothing -s", "flux delete helmrelease wrong -s",
    "@old", "flux migrate", "@migrated", "@logs",
    # the end
    "flux delete helmrelease other -s", "flux delete kustomization filed -s", "flux delete kustomization pushed -s", "flux delete kustomization cluster -s", "@gone",
    "flux delete source chart shop -s", "flux delete source bucket files -s", "@deleted", "flux get all -A",
    "flux uninstall --dry-run -s", "@end", "flux uninstall -s", "@uninstalled",
    # the chart instead of the manifests
    "helm install sluice {root}/charts/sluice -n flux-system --create-namespace --wait", "flux check", "flux version", "helm uninstall sluice -n flux-system",
)

# what differs from run to run
VARYING = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4} \w+)?", "MOMENT"), (r"\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}", "MOMENT"),
    (r"(sha\d+):[0-9a-f]{8,}", r"\1:DIGEST"), (r"127\.0\.0\.1:\d+", "HOST"), (r"\b(in|\w*Duration:) [\d.]+(ns|µs|ms|s)\b", r"\1 TIME"),
    (r"\b[\d.]+ (B|KiB)\b", "SIZE"), (r"\b[\d.]+(B|KB)\b", "SIZE"), (r"-[0-9a-f]{6,10}-[a-z0-9]{5}\b", "-POD"),
    (r"modifiedAt=\d+", "modifiedAt=MOMENT"), (r"(?<=   )\d+(s|m\d+s)$", "AGE"), (r"stat /\S*/nothing", "stat FOLDER/nothing"),
)


def cells(text):
    """A table's rows with one space in the place of its columns' gaps."""
    return [" | ".join(cell.strip() for cell in line.rstrip("\t ").split("\t")) if "\t" in line else line.rstrip() for line in text.splitlines()]


def events(rows):
    """Each event once, without when it was seen and how often; a message of several lines in one."""
    if "LAST SEEN" not in rows[0]:
        return rows
    seen, whole = rows[0].split(" | ").index("LAST SEEN"), []
    for parts in (row.split(" | ") for row in rows):
        if any(parts[:-1]):
            whole.append(" | ".join(parts[:seen] + parts[seen + 1:]))
        else:
            whole[-1] += " " + parts[-1]
    return whole[:1] + sorted({row.rstrip() for row in whole[1:]})


class Controllers:
    """Flux's own, in the daemon's place."""

    def __init__(self, stack, work, kubeconfig):
        self.log, address = work / "flux.log", f"127.0.0.1:{free_port()}"
        env = dict(os.environ, RUNTIME_NAMESPACE="flux-system", KUBECONFIG=str(kubeconfig), SOURCE_CONTROLLER_LOCALHOST=address)
        more = {"source-controller": [f"--storage-path={work}/flux-data", f"--storage-addr={address}", f"--storage-adv-addr={address}"]}
        (work / "flux-data").mkdir()
        self.processes = []
        with open(self.log, "a") as log:
            for name in ("source-controller", "kustomize-controller", "helm-controller"):
                self.processes.append(subprocess.Popen([BIN / name, f"--metrics-addr=127.0.0.1:{free_port()}", f"--health-addr=127.0.0.1:{free_port()}",
                                                        *more.get(name, ["--requeue-dependency=1s"])], env=env, stderr=log, stdout=log))
                stack.callback(stop, self.processes[-1])

    def end(self):
        for process in self.processes:
            stop(process)
        return 0


class Play:
    def __init__(self, stack):
        self.api = Api(stack, WORK / "admin.kubeconfig")
        self.passed, self.faults, self.seen, self.stack = 0, [], [], stack
        # flux would ask for the newest flux
        self.env = dict(os.environ, KUBECONFIG=str(WORK / "admin.kubeconfig"), HTTPS_PROXY="http://127.0.0.1:1", NO_PROXY="127.0.0.1",
                        HOME=str(WORK), PATH=f"{BIN}:{os.environ['PATH']}")
        self.wanted = {} if RECORD else self.read()

    def read(self):
        """What is wanted of each command, of its first time, its second time, …"""
        wanted = {}
        for part in (HERE / "want").read_text().split("\n$ ")[1:]:
            command, _, text = part.partition("\n")
            wanted.setdefault(command, []).append(text.rstrip("\n").split("\n"))
        return wanted

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.faults.append(what)
            print(f"FAILED {what}: {seen}", flush=True)

    def kubectl(self, *args):
        done = subprocess.run(["kubectl", *args], env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"kubectl {args[0]}: {done.stderr}")

    def type(self, command):
        """Types it. What it printed, line by line, and how it ended."""
        words = command.format(**self.places).split() if "{" in command else command.split()
        if words[0] == "flux" and "--timeout" not in words:
            words[1:1] = ["--timeout", f"{20 * PATIENCE}s"]
        done = subprocess.run(words, env=self.env, cwd=self.repo.clone, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=40 * PATIENCE)
        return cells(done.stdout) + ([f"[{done.returncode}]"] if done.returncode else [])

    def judge(self, command, rows):
        text = "\n".join(rows)
        for pattern, stands in VARYING:
            text = re.sub(pattern, stands, text, flags=re.M)
        rows = text.replace(str(WORK), "WORK").rstrip("\n").split("\n")
        if command.startswith("flux events"):
            rows = events(rows)
        if command.startswith("helm status"):
            rows.sort()  # helm tells kinds in any order
        self.seen.append("\n".join([f"$ {command}", *rows]))
        if RECORD:
            return
        wanted = self.wanted.get(command, [])
        want = wanted.pop(0) if wanted else ["nothing of the kind is recorded"]
        self.check(command, rows == want, "\n".join(["", *difflib.unified_diff(want, rows, "Flux's", "ours", lineterm="", n=1)]))

    def step(self, step):
        if isinstance(step, str) and step.startswith("@"):
            return getattr(self, step[1:])()
        commands = (step,) if isinstance(step, str) else step
        with concurrent.futures.ThreadPoolExecutor(len(commands)) as pool:
            for command, rows in zip(commands, pool.map(self.type, commands)):
                self.judge(command, rows)

    # parts

    def prepare(self):
        """Everything but what reconciles: the cluster with the manifests, and servers of sources."""
        for file in ("crds", "install.yaml"):
            self.kubectl("apply", "-f", str(ROOT / "manifests" / file))
        git, s3, shop = GitServer(self.stack, WORK / "repos"), S3(self.stack), Shop(self.stack)
        registry = Registry(self.stack, WORK / "registry")
        self.repo, private = Repo(git, "config"), Repo(git, "auth-private")
        private.commit("First", {"a.yaml": "{}"})
        shutil.copytree(HERE / "config", self.repo.clone, dirs_exist_ok=True)
        self.flux_system = self.repo.clone / "clusters/one/flux-system"
        components = [*sorted((ROOT / "manifests/crds").glob("*.yaml")), ROOT / "manifests/install.yaml"]
        (self.flux_system / "gotk-components.yaml").write_text("".join(file.read_text() for file in components))
        sync = self.flux_system / "gotk-sync.yaml"
        sync.write_text(sync.read_text().replace("@GIT@", git.url))
        self.shop, self.charts = shop, WORK / "charts"
        self.package("1.0.0")
        s3.keys["key"] = ("s3cret", None)
        s3.buckets["files"] = {"a.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: filed}\ndata: {a: b}\n"}
        (WORK / "values.yaml").write_text("greeting: hi\n")
        self.places = {"git": git.url, "shop": shop.url, "registry": registry.host, "s3": s3.host, "work": WORK, "root": ROOT, "commit": self.repo.commit("First")}
        poll("the Deployment is available", lambda: (self.api.get("/apis/apps/v1/namespaces/flux-system/deployments/sluice") or {}).get("status", {}).get("availableReplicas"))

    def package(self, version):
        subprocess.run(["helm", "package", str(HERE / "chart"), "--version", version, "-d", str(self.charts)], env=self.env, check=True, capture_output=True)
        subprocess.run(["helm", "repo", "index", str(self.charts), "--url", self.shop.url], env=self.env, check=True)
        self.shop.files.update({f"/{file.name}": file.read_bytes() for file in self.charts.iterdir()})

    def begin(self):
        self.kubectl("create", "namespace", "apps")
        engine = Controllers if RECORD else Daemon
        self.engine = engine(self.stack, WORK, WORK / "engine.kubeconfig")

    def sync(self):
        self.kubectl("apply", "-f", str(self.flux_system / "gotk-sync.yaml"))
        poll("flux-system is ready", lambda: is_ready(self.api.get(f"{collection('Kustomization', 'flux-system')}/flux-system")))

    def edit(self):
        web = self.repo.clone / "apps/web/web.yaml"
        web.write_text(web.read_text().replace("blue", "red"))

    def commit(self):
        self.repo.commit("Second")
        self.package("1.1.0")

    def upgraded(self):
        """The releases have seen the new version of their own accord."""
        path = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases/shop"
        poll("the release's upgrade", lambda: (o := self.api.get(path)) and condition(o)["status"] == "True" and o["status"]["history"][0]["chartVersion"] == "1.1.0")

    def old(self):
        """As a cluster is that once had older versions of the kinds."""
        for name in ("gitrepositories.source", "helmreleases.helm"):
            self.api.patch(f"{DEFINITIONS}/{name}.toolkit.fluxcd.io/status",
                           {"status": {"storedVersions": ["v1beta2", "v1"] if name[0] == "g" else ["v2beta1", "v2"]}})

    def migrated(self):
        for name in ("gitrepositories.source", "helmreleases.helm"):
            crd = self.api.get(f"{DEFINITIONS}/{name}.toolkit.fluxcd.io")
            self.check(f"{name}: stored versions", len(crd["status"]["storedVersions"]) == 1, crd["status"]["storedVersions"])

    def logs(self):
        """Ours only: the log of the daemon, as its pod has it."""
        if RECORD:
            return
        lines = self.engine.log.read_text().splitlines()
        (WORK / "pod.log").write_text("".join(f"2026-01-01T00:00:00Z stderr F {line}\n" for line in lines))
        whole = self.type("flux logs -A")
        self.check("flux logs -A", len(whole) >= len(lines) - 2, f"{len(whole)} lines of {len(lines)}")
        for command, pattern in (("flux logs --kind Kustomization --name web", r"info Kustomization/web\.flux-system - Applied revision: main@sha1:"),
                                 ("flux logs --kind helmrelease --name shop", r"info HelmRelease/shop\.flux-system - .*upgrade"),
                                 ("flux logs --level error", r"error GitRepository/nowhere\.flux-system - .*unable to clone"),
                                 ("flux logs --tail 5 --since 87600h", r"")):
            got = self.type(command)
            subject = re.match(r"\w+ \w+/[\w.-]+", pattern.replace("\\", ""))
            self.check(command, any(re.search(pattern, line) for line in got) and
                       all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (info|error|debug) ", line) for line in got), got[-3:])

    def gone(self):
        """What was applied is pruned and uninstalled."""
        for path in ("/apis/apps/v1/namespaces/apps/deployments", "/apis/apps/v1/namespaces/team/deployments"):
            poll(f"nothing is left of {path}", lambda: not self.api.items(path))

    def deleted(self):
        for plural in ("helmcharts", "buckets"):
            poll(f"no {plural} are left", lambda: not self.api.items(f"/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/{plural}"))

    def end(self):
        self.check("the daemon ends well", self.engine.end() == 0)

    def uninstalled(self):
        poll("no definition and no namespace is left", lambda: not self.api.items(DEFINITIONS) and not self.api.get("/api/v1/namespaces/flux-system"))


def main():
    with contextlib.ExitStack() as stack:
        play = Play(stack)
        try:
            play.prepare()
            for step in STORY:
                began = time.monotonic()
                play.step(step)
                if os.environ.get("TIMES"):
                    print(f"{time.monotonic() - began:.1f} s {step}")
        except Failed as e:
            play.check("the story", False, e)
        if RECORD:
            (HERE / "want").write_text("\n" + "\n\n".join(play.seen) + "\n")
        (WORK / "seen").write_text("\n" + "\n\n".join(play.seen) + "\n")
    print(f"{play.passed} passed, {len(play.faults)} failed, 0 skipped")
    return bool(play.faults)


sys.exit(main())
