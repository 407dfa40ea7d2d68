/*
 * release_uninstall: the steps of Helm's uninstall. Private to release/.
 */
#ifndef SLUICE_RELEASE_UNINSTALL_H
#define SLUICE_RELEASE_UNINSTALL_H

#include "release/release_work.h"

extern const struct release_plan uninstall_plan;

#endif
