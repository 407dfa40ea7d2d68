/*
 * tmpl_run: the state of a run: budgets, variables, where it is (for errors), names of templates, and
 * the stack. The engine's own; functions see it through tmpl_func.h.
 */
#ifndef SLUICE_TMPL_RUN_H
#define SLUICE_TMPL_RUN_H

#include "base/map.h"
#include "base/vec.h"
#include "tmpl/tmpl_late.h"
#include "tmpl/tmpl_node.h"
#include "tmpl/tmpl_options.h"
#include "tmpl/tmpl_parse.h"

/* What templates may call: given by tmpl_table. */
struct tmpl_library {
	tmpl_find *func;
	const struct tmpl_func *(*method)(enum tv_type type, str name);
};

/* The templates that can be named; those of a tpl text hide the outer ones. */
struct tmpl_names {
	const struct tmpl_names *outer;
	const struct map *trees; /* name to struct tmpl_tree */
	struct tmpl_late *late;	 /* files whose trees are not among them; NULL: none */
};

struct tmpl_var {
	str name;
	struct tv value;
};

enum tmpl_jump { JUMP_NONE, JUMP_BREAK, JUMP_CONTINUE };

struct tmpl_run {
	arena *mem;
	struct tmpl_options options;
	const struct tmpl_library *library;
	const struct tmpl_names *names;

	/* where it is */
	const struct tmpl_tree *tree;
	const struct tmpl_node *node;
	VEC(struct tmpl_var) vars;
	size_t vars_from; /* the variables of this template begin here */
	buf *out;
	enum tmpl_jump jump; /* on the way out of a loop's body */
	uint64_t depth;
	int tpl_depth;

	/* budgets */
	uint64_t steps, next_check, written;
	size_t memory_before;
	int64_t started, deadline;
	uintptr_t stack_from; /* the stack that is used now, and how much of it may be */
	size_t stack_room;

	/* kept for the functions */
	struct map includes;  /* name to int *: how often it is inside itself */
	struct map tpl_cache; /* text to struct tmpl_names of its trees */
	struct map regexes;   /* pattern to struct regex */
	VEC(buf *) spare;     /* output texts to be used again */
};

/* Fills *run; the options are copied. */
void tmpl_run_init(struct tmpl_run *run, arena *mem, const struct tmpl_library *library,
		   const struct tmpl_names *names, const struct tmpl_options *options);

/* The stack is counted from here on: called where a run enters the engine. */
void tmpl_run_here(struct tmpl_run *run);

/* "template: PLACE: executing NAME at <NODE>: …", at run->node; with a cause behind it. */
err *tmpl_run_fail(struct tmpl_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
err *tmpl_run_fail_as(struct tmpl_run *run, const err *cause, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What is left of the steps and the memory. */
void tmpl_run_left(const struct tmpl_run *run, uint64_t *ret_steps, uint64_t *ret_bytes);

/* Counts n steps; ERR_LIMIT, ERR_TIMEOUT or ERR_CANCELED when there shall be no more. */
err *tmpl_run_spend(struct tmpl_run *run, uint64_t n);
#define TMPL_STEP(run)                                                                             \
	do {                                                                                       \
		if (++(run)->steps >= (run)->next_check)                                           \
			TRY(tmpl_run_spend((run), 0));                                             \
	} while (0)

/* Adds to the output. */
err *tmpl_run_write(struct tmpl_run *run, str text);

/* The template of that name, NULL when there is none. An error is one of the syntax of a file that was put off. */
err *tmpl_run_tree(const struct tmpl_run *run, str name, const struct tmpl_tree **ret);

/* Is so much of the stack used that what calls deeper should get a new one? Then tmpl_run_deeper
 * calls fn(arg) on another thread with a stack of its own and waits for it. */
bool tmpl_run_is_deep(const struct tmpl_run *run);
err *tmpl_run_deeper(struct tmpl_run *run, err *(*fn)(void *arg), void *arg);

/* An empty text for output, and back when its content is not needed any more. */
buf *tmpl_run_buf(struct tmpl_run *run);
void tmpl_run_buf_done(struct tmpl_run *run, buf *b);

#endif
