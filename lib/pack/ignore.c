#include "pack/ignore.h"

#include <string.h>

#include "base/path.h"
#include "base/rune.h"
#include "base/vec.h"

struct pattern {
	struct ignore_domain domain;
	const str *parts; /* of the pattern, parted by slashes */
	size_t n;
	bool include;
	bool dir_only;
};

struct ignore {
	arena *mem;
	VEC(struct pattern) patterns;
};

typedef VEC(str) str_list;

static const str *split(arena *mem, str s, size_t *ret_n)
{
	str_list parts = {0};
	str part;
	while (str_next(&s, '/', &part))
		VEC_PUSH(mem, &parts, part);
	*ret_n = parts.n;
	return parts.p;
}

struct ignore *ignore_new(arena *mem)
{
	struct ignore *g = NEW(mem, struct ignore);
	g->mem = mem;
	return g;
}

struct ignore_domain ignore_domain_of(arena *mem, const char *path)
{
	struct ignore_domain domain = {0};
	if (!text_eq(path, "") && !text_eq(path, "."))
		domain.parts = split(mem, str_of(arena_text(mem, path)), &domain.n);
	return domain;
}

static void add(struct ignore *g, str line, struct ignore_domain domain)
{
	struct pattern p = {.domain = domain};
	str s = {str_text(g->mem, line), line.n};
	p.include = str_starts(s, STR("!"));
	s = str_sub(s, p.include, s.n);
	if (!str_ends(s, STR("\\ ")))
		while (str_ends(s, STR(" ")))
			s.n--;
	p.dir_only = str_ends(s, STR("/"));
	s.n -= p.dir_only;
	p.parts = split(g->mem, s, &p.n);
	VEC_PUSH(g->mem, &g->patterns, p);
}

static bool is_blank(str s)
{
	size_t len;
	for (; s.n; s = str_sub(s, len, s.n))
		if (!rune_is_space(rune_at(s, &len)))
			return false;
	return true;
}

void ignore_read(struct ignore *g, str text, struct ignore_domain domain)
{
	str line;
	while (str_next(&text, '\n', &line) && line.n < IGNORE_MAX_LINE) {
		if (str_ends(line, STR("\r")))
			line.n--;
		if (!str_starts(line, STR("#")) && !is_blank(line))
			add(g, line, domain);
	}
}

void ignore_add_vcs(struct ignore *g, struct ignore_domain domain)
{
	ignore_read(g, STR(".git/\n.gitignore\n.gitmodules\n.gitattributes"), domain);
}

void ignore_add_defaults(struct ignore *g, struct ignore_domain domain)
{
	ignore_read(g,
		    STR("*.jpg\n*.jpeg\n*.gif\n*.png\n*.wmv\n*.flv\n*.tar.gz\n*.zip\n"
			".github/\n.circleci/\n.travis.yml\n.gitlab-ci.yml\nappveyor.yml\n"
			".drone.yml\ncloudbuild.yaml\ncodeship-services.yml\ncodeship-steps.yml\n"
			"**/.goreleaser.yml\n**/.sops.yaml\n**/.flux.yaml"),
		    domain);
}

void ignore_append(struct ignore *g, const struct ignore *more)
{
	for (size_t i = 0; i < more->patterns.n; i++)
		VEC_PUSH(g->mem, &g->patterns, more->patterns.p[i]);
}

static err *load(arena *mem, struct ignore *g, const struct tree *t, const char *dir, int depth)
{
	str text;
	struct tree_entry *entries;
	size_t n;
	if (depth > IGNORE_MAX_DEPTH)
		return err_new(mem, ERR_LIMIT, "%s: folders are nested deeper than %d", dir,
			       IGNORE_MAX_DEPTH);
	err *e = tree_read(mem, t, path_join(mem, dir, IGNORE_FILE), IGNORE_MAX_BYTES, &text);
	if (!e)
		ignore_read(g, text, ignore_domain_of(g->mem, dir));
	else if (err_code(e) != ERR_NOT_FOUND && err_code(e) != ERR_INVALID)
		return e;
	TRY(tree_list(mem, t, dir, &entries, &n));
	for (size_t i = 0; i < n; i++)
		if (entries[i].kind == TREE_DIR && strcmp(entries[i].name, ".git") != 0)
			TRY(load(mem, g, t, path_join(mem, dir, entries[i].name), depth + 1));
	return NULL;
}

err *ignore_load(arena *mem, struct ignore *g, const struct tree *t)
{
	return load(mem, g, t, "", 0);
}

size_t ignore_count(const struct ignore *g)
{
	return g->patterns.n;
}

/* A pattern without a slash: some element of the path matches. */
static bool match_name(const struct pattern *p, const str *path, size_t n, bool dir)
{
	for (size_t i = 0; i < n; i++) {
		bool bad;
		if (path_match(p->parts[0], path[i], &bad))
			return !(p->dir_only && !dir && i == n - 1);
		if (bad)
			return false;
	}
	return false;
}

/* The first element that matches, to stand for "**" before the pattern: what is left of the path
 * begins behind it. Without one the path is used up. */
static bool skip_to(str pattern, const str **path, size_t *n, bool *ret_found)
{
	while (*n) {
		bool bad, found = path_match(pattern, **path, &bad);
		if (bad && !found)
			return false;
		++*path;
		--*n;
		if (found) {
			*ret_found = true;
			return true;
		}
	}
	*ret_found = false;
	return true;
}

/* A pattern with a slash: it matches from the front, "**" stands for any number of elements. What
 * it does not use up of the path is below the match. */
static bool match_path(const struct pattern *p, const str *path, size_t n, bool dir)
{
	bool matched = false, any_depth = false;
	for (size_t i = 0; i < p->n; i++) {
		str part = p->parts[i];
		if (!part.n) {
			any_depth = false;
			continue;
		}
		if (str_is(part, "**")) {
			if (i == p->n - 1)
				break;
			any_depth = true;
			continue;
		}
		if (str_search(part, STR("**")) >= 0 || !n)
			return false;
		if (any_depth) {
			if (!skip_to(part, &path, &n, &matched))
				return false;
			any_depth = false;
			continue;
		}
		if (!path_match(part, path[0], NULL))
			return false;
		matched = true;
		path++;
		n--;
	}
	return matched && !(p->dir_only && !dir && !n);
}

static bool fits(const struct pattern *p, const str *path, size_t n, bool dir)
{
	size_t above = p->domain.n;
	if (n <= above)
		return false;
	for (size_t i = 0; i < above; i++)
		if (!str_eq(path[i], p->domain.parts[i]))
			return false;
	return p->n > 1 ? match_path(p, path + above, n - above, dir)
			: match_name(p, path + above, n - above, dir);
}

bool ignore_match(const struct ignore *g, const char *path, bool dir)
{
	arena *scratch = arena_open();
	size_t n, i = g->patterns.n;
	const str *parts = split(scratch, str_of(path), &n);
	bool out = false;
	while (i--) {
		if (fits(&g->patterns.p[i], parts, n, dir)) {
			out = !g->patterns.p[i].include;
			break;
		}
	}
	arena_close(scratch);
	return out;
}
