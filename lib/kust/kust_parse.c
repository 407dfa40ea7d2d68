#include "kust/kust_parse.h"

#include <string.h>

#include "base/rune.h"
#include "kust/kust_cache.h"
#include "kust/kust_node.h"

#define DOCUMENTS_MAX 100000 /* of one text, so that an endless one is not read to its end */

typedef VEC(struct yaml_node *) node_vec;

/* --- documents ----------------------------------------------------------------------------------- */

/* The text with \r\n as \n; the same one when there is none. */
static str unix_lines(arena *mem, str text)
{
	const char *cr = text.n ? memmem(text.p, text.n, "\r\n", 2) : NULL;
	if (!cr)
		return text;
	char *p = arena_alloc(mem, text.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 >= text.n || text.p[i + 1] != '\n')
			p[n++] = text.p[i];
	return (str){p, n};
}

static str trim_space(str s)
{
	size_t len;
	while (s.n && rune_is_space(rune_at(s, &len)))
		s = str_sub(s, len, s.n);
	return str_trim(s);
}

/* Takes the text before the next line that begins with "---" off *rest; false when it was used up.
 * The last line feed before the separator stays with the text. */
static err *next_document(arena *mem, str *rest, str *ret_doc, bool *ret_more)
{
	const char *from = rest->p, *end = from ? from + rest->n : NULL;
	*ret_more = rest->p;
	*ret_doc = *rest;
	while (from && from < end) {
		const char *at = memmem(from, (size_t)(end - from), "\n---", 4);
		const char *line = at ? memchr(at + 4, '\n', (size_t)(end - at - 4)) : NULL;
		if (!line)
			break;
		str after = trim_space((str){at + 4, (size_t)(line - at - 4)});
		if (after.n && after.p[0] != '#') {
			str shown = trim_space((str){at, (size_t)(line - at)});
			return err_new(mem, ERR_INVALID, "invalid document separator: %.*s",
				       STR_ARG(shown));
		}
		*ret_doc = (str){rest->p, (size_t)(at + 1 - rest->p)};
		*rest = (str){line + 1, (size_t)(end - line - 1)};
		return NULL;
	}
	*rest = (str){NULL, 0};
	return NULL;
}

static bool is_list_kind(const struct yaml_node *n)
{
	const struct yaml_node *kind = yaml_node_get(n, "kind");
	return kind && str_ends(kind->text, STR("List"));
}

/* A stream's only document of kind List stands for its items. */
static bool unwraps(const struct yaml_node *n)
{
	const struct yaml_node *kind = yaml_node_get(n, "kind");
	return (yaml_node_says(kind, "List") || yaml_node_says(kind, "ResourceList")) &&
	       (yaml_node_get(n, "items") || yaml_node_get(n, "functionConfig"));
}

static err *add_document(arena *mem, str text, bool only, node_vec *out)
{
	struct yaml_node *doc;
	TRY_AS(mem, yaml_node_read(mem, text, &doc), "MalformedYAMLError");
	struct yaml_node *n = yaml_node_body(doc);
	if (kust_missing(n))
		return NULL;
	if (!only || !unwraps(n)) {
		VEC_PUSH(mem, out, n);
		return NULL;
	}
	struct yaml_node *items = yaml_node_get(n, "items");
	for (uint32_t i = 0;
	     items && (items->kind == YN_LIST || items->kind == YN_MAP) && i < items->n; i++)
		VEC_PUSH(mem, out, items->child[i]);
	return NULL;
}

/* kio's FromBytes: the documents of a stream without aliases. */
static err *read_stream(arena *mem, str text, node_vec *out)
{
	VEC(str) docs = {0};
	str rest = unix_lines(mem, text), doc;
	if (!rest.n)
		return NULL;
	for (;;) {
		bool more;
		TRY(next_document(mem, &rest, &doc, &more));
		if (!more)
			break;
		if (docs.n >= DOCUMENTS_MAX)
			return err_new(mem, ERR_LIMIT, "more than %d documents in one file",
				       DOCUMENTS_MAX);
		VEC_PUSH(mem, &docs, doc);
	}
	size_t first = out->n;
	for (size_t i = 0; i < docs.n; i++)
		TRY(add_document(mem, docs.p[i], docs.n == 1, out));
	for (size_t i = first; i < out->n; i++)
		TRY(yaml_node_expand(mem, out->p[i]));
	return NULL;
}

/* --- checks -------------------------------------------------------------------------------------- */

