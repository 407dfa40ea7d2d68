#include "apply/health.h"

#include "apply/health_rule.h"

const char *health_name(enum health h)
{
	static const char *const names[] = {"Unknown", "NotFound", "InProgress",
					    "Current", "Failed",   "Terminating"};
	return names[h];
}

static const char *const go_kinds[] = {"invalid", "bool",  "int64", "float64",
				       "string",  "slice", "map"};

/* A text of a condition, read as Go's converter reads into a string. */
static err *condition_text(arena *mem, const val *cond, const char *key, const char **ret)
{
	*ret = "";
	const val *v = val_get(cond, key);
	if (!v || v->kind == VAL_NULL)
		return NULL;
	if (v->kind == VAL_INT)
		return err_new(mem, ERR_INVALID, "cannot convert int64 to string");
	if (v->kind != VAL_TEXT)
		return err_new(mem, ERR_INVALID, "unrecognized type: string");
	*ret = val_as_text(v);
	return NULL;
}

static err *read_conditions(arena *mem, const val *obj, struct conditions *ret)
{
	const val *status = val_get(obj, "status");
	if (!status || status->kind == VAL_NULL)
		return NULL;
	if (status->kind != VAL_MAP)
		return err_new(mem, ERR_INVALID, "cannot restore struct from: %s",
			       go_kinds[status->kind]);
	const val *list = val_get(status, "conditions");
	if (!list || list->kind == VAL_NULL)
		return NULL;
	if (list->kind != VAL_LIST)
		return err_new(mem, ERR_INVALID, "cannot restore slice from %s",
			       go_kinds[list->kind]);
	ret->p = NEW_N(mem, struct condition, val_len(list));
	ret->n = val_len(list);
	for (size_t i = 0; i < ret->n; i++) {
		const val *c = val_at(list, i);
		if (c->kind != VAL_MAP && c->kind != VAL_NULL)
			return err_new(mem, ERR_INVALID, "cannot restore struct from: %s",
				       go_kinds[c->kind]);
		TRY(condition_text(mem, c, "type", &ret->p[i].type));
		TRY(condition_text(mem, c, "status", &ret->p[i].status));
		TRY(condition_text(mem, c, "reason", &ret->p[i].reason));
		TRY(condition_text(mem, c, "message", &ret->p[i].message));
	}
	return NULL;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static err *generation(arena *mem, const val *obj, bool *ret_decided, struct health_result *ret)
{
	const val *want, *seen;
	TRY_AS(mem, health_field(mem, obj, "metadata", "generation", VAL_INT, "int64", &want),
	       "looking up metadata.generation from resource");
	if (!want)
		return NULL;
	TRY_AS(mem, health_field(mem, obj, "status", "observedGeneration", VAL_INT, "int64", &seen),
	       "looking up status.observedGeneration from resource");
	if (!seen || seen->i == want->i)
		return NULL;
	*ret_decided = true;
	health_set(ret, HEALTH_IN_PROGRESS, "LatestGenerationNotObserved",
		   arena_printf(mem,
				"%s generation is %lld, but latest observed generation is %lld",
				val_text_or(val_get(obj, "kind"), ""), (long long)want->i,
				(long long)seen->i));
	return NULL;
}

/* What holds for every kind. *ret_decided is set when nothing else needs to be asked. */
static err *generic(struct subject *s, bool *ret_decided)
{
	const val *deleted;
	TRY_AS(s->mem,
	       health_field(s->mem, s->obj, "metadata", "deletionTimestamp", VAL_TEXT, "string",
			    &deleted),
	       "looking up metadata.deletionTimestamp from resource");
	if (val_len(deleted)) {
		health_set(s->ret, HEALTH_TERMINATING, "", "Resource scheduled for deletion");
		*ret_decided = true;
		return NULL;
	}
	TRY(generation(s->mem, s->obj, ret_decided, s->ret));
	if (*ret_decided)
		return NULL;
	TRY(read_conditions(s->mem, s->obj, &s->conds));
	for (size_t i = 0; i < s->conds.n && !*ret_decided; i++) {
		const struct condition *c = &s->conds.p[i];
		bool stalled = text_eq(c->type, "Stalled");
		if (!text_eq(c->status, "True") || (!stalled && !text_eq(c->type, "Reconciling")))
			continue;
		health_set(s->ret, stalled ? HEALTH_FAILED : HEALTH_IN_PROGRESS, c->reason,
			   c->message);
		*ret_decided = true;
	}
	return NULL;
}

static void by_ready_condition(const struct subject *s)
{
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		if (!text_eq(c->type, "Ready"))
			continue;
		if (text_eq(c->status, "True")) {
			health_current(s->ret, "Resource is Ready");
			return;
		}
		if (text_eq(c->status, "False") || text_eq(c->status, "Unknown")) {
			health_set(s->ret, HEALTH_IN_PROGRESS, c->reason, c->message);
			return;
		}
	}
	health_current(s->ret, "Resource is current");
}

static const char *group_of(arena *mem, const val *obj)
{
	str api = val_as_str(val_get(obj, "apiVersion"));
	ptrdiff_t slash = str_find(api, '/');
	return str_text(mem, str_sub(api, 0, slash < 0 ? 0 : (size_t)slash));
}

err *health_of(arena *mem, const val *obj, int64_t now, struct health_result *ret)
{
	struct health_result got = {0};
	struct subject s = {.mem = mem, .obj = obj, .now = now, .ret = &got};
	bool decided = false;
	TRY(generic(&s, &decided));
	const char *kind = val_text_or(val_get(obj, "kind"), "");
	health_rule rule = decided ? NULL : health_rule_of(group_of(mem, obj), kind);
	if (rule)
		TRY(rule(&s));
	else if (!decided)
		by_ready_condition(&s);
	*ret = got;
	return NULL;
}

void health_of_managed(arena *mem, const val *obj, int64_t now, struct health_result *ret)
{
	bool is_job = text_eq(val_as_text(val_get(obj, "kind")), "Job") &&
		      text_eq(group_of(mem, obj), "batch");
	struct subject s = {.mem = mem, .obj = obj, .now = now, .ret = ret};
	err *e = is_job ? read_conditions(mem, obj, &s.conds) : health_of(mem, obj, now, ret);
	if (e)
		health_set(ret, HEALTH_UNKNOWN, "",
			   arena_printf(mem, "%s%s", is_job ? "Failed to compute job status: " : "",
					err_text(mem, e)));
	else if (is_job)
		health_rule_job(&s);
}

bool health_needs_no_status(const char *group, const char *kind)
{
	static const char *const kinds[][2] = {
		{"", "ConfigMap"},
		{"", "Secret"},
		{"", "ServiceAccount"},
		{"", "LimitRange"},
		{"rbac.authorization.k8s.io", "Role"},
		{"rbac.authorization.k8s.io", "RoleBinding"},
		{"rbac.authorization.k8s.io", "ClusterRole"},
		{"rbac.authorization.k8s.io", "ClusterRoleBinding"},
		{"networking.k8s.io", "NetworkPolicy"},
		{"networking.k8s.io", "IngressClass"},
		{"storage.k8s.io", "StorageClass"},
		{"scheduling.k8s.io", "PriorityClass"},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (text_eq(kinds[i][0], group) && text_eq(kinds[i][1], kind))
			return true;
	return false;
}
