#include "tmpl/tmpl_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_type.h"

/* A list is asked for: nil panics, other kinds are refused with the function's words. */
static err *check_list(struct tmpl_call *c, struct tv v, const char *words)
{
	if (tv_is_list(v))
		return NULL;
	if (v.type == TV_NIL || v.type == TV_NONE)
		return tmpl_panic_nil(c->mem);
	return err_new(c->mem, ERR_INVALID, "%s %s", words, tv_kind_name(v));
}

static err *make_list(struct tmpl_call *c, size_t n, struct tv *ret)
{
	TRY(tmpl_charge(c, n * sizeof(struct tv)));
	*ret = tv_list(c->mem, TV_LIST, n);
	return NULL;
}

/* Copies n elements of from, from the index at on, to to. */
static void copy_items(struct tv *to, struct tv from, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		to[i] = tv_at(from, at + i);
		to[i].slot = false;
	}
}

static err *list_list(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(make_list(c, n, ret));
	for (size_t i = 0; i < n; i++) {
		ret->list->p[i] = args[i];
		ret->list->p[i].slot = false;
	}
	return NULL;
}

static err *list_append(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot push on type"));
	size_t len = tv_len(args[0]);
	TRY(make_list(c, len + 1, ret));
	copy_items(ret->list->p, args[0], 0, len);
	ret->list->p[len] = args[1];
	return NULL;
}

static err *list_prepend(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot prepend on type"));
	size_t len = tv_len(args[0]);
	TRY(make_list(c, len + 1, ret));
	ret->list->p[0] = args[1];
	copy_items(ret->list->p + 1, args[0], 0, len);
	return NULL;
}

static err *bad_length(struct tmpl_call *c)
{
	return tmpl_panic(c->mem, "runtime error: makeslice: len out of range");
}

/* Floating-point arithmetic as upstream has it: it decides what odd sizes give. */
static err *list_chunk(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[1], "Cannot chunk type"));
	double len = (double)tv_len(args[1]), size = (double)args[0].i;
	double parts = floor((len - 1) / size) + 1;
	if (!(parts >= 0 && parts < 1e15))
		return bad_length(c);
	size_t count = (size_t)parts;
	TRY(tmpl_charge(c, (uint64_t)count * 2 * sizeof(struct tv)));
	struct tv out = tv_list(c->mem, TV_LISTS, count);
	for (size_t i = 0; i < count; i++) {
		int64_t part = args[0].i;
		if (i == count - 1) {
			double last = floor(fmod(len, size));
			part = last == 0 ? args[0].i : (int64_t)last;
		}
		if (part < 0)
			return bad_length(c);
		TRY(make_list(c, (size_t)part, &out.list->p[i]));
		copy_items(out.list->p[i].list->p, args[1], i * (size_t)args[0].i, (size_t)part);
	}
	*ret = out;
	return NULL;
}

static err *list_last(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find last on type"));
	size_t len = tv_len(args[0]);
	*ret = len ? tv_at(args[0], len - 1) : tv_nil();
	return NULL;
}

static err *list_first(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find first on type"));
	*ret = tv_len(args[0]) ? tv_at(args[0], 0) : tv_nil();
	return NULL;
}

static err *part_of(struct tmpl_call *c, struct tv list, size_t from, struct tv *ret)
{
	size_t len = tv_len(list);
	*ret = (struct tv){.type = TV_LIST};
	if (!len)
		return NULL;
	TRY(make_list(c, len - 1, ret));
	copy_items(ret->list->p, list, from, len - 1);
	return NULL;
}

static err *list_rest(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find rest on type"));
	return part_of(c, args[0], 1, ret);
}

static err *list_initial(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find initial on type"));
	return part_of(c, args[0], 0, ret);
}

