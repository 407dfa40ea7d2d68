"""remediation.py WORK [STRIDE [FIRST [STRATEGY]]]: kills the daemon at its k-th API request, from FIRST until a run needs no more, while an
upgrade fails and is remediated: by a rollback, by an uninstall and another install. Each restart must come to an end: one revision
deployed, none pending, its objects and no others, a status that says the same, and no hook run twice by one revision.
As with Flux a rollback that was cut short is not taken up again, nor a failed upgrade that the status never heard of: then the
newest revision is a failed one, with MissingRollbackTarget. New values must put that right."""
import base64, collections, contextlib, gzip, json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import Api, Daemon, Failed, GitServer, Repo, condition, documents, poll, source

WORK, STRIDE = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
FIRST, ONLY = int(sys.argv[3]) if len(sys.argv) > 3 else 1, sys.argv[4:]
HOOK = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, annotations: {helm.sh/hook: %s}}\ndata: {r: "{{ .Release.Revision }}"}\n'
HOOKS = ("pre-install", "pre-upgrade", "pre-rollback", "post-rollback", "pre-delete", "post-delete")
CHART = {
    "demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.0\n",
    "demo/values.yaml": "v: one\n",
    "demo/templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: obj}\ndata: {v: '{{ .Values.v }}'}\n",
    # what an upgrade adds goes again; then what the API server refuses
    "demo/templates/more.yaml": "{{ if .Release.IsUpgrade }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n{{ end }}\n",
    "demo/templates/refused.yaml": "{{ if and .Values.bad .Release.IsUpgrade }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n{{ end }}\n",
    "demo/templates/hooks.yaml": "---\n".join(HOOK % (e, e) for e in HOOKS),
}
RELEASE = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/{0}/helmreleases"


class Run:
    def __init__(self, stack, api, url, name, strategy):
        self.stack, self.api, self.url, self.ns, self.strategy = stack, api, url, "fails-" + name, strategy
        self.folder = WORK / self.ns
        self.folder.mkdir()
        self.path = RELEASE.format(self.ns) + "/app"

    def release(self, **values):
        spec = {"interval": "1h", "timeout": "1m", "maxHistory": 0, "values": values, "upgrade": {"remediation": {"retries": 1, "strategy": self.strategy}},
                "chart": {"spec": {"chart": "demo", "sourceRef": {"kind": "GitRepository", "name": "app"}}}}
        meta = {"name": "app", "namespace": self.ns}
        return json.dumps({"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": meta, "spec": spec})

    def begin(self):
        self.api.apply("-f", "-", text=documents(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {self.ns}}}",
                                                 source("app", self.ns, self.url), self.release()))

    def daemon(self, fail_at=None):
        env = {"SLUICE_FAIL_AT": fail_at} if fail_at else {}
        return Daemon(self.stack, self.folder, WORK / "engine.kubeconfig", ["--watch-all-namespaces=false"], env, namespace=self.ns)

    def over(self):
        """Ready or stalled, for this generation, with nothing under way."""
        obj = self.api.get(self.path) or {"metadata": {}}
        seen = obj.get("status", {}).get("observedGeneration") == obj["metadata"].get("generation")
        done = condition(obj).get("status") == "True" or condition(obj, "Stalled").get("status") == "True"
        return seen and done and not condition(obj, "Reconciling") and obj

    def records(self):
        """{revision: the record}"""
        found = {}
        for secret in self.api.items(f"/api/v1/namespaces/{self.ns}/secrets?labelSelector=owner%3Dhelm"):
            record = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(secret["data"]["release"]))))
            found[record["version"]] = record
            if secret["metadata"]["labels"]["status"] != record["info"]["status"]:
                raise Failed(f"v{record['version']} is labelled {secret['metadata']['labels']['status']}")
        return found

    def check(self):
        """What must hold when all is over; a word on how it ended."""
        obj, records = self.over(), self.records()
        is_now = {v: r["info"]["status"] for v, r in sorted(records.items())}
        latest, how = max(is_now), condition(obj, "Stalled").get("reason") or condition(obj).get("reason")
        lost = how == "MissingRollbackTarget"
        if is_now[latest] != ("failed" if lost else "deployed") or list(is_now.values()).count("deployed") > 1:
            raise Failed(f"it ended as {how} with revisions {is_now}")
        if set(is_now.values()) - {"deployed", "superseded", "failed"} or sorted(is_now) != list(range(1, latest + 1)):
            raise Failed(f"revisions {is_now}")
        told = {h["version"]: h["status"] for h in obj["status"]["history"]}
        if any(is_now.get(v) != s for v, s in told.items()) or max(told) != latest:
            raise Failed(f"the status tells {told}, there is {is_now}")
        if not lost:
            self.check_objects(records[latest]["manifest"])
        return how

    def check_objects(self, manifest):
        maps = {o["metadata"]["name"]: o.get("data", {}) for o in self.api.items(f"/api/v1/namespaces/{self.ns}/configmaps")}
        wanted = {"obj"} | ({"more"} if "name: more" in manifest else set())
        if maps.keys() & {"obj", "more"} != wanted or f"v: {maps['obj']['v']}\n" not in manifest:
            raise Failed(f"there are {sorted(maps)} with {maps.get('obj')}, wanted {manifest}")

    def end(self):
        """The release goes, with all that it has."""
        self.api.call("DELETE", self.path)
        poll(f"{self.ns} finalized", lambda: self.api.get(self.path) is None, 60)
        if self.records():
            raise Failed(f"records after deletion: {sorted(self.records())}")
        left = {o["metadata"]["name"] for o in self.api.items(f"/api/v1/namespaces/{self.ns}/configmaps")} & {"obj", "more"}
        if left:
            raise Failed(f"orphans after deletion: {sorted(left)}")
        self.api.call("DELETE", f"/api/v1/namespaces/{self.ns}")


