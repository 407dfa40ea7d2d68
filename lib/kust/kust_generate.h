/*
 * kust_generate: ConfigMaps and Secrets made of literals, files and env files, and the service
 * account of an IAM policy.
 */
#ifndef SLUICE_KUST_GENERATE_H
#define SLUICE_KUST_GENERATE_H

#include "kust/kust_load.h"
#include "kust/kust_object.h"

/* Options of all generators under those of this one: its own keys win, booleans add up. */
const struct kust_generator_options *
kust_generator_options(arena *mem, const struct kust_generator_options *own,
		       const struct kust_generator_options *all);

/* Makes the object, with its notes: behavior, and whether it gets a hash. ERR_INVALID. */
err *kust_generate(const struct kust_loader *l, const struct kust_generator *g, bool secret,
		   struct kust_object **ret_object);

struct kust_iam_policy {
	str cloud, account, project, service, namespace_;
};

/* The service account of IAMPolicyGenerator, with its cloud's annotation. ERR_INVALID for another cloud
 * than gke. */
err *kust_generate_iam(struct kust_work *w, const struct kust_iam_policy *p,
		       struct kust_object **ret_object);

/* "[a b]", as Go shows a list of texts. */
const char *kust_texts_shown(arena *mem, const struct kust_texts *texts);

#endif
