#include "kust/kust_decode.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/yaml.h"
#include "data/yaml_node.h"

/* Where in the target structs the reader stands: a chain on the C stack. */
struct place {
	const struct place *up;
	const struct kust_struct *in;
	const struct kust_field *field;
};

struct decoder {
	arena *mem;
	int flags;
	err *first;
};

static void add_place(buf *b, const struct place *at)
{
	if (!at)
		return;
	add_place(b, at->up);
	if (at->field->via)
		buf_printf(b, ".%s", at->field->via);
	buf_printf(b, ".%s", at->field->name);
}

static void fault(struct decoder *d, const struct place *at, const char *what, const char *type)
{
	if (d->first)
		return;
	buf b = buf_init(d->mem);
	buf_printf(&b, "json: cannot unmarshal %s into Go ", what);
	if (at) {
		buf_printf(&b, "struct field %s", at->in->name);
		add_place(&b, at);
	} else {
		buf_text_add(&b, "value");
	}
	buf_printf(&b, " of type %s", type);
	d->first = err_new(d->mem, ERR_INVALID, "%s", buf_text(&b));
}

static char *struct_type(struct decoder *d, const char *before, const struct kust_struct *s)
{
	return arena_printf(d->mem, "%s%s%s%s", before, s->package, *s->package ? "." : "",
			    s->name);
}

static bool to_text(struct decoder *d, const struct place *at, const val *v, str *ret)
{
	if (v->kind == VAL_TEXT) {
		*ret = v->text;
		return true;
	}
	/* sigs.k8s.io/yaml takes the field of an embedded struct for the struct */
	if (!(d->flags & KUST_COERCE) || (at && at->field->via))
		return false;
	if (v->kind == VAL_BOOL)
		*ret = str_of(v->b ? "true" : "false");
	else if (v->kind == VAL_INT)
		*ret = str_of(arena_printf(d->mem, "%lld", (long long)v->i));
	else if (v->kind == VAL_FLOAT)
		*ret = str_of(number_text(d->mem, v->f, 'g'));
	else
		return false;
	return true;
}

static void decode_text(struct decoder *d, const struct place *at, const val *v, const char *type,
			str *ret)
{
	if (v->kind != VAL_NULL && !to_text(d, at, v, ret))
		fault(d, at, json_go_kind(v), type);
}

static void decode_int(struct decoder *d, const struct place *at, const val *v, const char *type,
		       int64_t *ret)
{
	if (v->kind == VAL_INT)
		*ret = v->i;
	else if (v->kind == VAL_FLOAT && v->f == floor(v->f) && fabs(v->f) < 9.2e18)
		*ret = (int64_t)v->f;
	else if (v->kind == VAL_FLOAT)
		fault(d, at, arena_printf(d->mem, "number %s", number_json(d->mem, v->f)), type);
	else if (v->kind != VAL_NULL)
		fault(d, at, json_go_kind(v), type);
}

static void decode_texts(struct decoder *d, const struct place *at, const val *v,
			 const struct kust_field *f, struct kust_texts *ret)
{
	const char *list_type = f->go ? f->go : "[]string";
	if (v->kind == VAL_NULL) {
		*ret = (struct kust_texts){0};
		return;
	}
	if (v->kind != VAL_LIST) {
		fault(d, at, json_go_kind(v), list_type);
		return;
	}
	ret->n = v->list.n;
	ret->p = NEW_N(d->mem, str, v->list.n);
	for (size_t i = 0; i < ret->n; i++)
		decode_text(d, at, v->list.p[i], list_type + 2, &ret->p[i]);
}

static void decode_pairs(struct decoder *d, const struct place *at, const val *v,
			 struct kust_pairs *ret)
{
	if (v->kind == VAL_NULL) {
		*ret = (struct kust_pairs){0};
		return;
	}
	if (v->kind != VAL_MAP) {
		fault(d, at, json_go_kind(v), "map[string]string");
		return;
	}
	ret->n = v->map.n;
	ret->p = NEW_N(d->mem, struct kust_pair, v->map.n);
	for (size_t i = 0; i < ret->n; i++) {
		ret->p[i].key = v->map.p[i].key;
		decode_text(d, at, v->map.p[i].value, "string", &ret->p[i].value);
	}
}

static void decode_struct(struct decoder *d, const struct place *at, const struct kust_struct *s,
			  const val *v, void *into);

