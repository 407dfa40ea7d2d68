"""The second half of the demonstration: a HelmRelease whose chart comes from an OCI registry over TLS by a range of versions; a new
version is pushed and picked up, a broken one rolls itself back, the next one heals it. What helm says of it is said by the real helm."""
import os, pathlib, shutil, subprocess, time

from lab import Failed, condition
from registry import Registry, certificate

HERE = pathlib.Path(__file__).resolve().parent
OWN = "sluice-demo"
RELEASES = f"/apis/helm.toolkit.fluxcd.io/v2/namespaces/{OWN}/helmreleases"
CHARTS = f"/apis/source.toolkit.fluxcd.io/v1/namespaces/{OWN}/helmcharts"


class Charts:
    """A registry on loopback, and what is pushed to it by the real helm."""

    def __init__(self, stack, work):
        self.work = work / "charts"
        self.work.mkdir()
        certificate(self.work, "authority")
        self.registry = Registry(stack, self.work / "registry", certificate(self.work, "registry", authority="authority"))
        # the daemon trusts the machine's authorities and this one, as it would a company's
        self.trusted = self.work / "trusted.crt"
        system = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
        self.trusted.write_text((system.read_text() if system.exists() else "") + (self.work / "authority.crt").read_text())

    def helm(self, *args):
        done = subprocess.run(["helm", *args], capture_output=True, text=True, env=dict(os.environ, HELM_CACHE_HOME=str(self.work / "cache"),
                              HELM_CONFIG_HOME=str(self.work / "config"), HELM_DATA_HOME=str(self.work / "data")))
        if done.returncode:
            raise Failed(f"helm {args[0]}: {done.stderr}")
        return done.stdout

    def push(self, version, edit=lambda text: text):
        """Packages the chart as this version, its Deployment edited, and pushes it."""
        at = self.work / "podinfo"
        shutil.rmtree(at, ignore_errors=True)
        shutil.copytree(HERE / "chart", at)
        for name, change in (("Chart.yaml", lambda text: text.replace("version: 1.2.3", f"version: {version}", 1)), ("templates/deployment.yaml", edit)):
            (at / name).write_text(change((at / name).read_text()))
        self.helm("package", str(at), "-d", str(self.work))
        self.helm("push", str(self.work / f"podinfo-{version}.tgz"), f"oci://{self.registry.host}/charts", "--ca-file", str(self.work / "authority.crt"))


def latest(obj):
    return next(iter((obj or {}).get("status", {}).get("history") or []), {})


def at_version(version):
    return lambda o: (condition(o).get("status") == "True" and latest(o).get("chartVersion") == version and latest(o).get("status") == "deployed"
                      and o["status"].get("observedGeneration") == o["metadata"]["generation"])


class ReleaseDemo:
    def __init__(self, api, charts, say, row):
        self.api, self.charts, self.say, self.row = api, charts, say, row

    def ask(self):
        """Asks for a look at the registry now, as `flux reconcile source chart` does."""
        self.api.patch(f"{CHARTS}/{OWN}-podinfo", {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": str(time.time_ns())}}})

    def follow(self, what, test, start):
        with self.api.watch(RELEASES, "podinfo") as seen:
            began = time.monotonic()
            start()
            at, obj = self.api.until(seen, what, test, 90)
        self.row(what, at - began)
        return obj

    def install(self):
        self.say(f"an OCI registry over TLS at {self.charts.registry.host}; helm pushes chart podinfo 1.2.3; the HelmRelease wants 1.2.x")
        self.charts.push("1.2.3")
        text = (HERE / "release.yaml").read_text().replace("@REGISTRY@", self.charts.registry.host)
        obj = self.follow("HelmRelease applied to released and ready", at_version("1.2.3"), lambda: self.api.apply("-f", "-", text=text))
        self.say(f"the status: {condition(obj)['message']}")

    def upgrade(self):
        self.charts.push("1.2.4")
        self.follow("chart 1.2.4 pushed to upgraded", at_version("1.2.4"), self.ask)

    def broken(self):
        self.say("pushing 1.2.5, whose container port is no number")
        self.charts.push("1.2.5", lambda text: text.replace("containerPort: {{ .Values.port }}", "containerPort: eighty"))
        back = lambda o: condition(o, "Remediated").get("status") == "True" and condition(o, "Stalled").get("status") == "True"
        obj = self.follow("failing upgrade to rolled back, three retries included", back, self.ask)
        for kind in ("Ready", "Released", "Remediated", "Stalled"):
            c = condition(obj, kind)
            self.say(f"{kind}={c.get('status')} {c.get('reason')}: {c.get('message', '').splitlines()[0][:300]}")
        deployment = self.api.get(f"/apis/apps/v1/namespaces/{OWN}/deployments/podinfo")
        self.say(f"the running Deployment is as before: {deployment['status'].get('readyReplicas', 0)} of {deployment['spec']['replicas']} ready")

    def heal(self):
        self.charts.push("1.2.6")
        self.follow("mended chart 1.2.6 pushed to upgraded", at_version("1.2.6"), self.ask)

    def history(self):
        self.say("what the real helm says of the release:\n" + "\n".join("    " + line.rstrip()[:150] for line in self.charts.helm(
            "history", "podinfo", "-n", OWN, "--kubeconfig", self.api.kubeconfig).strip().splitlines()))

    def clean(self):
        self.say("deleting the HelmRelease uninstalls it")
        with self.api.watch(RELEASES, "podinfo") as seen:
            self.api.call("DELETE", f"{RELEASES}/podinfo")
            self.api.until(seen, "podinfo gone", lambda o: o is None)
        if self.api.get(f"/apis/apps/v1/namespaces/{OWN}/deployments/podinfo"):
            raise Failed("the Deployment is still there after its HelmRelease was deleted")
        self.api.call("DELETE", f"/apis/source.toolkit.fluxcd.io/v1/namespaces/{OWN}/helmrepositories/charts")
