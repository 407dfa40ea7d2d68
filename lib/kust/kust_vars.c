#include "kust/kust_vars.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "kust/kust_node.h"

enum var_type { VAR_TEXT, VAR_INT, VAR_FLOAT, VAR_BOOL, VAR_OTHER };

struct value {
	enum var_type type;
	str text;  /* as it stands in a longer text */
	str alone; /* as it stands alone */
	bool used;
};

/* How Go's %v shows a var. */
static const char *shown(arena *mem, const struct kust_var *v, bool defaulted)
{
	struct kust_gvk gvk = v->object.gvk;
	str path = v->field.path;
	if (defaulted && !path.n)
		path = STR("metadata.name");
	return arena_printf(mem, "{%.*s %s {%.*s}}", STR_ARG(v->name), kust_gvk_text(mem, &gvk),
			    STR_ARG(path));
}

const char *kust_vars_shown(arena *mem, const struct kust_list *vars)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < vars->n; i++)
		buf_printf(&b, "%s%s", i ? " " : "",
			   shown(mem, KUST_AT(*vars, struct kust_var, i), false));
	return arena_printf(mem, "[%s]", buf_text(&b));
}

/* Takes apiVersion apart where it is given: "v1" or "apps/v1". */
static void default_gvk(struct kust_var *v)
{
	str a, b, rest = v->object.api_version;
	if (!rest.n)
		return;
	if (!str_cut(rest, '/', &a, &b))
		v->object.gvk.version = rest;
	else if (str_find(b, '/') < 0)
		v->object.gvk.group = a, v->object.gvk.version = b;
}

static err *add_var(struct kust_work *w, struct kust_var_set *vars, struct kust_var v)
{
	for (size_t i = 0; i < vars->list.n; i++)
		if (str_eq(vars->list.p[i].name, v.name))
			return err_new(w->mem, ERR_INVALID, "var '%.*s' already encountered",
				       STR_ARG(v.name));
	default_gvk(&v);
	if (!v.field.path.n)
		v.field.path = STR("metadata.name");
	VEC_PUSH(w->mem, &vars->list, v);
	return NULL;
}

err *kust_vars_merge(struct kust_work *w, struct kust_var_set *vars,
		     const struct kust_var_set *more)
{
	for (size_t i = 0; i < more->list.n; i++)
		TRY(add_var(w, vars, more->list.p[i]));
	return NULL;
}

static bool means(struct kust_work *w, const struct kust_var *v, struct kust_object *o)
{
	struct kust_id want = {v->object.gvk, v->object.name, v->object.namespace_, false};
	for (size_t i = 0; i <= o->formers.n; i++) {
		struct kust_id id =
			i < o->formers.n ? kust_object_former(w, o, i) : *kust_object_id(w, o);
		if (want.namespace_.n
			    ? kust_id_eq(&want, &id)
			    : str_eq(want.name, id.name) && kust_gvk_eq(&want.gvk, &id.gvk))
			return true;
	}
	return false;
}

static err *bind(struct kust_set *s, struct kust_var v)
{
	struct kust_work *w = s->work;
	struct kust_object *found = NULL;
	size_t n = 0;
	default_gvk(&v);
	for (size_t i = 0; i < s->list.n; i++)
		if (!kust_object_empty(s->list.p[i]) && means(w, &v, s->list.p[i])) {
			found = s->list.p[i];
			n++;
		}
	if (n > 1)
		return err_new(w->mem, ERR_INVALID,
			       "found %zu resId matches for var %s (unable to disambiguate)", n,
			       shown(w->mem, &v, false));
	if (found)
		VEC_PUSH(w->mem, &found->vars, v.name);
	return NULL;
}

err *kust_vars_declare(struct kust_set *s, struct kust_var_set *vars, const struct kust_list *more)
{
	for (size_t i = 0; i < more->n; i++)
		TRY(bind(s, *KUST_AT(*more, struct kust_var, i)));
	for (size_t i = 0; i < more->n; i++)
		TRY(add_var(s->work, vars, *KUST_AT(*more, struct kust_var, i)));
	return NULL;
}

/* --- values -------------------------------------------------------------------------------------- */

