#include "kust/kust_object.h"

#include <string.h>

#include "kust/kust_node.h"

#define NOT_A_NAMESPACE "_non_namespaceable_"

/* --- kinds --------------------------------------------------------------------------------------- */

struct kust_gvk kust_gvk_of(str api_version, str kind)
{
	struct kust_gvk x = {.kind = kind};
	if (!str_cut(api_version, '/', &x.group, &x.version)) {
		x.group = (str){NULL, 0};
		x.version = api_version;
	}
	return x;
}

bool kust_gvk_eq(const struct kust_gvk *a, const struct kust_gvk *b)
{
	return str_eq(a->group, b->group) && str_eq(a->version, b->version) &&
	       str_eq(a->kind, b->kind);
}

bool kust_gvk_selected(const struct kust_gvk *x, const struct kust_gvk *by)
{
	return (!by->group.n || str_eq(x->group, by->group)) &&
	       (!by->version.n || str_eq(x->version, by->version)) &&
	       (!by->kind.n || str_eq(x->kind, by->kind));
}

static str or_else(str s, const char *otherwise)
{
	return s.n ? s : str_of(otherwise);
}

const char *kust_gvk_text(arena *mem, const struct kust_gvk *x)
{
	str k = or_else(x->kind, "[noKind]"), v = or_else(x->version, "[noVer]");
	str g = or_else(x->group, "[noGrp]");
	return arena_printf(mem, "%.*s.%.*s.%.*s", STR_ARG(k), STR_ARG(v), STR_ARG(g));
}

/* Kinds without a namespace at Kubernetes 1.21.2, as kyaml lists them; the kinds with one are on
 * its list as well and need not be on ours. */
static const struct {
	const char *group, *versions, *kinds; /* parted by blanks */
} cluster_kinds[] = {
	{"admissionregistration.k8s.io", " v1 v1beta1 ",
	 " MutatingWebhookConfiguration ValidatingWebhookConfiguration "},
	{"apiextensions.k8s.io", " v1 v1beta1 ", " CustomResourceDefinition "},
	{"apiregistration.k8s.io", " v1 v1beta1 ", " APIService "},
	{"certificates.k8s.io", " v1 v1beta1 ", " CertificateSigningRequest "},
	{"flowcontrol.apiserver.k8s.io", " v1beta1 ", " FlowSchema PriorityLevelConfiguration "},
	{"networking.k8s.io", " v1 v1beta1 ", " IngressClass "},
	{"node.k8s.io", " v1 v1beta1 ", " RuntimeClass "},
	{"policy", " v1beta1 ", " PodSecurityPolicy "},
	{"rbac.authorization.k8s.io", " v1 v1beta1 ", " ClusterRole ClusterRoleBinding "},
	{"scheduling.k8s.io", " v1 v1beta1 ", " PriorityClass "},
	{"storage.k8s.io", " v1 ", " CSIDriver CSINode StorageClass VolumeAttachment "},
	{"storage.k8s.io", " v1beta1 ", " CSIDriver CSINode StorageClass VolumeAttachment "},
	{"", " v1 ", " ComponentStatus Namespace Node NodeProxyOptions PersistentVolume "},
};

/* Kinds that the list knows to have a namespace; a custom schema does not overrule it. */
static const char namespaced_kinds[] =
	" ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet HorizontalPodAutoscaler "
	"Scale CronJob Job Lease EndpointSlice Event Ingress NetworkPolicy PodDisruptionBudget "
	"Role RoleBinding CSIStorageCapacity ConfigMap Endpoints LimitRange PersistentVolumeClaim "
	"Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount ";

static const char *const native_groups[] = {"apps",
					    "autoscaling",
					    "batch",
					    "coordination.k8s.io",
					    "discovery.k8s.io",
					    "events.k8s.io",
					    "extensions",
					    "networking.k8s.io",
					    "policy",
					    "rbac.authorization.k8s.io",
					    "storage.k8s.io",
					    "",
					    NULL};

static bool has_word(const char *words, str word)
{
	char spaced[80];
	if (!word.n || word.n + 3 > sizeof(spaced) || memchr(word.p, ' ', word.n))
		return false;
	spaced[0] = ' ';
	memcpy(spaced + 1, word.p, word.n);
	memcpy(spaced + 1 + word.n, " ", 2);
	return strstr(words, spaced);
}

