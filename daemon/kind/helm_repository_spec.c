#include "kind/helm_repository_spec.h"

#include <stddef.h>

#include "base/clock.h"
#include "ctl/conditions.h"
#include "source/artifact.h"

#define SPEC(member) offsetof(struct helm_repository, member)
#define MINUTES "^([0-9]+(\\.[0-9]+)?(ms|s|m))+$"
#define TIMEOUT (60 * CLOCK_SECOND)

const struct field helm_repository_spec_fields[] = {
	{"accessFrom", FIELD_ANY, SPEC(access),
	 .doc = "Never had an effect; kept for old manifests."},
	{"certSecretRef", FIELD_OBJECT, SPEC(cert), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with certificates: ca.crt to know the server by, tls.crt and tls.key to "
		"be "
		"known by. Before those of secretRef."},
	{"insecure", FIELD_BOOL, SPEC(insecure),
	 .doc = "Plain HTTP may be spoken to the registry; for the type oci only."},
	{"interval", FIELD_DURATION, SPEC(interval),
	 .doc = "How often the index is looked at; moved a little up or down at random. 1m by "
		"default; without meaning for the type oci."},
	{"passCredentials", FIELD_BOOL, SPEC(pass_credentials),
	 .doc = "The credentials are sent to other hosts too, if the index names charts there."},
	{"provider", FIELD_TEXT, SPEC(provider), .otherwise = "\"generic\"",
	 .choices = "generic|aws|azure|gcp",
	 .doc = "How to authenticate with a registry where no Secret says it; for the type oci "
		"only. "
		"generic by default: not at all; aws, azure and gcp: with the identity that this "
		"program has there."},
	{"secretRef", FIELD_OBJECT, SPEC(secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with credentials: username and password; for the type oci also "
		".dockerconfigjson. Certificates in it are read too, but belong into "
		"certSecretRef."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "The repository is not looked at."},
	{"timeout", FIELD_DURATION, SPEC(timeout), .pattern = MINUTES,
	 .doc = "The time for fetching an index or a chart; 60s by default."},
	{"type", FIELD_TEXT, SPEC(type), .choices = "default|oci",
	 .doc = "default: charts listed by an index.yaml; oci: charts in a registry. An object of "
		"type oci is never looked at by itself and has no status."},
	{"url", FIELD_TEXT, SPEC(url), .required = true, .pattern = "^(http|https|oci)://.*$",
	 .doc = "The address of the repository: index.yaml lies there, or charts do below it."},
	{.name = NULL},
};

/* the status is written as a value; only the schema is made from these */
const struct field helm_repository_status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "The index that was stored last."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{"lastHandledReconcileAt", FIELD_TEXT,
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was acted on "
		"last."},
	{"observedGeneration", FIELD_INT, .doc = "The generation that was acted on last."},
	{"url", FIELD_TEXT, .doc = "The address of the newest artifact, which stays the same."},
	{.name = NULL},
};

err *helm_repository_read(arena *mem, const val *obj, struct helm_repository **ret_spec)
{
	struct helm_repository *s = NEW(mem, struct helm_repository);
	TRY(fields_decode(mem, helm_repository_spec_fields, val_get(obj, "spec"), "spec", s));
	*ret_spec = s;
	return NULL;
}

bool helm_repository_is_oci(const val *obj)
{
	return text_eq(val_as_text(VAL_IN(obj, "spec", "type")), "oci");
}

int64_t helm_repository_timeout(const struct helm_repository *s)
{
	return s->timeout ? s->timeout : TIMEOUT;
}
