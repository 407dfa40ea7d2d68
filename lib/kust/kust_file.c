#include "kust/kust_file.h"

#include <string.h>

#include "base/buf.h"
#include "data/yaml.h"

#define VERSION "kustomize.config.k8s.io/v1beta1"
#define COMPONENT_VERSION "kustomize.config.k8s.io/v1alpha1"
#define EDIT_FIX "Run 'kustomize edit fix' to update your Kustomization automatically."
#define OLD(field, now)                                                                            \
	"# Warning: '" field "' is deprecated. Please use '" now "' instead. " EDIT_FIX

const char *const kust_file_names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization",
				       NULL};

bool kust_texts_have(const struct kust_texts *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_is(list->p[i], text))
			return true;
	return false;
}

bool kust_file_has_metadata(const struct kust_file *f, const char *option)
{
	return kust_texts_have(&f->build_metadata, option);
}

/* What is old in the file, in kustomize's order. */
static size_t deprecations(const struct kust_file *f, const char **lines)
{
	size_t n = 0;
	if (f->bases.p)
		lines[n++] = OLD("bases", "resources");
	if (f->common_labels.p)
		lines[n++] = OLD("commonLabels", "labels");
	if (f->image_tags.p)
		lines[n++] = OLD("imageTags", "images");
	if (f->patches_json.p)
		lines[n++] = OLD("patchesJson6902", "patches");
	if (f->patches_merge.p)
		lines[n++] = OLD("patchesStrategicMerge", "patches");
	if (f->vars.p)
		lines[n++] = "# Warning: 'vars' is deprecated. Please use 'replacements' instead. "
			     "[EXPERIMENTAL] " EDIT_FIX;
	return n;
}

static void *joined(arena *mem, const void *a, size_t na, const void *b, size_t nb, size_t each)
{
	char *p = arena_alloc(mem, arena_times(na + nb, each));
	if (na)
		memcpy(p, a, na * each);
	if (nb)
		memcpy(p + na * each, b, nb * each);
	return p;
}

/* a := a + b, as Go's append: absent stays absent when nothing is added. */
static void add_texts(arena *mem, struct kust_texts *a, const struct kust_texts *b)
{
	if (!b->n)
		return;
	a->p = joined(mem, a->p, a->n, b->p, b->n, sizeof(str));
	a->n += b->n;
}

static void add_list(arena *mem, struct kust_list *a, const struct kust_list *b, size_t each)
{
	if (!b->n)
		return;
	a->p = joined(mem, a->p, a->n, b->p, b->n, each);
	a->n += b->n;
}

static void move_env(arena *mem, struct kust_list *generators)
{
	for (size_t i = 0; i < generators->n; i++) {
		struct kust_generator *g = KUST_AT(*generators, struct kust_generator, i);
		if (g->env.n)
			add_texts(mem, &g->envs, &(struct kust_texts){&g->env, 1});
		g->env = (str){NULL, 0};
	}
}

static void move_helm(arena *mem, struct kust_file *f)
{
	struct kust_helm_globals globals = {0};
	struct kust_helm_chart *charts = NEW_N(mem, struct kust_helm_chart, f->helm_old.n);
	for (size_t i = 0; i < f->helm_old.n; i++) {
		const struct kust_helm_old *old = KUST_AT(f->helm_old, struct kust_helm_old, i);
		charts[i] = (struct kust_helm_chart){.name = old->chart_name,
						     .version = old->chart_version,
						     .repo = old->chart_repo,
						     .values_file = old->values,
						     .values = old->values_local,
						     .values_merge = old->values_merge,
						     .release_name = old->release_name};
		if (old->helm_home.n)
			globals.config_home = old->helm_home;
		if (old->chart_home.n)
			globals.chart_home = old->chart_home;
	}
	if (!f->helm_globals && (globals.chart_home.n || globals.config_home.n)) {
		f->helm_globals = NEW(mem, struct kust_helm_globals);
		*f->helm_globals = globals;
	}
	add_list(mem, &f->helm_charts, &(struct kust_list){charts, f->helm_old.n}, sizeof(*charts));
	f->helm_old = (struct kust_list){0};
}

static void move_old(arena *mem, struct kust_file *f)
{
	bool component = str_is(f->kind, "Component");
	if (!f->kind.n)
		f->kind = STR("Kustomization");
	if (!f->api_version.n)
		f->api_version = component ? STR(COMPONENT_VERSION) : STR(VERSION);
	add_texts(mem, &f->resources, &f->bases);
	f->bases = (struct kust_texts){0};
	add_list(mem, &f->images, &f->image_tags, sizeof(struct kust_image));
	f->image_tags = (struct kust_list){0};
	move_env(mem, &f->config_maps);
	move_env(mem, &f->secrets);
	move_helm(mem, f);
}

/* Is nothing set but kind and apiVersion? An empty list or map counts as set. */
static bool is_empty(const struct kust_file *f)
{
	struct kust_file bare = *f, none = {0};
	bare.kind = bare.api_version = (str){NULL, 0};
	str *texts[] = {&bare.name_prefix, &bare.name_suffix, &bare.namespace_};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!texts[i]->n)
			*texts[i] = (str){NULL, 0};
	return !memcmp(&bare, &none, sizeof(none));
}

static err *check(arena *mem, const struct kust_file *f, const char *root)
{
	bool component = str_is(f->kind, "Component");
	buf b = buf_init(mem);
	if (!component && !str_is(f->kind, "Kustomization"))
		buf_text_add(&b, "\nkind should be Kustomization or Component");
	const char *version = component ? COMPONENT_VERSION : VERSION;
	if (!str_is(f->api_version, version))
		buf_printf(&b, "\napiVersion for %.*s should be %s", STR_ARG(f->kind), version);
	if (b.n)
		return err_new(mem, ERR_INVALID, "Failed to read kustomization file under %s:%s",
			       root, buf_text(&b));
	return NULL;
}

err *kust_file_read(arena *mem, str text, const char *root, struct kust_file **ret_file,
		    const char *const **ret_warnings, size_t *ret_n)
{
	struct kust_file *f = NEW(mem, struct kust_file);
	val *v;
	TRY_AS(mem, yaml_parse(mem, text, &v), "invalid Kustomization");
	TRY_AS(mem, kust_decode(mem, &kust_t_file, v, KUST_STRICT, f), "invalid Kustomization");
	const char **lines = NEW_N(mem, const char *, 8);
	*ret_n = deprecations(f, lines);
	*ret_warnings = lines;
	move_old(mem, f);
	if (is_empty(f))
		return err_new(mem, ERR_INVALID, "kustomization.yaml is empty");
	TRY(check(mem, f, root));
	*ret_file = f;
	return NULL;
}
