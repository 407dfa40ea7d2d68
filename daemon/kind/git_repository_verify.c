#include "kind/git_repository_verify.h"

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/conditions.h"
#include "source/verify.h"

#define MODE_TAG "Tag"
#define MODE_BOTH "TagAndHEAD"
#define MODE_HEAD "HEAD"

/* "head" is what old manifests say. */
static const char *mode_of(const struct git_repository *g)
{
	const char *mode = g->verify->mode;
	return text_eq(mode, MODE_TAG) || text_eq(mode, MODE_BOTH) ? mode : MODE_HEAD;
}

bool git_repository_verifies_tag(const struct git_repository *g)
{
	return g->verify && !text_eq(mode_of(g), MODE_HEAD);
}

bool git_repository_unverified(const struct reconcile *r, const struct git_repository *g)
{
	const char *seen = val_as_text(val_get(r->status, "sourceVerificationMode"));
	if (!g->verify)
		return false;
	return !seen || (!text_eq(seen, MODE_BOTH) && !text_eq(seen, mode_of(g)));
}

static err *refuse(struct reconcile *r, err *e, const char *reason, enum policy policy)
{
	stage_set(r, SOURCE_VERIFIED, CONDITION_FALSE, reason, "%s", err_text(r->mem, e));
	struct fault fault = {.policy = policy, .reason = reason, .no_condition = true};
	return stage_fault(r, e, fault);
}

/* Keys by the ends of their names; any other name is one of PGP. */
static err *read_keys(ctx *c, struct reconcile *r, const char *secret, struct verify_keys *keys)
{
	val *data;
	err *e = source_secret(c, r, secret, &data);
	if (e)
		return refuse(r, err_wrap(c->mem, e, "public keys secret error"),
			      "VerificationError", POLICY_DEFAULT);
	str *rings = NEW_N(c->mem, str, val_len(data));
	str *authorized = NEW_N(c->mem, str, val_len(data));
	*keys = (struct verify_keys){
		.rings = rings, .authorized = authorized, .now = clock_wall() / CLOCK_SECOND};
	for (size_t i = 0; i < val_len(data); i++) {
		str text = val_as_str(data->map.p[i].value);
		if (str_ends(data->map.p[i].key, STR(".sshpub")))
			authorized[keys->n_authorized++] = text;
		else
			rings[keys->n_rings++] = text;
	}
	return NULL;
}

/* "v1.0.0@<id>", or the name alone of a lightweight tag. */
static const char *tag_text(arena *mem, const struct repo_commit *commit,
			    const struct verify_object *o)
{
	if (!commit->tag_id)
		return commit->tag;
	return arena_printf(mem, "%.*s@%s", STR_ARG(o->name), commit->tag_id);
}

static err *check_tag(ctx *c, struct reconcile *r, struct repo *repo,
		      const struct verify_keys *keys, buf *said)
{
	const struct repo_commit *commit = repo_commit(repo);
	struct verify_object o = {.name = {NULL, 0}};
	const char *key;
	str bytes;
	if (!commit->tag)
		return refuse(
			r,
			err_new(c->mem, ERR_INVALID,
				"cannot verify tag object's signature if a tag reference is not "
				"specified"),
			"InvalidVerificationMode", POLICY_STALL);
	if (commit->tag_id) {
		TRY(repo_object(c, repo, commit->tag_id, "tag", &bytes));
		verify_split_tag(c->mem, bytes, &o);
	}
	const char *tag = tag_text(c->mem, commit, &o);
	if (!o.signature.n)
		return refuse(r,
			      err_new(c->mem, ERR_INVALID,
				      "cannot verify signature of tag '%s' since it is not signed",
				      tag),
			      "InvalidGitObject", POLICY_DEFAULT);
	err *e = verify_check(c->mem, &o, "tag", keys, &key);
	if (e)
		return refuse(r,
			      err_wrap(c->mem, e, "signature verification of tag '%s' failed", tag),
			      "InvalidTagSignature", POLICY_DEFAULT);
	buf_printf(said, "\n\t- tag '%s' with key '%s'", tag, key);
	return NULL;
}

static err *check_commit(ctx *c, struct reconcile *r, struct repo *repo,
			 const struct verify_keys *keys, buf *said)
{
	const char *id = repo_commit(repo)->id, *key;
	struct verify_object o;
	str bytes;
	TRY(repo_object(c, repo, id, "commit", &bytes));
	verify_split_commit(c->mem, bytes, &o);
	err *e = verify_check(c->mem, &o, "commit", keys, &key);
	if (e)
		return refuse(
			r, err_wrap(c->mem, e, "signature verification of commit '%s' failed", id),
			"InvalidCommitSignature", POLICY_DEFAULT);
	buf_printf(said, "\n\t- commit '%s' with key '%s'", id, key);
	return NULL;
}

static bool told_before(const struct reconcile *r, const char *message)
{
	const val *was = val_get(r->obj, "status");
	return conditions_is(was, SOURCE_VERIFIED, CONDITION_TRUE) &&
	       text_eq(conditions_message(was, SOURCE_VERIFIED), message);
}

err *git_repository_verify(ctx *c, struct reconcile *r, const struct git_repository *g,
			   struct repo *repo, bool again)
{
	struct verify_keys keys;
	buf said = buf_init(c->mem);
	if (!g->verify) {
		val_del(r->status, "sourceVerificationMode");
		stage_unset(r, SOURCE_VERIFIED);
		return NULL;
	}
	TRY(read_keys(c, r, g->verify->secret->name, &keys));
	buf_text_add(&said, "verified signature of");
	if (git_repository_verifies_tag(g))
		TRY(check_tag(c, r, repo, &keys, &said));
	if (!text_eq(mode_of(g), MODE_TAG))
		TRY(check_commit(c, r, repo, &keys, &said));
	const char *message = buf_text(&said);
	val_set_text(c->mem, r->status, "sourceVerificationMode", mode_of(g));
	stage_set(r, SOURCE_VERIFIED, CONDITION_TRUE, "Succeeded", "%s", message);
	if (!again || !told_before(r, message))
		stage_event(r, EVENT_TRACE, "Succeeded", "%s", message);
	return NULL;
}
