#include "cel/cel_arith.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/rune.h"

/* Seconds since 1970 of the years 1 and 9999, as far as timestamps go. */
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND INT64_C(253402300799)

static const cel_value *int_overflow(arena *mem)
{
	return cel_error(mem, "integer overflow");
}

static const cel_value *uint_overflow(arena *mem)
{
	return cel_error(mem, "unsigned integer overflow");
}

const cel_value *cel_too_long(arena *mem)
{
	return cel_error(mem, "text too long: more than %u bytes", CEL_MAX_TEXT);
}

static const cel_value *a(const struct cel_call *c)
{
	return c->args[0];
}

static const cel_value *b(const struct cel_call *c)
{
	return c->args[1];
}

static bool both(const struct cel_call *c, enum cel_kind kind)
{
	return a(c)->kind == kind && b(c)->kind == kind;
}

/* --- times ------------------------------------------------------------------------------------ */

static const cel_value *move_time(arena *mem, const cel_value *t, __int128 ns)
{
	__int128 all = (__int128)t->time.seconds * CLOCK_SECOND + t->time.ns + ns;
	__int128 seconds = all / CLOCK_SECOND, rest = all % CLOCK_SECOND;
	if (rest < 0) {
		rest += CLOCK_SECOND;
		seconds--;
	}
	if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
		return cel_error(mem, "timestamp overflow");
	return cel_time(mem, (int64_t)seconds, (int32_t)rest, t->time.zone);
}

static const cel_value *span(arena *mem, __int128 ns)
{
	if (ns > INT64_MAX || ns < INT64_MIN)
		return int_overflow(mem);
	return cel_duration(mem, (int64_t)ns);
}

static __int128 since_1970(const cel_value *t)
{
	return (__int128)t->time.seconds * CLOCK_SECOND + t->time.ns;
}

static const cel_value *add_times(const struct cel_call *c)
{
	if (both(c, CEL_DURATION))
		return span(c->mem, (__int128)a(c)->i + b(c)->i);
	if (cel_is(a(c), CEL_DURATION) && cel_is(b(c), CEL_TIMESTAMP))
		return move_time(c->mem, b(c), a(c)->i);
	if (cel_is(a(c), CEL_TIMESTAMP) && cel_is(b(c), CEL_DURATION))
		return move_time(c->mem, a(c), b(c)->i);
	return cel_no_overload(c->mem);
}

