#!/usr/bin/env python3
"""random OPEN COUNT [SEED]: files as nobody writes them, of every format, with rules and keys by chance: the real sops encrypts them, it and OPEN (the box's test
program) decrypt them, to the same bytes. What sops cannot encrypt is passed over. Prints what differs, with the seed that makes it again, and, last,
"N passed, N failed". SOPS names the program (default: sops); KEEP a folder for the files that differ."""
import concurrent.futures, json, os, random, re, shutil, subprocess, sys, tempfile

OPEN, COUNT, SEED = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
SOPS, KEEP = os.environ.get("SOPS", "sops"), os.environ.get("KEEP")
work = tempfile.mkdtemp(prefix="sops-random-")


def run(*args, env=None):
    return subprocess.run(args, capture_output=True, env={**os.environ, "HOME": work, **(env or {})})


def age_key(name):
    text = run("age-keygen").stdout
    os.makedirs(f"{work}/{name}")
    with open(f"{work}/{name}/{name}.agekey", "wb") as f:
        f.write(text)
    return re.search(rb"public key: (\S+)", text)[1].decode(), re.search(rb"AGE-SECRET-KEY-\S+", text)[0].decode()


def pgp_key():
    home = f"{work}/gnupg"
    os.makedirs(home, 0o700)
    gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    run(*gpg, "--quick-generate-key", "p <p@example.org>", "ed25519/sign", "default", "never")
    fp = re.search(r"^fpr:+([0-9A-F]+):", run(*gpg, "--list-keys", "--with-colons").stdout.decode(), re.M)[1]
    run(*gpg, "--quick-add-key", fp, "cv25519/encr", "encr", "never")
    with open(f"{work}/all/key.asc", "wb") as f:
        f.write(run(*gpg, "--armor", "--export-secret-keys", fp).stdout)
    return home, fp


# ---- texts

WORDS = ["a", "password", "x y", "Grüße", "😀", "key", "on", "null", "~", "true", "No", "12:30:45", "1e3", "0x1F", "-", "?", "#no", "a: b", "a #b", "'", '"', "\\", "*a", "&a", "!t", "%d", "@x", "`", "|", ">",
         "[", "{", "tab\there", " lead", "trail ", "", "2001-12-14", "3.14", "=", "<<", "\u2028", "\x7f", "\u0085", "ends\n", "two\nlines", "\n", "  in\n out\n", "ENC[AES256_GCM,data:x]", "__x__", "a\rb",
         "very long " * 12, "\ufeff", "0", "+1", "1_000", "0o17", "017", ".5", ".inf", "-.inf", ".nan", "1e400", "12345678901234567890", "0b11", "y", "Yes", "OFF", "é́", "🇩🇪", "---", "...", "--- a", "- a", ": a"]
PLAIN = ["a", "b c", "1", "-7", "1.5", "3.0", "-0.0", "1e3", "1E+9", "0x1F", "0o17", "017", "08", "1_000", "+1", ".5", "5.", ".inf", "-.Inf", ".nan", "true", "True", "FALSE", "yes", "No", "on", "y", "null", "Null", "~",
         "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2002-1-1", "12:30:45", "190:20:30", "1e400", "0.1e-6", "100000000000000000000000", "a'b", 'a"b', "x#y", "a:b", "-x",
         "Grüße", "😀", "0b101", "1__0", "=", "<<", "!", "9223372036854775807", "-9223372036854775808", "-9223372036854775809", "0.30000000000000004", "123456789.123456789", "1.0e+2", "0x", "1,2"]


def text(r):
    return "".join(r.choice(WORDS) for _ in range(r.choice([1, 1, 1, 2, 3])))


def quoted(r, s):
    return json.dumps(s, ensure_ascii=r.random() < 0.5) if r.random() < 0.7 else "'" + re.sub(r"[\n\r\x00-\x08\x7f\u0085\u2028\ufeff]", "?", s).replace("'", "''") + "'"


