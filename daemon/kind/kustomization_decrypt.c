#include "kind/kustomization_decrypt.h"

#include <string.h>

#include "base/enc.h"
#include "base/path.h"
#include "data/json.h"
#include "data/yaml.h"
#include "net/url.h"

#define OPT_OUT KUSTOMIZATION_GROUP "/decrypt"
#define MAX_FOLDERS 10000 /* of one build */

/* ---- objects ---------------------------------------------------------------------------------- */

/* The whole object as JSON. */
static err *decrypt_whole(arena *mem, struct sops_keys *keys, struct kust_object *o, const val *v)
{
	struct sops_task task = {SOPS_JSON, SOPS_JSON, false};
	str plain;
	val *opened;
	const char *ns = kust_namespace(o), *name = kust_name(o), *kind = kust_kind(o);
	TRY_AS(mem, sops_decrypt(mem, keys, str_of(json_text(mem, v, JSON_SORTED)), &task, &plain),
	       "failed to decrypt and format '%s/%s' %s data", ns, name, kind);
	if (json_parse(mem, plain, &opened))
		return err_new(mem, ERR_INVALID, "failed to unmarshal decrypted '%s/%s' %s to JSON",
			       ns, name, kind);
	TRY_AS(mem, kust_replace_value(mem, o, opened),
	       "failed to unmarshal decrypted '%s/%s' %s to JSON", ns, name, kind);
	return NULL;
}

/* The entries of data that look encrypted. */
static err *decrypt_entries(arena *mem, struct sops_keys *keys, struct kust_object *o, const val *v)
{
	val *copy = NULL;
	const val *data = val_get(v, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		const struct val_pair *pair = &data->map.p[i];
		const char *key = str_text(mem, pair->key);
		struct sops_task task = {.out = sops_format_of(key)};
		str bytes, plain;
		if (!val_is(pair->value, VAL_TEXT) ||
		    !enc_unbase64(mem, pair->value->text, &bytes) ||
		    !sops_detect(mem, bytes, &task.in))
			continue;
		TRY_AS(mem, sops_decrypt(mem, keys, bytes, &task, &plain),
		       "failed to decrypt and format '%s/%s' Secret field '%s'", kust_namespace(o),
		       kust_name(o), key);
		if (!copy)
			copy = val_copy(mem, v);
		val_set_text(mem, val_get(copy, "data"), key, enc_base64(mem, plain));
	}
	return copy ? kust_replace_value(mem, o, copy) : NULL;
}

static err *decrypt_object(arena *mem, struct sops_keys *keys, struct kust_object *o)
{
	const val *v;
	TRY(kust_value(mem, o, &v));
	if (val_len(VAL_IN(v, "sops", "mac")))
		return decrypt_whole(mem, keys, o, v);
	return text_eq(kust_kind(o), "Secret") ? decrypt_entries(mem, keys, o, v) : NULL;
}

err *kustomization_decrypt_object(ctx *c, struct sops_keys *keys, struct kust_object *o)
{
	struct gvk k = {0};
	const char *no = kust_annotation(o, OPT_OUT);
	if (!keys || str_eq_nocase(str_of(no), STR("disabled")))
		return NULL;
	gvk_parse(c->mem, kust_api_version(o), kust_kind(o), &k);
	TRY_AS(c->mem, decrypt_object(c->mem, keys, o), "decryption failed for '%s.%s.%s/%s'",
	       kust_kind(o), k.version && *k.version ? k.version : "[noVer]",
	       k.group && *k.group ? k.group : "[noGrp]", kust_name(o));
	return NULL;
}

/* ---- sources ---------------------------------------------------------------------------------- */

struct sources {
	arena *mem;
	struct tree *tree;
	struct sops_keys *keys;
	struct kust_options *o;
	struct map folders, files; /* seen already, by path */
};

/* A path below the root: what leads out of it stays at its edge; links are followed. */
static err *confine(struct sources *s, const char *folder, str path, const char **ret)
{
	const char *given = str_text(s->mem, path), *root = tree_root(s->tree);
	if (*given == '/' && text_starts(given, root))
		given += strlen(root);
	else if (*given != '/')
		given = path_join(s->mem, folder, given);
	const char *below = path_confine(s->mem, "/", given);
	while (*below == '/')
		below++;
	if (tree_resolve(s->mem, s->tree, below, ret))
		*ret = below;
	return NULL;
}

static err *no_file(struct sources *s, const char *path)
{
	return err_new(s->mem, ERR_NOT_FOUND, "lstat %s: no such file or directory", path);
}

static err *decrypt_file(struct sources *s, const char *path, enum sops_format format,
			 str *ret_plain)
{
	struct sops_task task = {format, format, false};
	struct tree_entry e = {.kind = TREE_NONE};
	str data;
	ret_plain->p = NULL;
	TRY(tree_stat(s->mem, s->tree, path, &e));
	if (e.kind == TREE_NONE)
		return no_file(s, path);
	if (e.kind != TREE_FILE)
		return err_new(s->mem, ERR_INVALID,
			       "cannot decrypt irregular file as it has file mode type bits set");
	if (e.size > SOPS_MAX_BYTES)
		return err_new(s->mem, ERR_LIMIT,
			       "cannot decrypt file with size (%zu bytes) exceeding limit (%zu)",
			       e.size, SOPS_MAX_BYTES);
	TRY(tree_read(s->mem, s->tree, path, SOPS_MAX_BYTES, &data));
	if (!sops_marked(data, format))
		return NULL;
	return sops_decrypt(s->mem, s->keys, data, &task, ret_plain);
}

