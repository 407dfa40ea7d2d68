#include "ctl/frame.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"
#include "base/rand.h"
#include "ctl/finalizer.h"

#define REQUESTED_AT "reconcile.fluxcd.io/requestedAt"
#define WRITE_TIME (30 * CLOCK_SECOND)
#define WRITE_TIME_CALLED_OFF (5 * CLOCK_SECOND) /* the program may be ending */
#define MESSAGE_IN_LOG 2000

struct pass {
	const struct pass_settings *s;
	struct reconcile *r; /* the kind's struct work */
	struct pass_result *result;
	const struct stage *failed; /* the stage that ended the pass; NULL: none */
};

const char *frame_requested_at(const val *obj)
{
	return val_as_text(VAL_IN(obj, "metadata", "annotations", REQUESTED_AT));
}

static bool is_deleted(const val *obj)
{
	return val_get(val_get(obj, "metadata"), "deletionTimestamp") != NULL;
}

static bool may_write(const struct pass *p)
{
	const struct frame *f = &p->s->frame;
	return !f->may_write || f->may_write(f->may_write_arg);
}

/* Telling. */

static void log_end(const struct pass *p, enum log_level level, const char *msg, const char *error)
{
	const struct reconcile *r = p->r;
	if (error)
		error = arena_printf(r->mem, "%.*s", MESSAGE_IN_LOG, error);
	int64_t took = clock_now() - r->began;
	log_line(level, r->kind->component, msg, "controllerKind", r->kind->name, "name", r->name,
		 "namespace", r->ns, "error", error, "duration",
		 duration_text(r->mem, duration_round(took, CLOCK_US)), NULL);
}

static const char *retry_text(const struct pass *p)
{
	int64_t after = p->result->after;
	if (!after)
		return "reconciliation failed, backing off";
	return arena_printf(p->r->mem, "reconciliation failed, next try in %s",
			    duration_text(p->r->mem, after));
}

static void tell_failure(const struct pass *p, enum policy policy, const char *reason,
			 const char *message)
{
	struct reconcile *r = p->r;
	const struct fault *f = &r->fault;
	enum event_severity severity = f->event;
	bool waits = policy == POLICY_WAIT;
	if (!severity)
		severity = waits ? EVENT_NONE : EVENT_ERROR;
	if (severity != EVENT_NONE && !f->silent)
		stage_event(r, severity, reason, "%s",
			    f->event_message ? f->event_message : message);
	if (waits)
		log_end(p, LOG_INFO, "waiting", message);
	else
		log_end(p, LOG_ERROR,
			policy == POLICY_STALL ? "reconciliation stalled" : retry_text(p), message);
}

/* Marking the outcome in the status. */

/* The pass does not count: conditions are as they were; what else the stages recorded stays. */
static void restore_conditions(struct reconcile *r)
{
	const val *was = VAL_IN(r->written, "status", "conditions");
	if (was)
		val_set(r->mem, r->status, "conditions", val_copy(r->mem, was));
	else
		val_del(r->status, "conditions");
}

static void mark_handled(struct reconcile *r)
{
	val_set_text(r->mem, r->status, "lastHandledReconcileAt", frame_requested_at(r->obj));
}

static void mark_observed(struct reconcile *r)
{
	val_set(r->mem, r->status, "observedGeneration", val_int(r->mem, r->generation));
}

static void sum_up(struct reconcile *r)
{
	if (r->kind->polarity)
		conditions_summary(r->mem, r->status, r->generation, r->kind->polarity);
}

static void mark_success(struct reconcile *r)
{
	stage_unset(r, CONDITION_RECONCILING);
	stage_unset(r, CONDITION_STALLED);
	if (r->kind->polarity)
		sum_up(r);
	else if (r->kind->ready_reason)
		stage_set(r, CONDITION_READY, CONDITION_TRUE, r->kind->ready_reason, "%s",
			  r->success ? r->success : "");
	mark_observed(r);
	mark_handled(r);
}

/* Progress that has not come to an end will be made again. */
static void mark_retrying(struct reconcile *r)
{
	if (!r->kind->own_progress && conditions_get(r->status, CONDITION_RECONCILING))
		stage_set(r, CONDITION_RECONCILING, CONDITION_TRUE, "ProgressingWithRetry", "%s",
			  conditions_message(r->status, CONDITION_RECONCILING));
}

