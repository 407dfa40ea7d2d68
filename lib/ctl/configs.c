#include "ctl/configs.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "kube/selector.h"

#define KINDS 2

struct one {
	struct configs *configs;
	const char *kind, *plural;
	struct watch *watch;
	bool synced;
	struct map versions; /* "ns/name" → resourceVersion, of those that are pointed to */
};

struct configs {
	loop *loop;
	struct client *client;
	struct refs *refs;
	char *ns;
	arena *mem; /* of the selector */
	struct selector *selector;
	bool unreadable; /* the selector */
	void (*on_changed)(void *, const char *, const char *, const char *, bool);
	void *arg;
	struct one kinds[KINDS];
};

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

static void note(void *arg, enum ref_why why, const char *from)
{
	(void)from;
	if (ref_is_config(why))
		*(bool *)arg = true;
}

static void forget_version(struct one *o, const char *key)
{
	free(map_del(&o->versions, key));
}

/* Is this version of the object news? */
static bool is_news(struct one *o, const char *key, enum watch_event e, const char *version)
{
	const char *known = map_get(&o->versions, key);
	if (e == WATCH_DELETED) {
		forget_version(o, key);
		return true;
	}
	if (known && !strcmp(known, version))
		return false;
	forget_version(o, key);
	char *copy = memory(strlen(version) + 1);
	map_set(&o->versions, key, strcpy(copy, version));
	/* what the first list shows is news only if another version of it was known */
	return known || o->synced;
}

static bool is_labelled(const struct configs *c, const val *obj)
{
	const val *labels = VAL_IN(obj, "metadata", "labels");
	return !c->unreadable && (!c->selector || selector_match(c->selector, labels));
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	struct one *o = arg;
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *name = val_text_or(VAL_IN(obj, "metadata", "name"), "");
	bool pointed = false;
	refs_to(o->configs->refs, o->kind, ns, name, note, &pointed);
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", ns, name);
	if (!pointed)
		forget_version(o, key);
	else if (is_news(o, key, e, val_text_or(VAL_IN(obj, "metadata", "resourceVersion"), "")))
		o->configs->on_changed(o->configs->arg, o->kind, ns, name,
				       is_labelled(o->configs, obj));
	arena_close(mem);
}

static void on_synced(void *arg)
{
	((struct one *)arg)->synced = true;
}

static void on_error(void *arg, const err *e)
{
	const struct one *o = arg;
	arena *mem = arena_open();
	log_line(LOG_ERROR, "configs", "cannot watch what objects refer to", "kind", o->kind,
		 "error", err_text(mem, e), NULL);
	arena_close(mem);
}

static void read_selector(struct configs *c, const char *text)
{
	c->mem = arena_open();
	err *e = text && *text ? selector_parse(c->mem, str_of(text), &c->selector) : NULL;
	c->unreadable = e != NULL;
	if (e)
		log_line(LOG_ERROR, "configs", "the selector of labels can't be read", "selector",
			 text, "error", err_text(c->mem, e), NULL);
}

struct configs *configs_open(const struct configs_settings *s)
{
	static const char *const names[KINDS][2] = {{"Secret", "secrets"},
						    {"ConfigMap", "configmaps"}};
	struct configs *c = memory(sizeof(*c));
	const char *ns = s->ns;
	*c = (struct configs){.loop = s->loop,
			      .client = s->client,
			      .refs = s->refs,
			      .on_changed = s->on_changed,
			      .arg = s->arg};
	read_selector(c, s->selector);
	c->ns = strcpy(memory(strlen(ns ? ns : "") + 1), ns ? ns : "");
	for (int i = 0; i < KINDS; i++)
		c->kinds[i] = (struct one){.configs = c,
					   .kind = names[i][0],
					   .plural = names[i][1],
					   .versions = map_init(NULL)};
	return c;
}

void configs_need(struct configs *c, const char *kind)
{
	for (int i = 0; i < KINDS; i++) {
		struct one *o = &c->kinds[i];
		if (strcmp(o->kind, kind) || o->watch)
			continue;
		o->watch = watch_open(c->loop, c->client,
				      &(struct watch_settings){
					      .resource = {.gvk = {"", "v1", o->kind},
							   .plural = o->plural,
							   .namespaced = true,
							   .can_watch = true},
					      .ns = c->ns,
					      .metadata_only = true,
					      .on_event = on_event,
					      .on_synced = on_synced,
					      .on_error = on_error,
					      .arg = o,
				      });
	}
}

void configs_close(struct configs *c)
{
	if (!c)
		return;
	for (int i = 0; i < KINDS; i++) {
		struct one *o = &c->kinds[i];
		if (o->watch)
			watch_close(o->watch);
		struct map_entry *e;
		for (size_t j = 0; (e = map_next(&o->versions, &j));)
			free(e->value);
		map_done(&o->versions);
	}
	arena_close(c->mem);
	free(c->ns);
	free(c);
}