err *tmpl_texts_of(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	if (v.type == TV_TEXTS) {
		*ret = v;
		return NULL;
	}
	bool is_list = tv_is_list(v);
	size_t len = is_list ? tv_len(v) : 1, n = 0;
	TRY(tmpl_charge(c, len * sizeof(struct tv)));
	struct tv out = tv_list(c->mem, TV_TEXTS, len);
	for (size_t i = 0; i < len; i++) {
		struct tv item = is_list ? tv_at(v, i) : v;
		str s;
		if (item.type == TV_NIL || item.type == TV_NONE)
			continue;
		TRY(tmpl_string_of(c, item, &s));
		out.list->p[n++] = tv_str(s);
	}
	out.list->n = n;
	*ret = out;
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(tv_as_str(*(const struct tv *)a), tv_as_str(*(const struct tv *)b));
}

static err *list_sort(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (!tv_is_list(args[0])) {
		str s;
		TRY(tmpl_string_of(c, args[0], &s));
		*ret = tv_list(c->mem, TV_TEXTS, 1);
		ret->list->p[0] = tv_str(s);
		return NULL;
	}
	TRY(tmpl_texts_of(c, args[0], ret));
	/* a []string is sorted in place, and all who hold it see that, as upstream */
	if (ret->list)
		qsort(ret->list->p, ret->list->n, sizeof(struct tv), by_text);
	return NULL;
}

static err *list_reverse(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find reverse on type"));
	size_t len = tv_len(args[0]);
	TRY(make_list(c, len, ret));
	for (size_t i = 0; i < len; i++)
		copy_items(&ret->list->p[len - 1 - i], args[0], i, 1);
	return NULL;
}

/* The elements that keep wants; kept are those before, others what the call brings. */
static err *filtered(struct tmpl_call *c, struct tv list, struct tv *ret,
		     err *(*keep)(struct tmpl_call *c, struct tv item, struct tv_list kept,
				  struct tv_list others, bool *ret),
		     struct tv_list others)
{
	size_t len = tv_len(list), kept = 0;
	TRY(make_list(c, len, ret));
	for (size_t i = 0; i < len; i++) {
		bool yes;
		struct tv item = tv_at(list, i);
		item.slot = false;
		TRY(keep(c, item, (struct tv_list){ret->list->p, kept}, others, &yes));
		if (yes)
			ret->list->p[kept++] = item;
	}
	ret->list->n = kept;
	return NULL;
}

static err *in_list(struct tmpl_call *c, const struct tv *list, size_t n, struct tv item, bool *ret)
{
	*ret = false;
	TRY(tmpl_spend(c, n / 8));
	for (size_t i = 0; i < n && !*ret; i++)
		TRY(tmpl_equal(c, list[i], item, ret));
	return NULL;
}

static err *keep_full(struct tmpl_call *c, struct tv item, struct tv_list kept,
		      struct tv_list others, bool *ret)
{
	(void)c, (void)kept, (void)others;
	*ret = !tmpl_is_empty(item);
	return NULL;
}

static err *keep_new(struct tmpl_call *c, struct tv item, struct tv_list kept,
		     struct tv_list others, bool *ret)
{
	(void)others;
	TRY(in_list(c, kept.p, kept.n, item, ret));
	*ret = !*ret;
	return NULL;
}

static err *keep_others(struct tmpl_call *c, struct tv item, struct tv_list kept,
			struct tv_list others, bool *ret)
{
	(void)kept;
	TRY(in_list(c, others.p, others.n, item, ret));
	*ret = !*ret;
	return NULL;
}

static err *list_compact(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot compact on type"));
	return filtered(c, args[0], ret, keep_full, (struct tv_list){0});
}

static err *list_uniq(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(check_list(c, args[0], "Cannot find uniq on type"));
	return filtered(c, args[0], ret, keep_new, (struct tv_list){0});
}

static err *list_without(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(check_list(c, args[0], "Cannot find without on type"));
	struct tv_list others = {(struct tv *)args + 1, n - 1};
	return filtered(c, args[0], ret, keep_others, others);
}

static err *list_has(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_bool(false);
	if (args[1].type == TV_NIL)
		return NULL;
	TRY(check_list(c, args[1], "Cannot find has on type"));
	for (size_t i = 0; i < tv_len(args[1]) && !ret->b; i++)
		TRY(tmpl_equal(c, args[0], tv_at(args[1], i), &ret->b));
	return NULL;
}

