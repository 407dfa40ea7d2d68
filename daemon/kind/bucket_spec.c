#include "kind/bucket_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"
#include "source/artifact.h"

#define STS(member) offsetof(struct bucket_sts, member)
#define SPEC(member) offsetof(struct bucket_spec, member)
#define MINUTES "^([0-9]+(\\.[0-9]+)?(ms|s|m))+$"

static const struct field sts_fields[] = {
	{"certSecretRef", FIELD_OBJECT, STS(cert), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with certificates for the service: ca.crt to know it by, tls.crt and "
		"tls.key to be known by. For the provider ldap only."},
	{"endpoint", FIELD_TEXT, STS(endpoint), .required = true, .pattern = "^(http|https)://.*$",
	 .doc = "The address of the service."},
	{"provider", FIELD_TEXT, STS(provider), .required = true, .choices = "aws|ldap",
	 .doc = "What kind of service it is."},
	{"secretRef", FIELD_OBJECT, STS(secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with the keys username and password. For the provider ldap only."},
	{.name = NULL},
};

const struct field bucket_spec_fields[] = {
	{"accessFrom", FIELD_ANY, SPEC(access), .until = "v1beta2",
	 .doc = "Never had an effect; kept for old manifests."},
	{"bucketName", FIELD_TEXT, SPEC(name), .required = true, .doc = "The bucket's name."},
	{"certSecretRef", FIELD_OBJECT, SPEC(cert), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with certificates: ca.crt to know the server by, tls.crt and tls.key to "
		"be known by."},
	{"endpoint", FIELD_TEXT, SPEC(endpoint), .required = true,
	 .doc = "The server that has the bucket, as host or host:port; for the provider azure the "
		"URL of the account's blobs."},
	{"ignore", FIELD_TEXT, SPEC(ignore),
	 .doc = "Objects to leave out, in the syntax of .gitignore; read after the bucket's own "
		".sourceignore. Nothing is left out by default."},
	{"insecure", FIELD_BOOL, SPEC(insecure), .doc = "The server is talked to without TLS."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the bucket is looked at; moved a little up or down at random."},
	{"prefix", FIELD_TEXT, SPEC(prefix),
	 .doc = "Only objects whose keys begin so are listed by the server."},
	{"provider", FIELD_TEXT, SPEC(provider), .otherwise = "\"generic\"",
	 .choices = "generic|aws|gcp|azure",
	 .doc = "Whose bucket it is; generic by default: of any server with the API of Amazon S3."},
	{"proxySecretRef", FIELD_OBJECT, SPEC(proxy), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with the keys address, username and password of a proxy."},
	{"region", FIELD_TEXT, SPEC(region),
	 .doc = "The region of the bucket; what the server says, or us-east-1, by default."},
	{"secretRef", FIELD_OBJECT, SPEC(secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A Secret with credentials. generic, aws: accesskey and secretkey. gcp: "
		"serviceaccount. azure: tenantId, clientId and clientSecret or clientCertificate; "
		"or clientId alone (the machine's identity); or accountKey; or sasKey. Without "
		"one, "
		"of another provider than generic: the identity that serviceAccountName, or this "
		"program, has at the cloud."},
	{"serviceAccountName", FIELD_TEXT, SPEC(account),
	 .doc = "A ServiceAccount whose identity at the cloud is used (gate "
		"ObjectLevelWorkloadIdentity); this program's own by default."},
	{"sts", FIELD_OBJECT, SPEC(sts), .sub = sts_fields, .size = sizeof(struct bucket_sts),
	 .doc = "A service that gives out temporary credentials; for the providers generic and "
		"aws."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "The bucket is not looked at."},
	{"timeout", FIELD_DURATION, SPEC(timeout), .otherwise = "\"60s\"", .pattern = MINUTES,
	 .doc = "The time for finding out what there is; fetching it is given more."},
	{.name = NULL},
};

const char bucket_spec_rules[] =
	"self.provider == 'aws' || self.provider == 'generic' || !has(self.sts) # STS "
	"configuration is only supported for the 'aws' and 'generic' Bucket providers\n"
	"self.provider != 'aws' || !has(self.sts) || self.sts.provider == 'aws' # 'aws' is the "
	"only supported STS provider for the 'aws' Bucket provider\n"
	"self.provider != 'generic' || !has(self.sts) || self.sts.provider == 'ldap' # 'ldap' is "
	"the only supported STS provider for the 'generic' Bucket provider\n"
	"!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.secretRef) # "
	"spec.sts.secretRef is not required for the 'aws' STS provider\n"
	"!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.certSecretRef) # "
	"spec.sts.certSecretRef is not required for the 'aws' STS provider\n"
	"self.provider != 'generic' || !has(self.serviceAccountName) # ServiceAccountName is not "
	"supported for the 'generic' Bucket provider\n"
	"!has(self.secretRef) || !has(self.serviceAccountName) # cannot set both .spec.secretRef "
	"and .spec.serviceAccountName";

/* the status is written as a value; only the schema is made from these */
const struct field bucket_status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "What was stored last."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{"lastHandledReconcileAt", FIELD_TEXT,
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was acted on "
		"last."},
	{"observedGeneration", FIELD_INT, .doc = "The generation that was acted on last."},
	{"observedIgnore", FIELD_TEXT, .doc = "spec.ignore as it was for the stored artifact."},
	{"url", FIELD_TEXT, .doc = "The address of a link that leads to the newest artifact."},
	{.name = NULL},
};
