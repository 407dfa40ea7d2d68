#include "kust/kust_generate.h"

#include <string.h>

#include "base/enc.h"
#include "base/path.h"
#include "base/rune.h"
#include "kust/kust_node.h"

#define LINE_MAX_BYTES                                                                             \
	65536 /* of an env file: Go's scanner ends the file, unheard, at a longer one */
#define BASE64_COLUMNS 70

typedef VEC(struct kust_pair) pair_vec;

const char *kust_texts_shown(arena *mem, const struct kust_texts *texts)
{
	buf b = buf_init(mem);
	buf_char(&b, '[');
	for (size_t i = 0; i < texts->n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", kust_remote_shown(mem, texts->p[i]));
	buf_char(&b, ']');
	return buf_text(&b);
}

/* --- options ------------------------------------------------------------------------------------- */

const struct kust_generator_options *
kust_generator_options(arena *mem, const struct kust_generator_options *own,
		       const struct kust_generator_options *all)
{
	static const struct kust_generator_options none;
	if (!all)
		return own;
	if (!own)
		own = &none;
	struct kust_generator_options *o = NEW(mem, struct kust_generator_options);
	o->labels = kust_pairs_merge(mem, &all->labels, &own->labels);
	o->annotations = kust_pairs_merge(mem, &all->annotations, &own->annotations);
	o->no_hash = own->no_hash || all->no_hash;
	o->immutable = own->immutable || all->immutable;
	return o;
}

/* --- sources ------------------------------------------------------------------------------------- */

static err *add_env_line(arena *mem, str line, bool first, pair_vec *out)
{
	size_t len;
	if (!enc_is_utf8(line)) {
		buf b = buf_init(mem);
		for (size_t i = 0; i < line.n; i++)
			buf_printf(&b, "%s%d", i ? " " : "", (unsigned char)line.p[i]);
		return err_new(mem, ERR_INVALID, "line [%s] has invalid utf8 bytes : %.*s",
			       buf_text(&b), STR_ARG(line));
	}
	if (first && str_starts(line, STR("\xef\xbb\xbf")))
		line = str_sub(line, 3, line.n);
	while (line.n && rune_is_space(rune_at(line, &len)))
		line = str_sub(line, len, line.n);
	struct kust_pair pair;
	if (!line.n || line.p[0] == '#')
		return NULL;
	str_cut(line, '=', &pair.key, &pair.value);
	if (pair.key.n)
		VEC_PUSH(mem, out, pair);
	return NULL;
}

static err *add_env_file(const struct kust_loader *l, str path, pair_vec *out)
{
	str text, line;
	TRY(kust_load(l, path, &text));
	for (bool first = true; text.n && str_next(&text, '\n', &line); first = false) {
		if (line.n >= LINE_MAX_BYTES)
			return NULL;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		TRY(add_env_line(l->work->mem, line, first, out));
	}
	return NULL;
}

static str without_quotes(str s)
{
	if (s.n < 2 || s.p[0] != s.p[s.n - 1] || (s.p[0] != '"' && s.p[0] != '\''))
		return s;
	return str_sub(s, 1, s.n - 1);
}

static err *add_literal(arena *mem, str source, pair_vec *out)
{
	struct kust_pair pair;
	if (!str_cut(source, '=', &pair.key, &pair.value) || !pair.key.n)
		return err_new(mem, ERR_INVALID, "invalid literal source %.*s, expected key=value",
			       STR_ARG(source));
	pair.value = without_quotes(pair.value);
	VEC_PUSH(mem, out, pair);
	return NULL;
}

/* "path" or "key=path". */
static err *split_file(arena *mem, str source, str *ret_key, str *ret_path)
{
	str quoted = str_of(rune_quoted(mem, source));
	if (!str_cut(source, '=', ret_key, ret_path)) {
		*ret_path = source;
		*ret_key = str_of(path_base(mem, str_text(mem, source)));
		return NULL;
	}
	if (str_find(*ret_path, '=') >= 0)
		return err_new(mem, ERR_INVALID, "source %.*s key name or file path contains '='",
			       STR_ARG(quoted));
	if (!ret_key->n)
		return err_new(mem, ERR_INVALID, "missing key name for file path %s in source %.*s",
			       rune_quoted(mem, *ret_path), STR_ARG(quoted));
	if (!ret_path->n)
		return err_new(mem, ERR_INVALID, "missing file path for key name %s in source %.*s",
			       rune_quoted(mem, *ret_key), STR_ARG(quoted));
	return NULL;
}

static err *add_file(const struct kust_loader *l, str source, pair_vec *out)
{
	arena *mem = l->work->mem;
	struct kust_pair pair;
	str path;
	TRY(split_file(mem, source, &pair.key, &path));
	TRY(kust_load(l, path, &pair.value));
	VEC_PUSH(mem, out, pair);
	return NULL;
}

static err *read_sources(const struct kust_loader *l, const struct kust_generator *g, pair_vec *out)
{
	arena *mem = l->work->mem;
	for (size_t i = 0; i < g->envs.n; i++)
		TRY_AS(mem, add_env_file(l, g->envs.p[i], out), "env source files: %s",
		       kust_texts_shown(mem, &g->envs));
	for (size_t i = 0; i < g->literals.n; i++)
		TRY_AS(mem, add_literal(mem, g->literals.p[i], out), "literal sources %s",
		       kust_texts_shown(mem, &g->literals));
	for (size_t i = 0; i < g->files.n; i++)
		TRY_AS(mem, add_file(l, g->files.p[i], out), "file sources: %s",
		       kust_texts_shown(mem, &g->files));
	return NULL;
}

static err *collect(const struct kust_loader *l, const struct kust_generator *g,
		    struct kust_pairs *ret)
{
	arena *mem = l->work->mem;
	pair_vec pairs = {0};
	struct map seen = map_init(mem);
	TRY_AS(mem, read_sources(l, g, &pairs), "loading KV pairs");
	for (size_t i = 0; i < pairs.n; i++) {
		if (map_get_str(&seen, pairs.p[i].key))
			return err_new(mem, ERR_INVALID,
				       "configmap %.*s illegally repeats the key `%.*s`",
				       STR_ARG(g->name), STR_ARG(pairs.p[i].key));
		map_set_str(&seen, pairs.p[i].key, &pairs.p[i]);
	}
	*ret = (struct kust_pairs){pairs.p, pairs.n};
	kust_pairs_sort(mem, ret);
	return NULL;
}

/* --- the object ---------------------------------------------------------------------------------- */

/* Base64 in lines of 70 columns, each with a line feed, unless it fits into one. */
static str wrapped_base64(arena *mem, str bytes)
{
	str text = str_of(enc_base64(mem, bytes));
	if (text.n < BASE64_COLUMNS)
		return text;
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i += BASE64_COLUMNS) {
		buf_str(&b, str_sub(text, i, i + BASE64_COLUMNS));
		buf_char(&b, '\n');
	}
	return buf_view(&b);
}

