/*
 * release_upgrade: the steps of Helm's upgrade. Private to release/.
 */
#ifndef SLUICE_RELEASE_UPGRADE_H
#define SLUICE_RELEASE_UPGRADE_H

#include "release/release_work.h"

extern const struct release_plan upgrade_plan;

#endif
