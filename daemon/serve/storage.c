#include "serve/storage.h"

#include "base/buf.h"
#include "base/path.h"
#include "pack/depot.h"
#include "serve/serve.h"
#include "source/oci.h"
#include "source/repo.h"
#include "source/tokens.h"
#include "source/vouched.h"

#define GIT_AGENT "git/sluice-" SLUICE_VERSION /* some servers look for the word git */
#define USER_AGENT "sluice/" SLUICE_VERSION

/* Names by commas. */
static const char *list_of(arena *mem, const struct field_texts *names)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < names->n; i++)
		buf_printf(&b, "%s%s", i ? "," : "", names->p[i]);
	return buf_text(&b);
}

err *storage_open(arena *mem, struct house *h)
{
	const struct options *o = h->options;
	struct depot_settings s = {.dir = o->storage_path,
				   .retention_ttl = o->retention_ttl,
				   .retention_records = o->retention_records};
	if (!digest_parse(str_of(o->digest_algo), &s.digest))
		return err_new(
			mem, ERR_INVALID,
			"--artifact-digest-algo: \"%s\" is not one of sha256, sha384, sha512",
			o->digest_algo);
	TRY(depot_open(mem, &s, &h->depot));
	struct repos_settings repos = {
		.dir = path_join(mem, o->storage_path, ".git"),
		.remotes = {.loop = h->loop,
			    .user_agent = GIT_AGENT,
			    .pack_max = (uint64_t)o->pack_max,
			    .kex_algorithms = list_of(mem, &o->kex_algos),
			    .hostkey_algorithms = list_of(mem, &o->hostkey_algos)}};
	TRY(repos_open(mem, &repos, &h->repos));
	h->clients = clients_open(h->loop, USER_AGENT);
	struct registries_settings registries = {.clients = h->clients};
	h->registries = registries_open(&registries);
	h->tokens = tokens_open(h->clients, h->options->tokens_max, h->options->tokens_last);
	h->vouched = vouched_open();
	return NULL;
}

err *storage_lead(arena *mem, struct house *h)
{
	return serve_artifacts(mem, h, &h->artifacts);
}

void storage_close(struct house *h)
{
	server_close(h->artifacts);
	vouched_close(h->vouched);
	tokens_close(h->tokens);
	registries_close(h->registries);
	if (h->clients)
		clients_close(h->clients);
	repos_close(h->repos);
	depot_close(h->depot);
}
