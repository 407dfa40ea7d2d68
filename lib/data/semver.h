/*
 * semver: semantic versions and ranges of them, with the rules and error texts of
 * Masterminds/semver 3.5 (the library of Helm and Flux), and Flux's own reading of tags.
 */
#ifndef SLUICE_SEMVER_H
#define SLUICE_SEMVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#define SEMVER_MAX_VERSION 256 /* bytes */
#define SEMVER_MAX_RANGE 512   /* bytes */
#define SEMVER_MAX_GROUPS 32   /* alternatives of a range, parted by "||" */

struct semver {
	uint64_t major, minor, patch;
	const char *pre, *build; /* "" for none */
	const char *original;	 /* as it was read */
};

/* Reads "v1.2.3-rc.1+build"; the v, minor, patch and the rest may be absent, leading zeros are
 * passed over. ERR_INVALID with the library's text ("invalid semantic version", …). */
err *semver_parse(arena *mem, str text, struct semver *ret_v);

/* The same without a v, with all three numbers and without leading zeros. */
err *semver_parse_strict(arena *mem, str text, struct semver *ret_v);

/* Flux's reading of Git tags, OCI tags and chart versions: as semver_parse, but two dots at least. */
err *semver_parse_flux(arena *mem, str text, struct semver *ret_v);

/* Below, equal, above: -1, 0, 1. The build does not count. */
int semver_compare(const struct semver *a, const struct semver *b);

/* "1.2.3-rc.1+build" */
char *semver_text(arena *mem, const struct semver *v);

/* Alternatives of conditions: ">=1.2 <2 || ^3.0.0-0", "1.2 - 1.4", "~1.2", "1.x", "*". */
struct semver_range;

/* ERR_INVALID with the library's text: improper constraint: ">foo". */
err *semver_range_parse(arena *mem, str text, struct semver_range **ret_range);

/* Its normal form. */
char *semver_range_text(arena *mem, const struct semver_range *range);

/* Is v in the range? A prerelease only is if a condition of the same alternative names one. */
bool semver_range_has(const struct semver_range *range, const struct semver *v);

/* The same with the reasons against it, none if it is: "3.1.0" is less than "4". */
struct semver_reasons {
	const char **p;
	size_t n, cap;
};
bool semver_range_why(arena *mem, const struct semver_range *range, const struct semver *v,
		      struct semver_reasons *ret_reasons);

/* The tags that are versions (semver_parse_flux) within the range (NULL: all), the highest first,
 * equal ones in the order given; as they were written, in mem. */
const char **semver_sort(arena *mem, const struct semver_range *range, const char *const *tags,
			 size_t n, size_t *ret_n);

#endif
