#include "tmpl/tmpl_semver.h"

#include "data/semver.h"

#define FIELDS 6

/* The struct that templates see, with the version behind it. */
struct version {
	struct tv_struct shown;
	struct semver v;
	struct tv fields[FIELDS];
};

static struct tv uint_value(uint64_t u)
{
	return (struct tv){.type = TV_UINT64, .u = u};
}

static struct tv version_value(struct tmpl_call *c, enum tv_type type, struct semver v)
{
	static const char *const names[FIELDS] = {"major", "minor",    "patch",
						  "pre",   "metadata", "original"};
	struct version *o = NEW(c->mem, struct version);
	o->v = v;
	o->fields[0] = uint_value(v.major);
	o->fields[1] = uint_value(v.minor);
	o->fields[2] = uint_value(v.patch);
	o->fields[3] = tv_text(v.pre);
	o->fields[4] = tv_text(v.build);
	o->fields[5] = tv_text(v.original);
	o->shown = (struct tv_struct){semver_text(c->mem, &v), names, o->fields, FIELDS, NULL};
	return tv_object(type, o);
}

struct tv tmpl_semver_zero(struct tmpl_call *c, enum tv_type type)
{
	return version_value(c, type, (struct semver){.pre = "", .build = "", .original = ""});
}

static const struct semver *version_of(struct tv v)
{
	return &((const struct version *)v.object)->v;
}

static err *semver_semver(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct semver v;
	TRY(semver_parse(c->mem, tv_as_str(args[0]), &v));
	*ret = version_value(c, TV_SEMVER, v);
	return NULL;
}

static err *has_version(arena *mem, str range_text, str version, bool *ret)
{
	struct semver_range *range;
	struct semver v;
	TRY(semver_range_parse(mem, range_text, &range));
	TRY(semver_parse(mem, version, &v));
	*ret = semver_range_has(range, &v);
	return NULL;
}

static err *semver_compare_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	arena *scratch = arena_open();
	bool has = false;
	err *e = err_copy(c->mem,
			  has_version(scratch, tv_as_str(args[0]), tv_as_str(args[1]), &has));
	arena_close(scratch);
	*ret = tv_bool(has);
	return e;
}

const struct tmpl_func tmpl_semver_funcs[] = {
	{"semver", "s>V", semver_semver},
	{"semverCompare", "ss>b", semver_compare_fn},
	{0},
};

static err *version_part(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	const struct semver *v = version_of(args[0]);
	str name = str_of(c->name);
	*ret = str_is(name, "Major")	    ? uint_value(v->major)
	       : str_is(name, "Minor")	    ? uint_value(v->minor)
	       : str_is(name, "Patch")	    ? uint_value(v->patch)
	       : str_is(name, "Prerelease") ? tv_text(v->pre)
	       : str_is(name, "Metadata")   ? tv_text(v->build)
	       : str_is(name, "Original")   ? tv_text(v->original)
					    : tv_text(semver_text(c->mem, v));
	return NULL;
}

static err *version_compare(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (!args[1].object)
		return tmpl_panic_nil(c->mem);
	int order = semver_compare(version_of(args[0]), version_of(args[1]));
	str name = str_of(c->name);
	*ret = str_is(name, "Compare")		  ? tv_int(order)
	       : str_is(name, "Equal")		  ? tv_bool(order == 0)
	       : str_is(name, "LessThan")	  ? tv_bool(order < 0)
	       : str_is(name, "LessThanEqual")	  ? tv_bool(order <= 0)
	       : str_is(name, "GreaterThanEqual") ? tv_bool(order >= 0)
						  : tv_bool(order > 0);
	return NULL;
}

/* With the v in front where it had one. */
static err *changed(struct tmpl_call *c, struct semver v, struct tv *ret)
{
	bool prefix = v.original[0] == 'v';
	v.original = arena_printf(c->mem, "%s%s", prefix ? "v" : "", semver_text(c->mem, &v));
	*ret = version_value(c, TV_SEMVER_STRUCT, v);
	return NULL;
}

static err *version_inc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct semver v = *version_of(args[0]);
	str name = str_of(c->name);
	if (str_is(name, "IncPatch")) {
		v.patch += !v.pre[0]; /* a prerelease becomes what it is one of */
	} else {
		v.patch = 0;
		v.minor += str_is(name, "IncMinor");
	}
	if (str_is(name, "IncMajor")) {
		v.minor = 0;
		v.major++;
	}
	v.pre = v.build = "";
	return changed(c, v, ret);
}

/* SetPrerelease and SetMetadata: the new part must read back as such. */
static err *version_set(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct semver v = *version_of(args[0]), check;
	const char *text = str_text(c->mem, tv_as_str(args[1]));
	bool pre = str_is(str_of(c->name), "SetPrerelease");
	str whole = str_of(arena_printf(c->mem, pre ? "1.2.3-%s" : "1.2.3+%s", text));
	if (text[0])
		TRY(semver_parse(c->mem, whole, &check));
	if (pre)
		v.pre = text;
	else
		v.build = text;
	return changed(c, v, ret);
}

#define POINTER_METHODS                                                                            \
	{TV_SEMVER, {"Compare", "V>i", version_compare}},                                          \
		{TV_SEMVER, {"Equal", "V>b", version_compare}},                                    \
		{TV_SEMVER, {"GreaterThan", "V>b", version_compare}},                              \
		{TV_SEMVER, {"GreaterThanEqual", "V>b", version_compare}},                         \
		{TV_SEMVER, {"LessThan", "V>b", version_compare}},                                 \
		{TV_SEMVER, {"LessThanEqual", "V>b", version_compare}},                            \
	{                                                                                          \
		TV_SEMVER,                                                                         \
		{                                                                                  \
			"Original", ">s", version_part                                             \
		}                                                                                  \
	}
#define VALUE_METHODS(type)                                                                        \
	{type, {"IncMajor", ">w", version_inc}}, {type, {"IncMinor", ">w", version_inc}},          \
		{type, {"IncPatch", ">w", version_inc}}, {type, {"Major", ">u", version_part}},    \
		{type, {"Metadata", ">s", version_part}}, {type, {"Minor", ">u", version_part}},   \
		{type, {"Patch", ">u", version_part}}, {type, {"Prerelease", ">s", version_part}}, \
		{type, {"SetMetadata", "s>w", version_set}},                                       \
		{type, {"SetPrerelease", "s>w", version_set}},                                     \
	{                                                                                          \
		type,                                                                              \
		{                                                                                  \
			"String", ">s", version_part                                               \
		}                                                                                  \
	}

const struct tmpl_method tmpl_semver_methods[] = {
	POINTER_METHODS,
	VALUE_METHODS(TV_SEMVER),
	VALUE_METHODS(TV_SEMVER_STRUCT),
	{TV_NONE, {0}},
};
