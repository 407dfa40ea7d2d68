#include "source/cosign.h"

#include <string.h>

#define TYPE_PAYLOAD "application/vnd.dev.cosign.simplesigning.v1+json"
#define TYPE_BUNDLE "application/vnd.dev.sigstore.bundle"
#define SIGNATURE "dev.cosignproject.cosign/signature"
#define CERTIFICATE "dev.sigstore.cosign/certificate"
#define ENTRY "dev.sigstore.cosign/bundle"
#define TOLD_MAX 3 /* of what is wrong */

/* One look at all signatures of an artifact. */
struct look {
	struct oci *oci;
	const char *digest;
	const struct sigstore_trust *trust;
	bool any, good;
	const char *why;
	int told;
};

/* What is wrong with one signature is no failure of the whole; what is wrong with the registry is. */
static bool skippable(const err *e)
{
	int code = err_code(e);
	return code == ERR_INVALID || code == ERR_LIMIT || code == ERR_NOT_FOUND ||
	       code == ERR_UNSUPPORTED;
}

/* What came of one of them; e was made in scratch. */
static void judge(ctx *c, struct look *l, arena *scratch, const err *e)
{
	l->any = true;
	l->good = !e;
	if (e && l->told++ < TOLD_MAX)
		l->why = arena_printf(c->mem, "%s%s%s", l->why, *l->why ? "; " : "",
				      err_text(scratch, e));
}

/* ---- bundles ---- */

static err *try_bundle(ctx *c, struct look *l, const struct oci_descriptor *d)
{
	struct oci_manifest *m;
	str bundle;
	err *e = oci_pull(c, l->oci, d->digest, &m);
	if (e)
		return skippable(e) ? NULL : e;
	if (m->n_layers != 1 || !text_starts(m->layers[0].type, TYPE_BUNDLE))
		return NULL;
	e = oci_blob(c, l->oci, &m->layers[0], SIGSTORE_BUNDLE_MAX, &bundle);
	if (e)
		return skippable(e) ? NULL : e;
	arena *scratch = arena_open();
	judge(c, l, scratch, sigstore_check_bundle(scratch, l->trust, bundle, l->digest));
	arena_close(scratch);
	return NULL;
}

static err *try_bundles(ctx *c, struct look *l)
{
	struct oci_index index;
	err *e = oci_referrers(c, l->oci, l->digest, &index);
	if (e)
		return skippable(e) ? NULL : e;
	for (size_t i = 0; i < index.n && i < COSIGN_SIGNATURES_MAX && !l->good; i++)
		TRY(try_bundle(c, l, &index.p[i]));
	return NULL;
}

/* ---- payloads ---- */

static str noted(const struct oci_descriptor *d, const char *name)
{
	return val_as_str(val_get(d->annotations, name));
}

static err *try_payload(ctx *c, struct look *l, const struct oci_descriptor *d)
{
	struct sigstore_payload p = {.signature = noted(d, SIGNATURE),
				     .certificate = noted(d, CERTIFICATE),
				     .entry = noted(d, ENTRY)};
	if (!text_eq(d->type, TYPE_PAYLOAD) || !p.signature.n)
		return NULL;
	err *e = oci_blob(c, l->oci, d, SIGSTORE_PAYLOAD_MAX, &p.payload);
	if (e && !skippable(e))
		return e;
	arena *scratch = arena_open();
	judge(c, l, scratch, e ? e : sigstore_check_payload(scratch, l->trust, &p, l->digest));
	arena_close(scratch);
	return NULL;
}

static err *try_tag(ctx *c, struct look *l)
{
	struct oci_manifest *m;
	char *tag = arena_printf(c->mem, "%s.sig", l->digest);
	*strchr(tag, ':') = '-';
	err *e = oci_pull(c, l->oci, tag, &m);
	if (e)
		return skippable(e) ? NULL : e;
	for (size_t i = 0; i < m->n_layers && i < COSIGN_SIGNATURES_MAX && !l->good; i++)
		TRY(try_payload(c, l, &m->layers[i]));
	return NULL;
}

err *cosign_verify(ctx *c, struct oci *o, const char *digest, const struct sigstore_trust *trust,
		   enum cosign_verdict *ret_verdict, const char **ret_why)
{
	struct look l = {.oci = o, .digest = digest, .trust = trust, .why = ""};
	TRY(oci_ref_check_digest(c->mem, digest));
	TRY(try_bundles(c, &l));
	if (!l.any)
		TRY(try_tag(c, &l));
	*ret_verdict = l.good ? COSIGN_GOOD : l.any ? COSIGN_STRANGE : COSIGN_UNSIGNED;
	*ret_why = l.why;
	return NULL;
}
