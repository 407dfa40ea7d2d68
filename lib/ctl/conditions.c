#include "ctl/conditions.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define CUT_MARK "... (truncated)"

const struct field condition_fields[] = {
	{.name = "lastTransitionTime",
	 .type = FIELD_TIME,
	 .required = true,
	 .doc = "When the condition last went from one status, reason or message to another."},
	{.name = "message",
	 .type = FIELD_TEXT,
	 .required = true,
	 .most = CONDITION_MESSAGE_MAX,
	 .doc = "Details about the transition, for a person. May be empty."},
	{.name = "observedGeneration",
	 .type = FIELD_INT,
	 .least = 0,
	 .most = INT64_MAX,
	 .doc = "The .metadata.generation that the condition was set for."},
	{.name = "reason",
	 .type = FIELD_TEXT,
	 .required = true,
	 .least = 1,
	 .most = 1024,
	 .pattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
	 .doc = "Why the condition last changed: one word in CamelCase, for programs."},
	{.name = "status",
	 .type = FIELD_TEXT,
	 .required = true,
	 .choices = "True|False|Unknown",
	 .doc = "True, False or Unknown."},
	{.name = "type",
	 .type = FIELD_TEXT,
	 .required = true,
	 .most = 316,
	 .pattern = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
		    "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
	 .doc = "The kind of condition, in CamelCase or in foo.example.com/CamelCase."},
	{.name = NULL}};

static val *find(const val *status, const char *type, size_t *ret_at)
{
	const val *list = val_get(status, "conditions");
	for (size_t i = 0; i < val_len(list); i++) {
		val *c = val_at(list, i);
		if (!text_eq(val_as_text(val_get(c, "type")), type))
			continue;
		if (ret_at)
			*ret_at = i;
		return c;
	}
	return NULL;
}

const val *conditions_get(const val *status, const char *type)
{
	return find(status, type, NULL);
}

const char *conditions_state(const val *status, const char *type)
{
	return val_text_or(val_get(conditions_get(status, type), "status"), "");
}

const char *conditions_reason(const val *status, const char *type)
{
	return val_text_or(val_get(conditions_get(status, type), "reason"), "");
}

const char *conditions_message(const val *status, const char *type)
{
	return val_text_or(val_get(conditions_get(status, type), "message"), "");
}

bool conditions_is(const val *status, const char *type, const char *state)
{
	return text_eq(conditions_state(status, type), state);
}

const char *conditions_cut(arena *mem, const char *message)
{
	size_t n = strlen(message);
	if (n <= CONDITION_MESSAGE_MAX)
		return message;
	n = CONDITION_MESSAGE_MAX - strlen(CUT_MARK);
	while (n && ((unsigned char)message[n] & 0xc0) == 0x80) /* not within a code point */
		n--;
	return arena_printf(mem, "%.*s" CUT_MARK, (int)n, message);
}

/* Stalled, Reconciling, Ready, then by name. */
static int rank(const char *type)
{
	static const char *const first[] = {CONDITION_STALLED, CONDITION_RECONCILING,
					    CONDITION_READY};
	for (int i = 0; i < 3; i++)
		if (text_eq(type, first[i]))
			return i;
	return 3;
}

static bool comes_before(const val *a, const val *b)
{
	const char *x = val_text_or(val_get(a, "type"), ""),
		   *y = val_text_or(val_get(b, "type"), "");
	int by_rank = rank(x) - rank(y);
	return by_rank ? by_rank < 0 : strcmp(x, y) < 0;
}

static void insert_sorted(arena *mem, val *list, val *condition)
{
	size_t at = 0;
	while (at < val_len(list) && !comes_before(condition, val_at(list, at)))
		at++;
	val_insert(mem, list, at, condition);
}

static val *conditions_list(arena *mem, val *status)
{
	val *list = val_get(status, "conditions");
	if (!val_is(list, VAL_LIST)) {
		list = val_list(mem);
		val_set(mem, status, "conditions", list);
	}
	return list;
}

static bool differs(val *c, const char *key, const char *text)
{
	return !text_eq(val_text_or(val_get(c, key), ""), text);
}

bool conditions_set(arena *mem, val *status, int64_t generation, const char *type,
		    const char *state, const char *reason, const char *message)
{
	message = conditions_cut(mem, message);
	val *list = conditions_list(mem, status);
	val *c = find(status, type, NULL);
	bool is_new = !c;
	if (is_new)
		c = val_map(mem);
	bool changed = is_new || differs(c, "status", state) || differs(c, "reason", reason) ||
		       differs(c, "message", message);
	if (changed)
		val_set_text(mem, c, "lastTransitionTime", clock_rfc3339(mem, clock_wall()));
	val_set_text(mem, c, "message", message);
	val_set(mem, c, "observedGeneration", val_int(mem, generation));
	val_set_text(mem, c, "reason", reason);
	val_set_text(mem, c, "status", state);
	val_set_text(mem, c, "type", type);
	if (is_new)
		insert_sorted(mem, list, c);
	if (text_eq(state, CONDITION_TRUE) && text_eq(type, CONDITION_RECONCILING))
		conditions_del(status, CONDITION_STALLED);
	if (text_eq(state, CONDITION_TRUE) && text_eq(type, CONDITION_STALLED))
		conditions_del(status, CONDITION_RECONCILING);
	return changed;
}

