#include "source/modules.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/vec.h"
#include "net/url.h"

/* ---- Git's configuration format ---- */

struct reader {
	arena *mem;
	str rest;
	int line;
	VEC(struct module) found;
	struct module *at; /* the section's; NULL for other sections */
};

static err *bad_line(const struct reader *r)
{
	return err_new(r->mem, ERR_INVALID, "%s: line %d can't be read", MODULES_FILE, r->line);
}

/* [submodule "name"], in which \" and \\ stand for themselves. */
static err *read_section(struct reader *r, str line)
{
	buf name = buf_init(r->mem);
	line = str_trim(str_sub(line, 1, line.n));
	r->at = NULL;
	if (line.n < 9 || !str_eq_nocase(str_sub(line, 0, 9), STR("submodule")))
		return NULL;
	line = str_trim(str_sub(line, 9, line.n));
	if (!line.n || line.p[0] != '"')
		return NULL; /* [submodule] alone holds settings */
	size_t i = 1;
	for (; i < line.n && line.p[i] != '"'; i++) {
		if (line.p[i] == '\\' && i + 1 < line.n)
			i++;
		buf_char(&name, line.p[i]);
	}
	if (i + 1 >= line.n || line.p[i + 1] != ']')
		return bad_line(r);
	for (size_t k = 0; k < r->found.n; k++)
		if (text_eq(r->found.p[k].name, buf_text(&name)))
			r->at = &r->found.p[k];
	if (r->at)
		return NULL;
	if (r->found.n >= MODULES_MOST)
		return err_new(r->mem, ERR_LIMIT, "%s: more than %d submodules", MODULES_FILE,
			       MODULES_MOST);
	struct module m = {buf_text(&name), "", ""};
	VEC_PUSH(r->mem, &r->found, m);
	r->at = &r->found.p[r->found.n - 1];
	return NULL;
}

static bool next_line(struct reader *r, str *ret_line)
{
	if (!str_next(&r->rest, '\n', ret_line))
		return false;
	r->line++;
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

/* A value: quotation marks keep blanks and comments, a backslash at the end of a line goes on. */
static err *read_value(struct reader *r, str line, const char **ret_value)
{
	buf b = buf_init(r->mem);
	bool quoted = false;
	size_t solid = 0; /* up to the last that is no blank outside of quotation marks */
	for (size_t i = 0; i <= line.n; i++) {
		char c = i < line.n ? line.p[i] : 0;
		if (i == line.n || (!quoted && (c == '#' || c == ';')))
			break;
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\' && i + 1 == line.n) {
			if (!next_line(r, &line))
				break;
			i = (size_t)-1;
			continue;
		}
		if (c == '\\') {
			c = line.p[++i];
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c;
			solid = b.n + 1;
		}
		if (!b.n && !quoted && (c == ' ' || c == '\t'))
			continue;
		buf_char(&b, c);
		if (quoted || (c != ' ' && c != '\t'))
			solid = b.n;
	}
	if (quoted)
		return bad_line(r);
	*ret_value = str_text(r->mem, str_sub(buf_view(&b), 0, solid));
	return NULL;
}

static err *read_setting(struct reader *r, str line)
{
	str key, value;
	const char *text;
	if (!str_cut(line, '=', &key, &value))
		return NULL; /* a key alone is a yes */
	key = str_trim(key);
	TRY(read_value(r, value, &text));
	if (r->at && str_eq_nocase(key, STR("path")))
		r->at->path = text;
	if (r->at && str_eq_nocase(key, STR("url")))
		r->at->url = text;
	return NULL;
}

/* ---- what is allowed ---- */

static bool leads_up(const char *path)
{
	size_t n = strlen(path);
	for (size_t from = 0, to; from <= n; from = to + 1) {
		to = from + strcspn(path + from, "/\\");
		if (to - from == 2 && path[from] == '.' && path[from + 1] == '.')
			return true;
	}
	return false;
}

