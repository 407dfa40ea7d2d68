#include "helm/helm_names.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/rune.h"
#include "crypt/digest.h"

#define MAX_OBJECT_NAME 253
#define HASH_DIGITS 12
#define USUAL_TIMEOUT (5 * CLOCK_MINUTE)
#define USUAL_HISTORY 5

/* --- names ------------------------------------------------------------------------------------ */

char *helm_short_name(arena *mem, const char *name)
{
	if (strlen(name) <= HELM_MAX_RELEASE_NAME)
		return arena_text(mem, name);
	return arena_printf(mem, "%.*s-%.*s", HELM_MAX_RELEASE_NAME - HASH_DIGITS - 1, name,
			    HASH_DIGITS, digest_hex(mem, DIGEST_SHA256, str_of(name)));
}

static const char *filled(const val *v, const char *key, const char *otherwise)
{
	const char *text = val_as_text(val_get(v, key));
	return text && *text ? text : otherwise;
}

err *helm_names_of(arena *mem, const val *object, struct helm_names *ret)
{
	const val *spec = val_get(object, "spec");
	const char *ns = val_text_or(VAL_IN(object, "metadata", "namespace"), "");
	const char *name = val_text_or(VAL_IN(object, "metadata", "name"), "");
	const char *target = filled(spec, "targetNamespace", "");
	const char *usual = *target ? arena_printf(mem, "%s-%s", target, name) : name;
	const char *timeout = val_as_text(val_get(spec, "timeout"));
	*ret = (struct helm_names){
		.release = filled(spec, "releaseName", usual),
		.release_namespace = *target ? target : ns,
		.storage_namespace = filled(spec, "storageNamespace", ns),
		.chart = arena_printf(mem, "%s-%s", ns, name),
		.timeout = USUAL_TIMEOUT,
		.max_history = val_as_int(val_get(spec, "maxHistory"), USUAL_HISTORY),
	};
	ret->short_release = helm_short_name(mem, ret->release);
	if (val_is(val_get(spec, "chart"), VAL_MAP))
		ret->chart_namespace =
			filled(VAL_IN(spec, "chart", "spec", "sourceRef"), "namespace", ns);
	if (timeout)
		TRY(duration_parse(mem, str_of(timeout), &ret->timeout));
	return NULL;
}

/* Lower-case letters and digits, dashes inside, in parts between dots. */
static bool is_name(const char *name, size_t max)
{
	if (strlen(name) > max)
		return false;
	for (const char *p = name;; p++) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-");
		if (!n || p[0] == '-' || p[n - 1] == '-')
			return false;
		p += n;
		if (!*p)
			return true;
		if (*p != '.')
			return false;
	}
}

static err *check_name(arena *mem, const char *name, const char *what, int max)
{
	if (is_name(name, (size_t)max))
		return NULL;
	return err_new(
		mem, ERR_INVALID,
		"invalid %s name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?"
		"(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than %d",
		what, max);
}

err *helm_check_release_name(arena *mem, const char *name)
{
	if (!*name)
		return err_new(mem, ERR_INVALID, "no name provided");
	return check_name(mem, name, "release", HELM_MAX_RELEASE_NAME);
}

err *helm_check_object_name(arena *mem, const char *name)
{
	return check_name(mem, name, "metadata", MAX_OBJECT_NAME);
}

/* --- titles ----------------------------------------------------------------------------------- */

static bool has_case(uint32_t r)
{
	return rune_upper(r) != r || rune_lower(r) != r;
}

/* A mark that is part of a word when letters stand on both sides: don't, e.g. */
static bool is_inside(uint32_t r)
{
	return r == '\'' || r == 0x2019 || r == '.' || r == ':' || r == 0xb7;
}

char *helm_title(arena *mem, const char *text)
{
	str s = str_of(text);
	buf b = buf_init(mem);
	bool capital = false; /* the word has its first letter */
	bool letter = false;  /* a letter stands before */
	for (size_t i = 0, len; i < s.n; i += len) {
		size_t next;
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		bool is_letter = rune_is_letter(r);
		if (has_case(r)) {
			buf_utf8(&b, capital ? r : rune_title(r));
			capital = true;
		} else {
			buf_str(&b, str_sub(s, i, i + len));
			uint32_t after = rune_at(str_sub(s, i + len, s.n), &next);
			bool inside = letter && is_inside(r) && rune_is_letter(after);
			if (!is_letter && !rune_is_digit(r) && r != '_' && !inside)
				capital = false;
		}
		letter = is_letter;
	}
	return buf_text(&b);
}

char *helm_sentence(arena *mem, const char *text)
{
	str s = str_of(text);
	buf b = buf_init(mem);
	for (size_t i = 0, len; i < s.n;) {
		size_t from = i;
		while (i < s.n && !rune_is_space(rune_at(str_sub(s, i, s.n), &len)))
			i += len;
		char *word = str_text(mem, str_sub(s, from, i));
		if (*word)
			buf_printf(&b, "%s%s", b.n ? " " : "", b.n ? word : helm_title(mem, word));
		if (i < s.n)
			i += len;
	}
	return buf_text(&b);
}

/* --- drift ------------------------------------------------------------------------------------ */

const enum drift_kind helm_drift_kinds[4] = {DRIFT_CREATE, DRIFT_UPDATE, DRIFT_EXCLUDE, DRIFT_NONE};

static const char *const drift_words[] = {[DRIFT_CREATE] = "removed",
					  [DRIFT_UPDATE] = "changed",
					  [DRIFT_EXCLUDE] = "excluded",
					  [DRIFT_NONE] = "unchanged"};

char *helm_drift_brief(arena *mem, const struct helm_drift *all, size_t n,
		       const enum drift_kind *kinds, size_t n_kinds)
{
	buf b = buf_init(mem);
	if (!kinds) {
		kinds = helm_drift_kinds;
		n_kinds = HELM_DRIFT_USUAL;
	}
	for (size_t k = 0; k < n_kinds; k++) {
		size_t count = 0;
		for (size_t i = 0; i < n; i++)
			count += all[i].kind == kinds[k];
		buf_printf(&b, "%s%s: %zu", k ? ", " : "", drift_words[kinds[k]], count);
	}
	return buf_text(&b);
}

static void add_line(buf *b, const struct helm_drift *d)
{
	buf_printf(b, "%s%s/%s%s%s %s", b->n ? "\n" : "", d->object_kind, d->ns, *d->ns ? "/" : "",
		   d->name, drift_words[d->kind]);
	if (d->kind == DRIFT_UPDATE)
		buf_printf(b, " (%zu additions, %zu changes, %zu removals)", d->additions,
			   d->changes, d->removals);
}

char *helm_drift_lines(arena *mem, const struct helm_drift *all, size_t n,
		       const enum drift_kind *kinds, size_t n_kinds)
{
	buf b = buf_init(mem);
	if (!kinds) {
		kinds = helm_drift_kinds;
		n_kinds = HELM_DRIFT_USUAL;
	}
	for (size_t i = 0; i < n; i++) {
		bool told = false;
		for (size_t k = 0; k < n_kinds; k++)
			told = told || kinds[k] == all[i].kind;
		if (told)
			add_line(&b, &all[i]);
	}
	return buf_text(&b);
}
