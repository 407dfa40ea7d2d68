/* Buckets: revisions, keys, listings of three services, signatures and hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "source/bucket.h"

/* Texts of "key etag" by pairs, ended by NULL. */
static err *listed(arena *mem, const char *const *pairs, const char *ignore,
		   struct bucket_list *ret)
{
	struct ignore *rules = ignore_new(mem);
	ignore_read(rules, str_of(ignore), ignore_domain_of(mem, ""));
	*ret = (struct bucket_list){.mem = mem, .ignore = rules};
	for (; pairs[0]; pairs += 2) {
		struct bucket_object o;
		TRY(bucket_object_make(mem, str_of(pairs[0]), str_of(pairs[1]), 0, &o));
		TRY(bucket_list_add(ret, &o));
	}
	return bucket_list_settle(ret);
}

/* The numbers are those that source-controller's index has for the same objects. */
static void revisions(void **state)
{
	static const struct {
		const char *pairs[9], *ignore, *want;
	} rows[] = {
		{{NULL}, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{{"included/file.txt", "5a4bc7048b3301f677fe15b8678be2f8", NULL},
		 "",
		 "9fc2ddfc4a6f44e6c3efee40af36578b9e76d4d930eaf384b8435a0aa0bf7a0f"},
		{{".sourceignore", "x", "ignored/file.txt", "y", "included/file.txt",
		  "5a4bc7048b3301f677fe15b8678be2f8", "included/", "z", NULL},
		 "/ignored\n",
		 "9fc2ddfc4a6f44e6c3efee40af36578b9e76d4d930eaf384b8435a0aa0bf7a0f"},
		{{"included/file.txt", "old", "included/file.txt",
		  "5a4bc7048b3301f677fe15b8678be2f8", NULL},
		 "",
		 "9fc2ddfc4a6f44e6c3efee40af36578b9e76d4d930eaf384b8435a0aa0bf7a0f"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		struct bucket_list l;
		assert_null(listed(mem, rows[i].pairs, rows[i].ignore, &l));
		assert_string_equal(bucket_list_digest(mem, &l, DIGEST_SHA256) + strlen("sha256:"),
				    rows[i].want);
		arena_close(mem);
	}
}

static void order(void **state)
{
	static const char *const one[] = {"a", "1", "a-b", "2", "a/b", "3", "\xC3\xA4", "4", NULL};
	static const char *const other[] = {"\xC3\xA4", "4",   "a/b", "3", "a",
					    "1",	"a-b", "2",   NULL};
	static const char *const fine[] = {"x", "1", "a-b", "2", "a/b", "3", "\xC3\xA4", "4", NULL};
	arena *mem = arena_open();
	struct bucket_list l, m;
	(void)state;
	assert_non_null(listed(mem, one, "", &l)); /* "a" is a file and a folder */
	assert_non_null(listed(mem, other, "", &m));
	assert_string_equal(bucket_list_digest(mem, &l, DIGEST_SHA512),
			    bucket_list_digest(mem, &m, DIGEST_SHA512));
	assert_null(listed(mem, fine, "", &l));
	assert_int_equal(bucket_list_count(&l), 4);
	l.objects.p[0].gone = true;
	assert_int_equal(bucket_list_count(&l), 3);
	assert_string_equal(l.objects.p[1].key, "a/b");
	arena_close(mem);
}

static void keys(void **state)
{
	static const char *const bad[] = {"../x", "a/../x", "a/..", "..",
					  "/x",	  "a/./x",  "./x",  NULL};
	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		arena *mem = arena_open();
		const char *pairs[] = {bad[i], "1", NULL};
		struct bucket_list l;
		assert_int_equal(err_code(listed(mem, pairs, "", &l)), ERR_INVALID);
		arena_close(mem);
	}
	arena *mem = arena_open();
	struct bucket_object o;
	buf key = buf_init(mem);
	buf_fill(&key, 'x', BUCKET_MAX_KEY + 1);
	assert_int_equal(err_code(bucket_object_make(mem, buf_view(&key), STR(""), 0, &o)),
			 ERR_LIMIT);
	assert_int_equal(err_code(bucket_object_make(mem, STR("a\0b"), STR(""), 0, &o)),
			 ERR_INVALID);
	assert_int_equal(err_code(bucket_object_make(mem, STR("a\xFF"), STR(""), 0, &o)),
			 ERR_INVALID);
	assert_int_equal(err_code(bucket_object_make(mem, STR(""), STR(""), 0, &o)), ERR_INVALID);
	arena_close(mem);
}

static void sizes(void **state)
{
	arena *mem = arena_open();
	struct bucket_list l = {.mem = mem};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bucket_object o = {.key = arena_printf(mem, "%zu", i),
					  .etag = "",
					  .size = i ? INT64_MAX : BUCKET_UNSIZED};
		assert_null(bucket_list_add(&l, &o));
	}
	assert_true(bucket_list_size(&l) == 2 * (uint64_t)INT64_MAX);
	struct bucket_object more = {.key = "3", .etag = "", .size = 2};
	assert_null(bucket_list_add(&l, &more));
	assert_true(bucket_list_size(&l) == UINT64_MAX);
	arena_close(mem);
}

