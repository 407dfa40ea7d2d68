#include "sops/sops_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/cipher.h"

#define TAG 16
#define MAX_IV 128

struct sealed {
	str data, iv, tag, type;
};

static bool take(str *rest, str upto, str *ret)
{
	ptrdiff_t at = str_search(*rest, upto);
	if (at < 1)
		return false;
	*ret = str_sub(*rest, 0, (size_t)at);
	*rest = str_sub(*rest, (size_t)at + upto.n, rest->n);
	return true;
}

static bool parse(str text, struct sealed *ret)
{
	str rest = text;
	if (!str_starts(text, STR("ENC[AES256_GCM,data:")))
		return false;
	rest = str_sub(text, sizeof("ENC[AES256_GCM,data:") - 1, text.n);
	return take(&rest, STR(",iv:"), &ret->data) && take(&rest, STR(",tag:"), &ret->iv) &&
	       take(&rest, STR(",type:"), &ret->tag) && take(&rest, STR("]"), &ret->type);
}

/* Where base64 goes wrong, as Go counts. */
static size_t fault_at(str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '\r' ||
			     c == '\n';
		if (!digit)
			return i;
	}
	return text.n / 4 * 4;
}

static err *decode(arena *mem, const char *what, str text, str *ret)
{
	if (str_find(text, '-') < 0 && str_find(text, '_') < 0 && text.n % 4 == 0 &&
	    enc_unbase64(mem, text, ret))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "Error base64-decoding %s: illegal base64 data at input byte %zu", what,
		       fault_at(text));
}

static err *open_bytes(arena *mem, const struct sealed *s, str key, str where, str *ret)
{
	str data, iv, tag;
	TRY(decode(mem, "data", s->data, &data));
	TRY(decode(mem, "iv", s->iv, &iv));
	TRY(decode(mem, "tag", s->tag, &tag));
	buf all = buf_init(mem);
	buf_str(&all, data);
	buf_str(&all, tag);
	if (key.n != 16 && key.n != 24 && key.n != 32)
		return err_new(mem, ERR_INVALID, "crypto/aes: invalid key size %zu", key.n);
	if (!iv.n || iv.n > MAX_IV)
		return err_new(mem, ERR_INVALID, "cipher: a nonce of %zu bytes", iv.n);
	str sealed = buf_view(&all);
	err *e = err_new(mem, ERR_UNAUTHORIZED, "too short");
	if (sealed.n >= TAG)
		e = cipher_gcm_open(mem, key, iv, where, str_sub(sealed, 0, sealed.n - TAG),
				    str_sub(sealed, sealed.n - TAG, sealed.n), ret);
	if (!e)
		return NULL;
	return err_new(mem, ERR_UNAUTHORIZED,
		       "Could not decrypt with AES_GCM: cipher: message "
		       "authentication failed");
}

/* ---- types ------------------------------------------------------------------------------------ */

static bool to_bool(str text, bool *ret)
{
	static const char *const words[] = {"1", "t", "T", "true",  "True",  "TRUE",
					    "0", "f", "F", "false", "False", "FALSE"};
	for (size_t i = 0; i < 12; i++) {
		if (str_is(text, words[i])) {
			*ret = i < 6;
			return true;
		}
	}
	return false;
}

static bool to_float(arena *mem, str text, double *ret)
{
	char *copy = str_text(mem, text), *end;
	static const char allowed[] = "0123456789+-.eEinfINFatyNAT";
	if (!text.n || strspn(copy, allowed) != text.n)
		return false;
	errno = 0;
	*ret = strtod(copy, &end);
	return !*end && !(errno == ERANGE && (*ret > 1 || *ret < -1));
}

static bool typed(arena *mem, str text, str type, struct sops_value *v)
{
	static const struct {
		const char *name;
		enum sops_kind kind;
	} kinds[] = {{"str", SOPS_TEXT},    {"int", SOPS_INT},	 {"float", SOPS_FLOAT},
		     {"bool", SOPS_BOOL},   {"time", SOPS_TIME}, {"bytes", SOPS_BYTES},
		     {"comment", SOPS_TEXT}};
	*v = sops_text(text);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(type, kinds[i].name))
			v->kind = kinds[i].kind;
	if (v->kind == SOPS_INT)
		return str_int(text, &v->i);
	if (v->kind == SOPS_FLOAT)
		return to_float(mem, text, &v->f);
	if (v->kind == SOPS_BOOL)
		return to_bool(text, &v->b);
	return true;
}

static bool known(str type)
{
	static const char *const names[] = {"str",  "int",   "float",  "bool",
					    "time", "bytes", "comment"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(type, names[i]))
			return true;
	return false;
}

err *sops_value_open(arena *mem, str sealed, str key, str where, struct sops_value *ret,
		     bool *ret_comment)
{
	struct sealed s;
	str text;
	if (ret_comment)
		*ret_comment = false;
	if (!sealed.n) {
		*ret = sops_text(sealed);
		return NULL;
	}
	if (!parse(sealed, &s))
		return err_new(mem, ERR_INVALID,
			       "Input string <redacted> does not match sops' data format");
	TRY(open_bytes(mem, &s, key, where, &text));
	if (!known(s.type))
		return err_new(mem, ERR_INVALID, "Unknown datatype: %.*s", STR_ARG(s.type));
	if (!typed(mem, text, s.type, ret))
		return err_new(mem, ERR_INVALID, "the decrypted value is no %.*s", STR_ARG(s.type));
	if (ret_comment)
		*ret_comment = str_is(s.type, "comment");
	return NULL;
}
