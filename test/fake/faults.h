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
struct faults *faults_open(loop *l, void (*serve)(void *arg, struct server_call *c), void *arg);
void faults_close(struct faults *f);

/* A fault as api.h describes it. */
void faults_add(struct faults *f, const val *what);
void faults_clear(struct faults *f);

/* True when the call met a fault, and is answered or will be. */
bool faults_meet(struct faults *f, struct server_call *c, arena *mem, val *log);

/* Notes a request. */
void faults_log(arena *mem, val *log, const struct server_call *c, int status);

#endif
