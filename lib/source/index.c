#include "source/index.h"

#include "base/buf.h"
#include "base/clock.h"
#include "data/json_stream.h"
#include "data/semver.h"

/* --- choosing --------------------------------------------------------------------------------- */

static const char *field(const val *v, const char *name)
{
	return val_text_or(val_get(v, name), "");
}

static void show(arena *mem, const val *entry, struct index_version *ret)
{
	const val *urls = val_get(entry, "urls");
	size_t n = val_len(urls);
	const char **texts = NEW_N(mem, const char *, n);
	for (size_t i = 0; i < n; i++)
		texts[i] = val_text_or(val_at(urls, i), "");
	*ret = (struct index_version){.name = field(entry, "name"),
				      .version = field(entry, "version"),
				      .digest = field(entry, "digest"),
				      .urls = texts,
				      .n_urls = n,
				      .entry = entry};
}

/* Was a made before b? */
static bool is_older(arena *mem, const val *a, const val *b)
{
	int64_t x = INT64_MIN, y = INT64_MIN;
	int ns_x = 0, ns_y = 0;
	if (clock_read(mem, str_of(field(a, "created")), &x, &ns_x))
		x = INT64_MIN;
	if (clock_read(mem, str_of(field(b, "created")), &y, &ns_y))
		y = INT64_MIN;
	return x != y ? x < y : ns_x < ns_y;
}

/* The choice so far: the best entry, in memory of its own. */
struct choice {
	arena *mem, *best_mem;
	const char *chart, *version;
	const struct semver_range *range;
	bool short_versions, found_chart, any, exact;
	val *best;
	struct semver best_v;
};

static err *read_version(const struct choice *c, arena *mem, const val *entry, struct semver *v)
{
	str text = str_of(field(entry, "version"));
	return c->short_versions ? semver_parse(mem, text, v) : semver_parse_flux(mem, text, v);
}

static void keep(struct choice *c, arena *mem, val *entry)
{
	arena_close(c->best_mem);
	c->best_mem = mem;
	c->best = entry;
	(void)read_version(c, mem, entry, &c->best_v);
}

/* Is the entry better than the best so far? */
static bool is_better(struct choice *c, arena *mem, const val *entry)
{
	struct semver v;
	if (c->exact)
		return false;
	if (*c->version && text_eq(field(entry, "version"), c->version)) {
		c->exact = true;
		return true;
	}
	if (!c->range || read_version(c, mem, entry, &v) || !semver_range_has(c->range, &v))
		return false;
	int order = c->best ? semver_compare(&v, &c->best_v) : 1;
	return order > 0 || (!order && !is_older(mem, entry, c->best));
}

static err *consider(struct choice *c, struct json_stream *s)
{
	arena *mem = arena_open();
	val *entry;
	err *failed = json_stream_value(s, mem, &entry);
	if (!failed && !val_is(entry, VAL_MAP))
		failed = err_new(mem, ERR_INVALID, "an entry of chart '%s' is empty", c->chart);
	c->any = true;
	if (failed)
		failed = err_copy(c->mem, failed);
	else if (is_better(c, mem, entry)) {
		keep(c, mem, entry);
		return NULL;
	}
	arena_close(mem);
	return failed;
}

/* The versions that come next, considered or passed over. */
static err *walk_versions(struct choice *c, struct json_stream *s, bool wanted)
{
	enum json_next n;
	bool more;
	str key;
	TRY(json_stream_next(s, &n));
	if (n != JSON_NEXT_LIST)
		return json_stream_skip(s);
	TRY(json_stream_enter(s));
	for (;;) {
		TRY(json_stream_more(s, c->mem, &more, &key));
		if (!more)
			return NULL;
		TRY(wanted ? consider(c, s) : json_stream_skip(s));
	}
}

static err *walk_charts(struct choice *c, struct json_stream *s)
{
	enum json_next n;
	bool more = true;
	TRY(json_stream_next(s, &n));
	if (n != JSON_NEXT_MAP)
		return json_stream_skip(s);
	TRY(json_stream_enter(s));
	while (more && !c->found_chart) {
		arena *mem = arena_open();
		str name;
		err *failed = json_stream_more(s, mem, &more, &name);
		if (!failed && more) {
			c->found_chart = str_is(name, c->chart);
			failed = walk_versions(c, s, c->found_chart);
		}
		failed = failed ? err_copy(c->mem, failed) : NULL;
		arena_close(mem);
		TRY(failed);
	}
	return NULL;
}

static err *walk(struct choice *c, struct mapped *index)
{
	struct json_stream *s = json_stream_open(c->mem, index);
	enum json_next n;
	bool more;
	str key;
	TRY(json_stream_next(s, &n));
	if (n != JSON_NEXT_MAP)
		return err_new(c->mem, ERR_INVALID, "not an index");
	TRY(json_stream_enter(s));
	for (;;) {
		TRY(json_stream_more(s, c->mem, &more, &key));
		if (!more)
			return NULL;
		if (str_is(key, "entries"))
			return walk_charts(c, s);
		TRY(json_stream_skip(s));
	}
}

static err *judge(const struct choice *c, const err *bad_range)
{
	if (!c->found_chart)
		return err_new(c->mem, ERR_NOT_FOUND, "no chart name found");
	if (!c->any)
		return err_new(c->mem, ERR_NOT_FOUND, "no chart version found");
	if (c->best)
		return NULL;
	if (bad_range)
		return err_wrap(c->mem, bad_range, "%s", "");
	return err_new(c->mem, ERR_NOT_FOUND, "no '%s' chart with version matching '%s' found",
		       c->chart, c->version);
}

err *index_pick(arena *mem, struct mapped *index, const char *chart, const char *version,
		bool short_versions, struct index_version *ret_version)
{
	struct choice c = {
		.mem = mem, .chart = chart, .version = version, .short_versions = short_versions};
	struct semver_range *range = NULL;
	err *bad_range = semver_range_parse(mem, *version ? str_of(version) : STR("*"), &range);
	c.range = bad_range ? NULL : range;
	err *failed = walk(&c, index);
	if (!failed)
		failed = judge(&c, bad_range);
	if (!failed)
		show(mem, val_copy(mem, c.best), ret_version);
	arena_close(c.best_mem);
	return failed;
}

char *index_build_text(arena *mem, const struct index_build *b)
{
	if (!*b->name || !*b->version)
		return "no chart build";
	buf out = buf_init(mem);
	const char *action = !*b->path ? "new" : b->packaged ? "packaged" : "pulled";
	buf_printf(&out, "%s '%s' chart with version '%s'", action, b->name, b->version);
	for (size_t i = 0; i < b->n_values_files; i++)
		buf_printf(&out, "%s%s", i ? " " : " and merged values files [",
			   b->values_files[i]);
	if (b->n_values_files)
		buf_char(&out, ']');
	return buf_text(&out);
}

char *index_size_text(arena *mem, uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double size = (double)bytes;
	size_t i = 0;
	for (; size >= 1000 && i + 1 < sizeof(units) / sizeof(*units); i++)
		size /= 1000;
	return arena_printf(mem, "%.4g%s", size, units[i]);
}
