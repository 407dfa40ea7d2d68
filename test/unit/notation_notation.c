/* The parts of notation's signatures that no real signer reaches: CBOR, distinguished names, ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/enc.h"
#include "notation/notation.h"
#include "notation/notation_cbor.h"
#include "notation/notation_name.h"

static arena *mem;

static int open_all(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static str hex(const char *text)
{
	str bytes;
	assert_true(enc_unhex(mem, str_of(text), &bytes));
	return bytes;
}

/* Of RFC 8949, appendix A, and what is refused. */
static void cbor(void **state)
{
	static const struct {
		const char *bytes;
		int64_t number;
	} numbers[] = {{"00", 0},
		       {"17", 23},
		       {"1818", 24},
		       {"1903e8", 1000},
		       {"1a000f4240", 1000000},
		       {"1b000000e8d4a51000", 1000000000000},
		       {"20", -1},
		       {"3903e7", -1000},
		       {"1b7fffffffffffffff", INT64_MAX},
		       {"3b7fffffffffffffff", INT64_MIN}};
	static const char *const refused[] = {"",
					      "18",
					      "1c",
					      "1f",
					      "fa47c35000",
					      "fb3ff199999999999a",
					      "5f42010243030405ff",
					      "9fff",
					      "0000",
					      "41",
					      "8201",
					      "a101",
					      "a2616101616102",
					      "a1f500",
					      "ff",
					      "d2",
					      "9b00000000ffffffff",
					      "bb7fffffffffffffff",
					      "bbffffffffffffffff"};
	struct cbor *item;
	int64_t number;
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		assert_null(cbor_read(mem, hex(numbers[i].bytes), &item));
		assert_true(cbor_int(item, &number));
		assert_true(number == numbers[i].number);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (!cbor_read(mem, hex(refused[i]), &item))
			fail_msg("%s was read", refused[i]);
	assert_null(cbor_read(mem, hex("1bffffffffffffffff"), &item));
	assert_false(cbor_int(item, &number));
	/* {1: "a", -1: h'01', "k": [true, 18(0)]} */
	assert_null(cbor_read(mem,
			      hex("a301616120410161"
				  "6b82f5d200"),
			      &item));
	assert_true(str_is(cbor_get_number(item, 1)->text, "a"));
	assert_true(cbor_is(cbor_get_number(item, -1), CBOR_BYTES));
	assert_int_equal(cbor_get(item, "k")->items[1].number, 18);
	assert_null(cbor_get(item, "x"));
	assert_null(cbor_get_number(item, 2));
	assert_null(cbor_get(cbor_get(item, "k"), "x"));
}

static void cbor_ceilings(void **state)
{
	buf deep = buf_init(mem), wide = buf_init(mem);
	struct cbor *item;
	(void)state;
	buf_fill(&deep, (char)0x81, CBOR_DEPTH_MAX);
	buf_char(&deep, 0);
	assert_null(cbor_read(mem, buf_view(&deep), &item));
	buf_clear(&deep);
	buf_fill(&deep, (char)0x81, CBOR_DEPTH_MAX + 1);
	buf_char(&deep, 0);
	assert_int_equal(err_code(cbor_read(mem, buf_view(&deep), &item)), ERR_LIMIT);
	cbor_head(&wide, CBOR_LIST, CBOR_ITEMS_MAX);
	buf_fill(&wide, 0, CBOR_ITEMS_MAX);
	assert_int_equal(err_code(cbor_read(mem, buf_view(&wide), &item)), ERR_LIMIT);
}

static const str *value_of(const struct x509_parts *parts, const char *name)
{
	for (size_t i = 0; i < parts->n; i++)
		if (text_eq(parts->p[i].name, name))
			return &parts->p[i].value;
	return NULL;
}

static void names(void **state)
{
	static const struct {
		const char *text, *part, *value; /* value NULL: what the refusal says */
	} rows[] = {
		{"C=US, ST=WA, O=x", "O", "x"},
		{"C=US,S=WA,O=x", "ST", "WA"},
		{"C=US;ST=WA;O= a b  ", "O", "a b"},
		{"C=US,ST=WA,O=a\\, b\\=c", "O", "a, b=c"},
		{"C=US,ST=WA,O=\\41b\\ ", "O", "Ab "},
		{"C=US,ST=WA,O=x,CN=a=b", "CN", "a=b"},
		{"C=US,ST=WA", "has no mandatory RDN attribute for \"O\"", NULL},
		{"C=US,ST=,O=x", "has no mandatory RDN attribute for \"ST\"", NULL},
		{"C=US,ST=WA,O=x,O=y", "has duplicate RDN attribute for \"O\"", NULL},
		{"C=US,ST=WA,O=x+CN=y", "has multi-valued RDN attributes", NULL},
		{"C=US,ST=WA,O=#0401", "does not support", NULL},
		{"nonsense", "failed", NULL},
		{"=x", "failed", NULL},
		{"", "has no mandatory RDN attribute for \"C\"", NULL},
	};
	struct x509_parts parts;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err *e = notation_name_read(mem, str_of(rows[i].text), &parts);
		if (rows[i].value ? e || !str_is(*value_of(&parts, rows[i].part), rows[i].value)
				  : !e || !strstr(err_text(mem, e), rows[i].part))
			fail_msg("%s: %s", rows[i].text, e ? err_text(mem, e) : "read");
	}
}

static void ceilings(void **state)
{
	buf large = buf_init(mem);
	struct notation_policy *policy;
	struct notation_envelope e;
	struct x509_parts parts;
	(void)state;
	buf_fill(&large, ' ', NOTATION_ENVELOPE_MAX + 1);
	str all = buf_view(&large);
	assert_int_equal(err_code(notation_open(mem, "application/cose", all, &e)), ERR_LIMIT);
	assert_int_equal(err_code(notation_policy_read(mem, all, &policy)), ERR_LIMIT);
	assert_non_null(notation_name_read(mem, all, &parts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cbor),
		cmocka_unit_test(cbor_ceilings),
		cmocka_unit_test(names),
		cmocka_unit_test(ceilings),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
