#include "sigstore/sigstore_cert.h"

#include "base/buf.h"
#include "base/clock.h"

/* Extensions by Fulcio: the issuer of the token, as bare text and in DER; the subject as a name of another type. */
#define OID_ISSUER "1.3.6.1.4.1.57264.1.1"
#define OID_ISSUER_DER "1.3.6.1.4.1.57264.1.8"
#define OID_NAME "1.3.6.1.4.1.57264.1.7"

/* ---- trust ---- */

static const char *time_text(arena *mem, int64_t at)
{
	return clock_rfc3339(mem, at * CLOCK_SECOND);
}

static err *chain_at(arena *mem, const struct sigstore_root *root, const struct x509 *cert,
		     int64_t at, struct x509_list *ret_chain)
{
	err *e = err_new(mem, ERR_INVALID, "the trusted root has no authority for that time");
	if (at < x509_from(cert) || at > x509_till(cert))
		return err_new(mem, ERR_INVALID,
			       "the certificate was used at %s but is valid from %s till %s",
			       time_text(mem, at), time_text(mem, x509_from(cert)),
			       time_text(mem, x509_till(cert)));
	for (size_t i = 0; e && i < root->authorities.n; i++) {
		const struct sigstore_authority *a = &root->authorities.p[i];
		if (at >= a->from && at <= a->till)
			e = x509_chain(mem, cert, &a->others, &a->roots, at, ret_chain);
	}
	return e ? err_wrap(mem, e,
			    "the certificate does not lead to an authority of the trusted root")
		 : NULL;
}

err *sigstore_cert_check(arena *mem, const struct sigstore_root *root, const struct x509 *cert,
			 const int64_t *times, size_t n_times)
{
	struct x509_list chain = {0};
	for (size_t i = 0; i < n_times; i++)
		TRY(chain_at(mem, root, cert, times[i], &chain));
	if (chain.n < 2)
		return err_new(mem, ERR_INVALID, "the certificate is an authority's own");
	return sct_check(mem, cert, chain.p[1], root->certificate_logs.p, root->certificate_logs.n);
}

/* ---- identities ---- */

static err *compile(arena *mem, const char *text, const char *what, const struct regex **ret)
{
	struct regex *re;
	TRY_AS(mem, regex_compile(mem, str_of(text), &re), "malformed %s in identity", what);
	*ret = re;
	return NULL;
}

err *sigstore_cert_allow(arena *mem, struct sigstore_identities *ids, const char *issuer,
			 const char *subject)
{
	struct sigstore_identity id;
	if (ids->list.n == SIGSTORE_IDENTITIES_MAX)
		return err_new(mem, ERR_LIMIT, "more than %d identities", SIGSTORE_IDENTITIES_MAX);
	TRY(compile(mem, issuer, "issuer", &id.issuer));
	TRY(compile(mem, subject, "subject", &id.subject));
	VEC_PUSH(mem, &ids->list, id);
	return NULL;
}

static str issuer_of(arena *mem, const struct x509 *cert)
{
	str value = {NULL, 0}, text;
	if (x509_extension(cert, OID_ISSUER_DER, &value))
		return x509_text(mem, value, &text) ? text : (str){NULL, 0};
	return x509_extension(cert, OID_ISSUER, &value) ? value : (str){NULL, 0};
}

static bool matches(const struct regex *re, str text)
{
	arena *scratch = arena_open();
	bool does = text.n <= SIGSTORE_IDENTITY_TEXT_MAX && regex_match(scratch, re, text);
	arena_close(scratch);
	return does;
}

static bool is_allowed(const struct sigstore_identity *id, str issuer,
		       const struct x509_names *names)
{
	if (!matches(id->issuer, issuer))
		return false;
	for (size_t i = 0; i < names->n; i++)
		if (matches(id->subject, names->p[i]))
			return true;
	return false;
}

static const char *joined(arena *mem, const struct x509_names *names)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < names->n; i++)
		buf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(names->p[i]));
	return buf_text(&b);
}

err *sigstore_cert_match(arena *mem, const struct sigstore_identities *ids, const struct x509 *cert)
{
	struct x509_names names = {0};
	str issuer = issuer_of(mem, cert);
	x509_names(mem, cert, OID_NAME, &names);
	for (size_t i = 0; i < ids->list.n; i++)
		if (is_allowed(&ids->list.p[i], issuer, &names))
			return NULL;
	if (!ids->list.n)
		return NULL;
	return err_new(mem, ERR_FORBIDDEN,
		       "none of the expected identities matched what was in the certificate, got "
		       "subjects [%s] with issuer %.*s",
		       joined(mem, &names), STR_ARG(issuer));
}
