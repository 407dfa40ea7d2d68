#include "helm/helm_schema_meta.h"

#include "data/json.h"

#define TYPES "\"array\",\"boolean\",\"integer\",\"null\",\"number\",\"object\",\"string\""
#define SCHEMA "{\"$ref\":\"#\"}"
#define SCHEMAS "{\"type\":\"array\",\"minItems\":1,\"items\":" SCHEMA "}"
#define SCHEMA_MAP "{\"type\":\"object\",\"additionalProperties\":" SCHEMA "}"
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define NUMBER "{\"type\":\"number\"}"
#define TEXT "{\"type\":\"string\"}"
#define FLAG "{\"type\":\"boolean\"}"
#define NAMES "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"uniqueItems\":true}"
#define PATTERN "{\"type\":\"string\",\"format\":\"regex\"}"
#define TYPE                                                                                       \
	"{\"anyOf\":[{\"enum\":[" TYPES "]},{\"type\":\"array\",\"items\":{\"enum\":[" TYPES       \
	"]},\"minItems\":1,\"uniqueItems\":true}]}"

/* Keywords that all drafts from 6 on share. */
#define NUMBERS                                                                                    \
	"\"multipleOf\":{\"type\":\"number\",\"exclusiveMinimum\":0},\"maximum\":" NUMBER          \
	",\"exclusiveMaximum\":" NUMBER ",\"minimum\":" NUMBER ",\"exclusiveMinimum\":" NUMBER
#define SIZES                                                                                      \
	"\"maxLength\":" COUNT ",\"minLength\":" COUNT ",\"pattern\":" PATTERN                     \
	",\"maxItems\":" COUNT ",\"minItems\":" COUNT ",\"uniqueItems\":" FLAG                     \
	",\"maxProperties\":" COUNT ",\"minProperties\":" COUNT
#define COMBINED "\"allOf\":" SCHEMAS ",\"anyOf\":" SCHEMAS ",\"oneOf\":" SCHEMAS ",\"not\":" SCHEMA
#define DEPENDENCIES                                                                               \
	"{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[" SCHEMA "," NAMES "]}}"

/* The vocabularies of 2019-09 and 2020-12, which their metaschemas hold in an allOf. */
#define CORE                                                                                       \
	"{\"properties\":{\"$dynamicRef\":" TEXT ",\"$dynamicAnchor\":" TEXT                       \
	",\"$recursiveRef\":" TEXT ",\"$recursiveAnchor\":" FLAG                                   \
	",\"$id\":{\"type\":\"string\",\"pattern\":\"^[^#]*#?$\"},\"$"                             \
	"schema\":" TEXT ",\"$ref\":" TEXT ",\"$anchor\":{\"type\":\"string\",\"pattern\":"        \
	"\"^[A-Za-z_][-A-Za-z0-9._]*$\"},\"$comment\":" TEXT ",\"$defs\":" SCHEMA_MAP "}}"
#define APPLICATOR_COMMON                                                                          \
	"\"contains\":" SCHEMA ",\"additionalProperties\":" SCHEMA ",\"properties\":" SCHEMA_MAP   \
	",\"patternProperties\":" SCHEMA_MAP ",\"dependentSchemas\":" SCHEMA_MAP                   \
	",\"propertyNames\":" SCHEMA ",\"if\":" SCHEMA ",\"then\":" SCHEMA ",\"else\":" SCHEMA     \
	"," COMBINED
#define VALIDATION                                                                                 \
	"{\"properties\":{\"type\":" TYPE ",\"const\":true,\"enum\":{\"type\":\"array\"}," NUMBERS \
	"," SIZES ",\"maxContains\":" COUNT ",\"minContains\":" COUNT ",\"required\":" NAMES       \
	",\"dependentRequired\":{\"type\":\"object\","                                             \
	"\"additionalProperties\":" NAMES "}}}"
#define ANNOTATIONS                                                                                \
	"{\"properties\":{\"title\":" TEXT ",\"description\":" TEXT ",\"deprecated\":" FLAG        \
	",\"readOnly\":" FLAG ",\"writeOnly\":" FLAG ",\"examples\":{\"type\":\"array\"}}}"
#define OTHERS                                                                                     \
	"{\"properties\":{\"format\":" TEXT ",\"contentEncoding\":" TEXT                           \
	",\"contentMediaType\":" TEXT ",\"contentSchema\":" SCHEMA ",\"unevaluatedItems\":" SCHEMA \
	",\"unevaluatedProperties\":" SCHEMA "}}"
#define OLD_NAMES                                                                                  \
	"\"properties\":{\"definitions\":" SCHEMA_MAP ",\"dependencies\":" DEPENDENCIES "}"

