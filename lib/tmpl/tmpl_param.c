#include "tmpl/tmpl_param.h"

#include <string.h>

const char *tmpl_param_text(char letter)
{
	switch (letter) {
	case 's':
		return "string";
	case 'i':
		return "int";
	case 'I':
		return "int64";
	case 'U':
		return "uint32";
	case 'f':
		return "float64";
	case 'b':
		return "bool";
	case 'l':
		return "[]interface {}";
	case 'S':
		return "[]string";
	case 'm':
		return "map[string]interface {}";
	case 't':
		return "time.Time";
	case 'd':
		return "time.Duration";
	case 'c':
		return "sprig.certificate";
	case 'V':
		return "*semver.Version";
	case 'o':
		return "*time.Location";
	case 'a':
		return "interface {}";
	case 'W':
		return "io.Writer";
	default:
		return "reflect.Value";
	}
}

static bool assignable(struct tv v, char letter)
{
	switch (letter) {
	case 's':
		return v.type == TV_TEXT;
	case 'i':
		return v.type == TV_INT;
	case 'I':
		return v.type == TV_INT64;
	case 'f':
		return v.type == TV_FLOAT;
	case 'b':
		return v.type == TV_BOOL;
	case 'l':
		return v.type == TV_LIST;
	case 'S':
		return v.type == TV_TEXTS || v.type == TV_VERSIONS;
	case 'm':
		return v.type == TV_MAP || v.type == TV_VALUES;
	case 't':
		return v.type == TV_TIME;
	case 'd':
		return v.type == TV_DURATION;
	case 'c':
		return v.type == TV_CERT;
	case 'V':
		return v.type == TV_SEMVER;
	case 'o':
		return v.type == TV_LOCATION;
	case 'U':
	case 'W':
		return false;
	default:
		return true;
	}
}

bool tmpl_param_nil(char letter, struct tv *ret)
{
	switch (letter) {
	case 'a':
		*ret = tv_nil();
		return true;
	case 'v':
		*ret = tv_none();
		return true;
	case 'm':
		*ret = (struct tv){.type = TV_MAP};
		return true;
	case 'l':
		*ret = (struct tv){.type = TV_LIST};
		return true;
	case 'S':
		*ret = (struct tv){.type = TV_TEXTS};
		return true;
	case 'V':
		*ret = (struct tv){.type = TV_SEMVER};
		return true;
	case 'o':
		*ret = (struct tv){.type = TV_LOCATION};
		return true;
	default:
		return false;
	}
}

err *tmpl_param_check(struct tmpl_run *run, struct tv v, char letter, struct tv *ret)
{
	if (v.type == TV_NONE) {
		if (tmpl_param_nil(letter, ret))
			return NULL;
		return tmpl_run_fail(run, "invalid value; expected %s", tmpl_param_text(letter));
	}
	if (letter == 'v') {
		*ret = v;
		return NULL;
	}
	if (v.type == TV_NIL ? letter != 'a' : !assignable(v, letter))
		return tmpl_run_fail(run, "wrong type for value; expected %s; got %s",
				     tmpl_param_text(letter), tv_type_text(v.type));
	v.slot = v.type == TV_NIL;
	if (letter == 'm' || letter == 'S')
		v.type = letter == 'm' ? TV_MAP
				       : TV_TEXTS; /* the parameter's type, not a named one */
	v.addr = v.addr && letter != 'a';
	*ret = v;
	return NULL;
}

size_t tmpl_param_count(const char *params, bool *ret_variadic)
{
	size_t n = strcspn(params, "*>");
	*ret_variadic = params[n] == '*';
	return n - *ret_variadic;
}
