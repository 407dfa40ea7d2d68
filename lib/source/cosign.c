#include "source/cosign.h"

#include <string.h>

#define TYPE_PAYLOAD "application/vnd.dev.cosign.simplesigning.v1+json"
#define TYPE_BUNDLE "application/vnd.dev.sigstore.bundle"
#define SIGNATURE "dev.cosignproject.cosign/signature"
#define CERTIFICATE "dev.sigstore.cosign/certificate"
#define ENTRY "dev.sigstore.cosign/bundle"

struct wanted {
	const char *digest;
	const struct sigstore_trust *trust;
};

/* ---- bundles ---- */

static bool is_bundle(const struct oci_manifest *m)
{
	return text_starts(m->layers[0].type, TYPE_BUNDLE);
}

static err *check_bundle(void *arg, arena *mem, const char *type, str bytes,
			 enum signatures_verdict *good)
{
	const struct wanted *w = arg;
	(void)type, (void)good;
	return sigstore_check_bundle(mem, w->trust, bytes, w->digest);
}

/* ---- payloads ---- */

static str noted(const struct oci_descriptor *d, const char *name)
{
	return val_as_str(val_get(d->annotations, name));
}

static err *try_payload(ctx *c, struct oci *o, const struct wanted *w,
			const struct oci_descriptor *d, struct signatures *s)
{
	struct sigstore_payload p = {.signature = noted(d, SIGNATURE),
				     .certificate = noted(d, CERTIFICATE),
				     .entry = noted(d, ENTRY)};
	if (!text_eq(d->type, TYPE_PAYLOAD) || !p.signature.n)
		return NULL;
	err *e = oci_blob(c, o, d, SIGSTORE_PAYLOAD_MAX, &p.payload);
	if (e && !signatures_skippable(e))
		return e;
	arena *scratch = arena_open();
	e = e ? e : sigstore_check_payload(scratch, w->trust, &p, w->digest);
	signatures_judge(c, s, "", e);
	arena_close(scratch);
	return NULL;
}

static err *try_tag(ctx *c, struct oci *o, const struct wanted *w, struct signatures *s)
{
	struct oci_manifest *m;
	char *tag = arena_printf(c->mem, "%s.sig", w->digest);
	*strchr(tag, ':') = '-';
	err *e = oci_pull(c, o, tag, &m);
	if (e)
		return signatures_skippable(e) ? NULL : e;
	for (size_t i = 0; i < m->n_layers && i < SIGNATURES_MAX && s->verdict != SIGNATURES_GOOD;
	     i++)
		TRY(try_payload(c, o, w, &m->layers[i], s));
	return NULL;
}

err *cosign_verify(ctx *c, struct oci *o, const char *digest, const struct sigstore_trust *trust,
		   struct signatures *ret)
{
	struct wanted w = {digest, trust};
	struct signatures_kind bundles = {
		.is = is_bundle, .max = SIGSTORE_BUNDLE_MAX, .check = check_bundle, .arg = &w};
	*ret = (struct signatures){.why = ""};
	TRY(oci_ref_check_digest(c->mem, digest));
	TRY(signatures_refer(c, o, digest, &bundles, ret));
	return ret->verdict == SIGNATURES_NONE ? try_tag(c, o, &w, ret) : NULL;
}
