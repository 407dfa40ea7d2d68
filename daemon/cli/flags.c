#include "cli/flags.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/rune.h"

struct reading {
	arena *mem;
	const struct flag *table;
	char *request;
	int argc, at;
	char **argv;
	VEC(const struct flag *) old; /* deprecated ones that were given */
};

static const struct flag *find_name(const struct reading *r, str name)
{
	for (const struct flag *f = r->table; f->name; f++)
		if (str_is(name, f->name))
			return f;
	return NULL;
}

static const struct flag *find_letter(const struct reading *r, char letter)
{
	for (const struct flag *f = r->table; f->name; f++)
		if (f->letter == letter)
			return f;
	return NULL;
}

/* ---- values ---- */

err *flags_wrong(arena *mem, const struct flag *f, const char *value, const char *why)
{
	const char *name = f->letter ? arena_printf(mem, "-%c, --%s", f->letter, f->name)
				     : arena_printf(mem, "--%s", f->name);
	return err_new(mem, ERR_INVALID, "invalid argument %s for %s flag: %s",
		       rune_quoted(mem, str_of(value)), rune_quoted(mem, str_of(name)), why);
}

/* As Go's strconv.ParseBool. */
static bool truth(str s, bool *ret)
{
	static const char *const words[2][6] = {{"0", "f", "F", "FALSE", "false", "False"},
						{"1", "t", "T", "TRUE", "true", "True"}};
	for (int on = 0; on < 2; on++)
		for (int i = 0; i < 6; i++)
			if (str_is(s, words[on][i])) {
				*ret = on;
				return true;
			}
	return false;
}

static err *set_switch(const struct reading *r, const struct flag *f, const char *value)
{
	bool on;
	if (!truth(str_of(value), &on))
		return flags_wrong(r->mem, f, value,
				   arena_printf(r->mem,
						"strconv.ParseBool: parsing %s: invalid syntax",
						rune_quoted(r->mem, str_of(value))));
	if (f->at != FLAG_NOWHERE)
		*(bool *)(r->request + f->at) = on;
	return NULL;
}

/* One field of a CSV line, which may stand in double quotes. NULL text in the error's place: none. */
static const char *csv_field(const struct reading *r, const char *line, str *rest,
			     const char **ret_fault)
{
	str part;
	*ret_fault = NULL;
	if (!rest->n || rest->p[0] != '"') {
		const char *from = rest->p;
		str_next(rest, ',', &part);
		ptrdiff_t quote = str_find(part, '"');
		if (quote >= 0)
			*ret_fault = arena_printf(r->mem,
						  "parse error on line 1, column %zu: bare \" in "
						  "non-quoted-field",
						  (size_t)(from - line) + (size_t)quote + 1);
		return str_text(r->mem, part);
	}
	buf b = buf_init(r->mem);
	const char *p = rest->p + 1, *end = rest->p + rest->n;
	for (; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++) {
		buf_char(&b, *p);
		p += *p == '"';
	}
	if (p == end || (p + 1 < end && p[1] != ','))
		*ret_fault = arena_printf(r->mem,
					  "parse error on line 1, column %zu: extraneous or "
					  "missing \" in quoted-field",
					  (size_t)(p - line) + 1);
	*rest = p + 1 < end ? (str){p + 2, (size_t)(end - p - 2)} : (str){NULL, 0};
	return buf_text(&b);
}

static err *add_list(const struct reading *r, const struct flag *f, const char *value)
{
	flag_texts none = {0};
	flag_texts *list = f->at == FLAG_NOWHERE ? &none : (void *)(r->request + f->at);
	if (!*value)
		return NULL;
	for (str rest = str_of(value); rest.p;) {
		const char *fault, *field = csv_field(r, value, &rest, &fault);
		if (!fault && f->kind == FLAG_PAIRS && !strchr(field, '='))
			fault = arena_printf(r->mem, "%s must be formatted as key=value", field);
		if (fault)
			return flags_wrong(r->mem, f, value, fault);
		VEC_PUSH(r->mem, list, field);
	}
	return NULL;
}

static err *check_number(const struct reading *r, const struct flag *f, const char *value)
{
	char *end = (char *)value;
	bool whole = f->kind == FLAG_INT;
	if (whole)
		strtoll(value, &end, 0);
	else
		strtod(value, &end);
	if (*value && !*end && !isspace((unsigned char)*value))
		return NULL;
	return flags_wrong(r->mem, f, value,
			   arena_printf(r->mem, "strconv.%s: parsing %s: invalid syntax",
					whole ? "ParseInt" : "ParseFloat",
					rune_quoted(r->mem, str_of(value))));
}

static err *check_color(const struct reading *r, const char *value)
{
	if (text_eq(value, "never") || text_eq(value, "auto") || text_eq(value, "always"))
		return NULL;
	return err_new(r->mem, ERR_INVALID,
		       "invalid color mode %s: must be one of: never, auto, always",
		       rune_quoted(r->mem, str_of(value)));
}

