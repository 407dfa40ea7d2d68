#include "source/signatures.h"

#define TOLD_MAX 3 /* of what is wrong */

bool signatures_skippable(const err *e)
{
	int code = err_code(e);
	return code == ERR_INVALID || code == ERR_LIMIT || code == ERR_NOT_FOUND ||
	       code == ERR_UNSUPPORTED;
}

void signatures_judge(ctx *c, struct signatures *s, const char *name, const err *e)
{
	const char *before = s->why ? s->why : "";
	s->verdict = e ? SIGNATURES_WRONG : SIGNATURES_GOOD;
	if (!e || s->told++ >= TOLD_MAX)
		return;
	s->why = arena_printf(c->mem, "%s%s%s%s", before, *before ? "; " : "", name,
			      err_text(c->mem, e));
}

static err *try_one(ctx *c, struct oci *o, const struct oci_descriptor *d,
		    const struct signatures_kind *kind, struct signatures *s)
{
	enum signatures_verdict good = SIGNATURES_GOOD;
	struct oci_manifest *m;
	str bytes;
	err *e = oci_pull(c, o, d->digest, &m);
	if (e)
		return signatures_skippable(e) ? NULL : e;
	if (m->n_layers != 1 || !kind->is(m))
		return NULL;
	e = oci_blob(c, o, &m->layers[0], kind->max, &bytes);
	if (e)
		return signatures_skippable(e) ? NULL : e;
	arena *scratch = arena_open();
	e = kind->check(kind->arg, scratch, m->layers[0].type, bytes, &good);
	signatures_judge(c, s,
			 kind->named ? arena_printf(c->mem,
						    "failed to verify signature with digest %s, ",
						    d->digest)
				     : "",
			 e);
	if (!e)
		s->verdict = good;
	arena_close(scratch);
	return NULL;
}

err *signatures_refer(ctx *c, struct oci *o, const char *digest, const struct signatures_kind *kind,
		      struct signatures *s)
{
	struct oci_index index;
	err *e = oci_referrers(c, o, digest, &index);
	if (e)
		return signatures_skippable(e) ? NULL : e;
	for (size_t i = 0; i < index.n && i < SIGNATURES_MAX && s->verdict <= SIGNATURES_WRONG; i++)
		TRY(try_one(c, o, &index.p[i], kind, s));
	return NULL;
}
