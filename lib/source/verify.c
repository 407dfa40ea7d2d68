#include "source/verify.h"

#include "base/buf.h"
#include "source/verify_pgp.h"
#include "source/verify_ssh.h"

static const str pgp_begins = {"-----BEGIN PGP SIGNATURE-----", 29};
static const str ssh_begins = {"-----BEGIN SSH SIGNATURE-----", 29};
static const str x509_begins = {"-----BEGIN SIGNED MESSAGE-----", 30};

/* ---- objects ---- */

/* Takes a line with its newline off *rest; false at the end. */
static bool take_line(str *rest, str *ret_line)
{
	if (!rest->n)
		return false;
	ptrdiff_t end = str_find(*rest, '\n');
	size_t n = end < 0 ? rest->n : (size_t)end + 1;
	*ret_line = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return true;
}

static bool is_signature_header(str line)
{
	return str_starts(line, STR("gpgsig ")) || str_starts(line, STR("gpgsig-sha256 "));
}

/* Copies the headers, up to and with the empty line, but for those of signatures; what gpgsig says goes to signature. */
static void split_headers(str *rest, buf *payload, buf *signature)
{
	bool in = false, kept = false;
	str line;
	while (take_line(rest, &line)) {
		if (line.p[0] == ' ' && in) {
			if (kept)
				buf_str(signature, str_sub(line, 1, line.n));
			continue;
		}
		in = is_signature_header(line);
		kept = str_starts(line, STR("gpgsig "));
		if (kept)
			buf_str(signature, str_sub(line, 7, line.n));
		if (!in)
			buf_str(payload, line);
		if (line.n == 1)
			return;
	}
}

void verify_split_commit(arena *mem, str bytes, struct verify_object *ret_object)
{
	buf payload = buf_init(mem), signature = buf_init(mem);
	split_headers(&bytes, &payload, &signature);
	buf_str(&payload, bytes);
	*ret_object = (struct verify_object){.payload = buf_view(&payload),
					     .signature = buf_view(&signature),
					     .name = {NULL, 0}};
}

static bool begins_signature(str line)
{
	return str_starts(line, pgp_begins) || str_starts(line, ssh_begins) ||
	       str_starts(line, x509_begins) ||
	       str_starts(line, STR("-----BEGIN PGP MESSAGE-----")) ||
	       str_starts(line, STR("-----BEGIN CERTIFICATE-----"));
}

/* A tag is signed at the end of its message: the last line that begins a signature begins it. */
void verify_split_tag(arena *mem, str bytes, struct verify_object *ret_object)
{
	buf payload = buf_init(mem), ignored = buf_init(mem);
	struct verify_object o = {.name = {NULL, 0}};
	split_headers(&bytes, &payload, &ignored);
	str rest = buf_view(&payload), line;
	while (take_line(&rest, &line))
		if (!o.name.n && str_starts(line, STR("tag ")))
			o.name = str_trim(str_sub(line, 4, line.n));
	o.name = (str){arena_copy(mem, o.name.p, o.name.n), o.name.n};
	size_t at = bytes.n;
	rest = bytes;
	while (take_line(&rest, &line))
		if (begins_signature(line))
			at = (size_t)(line.p - bytes.p);
	buf_str(&payload, str_sub(bytes, 0, at));
	o.signature = str_sub(bytes, at, bytes.n);
	o.payload = buf_view(&payload);
	*ret_object = o;
}

/* ---- signatures ---- */

const char *verify_kind(str signature)
{
	str s = str_trim(signature);
	if (str_starts(s, pgp_begins))
		return "openpgp";
	if (str_starts(s, ssh_begins))
		return "ssh";
	if (str_starts(s, x509_begins))
		return "x509";
	return signature.n ? "unknown" : "empty";
}

static err *check_pgp(arena *mem, const struct verify_object *o, const struct verify_keys *keys,
		      const char **ret_key)
{
	err *fault = NULL;
	bool tried = false;
	for (size_t i = 0; i < keys->n_rings; i++) {
		struct verify_ring *ring;
		err *failed = verify_ring_read(mem, keys->rings[i], keys->now, &ring);
		fault = fault ? fault : failed;
		tried = tried || !failed;
		if (!failed &&
		    verify_ring_check(mem, ring, str_trim(o->signature), o->payload, ret_key))
			return NULL;
	}
	if (!tried && fault)
		return err_wrap(mem, fault, "unable to read armored key ring");
	return err_new(mem, ERR_FORBIDDEN,
		       "unable to verify payload with any of the given key rings: no matching key");
}

err *verify_check(arena *mem, const struct verify_object *o, const char *what,
		  const struct verify_keys *keys, const char **ret_key)
{
	const char *kind = verify_kind(o->signature);
	bool pgp = text_eq(kind, "openpgp"), ssh = text_eq(kind, "ssh");
	if (pgp && !keys->n_rings)
		return err_new(
			mem, ERR_INVALID,
			"PGP signature detected but no PGP public keys found in secret (keys "
			"with .asc suffix)");
	if (ssh && !keys->n_authorized)
		return err_new(
			mem, ERR_INVALID,
			"SSH signature detected but no SSH public keys found in secret (keys "
			"with .sshpub suffix)");
	if (pgp)
		TRY_AS(mem, check_pgp(mem, o, keys, ret_key), "unable to verify Git %s", what);
	else if (ssh)
		TRY_AS(mem,
		       verify_ssh_check(mem, str_trim(o->signature), o->payload, keys->authorized,
					keys->n_authorized, ret_key),
		       "unable to verify Git %s SSH signature", what);
	else
		return err_new(mem, ERR_INVALID, "unsupported signature type: %s", kind);
	return NULL;
}
