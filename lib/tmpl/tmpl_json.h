/*
 * tmpl_json: template values to JSON and back, as Go's encoding/json does it, and to vals for the
 * printers of YAML.
 */
#ifndef SLUICE_TMPL_JSON_H
#define SLUICE_TMPL_JSON_H

#include "tmpl/tmpl_func.h"

enum tmpl_json_flags {
	TMPL_JSON_HTML = 1,   /* <, > and & as escapes */
	TMPL_JSON_INDENT = 2, /* two blanks a level */
};

/* json.Marshal. ERR_INVALID: "json: unsupported value: NaN", "json: unsupported type: complex128". */
err *tmpl_json_print(struct tmpl_call *c, buf *b, struct tv v, int flags);

/* json.Unmarshal into an interface{}: numbers are TV_FLOAT. ERR_INVALID with Go's words. */
err *tmpl_json_read(struct tmpl_call *c, str text, struct tv *ret);

/* "string", "number", "bool", "array", "object": what JSON calls a value that was read. */
const char *tmpl_json_kind(struct tv v);

/* The value as JSON has it: bytes in base64, times as texts, structs as maps. Fails as
 * tmpl_json_print. plain: as go-yaml sees it without JSON: bytes are lists of numbers, the fields
 * of structs have small letters. */
err *tmpl_json_val(struct tmpl_call *c, struct tv v, bool plain, val **ret);

#endif
