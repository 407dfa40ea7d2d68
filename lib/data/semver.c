#include "data/semver.h"

#include <string.h>

#include "base/buf.h"
#include "base/rune.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool all_digits(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return true;
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool all_word(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i]))
			return false;
	return true;
}

static err *too_long(arena *mem, str text)
{
	if (text.n <= SEMVER_MAX_VERSION)
		return NULL;
	return err_new(mem, ERR_INVALID, "version string is too long (max %d bytes)",
		       SEMVER_MAX_VERSION);
}

static err *no_version(arena *mem)
{
	return err_new(mem, ERR_INVALID, "invalid semantic version");
}

/* A number of 64 bits; false when it does not fit. s is all digits. */
static bool number(str s, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++)
		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	*ret = v;
	return s.n > 0;
}

static err *segment(arena *mem, str s, uint64_t *ret)
{
	if (number(s, ret))
		return NULL;
	return err_new(mem, ERR_INVALID, "strconv.ParseUint: parsing %s: %s", rune_quoted(mem, s),
		       s.n ? "value out of range" : "invalid syntax");
}

/* The parts of a prerelease or a build: letters, digits and "-"; in a prerelease no number begins
 * with a zero. */
static err *check_parts(arena *mem, str s, bool pre)
{
	str part;
	while (str_next(&s, '.', &part)) {
		if (!part.n || !all_word(part))
			return err_new(mem, ERR_INVALID,
				       pre ? "invalid prerelease string"
					   : "invalid metadata string");
		if (pre && part.n > 1 && part.p[0] == '0' && all_digits(part))
			return err_new(mem, ERR_INVALID, "version segment starts with 0");
	}
	return NULL;
}

/* Takes "<mark>part.part…" off the front of *s; an empty text when it is not there. */
static str take_parts(str *s, char mark)
{
	size_t end = 0, i = 1;
	if (!s->n || s->p[0] != mark)
		return (str){"", 0};
	for (;; i++) {
		size_t start = i;
		while (i < s->n && is_word(s->p[i]))
			i++;
		if (i == start)
			break;
		end = i;
		if (i >= s->n || s->p[i] != '.')
			break;
	}
	str parts = end ? str_sub(*s, 1, end) : (str){"", 0};
	*s = str_sub(*s, end, s->n);
	return parts;
}

static str take_digits(str *s)
{
	size_t n = 0;
	while (n < s->n && is_digit(s->p[n]))
		n++;
	str digits = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return digits;
}

/* The digits behind a dot, if both are there. */
static str take_dotted(str *s)
{
	if (s->n < 2 || s->p[0] != '.' || !is_digit(s->p[1]))
		return (str){"", 0};
	*s = str_sub(*s, 1, s->n);
	return take_digits(s);
}

err *semver_parse(arena *mem, str text, struct semver *ret_v)
{
	TRY(too_long(mem, text));
	str s = text, numbers[3];
	struct semver v = {0};
	if (s.n && s.p[0] == 'v')
		s = str_sub(s, 1, s.n);
	numbers[0] = take_digits(&s);
	numbers[1] = take_dotted(&s);
	numbers[2] = take_dotted(&s);
	str pre = take_parts(&s, '-'), build = take_parts(&s, '+');
	if (!numbers[0].n || s.n)
		return no_version(mem);
	uint64_t *const to[] = {&v.major, &v.minor, &v.patch};
	for (int i = 0; i < 3; i++)
		if (numbers[i].n)
			TRY_AS(mem, segment(mem, numbers[i], to[i]),
			       "error parsing version segment");
	if (pre.n)
		TRY(check_parts(mem, pre, true));
	v.pre = str_text(mem, pre);
	v.build = str_text(mem, build);
	v.original = str_text(mem, text);
	*ret_v = v;
	return NULL;
}