static bool native_namespaced(const struct kust_gvk *x)
{
	if (!has_word(namespaced_kinds, x->kind) ||
	    !has_word(" v1 v1beta1 v2beta1 v2beta2 ", x->version))
		return false;
	for (const char *const *g = native_groups; *g; g++)
		if (str_is(x->group, *g))
			return true;
	return false;
}

static bool is_cluster(struct kust_work *w, const struct kust_gvk *x)
{
	for (size_t i = 0; i < sizeof(cluster_kinds) / sizeof(*cluster_kinds); i++)
		if (str_is(x->group, cluster_kinds[i].group) &&
		    has_word(cluster_kinds[i].versions, x->version) &&
		    has_word(cluster_kinds[i].kinds, x->kind))
			return true;
	if (!w->schema || native_namespaced(x))
		return false;
	str api_version = x->version;
	if (x->group.n)
		api_version = str_of(
			arena_printf(w->mem, "%.*s/%.*s", STR_ARG(x->group), STR_ARG(x->version)));
	return kust_schema_scope(w->schema, api_version, x->kind) == 1;
}

/* --- ids ----------------------------------------------------------------------------------------- */

struct kust_id kust_id_new(struct kust_work *w, struct kust_gvk gvk, str name, str namespace_)
{
	struct kust_id id = {gvk, name, namespace_, is_cluster(w, &gvk)};
	return id;
}

str kust_id_namespace(const struct kust_id *id)
{
	if (id->cluster)
		return STR(NOT_A_NAMESPACE);
	return id->namespace_.n ? id->namespace_ : STR("default");
}

bool kust_id_eq(const struct kust_id *a, const struct kust_id *b)
{
	return str_eq(a->name, b->name) && kust_gvk_eq(&a->gvk, &b->gvk) &&
	       str_eq(kust_id_namespace(a), kust_id_namespace(b));
}

const char *kust_id_text(arena *mem, const struct kust_id *id)
{
	str name = or_else(id->name, "[noName]"), ns = or_else(id->namespace_, "[noNs]");
	return arena_printf(mem, "%s/%.*s.%.*s", kust_gvk_text(mem, &id->gvk), STR_ARG(name),
			    STR_ARG(ns));
}

/* --- of objects ---------------------------------------------------------------------------------- */

str kust_object_kind(const struct kust_object *o)
{
	const struct yaml_node *n = yaml_node_get(o->node, "kind");
	return n ? n->text : (str){NULL, 0};
}

str kust_object_api_version(const struct kust_object *o)
{
	const struct yaml_node *n = yaml_node_get(o->node, "apiVersion");
	return n ? n->text : (str){NULL, 0};
}

static str meta_text(const struct kust_object *o, const char *field)
{
	const struct yaml_node *meta = yaml_node_get(o->node, "metadata");
	const struct yaml_node *n = kust_empty(meta) ? NULL : yaml_node_get(meta, field);
	return kust_empty(n) ? (str){NULL, 0} : n->text;
}

str kust_object_name(const struct kust_object *o)
{
	return meta_text(o, "name");
}

str kust_object_namespace(const struct kust_object *o)
{
	return meta_text(o, "namespace");
}

const struct kust_id *kust_object_id(struct kust_work *w, struct kust_object *o)
{
	if (o->known != w->schema_age) {
		struct kust_gvk gvk = kust_gvk_of(kust_object_api_version(o), kust_object_kind(o));
		o->id = kust_id_new(w, gvk, kust_object_name(o), kust_object_namespace(o));
		o->known = w->schema_age;
	}
	return &o->id;
}

struct kust_id kust_object_former(struct kust_work *w, struct kust_object *o, size_t i)
{
	const struct kust_former *f = &o->formers.p[i];
	struct kust_id id = *kust_object_id(w, o);
	id.cluster = false;
	id.gvk.kind = f->kind;
	id.name = f->name;
	id.namespace_ = f->namespace_;
	return id;
}

struct kust_id kust_object_first_id(struct kust_work *w, struct kust_object *o)
{
	return o->formers.n ? kust_object_former(w, o, 0) : *kust_object_id(w, o);
}

bool kust_object_was(struct kust_work *w, struct kust_object *o, const struct kust_id *id)
{
	for (size_t i = 0; i < o->formers.n; i++) {
		struct kust_id former = kust_object_former(w, o, i);
		if (kust_id_eq(&former, id))
			return true;
	}
	return kust_id_eq(kust_object_id(w, o), id);
}
