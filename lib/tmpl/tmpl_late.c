#include "tmpl/tmpl_late.h"

#include <string.h>

#include "base/vec.h"

struct late_file {
	const char *name;
	str text;
	const struct tmpl_tree *kept; /* until mem closes */
	bool fine;		      /* parsed once, without a fault */
};

struct tmpl_late {
	arena *mem;
	tmpl_find *find;
	VEC(struct late_file *) files; /* in their order */
	struct map names;	       /* to struct late_file */
};

struct tmpl_late *tmpl_late_open(arena *mem, tmpl_find *find)
{
	struct tmpl_late *l = NEW(mem, struct tmpl_late);
	*l = (struct tmpl_late){.mem = mem, .find = find, .names = map_init(mem)};
	return l;
}

/* Does an action begin before this place, with nothing but blanks and a trim marker between? */
static bool begins_action(str text, size_t at)
{
	while (at && (strchr(" \t\r\n-", text.p[at - 1]) && text.p[at - 1]))
		at--;
	return at >= 2 && text.p[at - 1] == '{' && text.p[at - 2] == '{';
}

/* Does the word begin an action anywhere? Also in a comment or a text of an action: rather once too often. */
static bool has_action(str text, str word)
{
	size_t from = 0;
	for (ptrdiff_t at; (at = str_search(str_sub(text, from, text.n), word)) >= 0;) {
		if (begins_action(text, from + (size_t)at))
			return true;
		from += (size_t)at + word.n;
	}
	return false;
}

bool tmpl_late_takes(const char *name, str text)
{
	const char *slash = strrchr(name, '/');
	return slash && slash[1] != '_' && !has_action(text, STR("define")) &&
	       !has_action(text, STR("block"));
}

void tmpl_late_add(struct tmpl_late *l, const char *name, str text)
{
	struct late_file *file = NEW(l->mem, struct late_file);
	*file = (struct late_file){.name = name, .text = text};
	VEC_PUSH(l->mem, &l->files, file);
	map_set(&l->names, name, file);
}

bool tmpl_late_has(const struct tmpl_late *l, str name)
{
	return map_get_str(&l->names, name) != NULL;
}

static err *parse(struct tmpl_late *l, arena *room, struct late_file *f,
		  const struct tmpl_tree **ret)
{
	struct map trees = map_init(room);
	TRY(tmpl_parse_text(room, l->mem, f->name, f->text, l->find, &trees, ret));
	f->fine = true;
	return NULL;
}

err *tmpl_late_tree(struct tmpl_late *l, arena *room, str name, const struct tmpl_tree **ret)
{
	struct late_file *f = map_get_str(&l->names, name);
	*ret = f ? f->kept : NULL;
	if (!f || f->kept)
		return NULL;
	err *e = parse(l, room ? room : l->mem, f, ret);
	if (e)
		return err_copy(l->mem, e);
	if (!room)
		f->kept = *ret;
	return NULL;
}

err *tmpl_late_check(struct tmpl_late *l, const char **ret_name)
{
	err *first = NULL;
	for (size_t i = 0; i < l->files.n && !first; i++) {
		struct late_file *f = l->files.p[i];
		const struct tmpl_tree *tree;
		if (f->fine)
			continue;
		arena *room = arena_open();
		err *e = parse(l, room, f, &tree);
		first = err_copy(l->mem, e);
		*ret_name = f->name;
		arena_close(room);
	}
	return first;
}
