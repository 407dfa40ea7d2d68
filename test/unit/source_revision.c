/* Revisions and digests: the recorded table. */
#include "table.h"

#include "source/revision.h"

static val *of_revision(arena *mem, str revision)
{
	val *out = val_map(mem);
	str hash = revision_hash(revision);
	val_set_text(mem, out, "transform", revision_transform(mem, revision));
	val_set(mem, out, "pointer", val_str(mem, revision_pointer(revision)));
	val_set(mem, out, "hash", val_str(mem, hash));
	val_set_text(mem, out, "algorithm", revision_algorithm(hash));
	val_set_text(mem, out, "digest", revision_digest(mem, hash));
	return out;
}

static err *run(arena *mem, const val *in, val **ret_got)
{
	val *out = *ret_got = val_map(mem);
	if (val_get(in, "revision")) {
		*ret_got = of_revision(mem, val_as_str(val_get(in, "revision")));
	} else if (val_get(in, "reference")) {
		str reference = val_as_str(val_get(in, "reference"));
		str hash = val_as_str(val_get(in, "hash"));
		val_set_text(mem, out, "string", revision_of_commit(mem, reference, hash));
		val_set_text(mem, out, "absolute",
			     revision_of_commit_absolute(mem, reference, hash));
	} else if (val_get(in, "message")) {
		str message = val_as_str(val_get(in, "message"));
		*ret_got = val_text(mem, revision_short_message(mem, message));
	} else if (val_get(in, "digest")) {
		str algorithm, encoded;
		TRY(revision_split_digest(mem, val_as_str(val_get(in, "digest")), &algorithm,
					  &encoded));
		val_set(mem, out, "algorithm", val_str(mem, algorithm));
		val_set(mem, out, "encoded", val_str(mem, encoded));
	} else {
		TRY(revision_check_algorithm(mem, val_as_str(val_get(in, "algorithm"))));
		*ret_got = val_get(in, "algorithm");
	}
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
	table_run("revision", NULL, row);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows),
};
TABLE_MAIN(tests)
