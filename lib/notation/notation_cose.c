#include "notation/notation_cose.h"

#include "notation/notation_cbor.h"

#define TAG_SIGN1 18
#define TAG_TIME 1

/* Labels of headers (RFC 9052, RFC 9360). */
enum { LABEL_ALGORITHM = 1, LABEL_CRITICAL = 2, LABEL_TYPE = 3, LABEL_CHAIN = 33 };

static const char *algorithm_of(const struct cbor *item)
{
	static const struct {
		int64_t number;
		const char *name;
	} all[] = {{-7, "ES256"},  {-35, "ES384"}, {-36, "ES512"},
		   {-37, "PS256"}, {-38, "PS384"}, {-39, "PS512"}};
	int64_t number;
	for (size_t i = 0; cbor_int(item, &number) && i < sizeof(all) / sizeof(*all); i++)
		if (number == all[i].number)
			return all[i].name;
	return "";
}

static err *read_time(arena *mem, const struct cbor *head, const char *name, int64_t *ret)
{
	const struct cbor *item = cbor_get(head, name);
	if (!cbor_is(item, CBOR_TAG) || item->number != TAG_TIME || !cbor_int(item->items, ret))
		return notation_envelope_broken(mem, name);
	return NULL;
}

static err *read_critical(arena *mem, const struct cbor *head, const struct notation_envelope *e)
{
	const struct cbor *list = cbor_get_number(head, LABEL_CRITICAL);
	str names[NOTATION_HEADERS_MAX];
	if (!cbor_is(list, CBOR_LIST) || !list->n || list->n > NOTATION_HEADERS_MAX)
		return notation_envelope_broken(mem, "crit");
	for (size_t i = 0; i < list->n; i++) {
		if (!cbor_is(&list->items[i], CBOR_TEXT))
			return notation_envelope_broken(mem, "crit");
		names[i] = list->items[i].text;
	}
	return notation_envelope_critical(mem, e, names, list->n);
}

static err *read_protected(arena *mem, str bytes, struct notation_envelope *e)
{
	struct cbor *head;
	TRY(cbor_read(mem, bytes, &head));
	const struct cbor *type = cbor_get_number(head, LABEL_TYPE);
	const struct cbor *scheme = cbor_get(head, NOTATION_SCHEME);
	if (!cbor_is(type, CBOR_TEXT))
		return notation_envelope_broken(mem, "content type");
	if (!cbor_is(scheme, CBOR_TEXT))
		return notation_envelope_broken(mem, NOTATION_SCHEME);
	e->algorithm = algorithm_of(cbor_get_number(head, LABEL_ALGORITHM));
	e->type = str_text(mem, type->text);
	TRY(notation_envelope_scheme(mem, scheme->text, e));
	TRY(read_time(mem, head, e->by_authority ? NOTATION_BELIEVED_TIME : NOTATION_TIME, &e->at));
	e->expires = cbor_get(head, NOTATION_EXPIRES) != NULL;
	if (e->expires)
		TRY(read_time(mem, head, NOTATION_EXPIRES, &e->till));
	return read_critical(mem, head, e);
}

static err *read_unprotected(arena *mem, const struct cbor *head, struct notation_envelope *e)
{
	const struct cbor *chain = cbor_get_number(head, LABEL_CHAIN);
	const struct cbor *stamp = cbor_get(head, NOTATION_STAMP);
	if (!cbor_is(chain, CBOR_LIST) || chain->n > X509_DEPTH_MAX)
		return notation_envelope_broken(mem, "x5chain");
	for (size_t i = 0; i < chain->n; i++) {
		struct x509 *cert;
		if (!cbor_is(&chain->items[i], CBOR_BYTES) ||
		    x509_read(mem, chain->items[i].text, &cert))
			return notation_envelope_broken(mem, "x5chain");
		VEC_PUSH(mem, &e->chain, cert);
	}
	if (stamp && !cbor_is(stamp, CBOR_BYTES))
		return notation_envelope_broken(mem, NOTATION_STAMP);
	e->stamp = stamp ? stamp->text : (str){NULL, 0};
	return NULL;
}

static void add_bytes(buf *b, enum cbor_kind kind, str bytes)
{
	cbor_head(b, kind, bytes.n);
	buf_str(b, bytes);
}

/* The Sig_structure: what a signature is of. */
static str structure(arena *mem, str protected, str payload)
{
	buf b = buf_init(mem);
	cbor_head(&b, CBOR_LIST, 4);
	add_bytes(&b, CBOR_TEXT, STR("Signature1"));
	add_bytes(&b, CBOR_BYTES, protected);
	add_bytes(&b, CBOR_BYTES, STR(""));
	add_bytes(&b, CBOR_BYTES, payload);
	return buf_view(&b);
}

err *notation_cose_read(arena *mem, str bytes, struct notation_envelope *e)
{
	struct cbor *top;
	TRY(cbor_read(mem, bytes, &top));
	const struct cbor *list =
		cbor_is(top, CBOR_TAG) && top->number == TAG_SIGN1 ? top->items : NULL;
	if (!cbor_is(list, CBOR_LIST) || list->n != 4 || !cbor_is(&list->items[0], CBOR_BYTES) ||
	    !cbor_is(&list->items[1], CBOR_MAP) || !cbor_is(&list->items[2], CBOR_BYTES) ||
	    !cbor_is(&list->items[3], CBOR_BYTES))
		return err_new(mem, ERR_INVALID, "it is no COSE_Sign1");
	TRY(read_protected(mem, list->items[0].text, e));
	TRY(read_unprotected(mem, &list->items[1], e));
	e->payload = list->items[2].text;
	e->signature = list->items[3].text;
	e->message = structure(mem, list->items[0].text, e->payload);
	return NULL;
}