class Yaml:
    def __init__(self, r):
        self.r, self.anchors, self.used, self.step = r, [], set(), r.choice([2, 2, 4, 3])

    def scalar(self):
        r = self.r
        kind = r.random()
        if kind < 0.55:
            return r.choice(PLAIN)
        if kind < 0.9:
            return quoted(r, text(r))
        return r.choice(["!!str 1", "!!str true", "!!int 3", "!!float 2", "!!binary aGk=", "!local x", "!!null ''", ""])

    def key(self):
        r, name = self.r, None
        while name is None or name in self.used:
            name = r.choice(["a", "b", "password", "x_secret", "x_unencrypted", "data", "k1", '"1"', "'true'", '"quo ted"', "'it''s'", "Grüße", "with space", "a.b", "a/b", '"~"', "'1.5'", '"y"', "key-2"]) + r.choice(["", "", "2", "3x"]) \
                if r.random() < 0.8 else quoted(r, r.choice(WORDS[:36]))
            name = re.sub(r'^("[^"]*"|\'[^\']*\')(2|3x)$', r"\1", name)
        self.used.add(name)
        return name

    def comment(self, indent):
        r = self.r
        return " " * indent + r.choice(["# a comment", "#no blank", "#", "# Grüße: [x]", "#  two  blanks  ", "## twice", "# secret: yes", "# last\n" + " " * indent + "# of two", "#!x", "# ENC[no]"]) + "\n"

    def beside(self):
        return self.r.choice(["", "", "", "", " # beside", "  # far beside", " #x"])

    def flow(self, depth):
        r = self.r
        if depth > 2 or r.random() < 0.5:
            return r.choice(["1", "a", "true", "null", "'q'", '"d"', "3.0", "~", '""'])
        n = r.randrange(0, 4)
        if r.random() < 0.5:
            return "[" + ", ".join(self.flow(depth + 1) for _ in range(n)) + "]"
        return "{" + ", ".join(f"k{i}: {self.flow(depth + 1)}" for i in range(n)) + "}"

    def block_text(self, indent):
        r = self.r
        lines = [r.choice(["one", "  more", "", "# no comment", "a: b", "Grüße", "trail ", "\ttab", "long " * 20, "- x", "---x"]) for _ in range(r.randrange(1, 5))]
        lines[0] = lines[0].strip() or "x"
        body = "".join((" " * indent + line if line else "") + "\n" for line in lines)
        return r.choice("||>") + r.choice(["", "", "-", "+"]) + "\n" + body + r.choice(["", "", "\n"])

    def value(self, indent, depth):
        """What stands behind "key:" or "-", with its line's end."""
        r = self.r
        kind, anchor = r.random(), ""
        if r.random() < 0.06:
            name = f"n{len(self.anchors)}"
            self.anchors.append(name)
            anchor = f" &{name}"
        elif self.anchors and r.random() < 0.06:
            return f" *{r.choice(self.anchors[:1])}\n"
        if depth < 4 and kind < 0.22:
            return anchor + self.beside() + "\n" + self.map(indent + self.step, depth + 1)
        if depth < 4 and kind < 0.4:
            return anchor + self.beside() + "\n" + self.list(indent + r.choice([0, self.step]) if indent >= 0 else 0, depth + 1)
        if kind < 0.5:
            return f"{anchor} {self.flow(0)}{self.beside()}\n"
        if kind < 0.6:
            return f"{anchor} {self.block_text(indent + self.step)}"
        return f"{anchor} {self.scalar()}{self.beside()}\n"

    def map(self, indent, depth):
        out, saved = "", self.used
        self.used = set()
        for _ in range(self.r.randrange(1, 5)):
            if self.r.random() < 0.15:
                out += self.comment(indent)
            out += self.r.choice(["", "", "", "", "", "\n"])
            out += " " * indent + self.key() + ":" + self.value(indent, depth)
        if self.r.random() < 0.08:
            out += self.comment(indent)
        self.used = saved
        return out

    def list(self, indent, depth):
        out = ""
        for _ in range(self.r.randrange(1, 4)):
            if self.r.random() < 0.12:
                out += self.comment(indent)
            if self.r.random() < 0.3 and depth < 4:
                inner = self.map(indent + 2, depth + 1)
                lines = inner.split("\n")
                if lines[0].strip() and not lines[0].lstrip().startswith("#"):
                    out += " " * indent + "- " + inner[indent + 2:]
                    continue
            out += " " * indent + "-" + self.value(indent, depth)
        return out

    def document(self):
        self.anchors, self.used = [], set()
        return (self.comment(0) if self.r.random() < 0.2 else "") + self.map(0, 0) + (self.comment(0) if self.r.random() < 0.15 else "")

    def file(self):
        r = self.r
        parts = [self.document() for _ in range(r.choice([1, 1, 1, 1, 2, 3]))]
        return r.choice(["", "", "", "---\n", "%YAML 1.1\n---\n"]) + r.choice(["---\n", "---\n", "--- # beside\n"]).join(parts) + r.choice(["", "", "", "...\n", "---\n"])


