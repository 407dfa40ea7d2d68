#include "tmpl/tmpl_run.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/rune.h"

#define CHECK_EVERY 4096
#define STACK_FIRST ((size_t)384 << 10) /* of the caller's thread, which has at least 1 MiB */
#define STACK_MORE ((size_t)16 << 20)
#define STACK_RESERVE ((size_t)1 << 20) /* for what functions, parsers and printers need */

static uint64_t or_default(uint64_t limit, uint64_t otherwise)
{
	return limit ? limit : otherwise;
}

void tmpl_run_init(struct tmpl_run *run, arena *mem, const struct tmpl_library *library,
		   const struct tmpl_names *names, const struct tmpl_options *options)
{
	*run = (struct tmpl_run){.mem = mem, .library = library, .names = names};
	if (options)
		run->options = *options;
	struct tmpl_limits *limits = &run->options.limits;
	limits->steps = or_default(limits->steps, 200000000);
	limits->output = or_default(limits->output, UINT64_C(1) << 30);
	limits->memory = or_default(limits->memory, UINT64_C(1) << 30);
	limits->depth = or_default(limits->depth, 100000);
	if (limits->time <= 0)
		limits->time = 60 * CLOCK_SECOND;
	run->memory_before = arena_bytes(mem);
	run->started = clock_now();
	run->deadline = run->started + limits->time;
	run->next_check = CHECK_EVERY;
	run->includes = map_init(mem);
	run->tpl_cache = map_init(mem);
	run->regexes = map_init(mem);
}

void tmpl_run_here(struct tmpl_run *run)
{
	run->stack_from = (uintptr_t)__builtin_frame_address(0);
	run->stack_room = STACK_FIRST;
}

static char *where(struct tmpl_run *run, const char *text)
{
	if (!run->node)
		return arena_printf(run->mem, "template: %s: %s",
				    run->tree ? run->tree->name : "gotpl", text);
	buf b = buf_init(run->mem);
	tmpl_node_print(&b, run->node);
	return arena_printf(run->mem, "template: %s: executing %s at <%s>: %s",
			    tmpl_node_place(run->mem, run->tree, run->node),
			    rune_quoted(run->mem, str_of(run->tree->name)), buf_text(&b), text);
}

err *tmpl_run_fail(struct tmpl_run *run, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(run->mem, fmt, ap);
	va_end(ap);
	return err_new(run->mem, ERR_INVALID, "%s", where(run, text));
}

static err *check_memory(struct tmpl_run *run, uint64_t more)
{
	uint64_t limit = run->options.limits.memory;
	uint64_t used = arena_bytes(run->mem) - run->memory_before;
	if (more <= limit && used <= limit - more)
		return NULL;
	return err_new(run->mem, ERR_LIMIT, "the templates need more than %llu bytes of memory",
		       (unsigned long long)limit);
}

err *tmpl_run_fail_as(struct tmpl_run *run, const err *cause, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(run->mem, fmt, ap);
	va_end(ap);
	return err_wrap(run->mem, cause, "%s", where(run, text));
}

err *tmpl_run_spend(struct tmpl_run *run, uint64_t n)
{
	const struct tmpl_options *o = &run->options;
	run->steps += n;
	if (run->steps < run->next_check)
		return NULL;
	run->next_check = run->steps + CHECK_EVERY;
	if (run->steps > o->limits.steps)
		return err_new(run->mem, ERR_LIMIT, "the templates need more than %llu steps",
			       (unsigned long long)o->limits.steps);
	if (clock_now() > run->deadline)
		return err_new(run->mem, ERR_TIMEOUT, "the templates need longer than %llu ms",
			       (unsigned long long)(o->limits.time / CLOCK_MS));
	if (o->canceled && o->canceled(o->arg))
		return err_new(run->mem, ERR_CANCELED, "rendering was canceled");
	return check_memory(run, 0);
}

