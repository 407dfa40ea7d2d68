/*
 * release_install: the steps of Helm's install. Private to release/.
 */
#ifndef SLUICE_RELEASE_INSTALL_H
#define SLUICE_RELEASE_INSTALL_H

#include "release/release_work.h"

extern const struct release_plan install_plan;

#endif
