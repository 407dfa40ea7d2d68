/*
 * run: evaluates the expressions that come in, one JSON object a line: expr in hex, vars, and what is wanted: a value, a
 * type of the result, or that it fails. Answers "ok" or what is wrong with each.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "cel/cel.h"
#include "cel/cel_check.h"
#include "cel/cel_parse.h"
#include "cel/cel_value.h"
#include "data/json.h"

static bool same(arena *mem, const cel_value *got, const val *want);

static str unhexed(arena *mem, const val *v)
{
	str out = STR("");
	if (!enc_unhex(mem, val_as_str(v), &out))
		abort();
	return out;
}

static bool same_list(arena *mem, const cel_value *got, const val *want)
{
	bool out = cel_is(got, CEL_LIST) && cel_size(got) == val_len(want);
	for (size_t i = 0; out && i < val_len(want); i++)
		out = same(mem, cel_at(mem, got, i), val_at(want, i));
	return out;
}

static bool same_map(arena *mem, const cel_value *got, const val *want)
{
	bool out = cel_is(got, CEL_MAP) && cel_size(got) == val_len(want);
	for (size_t i = 0; out && i < val_len(want); i++) {
		const val *pair = val_at(want, i);
		const cel_value *key = NULL;
		for (size_t at = 0; at < cel_size(got) && !key; at++)
			if (same(mem, cel_key(mem, got, at), val_at(pair, 0)))
				key = cel_key(mem, got, at);
		out = key && same(mem, cel_find(mem, got, key), val_at(pair, 1));
	}
	return out;
}

static bool same_double(const cel_value *got, const char *want)
{
	double d = strtod(want, NULL);
	return cel_is(got, CEL_DOUBLE) &&
	       (isnan(d) ? isnan(got->d) : got->d == d && signbit(got->d) == signbit(d));
}

static bool same(arena *mem, const cel_value *got, const val *want)
{
	const char *kind = want->map.p->key.p;
	const val *v = want->map.p->value;
	const char *text = val_as_text(v);
	if (text_eq(kind, "null"))
		return cel_is(got, CEL_NULL);
	if (text_eq(kind, "bool"))
		return cel_is(got, CEL_BOOL) && got->b == text_eq(text, "true");
	if (text_eq(kind, "int"))
		return cel_is(got, CEL_INT) && got->i == strtoll(text, NULL, 0);
	if (text_eq(kind, "uint"))
		return cel_is(got, CEL_UINT) && got->u == strtoull(text, NULL, 0);
	if (text_eq(kind, "double"))
		return same_double(got, text);
	if (text_eq(kind, "string"))
		return cel_is(got, CEL_STRING) && str_eq(got->s, unhexed(mem, v));
	if (text_eq(kind, "bytes"))
		return cel_is(got, CEL_BYTES) && str_eq(got->s, unhexed(mem, v));
	if (text_eq(kind, "type"))
		return cel_is(got, CEL_TYPE) && str_eq(got->s, unhexed(mem, v));
	if (text_eq(kind, "timestamp"))
		return cel_is(got, CEL_TIMESTAMP) && got->time.seconds == val_at(v, 0)->i &&
		       got->time.ns == val_at(v, 1)->i;
	if (text_eq(kind, "duration"))
		return cel_is(got, CEL_DURATION) &&
		       got->i == val_at(v, 0)->i * 1000000000 + val_at(v, 1)->i;
	return text_eq(kind, "list") ? same_list(mem, got, v) : same_map(mem, got, v);
}

/* What the check says the type is; a text with the faults when there are some. */
static const char *type_of(arena *mem, str expr)
{
	struct cel_source source;
	cel_node *root;
	const char *type = NULL;
	err *e = cel_parse(mem, expr, &source, &root);
	if (!e && !source.faults.n)
		cel_check(mem, &source, root, NULL, 0, &type);
	return e ? err_text(mem, e) : source.faults.n ? cel_faults_text(mem, &source) : type;
}

/* As health expressions are evaluated: read, not checked. */
static err *evaluate(arena *mem, str expr, const val *row, const cel_value **ret_value)
{
	struct cel_program *p;
	struct cel_options checked = {.check = true};
	if (val_as_bool(val_get(row, "check"), false))
		TRY(cel_compile(mem, expr, &checked, &p));
	TRY(cel_compile(mem, expr, NULL, &p));
	return cel_run(mem, p, val_get(row, "vars"), ret_value);
}

static const char *judge(arena *mem, const val *row)
{
	str expr = unhexed(mem, val_get(row, "expr"));
	const val *want = val_get(row, "want"), *type = val_get(row, "type");
	const cel_value *got;
	if (type && !text_eq(type_of(mem, expr), val_as_text(type)))
		return arena_printf(mem, "%.*s: is %s, not %s", STR_ARG(expr), type_of(mem, expr),
				    val_as_text(type));
	if (!want && type)
		return "ok";
	err *e = evaluate(mem, expr, row, &got);
	if (!want)
		return e ? "ok"
			 : arena_printf(mem, "%.*s: gives %s and should fail", STR_ARG(expr),
					cel_text(mem, got));
	if (e)
		return err_text(mem, e);
	if (same(mem, got, want))
		return "ok";
	return arena_printf(mem, "%.*s: %s %s is not %s", STR_ARG(expr), cel_type_name(got->kind),
			    cel_text(mem, got), json_text(mem, want, JSON_SORTED));
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	while ((n = getline(&line, &room, stdin)) > 0) {
		arena *mem = arena_open();
		val *row = NULL;
		err *e = json_parse(mem, (str){line, (size_t)n}, &row);
		const char *answer = e ? err_text(mem, e) : judge(mem, row);
		for (; *answer; answer++)
			putchar(*answer == '\n' ? ' ' : *answer);
		putchar('\n');
		arena_close(mem);
	}
	free(line);
	return 0;
}
