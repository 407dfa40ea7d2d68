#include "cel/cel_type.h"

#include <string.h>

static const struct {
	const char *name;   /* in signatures and results */
	const char *faults; /* in faults, when another */
} names[] = {
	[CEL_TYPE_ERROR] = {"*error*", "!error!"},
	[CEL_TYPE_DYN] = {"dyn", NULL},
	[CEL_TYPE_ANY] = {"google.protobuf.Any", "any"},
	[CEL_TYPE_NULL] = {"null_type", "null"},
	[CEL_TYPE_BOOL] = {"bool", NULL},
	[CEL_TYPE_INT] = {"int", NULL},
	[CEL_TYPE_UINT] = {"uint", NULL},
	[CEL_TYPE_DOUBLE] = {"double", NULL},
	[CEL_TYPE_STRING] = {"string", NULL},
	[CEL_TYPE_BYTES] = {"bytes", NULL},
	[CEL_TYPE_TIMESTAMP] = {"google.protobuf.Timestamp", "timestamp"},
	[CEL_TYPE_DURATION] = {"google.protobuf.Duration", "duration"},
	[CEL_TYPE_LIST] = {"list", NULL},
	[CEL_TYPE_MAP] = {"map", NULL},
	[CEL_TYPE_TYPE] = {"type", NULL},
	[CEL_TYPE_OPTIONAL] = {"optional_type", NULL},
};

const cel_type *cel_type_plain(enum cel_type_kind kind)
{
	static const cel_type plain[] = {
		[CEL_TYPE_ERROR] = {.kind = CEL_TYPE_ERROR},
		[CEL_TYPE_DYN] = {.kind = CEL_TYPE_DYN},
		[CEL_TYPE_ANY] = {.kind = CEL_TYPE_ANY},
		[CEL_TYPE_NULL] = {.kind = CEL_TYPE_NULL},
		[CEL_TYPE_BOOL] = {.kind = CEL_TYPE_BOOL},
		[CEL_TYPE_INT] = {.kind = CEL_TYPE_INT},
		[CEL_TYPE_UINT] = {.kind = CEL_TYPE_UINT},
		[CEL_TYPE_DOUBLE] = {.kind = CEL_TYPE_DOUBLE},
		[CEL_TYPE_STRING] = {.kind = CEL_TYPE_STRING},
		[CEL_TYPE_BYTES] = {.kind = CEL_TYPE_BYTES},
		[CEL_TYPE_TIMESTAMP] = {.kind = CEL_TYPE_TIMESTAMP},
		[CEL_TYPE_DURATION] = {.kind = CEL_TYPE_DURATION},
		[CEL_TYPE_TYPE] = {.kind = CEL_TYPE_TYPE},
	};
	return &plain[kind];
}

const cel_type *cel_type_with(arena *mem, enum cel_type_kind kind, const cel_type *a,
			      const cel_type *b)
{
	cel_type *t = NEW(mem, cel_type);
	t->kind = kind;
	t->a = a;
	t->b = b;
	return t;
}

const cel_type *cel_type_var(struct cel_types *t, const char *name)
{
	cel_type *v = NEW(t->mem, cel_type);
	v->kind = CEL_TYPE_PARAM;
	v->var = t->bound.n;
	v->name = name ? name : arena_printf(t->mem, "_var%zu", t->free_vars++);
	VEC_PUSH(t->mem, &t->bound, NULL);
	return v;
}

const cel_type *cel_type_read(struct cel_types *t, const char **text, const cel_type *vars[26])
{
	size_t n = strcspn(*text, "(),>");
	str name = {*text, n};
	*text += n;
	if (n == 1) {
		const cel_type **var = &vars[name.p[0] - 'A'];
		if (!*var)
			*var = cel_type_var(t, NULL);
		return *var;
	}
	enum cel_type_kind kind = CEL_TYPE_DYN;
	while (!str_is(name, names[kind].name))
		kind++;
	if (**text != '(')
		return cel_type_plain(kind);
	++*text;
	const cel_type *a = cel_type_read(t, text, vars), *b = NULL;
	if (**text == ',') {
		++*text;
		b = cel_type_read(t, text, vars);
	}
	++*text;
	return cel_type_with(t->mem, kind, a, b);
}

bool cel_type_same(const cel_type *a, const cel_type *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == CEL_TYPE_PARAM)
		return !strcmp(a->name, b->name);
	return cel_type_same(a->a, b->a) && cel_type_same(a->b, b->b);
}

/* --- what parameters stand for ---------------------------------------------------------------- */

static const cel_type *bound(const struct cel_types *t, const cel_type *of)
{
	return of->kind == CEL_TYPE_PARAM ? t->bound.p[of->var] : NULL;
}

static void bind(struct cel_types *t, const cel_type *var, const cel_type *to)
{
	if (var->kind != CEL_TYPE_PARAM)
		return;
	if (t->n_undo == t->cap_undo) {
		size_t cap = t->cap_undo ? t->cap_undo * 2 : 16;
		t->undo = arena_grow(t->mem, t->undo, t->cap_undo * sizeof(*t->undo),
				     arena_times(cap, sizeof(*t->undo)));
		t->cap_undo = cap;
	}
	t->undo[t->n_undo++] = (struct cel_undo){var->var, t->bound.p[var->var]};
	t->bound.p[var->var] = to;
}

static bool keep(struct cel_types *t, bool good)
{
	while (!good && t->n_undo) {
		struct cel_undo *u = &t->undo[--t->n_undo];
		t->bound.p[u->var] = u->before;
	}
	t->n_undo = 0;
	return good;
}

