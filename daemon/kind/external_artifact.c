#include "kind/external_artifact.h"

#include <stddef.h>

#include "base/log.h"
#include "base/path.h"
#include "kind/source.h"
#include "source/external.h"

#define REF(member) offsetof(struct source_ref_shape, member)

struct source_ref_shape {
	const char *api_version, *kind, *name, *ns;
};

struct external_artifact {
	struct source_ref_shape *source;
};

static const struct field source_ref_fields[] = {
	{"apiVersion", FIELD_TEXT, REF(api_version), .doc = "API version of the referent."},
	{"kind", FIELD_TEXT, REF(kind), .required = true, .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, REF(name), .required = true, .doc = "Name of the referent."},
	{"namespace", FIELD_TEXT, REF(ns),
	 .doc = "Namespace of the referent; the own one by default."},
	{.name = NULL},
};

static const struct field spec_fields[] = {
	{"sourceRef", FIELD_OBJECT, offsetof(struct external_artifact, source),
	 .sub = source_ref_fields, .size = sizeof(struct source_ref_shape),
	 .doc = "The object that the artifact is made for, by whoever makes it."},
	{.name = NULL},
};

static const struct field status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "The artifact, which lies with whoever made it."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{.name = NULL},
};

err *external_artifact_bring(ctx *c, struct house *h, const char *ns, const char *name,
			     const val *artifact, const char **ret_path)
{
	struct external x = {
		.clients = h->clients,
		.depot = h->depot,
		.kind = external_artifact_kind.name,
		.ns = ns,
		.name = name,
		.url = val_text_or(val_get(artifact, "url"), ""),
		.digest = val_text_or(val_get(artifact, "digest"), ""),
		.max = (uint64_t)h->options->artifact_max,
	};
	return external_get(c, &x, ret_path);
}

/* What was downloaded goes with the object. */
static void gone(struct house *h, const char *ns, const char *name)
{
	arena *mem = arena_open();
	char *object = path_dir(mem, depot_path(mem, external_artifact_kind.name, ns, name, "x"));
	err *e = depot_forget(mem, h->depot, object, NULL);
	if (e)
		log_line(LOG_ERROR, "source-controller", "artifacts could not be removed", "name",
			 name, "namespace", ns, "error", err_text(mem, e), NULL);
	arena_close(mem);
}

static const struct kind_column columns[] = {
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{"Source", "string", ".spec.sourceRef.name", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind external_artifact_kind = {
	.group = SOURCE_GROUP,
	.name = "ExternalArtifact",
	.plural = "externalartifacts",
	.singular = "externalartifact",
	.short_names = "ea",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1",
	.spec = spec_fields,
	.spec_size = sizeof(struct external_artifact),
	.status = status_fields,
	.columns = columns,
	.gone = gone,
	.doc = "ExternalArtifact is an artifact that something else in the cluster makes and "
	       "serves.",
};
