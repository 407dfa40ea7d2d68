#include "notation/notation_policy.h"

#include <ctype.h>
#include <string.h>

#include "base/regex.h"
#include "base/rune.h"
#include "data/json.h"
#include "notation/notation_name.h"

#define WILDCARD "*"
#define SUBJECT "x509.subject"

static const char *const whats[] = {"integrity", "authenticity", "authenticTimestamp", "expiry",
				    "revocation"};
static const char *const actions[] = {"enforce", "log", "skip"};

static const struct level {
	const char *name;
	enum notation_action actions[NOTATION_WHATS];
} levels[] = {
	{"strict",
	 {NOTATION_ENFORCE, NOTATION_ENFORCE, NOTATION_ENFORCE, NOTATION_ENFORCE,
	  NOTATION_ENFORCE}},
	{"permissive",
	 {NOTATION_ENFORCE, NOTATION_ENFORCE, NOTATION_LOG, NOTATION_LOG, NOTATION_LOG}},
	{"audit", {NOTATION_ENFORCE, NOTATION_LOG, NOTATION_LOG, NOTATION_LOG, NOTATION_LOG}},
	{"skip", {NOTATION_SKIP, NOTATION_SKIP, NOTATION_SKIP, NOTATION_SKIP, NOTATION_SKIP}},
};

static int index_of(const char *const *names, int n, str name)
{
	for (int i = 0; i < n; i++)
		if (str_is(name, names[i]))
			return i;
	return -1;
}

static const char *quoted(arena *mem, const val *v)
{
	return rune_quoted(mem, val_as_str(v));
}

/* ---- levels ---- */

static err *read_override(arena *mem, str key, const val *value, struct notation_statement *s)
{
	int what = index_of(whats, NOTATION_WHATS, key);
	int action = index_of(actions, 3, val_as_str(value));
	if (what < 0)
		return err_new(mem, ERR_INVALID,
			       "verification type %s in custom signature verification is not "
			       "supported, supported values are [\"integrity\" \"authenticity\" "
			       "\"authenticTimestamp\" \"expiry\" \"revocation\"]",
			       rune_quoted(mem, key));
	if (action < 0)
		return err_new(mem, ERR_INVALID,
			       "verification action %s in custom signature verification is not "
			       "supported, supported values are [\"enforce\" \"log\" \"skip\"]",
			       quoted(mem, value));
	if (what == NOTATION_INTEGRITY || (what != NOTATION_REVOCATION && action == NOTATION_SKIP))
		return err_new(mem, ERR_INVALID,
			       "%s verification can not be %s in custom signature verification",
			       rune_quoted(mem, key),
			       what == NOTATION_INTEGRITY ? "overridden" : "skipped");
	s->actions[what] = (enum notation_action)action;
	return NULL;
}

static err *read_level(arena *mem, const val *v, struct notation_statement *s)
{
	str name = val_as_str(val_get(v, "level"));
	const val *override = val_get(v, "override");
	const struct level *level = NULL;
	if (!name.n)
		return err_new(mem, ERR_INVALID,
			       "signature verification level is empty or missing in the trust "
			       "policy statement");
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (str_is(name, levels[i].name))
			level = &levels[i];
	if (!level)
		return err_new(mem, ERR_INVALID, "invalid signature verification level %s",
			       rune_quoted(mem, name));
	memcpy(s->actions, level->actions, sizeof(s->actions));
	s->skips = text_eq(level->name, "skip");
	if (s->skips && val_len(override))
		return err_new(mem, ERR_INVALID,
			       "signature verification level \"skip\" can't be used to customize "
			       "signature verification");
	for (size_t i = 0; i < val_len(override) && val_is(override, VAL_MAP); i++)
		TRY(read_override(mem, override->map.p[i].key, override->map.p[i].value, s));
	return NULL;
}

static err *read_verification(arena *mem, const val *v, struct notation_statement *s)
{
	str when = val_as_str(val_get(v, "verifyTimestamp"));
	TRY(read_level(mem, v, s));
	s->after_expiry = str_is(when, "afterCertExpiry");
	if (when.n && !s->after_expiry && !str_is(when, "always"))
		return err_new(
			mem, ERR_INVALID,
			"verifyTimestamp must be \"always\" or \"afterCertExpiry\", but got %s",
			rune_quoted(mem, when));
	return NULL;
}

/* ---- stores and identities ---- */

static bool is_file_name(str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.p[i]) && !memchr("_.-", name.p[i], 3))
			return false;
	return name.n > 0;
}

