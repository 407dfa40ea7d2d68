/*
 * An object as an API server might send it, whatever its schema says: its spec through a table with
 * every type of field, its status through conditions and events.
 */
#include <stddef.h>
#include <stdint.h>

#include "ctl/conditions.h"
#include "ctl/depends.h"
#include "ctl/event.h"
#include "ctl/finalizer.h"
#include "ctl/frame.h"
#include "data/json.h"
#include "data/patch.h"

struct spec {
	const char *text, *time;
	bool flag, flag_present;
	int64_t number, duration;
	struct spec *sub;
	struct field_list list, any;
	struct field_texts texts;
	const val *map, *values;
};

#define AT(member) .name = #member, .offset = offsetof(struct spec, member)

static const struct field leaf[] = {{AT(text), .type = FIELD_TEXT, .required = true, .most = 8},
				    {AT(duration), .type = FIELD_DURATION},
				    {.name = NULL}};

static const struct field table[] = {
	{AT(text), .type = FIELD_TEXT, .required = true, .choices = "a|b", .otherwise = "\"a\""},
	{AT(flag), .type = FIELD_BOOL, .present = true},
	{AT(number), .type = FIELD_INT, .least = 1, .most = 10},
	{AT(duration), .type = FIELD_DURATION, .otherwise = "\"60s\""},
	{AT(sub), .type = FIELD_OBJECT, .sub = leaf, .size = sizeof(struct spec)},
	{AT(list), .type = FIELD_OBJECTS, .sub = leaf, .size = sizeof(struct spec), .most = 5},
	{AT(any), .type = FIELD_OBJECTS},
	{AT(texts), .type = FIELD_TEXTS},
	{AT(map), .type = FIELD_TEXT_MAP},
	{AT(values), .type = FIELD_ANY},
	{AT(time), .type = FIELD_TIME},
	{.name = NULL}};

static const val *get(void *arg, arena *mem, const char *kind, const char *ns, const char *name)
{
	(void)mem;
	(void)kind;
	(void)ns;
	return val_get(val_get(arg, "others"), name);
}

static void try_status(arena *mem, const val *obj)
{
	static const char *const positive[] = {"Stored", NULL};
	static const char *const negative[] = {"FetchFailed", NULL};
	static const struct conditions_polarity polarity = {positive, negative, positive};
	const val *before = val_get(obj, "status");
	val *status = val_is(before, VAL_MAP) ? val_copy(mem, before) : val_map(mem);
	conditions_set(mem, status, 1, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing", "x");
	conditions_summary(mem, status, 1, &polarity);
	conditions_set(mem, status, 1, CONDITION_STALLED, CONDITION_TRUE, "Bad", "y");
	conditions_settle(mem, status, before);
	conditions_merge(mem, val_get(before, "conditions"), val_get(status, "conditions"),
			 val_get(obj, "theirs"));
	if (val_is(before, VAL_MAP))
		patch_merge_between(mem, before, status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	val *obj;
	if (!json_parse(mem, (str){(const char *)data, size}, &obj)) {
		struct spec *s = NEW(mem, struct spec);
		err_text(mem, fields_decode(mem, table, val_get(obj, "spec"), "spec", s));
		try_status(mem, obj);
		struct event ev = {.obj = obj,
				   .severity = EVENT_ERROR,
				   .reason = "R",
				   .message = val_text_or(val_get(obj, "message"), ""),
				   .component = "c",
				   .annotations = val_get(obj, "annotations")};
		event_kubernetes(mem, &ev, "i", 0);
		event_notification(mem, &ev, "i", 0);
		frame_requested_at(obj);
		finalizer_has(obj, FINALIZER);
		const char *path;
		depends_cycle(mem, &(struct depends_calls){.kind = "K", .get = get, .arg = obj},
			      obj, &path);
	}
	arena_close(mem);
	return 0;
}
