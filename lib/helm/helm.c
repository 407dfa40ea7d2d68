#include "helm/helm.h"

#include <string.h>

#include "base/path.h"
#include "data/semver.h"
#include "helm/helm_docs.h"
#include "helm/helm_load.h"
#include "helm/helm_meta.h"
#include "helm/helm_schema.h"
#include "helm/helm_values.h"

/* What an API server of the client's own release serves, as Helm has it without a cluster, in its order. */
static const char *const default_api_versions[] = {
	"v1",
	"admissionregistration.k8s.io/v1",
	"admissionregistration.k8s.io/v1alpha1",
	"admissionregistration.k8s.io/v1beta1",
	"internal.apiserver.k8s.io/v1alpha1",
	"apps/v1",
	"apps/v1beta1",
	"apps/v1beta2",
	"authentication.k8s.io/v1",
	"authentication.k8s.io/v1alpha1",
	"authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1",
	"authorization.k8s.io/v1beta1",
	"autoscaling/v1",
	"autoscaling/v2",
	"batch/v1",
	"batch/v1beta1",
	"certificates.k8s.io/v1",
	"certificates.k8s.io/v1beta1",
	"certificates.k8s.io/v1alpha1",
	"coordination.k8s.io/v1alpha2",
	"coordination.k8s.io/v1beta1",
	"coordination.k8s.io/v1",
	"discovery.k8s.io/v1",
	"discovery.k8s.io/v1beta1",
	"events.k8s.io/v1",
	"events.k8s.io/v1beta1",
	"extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1",
	"flowcontrol.apiserver.k8s.io/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1beta2",
	"flowcontrol.apiserver.k8s.io/v1beta3",
	"networking.k8s.io/v1",
	"networking.k8s.io/v1beta1",
	"node.k8s.io/v1",
	"node.k8s.io/v1alpha1",
	"node.k8s.io/v1beta1",
	"policy/v1",
	"policy/v1beta1",
	"rbac.authorization.k8s.io/v1",
	"rbac.authorization.k8s.io/v1beta1",
	"rbac.authorization.k8s.io/v1alpha1",
	"resource.k8s.io/v1",
	"resource.k8s.io/v1beta2",
	"resource.k8s.io/v1beta1",
	"resource.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1alpha2",
	"scheduling.k8s.io/v1beta1",
	"scheduling.k8s.io/v1",
	"storage.k8s.io/v1beta1",
	"storage.k8s.io/v1",
	"storage.k8s.io/v1alpha1",
	"storagemigration.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1",
};

#define DIGITS "0123456789"
#define DEFAULT_APIS (sizeof(default_api_versions) / sizeof(*default_api_versions))

err *helm_read(arena *mem, const struct tree *t, const char *dir, struct chart **ret_chart)
{
	return chart_read(mem, t, dir, 0, ret_chart);
}

err *helm_read_max(arena *mem, const struct tree *t, const char *dir, size_t max,
		   struct chart **ret_chart)
{
	return chart_read(mem, t, dir, max, ret_chart);
}

err *helm_peek(arena *mem, const struct tree *t, const char *dir, size_t max,
	       struct chart **ret_chart)
{
	return chart_peek(mem, t, dir, max, ret_chart);
}

err *helm_peek_packed(arena *mem, str packed, size_t max, struct chart **ret_chart)
{
	return chart_peek_packed(mem, packed, max, ret_chart);
}

err *helm_check_metadata(arena *mem, const struct chart *c)
{
	return meta_check(mem, c);
}

err *helm_wanted(arena *mem, const struct chart *c, struct chart_dependency ***ret_wanted,
		 size_t *ret_n)
{
	*ret_wanted = c->dependencies;
	*ret_n = c->dependency_count;
	for (size_t i = 0; i < c->raw.n; i++)
		if (text_eq(c->raw.p[i].name, "Chart.lock") ||
		    text_eq(c->raw.p[i].name, "requirements.lock")) {
			struct chart *locked = NEW(mem, struct chart);
			TRY(meta_read_requirements(mem, c->raw.p[i].data, locked));
			*ret_wanted = locked->dependencies;
			*ret_n = locked->dependency_count;
		}
	return NULL;
}

err *helm_unpack(arena *mem, str packed, struct chart **ret_chart)
{
	return chart_unpack(mem, packed, ret_chart);
}

