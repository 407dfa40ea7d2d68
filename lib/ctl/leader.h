/*
 * leader: one of several programs works: leader election over a coordination.k8s.io/v1 Lease, by
 * the rules of client-go: times are judged by this machine's monotonic clock since a change of the
 * record was seen. It runs on a thread of its own, so that a busy loop cannot lose the lease.
 *
 * A fence: leader_may_write says no from renew_deadline after the last renewal on, well before
 * another may lead. /
 */
#ifndef SLUICE_LEADER_H
#define SLUICE_LEADER_H

#include "kube/client.h"

struct leader;

struct leader_settings {
	loop *loop;
	struct client *client;
	const char *ns, *name; /* of the Lease */
	const char *identity;  /* unique: host name and a random part */
	int64_t lease_duration, renew_deadline, retry_period; /* ns */
	bool release_on_exit;
	/* on the loop: leadership begins; it is lost (once each) */
	void (*on_started)(void *arg);
	void (*on_lost)(void *arg);
	void *arg;
};

/* Starts the thread; the caller owes leader_stop and leader_close. */
err *leader_open(arena *mem, const struct leader_settings *s, struct leader **ret_leader);

/* Gives the lease up, if asked to, and ends the thread, while the loop runs; returns at once. Only
 * when nothing writes any more. */
void leader_stop(struct leader *l);
bool leader_stopped(struct leader *l);
/* When it has stopped. */
void leader_close(struct leader *l);

/* Any thread; NULL may always write. */
bool leader_may_write(struct leader *l);

#endif