static void mark_failure(struct reconcile *r, enum policy policy, const char *condition,
			 const char *reason, const char *message)
{
	bool stalls = policy == POLICY_STALL;
	if (stalls) {
		stage_set(r, CONDITION_STALLED, CONDITION_TRUE, reason, "%s", message);
		if (!r->fault.keep_generation)
			mark_observed(r);
	} else {
		/* what had stalled it stands, as in Flux, until progress is made again:
		 * to set Reconciling takes it back */
		mark_retrying(r);
	}
	if (!r->fault.no_condition && condition)
		stage_set(r, condition, CONDITION_TRUE, reason, "%s", message);
	if (!r->fault.no_condition && (!condition || !r->kind->polarity))
		stage_set(r, CONDITION_READY, CONDITION_FALSE, reason, "%s", message);
	sum_up(r);
	mark_handled(r);
}

/* A stage that has passed takes its negative condition back, unless a later one has the same. */
static void clear_passed(const struct pass *p)
{
	const struct stage *stages = p->r->kind->stages;
	if (p->failed && !p->failed->run)
		return; /* it failed before the stages */
	for (const struct stage *s = stages; s->run && s != p->failed; s++) {
		bool still = false;
		for (const struct stage *f = p->failed; f && f->run; f++)
			still = still || text_eq(f->condition, s->condition);
		if (s->condition && !still)
			stage_unset(p->r, s->condition);
	}
}

/* Writes the status with time of its own: also a pass that was called off leaves a true status. */
static err *write_status(struct pass *p)
{
	struct reconcile *r = p->r;
	ctx own, *pass_ctx = r->ctx;
	bool called_off = ctx_check(pass_ctx) != NULL;
	int64_t time = called_off ? WRITE_TIME_CALLED_OFF : WRITE_TIME;
	ctx_init(&own, r->mem, pass_ctx->loop, clock_now() + time);
	r->ctx = &own;
	err *e = stage_publish(r);
	r->ctx = pass_ctx;
	ctx_done(&own);
	return e;
}

static void end_written(struct pass *p)
{
	err *e = write_status(p);
	p->result->obj = p->r->written;
	if (!e)
		return;
	p->result->end = e->code == ERR_CANCELED ? PASS_DROPPED : PASS_FAILED;
	p->result->after = 0;
	p->result->error = err_text(p->r->mem, e);
	log_end(p, LOG_ERROR, "writing the status failed, backing off", p->result->error);
}

/* The ways in which a pass ends. */

static void end_success(struct pass *p)
{
	struct reconcile *r = p->r;
	p->result->end = PASS_DONE;
	p->result->after = r->after	 ? r->after
			   : r->interval ? rand_jitter(r->interval, p->s->jitter)
					 : 0;
	clear_passed(p);
	mark_success(r);
	/* all stages passed, and yet the sum is not good: something was left that is tried again */
	if (r->kind->polarity && !conditions_is(r->status, CONDITION_READY, CONDITION_TRUE)) {
		p->result->end = PASS_FAILED;
		p->result->after = 0;
		p->result->error = conditions_message(r->status, CONDITION_READY);
	}
	end_written(p);
	if (p->result->end == PASS_DONE)
		log_end(p, LOG_INFO, r->success ? r->success : "reconciliation finished", NULL);
}

static void end_parked(struct pass *p)
{
	p->result->end = PASS_PARKED;
	if (p->r->quietly)
		p->result->obj = p->r->written;
	else
		end_written(p);
}

static void end_dropped(struct pass *p, const char *why)
{
	restore_conditions(p->r);
	p->result->end = PASS_DROPPED;
	p->result->error = why;
	(void)write_status(p);
	p->result->obj = p->r->written;
	log_end(p, LOG_INFO, "reconciliation called off", why);
}

static int64_t after_failure(const struct pass *p, enum policy policy)
{
	const struct reconcile *r = p->r;
	if (r->fault.after)
		return r->fault.after;
	if (policy == POLICY_WAIT)
		return p->s->requeue_dependency;
	return policy == POLICY_RETRY ? r->retry : 0;
}

static void end_failed(struct pass *p, const err *e)
{
	struct reconcile *r = p->r;
	const struct fault *f = &r->fault;
	enum policy policy = f->policy ? f->policy : policy_of(e);
	/* whatever a stage made of it, a pass that was called off has not failed */
	if (policy == POLICY_DROP || (e->code == ERR_CANCELED && ctx_check(r->ctx))) {
		end_dropped(p, err_text(r->mem, e));
		return;
	}
	const char *reason = f->reason		 ? f->reason
			     : p->failed->reason ? p->failed->reason
						 : "Failed";
	const char *condition = f->condition ? f->condition : p->failed->condition;
	if (condition && !*condition)
		condition = NULL;
	const char *message = f->message ? f->message : err_text(r->mem, e);
	p->result->error = message;
	p->result->stalled = policy == POLICY_STALL;
	p->result->after = p->result->stalled ? 0 : after_failure(p, policy);
	p->result->end = p->result->stalled	 ? PASS_DONE
			 : policy == POLICY_WAIT ? PASS_WAITS
						 : PASS_FAILED;
	clear_passed(p);
	mark_failure(r, policy, condition, reason, message);
	tell_failure(p, policy, reason, message);
	end_written(p);
}

