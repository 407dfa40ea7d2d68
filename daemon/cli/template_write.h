/*
 * template_write: what `template --output-dir` does: a file for each template.
 */
#ifndef SLUICE_TEMPLATE_WRITE_H
#define SLUICE_TEMPLATE_WRITE_H

#include "helm/helm.h"

struct template_target {
	const char *folder; /* NULL: everything is printed */
	bool with_name;	    /* below a folder of the release's name */
};

/* Writes the documents of each template into a file of its path, and says so on standard output. A file that was there
 * is replaced, but for hooks, which go behind what it has. ERR_IO. */
err *template_write(arena *mem, const struct template_target *target, const char *name,
		    const struct helm_result *result, const struct helm_print *how);

#endif
