#!/usr/bin/env python3
"""fresh OPEN: makes files with the real sops, age and gpg, each kind of key, format, value and rule, and has OPEN (the box's test
program) decrypt them: the same bytes as `sops -d`, and refusals where the key is another or the file was changed.
Prints what differs and, last, "N passed, N failed". SOPS names the program (default: sops)."""
import json, os, re, subprocess, sys, tempfile

OPEN, SOPS = os.path.abspath(sys.argv[1]), os.environ.get('SOPS', 'sops')
passed, failed = 0, 0
work = tempfile.mkdtemp(prefix='sops-fresh-')


def run(*args, env=None, data=None):
    return subprocess.run(args, input=data, capture_output=True, env={**os.environ, 'HOME': work, **(env or {})})


def must(*args, **kw):
    r = run(*args, **kw)
    if r.returncode:
        sys.exit(f'{" ".join(args)}: {r.stderr.decode()}')
    return r.stdout


def check(name, ok, *why):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print('not ok', name)
        for w in why:
            print('   ', w)


# ---- keys

def folder(name, **files):
    path = os.path.join(work, name)
    os.makedirs(path, exist_ok=True)
    for key, content in files.items():
        with open(os.path.join(path, key.replace('__', '.')), 'wb') as f:
            f.write(content)
    return path


def age_key(name):
    text = must('age-keygen')
    return folder(name, key__agekey=text), re.search(rb'AGE-SECRET-KEY-\S+', text)[0].decode(), \
        re.search(rb'public key: (\S+)', text)[1].decode()


