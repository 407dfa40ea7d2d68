/* Addresses of sources and charts, and Helm repositories' indexes, against recorded ones. */
#include "source/address.h"
#include "source/index.h"
#include "table.h"

static const char *text(const val *in, const char *key)
{
	return val_text_or(val_get(in, key), "");
}

static val *build_text(arena *mem, const val *in)
{
	const val *files = val_get(in, "valuesFiles");
	const char **names = NEW_N(mem, const char *, val_len(files) + 1);
	for (size_t i = 0; i < val_len(files); i++)
		names[i] = val_text_or(val_at(files, i), "");
	struct index_build b = {.name = text(in, "name"),
				.version = text(in, "version"),
				.path = text(in, "path"),
				.packaged = val_as_bool(val_get(in, "packaged"), false),
				.values_files = names,
				.n_values_files = val_len(files)};
	return val_text(mem, index_build_text(mem, &b));
}

static val *artifact_path(arena *mem, const val *in)
{
	const char *kind = text(in, "kind"), *ns = text(in, "namespace"), *name = text(in, "name");
	val *out = val_map(mem);
	val_set_text(mem, out, "dir", address_folder(mem, kind, ns, name));
	val_set_text(mem, out, "path", address_file(mem, kind, ns, name, text(in, "file")));
	return out;
}

static err *run_url(arena *mem, const char *fn, const char *url, val **ret_got)
{
	char *changed;
	const char *part;
	if (text_eq(fn, "normalizeURL")) {
		TRY(address_normalize(mem, url, &changed));
		*ret_got = val_text(mem, changed);
	} else if (text_eq(fn, "validateDependencyURL")) {
		*ret_got = val_bool(mem, true);
		return address_check_dependency(mem, url);
	} else if (text_eq(fn, "parseArtifactURL")) {
		TRY(address_oci(mem, url, &part));
		*ret_got = val_text(mem, part);
	} else {
		TRY(address_oci_repository(mem, url, &changed));
		*ret_got = val_text(mem, changed);
	}
	return NULL;
}

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static err *run_index(arena *mem, const val *in, val **ret_got)
{
	struct index_version found;
	buf stored = buf_init(mem);
	TRY(index_convert(mem, mapped_text(mem, val_as_str(val_get(in, "index"))), "/tmp",
			  (struct sink){gather, &stored}));
	TRY(index_pick(mem, mapped_text(mem, buf_view(&stored)), text(in, "chart"),
		       text(in, "version"), false, &found));
	*ret_got = val_text(mem, found.version);
	return NULL;
}

static const char *run(arena *mem, const val *in, val **ret_got)
{
	const char *fn = text(in, "fn");
	err *e = NULL;
	*ret_got = val_bool(mem, true);
	if (text_eq(fn, "chartVersion"))
		e = run_index(mem, in, ret_got);
	else if (text_eq(fn, "chartSummary"))
		*ret_got = build_text(mem, in);
	else if (text_eq(fn, "artifactPath"))
		*ret_got = artifact_path(mem, in);
	else if (text_eq(fn, "remoteReference"))
		e = address_check_chart(mem, text(in, "name"));
	else if (text_eq(fn, "localReference"))
		e = address_check_local(mem, text(in, "workDir"), text(in, "path"));
	else
		e = run_url(mem, fn, text(in, "url"), ret_got);
	return e ? err_text(mem, e) : NULL;
}

static void test_sources(void **state)
{
	(void)state;
	table_run("sources", NULL, run);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_sources),
};

TABLE_MAIN(tests)