err *helm_check_dependencies(arena *mem, const struct chart *c)
{
	buf missing = buf_init(mem);
	size_t n = 0;
	for (size_t i = 0; i < c->dependency_count; i++) {
		bool there = false;
		for (size_t k = 0; k < c->chart_count; k++)
			there |= text_eq(c->charts[k]->name, c->dependencies[i]->name);
		if (!there)
			buf_printf(&missing, "%s%s", n++ ? ", " : "", c->dependencies[i]->name);
	}
	if (!n)
		return NULL;
	return err_new(mem, ERR_NOT_FOUND,
		       "an error occurred while checking for chart dependencies. You may need to "
		       "run 'helm dependency build' to fetch missing dependencies: found in "
		       "Chart.yaml, but missing in charts/ directory: %s",
		       buf_text(&missing));
}

err *helm_read_values(arena *mem, str text, val **ret_values)
{
	return docs_values(mem, text, ret_values);
}

val *helm_merge_values(arena *mem, const val *a, const val *b)
{
	return values_merge_maps(mem, a, b);
}

/* ---- what the chart is told of the cluster ---- */

/* A number and more of them behind dots; the rest is free. Source of the rules: Kubernetes' version package. */
err *helm_check_kube_version(arena *mem, const char *text)
{
	const char *p = text + strspn(text, " \t\n\v\f\r"), *at;
	p += *p == 'v';
	size_t parts = 0;
	for (at = p; at[strspn(at, DIGITS)] != 0 || *at; at++) {
		size_t n = strspn(at, DIGITS);
		if (!n)
			break;
		if (!parts && n > 1 && *at == '0')
			return err_new(mem, ERR_INVALID,
				       "invalid kube version '%s': illegal zero-prefixed version "
				       "component \"%.*s\" in \"%s\"",
				       text, (int)n, at, text);
		parts++;
		at += n;
		if (*at != '.')
			break;
	}
	if (!parts)
		return err_new(mem, ERR_INVALID,
			       "invalid kube version '%s': could not parse \"%s\" as version", text,
			       text);
	return parts > 1 ? NULL
			 : err_new(mem, ERR_INVALID,
				   "invalid kube version '%s': illegal version string \"%s\"", text,
				   text);
}

static err *kube_version(arena *mem, const struct helm_options *o, struct tmpl_capabilities *c)
{
	const char *given =
		o->kube_version && *o->kube_version ? o->kube_version : HELM_KUBE_VERSION;
	TRY(helm_check_kube_version(mem, given));
	str all = str_trim(str_of(given)), major, minor;
	all = str_sub(all, all.p[0] == 'v', all.n);
	str plain = str_sub(all, 0, strspn(all.p, DIGITS "."));
	while (plain.p[plain.n - 1] == '.')
		plain.n--;
	str_cut(plain, '.', &major, &minor);
	minor.n = strspn(minor.p, DIGITS);
	c->kube_version = given[0] == 'v' ? given : arena_printf(mem, "v%s", given);
	c->kube_normalized = o->live_version ? "" : arena_printf(mem, "v%.*s", STR_ARG(plain));
	c->kube_major = str_text(mem, major);
	c->kube_minor = str_text(mem, minor);
	return NULL;
}

static void api_versions(arena *mem, const struct helm_options *o, struct tmpl_capabilities *c)
{
	size_t n = o->api_versions_only ? 0 : DEFAULT_APIS;
	const char **all = NEW_N(mem, const char *, n + o->api_version_count);
	for (size_t i = 0; i < n; i++)
		all[i] = default_api_versions[i];
	for (size_t i = 0; i < o->api_version_count; i++)
		all[n++] = o->api_versions[i];
	c->api_versions = all;
	c->api_version_count = n;
}

static err *capabilities_of(arena *mem, const struct helm_options *o, struct tmpl_capabilities *ret)
{
	*ret = (struct tmpl_capabilities){.helm_version = "v4.2",
					  .helm_git_commit = "",
					  .helm_git_tree_state = "",
					  .helm_go_version = "go1.26.8",
					  .helm_kube_client = "v1.36"};
	api_versions(mem, o, ret);
	return kube_version(mem, o, ret);
}