bool conditions_setf(arena *mem, val *status, int64_t generation, const char *type,
		     const char *state, const char *reason, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *message = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	return conditions_set(mem, status, generation, type, state, reason, message);
}

void conditions_del(val *status, const char *type)
{
	size_t at;
	if (find(status, type, &at))
		val_remove(val_get(status, "conditions"), at);
}

void conditions_restore(arena *mem, val *status, const char *type, const val *was)
{
	conditions_del(status, type);
	if (was)
		insert_sorted(mem, conditions_list(mem, status), val_copy(mem, was));
}

/* Summing up: the group in which a condition counts, the lowest decides. */
enum group { BAD_NEGATIVE, BAD_POSITIVE, GOOD_POSITIVE, GOOD_NEGATIVE, UNCLEAR, NO_GROUP };

static enum group group_of(const val *status, const char *type, bool negative)
{
	const char *state = conditions_state(status, type);
	if (text_eq(state, CONDITION_TRUE))
		return negative ? BAD_NEGATIVE : GOOD_POSITIVE;
	if (text_eq(state, CONDITION_FALSE))
		return negative ? GOOD_NEGATIVE : BAD_POSITIVE;
	return text_eq(state, CONDITION_UNKNOWN) ? UNCLEAR : NO_GROUP;
}

struct winner {
	enum group group;
	const char *type;
};

static void consider(const val *status, struct winner *w, const char *type, bool negative)
{
	enum group g = group_of(status, type, negative);
	if (g < w->group)
		*w = (struct winner){g, type};
}

void conditions_summary(arena *mem, val *status, int64_t generation,
			const struct conditions_polarity *p)
{
	struct winner w = {NO_GROUP, NULL};
	consider(status, &w, CONDITION_STALLED, true);
	for (const char *const *t = p->negative; *t; t++)
		consider(status, &w, *t, true);
	for (const char *const *t = p->positive; *t; t++)
		consider(status, &w, *t, false);
	for (const char *const *t = p->bipolar; t && *t; t++) {
		if (group_of(status, *t, false) != BAD_POSITIVE)
			continue;
		w = (struct winner){BAD_POSITIVE, *t};
		break;
	}
	if (w.group == NO_GROUP)
		return;
	const char *state = w.group <= BAD_POSITIVE    ? CONDITION_FALSE
			    : w.group <= GOOD_NEGATIVE ? CONDITION_TRUE
						       : CONDITION_UNKNOWN;
	conditions_set(mem, status, generation, CONDITION_READY, state,
		       conditions_reason(status, w.type), conditions_message(status, w.type));
}

void conditions_settle(arena *mem, val *status, const val *before)
{
	val *list = val_get(status, "conditions");
	for (size_t i = 0; i < val_len(list); i++) {
		val *c = val_at(list, i);
		const val *was = conditions_get(before, val_as_text(val_get(c, "type")));
		const char *when = val_as_text(val_get(was, "lastTransitionTime"));
		if (when && val_eq(val_get(c, "status"), val_get(was, "status")) &&
		    val_eq(val_get(c, "reason"), val_get(was, "reason")) &&
		    val_eq(val_get(c, "message"), val_get(was, "message")))
			val_set_text(mem, c, "lastTransitionTime", when);
	}
}

val *conditions_merge(arena *mem, const val *before, const val *after, const val *theirs)
{
	val *merged = val_map(mem);
	val *list = val_is(theirs, VAL_LIST) ? val_copy(mem, theirs) : val_list(mem);
	val_set(mem, merged, "conditions", list);
	val *was = val_map(mem), *is = val_map(mem);
	if (before)
		val_set(mem, was, "conditions", val_copy(mem, before));
	if (after)
		val_set(mem, is, "conditions", val_copy(mem, after));
	for (size_t i = 0; i < val_len(before); i++) {
		const char *type = val_text_or(val_get(val_at(before, i), "type"), "");
		if (!conditions_get(is, type))
			conditions_del(merged, type);
	}
	for (size_t i = 0; i < val_len(after); i++) {
		val *c = val_at(after, i);
		const char *type = val_text_or(val_get(c, "type"), "");
		if (val_eq(c, conditions_get(was, type)))
			continue;
		conditions_del(merged, type);
		insert_sorted(mem, list, val_copy(mem, c));
	}
	return list;
}
