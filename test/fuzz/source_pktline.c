/* What a Git server may answer: advertisements and lists of references. */
#include <stdlib.h>
#include <string.h>

#include "source/pktline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pkt_refs *refs)
{
	for (size_t i = 0; i < refs->n; i++)
		if (!pkt_is_id(str_of(refs->p[i].id)) || !*refs->p[i].name ||
		    (refs->p[i].peeled && !pkt_is_id(str_of(refs->p[i].peeled))))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct pkt_advert advert;
	struct pkt_refs refs;
	if (!pkt_read_advert(mem, in, &advert)) {
		check(&advert.refs);
		pkt_has(&advert, "agent");
		pkt_value(mem, &advert, "fetch");
	}
	if (!pkt_read_refs(mem, in, &refs))
		check(&refs);
	arena_close(mem);
	return 0;
}
