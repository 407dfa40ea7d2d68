#include "helm/helm_schema_check.h"

#include <math.h>
#include <string.h>

#include "base/regex.h"
#include "base/rune.h"
#include "helm/helm_format.h"
#include "helm/helm_schema_json.h"
#include "helm/helm_schema_ref.h"

static struct fault *one_schema(struct schema_run *r, const char *keyword, const val *s,
				const val *v, const char *path);

/* ---- small parts ---- */

static const char *below(struct schema_run *r, const char *path, str key)
{
	buf b = buf_init(r->mem);
	buf_printf(&b, "%s/", path);
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~')
			buf_text_add(&b, "~0");
		else if (key.p[i] == '/')
			buf_text_add(&b, "~1");
		else
			buf_char(&b, key.p[i]);
	}
	return buf_text(&b);
}

static const char *below_index(struct schema_run *r, const char *path, size_t i)
{
	return arena_printf(r->mem, "%s/%zu", path, i);
}

/* Another schema for the value at hand, by a reference or not: what it speaks of counts here, too, when v is as it says. */
static struct fault *also_by(struct schema_run *r, const char *keyword, const val *schema,
			     const val *v, const char *path)
{
	struct schema_left *outer = r->left,
			   left = schema_left_of(r->mem, v, schema, outer->count > 0,
						 r->draft >= DRAFT_2020);
	r->left = &left;
	struct fault *f = one_schema(r, keyword, schema, v, path);
	r->left = outer;
	if (!f)
		schema_left_merge(outer, &left);
	return f;
}

static struct fault *also(struct schema_run *r, const val *schema, const val *v, const char *path)
{
	return also_by(r, NULL, schema, v, path);
}

static bool ok(struct schema_run *r, const val *schema, const val *v, const char *path)
{
	return !also(r, schema, v, path);
}

/* ---- keywords for any value ---- */

static struct fault *check_type(struct schema_run *r, const val *want, const val *v,
				const char *path)
{
	static const char *const order[] = {"null",   "boolean", "integer", "number",
					    "string", "array",	 "object"};
	buf wanted = buf_init(r->mem);
	const val *one = want;
	size_t n = val_is(want, VAL_LIST) ? want->list.n : 1;
	for (size_t i = 0; i < n; i++) {
		one = val_is(want, VAL_LIST) ? want->list.p[i] : want;
		if (json_is_type(v, val_text_or(one, "")))
			return NULL;
	}
	/* told in the order in which the reference keeps types: by their bits */
	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (size_t i = 0; i < n; i++) {
			one = val_is(want, VAL_LIST) ? want->list.p[i] : want;
			if (text_eq(val_text_or(one, ""), order[k]))
				buf_printf(&wanted, "%s%s", wanted.n ? " or " : "", order[k]);
		}
	return fault_new(r->mem, path, "got %s, want %s", json_type(v), buf_text(&wanted));
}

static struct fault *check_const(struct schema_run *r, const val *want, const val *v,
				 const char *path)
{
	if (json_same(want, v))
		return NULL;
	const char *text = json_shown(r->mem, want);
	return text ? fault_new(r->mem, path, "value must be %s", text)
		    : fault_new(r->mem, path, "'const' failed");
}

static struct fault *check_enum(struct schema_run *r, const val *want, const val *v,
				const char *path)
{
	buf b = buf_init(r->mem);
	bool simple = true;
	for (size_t i = 0; i < val_len(want); i++) {
		if (json_same(val_at(want, i), v))
			return NULL;
		const char *text = json_shown(r->mem, val_at(want, i));
		simple &= text != NULL;
		buf_printf(&b, "%s%s", i ? ", " : "", text ? text : "");
	}
	if (!simple)
		return fault_new(r->mem, path, "'enum' failed");
	return fault_new(r->mem, path,
			 val_len(want) == 1 ? "value must be %s" : "value must be one of %s",
			 buf_text(&b));
}

