#include "cel/cel.h"

#include "cel/cel_check.h"
#include "cel/cel_eval.h"
#include "cel/cel_parse.h"

struct cel_program {
	str text;
	const struct cel_code *code;
};

static err *parse_faults(arena *mem, str text, const struct cel_source *source)
{
	return err_new(mem, ERR_INVALID, "failed to parse the CEL expression '%.*s': %s",
		       STR_ARG(text), cel_faults_text(mem, source));
}

static err *check(arena *mem, str text, struct cel_source *source, cel_node *root,
		  const struct cel_options *o)
{
	const char *type;
	cel_check(mem, source, root, o->variables, o->n, &type);
	if (source->faults.n)
		return parse_faults(mem, text, source);
	if (o->want_bool && !text_eq(type, "bool"))
		return err_new(mem, ERR_INVALID,
			       "CEL expression output type mismatch: expected bool, got %s", type);
	return NULL;
}

err *cel_compile(arena *mem, str text, const struct cel_options *o,
		 struct cel_program **ret_program)
{
	struct cel_source source;
	cel_node *root;
	const char *fault;
	text.p = str_text(mem, text);
	TRY_AS(mem, cel_parse(mem, text, &source, &root),
	       "failed to parse the CEL expression '%.*s'", STR_ARG(text));
	if (source.faults.n)
		return parse_faults(mem, text, &source);
	bool checked = o && o->check;
	if (checked)
		TRY(check(mem, text, &source, root, o));
	struct cel_program *p = NEW(mem, struct cel_program);
	p->text = text;
	p->code = cel_plan(mem, root, checked, &fault);
	if (!p->code)
		return err_new(mem, ERR_INVALID, "failed to create CEL program: %s", fault);
	*ret_program = p;
	return NULL;
}

str cel_program_text(const struct cel_program *p)
{
	return p->text;
}

err *cel_run(arena *mem, const struct cel_program *p, const val *vars,
	     const struct cel_value **ret_value)
{
	TRY_AS(mem, cel_eval(mem, p->code, vars, ret_value),
	       "failed to evaluate the CEL expression '%.*s'", STR_ARG(p->text));
	return NULL;
}

err *cel_run_bool(arena *mem, const struct cel_program *p, const val *vars, bool *ret_result)
{
	const cel_value *v;
	TRY(cel_run(mem, p, vars, &v));
	if (!cel_is(v, CEL_BOOL))
		return err_new(mem, ERR_INVALID,
			       "failed to evaluate CEL expression as boolean: '%.*s'",
			       STR_ARG(p->text));
	*ret_result = v->b;
	return NULL;
}

err *cel_run_text(arena *mem, const struct cel_program *p, const val *vars, str *ret_result)
{
	const cel_value *v;
	TRY(cel_run(mem, p, vars, &v));
	if (!cel_is(v, CEL_STRING))
		return err_new(mem, ERR_INVALID,
			       "failed to evaluate CEL expression as string: '%.*s'",
			       STR_ARG(p->text));
	*ret_result = v->s;
	return NULL;
}

static err *no_texts(arena *mem, const struct cel_program *p, const char *what)
{
	return err_new(mem, ERR_INVALID,
		       "failed to evaluate CEL expression '%.*s' as []string: unsupported type "
		       "conversion from '%s' to string",
		       STR_ARG(p->text), what);
}

err *cel_run_texts(arena *mem, const struct cel_program *p, const val *vars, str **ret_results,
		   size_t *ret_n)
{
	const cel_value *v;
	TRY(cel_run(mem, p, vars, &v));
	if (!cel_is(v, CEL_LIST))
		return no_texts(mem, p, cel_type_name(v->kind));
	*ret_n = cel_size(v);
	*ret_results = NEW_N(mem, str, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		const cel_value *item = cel_at(mem, v, i);
		if (!cel_is(item, CEL_STRING))
			return no_texts(mem, p, cel_type_name(item->kind));
		(*ret_results)[i] = item->s;
	}
	return NULL;
}

/* --- health ----------------------------------------------------------------------------------- */

static err *compile_part(arena *mem, const char *name, const char *text,
			 struct cel_program **ret_program)
{
	*ret_program = NULL;
	if (!text || !*text)
		return NULL;
	TRY_AS(mem, cel_compile(mem, str_of(text), NULL, ret_program),
	       "failed to parse the expression %s", name);
	return NULL;
}

err *cel_health_compile(arena *mem, const char *current, const char *failed,
			const char *in_progress, struct cel_health_checks *ret_checks)
{
	if (!current || !*current)
		return err_new(mem, ERR_INVALID, "expression Current not specified");
	TRY(compile_part(mem, "Current", current, &ret_checks->current));
	TRY(compile_part(mem, "Failed", failed, &ret_checks->failed));
	return compile_part(mem, "InProgress", in_progress, &ret_checks->in_progress);
}

err *cel_health_of(arena *mem, const struct cel_health_checks *checks, const val *object,
		   enum cel_health *ret_health)
{
	const struct {
		const struct cel_program *program;
		enum cel_health health;
	} order[] = {{checks->in_progress, CEL_HEALTH_IN_PROGRESS},
		     {checks->failed, CEL_HEALTH_FAILED},
		     {checks->current, CEL_HEALTH_CURRENT}};
	const val *seen = VAL_IN(object, "status", "observedGeneration");
	const val *wanted = VAL_IN(object, "metadata", "generation");
	*ret_health = CEL_HEALTH_IN_PROGRESS;
	if (val_is(seen, VAL_INT) && val_is(wanted, VAL_INT) && seen->i != wanted->i)
		return NULL;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		bool holds = false;
		if (order[i].program)
			TRY(cel_run_bool(mem, order[i].program, object, &holds));
		if (holds) {
			*ret_health = order[i].health;
			break;
		}
	}
	return NULL;
}