def some_json(r, depth=0):
    kind = r.random()
    if depth < 4 and (kind < 0.3 or depth == 0):
        return {r.choice(WORDS + ["a", "b", "x_secret", "x_unencrypted"]) + str(i): some_json(r, depth + 1) for i in range(r.randrange(depth == 0, 5))}
    if depth < 4 and kind < 0.45:
        return [some_json(r, depth + 1) for _ in range(r.randrange(0, 4))]
    return r.choice([text(r), text(r), r.randrange(-10**6, 10**6), r.random() * 10 ** r.randrange(-10, 20), True, False, None, 0, -1, 1e100, 3.0, 2**53 + 1, -0.0, 10**15, 1e21, 1e-7])


def some_dotenv(r):
    lines = []
    for i in range(r.randrange(1, 8)):
        lines.append(r.choice(["# comment", "#x=y", "", "#"]) if r.random() < 0.2 else
                     r.choice(["KEY", "a.b", "x_unencrypted", "x_secret", "spa ce", "Grüße"]) + str(i) + "=" + re.sub(r"[\n\r]", r.choice(["", "\\n"]), text(r)))
    return "\n".join(lines) + r.choice(["", "\n", "\n\n"])


def some_ini(r):
    out = ""
    for s in range(r.randrange(0, 4)):
        if s or r.random() < 0.7:
            out += r.choice(["", "; about\n", "# about\n"]) + f"[{r.choice(['one', 'two.three', 'with space', 'DEFAULT', 'Grüße'])}{s}]\n"
        for i in range(r.randrange(0, 5)):
            if r.random() < 0.2:
                out += r.choice(["; a comment\n", "# another\n", "\n", ";x\n"])
            value = re.sub(r"[\n\r]", "", text(r))
            out += r.choice(["key", "x_secret", "x_unencrypted", "a b", "k.l"]) + str(i) + r.choice(["=", " = ", ": "]) + r.choice([value, f'"{value}"', f"`{value}`", f'"""{value}\nmore"""']) + r.choice(["", "", " ; beside", " # beside"]) + "\n"
    return out


RULES = [[], [], ["--encrypted-regex", "^(a|data|password|.*secret)$"], ["--unencrypted-regex", "^(a|k1)"], ["--encrypted-suffix", "_secret"], ["--unencrypted-suffix", "_unencrypted"], ["--encrypted-comment-regex", "secret"],
         ["--unencrypted-comment-regex", "beside"], ["--mac-only-encrypted", "--encrypted-regex", "a"], ["--mac-only-encrypted"]]


