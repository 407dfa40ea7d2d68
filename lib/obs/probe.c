#include "obs/probe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct check {
	enum probe probe;
	const char *name;
	bool ok;
} checks[PROBE_CHECKS];
static int count;

void probe_set(enum probe p, const char *name, bool ok)
{
	pthread_mutex_lock(&lock);
	int i = 0;
	while (i < count && (checks[i].probe != p || strcmp(checks[i].name, name)))
		i++;
	if (i == PROBE_CHECKS)
		abort();
	checks[i] = (struct check){p, name, ok};
	if (i == count)
		count++;
	pthread_mutex_unlock(&lock);
}

bool probe_ok(enum probe p, buf *text)
{
	bool all = true;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < count; i++) {
		if (checks[i].probe != p)
			continue;
		all = all && checks[i].ok;
		if (text)
			buf_printf(text, "[%c]%s %s\n", checks[i].ok ? '+' : '-', checks[i].name,
				   checks[i].ok ? "ok" : "failed");
	}
	pthread_mutex_unlock(&lock);
	return all;
}

void probe_reset(void)
{
	pthread_mutex_lock(&lock);
	count = 0;
	pthread_mutex_unlock(&lock);
}
