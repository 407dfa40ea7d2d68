#include "notation/notation_envelope.h"

#include "base/rune.h"

#define PLUGIN "io.cncf.notary.verificationPlugin"

err *notation_envelope_broken(arena *mem, const char *name)
{
	return err_new(mem, ERR_INVALID, "%s is missing or can't be read", name);
}

err *notation_envelope_scheme(arena *mem, str scheme, struct notation_envelope *e)
{
	e->by_authority = str_is(scheme, "notary.x509.signingAuthority");
	if (!e->by_authority && !str_is(scheme, "notary.x509"))
		return err_new(mem, ERR_UNSUPPORTED, "unsupported signingScheme %s",
			       rune_quoted(mem, scheme));
	return NULL;
}

static bool marked(const str *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(names[i], name))
			return true;
	return false;
}

err *notation_envelope_critical(arena *mem, const struct notation_envelope *e, const str *names,
				size_t n)
{
	const struct {
		const char *name;
		bool must, may;
	} known[] = {{NOTATION_SCHEME, true, true},
		     {NOTATION_EXPIRES, e->expires, e->expires},
		     {NOTATION_BELIEVED_TIME, e->by_authority, e->by_authority}};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].must && !marked(names, n, known[i].name))
			return err_new(mem, ERR_INVALID,
				       "this required header is not marked as critical: %s",
				       known[i].name);
	for (size_t i = 0; i < n; i++) {
		bool fine = false;
		for (size_t j = 0; j < sizeof(known) / sizeof(*known); j++)
			fine = fine || (known[j].may && str_is(names[i], known[j].name));
		if (str_starts(names[i], STR(PLUGIN)))
			return err_new(
				mem, ERR_UNSUPPORTED,
				"it can only be verified by a plugin, and there are none here: "
				"sign without one");
		if (!fine)
			return err_new(
				mem, ERR_UNSUPPORTED,
				"header %s is marked as critical but not known: sign without it",
				rune_quoted(mem, names[i]));
	}
	return NULL;
}
