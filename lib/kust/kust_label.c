#include "kust/kust_label.h"

#include <string.h>

#include "base/regex.h"
#include "kust/kust_node.h"

/* --- labels and annotations ---------------------------------------------------------------------- */

/* Makes ours at once all that any of the specs will touch: a copy taken between two of them would
 * part the places that share a node. */
static void own_for(struct kust_work *w, struct kust_object *o, const struct kust_specs *specs)
{
	for (size_t i = 0; i < specs->n; i++)
		if (!str_starts(specs->p[i].path, STR("metadata/")) &&
		    kust_field_fits(o, &specs->p[i]) &&
		    kust_field_reaches(w, o, &specs->p[i], true)) {
			kust_object_own(w, o, KUST_OWN_ALL);
			return;
		}
}

err *kust_set_pairs(struct kust_set *s, const struct kust_pairs *pairs,
		    const struct kust_specs *specs)
{
	struct kust_work *w = s->work;
	bool notes = false;
	for (size_t k = 0; k < pairs->n; k++)
		notes = notes || str_starts(pairs->p[k].key, STR("internal.config.kubernetes.io/"));
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		own_for(w, o, specs);
		if (notes)
			TRY(kust_object_expose(w, o));
		for (size_t k = 0; k < pairs->n; k++) {
			struct kust_entry e =
				kust_entry_new(w->mem, pairs->p[k].key, pairs->p[k].value, YT_STR);
			struct kust_setter set = {kust_entry_set, &e, YN_MAP, YT_MAP};
			TRY(kust_fields_apply(w, o, specs, &set));
		}
		if (notes)
			TRY(kust_object_absorb(w, o));
	}
	kust_set_changed(s);
	kust_set_drop_empty(s);
	return NULL;
}

/* --- images -------------------------------------------------------------------------------------- */

struct imager {
	arena *mem;
	const struct kust_image *image;
	struct regex *re;
};

/* name:tag@digest; what stands before the first slash has no part in it. */
static void split_image(str image, str *ret_name, str *ret_tag, str *ret_digest)
{
	ptrdiff_t slash = str_find(image, '/');
	size_t from = slash > 0 ? (size_t)slash : 0;
	str rest = str_sub(image, from, image.n);
	ptrdiff_t at = str_find(rest, '@'), colon = str_find(rest, ':');
	*ret_tag = *ret_digest = (str){"", 0};
	*ret_name = image;
	if (at >= 0 && (at < colon || colon < 0)) {
		*ret_name = str_sub(image, 0, from + (size_t)at);
		*ret_digest = str_sub(image, from + (size_t)at + 1, image.n);
	} else if (colon >= 0) {
		size_t end = at >= 0 ? from + (size_t)at : image.n;
		*ret_name = str_sub(image, 0, from + (size_t)colon);
		*ret_tag = str_sub(image, from + (size_t)colon + 1, end);
		if (at >= 0)
			*ret_digest = str_sub(image, end + 1, image.n);
	}
}

static err *set_image(void *arg, struct yaml_node *field)
{
	const struct imager *m = arg;
	const struct kust_image *image = m->image;
	TRY(kust_expect(m->mem, field, YN_SCALAR));
	arena *scratch = arena_open();
	bool fits = regex_match(scratch, m->re, field->text);
	arena_close(scratch);
	if (!fits)
		return NULL;
	str name, tag, digest;
	split_image(field->text, &name, &tag, &digest);
	if (image->new_name.n)
		name = image->new_name;
	if (image->new_tag.n || image->digest.n) {
		tag = image->new_tag;
		digest = image->digest;
	} else if (image->tag_suffix.n) {
		tag = str_of(
			arena_printf(m->mem, "%.*s%.*s", STR_ARG(tag), STR_ARG(image->tag_suffix)));
		digest = (str){"", 0};
	}
	buf b = buf_init(m->mem);
	buf_str(&b, name);
	if (tag.n)
		buf_printf(&b, ":%.*s", STR_ARG(tag));
	if (digest.n)
		buf_printf(&b, "@%.*s", STR_ARG(digest));
	buf_text(&b);
	return kust_set_self(m->mem, field, kust_bare(m->mem, YN_SCALAR, buf_view(&b)));
}

