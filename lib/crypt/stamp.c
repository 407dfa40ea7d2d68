#include "crypt/stamp.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <time.h>

/* A response that grants one, or the bare token. */
static PKCS7 *read_token(str stamp)
{
	const unsigned char *start = (const unsigned char *)stamp.p, *p = start;
	TS_RESP *response = d2i_TS_RESP(NULL, &p, (long)stamp.n);
	PKCS7 *token = NULL;
	if (response) {
		long status = ASN1_INTEGER_get(
			TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
		bool granted = status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS;
		if (granted && TS_RESP_get_token(response))
			token = PKCS7_dup(TS_RESP_get_token(response));
		TS_RESP_free(response);
	} else {
		p = start;
		token = d2i_PKCS7(NULL, &p, (long)stamp.n);
	}
	return token;
}

static bool time_of(PKCS7 *token, int64_t *ret_at)
{
	struct tm tm;
	TS_TST_INFO *info = PKCS7_type_is_signed(token) ? PKCS7_to_TS_TST_INFO(token) : NULL;
	bool fine = info && ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &tm) == 1;
	if (fine)
		*ret_at = (int64_t)timegm(&tm);
	TS_TST_INFO_free(info);
	return fine;
}

/* Roots that are believed as they were at that time. */
static X509_STORE *store_of(const struct x509_list *roots, int64_t at)
{
	X509_STORE *store = X509_STORE_new();
	X509_VERIFY_PARAM *p = store ? X509_STORE_get0_param(store) : NULL;
	for (size_t i = 0; store && i < roots->n; i++)
		X509_STORE_add_cert(store, x509_handle(roots->p[i]));
	if (p) {
		X509_VERIFY_PARAM_set_time(p, (time_t)at);
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_depth(p, X509_DEPTH_MAX);
	}
	return store;
}

static STACK_OF(X509) * stack_of(const struct x509_list *list)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	for (size_t i = 0; stack && i < list->n; i++)
		if (X509_up_ref(x509_handle(list->p[i])))
			sk_X509_push(stack, x509_handle(list->p[i]));
	return stack;
}

static err *verify(arena *mem, PKCS7 *token, str bytes, const struct x509_list *others,
		   const struct x509_list *roots, int64_t at)
{
	TS_VERIFY_CTX *c = TS_VERIFY_CTX_new();
	bool fine = false;
	if (c) {
		TS_VERIFY_CTX_set_flags(c, TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_DATA);
		TS_VERIFY_CTX_set_data(c, BIO_new_mem_buf(bytes.p, (int)bytes.n));
		TS_VERIFY_CTX_set_store(c, store_of(roots, at));
		TS_VERIFY_CTX_set_certs(c, stack_of(others));
		fine = TS_RESP_verify_token(c, token) == 1;
	}
	unsigned long code = ERR_peek_last_error();
	const char *why = ERR_reason_error_string(code);
	err *e = fine ? NULL
		      : err_new(mem, ERR_INVALID, "the timestamp is not right: %s",
				why ? why : "unknown error");
	TS_VERIFY_CTX_free(c);
	ERR_clear_error();
	return e;
}

err *stamp_check(arena *mem, str stamp, str bytes, const struct x509_list *others,
		 const struct x509_list *roots, int64_t *ret_at)
{
	int64_t at;
	if (stamp.n > STAMP_MAX_BYTES || bytes.n > INT32_MAX)
		return err_new(mem, ERR_LIMIT, "the timestamp is larger than %d bytes",
			       STAMP_MAX_BYTES);
	ERR_clear_error();
	PKCS7 *token = stamp.n ? read_token(stamp) : NULL;
	bool read = token && time_of(token, &at);
	err *e = read ? verify(mem, token, bytes, others, roots, at)
		      : err_new(mem, ERR_INVALID, "it is no timestamp");
	PKCS7_free(token);
	ERR_clear_error();
	if (!e)
		*ret_at = at;
	return e;
}