static struct fault *check_format(struct schema_run *r, const val *format, const val *v,
				  const char *path)
{
	if ((r->draft > DRAFT_7 && !r->formats) || !val_is(v, VAL_TEXT) ||
	    !val_is(format, VAL_TEXT))
		return NULL;
	const char *why = format_fault(r->mem, format->text.p, v->text);
	return why ? fault_new(r->mem, path, "'%s' is not valid %s: %s", v->text.p, format->text.p,
			       why)
		   : NULL;
}

/* ---- combinations ---- */

static struct fault *check_all(struct schema_run *r, const val *list, const val *v,
			       const char *path)
{
	struct fault *all = fault_new(r->mem, path, "'allOf' failed");
	for (size_t i = 0; i < val_len(list); i++) {
		struct fault *f = also(r, val_at(list, i), v, path);
		if (f)
			VEC_PUSH(r->mem, &all->below, f);
	}
	return all->below.n ? all : NULL;
}

static struct fault *check_any(struct schema_run *r, const val *list, const val *v,
			       const char *path)
{
	struct fault *any = fault_new(r->mem, path, "'anyOf' failed");
	bool matched = false;
	/* all of them, as long as something is left to speak of */
	for (size_t i = 0; i < val_len(list) && !(matched && !r->left->count); i++) {
		struct fault *f = also(r, val_at(list, i), v, path);
		matched |= !f;
		if (f)
			VEC_PUSH(r->mem, &any->below, f);
	}
	return matched ? NULL : any;
}

static struct fault *check_one(struct schema_run *r, const val *list, const val *v,
			       const char *path)
{
	struct fault *none = fault_new(r->mem, path, "'oneOf' failed, none matched");
	ptrdiff_t first = -1;
	for (size_t i = 0; i < val_len(list); i++) {
		struct fault *f = also(r, val_at(list, i), v, path);
		if (f)
			VEC_PUSH(r->mem, &none->below, f);
		else if (first >= 0)
			return fault_new(r->mem, path,
					 "'oneOf' failed, subschemas %td, %zu matched", first, i);
		else
			first = (ptrdiff_t)i;
	}
	return first < 0 ? none : NULL;
}

static struct fault *check_if(struct schema_run *r, const val *s, const val *v, const char *path)
{
	const val *condition = val_get(s, "if");
	if (!condition || r->draft < DRAFT_7)
		return NULL;
	const val *then = val_get(s, ok(r, condition, v, path) ? "then" : "else");
	return then ? also(r, then, v, path) : NULL;
}

/* ---- references ---- */

static struct fault *check_ref(struct schema_run *r, const char *keyword, const val *target,
			       str ref, const val *v, const char *path)
{
	if (target) {
		struct fault *f = also_by(r, keyword, target, v, path);
		if (f && !f->text) { /* several faults are told where the reference stands */
			f->path = path;
			f->text = "validation failed";
		}
		return f;
	}
	if (str_starts(ref, STR("urn:")))
		return NULL;
	if (!r->broken)
		r->broken = err_new(
			r->mem, ERR_INVALID,
			"failing loading \"%.*s\": schemas outside the chart are not loaded; "
			"copy it into the schema's $defs",
			STR_ARG(ref));
	return NULL;
}

/* $recursiveRef and $dynamicRef: where they lead depends on the way here. */
static struct fault *check_dynamic(struct schema_run *r, const val *s, const val *v,
				   const char *path)
{
	bool newest = r->draft >= DRAFT_2020;
	const val *ref = val_get(s, newest ? "$dynamicRef" : "$recursiveRef");
	if (!val_is(ref, VAL_TEXT))
		return NULL;
	const val *target = schema_resolve(r->mem, r->root, ref->text);
	return check_ref(r, newest ? "$dynamicRef" : "$recursiveRef",
			 schema_dynamic(r->root, r->way, target, newest, &r->steps), ref->text, v,
			 path);
}

