#include "tmpl/tmpl_math.h"

#include <math.h>

#include "base/rand.h"
#include "tmpl/tmpl_decimal.h"
#include "tmpl/tmpl_type.h"

/* 64-bit arithmetic that wraps, as Go's does. */
static int64_t wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t wrap_mul(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

static err *math_add(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_int64(0);
	for (size_t i = 0; i < n; i++)
		ret->i = wrap_add(ret->i, tmpl_to_int(args[i]));
	return NULL;
}

static err *math_add1(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_int64(wrap_add(tmpl_to_int(args[0]), 1));
	return NULL;
}

static err *math_sub(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_int64((int64_t)((uint64_t)tmpl_to_int(args[0]) - (uint64_t)tmpl_to_int(args[1])));
	return NULL;
}

static err *math_mul(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_int64(tmpl_to_int(args[0]));
	for (size_t i = 1; i < n; i++)
		ret->i = wrap_mul(ret->i, tmpl_to_int(args[i]));
	return NULL;
}

static err *math_div(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t a = tmpl_to_int(args[0]), b = tmpl_to_int(args[1]);
	if (!b)
		return tmpl_panic(c->mem, "runtime error: integer divide by zero");
	*ret = tv_int64(b == -1 ? wrap_mul(a, -1) : a / b);
	return NULL;
}

static err *math_mod(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t a = tmpl_to_int(args[0]), b = tmpl_to_int(args[1]);
	if (!b)
		return tmpl_panic(c->mem, "runtime error: integer divide by zero");
	*ret = tv_int64(b == -1 ? 0 : a % b);
	return NULL;
}

static err *math_max(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_int64(tmpl_to_int(args[0]));
	for (size_t i = 1; i < n; i++) {
		int64_t other = tmpl_to_int(args[i]);
		ret->i = other > ret->i ? other : ret->i;
	}
	return NULL;
}

static err *math_min(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_int64(tmpl_to_int(args[0]));
	for (size_t i = 1; i < n; i++) {
		int64_t other = tmpl_to_int(args[i]);
		ret->i = other < ret->i ? other : ret->i;
	}
	return NULL;
}

/* The greater (or less) of two, as Go's math.Max and Min: NaN wins, unless an infinity does. */
static double extreme(double a, double b, bool greater)
{
	double infinity = greater ? INFINITY : -INFINITY;
	if (a == infinity || b == infinity)
		return infinity;
	if (isnan(a) || isnan(b))
		return NAN;
	if (a == 0 && a == b)
		return signbit(a) == greater ? b : a;
	return (a > b) == greater ? a : b;
}

static err *extremes(const struct tv *args, size_t n, bool greater, struct tv *ret)
{
	*ret = tv_float(tmpl_to_float(args[0]));
	for (size_t i = 1; i < n; i++)
		ret->f = extreme(ret->f, tmpl_to_float(args[i]), greater);
	return NULL;
}

static err *math_maxf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	return extremes(args, n, true, ret);
}

static err *math_minf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	return extremes(args, n, false, ret);
}

static err *math_floor(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_float(floor(tmpl_to_float(args[0])));
	return NULL;
}

static err *math_ceil(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_float(ceil(tmpl_to_float(args[0])));
	return NULL;
}

/* The fraction of the scaled value decides; for negative ones it is negative, so they round down. */
static err *math_round(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	double on = n > 2 ? args[2].f : 0.5, whole;
	double scale = pow(10, (double)args[1].i), digit = scale * tmpl_to_float(args[0]);
	double fraction = modf(digit, &whole);
	*ret = tv_float((fraction >= on ? ceil(digit) : floor(digit)) / scale);
	return NULL;
}

enum decimal_op { OP_ADD, OP_SUB, OP_MUL, OP_DIV };

/* start op args[0] op args[1] …, in decimals. */
static err *decimals(struct tmpl_call *c, double start, const struct tv *args, size_t n,
		     enum decimal_op op, struct tv *ret)
{
	struct decimal sum, next;
	TRY(decimal_from(c->mem, start, &sum));
	for (size_t i = 0; i < n; i++) {
		TRY(decimal_from(c->mem, tmpl_to_float(args[i]), &next));
		TRY(tmpl_charge(c, (sum.n + next.n + 1) * 64));
		if (op == OP_DIV)
			TRY(decimal_div(c->mem, sum, next, &sum));
		else if (op == OP_MUL)
			sum = decimal_mul(c->mem, sum, next);
		else
			sum = (op == OP_ADD ? decimal_add : decimal_sub)(c->mem, sum, next);
	}
	*ret = tv_float(decimal_float(c->mem, sum));
	return NULL;
}

