#include "net/jwt.h"

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/agree.h"
#include "data/json.h"

#define SECONDS_MAX ((int64_t)10000000000) /* of a moment since 1970 */

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

err *jwt_claims(arena *mem, str token, val **ret_claims)
{
	str part, payload;
	val *claims;
	if (!str_next(&token, '.', &part) || !str_next(&token, '.', &part) || !token.p)
		return err_new(mem, ERR_INVALID, "not a JWT");
	if (!enc_unbase64(mem, part, &payload) || json_parse(mem, payload, &claims) ||
	    !val_is(claims, VAL_MAP))
		return err_new(mem, ERR_INVALID, "failed to decode token payload");
	*ret_claims = claims;
	return NULL;
}

int64_t jwt_end(arena *mem, str token)
{
	val *claims;
	if (jwt_claims(mem, token, &claims))
		return 0;
	int64_t seconds = val_as_int(val_get(claims, "exp"), 0);
	return seconds > 0 && seconds < SECONDS_MAX ? seconds * CLOCK_SECOND : 0;
}
