#include "sops/sops_request.h"

#include "base/enc.h"
#include "data/json.h"

struct sops_request sops_request_to(const char *method, const char *url, str body)
{
	return (struct sops_request){.method = method, .url = url, .body = body};
}

void sops_request_header(struct sops_request *q, const char *name, const char *value)
{
	size_t n = 0;
	while (n < SOPS_MAX_HEADERS && q->headers[n].name)
		n++;
	if (n < SOPS_MAX_HEADERS)
		q->headers[n] = (struct sops_header){name, value};
}

val *sops_answer_json(arena *mem, const struct sops_answer *a)
{
	val *v;
	return json_parse(mem, a->body, &v) ? val_null(mem) : v;
}
