#include "helm/helm_ignore.h"

#include <string.h>

#include "base/path.h"
#include "base/vec.h"

struct rule {
	str pattern;
	bool negate, dirs_only, whole; /* whole: against the path, not its last element */
	bool plain, ending;	       /* no wildcards; none but a star in front */
};

struct helm_ignore {
	VEC(struct rule) rules;
};

static bool is_plain(str pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (strchr("*?[\\", pattern.p[i]))
			return false;
	return true;
}

static err *add(arena *mem, struct helm_ignore *set, str line)
{
	struct rule r = {.pattern = str_trim(line)};
	bool bad;
	if (!r.pattern.n || r.pattern.p[0] == '#')
		return NULL;
	if (str_search(r.pattern, STR("**")) >= 0)
		return err_new(mem, ERR_INVALID, "double-star (**) syntax is not supported");
	path_match(r.pattern, STR("abc"), &bad);
	if (bad)
		return err_new(mem, ERR_INVALID, "syntax error in pattern");
	if (r.pattern.p[0] == '!') {
		r.negate = true;
		r.pattern = str_sub(r.pattern, 1, r.pattern.n);
	}
	if (str_ends(r.pattern, STR("/"))) {
		r.dirs_only = true;
		r.pattern.n--;
	}
	r.whole = str_find(r.pattern, '/') >= 0;
	if (str_starts(r.pattern, STR("/")))
		r.pattern = str_sub(r.pattern, 1, r.pattern.n);
	r.plain = is_plain(r.pattern);
	r.ending = str_starts(r.pattern, STR("*")) && is_plain(str_sub(r.pattern, 1, r.pattern.n));
	VEC_PUSH(mem, &set->rules, r);
	return NULL;
}

err *helm_ignore_read(arena *mem, str text, struct helm_ignore **ret_rules)
{
	struct helm_ignore *set = NEW(mem, struct helm_ignore);
	str line;
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.n);
	while (str_next(&text, '\n', &line))
		TRY(add(mem, set, line));
	TRY(add(mem, set, STR("templates/.?*")));
	*ret_rules = set;
	return NULL;
}

static bool matches(const struct rule *r, const char *path)
{
	str name = str_of(path);
	if (!r->whole)
		name = str_sub(name, (size_t)(str_rfind(name, '/') + 1), name.n);
	if (r->plain)
		return str_eq(r->pattern, name);
	if (r->ending)
		return str_ends(name, str_sub(r->pattern, 1, r->pattern.n)) &&
		       str_find(name, '/') < 0;
	return path_match(r->pattern, name, NULL);
}

bool helm_ignored(const struct helm_ignore *set, const char *path, bool is_dir)
{
	for (size_t i = 0; i < set->rules.n; i++) {
		const struct rule *r = &set->rules.p[i];
		if (r->negate) {
			/* unlike git's: what a "!" rule does not match is ignored */
			if ((r->dirs_only && !is_dir) || !matches(r, path))
				return true;
			continue;
		}
		if (r->dirs_only && !is_dir)
			continue;
		if (matches(r, path))
			return true;
	}
	return false;
}
