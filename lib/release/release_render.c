#include "release/release_render.h"

#include <netdb.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "kube/lookup.h"
#include "release/release_site.h"

#define FILENAME "postrenderer.helm.sh/postrender-filename"

struct rendering {
	ctx *c;
	const struct release_of *of;
	const struct release_options *o;
};

/* ---- ways outside ------------------------------------------------------------------------------ */

static err *look_up(void *arg, arena *mem, const char *api_version, const char *kind,
		    const char *ns, const char *name, val **ret_object)
{
	struct rendering *r = arg;
	return lookup_find(r->c, r->of->client, r->of->at->mapper, mem, api_version, kind, ns, name,
			   ret_object);
}

static bool is_canceled(void *arg)
{
	struct rendering *r = arg;
	return ctx_check(r->c) != NULL;
}

static const char *resolve(void *arg, arena *mem, const char *host)
{
	struct addrinfo *found = NULL, hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	char text[INET6_ADDRSTRLEN] = "";
	(void)arg;
	if (getaddrinfo(host, NULL, &hints, &found) || !found)
		return "";
	getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	return arena_text(mem, text);
}

/* ---- post-renderers ---------------------------------------------------------------------------- */

struct outputs {
	struct helm_output *p;
	size_t n, cap;
};

/* One file's documents behind the others, each with the name of its file. */
static err *annotate(arena *mem, const struct helm_output *file, val *all)
{
	val *docs;
	err *e = yaml_node_vals(mem, file->text, &docs);
	if (e)
		return err_wrap(mem, e, "parsing %s: MalformedYAMLError", file->path);
	for (size_t i = 0; i < val_len(docs); i++) {
		val *doc = val_at(docs, i);
		if (val_is(doc, VAL_NULL))
			continue;
		if (!val_is(doc, VAL_MAP))
			return err_new(mem, ERR_INVALID,
				       "parsing %s: wrong node kind: expected MappingNode but got "
				       "%sNode: node contents:\n%s",
				       file->path, val_is(doc, VAL_LIST) ? "Sequence" : "Scalar",
				       yaml_text(mem, doc));
		val *meta = val_make_map(mem, doc, "metadata");
		val *into = meta ? val_make_map(mem, meta, "annotations") : NULL;
		if (!into)
			return err_new(mem, ERR_INVALID,
				       "annotating %s: wrong node kind: expected MappingNode but "
				       "got ScalarNode",
				       file->path);
		val_set_text(mem, into, FILENAME, file->path);
		val_push(mem, all, doc);
	}
	return NULL;
}

/* Takes the name off a document. */
static const char *take_name(arena *mem, val *doc)
{
	val *meta = val_get(doc, "metadata"), *from = val_get(meta, "annotations");
	const char *name = val_as_text(val_get(from, FILENAME));
	name = name ? arena_text(mem, name) : NULL;
	if (from)
		val_del(from, FILENAME);
	if (from && !val_len(from))
		val_del(meta, "annotations");
	return name;
}

/* docs: what the text's documents are, and what becomes known of the file's when all of its are; NULL: not known. */
static void add_text(arena *mem, struct outputs *files, const char *path, const char *between,
		     str text, val *doc)
{
	for (size_t i = 0; i < files->n; i++) {
		struct helm_output *f = &files->p[i];
		if (!text_eq(f->path, path))
			continue;
		buf b = buf_init(mem);
		buf_str(&b, f->text);
		buf_text_add(&b, between);
		buf_str(&b, text);
		buf_text(&b);
		f->text = buf_view(&b);
		if (f->docs && doc)
			val_push(mem, f->docs, doc);
		else
			f->docs = NULL;
		return;
	}
	val *docs = doc ? val_list(mem) : NULL;
	if (doc)
		val_push(mem, docs, doc);
	VEC_PUSH(mem, files, ((struct helm_output){path, text, docs}));
}

/* Could the text be cut in the middle? */
static bool has_separator(const char *text)
{
	return text_starts(text, "---") || strstr(text, "\n---");
}

/* The files again that the documents came from, or new ones for those that have no name. Each is read as Helm
 * reads a stream, and printed. */
static err *regroup(arena *mem, const val *docs, const char *infix, struct outputs *files)
{
	for (size_t i = 0, n = 0; i < val_len(docs); i++) {
		val *doc;
		TRY_AS(mem, yaml_parse(mem, str_of(yaml_text(mem, val_at(docs, i))), &doc),
		       "error parsing YAML");
		const char *path = take_name(mem, doc);
		if (!path)
			path = arena_printf(mem, "generated-by-postrender-%s%zu.yaml", infix, n);
		const char *text = yaml_text(mem, doc);
		add_text(mem, files, path, "---\n", str_of(text), has_separator(text) ? NULL : doc);
		n++;
	}
	return NULL;
}

/* The documents through the caller's stream. */
static err *through_stream(struct rendering *r, val **docs)
{
	arena *mem = r->c->mem;
	str stream;
	buf all = buf_init(mem);
	for (size_t i = 0; i < val_len(*docs); i++) {
		if (i)
			buf_text_add(&all, "---\n");
		yaml_print(&all, val_at(*docs, i));
	}
	buf_text(&all);
	TRY(r->o->post_render(r->c, r->o->post_render_arg, buf_view(&all), &stream));
	return yaml_node_vals(mem, stream, docs);
}

static int by_path(const void *a, const void *b)
{
	const struct helm_output *x = a, *y = b;
	return strcmp(x->path, y->path);
}

/* what: "files", "hooks", "manifests"; merging: "manifests" for all of them. Renderers see the files in
 * the order of their paths, which counts for the names of documents that lose theirs. */
