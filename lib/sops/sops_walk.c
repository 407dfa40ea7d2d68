#include "sops/sops_walk.h"

#include <string.h>

#include "base/regex.h"
#include "crypt/digest.h"
#include "sops/sops_value.h"

struct walk {
	arena *mem, *scratch;
	const struct sops_meta *m;
	struct regex *re; /* of a rule with an expression; NULL when that is none */
	str key;
	struct digest *mac;
	VEC(str) path;	   /* the keys that led here */
	VEC(str) comments; /* those that the next item stands under, of all levels */
};

static err *walk_items(struct walk *w, struct sops_items *items, bool map);

/* ---- which ------------------------------------------------------------------------------------ */

static bool any_key(struct walk *w)
{
	bool suffix = w->m->rule <= SOPS_ENCRYPTED_SUFFIX;
	for (size_t i = 0; i < w->path.n; i++)
		if (suffix ? str_ends(w->path.p[i], w->m->pattern)
			   : w->re && regex_match(w->scratch, w->re, w->path.p[i]))
			return true;
	return false;
}

static bool any_comment(struct walk *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w->re && regex_match(w->scratch, w->re, w->comments.p[i]))
			return true;
	return false;
}

static bool is_encrypted(struct walk *w, bool comment)
{
	switch (w->m->rule) {
	case SOPS_UNENCRYPTED_SUFFIX:
	case SOPS_UNENCRYPTED_REGEX:
		return !any_key(w);
	case SOPS_ENCRYPTED_SUFFIX:
	case SOPS_ENCRYPTED_REGEX:
		return any_key(w);
	case SOPS_UNENCRYPTED_COMMENT_REGEX:
		return !any_comment(w, w->comments.n);
	case SOPS_ENCRYPTED_COMMENT_REGEX:
		/* the comment that asks for encryption is not encrypted itself */
		return any_comment(w, w->comments.n - comment);
	}
	return true;
}

/* ---- one by one ------------------------------------------------------------------------------- */

static str where(struct walk *w)
{
	buf b = buf_init(w->scratch);
	for (size_t i = 0; i < w->path.n; i++) {
		buf_str(&b, w->path.p[i]);
		buf_char(&b, ':');
	}
	if (!w->path.n)
		buf_char(&b, ':');
	return buf_view(&b);
}

static err *walk_leaf(struct walk *w, struct sops_value *v, bool *ret_comment)
{
	bool encrypted = is_encrypted(w, false);
	if (v->kind == SOPS_WIDE)
		return err_new(w->mem, ERR_INVALID, "Cannot walk value, unknown type: uint64");
	if (encrypted) {
		if (v->kind != SOPS_TEXT)
			return err_new(w->mem, ERR_INVALID,
				       "Expected encrypted value as string, but got %s",
				       sops_type_name(v));
		TRY_AS(w->mem, sops_value_open(w->mem, v->text, w->key, where(w), v, ret_comment),
		       "Could not decrypt value");
	}
	if (encrypted || !w->m->mac_only_encrypted)
		digest_add(w->mac, sops_bytes(w->scratch, v));
	return NULL;
}

/* A comment that does not open is taken to be a plain one, as SOPS takes it; an empty one that stands in a list for an empty text. */
static void walk_comment(struct walk *w, struct sops_item *item, bool map)
{
	struct sops_value v;
	VEC_PUSH(w->scratch, &w->comments, item->text);
	if (!is_encrypted(w, true))
		return;
	if (!item->text.n && !map) {
		*item = (struct sops_item){.value = {.kind = SOPS_TEXT, .text = STR("")}};
		return;
	}
	if (sops_value_open(w->mem, item->text, w->key, where(w), &v, NULL))
		return;
	if (item->text.n)
		item->beside = false; /* SOPS forgets it */
	item->text = sops_bytes(w->mem, &v);
}

static err *walk_value(struct walk *w, struct sops_value *v, bool *ret_comment)
{
	if (v->kind == SOPS_NULL)
		return NULL;
	if (v->kind == SOPS_LIST || v->kind == SOPS_BRANCH)
		return walk_items(w, &v->items, v->kind == SOPS_BRANCH);
	return walk_leaf(w, v, ret_comment);
}

static err *walk_items(struct walk *w, struct sops_items *items, bool map)
{
	size_t comments = w->comments.n;
	for (size_t i = 0; i < items->n; i++) {
		struct sops_item *item = &items->p[i];
		if (item->comment) {
			walk_comment(w, item, map);
			continue;
		}
		if (item->other_key)
			return err_new(w->mem, ERR_INVALID,
				       "Tree contains a non-string key %.*s. Only string keys are "
				       "supported",
				       STR_ARG(item->text));
		if (map)
			VEC_PUSH(w->scratch, &w->path, item->text);
		bool comment = false;
		TRY(walk_value(w, &item->value, &comment));
		w->path.n -= map;
		w->comments.n = comments;
		/* SOPS writes a list's comments as elements of it */
		if (comment && !map)
			*item = (struct sops_item){.comment = true, .text = item->value.text};
	}
	w->comments.n = comments;
	return NULL;
}

static err *walk_docs(struct walk *w, struct sops_docs *docs)
{
	for (size_t i = 0; i < docs->n; i++)
		TRY_AS(w->mem, walk_items(w, &docs->p[i], true), "Error walking tree");
	return NULL;
}

/* What a MAC over encrypted values alone begins with, so that it is never one over all. */
static str only_encrypted(arena *mem)
{
	return digest_raw(mem, DIGEST_SHA256, STR("sops"));
}

err *sops_walk(arena *mem, const struct sops_meta *m, struct sops_docs *docs, str key, str *ret_mac)
{
	struct walk w = {.mem = mem,
			 .scratch = arena_open(),
			 .m = m,
			 .key = key,
			 .mac = digest_begin(mem, DIGEST_SHA512)};
	arena_secret(w.scratch);
	if (m->rule > SOPS_ENCRYPTED_SUFFIX && regex_compile(w.scratch, m->pattern, &w.re))
		w.re = NULL;
	if (m->mac_only_encrypted)
		digest_add(w.mac, only_encrypted(w.scratch));
	err *e = walk_docs(&w, docs);
	char *mac = digest_end(w.mac) + sizeof("sha512:") - 1;
	for (char *p = mac; *p; p++)
		*p = (char)(*p >= 'a' ? *p & ~32 : *p);
	arena_close(w.scratch);
	*ret_mac = str_of(mac);
	return e;
}