static void decode_list(struct decoder *d, const struct place *at, const struct kust_struct *s,
			const char *go, bool pointers, const val *v, struct kust_list *ret)
{
	if (v->kind == VAL_NULL) {
		*ret = (struct kust_list){0};
		return;
	}
	if (v->kind != VAL_LIST) {
		fault(d, at, json_go_kind(v), go ? go : struct_type(d, pointers ? "[]*" : "[]", s));
		return;
	}
	ret->n = v->list.n;
	size_t each = pointers ? sizeof(void *) : s->size;
	char *p = ret->p = arena_alloc(d->mem, arena_times(ret->n, each));
	for (size_t i = 0; i < ret->n; i++) {
		void *into = p + i * each;
		if (pointers && v->list.p[i]->kind == VAL_NULL)
			continue;
		if (pointers)
			into = *(void **)into = arena_alloc(d->mem, s->size);
		decode_struct(d, at, s, v->list.p[i], into);
	}
}

static void decode_ptr(struct decoder *d, const struct place *at, const struct kust_struct *s,
		       const val *v, void **ret)
{
	if (v->kind == VAL_NULL) {
		*ret = NULL;
		return;
	}
	if (!*ret)
		*ret = arena_alloc(d->mem, s->size);
	decode_struct(d, at, s, v, *ret);
}

static void decode_field(struct decoder *d, const struct place *at, const val *v, void *into)
{
	const struct kust_field *f = at->field;
	void *p = (char *)into + f->offset;
	switch (f->type) {
	case KT_TEXT:
		decode_text(d, at, v, f->go ? f->go : "string", p);
		break;
	case KT_TEXT_PTR:
		*(str **)p = v->kind == VAL_NULL ? NULL : NEW(d->mem, str);
		if (*(str **)p)
			decode_text(d, at, v, "string", *(str **)p);
		break;
	case KT_BOOL:
		if (v->kind == VAL_BOOL)
			*(bool *)p = v->b;
		else if (v->kind != VAL_NULL)
			fault(d, at, json_go_kind(v), "bool");
		break;
	case KT_INT:
		decode_int(d, at, v, f->go ? f->go : "int", p);
		break;
	case KT_TEXTS:
		decode_texts(d, at, v, f, p);
		break;
	case KT_PAIRS:
		decode_pairs(d, at, v, p);
		break;
	case KT_STRUCT:
		decode_struct(d, at, f->sub, v, p);
		break;
	case KT_PTR:
		decode_ptr(d, at, f->sub, v, p);
		break;
	case KT_STRUCTS:
	case KT_PTRS:
		decode_list(d, at, f->sub, f->go, f->type == KT_PTRS, v, p);
		break;
	case KT_ANY:
		if (v->kind == VAL_MAP || !f->go)
			*(const val **)p = v;
		else if (v->kind != VAL_NULL)
			fault(d, at, json_go_kind(v), f->go);
		break;
	}
}

static const struct kust_field *find_field(const struct kust_struct *s, str name)
{
	for (const struct kust_field *f = s->fields; f->name; f++)
		if (str_is(name, f->name))
			return f;
	for (const struct kust_field *f = s->fields; f->name; f++)
		if (str_eq_nocase(name, str_of(f->name)))
			return f;
	return NULL;
}

static void decode_struct(struct decoder *d, const struct place *at, const struct kust_struct *s,
			  const val *v, void *into)
{
	if (v->kind == VAL_NULL)
		return;
	if (v->kind != VAL_MAP) {
		fault(d, at, json_go_kind(v), struct_type(d, "", s));
		return;
	}
	for (size_t i = 0; i < v->map.n; i++) {
		const struct val_pair *pair = &v->map.p[i];
		const struct kust_field *f = find_field(s, pair->key);
		if (f) {
			struct place here = {at, s, f};
			decode_field(d, &here, pair->value, into);
		} else if ((d->flags & KUST_STRICT) && !d->first) {
			d->first = err_new(d->mem, ERR_INVALID, "json: unknown field %s",
					   rune_quoted(d->mem, pair->key));
		}
	}
}

err *kust_decode(arena *mem, const struct kust_struct *s, val *v, int flags, void *into)
{
	struct decoder d = {mem, flags, NULL};
	val_sort_deep(v);
	decode_struct(&d, NULL, s, v, into);
	return d.first;
}

err *kust_decode_list(arena *mem, const struct kust_struct *s, val *v, int flags,
		      struct kust_list *ret_list)
{
	struct decoder d = {mem, flags, NULL};
	val_sort_deep(v);
	struct kust_list list = {0};
	decode_list(&d, NULL, s, NULL, false, v, &list);
	if (!d.first)
		*ret_list = list;
	return d.first;
}

