#include "helm/helm_lint_message.h"

char *lint_message_text(arena *mem, const struct lint_message *m)
{
	static const char *const levels[] = {"UNKNOWN", "INFO", "WARNING", "ERROR"};
	return arena_printf(mem, "[%s] %s: %s", levels[m->level], m->path, m->text);
}
