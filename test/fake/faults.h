/*
 * faults: what goes wrong in the API double, and the log of its requests. The loop's.
 */
#ifndef SLUICE_FAKE_FAULTS_H
#define SLUICE_FAKE_FAULTS_H

#include "data/val.h"
#include "net/server.h"
#include "rt/loop.h"

struct faults;

/* serve answers a request as if nothing were wrong. */
struct faults *fake_faults_open(loop *l, void (*serve)(void *arg, struct server_call *c),
				void *arg);
void fake_faults_close(struct faults *f);

/* A fault as api.h describes it. */
void fake_faults_add(struct faults *f, const val *what);
void fake_faults_clear(struct faults *f);

/* True when the call met a fault, and is answered or will be. */
bool fake_faults_meet(struct faults *f, struct server_call *c, arena *mem, val *log);

/* Notes a request. */
void fake_faults_log(arena *mem, val *log, const struct server_call *c, int status);

#endif
