#include "cel/cel_names.h"

#include <string.h>

static const cel_type *string_map(const struct cel_names *d)
{
	return cel_type_with(d->mem, CEL_TYPE_MAP, cel_type_plain(CEL_TYPE_STRING),
			     cel_type_plain(CEL_TYPE_DYN));
}

static const cel_type *wrapper(const struct cel_names *d, enum cel_type_kind kind)
{
	cel_type *t = NEW(d->mem, cel_type);
	t->kind = kind;
	t->nullable = true;
	return t;
}

/* The messages that stand for plain types. */
const cel_type *cel_message_type(const struct cel_names *d, const char *name)
{
	static const struct {
		const char *name;
		enum cel_type_kind kind;
		bool wrapper;
	} messages[] = {{"Any", CEL_TYPE_ANY, false},
			{"Value", CEL_TYPE_DYN, false},
			{"Timestamp", CEL_TYPE_TIMESTAMP, false},
			{"Duration", CEL_TYPE_DURATION, false},
			{"BoolValue", CEL_TYPE_BOOL, true},
			{"BytesValue", CEL_TYPE_BYTES, true},
			{"DoubleValue", CEL_TYPE_DOUBLE, true},
			{"FloatValue", CEL_TYPE_DOUBLE, true},
			{"Int32Value", CEL_TYPE_INT, true},
			{"Int64Value", CEL_TYPE_INT, true},
			{"StringValue", CEL_TYPE_STRING, true},
			{"UInt32Value", CEL_TYPE_UINT, true},
			{"UInt64Value", CEL_TYPE_UINT, true}};
	static const char prefix[] = "google.protobuf.";
	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return NULL;
	name += sizeof(prefix) - 1;
	if (!strcmp(name, "Struct"))
		return string_map(d);
	if (!strcmp(name, "ListValue"))
		return cel_type_with(d->mem, CEL_TYPE_LIST, cel_type_plain(CEL_TYPE_DYN), NULL);
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		if (!strcmp(messages[i].name, name))
			return messages[i].wrapper ? wrapper(d, messages[i].kind)
						   : cel_type_plain(messages[i].kind);
	return NULL;
}

static const cel_type *type_named(const struct cel_names *d, const char *name)
{
	static const enum cel_type_kind kinds[] = {CEL_TYPE_BOOL, CEL_TYPE_BYTES, CEL_TYPE_DOUBLE,
						   CEL_TYPE_INT,  CEL_TYPE_NULL,  CEL_TYPE_STRING,
						   CEL_TYPE_TYPE, CEL_TYPE_UINT};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(cel_type_result(d->mem, cel_type_plain(kinds[i])), name))
			return cel_type_plain(kinds[i]);
	if (!strcmp(name, "list"))
		return d->any_list;
	if (!strcmp(name, "map"))
		return d->any_map;
	if (!strcmp(name, "optional_type"))
		return cel_type_with(d->mem, CEL_TYPE_OPTIONAL, d->any_list->a, NULL);
	return cel_message_type(d, name);
}

bool cel_names_find(const struct cel_names *d, const char *name, struct cel_declared *ret)
{
	ret->is_type = false;
	for (const struct cel_scope *s = d->scope; s; s = s->outer) {
		if (!strcmp(s->name, name)) {
			ret->type = s->type;
			return true;
		}
	}
	for (size_t i = 0; i < d->n; i++) {
		if (!strcmp(d->variables[i], name)) {
			ret->type = string_map(d);
			return true;
		}
	}
	const cel_type *t = type_named(d, name);
	if (!t)
		return false;
	ret->is_type = true;
	ret->type = cel_type_with(d->mem, CEL_TYPE_TYPE, t, NULL);
	return true;
}