static err *check_range(arena *mem, const struct chart *c, const struct tmpl_capabilities *is)
{
	struct semver_range *range;
	struct semver kube;
	const char *version = *is->kube_normalized ? is->kube_normalized : is->kube_version;
	if (!c->kube_version[0] ||
	    (!semver_range_parse(mem, str_of(c->kube_version), &range) &&
	     !semver_parse(mem, str_of(version), &kube) && semver_range_has(range, &kube)))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "chart requires kubeVersion: %s which is incompatible with Kubernetes %s",
		       c->kube_version, is->kube_version);
}

/* ---- rendering ---- */

static void collect_crds(arena *mem, const struct chart *c, struct helm_result *ret)
{
	for (size_t i = 0; i < c->crds.n; i++) {
		struct helm_output file = {
			.path = arena_printf(mem, "%s/%s", c->path, c->crds.p[i].name),
			.text = c->crds.p[i].data,
		};
		VEC_PUSH(mem, &ret->crds, file);
	}
	for (size_t i = 0; i < c->chart_count; i++)
		collect_crds(mem, c->charts[i], ret);
}

err *helm_template(arena *mem, const struct chart *given, const val *user,
		   const struct helm_options *o, struct helm_result *ret)
{
	struct chart *c = chart_copy(mem, given);
	struct tmpl_capabilities capabilities;
	struct helm_rendered rendered;
	val *values;
	*ret = (struct helm_result){.notes = ""};
	TRY_AS(mem, values_process_dependencies(mem, c, user),
	       "chart dependencies processing failed");
	chart_link(mem, c);
	TRY(capabilities_of(mem, o, &capabilities));
	TRY(values_coalesce(mem, c, user, &values));
	ret->stage = HELM_AT_SCHEMA;
	if (o->lint) /* lint coalesces once more */
		TRY(values_coalesce(mem, c, values, &values));
	if (!o->skip_schema)
		TRY(schema_check(mem, c, values));
	ret->stage = HELM_AT_TEMPLATES;
	if (!o->lint)
		TRY(check_range(mem, c, &capabilities));
	TRY(render_chart(mem, c, values, &o->release, &capabilities, &o->tmpl, o->cache, o->digest,
			 &rendered));
	ret->files = rendered.files.p;
	ret->file_count = rendered.files.n;
	if (o->lint)
		return NULL;
	if (!o->unsorted)
		TRY(hooks_sort(mem, rendered.files.p, rendered.files.n, !o->heads_only,
			       &ret->sorted));
	collect_crds(mem, c, ret);
	for (size_t i = 0; i < rendered.notes.n; i++)
		if (text_eq(rendered.notes.p[i].path,
			    arena_printf(mem, "%s/templates/NOTES.txt", c->path)))
			ret->notes = str_text(mem, rendered.notes.p[i].text);
	ret->values = values;
	ret->chart = c;
	return NULL;
}

err *helm_crds(arena *mem, const struct chart *given, const val *user,
	       struct helm_output **ret_files, size_t *ret_n)
{
	struct chart *c = chart_copy(mem, given);
	struct helm_result found = {.notes = ""};
	TRY(values_process_dependencies(mem, c, user));
	chart_link(mem, c);
	collect_crds(mem, c, &found);
	*ret_files = found.crds.p;
	*ret_n = found.crds.n;
	return NULL;
}

/* Over what lies below: maps deeply; a null above takes a key away. */
static val *over(arena *mem, const val *above, const val *below)
{
	val *out = val_copy(mem, below);
	for (uint32_t i = 0; val_is(above, VAL_MAP) && i < above->map.n; i++) {
		str key = above->map.p[i].key;
		const val *a = above->map.p[i].value, *b = val_get_str(below, key);
		if (b && val_is(a, VAL_NULL))
			val_del_str(out, key);
		else
			val_set_str(mem, out, key,
				    val_is(a, VAL_MAP) && val_is(b, VAL_MAP) ? over(mem, a, b)
									     : val_copy(mem, a));
	}
	return out;
}

err *helm_reuse_values(arena *mem, const struct chart *c, const val *old_defaults,
		       const val *old_config, const val *values, struct chart **ret_chart,
		       val **ret_values)
{
	const val *none = val_map(mem);
	struct chart *copy = chart_copy(mem, c);
	old_config = old_config ? old_config : none;
	copy->values = over(mem, old_config, old_defaults ? old_defaults : none);
	*ret_chart = copy;
	*ret_values = over(mem, values ? values : none, old_config);
	return NULL;
}

