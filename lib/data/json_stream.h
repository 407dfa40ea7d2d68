/*
 * json_stream: a JSON text that is too large to be held as values, read piece by piece: the
 * counterpart of yaml_stream.
 */
#ifndef SLUICE_JSON_STREAM_H
#define SLUICE_JSON_STREAM_H

#include "base/mapped.h"
#include "data/val.h"

#define JSON_STREAM_MAX_PIECE ((size_t)2 << 20) /* bytes of the text of one value: ERR_LIMIT */

struct json_stream;

enum json_next { JSON_NEXT_VALUE, JSON_NEXT_MAP, JSON_NEXT_LIST };

/* Starts on a text, which is passed (see mapped.h) as it is read. It lives in mem. */
struct json_stream *json_stream_open(arena *mem, struct mapped *text);

/* What comes next: the whole at first, then what json_stream_more has told of. ERR_INVALID: no JSON. */
err *json_stream_next(struct json_stream *s, enum json_next *ret_next);

/* Steps into the map or list that comes next. */
err *json_stream_enter(struct json_stream *s);

/* Has the collection that was entered last one more? *ret_key is its key in a map, in mem. At the end it is left.
 * Equal keys are told as often as they stand there. */
err *json_stream_more(struct json_stream *s, arena *mem, bool *ret_more, str *ret_key);

/* The value that comes next, in mem; or steps over it. */
err *json_stream_value(struct json_stream *s, arena *mem, val **ret_v);
err *json_stream_skip(struct json_stream *s);

/* ERR_INVALID unless nothing but blanks is left. */
err *json_stream_end(struct json_stream *s);

#endif
