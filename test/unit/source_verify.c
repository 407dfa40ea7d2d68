/* Commits and tags signed by the real gpg and ssh-keygen; skipped where they or git are not here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "source/verify.h"

/* For each signer: NAME.asc or NAME.pub, NAME.id, NAME.commit, NAME.tag. */
static const char script[] =
	"set -e; cd \"$1\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
	"GIT_COMMITTER_EMAIL=a@b\n"
	"mkdir -m 700 gpg; export GNUPGHOME=$1/gpg; git init -q work; n=0\n"
	"at() { printf '#!/bin/sh\\nexec gpg --faked-system-time %s \"$@\"\\n' $1 >gpg-at; chmod "
	"+x "
	"gpg-at; }\n"
	"make() { gpg --batch --quiet --pinentry-mode loopback --passphrase '' \"$@\"; }\n"
	"id() { gpg --with-colons -k $1 | awk -F: '/^pub/{print $5}' >$1.id; }\n"
	"fpr() { gpg --with-colons -k $1 | awk -F: '/^fpr/{print $10; exit}'; }\n"
	"sign() { git -C work commit -q --allow-empty -S -m \"$1\n\nbody\"; git -C work cat-file "
	"commit "
	"HEAD >$1.commit\n"
	"  git -C work tag -s -m \"note of $1\" t-$1; git -C work cat-file tag t-$1 >$1.tag; }\n"
	"pgp() { git -C work config user.signingkey \"$(fpr $1)!\"; sign $1; }\n"
	"git -C work config gpg.program gpg\n"
	"git -C work commit -q --allow-empty -m plain; git -C work cat-file commit HEAD "
	">plain.commit\n"
	"git -C work tag -am note plain; git -C work cat-file tag plain >plain.tag\n"
	"for k in rsa:rsa2048 ed25519:ed25519 p256:nistp256 p521:nistp521 dsa:dsa2048 "
	"revoked:ed25519 "
	"name:ed25519 sub:ed25519 badsub:ed25519; do\n"
	"  a=${k#*:}; k=${k%:*}; make --quick-gen-key \"$k\" $a $(case $k in *sub) echo cert;; *) "
	"echo "
	"sign;; esac) 0; id $k; done\n"
	"for k in rsa ed25519 p256 p521 dsa revoked name; do pgp $k; done\n"
	/* by subkeys */
	"for k in sub badsub; do make --quick-add-key $(fpr $k) rsa2048 sign 0; git -C work config "
	"user.signingkey $(gpg --with-colons -k $k | awk -F: '/^sub/{print $5}')!; sign $k; done\n"
	"printf 'key 1\\nrevkey\\ny\\n0\\n\\ny\\nsave\\n' | gpg --quiet --no-tty --command-fd 0 "
	"--edit-key "
	"badsub >edit.log 2>&1\n"
	/* a revocation, by the certificate that gpg made beforehand */
	"sed 's/^:---/---/' gpg/openpgp-revocs.d/$(fpr revoked).rev | gpg --quiet --batch "
	"--import\n"
	/* one of two names is revoked */
	"make --quick-add-uid name other; make --quick-revoke-uid name name\n"
	/* of a time that is over; and a signature that is */
	"at 20200101T000000; ./gpg-at --batch --quiet --pinentry-mode loopback --passphrase '' "
	"--quick-gen-key expired ed25519 sign 1y; id expired; at 20200601T000000\n"
	"git -C work config gpg.program $1/gpg-at; pgp expired\n"
	"at 20200101T000000; ./gpg-at --batch --quiet --pinentry-mode loopback --passphrase '' "
	"--quick-gen-key short ed25519 sign 0; id short; printf '#!/bin/sh\\nexec gpg "
	"--faked-system-time "
	"20200601T000000 --default-sig-expire 1w \"$@\"\\n' >gpg-at; pgp short\n"
	"printf '#!/bin/sh\\nexec gpg --digest-algo SHA1 \"$@\"\\n' >gpg-at; make --quick-gen-key "
	"sha1 "
	"rsa2048 sign 0; id sha1; pgp sha1\n"
	"printf '#!/bin/sh\\nexec gpg --digest-algo SHA224 \"$@\"\\n' >gpg-at; make "
	"--quick-gen-key sha224 "
	"rsa2048 sign 0; id sha224; pgp sha224\n"
	"for k in rsa ed25519 p256 p521 dsa revoked name sub badsub expired short sha1 sha224; do "
	"gpg "
	"--armor --export $k >$k.asc; done; gpg --armor --export >all.asc\n"
	"git -C work config gpg.format ssh\n"
	"for k in ed25519 ecdsa rsa; do ssh-keygen -q -t $k -N '' -C '' -f ssh_$k; git -C work "
	"config "
	"user.signingkey $1/ssh_$k; sign ssh_$k; ssh-keygen -lf ssh_$k.pub | awk '{print $2}' "
	">ssh_$k.id; done\n"
	"awk '{print} /^committer/{print \"gpgsig -----BEGIN SIGNED MESSAGE-----\"; print \" x\"}' "
	"plain.commit >x509.commit\n"
	"printf 'tree\\n\\nx' >m; ssh-keygen -q -Y sign -n file -f ssh_ed25519 m\n"
	"awk '{print (NR==1 ? \"gpgsig \" : \" \") $0}' m.sig >sig; (head -1 m; cat sig; tail -n "
	"+2 m) "
	">namespace.commit\n"
	"gpgconf --kill gpg-agent\n";

