#include "crypt/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define PEM_MAX_BYTES (1 << 20)
#define SECURITY_LEVEL 1 /* no SHA-1, no keys of less than 80 bits of strength */

struct x509 {
	X509 *cert;
	str der;
};

static void release(void *arg)
{
	X509_free(arg);
}

static err *keep(arena *mem, X509 *cert, struct x509 **ret)
{
	unsigned char *der = NULL;
	int n = cert ? i2d_X509(cert, &der) : -1;
	ERR_clear_error();
	if (n <= 0) {
		X509_free(cert);
		return err_new(mem, ERR_INVALID, "it is no X.509 certificate");
	}
	arena_defer(mem, release, cert);
	struct x509 *x = NEW(mem, struct x509);
	*x = (struct x509){cert, {arena_copy(mem, der, (size_t)n), (size_t)n}};
	OPENSSL_free(der);
	*ret = x;
	return NULL;
}

err *x509_read(arena *mem, str der, struct x509 **ret_cert)
{
	const unsigned char *p = (const unsigned char *)der.p;
	if (der.n > X509_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the certificate is larger than %d bytes",
			       X509_MAX_BYTES);
	X509 *cert = der.n ? d2i_X509(NULL, &p, (long)der.n) : NULL;
	if (cert && p != (const unsigned char *)der.p + der.n) {
		X509_free(cert);
		cert = NULL;
	}
	return keep(mem, cert, ret_cert);
}

err *x509_read_pem(arena *mem, str pem, struct x509_list *list)
{
	if (pem.n > PEM_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the certificates are larger than %d bytes",
			       PEM_MAX_BYTES);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	size_t before = list->n;
	err *e = NULL;
	for (X509 *cert; !e && bio && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL));) {
		struct x509 *x;
		if (list->n - before == X509_LIST_MAX) {
			X509_free(cert);
			e = err_new(mem, ERR_LIMIT, "more than %d certificates", X509_LIST_MAX);
		} else if (!(e = keep(mem, cert, &x))) {
			VEC_PUSH(mem, list, x);
		}
	}
	/* the end of the text is the one failure that is none */
	bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	BIO_free(bio);
	ERR_clear_error();
	if (!e && (!ended || list->n == before))
		e = err_new(mem, ERR_INVALID, "it is no X.509 certificate in PEM");
	return e;
}

str x509_der(const struct x509 *cert)
{
	return cert->der;
}

str x509_key_der(arena *mem, const struct x509 *cert)
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert->cert), &der);
	str bytes = {n > 0 ? arena_copy(mem, der, (size_t)n) : NULL, n > 0 ? (size_t)n : 0};
	OPENSSL_free(der);
	ERR_clear_error();
	return bytes;
}

err *x509_key(arena *mem, const struct x509 *cert, struct pubkey **ret_key)
{
	return pubkey_der(mem, x509_key_der(mem, cert), ret_key);
}

static int64_t seconds(const ASN1_TIME *t)
{
	struct tm tm;
	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

int64_t x509_from(const struct x509 *cert)
{
	return seconds(X509_get0_notBefore(cert->cert));
}

int64_t x509_till(const struct x509 *cert)
{
	return seconds(X509_get0_notAfter(cert->cert));
}

const char *x509_subject(arena *mem, const struct x509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = bio && X509_NAME_print_ex(bio, X509_get_subject_name(cert->cert), 0,
					   XN_FLAG_RFC2253) >= 0
			 ? BIO_get_mem_data(bio, &p)
			 : 0;
	const char *text = n > 0 ? str_text(mem, (str){p, (size_t)n}) : "";
	BIO_free(bio);
	return text;
}

static const char *part_name(arena *mem, const ASN1_OBJECT *type)
{
	static const struct {
		int nid;
		const char *name;
	} known[] = {{NID_countryName, "C"},
		     {NID_organizationName, "O"},
		     {NID_organizationalUnitName, "OU"},
		     {NID_commonName, "CN"},
		     {NID_serialNumber, "SERIALNUMBER"},
		     {NID_localityName, "L"},
		     {NID_stateOrProvinceName, "ST"},
		     {NID_streetAddress, "STREET"},
		     {NID_postalCode, "POSTALCODE"}};
	char dotted[128];
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (OBJ_obj2nid(type) == known[i].nid)
			return known[i].name;
	OBJ_obj2txt(dotted, sizeof(dotted), type, 1);
	return arena_text(mem, dotted);
}

void x509_parts(arena *mem, const struct x509 *cert, struct x509_parts *parts)
{
	const X509_NAME *name = X509_get_subject_name(cert->cert);
	int set = -1;
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);
		unsigned char *utf8 = NULL;
		int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(e));
		struct x509_part part = {.name = part_name(mem, X509_NAME_ENTRY_get_object(e)),
					 .joined = X509_NAME_ENTRY_set(e) == set};
		if (n > 0)
			part.value = (str){arena_copy(mem, utf8, (size_t)n), (size_t)n};
		set = X509_NAME_ENTRY_set(e);
		OPENSSL_free(utf8);
		VEC_PUSH(mem, parts, part);
	}
	ERR_clear_error();
}

bool x509_revocable(const struct x509 *cert)
{
	STACK_OF(OPENSSL_STRING) *servers = X509_get1_ocsp(cert->cert);
	bool named = sk_OPENSSL_STRING_num(servers) > 0;
	X509_email_free(servers);
	return named || X509_get_ext_by_NID(cert->cert, NID_crl_distribution_points, -1) >= 0;
}

/* ---- extensions ---- */

