#include "helm/helm_values.h"

#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "data/semver.h"

#define GLOBAL "global"

static void wrong_bool(buf *b, const val *v);

static void wrong_part(buf *b, const val *v)
{
	if (v->kind == VAL_NULL)
		buf_text_add(b, "<nil>");
	else
		wrong_bool(b, v);
}

static void wrong_map(buf *b, const val *v)
{
	val *sorted = val_copy(b->mem, v);
	val_sort(sorted);
	buf_text_add(b, "map[");
	for (uint32_t i = 0; i < sorted->map.n; i++) {
		buf_printf(b, "%s%%!t(string=%.*s):", i ? " " : "", STR_ARG(sorted->map.p[i].key));
		wrong_part(b, sorted->map.p[i].value);
	}
	buf_char(b, ']');
}

/* v as Go's %t prints it where a bool was wanted. */
static void wrong_bool(buf *b, const val *v)
{
	switch (v->kind) {
	case VAL_NULL:
		buf_text_add(b, "%!t(<nil>)");
		break;
	case VAL_BOOL:
		buf_text_add(b, v->b ? "true" : "false");
		break;
	case VAL_INT:
		buf_printf(b, "%%!t(int64=%lld)", (long long)v->i);
		break;
	case VAL_FLOAT:
		buf_printf(b, "%%!t(float64=%s)", number_text(b->mem, v->f, 'g'));
		break;
	case VAL_TEXT:
		buf_printf(b, "%%!t(string=%s)", v->text.p);
		break;
	case VAL_MAP:
		wrong_map(b, v);
		break;
	default:
		buf_char(b, '[');
		for (size_t i = 0; v->kind == VAL_LIST && i < v->list.n; i++) {
			if (i)
				buf_char(b, ' ');
			wrong_part(b, v->list.p[i]);
		}
		buf_char(b, ']');
	}
}

/* Takes nulls out of maps, deeply; lists stay as they are. */
static void strip_nulls(val *v)
{
	if (!val_is(v, VAL_MAP))
		return;
	for (uint32_t i = 0; i < v->map.n;) {
		if (v->map.p[i].value->kind == VAL_NULL) {
			val_del_str(v, v->map.p[i].key);
			continue;
		}
		strip_nulls(v->map.p[i].value);
		i++;
	}
}

/* src under dst: dst wins. With keep, a null of dst's stays; without, it removes the key. */
static void merge_tables(arena *mem, val *dst, const val *src, bool keep)
{
	for (uint32_t i = 0; i < src->map.n; i++) {
		str key = src->map.p[i].key;
		val *under = src->map.p[i].value, *over = val_get_str(dst, key);
		if (!over)
			val_set_str(mem, dst, key, under);
		else if (over->kind == VAL_NULL && !keep && under->kind != VAL_NULL)
			val_del_str(dst, key);
		else if (over->kind == VAL_MAP && under->kind == VAL_MAP)
			merge_tables(mem, over, under, keep);
	}
}

void values_under(arena *mem, val *user, const val *values)
{
	merge_tables(mem, user, values, false);
}

static bool is_subchart(const struct chart *c, str name)
{
	for (size_t i = 0; i < c->chart_count; i++)
		if (str_is(name, c->charts[i]->name))
			return true;
	return false;
}

/* The chart's own defaults under v. */
static void under_defaults(arena *mem, const struct chart *c, val *v, bool keep)
{
	val *defaults = val_fork(mem, c->values);
	for (uint32_t i = 0; defaults && i < defaults->map.n; i++) {
		str key = defaults->map.p[i].key;
		val *under = defaults->map.p[i].value, *over = val_get_str(v, key);
		/* a child's own pass decides on its nulls */
		bool keep_here = keep || is_subchart(c, key);
		if (!over) {
			if (!keep)
				strip_nulls(under);
			if (keep || under->kind != VAL_NULL)
				val_set_str(mem, v, key, under);
		} else if (over->kind == VAL_NULL && !keep) {
			val_del_str(v, key);
		} else if (over->kind == VAL_MAP && under->kind == VAL_MAP) {
			if (!keep_here)
				strip_nulls(under);
			merge_tables(mem, over, under, keep_here);
		}
	}
}

/* The parent's globals over the child's. What is no table on either side leaves things as they are. */
static void push_globals(arena *mem, val *child, const val *parent)
{
	val *theirs = val_get(child, GLOBAL);
	const val *ours = val_get(parent, GLOBAL);
	if ((theirs && theirs->kind != VAL_MAP) || (ours && ours->kind != VAL_MAP))
		return;
	if (!theirs)
		theirs = val_map(mem);
	for (uint32_t i = 0; ours && i < ours->map.n; i++) {
		str key = ours->map.p[i].key;
		const val *over = ours->map.p[i].value;
		val *under = val_get_str(theirs, key);
		if (over->kind != VAL_MAP) {
			if (!val_is(under, VAL_MAP))
				val_set_str(mem, theirs, key, val_copy(mem, over));
			continue;
		}
		if (under && under->kind != VAL_MAP)
			continue;
		val *both = val_copy(mem, over);
		if (under)
			merge_tables(mem, both, under, true);
		val_set_str(mem, theirs, key, both);
	}
	val_set(mem, child, GLOBAL, theirs);
}

