#include "base/rand.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void rand_bytes(void *p, size_t n)
{
	char *at = p;
	while (n) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		n -= (size_t)got;
	}
}

uint64_t rand_below(uint64_t below)
{
	uint64_t r, limit = UINT64_MAX - UINT64_MAX % below;
	do
		rand_bytes(&r, sizeof(r));
	while (r >= limit);
	return r % below;
}

int64_t rand_jitter(int64_t ns, int percent)
{
	uint64_t span = (uint64_t)(ns / 100 * percent);
	if (ns <= 0 || percent <= 0 || !span)
		return ns;
	return ns - (int64_t)span + (int64_t)rand_below(2 * span + 1);
}
