#include "apply/unknown.h"

/* One step of a path as structured-merge-diff prints it: .name, [3], [="v"], [name="x",port=80]. */
static val *step_into(val *v, str *path)
{
	if (path->p[0] == '.') {
		size_t n = 1;
		while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
			n++;
		str name = str_sub(*path, 1, n);
		*path = str_sub(*path, n, path->n);
		return val_get_str(v, name);
	}
	ptrdiff_t end = str_find(*path, ']');
	if (path->p[0] != '[' || end < 0)
		return NULL;
	str inner = str_sub(*path, 1, (size_t)end), part;
	*path = str_sub(*path, (size_t)end + 1, path->n);
	int64_t index;
	if (str_int(inner, &index))
		return val_at(v, (size_t)index);
	for (size_t i = 0; i < val_len(v); i++) {
		str rest = inner;
		bool same = true;
		while (same && str_next(&rest, ',', &part)) {
			str key, want;
			str_cut(part, '=', &key, &want);
			const val *is = val_get_str(val_at(v, i), key);
			bool quoted = want.n > 1 && want.p[0] == '"';
			str plain = quoted ? str_sub(want, 1, want.n - 1) : want;
			int64_t number;
			same = quoted ? str_eq(val_as_str(is), plain)
				      : str_int(plain, &number) &&
						val_as_int(is, number + 1) == number;
		}
		if (same)
			return val_at(v, i);
	}
	return NULL;
}

static bool drop_field(val *obj, str path)
{
	ptrdiff_t dot = str_rfind(path, '.');
	if (dot < 0)
		return false;
	str parent = str_sub(path, 0, (size_t)dot);
	val *v = obj;
	while (v && parent.n)
		v = step_into(v, &parent);
	return v && val_del_str(v, str_sub(path, (size_t)dot + 1, path.n));
}

bool unknown_drop(arena *mem, const struct bundle_item *item, const err *e)
{
	bool exempt = text_eq(item->id.group, "rbac.authorization.k8s.io") &&
		      text_ends(item->id.kind, "Role");
	str text = str_of(err_text(mem, e)), word;
	bool any = false;
	if (!bundle_builtin_group(item->id.group) || exempt ||
	    str_search(text, STR(": field not declared in schema")) < 0)
		return false;
	for (str rest = text; str_next(&rest, ' ', &word);) {
		str line = str_trim(word);
		if (line.n > 1 && line.p[0] == '.' && line.p[line.n - 1] == ':')
			any |= drop_field(item->obj, str_sub(line, 0, line.n - 1));
	}
	/* the hash stays: it stands for what is wanted, not for what the server knows of it */
	return any;
}
