/* Differences and drift: the recorded table. */
#include "table.h"

#include "data/diff.h"
#include "data/target.h"

static enum diff_flags flags_of(const val *in)
{
	return (val_as_bool(val_get(in, "rationalize"), false) ? DIFF_RATIONALIZE : DIFF_PLAIN) |
	       (val_as_bool(val_get(in, "maskSecrets"), false) ? DIFF_MASK : DIFF_PLAIN);
}

static const char **texts_of(arena *mem, const val *list, size_t *ret_n)
{
	const char **p = NEW_N(mem, const char *, val_len(list));
	*ret_n = val_len(list);
	for (size_t i = 0; i < *ret_n; i++)
		p[i] = val_as_text(val_at(list, i));
	return p;
}

/* The rules as a spec has them: the table prints the fields of Go's struct. */
static val *rules_of(arena *mem, const val *in)
{
	static const char *const names[][2] = {{"Group", "group"},
					       {"Version", "version"},
					       {"Kind", "kind"},
					       {"Name", "name"},
					       {"Namespace", "namespace"},
					       {"LabelSelector", "labelSelector"},
					       {"AnnotationSelector", "annotationSelector"}};
	const val *given = val_get(in, "rules");
	val *rules = val_list(mem);
	for (size_t i = 0; i < val_len(given); i++) {
		val *rule = val_map(mem), *target = val_map(mem);
		const val *from = val_at(given, i);
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			val_set_text(mem, target, names[k][1],
				     val_as_text(VAL_IN(from, "selector", names[k][0])));
		if (val_is(val_get(from, "selector"), VAL_MAP))
			val_set(mem, rule, "target", target);
		val_set(mem, rule, "paths", val_copy(mem, val_get(from, "paths")));
		val_push(mem, rules, rule);
	}
	return rules;
}

static err *drift(arena *mem, const val *in, val **ret_got)
{
	const val *live = val_get(in, "live");
	const char **paths = NULL;
	size_t n = 0;
	enum drift_kind kind;
	struct diff d;
	TRY(target_paths(mem, rules_of(mem, in), val_get(in, "dryRun"), &paths, &n));
	TRY(diff_drift(mem, val_is(live, VAL_MAP) ? live : NULL, val_get(in, "dryRun"),
		       val_get(in, "exclude"), paths, n, flags_of(in), &kind, &d));
	*ret_got = val_map(mem);
	val_set_text(mem, *ret_got, "type", drift_kind_name(kind));
	val_set(mem, *ret_got, "patch", diff_patch(mem, &d));
	return NULL;
}

static err *run(arena *mem, const val *in, val **ret_got)
{
	const char *fn = val_text_or(val_get(in, "fn"), "");
	if (text_eq(fn, "drift"))
		return drift(mem, in, ret_got);
	if (text_eq(fn, "removePaths")) {
		size_t n;
		const char **paths = texts_of(mem, val_get(in, "paths"), &n);
		*ret_got = val_get(in, "object");
		return diff_remove_paths(mem, *ret_got, paths, n);
	}
	struct diff d = diff_compare(mem, val_get(in, "from"), val_get(in, "to"), flags_of(in));
	*ret_got = diff_patch(mem, &d);
	return NULL;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	err *e = run(mem, in, ret_got);
	return e ? err_text(mem, e) : NULL;
}

static void rows(void **state)
{
	(void)state;
	table_run("jsonpatch", NULL, row);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows),
};
TABLE_MAIN(tests)