static err *read_store(arena *mem, const val *v, struct notation_statement *s)
{
	str kind, name;
	if (!str_cut(val_as_str(v), ':', &kind, &name))
		return err_new(mem, ERR_INVALID,
			       "has malformed trust store value %s. The required format is "
			       "<TrustStoreType>:<TrustStoreName>",
			       quoted(mem, v));
	if (str_is(kind, "ca"))
		s->authorities = true;
	else if (str_is(kind, "signingAuthority"))
		s->signing_authorities = true;
	else if (str_is(kind, "tsa"))
		s->clocks = true;
	else
		return err_new(mem, ERR_INVALID,
			       "uses an unsupported trust store type %s in trust store value %s",
			       rune_quoted(mem, kind), quoted(mem, v));
	if (!is_file_name(name))
		return err_new(mem, ERR_INVALID,
			       "uses an unsupported trust store name %s in trust store value %s. "
			       "Named store name needs to follow [a-zA-Z0-9_.-]+ format",
			       rune_quoted(mem, name), quoted(mem, v));
	return NULL;
}

static err *read_identity(arena *mem, const val *v, struct notation_statement *s)
{
	str kind, text;
	struct notation_name name;
	if (!val_len(v))
		return err_new(mem, ERR_INVALID, "has an empty trusted identity");
	if (str_is(val_as_str(v), WILDCARD)) {
		s->anybody = true;
		return NULL;
	}
	if (!str_cut(val_as_str(v), ':', &kind, &text))
		return err_new(mem, ERR_INVALID, "has trusted identity %s missing separator",
			       quoted(mem, v));
	/* other kinds are for plugins */
	if (!str_is(kind, SUBJECT))
		return NULL;
	if (!text.n)
		return err_new(mem, ERR_INVALID,
			       "has trusted identity %s without an identity value", quoted(mem, v));
	TRY_AS(mem, notation_name_read(mem, text, &name.parts),
	       "has trusted identity %s with invalid identity value", quoted(mem, v));
	for (size_t i = 0; i < s->identities.n; i++)
		if (notation_name_within(&name.parts, &s->identities.p[i].parts) ||
		    notation_name_within(&s->identities.p[i].parts, &name.parts))
			return err_new(mem, ERR_INVALID,
				       "has overlapping x509 trustedIdentities, %s overlaps with "
				       "another one",
				       quoted(mem, v));
	VEC_PUSH(mem, &s->identities, name);
	return NULL;
}

static err *read_trust(arena *mem, const val *v, struct notation_statement *s)
{
	const val *stores = val_get(v, "trustStores"), *who = val_get(v, "trustedIdentities");
	if (s->skips)
		return NULL;
	if (!val_is(stores, VAL_LIST) || !val_is(who, VAL_LIST) || !val_len(stores) ||
	    !val_len(who))
		return err_new(mem, ERR_INVALID,
			       "is either missing trust stores or trusted identities, both must be "
			       "specified");
	if (val_len(stores) > NOTATION_POLICY_EACH || val_len(who) > NOTATION_POLICY_EACH)
		return err_new(mem, ERR_LIMIT, "has more than %d trust stores or identities",
			       NOTATION_POLICY_EACH);
	for (size_t i = 0; i < val_len(stores); i++)
		TRY(read_store(mem, val_at(stores, i), s));
	for (size_t i = 0; i < val_len(who); i++)
		TRY(read_identity(mem, val_at(who, i), s));
	if (s->anybody && val_len(who) > 1)
		return err_new(
			mem, ERR_INVALID,
			"uses a wildcard trusted identity '*', a wildcard identity cannot be "
			"used in conjunction with other values");
	return NULL;
}

/* ---- scopes ---- */

#define LABEL "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
#define STEP "[a-z0-9]+(?:(?:[._]|__|[-]*)[a-z0-9]+)*"
#define SCOPE LABEL "(?:\\." LABEL ")*(?::[0-9]+)?/" STEP "(?:/" STEP ")*"

static err *read_scopes(arena *mem, const val *v, struct notation_statement *s)
{
	const val *list = val_get(v, "registryScopes");
	struct regex *re;
	if (!val_is(list, VAL_LIST) || !val_len(list) || val_len(list) > NOTATION_POLICY_EACH)
		return err_new(
			mem, ERR_INVALID,
			"oci trust policy statement \"%s\" has zero registry scopes, it must "
			"specify registry scopes with at least one value",
			s->name);
	TRY(regex_compile(mem, STR(SCOPE), &re));
	for (size_t i = 0; i < val_len(list); i++) {
		str scope = val_as_str(val_at(list, i));
		bool all = str_is(scope, WILDCARD);
		if (all && val_len(list) > 1)
			return err_new(mem, ERR_INVALID,
				       "oci trust policy statement \"%s\" uses wildcard registry "
				       "scope '*', a wildcard scope cannot be used in conjunction "
				       "with other scope values",
				       s->name);
		if (!all && (scope.n > NOTATION_NAME_MAX || !regex_match_whole(mem, re, scope)))
			return err_new(mem, ERR_INVALID,
				       "registry scope %s is not valid, make sure it is a fully "
				       "qualified repository without the scheme, protocol or tag. "
				       "For example domain.com/my/repository",
				       rune_quoted(mem, scope));
		VEC_PUSH(mem, &s->scopes, str_text(mem, scope));
	}
	return NULL;
}