static err *list_slice(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	struct tv list = args[0];
	TRY(check_list(c, list, "list should be type of slice or array but"));
	int64_t len = (int64_t)tv_len(list), start = 0, end = len;
	*ret = tv_nil();
	if (!len)
		return NULL;
	if (n > 1)
		start = tmpl_to_int(args[1]);
	if (n > 2)
		end = tmpl_to_int(args[2]);
	if (start < 0 || start > end || end > len)
		return tmpl_panic(c->mem, "reflect.Value.Slice: slice index out of bounds");
	if (list.type == TV_BYTES) {
		*ret = tv_bytes(str_sub(tv_as_str(list), (size_t)start, (size_t)end));
		return NULL;
	}
	*ret = tv_list(c->mem, list.type, 0);
	*ret->list = (struct tv_list){list.list->p + start, (size_t)(end - start)};
	return NULL;
}

static err *list_concat(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++) {
		if (!tv_is_list(args[i]) && args[i].type != TV_NIL)
			return tmpl_panic(c->mem, "Cannot concat type %s as list",
					  tv_kind_name(args[i]));
		TRY(check_list(c, args[i], ""));
		total += tv_len(args[i]);
	}
	*ret = (struct tv){.type = TV_LIST};
	if (!total)
		return NULL;
	TRY(make_list(c, total, ret));
	struct tv *to = ret->list->p;
	for (size_t i = 0; i < n; to += tv_len(args[i]), i++)
		copy_items(to, args[i], 0, tv_len(args[i]));
	return NULL;
}

static err *list_to_strings(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (args[0].type == TV_NIL) {
		*ret = tv_list(c->mem, TV_TEXTS, 0);
		return NULL;
	}
	return tmpl_texts_of(c, args[0], ret);
}

static err *list_join(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv texts;
	str sep = tv_as_str(args[0]);
	TRY(tmpl_texts_of(c, args[1], &texts));
	uint64_t size = 0;
	for (size_t i = 0; i < tv_len(texts); i++)
		size += texts.list->p[i].n + sep.n;
	TRY(tmpl_charge(c, size));
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < tv_len(texts); i++) {
		if (i)
			buf_str(&b, sep);
		buf_str(&b, tv_as_str(texts.list->p[i]));
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

const struct tmpl_func tmpl_list_funcs[] = {
	{"append", "aa>l", list_append},
	{"chunk", "ia>L", list_chunk},
	{"compact", "a>l", list_compact},
	{"concat", "a*>a", list_concat},
	{"first", "a>a", list_first},
	{"has", "aa>b", list_has},
	{"initial", "a>l", list_initial},
	{"join", "sa>s", list_join},
	{"last", "a>a", list_last},
	{"list", "a*>l", list_list},
	{"mustAppend", "aa>l", list_append},
	{"mustChunk", "ia>L", list_chunk},
	{"mustCompact", "a>l", list_compact},
	{"mustFirst", "a>a", list_first},
	{"mustHas", "aa>b", list_has},
	{"mustInitial", "a>l", list_initial},
	{"mustLast", "a>a", list_last},
	{"mustPrepend", "aa>l", list_prepend},
	{"mustPush", "aa>l", list_append},
	{"mustRest", "a>l", list_rest},
	{"mustReverse", "a>l", list_reverse},
	{"mustSlice", "aa*>a", list_slice},
	{"mustUniq", "a>l", list_uniq},
	{"mustWithout", "aa*>l", list_without},
	{"prepend", "aa>l", list_prepend},
	{"push", "aa>l", list_append},
	{"rest", "a>l", list_rest},
	{"reverse", "a>l", list_reverse},
	{"slice", "aa*>a", list_slice},
	{"sortAlpha", "a>S", list_sort},
	{"toStrings", "a>S", list_to_strings},
	{"tuple", "a*>l", list_list},
	{"uniq", "a>l", list_uniq},
	{"without", "aa*>l", list_without},
	{0},
};
