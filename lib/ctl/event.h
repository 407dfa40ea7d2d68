/*
 * event: what happened, told to people: Kubernetes Events and the notification controller's
 * address, in the background. event_emit never blocks and never fails; what does not fit into the
 * queue is dropped and counted. While the API server has many requests of ours to answer Events stand back for a few
 * seconds, with the time at which it happened: in a rush what is written comes first, and what is told about it second.
 */
#ifndef SLUICE_EVENT_H
#define SLUICE_EVENT_H

#include "kube/client.h"

enum event_severity {
	EVENT_NONE,
	EVENT_TRACE, /* a Normal Kubernetes Event; not sent to the notification address */
	EVENT_INFO,  /* Normal */
	EVENT_ERROR, /* Warning */
};

struct events;

struct events_settings {
	loop *loop;
	struct client *client; /* NULL: no Kubernetes Events */
	const char *address;   /* URL that events are POSTed to; "" or NULL: none */
	const char *instance;  /* reportingInstance: the host name */
	int queue_max;	       /* events that wait at most; 0: 10000 */
	int64_t rush_wait; /* ns that an Event stands back for other requests of the client, at most; 0: 10 s */
};

/* Two threads send. The caller owes events_stop while the loop runs, and events_close when
 * events_stopped says that the threads have ended. */
err *events_open(arena *mem, const struct events_settings *s, struct events **ret_events);
/* What is queued is still sent, for at most ns; then the threads end. Returns at once. */
void events_stop(struct events *e, int64_t ns);
bool events_stopped(struct events *e);
void events_close(struct events *e);

struct event {
	const val *obj; /* the involved object: apiVersion, kind, metadata */
	enum event_severity severity;
	const char *reason, *message;
	const char *component; /* "source-controller", "kustomize-controller" */
	/* annotations of the event: a map of texts with full keys
	 * ("source.toolkit.fluxcd.io/revision"); may be NULL */
	const val *annotations;
};

/* Any thread; everything is copied. events may be NULL. */
void event_emit(struct events *e, const struct event *ev);

/* The two forms, made in mem (for tests): a core/v1 Event, and Flux's JSON. */
val *event_kubernetes(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns);
val *event_notification(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns);

#endif
