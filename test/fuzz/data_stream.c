/* Texts in YAML and JSON read piece by piece: what comes out is what comes out in one go. */
#include <stdlib.h>

#include "data/json.h"
#include "data/json_stream.h"
#include "data/yaml.h"
#include "data/yaml_stream.h"

static err *yaml_walk(struct yaml_stream *s, arena *mem, int depth, val **ret)
{
	enum stream_next next;
	bool more;
	str key;
	TRY(yaml_stream_next(s, &next));
	if (!depth || next == STREAM_VALUE)
		return yaml_stream_value(s, mem, ret);
	*ret = next == STREAM_MAP ? val_map(mem) : val_list(mem);
	TRY(yaml_stream_enter(s));
	for (;;) {
		val *v;
		str kept = {0};
		TRY(yaml_stream_more(s, &more, &key));
		if (!more)
			return NULL;
		if (next == STREAM_MAP)
			kept = (str){arena_copy(mem, key.p, key.n), key.n};
		TRY(yaml_walk(s, mem, depth - 1, &v));
		if (next == STREAM_MAP)
			val_set_str(mem, *ret, kept, v);
		else
			val_push(mem, *ret, v);
	}
}

static err *json_walk(struct json_stream *s, arena *mem, int depth, val **ret)
{
	enum json_next next;
	bool more;
	str key;
	TRY(json_stream_next(s, &next));
	if (!depth || next == JSON_NEXT_VALUE)
		return json_stream_value(s, mem, ret);
	*ret = next == JSON_NEXT_MAP ? val_map(mem) : val_list(mem);
	TRY(json_stream_enter(s));
	for (;;) {
		val *v;
		TRY(json_stream_more(s, mem, &more, &key));
		if (!more)
			return NULL;
		TRY(json_walk(s, mem, depth - 1, &v));
		if (next == JSON_NEXT_MAP)
			val_set_str(mem, *ret, key, v);
		else
			val_push(mem, *ret, v);
	}
}

static void try_yaml(arena *mem, str text)
{
	struct yaml_stream *s;
	val *want, *got;
	err *in_one = yaml_parse_strict(mem, text, &want);
	err *in_pieces = yaml_stream_open(mem, mapped_text(mem, text), &s);
	if (!in_pieces)
		in_pieces = yaml_walk(s, mem, 3, &got);
	if (!in_pieces && (in_one || !val_eq(want, got)))
		abort();
	if (!in_one && in_pieces && in_pieces->code != ERR_UNSUPPORTED &&
	    in_pieces->code != ERR_LIMIT)
		abort();
}

static void try_json(arena *mem, str text)
{
	val *want, *got;
	struct json_stream *s = json_stream_open(mem, mapped_text(mem, text));
	err *in_one = json_parse(mem, text, &want), *in_pieces = json_walk(s, mem, 3, &got);
	if (!in_pieces)
		in_pieces = json_stream_end(s);
	if (!in_pieces && (in_one || !val_eq(want, got)))
		abort();
	if (!in_one && in_pieces)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str text = {(const char *)data, size};
	if (size < (1u << 20)) {
		try_yaml(mem, text);
		try_json(mem, text);
	}
	arena_close(mem);
	return 0;
}
