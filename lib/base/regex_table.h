/*
 * regex_table: the classes and the case folding of Unicode that regular expressions name. Data only.
 */
#ifndef SLUICE_REGEX_TABLE_H
#define SLUICE_REGEX_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct regex_range {
	uint32_t from, to; /* both included */
};

struct regex_class {
	const char *name; /* "Lu", "Greek", "Uppercaseletter": first letter upper case, no marks */
	const struct regex_range *p;
	size_t n;
};

/* by name */
extern const struct regex_class regex_classes[];
extern const size_t regex_class_n;

/* The next code point that is the same but for its case; the last leads back to the first. By r. */
struct regex_fold {
	uint32_t r, next;
};
extern const struct regex_fold regex_folds[];
extern const size_t regex_fold_n;

#endif