/* ---- texts and numbers ---- */

static void limit(struct schema_run *r, const val *s, const char *key, double got, bool too_small,
		  const char *path, struct faults *out)
{
	const val *want = val_get(s, key);
	if (!json_is_number(want) ||
	    (too_small ? got >= val_as_float(want, 0) : got <= val_as_float(want, 0)))
		return;
	faults_add(r->mem, out,
		   fault_new(r->mem, path, "%s: got %s, want %s", key, fault_number(r->mem, got),
			     fault_number(r->mem, val_as_float(want, 0))));
}

static void check_text(struct schema_run *r, const val *s, const val *v, const char *path,
		       struct faults *out)
{
	double length = (double)rune_count(v->text);
	const val *pattern = val_get(s, "pattern");
	struct regex *re;
	limit(r, s, "minLength", length, true, path, out);
	limit(r, s, "maxLength", length, false, path, out);
	if (val_is(pattern, VAL_TEXT) && !regex_compile(r->mem, pattern->text, &re) &&
	    !regex_match(r->mem, re, v->text))
		faults_add(r->mem, out,
			   fault_new(r->mem, path, "'%s' does not match pattern '%s'", v->text.p,
				     pattern->text.p));
}

static void exclusive(struct schema_run *r, const val *s, const char *key, const char *plain,
		      double f, bool least, const char *path, struct faults *out)
{
	const val *want = val_get(s, key);
	/* draft 4: a bool beside minimum or maximum */
	if (val_is(want, VAL_BOOL))
		want = want->b ? val_get(s, plain) : NULL;
	if (!json_is_number(want))
		return;
	double bound = val_as_float(want, 0);
	if (least ? f > bound : f < bound)
		return;
	faults_add(r->mem, out,
		   fault_new(r->mem, path, "%s: got %s, want %s", key, fault_number(r->mem, f),
			     fault_number(r->mem, bound)));
}

static void check_number(struct schema_run *r, const val *s, const val *v, const char *path,
			 struct faults *out)
{
	double f = val_as_float(v, 0), of = val_as_float(val_get(s, "multipleOf"), 0);
	limit(r, s, "minimum", f, true, path, out);
	limit(r, s, "maximum", f, false, path, out);
	exclusive(r, s, "exclusiveMinimum", "minimum", f, true, path, out);
	exclusive(r, s, "exclusiveMaximum", "maximum", f, false, path, out);
	if (of > 0) {
		double ratio = f / of, size = fabs(ratio) > 1 ? fabs(ratio) : 1;
		if (fabs(ratio - floor(ratio + 0.5)) > 1e-9 * size)
			faults_add(r->mem, out,
				   fault_new(r->mem, path, "multipleOf: got %s, want %s",
					     fault_number(r->mem, f), fault_number(r->mem, of)));
	}
}

/* ---- lists ---- */

static void check_unique(struct schema_run *r, const val *v, const char *path, struct faults *out)
{
	for (size_t k = 1; k < v->list.n; k++)
		for (size_t i = 0; i < k; i++)
			if (json_same(v->list.p[i], v->list.p[k])) {
				faults_add(r->mem, out,
					   fault_new(r->mem, path, "items at %zu and %zu are equal",
						     i, k));
				return;
			}
}

static void check_items(struct schema_run *r, const val *s, const val *v, const char *path,
			struct faults *out)
{
	const val *items = val_get(s, "items"), *prefix = val_get(s, "prefixItems");
	const val *each = items, *first = r->draft >= DRAFT_2020 ? prefix : NULL;
	size_t n = v->list.n, start = 0;
	if (val_is(items, VAL_LIST) && r->draft < DRAFT_2020) {
		first = items;
		each = val_get(s, "additionalItems");
	}
	for (; start < val_len(first) && start < n; start++)
		faults_add(r->mem, out,
			   schema_fault(r, val_at(first, start), v->list.p[start],
					below_index(r, path, start)));
	if (val_is(items, VAL_LIST) && val_is(each, VAL_BOOL) && !each->b) {
		if (n > start)
			faults_add(r->mem, out,
				   fault_new(r->mem, path, "last %zu additionalItem(s) not allowed",
					     n - start));
		return;
	}
	/* counted anew behind the first ones, as the reference does */
	for (size_t i = start; each && i < n; i++)
		faults_add(r->mem, out,
			   schema_fault(r, each, v->list.p[i], below_index(r, path, i - start)));
}

