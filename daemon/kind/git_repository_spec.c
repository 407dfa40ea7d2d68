#include "kind/git_repository_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"
#include "source/artifact.h"

#define AT(type, member) offsetof(struct type, member)
#define SPEC(member) offsetof(struct git_repository, member)
#define MINUTES "^([0-9]+(\\.[0-9]+)?(ms|s|m))+$"

static const struct field name_fields[] = {
	{"name", FIELD_TEXT, AT(git_name, name), .required = true, .doc = "Name of the referent."},
	{.name = NULL},
};

static const struct field ref_fields[] = {
	{"branch", FIELD_TEXT, AT(git_ref, branch),
	 .doc = "Branch to follow; master if no other field says what."},
	{"commit", FIELD_TEXT, AT(git_ref, commit),
	 .doc = "Commit to take, whatever the other fields say. With branch or name these only "
		"name "
		"the "
		"revision."},
	{"name", FIELD_TEXT, AT(git_ref, name),
	 .doc = "Full name of a reference, such as refs/heads/main, refs/tags/v0.1.0 or "
		"refs/pull/420/head; before tag, semver and branch."},
	{"semver", FIELD_TEXT, AT(git_ref, semver),
	 .doc = "Range of versions; the highest tag in it is taken. Before branch."},
	{"tag", FIELD_TEXT, AT(git_ref, tag), .doc = "Tag to take; before semver and branch."},
	{.name = NULL},
};

static const struct field verify_fields[] = {
	{"mode", FIELD_TEXT, AT(git_verify, mode), .otherwise = "\"HEAD\"",
	 .choices = "head|HEAD|Tag|TagAndHEAD",
	 .doc = "What has to be signed: the commit, the tag, or both."},
	{"secretRef", FIELD_OBJECT, AT(git_verify, secret), .sub = name_fields,
	 .size = sizeof(struct git_name), .required = true,
	 .doc = "The Secret that holds the public keys: PGP under keys ending in .asc, SSH in "
		".sshpub."},
	{.name = NULL},
};

static const struct field include_fields[] = {
	{"fromPath", FIELD_TEXT, AT(git_include, from),
	 .doc = "What to copy of the other artifact; all of it by default."},
	{"repository", FIELD_OBJECT, AT(git_include, repository), .sub = name_fields,
	 .size = sizeof(struct git_name), .required = true,
	 .doc = "The GitRepository, in the same namespace, whose artifact is included."},
	{"toPath", FIELD_TEXT, AT(git_include, to),
	 .doc = "Where to put it; a folder with the name of that GitRepository by default."},
	{.name = NULL},
};

const struct field git_repository_spec_fields[] = {
	{"accessFrom", FIELD_ANY, SPEC(access), .until = "v1beta2",
	 .doc = "Never had an effect; kept for old manifests."},
	{"gitImplementation", FIELD_TEXT, SPEC(implementation), .until = "v1beta2",
	 .choices = "go-git|libgit2", .doc = "Without effect; kept for old manifests."},
	{"ignore", FIELD_TEXT, SPEC(ignore),
	 .doc = "Paths to leave out, in the syntax of .gitignore; takes the place of the default "
		"exclusions "
		"and is read after the .sourceignore files."},
	{"include", FIELD_OBJECTS, SPEC(include), .sub = include_fields,
	 .size = sizeof(struct git_include),
	 .doc = "Other GitRepositories whose artifacts are made part of this one."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the repository is looked at; moved a little up or down at random."},
	{"provider", FIELD_TEXT, SPEC(provider), .choices = "generic|aws|azure|github",
	 .doc = "How to authenticate; generic by default."},
	{"proxySecretRef", FIELD_OBJECT, SPEC(proxy), .sub = name_fields,
	 .size = sizeof(struct git_name),
	 .doc = "A Secret with the keys address, username and password of a proxy."},
	{"recurseSubmodules", FIELD_BOOL, SPEC(submodules),
	 .doc = "The repository's submodules are fetched too."},
	{"ref", FIELD_OBJECT, SPEC(ref), .sub = ref_fields, .size = sizeof(struct git_ref),
	 .doc = "The reference to follow; the branch master by default."},
	{"secretRef", FIELD_OBJECT, SPEC(secret), .sub = name_fields,
	 .size = sizeof(struct git_name),
	 .doc = "A Secret with credentials: username and password, or bearerToken; ca.crt; tls.crt "
		"and "
		"tls.key. For SSH identity and known_hosts."},
	{"serviceAccountName", FIELD_TEXT, SPEC(account),
	 .doc = "The ServiceAccount used to authenticate; for the providers azure and aws only."},
	{"sparseCheckout", FIELD_TEXTS, SPEC(sparse),
	 .doc = "Directories to take; all by default. What lies beside them is left out."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "The repository is not looked at."},
	{"timeout", FIELD_DURATION, SPEC(timeout), .otherwise = "\"60s\"", .pattern = MINUTES,
	 .doc = "The time for each operation such as fetching."},
	{"url", FIELD_TEXT, SPEC(url), .required = true, .pattern = "^(http|https|ssh)://.*$",
	 .doc = "The address of the repository."},
	{"verify", FIELD_OBJECT, SPEC(verify), .sub = verify_fields,
	 .size = sizeof(struct git_verify), .doc = "Checks of signatures."},
	{.name = NULL},
};

const char git_repository_rules[] =
	"!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || "
	"self.provider == 'aws')) # serviceAccountName can only be set when provider is 'azure' or "
	"'aws'";

/* the status is written as a value; only the schema is made from these */
const struct field git_repository_status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "What was stored last."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{"contentConfigChecksum", FIELD_TEXT, .until = "v1beta2",
	 .doc = "Without meaning; kept for old objects."},
	{"includedArtifacts", FIELD_OBJECTS, .sub = artifact_fields,
	 .size = sizeof(struct artifact),
	 .doc = "The artifacts that were included, in the order of spec.include."},
	{"lastHandledReconcileAt", FIELD_TEXT,
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was acted on "
		"last."},
	{"observedGeneration", FIELD_INT, .doc = "The generation that was acted on last."},
	{"observedIgnore", FIELD_TEXT, .doc = "spec.ignore as it was for the stored artifact."},
	{"observedInclude", FIELD_OBJECTS, .sub = include_fields,
	 .size = sizeof(struct git_include),
	 .doc = "spec.include as it was for the stored artifact."},
	{"observedRecurseSubmodules", FIELD_BOOL,
	 .doc = "spec.recurseSubmodules as it was for the stored artifact."},
	{"observedSparseCheckout", FIELD_TEXTS,
	 .doc = "spec.sparseCheckout as it was for the stored artifact."},
	{"sourceVerificationMode", FIELD_TEXT, .doc = "What of the source was verified."},
	{"url", FIELD_TEXT, .until = "v1beta2", .doc = "Without meaning; kept for old objects."},
	{.name = NULL},
};
