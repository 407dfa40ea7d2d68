/*
 * template_name: what `template` calls the release.
 */
#ifndef SLUICE_TEMPLATE_NAME_H
#define SLUICE_TEMPLATE_NAME_H

#include "cli/flags.h"

/* The words of the command line, [NAME] CHART, as a name and a chart; the name is "release-name" without one, or what
 * name_template (NULL: none) makes. ERR_INVALID. */
err *template_name(arena *mem, const flag_texts *words, const char *name_template,
		   bool generate_name, const char **ret_name, const char **ret_chart);

/* May a release be called so? ERR_INVALID. */
err *template_check_name(arena *mem, const char *name);

#endif
