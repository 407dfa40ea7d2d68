#include "sops/sops.h"

#include <string.h>

#include "crypt/digest.h"
#include "data/json.h"
#include "sops/sops_dotenv.h"
#include "sops/sops_ini.h"
#include "sops/sops_json.h"
#include "sops/sops_unlock.h"
#include "sops/sops_value.h"
#include "sops/sops_walk.h"
#include "sops/sops_yaml.h"

static const struct {
	const char *name, *marker;
	enum sops_place place;
	err *(*load)(arena *mem, str text, struct sops_docs *ret_docs);
	err *(*emit)(arena *mem, const struct sops_docs *docs, buf *b);
} formats[] = {
	[SOPS_BINARY] = {"binary", "\"mac\": \"ENC[", SOPS_NESTED, sops_json_load,
			 sops_binary_emit},
	[SOPS_DOTENV] = {"dotenv", "sops_mac=ENC[", SOPS_FLAT, sops_dotenv_load, sops_dotenv_emit},
	[SOPS_INI] = {"INI", "[sops]", SOPS_SECTION, sops_ini_load, sops_ini_emit},
	[SOPS_JSON] = {"JSON", "\"mac\": \"ENC[", SOPS_NESTED, sops_json_load, sops_json_emit},
	[SOPS_YAML] = {"YAML", "mac: ENC[", SOPS_NESTED, sops_yaml_load, sops_yaml_emit},
};

enum sops_format sops_format_of(const char *path)
{
	static const struct {
		const char *suffix;
		enum sops_format format;
	} known[] = {{".dockerconfigjson", SOPS_JSON},
		     {".yaml", SOPS_YAML},
		     {".yml", SOPS_YAML},
		     {".json", SOPS_JSON},
		     {".env", SOPS_DOTENV},
		     {".ini", SOPS_INI}};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (text_ends(path, known[i].suffix))
			return known[i].format;
	return SOPS_BINARY;
}

bool sops_marked(str content, enum sops_format format)
{
	return str_search(content, str_of(formats[format].marker)) >= 0;
}

bool sops_detect(arena *mem, str content, enum sops_format *ret)
{
	static const enum sops_format order[] = {SOPS_JSON, SOPS_YAML, SOPS_DOTENV, SOPS_INI};
	val *v;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (!sops_marked(content, order[i]))
			continue;
		*ret = order[i];
		bool object = order[i] == SOPS_JSON && !json_parse(mem, content, &v) &&
			      val_get(v, "sops");
		if (object && val_len(v) == 2 && val_get(v, "data"))
			*ret = SOPS_BINARY;
		return true;
	}
	return false;
}

static err *check_mac(arena *mem, const struct sops_meta *m, str key, str computed)
{
	struct sops_value stored;
	TRY_AS(mem, sops_value_open(mem, m->mac, key, str_of(m->last_modified), &stored, NULL),
	       "failed to verify sops data integrity");
	if (stored.kind == SOPS_TEXT && digest_equal(stored.text, computed))
		return NULL;
	str want = stored.kind == SOPS_TEXT && stored.text.n ? stored.text : STR("no MAC");
	return err_new(mem, ERR_UNAUTHORIZED,
		       "failed to verify sops data integrity: expected mac '%.*s', got '%.*s'",
		       STR_ARG(want), STR_ARG(computed));
}

static err *load(arena *mem, str data, enum sops_format in, struct sops_docs *docs,
		 struct sops_meta *m)
{
	if (data.n > SOPS_MAX_BYTES * 2)
		return err_new(mem, ERR_LIMIT, "more than %zu bytes", SOPS_MAX_BYTES * 2);
	TRY(formats[in].load(mem, data, docs));
	return sops_meta_take(mem, docs, formats[in].place, m);
}

err *sops_decrypt(arena *mem, struct sops_keys *keys, str data, const struct sops_task *task,
		  str *ret)
{
	struct sops_docs docs = {0};
	struct sops_meta m;
	str key, mac;
	buf b = buf_init(mem);
	const char *in = formats[task->in].name, *out = formats[task->out].name;
	TRY_AS(mem, load(mem, data, task->in, &docs, &m), "failed to load encrypted %s data", in);
	TRY_AS(mem, sops_unlock(mem, keys, &m, &key), "cannot get sops data key");
	TRY_AS(mem, sops_walk(mem, &m, &docs, key, &mac), "error decrypting sops tree");
	if (task->check_mac)
		TRY(check_mac(mem, &m, key, mac));
	TRY_AS(mem, formats[task->out].emit(mem, &docs, &b),
	       "failed to emit encrypted %s file as decrypted %s", in, out);
	*ret = buf_view(&b);
	return NULL;
}