err *tmpl_charge(struct tmpl_call *c, uint64_t bytes)
{
	if (!c->run)
		return NULL;
	TRY(check_memory(c->run, bytes));
	return tmpl_run_spend(c->run, 1 + bytes / 64);
}

err *tmpl_spend(struct tmpl_call *c, uint64_t steps)
{
	return c->run ? tmpl_run_spend(c->run, steps) : NULL;
}

void tmpl_run_left(const struct tmpl_run *run, uint64_t *ret_steps, uint64_t *ret_bytes)
{
	const struct tmpl_limits *l = &run->options.limits;
	uint64_t used = arena_bytes(run->mem) - run->memory_before;
	*ret_steps = run->steps < l->steps ? l->steps - run->steps : 0;
	*ret_bytes = used < l->memory ? l->memory - used : 0;
}

err *tmpl_equal(struct tmpl_call *c, struct tv a, struct tv b, bool *ret)
{
	uint64_t most = 1 << 20, left = most;
	*ret = tv_equal(a, b, &left);
	if (!left)
		return err_new(c->mem, ERR_LIMIT, "values are too large to be compared");
	return most - left > 64 ? tmpl_spend(c, (most - left) / 8) : NULL;
}

err *tmpl_run_write(struct tmpl_run *run, str text)
{
	run->written += text.n;
	if (run->written > run->options.limits.output)
		return err_new(run->mem, ERR_LIMIT,
			       "the templates write more than %llu bytes of output",
			       (unsigned long long)run->options.limits.output);
	buf_add(run->out, text.p, text.n);
	return NULL;
}

err *tmpl_run_tree(const struct tmpl_run *run, str name, const struct tmpl_tree **ret)
{
	const struct tmpl_tree *found = NULL;
	for (const struct tmpl_names *n = run->names; n; n = n->outer) {
		const struct tmpl_tree *tree = map_get_str(n->trees, name);
		if (!tree && n->late)
			TRY(tmpl_late_tree(n->late, NULL, name, &tree));
		if (tree && (!found || tmpl_node_is_empty(found->root)))
			found = tree;
		if (found && !tmpl_node_is_empty(found->root))
			break;
	}
	*ret = found;
	return NULL;
}

bool tmpl_run_is_deep(const struct tmpl_run *run)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	size_t used = here < run->stack_from ? run->stack_from - here : here - run->stack_from;
	return used > run->stack_room;
}

struct deeper {
	struct tmpl_run *run;
	err *(*fn)(void *arg);
	void *arg;
	err *result;
};

static void *on_new_stack(void *arg)
{
	struct deeper *d = arg;
	d->run->stack_from = (uintptr_t)__builtin_frame_address(0);
	d->run->stack_room = STACK_MORE - STACK_RESERVE;
	d->result = d->fn(d->arg);
	return NULL;
}

err *tmpl_run_deeper(struct tmpl_run *run, err *(*fn)(void *arg), void *arg)
{
	struct deeper d = {run, fn, arg, NULL};
	uintptr_t from = run->stack_from;
	size_t room = run->stack_room;
	pthread_attr_t attr;
	pthread_t thread;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_MORE);
	int failed = pthread_create(&thread, &attr, on_new_stack, &d);
	pthread_attr_destroy(&attr);
	if (failed)
		return err_errno(run->mem, failed, "a stack for deeply nested templates");
	pthread_join(thread, NULL);
	run->stack_from = from;
	run->stack_room = room;
	return d.result;
}

buf *tmpl_run_buf(struct tmpl_run *run)
{
	if (run->spare.n)
		return run->spare.p[--run->spare.n];
	buf *b = NEW(run->mem, buf);
	*b = buf_init(run->mem);
	return b;
}

void tmpl_run_buf_done(struct tmpl_run *run, buf *b)
{
	buf_clear(b);
	VEC_PUSH(run->mem, &run->spare, b);
}
