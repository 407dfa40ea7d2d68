/*
 * helm_schema_check: a value against a schema, keyword by keyword. Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_CHECK_H
#define SLUICE_HELM_SCHEMA_CHECK_H

#include "base/err.h"
#include "data/val.h"
#include "helm/helm_fault.h"
#include "helm/helm_schema_left.h"
#include "helm/helm_schema_ref.h"

enum draft { DRAFT_4 = 4, DRAFT_6 = 6, DRAFT_7 = 7, DRAFT_2019 = 2019, DRAFT_2020 = 2020 };

struct schema_run {
	arena *mem;
	const val *root; /* the whole schema document */
	enum draft draft;
	bool formats;		      /* the "format" of newer drafts counts, too */
	bool quiet;		      /* only whether there is a fault counts */
	int depth;		      /* of schemas inside each other */
	size_t steps;		      /* schemas tried, places searched for anchors */
	struct schema_left *left;     /* of the value at hand */
	const struct schema_way *way; /* the schemas on the way here */
	err *broken; /* a reference that leads nowhere, or a ceiling: ends everything */
};

#define SCHEMA_MAX_DEPTH 200
#define SCHEMA_MAX_STEPS 10000000u

/* NULL when v, which lies at path, is as schema says. */
struct fault *schema_fault(struct schema_run *r, const val *schema, const val *v, const char *path);

#endif
