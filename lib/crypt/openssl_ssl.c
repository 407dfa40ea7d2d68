/* libssl, which libcurl has loaded before. */
#include <openssl/ssl.h>

#include "base/lazy.h"

#define FUNCTIONS(X) X(SSL_CTX_get_cert_store)

LAZY_LIBRARY("libssl.so.3", FUNCTIONS)

X509_STORE *SSL_CTX_get_cert_store(const SSL_CTX *ctx)
{
	return LAZY(SSL_CTX_get_cert_store)(ctx);
}
