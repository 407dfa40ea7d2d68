#include "ctl/house.h"
#include "kind/bucket.h"
#include "kind/external_artifact.h"
#include "kind/git_repository.h"
#include "kind/helm_release_part.h"
#include "kind/helm_chart.h"
#include "kind/helm_repository.h"
#include "kind/kustomization.h"
#include "kind/oci_repository.h"
#include "serve/storage.h"

const struct kind *const kind_table[] = {
	&git_repository_kind, &helm_repository_kind,   &oci_repository_kind,
	&bucket_kind,	      &external_artifact_kind, &helm_chart_kind,
	&kustomization_kind,  &helm_release_kind,      NULL,
};

const struct house_part house_parts[] = {
	{"storage", storage_open, storage_lead, storage_close},
	{"applied objects", kustomization_open, NULL, kustomization_close},
	{"released objects", helm_release_open, NULL, helm_release_close},
	{NULL, NULL, NULL, NULL},
};
