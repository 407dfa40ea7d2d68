#include "sops/sops_dotenv.h"

#include <string.h>

/* All of one text replaced by another. */
static str replaced(arena *mem, str s, str what, const char *with)
{
	buf b = buf_init(mem);
	ptrdiff_t at;
	while ((at = str_search(s, what)) >= 0) {
		buf_add(&b, s.p, (size_t)at);
		buf_text_add(&b, with);
		s = str_sub(s, (size_t)at + what.n, s.n);
	}
	buf_str(&b, s);
	return buf_view(&b);
}

err *sops_dotenv_load(arena *mem, str text, struct sops_docs *ret_docs)
{
	struct sops_docs docs = {0};
	struct sops_items items = {0};
	str line;
	for (size_t number = 1; str_next(&text, '\n', &line); number++) {
		str key, value;
		if (!line.n)
			continue;
		if (items.n >= SOPS_MAX_ITEMS)
			return err_new(mem, ERR_LIMIT, "the file is too large");
		if (line.p[0] == '#') {
			sops_add_comment(mem, &items, line, false);
			continue;
		}
		if (!str_cut(line, '=', &key, &value))
			return err_new(mem, ERR_INVALID, "invalid dotenv input line: %zu", number);
		sops_add(mem, &items,
			 (struct sops_item){
				 .text = key,
				 .value = sops_text(replaced(mem, value, STR("\\n"), "\n"))});
	}
	VEC_PUSH(mem, &docs, items);
	*ret_docs = docs;
	return NULL;
}

err *sops_dotenv_emit(arena *mem, const struct sops_docs *docs, buf *b)
{
	for (size_t i = 0; i < docs->p[0].n; i++) {
		const struct sops_item *item = &docs->p[0].p[i];
		const struct sops_value *v = &item->value;
		if (item->comment) {
			buf_printf(b, "#");
			buf_str(b, item->text);
			buf_char(b, '\n');
			continue;
		}
		if (v->kind == SOPS_LIST || v->kind == SOPS_BRANCH)
			return err_new(
				mem, ERR_INVALID,
				"cannot use complex value in dotenv file; offending key %.*s",
				STR_ARG(item->text));
		buf_str(b, item->text);
		buf_char(b, '=');
		buf_str(b, v->kind == SOPS_TEXT ? replaced(mem, v->text, STR("\n"), "\\n")
						: sops_plain(mem, v));
		buf_char(b, '\n');
	}
	return NULL;
}