static void end_suspended(struct pass *p)
{
	struct reconcile *r = p->r;
	p->result->end = PASS_DONE;
	bool settled = r->kind->polarity
			       ? val_len(val_get(r->status, "conditions")) > 0
			       : conditions_is(r->status, CONDITION_READY, CONDITION_TRUE);
	if (settled || r->kind->observes_suspended)
		mark_observed(r);
	if (settled && !r->kind->polarity && !r->kind->own_progress)
		stage_unset(r, CONDITION_RECONCILING);
	mark_retrying(r);
	mark_handled(r);
	sum_up(r);
	end_written(p);
}

/* What comes before the stages. */

static void end_deletion(struct pass *p, const err *e)
{
	struct reconcile *r = p->r;
	if (r->parked) {
		end_parked(p);
		return;
	}
	if (e) {
		p->result->end = e->code == ERR_CANCELED ? PASS_DROPPED : PASS_FAILED;
		p->result->error = err_text(r->mem, e);
		p->result->after = r->fault.after;
		if (p->result->end == PASS_FAILED)
			tell_failure(p, POLICY_RETRY, r->fault.reason ? r->fault.reason : "Failed",
				     r->fault.message ? r->fault.message : p->result->error);
		return;
	}
	p->result->end = PASS_GONE;
	log_end(p, LOG_INFO, "deleted", NULL);
}

static void delete_object(ctx *c, struct pass *p)
{
	struct reconcile *r = p->r;
	const struct kind *k = r->kind;
	if (k->no_finalizer || !finalizer_has(r->obj, FINALIZER)) {
		p->result->end = PASS_GONE;
		return;
	}
	if (!may_write(p)) {
		p->result->end = PASS_DROPPED;
		return;
	}
	err *e = k->finalize ? k->finalize(c, r) : NULL;
	if (!e && !r->parked)
		e = finalizer_remove(c, &p->s->frame.target, r->obj, FINALIZER);
	end_deletion(p, e);
}

static err *clear_status(ctx *c, struct pass *p)
{
	const struct status_target *t = &p->s->frame.target;
	const val *status = val_get(p->r->obj, "status");
	val *body = val_map(c->mem), *nothing = val_map(c->mem), *got;
	for (uint32_t i = 0; val_is(status, VAL_MAP) && i < status->map.n; i++)
		val_set_str(c->mem, nothing, status->map.p[i].key, val_null(c->mem));
	val_set(c->mem, body, "status", nothing);
	TRY(client_patch(c, t->client, t->resource, p->r->ns, p->r->name, "status", PATCH_MERGE,
			 body, t->manager, &got));
	if (t->cache)
		cache_put(t->cache, got);
	p->r->obj = got;
	return NULL;
}

/* An object that only others read: what is left of another time goes. */
static void settle_static(ctx *c, struct pass *p)
{
	struct reconcile *r = p->r;
	bool marked = finalizer_has(r->obj, FINALIZER);
	if (!marked && !val_len(r->status))
		return;
	if (!may_write(p)) {
		p->result->end = PASS_DROPPED;
		return;
	}
	err *e = marked && r->kind->finalize ? r->kind->finalize(c, r) : NULL;
	if (!e && val_len(val_get(r->obj, "status")))
		e = clear_status(c, p);
	if (!e && marked)
		e = finalizer_remove(c, &p->s->frame.target, r->obj, FINALIZER);
	p->result->obj = r->obj;
	if (!e)
		return;
	p->result->end = e->code == ERR_CANCELED ? PASS_DROPPED : PASS_FAILED;
	p->result->error = err_text(r->mem, e);
	log_end(p, LOG_ERROR, "reconciliation failed, backing off", p->result->error);
}

static bool keep_finalizer(ctx *c, struct pass *p)
{
	struct reconcile *r = p->r;
	if (r->kind->no_finalizer || finalizer_has(r->obj, FINALIZER))
		return true;
	err *e = may_write(p) ? finalizer_add(c, &p->s->frame.target, r->obj, FINALIZER, &r->obj)
			      : err_new(r->mem, ERR_CANCELED, "another program leads");
	if (!e) {
		r->written = r->obj;
		return true;
	}
	p->result->error = err_text(r->mem, e);
	p->result->end = e->code == ERR_NOT_FOUND  ? PASS_GONE
			 : e->code == ERR_CANCELED ? PASS_DROPPED
						   : PASS_FAILED;
	if (p->result->end == PASS_FAILED)
		log_end(p, LOG_ERROR, "reconciliation failed, backing off", p->result->error);
	return false;
}

/* A new pass over a source begins with a word in Reconciling; Ready is only unsettled by a new
 * generation, so that a poll without news does not make it flap. */