static err *post_render(struct rendering *r, struct outputs *in, const char *merging,
			const char *what, const char *infix, struct outputs *out)
{
	arena *mem = r->c->mem;
	val *docs = val_list(mem);
	err *e = NULL;
	if (in->n)
		qsort(in->p, in->n, sizeof(*in->p), by_path);
	for (size_t i = 0; i < in->n; i++)
		TRY_AS(mem, annotate(mem, &in->p[i], docs), "error merging %s", merging);
	if (r->o->post_render)
		e = through_stream(r, &docs);
	if (!e && r->o->post_mark)
		e = r->o->post_mark(r->c, r->o->post_render_arg, docs, &docs);
	TRY_AS(mem, e, "error while running post render on %s", what);
	TRY_AS(mem, regroup(mem, docs, infix, out), "error while parsing post rendered output%s%s",
	       text_eq(what, "files") ? "" : " for ", text_eq(what, "files") ? "" : what);
	return NULL;
}

static void by_manifest(arena *mem, const struct helm_manifest *m, struct outputs *into)
{
	add_text(mem, into, m->path, "\n---\n", m->content, NULL);
}

/* Hooks and the rest, each on its own. */
static err *post_render_parts(struct rendering *r, const struct helm_manifests *sorted,
			      struct outputs *out)
{
	arena *mem = r->c->mem;
	struct outputs hooks = {0}, rest = {0};
	for (size_t i = 0; i < sorted->hooks.n; i++)
		by_manifest(mem, &sorted->hooks.p[i].manifest, &hooks);
	for (size_t i = 0; i < sorted->manifests.n; i++)
		by_manifest(mem, &sorted->manifests.p[i], &rest);
	if (hooks.n && r->o->rendering == RELEASE_SEPARATE)
		TRY(post_render(r, &hooks, "hooks", "hooks", "hooks-", out));
	else
		for (size_t i = 0; i < hooks.n; i++)
			add_text(mem, out, hooks.p[i].path, "\n---\n", hooks.p[i].text, NULL);
	if (!rest.n)
		return NULL;
	struct outputs done = {0};
	TRY(post_render(r, &rest, "manifests", "manifests", "manifests-", &done));
	for (size_t i = 0; i < done.n; i++)
		add_text(mem, out, done.p[i].path, "\n---\n", done.p[i].text, NULL);
	return NULL;
}

static err *post_render_all(struct rendering *r, const struct helm_result *from,
			    struct helm_manifests *ret)
{
	arena *mem = r->c->mem;
	struct outputs in = {0}, out = {0};
	for (size_t i = 0; i < from->file_count; i++)
		VEC_PUSH(mem, &in, from->files[i]);
	if (r->o->rendering == RELEASE_COMBINED)
		TRY(post_render(r, &in, "manifests", "files", "", &out));
	else
		TRY(post_render_parts(r, &from->sorted, &out));
	return hooks_sort(mem, out.p, out.n, true, ret);
}

/* In the manifest a line break follows each document, which counts for a text at its end that keeps its line breaks (|+), or lacks
 * the last. */
static bool end_counts(str content)
{
	for (size_t i = 1; i < content.n; i++) {
		if (content.p[i] != '+')
			continue;
		char before = content.p[i - 1];
		if (before >= '1' && before <= '9' && i > 1)
			before = content.p[i - 2];
		if (before == '|' || before == '>')
			return true;
	}
	return content.n && content.p[content.n - 1] != '\n';
}

/* As the manifest has it. */
static val *document(arena *mem, const struct helm_manifest *m)
{
	val *doc;
	buf b = buf_init(mem);
	if (!end_counts(m->content))
		return m->doc;
	buf_str(&b, m->content);
	buf_char(&b, '\n');
	buf_text(&b);
	return yaml_parse(mem, buf_view(&b), &doc) ? m->doc : doc;
}

static val *documents(arena *mem, const struct helm_manifests *sorted)
{
	val *docs = val_list(mem);
	for (size_t i = 0; i < sorted->manifests.n; i++)
		val_push(mem, docs, document(mem, &sorted->manifests.p[i]));
	return docs;
}

/* ---- all of it --------------------------------------------------------------------------------- */

err *render_release(ctx *c, const struct release_of *of, const struct release_options *o,
		    const struct chart *chart, const val *values, int64_t revision, bool is_upgrade,
		    struct release_rendered *ret)
{
	arena *mem = c->mem;
	struct rendering r = {c, of, o};
	struct helm_result result;
	bool renders = o->post_render || o->post_mark;
	struct helm_options h = {
		.release = {of->name, of->ns, revision, is_upgrade, false},
		.live_version = true,
		.api_versions_only = true,
		.skip_schema = o->skip_schema,
		.unsorted = renders && o->rendering == RELEASE_COMBINED,
		.tmpl = {.now = clock_wall(),
			 .lookup = look_up,
			 .canceled = is_canceled,
			 .resolve = o->dns ? resolve : NULL,
			 .arg = &r},
		.cache = o->chart_digest ? of->site->templates : NULL,
		.digest = o->chart_digest,
	};
	const char **versions;
	TRY(site_version(c, of, &h.kube_version));
	TRY_AS(mem, mapper_api_versions(c, of->at->mapper, &versions, &h.api_version_count),
	       "could not get apiVersions from Kubernetes");
	h.api_versions = versions;
	TRY(helm_template(mem, chart, values, &h, &result));
	struct helm_manifests sorted = result.sorted;
	if (renders)
		TRY(post_render_all(&r, &result, &sorted));
	*ret = (struct release_rendered){
		.chart = helm_release_chart(mem, result.chart),
		.hooks = helm_release_hooks(mem, &sorted),
		.manifest = helm_release_manifest(mem, &sorted),
		.notes = result.notes,
		.docs = documents(mem, &sorted),
	};
	return NULL;
}
