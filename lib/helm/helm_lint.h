/*
 * helm_lint: what `helm lint` of Helm 4.2.4 says of a chart: its Chart.yaml, its values against its schema, its templates
 * rendered, the objects that they make, its dependencies and definitions. Part of the face of helm/.
 */
#ifndef SLUICE_HELM_LINT_H
#define SLUICE_HELM_LINT_H

#include "helm/helm.h"
#include "helm/helm_lint_message.h"

struct lint_options {
	const char *ns;		  /* of the release that is made up */
	const char *kube_version; /* NULL: HELM_KUBE_VERSION */
	bool skip_schema;
	struct tmpl_options tmpl;
};

/* The chart in folder dir of the tree, which has a Chart.yaml; `where` is how messages call it. user: values, may be NULL. */
void helm_lint(arena *mem, const struct tree *t, const char *dir, const char *where,
	       const val *user, const struct lint_options *o, lint_messages *ret_messages);

#endif
