#include "kind/shared_fields.h"

#include <stddef.h>

#define AT(type, member) offsetof(struct type, member)

const struct field name_fields[] = {
	{"name", FIELD_TEXT, AT(name_ref, name), .required = true, .doc = "Name of the referent."},
	{.name = NULL},
};

const struct field depends_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(dependency, api_version),
	 .doc = "API version of a kind that is none of Flux's."},
	{"kind", FIELD_TEXT, AT(dependency, kind),
	 .doc = "Kind of the object, by default the own one: any of Flux's, or another with "
		"apiVersion."},
	{"name", FIELD_TEXT, AT(dependency, name), .required = true, .doc = "Name of the object."},
	{"namespace", FIELD_TEXT, AT(dependency, ns),
	 .doc = "Namespace of the object; the own one by default."},
	{"readyExpr", FIELD_TEXT, AT(dependency, ready_expr),
	 .doc = "A CEL expression over self and dep that decides whether the dependency is ready, "
		"instead of "
		"its Ready condition."},
	{.name = NULL},
};

const struct field common_fields[] = {
	{"annotations", FIELD_TEXT_MAP, AT(common_metadata, annotations),
	 .doc = "Annotations to be added to every object's metadata."},
	{"labels", FIELD_TEXT_MAP, AT(common_metadata, labels),
	 .doc = "Labels to be added to every object's metadata."},
	{.name = NULL},
};

const struct field health_expr_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(health_expr, api_version), .required = true,
	 .doc = "API version of the objects that the expressions are for."},
	{"current", FIELD_TEXT, AT(health_expr, current), .required = true,
	 .doc = "A CEL expression that is true when the object has reached its desired state."},
	{"failed", FIELD_TEXT, AT(health_expr, failed),
	 .doc = "A CEL expression that is true when the object has failed."},
	{"inProgress", FIELD_TEXT, AT(health_expr, in_progress),
	 .doc = "A CEL expression that is true while the object is on its way."},
	{"kind", FIELD_TEXT, AT(health_expr, kind),
	 .doc = "Kind of the objects; any kind of the group by default."},
	{.name = NULL},
};

const struct field selector_fields[] = {
	{"annotationSelector", FIELD_TEXT, AT(selector_shape, annotations),
	 .doc = "A label selection expression over annotations."},
	{"group", FIELD_TEXT, AT(selector_shape, group),
	 .doc = "API group, an anchored regular expression."},
	{"kind", FIELD_TEXT, AT(selector_shape, kind),
	 .doc = "Kind, an anchored regular expression."},
	{"labelSelector", FIELD_TEXT, AT(selector_shape, labels),
	 .doc = "A label selection expression."},
	{"name", FIELD_TEXT, AT(selector_shape, name),
	 .doc = "Name, an anchored regular expression."},
	{"namespace", FIELD_TEXT, AT(selector_shape, ns),
	 .doc = "Namespace, an anchored regular expression."},
	{"version", FIELD_TEXT, AT(selector_shape, version),
	 .doc = "API version, an anchored regular expression."},
	{.name = NULL},
};

const struct field patch_fields[] = {
	{"patch", FIELD_TEXT, AT(patch_shape, patch), .required = true,
	 .doc = "A strategic merge patch, or a list of JSON patch operations, as YAML."},
	{"target", FIELD_OBJECT, AT(patch_shape, target), .sub = selector_fields,
	 .size = sizeof(struct selector_shape), .doc = "The objects that are patched."},
	{.name = NULL},
};

const struct field image_fields[] = {
	{"digest", FIELD_TEXT, AT(image_shape, digest),
	 .doc = "The new digest; newTag is passed over then."},
	{"name", FIELD_TEXT, AT(image_shape, name), .required = true,
	 .doc = "The image's name without a tag."},
	{"newName", FIELD_TEXT, AT(image_shape, new_name), .doc = "The new name."},
	{"newTag", FIELD_TEXT, AT(image_shape, new_tag), .doc = "The new tag."},
	{.name = NULL},
};

const struct field ignore_fields[] = {
	{"paths", FIELD_TEXTS, AT(ignore_shape, paths), .required = true,
	 .doc = "JSON pointers (RFC 6901) of the fields that are left to others."},
	{"target", FIELD_OBJECT, AT(ignore_shape, target), .sub = selector_fields,
	 .size = sizeof(struct selector_shape),
	 .doc = "The objects that the paths are for; all by default."},
	{.name = NULL},
};

static const struct field entry_fields[] = {
	{"id", FIELD_TEXT, AT(entry_shape, id), .required = true,
	 .doc = "The object as <namespace>_<name>_<group>_<kind>."},
	{"v", FIELD_TEXT, AT(entry_shape, version), .required = true,
	 .doc = "The API version of its kind."},
	{.name = NULL},
};

const struct field inventory_fields[] = {
	{"entries", FIELD_OBJECTS, AT(inventory_shape, entries), .sub = entry_fields,
	 .size = sizeof(struct entry_shape), .required = true, .doc = "The objects."},
	{.name = NULL},
};
