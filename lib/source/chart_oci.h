/*
 * chart_oci: charts in an OCI registry, as Helm keeps them there: a tag a version ("+" as "_"), a layer with
 * the archive. Rules and texts are those of source-controller 1.9 and Helm 4. On workers.
 */
#ifndef SLUICE_CHART_OCI_H
#define SLUICE_CHART_OCI_H

#include "source/chart_repo.h"
#include "source/oci.h"

struct chart_registry {
	struct registries *registries;
	const char *
		url; /* "oci://ghcr.io/charts", of a repository below which charts lie by their names */
	struct oci_auth auth;
	struct login login; /* TLS and proxy alone */
	bool insecure;	    /* plain http may be used */
	int64_t timeout;    /* ns for each request; 0: the ctx's deadline alone */
	uint64_t chart_max; /* bytes */
};

/* The version of a chart that a text means: itself, if it is a version (nothing is asked then), else the highest tag in the
 * range. name "" for a url that is the chart's own. ERR_INVALID, ERR_NOT_FOUND, or the registry's failure. */
err *chart_oci_find(ctx *c, const struct chart_registry *r, const char *name, const char *version,
		    struct chart_offer *ret_offer);

/* The repository in which the chart lies, and the digest of its manifest right now. */
err *chart_oci_at(ctx *c, const struct chart_registry *r, const struct chart_offer *offer,
		  struct oci **ret_oci, char **ret_digest);

/* The chart's archive; ret_digest (may be NULL): of its manifest. */
err *chart_oci_pull(ctx *c, const struct chart_registry *r, const struct chart_offer *offer,
		    str *ret_packed, const char **ret_digest);

/* The archive of the chart at r's url with that digest; if tag (a version, "" for none) stands for another one, ERR_INVALID. */
err *chart_oci_pull_digest(ctx *c, const struct chart_registry *r, const char *tag,
			   const char *digest, str *ret_packed);

#endif
