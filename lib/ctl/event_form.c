#include "ctl/event.h"

#include <string.h>

#include "base/clock.h"
#include "ctl/conditions.h"

#define NOTE_MAX 39000 /* bytes of a message that the notification address gets */
#define OWN_ANNOTATIONS "event.toolkit.fluxcd.io/"

static val *involved(arena *mem, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	val *o = val_map(mem);
	val_set_text(mem, o, "apiVersion", val_as_text(val_get(obj, "apiVersion")));
	val_set_text(mem, o, "kind", val_as_text(val_get(obj, "kind")));
	val_set_text(mem, o, "name", val_as_text(val_get(metadata, "name")));
	val_set_text(mem, o, "namespace", val_as_text(val_get(metadata, "namespace")));
	val_set_text(mem, o, "resourceVersion", val_as_text(val_get(metadata, "resourceVersion")));
	val_set_text(mem, o, "uid", val_as_text(val_get(metadata, "uid")));
	return o;
}

static const char *namespace_of(const val *obj)
{
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	return *ns ? ns : "default";
}

/* Of an event, with those that the object itself has for its events: these win. */
static val *annotations_of(arena *mem, const struct event *ev)
{
	const val *own = VAL_IN(ev->obj, "metadata", "annotations");
	val *all = ev->annotations ? val_copy(mem, ev->annotations) : val_map(mem);
	for (size_t i = 0; val_is(own, VAL_MAP) && i < val_len(own); i++) {
		const struct val_pair *p = &own->map.p[i];
		if (str_starts(p->key, STR(OWN_ANNOTATIONS)))
			val_set_str(mem, all, p->key, val_copy(mem, p->value));
	}
	return all;
}

val *event_kubernetes(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns)
{
	const char *when = clock_rfc3339(mem, wall_ns);
	const char *about = val_text_or(VAL_IN(ev->obj, "metadata", "name"), "");
	val *e = val_map(mem), *metadata = val_map(mem), *source = val_map(mem);
	val_set_text(mem, e, "apiVersion", "v1");
	val_set_text(mem, e, "kind", "Event");
	val_set(mem, metadata, "name",
		val_printf(mem, "%s.%llx", about, (unsigned long long)wall_ns));
	val_set_text(mem, metadata, "namespace", namespace_of(ev->obj));
	val *annotations = annotations_of(mem, ev);
	if (val_len(annotations))
		val_set(mem, metadata, "annotations", annotations);
	val_set(mem, e, "metadata", metadata);
	val_set(mem, e, "involvedObject", involved(mem, ev->obj));
	val_set_text(mem, e, "reason", ev->reason);
	val_set_text(mem, e, "message", conditions_cut(mem, ev->message));
	val_set_text(mem, source, "component", ev->component);
	val_set(mem, e, "source", source);
	val_set_text(mem, e, "firstTimestamp", when);
	val_set_text(mem, e, "lastTimestamp", when);
	val_set(mem, e, "count", val_int(mem, 1));
	val_set_text(mem, e, "type", ev->severity == EVENT_ERROR ? "Warning" : "Normal");
	val_set_text(mem, e, "reportingComponent", ev->component);
	val_set_text(mem, e, "reportingInstance", instance);
	return e;
}

val *event_notification(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns)
{
	val *e = val_map(mem), *metadata = annotations_of(mem, ev);
	val_set(mem, e, "involvedObject", involved(mem, ev->obj));
	val_set_text(mem, e, "severity", ev->severity == EVENT_ERROR ? "error" : "info");
	val_set_text(mem, e, "timestamp", clock_rfc3339(mem, wall_ns));
	size_t n = strlen(ev->message);
	if (n > NOTE_MAX)
		for (n = NOTE_MAX; n && ((unsigned char)ev->message[n] & 0xc0) == 0x80;)
			n--;
	val_set(mem, e, "message", val_str(mem, (str){ev->message, n}));
	val_set_text(mem, e, "reason", ev->reason);
	if (val_len(metadata))
		val_set(mem, e, "metadata", metadata);
	val_set_text(mem, e, "reportingController", ev->component);
	val_set_text(mem, e, "reportingInstance", instance);
	return e;
}
