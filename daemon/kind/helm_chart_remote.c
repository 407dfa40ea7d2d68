/* A chart of a HelmRepository: pulled as it is, or packed anew with other default values. */
#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "kind/helm_chart_work.h"
#include "kind/oci_verify.h"
#include "source/address.h"

static err *invalid_url(struct work *w, err *e)
{
	return helm_chart_odd_fault(w, POLICY_STALL, "URLInvalid",
				    e ? err_wrap(w->r.mem, e, "invalid Helm repository URL")
				      : NULL);
}

/* As a word of its own: 401 is not the 40119 of a port. */
static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *at = text; (at = strstr(at, word)); at += n)
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[n]))
			return true;
	return false;
}

/* By these words Flux knows that a failure is about credentials. */
static bool speaks_of_login(const char *text)
{
	static const char *const words[] = {"401", "unauthorized", "authentication required", "tls",
					    "unknown certificate authority"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (has_word(text, words[i]))
			return true;
	return false;
}

static err *judge(struct work *w, err *e)
{
	if (!e || e->code == ERR_CANCELED || !speaks_of_login(err_text(w->r.mem, e)))
		return e;
	return helm_chart_odd_fault(
		w, POLICY_DEFAULT, "AuthenticationFailed",
		err_wrap(w->r.mem, e, "failed to authenticate with the Helm repository"));
}

/* ---- the place ---- */

static err *find_place(ctx *c, struct work *w, struct chart_place *ret)
{
	struct helm_repository *spec;
	char *url;
	TRY(invalid_url(w, helm_repository_read(c->mem, w->source, &spec)));
	TRY(invalid_url(w, address_normalize(c->mem, spec->url, &url)));
	bool oci = text_eq(spec->type, "oci");
	if (oci != text_starts(url, OCI_SCHEME))
		return helm_chart_odd_fault(
			w, POLICY_STALL, "Failed",
			err_new(c->mem, ERR_INVALID,
				"failed to construct Helm client: invalid %s URL: %s",
				oci ? "OCI registry" : "Helm repository", url));
	return helm_chart_odd_fault(w, POLICY_DEFAULT, "AuthenticationFailed",
				    helm_chart_place(c, w, spec, url, w->input, ret));
}

/* ---- the chart ---- */

static err *find(ctx *c, struct work *w, struct chart_place *place, struct chart_offer *ret)
{
	const char *version = w->chart->version ? w->chart->version : "";
	bool external;
	TRY(helm_chart_fault(w, CHART_REFERENCE, address_check_chart(c->mem, w->chart->chart)));
	err *e = helm_chart_place_find(c, place, w->chart->chart, version, ret, &external);
	if (e)
		e = err_wrap(c->mem, e, "failed to get chart version for remote reference");
	return helm_chart_fault(w, external ? CHART_PULL : CHART_REFERENCE, e);
}

/* The signature is wrong, or there is none. */
static err *unverified(struct work *w, const err *e)
{
	stage_set(&w->r, SOURCE_VERIFIED, CONDITION_FALSE, "VerificationError", "%s",
		  err_text(w->r.mem, err_wrap(w->r.mem, e, "chart verification error")));
	return helm_chart_fault(w, CHART_VERIFICATION, (err *)e);
}

/* It can't be told: what is to be checked by is not there. */
static err *unverifiable(struct work *w, const err *e)
{
	err *told = err_wrap(w->r.mem, e, "failed to verify the signature using provider '%s'",
			     oci_verify_provider(w->r.mem, w->chart->verify));
	stage_set(&w->r, SOURCE_VERIFIED, CONDITION_FALSE, "VerificationError", "%s",
		  err_text(w->r.mem, told));
	return helm_chart_odd_fault(w, POLICY_DEFAULT, "VerificationError", told);
}

static err *read_trust(ctx *c, struct work *w, struct oci_trust *ret)
{
	TRY(oci_verify_trust(c, &w->r, w->chart->verify, ret));
	if (!ret->notation.policy && !ret->sigstore.root && !ret->sigstore.n_keys)
		return err_new(c->mem, ERR_INVALID, "no public keys found in secret '%s/%s'",
			       w->r.ns, w->chart->verify->secret->name);
	return NULL;
}

/* Checks the manifest that the version stands for now, and holds the pull to it. */
static err *check_signature(ctx *c, const struct chart_place *place, const struct oci_trust *trust,
			    struct chart_offer *offer, bool *ret_told)
{
	static const struct oci_verify_texts texts = {"no signatures found",
						      "no matching signatures"};
	struct oci *o;
	char *digest;
	TRY(chart_oci_at(c, &place->registry, offer, &o, &digest));
	TRY(oci_verify_check(c, trust, o, digest, &texts, ret_told));
	offer->digest = digest;
	return NULL;
}

/* Signatures of charts that an index lists are checked by nobody. */
static err *verify(ctx *c, struct work *w, const struct chart_place *place,
		   struct chart_offer *offer)
{
	struct oci_trust trust;
	if (!w->chart->verify)
		return NULL;
	if (!place->oci)
		return unverified(w, err_new(w->r.mem, ERR_UNSUPPORTED, "not implemented"));
	err *e = read_trust(c, w, &trust);
	if (e)
		return unverifiable(w, e);
	e = check_signature(c, place, &trust, offer, &w->build.verified);
	if (e && ctx_check(c))
		return e;
	return e ? unverified(w, err_wrap(c->mem, e, "failed to verify %s", offer->url)) : NULL;
}

/* Which chart it is about, and what helps. */
static err *about(struct work *w, const struct chart_offer *offer, err *e, const char *doing)
{
	if (!e)
		return NULL;
	return err_new(w->r.mem, e->code, "%s: %s (chart %s, version %s%s)", doing,
		       err_text(w->r.mem, e), w->build.name, offer->version,
		       e->code == ERR_LIMIT ? "; --helm-chart-file-max-size sets the limit" : "");
}

/* The archive as it came, if it is a chart's. */
static err *check(struct work *w, const struct chart_offer *offer, str packed)
{
	struct chart *c;
	size_t most = (size_t)w->r.house->options->chart_file_max;
	TRY(about(w, offer, helm_peek_packed(w->r.mem, packed, most, &c),
		  "failed to load chart metadata from written chart"));
	return about(w, offer, helm_check_metadata(w->r.mem, c),
		     "failed to validate metadata of written chart");
}

static const struct chart_file *file_of(const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->files.n; i++)
		if (text_eq(c->files.p[i].name, name))
			return &c->files.p[i];
	return NULL;
}

