#include "tmpl/tmpl_toml.h"

#include <math.h>
#include <string.h>

#include "base/duration.h"
#include "tmpl/tmpl_float.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_time.h"
#include "tmpl/tmpl_toml_scan.h"

/* What TOML calls a value; none: nil, which is left out. */
enum kind { KIND_NONE, KIND_PLAIN, KIND_TABLE, KIND_TABLES };

struct key {
	const struct key *outer;
	str name;
	int depth; /* 1 for a key of the document */
};

struct printer {
	struct tmpl_call *c;
	buf b;
	int nesting;
};

static void add_path(buf *b, const struct key *key)
{
	if (key->outer) {
		add_path(b, key->outer);
		buf_char(b, '.');
	}
	toml_key(b, key->name);
}

static bool is_struct(struct tv v)
{
	return v.type == TV_CERT || v.type == TV_CAPABILITIES || v.type == TV_KUBE_VERSION ||
	       v.type == TV_HELM_VERSION;
}

static err *kind_of(struct printer *p, struct tv v, int depth, enum kind *ret)
{
	*ret = KIND_PLAIN;
	if (depth > TMPL_MAX_NESTING)
		return err_new(p->c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	if (tv_is_nil(v)) {
		*ret = KIND_NONE;
	} else if (v.type == TV_COMPLEX) {
		return err_new(p->c->mem, ERR_INVALID, "unsupported type: complex128");
	} else if (tv_is_map(v) || is_struct(v)) {
		*ret = KIND_TABLE;
	} else if (tv_is_list(v) && tv_len(v)) {
		bool tables = true;
		TRY(tmpl_charge(p->c, tv_len(v) * 8));
		for (size_t i = 0; i < tv_len(v); i++) {
			enum kind inner;
			TRY(kind_of(p, tv_at(v, i), depth + 1, &inner));
			if (inner == KIND_NONE)
				return err_new(p->c->mem, ERR_INVALID,
					       "toml: cannot encode array with nil element");
			tables = tables && inner == KIND_TABLE;
		}
		*ret = tables ? KIND_TABLES : KIND_PLAIN;
	}
	return NULL;
}

static void add_float(buf *b, double f)
{
	if (isnan(f) || isinf(f)) {
		buf_text_add(b, isnan(f) ? "nan" : f < 0 ? "-inf" : "inf");
		return;
	}
	size_t from = b->n;
	tmpl_float(b, f, 'g', -1);
	str s = str_sub(buf_view(b), from, b->n);
	if (str_find(s, 'e') < 0 && str_find(s, '.') < 0)
		buf_text_add(b, ".0");
}

static void add_time(buf *b, const struct tv_time *t)
{
	const char *zone = tmpl_zone_name(t->zone);
	str layout = !strcmp(zone, TOML_LOCAL_DATETIME) ? STR("2006-01-02T15:04:05.999999999")
		     : !strcmp(zone, TOML_LOCAL_DATE)	? STR("2006-01-02")
		     : !strcmp(zone, TOML_LOCAL_TIME)	? STR("15:04:05.999999999")
						      : STR("2006-01-02T15:04:05.999999999Z07:00");
	tmpl_time_format(b, t, layout);
}

static err *encode(struct printer *p, const struct key *key, struct tv v);
static err *element(struct printer *p, struct tv v);
static err *table(struct printer *p, const struct key *key, struct tv v, bool inline_form);

static err *list_element(struct printer *p, struct tv v)
{
	buf_char(&p->b, '[');
	for (size_t i = 0; i < tv_len(v); i++) {
		if (i)
			buf_text_add(&p->b, ", ");
		TRY(element(p, tv_at(v, i)));
	}
	buf_char(&p->b, ']');
	return NULL;
}

static err *element(struct printer *p, struct tv v)
{
	str s;
	if (v.type == TV_TIME)
		add_time(&p->b, v.time);
	else if (v.type == TV_DURATION)
		toml_quote(&p->b, str_of(duration_text(p->c->mem, v.i)));
	else if ((v.type == TV_SEMVER || v.type == TV_SEMVER_STRUCT) &&
		 tmpl_stringer(p->c->mem, v, &s))
		toml_quote(&p->b, s);
	else if (tv_is_map(v) || is_struct(v))
		return table(p, NULL, v, true);
	else if (tv_is_list(v))
		return list_element(p, v);
	else if (v.type == TV_TEXT)
		toml_quote(&p->b, tv_as_str(v));
	else if (v.type == TV_FLOAT)
		add_float(&p->b, v.f);
	else
		return tmpl_print_value(p->c, &p->b, v);
	return NULL;
}

static void new_line(struct printer *p)
{
	if (p->b.n)
		buf_char(&p->b, '\n');
}

static void indent(struct printer *p, const struct key *key)
{
	buf_fill(&p->b, ' ', (size_t)(key->depth - 1) * 2);
}

static err *key_value(struct printer *p, const struct key *key, struct tv v, bool inline_form)
{
	if (!key)
		return element(p, v);
	if (!inline_form)
		indent(p, key);
	toml_key(&p->b, key->name);
	buf_text_add(&p->b, " = ");
	TRY(element(p, v));
	if (!inline_form)
		new_line(p);
	return NULL;
}

/* One pair of a table in either form. */
static err *pair(struct printer *p, const struct key *outer, str name, struct tv v,
		 bool inline_form)
{
	struct key key = {outer, name, outer ? outer->depth + 1 : 1};
	TRY(tmpl_charge(p->c, 64));
	return inline_form ? key_value(p, &key, v, true) : encode(p, &key, v);
}

/* The pairs whose values are tables, or those whose are not. */
static err *pairs(struct printer *p, const struct key *key, const struct tv_map *m, bool tables,
		  bool inline_form, size_t count, bool more)
{
	size_t seen = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		enum kind kind;
		struct tv v = m->p[i].value;
		TRY(kind_of(p, v, 0, &kind));
		if ((kind == KIND_TABLE || kind == KIND_TABLES) != tables)
			continue;
		seen++;
		if (kind == KIND_NONE)
			continue;
		TRY(pair(p, key, m->p[i].key, v, inline_form));
		if (inline_form && (more || seen < count))
			buf_text_add(&p->b, ", ");
	}
	return NULL;
}

