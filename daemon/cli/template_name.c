#include "cli/template_name.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/rune.h"
#include "helm/helm_names.h"
#include "tmpl/tmpl.h"

static err *from_template(arena *mem, const char *text, const char **ret_name)
{
	static const char file_name[] = "name-template";
	struct tmpl_file file = {file_name, str_of(text)};
	struct tmpl_options options = {.now = clock_wall()};
	struct tmpl_set *set;
	str name;
	err *failed = tmpl_parse(mem, &file, 1, &set);
	if (failed) {
		/* no chart's file here: Go's own words for it */
		str said = str_of(err_text(mem, failed)), place, what;
		if (str_starts(said, STR("parse error at (")) &&
		    str_cut(str_sub(said, 16, said.n), ')', &place, &what))
			return err_new(mem, ERR_INVALID, "template: %.*s%.*s", STR_ARG(place),
				       STR_ARG(what));
		return failed;
	}
	TRY(tmpl_run_exec(tmpl_run_open(mem, set, &options), file_name, tv_nil(), &name));
	*ret_name = str_text(mem, name);
	return NULL;
}

err *template_name(arena *mem, const flag_texts *words, const char *name_template,
		   bool generate_name, const char **ret_name, const char **ret_chart)
{
	*ret_name = "release-name";
	*ret_chart = words->p[words->n - 1];
	if (words->n > 2) {
		buf more = buf_init(mem);
		for (size_t i = 2; i < words->n; i++)
			buf_printf(&more, "%s%s", more.n ? ", " : "", words->p[i]);
		return err_new(mem, ERR_INVALID,
			       "expected at most two arguments, unexpected arguments: %s",
			       buf_text(&more));
	}
	if (words->n == 2) {
		if (generate_name || (name_template && *name_template))
			return err_new(mem, ERR_INVALID, "cannot set --%s and also specify a name",
				       generate_name ? "generate-name" : "name-template");
		*ret_name = words->p[0];
		return NULL;
	}
	return name_template && *name_template ? from_template(mem, name_template, ret_name) : NULL;
}

err *template_check_name(arena *mem, const char *name)
{
	TRY_AS(mem, helm_check_release_name(mem, name),
	       "release name check failed: release name %s", rune_quoted(mem, str_of(name)));
	return NULL;
}
