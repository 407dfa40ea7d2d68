#include "helm/helm_release.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "data/yaml.h"
#include "helm/helm_struct.h"
#include "pack/gzip.h"

/* ---- the Secret -------------------------------------------------------------------------------- */

char *helm_release_key(arena *mem, const char *name, int64_t version)
{
	return arena_printf(mem, "sh.helm.release.v1.%s.v%lld", name, (long long)version);
}

/* Fields whose kind others rely on. */
static const struct {
	const char *key;
	enum val_kind kind;
	const char *type;
} shapes[] = {
	{"name", VAL_TEXT, "string"},	      {"info", VAL_MAP, "v1.Info"},
	{"chart", VAL_MAP, "v2.Chart"},	      {"config", VAL_MAP, "map[string]interface {}"},
	{"manifest", VAL_TEXT, "string"},     {"hooks", VAL_LIST, "[]*v1.Hook"},
	{"version", VAL_INT, "int"},	      {"namespace", VAL_TEXT, "string"},
	{"apply_method", VAL_TEXT, "string"}, {NULL, VAL_NULL, NULL},
};

static err *mismatch(arena *mem, const val *v, const char *key, const char *type)
{
	return err_new(mem, ERR_INVALID,
		       "json: cannot unmarshal %s into Go struct field Release.%s of type %s",
		       json_go_kind(v), key, type);
}

static err *check_shape(arena *mem, const val *release)
{
	const val *hooks = val_get(release, "hooks");
	for (size_t i = 0; shapes[i].key; i++) {
		const val *v = val_get(release, shapes[i].key);
		if (v && !val_is(v, VAL_NULL) && !val_is(v, shapes[i].kind))
			return mismatch(mem, v, shapes[i].key, shapes[i].type);
	}
	for (size_t i = 0; i < val_len(hooks); i++)
		if (!val_is(val_at(hooks, i), VAL_MAP))
			return mismatch(mem, val_at(hooks, i), "hooks", "v1.Hook");
	return NULL;
}

err *helm_release_decode(arena *mem, str data, val **ret_release)
{
	str packed, text;
	val *v;
	if (!enc_unbase64(mem, data, &packed))
		return err_new(mem, ERR_INVALID, "illegal base64 data");
	if (packed.n > 3 && gzip_is(packed) && packed.p[2] == 8)
		TRY(gunzip_all(mem, packed, (struct gunzip_limits){.bytes = HELM_RELEASE_MAX},
			       &text));
	else
		text = packed;
	TRY(json_parse(mem, text, &v));
	if (!val_is(v, VAL_MAP))
		return err_new(mem, ERR_INVALID,
			       "json: cannot unmarshal %s into Go value of type v1.Release",
			       val_kind_name(v));
	TRY(check_shape(mem, v));
	*ret_release = v;
	return NULL;
}

/* Only large records are worth the highest level, which costs twice the time for a percent or two: a Secret
 * holds 1 MiB. */
#define LARGE ((size_t)1 << 20)

static void print_pair(buf *b, const struct val_pair *p, bool first)
{
	buf_text_add(b, first ? "" : ",");
	json_print(b, val_str(b->mem, p->key), JSON_HTML);
	buf_char(b, ':');
	json_print(b, p->value, JSON_HTML);
}

/* The text in three parts, the chart's in the middle. */
static void print_parts(const val *record, buf parts[3])
{
	size_t part = 0;
	buf_char(&parts[0], '{');
	for (uint32_t i = 0; i < record->map.n; i++) {
		const struct val_pair *p = &record->map.p[i];
		bool chart = str_is(p->key, "chart");
		part = chart ? 1 : part == 1 ? 2 : part;
		print_pair(&parts[part], p, i == 0);
	}
	buf_char(&parts[2], '}');
}

err *helm_release_encode(arena *mem, struct helm_packer *packer, const val *release, str *ret_data)
{
	str packed;
	struct gzip_part done[3];
	buf parts[3] = {buf_init(mem), buf_init(mem), buf_init(mem)};
	print_parts(struct_record(mem, release, struct_release), parts);
	bool best = parts[0].n + parts[1].n + parts[2].n >= LARGE;
	for (size_t i = 0; i < 3; i++)
		TRY(helm_packer_part(mem, i == 1 ? packer : NULL, buf_view(&parts[i]), best,
				     &done[i]));
	gzip_join(mem, done, 3, &packed);
	*ret_data = str_of(enc_base64(mem, packed));
	return NULL;
}

