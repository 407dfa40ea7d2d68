#include "net/jwt.h"

#include "base/enc.h"
#include "crypt/agree.h"
#include "data/json.h"

static char *part(arena *mem, const val *v)
{
	return enc_base64_url(mem, str_of(json_text(mem, v, JSON_PLAIN)));
}

err *jwt_sign(arena *mem, const val *header, const val *claims, const struct pkey *key,
	      char **ret_token)
{
	char *text = arena_printf(mem, "%s.%s", part(mem, header), part(mem, claims));
	str signature;
	TRY(agree_rs256(mem, key, str_of(text), &signature));
	*ret_token = arena_printf(mem, "%s.%s", text, enc_base64_url(mem, signature));
	return NULL;
}
