"""sops.py WORK: Kustomizations with spec.decryption on a real cluster, files made by the real sops. Each row is one Kustomization of one
namespace: it ends with these Secrets, or in BuildFailed with a message that says why. A double plays Vault, by a token and by the login of
a ServiceAccount. In the end no plain text stands on the disk, in the log, in an event, in a condition or in the daemon's memory."""
import base64, contextlib, http.server, json, os, pathlib, re, subprocess, sys, tempfile, threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from lab import ROOT, Api, Daemon, Failed, GitServer, Repo, collection, condition, documents, is_ready, kustomization, poll, source

WORK, NS, SOPS = pathlib.Path(sys.argv[1]), "sealed", os.environ["SOPS"]
KEYS = ROOT / "test/sops/keys"
PLAIN = "plaintext-of-nobody"  # in every value; must be nowhere in the end


def key(name):
    return (KEYS / name).read_text()


def recipient(name):
    return re.search(r"public key: (\S+)", key(name))[1]


def seal(text, kind="yaml", rule="", keys=None):
    """Encrypted by the real sops for one.agekey, or as the lines of a creation rule say."""
    with tempfile.TemporaryDirectory() as folder:
        config, file = pathlib.Path(folder, "config"), pathlib.Path(folder, "plain")
        lines = (keys or f"age: {recipient('one.agekey')}") + "\n" + rule
        config.write_text("creation_rules:\n- " + lines.strip().replace("\n", "\n  ") + "\n")
        file.write_text(text)
        done = subprocess.run([SOPS, "--config", config, "encrypt", "--input-type", kind, "--output-type", kind, file], capture_output=True, text=True)
        if done.returncode:
            raise Failed(done.stderr)
        return done.stdout


def secret(name, data="stringData", **fields):
    lines = "".join(f"\n    {k}: {json.dumps(v)}" for k, v in fields.items())
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n    name: {name}\n{data}:{lines}\n"


def whole(name, value=PLAIN, **how):
    return seal(secret(name, password=value), rule="encrypted_regex: ^(data|stringData)$", **how)


def generator(name, **fields):
    return "secretGenerator:\n- " + json.dumps({"name": name, "options": {"disableNameSuffixHash": True}, **fields}) + "\n"


def b64(text):
    return base64.b64encode(text.encode()).decode()


AGE = {"a.agekey": key("one.agekey")}
PASSWORD = {"password": PLAIN}