static err *coalesce(arena *mem, const struct chart *c, val *v, bool keep)
{
	under_defaults(mem, c, v, keep);
	for (size_t i = 0; i < c->chart_count; i++) {
		const struct chart *sub = c->charts[i];
		val *mine = val_get(v, sub->name);
		if (!mine) {
			mine = val_map(mem);
			val_set(mem, v, sub->name, mine);
		}
		if (mine->kind != VAL_MAP) {
			buf b = buf_init(mem);
			wrong_bool(&b, mine);
			return err_new(mem, ERR_INVALID, "type mismatch on %s: %s", sub->name,
				       buf_text(&b));
		}
		push_globals(mem, mine, v);
		TRY(coalesce(mem, sub, mine, keep));
	}
	return NULL;
}

static err *combine(arena *mem, const struct chart *c, const val *user, bool keep, val **ret)
{
	val *v = val_is(user, VAL_MAP) ? val_copy(mem, user) : val_map(mem);
	TRY(coalesce(mem, c, v, keep));
	*ret = v;
	return NULL;
}

err *values_coalesce(arena *mem, const struct chart *c, const val *user, val **ret_values)
{
	return combine(mem, c, user, false, ret_values);
}

err *values_merge(arena *mem, const struct chart *c, const val *user, val **ret_values)
{
	return combine(mem, c, user, true, ret_values);
}

val *values_merge_maps(arena *mem, const val *a, const val *b)
{
	const val *sides[] = {a, b};
	val *out = val_map(mem);
	for (size_t k = 0; k < 2; k++) {
		const val *side = sides[k];
		for (uint32_t i = 0; val_is(side, VAL_MAP) && i < side->map.n; i++) {
			struct val_pair *p = &side->map.p[i];
			const val *under = val_get_str(out, p->key);
			bool both = val_is(under, VAL_MAP) && p->value->kind == VAL_MAP;
			val_set_str(mem, out, p->key,
				    both ? values_merge_maps(mem, under, p->value) : p->value);
		}
	}
	return out;
}

/* The map at a dotted path, NULL when there is none. */
static val *table_at(const val *v, str path)
{
	str part;
	while (v && str_next(&path, '.', &part))
		v = val_get_str(v, part);
	return val_is(v, VAL_MAP) ? (val *)v : NULL;
}

static bool in_range(arena *mem, const char *range, const char *version)
{
	struct semver v;
	struct semver_range *r;
	return !semver_parse(mem, str_of(version), &v) &&
	       !semver_range_parse(mem, str_of(range), &r) && semver_range_has(r, &v);
}

static bool named(arena *mem, const struct chart_dependency *d, const struct chart *c)
{
	return text_eq(d->name, c->name) && in_range(mem, d->version, c->version);
}

/* The charts that stay candidates: those that no dependency names, then one for each dependency. */
static void pick_charts(arena *mem, struct chart *c)
{
	struct chart **picked = NEW_N(mem, struct chart *, c->chart_count + c->dependency_count);
	size_t n = 0;
	for (size_t i = 0; i < c->chart_count; i++) {
		bool asked = false;
		for (size_t k = 0; k < c->dependency_count; k++)
			asked |= named(mem, c->dependencies[k], c->charts[i]);
		if (!asked)
			picked[n++] = c->charts[i];
	}
	for (size_t k = 0; k < c->dependency_count; k++) {
		struct chart_dependency *d = c->dependencies[k];
		for (size_t i = 0; i < c->chart_count; i++) {
			if (!named(mem, d, c->charts[i]))
				continue;
			picked[n] = chart_copy(mem, c->charts[i]);
			if (d->alias[0])
				picked[n]->name = d->alias;
			n++;
			break;
		}
		if (d->alias[0])
			d->name = d->alias;
	}
	c->charts = picked;
	c->chart_count = n;
}

static void by_tags(struct chart_dependency *d, const val *tags)
{
	bool has_true = false, has_false = false;
	for (size_t i = 0; i < d->tag_count; i++) {
		const val *tag = val_get(tags, d->tags[i]);
		has_true |= val_is(tag, VAL_BOOL) && tag->b;
		has_false |= val_is(tag, VAL_BOOL) && !tag->b;
	}
	d->enabled = has_true || !has_false;
}

