#include "base/path.h"

#include <string.h>

#include "base/buf.h"
#include "base/glob.h"

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

bool path_match(str pattern, str name, bool *ret_bad)
{
	return glob_match(pattern, name, GLOB_PATH, ret_bad);
}