/* Drafts 6 and 7 in one piece. */
#define CLASSIC                                                                                    \
	"{\"type\":[\"object\",\"boolean\"],\"properties\":{\"$id\":" TEXT ",\"$schema\":" TEXT    \
	",\"$ref\":" TEXT ",\"title\":" TEXT ",\"description\":" TEXT "," NUMBERS "," SIZES        \
	",\"additionalItems\":" SCHEMA ",\"items\":{\"anyOf\":[" SCHEMA "," SCHEMAS                \
	"]},\"contains\":" SCHEMA ",\"required\":" NAMES ",\"additionalProperties\":" SCHEMA       \
	",\"definitions\":" SCHEMA_MAP ",\"properties\":" SCHEMA_MAP                               \
	",\"patternProperties\":" SCHEMA_MAP ",\"dependencies\":" DEPENDENCIES                     \
	",\"propertyNames\":" SCHEMA                                                               \
	",\"const\":true,\"enum\":{\"type\":\"array\"},\"type\":" TYPE ",\"format\":" TEXT         \
	",\"if\":" SCHEMA ",\"then\":" SCHEMA ",\"else\":" SCHEMA "," COMBINED "}}"

static const struct meta {
	enum draft draft;
	const char *url; /* without a final "#" */
	const char *text;
} metas[] = {
	{DRAFT_2020, "https://json-schema.org/draft/2020-12/schema",
	 "{\"type\":[\"object\",\"boolean\"],\"allOf\":[" CORE
	 ",{\"properties\":{\"prefixItems\":" SCHEMAS ",\"items\":" SCHEMA "," APPLICATOR_COMMON
	 "}}," VALIDATION "," ANNOTATIONS "," OTHERS "]," OLD_NAMES "}"},
	{DRAFT_2019, "https://json-schema.org/draft/2019-09/schema",
	 "{\"type\":[\"object\",\"boolean\"],\"allOf\":[" CORE
	 ",{\"properties\":{\"additionalItems\":" SCHEMA ",\"items\":{\"anyOf\":[" SCHEMA
	 "," SCHEMAS "]}," APPLICATOR_COMMON "}}," VALIDATION "," ANNOTATIONS "," OTHERS
	 "]," OLD_NAMES "}"},
	{DRAFT_7, "http://json-schema.org/draft-07/schema", CLASSIC},
	{DRAFT_6, "http://json-schema.org/draft-06/schema", CLASSIC},
	{DRAFT_4, "http://json-schema.org/draft-04/schema",
	 "{\"type\":\"object\",\"properties\":{\"id\":" TEXT ",\"$schema\":" TEXT ",\"title\":" TEXT
	 ",\"description\":" TEXT ",\"multipleOf\":" NUMBER ",\"maximum\":" NUMBER
	 ",\"exclusiveMaximum\":" FLAG ",\"minimum\":" NUMBER ",\"exclusiveMinimum\":" FLAG
	 "," SIZES ",\"additionalItems\":{\"anyOf\":[" FLAG "," SCHEMA
	 "]},\"items\":{\"anyOf\":[" SCHEMA "," SCHEMAS
	 "]},\"required\":{\"type\":\"array\",\"minItems\":1,\"items\":" TEXT
	 ",\"uniqueItems\":true},\"additionalProperties\":{\"anyOf\":[" FLAG "," SCHEMA
	 "]},\"definitions\":" SCHEMA_MAP ",\"properties\":" SCHEMA_MAP
	 ",\"patternProperties\":" SCHEMA_MAP ",\"dependencies\":" DEPENDENCIES
	 ",\"enum\":{\"type\":\"array\",\"minItems\":1,\"uniqueItems\":true},"
	 "\"type\":" TYPE ",\"format\":" TEXT "," COMBINED "}}"},
};

static const struct meta *meta_of(enum draft draft)
{
	const struct meta *m = metas;
	while (m->draft != draft)
		m++;
	return m;
}

err *schema_draft(arena *mem, const val *schema, enum draft *ret_draft)
{
	str url = val_as_str(val_get(schema, "$schema"));
	*ret_draft = DRAFT_2020;
	while (str_ends(url, STR("#")))
		url.n--;
	if (!url.n || str_is(url, "http://json-schema.org/schema") ||
	    str_is(url, "https://json-schema.org/schema"))
		return NULL;
	for (size_t i = 0; i < sizeof(metas) / sizeof(*metas); i++) {
		/* http and https are the same to the reference */
		str known = str_of(metas[i].url);
		known = str_sub(known, str_starts(known, STR("https")) ? 5 : 4, known.n);
		if (str_ends(url, known) && (url.n == known.n + 4 || url.n == known.n + 5)) {
			*ret_draft = metas[i].draft;
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID,
		       "failing loading \"%.*s\": no URLLoader registered for \"%.*s\"",
		       STR_ARG(url), STR_ARG(url));
}

err *schema_check_meta(arena *mem, const val *schema, enum draft draft)
{
	const struct meta *m = meta_of(draft);
	struct schema_run r = {.mem = mem, .draft = draft, .formats = true};
	val *meta;
	TRY(json_parse(mem, str_of(m->text), &meta));
	r.root = meta;
	struct fault *f = schema_fault(&r, meta, schema, "");
	if (r.broken || !f)
		return r.broken;
	buf b = buf_init(mem);
	fault_print(&b, f);
	while (b.n && b.p[b.n - 1] == '\n')
		b.p[--b.n] = 0;
	return err_new(mem, ERR_INVALID,
		       "\"file:///values.schema.json#\" is not valid against metaschema: "
		       "jsonschema validation "
		       "failed with '%s#'\n%s",
		       m->url, buf_text(&b));
}