static str field_text(const struct yaml_node *map, const char *name)
{
	const struct yaml_node *n = map && map->kind == YN_MAP ? yaml_node_get(map, name) : NULL;
	return kust_empty(n) ? (str){NULL, 0} : n->text;
}

static void show_map(buf *b, const struct yaml_node *object, const char *field)
{
	struct kust_pairs map = kust_object_map(b->mem, object, field);
	buf_text_add(b, "map[");
	for (size_t i = 0; i < map.n; i++)
		buf_printf(b, "%s%.*s:%.*s", i ? " " : "", STR_ARG(map.p[i].key),
			   STR_ARG(map.p[i].value));
	buf_char(b, ']');
}

/* kyaml's ResourceMeta as %v shows it. */
static const char *shown_meta(arena *mem, const struct yaml_node *n)
{
	const struct yaml_node *meta = yaml_node_get(n, "metadata");
	str api = field_text(n, "apiVersion"), kind = field_text(n, "kind");
	str name = field_text(meta, "name"), ns = field_text(meta, "namespace");
	buf b = buf_init(mem);
	buf_printf(&b, "{{%.*s %.*s} {{%.*s %.*s} ", STR_ARG(api), STR_ARG(kind), STR_ARG(name),
		   STR_ARG(ns));
	show_map(&b, n, "labels");
	buf_char(&b, ' ');
	show_map(&b, n, "annotations");
	buf_text_add(&b, "}}");
	return buf_text(&b);
}

static bool has_any_meta(const struct yaml_node *n)
{
	static const char *const of_meta[] = {"name", "namespace", "labels", "annotations", NULL};
	if (n->kind != YN_MAP)
		return false;
	if (!kust_empty(yaml_node_get(n, "apiVersion")) || !kust_empty(yaml_node_get(n, "kind")))
		return true;
	const struct yaml_node *meta = yaml_node_get(n, "metadata");
	for (const char *const *f = of_meta; *f; f++)
		if (meta && meta->kind == YN_MAP && !kust_empty(yaml_node_get(meta, *f)))
			return true;
	return false;
}

err *kust_check_meta(arena *mem, const struct yaml_node *n)
{
	if (!has_any_meta(n))
		return err_new(mem, ERR_INVALID, "missing Resource metadata");
	str kind = field_text(n, "kind");
	if (!kind.n)
		return err_new(mem, ERR_INVALID, "missing kind in object %s", shown_meta(mem, n));
	if (str_ends(kind, STR("List")))
		return NULL;
	const struct yaml_node *meta = yaml_node_get(n, "metadata");
	if (!field_text(meta, "name").n)
		return err_new(mem, ERR_INVALID, "missing metadata.name in object %s",
			       shown_meta(mem, n));
	const struct yaml_node *notes = yaml_node_get(meta, "annotations");
	if (notes && notes->kind == YN_LIST && notes->n % 2)
		return err_new(mem, ERR_INVALID, "metadata.annotations is a list in object %s",
			       shown_meta(mem, n));
	return NULL;
}

/* Drops what is empty; fails for what has no kind or name. */
static err *keep_good(arena *mem, const node_vec *in, node_vec *out)
{
	for (size_t i = 0; i < in->n; i++) {
		if (kust_empty(in->p[i]))
			continue;
		TRY(kust_check_meta(mem, in->p[i]));
		VEC_PUSH(mem, out, in->p[i]);
	}
	return NULL;
}

/* --- lists --------------------------------------------------------------------------------------- */

static const char *go_type(const struct yaml_node *n)
{
	const char *tag = yaml_node_tag(n);
	if (n->kind == YN_MAP)
		return "map[string]interface {}";
	return text_eq(tag, YT_BOOL)	? "bool"
	       : text_eq(tag, YT_INT)	? "int"
	       : text_eq(tag, YT_FLOAT) ? "float64"
	       : text_eq(tag, YT_TIME)	? "time.Time"
					: "string";
}

/* The items go the way of kustomize, by JSON, and behind all that is still to come. */
static err *unfold(arena *mem, const struct yaml_node *list, node_vec *queue)
{
	const struct yaml_node *items = yaml_node_get(list, "items");
	if (kust_missing(items))
		return NULL;
	if (items->kind != YN_LIST)
		return err_new(mem, ERR_INVALID, "expected array in %.*s/items, but found %s",
			       STR_ARG(yaml_node_str(yaml_node_get(list, "kind"))), go_type(items));
	for (uint32_t i = 0; i < items->n; i++) {
		buf b = buf_init(mem);
		node_vec nodes = {0};
		TRY(yaml_node_json(&b, items->child[i]));
		TRY(read_stream(mem, str_of(buf_text(&b)), &nodes));
		TRY(keep_good(mem, &nodes, queue));
	}
	return NULL;
}