static err *put(arena *mem, struct yaml_node *root, str field, str key, str value)
{
	struct yaml_node *map, *n = yaml_node_scalar(mem, YT_STR, value);
	if (str_find(value, '\n') >= 0)
		n->style = YN_LITERAL;
	TRY(kust_lookup(mem, root, &(struct kust_parts){&field, 1}, YN_MAP, &map));
	return kust_set(mem, map, key, n, NULL);
}

static err *put_data(arena *mem, struct yaml_node *root, const struct kust_pairs *data, bool secret)
{
	struct yaml_node *map;
	str field = STR("data");
	if (secret)
		TRY(kust_lookup(mem, root, &(struct kust_parts){&field, 1}, YN_MAP, &map));
	for (size_t i = 0; i < data->n; i++) {
		str value = data->p[i].value;
		bool text = !secret && enc_is_utf8(value);
		TRY(put(mem, root, secret || text ? field : STR("binaryData"), data->p[i].key,
			text ? value : wrapped_base64(mem, value)));
	}
	return NULL;
}

static err *put_options(arena *mem, struct yaml_node *root, const struct kust_generator_options *o)
{
	static const char *const fields[] = {"labels", "annotations"};
	for (int i = 0; i < 2; i++) {
		const struct kust_pairs *pairs = i ? &o->annotations : &o->labels;
		str path[] = {STR("metadata"), str_of(fields[i])};
		for (size_t k = 0; k < pairs->n; k++) {
			struct yaml_node *map, *n = kust_string(mem, pairs->p[k].value);
			n->style = YN_SINGLE;
			TRY(kust_lookup(mem, root, &(struct kust_parts){path, 2}, YN_MAP, &map));
			TRY(kust_set(mem, map, pairs->p[k].key, n, NULL));
		}
	}
	if (o->immutable)
		return kust_set(mem, root, STR("immutable"),
				yaml_node_scalar(mem, YT_BOOL, STR("true")), NULL);
	return NULL;
}