/* The first of the paths that holds a bool decides. */
static void by_condition(struct chart_dependency *d, const val *values, const char *prefix)
{
	str rest = str_trim(str_of(d->condition)), path;
	while (str_next(&rest, ',', &path)) {
		const val *v = values;
		str parts = str_of(prefix), part;
		while (v && str_next(&parts, '.', &part) && parts.p)
			v = val_get_str(v, part);
		for (parts = path; v && path.n && str_next(&parts, '.', &part);)
			v = val_get_str(v, part);
		if (!path.n || !val_is(v, VAL_BOOL))
			continue;
		d->enabled = v->b;
		return;
	}
}

static bool is_disabled(const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->dependency_count; i++)
		if (!c->dependencies[i]->enabled && text_eq(c->dependencies[i]->name, name))
			return true;
	return false;
}

static void drop_disabled(struct chart *c)
{
	size_t charts = 0, dependencies = 0;
	for (size_t i = 0; i < c->chart_count; i++)
		if (!is_disabled(c, c->charts[i]->name))
			c->charts[charts++] = c->charts[i];
	c->chart_count = charts;
	struct chart before = *c;
	for (size_t i = 0; i < before.dependency_count; i++) {
		/* a disabled one is looked for while the list still holds it: mark, then squeeze */
		struct chart_dependency *d = before.dependencies[i];
		if (d->enabled && is_disabled(&before, d->name))
			d->enabled = false;
	}
	for (size_t i = 0; i < before.dependency_count; i++)
		if (c->dependencies[i]->enabled)
			c->dependencies[dependencies++] = c->dependencies[i];
	c->dependency_count = dependencies;
	c->has_dependencies = dependencies > 0;
}

/* What is switched on and off stays in mem; the values that decide it, and an error, in scratch. */
static err *switch_dependencies(arena *mem, arena *scratch, struct chart *c, const val *user,
				const char *prefix)
{
	if (!c->has_dependencies)
		return NULL;
	val *values;
	pick_charts(mem, c);
	TRY(values_coalesce(scratch, c, user, &values));
	const val *tags = val_get(values, "tags");
	for (size_t i = 0; i < c->dependency_count; i++) {
		by_tags(c->dependencies[i], val_is(tags, VAL_MAP) ? tags : NULL);
		by_condition(c->dependencies[i], values, prefix);
	}
	drop_disabled(c);
	for (size_t i = 0; i < c->chart_count; i++)
		TRY(switch_dependencies(
			mem, scratch, c->charts[i], values,
			arena_printf(scratch, "%s%s.", prefix, c->charts[i]->name)));
	return NULL;
}

/* data as it stands at a dotted path below an empty map. */
static val *at_path(arena *mem, str path, val *data)
{
	ptrdiff_t dot = str_rfind(path, '.');
	val *map = val_map(mem);
	if (str_is(path, "."))
		return data;
	val_set_str(mem, map, str_sub(path, (size_t)(dot + 1), path.n), data);
	return dot < 0 ? map : at_path(mem, str_sub(path, 0, (size_t)dot), map);
}

/* As Go's %v prints what should have been a text. */
static str path_text(arena *mem, const val *v)
{
	if (val_is(v, VAL_TEXT))
		return v->text;
	if (val_is(v, VAL_FLOAT))
		return str_of(number_text(mem, v->f, 'g'));
	if (val_is(v, VAL_BOOL))
		return v->b ? STR("true") : STR("false");
	return STR("<nil>");
}

/* What one import-values item brings; NULL when there is no such table. */
static val *imported(arena *mem, const char *child, const val *values, const val *item)
{
	str from = val_is(item, VAL_TEXT) ? str_of(arena_printf(mem, "exports.%s", item->text.p))
					  : path_text(mem, val_get(item, "child"));
	str to = val_is(item, VAL_TEXT) ? STR(".") : path_text(mem, val_get(item, "parent"));
	if (!val_is(item, VAL_TEXT) && !val_is(item, VAL_MAP))
		return NULL;
	val *table = table_at(values, str_of(arena_printf(mem, "%s.%.*s", child, STR_ARG(from))));
	return table ? at_path(mem, to, val_copy(mem, table)) : NULL;
}

static err *import_values(arena *mem, struct chart *c)
{
	val *values, *brought = val_map(mem);
	for (size_t i = 0; i < c->chart_count; i++)
		TRY(import_values(mem, c->charts[i]));
	if (!c->has_dependencies)
		return NULL;
	TRY(values_merge(mem, c, NULL, &values));
	for (size_t i = 0; i < c->dependency_count; i++) {
		const val *list = c->dependencies[i]->import_values;
		for (size_t k = 0; k < val_len(list); k++) {
			val *one = imported(mem, c->dependencies[i]->name, values, val_at(list, k));
			if (one)
				merge_tables(mem, brought, one, true);
		}
	}
	merge_tables(mem, values, brought, true);
	c->values = values;
	return NULL;
}

err *values_process_dependencies(arena *mem, struct chart *c, const val *user)
{
	arena *scratch = arena_open();
	err *e = err_copy(mem, switch_dependencies(mem, scratch, c, user, ""));
	arena_close(scratch);
	return e ? e : import_values(mem, c);
}