/* A struct as a map of its public fields, which stand in their order. */
static struct tv_map *map_of(struct printer *p, struct tv v)
{
	if (tv_is_map(v)) {
		tv_map_sort(v.map);
		return v.map;
	}
	const struct tv_struct *s = v.object;
	struct tv m = tv_map(p->c->mem, TV_MAP);
	for (size_t i = 0; i < s->n; i++)
		if (s->names[i][0] < 'a')
			tv_map_set(p->c->mem, m.map, str_of(s->names[i]), s->fields[i]);
	return m.map;
}

/* First what is no table, then the tables. */
static err *table(struct printer *p, const struct key *key, struct tv v, bool inline_form)
{
	const struct tv_map *m = map_of(p, v);
	size_t plain = 0, tables = 0;
	if (++p->nesting > TMPL_MAX_NESTING)
		return err_new(p->c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	for (uint32_t i = 0; i < m->n; i++) {
		enum kind kind;
		TRY(kind_of(p, m->p[i].value, 0, &kind));
		if (kind == KIND_TABLE || kind == KIND_TABLES)
			tables++;
		else
			plain++;
	}
	if (inline_form)
		buf_char(&p->b, '{');
	TRY(pairs(p, key, m, false, inline_form, plain, tables > 0));
	TRY(pairs(p, key, m, true, inline_form, tables, false));
	if (inline_form)
		buf_char(&p->b, '}');
	p->nesting--;
	return NULL;
}

static err *tables(struct printer *p, const struct key *key, struct tv v)
{
	if (!key)
		return err_new(p->c->mem, ERR_INVALID,
			       "toml: top-level values must be Go maps or structs");
	for (size_t i = 0; i < tv_len(v); i++) {
		new_line(p);
		indent(p, key);
		buf_text_add(&p->b, "[[");
		add_path(&p->b, key);
		buf_text_add(&p->b, "]]");
		new_line(p);
		TRY(table(p, key, tv_at(v, i), false));
	}
	return NULL;
}

static err *encode(struct printer *p, const struct key *key, struct tv v)
{
	enum kind kind;
	TRY(kind_of(p, v, 0, &kind));
	if (kind == KIND_NONE)
		return NULL;
	if (kind == KIND_TABLES)
		return tables(p, key, v);
	if (kind == KIND_PLAIN)
		return key_value(p, key, v, false);
	if (key && key->depth == 1)
		new_line(p);
	if (key) {
		indent(p, key);
		buf_char(&p->b, '[');
		add_path(&p->b, key);
		buf_char(&p->b, ']');
		new_line(p);
	}
	return table(p, key, v, false);
}

static err *print(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	struct printer p = {.c = c, .b = buf_init(c->mem)};
	TRY(encode(&p, NULL, v));
	*ret = tmpl_buf_text(&p.b);
	return NULL;
}

static err *no_value(struct tmpl_call *c)
{
	return tmpl_panic(c->mem, "reflect: call of reflect.Value.Type on zero Value");
}

static err *toml_to(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (args[0].type == TV_NIL)
		return no_value(c);
	err *e = print(c, args[0], ret);
	if (e && err_code(e) == ERR_INVALID)
		*ret = tv_text(err_text(c->mem, e));
	return e && err_code(e) != ERR_INVALID ? e : NULL;
}

static err *toml_must_to(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (args[0].type == TV_NIL)
		return no_value(c);
	return print(c, args[0], ret);
}

static err *toml_from(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	err *e = tmpl_toml_read(c, tv_as_str(args[0]), ret);
	if (!e || err_code(e) != ERR_INVALID)
		return e;
	*ret = tv_map(c->mem, TV_MAP);
	tv_map_set(c->mem, ret->map, STR("Error"), tv_text(err_text(c->mem, e)));
	return NULL;
}

const struct tmpl_func tmpl_toml_funcs[] = {
	{"fromToml", "s>m", toml_from},
	{"mustToToml", "a>s", toml_must_to},
	{"toToml", "a>s", toml_to},
	{0},
};