static struct yaml_node *base(arena *mem, const char *kind, str name, str ns)
{
	struct yaml_node *root = yaml_node_map(mem), *meta = yaml_node_map(mem);
	yaml_node_put(mem, root, STR("apiVersion"), yaml_node_scalar(mem, YT_STR, STR("v1")));
	yaml_node_put(mem, root, STR("kind"), yaml_node_scalar(mem, YT_STR, str_of(kind)));
	yaml_node_put(mem, root, STR("metadata"), meta);
	yaml_node_put(mem, meta, STR("name"), kust_string(mem, name));
	if (ns.n)
		yaml_node_put(mem, meta, STR("namespace"), kust_string(mem, ns));
	return root;
}

static const char *behavior_word(str behavior)
{
	return str_is(behavior, "create")    ? "create"
	       : str_is(behavior, "replace") ? "replace"
	       : str_is(behavior, "merge")   ? "merge"
					     : "unspecified";
}

err *kust_generate(const struct kust_loader *l, const struct kust_generator *g, bool secret,
		   struct kust_object **ret_object)
{
	struct kust_work *w = l->work;
	arena *mem = w->mem;
	struct kust_pairs data = {0};
	if (!g->name.n)
		return err_new(mem, ERR_INVALID, "a configmap must have a name");
	struct yaml_node *root = base(mem, secret ? "Secret" : "ConfigMap", g->name, g->namespace_);
	if (secret)
		TRY(kust_set(mem, root, STR("type"),
			     kust_string(mem, g->type.n ? g->type : STR("Opaque")), NULL));
	TRY(collect(l, g, &data));
	TRY(put_data(mem, root, &data, secret));
	if (g->options)
		TRY(put_options(mem, root, g->options));
	struct kust_object *o = kust_object_new(w, root, KUST_OWN_ALL);
	if (kust_object_has_notes(root))
		TRY(kust_object_absorb(w, o));
	if (!g->options || !g->options->no_hash)
		o->needs_hash = STR("enabled");
	o->behavior = str_of(behavior_word(g->behavior));
	*ret_object = o;
	return NULL;
}

err *kust_generate_iam(struct kust_work *w, const struct kust_iam_policy *p,
		       struct kust_object **ret_object)
{
	if (!str_is(p->cloud, "gke"))
		return err_new(w->mem, ERR_INVALID, "cloud provider %.*s not supported yet",
			       STR_ARG(p->cloud));
	struct yaml_node *root = base(w->mem, "ServiceAccount", p->service, p->namespace_);
	struct yaml_node *notes = yaml_node_map(w->mem), *meta = yaml_node_get(root, "metadata");
	const char *account = arena_printf(w->mem, "%.*s@%.*s.iam.gserviceaccount.com",
					   STR_ARG(p->account), STR_ARG(p->project));
	/* kustomize writes a text and reads it, so these are plain scalars */
	yaml_node_put(w->mem, meta, STR("annotations"), notes);
	yaml_node_put(w->mem, notes, STR("iam.gke.io/gcp-service-account"),
		      yaml_node_plain(w->mem, str_of(account)));
	yaml_node_put(w->mem, meta, STR("name"), yaml_node_plain(w->mem, p->service));
	if (p->namespace_.n)
		yaml_node_put(w->mem, meta, STR("namespace"),
			      yaml_node_plain(w->mem, p->namespace_));
	*ret_object = kust_object_new(w, root, KUST_OWN_ALL);
	return NULL;
}
