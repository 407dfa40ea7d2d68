/*
 * helm_lint_message: what lint has to say. Part of the face of helm/.
 */
#ifndef SLUICE_HELM_LINT_MESSAGE_H
#define SLUICE_HELM_LINT_MESSAGE_H

#include "base/vec.h"

enum lint_level { LINT_INFO = 1, LINT_WARNING, LINT_ERROR };

struct lint_message {
	enum lint_level level;
	const char *path; /* within the chart, or the chart's own */
	const char *text;
};

typedef VEC(struct lint_message) lint_messages;

/* "[ERROR] templates/: …" */
char *lint_message_text(arena *mem, const struct lint_message *m);

#endif