/* A file that a kustomization in folder names; once decrypted it is not looked at again. */
static err *visit_file(struct sources *s, const char *folder, str given, enum sops_format format)
{
	const char *path;
	str plain;
	TRY(confine(s, folder, given, &path));
	if (map_has(&s->files, path))
		return NULL;
	TRY(decrypt_file(s, path, format, &plain));
	map_set(&s->files, path, s);
	if (!plain.p)
		return NULL;
	str *kept = NEW(s->mem, str);
	*kept = plain;
	map_set(s->o->instead, path, kept);
	/* and as the build will ask for it */
	map_set(s->o->instead, path_join(s->mem, folder, str_text(s->mem, given)), kept);
	return NULL;
}

static err *visit_generator(struct sources *s, const char *folder, const val *g)
{
	const val *files = val_get(g, "files"), *envs = val_get(g, "envs");
	for (size_t i = 0; val_is(files, VAL_LIST) && i < val_len(files); i++) {
		str key, path;
		if (!str_cut(val_as_str(val_at(files, i)), '=', &key, &path))
			path = key;
		TRY(visit_file(s, folder, path, sops_format_of(str_text(s->mem, key))));
	}
	for (size_t i = 0; i <= (val_is(envs, VAL_LIST) ? val_len(envs) : 0); i++) {
		const val *one = i ? val_at(envs, i - 1) : val_get(g, "env");
		if (!val_len(one))
			continue;
		enum sops_format format = sops_format_of(val_as_text(one));
		TRY(visit_file(s, folder, val_as_str(one),
			       format == SOPS_BINARY ? SOPS_DOTENV : format));
	}
	return NULL;
}

static bool is_remote(arena *mem, const char *path)
{
	struct url *u;
	return !url_parse(mem, path, &u) && *u->scheme && *u->host;
}

static err *visit(struct sources *s, const char *folder, const val *file)
{
	const val *generators = val_get(file, "secretGenerator"),
		  *patches = val_get(file, "patches");
	for (size_t i = 0; val_is(generators, VAL_LIST) && i < val_len(generators); i++)
		TRY(visit_generator(s, folder, val_at(generators, i)));
	for (size_t i = 0; val_is(patches, VAL_LIST) && i < val_len(patches); i++) {
		const char *path = val_text_or(val_get(val_at(patches, i), "path"), "");
		if (*path && !is_remote(s->mem, path))
			TRY(visit_file(s, folder, str_of(path), sops_format_of(path)));
	}
	return NULL;
}

/* The folder's kustomization file. */
static err *read_kustomization(struct sources *s, const char *folder, val **ret)
{
	static const char *const names[] = {"kustomization.yaml", "kustomization.yml",
					    "Kustomization"};
	const char *found = NULL;
	str text = {0};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *path = path_join(s->mem, folder, names[i]);
		const str *instead = map_get(s->o->instead, path);
		struct tree_entry e = {.kind = TREE_NONE};
		TRY(tree_stat(s->mem, s->tree, path, &e));
		if (e.kind == TREE_NONE && !instead)
			continue;
		if (!instead && e.kind != TREE_FILE)
			return err_new(s->mem, ERR_INVALID, "expected %s to be a regular file",
				       names[i]);
		if (found)
			return err_new(s->mem, ERR_INVALID, "found multiple kustomization files");
		found = path;
		if (instead)
			text = *instead;
		else
			TRY_AS(s->mem, tree_read(s->mem, s->tree, path, SOPS_MAX_BYTES, &text),
			       "failed to read kustomization file");
	}
	if (!found)
		return err_new(s->mem, ERR_INVALID, "no kustomization file found");
	TRY_AS(s->mem, yaml_parse(s->mem, text, ret),
	       "failed to unmarshal kustomization file from '%s'",
	       path_join(s->mem, tree_root(s->tree), found));
	return NULL;
}

/* The folders that are still to be visited, the next one last. */
typedef VEC(const char *) folder_stack;

/* What is no folder is a file, an address or a mistake that the build will tell of. */
static err *push_folders(struct sources *s, const char *folder, const val *list,
			 folder_stack *stack)
{
	for (size_t i = val_is(list, VAL_LIST) ? val_len(list) : 0; i-- > 0;) {
		struct tree_entry e = {.kind = TREE_NONE};
		const char *path;
		if (!val_len(val_at(list, i)))
			continue;
		TRY(confine(s, folder, val_as_str(val_at(list, i)), &path));
		if (!tree_stat(s->mem, s->tree, path, &e) && e.kind == TREE_DIR)
			VEC_PUSH(s->mem, stack, *path ? path : ".");
	}
	return NULL;
}

static err *walk(struct sources *s, const char *first)
{
	folder_stack stack = {0};
	VEC_PUSH(s->mem, &stack, *first ? first : ".");
	while (stack.n) {
		const char *folder = path_clean(s->mem, str_of(stack.p[--stack.n]));
		val *file;
		if (map_has(&s->folders, folder))
			continue;
		if (s->folders.n >= MAX_FOLDERS)
			return err_new(s->mem, ERR_LIMIT, "more than %d folders", MAX_FOLDERS);
		map_set(&s->folders, folder, s);
		TRY(read_kustomization(s, folder, &file));
		TRY(visit(s, folder, file));
		/* resources before components: what is pushed last comes first */
		TRY(push_folders(s, folder, val_get(file, "components"), &stack));
		TRY(push_folders(s, folder, val_get(file, "resources"), &stack));
	}
	return NULL;
}

err *kustomization_decrypt_sources(ctx *c, struct work *w, struct sops_keys *keys,
				   struct kust_options *o)
{
	struct sources s = {.mem = c->mem,
			    .tree = w->tree,
			    .keys = keys,
			    .o = o,
			    .folders = map_init(c->mem),
			    .files = map_init(c->mem)};
	if (!keys)
		return NULL;
	TRY_AS(c->mem, walk(&s, w->path), "error decrypting sources");
	return NULL;
}