/* Fails for a map of the tree that has a key twice, as go-yaml's strict mode does. */
static err *check_unique(arena *mem, const struct yaml_node *n)
{
	if (n && (n->kind == YN_MAP || n->kind == YN_LIST || n->kind == YN_DOC))
		for (uint32_t i = 0; i < n->n; i++) {
			TRY(check_unique(mem, n->child[i]));
			for (uint32_t k = i; n->kind == YN_MAP && i % 2 == 0 && k >= 2; k -= 2)
				if (str_eq(n->child[k - 2]->text, n->child[i]->text))
					return err_new(mem, ERR_INVALID,
						       "yaml: unmarshal errors:\n  line %u: key %s "
						       "already set in map",
						       n->child[i]->line,
						       rune_quoted(mem, n->child[i]->text));
		}
	return NULL;
}

static err *parse_yaml(arena *mem, str text, int flags, val **ret_v)
{
	TRY(yaml_parse(mem, text, ret_v));
	struct yaml_node *doc;
	if ((flags & KUST_UNIQUE) && !yaml_node_read(mem, text, &doc))
		return check_unique(mem, doc);
	return NULL;
}

err *kust_decode_yaml(arena *mem, const struct kust_struct *s, str text, int flags, void *into)
{
	val *v;
	TRY_AS(mem, parse_yaml(mem, text, flags, &v), "error converting YAML to JSON");
	TRY_AS(mem, kust_decode(mem, s, v, flags, into),
	       "error unmarshaling JSON: while decoding JSON");
	return NULL;
}

/* --- back to values ---------------------------------------------------------------------------- */

static val *encode_texts(arena *mem, const struct kust_texts *t)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < t->n; i++)
		val_push(mem, list, val_str(mem, t->p[i]));
	return list;
}

static val *encode_pairs(arena *mem, const struct kust_pairs *t)
{
	val *map = val_map(mem);
	for (size_t i = 0; i < t->n; i++)
		val_set_str(mem, map, t->p[i].key, val_str(mem, t->p[i].value));
	return map;
}

static val *encode_list(arena *mem, const struct kust_field *f, const struct kust_list *t)
{
	val *list = val_list(mem);
	const char *p = t->p;
	for (size_t i = 0; i < t->n; i++) {
		const void *one =
			f->type == KT_PTRS ? ((void *const *)t->p)[i] : p + i * f->sub->size;
		val_push(mem, list, one ? kust_encode(mem, f->sub, one) : val_null(mem));
	}
	return list;
}

/* The field's value, NULL when omitempty leaves it out. */
static val *encode_field(arena *mem, const struct kust_field *f, const void *p)
{
	switch (f->type) {
	case KT_TEXT:
		return ((const str *)p)->n || f->always ? val_str(mem, *(const str *)p) : NULL;
	case KT_TEXT_PTR:
		return *(str *const *)p ? val_str(mem, **(str *const *)p) : NULL;
	case KT_BOOL:
		return *(const bool *)p || f->always ? val_bool(mem, *(const bool *)p) : NULL;
	case KT_INT:
		return *(const int64_t *)p || f->always ? val_int(mem, *(const int64_t *)p) : NULL;
	case KT_TEXTS:
		return ((const struct kust_texts *)p)->n ? encode_texts(mem, p) : NULL;
	case KT_PAIRS:
		return ((const struct kust_pairs *)p)->n ? encode_pairs(mem, p) : NULL;
	case KT_STRUCT:
		return kust_encode(mem, f->sub, p);
	case KT_PTR:
		return *(void *const *)p ? kust_encode(mem, f->sub, *(void *const *)p) : NULL;
	case KT_STRUCTS:
	case KT_PTRS:
		return ((const struct kust_list *)p)->n ? encode_list(mem, f, p) : NULL;
	case KT_ANY:
		return *(const val *const *)p ? val_copy(mem, *(const val *const *)p) : NULL;
	}
	return NULL;
}

val *kust_encode(arena *mem, const struct kust_struct *s, const void *from)
{
	val *map = val_map(mem);
	for (const struct kust_field *f = s->fields; f->name; f++) {
		val *v = encode_field(mem, f, (const char *)from + f->offset);
		if (v)
			val_set(mem, map, f->name, v);
	}
	return map;
}
