/*
 * kust_object: one resource of a build: its tree, who it is, and who it was. What kustomize keeps in
 * annotations while it builds (former names, prefixes, whether a hash is wanted) stands in fields
 * here and is put into the tree (expose) only where a patch or a selector could see it, and taken
 * out again (absorb).
 *
 * A tree may be shared with a cached file: who changes it says before what (kust_object_own).
 */
#ifndef SLUICE_KUST_OBJECT_H
#define SLUICE_KUST_OBJECT_H

#include "base/vec.h"
#include "data/yaml_node.h"
#include "kust/kust_merge.h"
#include "kust/kust_options.h"
#include "kust/kust_types.h"

/* What all of one build share. */
struct kust_work {
	arena *mem;
	const struct kust_options *options;
	const struct kust_schema *schema; /* NULL: the built-in one */
	unsigned schema_age;		  /* from 1; goes up when another schema comes into force */
	bool schema_set;		  /* a file has chosen one; later ones do not count */
	size_t files, bytes;		  /* read so far, against the limits */
	struct map paths;		  /* of field specs, split: text → struct kust_parts */
	const err *http_failed;		  /* the last answer that ends all further attempts */
	VEC(const char *) warnings;
};

/* Group, version, kind, name and namespace. */
struct kust_id {
	struct kust_gvk gvk;
	str name, namespace_;
	bool cluster; /* certainly without a namespace */
};

enum kust_owned {
	KUST_OWN_NONE, /* the whole tree belongs to somebody else */
	KUST_OWN_META, /* the root map and metadata with all in it are ours */
	KUST_OWN_ALL,
};

/* A place on the list of former ids. */
struct kust_former {
	str name, namespace_, kind;
};

struct kust_object {
	arena *mem;
	struct yaml_node *node; /* a map; NULL once a patch has deleted the object */
	uint8_t owned;		/* enum kust_owned */
	unsigned known;		/* id is that of the tree and of the work's schema of this age */
	struct kust_id id;

	bool literal; /* notes came with the file: all stand in the tree, where they would be hashed */
	VEC(struct kust_former) formers;
	VEC(str) prefixes, suffixes;
	str behavior, needs_hash, name_change, kind_change; /* an annotation's text, p NULL: none */
	VEC(str) vars;					    /* names of vars that point here */

	const char *api_version, *kind, *name, *namespace_; /* of the result: as C texts */
	str text;					    /* as printed; p NULL: not yet */
	val *value;					    /* as printed; NULL: not yet */
};

/* A new object around a tree. */
struct kust_object *kust_object_new(struct kust_work *w, struct yaml_node *node,
				    enum kust_owned owned);
struct kust_object *kust_object_copy(struct kust_work *w, const struct kust_object *o);

/* Makes the part of the tree writable, copying what is not, and forgets the id, text and value. */
void kust_object_own(struct kust_work *w, struct kust_object *o, enum kust_owned what);

/* Is it deleted, null or an empty map? */
bool kust_object_empty(const struct kust_object *o);

/* --- identity ------------------------------------------------------------------------------------ */

/* Who it is now; kept until a field that says so changes. */
const struct kust_id *kust_object_id(struct kust_work *w, struct kust_object *o);

/* The i-th former id, and the first one or else the current. */
struct kust_id kust_object_former(struct kust_work *w, struct kust_object *o, size_t i);
struct kust_id kust_object_first_id(struct kust_work *w, struct kust_object *o);

/* Puts the current id on the list of former ones; a prefix or suffix on theirs. */
err *kust_object_remember(struct kust_work *w, struct kust_object *o);
err *kust_object_add_affix(struct kust_work *w, struct kust_object *o, str prefix, str suffix);

/* Does the current or a former id equal this one? */
bool kust_object_was(struct kust_work *w, struct kust_object *o, const struct kust_id *id);

/* Group, version and kind: read from their texts, equal, within a selector's, as a text. */
struct kust_gvk kust_gvk_of(str api_version, str kind);
bool kust_gvk_eq(const struct kust_gvk *a, const struct kust_gvk *b);
bool kust_gvk_selected(const struct kust_gvk *x, const struct kust_gvk *by); /* by: empty is any */
const char *kust_gvk_text(arena *mem, const struct kust_gvk *x); /* "Deployment.v1.apps" */

/* Identities: made, their effective namespace, equal, as a text. */
struct kust_id kust_id_new(struct kust_work *w, struct kust_gvk gvk, str name, str namespace_);
str kust_id_namespace(const struct kust_id *id); /* "default" for none, a word for cluster-scoped */
bool kust_id_eq(const struct kust_id *a, const struct kust_id *b);
const char *kust_id_text(arena *mem,
			 const struct kust_id *id); /* "ConfigMap.v1.[noGrp]/a.[noNs]" */

/* --- fields -------------------------------------------------------------------------------------- */

/* The four fields as they stand; empty for what is absent. */
str kust_object_kind(const struct kust_object *o);
str kust_object_api_version(const struct kust_object *o);
str kust_object_name(const struct kust_object *o);
str kust_object_namespace(const struct kust_object *o);

/* Sets a field as a bare scalar. An empty namespace removes it. */
err *kust_object_set_kind(struct kust_work *w, struct kust_object *o, str kind);
err *kust_object_set_name(struct kust_work *w, struct kust_object *o, str name);
err *kust_object_set_namespace(struct kust_work *w, struct kust_object *o, str ns);

/* metadata.labels or annotations as texts, the last of equal keys counting, sorted; what is no
 * scalar is "". */
struct kust_pairs kust_object_map(arena *mem, const struct yaml_node *object, const char *field);
bool kust_pairs_get(const struct kust_pairs *map, const char *key, str *ret_value);

/* Sorts by key; of equal keys the last stays. Both in one, b's values winning. */
void kust_pairs_sort(arena *mem, struct kust_pairs *map);
struct kust_pairs kust_pairs_merge(arena *mem, const struct kust_pairs *a,
				   const struct kust_pairs *b);
void kust_pairs_set(arena *mem, struct kust_pairs *map, str key, str value);
void kust_pairs_del(struct kust_pairs *map, const char *key);

/* Writes such a map back: the old field goes, the new one has strings only. */
err *kust_object_set_map(struct kust_work *w, struct kust_object *o, const char *field,
			 const struct kust_pairs *map);

/* The build's notes into the annotations, and out of them. Absorbing replaces all notes; it fails
 * when former names, namespaces and kinds are not equally many. */
err *kust_object_expose(struct kust_work *w, struct kust_object *o);
err *kust_object_absorb(struct kust_work *w, struct kust_object *o);

/* Are notes of a build in the annotations of the tree? */
bool kust_object_has_notes(const struct yaml_node *object);

/* The end of the build: notes gone, annotations rewritten as strings, absent when empty. */
err *kust_object_finish(struct kust_work *w, struct kust_object *o, bool keep_origin,
			bool keep_transformations);

/* Its JSON text, as kustomize shows an object in errors. */
const char *kust_object_json(struct kust_work *w, const struct kust_object *o);

#endif