const cel_type *cel_type_known(const struct cel_types *t, const cel_type *of, bool to_dyn)
{
	const cel_type *to = bound(t, of);
	if (to)
		return cel_type_known(t, to, to_dyn);
	if (of->kind == CEL_TYPE_PARAM)
		return to_dyn ? cel_type_plain(CEL_TYPE_DYN) : of;
	if (!of->a)
		return of;
	return cel_type_with(t->mem, of->kind, cel_type_known(t, of->a, to_dyn),
			     of->b ? cel_type_known(t, of->b, to_dyn) : NULL);
}

/* Is var no part of what `within` stands for? */
static bool is_apart(const struct cel_types *t, const cel_type *var, const cel_type *within)
{
	if (!within)
		return true;
	if (cel_type_same(var, within))
		return false;
	if (within->kind == CEL_TYPE_PARAM)
		return is_apart(t, var, bound(t, within));
	return is_apart(t, var, within->a) && is_apart(t, var, within->b);
}

/* --- which type fits -------------------------------------------------------------------------- */

static bool fits(struct cel_types *t, const cel_type *a, const cel_type *b);

/* May the parameter stand for the type? *ret_bound: it stood for one already. */
static bool substitutes(struct cel_types *t, const cel_type *type, const cel_type *var,
			bool *ret_bound)
{
	const cel_type *now = bound(t, var);
	*ret_bound = true;
	if (cel_type_same(type, var) || (now && cel_type_same(type, now)))
		return true;
	if (now) {
		if (!fits(t, type, now))
			return false;
		const cel_type *general = cel_type_general(type, now);
		if (is_apart(t, var, general))
			bind(t, var, general);
		return true;
	}
	*ret_bound = false;
	if (!is_apart(t, var, type))
		return false;
	bind(t, var, type);
	return true;
}

static bool is_open(const cel_type *t)
{
	return t->kind == CEL_TYPE_DYN || t->kind == CEL_TYPE_ERROR;
}

static bool takes_null(const cel_type *t)
{
	return t->nullable || t->kind == CEL_TYPE_NULL || t->kind == CEL_TYPE_OPTIONAL ||
	       t->kind == CEL_TYPE_ANY || t->kind == CEL_TYPE_DURATION ||
	       t->kind == CEL_TYPE_TIMESTAMP;
}

static bool fits(struct cel_types *t, const cel_type *a, const cel_type *b)
{
	bool had = false;
	if (b->kind == CEL_TYPE_PARAM) {
		if (substitutes(t, a, b, &had))
			return true;
		if (had)
			return false;
	}
	if (a->kind == CEL_TYPE_PARAM)
		return substitutes(t, b, a, &had);
	if (is_open(a) || is_open(b))
		return true;
	if (a->kind == CEL_TYPE_NULL)
		return takes_null(b);
	if (b->kind == CEL_TYPE_NULL)
		return takes_null(a);
	switch (a->kind) {
	case CEL_TYPE_TYPE:
		return b->kind == CEL_TYPE_TYPE;
	case CEL_TYPE_LIST:
	case CEL_TYPE_MAP:
	case CEL_TYPE_OPTIONAL:
		return a->kind == b->kind && fits(t, a->a, b->a) && (!a->b || fits(t, a->b, b->b));
	default:
		return b->kind == CEL_TYPE_ANY || a->kind == b->kind;
	}
}

bool cel_type_fits(struct cel_types *t, const cel_type *a, const cel_type *b)
{
	return keep(t, fits(t, a, b));
}

bool cel_type_fit_all(struct cel_types *t, const cel_type *const *a, const cel_type *const *b,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!fits(t, a[i], b[i]))
			return keep(t, false);
	return keep(t, true);
}

static bool is_general(const cel_type *a, const cel_type *b)
{
	if (a->kind == CEL_TYPE_DYN || a->kind == CEL_TYPE_PARAM)
		return true;
	if (b->kind == CEL_TYPE_DYN || b->kind == CEL_TYPE_PARAM || a->kind != b->kind)
		return false;
	if (a->kind == CEL_TYPE_TYPE || !a->a)
		return true;
	return is_general(a->a, b->a) && (!a->b || is_general(a->b, b->b));
}

const cel_type *cel_type_general(const cel_type *a, const cel_type *b)
{
	return is_general(a, b) ? a : b;
}

/* --- as texts --------------------------------------------------------------------------------- */

static void print(buf *b, const cel_type *t, bool result)
{
	if (t->kind == CEL_TYPE_PARAM) {
		buf_printf(b, result ? "<%s>" : "%s", t->name);
		return;
	}
	const char *name = names[t->kind].name;
	if (t->nullable)
		buf_printf(b, "wrapper(%s)", name);
	else
		buf_text_add(b, !result && names[t->kind].faults ? names[t->kind].faults : name);
	if (!t->a)
		return;
	buf_char(b, '(');
	print(b, t->a, result);
	if (t->b) {
		buf_text_add(b, ", ");
		print(b, t->b, result);
	}
	buf_char(b, ')');
}

char *cel_type_shown(arena *mem, const cel_type *of)
{
	buf b = buf_init(mem);
	print(&b, of, false);
	return buf_text(&b);
}

char *cel_type_result(arena *mem, const cel_type *of)
{
	buf b = buf_init(mem);
	print(&b, of, true);
	return buf_text(&b);
}
