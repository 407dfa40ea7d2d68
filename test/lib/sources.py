"""sources.py: what tests of kinds of sources share: objects made in the API double, and what they come to."""
import json, os, re, sys, tarfile, time

from lab import ROOT, Failed, condition, poll

BUILD = ROOT / os.environ.get("BUILD", "build/release")
SOURCES = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default"
SECRETS = "s3cret|wrong-pass|refresh-1|token-"


class SourceCases:
    """A subclass says kind, plural and defaults of its spec, and has api (a Double), data (the daemon's storage)."""
    kind = plural = None
    spec = {"interval": "1h"}

    def __init__(self):
        self.faults, self.passed, self.made = [], 0, 0

    def path(self, name):
        return f"{SOURCES}/{self.plural}/{name}"

    def patch(self, name, body):
        return self.api.must("PATCH", self.path(name), body, "application/merge-patch+json")

    def create(self, **spec):
        """A new object; its name."""
        self.made += 1
        name = f"r{self.made}"
        self.api.must("POST", f"{SOURCES}/{self.plural}", {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": self.kind,
                                                           "metadata": {"name": name, "namespace": "default"}, "spec": {**self.spec, **spec}})
        return name

    def settled(self, name, test=lambda c: c.get("status") in ("True", "False")):
        """The object when its Ready says so for this generation."""
        def look():
            status, obj = self.api.call("GET", self.path(name))
            c = condition(obj) if status == 200 else {}
            return obj if test(c) and c.get("observedGeneration") == obj["metadata"]["generation"] else None
        return poll(f"{name} settled", look, 30, 0.02)

    def files(self, obj):
        """What the artifact holds."""
        with tarfile.open(self.data / obj["status"]["artifact"]["path"]) as tar:
            return {m.name: tar.extractfile(m).read().decode() for m in tar.getmembers() if m.isfile()}

    def events(self, name):
        return [e for e in self.api.must("GET", "/api/v1/namespaces/default/events")["items"] if e["involvedObject"]["name"] == name]

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.faults.append(f"{what}: {seen}")
            print(f"FAILED {what}: {seen}", flush=True)

    def ready(self, what, name, revision, files=None):
        obj = self.settled(name)
        c, artifact = condition(obj), obj["status"].get("artifact", {})
        self.check(what, c["status"] == "True" and artifact.get("revision") == revision, f"{c} {artifact}")
        if files is not None and artifact:
            self.check(f"{what}: files", self.files(obj) == files, self.files(obj))
        return obj

    def ready_at_last(self, what, name, revision):
        obj = self.settled(name, lambda c: c.get("status") == "True")
        self.check(what, obj["status"]["artifact"]["revision"] == revision, obj["status"])
        return obj

    def refused(self, what, name, reason, pattern, kind="FetchFailed", stalled=False):
        obj = self.settled(name, lambda c: c.get("status") == "False")
        c = condition(obj)
        good = c["reason"] == reason and re.search(pattern, c["message"]) and (not kind or condition(obj, kind).get("status") == "True")
        good = good and (condition(obj, "Stalled").get("status") == "True") == stalled
        self.check(what, bool(good) and not re.search(SECRETS, json.dumps(obj["status"])), json.dumps(obj["status"]["conditions"]))
        return obj

    def ask(self, name, mark):
        """A look now, to its end."""
        self.patch(name, {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": mark}}})
        poll("asked", lambda: self.api.must("GET", self.path(name))["status"].get("lastHandledReconcileAt") == mark, 20, 0.02)

    def leftovers(self):
        """Files that something half-done has left in the storage."""
        return [p for p in self.data.rglob("*") if p.name.startswith((".spool", ".part-")) or ".tmp" in p.name]


def play(cases, parts, secrets=None):
    """Plays the parts, or those of them that the command line names behind the first word, each with its time; then ends the daemon. secrets: what its
    log may not hold. Prints the counts; whether anything failed."""
    for part in parts:
        if sys.argv[2:] and part.__name__ not in sys.argv[2:]:
            continue
        began = time.monotonic()
        try:
            part()
        except Failed as e:
            cases.check(part.__name__, False, e)
        print(f"{part.__name__}: {time.monotonic() - began:.1f} s", flush=True)
    if secrets:
        cases.check("no secret in the log", not re.search(secrets, cases.daemon.log.read_text()), "")
    cases.check("the daemon ends well", cases.daemon.end() == 0, cases.daemon.last_words())
    print(f"{cases.passed} passed, {len(cases.faults)} failed, {getattr(cases, 'skipped', 0)} skipped")
    return bool(cases.faults)