static str bytes_of(const ASN1_STRING *s)
{
	return (str){(const char *)ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)};
}

/* A name of another type, where that is asked for and it is a text. */
static const ASN1_STRING *other_name(const GENERAL_NAME *name, const ASN1_OBJECT *wanted)
{
	const OTHERNAME *other = name->d.otherName;
	if (!wanted || OBJ_cmp(other->type_id, wanted) != 0 ||
	    other->value->type != V_ASN1_UTF8STRING)
		return NULL;
	return other->value->value.utf8string;
}

void x509_names(arena *mem, const struct x509 *cert, const char *oid, struct x509_names *names)
{
	ASN1_OBJECT *wanted = oid ? OBJ_txt2obj(oid, 1) : NULL;
	GENERAL_NAMES *all = X509_get_ext_d2i(cert->cert, NID_subject_alt_name, NULL, NULL);
	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
		bool text =
			name->type == GEN_EMAIL || name->type == GEN_URI || name->type == GEN_DNS;
		const ASN1_STRING *s = text			     ? name->d.ia5
				       : name->type == GEN_OTHERNAME ? other_name(name, wanted)
								     : NULL;
		if (s)
			VEC_PUSH(mem, names, ((str){str_text(mem, bytes_of(s)), bytes_of(s).n}));
	}
	GENERAL_NAMES_free(all);
	ASN1_OBJECT_free(wanted);
	ERR_clear_error();
}

bool x509_extension(const struct x509 *cert, const char *oid, str *ret_value)
{
	ASN1_OBJECT *wanted = OBJ_txt2obj(oid, 1);
	int at = wanted ? X509_get_ext_by_OBJ(cert->cert, wanted, -1) : -1;
	ASN1_OBJECT_free(wanted);
	if (at >= 0)
		*ret_value = bytes_of(X509_EXTENSION_get_data(X509_get_ext(cert->cert, at)));
	return at >= 0;
}

bool x509_text(arena *mem, str der, str *ret_text)
{
	const unsigned char *p = (const unsigned char *)der.p, *end = p + der.n;
	ASN1_TYPE *value = d2i_ASN1_TYPE(NULL, &p, (long)der.n);
	int type = value ? ASN1_TYPE_get(value) : V_ASN1_UNDEF;
	bool fine = p == end && (type == V_ASN1_UTF8STRING || type == V_ASN1_IA5STRING ||
				 type == V_ASN1_PRINTABLESTRING);
	if (fine) {
		str text = bytes_of(value->value.asn1_string);
		*ret_text = (str){str_text(mem, text), text.n};
	}
	ASN1_TYPE_free(value);
	ERR_clear_error();
	return fine;
}

/* ---- chains ---- */

bool x509_is_root(const struct x509 *cert)
{
	bool is = X509_self_signed(cert->cert, 1) == 1;
	ERR_clear_error();
	return is;
}

static STACK_OF(X509) * stack_of(const struct x509_list *list)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	for (size_t i = 0; stack && list && i < list->n; i++)
		sk_X509_push(stack, list->p[i]->cert);
	return stack;
}

/* Where a certificate says what it is for, code has to be among it. */
static bool signs_code(X509 *cert, bool must_say)
{
	uint32_t uses = X509_get_extended_key_usage(cert);
	return uses == UINT32_MAX ? !must_say
				  : (uses & (XKU_CODE_SIGN | (must_say ? 0 : XKU_ANYEKU))) != 0;
}

static err *take_chain(arena *mem, X509_STORE_CTX *c, struct x509_list *ret)
{
	STACK_OF(X509) *found = X509_STORE_CTX_get0_chain(c);
	struct x509_list chain = {0};
	for (int i = 0; i < sk_X509_num(found); i++) {
		X509 *cert = sk_X509_value(found, i);
		struct x509 *x;
		bool last = i > 0 && i == sk_X509_num(found) - 1;
		if (!last && !signs_code(cert, i == 0))
			return err_new(mem, ERR_INVALID, "%s is not for signing code",
				       i ? "an intermediate certificate" : "the certificate");
		X509_up_ref(cert);
		TRY(keep(mem, cert, &x));
		VEC_PUSH(mem, &chain, x);
	}
	*ret = chain;
	return NULL;
}

err *x509_chain(arena *mem, const struct x509 *cert, const struct x509_list *others,
		const struct x509_list *roots, int64_t at, struct x509_list *ret_chain)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	STACK_OF(X509) *untrusted = stack_of(others);
	bool ready = store && c && untrusted;
	for (size_t i = 0; ready && i < roots->n; i++)
		ready = X509_STORE_add_cert(store, roots->p[i]->cert) == 1;
	ready = ready && X509_STORE_CTX_init(c, store, cert->cert, untrusted) == 1;
	err *e = NULL;
	if (ready) {
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
		X509_VERIFY_PARAM_set_time(p, (time_t)at);
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_auth_level(p, SECURITY_LEVEL);
		X509_VERIFY_PARAM_set_depth(p, X509_DEPTH_MAX);
		e = X509_verify_cert(c) == 1
			    ? take_chain(mem, c, ret_chain)
			    : err_new(mem, ERR_INVALID, "%s",
				      X509_verify_cert_error_string(X509_STORE_CTX_get_error(c)));
	} else {
		e = err_new(mem, ERR_FAILED, "no memory for a chain of certificates");
	}
	sk_X509_free(untrusted);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	ERR_clear_error();
	return e;
}

void *x509_handle(const struct x509 *cert)
{
	return cert->cert;
}
