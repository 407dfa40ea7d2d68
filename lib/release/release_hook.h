/*
 * release_hook: a release's hooks run one after the other, as Helm does: by weight and name, deleted before
 * and after by their policies, their last run kept in the record. Each wait parks. Private to release/.
 */
#ifndef SLUICE_RELEASE_HOOK_H
#define SLUICE_RELEASE_HOOK_H

#include "release/release_work.h"

/* Runs the hooks of an event and cleans up behind them. NULL with w->parked: again later. */
err *hook_run(struct release_work *w, enum hook_event event, bool ssa);

/* The two halves of it, for tests, whose record is written in between. The names of the filters decide
 * which run. */
err *hook_exec(struct release_work *w, enum hook_event event, bool ssa);
err *hook_clean(struct release_work *w, enum hook_event event);

/* Is the hook for the event? */
bool hook_is_for(const val *hook, enum hook_event event);

/* Do the options' filters let it run? */
bool hook_passes(const struct release_options *o, const val *hook);

#endif
