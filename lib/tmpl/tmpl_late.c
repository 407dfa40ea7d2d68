#include "tmpl/tmpl_late.h"

#include <string.h>

#include "base/vec.h"
#include "tmpl/tmpl_lex.h"

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

/* Does an action begin with define or block? Also what only looks like one, in a comment or a text of an action, behind
 * any number of trim markers: rather once too often. */
static bool defines(str text)
{
	for (ptrdiff_t at; (at = tmpl_lex_action(text)) >= 0;) {
		text = str_sub(text, (size_t)at + 1, text.n);
		str word = str_sub(text, 1, text.n);
		while (word.n && strchr(" \t\r\n-", word.p[0]) && word.p[0])
			word = str_sub(word, 1, word.n);
		if (str_starts(word, STR("define")) || str_starts(word, STR("block")))
			return true;
	}
	return false;
}

bool tmpl_late_takes(const char *name, str text)
{
	const char *slash = strrchr(name, '/');
	return slash && slash[1] != '_' && !defines(text);
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