/* A key that is to be taken away has gone, or was not there. */
static bool holds(const val *config, const val *values)
{
	for (uint32_t i = 0; val_is(values, VAL_MAP) && i < values->map.n; i++) {
		const val *a = values->map.p[i].value;
		const val *b = val_get_str(config, values->map.p[i].key);
		bool same = val_is(a, VAL_NULL)			       ? !b || val_is(b, VAL_NULL)
			    : val_is(a, VAL_MAP) && val_is(b, VAL_MAP) ? holds(b, a)
								       : val_eq(a, b);
		if (!same)
			return false;
	}
	return true;
}

bool helm_values_reused(arena *mem, const val *values, const val *config)
{
	return !values || holds(config ? chart_floats(val_copy(mem, config)) : NULL,
				chart_floats(val_copy(mem, values)));
}

/* ---- printing ---- */

struct printing {
	helm_write *write;
	void *arg;
	size_t left; /* documents to come, the last of which loses the blanks at its end */
};

static void document(struct printing *p, const char *source, str content)
{
	bool last = p->left && !--p->left;
	p->write(p->arg, STR("---\n# Source: "));
	p->write(p->arg, str_of(source));
	p->write(p->arg, STR("\n"));
	if (last)
		content.n = (size_t)(str_trim(content).p - content.p) + str_trim(content).n;
	if (last && !str_trim(content).n)
		return;
	p->write(p->arg, content);
	p->write(p->arg, STR("\n"));
}

static bool is_only_test(const struct helm_hook *h)
{
	return h->events[HOOK_TEST];
}

void helm_print(const struct helm_result *r, const struct helm_print *how, helm_write *write,
		void *arg)
{
	size_t crds = how->crds ? r->crds.n : 0;
	struct printing p = {write, arg, crds + r->sorted.manifests.n};
	if (!p.left)
		write(arg, STR("\n"));
	for (size_t i = 0; i < crds; i++)
		document(&p, r->crds.p[i].path, r->crds.p[i].text);
	for (size_t i = 0; i < r->sorted.manifests.n; i++)
		document(&p, r->sorted.manifests.p[i].path, r->sorted.manifests.p[i].content);
	for (size_t i = 0; !how->no_hooks && i < r->sorted.hooks.n; i++) {
		const struct helm_hook *h = &r->sorted.hooks.p[i];
		if (!(how->skip_tests && is_only_test(h)))
			document(&p, h->manifest.path, h->manifest.content);
	}
}

void helm_print_files(const struct helm_result *r, helm_write *write, void *arg)
{
	struct printing p = {write, arg, 0};
	for (size_t i = 0; i < r->file_count; i++)
		p.left += str_trim(r->files[i].text).n != 0;
	if (!p.left)
		write(arg, STR("\n"));
	for (size_t i = 0; i < r->file_count; i++)
		if (str_trim(r->files[i].text).n)
			document(&p, r->files[i].path, r->files[i].text);
}

/* ---- showing a part ---- */

/* What follows the chart's name in the document's first "# Source: CHART/PATH" that has both. */
static bool source_of(str doc, str *ret_path)
{
	static const char mark[] = "# Source: ";
	for (ptrdiff_t at; (at = str_search(doc, STR(mark))) >= 0;) {
		doc = str_sub(doc, (size_t)at + sizeof(mark) - 1, doc.n);
		ptrdiff_t slash = str_find(doc, '/');
		if (slash < 1)
			continue;
		str rest = str_sub(doc, (size_t)slash + 1, doc.n);
		str_cut(rest, '\n', ret_path, &rest);
		if (ret_path->n)
			return true;
	}
	return false;
}

err *helm_show(arena *mem, str printed, const char *const *patterns, size_t n, buf *out)
{
	VEC(str) docs = {0};
	str doc, path;
	while (hooks_next_document(&printed, &doc))
		VEC_PUSH(mem, &docs, doc);
	for (size_t i = 0; i < n; i++) {
		bool found = false;
		for (size_t k = 0; k < docs.n; k++) {
			if (!source_of(docs.p[k], &path) ||
			    !path_match(str_of(patterns[i]), path, NULL))
				continue;
			buf_printf(out, "---\n%.*s\n", STR_ARG(docs.p[k]));
			found = true;
		}
		if (!found)
			return err_new(mem, ERR_NOT_FOUND, "could not find template %s in chart",
				       patterns[i]);
	}
	return NULL;
}
