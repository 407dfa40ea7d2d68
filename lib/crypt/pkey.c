#include "crypt/pkey.h"

#include <openssl/bio.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

struct pkey {
	EVP_PKEY *key;
};

static void release(void *arg)
{
	EVP_PKEY_free(arg);
}

static struct pkey *keep(arena *mem, EVP_PKEY *key)
{
	struct pkey *k = NEW(mem, struct pkey);
	k->key = key;
	arena_defer(mem, release, key);
	return k;
}

static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_get_error());
	return text ? text : "unknown error";
}

static EVP_PKEY *make_dsa(void)
{
	EVP_PKEY *params = NULL, *key = NULL;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, NULL);
	if (c && EVP_PKEY_paramgen_init(c) == 1 &&
	    EVP_PKEY_CTX_set_dsa_paramgen_bits(c, 2048) == 1 &&
	    EVP_PKEY_CTX_set_dsa_paramgen_q_bits(c, 256) == 1)
		EVP_PKEY_paramgen(c, &params);
	EVP_PKEY_CTX_free(c);
	c = params ? EVP_PKEY_CTX_new(params, NULL) : NULL;
	if (c && EVP_PKEY_keygen_init(c) == 1)
		EVP_PKEY_keygen(c, &key);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(params);
	return key;
}

err *pkey_make(arena *mem, enum pkey_kind kind, struct pkey **ret_key)
{
	EVP_PKEY *key = kind == PKEY_RSA_2048	? EVP_RSA_gen(2048)
			: kind == PKEY_RSA_4096 ? EVP_RSA_gen(4096)
			: kind == PKEY_P256	? EVP_EC_gen("P-256")
			: kind == PKEY_ED25519	? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
						: make_dsa();
	if (!key)
		return err_new(mem, ERR_FAILED, "generating a private key: %s", reason());
	*ret_key = keep(mem, key);
	return NULL;
}

/* The content of a PEM block by what its name says that it is. */
static err *decode(arena *mem, const char *name, const unsigned char *der, long n, EVP_PKEY **ret)
{
	static const struct {
		const char *name;
		int type;
		const char *context;
	} kinds[] = {
		{"RSA PRIVATE KEY", EVP_PKEY_RSA, "parsing RSA private key from PEM"},
		{"EC PRIVATE KEY", EVP_PKEY_EC, "parsing EC private key from PEM"},
		{"DSA PRIVATE KEY", EVP_PKEY_DSA, "parsing DSA private key from PEM"},
	};
	size_t len = strlen(name);
	if (!strcmp(name, "PRIVATE KEY")) {
		*ret = d2i_AutoPrivateKey(NULL, &der, n);
		if (*ret)
			return NULL;
		return err_new(mem, ERR_INVALID, "decoding PEM as PKCS#8: %s", reason());
	}
	if (len < 12 || strcmp(name + len - 12, " PRIVATE KEY") != 0)
		return err_new(mem, ERR_INVALID, "no private key data in PEM block of type %s",
			       name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(name, kinds[i].name) != 0)
			continue;
		*ret = d2i_PrivateKey(kinds[i].type, NULL, &der, n);
		if (*ret)
			return NULL;
		return err_new(mem, ERR_INVALID, "%s: %s", kinds[i].context, reason());
	}
	return err_new(mem, ERR_INVALID, "invalid private key type %.*s", (int)(len - 12), name);
}

err *pkey_read(arena *mem, str pem, struct pkey **ret_key)
{
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	EVP_PKEY *key = NULL;
	BIO *bio = BIO_new_mem_buf(pem.p, (int)(pem.n > INT32_MAX ? INT32_MAX : pem.n));
	err *e = NULL;
	if (!bio || PEM_read_bio(bio, &name, &header, &der, &n) != 1)
		e = err_new(mem, ERR_INVALID, "no PEM data in input");
	else
		e = decode(mem, name, der, n, &key);
	ERR_clear_error();
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_clear_free(der, (size_t)n);
	BIO_free(bio);
	if (!e)
		*ret_key = keep(mem, key);
	return e;
}

err *pkey_pem(arena *mem, const struct pkey *key, char **ret_pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool old = EVP_PKEY_get_base_id(key->key) != EVP_PKEY_ED25519;
	int ok = !bio  ? 0
		 : old ? PEM_write_bio_PrivateKey_traditional(bio, key->key, NULL, NULL, 0, NULL,
							      NULL)
		       : PEM_write_bio_PKCS8PrivateKey(bio, key->key, NULL, NULL, 0, NULL, NULL);
	char *p = NULL;
	long n = bio ? BIO_get_mem_data(bio, &p) : 0;
	if (ok == 1)
		*ret_pem = arena_copy(mem, p, (size_t)n);
	BIO_free(bio);
	return ok == 1 ? NULL : err_new(mem, ERR_FAILED, "writing a private key: %s", reason());
}

void *pkey_handle(const struct pkey *key)
{
	return key->key;
}
