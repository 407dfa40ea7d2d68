/* The metadata of a chart without the rest of it. */
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "helm/helm_load.h"
#include "helm/helm_meta.h"
#include "pack/tar.h"

/* What is looked for: the two files that tell of a chart. */
struct peek {
	arena *mem;
	size_t max;
	buf *into; /* of the entry at hand; NULL: it does not matter */
	buf chart, requirements;
	bool has_chart, has_requirements;
};

/* What reads a whole chart names the file without quotes. */
static err *quoted(arena *mem, err *e)
{
	static const char plain[] = "cannot load Chart.yaml: ";
	const char *text = err_text(mem, e);
	return text_starts(text, plain) ? err_new(mem, e->code, "cannot load 'Chart.yaml': %s",
						  text + sizeof(plain) - 1)
					: e;
}

static err *made_of(struct peek *p, struct chart **ret)
{
	struct chart *c = NEW(p->mem, struct chart);
	if (!p->has_chart)
		return err_new(p->mem, ERR_INVALID, "no 'Chart.yaml' found");
	err *e = meta_read(p->mem, buf_view(&p->chart), c);
	if (e)
		return quoted(p->mem, e);
	if (p->has_requirements)
		TRY(meta_read_requirements(p->mem, buf_view(&p->requirements), c));
	*ret = c;
	return NULL;
}

static err *entry(void *arg, arena *mem, const struct tar_entry *e)
{
	struct peek *p = arg;
	const char *name = strchr(e->path, '/');
	p->into = NULL;
	if (e->dir || !name)
		return NULL;
	if (text_eq(name + 1, "Chart.yaml"))
		p->into = &p->chart;
	else if (text_eq(name + 1, "requirements.yaml"))
		p->into = &p->requirements;
	if (!p->into)
		return NULL;
	if (e->size > p->max)
		return err_new(mem, ERR_LIMIT, "size of '%s' exceeds '%zu' bytes limit", e->path,
			       p->max);
	buf_clear(p->into);
	p->has_chart |= p->into == &p->chart;
	p->has_requirements |= p->into == &p->requirements;
	return NULL;
}

static err *data(void *arg, arena *mem, str bytes)
{
	(void)mem;
	struct peek *p = arg;
	if (p->into)
		buf_str(p->into, bytes);
	return NULL;
}

static err *end(void *arg, arena *mem)
{
	(void)mem;
	((struct peek *)arg)->into = NULL;
	return NULL;
}

static err *to_tar(void *arg, arena *mem, str bytes)
{
	(void)mem;
	return tar_read_add(arg, bytes);
}

err *chart_peek_packed(arena *mem, str packed, size_t max, struct chart **ret_chart)
{
	static const struct tar_limits limits = {.bytes = CHART_MAX_TOTAL, .file = CHART_MAX_FILE};
	static const struct tar_calls calls = {entry, data, end};
	struct peek p = {.mem = mem,
			 .max = max ? max : CHART_MAX_FILE,
			 .chart = buf_init(mem),
			 .requirements = buf_init(mem)};
	struct tar_reader *tar = tar_read_begin(mem, &limits, &calls, &p);
	TRY(chart_check_packed(mem, packed));
	struct gunzip_limits inflated = {.bytes = CHART_MAX_TOTAL * 2};
	struct gunzip *z = gunzip_begin(mem, inflated, (struct sink){to_tar, tar});
	TRY(gunzip_add(z, packed));
	TRY(gunzip_end(z));
	TRY(tar_read_end(tar));
	return made_of(&p, ret_chart);
}

static err *take(struct peek *p, const struct tree *t, const char *dir, const char *name, buf *into,
		 bool *ret_there)
{
	const char *path = path_join(p->mem, dir, name);
	struct tree_entry e;
	str text;
	TRY(tree_stat(p->mem, t, path, &e));
	*ret_there = e.kind != TREE_NONE;
	if (!*ret_there)
		return NULL;
	if (e.kind == TREE_DIR)
		return err_new(p->mem, ERR_INVALID, "'%s' is a directory", name);
	if (e.size > p->max)
		return err_new(p->mem, ERR_LIMIT, "size of '%s' exceeds '%zu' bytes limit", name,
			       p->max);
	TRY(tree_read(p->mem, t, path, p->max, &text));
	buf_str(into, text);
	return NULL;
}

err *chart_peek(arena *mem, const struct tree *t, const char *dir, size_t max,
		struct chart **ret_chart)
{
	struct peek p = {.mem = mem,
			 .max = max ? max : CHART_MAX_FILE,
			 .chart = buf_init(mem),
			 .requirements = buf_init(mem)};
	TRY(take(&p, t, dir, "Chart.yaml", &p.chart, &p.has_chart));
	if (!p.has_chart)
		return err_new(mem, ERR_NOT_FOUND, "open %s: no such file or directory",
			       path_join(mem, dir, "Chart.yaml"));
	TRY(take(&p, t, dir, "requirements.yaml", &p.requirements, &p.has_requirements));
	return made_of(&p, ret_chart);
}
