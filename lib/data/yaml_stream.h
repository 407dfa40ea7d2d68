/*
 * yaml_stream: the first document of a YAML text that is too large to be held as values, read piece by
 * piece. The caller enters maps and lists, and takes what is inside as values. Rules and texts are
 * yaml_parse_strict's. Only collections in block style, without anchor and tag, can be entered; all
 * else is a value.
 */
#ifndef SLUICE_YAML_STREAM_H
#define SLUICE_YAML_STREAM_H

#include "base/mapped.h"
#include "data/val.h"

#define YAML_STREAM_MAX_PIECE ((size_t)2 << 20)	   /* bytes of the text of one value: ERR_LIMIT */
#define YAML_STREAM_MAX_ANCHORED ((size_t)8 << 20) /* bytes of values that aliases may point to */
#define YAML_STREAM_MAX_KEYS 100000		   /* of a map that was entered */

struct yaml_stream;

enum stream_next { STREAM_VALUE, STREAM_MAP, STREAM_LIST };

/* Starts on a text, which is written to and passed (see mapped.h). ERR_INVALID, ERR_LIMIT. It lives in
 * mem. */
err *yaml_stream_open(arena *mem, struct mapped *text, struct yaml_stream **ret_stream);

/* What comes next: the document itself at first, then what stands under the key or at the place that
 * yaml_stream_more has told of. A text without a document is one value, null. */
err *yaml_stream_next(struct yaml_stream *s, enum stream_next *ret_next);

/* Steps into the map or list that comes next. */
err *yaml_stream_enter(struct yaml_stream *s);

/* Has the collection that was entered last one more? *ret_key is its key in a map, valid until the next
 * call. At the end it is left. Equal keys are ERR_INVALID. */
err *yaml_stream_more(struct yaml_stream *s, bool *ret_more, str *ret_key);

/* The value that comes next, whatever it is, in mem. */
err *yaml_stream_value(struct yaml_stream *s, arena *mem, val **ret_v);

#endif
