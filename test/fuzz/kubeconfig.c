/* A kubeconfig, as a tenant's Secret holds it: no files, nothing insecure. */
#include "kube/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct config *c;
	err *e = config_parse(mem, (str){(const char *)data, size}, NULL, NULL, 0, &c);
	if (!e && (c->token_file || c->tls.insecure || !c->server))
		__builtin_trap();
	if (e)
		err_text(mem, e);
	arena_close(mem);
	return 0;
}
