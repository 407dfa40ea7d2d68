/*
 * daemon: opens the house from the ground up, runs it until a signal, and closes it in reverse.
 */
#ifndef SLUICE_DAEMON_H
#define SLUICE_DAEMON_H

#include "options.h"

/* Runs the daemon. NULL after SIGTERM or SIGINT and an orderly end; else what went wrong. */
err *daemon_run(arena *mem, const struct options *o);

#endif