static bool covers(const struct notation_statement *s, const char *scope)
{
	for (size_t i = 0; i < s->scopes.n; i++)
		if (text_eq(s->scopes.p[i], scope))
			return true;
	return false;
}

/* ---- the file ---- */

static err *check_unique(arena *mem, const struct notation_policy *p,
			 const struct notation_statement *s)
{
	for (size_t i = 0; i < p->statements.n; i++) {
		const struct notation_statement *other = &p->statements.p[i];
		if (text_eq(other->name, s->name))
			return err_new(mem, ERR_INVALID,
				       "multiple oci trust policy statements use the same name "
				       "\"%s\", statement names must be unique",
				       s->name);
		for (size_t j = 0; j < s->scopes.n; j++)
			if (covers(other, s->scopes.p[j]))
				return err_new(mem, ERR_INVALID,
					       "registry scope \"%s\" is present in multiple oci "
					       "trust policy statements, one registry scope value "
					       "can only be associated with one statement",
					       s->scopes.p[j]);
	}
	return NULL;
}

static err *read_statement(arena *mem, const val *v, struct notation_policy *p)
{
	struct notation_statement s = {.name = val_text_or(val_get(v, "name"), "")};
	if (!*s.name)
		return err_new(
			mem, ERR_INVALID,
			"oci trust policy: a trust policy statement is missing a name, every "
			"statement requires a name");
	TRY_AS(mem, read_verification(mem, val_get(v, "signatureVerification"), &s),
	       "oci trust policy: trust policy statement \"%s\" has invalid signatureVerification",
	       s.name);
	err *e = read_trust(mem, v, &s);
	if (e)
		return err_new(mem, e->code, "oci trust policy: trust policy statement \"%s\" %s",
			       s.name, err_text(mem, e));
	TRY(read_scopes(mem, v, &s));
	TRY(check_unique(mem, p, &s));
	VEC_PUSH(mem, &p->statements, s);
	return NULL;
}

err *notation_policy_read(arena *mem, str json, struct notation_policy **ret_policy)
{
	struct notation_policy *p = NEW(mem, struct notation_policy);
	val *v;
	if (json.n > NOTATION_POLICY_MAX)
		return err_new(mem, ERR_LIMIT, "it is larger than %zu bytes", NOTATION_POLICY_MAX);
	TRY_AS(mem, json_parse(mem, json, &v), "error occurred while parsing trustpolicy.json");
	const val *list = val_get(v, "trustPolicies");
	str version = val_as_str(val_get(v, "version"));
	if (!version.n)
		return err_new(mem, ERR_INVALID,
			       "oci trust policy document has empty version, version must be "
			       "specified");
	if (!str_is(version, "1.0"))
		return err_new(mem, ERR_INVALID,
			       "oci trust policy document uses unsupported version %s",
			       rune_quoted(mem, version));
	if (!val_is(list, VAL_LIST) || !val_len(list) || val_len(list) > NOTATION_POLICY_EACH)
		return err_new(mem, ERR_INVALID,
			       "oci trust policy document can not have zero trust policy "
			       "statements");
	for (size_t i = 0; i < val_len(list); i++)
		TRY(read_statement(mem, val_at(list, i), p));
	*ret_policy = p;
	return NULL;
}

err *notation_policy_for(arena *mem, const struct notation_policy *policy, const char *repository,
			 const struct notation_statement **ret_statement)
{
	const struct notation_statement *found = NULL;
	for (size_t i = 0; i < policy->statements.n; i++) {
		const struct notation_statement *s = &policy->statements.p[i];
		if (covers(s, repository))
			found = s;
		else if (!found && covers(s, WILDCARD))
			found = s;
	}
	if (!found)
		return err_new(
			mem, ERR_NOT_FOUND,
			"artifact \"%s\" has no applicable oci trust policy statement. Trust "
			"policy applicability for a given artifact is determined by "
			"registryScopes: add it to one",
			repository);
	*ret_statement = found;
	return NULL;
}

err *notation_policy_match(arena *mem, const struct notation_statement *s, const struct x509 *cert)
{
	struct x509_parts subject;
	if (s->anybody)
		return NULL;
	TRY_AS(mem, notation_name_of(mem, cert, &subject),
	       "error while parsing the certificate subject from the digital signature");
	for (size_t i = 0; i < s->identities.n; i++)
		if (notation_name_within(&s->identities.p[i].parts, &subject))
			return NULL;
	return err_new(mem, ERR_FORBIDDEN,
		       "signing certificate from the digital signature, with subject \"%s\", does "
		       "not match the X.509 trusted identities defined in the trust policy \"%s\"",
		       x509_subject(mem, cert), s->name);
}