static void check_contains(struct schema_run *r, const val *s, const val *v, const char *path,
			   struct faults *out)
{
	const val *contains = val_get(s, "contains");
	if (!contains || r->draft < DRAFT_6)
		return;
	bool counts = r->draft >= DRAFT_2019;
	int64_t least = counts ? val_as_int(val_get(s, "minContains"), 1) : 1;
	int64_t most = counts ? val_as_int(val_get(s, "maxContains"), INT64_MAX) : INT64_MAX,
		found = 0;
	struct faults missed = {0};
	buf at = buf_init(r->mem);
	for (size_t i = 0; i < v->list.n; i++) {
		struct fault *f = schema_fault(r, contains, v->list.p[i], below_index(r, path, i));
		if (f) {
			VEC_PUSH(r->mem, &missed, f);
			continue;
		}
		buf_printf(&at, "%s%zu", found++ ? ", " : "", i);
		if (r->draft >= DRAFT_2020)
			schema_left_seen(r->left, i);
	}
	struct fault *f = NULL;
	if (found < least && counts && val_get(s, "minContains"))
		f = fault_new(r->mem, path,
			      found ? "min %lld items required to match contains schema, but "
				      "matched %lld "
				      "items at %s"
				    : "min %lld items required to match contains schema, but none "
				      "matched",
			      (long long)least, (long long)found, buf_text(&at));
	else if (found < least)
		f = fault_new(r->mem, path, "no items match contains schema");
	else if (found > most)
		f = fault_new(r->mem, path,
			      "max %lld items required to match contains schema, but matched %lld "
			      "items at %s",
			      (long long)most, (long long)found, buf_text(&at));
	if (f && found < least)
		f->below = missed;
	faults_add(r->mem, out, f);
}

static void check_list(struct schema_run *r, const val *s, const val *v, const char *path,
		       struct faults *out)
{
	limit(r, s, "minItems", (double)v->list.n, true, path, out);
	limit(r, s, "maxItems", (double)v->list.n, false, path, out);
	if (val_as_bool(val_get(s, "uniqueItems"), false))
		check_unique(r, v, path, out);
	check_items(r, s, v, path, out);
	check_contains(r, s, v, path, out);
}

/* ---- maps ---- */

static void check_required(struct schema_run *r, const val *names, const val *v, const char *path,
			   struct faults *out)
{
	buf missing = buf_init(r->mem);
	size_t n = 0;
	for (size_t i = 0; i < val_len(names); i++)
		if (!val_get_str(v, val_as_str(val_at(names, i))))
			buf_printf(&missing, "%s'%s'", n++ ? ", " : "",
				   val_text_or(val_at(names, i), ""));
	if (n)
		faults_add(r->mem, out,
			   fault_new(r->mem, path,
				     n == 1 ? "missing property %s" : "missing properties %s",
				     buf_text(&missing)));
}

/* One property; returns whether some keyword spoke of it. */
static bool check_property(struct schema_run *r, const val *s, str key, const val *v,
			   const char *path, struct faults *out)
{
	const val *known = val_get_str(val_get(s, "properties"), key),
		  *patterns = val_get(s, "patternProperties");
	bool spoken = known != NULL;
	if (known)
		faults_add(r->mem, out, schema_fault(r, known, v, below(r, path, key)));
	for (uint32_t i = 0; val_is(patterns, VAL_MAP) && i < patterns->map.n; i++) {
		struct regex *re;
		if (regex_compile(r->mem, patterns->map.p[i].key, &re) ||
		    !regex_match(r->mem, re, key))
			continue;
		spoken = true;
		faults_add(r->mem, out,
			   schema_fault(r, patterns->map.p[i].value, v, below(r, path, key)));
	}
	return spoken;
}