/* "a[0]" is the field a and the index 0. */
static struct kust_parts with_indices(arena *mem, struct kust_parts path)
{
	VEC(str) parts = {0};
	for (size_t i = 0; i < path.n; i++) {
		str part = path.p[i];
		ptrdiff_t open = str_rfind(part, '[');
		bool digits = open >= 0 && part.p[part.n - 1] == ']' && (size_t)open + 2 < part.n;
		for (size_t k = (size_t)open + 1; digits && k + 1 < part.n; k++)
			digits = part.p[k] >= '0' && part.p[k] <= '9';
		if (!digits) {
			VEC_PUSH(mem, &parts, part);
			continue;
		}
		if (open > 0)
			VEC_PUSH(mem, &parts, str_sub(part, 0, (size_t)open));
		VEC_PUSH(mem, &parts, str_sub(part, (size_t)open + 1, part.n - 1));
	}
	return (struct kust_parts){parts.p, parts.n};
}

static bool go_bool(str s, bool *ret)
{
	static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True", NULL};
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False", NULL};
	for (int i = 0; yes[i]; i++)
		if (str_is(s, yes[i]) || str_is(s, no[i])) {
			*ret = str_is(s, yes[i]);
			return true;
		}
	return false;
}

/* The value of a scalar by its tag; false when the text does not fit. */
static bool typed_value(arena *mem, const struct yaml_node *n, struct value *v)
{
	const char *tag = n->tag ? n->tag : YT_STR;
	v->text = v->alone = n->text;
	if (!strcmp(tag, YT_INT)) {
		int64_t i;
		v->type = VAR_INT;
		if (!kust_atoi(n->text, &i))
			return false;
		v->text = v->alone = str_of(arena_printf(mem, "%lld", (long long)i));
	} else if (!strcmp(tag, YT_FLOAT)) {
		char *text = str_text(mem, n->text), *end;
		double f = strtod(text, &end);
		v->type = VAR_FLOAT;
		if (end == text || *end)
			return false;
		v->text = str_of(number_text(mem, f, 'g'));
		v->alone = str_of(number_text(mem, f, 'f'));
	} else if (!strcmp(tag, YT_BOOL)) {
		bool b;
		v->type = VAR_BOOL;
		if (!go_bool(n->text, &b))
			return false;
		v->text = v->alone = b ? STR("true") : STR("false");
	}
	return true;
}

static err *value_of(struct kust_set *s, const struct kust_var *v, struct value *ret)
{
	arena *mem = s->work->mem;
	struct kust_object *o = NULL;
	for (size_t i = 0; i < s->list.n && !o; i++)
		for (size_t k = 0; k < s->list.p[i]->vars.n; k++)
			if (str_eq(s->list.p[i]->vars.p[k], v->name))
				o = s->list.p[i];
	if (!o)
		return err_new(mem, ERR_INVALID,
			       "var '%s' cannot be mapped to a field in the set of known resources",
			       shown(mem, v, true));
	struct kust_parts path = with_indices(mem, kust_split_smart(mem, v->field.path, '.'));
	struct yaml_node *n = NULL;
	err *failed = kust_lookup(mem, o->node, &path, YN_NONE, &n);
	*ret = (struct value){VAR_OTHER, {NULL, 0}, {NULL, 0}, false};
	if (!failed && n && n->kind != YN_SCALAR)
		return NULL;
	ret->type = VAR_TEXT;
	if (failed || !n || !typed_value(mem, n, ret))
		return err_new(mem, ERR_INVALID,
			       "field specified in var '%s' not found in corresponding resource",
			       shown(mem, v, true));
	return NULL;
}

/* --- replacing ----------------------------------------------------------------------------------- */

struct resolver {
	arena *mem;
	struct map values; /* name → struct value */
};

/* The value of "$(NAME)", NULL for an unknown one or a map or list. */
static struct value *known(struct resolver *r, str name)
{
	struct value *v = map_get_str(&r->values, name);
	if (!v || v->type == VAR_OTHER)
		return NULL;
	v->used = true;
	return v;
}