err *semver_parse_strict(arena *mem, str text, struct semver *ret_v)
{
	if (!text.n)
		return err_new(mem, ERR_INVALID, "version string empty");
	TRY(too_long(mem, text));
	str parts[3], rest, pre = {"", 0}, build = {"", 0};
	if (!str_cut(text, '.', &parts[0], &rest) || !str_cut(rest, '.', &parts[1], &parts[2]))
		return no_version(mem);
	if (str_cut(parts[2], '+', &parts[2], &build))
		TRY(check_parts(mem, build, false));
	if (str_cut(parts[2], '-', &parts[2], &pre))
		TRY(check_parts(mem, pre, true));
	for (int i = 0; i < 3; i++) {
		if (!all_digits(parts[i]))
			return err_new(mem, ERR_INVALID, "invalid characters in version");
		if (parts[i].n > 1 && parts[i].p[0] == '0')
			return err_new(mem, ERR_INVALID, "version segment starts with 0");
	}
	struct semver v = {0};
	TRY(segment(mem, parts[0], &v.major));
	TRY(segment(mem, parts[1], &v.minor));
	TRY(segment(mem, parts[2], &v.patch));
	v.pre = str_text(mem, pre);
	v.build = str_text(mem, build);
	v.original = str_text(mem, text);
	*ret_v = v;
	return NULL;
}

err *semver_parse_flux(arena *mem, str text, struct semver *ret_v)
{
	ptrdiff_t dot = str_find(text, '.');
	if (dot < 0 || str_find(str_sub(text, (size_t)dot + 1, text.n), '.') < 0)
		return no_version(mem);
	return semver_parse(mem, text, ret_v);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Numbers below texts, numbers by value, texts by bytes; what is absent is below everything. */
static int compare_part(str a, str b)
{
	uint64_t x = 0, y = 0;
	if (str_eq(a, b))
		return 0;
	if (!a.n || !b.n)
		return a.n ? 1 : -1;
	bool a_number = all_digits(a) && number(a, &x), b_number = all_digits(b) && number(b, &y);
	if (a_number && b_number)
		return x > y ? 1 : -1;
	if (a_number || b_number)
		return a_number ? -1 : 1;
	return str_cmp(a, b) > 0 ? 1 : -1;
}

static int compare_pre(str a, str b)
{
	str part_a, part_b;
	for (;;) {
		bool more_a = str_next(&a, '.', &part_a), more_b = str_next(&b, '.', &part_b);
		if (!more_a && !more_b)
			return 0;
		int d = compare_part(more_a ? part_a : (str){"", 0},
				     more_b ? part_b : (str){"", 0});
		if (d)
			return d;
	}
}

int semver_compare(const struct semver *a, const struct semver *b)
{
	int d = compare_numbers(a->major, b->major);
	if (!d)
		d = compare_numbers(a->minor, b->minor);
	if (!d)
		d = compare_numbers(a->patch, b->patch);
	if (d || (!*a->pre && !*b->pre))
		return d;
	if (!*a->pre || !*b->pre)
		return *a->pre ? -1 : 1;
	return compare_pre(str_of(a->pre), str_of(b->pre));
}

char *semver_text(arena *mem, const struct semver *v)
{
	return arena_printf(mem, "%llu.%llu.%llu%s%s%s%s", (unsigned long long)v->major,
			    (unsigned long long)v->minor, (unsigned long long)v->patch,
			    *v->pre ? "-" : "", v->pre, *v->build ? "+" : "", v->build);
}

/* Merges two sorted halves of p, the higher first, equal ones from the left half. */
static void merge(struct semver *p, size_t half, size_t n, struct semver *scratch)
{
	size_t i = 0, j = half, k = 0;
	while (i < half && j < n)
		scratch[k++] = semver_compare(&p[j], &p[i]) > 0 ? p[j++] : p[i++];
	while (i < half)
		scratch[k++] = p[i++];
	while (j < n)
		scratch[k++] = p[j++];
	memcpy(p, scratch, n * sizeof(*p));
}

static void sort(struct semver *p, size_t n, struct semver *scratch)
{
	if (n < 2)
		return;
	sort(p, n / 2, scratch);
	sort(p + n / 2, n - n / 2, scratch);
	merge(p, n / 2, n, scratch);
}

const char **semver_sort(arena *mem, const struct semver_range *range, const char *const *tags,
			 size_t n, size_t *ret_n)
{
	struct semver *found = NEW_N(mem, struct semver, n),
		      *scratch = NEW_N(mem, struct semver, n);
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		struct semver v;
		if (!semver_parse_flux(mem, str_of(tags[i]), &v) &&
		    (!range || semver_range_has(range, &v)))
			found[used++] = v;
	}
	sort(found, used, scratch);
	const char **out = NEW_N(mem, const char *, used);
	for (size_t i = 0; i < used; i++)
		out[i] = found[i].original;
	*ret_n = used;
	return out;
}
