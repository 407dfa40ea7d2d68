#include "sops/sops_unlock.h"

#include <string.h>

#include "base/vec.h"
#include "sops/sops_shamir.h"

#define KEY_COLUMNS 60 /* of the reason why a key does not open */
#define TEXT_COLUMNS 75

/* ---- text ------------------------------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n');
}

static size_t columns(str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* Breaks lines at blanks so that they have no more columns, where that is possible. */
static str wrap(arena *mem, str text, size_t most)
{
	buf b = buf_init(mem);
	size_t column = 0, i = 0;
	while (i < text.n) {
		size_t from = i;
		while (i < text.n && is_space(text.p[i]))
			i++;
		str blanks = str_sub(text, from, i);
		from = i;
		while (i < text.n && !is_space(text.p[i]) && text.p[i] != '\n')
			i++;
		str word = str_sub(text, from, i);
		size_t width = columns(word);
		if (width && width < most && column + columns(blanks) + width > most) {
			buf_char(&b, '\n');
			column = 0;
		} else if (width || column + blanks.n <= most) {
			buf_str(&b, blanks);
			column += columns(blanks);
		}
		buf_str(&b, word);
		column += width;
		if (i < text.n && text.p[i] == '\n') {
			buf_char(&b, '\n');
			column = 0;
			i++;
		}
	}
	return buf_view(&b);
}

/* Each line with something before it; another thing before the first. */
static str prefixed(arena *mem, str text, const char *first, const char *others)
{
	buf b = buf_init(mem);
	str line;
	for (bool begun = false; str_next(&text, '\n', &line); begun = true) {
		if (begun)
			buf_char(&b, '\n');
		buf_text_add(&b, begun ? others : first);
		buf_str(&b, line);
	}
	return buf_view(&b);
}

static void add_key_failure(arena *mem, buf *b, const struct sops_key *key, const err *e)
{
	str why = wrap(mem, str_of(err_text(mem, e)), KEY_COLUMNS);
	if (b->n)
		buf_text_add(b, "\n\n");
	buf_printf(b, "%s: FAILED\n", key->name);
	buf_str(b, prefixed(mem, why, "  - | ", "    | "));
}

/* ---- groups ----------------------------------------------------------------------------------- */

static int priority(enum sops_key_kind kind)
{
	return kind == SOPS_KEY_AGE ? 0 : kind == SOPS_KEY_PGP ? 1 : 2;
}

/* A group's part, by the first of its keys that opens: age first, then PGP, then services. */
static bool open_group(arena *mem, struct sops_keys *keys, const struct sops_group *g,
		       buf *failures, str *ret_part)
{
	for (int rank = 0; rank < 3; rank++) {
		for (size_t i = 0; i < g->n; i++) {
			if (priority(g->p[i].kind) != rank)
				continue;
			err *e = sops_keys_unseal(mem, keys, &g->p[i], ret_part);
			if (!e)
				return true;
			add_key_failure(mem, failures, &g->p[i], e);
		}
	}
	return false;
}

static const char *trailer(arena *mem, const struct sops_meta *m, size_t opened)
{
	long long need = (long long)m->threshold;
	if (!need)
		return "Recovery failed because no master key was able to decrypt the file. In "
		       "order for SOPS to recover the file, at least one key has to be successful, "
		       "but none were.";
	return arena_printf(
		mem,
		"Recovery failed because the file was encrypted with a Shamir threshold of %lld, "
		"but only %zu part(s) were successfully recovered, one for each successful key "
		"group. In order for SOPS to recover the file, at least %lld groups have to be "
		"successful. In order for a group to be successful, decryption has to succeed with "
		"any of the keys in that key group.",
		need, opened, need);
}

err *sops_unlock(arena *mem, struct sops_keys *keys, const struct sops_meta *m, str *ret_key)
{
	VEC(str) parts = {0};
	buf text = buf_init(mem);
	buf_text_add(&text, "Failed to get the data key required to decrypt the SOPS file.");
	for (size_t i = 0; i < m->groups.n; i++) {
		buf failures = buf_init(mem);
		str part;
		bool open = open_group(mem, keys, &m->groups.p[i], &failures, &part);
		buf_printf(&text, "\n\nGroup %zu: %s", i, open ? "SUCCESS" : "FAILED");
		if (open) {
			VEC_PUSH(mem, &parts, part);
			continue;
		}
		buf_char(&text, '\n');
		buf_str(&text, prefixed(mem, buf_view(&failures), "  ", "  "));
	}
	bool shared = m->groups.n > 1;
	bool enough = shared ? (int64_t)parts.n >= m->threshold : parts.n == 1;
	if (!enough) {
		str end = wrap(mem, str_of(trailer(mem, m, parts.n)), TEXT_COLUMNS);
		buf_text_add(&text, "\n\n");
		buf_str(&text, end);
		return err_new(mem, ERR_UNAUTHORIZED, "%s", buf_text(&text));
	}
	if (shared)
		TRY_AS(mem, sops_shamir_combine(mem, parts.p, parts.n, ret_key),
		       "could not get data key from shamir parts");
	else
		*ret_key = parts.p[0];
	return NULL;
}
