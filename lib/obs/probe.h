/*
 * probe: what the program says of itself when asked whether it lives and is ready. Checks are set
 * by their owners, from any thread, and read by the listener.
 */
#ifndef SLUICE_PROBE_H
#define SLUICE_PROBE_H

#include <stdbool.h>

#include "base/buf.h"

enum probe { PROBE_LIVE, PROBE_READY };

#define PROBE_CHECKS 32

/* Sets a check of a probe; name is a static text. A check that was never set does not count. */
void probe_set(enum probe p, const char *name, bool ok);

/* True when all checks of the probe hold; with a buf, its text as /readyz?verbose prints it:
 * "[+]name ok". */
bool probe_ok(enum probe p, buf *text);

/* Forgets all checks (for tests). */
void probe_reset(void);

#endif