/* kustomize decodes the whole of a list, with all that there may be wrong in it. */
static err *check_list(arena *mem, const struct yaml_node *list)
{
	buf json = buf_init(mem), text = buf_init(mem);
	str kind = yaml_node_str(yaml_node_get(list, "kind"));
	err *failed = yaml_node_json(&json, list);
	if (!failed || text_starts(failed->text, "json: "))
		return NULL;
	TRY(yaml_node_text(&text, list));
	return err_new(mem, ERR_INVALID,
		       "trouble expanding list of %.*s; received error %s for the following "
		       "resource:\n%s",
		       STR_ARG(kind), err_text(mem, failed), buf_text(&text));
}

err *kust_parse(arena *mem, str text, struct kust_nodes *ret_nodes)
{
	node_vec read = {0}, queue = {0}, out = {0};
	TRY(read_stream(mem, text, &read));
	TRY(keep_good(mem, &read, &queue));
	for (size_t i = 0; i < queue.n; i++) {
		struct yaml_node *n = queue.p[i];
		if (is_list_kind(n))
			TRY(check_list(mem, n));
		if (is_list_kind(n) && yaml_node_get(n, "items"))
			TRY(unfold(mem, n, &queue));
		else
			VEC_PUSH(mem, &out, n);
	}
	*ret_nodes = (struct kust_nodes){out.p, out.n};
	return NULL;
}

/* --- objects ------------------------------------------------------------------------------------- */

static err *make_objects(struct kust_work *w, const struct kust_nodes *nodes, enum kust_owned owned,
			 bool notes, struct kust_objects *ret)
{
	ret->n = nodes->n;
	ret->p = NEW_N(w->mem, struct kust_object *, nodes->n);
	for (size_t i = 0; i < nodes->n; i++) {
		ret->p[i] = kust_object_new(w, nodes->p[i], owned);
		if (!notes || !kust_object_has_notes(nodes->p[i]))
			continue;
		ret->p[i]->literal = true;
		TRY(kust_object_absorb(w, ret->p[i]));
	}
	return NULL;
}

err *kust_parse_objects(struct kust_work *w, str text, bool notes, struct kust_objects *ret)
{
	struct kust_nodes nodes;
	TRY(kust_parse(w->mem, text, &nodes));
	return make_objects(w, &nodes, KUST_OWN_ALL, notes, ret);
}

bool kust_is_malformed(arena *mem, const err *e)
{
	return e && strstr(err_text(mem, e), "MalformedYAMLError");
}

/* kustomize's kusterr: names the file where the text is at fault. */
static err *in_file(arena *mem, err *failed, str path)
{
	const char *text = err_text(mem, failed), *file = kust_remote_shown(mem, path);
	if (strstr(text, "error converting YAML to JSON") ||
	    strstr(text, "error unmarshaling JSON"))
		return err_new(mem, failed->code, "YAML file [%s] encounters a format error.\n%s\n",
			       file, text);
	if (kust_is_malformed(mem, failed))
		return err_new(mem, failed->code, "%s in File: %s", text, file);
	return failed;
}

/* The cache outlives the build: what may be a secret stays out of it. */
static err *parse_content(const struct kust_loader *l, str path, str text, bool notes,
			  struct kust_objects *ret)
{
	struct kust_work *w = l->work;
	struct kust_nodes nodes;
	if (!w->options->cache || kust_load_replaced(l, path))
		return kust_parse_objects(w, text, notes, ret);
	TRY(kust_cache_parse(w->options->cache, w->mem, text, kust_parse, &nodes));
	return make_objects(w, &nodes, KUST_OWN_NONE, notes, ret);
}

err *kust_parse_file(const struct kust_loader *l, str path, bool notes, struct kust_objects *ret)
{
	struct kust_work *w = l->work;
	arena *passing = arena_open(); /* the trees have copies of what they need */
	str text;
	err *failed = kust_load_into(l, passing, path, &text);
	if (!failed) {
		failed = parse_content(l, path, text, notes, ret);
		failed = failed ? in_file(w->mem, failed, path) : NULL;
	}
	arena_close(passing);
	return failed;
}