static void check_properties(struct schema_run *r, const val *s, const val *v, const char *path,
			     struct faults *out)
{
	const val *additional = val_get(s, "additionalProperties"),
		  *names = val_get(s, "propertyNames");
	buf extra = buf_init(r->mem);
	size_t n = 0;
	for (uint32_t i = 0; i < v->map.n; i++) {
		str key = v->map.p[i].key;
		bool spoken = check_property(r, s, key, v->map.p[i].value, path, out);
		if (spoken || additional)
			schema_left_seen(r->left, i);
		if (!spoken && additional) {
			if (val_is(additional, VAL_BOOL) && !additional->b)
				buf_printf(&extra, "%s'%s'", n++ ? ", " : "", key.p);
			else
				faults_add(r->mem, out,
					   schema_fault(r, additional, v->map.p[i].value,
							below(r, path, key)));
		}
		struct fault *f = names && r->draft >= DRAFT_6
					  ? schema_fault(r, names, val_str(r->mem, key), "")
					  : NULL;
		if (f) {
			struct fault *bad =
				fault_new(r->mem, "", "invalid propertyName '%s'", key.p);
			VEC_PUSH(r->mem, &bad->below, f);
			faults_add(r->mem, out, bad);
		}
	}
	if (n)
		faults_add(r->mem, out,
			   fault_new(r->mem, path, "additional properties %s not allowed",
				     buf_text(&extra)));
}

static void check_dependencies(struct schema_run *r, const val *all, const val *v, const char *path,
			       struct faults *out)
{
	for (uint32_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
		const val *d = all->map.p[i].value;
		if (!val_get_str(v, all->map.p[i].key))
			continue;
		if (!val_is(d, VAL_LIST)) {
			faults_add(r->mem, out, also(r, d, v, path));
			continue;
		}
		for (size_t k = 0; k < d->list.n; k++)
			if (!val_get_str(v, val_as_str(d->list.p[k])))
				faults_add(
					r->mem, out,
					fault_new(r->mem, path,
						  "property '%s' required, if '%s' property exists",
						  val_text_or(d->list.p[k], ""),
						  all->map.p[i].key.p));
	}
}

static void check_map(struct schema_run *r, const val *s, const val *v, const char *path,
		      struct faults *out)
{
	limit(r, s, "minProperties", v->map.n, true, path, out);
	limit(r, s, "maxProperties", v->map.n, false, path, out);
	check_required(r, val_get(s, "required"), v, path, out);
	check_properties(r, s, v, path, out);
	check_dependencies(r, val_get(s, "dependencies"), v, path, out);
	if (r->draft >= DRAFT_2019) {
		check_dependencies(r, val_get(s, "dependentRequired"), v, path, out);
		check_dependencies(r, val_get(s, "dependentSchemas"), v, path, out);
	}
}

/* ---- one schema ---- */

static void check_combined(struct schema_run *r, const val *s, const val *v, const char *path,
			   struct faults *out)
{
	const val *part;
	if ((part = val_get(s, "not")) && ok(r, part, v, path))
		faults_add(r->mem, out, fault_new(r->mem, path, "'not' failed"));
	if ((part = val_get(s, "allOf")))
		faults_add(r->mem, out, check_all(r, part, v, path));
	if ((part = val_get(s, "anyOf")))
		faults_add(r->mem, out, check_any(r, part, v, path));
	if ((part = val_get(s, "oneOf")))
		faults_add(r->mem, out, check_one(r, part, v, path));
	faults_add(r->mem, out, check_if(r, s, v, path));
}

