#include "sops/sops_tree.h"

#include <string.h>

#include "base/number.h"

void sops_add(arena *mem, struct sops_items *items, struct sops_item item)
{
	VEC_PUSH(mem, items, item);
}

void sops_add_comment(arena *mem, struct sops_items *items, str lines, bool beside)
{
	str line;
	while (str_next(&lines, '\n', &line))
		if (line.n)
			sops_add(mem, items,
				 (struct sops_item){.comment = true,
						    .beside = beside,
						    .text = str_sub(line, 1, line.n)});
}

struct sops_value sops_text(str text)
{
	return (struct sops_value){.kind = SOPS_TEXT, .text = text};
}

const struct sops_value *sops_get(const struct sops_items *items, const char *key)
{
	for (size_t i = 0; items && i < items->n; i++)
		if (!items->p[i].comment && !items->p[i].other_key && str_is(items->p[i].text, key))
			return &items->p[i].value;
	return NULL;
}

const char *sops_type_name(const struct sops_value *v)
{
	switch (v->kind) {
	case SOPS_TEXT:
		return "string";
	case SOPS_INT:
		return "int";
	case SOPS_FLOAT:
		return "float64";
	case SOPS_BOOL:
		return "bool";
	case SOPS_TIME:
		return "time.Time";
	case SOPS_BYTES:
		return "[]uint8";
	case SOPS_WIDE:
		return "uint64";
	case SOPS_LIST:
		return "[]interface {}";
	case SOPS_BRANCH:
		return "sops.TreeBranch";
	case SOPS_NULL:
		break;
	}
	return "<nil>";
}

str sops_bytes(arena *mem, const struct sops_value *v)
{
	switch (v->kind) {
	case SOPS_INT:
		return str_of(arena_printf(mem, "%lld", (long long)v->i));
	case SOPS_FLOAT:
		return str_of(number_text(mem, v->f, 'f'));
	case SOPS_BOOL:
		return v->b ? STR("True") : STR("False");
	case SOPS_TEXT:
	case SOPS_TIME:
	case SOPS_BYTES:
	case SOPS_WIDE:
		return v->text;
	default:
		return (str){"", 0};
	}
}

/* Go's 'G', and with one digit behind the point what would look like an integer. */
static str plain_float(arena *mem, double f)
{
	char *text = number_text(mem, f, 'g');
	char *e = strchr(text, 'e');
	if (e)
		*e = 'E';
	if (e || strchr(text, '.') || strpbrk(text, "IN"))
		return str_of(text);
	return str_of(arena_printf(mem, "%s.0", text));
}

static str plain_bytes(arena *mem, str bytes)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < bytes.n; i++)
		buf_printf(&b, "%s%u", i ? " " : "[", (unsigned char)bytes.p[i]);
	buf_text_add(&b, bytes.n ? "]" : "[]");
	return buf_view(&b);
}

str sops_plain(arena *mem, const struct sops_value *v)
{
	switch (v->kind) {
	case SOPS_NULL:
		return STR("<nil>");
	case SOPS_BOOL:
		return v->b ? STR("true") : STR("false");
	case SOPS_FLOAT:
		return plain_float(mem, v->f);
	case SOPS_BYTES:
		return plain_bytes(mem, v->text);
	default:
		return sops_bytes(mem, v);
	}
}
