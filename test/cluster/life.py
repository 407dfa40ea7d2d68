"""life.py WORK SECONDS SEED: a config repository lives at random: commits that add, change, remove and move objects, Kustomizations that come and go,
HelmReleases with new values, broken commits, rewritten history; and meanwhile people edit and delete by hand, suspend and resume, the daemon is killed or
stopped, the API server stands still. Every few moments there is peace: then all must soon be as the repository says, and stay so."""
import base64, contextlib, json, os, pathlib, random, signal, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import Api, Daemon, Failed, GitServer, Repo, collection, condition, documents, is_ready, poll, source

WORK, SECONDS, SEED = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
NS = "life"
CORE, KS = f"/api/v1/namespaces/{NS}", collection("Kustomization", NS)
HR = f"/apis/helm.toolkit.fluxcd.io/v2/namespaces/{NS}/helmreleases"
KINDS = {"ConfigMap": f"{CORE}/configmaps", "Secret": f"{CORE}/secrets", "Service": f"{CORE}/services", "ServiceAccount": f"{CORE}/serviceaccounts",
         "Deployment": f"/apis/apps/v1/namespaces/{NS}/deployments"}
OWNER, RELEASE = "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/"
MERGE = "application/merge-patch+json"
KILLED = (137, -9, -15)  # by the fail point, by us, by SIGTERM before it listens to that
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.{number}\n",
    "values.yaml": "v: a\nmaps: 2\n",
    "templates/maps.yaml": "{{- range $i := until (int .Values.maps) }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ $.Release.Name }}-{{ $i }}}\n"
                           "data: {v: {{ $.Values.v | quote }}, chart: {{ $.Chart.Version | quote }}}\n{{- end }}\n",
    "templates/bad.yaml": "{{- if .Values.bad }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-bad}\ndata: {a: [1]}\n{{- end }}\n",
    "templates/hook.yaml": "{{- if .Values.hook }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-hook, annotations: {helm.sh/hook: "
                           "'pre-upgrade,post-install', helm.sh/hook-delete-policy: before-hook-creation}}\n{{- end }}\n",
}
BROKEN = ("a: [", "kind: ConfigMap\n", "apiVersion: v1\nkind: Nope\nmetadata: {name: a}\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n",
          "apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999999}]}\n")
chance = random.Random(SEED)


def obj(kind, name, v):
    it = {"apiVersion": "apps/v1" if kind == "Deployment" else "v1", "kind": kind, "metadata": {"name": name, "namespace": NS}}
    if kind == "ConfigMap":
        it["data"] = {"v": v, "long": "x" * chance.randrange(50)}
    elif kind == "Secret":
        it["stringData"] = {"v": v}
    elif kind == "Service":
        it["spec"] = {"selector": {"app": v}, "ports": [{"name": f"p{i}", "port": 80 + i} for i in range(chance.randrange(1, 4))]}
    elif kind == "ServiceAccount":
        it["metadata"]["annotations"] = {"v": v}
    else:
        env = [{"name": f"E{i}", "value": v} for i in range(chance.randrange(1, 4))]
        it["spec"] = {"replicas": 0, "selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": f"example.org/c:{v}", "env": env}]}}}
    return it