static err *set(const struct reading *r, const struct flag *f, const char *value)
{
	int64_t ignored;
	err *bad;
	switch (f->kind) {
	case FLAG_SWITCH:
		return set_switch(r, f, value);
	case FLAG_LIST:
	case FLAG_PAIRS:
		return add_list(r, f, value);
	case FLAG_DURATION:
		bad = duration_parse(r->mem, str_of(value), &ignored);
		return bad ? flags_wrong(r->mem, f, value, err_text(r->mem, bad)) : NULL;
	case FLAG_INT:
	case FLAG_FLOAT:
		return check_number(r, f, value);
	case FLAG_COLOR:
		return check_color(r, value);
	case FLAG_TEXTS:
		if (f->at != FLAG_NOWHERE)
			VEC_PUSH(r->mem, (flag_texts *)(void *)(r->request + f->at), value);
		return NULL;
	default:
		if (f->at != FLAG_NOWHERE)
			*(const char **)(void *)(r->request + f->at) = value;
		return NULL;
	}
}

static err *take(struct reading *r, const struct flag *f, const char *value)
{
	TRY(set(r, f, value));
	if (f->deprecated)
		VEC_PUSH(r->mem, &r->old, f);
	return NULL;
}

/* What it stands for alone; NULL when it wants a value. */
static const char *bare(const struct flag *f)
{
	return f->kind == FLAG_SWITCH ? "true" : f->kind == FLAG_OPTIONAL ? f->bare : NULL;
}

/* ---- arguments ---- */

static err *read_long(struct reading *r, const char *text)
{
	str name, value;
	bool equals = str_cut(str_of(text + 2), '=', &name, &value);
	const struct flag *f = find_name(r, name);
	if (!name.n || name.p[0] == '-')
		return err_new(r->mem, ERR_INVALID, "bad flag syntax: %s", text);
	if (!f)
		return err_new(r->mem, ERR_INVALID, "unknown flag: --%.*s", STR_ARG(name));
	if (equals)
		return take(r, f, value.p);
	if (bare(f))
		return take(r, f, bare(f));
	if (r->at + 1 >= r->argc)
		return err_new(r->mem, ERR_INVALID, "flag needs an argument: %s", text);
	return take(r, f, r->argv[++r->at]);
}

/* -abc, -fvalue, -f=value, -f value */
static err *read_short(struct reading *r, const char *text)
{
	for (const char *p = text + 1; *p; p++) {
		const struct flag *f = find_letter(r, *p);
		if (!f)
			return err_new(r->mem, ERR_INVALID, "unknown shorthand flag: '%c' in -%s",
				       *p, p);
		if (p[1] == '=' && p[2])
			return take(r, f, p + 2);
		if (bare(f)) {
			TRY(take(r, f, bare(f)));
			continue;
		}
		if (p[1])
			return take(r, f, p + 1);
		if (r->at + 1 >= r->argc)
			return err_new(r->mem, ERR_INVALID, "flag needs an argument: '%c' in -%s",
				       *p, p);
		return take(r, f, r->argv[++r->at]);
	}
	return NULL;
}

err *flags_read(arena *mem, const struct flag *table, void *request, int argc, char **argv,
		flag_texts *ret_words)
{
	struct reading r = {mem, table, request, argc, 1, argv, {0}};
	bool ended = false;
	*ret_words = (flag_texts){0};
	for (; r.at < argc; r.at++) {
		const char *text = argv[r.at];
		if (ended || text[0] != '-' || !text[1])
			VEC_PUSH(mem, ret_words, text);
		else if (text_eq(text, "--"))
			ended = true;
		else
			TRY(text[1] == '-' ? read_long(&r, text) : read_short(&r, text));
	}
	for (size_t i = 0; i < r.old.n; i++)
		fprintf(stderr, "Flag --%s has been deprecated, %s\n", r.old.p[i]->name,
			r.old.p[i]->deprecated);
	return NULL;
}

err *flags_exclusive(arena *mem, const char *const *names, const bool *given)
{
	buf group = buf_init(mem), set_ones = buf_init(mem);
	VEC(const char *) sorted = {0};
	for (size_t i = 0; names[i]; i++) {
		buf_printf(&group, "%s%s", i ? " " : "", names[i]);
		if (!given[i])
			continue;
		VEC_PUSH(mem, &sorted, names[i]);
		for (size_t k = sorted.n - 1; k && strcmp(sorted.p[k - 1], sorted.p[k]) > 0; k--) {
			const char *swap = sorted.p[k];
			sorted.p[k] = sorted.p[k - 1];
			sorted.p[k - 1] = swap;
		}
	}
	for (size_t i = 0; i < sorted.n; i++)
		buf_printf(&set_ones, "%s%s", i ? " " : "", sorted.p[i]);
	if (sorted.n < 2)
		return NULL;
	return err_new(
		mem, ERR_INVALID,
		"if any flags in the group [%s] are set none of the others can be; [%s] were "
		"all set",
		buf_text(&group), buf_text(&set_ones));
}
