#include "ctl/stage.h"

#include "base/clock.h"
#include "ctl/conditions.h"

#define LASTING (500 * CLOCK_MS) /* a pass this old shows its progress in the status */

err *stage_fault(struct reconcile *r, err *e, struct fault f)
{
	if (e)
		r->fault = f;
	return e;
}

err *stage_publish(struct reconcile *r)
{
	struct frame *f = r->frame;
	if (f->may_write && !f->may_write(f->may_write_arg))
		return err_new(r->mem, ERR_CANCELED, "another program leads");
	conditions_settle(r->mem, r->status, val_get(r->written, "status"));
	return status_write(r->ctx, &f->target, r->written, r->status, &r->written);
}

void stage_progress(struct reconcile *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *message = arena_vprintf(r->mem, fmt, ap);
	va_end(ap);
	conditions_set(r->mem, r->status, r->generation, CONDITION_RECONCILING, CONDITION_TRUE,
		       "Progressing", message);
	/* a failure to show it is not one of the pass */
	if (clock_now() - r->began >= LASTING)
		(void)stage_publish(r);
}

void stage_event(struct reconcile *r, enum event_severity severity, const char *reason,
		 const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct event ev = {.obj = r->obj,
			   .severity = severity,
			   .reason = reason,
			   .message = arena_vprintf(r->mem, fmt, ap),
			   .component = r->frame->component,
			   .annotations = r->annotations};
	va_end(ap);
	event_emit(r->frame->events, &ev);
}

void stage_set(struct reconcile *r, const char *type, const char *state, const char *reason,
	       const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	conditions_set(r->mem, r->status, r->generation, type, state, reason,
		       arena_vprintf(r->mem, fmt, ap));
	va_end(ap);
}

void stage_unset(struct reconcile *r, const char *type)
{
	conditions_del(r->status, type);
}

struct wait *stage_wait(struct reconcile *r, int64_t deadline, const val *resume)
{
	if (!r->wait) {
		r->wait = wait_open(deadline, resume);
		wait_mark(r->wait, r->stage, r->generation);
	}
	return r->wait;
}

err *stage_pause(struct reconcile *r, int64_t longest)
{
	stage_wait(r, clock_now() + longest, NULL);
	r->quietly = true;
	return stage_park(r);
}

err *stage_park(struct reconcile *r)
{
	r->parked = true;
	return err_new(r->mem, ERR_WAIT, "waiting");
}
