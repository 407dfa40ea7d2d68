#include "notation/notation.h"

#include "base/clock.h"
#include "crypt/stamp.h"
#include "data/json.h"

/* One check of an envelope under a statement. */
struct look {
	const struct notation_trust *trust;
	const struct notation_statement *statement;
	struct notation_envelope envelope;
	int64_t now;
};

err *notation_trust_cert(arena *mem, struct notation_trust *trust, str bytes)
{
	struct x509_list list = {0};
	struct x509 *cert;
	if (trust->certs.n == NOTATION_CERTS_MAX)
		return err_new(mem, ERR_LIMIT, "more than %d certificates", NOTATION_CERTS_MAX);
	if (!x509_read_pem(mem, bytes, &list))
		cert = list.p[0];
	else
		TRY(x509_read(mem, bytes, &cert));
	VEC_PUSH(mem, &trust->certs, cert);
	return NULL;
}

/* ---- authenticity ---- */

/* Is one of the chain trusted? */
static err *check_trust(arena *mem, const struct look *l)
{
	const struct x509_list *chain = &l->envelope.chain, *certs = &l->trust->certs;
	bool named = l->envelope.by_authority ? l->statement->signing_authorities
					      : l->statement->authorities;
	for (size_t i = 0; named && i < chain->n; i++)
		for (size_t j = 0; j < certs->n; j++)
			if (str_eq(x509_der(chain->p[i]), x509_der(certs->p[j])))
				return notation_policy_match(mem, l->statement, chain->p[0]);
	if (!named)
		return err_new(
			mem, ERR_FORBIDDEN,
			"no trusted certificates are found to verify authenticity: the trust "
			"policy \"%s\" names no trust store of the type \"%s\"",
			l->statement->name, l->envelope.by_authority ? "signingAuthority" : "ca");
	return err_new(mem, ERR_FORBIDDEN,
		       "the signature's certificate chain, of \"%s\", does not contain any trusted "
		       "certificate: add its root to the Secret if it may sign",
		       x509_subject(mem, chain->p[0]));
}

/* ---- times ---- */

static const char *time_text(arena *mem, int64_t at)
{
	return clock_rfc3339(mem, at * CLOCK_SECOND);
}

static err *check_expiry(arena *mem, const struct look *l)
{
	const struct notation_envelope *e = &l->envelope;
	if (e->expires && l->now >= e->till)
		return err_new(mem, ERR_INVALID,
			       "digital signature has expired on \"%s\": sign the artifact again",
			       time_text(mem, e->till));
	return NULL;
}

static err *check_valid(arena *mem, const struct look *l, int64_t at, const char *what)
{
	for (size_t i = 0; i < l->envelope.chain.n; i++) {
		const struct x509 *cert = l->envelope.chain.p[i];
		if (at < x509_from(cert) || at > x509_till(cert))
			return err_new(
				mem, ERR_INVALID,
				"%s, %s, is outside certificate \"%s\" validity period, from "
				"%s till %s: sign the artifact with a valid one",
				what, time_text(mem, at), x509_subject(mem, cert),
				time_text(mem, x509_from(cert)), time_text(mem, x509_till(cert)));
	}
	return NULL;
}

static bool wants_stamp(const struct look *l)
{
	bool expired = false;
	for (size_t i = 0; i < l->envelope.chain.n; i++)
		expired = expired || l->now > x509_till(l->envelope.chain.p[i]);
	return l->statement->clocks && (expired || !l->statement->after_expiry);
}

/* Was it signed while its certificates were valid? That is said by an authority, by a timestamp, or they are valid still. */
static err *check_time(arena *mem, const struct look *l)
{
	const struct notation_envelope *e = &l->envelope;
	const struct x509_list none = {0};
	int64_t at;
	if (e->by_authority)
		return check_valid(mem, l, e->at, "the signing time");
	if (!wants_stamp(l))
		return check_valid(mem, l, l->now, "verification time");
	if (!e->stamp.n)
		return err_new(mem, ERR_INVALID,
			       "no timestamp countersignature was found in the signature envelope: "
			       "sign with one, or take the tsa trust store out of the policy");
	TRY_AS(mem, stamp_check(mem, e->stamp, e->signature, &none, &l->trust->certs, &at),
	       "failed to verify the timestamp countersignature");
	return check_valid(mem, l, at, "timestamp");
}

/* ---- revocation ---- */

static err *check_revocation(arena *mem, const struct look *l)
{
	const struct x509_list *chain = &l->envelope.chain;
	for (size_t i = 0; i + 1 < chain->n; i++)
		if (x509_revocable(chain->p[i]))
			return err_new(
				mem, ERR_UNSUPPORTED,
				"signing certificate with subject \"%s\" revocation status is "
				"unknown, since no server is asked for it: set \"override\": "
				"{\"revocation\": \"log\"} in the trust policy to do without",
				x509_subject(mem, chain->p[i]));
	return NULL;
}

/* ---- all of it ---- */

static err *check_target(arena *mem, str payload, const char *digest)
{
	val *v;
	TRY_AS(mem, json_parse(mem, payload, &v), "the payload");
	if (!str_is(val_as_str(VAL_IN(v, "targetArtifact", "digest")), digest))
		return err_new(mem, ERR_INVALID,
			       "content descriptor mismatch: it is about another artifact, sign "
			       "this one");
	return NULL;
}

err *notation_check(arena *mem, const struct notation_trust *trust,
		    const struct notation_statement *statement, const char *media_type, str bytes,
		    const char *digest, int64_t now, enum notation_verdict *ret_verdict)
{
	static const struct {
		enum notation_what what;
		err *(*check)(arena *mem, const struct look *l);
	} checks[] = {{NOTATION_AUTHENTICITY, check_trust},
		      {NOTATION_EXPIRY, check_expiry},
		      {NOTATION_TIMESTAMP, check_time},
		      {NOTATION_REVOCATION, check_revocation}};
	struct look l = {.trust = trust, .statement = statement, .now = now};
	enum notation_verdict verdict = NOTATION_GOOD;
	TRY(notation_open(mem, media_type, bytes, &l.envelope));
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		enum notation_action action = statement->actions[checks[i].what];
		err *e = action == NOTATION_SKIP ? NULL : checks[i].check(mem, &l);
		if (e && action == NOTATION_ENFORCE)
			return e;
		if (e && checks[i].what == NOTATION_AUTHENTICITY)
			verdict = NOTATION_PASSED;
	}
	TRY(check_target(mem, l.envelope.payload, digest));
	*ret_verdict = verdict;
	return NULL;
}
