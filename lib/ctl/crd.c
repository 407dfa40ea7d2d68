#include "ctl/crd.h"

static val *texts_of(arena *mem, const char *list)
{
	val *texts = val_list(mem);
	str rest = str_of(list), part;
	while (str_next(&rest, ',', &part))
		val_push(mem, texts, val_str(mem, part));
	return texts;
}

static val *names_of(arena *mem, const struct kind *k)
{
	val *names = val_map(mem);
	val_set(mem, names, "categories", texts_of(mem, k->categories));
	val_set_text(mem, names, "kind", k->name);
	val_set(mem, names, "listKind", val_printf(mem, "%sList", k->name));
	val_set_text(mem, names, "plural", k->plural);
	if (k->short_names)
		val_set(mem, names, "shortNames", texts_of(mem, k->short_names));
	val_set_text(mem, names, "singular", k->singular);
	return names;
}

static val *columns_of(arena *mem, const struct kind *k)
{
	val *columns = val_list(mem);
	for (const struct kind_column *c = k->columns; c && c->name; c++) {
		val *column = val_map(mem);
		val_set_text(mem, column, "description", c->doc);
		val_set_text(mem, column, "jsonPath", c->path);
		val_set_text(mem, column, "name", c->name);
		val_set_text(mem, column, "type", c->type);
		val_push(mem, columns, column);
	}
	return columns;
}

static val *text_schema(arena *mem, const char *doc)
{
	val *s = val_map(mem);
	val_set_text(mem, s, "description", doc);
	val_set_text(mem, s, "type", "string");
	return s;
}

static val *spec_schema(arena *mem, const struct kind *k, const char *version)
{
	/* the rules of a whole spec hang on a row, as all rules do */
	const struct field row[] = {
		{.name = "spec", .type = FIELD_OBJECT, .sub = k->spec, .rules = k->spec_rules},
		{.name = NULL}};
	return val_copy(mem, VAL_IN(fields_schema(mem, row, version), "properties", "spec"));
}

static val *schema_of(arena *mem, const struct kind *k, const char *version)
{
	val *s = val_map(mem), *properties = val_map(mem), *metadata = val_map(mem);
	val_set_text(mem, s, "description", k->doc);
	val_set(mem, properties, "apiVersion",
		text_schema(mem, "The versioned schema of this object."));
	val_set(mem, properties, "kind",
		text_schema(mem, "The REST resource that this object represents."));
	val_set_text(mem, metadata, "type", "object");
	val_set(mem, properties, "metadata", metadata);
	val_set(mem, properties, "spec", spec_schema(mem, k, version));
	val *status = fields_schema(mem, k->status, version);
	val *otherwise = val_map(mem);
	val_set(mem, otherwise, "observedGeneration", val_int(mem, -1));
	if (k->status_default)
		val_set(mem, status, "default", otherwise);
	val_set(mem, properties, "status", status);
	val_set(mem, s, "properties", properties);
	val_set_text(mem, s, "type", "object");
	return s;
}

static val *version_of(arena *mem, const struct kind *k, const char *version)
{
	bool stored = text_eq(version, kind_version(k));
	val *v = val_map(mem), *schema = val_map(mem), *subresources = val_map(mem);
	val_set(mem, v, "additionalPrinterColumns", columns_of(mem, k));
	val_set_text(mem, v, "name", version);
	val_set(mem, schema, "openAPIV3Schema", schema_of(mem, k, stored ? version : NULL));
	val_set(mem, v, "schema", schema);
	val_set(mem, v, "served", val_bool(mem, true));
	val_set(mem, v, "storage", val_bool(mem, stored));
	val_set(mem, subresources, "status", val_map(mem));
	val_set(mem, v, "subresources", subresources);
	return v;
}

val *crd_of(arena *mem, const struct kind *k)
{
	val *crd = val_map(mem), *metadata = val_map(mem), *spec = val_map(mem);
	val_set_text(mem, crd, "apiVersion", "apiextensions.k8s.io/v1");
	val_set_text(mem, crd, "kind", "CustomResourceDefinition");
	val *annotations = val_make_map(mem, metadata, "annotations");
	val_set_text(mem, annotations, "kustomize.toolkit.fluxcd.io/substitute", "disabled");
	val *labels = val_make_map(mem, metadata, "labels");
	val_set_text(mem, labels, "app.kubernetes.io/part-of", "flux");
	/* the Flux whose API this is: `flux check` and `flux version` tell it as the distribution */
	val_set_text(mem, labels, "app.kubernetes.io/version", "v2.9.4");
	val_set(mem, metadata, "name", val_printf(mem, "%s.%s", k->plural, k->group));
	val_set(mem, crd, "metadata", metadata);
	val_set_text(mem, spec, "group", k->group);
	val_set(mem, spec, "names", names_of(mem, k));
	val_set_text(mem, spec, "scope", "Namespaced");
	val *versions = val_list(mem);
	str rest = str_of(k->versions), version;
	while (str_next(&rest, ',', &version))
		val_push(mem, versions, version_of(mem, k, str_text(mem, version)));
	val_set(mem, spec, "versions", versions);
	val_set(mem, crd, "spec", spec);
	return crd;
}
