#include "helm/helm_hooks.h"

#include <stdlib.h>
#include <string.h>

#include "data/yaml.h"
#include "helm/helm_shape.h"

static const char *const install_order[] = {
	"PriorityClass",
	"Namespace",
	"NetworkPolicy",
	"ResourceQuota",
	"LimitRange",
	"PodSecurityPolicy",
	"PodDisruptionBudget",
	"ServiceAccount",
	"Secret",
	"SecretList",
	"ConfigMap",
	"StorageClass",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"CustomResourceDefinition",
	"ClusterRole",
	"ClusterRoleList",
	"ClusterRoleBinding",
	"ClusterRoleBindingList",
	"Role",
	"RoleList",
	"RoleBinding",
	"RoleBindingList",
	"Service",
	"DaemonSet",
	"Pod",
	"ReplicationController",
	"ReplicaSet",
	"Deployment",
	"HorizontalPodAutoscaler",
	"StatefulSet",
	"Job",
	"CronJob",
	"IngressClass",
	"Ingress",
	"APIService",
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
};

#define KNOWN_KINDS (sizeof(install_order) / sizeof(*install_order))

static const char *const event_names[] = {
	"pre-install",	"post-install", "pre-delete",	 "post-delete", "pre-upgrade",
	"post-upgrade", "pre-rollback", "post-rollback", "test",
};

const char *hook_event_name(enum hook_event e)
{
	return event_names[e];
}

int hooks_kind_order(const char *kind)
{
	for (size_t i = 0; i < KNOWN_KINDS; i++)
		if (text_eq(install_order[i], kind))
			return (int)i;
	return (int)KNOWN_KINDS;
}

static int compare_kinds(const char *a, const char *b)
{
	int x = hooks_kind_order(a), y = hooks_kind_order(b);
	if (x == (int)KNOWN_KINDS && y == x)
		return strcmp(a, b);
	return x - y;
}

/* ---- cutting ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does a separator begin here, at the start of a line? *ret_len with the blanks behind it. */
static bool separator(str s, size_t *ret_len)
{
	if (!str_starts(s, STR("---")))
		return false;
	size_t n = 3;
	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	*ret_len = n;
	return true;
}

/* Takes the first document off *rest, up to the next separator. */
static str next_document(str *rest)
{
	str s = *rest;
	size_t len, at = 0;
	for (;;) {
		if (separator(str_sub(s, at, s.n), &len)) {
			*rest = str_sub(s, at + len, s.n);
			return str_sub(s, 0, at);
		}
		ptrdiff_t line = str_find(str_sub(s, at, s.n), '\n');
		if (line < 0)
			break;
		at += (size_t)line + 1;
	}
	*rest = (str){NULL, 0};
	return s;
}

static str without_leading_blanks(str s)
{
	while (s.n && is_blank(s.p[0]))
		s = str_sub(s, 1, s.n);
	return s;
}

bool hooks_next_document(str *rest, str *ret_document)
{
	while (rest->p) {
		*ret_document = without_leading_blanks(next_document(rest));
		if (ret_document->n)
			return true;
	}
	return false;
}

/* ---- reading a document's head ---- */