static err *set_in_list(struct imager *m, struct yaml_node *list)
{
	for (uint32_t i = 0; list->kind == YN_LIST && i < list->n; i++) {
		struct yaml_node *image;
		TRY(kust_get(m->mem, list->child[i], STR("image"), &image));
		if (image)
			TRY(set_image(m, image));
	}
	return NULL;
}

static bool is_containers(str key)
{
	return str_is(key, "containers") || str_is(key, "initContainers");
}

/* Every list of containers, wherever it stands; the inner ones first. */
static err *walk_lists(struct imager *m, struct yaml_node *n)
{
	for (uint32_t i = 0; n->kind == YN_LIST && i < n->n; i++)
		TRY(walk_lists(m, n->child[i]));
	for (uint32_t i = 0; n->kind == YN_MAP && i + 1 < n->n; i += 2) {
		/* of equal keys the first one is looked at each time */
		struct yaml_node *v = yaml_node_get_str(n, n->child[i]->text);
		TRY(walk_lists(m, v));
		if (is_containers(n->child[i]->text))
			TRY(set_in_list(m, v));
	}
	return NULL;
}

static bool has_lists(const struct yaml_node *n)
{
	for (uint32_t i = 0; (n->kind == YN_LIST || n->kind == YN_MAP) && i < n->n; i++) {
		if (n->kind == YN_MAP && i % 2 == 0) {
			if (is_containers(n->child[i]->text))
				return true;
			continue;
		}
		if (has_lists(n->child[i]))
			return true;
	}
	return false;
}

err *kust_set_image(struct kust_set *s, const struct kust_image *image,
		    const struct kust_specs *specs)
{
	struct kust_work *w = s->work;
	struct imager m = {w->mem, image, NULL};
	struct kust_setter set = {set_image, &m, YN_NONE, NULL};
	const char *pattern =
		arena_printf(w->mem, "^%.*s(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$",
			     STR_ARG(image->name));
	TRY_AS(w->mem, regex_compile(w->mem, str_of(pattern), &m.re), "images: name '%.*s'",
	       STR_ARG(image->name));
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < s->list.n; i++) {
			struct kust_object *o = s->list.p[i];
			if (!o->node || str_is(kust_object_kind(o), "CustomResourceDefinition"))
				continue;
			if (pass == 0 && has_lists(o->node)) {
				kust_object_own(w, o, KUST_OWN_ALL);
				TRY(walk_lists(&m, o->node));
			} else if (pass == 1) {
				TRY(kust_fields_apply(w, o, specs, &set));
			}
		}
	kust_set_drop_empty(s);
	return NULL;
}

/* --- replicas ------------------------------------------------------------------------------------ */

static bool replica_fits(struct kust_work *w, struct kust_object *o, const struct kust_replica *r,
			 const struct kust_spec *spec)
{
	for (size_t i = 0; i <= o->formers.n; i++) {
		struct kust_id id =
			i < o->formers.n ? kust_object_former(w, o, i) : *kust_object_id(w, o);
		if (str_eq(id.name, r->name) && kust_gvk_selected(&id.gvk, &spec->gvk))
			return true;
	}
	return false;
}

err *kust_set_replicas(struct kust_set *s, const struct kust_replica *replica,
		       const struct kust_specs *specs)
{
	struct kust_work *w = s->work;
	str count = str_of(arena_printf(w->mem, "%lld", (long long)replica->count));
	struct kust_entry e = kust_entry_new(w->mem, (str){NULL, 0}, count, YT_INT);
	struct kust_setter set = {kust_entry_set, &e, YN_SCALAR, YT_INT};
	bool found = false;
	for (size_t i = 0; i < specs->n; i++)
		for (size_t k = 0; k < s->list.n; k++) {
			struct kust_object *o = s->list.p[k];
			if (kust_object_empty(o) || !replica_fits(w, o, replica, &specs->p[i]))
				continue;
			found = true;
			TRY(kust_field_apply(w, o, &specs->p[i], &set));
		}
	if (found)
		return NULL;
	buf b = buf_init(w->mem);
	for (size_t i = 0; i < specs->n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", kust_gvk_text(w->mem, &specs->p[i].gvk));
	return err_new(
		w->mem, ERR_INVALID,
		"resource with name %.*s does not match a config with the following GVK [%s]",
		STR_ARG(replica->name), buf_text(&b));
}
