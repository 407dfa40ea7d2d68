/*
 * tmpl_layout: the pieces of a layout of Go's package time: "2006-01-02T15:04:05Z07:00".
 */
#ifndef SLUICE_TMPL_LAYOUT_H
#define SLUICE_TMPL_LAYOUT_H

#include <stdbool.h>

#include "base/str.h"

enum layout_kind {
	LAYOUT_NONE,
	LAYOUT_LONG_MONTH,
	LAYOUT_MONTH,
	LAYOUT_NUM_MONTH,
	LAYOUT_ZERO_MONTH,
	LAYOUT_LONG_WEEKDAY,
	LAYOUT_WEEKDAY,
	LAYOUT_DAY,
	LAYOUT_UNDER_DAY,
	LAYOUT_ZERO_DAY,
	LAYOUT_UNDER_YEAR_DAY,
	LAYOUT_ZERO_YEAR_DAY,
	LAYOUT_HOUR,
	LAYOUT_HOUR12,
	LAYOUT_ZERO_HOUR12,
	LAYOUT_MINUTE,
	LAYOUT_ZERO_MINUTE,
	LAYOUT_SECOND,
	LAYOUT_ZERO_SECOND,
	LAYOUT_LONG_YEAR,
	LAYOUT_YEAR,
	LAYOUT_PM,
	LAYOUT_LOW_PM,
	LAYOUT_ZONE_NAME,
	LAYOUT_OFFSET,
	LAYOUT_FRACTION_0, /* exactly so many digits */
	LAYOUT_FRACTION_9, /* without zeros at the end */
};

struct layout_piece {
	enum layout_kind kind;
	str before; /* literal text */
	str text;   /* as written: "2006" */
	/* LAYOUT_OFFSET */
	bool z; /* Z for UTC */
	bool colon, minutes, seconds;
	/* LAYOUT_FRACTION_* */
	int digits;
	char mark; /* '.' or ',' */
};

/* Takes the next piece off *layout; LAYOUT_NONE when only literal text is left. */
struct layout_piece layout_next(str *layout);

#endif