/* What no other keyword has spoken of. */
static void check_left(struct schema_run *r, const val *s, const val *v, const char *path,
		       struct faults *out)
{
	bool map = v->kind == VAL_MAP;
	const val *rule = val_get(s, map ? "unevaluatedProperties" : "unevaluatedItems");
	struct schema_left *left = r->left;
	if (!rule || (!map && v->kind != VAL_LIST))
		return;
	for (size_t i = 0; i < left->n; i++)
		if (left->p[i])
			faults_add(r->mem, out,
				   schema_fault(r, rule, map ? v->map.p[i].value : v->list.p[i],
						map ? below(r, path, v->map.p[i].key)
						    : below_index(r, path, i)));
	*left = (struct schema_left){0};
}

static struct fault *check_schema(struct schema_run *r, const val *s, const val *v,
				  const char *path)
{
	struct faults out = {0};
	struct fault *f = NULL;
	const val *part, *ref = val_get(s, "$ref");
	if (val_is(ref, VAL_TEXT) && r->draft < DRAFT_2019)
		return check_ref(r, "$ref", schema_resolve(r->mem, r->root, ref->text), ref->text,
				 v, path);
	if ((part = val_get(s, "type")))
		f = check_type(r, part, v, path);
	if (!f && (part = val_get(s, "const")) && r->draft >= DRAFT_6)
		f = check_const(r, part, v, path);
	if (!f && (part = val_get(s, "enum")))
		f = check_enum(r, part, v, path);
	if (!f && (part = val_get(s, "format")))
		f = check_format(r, part, v, path);
	if (f)
		return f;
	if (val_is(ref, VAL_TEXT))
		faults_add(r->mem, &out,
			   check_ref(r, "$ref", schema_resolve(r->mem, r->root, ref->text),
				     ref->text, v, path));
	if (v->kind == VAL_MAP)
		check_map(r, s, v, path, &out);
	else if (v->kind == VAL_LIST)
		check_list(r, s, v, path, &out);
	else if (v->kind == VAL_TEXT)
		check_text(r, s, v, path, &out);
	else if (json_is_number(v))
		check_number(r, s, v, path, &out);
	if (r->draft >= DRAFT_2019)
		faults_add(r->mem, &out, check_dynamic(r, s, v, path));
	check_combined(r, s, v, path, &out);
	if (r->draft >= DRAFT_2019)
		check_left(r, s, v, path, &out);
	return faults_one(r->mem, path, &out);
}

static struct fault *one_schema(struct schema_run *r, const char *keyword, const val *s,
				const val *v, const char *path)
{
	struct fault *f = NULL;
	const char *cycle;
	struct schema_way way = {s, v, keyword, r->way};
	if (r->broken)
		return NULL;
	r->way = &way;
	if (++r->depth > SCHEMA_MAX_DEPTH || ++r->steps > SCHEMA_MAX_STEPS)
		r->broken = err_new(r->mem, ERR_LIMIT,
				    "the schema refers to itself without end, or is too large");
	else if (val_is(s, VAL_BOOL))
		f = s->b ? NULL : fault_new(r->mem, path, "false schema");
	else if ((cycle = val_is(s, VAL_MAP) ? schema_cycle(r->mem, r->root, &way) : NULL))
		f = fault_new(r->mem, path, "%s", cycle);
	else if (val_is(s, VAL_MAP))
		f = check_schema(r, s, v, path);
	r->way = way.outer;
	r->depth--;
	return f;
}

struct fault *schema_fault(struct schema_run *r, const val *s, const val *v, const char *path)
{
	struct schema_left *outer = r->left,
			   left = schema_left_of(r->mem, v, s, false, r->draft >= DRAFT_2020);
	r->left = &left;
	struct fault *f = one_schema(r, NULL, s, v, path);
	r->left = outer;
	return f;
}