err *helm_release_of(arena *mem, const val *secret, val **ret_release)
{
	str data;
	if (!enc_unbase64(mem, val_as_str(VAL_IN(secret, "data", "release")), &data))
		return err_new(mem, ERR_INVALID, "illegal base64 data");
	return helm_release_decode(mem, data, ret_release);
}

static const char *const own_labels[] = {"name",    "owner",	 "status",
					 "version", "createdAt", "modifiedAt"};

bool helm_release_label(str key)
{
	for (size_t i = 0; i < sizeof(own_labels) / sizeof(*own_labels); i++)
		if (str_is(key, own_labels[i]))
			return true;
	return false;
}

static val *labels_of(arena *mem, const val *release, const val *labels, const char *stamp,
		      int64_t now)
{
	val *out = val_map(mem);
	for (uint32_t i = 0; val_is(labels, VAL_MAP) && i < labels->map.n; i++)
		if (!helm_release_label(labels->map.p[i].key))
			val_set_str(mem, out, labels->map.p[i].key,
				    val_copy(mem, labels->map.p[i].value));
	val_set_text(mem, out, "name", val_text_or(val_get(release, "name"), ""));
	val_set_text(mem, out, "owner", "helm");
	val_set_text(mem, out, "status", val_text_or(VAL_IN(release, "info", "status"), ""));
	val_set(mem, out, "version",
		val_printf(mem, "%lld", (long long)val_as_int(val_get(release, "version"), 0)));
	val_set(mem, out, stamp, val_printf(mem, "%lld", (long long)(now / CLOCK_SECOND)));
	return out;
}

static size_t size_of(arena *mem, const val *v)
{
	return v ? strlen(json_text(mem, v, JSON_PLAIN)) : 0;
}

/* In the API server's words; and what takes the room. */
static err *too_large(arena *mem, const val *release, size_t n)
{
	const val *chart = val_get(release, "chart");
	return err_new(
		mem, ERR_LIMIT,
		"Secret \"%s\" is invalid: data: Too long: may not be more than %zu bytes: the "
		"record takes %zu; before it is compressed the chart's files have %zu bytes, its "
		"templates %zu, values %zu, the manifest and hooks %zu: keep files that no "
		"template "
		"reads out of the chart (.helmignore), or split it",
		helm_release_key(mem, val_text_or(val_get(release, "name"), ""),
				 val_as_int(val_get(release, "version"), 0)),
		HELM_SECRET_MAX, n, size_of(mem, val_get(chart, "files")),
		size_of(mem, val_get(chart, "templates")),
		size_of(mem, val_get(chart, "values")) + size_of(mem, val_get(release, "config")),
		size_of(mem, val_get(release, "manifest")) +
			size_of(mem, val_get(release, "hooks")));
}

err *helm_release_secret(arena *mem, struct helm_packer *packer, const char *ns, const val *release,
			 const val *labels, const char *stamp, int64_t now, val **ret_secret)
{
	str inner;
	val *secret = val_map(mem), *meta = val_map(mem), *data = val_map(mem);
	TRY_AS(mem, helm_release_encode(mem, packer, release, &inner),
	       "failed to encode release \"%s\"", val_text_or(val_get(release, "name"), ""));
	if (inner.n > HELM_SECRET_MAX)
		return too_large(mem, release, inner.n);
	val_set_text(mem, secret, "apiVersion", "v1");
	val_set_text(mem, secret, "kind", "Secret");
	val_set_text(mem, meta, "name",
		     helm_release_key(mem, val_text_or(val_get(release, "name"), ""),
				      val_as_int(val_get(release, "version"), 0)));
	val_set_text(mem, meta, "namespace", ns);
	val_set(mem, meta, "labels", labels_of(mem, release, labels, stamp, now));
	val_set(mem, secret, "metadata", meta);
	val_set_text(mem, secret, "type", HELM_RELEASE_TYPE);
	val_set_text(mem, data, "release", enc_base64(mem, inner));
	val_set(mem, secret, "data", data);
	*ret_secret = secret;
	return NULL;
}

