#include "helm/helm_package.h"

#include <string.h>

#include "base/path.h"
#include "data/json_scan.h"
#include "data/yaml.h"
#include "helm/helm_meta.h"
#include "pack/tar.h"

/* --- changes ---------------------------------------------------------------------------------- */

/* Metadata may be shared with a copy: it is changed in one of its own. */
static void set_field(arena *mem, struct chart *c, const char *field, const char *text)
{
	val *metadata = val_copy(mem, c->metadata);
	val_set_text(mem, metadata, field, text);
	c->metadata = metadata;
}

void package_set_version(arena *mem, struct chart *c, const char *version)
{
	set_field(mem, c, "Version", version);
	c->version = arena_text(mem, version);
}

void package_set_name(arena *mem, struct chart *c, const char *name)
{
	set_field(mem, c, "Name", name);
	c->name = arena_text(mem, name);
}

err *package_set_values(arena *mem, struct chart *c, const val *values, bool *ret_changed)
{
	char *text = "";
	*ret_changed = false;
	if (val_len(values))
		TRY(yaml_marshal(mem, values, &text));
	for (size_t i = 0; i < c->raw.n; i++) {
		if (!text_eq(c->raw.p[i].name, "values.yaml"))
			continue;
		*ret_changed = !str_is(c->raw.p[i].data, text) || !*text;
		c->raw.p[i].data = str_of(text);
		c->values = val_copy(mem, values);
		return NULL;
	}
	return err_new(mem, ERR_INVALID, "failed to locate values file: values.yaml");
}

void package_add_chart(arena *mem, struct chart *c, struct chart *sub)
{
	struct chart **all = NEW_N(mem, struct chart *, c->chart_count + 1);
	if (c->chart_count)
		memcpy(all, c->charts, c->chart_count * sizeof(*all));
	all[c->chart_count++] = sub;
	c->charts = all;
}

/* --- packing ---------------------------------------------------------------------------------- */

struct packing {
	arena *mem;
	struct tar_writer *tar;
};

static err *put(struct packing *p, const char *base, const char *name, str data)
{
	return tar_file(p->tar, path_join(p->mem, base, name), false, data);
}

static err *put_raw(struct packing *p, const char *base, const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->raw.n; i++)
		if (text_eq(c->raw.p[i].name, name))
			TRY(put(p, base, name, c->raw.p[i].data));
	return NULL;
}

static err *put_all(struct packing *p, const char *base, const struct chart_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		TRY(put(p, base, files->p[i].name, files->p[i].data));
	return NULL;
}

static err *check_schema(arena *mem, str schema)
{
	size_t used;
	err *e = json_scan(mem, schema, &used);
	if (!e && !str_trim(str_sub(schema, used, schema.n)).n)
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid JSON in values.schema.json");
}

static err *put_chart(struct packing *p, const struct chart *c, const char *prefix, int depth)
{
	char *metadata;
	const char *base = path_join(p->mem, prefix, c->name);
	if (depth > CHART_MAX_DEPTH)
		return err_new(p->mem, ERR_LIMIT, "charts are nested deeper than %d",
			       CHART_MAX_DEPTH);
	if (!*c->name || strchr(c->name, '/'))
		return err_new(p->mem, ERR_INVALID, "\"%s\" is not a valid chart name", c->name);
	TRY(yaml_marshal(p->mem, meta_write(p->mem, c), &metadata));
	TRY(put(p, base, "Chart.yaml", str_of(metadata)));
	if (text_eq(c->api_version, "v2"))
		TRY(put_raw(p, base, c, "Chart.lock"));
	TRY(put_raw(p, base, c, "values.yaml"));
	if (c->has_schema) {
		TRY(check_schema(p->mem, c->schema));
		TRY(put(p, base, "values.schema.json", c->schema));
	}
	TRY(put_all(p, base, &c->templates));
	TRY(put_all(p, base, &c->files));
	for (size_t i = 0; i < c->chart_count; i++)
		TRY(put_chart(p, c->charts[i], path_join(p->mem, base, "charts"), depth + 1));
	return NULL;
}

static err *to_gzip(void *arg, arena *mem, str bytes)
{
	(void)mem;
	return gzip_add(arg, bytes);
}

err *package_write(arena *mem, const struct chart *c, struct sink out)
{
	TRY_AS(mem, meta_check(mem, c), "chart validation");
	struct gzip *z = gzip_begin(mem, out);
	struct packing p = {mem, tar_begin(mem, (struct sink){to_gzip, z})};
	TRY(put_chart(&p, c, "", 0));
	TRY(tar_end(p.tar));
	return gzip_end(z);
}
