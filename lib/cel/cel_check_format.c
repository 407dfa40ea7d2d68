#include "cel/cel_check_format.h"

#include <string.h>

#include "cel/cel_format.h"
#include "cel/cel_type.h"

/* The kind of the values of a type; CEL_ERROR: of any kind. */
static enum cel_kind value_kind(const cel_type *t)
{
	static const enum cel_kind kinds[] = {
		[CEL_TYPE_ERROR] = CEL_ERROR,	    [CEL_TYPE_DYN] = CEL_ERROR,
		[CEL_TYPE_ANY] = CEL_OPTIONAL,	    [CEL_TYPE_PARAM] = CEL_ERROR,
		[CEL_TYPE_NULL] = CEL_NULL,	    [CEL_TYPE_BOOL] = CEL_BOOL,
		[CEL_TYPE_INT] = CEL_INT,	    [CEL_TYPE_UINT] = CEL_UINT,
		[CEL_TYPE_DOUBLE] = CEL_DOUBLE,	    [CEL_TYPE_STRING] = CEL_STRING,
		[CEL_TYPE_BYTES] = CEL_BYTES,	    [CEL_TYPE_TIMESTAMP] = CEL_TIMESTAMP,
		[CEL_TYPE_DURATION] = CEL_DURATION, [CEL_TYPE_LIST] = CEL_LIST,
		[CEL_TYPE_MAP] = CEL_MAP,	    [CEL_TYPE_TYPE] = CEL_TYPE,
		[CEL_TYPE_OPTIONAL] = CEL_OPTIONAL,
	};
	return kinds[t->kind];
}

/* The part of an argument that the clause does not take; NULL: it takes all. */
static const cel_node *misfit(const cel_node *n, char verb, const char **ret_words)
{
	if (!cel_format_takes(verb, value_kind(n->type), ret_words))
		return n;
	if (verb != 's' || (n->kind != CEL_NODE_LIST && n->kind != CEL_NODE_MAP))
		return NULL;
	for (size_t i = 0; i < n->n; i++) {
		const cel_node *bad = misfit(n->args[i], verb, ret_words);
		if (bad)
			return bad;
	}
	return NULL;
}

/* The clause at the '%'; where it ends, 0 after a fault. */
static size_t check_clause(arena *mem, struct cel_source *source, const cel_node *call, size_t at,
			   size_t used)
{
	str format = call->target->literal->s;
	const cel_node *list = call->args[0];
	const char *fault;
	char verb;
	int64_t precision;
	if (at + 1 == format.n) {
		cel_fault_add(mem, source, call->offset, "unexpected end of string");
		return 0;
	}
	if (used >= list->n) {
		cel_fault_add(mem, source, call->offset, "index %zu out of range", used);
		return 0;
	}
	size_t end = cel_format_clause(mem, format, at, &verb, &precision, &fault);
	if (!end) {
		cel_fault_add(mem, source, call->offset, "%s", fault);
		return 0;
	}
	const cel_node *bad = misfit(list->args[used], verb, &fault);
	if (!bad)
		return end;
	cel_fault_add(mem, source, bad->offset, "error during formatting: %s, was given %s", fault,
		      cel_type_name(value_kind(bad->type)));
	return 0;
}

void cel_check_format(arena *mem, struct cel_source *source, const cel_node *call)
{
	if (strcmp(call->name, "format") || !call->target || call->n != 1 ||
	    call->target->kind != CEL_NODE_LITERAL || call->args[0]->kind != CEL_NODE_LIST ||
	    !cel_is(call->target->literal, CEL_STRING))
		return;
	str format = call->target->literal->s;
	size_t used = 0;
	for (size_t i = 0; i < format.n;) {
		if (format.p[i] != '%') {
			i++;
		} else if (i + 1 < format.n && format.p[i + 1] == '%') {
			i += 2;
		} else {
			i = check_clause(mem, source, call, i, used++);
			if (!i)
				return;
		}
	}
	if (call->args[0]->n > used)
		cel_fault_add(
			mem, source, call->offset,
			"too many arguments supplied to string.format (expected %zu, got %zu)",
			used, call->args[0]->n);
}
