#include "base/glob.h"

#include "base/rune.h"

/* Up to the next star outside of a class; the stars before it go first. */
static str take_chunk(str *pattern, bool *ret_star)
{
	str p = *pattern;
	*ret_star = false;
	while (p.n && p.p[0] == '*') {
		*ret_star = true;
		p = str_sub(p, 1, p.n);
	}
	bool in_class = false;
	size_t i = 0;
	for (; i < p.n && (p.p[i] != '*' || in_class); i++) {
		if (p.p[i] == '\\' && i + 1 < p.n)
			i++;
		else if (p.p[i] == '[')
			in_class = true;
		else if (p.p[i] == ']')
			in_class = false;
	}
	*pattern = str_sub(p, i, p.n);
	return str_sub(p, 0, i);
}

/* One character of a class, which must not be the last of the pattern. */
static bool class_rune(str *chunk, uint32_t *ret)
{
	str c = *chunk;
	size_t len;
	if (!c.n || c.p[0] == '-' || c.p[0] == ']')
		return false;
	if (c.p[0] == '\\')
		c = str_sub(c, 1, c.n);
	*ret = rune_at(c, &len);
	*chunk = str_sub(c, len, c.n);
	return chunk->n && !(*ret == RUNE_BAD && len == 1);
}

/* The class behind "[": does it hold r? False with *ret_bad for a malformed one. */
static bool match_class(str *chunk, uint32_t r, bool *ret_bad)
{
	bool negated = chunk->n && chunk->p[0] == '^', found = false;
	if (negated)
		*chunk = str_sub(*chunk, 1, chunk->n);
	for (size_t ranges = 0;; ranges++) {
		uint32_t low, high;
		if (chunk->n && chunk->p[0] == ']' && ranges) {
			*chunk = str_sub(*chunk, 1, chunk->n);
			return found != negated;
		}
		bool good = class_rune(chunk, &low);
		high = low;
		if (good && chunk->p[0] == '-') {
			*chunk = str_sub(*chunk, 1, chunk->n);
			good = class_rune(chunk, &high);
		}
		if (!good) {
			*ret_bad = true;
			return false;
		}
		found = found || (low <= r && r <= high);
	}
}

/* Does the chunk, which has no star, match the front of the text? *ret_rest is what is left. With
 * thorough, a chunk that does not match is still read to its end, to find what is malformed. */
static bool match_chunk(str chunk, str text, bool thorough, str *ret_rest, bool *ret_bad)
{
	bool failed = false;
	while (chunk.n) {
		failed = failed || !text.n;
		if (failed && !thorough)
			return false;
		char c = chunk.p[0];
		size_t len = failed ? 0 : 1;
		chunk = str_sub(chunk, 1, chunk.n);
		if (c == '[') {
			uint32_t r = rune_at(text, &len);
			bool in_class = match_class(&chunk, r, ret_bad);
			if (*ret_bad)
				return false;
			failed = failed || !in_class;
		} else if (c == '?') {
			failed = failed || (thorough && text.p[0] == '/');
			rune_at(text, &len);
		} else {
			if (c == '\\' && !chunk.n) {
				*ret_bad = true;
				return false;
			}
			if (c == '\\') {
				c = chunk.p[0];
				chunk = str_sub(chunk, 1, chunk.n);
			}
			failed = failed || c != text.p[0];
		}
		text = str_sub(text, len, text.n);
	}
	*ret_rest = text;
	return !failed;
}

/* Matches the chunk at the text's front or, behind a star, at the first place where it fits. The
 * last chunk has to use up the text. */
static bool place_chunk(str chunk, str *text, bool star, bool last, bool path, bool *ret_bad)
{
	str rest;
	for (size_t skipped = 0; skipped <= text->n; skipped++) {
		if (skipped && path && text->p[skipped - 1] == '/')
			return false;
		bool fits =
			match_chunk(chunk, str_sub(*text, skipped, text->n), path, &rest, ret_bad);
		if (fits && !(last && rest.n)) {
			*text = rest;
			return true;
		}
		if (*ret_bad || !star)
			return false;
	}
	return false;
}

bool glob_match(str pattern, str text, enum glob_rule rule, bool *ret_bad)
{
	bool bad = false, fits = true, path = rule == GLOB_PATH, star;
	while (pattern.n && fits && !bad) {
		str chunk = take_chunk(&pattern, &star);
		if (star && !chunk.n) {
			fits = !path || str_find(text, '/') < 0;
			text.n = 0;
		} else {
			fits = place_chunk(chunk, &text, star, !pattern.n, path, &bad);
		}
	}
	/* what is malformed behind the place where it stopped to match counts too */
	while (path && !fits && !bad && pattern.n) {
		str rest;
		match_chunk(take_chunk(&pattern, &star), (str){"", 0}, true, &rest, &bad);
	}
	if (ret_bad)
		*ret_bad = bad;
	return fits && !bad && !text.n;
}