static err *check(arena *mem, const struct module *m)
{
	size_t n = strlen(m->name);
	if (!n || text_eq(m->name, ".") || leads_up(m->name) || strchr("/\\", m->name[0]) ||
	    strchr("/\\", m->name[n - 1]) || (n > 1 && m->name[1] == ':'))
		return err_new(mem, ERR_INVALID, "ignoring suspicious submodule name: \"%s\"",
			       m->name);
	if (!*m->path)
		return err_new(mem, ERR_INVALID, "module config: empty path");
	if (!*m->url)
		return err_new(mem, ERR_INVALID, "module config: empty URL");
	if (leads_up(m->path) || m->path[0] == '/')
		return err_new(mem, ERR_INVALID, "submodule has an invalid path");
	return NULL;
}

err *modules_read(arena *mem, str text, struct module **ret_modules, size_t *ret_n)
{
	struct reader r = {.mem = mem, .rest = text};
	str line;
	while (next_line(&r, &line)) {
		line = str_trim(line);
		if (!line.n || line.p[0] == '#' || line.p[0] == ';')
			continue;
		TRY(line.p[0] == '[' ? read_section(&r, line) : read_setting(&r, line));
	}
	for (size_t i = 0; i < r.found.n; i++)
		TRY(check(mem, &r.found.p[i]));
	*ret_modules = r.found.p;
	*ret_n = r.found.n;
	return NULL;
}

/* ---- URLs ---- */

/* "git@host:path", "host:path", "host:22:path": a colon before any slash. */
static bool scp_like(str url, str *ret_user, str *ret_host, str *ret_path)
{
	str before, after;
	if (!str_cut(url, ':', &before, &after) || str_find(before, '/') >= 0 || !after.n)
		return false;
	*ret_path = after;
	*ret_host = before;
	*ret_user = (str){NULL, 0};
	if (str_find(before, '@') >= 0)
		str_cut(before, '@', ret_user, ret_host);
	return ret_host->n > 0;
}

static err *relative(arena *mem, const char *parent, const char *url, char **ret_url)
{
	struct url *u;
	char *path;
	TRY(url_parse(mem, parent, &u));
	if (!url_decode(mem, str_of(u->path), false, &path))
		return err_new(mem, ERR_INVALID, "invalid path in '%s'", url_redact(mem, parent));
	/* elements are names, so nothing in them may become an escape or a query */
	str rest = str_of(path_clean(mem, str_of(arena_printf(mem, "/%s/%s", path, url)))), part;
	buf b = buf_init(mem);
	for (bool first = true; str_next(&rest, '/', &part); first = false) {
		if (!first)
			buf_char(&b, '/');
		for (size_t i = 0; i < part.n; i++)
			if (strchr("%?#", part.p[i]))
				buf_printf(&b, "%%%02X", (unsigned char)part.p[i]);
			else
				buf_char(&b, part.p[i]);
	}
	u->path = buf_text(&b);
	u->query = u->fragment = "";
	u->has_query = u->has_fragment = false;
	*ret_url = url_text(mem, u);
	return NULL;
}

err *modules_url(arena *mem, const char *parent, const char *url, char **ret_url)
{
	str user, host, path;
	struct url *u;
	if (strstr(url, "://")) {
		TRY(url_parse(mem, url, &u));
		if (!text_eq(u->scheme, "https") && !text_eq(u->scheme, "http") &&
		    !text_eq(u->scheme, "ssh"))
			return err_new(mem, ERR_UNSUPPORTED, "unsupported scheme \"%s\"",
				       u->scheme);
		*ret_url = arena_text(mem, url);
		return NULL;
	}
	if (scp_like(str_of(url), &user, &host, &path)) {
		*ret_url = arena_printf(mem, "ssh://%.*s%s%.*s/%.*s", STR_ARG(user),
					user.n ? "@" : "", STR_ARG(host), STR_ARG(path));
		return NULL;
	}
	if (url[0] == '/')
		return err_new(mem, ERR_UNSUPPORTED, "'%s' is a file of another machine", url);
	return relative(mem, parent, url, ret_url);
}

bool modules_same_host(arena *mem, const char *parent, const char *url)
{
	struct url *a, *b;
	if (url_parse(mem, parent, &a) || url_parse(mem, url, &b))
		return false;
	return url_same_origin(a, b);
}
