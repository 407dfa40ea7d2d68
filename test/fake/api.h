/*
 * api: a double of a Kubernetes API server for flow tests, on the loop, over plain HTTP: discovery
 * (aggregated, or the old form), get, list in pages, watch with bookmarks and streamed lists,
 * server-side apply, patches, /status, delete with preconditions; and faults on demand. What it does is
 * close to the real one; what is true is tested on the real one.
 *
 * Tests in other languages steer it over HTTP (POST with a JSON body unless said otherwise):
 *   /fake/fault    {"nth":3,"times":1,"method":"PATCH","path":"/status","kind":"status","status":500,"retryAfter":1,"message":"…"}
 *                  the nth request (from now, of those that match) meets the fault, and times-1 after it.
 *                  kind: status (answers so, and does nothing), cut (does nothing and cuts), cut-after (does it and
 *                  cuts), slow ("ms", then goes on), hang (never answers), garbage (no JSON)
 *   /fake/clear    forgets all faults
 *   /fake/compact  forgets what happened: watches from before meet 410
 *   /fake/drop     cuts all watches;  /fake/expire  ends them with the ERROR event of a 410
 *   /fake/old      {"discovery":true,"lists":true}: no aggregated discovery, no streamed lists, from now on
 *   GET /fake/requests   [{"method","path","query","user","agent","status"}], of all but /fake
 */
#ifndef SLUICE_FAKE_API_H
#define SLUICE_FAKE_API_H

#include "base/err.h"
#include "rt/loop.h"

struct fake_api;

/* Listens on 127.0.0.1 at port (0: any). As server_open and server_close say. */
err *fake_api_open(arena *mem, loop *l, int port, struct fake_api **ret_api);
void fake_api_close(struct fake_api *f);

int fake_api_port(const struct fake_api *f);

/* A kubeconfig for it. */
char *fake_api_kubeconfig(arena *mem, const struct fake_api *f);

#endif
