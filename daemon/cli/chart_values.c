#include "cli/chart_values.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "data/json.h"
#include "helm/helm.h"

#define MAX_FILE ((size_t)64 << 20)

static err *read_input(arena *mem, str *ret_content)
{
	buf b = buf_init(mem);
	for (ssize_t got = 1; got > 0; b.n += (size_t)got) {
		got = read(STDIN_FILENO, buf_room(&b, 65536), 65536);
		if (got < 0)
			return err_new(mem, ERR_IO, "standard input can't be read");
		if (b.n > MAX_FILE)
			return err_new(mem, ERR_LIMIT, "standard input is larger than %zu bytes",
				       MAX_FILE);
	}
	buf_text(&b);
	*ret_content = buf_view(&b);
	return NULL;
}

static err *read_file(void *arg, arena *mem, const char *path, str *ret_content)
{
	(void)arg;
	if (str_is(str_trim(str_of(path)), "-"))
		return read_input(mem, ret_content);
	if (text_starts(path, "http://") || text_starts(path, "https://") ||
	    text_starts(path, "oci://"))
		return err_new(mem, ERR_UNSUPPORTED, "%s: values are read from files only", path);
	err *failed = file_read(mem, path, MAX_FILE, ret_content);
	if (!failed)
		return NULL;
	/* Go's words for errno are the C library's, in lower case */
	char *text = arena_text(mem, err_text(mem, failed)), *why = strrchr(text, ':');
	if (why && why[1] == ' ')
		why[2] = (char)tolower((unsigned char)why[2]);
	return err_new(mem, err_code(failed), "%s", text);
}

/* An object as a whole, or key=json pairs. */
static err *set_json(arena *mem, const char *text, val **values)
{
	val *whole;
	str trimmed = str_trim(str_of(text));
	if (trimmed.n && trimmed.p[0] == '{') {
		if (json_parse(mem, trimmed, &whole))
			return err_new(mem, ERR_INVALID, "failed parsing --set-json data JSON: %s",
				       text);
		*values = helm_merge_values(mem, *values, chart_floats(whole));
		return NULL;
	}
	if (strvals_set(mem, STRVALS_JSON, str_of(text), *values, NULL, NULL))
		return err_new(mem, ERR_INVALID, "failed parsing --set-json data %s", text);
	return NULL;
}

static err *set_all(arena *mem, enum strvals_kind kind, const char *flag, const flag_texts *texts,
		    val *values)
{
	for (size_t i = 0; i < texts->n; i++)
		TRY_AS(mem, strvals_set(mem, kind, str_of(texts->p[i]), values, read_file, NULL),
		       "failed parsing %s data", flag);
	return NULL;
}

err *chart_values_read(arena *mem, const struct chart_values *v, val **ret_values)
{
	val *values = val_map(mem);
	for (size_t i = 0; i < v->files.n; i++) {
		str text;
		val *more;
		TRY(read_file(NULL, mem, v->files.p[i], &text));
		TRY_AS(mem, helm_read_values(mem, text, &more), "failed to parse %s",
		       v->files.p[i]);
		values = helm_merge_values(mem, values, more);
	}
	for (size_t i = 0; i < v->json.n; i++)
		TRY(set_json(mem, v->json.p[i], &values));
	TRY(set_all(mem, STRVALS_TYPED, "--set", &v->typed, values));
	TRY(set_all(mem, STRVALS_TEXT, "--set-string", &v->text, values));
	TRY(set_all(mem, STRVALS_FILE, "--set-file", &v->file, values));
	TRY(set_all(mem, STRVALS_LITERAL, "--set-literal", &v->literal, values));
	*ret_values = values;
	return NULL;
}
