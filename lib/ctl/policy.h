/*
 * policy: what is to be done about a failed pass. A stage that knows better than policy_of says so
 * with a fault (see stage.h). /
 */
#ifndef SLUICE_POLICY_H
#define SLUICE_POLICY_H

#include "base/err.h"

enum policy {
	POLICY_DEFAULT, /* in a fault: as policy_of says */
	POLICY_RETRY, /* a failure: the kind's retry interval, or exponential back-off if it has none */
	POLICY_BACK_OFF, /* a failure: exponential back-off in any case */
	POLICY_WAIT, /* no failure: something is not there yet; fixed requeue (--requeue-dependency) */
	POLICY_STALL, /* only a change of the object helps: Stalled, no requeue */
	POLICY_DROP,  /* superseded or ending: nothing is told; runs again if it was added */
};

/* ERR_WAIT waits, ERR_CANCELED drops, everything else retries. */
enum policy policy_of(const err *e);

#endif