def has(it, part):
    """Is everything of part in it? Lists have to be alike."""
    if isinstance(part, dict):
        return isinstance(it, dict) and all(k in it and has(it[k], v) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(it, list) and len(it) == len(part) and all(map(has, it, part))
    return it == part


class Wish:
    """What the repository says."""

    def __init__(self):
        self.parts = {}  # name of a Kustomization → its objects by (kind, name), dependsOn, wait, the text of a broken file
        self.releases = {}
        self.chart, self.values, self.names = 0, 0, 0

    def value(self):
        self.values += 1
        return f"v{self.values}"

    def name(self, letter):
        self.names += 1
        return f"{letter}{self.names}"

    def add_part(self):
        needs = chance.sample(list(self.parts), min(len(self.parts), chance.randrange(2)))
        self.parts[self.name("k")] = {"objects": {}, "needs": needs, "wait": chance.random() < .7, "broken": None}

    def add_release(self):
        self.releases[self.name("r")] = {"values": {"v": self.value(), "maps": chance.randrange(1, 4)}, "cleanup": chance.random() < .5,
                                         "by": chance.choice(("Revision", "ChartVersion")), "keep": chance.choice((2, 3, 5))}

    def kustomization(self, name, wait=True, needs=()):
        return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": name, "namespace": NS}, "spec": {
            "interval": "1h", "retryInterval": "1s", "path": f"./{name}", "prune": True, "wait": wait, "timeout": "20s",
            "dependsOn": [{"name": n} for n in needs if n in self.parts], "sourceRef": {"kind": "GitRepository", "name": NS}}}

    def release(self, name, r):
        return {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": name, "namespace": NS}, "spec": {
            "interval": "1h", "timeout": "15s", "driftDetection": {"mode": "enabled"}, "maxHistory": r["keep"], "values": r["values"],
            "install": {"remediation": {"retries": -1}}, "upgrade": {"remediation": {"retries": -1}, "cleanupOnFail": r["cleanup"]},
            "chart": {"spec": {"chart": "charts/demo", "reconcileStrategy": r["by"], "sourceRef": {"kind": "GitRepository", "name": NS}}}}}

    def files(self):
        keep = lambda name: json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-keep", "namespace": NS}})
        kustomizations = [self.kustomization("releases", wait=False)] + [self.kustomization(k, p["wait"], p["needs"]) for k, p in self.parts.items()]
        files = {"root/all.yaml": documents(*map(json.dumps, kustomizations)),
                 "releases/all.yaml": documents(keep("releases"), *(json.dumps(self.release(*r)) for r in self.releases.items()))}
        for k, p in self.parts.items():
            files[f"{k}/keep.yaml"] = keep(k)
            files.update({f"{k}/{kind}-{name}.yaml": json.dumps(it) for (kind, name), it in p["objects"].items()})
            if p["broken"]:
                files[f"{k}/broken.yaml"] = p["broken"]
        files.update({f"charts/demo/{f}": text.replace("{number}", str(self.chart)) for f, text in CHART.items()})
        return files

    def mend(self):
        for p in self.parts.values():
            p["broken"] = None
        for r in self.releases.values():
            r["values"].pop("bad", None)
            r["values"]["v"] = self.value()


class Look:
    """What is there, held against a wish: faults says what is not as it should be."""

    def __init__(self, api, wish, head):
        self.api, self.wish, self.head, self.faults = api, wish, head, []
        self.kustomizations = {o["metadata"]["name"]: o for o in api.items(KS)}
        self.expect("Kustomizations", set(self.kustomizations), {*wish.parts, "root", "releases"})
        for name, o in self.kustomizations.items():
            if not is_ready(o, head):
                self.faults.append(f"{name} is not ready at {head[:8]}: {condition(o)}")
        self.objects()
        self.inventories()
        self.look_at_releases()

    def expect(self, what, there, wanted):
        if there != wanted:
            self.faults.append(f"{what}: too many {sorted(there - wanted)}, missing {sorted(wanted - there)}")

    def objects(self):
        wanted = {(kind, name): (k, it) for k, p in self.wish.parts.items() for (kind, name), it in
                  {("ConfigMap", f"{k}-keep"): {}, **p["objects"]}.items()} | {("ConfigMap", "releases-keep"): ("releases", {})}
        there = {(kind, o["metadata"]["name"]): o for kind, path in KINDS.items() for o in self.api.items(f"{path}?labelSelector={OWNER}namespace")}
        self.expect("objects", set(there), set(wanted))
        for key in there.keys() & wanted.keys():
            (owner, it), o = wanted[key], there[key]
            want = {f: it[f] for f in ("data", "spec") if f in it} | {"metadata": {"labels": {OWNER + "name": owner}, **({
                "annotations": it["metadata"]["annotations"]} if key[0] == "ServiceAccount" else {})}}
            if "stringData" in it:
                want["data"] = {k: base64.b64encode(v.encode()).decode() for k, v in it["stringData"].items()}
            if not has(o, want):
                self.faults.append(f"{key} is not as it should be")

    def inventories(self):
        for k, p in self.wish.parts.items():
            entries = ((self.kustomizations.get(k) or {}).get("status", {}).get("inventory") or {}).get("entries") or []
            wanted = {f"{NS}_{name}_{'apps' if kind == 'Deployment' else ''}_{kind}" for kind, name in p["objects"]} | {f"{NS}_{k}-keep__ConfigMap"}
            self.expect(f"the inventory of {k}", {e["id"] for e in entries}, wanted)

    def look_at_releases(self):
        there = {o["metadata"]["name"]: o for o in self.api.items(HR)}
        self.expect("HelmReleases", set(there), set(self.wish.releases))
        maps = {o["metadata"]["name"]: o["data"] for o in self.api.items(f"{KINDS['ConfigMap']}?labelSelector={RELEASE}namespace") if "data" in o}
        self.expect("maps of releases", set(maps), {f"{h}-{i}" for h, r in self.wish.releases.items() for i in range(r["values"]["maps"])})
        records = [s["metadata"]["labels"] for s in self.api.items(f"{CORE}/secrets?labelSelector=owner%3Dhelm")]
        self.expect("releases with records", {r["name"] for r in records}, set(self.wish.releases))
        for h, r in self.wish.releases.items():
            c = condition(there.get(h))
            if c.get("status") != "True" or not c.get("observedGeneration") == there[h]["status"].get("observedGeneration") == there[h]["metadata"]["generation"]:
                self.faults.append(f"{h} is not ready: {c}")
            if wrong := [n for n, data in maps.items() if n.startswith(h + "-") and data["v"] != r["values"]["v"]]:
                self.faults.append(f"{wrong} are of other values")
            history = [(s["version"], s["status"]) for s in records if s["name"] == h]
            if [status for _, status in history].count("deployed") != 1 or len(history) > r["keep"] + 1:
                self.faults.append(f"the history of {h} is {history}")