def rows():
    """name → (files; the keys; further fields of the spec; what its Secret holds, or what the message must hold)"""
    sops = "decryption: {provider: sops, secretRef: {name: keys-%s}}"
    two = f"shamir_threshold: 2\nkey_groups:\n- age: [{recipient('one.agekey')}]\n- age: [{recipient('two.agekey')}]"
    sealed, changed = whole("whole"), whole("changed")
    at = changed.index("data:", changed.index("password:")) + 5
    changed = changed[:at] + ("B" if changed[at] == "A" else "A") + changed[at + 1:]
    return {
        "whole": ({"s.yaml": sealed}, AGE, sops, PASSWORD),
        "moved": ({"s.yaml": sealed.replace("name: whole", "name: moved")}, AGE, sops, PASSWORD),
        "quantum": ({"s.yaml": whole("quantum", keys=f"age: {recipient('quantum.agekey')}")}, {"q.agekey": key("quantum.agekey")}, sops, PASSWORD),
        "parts": ({"s.yaml": whole("parts", keys=two)}, {"a.agekey": key("one.agekey"), "b.agekey": key("two.agekey")}, sops, PASSWORD),
        "entries": ({"s.yaml": secret("entries", "data", **{"c.yaml": b64(seal(f"x: {PLAIN}\n")), "d.env": b64(seal(f"A={PLAIN}\n", "dotenv")),
                                                              "e": b64(seal(PLAIN, "binary")), "f": b64("as it is")})},
                    AGE, sops, {"c.yaml": f"x: {PLAIN}\n", "d.env": f"A={PLAIN}\n", "e": PLAIN, "f": "as it is"}),
        "files": ({"kustomization.yaml": "resources: [base]\ncomponents: [part]\n",
                   "base/kustomization.yaml": generator("files", files=["a.json", "key.ini=raw"], envs=["b.env", "c"]) + "patches: [{path: p.yaml}]\n",
                   "base/a.json": seal(json.dumps({"j": PLAIN}), "json"), "base/raw": seal(f"[s]\nk = {PLAIN}\n", "ini"),
                   "base/b.env": seal(f"B={PLAIN}\n", "dotenv"), "base/c": seal(f"C={PLAIN}\n", "dotenv"),
                   "base/p.yaml": seal(secret("files", "data", patched=b64(PLAIN)), rule="encrypted_regex: patched"),
                   "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + generator("files", behavior="merge", files=["d.bin"]),
                   "part/d.bin": seal(PLAIN, "binary")},
                  AGE, sops, {"a.json": f'{{\n\t"j": "{PLAIN}"\n}}\n', "key.ini": f"[s]\nk = {PLAIN}\n", "B": PLAIN, "C": PLAIN, "patched": PLAIN, "d.bin": PLAIN}),
        "variables": ({"s.yaml": whole("variables", "${x}")}, AGE, sops + f", postBuild: {{substitute: {{x: {PLAIN}}}}}", PASSWORD),
        "left": ({"s.yaml": whole("left").replace("metadata:\n", "metadata:\n    annotations: {kustomize.toolkit.fluxcd.io/decrypt: disabled}\n")},
                 AGE, sops, "ENC[AES256_GCM"),
        "for-all": ({"s.yaml": whole("for-all", keys=f"age: {recipient('three.agekey')}")}, None, "decryption: {provider: sops}", PASSWORD),
        "other-key": ({"s.yaml": whole("other-key")}, {"b.agekey": key("two.agekey")}, sops,
                      [r"decryption failed for 'Secret\.v1\.\[noGrp\]/other-key'", r"Group 0: FAILED", r"did not match any of the recipients"]),
        "no-key": ({"s.yaml": whole("no-key")}, {"other": "x"}, sops, [r"failed to load age identities"]),
        "bad-key": ({"s.yaml": whole("bad-key")}, {"b.agekey": "AGE-SECRET-KEY-1" + PLAIN.upper()}, sops, [r"failed to import 'b\.agekey' data", r"malformed"]),
        "changed": ({"s.yaml": changed}, AGE, sops, [r"Could not decrypt with AES_GCM"]),
        "plain": ({"s.yaml": re.sub(r"password: .*", "password: in-the-open", whole("plain"))}, AGE, sops, [r"Input string <redacted>"]),
        "few-parts": ({"s.yaml": whole("few-parts", keys=two)}, AGE, sops, [r"Group 0: SUCCESS", r"Group 1: FAILED", r"Shamir threshold of\s2"]),
        "no-secret": ({"s.yaml": sealed}, None, sops, [r'^secrets "keys-no-secret" not found$']),
        "no-file": ({"kustomization.yaml": generator("x", files=["gone.yaml"])}, AGE, sops, [r"error decrypting sources: lstat gone\.yaml"]),
        "vault": ({"s.yaml": for_vault("vault")}, {"sops.vault-token": "s.token\n"}, sops, PASSWORD),
        "vault-no": ({"s.yaml": for_vault("vault-no")}, {"sops.vault-token": "s.wrong"}, sops, [r"Code: 403", r"permission denied"]),
        "vault-login": ({"s.yaml": for_vault("vault-login")}, None, "decryption: {provider: sops, serviceAccountName: opener}", PASSWORD),
    }


# ---- Vault