struct world {
	arena *mem;
	char *root;
};

static struct world w;

static int set_up(void **state)
{
	(void)state;
	if (system("command -v git gpg gpgconf ssh-keygen >/dev/null")) {
		print_message("# skipped: git, gpg or ssh-keygen is not here\n");
		exit(0);
	}
	w.mem = arena_open();
	assert_null(file_temp_dir(w.mem, "/tmp", "sig-", &w.root));
	char *file = path_join(w.mem, w.root, "make.sh");
	assert_null(file_write(w.mem, file, str_of(script), 0700));
	assert_int_equal(
		system(arena_printf(w.mem, "bash %s %s >%s/log 2>&1 || { cat %s/log; false; }",
				    file, w.root, w.root, w.root)),
		0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_close(w.mem);
	return 0;
}

static str text_of(arena *mem, const char *name)
{
	str text;
	err *failed = file_read(mem, path_join(mem, w.root, name), 1 << 20, &text);
	if (failed)
		fail_msg("%s", err_text(mem, failed));
	return text;
}

/* Checks NAME.commit or NAME.tag with the keys of files, by blanks; "" or the failure's text. */
static const char *check(arena *mem, const char *name, const char *what, const char *files,
			 const char **ret_key)
{
	str rings[8], authorized[8], rest = str_of(files), file;
	struct verify_keys keys = {
		.rings = rings, .authorized = authorized, .now = clock_wall() / CLOCK_SECOND};
	while (*files && str_next(&rest, ' ', &file)) {
		str text = text_of(mem, str_text(mem, file));
		if (str_ends(file, STR(".pub")))
			authorized[keys.n_authorized++] = text;
		else
			rings[keys.n_rings++] = text;
	}
	struct verify_object o;
	str bytes = text_of(mem, arena_printf(mem, "%s.%s", name, what));
	if (text_eq(what, "commit"))
		verify_split_commit(mem, bytes, &o);
	else
		verify_split_tag(mem, bytes, &o);
	err *failed = verify_check(mem, &o, what, &keys, ret_key);
	return failed ? err_text(mem, failed) : "";
}

#define NO_PGP                                                                                     \
	"unable to verify Git %s: unable to verify payload with any of the given key rings: no "   \
	"matching key"
#define NO_SSH                                                                                     \
	"unable to verify Git %s SSH signature: unable to verify payload with any of the given "   \
	"authorized keys: no matching key"

static void test_signers(void **state)
{
	(void)state;
	static const struct {
		const char *name, *keys, *error; /* "%s": commit or tag */
	} cases[] = {
		{"rsa", "rsa.asc", NULL},
		{"ed25519", "ed25519.asc", NULL},
		{"p256", "p256.asc", NULL},
		{"p521", "p521.asc", NULL},
		{"dsa", "dsa.asc", NULL},
		{"sha224", "sha224.asc", NULL},
		{"sub", "sub.asc", NULL},
		{"rsa", "all.asc", NULL},
		{"rsa", "ed25519.asc rsa.asc", NULL},
		{"rsa", "plain.commit rsa.asc",
		 NULL}, /* one that can't be read does not hide the other */
		{"ssh_ed25519", "ssh_ed25519.pub", NULL},
		{"ssh_ecdsa", "ssh_rsa.pub ssh_ecdsa.pub", NULL},
		{"ssh_rsa", "rsa.asc ssh_rsa.pub", NULL},
		{"rsa", "ed25519.asc", NO_PGP},
		{"revoked", "revoked.asc", NO_PGP},
		{"name", "name.asc", NULL}, /* another name of it stands */
		{"badsub", "badsub.asc", NO_PGP},
		{"expired", "expired.asc", NO_PGP},
		{"short", "short.asc", NO_PGP},
		{"sha1", "sha1.asc", NO_PGP},
		{"rsa", "plain.commit",
		 "unable to verify Git %s: unable to read armored key ring: openpgp: invalid "
		 "argument: no "
		 "armored data found"},
		{"rsa", "",
		 "PGP signature detected but no PGP public keys found in secret (keys with "
		 ".asc suffix)"},
		{"rsa", "ssh_rsa.pub",
		 "PGP signature detected but no PGP public keys found in secret (keys with .asc "
		 "suffix)"},
		{"ssh_rsa", "rsa.asc",
		 "SSH signature detected but no SSH public keys found in secret (keys with .sshpub "
		 "suffix)"},
		{"ssh_rsa", "ssh_ecdsa.pub ssh_ed25519.pub", NO_SSH "\npublic key does not match"},
		{"plain", "rsa.asc", "unsupported signature type: empty"},
	};
	static const char *const whats[] = {"commit", "tag"};
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		const char *key = NULL, *what = whats[i % 2], *error = cases[i / 2].error;
		const char *name = cases[i / 2].name;
		const char *said = check(mem, name, what, cases[i / 2].keys, &key);
		if (error) {
			buf b = buf_init(mem);
			const char *gap = strstr(error, "%s");
			buf_add(&b, error, gap ? (size_t)(gap - error) : strlen(error));
			if (gap)
				buf_printf(&b, "%s%s", what, gap + 2);
			if (!text_eq(said, buf_text(&b)))
				fail_msg("%s %s: %s", name, what, said);
		} else {
			if (*said)
				fail_msg("%s %s: %s", name, what, said);
			str id = str_trim(text_of(mem, arena_printf(mem, "%s.id", name)));
			assert_string_equal(key, str_text(mem, id));
		}
		arena_close(mem);
	}
}

