#include "base/path.h"

#include <string.h>

#include "base/buf.h"

char *path_clean(arena *mem, str path)
{
	if (!path.n)
		return arena_text(mem, ".");
	bool rooted = path.p[0] == '/';
	char *out = arena_alloc(mem, path.n + 2);
	size_t r = 0, w = 0, dotdot = 0, n = path.n;
	if (rooted) {
		out[w++] = '/';
		r = 1;
		dotdot = 1;
	}
	while (r < n) {
		if (path.p[r] == '/') {
			r++;
		} else if (path.p[r] == '.' && (r + 1 == n || path.p[r + 1] == '/')) {
			r++;
		} else if (path.p[r] == '.' && path.p[r + 1] == '.' &&
			   (r + 2 == n || path.p[r + 2] == '/')) {
			r += 2;
			if (w > dotdot) {
				w--;
				while (w > dotdot && out[w] != '/')
					w--;
			} else if (!rooted) {
				if (w > 0)
					out[w++] = '/';
				out[w++] = '.';
				out[w++] = '.';
				dotdot = w;
			}
		} else {
			if ((rooted && w != 1) || (!rooted && w != 0))
				out[w++] = '/';
			for (; r < n && path.p[r] != '/'; r++)
				out[w++] = path.p[r];
		}
	}
	if (!w)
		out[w++] = '.';
	out[w] = 0;
	return out;
}

char *path_join(arena *mem, const char *a, const char *b)
{
	bool has_a = a && *a, has_b = b && *b;
	if (!has_a && !has_b)
		return arena_text(mem, "");
	if (!has_a || !has_b)
		return path_clean(mem, str_of(has_a ? a : b));
	return path_clean(mem, str_of(arena_printf(mem, "%s/%s", a, b)));
}

char *path_dir(arena *mem, const char *path)
{
	ptrdiff_t at = str_rfind(str_of(path), '/');
	return path_clean(mem, (str){path, (size_t)(at + 1)});
}

char *path_base(arena *mem, const char *path)
{
	str s = str_of(path);
	if (!s.n)
		return arena_text(mem, ".");
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	if (!s.n)
		return arena_text(mem, "/");
	ptrdiff_t at = str_rfind(s, '/');
	return str_text(mem, str_sub(s, (size_t)(at + 1), s.n));
}

const char *path_ext(const char *path)
{
	const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
	return dot && (!slash || dot > slash) ? dot : "";
}

char *path_confine(arena *mem, const char *root, const char *path)
{
	char *inside = path_clean(mem, str_of(arena_printf(mem, "/%s", path ? path : "")));
	return inside[1] ? arena_printf(mem, "%s%s", root, inside) : arena_text(mem, root);
}

bool path_is_local(const char *path)
{
	return path[0] && path[0] != '/' && !text_eq(path, "..") && !text_starts(path, "../");
}

/* One character of a class, with its escape; false when the class is malformed. */
static bool class_char(str *p, unsigned char *ret)
{
	if (!p->n || p->p[0] == '-' || p->p[0] == ']')
		return false;
	if (p->p[0] == '\\') {
		*p = str_sub(*p, 1, p->n);
		if (!p->n)
			return false;
	}
	*ret = (unsigned char)p->p[0];
	*p = str_sub(*p, 1, p->n);
	return p->n > 0;
}

/* [..] at the front of *p against c; *p moves behind it. */
static bool class_match(str *p, unsigned char c, bool *bad)
{
	*p = str_sub(*p, 1, p->n);
	bool negated = p->n && p->p[0] == '^', match = false;
	if (negated)
		*p = str_sub(*p, 1, p->n);
	for (int ranges = 0;; ranges++) {
		unsigned char lo, hi;
		if (p->n && p->p[0] == ']' && ranges > 0)
			break;
		if (!class_char(p, &lo)) {
			*bad = true;
			return false;
		}
		hi = lo;
		if (p->p[0] == '-') {
			*p = str_sub(*p, 1, p->n);
			if (!class_char(p, &hi)) {
				*bad = true;
				return false;
			}
		}
		match |= lo <= c && c <= hi;
	}
	*p = str_sub(*p, 1, p->n);
	return match != negated;
}

/* The bytes of the UTF-8 character at the front. */
static size_t char_len(str s)
{
	size_t n = 1;
	if ((unsigned char)s.p[0] >= 0xc0)
		while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n++;
	return n;
}

static bool match_here(str p, str s, bool *bad)
{
	str star_p = {NULL, 0}, star_s = {NULL, 0};
	for (;;) {
		if (p.n && p.p[0] == '*') {
			star_p = str_sub(p, 1, p.n);
			star_s = s;
			p = star_p;
			continue;
		}
		bool ok = false;
		if (!p.n) {
			if (!s.n)
				return true;
		} else if (p.p[0] == '[') {
			ok = class_match(&p, s.n ? (unsigned char)s.p[0] : 0, bad) && s.n;
			if (*bad)
				return false;
			if (ok)
				s = str_sub(s, 1, s.n);
		} else if (p.p[0] == '?') {
			ok = s.n && s.p[0] != '/';
			p = str_sub(p, 1, p.n);
			if (ok)
				s = str_sub(s, char_len(s), s.n);
		} else {
			if (p.p[0] == '\\') {
				p = str_sub(p, 1, p.n);
				if (!p.n) {
					*bad = true;
					return false;
				}
			}
			ok = s.n && s.p[0] == p.p[0];
			p = str_sub(p, 1, p.n);
			if (ok)
				s = str_sub(s, 1, s.n);
		}
		if (ok)
			continue;
		/* back to the last star, which then takes one character more */
		if (!star_p.p || !star_s.n || star_s.p[0] == '/')
			return false;
		star_s = str_sub(star_s, 1, star_s.n);
		p = star_p;
		s = star_s;
	}
}

bool path_match(str pattern, str name, bool *ret_bad)
{
	bool bad = false, ok = match_here(pattern, name, &bad);
	if (ret_bad)
		*ret_bad = bad;
	return ok;
}
