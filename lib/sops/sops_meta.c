#include "sops/sops_meta.h"

#include <string.h>

#include "base/clock.h"
#include "sops/sops_flat.h"

#define PREFIX "sops_"
#define MAX_GROUPS 255 /* as many parts as Shamir's scheme has */
#define MAX_KEYS 1000  /* of a group */

/* ---- out of the tree -------------------------------------------------------------------------- */

static void remove_at(struct sops_items *items, size_t i)
{
	memmove(&items->p[i], &items->p[i + 1], (items->n - i - 1) * sizeof(*items->p));
	items->n--;
}

static bool is_sops(const struct sops_item *item)
{
	return !item->comment && !item->other_key && str_is(item->text, "sops");
}

/* The branch under sops of the first document; the others' are dropped. */
static err *take_branch(arena *mem, struct sops_docs *docs, const struct sops_items **ret)
{
	*ret = NULL;
	for (size_t d = 0; d < docs->n; d++) {
		struct sops_items *items = &docs->p[d];
		for (size_t i = 0; i < items->n;) {
			if (!is_sops(&items->p[i])) {
				i++;
				continue;
			}
			if (!d && *ret)
				return err_new(mem, ERR_INVALID, "Found duplicate sops entry");
			if (!d && items->p[i].value.kind != SOPS_BRANCH)
				return err_new(mem, ERR_INVALID,
					       "Found sops entry that is not a mapping");
			if (!d) {
				struct sops_items *kept = NEW(mem, struct sops_items);
				*kept = items->p[i].value.items;
				*ret = kept;
			}
			remove_at(items, i);
		}
	}
	return NULL;
}

/* The items that begin with sops_, without that. */
static const struct sops_items *take_prefixed(arena *mem, struct sops_docs *docs)
{
	struct sops_items *items = docs->n ? &docs->p[0] : NULL, *taken = NULL, left = {0};
	for (size_t i = 0; items && i < items->n; i++) {
		struct sops_item item = items->p[i];
		if (item.comment || !str_starts(item.text, STR(PREFIX))) {
			sops_add(mem, &left, item);
			continue;
		}
		if (!taken)
			taken = NEW(mem, struct sops_items);
		item.text = str_sub(item.text, sizeof(PREFIX) - 1, item.text.n);
		sops_add(mem, taken, item);
	}
	if (items)
		*items = left;
	return taken;
}

static val *to_val(arena *mem, const struct sops_value *v)
{
	val *all;
	switch (v->kind) {
	case SOPS_BOOL:
		return val_bool(mem, v->b);
	case SOPS_INT:
		return val_int(mem, v->i);
	case SOPS_FLOAT:
		return val_float(mem, v->f);
	case SOPS_NULL:
		return val_null(mem);
	case SOPS_LIST:
	case SOPS_BRANCH:
		all = v->kind == SOPS_LIST ? val_list(mem) : val_map(mem);
		for (size_t i = 0; i < v->items.n; i++) {
			const struct sops_item *item = &v->items.p[i];
			if (item->comment)
				continue;
			if (v->kind == SOPS_LIST)
				val_push(mem, all, to_val(mem, &item->value));
			else
				val_set_str(mem, all, item->text, to_val(mem, &item->value));
		}
		return all;
	default:
		return val_str(mem, v->text);
	}
}

/* ---- values, weakly typed: a text may be a number or a bool ----------------------------------- */

static str weak_text(arena *mem, const val *v)
{
	if (val_is(v, VAL_TEXT))
		return v->text;
	if (val_is(v, VAL_INT))
		return str_of(arena_printf(mem, "%lld", (long long)v->i));
	if (val_is(v, VAL_BOOL))
		return v->b ? STR("1") : STR("0");
	return (str){"", 0};
}

static err *weak_bool(arena *mem, const val *v, const char *key, bool *ret)
{
	static const char *const words[] = {"",	 "0", "f", "F",	   "false", "False", "FALSE",
					    "1", "t", "T", "true", "True",  "TRUE"};
	if (val_is(v, VAL_BOOL) || val_is(v, VAL_INT)) {
		*ret = val_is(v, VAL_BOOL) ? v->b : v->i != 0;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_is(val_as_str(v), words[i])) {
			*ret = i >= 7;
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID, "cannot parse '%s' as bool: invalid syntax", key);
}

