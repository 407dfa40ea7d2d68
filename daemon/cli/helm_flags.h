/*
 * helm_flags: flags of helm that have no effect here: they are taken and checked, so that its command lines work.
 */
#ifndef SLUICE_HELM_FLAGS_H
#define SLUICE_HELM_FLAGS_H

#include "cli/flags.h"

/* A row of a table of flags. */
#define FLAG_IGNORED(name, letter, kind)                                                           \
	{                                                                                          \
		name, letter, kind, FLAG_NOWHERE, NULL, NULL                                       \
	}

/* Rows of what all of its verbs take: of its client's pace, its colors and its log. */
#define HELM_COMMON_FLAGS                                                                          \
	FLAG_IGNORED("burst-limit", 0, FLAG_INT), FLAG_IGNORED("qps", 0, FLAG_FLOAT),              \
		FLAG_IGNORED("color", 0, FLAG_COLOR), FLAG_IGNORED("colour", 0, FLAG_COLOR),       \
		FLAG_IGNORED("v", 'v', FLAG_INT), FLAG_IGNORED("vmodule", 0, FLAG_TEXT),           \
		FLAG_IGNORED("logtostderr", 0, FLAG_SWITCH),                                       \
		FLAG_IGNORED("alsologtostderr", 0, FLAG_SWITCH),                                   \
		FLAG_IGNORED("stderrthreshold", 0, FLAG_TEXT),                                     \
		FLAG_IGNORED("log-dir", 0, FLAG_TEXT), FLAG_IGNORED("log-file", 0, FLAG_TEXT),     \
		FLAG_IGNORED("log-file-max-size", 0, FLAG_INT),                                    \
		FLAG_IGNORED("one-output", 0, FLAG_SWITCH),                                        \
		FLAG_IGNORED("skip-headers", 0, FLAG_SWITCH),                                      \
		FLAG_IGNORED("skip-log-headers", 0, FLAG_SWITCH),                                  \
		FLAG_IGNORED("add-dir-header", 0, FLAG_SWITCH),                                    \
		FLAG_IGNORED("log-backtrace-at", 0, FLAG_TEXT),                                    \
		FLAG_IGNORED("content-cache", 0, FLAG_TEXT),                                       \
		FLAG_IGNORED("repository-cache", 0, FLAG_TEXT),                                    \
		FLAG_IGNORED("repository-config", 0, FLAG_TEXT)

#endif