def case(seed):
    """What differs, "" for nothing, None when sops does not encrypt it."""
    r = random.Random(seed)
    kind = r.choice(["yaml"] * 7 + ["json", "json", "dotenv", "ini", "ini", "binary"])
    if kind == "yaml":
        data = Yaml(r).file().encode("utf-8", "replace")
        if r.random() < 0.04:
            data = data.replace(b"\n", b"\r\n")
    elif kind == "json":
        data = json.dumps(some_json(r), indent=r.choice([None, 1, 2, "\t"]), ensure_ascii=r.random() < 0.5).encode("utf-8", "replace")
    elif kind == "binary":
        data = r.randbytes(r.choice([0, 1, 15, 16, 17, 1000, 70000])) if r.random() < 0.6 else text(r).encode("utf-8", "replace")
    else:
        data = (some_dotenv if kind == "dotenv" else some_ini)(r).encode("utf-8", "replace")
    path = f"{work}/{seed}.{'env' if kind == 'dotenv' else kind}"
    with open(path, "wb") as f:
        f.write(data)
    keys, rule = r.random(), [] if kind == "binary" else r.choice(RULES)
    config = ["--config", "/dev/null"]
    if keys < 0.6:
        how = ["--age", AGE[0][0]]
    elif keys < 0.8:
        how = ["--pgp", PGP[1]]
    else:
        groups = [[{"age": [AGE[0][0]]}, {"pgp": [PGP[1]]}], [{"age": [AGE[1][0]]}], [{"age": [AGE[2][0]]}]]
        chosen = [{k: v for entry in g for k, v in entry.items()} for g in groups[:r.choice([2, 3])]]
        with open(f"{path}.sops", "w") as f:
            json.dump({"creation_rules": [{"path_regex": ".*", "shamir_threshold": r.choice([1, 2, len(chosen)]), "key_groups": chosen}]}, f)
        how, config = [], ["--config", f"{path}.sops"]
    env = {"GNUPGHOME": PGP[0], "SOPS_AGE_KEY": "\n".join(k for _, k in AGE)}
    sealed = run(SOPS, *config, "encrypt", *how, *rule, "--input-type", kind, "--output-type", kind, path, env=env)
    if sealed.returncode:
        os.unlink(path)
        return None
    with open(f"{path}.enc", "wb") as f:
        f.write(sealed.stdout)
    out = kind if r.random() < 0.8 or kind == "binary" else r.choice(["json", "yaml"])
    theirs = run(SOPS, "decrypt", "--input-type", kind, "--output-type", out, f"{path}.enc", env=env)
    ours = run(OPEN, f"{work}/all", kind, out, f"{path}.enc")
    same = (ours.stdout == theirs.stdout and ours.returncode == 0) if theirs.returncode == 0 else ours.returncode != 0
    if not same and KEEP:
        for name, content in (("in", data), ("enc", sealed.stdout), ("theirs", theirs.stdout), ("ours", ours.stdout)):
            with open(f"{KEEP}/{seed}.{kind}.{out}.{name}", "wb") as f:
                f.write(content)
    for name in (path, f"{path}.enc", f"{path}.sops"):
        if os.path.exists(name):
            os.unlink(name)
    if same:
        return ""
    return f"seed {seed}: {kind} as {out} {rule}: theirs {theirs.returncode} {theirs.stderr[-200:]!r}, ours {ours.returncode} {ours.stderr[-200:]!r}"


AGE = [age_key(f"age{i}") for i in range(3)]
os.makedirs(f"{work}/all")
for i in range(3):
    shutil.copy(f"{work}/age{i}/age{i}.agekey", f"{work}/all")
PGP = pgp_key()
passed = failed = skipped = 0
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for told in pool.map(case, range(SEED, SEED + COUNT)):
        passed, failed, skipped = passed + (told == ""), failed + bool(told), skipped + (told is None)
        if told:
            print("not ok", told, flush=True)
run("gpgconf", "--homedir", PGP[0], "--kill", "all")
shutil.rmtree(work, ignore_errors=True)
print(f"# sops did not encrypt {skipped} of {COUNT}\n{passed} passed, {failed} failed")
sys.exit(failed != 0)
