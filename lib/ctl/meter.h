/*
 * meter: the metrics of controllers, under the names that Flux's and controller-runtime's
 * dashboards ask for. Any thread. /
 */
#ifndef SLUICE_METER_H
#define SLUICE_METER_H

#include "ctl/kind.h"
#include "rt/queue.h"

/* A pass ended: result is "success", "error", "requeue" or "requeue_after". */
void meter_pass(const struct kind *k, const char *ns, const char *name, const char *result,
		int64_t took_ns);

/* The objects as they are now (conditions, suspension, revision): told anew each time that a text
 * of the metrics is asked for. */
void meter_forget_objects(void);
void meter_object(const struct kind *k, const val *obj);

/* The object has gone: so do its series. */
void meter_forget(const struct kind *k, const char *ns, const char *name);

/* A key waited in the queue. */
void meter_waited(const struct kind *k, int64_t ns);

/* The queue's figures, when a text of the metrics is asked for. */
void meter_queue(const struct kind *k, const struct queue_stats *s, int workers);

#endif