char *helm_release_time(arena *mem, int64_t wall_ns)
{
	char *seconds = clock_rfc3339(mem, wall_ns);
	int64_t ns = wall_ns % CLOCK_SECOND;
	if (!ns)
		return seconds;
	seconds[strlen(seconds) - 1] = 0; /* the Z */
	char *text = arena_printf(mem, "%s.%09lld", seconds, (long long)ns);
	size_t n = strlen(text);
	while (text[n - 1] == '0')
		n--;
	return arena_printf(mem, "%.*sZ", (int)n, text);
}

/* ---- the chart --------------------------------------------------------------------------------- */

/* Names of Chart.yaml's fields in JSON, for those that templates know by a Go name. */
static const struct {
	const char *json, *go;
} names[] = {
	{"name", "Name"},
	{"home", "Home"},
	{"sources", "Sources"},
	{"version", "Version"},
	{"description", "Description"},
	{"keywords", "Keywords"},
	{"maintainers", "Maintainers"},
	{"icon", "Icon"},
	{"apiVersion", "APIVersion"},
	{"condition", "Condition"},
	{"tags", "Tags"},
	{"appVersion", "AppVersion"},
	{"deprecated", "Deprecated"},
	{"annotations", "Annotations"},
	{"kubeVersion", "KubeVersion"},
	{"type", "Type"},
	{NULL, NULL},
};

static val *maintainers(arena *mem, const val *list)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *from = val_at(list, i);
		val *to = val_map(mem);
		val_set_text(mem, to, "name", val_as_text(val_get(from, "Name")));
		val_set_text(mem, to, "email", val_as_text(val_get(from, "Email")));
		val_set_text(mem, to, "url", val_as_text(val_get(from, "URL")));
		val_push(mem, out, to);
	}
	return out;
}

/* "x" means {child: exports.x, parent: .}, once it was processed. */
static val *imports(arena *mem, const val *list)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *item = val_at(list, i);
		if (val_is(item, VAL_MAP)) {
			val_push(mem, out, val_copy(mem, item));
			continue;
		}
		val *one = val_map(mem);
		val_set(mem, one, "child", val_printf(mem, "exports.%s", val_text_or(item, "")));
		val_set_text(mem, one, "parent", ".");
		val_push(mem, out, one);
	}
	return out;
}

static val *dependencies(arena *mem, const struct chart *c)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < c->dependency_count; i++) {
		const struct chart_dependency *d = c->dependencies[i];
		val *one = val_map(mem), *tags = val_list(mem);
		val_set_text(mem, one, "name", d->name);
		val_set_text(mem, one, "version", d->version);
		val_set_text(mem, one, "repository", d->repository);
		val_set_text(mem, one, "condition", d->condition);
		for (size_t k = 0; k < d->tag_count; k++)
			val_push(mem, tags, val_text(mem, d->tags[k]));
		val_set(mem, one, "tags", tags);
		val_set(mem, one, "enabled", val_bool(mem, d->enabled));
		val_set(mem, one, "import-values", imports(mem, d->import_values));
		val_set_text(mem, one, "alias", d->alias);
		val_push(mem, out, one);
	}
	return out;
}

static val *metadata(arena *mem, const struct chart *c)
{
	val *out = val_map(mem);
	for (size_t i = 0; names[i].json; i++) {
		const val *v = val_get(c->metadata, names[i].go);
		if (text_eq(names[i].json, "maintainers"))
			val_set(mem, out, names[i].json, maintainers(mem, v));
		else if (v)
			val_set(mem, out, names[i].json, val_copy(mem, v));
	}
	val_set_text(mem, out, "name", c->name);
	val_set_text(mem, out, "version", c->version);
	val_set(mem, out, "dependencies", dependencies(mem, c));
	return out;
}

/* None at all is null, as of a slice of Go's that nothing was put in. */
static val *files(arena *mem, const struct chart_files *list)
{
	val *out = list->n ? val_list(mem) : val_null(mem);
	for (size_t i = 0; i < list->n; i++) {
		val *one = val_map(mem);
		val_set_text(mem, one, "name", list->p[i].name);
		val_set_text(mem, one, "data", enc_base64(mem, list->p[i].data));
		val_push(mem, out, one);
	}
	return out;
}