static const struct shape_field metadata_fields[] = {
	{"annotations", SHAPE_TEXT_MAP, NULL},
	{"name", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct metadata_shape = {
	"",
	"struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string "
	"\"json:\\\"annotations\\\"\" }",
	metadata_fields};
static const struct shape_field head_fields[] = {
	{"apiVersion", SHAPE_TEXT, NULL},
	{"kind", SHAPE_TEXT, NULL},
	{"metadata", SHAPE_STRUCT, &metadata_shape},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct head_shape = {"SimpleHead", "util.SimpleHead", head_fields};

/* What a document says of itself; all of it is copied to mem. */
static err *decode_head(arena *mem, const val *doc, struct helm_manifest *m)
{
	val *texts = NULL;
	TRY(shape_check(mem, &head_shape, doc));
	const val *metadata = shape_field(doc, "metadata");
	const val *annotations = shape_field(metadata, "annotations");
	m->api_version = arena_text(mem, shape_text(mem, shape_field(doc, "apiVersion")));
	m->kind = arena_text(mem, shape_text(mem, shape_field(doc, "kind")));
	m->name = arena_text(mem, shape_text(mem, shape_field(metadata, "name")));
	for (uint32_t i = 0; i < val_len(annotations); i++) {
		texts = texts ? texts : val_map(mem);
		val_set_str(mem, texts, annotations->map.p[i].key,
			    val_text(mem, shape_text(mem, annotations->map.p[i].value)));
	}
	m->annotations = texts;
	return NULL;
}

/* Reads a document into a memory of its own, or the same. */
static err *read_into(arena *mem, arena *own, struct helm_manifest *m, val **ret_doc)
{
	TRY_AS(own, yaml_parse(own, m->content, ret_doc), "error converting YAML to JSON");
	return decode_head(mem, *ret_doc, m);
}

/* known: what it is; NULL: it is read. Documents are large and their heads are small: without keep, what is read does not stay. */
static err *read_head(arena *mem, struct helm_manifest *m, val *known, bool keep)
{
	val *doc;
	m->doc = known;
	if (known)
		return decode_head(mem, known, m);
	if (keep)
		return read_into(mem, mem, m, &m->doc);
	arena *own = arena_open();
	err *failed = read_into(mem, own, m, &doc);
	if (failed)
		failed = err_copy(mem, failed);
	arena_close(own);
	return failed;
}

/* ---- hooks ---- */

/* The parts of an annotation's list, lower case and trimmed. */
static bool next_word(arena *mem, str *rest, str *ret_word)
{
	str part;
	if (!str_next(rest, ',', &part))
		return false;
	char *word = str_text(mem, str_trim(part));
	for (char *p = word; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	*ret_word = str_of(word);
	return true;
}

static unsigned policies(arena *mem, const val *annotations, const char *key)
{
	str rest = val_as_str(val_get(annotations, key)), word;
	unsigned set = 0;
	while (next_word(mem, &rest, &word)) {
		set |= str_is(word, "hook-succeeded") ? HOOK_DELETE_SUCCEEDED : 0;
		set |= str_is(word, "hook-failed") ? HOOK_DELETE_FAILED : 0;
		set |= str_is(word, "before-hook-creation") ? HOOK_DELETE_BEFORE : 0;
	}
	return set;
}

/* False when one of its events is unknown. */
static bool read_hook(arena *mem, const struct helm_manifest *m, struct helm_hook *ret)
{
	str rest = val_as_str(val_get(m->annotations, "helm.sh/hook")), word;
	int64_t weight;
	*ret = (struct helm_hook){.manifest = *m};
	while (next_word(mem, &rest, &word)) {
		int found = -1;
		for (int e = 0; e < HOOK_EVENTS; e++)
			if (str_is(word, event_names[e]))
				found = e;
		if (str_is(word, "test-success"))
			found = HOOK_TEST;
		if (found < 0)
			return false;
		ret->events[found] = true;
	}
	if (str_int(val_as_str(val_get(m->annotations, "helm.sh/hook-weight")), &weight))
		ret->weight = (int)weight;
	ret->delete_policies = policies(mem, m->annotations, "helm.sh/hook-delete-policy");
	ret->output_log_policies = policies(mem, m->annotations, "helm.sh/hook-output-log-policy");
	return true;
}

/* ---- sorting ---- */

static err *cut_file(arena *mem, const struct helm_output *file, bool keep,
		     struct helm_manifests *out)
{
	str rest = file->text, document;
	for (size_t i = 0; hooks_next_document(&rest, &document); i++) {
		struct helm_manifest m = {.path = file->path, .content = document};
		struct helm_hook hook;
		val *known = file->docs ? val_at(file->docs, i) : NULL;
		TRY_AS(mem, read_head(mem, &m, known, keep), "YAML parse error on %s", file->path);
		if (!val_get(m.annotations, "helm.sh/hook"))
			VEC_PUSH(mem, &out->manifests, m);
		else if (read_hook(mem, &m, &hook))
			VEC_PUSH(mem, &out->hooks, hook);
	}
	return NULL;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct helm_output *)a)->path, ((const struct helm_output *)b)->path);
}

/* Merge sort of n elements of a size, stable, by the kind that `kind_of` reads. */
static void sort_by_kind(arena *mem, char *p, size_t n, size_t size,
			 const char *(*kind_of)(const void *))
{
	if (n < 2)
		return;
	size_t half = n / 2, i = 0, k = half, w = 0;
	sort_by_kind(mem, p, half, size, kind_of);
	sort_by_kind(mem, p + half * size, n - half, size, kind_of);
	char *merged = arena_alloc(mem, n * size);
	while (i < half || k < n) {
		bool left = k == n || (i < half && compare_kinds(kind_of(p + i * size),
								 kind_of(p + k * size)) <= 0);
		memcpy(merged + w++ * size, p + (left ? i++ : k++) * size, size);
	}
	memcpy(p, merged, n * size);
}

static const char *manifest_kind(const void *m)
{
	return ((const struct helm_manifest *)m)->kind;
}

static const char *hook_kind(const void *h)
{
	return ((const struct helm_hook *)h)->manifest.kind;
}

err *hooks_sort(arena *mem, const struct helm_output *files, size_t n, bool keep,
		struct helm_manifests *ret)
{
	struct helm_output *sorted = NEW_N(mem, struct helm_output, n);
	*ret = (struct helm_manifests){{0}, {0}};
	if (n)
		memcpy(sorted, files, n * sizeof(*files));
	qsort(sorted, n, sizeof(*sorted), by_path);
	for (size_t i = 0; i < n; i++)
		TRY(cut_file(mem, &sorted[i], keep, ret));
	sort_by_kind(mem, (char *)ret->manifests.p, ret->manifests.n, sizeof(*ret->manifests.p),
		     manifest_kind);
	sort_by_kind(mem, (char *)ret->hooks.p, ret->hooks.n, sizeof(*ret->hooks.p), hook_kind);
	return NULL;
}
