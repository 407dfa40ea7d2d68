/*
 * release_test: the steps of Helm's test. Private to release/.
 */
#ifndef SLUICE_RELEASE_TEST_H
#define SLUICE_RELEASE_TEST_H

#include "release/release_work.h"

extern const struct release_plan test_plan;

#endif