static err *math_addf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return decimals(c, 0, args, n, OP_ADD, ret);
}

static err *math_add1f(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv one = tv_int(1);
	return decimals(c, tmpl_to_float(args[0]), &one, 1, OP_ADD, ret);
}

static err *math_subf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return decimals(c, tmpl_to_float(args[0]), args + 1, n - 1, OP_SUB, ret);
}

static err *math_mulf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return decimals(c, tmpl_to_float(args[0]), args + 1, n - 1, OP_MUL, ret);
}

static err *math_divf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return decimals(c, tmpl_to_float(args[0]), args + 1, n - 1, OP_DIV, ret);
}

/* start, start + step, … before stop; none when the step leads away from it. */
static err *steps(struct tmpl_call *c, int64_t start, int64_t stop, int64_t step, struct tv *ret)
{
	bool down = stop < start;
	uint64_t span = down ? (uint64_t)start - (uint64_t)stop : (uint64_t)stop - (uint64_t)start;
	uint64_t stride = step < 0 ? 0 - (uint64_t)step : (uint64_t)step, n = 0;
	if (step && down == (step < 0))
		n = span / stride + (span % stride != 0);
	if (n > UINT64_MAX / 32)
		n = UINT64_MAX / 32;
	TRY(tmpl_charge(c, n * sizeof(struct tv)));
	*ret = tv_list(c->mem, TV_INTS, (size_t)n);
	for (uint64_t i = 0; i < n; i++)
		ret->list->p[i] = tv_int(start + (int64_t)i * step);
	return NULL;
}

static err *math_until(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return steps(c, 0, args[0].i, args[0].i < 0 ? -1 : 1, ret);
}

static err *math_until_step(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return steps(c, args[0].i, args[1].i, args[2].i, ret);
}

/* As the shell's seq, with the upstream's oddities: the bound lies one step further, but for three
 * arguments it is one unit. */
static err *math_seq(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	*ret = tv_text("");
	if (n < 1 || n > 3)
		return NULL;
	int64_t start = n > 1 ? args[0].i : 1, end = args[n - 1].i;
	int64_t one = end < start ? -1 : 1, step = n == 3 ? args[1].i : one;
	if (n == 3 && end < start && step > 0)
		return NULL;
	struct tv list;
	TRY(steps(c, start, wrap_add(end, one), step, &list));
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < list.list->n; i++)
		buf_printf(&b, i ? " %lld" : "%lld", (long long)list.list->p[i].i);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *math_rand_int(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t span = (int64_t)((uint64_t)args[1].i - (uint64_t)args[0].i);
	if (span <= 0)
		return tmpl_panic(c->mem, "invalid argument to Intn");
	*ret = tv_int(wrap_add(args[0].i, (int64_t)rand_below((uint64_t)span)));
	return NULL;
}

const struct tmpl_func tmpl_math_funcs[] = {
	{"add", "a*>I", math_add},
	{"add1", "a>I", math_add1},
	{"add1f", "a>f", math_add1f},
	{"addf", "a*>f", math_addf},
	{"biggest", "aa*>I", math_max},
	{"ceil", "a>f", math_ceil},
	{"div", "aa>I", math_div},
	{"divf", "aa*>f", math_divf},
	{"floor", "a>f", math_floor},
	{"max", "aa*>I", math_max},
	{"maxf", "aa*>f", math_maxf},
	{"min", "aa*>I", math_min},
	{"minf", "aa*>f", math_minf},
	{"mod", "aa>I", math_mod},
	{"mul", "aa*>I", math_mul},
	{"mulf", "aa*>f", math_mulf},
	{"randInt", "ii>i", math_rand_int},
	{"round", "aif*>f", math_round},
	{"seq", "i*>s", math_seq},
	{"sub", "aa>I", math_sub},
	{"subf", "aa*>f", math_subf},
	{"until", "i>S", math_until},
	{"untilStep", "iii>S", math_until_step},
	{0},
};