def hook_runs(ns):
    """{hook: how often it was made}, by the audit log."""
    runs = collections.Counter()
    for line in (WORK / "audit.log").read_text().splitlines():
        if ns not in line or '"configmaps"' not in line:
            continue
        entry = json.loads(line)
        ref = entry["objectRef"]
        made = entry["verb"] in ("create", "patch") and entry["responseStatus"]["code"] < 300 and "dryRun" not in entry["requestURI"]
        if made and ref.get("namespace") == ns and ref.get("name") in HOOKS:
            runs[ref["name"]] += 1
    return runs


def hooks_allowed(records):
    """{hook: how often at most}: once by each revision of its kind. What is uninstalled leaves no record and may be killed on the way; an
    install that is killed is followed by an upgrade that fails, an uninstall and another install, as with Flux."""
    texts = [r["info"]["description"] for r in records.values()]
    upgrades, rollbacks = (sum(word in t.lower() for t in texts) for word in ("upgrade", "rollback"))
    return {"pre-upgrade": upgrades, "pre-rollback": rollbacks, "post-rollback": rollbacks, "pre-install": 3, "pre-delete": 2, "post-delete": 2}


def one(api, url, strategy, k):
    """Whether it was killed, and how it ended after a restart."""
    with contextlib.ExitStack() as stack:
        run = Run(stack, api, url, f"{strategy}-{k}".replace("+", ""), strategy)
        run.begin()
        daemon = run.daemon()
        poll("the release installed", run.over, 60)
        daemon.end()
        api.apply("-f", "-", text=run.release(v="two", bad=True))
        daemon = run.daemon(k)
        ended = poll("the kill or the end of the work", lambda: "killed" if not daemon.alive() else run.over() and "done", 90, 0.05)
        daemon.end()
        daemon = run.daemon()
        poll("the end after a restart", run.over, 90)
        how = run.check()
        runs, allowed = hook_runs(run.ns), hooks_allowed(run.records())
        if strategy == "uninstall":     # the records of the upgrade went with the first release
            allowed["pre-upgrade"] += 2
        if any(runs[h] > most for h, most in allowed.items()):
            raise Failed(f"hooks ran too often: {dict(runs)}, allowed {allowed}")
        api.apply("-f", "-", text=run.release(v="three"))
        poll("good values", lambda: run.over() and condition(api.get(run.path)).get("status") == "True", 90)
        run.check()
        run.end()
        daemon.end()
        return ended == "killed", how


def main():
    passed = failed = 0
    with contextlib.ExitStack() as stack:
        api, server = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "charts")
        api.define()
        repo = Repo(server, "chart")
        repo.commit("A chart", CHART)
        for strategy in ("rollback", "uninstall"):
            if ONLY and strategy not in ONLY:
                continue
            endings = collections.Counter()
            for k in range(FIRST, 400, STRIDE):
                try:
                    # a "+" dies when the answer has come, without it before the request goes out
                    killed, how = one(api, repo.url, strategy, f"{k}+" if k % 2 else str(k))
                    passed += 1
                    endings[how] += 1
                except Failed as e:
                    failed, killed = failed + 1, True
                    print(f"{strategy}, killed at {k}: {e}", flush=True)
                if not killed:
                    print(f"{strategy}: {k - 1} requests, each a place to die; it ended {dict(endings)}", flush=True)
                    break
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed != 0


sys.exit(main())