static const char *page_text(arena *mem, const struct bucket_page *p)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < p->objects.n; i++)
		buf_printf(&b, "%s %s %lld;", p->objects.p[i].key, p->objects.p[i].etag,
			   (long long)p->objects.p[i].size);
	buf_printf(&b, "%s", p->next ? p->next : "-");
	return buf_text(&b);
}

static void listings(void **state)
{
	typedef err *reader(arena * mem, str text, struct bucket_page * ret);
	static const struct {
		reader *read;
		const char *text, *want;
	} rows[] = {
		{bucket_s3_read,
		 "<ListBucketResult xmlns='u'><Contents><Key>a b+c%20d</Key><ETag>&quot;1&quot;"
		 "</ETag><Size>7</Size></Contents><Contents><Key>e</Key></Contents>"
		 "<IsTruncated>false</IsTruncated></ListBucketResult>",
		 "a b+c%20d 1 7;e  -1;-"},
		{bucket_s3_read,
		 "<ListBucketResult><Contents><ETag>\"1\"</ETag><Key>a+b%2Bc%20d</Key></Contents>"
		 "<IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken>"
		 "<EncodingType>url</EncodingType></ListBucketResult>",
		 "a b+c d 1 -1;n"},
		{bucket_s3_read,
		 "<ListBucketResult><IsTruncated>true</IsTruncated>"
		 "</ListBucketResult>",
		 "the listing goes on, but does not say where (ListObjectsV2)"},
		{bucket_s3_read,
		 "<ListBucketResult><Contents><Key>%zz</Key></Contents>"
		 "<EncodingType>url</EncodingType></ListBucketResult>",
		 "the key of object '%zz' is not well encoded"},
		{bucket_s3_read, "<ListBucketResult><Contents/></ListBucketResult>",
		 "an object in the listing has no key"},
		{bucket_s3_read, "<html></html>", "the answer is no listing of a bucket"},
		{bucket_azure_read,
		 "\xEF\xBB\xBF<?xml version=\"1.0\"?><EnumerationResults><Blobs><Blob><Name>a/b"
		 "</Name><Properties><Etag>0x8D</Etag><Content-Length>3</Content-Length>"
		 "</Properties></Blob></Blobs><NextMarker>m</NextMarker></EnumerationResults>",
		 "a/b \"0x8D\" 3;m"},
		{bucket_azure_read,
		 "<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>", "-"},
		{bucket_azure_read, "<Error/>", "the answer is no listing of a container"},
		{bucket_gcs_read,
		 "{\"items\":[{\"name\":\"a\",\"etag\":\"e=\",\"size\":\"9\",\"generation\":\"1\"}]"
		 ","
		 "\"nextPageToken\":\"p\"}",
		 "a e= 9;p"},
		{bucket_gcs_read,
		 "{\"items\":[{\"name\":\"a\",\"etag\":\"e=\",\"size\":\"9\",\"contentEncoding\":"
		 "\"gzip\"}]"
		 "}",
		 "a e= -1;-"},
		{bucket_gcs_read, "{\"items\":[{\"name\":\"a\",\"etag\":\"e=\",\"size\":\"-9\"}]}",
		 "a e= -1;-"},
		{bucket_gcs_read, "{}", "-"},
		{bucket_gcs_read, "[]", "the answer is no listing of a bucket"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		struct bucket_page page;
		err *e = rows[i].read(mem, str_of(rows[i].text), &page);
		assert_string_equal(e ? err_text(mem, e) : page_text(mem, &page), rows[i].want);
		arena_close(mem);
	}
}

static void hosts(void **state)
{
	static const struct {
		const char *host, *region;
	} rows[] = {
		{"s3.amazonaws.com", ""},
		{"s3-external-1.amazonaws.com", ""},
		{"s3.eu-west-1.amazonaws.com", "eu-west-1"},
		{"s3-eu-west-1.amazonaws.com", "eu-west-1"},
		{"s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"},
		{"s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
		{"s3-fips.dualstack.us-gov-east-1.amazonaws.com", "us-gov-east-1"},
		{"s3.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{"bucket.vpce-1a2b3c4d-5e6f.s3.us-east-2.vpce.amazonaws.com", "us-east-2"},
		{"minio.example.org", ""},
		{"s3.example.org", ""},
		{"x.elb.amazonaws.com", ""},
	};
	static const struct {
		const char *endpoint, *bucket, *region, *url;
		bool insecure;
	} urls[] = {
		{"s3.amazonaws.com", "app", "", "https://app.s3.amazonaws.com/a%20b/c", false},
		{"s3.amazonaws.com", "my.app", "", "https://s3.amazonaws.com/my.app/a%20b/c",
		 false},
		{"s3.amazonaws.com", "app", "eu-west-1",
		 "https://app.s3.eu-west-1.amazonaws.com/a%20b/c", false},
		{"s3.amazonaws.com", "app", "cn-north-1",
		 "https://app.s3.cn-north-1.amazonaws.com.cn/a%20b/c", false},
		{"storage.googleapis.com", "app", "", "https://app.storage.googleapis.com/a%20b/c",
		 false},
		{"minio:443", "app", "", "https://minio/app/a%20b/c", false},
		{"minio:9000", "app", "", "http://minio:9000/app/a%20b/c", true},
		{"[::1]:9000", "app", "", "http://[::1]:9000/app/a%20b/c", true},
	};
	arena *mem = arena_open();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(bucket_s3_region(mem, rows[i].host), rows[i].region);
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct bucket_s3_settings s = {.endpoint = urls[i].endpoint,
					       .bucket = urls[i].bucket,
					       .region = urls[i].region,
					       .insecure = urls[i].insecure};
		struct bucket_s3 *b;
		assert_null(bucket_s3_open(mem, &s, &b));
		assert_string_equal(bucket_s3_url(mem, b, "a b/c"), urls[i].url);
	}
	arena_close(mem);
}

/* The texts that the documentation of Azure's storage services shows for such requests. */
static void azure(void **state)
{
	static const struct http_header headers[] = {{"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"},
						     {"x-ms-version", "2015-02-21"},
						     {NULL, NULL}};
	arena *mem = arena_open();
	const char *account;
	char *text;
	(void)state;
	assert_null(bucket_azure_to_sign(
		mem, "myaccount",
		"https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype="
		"container&timeout=20",
		headers, &text));
	assert_string_equal(text, "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 "
				  "GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\n"
				  "comp:metadata\nrestype:container\ntimeout:20");
	assert_null(bucket_azure_account(mem, "https://acc.blob.core.windows.net", &account));
	assert_string_equal(account, "acc");
	err *e = bucket_azure_account(mem, "https://windows.net", &account);
	assert_string_equal(err_text(mem, e),
			    "failed to extract account name from endpoint: expected 'windows.net' "
			    "to be a subdomain");
	arena_close(mem);
}

static void faults(void **state)
{
	static const struct {
		const char *body;
		int status;
		bool object;
		const char *want;
	} rows[] = {
		{"<Error><Code>A</Code><Message> b\nRequestId: "
		 "1</Message><Region>r</Region></Error>",
		 400, false, "A|b|r"},
		{"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", 403,
		 false, "AccessDenied|Access Denied.|"},
		{"<Error><Code>Odd</Code></Error>", 400, false, "Odd|Error response code Odd.|"},
		{"<ErrorResponse><Error><Code>A</Code><Message>b</Message></Error></ErrorResponse>",
		 400, false, "A|b|"},
		{"", 404, true, "NoSuchKey|The specified key does not exist.|"},
		{"<html>", 404, false, "NoSuchBucket|The specified bucket does not exist.|"},
		{"", 403, true, "AccessDenied|Access Denied.|"},
		{"<Error><Code>half", 500, false, "|500 Internal Server Error|"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		struct http_answer a = {.status = rows[i].status, .body = str_of(rows[i].body)};
		struct bucket_fault f = bucket_fault_read(mem, &a, rows[i].object);
		assert_string_equal(arena_printf(mem, "%s|%s|%s", f.code, f.message, f.region),
				    rows[i].want);
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revisions), cmocka_unit_test(order),	 cmocka_unit_test(keys),
		cmocka_unit_test(sizes),     cmocka_unit_test(listings), cmocka_unit_test(hosts),
		cmocka_unit_test(azure),     cmocka_unit_test(faults),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