static err *weak_int(arena *mem, const val *v, const char *key, int64_t *ret)
{
	*ret = val_as_int(v, 0);
	if (val_is(v, VAL_BOOL))
		*ret = v->b;
	if (val_is(v, VAL_TEXT) && v->text.n && !str_int(v->text, ret))
		return err_new(mem, ERR_INVALID, "cannot parse '%s' as int: invalid syntax", key);
	return NULL;
}

/* ---- times ------------------------------------------------------------------------------------ */

/* An RFC 3339 time as Go writes it again: without fractions, an offset of nothing as Z. */
static err *read_time(arena *mem, str text, const char **ret)
{
	int64_t seconds;
	int ns;
	TRY(clock_read(mem, text, &seconds, &ns));
	size_t at = sizeof("2006-01-02T15:04:05") - 1;
	buf b = buf_init(mem);
	buf_str(&b, str_sub(text, 0, at));
	if (at < text.n && (text.p[at] == '.' || text.p[at] == ','))
		for (at++; at < text.n && text.p[at] >= '0' && text.p[at] <= '9';)
			at++;
	str zone = str_sub(text, at, text.n);
	buf_str(&b, str_is(zone, "+00:00") || str_is(zone, "-00:00") ? STR("Z") : zone);
	*ret = arena_text(mem, buf_text(&b));
	return NULL;
}

/* ---- keys ------------------------------------------------------------------------------------- */

static const char *text_in(arena *mem, const val *entry, const char *key)
{
	return str_text(mem, weak_text(mem, val_get(entry, key)));
}

static const char *aws_name(arena *mem, const val *entry)
{
	buf b = buf_init(mem);
	const char *role = text_in(mem, entry, "role"),
		   *profile = text_in(mem, entry, "aws_profile");
	val *context = val_copy(mem, val_get(entry, "context"));
	buf_text_add(&b, text_in(mem, entry, "arn"));
	if (*role)
		buf_printf(&b, "+%s", role);
	if (val_len(context) || *profile)
		buf_char(&b, '|');
	if (val_is(context, VAL_MAP)) {
		val_sort(context);
		for (uint32_t i = 0; i < context->map.n; i++)
			buf_printf(&b, "%s%.*s:%.*s", i ? "," : "", STR_ARG(context->map.p[i].key),
				   STR_ARG(weak_text(mem, context->map.p[i].value)));
	}
	if (*profile)
		buf_printf(&b, "|%s", profile);
	return arena_text(mem, buf_text(&b));
}

static const char *name_of(arena *mem, enum sops_key_kind kind, const val *e)
{
	switch (kind) {
	case SOPS_KEY_AWS:
		return aws_name(mem, e);
	case SOPS_KEY_GCP:
		return text_in(mem, e, "resource_id");
	case SOPS_KEY_HUAWEI:
		return text_in(mem, e, "key_id");
	case SOPS_KEY_AZURE:
		return arena_printf(mem, "%s/keys/%s/%s", text_in(mem, e, "vault_url"),
				    text_in(mem, e, "name"), text_in(mem, e, "version"));
	case SOPS_KEY_VAULT:
		return arena_printf(mem, "%s/v1/%s/keys/%s", text_in(mem, e, "vault_address"),
				    text_in(mem, e, "engine_path"), text_in(mem, e, "key_name"));
	case SOPS_KEY_PGP:
		return text_in(mem, e, "fp");
	case SOPS_KEY_AGE:
		return text_in(mem, e, "recipient");
	}
	return "";
}

static const char *const key_fields[SOPS_KEY_KINDS] = {
	"kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age",
};

static err *add_key(arena *mem, struct sops_group *g, enum sops_key_kind kind, const val *entry)
{
	struct sops_key k = {.kind = kind,
			     .enc = weak_text(mem, val_get(entry, "enc")),
			     .name = name_of(mem, kind, entry),
			     .entry = entry};
	const char *created;
	if (!val_is(entry, VAL_MAP))
		return err_new(mem, ERR_INVALID, "'%s' expected a map, got '%s'", key_fields[kind],
			       val_kind_name(entry));
	if (g->n >= MAX_KEYS)
		return err_new(mem, ERR_LIMIT, "more than %d keys in a group", MAX_KEYS);
	if (kind != SOPS_KEY_AGE)
		TRY(read_time(mem, weak_text(mem, val_get(entry, "created_at")), &created));
	VEC_PUSH(mem, g, k);
	return NULL;
}

