#include "kind/oci_repository_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"
#include "source/artifact.h"

#define AT(type, member) offsetof(struct type, member)
#define SPEC(member) offsetof(struct oci_repository, member)
#define MINUTES "^([0-9]+(\\.[0-9]+)?(ms|s|m))+$"

static const struct field ref_fields[] = {
	{"digest", FIELD_TEXT, AT(oci_repository_ref, digest),
	 .doc = "Digest of the manifest to take, sha256:<hex>; before semver and tag."},
	{"semver", FIELD_TEXT, AT(oci_repository_ref, semver),
	 .doc = "Range of versions; the highest tag in it is taken. Before tag."},
	{"semverFilter", FIELD_TEXT, AT(oci_repository_ref, filter),
	 .doc = "Regular expression that tags must match to be looked at for semver."},
	{"tag", FIELD_TEXT, AT(oci_repository_ref, tag),
	 .doc = "Tag to take; latest if no other field says what."},
	{.name = NULL},
};

static const struct field selector_of_layer[] = {
	{"mediaType", FIELD_TEXT, AT(oci_selector, type),
	 .doc = "Media type of the layer; the first one that has it is taken, the first of all by "
		"default."},
	{"operation", FIELD_TEXT, AT(oci_selector, operation), .choices = "extract|copy",
	 .doc = "What becomes of the layer: extract unpacks it and stores its files, copy stores "
		"the layer as it is."},
	{.name = NULL},
};

const struct field oci_identity_fields[] = {
	{"issuer", FIELD_TEXT, AT(oci_identity, issuer), .required = true,
	 .doc = "Regular expression for the issuer in the certificate."},
	{"subject", FIELD_TEXT, AT(oci_identity, subject), .required = true,
	 .doc = "Regular expression for the subject of the certificate."},
	{.name = NULL},
};

static const struct field verify_fields[] = {
	{"matchOIDCIdentity", FIELD_OBJECTS, AT(oci_verify, identities), .sub = oci_identity_fields,
	 .size = sizeof(struct oci_identity),
	 .doc = "Who may have signed without a key of its own; one of them is enough."},
	{"provider", FIELD_TEXT, AT(oci_verify, provider), .required = true,
	 .otherwise = "\"cosign\"", .choices = "cosign|notation",
	 .doc = "The technology of the signature."},
	{"secretRef", FIELD_OBJECT, AT(oci_verify, secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "The Secret with what is trusted: public keys under names ending in .pub for "
		"cosign; "
		"trustpolicy.json and certificates for notation."},
	{"trustedRootSecretRef", FIELD_OBJECT, AT(oci_verify, root), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "The Secret with the key trusted_root.json of a Sigstore of one's own."},
	{.name = NULL},
};

const struct field oci_repository_spec_fields[] = {
	{"certSecretRef", FIELD_OBJECT, SPEC(cert), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with ca.crt, and tls.crt and tls.key, for the connection to the "
		"registry."},
	{"ignore", FIELD_TEXT, SPEC(ignore),
	 .doc = "Paths to leave out, in the syntax of .gitignore; takes the place of the default "
		"exclusions and is read after the .sourceignore files."},
	{"insecure", FIELD_BOOL, SPEC(insecure),
	 .doc = "The registry may be talked to without TLS, or with a certificate that nobody "
		"knows."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the registry is asked; moved a little up or down at random."},
	{"layerSelector", FIELD_OBJECT, SPEC(selector), .sub = selector_of_layer,
	 .size = sizeof(struct oci_selector),
	 .doc = "Which layer is taken, and how; the first one is extracted by default."},
	{"provider", FIELD_TEXT, SPEC(provider), .otherwise = "\"generic\"",
	 .choices = "generic|aws|azure|gcp",
	 .doc = "How to authenticate where no Secret says it; generic by default: not at all. aws, "
		"azure and gcp: with the identity that this program, or serviceAccountName, has "
		"there."},
	{"proxySecretRef", FIELD_OBJECT, SPEC(proxy), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with the keys address, username and password of a proxy."},
	{"ref", FIELD_OBJECT, SPEC(ref), .sub = ref_fields,
	 .size = sizeof(struct oci_repository_ref),
	 .doc = "The reference to follow; the tag latest by default."},
	{"secretRef", FIELD_OBJECT, SPEC(secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret of type kubernetes.io/dockerconfigjson with the login to the registry."},
	{"serviceAccountName", FIELD_TEXT, SPEC(account),
	 .doc = "A ServiceAccount to log in as: with its imagePullSecrets, or, for another "
		"provider "
		"than generic, with its identity at that cloud (gate "
		"ObjectLevelWorkloadIdentity)."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "The registry is not asked."},
	{"timeout", FIELD_DURATION, SPEC(timeout), .otherwise = "\"60s\"", .pattern = MINUTES,
	 .doc = "The time for each request; a large layer is given more."},
	{"url", FIELD_TEXT, SPEC(url), .required = true, .pattern = "^oci://.*$",
	 .doc = "The address of the artifact, without a tag or digest."},
	{"verify", FIELD_OBJECT, SPEC(verify), .sub = verify_fields,
	 .size = sizeof(struct oci_verify), .doc = "Checks of signatures."},
	{.name = NULL},
};

/* the status is written as a value; only the schema is made from these */
const struct field oci_repository_status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "What was stored last."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{"contentConfigChecksum", FIELD_TEXT, .until = "v1beta2",
	 .doc = "Without meaning; kept for old objects."},
	{"lastHandledReconcileAt", FIELD_TEXT,
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was acted on "
		"last."},
	{"observedGeneration", FIELD_INT, .doc = "The generation that was acted on last."},
	{"observedIgnore", FIELD_TEXT, .doc = "spec.ignore as it was for the stored artifact."},
	{"observedLayerSelector", FIELD_OBJECT, .sub = selector_of_layer,
	 .size = sizeof(struct oci_selector),
	 .doc = "spec.layerSelector as it was for the stored artifact."},
	{"url", FIELD_TEXT, .doc = "The address of a link that leads to the newest artifact."},
	{.name = NULL},
};
