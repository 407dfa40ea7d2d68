/*
 * helm_hooks: a chart's rendered files cut into documents, hooks told from manifests, both in the
 * order in which they are installed. Source of the rules: Helm 4.2.4's release util. Private to helm/.
 */
#ifndef SLUICE_HELM_HOOKS_H
#define SLUICE_HELM_HOOKS_H

#include "base/err.h"
#include "base/vec.h"
#include "data/val.h"

struct helm_manifest {
	const char *path;		       /* of the template: "chart/templates/x.yaml" */
	str content;			       /* one document, as it was rendered */
	const char *kind, *name, *api_version; /* "" when it says none */
	const val *annotations;		       /* NULL without any */
	val *doc;			       /* the document, read; NULL when not kept */
};

enum hook_event {
	HOOK_PRE_INSTALL,
	HOOK_POST_INSTALL,
	HOOK_PRE_DELETE,
	HOOK_POST_DELETE,
	HOOK_PRE_UPGRADE,
	HOOK_POST_UPGRADE,
	HOOK_PRE_ROLLBACK,
	HOOK_POST_ROLLBACK,
	HOOK_TEST,
	HOOK_EVENTS
};

enum hook_delete {
	HOOK_DELETE_SUCCEEDED = 1,
	HOOK_DELETE_FAILED = 2,
	HOOK_DELETE_BEFORE = 4, /* before-hook-creation */
};

struct helm_hook {
	struct helm_manifest manifest;
	bool events[HOOK_EVENTS];
	int weight;
	unsigned delete_policies; /* of enum hook_delete; 0 when none is named */
	unsigned
		output_log_policies; /* HOOK_DELETE_SUCCEEDED and _FAILED: log on success, on failure */
};

struct helm_manifests {
	VEC(struct helm_manifest) manifests;
	VEC(struct helm_hook) hooks;
};

/* A rendered file. */
struct helm_output {
	const char *path;
	str text;
	val *docs; /* what its documents are, where that is known; NULL: they are read from the text */
};

/* Takes the next document that is not blank off *rest, as Helm 4.2.4 cuts a text: at --- at the start of a line; without the
 * blanks before it. False at the end. */
bool hooks_next_document(str *rest, str *ret_document);

/* Cuts the files, taken in the order of their paths, and sorts what comes out by kind. A document that
 * can't be read is ERR_INVALID: "YAML parse error on <path>: …"; one whose hook is of an unknown sort vanishes, as in Helm. keep: helm_manifest.doc is wanted. */
err *hooks_sort(arena *mem, const struct helm_output *files, size_t n, bool keep,
		struct helm_manifests *ret);

/* The words of helm.sh/hook for an event: "pre-install", …, "test". */
const char *hook_event_name(enum hook_event e);

/* Places of a kind in the order of installation; unknown kinds come behind, by name. */
int hooks_kind_order(const char *kind);

#endif
