#include "notation/notation_jws.h"

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"

static err *read_time(arena *mem, const val *header, const char *name, int64_t *ret)
{
	int ns;
	err *e = clock_read(mem, val_as_str(val_get(header, name)), ret, &ns);
	return e ? notation_envelope_broken(mem, name) : NULL;
}

static err *read_critical(arena *mem, const val *header, const struct notation_envelope *e)
{
	const val *list = val_get(header, "crit");
	str names[NOTATION_HEADERS_MAX];
	size_t n = val_len(list);
	if (!val_is(list, VAL_LIST) || !n || n > NOTATION_HEADERS_MAX)
		return notation_envelope_broken(mem, "crit");
	for (size_t i = 0; i < n; i++)
		names[i] = val_as_str(val_at(list, i));
	return notation_envelope_critical(mem, e, names, n);
}

static err *read_protected(arena *mem, str packed, struct notation_envelope *e)
{
	val *header;
	str json;
	if (!enc_unbase64(mem, packed, &json) || json_parse(mem, json, &header))
		return notation_envelope_broken(mem, "protected");
	e->algorithm = val_text_or(val_get(header, "alg"), "");
	e->type = val_text_or(val_get(header, "cty"), "");
	TRY(notation_envelope_scheme(mem, val_as_str(val_get(header, NOTATION_SCHEME)), e));
	if (val_get(header, e->by_authority ? NOTATION_TIME : NOTATION_BELIEVED_TIME))
		return err_new(mem, ERR_INVALID, "it has a header of another signing scheme: %s",
			       e->by_authority ? NOTATION_TIME : NOTATION_BELIEVED_TIME);
	TRY(read_time(mem, header, e->by_authority ? NOTATION_BELIEVED_TIME : NOTATION_TIME,
		      &e->at));
	e->expires = val_get(header, NOTATION_EXPIRES) != NULL;
	if (e->expires)
		TRY(read_time(mem, header, NOTATION_EXPIRES, &e->till));
	return read_critical(mem, header, e);
}

err *notation_jws_read(arena *mem, str bytes, struct notation_envelope *e)
{
	val *v;
	TRY(json_parse(mem, bytes, &v));
	str head = val_as_str(val_get(v, "protected")), payload = val_as_str(val_get(v, "payload"));
	const val *header = val_get(v, "header"), *chain = val_get(header, "x5c");
	buf message = buf_init(mem);
	TRY(read_protected(mem, head, e));
	if (!enc_unbase64(mem, payload, &e->payload))
		return notation_envelope_broken(mem, "payload");
	if (!enc_unbase64(mem, val_as_str(val_get(v, "signature")), &e->signature))
		return notation_envelope_broken(mem, "signature");
	if (val_get(header, NOTATION_STAMP) &&
	    !enc_unbase64(mem, val_as_str(val_get(header, NOTATION_STAMP)), &e->stamp))
		return notation_envelope_broken(mem, NOTATION_STAMP);
	if (val_len(chain) > X509_DEPTH_MAX)
		return notation_envelope_broken(mem, "x5c");
	for (size_t i = 0; i < val_len(chain); i++) {
		struct x509 *cert;
		str der;
		if (!enc_unbase64(mem, val_as_str(val_at(chain, i)), &der) ||
		    x509_read(mem, der, &cert))
			return notation_envelope_broken(mem, "x5c");
		VEC_PUSH(mem, &e->chain, cert);
	}
	buf_printf(&message, "%.*s.%.*s", STR_ARG(head), STR_ARG(payload));
	e->message = buf_view(&message);
	return NULL;
}
