#include "data/yaml_node_order.h"

#include <string.h>

#include "base/rune.h"

#define SMALL 12 /* pairs that are sorted by insertion */

int yaml_order_bytes(str a, str b)
{
	return str_cmp(a, b);
}

static bool is_letter(uint32_t r)
{
	if (r < 0x80)
		return (r | 32) >= 'a' && (r | 32) <= 'z';
	return rune_is_letter(r);
}

/* A decimal digit: rarely one beyond ASCII. */
static bool is_digit(uint32_t r)
{
	return r < 0x80 ? r >= '0' && r <= '9' : rune_is_digit(r);
}

/* The number that the digits at i make, with what was carried in; wraps as Go's int64 does. */
static int64_t number_at(str s, size_t i, uint64_t number, size_t *ret_digits)
{
	size_t n = 0;
	for (size_t w; i < s.n; i += w, n++) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &w);
		if (!is_digit(r))
			break;
		number = number * 10 + (uint64_t)((int64_t)r - '0');
	}
	*ret_digits = n;
	return (int64_t)number;
}

/* Is there a digit other than 0 among those right before i? */
static bool digit_before(str s, size_t i)
{
	while (i > 0) {
		size_t at = i - 1, w;
		while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80)
			at--;
		uint32_t r = rune_at(str_sub(s, at, s.n), &w);
		if (!is_digit(r))
			return false;
		if (r != '0')
			return true;
		i = at;
	}
	return false;
}

static int sign(bool below)
{
	return below ? -1 : 1;
}

int yaml_order_natural(str a, str b)
{
	size_t i = 0, n = a.n < b.n ? a.n : b.n;
	while (i < n && a.p[i] == b.p[i])
		i++;
	if (i == a.n || i == b.n)
		return a.n == b.n ? 0 : sign(a.n < b.n);
	/* back to where the character begins whose bytes differ */
	while (i > 0 && ((unsigned char)a.p[i] & 0xC0) == 0x80)
		i--;
	size_t w;
	uint32_t ar = rune_at(str_sub(a, i, a.n), &w), br = rune_at(str_sub(b, i, b.n), &w);
	bool al = is_letter(ar), bl = is_letter(br);
	if (al && bl)
		return sign(ar < br);
	if (al || bl)
		return sign(bl);
	uint64_t carry = (ar == '0' || br == '0') && digit_before(a, i);
	size_t an, bn;
	int64_t av = number_at(a, i, carry, &an), bv = number_at(b, i, carry, &bn);
	if (av != bv)
		return sign(av < bv);
	if (an != bn)
		return sign(an < bn);
	return sign(ar < br);
}

static void insertion_sort(struct yaml_pair *p, size_t n, int (*order)(str a, str b))
{
	for (size_t i = 1; i < n; i++) {
		struct yaml_pair x = p[i];
		size_t j = i;
		for (; j > 0 && order(x.key, p[j - 1].key) < 0; j--)
			p[j] = p[j - 1];
		p[j] = x;
	}
}

/* The order is no total one for odd keys, so only a sort that cannot run away will do. */
static void merge_sort(arena *mem, struct yaml_pair *p, size_t n, int (*order)(str a, str b))
{
	if (n <= SMALL) {
		insertion_sort(p, n, order);
		return;
	}
	size_t half = n / 2;
	merge_sort(mem, p, half, order);
	merge_sort(mem, p + half, n - half, order);
	if (order(p[half].key, p[half - 1].key) >= 0)
		return;
	struct yaml_pair *left = NEW_N(mem, struct yaml_pair, half);
	memcpy(left, p, half * sizeof(*p));
	for (size_t i = 0, j = half, to = 0; i < half; to++)
		p[to] = j < n && order(p[j].key, left[i].key) < 0 ? p[j++] : left[i++];
}

bool yaml_order_pairs(arena *mem, const struct yaml_node *map, int (*order)(str a, str b),
		      yaml_pairs *stack, size_t *ret_from)
{
	size_t from = stack->n;
	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		struct yaml_pair p = {map->child[i]->text, map->child[i], map->child[i + 1]};
		VEC_PUSH(mem, stack, p);
	}
	size_t n = stack->n - from;
	*ret_from = from;
	if (!n)
		return true;
	merge_sort(mem, stack->p + from, n, order);
	for (size_t i = from + 1; i < stack->n; i++)
		if (str_eq(stack->p[i].key, stack->p[i - 1].key))
			return false;
	return true;
}
