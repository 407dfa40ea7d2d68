/*
 * event_recorder: Kubernetes Events as client-go's recorder has them: the same again raises the count of the first, many similar ones
 * are combined in one, and an object that tells too much is silenced. One thread's.
 */
#ifndef SLUICE_EVENT_RECORDER_H
#define SLUICE_EVENT_RECORDER_H

#include "ctl/event.h"

struct recorder;

/* client and instance (reportingInstance) have to stay. The caller owes recorder_close. */
struct recorder *recorder_open(struct client *client, const char *instance);
void recorder_close(struct recorder *r);

/* Writes what happened at wall_ns, with one request. *ret_spam: nothing was written, its object has told too much. An err is the API
 * server's; a namespace that takes no Events is none. */
err *recorder_write(ctx *c, struct recorder *r, const struct event *ev, int64_t wall_ns,
		    bool *ret_spam);

#endif