static void test_others(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *key;
	assert_string_equal(check(mem, "x509", "commit", "rsa.asc", &key),
			    "unsupported signature type: x509");
	assert_string_equal(
		check(mem, "namespace", "commit", "ssh_ed25519.pub", &key),
		"unable to verify Git commit SSH signature: unable to verify payload with any "
		"of the given authorized keys: no matching key\nnamespace does not match");
	struct verify_object o;
	verify_split_tag(mem, text_of(mem, "rsa.tag"), &o);
	assert_true(str_is(o.name, "t-rsa"));
	assert_true(str_ends(o.payload, STR("\n\nnote of rsa\n")));
	arena_close(mem);
}

/* Any other byte of an object and its signature makes it void; the armor's own marks and blanks aside. */
static void test_changed(void **state)
{
	(void)state;
	static const char *const names[] = {"ed25519", "ssh_ed25519"};
	for (size_t i = 0; i < 2; i++) {
		arena *mem = arena_open();
		str bytes = text_of(mem, arena_printf(mem, "%s.commit", names[i]));
		char *copy = arena_copy(mem, bytes.p, bytes.n);
		str keys = text_of(mem, arena_printf(mem, "%s.%s", names[i], i ? "pub" : "asc"));
		struct verify_keys k = {.rings = &keys,
					.n_rings = !i,
					.authorized = &keys,
					.n_authorized = i,
					.now = clock_wall() / CLOCK_SECOND};
		struct verify_object o;
		size_t passed = 0, message = (size_t)str_search(bytes, STR("\n\n"));
		size_t header = (size_t)str_search(bytes, STR("gpgsig"));
		for (size_t at = 0; at < bytes.n; at++) {
			arena *scratch = arena_open();
			const char *key;
			copy[at] ^= 1;
			verify_split_commit(scratch, (str){copy, bytes.n}, &o);
			bool fine = !verify_check(scratch, &o, "commit", &k, &key);
			copy[at] ^= 1;
			if (fine && (at < header || at > message))
				fail_msg("%s: byte %zu", names[i], at);
			passed += fine;
			arena_close(scratch);
		}
		/* bits that base64 does not use, and unhashed parts of the packet such as the issuer's id */
		assert_true(passed < 40);
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signers),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_changed),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
