#include "helm/helm_schema_ref.h"

#include "base/buf.h"
#include "base/enc.h"

#define MAX_DEPTH 200

/* The schema with that $id or $anchor, anywhere in the document. */
static const val *by_name(const val *s, str name, int depth)
{
	if (depth > MAX_DEPTH)
		return NULL;
	if (val_is(s, VAL_MAP)) {
		str id = val_as_str(val_get(s, "$id")), anchor = val_as_str(val_get(s, "$anchor"));
		if (str_eq(id, name) ||
		    (anchor.n && name.n == anchor.n + 1 && str_ends(name, anchor)))
			return s;
		for (uint32_t i = 0; i < s->map.n; i++) {
			const val *found = by_name(s->map.p[i].value, name, depth + 1);
			if (found)
				return found;
		}
	}
	for (size_t i = 0; val_is(s, VAL_LIST) && i < s->list.n; i++) {
		const val *found = by_name(s->list.p[i], name, depth + 1);
		if (found)
			return found;
	}
	return NULL;
}

/* A part of a JSON pointer in a URL's fragment: %XX, then ~1 and ~0. */
static str pointer_part(arena *mem, str part)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < part.n; i++) {
		str hex;
		if (part.p[i] == '%' && i + 2 < part.n &&
		    enc_unhex(mem, str_sub(part, i + 1, i + 3), &hex)) {
			buf_str(&b, hex);
			i += 2;
		} else if (part.p[i] == '~' && i + 1 < part.n) {
			buf_char(&b, part.p[++i] == '1' ? '/' : '~');
		} else {
			buf_char(&b, part.p[i]);
		}
	}
	buf_text(&b);
	return buf_view(&b);
}

const val *schema_resolve(arena *mem, const val *root, str ref)
{
	const val *s = root;
	str id = val_as_str(val_get(s, "$id")), part;
	if (id.n && str_starts(ref, id))
		ref = str_sub(ref, id.n, ref.n);
	if (!ref.n || str_is(ref, "#"))
		return s;
	if (!str_starts(ref, STR("#/")))
		return by_name(s, ref, 0);
	for (str rest = str_sub(ref, 2, ref.n); s && str_next(&rest, '/', &part);) {
		int64_t i;
		part = pointer_part(mem, part);
		s = val_is(s, VAL_LIST) && str_int(part, &i) && i >= 0 ? val_at(s, (size_t)i)
								       : val_get_str(s, part);
	}
	return s;
}
