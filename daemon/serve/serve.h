/*
 * serve: the daemon's listeners. Each is opened before the loop runs.
 */
#ifndef SLUICE_SERVE_H
#define SLUICE_SERVE_H

#include "ctl/house.h"
#include "net/server.h"

/* GET /metrics. */
err *serve_metrics(arena *mem, struct house *h, struct server **ret_server);

/* GET /healthz and /readyz. */
err *serve_probes(arena *mem, struct house *h, struct server **ret_server);

/* The artifacts below the storage path; GET / lists what there is. */
err *serve_artifacts(arena *mem, struct house *h, struct server **ret_server);

#endif
