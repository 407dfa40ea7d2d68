/*
 * chart_values: the values that `template` and `lint` take on the command line: files and --set in its kinds, read and
 * merged in helm's order.
 */
#ifndef SLUICE_CHART_VALUES_H
#define SLUICE_CHART_VALUES_H

#include "cli/flags.h"
#include "data/val.h"

struct chart_values {
	flag_texts files, typed, text, json, file, literal;
};

/* The rows of a table of flags for a request of that type that has them in `member`. */
#define CHART_VALUES_FLAGS(type, member)                                                           \
	{"values", 'f', FLAG_LIST, offsetof(type, member.files), NULL, NULL},                      \
		{"set", 0, FLAG_TEXTS, offsetof(type, member.typed), NULL, NULL},                  \
		{"set-string", 0, FLAG_TEXTS, offsetof(type, member.text), NULL, NULL},            \
		{"set-json", 0, FLAG_TEXTS, offsetof(type, member.json), NULL, NULL},              \
		{"set-file", 0, FLAG_TEXTS, offsetof(type, member.file), NULL, NULL},              \
	{                                                                                          \
		"set-literal", 0, FLAG_TEXTS, offsetof(type, member.literal), NULL, NULL           \
	}

#define CHART_VALUES_USAGE                                                                         \
	"  -f, --values FILE          values from a YAML file, - for standard input; later ones "  \
	"win\n"                                                                                    \
	"      --set K=V,…            values on the command line (also --set-string, "           \
	"--set-json,\n"                                                                            \
	"                             --set-file, --set-literal); applied after all files\n"

/* Files first, then --set-json, --set, --set-string, --set-file, --set-literal. At most 64 MiB a file. ERR_INVALID and
 * the file's errors, with helm's texts. */
err *chart_values_read(arena *mem, const struct chart_values *v, val **ret_values);

#endif