/* Chart.lock, or an old chart's requirements.lock. */
static val *lock_of(arena *mem, const struct chart *c)
{
	const struct chart_file *found = NULL;
	val *v;
	for (size_t i = 0; i < c->raw.n; i++)
		if (text_eq(c->raw.p[i].name, "Chart.lock") ||
		    (!found && text_eq(c->raw.p[i].name, "requirements.lock")))
			found = &c->raw.p[i];
	if (!found || yaml_parse(mem, found->data, &v) || !val_is(v, VAL_MAP))
		return val_null(mem);
	return v;
}

static val *values_of(arena *mem, const struct chart *c)
{
	bool has_file = false;
	for (size_t i = 0; i < c->raw.n; i++)
		has_file |= text_eq(c->raw.p[i].name, "values.yaml");
	return has_file || val_len(c->values) ? val_copy(mem, c->values) : val_null(mem);
}

val *helm_release_chart(arena *mem, const struct chart *c)
{
	val *out = val_map(mem);
	val_set(mem, out, "metadata", metadata(mem, c));
	val_set(mem, out, "lock", lock_of(mem, c));
	val_set(mem, out, "templates", files(mem, &c->templates));
	val_set(mem, out, "values", values_of(mem, c));
	val_set(mem, out, "schema",
		c->has_schema ? val_text(mem, enc_base64(mem, c->schema)) : val_null(mem));
	val_set(mem, out, "files", files(mem, &c->files));
	return out;
}

/* ---- what it rendered to ----------------------------------------------------------------------- */

static const struct {
	unsigned bit;
	const char *name;
} policies[] = {
	{HOOK_DELETE_SUCCEEDED, "hook-succeeded"},
	{HOOK_DELETE_FAILED, "hook-failed"},
	{HOOK_DELETE_BEFORE, "before-hook-creation"},
};

/* The policies in the order in which the annotation names them. */
static val *policy_list(arena *mem, const struct helm_manifest *m, const char *annotation,
			unsigned known)
{
	val *out = val_list(mem);
	str rest = val_as_str(val_get(m->annotations, annotation)), word;
	while (str_next(&rest, ',', &word)) {
		word = str_trim(word);
		for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++)
			if (policies[i].bit & known &&
			    str_eq_nocase(word, str_of(policies[i].name)))
				val_push(mem, out, val_text(mem, policies[i].name));
	}
	return out;
}

static val *events(arena *mem, const struct helm_hook *h)
{
	val *out = val_list(mem);
	str rest = val_as_str(val_get(h->manifest.annotations, "helm.sh/hook")), word;
	while (str_next(&rest, ',', &word)) {
		word = str_trim(word);
		if (str_eq_nocase(word, STR("test-success")))
			word = STR("test");
		for (int e = 0; e < HOOK_EVENTS; e++)
			if (h->events[e] && str_eq_nocase(word, str_of(hook_event_name(e))))
				val_push(mem, out, val_text(mem, hook_event_name(e)));
	}
	return out;
}

val *helm_release_hooks(arena *mem, const struct helm_manifests *m)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < m->hooks.n; i++) {
		const struct helm_hook *h = &m->hooks.p[i];
		val *one = val_map(mem);
		val_set_text(mem, one, "name", h->manifest.name);
		val_set_text(mem, one, "kind", h->manifest.kind);
		val_set_text(mem, one, "path", h->manifest.path);
		val_set(mem, one, "manifest", val_str(mem, h->manifest.content));
		val_set(mem, one, "events", events(mem, h));
		val_set(mem, one, "weight", val_int(mem, h->weight));
		val_set(mem, one, "delete_policies",
			policy_list(mem, &h->manifest, "helm.sh/hook-delete-policy",
				    HOOK_DELETE_SUCCEEDED | HOOK_DELETE_FAILED |
					    HOOK_DELETE_BEFORE));
		val_set(mem, one, "output_log_policies",
			policy_list(mem, &h->manifest, "helm.sh/hook-output-log-policy",
				    HOOK_DELETE_SUCCEEDED | HOOK_DELETE_FAILED));
		val_push(mem, out, one);
	}
	return out;
}

char *helm_release_manifest(arena *mem, const struct helm_manifests *m)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < m->manifests.n; i++) {
		buf_printf(&b, "---\n# Source: %s\n", m->manifests.p[i].path);
		buf_str(&b, m->manifests.p[i].content);
		buf_char(&b, '\n');
	}
	return buf_text(&b);
}
