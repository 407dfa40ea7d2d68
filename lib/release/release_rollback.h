/*
 * release_rollback: the steps of Helm's rollback. Private to release/.
 */
#ifndef SLUICE_RELEASE_ROLLBACK_H
#define SLUICE_RELEASE_ROLLBACK_H

#include "release/release_work.h"

extern const struct release_plan rollback_plan;

#endif
