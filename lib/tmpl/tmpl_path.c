#include "tmpl/tmpl_path.h"

str tmpl_path_base(str path)
{
	if (!path.n)
		return STR(".");
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	ptrdiff_t slash = str_rfind(path, '/');
	if (slash >= 0)
		path = str_sub(path, (size_t)slash + 1, path.n);
	return path.n ? path : STR("/");
}

/* Go's path.Clean: no "//", no ".", no "x/..". */
static str clean(arena *mem, str path)
{
	bool rooted = path.n && path.p[0] == '/';
	buf b = buf_init(mem);
	size_t floor = rooted; /* what a ".." may not take away */
	str part;
	if (rooted)
		buf_char(&b, '/');
	while (str_next(&path, '/', &part)) {
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, "..") && b.n > floor) {
			b.n--;
			while (b.n > floor && b.p[b.n] != '/')
				b.n--;
			continue;
		}
		if (str_is(part, "..") && rooted)
			continue;
		if (b.n > rooted)
			buf_char(&b, '/');
		buf_str(&b, part);
		if (str_is(part, ".."))
			floor = b.n;
	}
	if (!b.n)
		buf_char(&b, '.');
	return (str){str_text(mem, buf_view(&b)), b.n};
}

static err *path_base(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_str(tmpl_path_base(tv_as_str(args[0])));
	return NULL;
}

static err *path_clean(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_str(clean(c->mem, tv_as_str(args[0])));
	return NULL;
}

static err *path_dir(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str path = tv_as_str(args[0]);
	ptrdiff_t slash = str_rfind(path, '/');
	*ret = tv_str(clean(c->mem, str_sub(path, 0, (size_t)(slash + 1))));
	return NULL;
}

static err *path_ext(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	str path = tv_as_str(args[0]);
	ptrdiff_t dot = str_rfind(path, '.');
	*ret = tv_text("");
	if (dot >= 0 && dot > str_rfind(path, '/'))
		*ret = tv_str(str_sub(path, (size_t)dot, path.n));
	return NULL;
}

static err *path_is_abs(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_starts(tv_as_str(args[0]), STR("/")));
	return NULL;
}

const struct tmpl_func tmpl_path_funcs[] = {
	{"base", "s>s", path_base},
	{"clean", "s>s", path_clean},
	{"dir", "s>s", path_dir},
	{"ext", "s>s", path_ext},
	{"isAbs", "s>b", path_is_abs},
	{"osBase", "s>s", path_base},
	{"osClean", "s>s", path_clean},
	{"osDir", "s>s", path_dir},
	{"osExt", "s>s", path_ext},
	{"osIsAbs", "s>b", path_is_abs},
	{0},
};
