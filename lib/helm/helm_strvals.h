/*
 * helm_strvals: the little language of --set: "a.b[0].c=v,d={x,y}" into a map of values, with the
 * rules, ceilings and error texts of Helm 4.2.4's strvals. Private to helm/.
 *
 * Numbers that --set makes are ints; those that stand in the map from YAML or JSON are floats, as
 * in Helm.
 */
#ifndef SLUICE_HELM_STRVALS_H
#define SLUICE_HELM_STRVALS_H

#include "base/err.h"
#include "data/val.h"

#define STRVALS_MAX_INDEX 65536
#define STRVALS_MAX_NESTING 30
#define STRVALS_MAX_PADDING (1 << 18) /* nulls before the indexes of one text, in all lists */

enum strvals_kind {
	STRVALS_TYPED,	 /* --set: true, false, null and decimal numbers are recognised */
	STRVALS_TEXT,	 /* --set-string */
	STRVALS_JSON,	 /* --set-json: each value is a JSON document */
	STRVALS_FILE,	 /* --set-file: each value is the path of a file */
	STRVALS_LITERAL, /* --set-literal: one key, the rest of the text is its value */
};

/* Gives a file's content for STRVALS_FILE. */
typedef err *(*strvals_read)(void *arg, arena *mem, const char *path, str *ret_content);

/* Sets what text says in the map into. read is needed for STRVALS_FILE only. ERR_INVALID with Helm's
 * text; into may then be half changed. */
err *strvals_set(arena *mem, enum strvals_kind kind, str text, val *into, strvals_read read,
		 void *arg);

/* The value of a HelmRelease's valuesFrom with a targetPath: typed, unless it is quoted; as it is
 * when literal (source of the rule: Flux's chartutil). */
err *strvals_set_path(arena *mem, const char *path, str value, bool literal, val *into);

#endif
