#include "tmpl/tmpl_helm.h"

#include "base/rune.h"
#include "tmpl/tmpl_exec.h"

#define INCLUDE_MAX 1000 /* of one name inside itself, as Helm has it */
#define TPL_MAX 1000	 /* inside each other; Helm has no bound and crashes */

static str without_no_value(arena *mem, str s)
{
	static const str gone = {"<no value>", 10};
	ptrdiff_t at = str_search(s, gone);
	if (at < 0)
		return s;
	buf b = buf_init(mem);
	for (; at >= 0; at = str_search(s, gone)) {
		buf_add(&b, s.p, (size_t)at);
		s = str_sub(s, (size_t)at + gone.n, s.n);
	}
	buf_str(&b, s);
	buf_text(&b);
	return buf_view(&b);
}

err *tmpl_helm_exec(struct tmpl_run *run, const struct tmpl_tree *tree, struct tv dot, bool clean,
		    str *ret)
{
	buf *out = tmpl_run_buf(run);
	err *e = tmpl_exec_tree(run, tree, dot, out);
	if (!e) {
		str text = clean ? without_no_value(run->mem, buf_view(out)) : buf_view(out);
		*ret = (str){arena_copy(run->mem, text.p, text.n), text.n};
	}
	tmpl_run_buf_done(run, out);
	return e;
}

static err *helm_include(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tmpl_run *run = c->run;
	str name = tv_as_str(args[0]), text;
	int *count = map_get_str(&run->includes, name);
	if (!count) {
		count = NEW(c->mem, int);
		map_set_str(&run->includes, name, count);
	}
	if (*count > INCLUDE_MAX)
		return err_new(c->mem, ERR_INVALID,
			       "rendering template has a nested reference name: %.*s: unable to "
			       "execute template",
			       STR_ARG(name));
	const struct tmpl_tree *tree;
	TRY(tmpl_run_tree(run, name, &tree));
	if (!tree)
		return err_new(c->mem, ERR_INVALID,
			       "template: no template %s associated with template \"gotpl\"",
			       rune_quoted(c->mem, name));
	struct tv data = args[1].type == TV_NIL ? tv_none() : args[1];
	++*count;
	TRY(tmpl_helm_exec(run, tree, data, false, &text));
	--*count;
	*ret = tv_str(text);
	return NULL;
}

/* The templates of a text given to tpl: parsed once a run. */
struct tpl_text {
	struct map trees;
	const struct tmpl_tree *main;
};

static err *tpl_parse(struct tmpl_call *c, str text, const struct tpl_text **ret)
{
	struct tpl_text *t = map_get_str(&c->run->tpl_cache, text);
	if (!t) {
		t = NEW(c->mem, struct tpl_text);
		t->trees = map_init(c->mem);
		TRY(tmpl_charge(c, text.n * 8));
		TRY(tmpl_parse_text(c->mem, c->mem, "gotpl", text, c->run->library->func, &t->trees,
				    &t->main));
		map_set_str(&c->run->tpl_cache, text, t);
	}
	*ret = t;
	return NULL;
}

static err *helm_tpl(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tmpl_run *run = c->run;
	const struct tmpl_names *outer = run->names;
	const struct tpl_text *t;
	str text = tv_as_str(args[0]), out;
	if (run->tpl_depth >= TPL_MAX)
		return err_new(c->mem, ERR_LIMIT, "tpl calls itself more than %d times", TPL_MAX);
	err *e = tpl_parse(c, text, &t);
	if (e)
		return err_wrap(c->mem, e, "cannot parse template %s", rune_quoted(c->mem, text));
	struct tv data = args[1].type == TV_NIL ? tv_none() : args[1];
	struct tmpl_names inner = {outer, &t->trees, NULL};
	run->names = &inner;
	run->tpl_depth++;
	e = tmpl_helm_exec(run, t->main, data, true, &out);
	run->tpl_depth--;
	run->names = outer;
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		return err_wrap(c->mem, e, "error during tpl function execution for %s",
				rune_quoted(c->mem, text));
	*ret = tv_str(out);
	return NULL;
}

static err *refusal(struct tmpl_call *c, str message)
{
	return err_new(c->mem, ERR_INVALID, TMPL_HELM_START "%.*s" TMPL_HELM_END, STR_ARG(message));
}

static err *helm_required(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	bool missing = args[1].type == TV_NIL || (args[1].type == TV_TEXT && !args[1].n);
	if (missing && !c->options->lint)
		return refusal(c, tv_as_str(args[0]));
	*ret = missing ? tv_text("") : args[1];
	return NULL;
}

static err *helm_fail(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_text("");
	return c->options->lint ? NULL : refusal(c, tv_as_str(args[0]));
}

static err *helm_lookup(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	const struct tmpl_options *o = c->options;
	const char *text[4];
	for (size_t i = 0; i < n; i++)
		text[i] = str_text(c->mem, tv_as_str(args[i]));
	val *found = NULL;
	if (o->lookup && !o->lint)
		TRY(o->lookup(o->arg, c->mem, text[0], text[1], text[2], text[3], &found));
	*ret = val_is(found, VAL_MAP) ? tv_from_val(c->mem, found, false) : tv_map(c->mem, TV_MAP);
	return NULL;
}

static err *helm_host(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	const struct tmpl_options *o = c->options;
	const char *found =
		o->resolve ? o->resolve(o->arg, c->mem, str_text(c->mem, tv_as_str(args[0]))) : "";
	*ret = tv_text(found ? found : "");
	return NULL;
}

const struct tmpl_func tmpl_helm_funcs[] = {
	{"fail", "s>s", helm_fail},
	{"getHostByName", "s>s", helm_host},
	{"include", "sa>s", helm_include},
	{"lookup", "ssss>m", helm_lookup},
	{"required", "sa>a", helm_required},
	{"tpl", "sa>s", helm_tpl},
	{0},
};
