#include "source/notary.h"

#define TYPE_SIGNATURE "application/vnd.cncf.notary.signature"

struct wanted {
	const char *digest;
	const struct notation_trust *trust;
	const struct notation_statement *statement;
	int64_t now;
};

/* Old ones say so by the type of their configuration. */
static bool is_signature(const struct oci_manifest *m)
{
	return text_eq(m->artifact_type, TYPE_SIGNATURE) || text_eq(m->config.type, TYPE_SIGNATURE);
}

static err *check(void *arg, arena *mem, const char *type, str bytes, enum signatures_verdict *good)
{
	const struct wanted *w = arg;
	enum notation_verdict verdict;
	TRY(notation_check(mem, w->trust, w->statement, type, bytes, w->digest, w->now, &verdict));
	*good = verdict == NOTATION_PASSED ? SIGNATURES_PASSED : SIGNATURES_GOOD;
	return NULL;
}

err *notary_verify(ctx *c, struct oci *o, const char *repository, const char *digest,
		   const struct notation_trust *trust, int64_t now, struct signatures *ret)
{
	struct wanted w = {.digest = digest, .trust = trust, .now = now};
	struct signatures_kind kind = {.is = is_signature,
				       .max = NOTATION_ENVELOPE_MAX,
				       .check = check,
				       .arg = &w,
				       .named = true};
	*ret = (struct signatures){.why = ""};
	TRY(oci_ref_check_digest(c->mem, digest));
	TRY(notation_policy_for(c->mem, trust->policy, repository, &w.statement));
	if (w.statement->skips) {
		ret->verdict = SIGNATURES_PASSED;
		return NULL;
	}
	return signatures_refer(c, o, digest, &kind, ret);
}
