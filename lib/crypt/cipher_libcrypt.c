/* libcrypt, which has bcrypt, loaded when it is first called. */
#include <crypt.h>

#include "base/lazy.h"

#define FUNCTIONS(X) X(crypt_rn)

LAZY_LIBRARY("libcrypt.so.1", FUNCTIONS)

char *crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
	return LAZY(crypt_rn)(phrase, setting, data, size);
}
