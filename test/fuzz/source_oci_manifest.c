/* What a registry may answer: manifests, indexes, lists of tags, failures. */
#include <stdlib.h>
#include <string.h>

#include "source/oci_fault.h"
#include "source/oci_manifest.h"
#include "source/oci_ref.h"

static void check_descriptor(arena *mem, const struct oci_descriptor *d)
{
	/* what goes into a path of a request is a digest and nothing else */
	if (oci_ref_check_digest(mem, d->digest) || !d->type || (d->data.n && d->data.n != d->size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct oci_manifest *m;
	struct oci_descriptor d;
	struct oci_index index;
	struct oci_tags tags = {0};
	if (!oci_manifest_parse(mem, in, "", "", &m)) {
		for (size_t i = 0; i < m->n_layers; i++)
			check_descriptor(mem, &m->layers[i]);
		oci_manifest_layer(m, "a");
	}
	if (!oci_manifest_of_index(mem, in, "x", &d))
		check_descriptor(mem, &d);
	if (!oci_index_parse(mem, in, &index))
		for (size_t i = 0; i < index.n; i++)
			check_descriptor(mem, &index.p[i]);
	oci_tags_read(mem, in, &tags);
	for (size_t i = 0; i < tags.n; i++)
		if (!oci_ref_is_tag(tags.p[i]))
			abort();
	if (strlen(oci_fault_text(mem, 404, false, in)) > OCI_FAULT_MAX + 100)
		abort();
	arena_close(mem);
	return 0;
}