class Vault(http.server.BaseHTTPRequestHandler):
    data_keys, address = {}, ""

    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, token = self.path.rsplit("/", 1)[1], self.headers.get("X-Vault-Token")
        if self.path == "/v1/auth/kubernetes/login":
            claims = json.loads(base64.urlsafe_b64decode(body["jwt"].split(".")[1] + "=="))
            good = claims["aud"] == [self.address] and body["role"] == f"{NS}_opener" and claims["sub"] == f"system:serviceaccount:{NS}:opener"
            return self.say(good, {"auth": {"client_token": "s.login"}})
        good = token == ("s.login" if name == "vault-login" else "s.token") and body["ciphertext"] == "vault:v1:" + name
        self.say(good, {"data": {"plaintext": base64.b64encode(self.data_keys.get(name, b"")).decode()}})

    def say(self, good, answer):
        text = json.dumps(answer if good else {"errors": ["permission denied"]}).encode()
        self.send_response(200 if good else 403)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


def for_vault(name):
    """A file whose data key the double keeps: age's copy of it is opened and taken out."""
    text = whole(name)
    armored = "\n".join(line.strip() for line in re.search(r"-----BEGIN AGE[\s\S]*FILE-----", text)[0].split("\n")) + "\n"
    done = subprocess.run(["age", "--decrypt", "-i", KEYS / "one.agekey"], input=armored.encode(), capture_output=True)
    if done.returncode:
        raise Failed(done.stderr.decode())
    Vault.data_keys[name] = done.stdout
    entry = {"vault_address": Vault.address, "engine_path": "transit", "key_name": name, "created_at": "2024-01-01T00:00:00Z", "enc": "vault:v1:" + name}
    return re.sub(r"    age:\n(        .*\n)+", f"    hc_vault: [{json.dumps(entry)}]\n", text)


# ---- the table

