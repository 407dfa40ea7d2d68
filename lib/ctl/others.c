#include "ctl/others.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"

struct one {
	arena *mem;
	struct others *others;
	const char *kind, *ns, *name, *group;
	struct watch *watch; /* NULL: the kind is not served */
	char *key;	     /* in the map */
};

struct others {
	struct others_settings s;
	struct map all;		   /* refs_key → struct one */
	struct watch *definitions; /* while a kind is waited for */
};

static void note(void *arg, enum ref_why why, const char *from)
{
	(void)from;
	*(bool *)arg |= why == REF_DEPENDS;
}

static bool is_pointed_to(const struct one *x)
{
	bool out = false;
	refs_to(x->others->s.refs, x->kind, x->ns, x->name, note, &out);
	return out;
}

static void end(struct one *x)
{
	map_del(&x->others->all, x->key);
	if (x->watch)
		watch_close(x->watch);
	arena_close(x->mem);
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	struct one *x = arg;
	(void)e;
	(void)obj;
	x->others->s.on_changed(x->others->s.arg, x->kind, x->ns, x->name);
}

static void complain(const char *kind, const char *name, const err *e)
{
	arena *mem = arena_open();
	log_line(LOG_ERROR, "others",
		 "cannot watch what is depended on; it is looked at again from time to time",
		 "kind", kind, "name", name, "error", err_text(mem, e), NULL);
	arena_close(mem);
}

static void on_error(void *arg, const err *e)
{
	const struct one *x = arg;
	complain(x->kind, x->name, e);
}

/* --- kinds that are not served yet ------------------------------------------------------------ */

/* Definitions are called plural.group. */
static void on_definition(void *arg, enum watch_event e, const val *obj)
{
	struct others *o = arg;
	(void)e;
	const char *name = val_text_or(VAL_IN(obj, "metadata", "name"), "");
	const char *dot = strchr(name, '.');
	struct map_entry *entry;
	o->s.on_definitions(o->s.arg);
	for (size_t i = 0; dot && (entry = map_next(&o->all, &i));) {
		struct one *x = entry->value;
		if (!x->watch && !strcmp(x->group, dot + 1))
			o->s.on_changed(o->s.arg, x->kind, x->ns, x->name);
	}
}

static void on_definitions_error(void *arg, const err *e)
{
	(void)arg;
	complain("CustomResourceDefinition", "", e);
}

static void watch_definitions(struct others *o)
{
	if (o->definitions)
		return;
	o->definitions = watch_open(
		o->s.loop, o->s.client,
		&(struct watch_settings){.resource = {.gvk = {"apiextensions.k8s.io", "v1",
							      "CustomResourceDefinition"},
						      .plural = "customresourcedefinitions",
						      .can_watch = true},
					 .metadata_only = true,
					 .on_event = on_definition,
					 .on_error = on_definitions_error,
					 .arg = o});
}

static bool waits_for_kind(struct others *o)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&o->all, &i));)
		if (!((struct one *)e->value)->watch)
			return true;
	return false;
}

static void end_definitions(struct others *o)
{
	if (!o->definitions || waits_for_kind(o))
		return;
	watch_close(o->definitions);
	o->definitions = NULL;
}

/* --- objects ---------------------------------------------------------------------------------- */

static struct one *add(struct others *o, const struct other *what, const char *key)
{
	arena *mem = arena_open();
	struct one *x = NEW(mem, struct one);
	*x = (struct one){.mem = mem,
			  .others = o,
			  .kind = arena_text(mem, what->kind),
			  .ns = arena_text(mem, what->ns),
			  .name = arena_text(mem, what->name),
			  .group = arena_text(mem, what->group),
			  .key = arena_text(mem, key)};
	map_set(&o->all, x->key, x);
	return x;
}

static void open_watch(struct one *x, const struct resource *r)
{
	x->watch = watch_open(x->others->s.loop, x->others->s.client,
			      &(struct watch_settings){
				      .resource = *r,
				      .ns = r->namespaced ? x->ns : "",
				      .fields = arena_printf(x->mem, "metadata.name=%s", x->name),
				      .metadata_only = true,
				      .on_event = on_event,
				      .on_error = on_error,
				      .arg = x,
			      });
}

void others_watch(struct others *o, const struct other *what)
{
	arena *mem = arena_open();
	const char *key = refs_key(mem, what->kind, what->ns, what->name);
	struct one *x = map_get(&o->all, key);
	if (!x)
		x = add(o, what, key);
	arena_close(mem);
	if (!is_pointed_to(x)) {
		end(x);
	} else if (!what->resource && !x->watch) {
		watch_definitions(o);
	} else if (what->resource && !x->watch) {
		open_watch(x, what->resource);
		end_definitions(o);
	}
}

void others_prune(struct others *o)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&o->all, &i));)
		if (!is_pointed_to(e->value))
			end(e->value);
	end_definitions(o);
}

size_t others_count(const struct others *o)
{
	return o->all.n;
}

struct others *others_open(const struct others_settings *s)
{
	struct others *o = calloc(1, sizeof(*o));
	if (!o)
		abort();
	o->s = *s;
	o->all = map_init(NULL);
	return o;
}

void others_close(struct others *o)
{
	if (!o)
		return;
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&o->all, &i));)
		end(e->value);
	end_definitions(o);
	map_done(&o->all);
	free(o);
}