/* The values files out of the chart, merged. */
static err *merge(struct work *w, const struct chart *c, val **ret_values)
{
	arena *mem = w->r.mem;
	size_t n, merged = 0;
	const char *const *files = helm_chart_values_files(w, &n);
	const char **used = NEW_N(mem, const char *, n);
	val *values = val_map(mem);
	for (size_t i = 0; i < n; i++) {
		const char *name = path_clean(mem, str_of(files[i]));
		const struct chart_file *f = file_of(c, name);
		if (text_eq(name, "values.yaml"))
			values = helm_merge_values(mem, values, c->values);
		else if (f)
			TRY(helm_chart_merge(mem, files[i], f->data, &values));
		else if (w->chart->ignore_missing)
			continue;
		else
			return err_new(mem, ERR_INVALID, "no values file found at path '%s'",
				       files[i]);
		used[merged++] = files[i];
	}
	w->build.values_files = used;
	w->build.n_values_files = merged;
	*ret_values = values;
	return NULL;
}

static err *repack(struct work *w, str packed)
{
	arena *mem = w->r.mem;
	struct chart *c;
	val *values;
	bool changed;
	err *e = helm_unpack(mem, packed, &c);
	if (e)
		return helm_chart_fault(w, CHART_PACKAGE,
					err_wrap(mem, e, "failed to load downloaded chart"));
	package_set_version(mem, c, w->build.version);
	e = merge(w, c, &values);
	if (e)
		return helm_chart_fault(w, CHART_VALUES,
					err_wrap(mem, e, "failed to merge chart values"));
	TRY(helm_chart_fault(w, CHART_VALUES, package_set_values(mem, c, values, &changed)));
	if (!changed)
		w->build.n_values_files = 0;
	return helm_chart_fault(w, CHART_PACKAGE, helm_chart_pack(w, c));
}

static err *obtain(ctx *c, struct work *w, struct chart_place *place)
{
	struct chart_offer offer;
	size_t files;
	str packed;
	(void)helm_chart_values_files(w, &files);
	TRY(find(c, w, place, &offer));
	TRY(verify(c, w, place, &offer));
	const char *metadata =
		files ? arena_printf(c->mem, "%lld", (long long)w->r.generation) : "";
	w->build.name = offer.name;
	TRY(helm_chart_fault(w, CHART_METADATA,
			     helm_chart_version(w, offer.version, metadata, &w->build.version)));
	if (helm_chart_is_stored(w, w->build.name, w->build.version, files > 0))
		return NULL;
	err *e = helm_chart_place_pull(c, place, &offer, &packed);
	if (e)
		return helm_chart_fault(
			w, CHART_PULL,
			err_wrap(c->mem, e, "failed to download chart for remote reference"));
	if (files)
		return repack(w, packed);
	w->build.packed = packed;
	return helm_chart_fault(w, CHART_PULL, check(w, &offer, packed));
}

err *helm_chart_remote(ctx *c, struct work *w)
{
	struct chart_place place;
	TRY(find_place(c, w, &place));
	return judge(w, obtain(c, w, &place));
}
