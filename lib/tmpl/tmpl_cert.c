#include "tmpl/tmpl_cert.h"

#include <arpa/inet.h>

#include "base/clock.h"
#include "crypt/cert.h"
#include "tmpl/tmpl_base.h"
#include "tmpl/tmpl_crypto.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_options.h"

#define DAY INT64_C(86400)
#define DAYS_MAX 3000000 /* beyond it a date has no four-digit year */

static struct tv cert_value(struct tmpl_call *c, const char *cert, const char *key)
{
	static const char *const names[] = {"Cert", "Key"};
	struct tv *fields = NEW_N(c->mem, struct tv, 2);
	fields[0] = tv_text(cert);
	fields[1] = tv_text(key);
	struct tv_struct *s = NEW(c->mem, struct tv_struct);
	*s = (struct tv_struct){NULL, names, fields, 2, NULL};
	return tv_object(TV_CERT, s);
}

static const char *cert_field(struct tmpl_call *c, struct tv cert, int i)
{
	return str_text(c->mem, tv_as_str(((const struct tv_struct *)cert.object)->fields[i]));
}

/* The texts of a list; what names the complaint about an element that is none. */
static err *texts_of(struct tmpl_call *c, struct tv list, const char *what, const char *const **ret,
		     size_t *ret_n)
{
	size_t n = tv_len(list);
	const char **texts = NEW_N(c->mem, const char *, n);
	for (size_t i = 0; i < n; i++) {
		struct tv v = tv_at(list, i);
		buf b = buf_init(c->mem);
		TRY(tmpl_print_value(c, &b, v));
		if (v.type != TV_TEXT)
			return err_new(c->mem, ERR_INVALID, "error %s: %s is not a string", what,
				       buf_text(&b));
		texts[i] = buf_text(&b);
	}
	*ret = texts;
	*ret_n = n;
	return NULL;
}

static err *check_ips(struct tmpl_call *c, const struct cert_request *r)
{
	unsigned char address[16];
	for (size_t i = 0; i < r->ip_n; i++)
		if (inet_pton(AF_INET, r->ips[i], address) != 1 &&
		    inet_pton(AF_INET6, r->ips[i], address) != 1)
			return err_new(c->mem, ERR_INVALID, "error parsing ip: %s", r->ips[i]);
	return NULL;
}

static err *request_of(struct tmpl_call *c, struct tv cn, struct tv ips, struct tv dns,
		       int64_t days, struct cert_request *ret)
{
	int64_t now = c->options ? c->options->now / CLOCK_SECOND : 0;
	*ret = (struct cert_request){.cn = str_text(c->mem, tv_as_str(cn)), .not_before = now};
	TRY(texts_of(c, ips, "parsing ip", &ret->ips, &ret->ip_n));
	TRY(check_ips(c, ret));
	TRY(texts_of(c, dns, "processing alternate dns name", &ret->dns, &ret->dns_n));
	/* the span is kept in nanoseconds upstream and wraps around */
	ret->seconds = (int64_t)((uint64_t)days * DAY * CLOCK_SECOND) / CLOCK_SECOND;
	if (ret->seconds > DAYS_MAX * DAY)
		ret->seconds = DAYS_MAX * DAY;
	return NULL;
}

/* The key that a template gives in PEM, or a new one. */
static err *key_for(struct tmpl_call *c, const struct tv *pem, struct pkey **ret)
{
	if (!pem)
		return tmpl_make_key(c, PKEY_RSA_2048, ret);
	TRY_AS(c->mem, pkey_read(c->mem, tv_as_str(*pem), ret), "parsing private key");
	return NULL;
}

static err *issue(struct tmpl_call *c, const struct cert_request *r, const struct tv *key_pem,
		  const struct tv *authority, struct tv *ret)
{
	struct pkey *key, *signer = NULL;
	const char *signer_cert = NULL;
	char *cert, *pem;
	TRY(key_for(c, key_pem, &key));
	if (authority) {
		signer_cert = cert_field(c, *authority, 0);
		TRY(cert_check(c->mem, str_of(signer_cert)));
		TRY_AS(c->mem, pkey_read(c->mem, str_of(cert_field(c, *authority, 1)), &signer),
		       "error parsing private key");
	}
	TRY(cert_make(c->mem, r, key, signer_cert, signer, &cert));
	TRY(pkey_pem(c->mem, key, &pem));
	*ret = cert_value(c, cert, pem);
	return NULL;
}

static err *authority(struct tmpl_call *c, const struct tv *args, const struct tv *key,
		      struct tv *ret)
{
	struct cert_request r;
	struct tv none = {.type = TV_LIST};
	TRY(request_of(c, args[0], none, none, args[1].i, &r));
	r.authority = true;
	return issue(c, &r, key, NULL, ret);
}

static err *cert_ca(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return authority(c, args, NULL, ret);
}

static err *cert_ca_with_key(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return authority(c, args, &args[2], ret);
}

static err *server(struct tmpl_call *c, const struct tv *args, const struct tv *signer,
		   const struct tv *key, struct tv *ret)
{
	struct cert_request r;
	TRY(request_of(c, args[0], args[1], args[2], args[3].i, &r));
	return issue(c, &r, key, signer, ret);
}

static err *cert_self(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return server(c, args, NULL, NULL, ret);
}

static err *cert_self_with_key(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return server(c, args, NULL, &args[4], ret);
}

static err *cert_signed(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return server(c, args, &args[4], NULL, ret);
}

static err *cert_signed_with_key(struct tmpl_call *c, const struct tv *args, size_t n,
				 struct tv *ret)
{
	(void)n;
	return server(c, args, &args[4], &args[5], ret);
}

static err *cert_custom(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str cert, pem;
	struct pkey *key;
	if (tmpl_base64_decode(c->mem, tv_as_str(args[0]), &cert))
		return err_new(c->mem, ERR_INVALID, "unable to decode base64 certificate");
	if (tmpl_base64_decode(c->mem, tv_as_str(args[1]), &pem))
		return err_new(c->mem, ERR_INVALID, "unable to decode base64 private key");
	TRY(cert_check(c->mem, cert));
	TRY_AS(c->mem, pkey_read(c->mem, pem, &key), "error parsing private key");
	*ret = cert_value(c, str_text(c->mem, cert), str_text(c->mem, pem));
	return NULL;
}

const struct tmpl_func tmpl_cert_funcs[] = {
	{"buildCustomCert", "ss>c", cert_custom},
	{"genCA", "si>c", cert_ca},
	{"genCAWithKey", "sis>c", cert_ca_with_key},
	{"genSelfSignedCert", "slli>c", cert_self},
	{"genSelfSignedCertWithKey", "sllis>c", cert_self_with_key},
	{"genSignedCert", "sllic>c", cert_signed},
	{"genSignedCertWithKey", "sllics>c", cert_signed_with_key},
	{0},
};