static void begin_progress(struct reconcile *r)
{
	int64_t seen = val_as_int(val_get(r->status, "observedGeneration"), 0);
	bool moved = seen != r->generation;
	const char *text = "reconciliation in progress";
	if (moved)
		text = arena_printf(r->mem, "processing object: new generation %lld -> %lld",
				    (long long)seen, (long long)r->generation);
	stage_set(r, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing", "%s", text);
	const char *ready = conditions_state(r->status, CONDITION_READY);
	if (moved || !*ready || text_eq(ready, CONDITION_UNKNOWN))
		stage_set(r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing", "%s", text);
}

static err *run_stages(ctx *c, struct pass *p)
{
	struct reconcile *r = p->r;
	const struct stage *stage = r->kind->stages;
	if (r->resumed) {
		stage += wait_stage(r->resumed);
		p->failed = stage;
		if (r->kind->resume)
			TRY(r->kind->resume(c, r));
	}
	for (; stage->run && !r->finished; stage++) {
		p->failed = stage;
		r->stage = (size_t)(stage - r->kind->stages);
		TRY(ctx_check(c));
		TRY(stage->run(c, r));
	}
	p->failed = NULL;
	return NULL;
}

static void reconcile(ctx *c, struct pass *p)
{
	struct reconcile *r = p->r;
	if (r->kind->polarity && !r->resumed)
		begin_progress(r);
	err *e = run_stages(c, p);
	if (e && r->parked) {
		end_parked(p);
		return;
	}
	if (r->kind->finish)
		r->kind->finish(r, e);
	if (e)
		end_failed(p, e);
	else
		end_success(p);
}

static err *decode(struct reconcile *r)
{
	void *spec = arena_alloc(r->mem, r->kind->spec_size);
	r->spec = spec;
	TRY(fields_decode(r->mem, r->kind->spec, val_get(r->obj, "spec"), "spec", spec));
	return r->kind->begin ? r->kind->begin(r) : NULL;
}

static struct reconcile *make_work(ctx *c, const struct pass_settings *s, const val *obj,
				   const struct wait *resumed)
{
	struct reconcile *r = arena_alloc(c->mem, s->kind->work_size);
	int64_t generation = val_as_int(VAL_IN(obj, "metadata", "generation"), 0);
	bool off = resumed && (wait_called_off(resumed) || wait_generation(resumed) != generation);
	struct frame *frame = NEW(c->mem, struct frame);
	*frame = s->frame;
	frame->component = s->kind->component;
	const val *metadata = val_get(obj, "metadata"), *status = val_get(obj, "status");
	*r = (struct reconcile){
		.ctx = c,
		.mem = c->mem,
		.house = s->house,
		.controller = s->controller,
		.kind = s->kind,
		.client = s->frame.target.client,
		.obj = obj,
		.ns = val_text_or(val_get(metadata, "namespace"), ""),
		.name = val_text_or(val_get(metadata, "name"), ""),
		.uid = val_text_or(val_get(metadata, "uid"), ""),
		.generation = generation,
		.status = val_is(status, VAL_MAP) ? val_copy(c->mem, status) : val_map(c->mem),
		.resumed = off ? NULL : resumed,
		.called_off = off ? resumed : NULL,
		.began = clock_now(),
		.frame = frame,
		.written = obj,
	};
	const char *requested = frame_requested_at(obj);
	r->requested = requested &&
		       !text_eq(requested, val_as_text(val_get(status, "lastHandledReconcileAt")));
	return r;
}

void frame_pass(ctx *c, const struct pass_settings *s, const val *obj, const struct wait *resumed,
		struct pass_result *ret_result)
{
	static const struct stage reading = {"reading the spec", NULL, "InvalidSpec", NULL};
	*ret_result = (struct pass_result){.end = PASS_DONE, .obj = obj};
	struct pass p = {.s = s, .r = make_work(c, s, obj, resumed), .result = ret_result};
	struct reconcile *r = p.r;
	err *e = decode(r);
	if (!e && r->called_off && r->kind->call_off)
		(void)!r->kind->call_off(c, r);
	if (is_deleted(obj)) {
		delete_object(c, &p);
	} else if (r->kind->is_static && r->kind->is_static(obj)) {
		if (!r->suspend)
			settle_static(c, &p);
	} else if (!keep_finalizer(c, &p)) {
		;
	} else if (r->suspend) {
		end_suspended(&p);
	} else if (e) {
		p.failed = &reading;
		if (!r->fault.policy)
			r->fault.policy = POLICY_STALL;
		end_failed(&p, e);
	} else {
		reconcile(c, &p);
	}
	ret_result->wait = r->wait;
	ret_result->saw = r->saw;
}