class Life:
    ACTS = {"commit": 10, "kustomizations": 2, "releases": 5, "spoil": 2, "rewrite": 1, "edit": 6, "delete": 4, "kill": 1.5, "stop": .7, "freeze": .4, "suspend": 1, "rest": 2}

    def __init__(self, stack):
        self.stack, self.api = stack, Api(stack, WORK / "admin.kubeconfig")
        self.repo, self.wish, self.suspended = Repo(GitServer(stack, WORK / "repos"), NS), Wish(), set()
        self.api.define()
        self.api.apply("-f", "-", text=f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NS}}}\n")
        for _ in range(3):
            self.wish.add_part()
        self.wish.add_release()
        self.push()
        self.api.apply("-f", "-", text=documents(source(NS, NS, self.repo.url, "5m"), json.dumps(self.wish.kustomization("root", wait=False))))
        self.start()

    def start(self):
        fail = {"SLUICE_FAIL_AT": f"{chance.randrange(20, 150)}{chance.choice(('', '+'))}"} if chance.random() < .3 else {}
        self.daemon = Daemon(self.stack, WORK, WORK / "engine.kubeconfig", ["--requeue-dependency=3s"], env=fail)

    def keep_alive(self):
        if self.daemon.alive():
            return
        if (how := self.daemon.process.returncode) not in KILLED:
            raise Failed(f"the daemon ended by itself with {how}: {self.daemon.last_words(30)}")
        self.daemon = Daemon(self.stack, WORK, WORK / "engine.kubeconfig", ["--requeue-dependency=3s"])

    def ask(self):
        with contextlib.suppress(Failed):
            self.api.ask("GitRepository", NS, NS)

    def push(self):
        files, clone = self.wish.files(), self.repo.clone
        there = {str(p.relative_to(clone)) for p in clone.rglob("*") if p.is_file() and ".git" not in p.relative_to(clone).parts}
        for gone in there - files.keys():
            self.repo.write(gone, None)
        self.head = self.repo.commit("Next", files)

    def publish(self):
        self.push()
        self.ask()

    # ---- acts ----

    def commit(self):
        parts = self.wish.parts
        for _ in range(chance.randrange(1, 5)):
            objects, kind = parts[chance.choice(list(parts))]["objects"], chance.random()
            taken = {key for p in parts.values() for key in p["objects"]}
            if kind < .4 or not objects:
                key = (chance.choice(list(KINDS)), f"o{chance.randrange(25)}")
                if key not in taken:
                    objects[key] = obj(*key, self.wish.value())
                continue
            key = chance.choice(list(objects))
            if kind < .65:
                objects[key] = obj(*key, self.wish.value())
            else:
                it = objects.pop(key)
                if kind > .8:  # it moves
                    parts[chance.choice(list(parts))]["objects"][key] = it
        self.push()
        if chance.random() < .8:
            self.ask()

    def kustomizations(self):
        parts, kind = self.wish.parts, chance.random()
        if kind < .45 and len(parts) < 7:
            self.wish.add_part()
        elif kind < .7 and len(parts) > 2:
            gone = chance.choice(list(parts))
            del parts[gone]
            self.suspended.discard(gone)
        else:
            parts[chance.choice(list(parts))]["wait"] ^= True
        self.publish()

    def releases(self):
        all, kind = self.wish.releases, chance.random()
        if kind < .2 and len(all) < 4:
            self.wish.add_release()
        elif kind < .35 and len(all) > 1:
            del all[chance.choice(list(all))]
        elif kind < .5:
            self.wish.chart += 1
        else:
            more = {k: True for k, often in (("hook", .4), ("bad", .25)) if chance.random() < often}
            all[chance.choice(list(all))]["values"] = {"v": self.wish.value(), "maps": chance.randrange(1, 4), **more}
        self.publish()

    def spoil(self):
        part = self.wish.parts[chance.choice(list(self.wish.parts))]
        part["broken"] = None if part["broken"] else chance.choice(BROKEN)
        self.publish()

    def rewrite(self):
        if int(self.repo.git("rev-list", "--count", "HEAD")) > 2:
            self.repo.git("reset", "-q", "--soft", "HEAD~1")
        self.repo.git("commit", "-q", "--allow-empty", "-m", "Rewritten")
        self.repo.git("push", "-q", "--force", "origin", "main")
        self.head = self.repo.git("rev-parse", "HEAD")
        self.ask()

    def managed(self):
        """One object of the daemon's; its kind and path."""
        kind = chance.choice(list(KINDS))
        names = [o["metadata"]["name"] for o in self.api.items(KINDS[kind]) if {OWNER + "name", RELEASE + "name"} & (o["metadata"].get("labels") or {}).keys()]
        return (kind, f"{KINDS[kind]}/{chance.choice(names)}") if names else (kind, None)

    def edit(self):
        kind, path = self.managed()
        edits = {"ConfigMap": {"data": {"v": "edited"}}, "Secret": {"data": {"v": "ZWRpdGVk"}}, "Service": {"spec": {"selector": {"app": "edited"}}},
                 "ServiceAccount": {"metadata": {"annotations": {"v": "edited"}}}, "Deployment": {"spec": {"replicas": 1}}}
        labels = {"metadata": {"labels": chance.choice((None, {OWNER + "name": None}))}}
        if path:
            self.api.call("PATCH", path, labels if chance.random() < .2 else edits[kind], MERGE)

    def delete(self):
        if path := self.managed()[1]:
            self.api.call("DELETE", path)

    def kill(self):
        self.daemon.process.kill()
        self.daemon.process.wait()
        time.sleep(chance.choice((0, 1)))
        self.start()

    def stop(self):
        if (how := self.daemon.end()) not in (0, *KILLED):
            raise Failed(f"stopped, the daemon ended with {how}: {self.daemon.last_words()}")
        self.start()

    def freeze(self):
        server = int((WORK / "apiserver.pid").read_text())
        os.kill(server, signal.SIGSTOP)
        time.sleep(chance.random() * 4)
        os.kill(server, signal.SIGCONT)

    def suspend(self):
        name = chance.choice(list(self.wish.parts))
        on = name not in self.suspended
        if self.api.call("PATCH", f"{KS}/{name}", {"spec": {"suspend": on or None}}, MERGE)[0] == 200:
            (self.suspended.add if on else self.suspended.discard)(name)

    def rest(self):
        time.sleep(chance.random() * 3)

    # ---- peace ----

    def live(self):
        for _ in range(chance.randrange(5, 40)):
            self.keep_alive()
            getattr(self, chance.choices(list(self.ACTS), list(self.ACTS.values()))[0])()
            if chance.random() < .6:
                time.sleep(chance.random() ** 3)

    def is_settled(self):
        self.keep_alive()
        self.look = Look(self.api, self.wish, self.head)
        return not self.look.faults

    def rest_in_peace(self):
        self.wish.mend()
        self.push()
        for name in self.suspended:
            self.api.call("PATCH", f"{KS}/{name}", {"spec": {"suspend": None}}, MERGE)
        self.suspended.clear()
        self.keep_alive()
        self.ask()
        began = time.monotonic()
        try:
            poll("all as the repository says", self.is_settled, 60, 0.5)
        except Failed:
            raise Failed("; ".join(self.look.faults))
        took = time.monotonic() - began
        time.sleep(1)
        if not self.is_settled():
            raise Failed(f"it did not stay so: {'; '.join(self.look.faults)}")
        print(f"# {len(self.wish.parts)} Kustomizations, {len(self.wish.releases)} HelmReleases: all as the repository says after {took:.1f} s, "
              f"{self.daemon.memory()[0]:.1f} MB", flush=True)


def main():
    passed, failed, end = 0, 0, time.monotonic() + SECONDS
    print(f"# seed {SEED}", flush=True)
    with contextlib.ExitStack() as stack:
        try:
            life = Life(stack)
            life.rest_in_peace()
            while time.monotonic() < end:
                life.live()
                life.rest_in_peace()
                passed += 1
        except Failed as e:
            print(f"FAILED after {passed} times of peace: {e}", flush=True)
            failed = 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed


sys.exit(main())
