/* Names, titles, history entries and summaries of drift of HelmReleases, against recorded ones. */
#include "helm/helm_names.h"

#include "base/duration.h"
#include "crypt/digest.h"
#include "data/yaml.h"
#include "helm/helm_observe.h"
#include "table.h"

static const char *text(const val *in, const char *key)
{
	return val_text_or(val_get(in, key), "");
}

static err *run_names(arena *mem, const val *in, val **ret_got)
{
	val *object, *out = val_map(mem);
	struct helm_names n;
	TRY(yaml_parse(mem, val_as_str(val_get(in, "object")), &object));
	TRY(helm_names_of(mem, object, &n));
	val_set_text(mem, out, "helmChart", n.chart);
	val_set(mem, out, "maxHistory", val_int(mem, n.max_history));
	val_set_text(mem, out, "releaseName", n.release);
	val_set_text(mem, out, "releaseNamespace", n.release_namespace);
	val_set_text(mem, out, "shortened", n.short_release);
	val_set_text(mem, out, "storageNamespace", n.storage_namespace);
	val_set_text(mem, out, "timeout", duration_text(mem, n.timeout));
	val_set_text(mem, out, "chartNamespace", n.chart_namespace);
	*ret_got = out;
	return NULL;
}

static err *run_algorithm(arena *mem, const val *in, val **ret_got)
{
	enum digest_kind kind;
	if (!digest_parse(val_as_str(val_get(in, "name")), &kind))
		return err_new(mem, ERR_INVALID, "unsupported digest algorithm: %s",
			       text(in, "name"));
	*ret_got = val_text(mem, digest_name(kind));
	return NULL;
}

static val *run_title(arena *mem, const val *in)
{
	val *out = val_map(mem);
	val_set_text(mem, out, "title", helm_title(mem, text(in, "text")));
	val_set_text(mem, out, "normalize", helm_sentence(mem, text(in, "text")));
	return out;
}

static val *run_snapshot(arena *mem, const val *in)
{
	const val *release = val_get(in, "release");
	val *out = val_map(mem);
	const char *digest = helm_observed_digest(mem, release, NULL);
	val_set_text(mem, out, "digest", digest);
	val_set_text(mem, out, "digestWithoutTests", digest);
	val_set_text(mem, out, "encoded", helm_observed_text(mem, release, NULL));
	val_set(mem, out, "snapshot", helm_snapshot(mem, release, NULL));
	val_set(mem, out, "tests", helm_test_hooks(mem, release));
	return out;
}

static enum drift_kind kind_of(const char *name)
{
	enum drift_kind kind = DRIFT_NONE;
	while (!text_eq(drift_kind_name(kind), name))
		kind++;
	return kind;
}

static struct helm_drift drift_of(const val *v)
{
	const val *ops = val_get(v, "operations");
	struct helm_drift d = {.kind = kind_of(text(v, "type")),
			       .object_kind = text(v, "kind"),
			       .ns = text(v, "namespace"),
			       .name = text(v, "name")};
	for (size_t i = 0; i < val_len(ops); i++) {
		const char *op = val_text_or(val_at(ops, i), "");
		d.additions += text_eq(op, "add");
		d.changes += text_eq(op, "replace");
		d.removals += text_eq(op, "remove");
	}
	return d;
}

static val *run_drift(arena *mem, const val *in)
{
	const val *diffs = val_get(in, "diffs"), *include = val_get(in, "include");
	struct helm_drift *all = NEW_N(mem, struct helm_drift, val_len(diffs) + 1);
	enum drift_kind kinds[8];
	for (size_t i = 0; i < val_len(diffs); i++)
		all[i] = drift_of(val_at(diffs, i));
	for (size_t i = 0; i < val_len(include); i++)
		kinds[i] = kind_of(val_text_or(val_at(include, i), ""));
	const enum drift_kind *given = val_is(include, VAL_LIST) ? kinds : NULL;
	val *out = val_map(mem);
	val_set_text(mem, out, "brief",
		     helm_drift_brief(mem, all, val_len(diffs), given, val_len(include)));
	val_set_text(mem, out, "long",
		     helm_drift_lines(mem, all, val_len(diffs), given, val_len(include)));
	return out;
}

static const char *run(arena *mem, const val *in, val **ret_got)
{
	const char *fn = text(in, "fn");
	err *e = NULL;
	*ret_got = val_bool(mem, true);
	if (text_eq(fn, "shortenName"))
		*ret_got = val_text(mem, helm_short_name(mem, text(in, "name")));
	else if (text_eq(fn, "helmRelease"))
		e = run_names(mem, in, ret_got);
	else if (text_eq(fn, "validateReleaseName"))
		e = helm_check_release_name(mem, text(in, "name"));
	else if (text_eq(fn, "validateMetadataName"))
		e = helm_check_object_name(mem, text(in, "name"));
	else if (text_eq(fn, "digestAlgorithm"))
		e = run_algorithm(mem, in, ret_got);
	else if (text_eq(fn, "title"))
		*ret_got = run_title(mem, in);
	else if (text_eq(fn, "releaseSnapshot"))
		*ret_got = run_snapshot(mem, in);
	else
		*ret_got = run_drift(mem, in);
	return e ? err_text(mem, e) : NULL;
}

static bool is_digest(const val *in)
{
	return text_eq(text(in, "fn"), "digest");
}

static const char *run_digest(arena *mem, const val *in, val **ret_got)
{
	val *values = NULL, *out = val_map(mem);
	err *e = yaml_parse(mem, val_as_str(val_get(in, "values")), &values);
	if (e)
		return err_text(mem, e);
	val_set_text(mem, out, "digest", helm_config_digest(mem, values));
	val_set_text(mem, out, "encoded", helm_config_text(mem, values));
	*ret_got = out;
	return NULL;
}

static void test_names(void **state)
{
	(void)state;
	table_run("names", NULL, run);
}

static void test_config_digests(void **state)
{
	(void)state;
	table_run("values", is_digest, run_digest);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_names),
	cmocka_unit_test(test_config_digests),
};

TABLE_MAIN(tests)