/* Expands the text; *ret_alone is set when it is one reference and nothing else. */
static str expand(struct resolver *r, str text, struct value **ret_alone)
{
	buf b = buf_init(r->mem);
	*ret_alone = NULL;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '$' || i + 1 >= text.n) {
			buf_char(&b, text.p[i]);
			continue;
		}
		char next = text.p[++i];
		str rest = str_sub(text, i + 1, text.n);
		ptrdiff_t end = next == '(' ? str_find(rest, ')') : -1;
		if (end < 0) {
			/* "$$" is "$"; anything else stays, but kustomize takes the byte
			 * behind the dollar for a code point */
			buf_add(&b, "$", 1);
			if (next != '$')
				buf_utf8(&b, (unsigned char)next);
			continue;
		}
		str name = str_sub(rest, 0, (size_t)end);
		struct value *v = known(r, name);
		if (v && name.n + 3 == text.n)
			*ret_alone = v;
		if (v)
			buf_str(&b, v->text);
		else
			buf_printf(&b, "$(%.*s)", STR_ARG(name));
		i += (size_t)end + 1;
	}
	buf_text(&b);
	return buf_view(&b);
}

static void set_text(struct resolver *r, struct yaml_node *n)
{
	static const char *const tags[] = {YT_STR, YT_INT, YT_FLOAT, YT_BOOL};
	if (!memchr(n->text.p ? n->text.p : "", '$', n->text.n))
		return;
	struct value *alone;
	str text = expand(r, n->text, &alone);
	if (alone && alone->type != VAR_TEXT) {
		n->text = alone->alone;
		n->tag = tags[alone->type];
	} else {
		struct yaml_node *made = kust_string(r->mem, alone ? alone->text : text);
		n->text = made->text;
		n->tag = YT_STR;
	}
	n->style = 0;
}

static err *set_map(struct resolver *r, struct yaml_node *map)
{
	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		if (!kust_is_string(map->child[i]))
			return err_new(r->mem, ERR_INVALID,
				       "invalid map key: value='%.*s', tag='%s'",
				       STR_ARG(map->child[i]->text),
				       map->child[i]->tag ? map->child[i]->tag : "");
		if (kust_is_string(map->child[i + 1]))
			set_text(r, map->child[i + 1]);
	}
	return NULL;
}

static err *set_field(void *arg, struct yaml_node *n)
{
	struct resolver *r = arg;
	if (kust_missing(n))
		return NULL;
	if (n->kind == YN_SCALAR && kust_is_string(n))
		set_text(r, n);
	if (n->kind == YN_MAP)
		return set_map(r, n);
	for (uint32_t i = 0; n->kind == YN_LIST && i < n->n; i++) {
		if (!kust_is_string(n->child[i]))
			return err_new(r->mem, ERR_INVALID, "invalid value type expect a string");
		set_text(r, n->child[i]);
	}
	return NULL;
}

static void warn_unused(struct kust_work *w, const struct resolver *r)
{
	buf b = buf_init(w->mem);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&r->values, &i));)
		if (!((struct value *)e->value)->used)
			buf_printf(&b, "%s%.*s", b.n ? "," : "", STR_ARG(e->key));
	if (b.n)
		VEC_PUSH(w->mem, &w->warnings,
			 arena_printf(w->mem, "well-defined vars that were never replaced: %s",
				      buf_text(&b)));
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct kust_var *)a)->name, ((const struct kust_var *)b)->name);
}

err *kust_vars_resolve(struct kust_set *s, const struct kust_var_set *vars,
		       const struct kust_specs *specs)
{
	struct kust_work *w = s->work;
	struct resolver r = {w->mem, map_init(w->mem)};
	struct kust_setter set = {set_field, &r, YN_NONE, NULL};
	if (!vars->list.n)
		return NULL;
	qsort(vars->list.p, vars->list.n, sizeof(*vars->list.p), by_name);
	for (size_t i = 0; i < vars->list.n; i++) {
		struct value *v = NEW(w->mem, struct value);
		TRY(value_of(s, &vars->list.p[i], v));
		map_set_str(&r.values, vars->list.p[i].name, v);
	}
	for (size_t i = 0; i < s->list.n; i++)
		TRY(kust_fields_apply(w, s->list.p[i], specs, &set));
	warn_unused(w, &r);
	return NULL;
}
