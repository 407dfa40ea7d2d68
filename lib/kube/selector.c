#include "kube/selector.h"

#include "data/labels.h"

struct selector {
	struct labels_selector *labels;
};

err *selector_parse(arena *mem, str text, struct selector **ret_selector)
{
	struct selector *s = NEW(mem, struct selector);
	*ret_selector = s;
	return labels_parse(mem, text, LABELS_OF_KUBERNETES, &s->labels);
}

bool selector_match(const struct selector *s, const val *labels)
{
	return labels_fit(s->labels, labels);
}
