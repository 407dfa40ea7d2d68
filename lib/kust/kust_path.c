#include "kust/kust_path.h"

#include "base/regex.h"
#include "base/vec.h"

struct search {
	arena *mem;
	const str *parts;
	size_t count;
	enum yaml_node_kind create;
	VEC(struct yaml_node *) found;
};

static err *go_on(struct search *s, struct yaml_node *n, size_t at);

static str next_part(const struct search *s, size_t at)
{
	return at + 1 < s->count ? s->parts[at + 1] : (str){NULL, 0};
}

/* A number below the end; one past the end is made when that is wanted. */
static err *by_index(struct search *s, struct yaml_node *n, int64_t index, size_t at)
{
	TRY(kust_expect(s->mem, n, YN_LIST));
	size_t len = n->kind == YN_LIST ? n->n : 0;
	if ((uint64_t)index == len && s->create != YN_NONE && n->kind == YN_LIST) {
		enum yaml_node_kind kind = kust_kind_before(next_part(s, at), s->create);
		yaml_node_push(s->mem, n, kust_bare(s->mem, kind, (str){NULL, 0}));
		len++;
	}
	if ((uint64_t)index >= len)
		return err_new(s->mem, ERR_INVALID,
			       "index %lld specified but only %zu elements found", (long long)index,
			       len);
	return go_on(s, n->child[index], at + 1);
}

/* An element's text as the regular expression sees it. */
static err *element_text(struct search *s, const struct yaml_node *n, str *ret)
{
	buf b = buf_init(s->mem);
	TRY(yaml_node_text(&b, n));
	*ret = str_trim(buf_view(&b));
	return NULL;
}

static err *visit_element(struct search *s, struct yaml_node *e, str field, const struct regex *re,
			  size_t at)
{
	str text;
	struct yaml_node *n = e;
	if (field.n)
		n = e->kind == YN_MAP ? yaml_node_get_str(e, field) : NULL;
	if (!n)
		return NULL;
	TRY(element_text(s, n, &text));
	if (!regex_match(s->mem, re, text))
		return NULL;
	/* a path ends at a scalar element, whatever follows */
	return go_on(s, e, field.n ? at + 1 : s->count);
}

static err *visit_elements(struct search *s, struct yaml_node *n, str field, str pattern, size_t at)
{
	struct regex *re = NULL;
	TRY(kust_expect(s->mem, n, YN_LIST));
	for (uint32_t i = 0; n->kind == YN_LIST && i < n->n; i++) {
		if (!re)
			TRY(regex_compile(s->mem, pattern, &re));
		TRY(visit_element(s, n->child[i], field, re, at));
	}
	return NULL;
}

static err *by_match(struct search *s, struct yaml_node *n, size_t at)
{
	str field, pattern;
	size_t before = s->found.n;
	TRY(kust_split_element(s->mem, s->parts[at], &field, &pattern));
	TRY(visit_elements(s, n, field, pattern, at));
	if (s->found.n > before || s->create == YN_NONE)
		return NULL;
	struct yaml_node *value = kust_bare(s->mem, YN_SCALAR, pattern), *e = value;
	if (field.n) {
		e = kust_bare(s->mem, YN_MAP, (str){NULL, 0});
		yaml_node_add(s->mem, e, kust_bare(s->mem, YN_SCALAR, field), value);
	}
	if (kust_missing(n) || n->kind != YN_LIST)
		return err_new(s->mem, ERR_INVALID, "failed to create element for \"%.*s\"",
			       STR_ARG(s->parts[at]));
	yaml_node_push(s->mem, n, e);
	TRY(visit_elements(s, n, field, pattern, at));
	if (s->found.n == before)
		return err_new(s->mem, ERR_INVALID,
			       "the element made for \"%.*s\" does not match it",
			       STR_ARG(s->parts[at]));
	return NULL;
}

static err *every(struct search *s, struct yaml_node *n, size_t at)
{
	TRY(kust_expect(s->mem, n, YN_LIST));
	for (uint32_t i = 0; n->kind == YN_LIST && i < n->n; i++)
		TRY(go_on(s, n->child[i], at + 1));
	return NULL;
}

/* A field of that name; no name means a scalar that is empty itself. */
static err *get_field(struct search *s, struct yaml_node *n, str name, struct yaml_node **ret)
{
	if (name.n)
		return kust_get(s->mem, n, name, ret);
	TRY(kust_expect(s->mem, n, YN_SCALAR));
	*ret = !kust_missing(n) && !n->text.n ? n : NULL;
	return NULL;
}

static err *by_field(struct search *s, struct yaml_node *n, size_t at)
{
	struct yaml_node *field;
	TRY(get_field(s, n, s->parts[at], &field));
	if (!field && s->create != YN_NONE) {
		enum yaml_node_kind kind = kust_kind_before(next_part(s, at), s->create);
		field = kust_bare(s->mem, kind, (str){NULL, 0});
		if (s->parts[at].n)
			TRY(kust_set(s->mem, n, s->parts[at], field, &field));
		else
			TRY(kust_set_self(s->mem, n, field));
	}
	if (!field)
		return NULL;
	if (field->kind != YN_SCALAR || at + 1 >= s->count)
		return go_on(s, field, at + 1);
	struct yaml_node *doc;
	TRY(yaml_node_read(s->mem, field->text, &doc));
	if (!doc)
		return NULL;
	return go_on(s, yaml_node_body(doc), at + 1);
}

static err *go_on(struct search *s, struct yaml_node *n, size_t at)
{
	int64_t index;
	if (at >= s->count) {
		VEC_PUSH(s->mem, &s->found, n);
		return NULL;
	}
	str part = s->parts[at];
	if (kust_atoi(part, &index) && index >= 0)
		return by_index(s, n, index, at);
	if (kust_is_element(part))
		return by_match(s, n, at);
	if (str_is(part, "*"))
		return every(s, n, at);
	return by_field(s, n, at);
}

err *kust_path_find(arena *mem, struct yaml_node *n, const struct kust_parts *path,
		    enum yaml_node_kind create, struct kust_found *ret_found)
{
	struct search s = {.mem = mem, .parts = path->p, .count = path->n, .create = create};
	TRY(go_on(&s, yaml_node_body(n), 0));
	*ret_found = (struct kust_found){s.found.p, s.found.n};
	return NULL;
}