/* The keys of one group, in the order of their kinds; a map alone counts as a list of one. */
static err *read_group(arena *mem, const val *from, struct sops_group *ret)
{
	for (int kind = 0; kind < SOPS_KEY_KINDS; kind++) {
		const val *list = val_get(from, key_fields[kind]);
		if (val_is(list, VAL_MAP) && val_len(list))
			TRY(add_key(mem, ret, (enum sops_key_kind)kind, list));
		for (size_t i = 0; val_is(list, VAL_LIST) && i < val_len(list); i++)
			TRY(add_key(mem, ret, (enum sops_key_kind)kind, val_at(list, i)));
	}
	return NULL;
}

static err *read_groups(arena *mem, const val *from, struct sops_meta *m)
{
	struct sops_group only = {0};
	const val *groups = val_get(from, "key_groups");
	TRY(read_group(mem, from, &only));
	if (only.n) {
		VEC_PUSH(mem, &m->groups, only);
		return NULL;
	}
	if (!val_is(groups, VAL_LIST) || !val_len(groups))
		return err_new(mem, ERR_INVALID, "No keys found in file");
	if (val_len(groups) > MAX_GROUPS)
		return err_new(mem, ERR_LIMIT, "more than %d key groups", MAX_GROUPS);
	for (size_t i = 0; i < val_len(groups); i++) {
		struct sops_group g = {0};
		TRY(read_group(mem, val_at(groups, i), &g));
		VEC_PUSH(mem, &m->groups, g);
	}
	return NULL;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static err *read_rule(arena *mem, const val *from, struct sops_meta *m)
{
	static const char *const fields[] = {
		"unencrypted_suffix", "encrypted_suffix",	   "unencrypted_regex",
		"encrypted_regex",    "unencrypted_comment_regex", "encrypted_comment_regex"};
	size_t given = 0;
	m->rule = SOPS_UNENCRYPTED_SUFFIX;
	m->pattern = STR("_unencrypted");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		str pattern = weak_text(mem, val_get(from, fields[i]));
		if (!pattern.n)
			continue;
		m->rule = (enum sops_rule)i;
		m->pattern = pattern;
		given++;
	}
	if (given > 1)
		return err_new(mem, ERR_INVALID,
			       "Cannot use more than one of encrypted_suffix, unencrypted_suffix, "
			       "encrypted_regex, unencrypted_regex, encrypted_comment_regex, or "
			       "unencrypted_comment_regex in the same file");
	return NULL;
}

static err *read_meta(arena *mem, const val *from, struct sops_meta *m)
{
	TRY(read_time(mem, weak_text(mem, val_get(from, "lastmodified")), &m->last_modified));
	TRY(read_groups(mem, from, m));
	TRY(read_rule(mem, from, m));
	TRY(weak_int(mem, val_get(from, "shamir_threshold"), "shamir_threshold", &m->threshold));
	TRY(weak_bool(mem, val_get(from, "mac_only_encrypted"), "mac_only_encrypted",
		      &m->mac_only_encrypted));
	m->mac = weak_text(mem, val_get(from, "mac"));
	return NULL;
}

err *sops_meta_take(arena *mem, struct sops_docs *docs, enum sops_place place,
		    struct sops_meta *ret_meta)
{
	const struct sops_items *items = NULL;
	struct sops_meta m = {0};
	val *from;
	if (place == SOPS_FLAT)
		items = take_prefixed(mem, docs);
	else
		TRY(take_branch(mem, docs, &items));
	if (!items)
		return err_new(mem, ERR_INVALID, "sops metadata not found");
	if (place == SOPS_NESTED) {
		struct sops_value whole = {.kind = SOPS_BRANCH, .items = *items};
		from = to_val(mem, &whole);
	} else {
		TRY(sops_unflatten(mem, items, place == SOPS_SECTION, &from));
	}
	TRY(read_meta(mem, from, &m));
	*ret_meta = m;
	return NULL;
}
