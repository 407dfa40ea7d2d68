#include "data/subst.h"

#include "base/buf.h"
#include "data/yaml.h"

#define OPT_OUT "kustomize.toolkit.fluxcd.io/substitute"

static val *without_newlines(arena *mem, const val *vars)
{
	val *out = val_map(mem);
	for (size_t i = 0; val_is(vars, VAL_MAP) && i < vars->map.n; i++) {
		const struct val_pair *pair = &vars->map.p[i];
		str s = val_as_str(pair->value);
		buf b = buf_init(mem);
		str line;
		while (str_next(&s, '\n', &line))
			buf_str(&b, line);
		val_set_str(mem, out, pair->key,
			    val_is(pair->value, VAL_TEXT) ? val_str(mem, buf_view(&b))
							  : val_null(mem));
	}
	return out;
}

static bool opted_out(const val *object)
{
	return text_eq(val_as_text(VAL_IN(object, "metadata", "labels", OPT_OUT)), "disabled") ||
	       text_eq(val_as_text(VAL_IN(object, "metadata", "annotations", OPT_OUT)), "disabled");
}

static err *substituted(arena *mem, const val *object, const val *vars, enum subst_flags flags,
			val **ret)
{
	str text;
	buf b = buf_init(mem);
	TRY(subst_check_names(mem, vars));
	yaml_print(&b, object);
	TRY_AS(mem,
	       subst_text(mem, buf_view(&b), without_newlines(mem, vars), flags & SUBST_STRICT,
			  &text),
	       "variable substitution failed");
	TRY_AS(mem, yaml_parse(mem, text, ret), "YAMLToJSON");
	if (!val_is(*ret, VAL_MAP))
		return err_new(mem, ERR_INVALID, "the object is a %s after substitution",
			       val_kind_name(*ret));
	return NULL;
}

err *subst_object(arena *mem, const val *object, const val *vars, enum subst_flags flags,
		  val **ret_object)
{
	val *out = NULL;
	if (opted_out(object))
		out = NULL;
	else if (!val_len(vars) && !(flags & SUBST_ALWAYS))
		out = val_copy(mem, object);
	else
		TRY_AS(mem, substituted(mem, object, vars, flags, &out), "envsubst error");
	*ret_object = out;
	return NULL;
}