def pgp_key(name, kind):
    home = os.path.join(work, 'gnupg-' + name)
    os.makedirs(home, 0o700)
    usage = {'rsa3072': ['rsa3072', 'rsa3072'], 'cv25519': ['ed25519', 'cv25519']}.get(kind, [kind, kind])
    gpg = ['gpg', '--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '']
    must(*gpg, '--quick-generate-key', f'{name} <{name}@example.org>', usage[0] + ('/sign' if kind != 'rsa3072' else ''), 'default', 'never')
    listing = must(*gpg, '--list-keys', '--with-colons').decode()
    fp = re.search(r'^fpr:+([0-9A-F]+):', listing, re.M)[1]
    must(*gpg, '--quick-add-key', fp, usage[1] + ('/encr' if kind != 'rsa3072' else ''), 'encr', 'never')
    return folder(name, key__asc=must(*gpg, '--armor', '--export-secret-keys', fp)), home, fp


# ---- files

YAML = '''# above the first document
apiVersion: v1 # beside a value
kind: Secret
# above a key
stringData:
    # above a nested key
    text: "quoted: \\"yes\\""
    empty: ""
    number: 42
    negative: -7
    float: 1234.5678
    whole: 3.0
    big: 1e+100
    small: 0.0000001
    yes: true
    no: false
    nothing: null
    looks: "123"
    bool: "true"
    old: "yes"
    sixty: "12:30:45"
    stamp: 2001-12-14T21:59:43.10-05:00
    day: 2001-12-14
    multi: |
        line one
          line two

        line four
    folded: >
        one
        two
    trailing: "ends in a blank "
    control: "tab\\tand bell\\u0007"
    unicode: "Grüße \\U0001F600"
    list:
        - one
        - 2
        - true
        - nested: {a: 1, b: [x, y]}
        - []
        - {}
        - - inner
          - list
    plain_unencrypted: stays
    part_secret: hidden
# at the end
'''
LISTS = '''list:
    # above an element
    - one # beside an element
    # between
    - - inner # deep
      # last
# in between
other:
    - a: b # beside
      # on top
      c: d
    # at the end
'''
SECOND = YAML + '''---
# another document
second: doc
list:
- 1
- two
# its end
---
third:
    deep: {er: {and: deeper}}
'''
JSON = json.dumps({
    'text': 'a "quoted" <text> & more \\ \u2028', 'int': 123, 'neg': -5, 'big': 9007199254740993, 'float': 0.1, 'exp': 1e30, 'true': True,
    'none': None, 'empty': '', 'list': [1, 'two', [], {}, {'x': [None, False]}], 'map': {'z': 1, 'a': 2}, 'm_unencrypted': {'x': 'stays'},
    'secret_part': 'x', 'unicode': '\u00fc\U0001F600'})
DOTENV = '''# a comment
USER=admin
PASS="with quotes" and = signs
EMPTY=
MULTI=one\\ntwo
#another
SPACES=  kept
X_unencrypted=stays
'''
INI = '''; about the file
top = level
[first] ; beside
; above a key
key = value
other=more # beside a key
long_name_here = "quoted"
empty =
ticks = `back ; ticks`
colon: works
next_line = "\u0085as"
separated = "behind\u2028"

[second]
key = 12
x_unencrypted = stays
[third section]
'''
BINARY = bytes(range(32, 127)) * 3 + 'line\nbreaks\tand ü\n'.encode()

PLAIN = {'yaml': YAML, 'json': JSON, 'dotenv': DOTENV, 'ini': INI, 'binary': BINARY}
RULES = {
    'none': {}, 'unencrypted_suffix': '_unencrypted', 'encrypted_suffix': '_secret',
    'encrypted_regex': '^(stringData|list|USER|first|text|part_.*)$', 'unencrypted_regex': '^(kind|apiVersion|map|X_)',
    'encrypted_comment_regex': 'above|comment|about', 'unencrypted_comment_regex': 'beside|another',
}


def encrypt(data, kind, keys, env=None, rules=''):
    """keys: lines of a creation rule; rules: more of them"""
    path, config = os.path.join(work, 'plain'), os.path.join(work, 'config.yaml')
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    with open(config, 'w') as f:
        f.write('creation_rules:\n- ' + '\n  '.join((keys + '\n' + rules).strip().split('\n')) + '\n')
    r = run(SOPS, '--config', config, 'encrypt', '--input-type', kind, '--output-type', kind, path, env=env)
    return r.stdout if not r.returncode else None, r.stderr.decode()


def open_with(keys, data, kind, out=None):
    path = os.path.join(work, 'sealed')
    with open(path, 'wb') as f:
        f.write(data)
    return run(OPEN, keys, kind, out or kind, path)


def same(name, keys, sealed, kind, env, out=None, broken_mac=False):
    """broken_mac: SOPS itself finds a wrong MAC in what it has written, as with comments in lists"""
    path = os.path.join(work, 'sealed')
    with open(path, 'wb') as f:
        f.write(sealed)
    flags = ['--ignore-mac'] if broken_mac else []
    want = run(SOPS, '--config', '/dev/null', 'decrypt', *flags, '--input-type', kind, '--output-type', out or kind, path, env=env)
    got = run(OPEN, keys, kind, out or kind, path, *(['nomac'] if broken_mac else []))
    if want.returncode:
        check(name, got.returncode == 1 and out, 'sops fails: ' + want.stderr.decode()[:300], 'we print: ' + got.stdout.decode(errors='replace')[:300])
    else:
        check(name, got.stdout == want.stdout and not got.returncode, f'want {want.stdout.decode(errors="replace")}',
              f'got  {got.stdout.decode(errors="replace")}{got.stderr.decode()}')


def formats(keys, recipient, env):
    for kind, plain in PLAIN.items():
        for rule, pattern in RULES.items():
            for only in (False, True):
                rules = f'{rule}: {pattern}\n' if pattern else ''
                rules += 'mac_only_encrypted: true' if only else ''
                name = f'{kind} {rule} {"mac only encrypted" if only else ""}'
                sealed, why = encrypt(plain, kind, recipient, env, rules)
                if sealed is None:
                    check(name, False, 'sops does not encrypt: ' + why)
                    continue
                same(name, keys, sealed, kind, env)
    sealed, _ = encrypt(SECOND, 'yaml', recipient, env)
    for rule in ('', 'encrypted_comment_regex: above', 'unencrypted_comment_regex: on top', 'encrypted_regex: c'):
        lists, _ = encrypt(LISTS, 'yaml', recipient, env, rule)
        same('comments in lists ' + rule, keys, lists, 'yaml', env, broken_mac=True)
    same('yaml documents', keys, sealed, 'yaml', env)
    same('yaml documents as binary', keys, sealed, 'yaml', env, 'binary')
    same('yaml documents as json', keys, sealed, 'yaml', env, 'json')
    for kind in PLAIN:
        sealed, _ = encrypt(PLAIN[kind], kind, recipient, env)
        for out in PLAIN:
            if out != kind:
                same(f'{kind} as {out}', keys, sealed, kind, env, out)


def refusals(keys, other, recipient, env):
    for kind, plain in PLAIN.items():
        sealed, _ = encrypt(plain, kind, recipient, env)
        r = open_with(other, sealed, kind)
        check(f'{kind} with another key', r.returncode == 1 and b'cannot get sops data key' in r.stderr and b'FAILED' in r.stderr, r.stderr)
        for part in (1, 2, 3):
            r = open_with(keys, sealed[:len(sealed) * part // 4], kind)
            check(f'{kind} cut to {part}/4', r.returncode == 1 and not r.stdout, r.stdout, r.stderr)
        text = sealed.decode()
        at = re.search(r'[^#; ]ENC\[AES256_GCM,data:|[:=] "?ENC\[AES256_GCM,data:', text).end()
        changed = text[:at] + ('A' if text[at] != 'A' else 'B') + text[at + 1:]
        r = open_with(keys, changed.encode(), kind)
        check(f'{kind} with a changed value', r.returncode == 1 and b'Could not decrypt with AES_GCM' in r.stderr, r.stderr)
    sealed, _ = encrypt('a: secret\nb_unencrypted: open\n', 'yaml', recipient, env)
    r = open_with(keys, sealed.replace(b': open', b': changed'), 'yaml')
    check('a changed plain value is found by the MAC', r.returncode == 1 and b'failed to verify sops data integrity' in r.stderr, r.stderr)


def main():
    keys, secret, recipient = age_key('age')
    other, secret2, recipient2 = age_key('age-other')
    env = {'SOPS_AGE_KEY': secret}
    formats(keys, f'age: {recipient}', env)
    refusals(keys, other, f'age: {recipient}', env)
    sealed, _ = encrypt(YAML, 'yaml', f'age: {recipient2},{recipient}', env)
    same('two recipients', keys, sealed, 'yaml', env)
    for kind in ('rsa3072', 'cv25519', 'nistp256', 'nistp384', 'nistp521', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'):
        pgp, home, fp = pgp_key('pgp-' + kind, kind)
        genv = {'GNUPGHOME': home}
        sealed, why = encrypt(YAML, 'yaml', f'pgp: {fp}', genv)
        if sealed is None:
            check('pgp ' + kind, False, why)
            continue
        same('pgp ' + kind, pgp, sealed, 'yaml', genv)
        r = open_with(other, sealed, 'yaml')
        check(f'pgp {kind} without its key', r.returncode == 1 and b'No secret key' in r.stderr, r.stderr)
    groups(keys, recipient, recipient2, pgp, home, fp, {**env, 'GNUPGHOME': home})


def groups(keys, recipient, recipient2, pgp, home, fp, env):
    both = folder('both')
    for source in (keys, pgp):
        for name in os.listdir(source):
            with open(os.path.join(source, name), 'rb') as a, open(os.path.join(both, name), 'wb') as b:
                b.write(a.read())
    for threshold in (2, 3):
        rule = f'shamir_threshold: {threshold}\nkey_groups:\n- age: [{recipient}]\n- pgp: [{fp}]\n- age: [{recipient2}]'
        sealed, why = encrypt(YAML, 'yaml', rule, env)
        if sealed is None:
            check('shamir', False, why)
            continue
        if threshold == 2:
            same('shamir 2 of 3', both, sealed, 'yaml', env)
        r = open_with(keys if threshold == 2 else both, sealed, 'yaml')
        check(f'shamir with {threshold - 1} of {threshold} parts', r.returncode == 1 and b'Shamir threshold of' in r.stderr, r.stderr)


main()
subprocess.run(['rm', '-rf', work])
print(f'{passed} passed, {failed} failed')
sys.exit(failed != 0)