class Table:
    def __init__(self, stack):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        Vault.address = f"http://127.0.0.1:{server.server_port}"
        self.api, self.git, self.faults = Api(stack, WORK / "admin.kubeconfig"), GitServer(stack, WORK / "repos"), []
        self.rows = rows()

    def fault(self, name, what):
        self.faults.append(name)
        print(f"{name}: {what}", flush=True)

    def keys(self, name, data):
        text = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys-" + name, "namespace": NS}, "stringData": data})
        self.api.apply("-f", "-", text=text)

    def begin(self):
        self.api.define()
        vault = json.dumps({"instances": [{"address": Vault.address, "loginPath": "auth/kubernetes/login"}]})
        parts = [f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {ns}}}" for ns in (NS, "flux-system")]
        parts += [json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "vault", "namespace": "flux-system"}, "data": {"config.yaml": vault}}),
                  json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "for-all", "namespace": "flux-system"},
                              "stringData": {"a.agekey": key("three.agekey"), "b.asc": "passed over"}}),
                  f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: opener, namespace: {NS}}}"]
        self.api.apply("-f", "-", text=documents(*parts))
        parts = []
        for name, (files, keys, fields, _) in self.rows.items():
            Repo(self.git, name).commit("All", files)
            if keys:
                self.keys(name, keys)
            fields = fields % name if "%s" in fields else fields
            parts += [source(name, NS, f"{self.git.url}/{name}.git"), kustomization(name, NS, name, wait="false").rstrip()[:-1] + f", {fields}}}\n"]
        self.api.apply("-f", "-", text=documents(*parts))

    def held(self, name):
        obj = self.api.get(f"/api/v1/namespaces/{NS}/secrets/{name}") or {}
        return {k: base64.b64decode(v).decode() for k, v in (obj.get("data") or {}).items()}

    def get(self, name):
        return self.api.get(f"{collection('Kustomization', NS)}/{name}")

    def row(self, name, want):
        if isinstance(want, list):
            failed = lambda: (c := condition(self.get(name))).get("status") == "False" and c["reason"] == "BuildFailed" and c
            message = poll(f"BuildFailed of {name}", failed, 30)["message"]
            if missing := [p for p in want if not re.search(p, message)]:
                self.fault(name, f"without {missing}: {message}")
            return
        poll(f"{name} ready", lambda: is_ready(self.get(name)), 30)
        held = self.held(name)
        if held != want if isinstance(want, dict) else want not in held.get("password", ""):
            self.fault(name, f"holds {held}")

    def check(self):
        for name, (*_, want) in self.rows.items():
            try:
                self.row(name, want)
            except Failed as e:
                self.fault(name, f"{e}; it is {condition(self.get(name))}")

    def new_key(self):
        """Once the right key is there its Secret's change is enough."""
        self.keys("other-key", {"b.agekey": key("one.agekey")})
        self.row("other-key", PASSWORD)

    def traces(self, daemon):
        events = json.dumps(self.api.items(f"/api/v1/namespaces/{NS}/events")) + json.dumps(self.api.items(collection("Kustomization", NS)))
        places = {"events and conditions": re.sub(r'"substitute": {"x": "[^"]*"}', "", re.sub(r'\\"substitute\\":{\\"x\\":\\"[^}]*}', "", events)),
                  "the log": daemon.log.read_text(errors="replace")}
        for file in (WORK / "data").rglob("*"):
            if file.is_file() and "plain" not in file.name:
                places[str(file)] = file.read_bytes().decode(errors="replace")
        for place, text in places.items():
            if PLAIN in text or PLAIN.upper() in text or "AGE-SECRET-KEY-1" in text:
                self.fault("traces", f"plain text in {place}")

    def memory(self, daemon):
        """Nothing of it is left in the daemon a while after, but for what the objects themselves hold. What libcurl keeps of a request for the
        next one is written over by that: there has to be another, as long as any before."""
        text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "later", "namespace": NS}, "data": {"x": "y" * 100000}})
        Repo(self.git, "later").commit("Other work", {"later.yaml": text})
        self.api.apply("-f", "-", text=documents(source("later", NS, f"{self.git.url}/later.git"), kustomization("later", NS, "later", wait="false")))
        poll("later ready", lambda: is_ready(self.get("later")), 30)
        words = [re.search(r"AGE-SECRET-KEY-\S{20}", key("one.agekey"))[0].encode(), b64(PLAIN).encode(), f'"j": "{PLAIN}'.encode(), f"k = {PLAIN}".encode()]

        def found():
            with open(f"/proc/{daemon.process.pid}/maps") as maps, open(f"/proc/{daemon.process.pid}/mem", "rb", 0) as memory:
                for line in maps:
                    span, rights = line.split()[:2]
                    start, end = (int(x, 16) for x in span.split("-"))
                    if not rights.startswith("r") or "[v" in line:
                        continue
                    with contextlib.suppress(OSError, OverflowError, ValueError):
                        memory.seek(start)
                        content = memory.read(end - start)
                        if any(word in content for word in words):
                            at = next(content.index(word) for word in words if word in content)
                            return line.strip() + f": {content[max(0, at - 80):at + 80]}"
            return None

        try:
            poll("secrets gone from memory", lambda: not found(), 20)
        except Failed as e:
            self.fault("memory", f"{e}; {found()}")


def main():
    with contextlib.ExitStack() as stack:
        table = Table(stack)
        daemon = Daemon(stack, WORK, WORK / "engine.kubeconfig",
                        ["--sops-vault-configmap=vault", "--sops-age-secret=for-all", "--feature-gates=ObjectLevelWorkloadIdentity=true", "--concurrent=2"], {"HOME": str(WORK)})
        checks = [table.begin, table.check, table.new_key, lambda: table.traces(daemon), lambda: table.memory(daemon)]
        try:
            for check in checks:
                check()
        except Failed as e:
            table.fault("the table", str(e))
        if not daemon.alive():
            table.fault("the daemon", "ended: " + daemon.last_words())
        total, wrong = len(table.rows) + 3, len(set(table.faults))
        print(f"{total - wrong} passed, {wrong} failed")
        sys.exit(wrong != 0)


main()