static const cel_value *subtract_times(const struct cel_call *c)
{
	if (both(c, CEL_DURATION))
		return span(c->mem, (__int128)a(c)->i - b(c)->i);
	if (both(c, CEL_TIMESTAMP))
		return span(c->mem, since_1970(a(c)) - since_1970(b(c)));
	if (cel_is(a(c), CEL_TIMESTAMP) && cel_is(b(c), CEL_DURATION)) {
		if (b(c)->i == INT64_MIN)
			return int_overflow(c->mem);
		return move_time(c->mem, a(c), -(__int128)b(c)->i);
	}
	return cel_no_overload(c->mem);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static const cel_value *ints(const struct cel_call *c, char op)
{
	int64_t x = a(c)->i, y = b(c)->i, out;
	bool over;
	switch (op) {
	case '+':
		over = __builtin_add_overflow(x, y, &out);
		break;
	case '-':
		over = __builtin_sub_overflow(x, y, &out);
		break;
	case '*':
		over = __builtin_mul_overflow(x, y, &out);
		break;
	default:
		if (!y)
			return cel_error(c->mem,
					 op == '/' ? "division by zero" : "modulus by zero");
		over = x == INT64_MIN && y == -1;
		out = over ? 0 : op == '/' ? x / y : x % y;
	}
	return over ? int_overflow(c->mem) : cel_int(c->mem, out);
}

static const cel_value *uints(const struct cel_call *c, char op)
{
	uint64_t x = a(c)->u, y = b(c)->u, out;
	bool over = false;
	switch (op) {
	case '+':
		over = __builtin_add_overflow(x, y, &out);
		break;
	case '-':
		over = __builtin_sub_overflow(x, y, &out);
		break;
	case '*':
		over = __builtin_mul_overflow(x, y, &out);
		break;
	default:
		if (!y)
			return cel_error(c->mem,
					 op == '/' ? "division by zero" : "modulus by zero");
		out = op == '/' ? x / y : x % y;
	}
	return over ? uint_overflow(c->mem) : cel_uint(c->mem, out);
}

static const cel_value *doubles(const struct cel_call *c, char op)
{
	double x = a(c)->d, y = b(c)->d;
	return cel_double(c->mem, op == '+'   ? x + y
				  : op == '-' ? x - y
				  : op == '*' ? x * y
					      : x / y);
}

/* Numbers of one kind; "no such overload" for others. */
static const cel_value *numbers(const struct cel_call *c, char op)
{
	if (both(c, CEL_INT))
		return ints(c, op);
	if (both(c, CEL_UINT))
		return uints(c, op);
	if (both(c, CEL_DOUBLE) && op != '%')
		return doubles(c, op);
	return cel_no_overload(c->mem);
}

static const cel_value *joined(const struct cel_call *c)
{
	str x = a(c)->s, y = b(c)->s;
	if (x.n + y.n > CEL_MAX_TEXT)
		return cel_too_long(c->mem);
	char *p = arena_alloc(c->mem, x.n + y.n + 1);
	if (x.n)
		memcpy(p, x.p, x.n);
	if (y.n)
		memcpy(p + x.n, y.p, y.n);
	str all = {p, x.n + y.n};
	return cel_is(a(c), CEL_BYTES) ? cel_bytes(c->mem, all) : cel_string(c->mem, all);
}

const cel_value *cel_add(const struct cel_call *c)
{
	switch (a(c)->kind) {
	case CEL_STRING:
	case CEL_BYTES:
		return both(c, a(c)->kind) ? joined(c) : cel_no_overload(c->mem);
	case CEL_LIST:
		return both(c, CEL_LIST) ? cel_concat(c->mem, a(c), b(c)) : cel_no_overload(c->mem);
	case CEL_DURATION:
	case CEL_TIMESTAMP:
		return add_times(c);
	default:
		return numbers(c, '+');
	}
}

const cel_value *cel_subtract(const struct cel_call *c)
{
	if (cel_is(a(c), CEL_DURATION) || cel_is(a(c), CEL_TIMESTAMP))
		return subtract_times(c);
	return numbers(c, '-');
}

const cel_value *cel_multiply(const struct cel_call *c)
{
	return numbers(c, '*');
}

const cel_value *cel_divide(const struct cel_call *c)
{
	return numbers(c, '/');
}

const cel_value *cel_modulo(const struct cel_call *c)
{
	return numbers(c, '%');
}

const cel_value *cel_negate(const struct cel_call *c)
{
	switch (a(c)->kind) {
	case CEL_INT:
		return a(c)->i == INT64_MIN ? int_overflow(c->mem) : cel_int(c->mem, -a(c)->i);
	case CEL_DURATION:
		return span(c->mem, -(__int128)a(c)->i);
	case CEL_DOUBLE:
		return cel_double(c->mem, -a(c)->d);
	default:
		return cel_no_overload(c->mem);
	}
}

const cel_value *cel_not(const struct cel_call *c)
{
	return cel_is(a(c), CEL_BOOL) ? cel_bool_of(c->mem, !a(c)->b) : cel_no_overload(c->mem);
}

/* --- comparisons ------------------------------------------------------------------------------ */

static const cel_value *compare(const struct cel_call *c, bool less, bool equal, bool greater)
{
	const cel_value *order = cel_compare(c->mem, a(c), b(c));
	if (!cel_is(order, CEL_INT))
		return order;
	return cel_bool_of(c->mem, order->i < 0 ? less : order->i ? greater : equal);
}

const cel_value *cel_less(const struct cel_call *c)
{
	return compare(c, true, false, false);
}

const cel_value *cel_less_equals(const struct cel_call *c)
{
	return compare(c, true, true, false);
}

const cel_value *cel_greater(const struct cel_call *c)
{
	return compare(c, false, false, true);
}

const cel_value *cel_greater_equals(const struct cel_call *c)
{
	return compare(c, false, true, true);
}

/* --- collections ------------------------------------------------------------------------------ */

static bool contains(const struct cel_call *c, const cel_value *list, const cel_value *item)
{
	for (size_t i = 0; i < cel_size(list) && --*c->budget >= 0; i++)
		if (cel_equal(c->mem, item, cel_at(c->mem, list, i)))
			return true;
	return false;
}

const cel_value *cel_in(const struct cel_call *c)
{
	if (cel_is(b(c), CEL_LIST))
		return cel_bool_of(c->mem, contains(c, b(c), a(c)));
	if (cel_is(b(c), CEL_MAP))
		return cel_bool_of(c->mem, cel_find(c->mem, b(c), a(c)));
	return cel_no_overload(c->mem);
}

const cel_value *cel_not_false(const struct cel_call *c)
{
	return cel_bool_of(c->mem, !cel_is(a(c), CEL_BOOL) || a(c)->b);
}

const cel_value *cel_length(const struct cel_call *c)
{
	if (cel_is(a(c), CEL_STRING))
		return cel_int(c->mem, (int64_t)rune_count(a(c)->s));
	if (cel_is(a(c), CEL_BYTES))
		return cel_int(c->mem, (int64_t)a(c)->s.n);
	return cel_int(c->mem, (int64_t)cel_size(a(c)));
}

static bool contains_all(const struct cel_call *c, const cel_value *list, const cel_value *part)
{
	for (size_t i = 0; i < cel_size(part); i++)
		if (!contains(c, list, cel_at(c->mem, part, i)))
			return false;
	return true;
}

const cel_value *cel_sets_contains(const struct cel_call *c)
{
	return cel_bool_of(c->mem, contains_all(c, a(c), b(c)));
}

const cel_value *cel_sets_equivalent(const struct cel_call *c)
{
	return cel_bool_of(c->mem, contains_all(c, a(c), b(c)) && contains_all(c, b(c), a(c)));
}

const cel_value *cel_sets_intersects(const struct cel_call *c)
{
	for (size_t i = 0; i < cel_size(a(c)); i++)
		if (contains(c, b(c), cel_at(c->mem, a(c), i)))
			return cel_bool_of(c->mem, true);
	return cel_bool_of(c->mem, false);
}
