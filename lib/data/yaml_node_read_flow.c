/* Collections in flow style: [ ] and { }. */
#include "data/yaml_node_read.h"

/* The value of a flow pair. When there is none its place is, in a list, the ':' itself. */
static err *read_flow_value(struct yaml_reader *r, uint8_t closer, bool in_list)
{
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	struct yaml_mark at = t->start;
	if (t->kind == TOK_VALUE) {
		TRY(yaml_read_next(r, &t));
		if (t->kind != TOK_FLOW_ENTRY && t->kind != closer)
			return yaml_read_child(r, false, false);
		if (!in_list)
			at = t->start;
	}
	return yaml_read_empty(r, at);
}

/* A flow pair's key, behind the KEY token, and its value. In a list the empty key's place is the
 * token's end, in a map its start. */
static err *read_flow_pair(struct yaml_reader *r, uint8_t closer, bool in_list)
{
	struct yaml_token *t;
	TRY(yaml_read_next(r, &t));
	if (t->kind != TOK_VALUE && t->kind != TOK_FLOW_ENTRY && t->kind != closer) {
		TRY(yaml_read_child(r, false, false));
	} else {
		struct yaml_mark at = in_list ? t->end : t->start;
		if (in_list)
			yaml_scan_skip(&r->scan);
		TRY(yaml_read_empty(r, at));
	}
	size_t key_at = r->open.n - 1;
	TRY(read_flow_value(r, closer, in_list));
	struct yaml_node *key = r->open.p[key_at], *value = r->open.p[key_at + 1];
	if (!yaml_read_foot(key).n && yaml_read_foot(value).n)
		yaml_read_move_foot(r, value, key);
	return NULL;
}

/* [a: b]: a map of one pair, without braces. */
static err *read_flow_single(struct yaml_reader *r, struct yaml_mark start)
{
	struct yaml_node *n;
	size_t mark = r->open.n;
	TRY(yaml_read_make(r, YN_MAP, start, &n));
	n->tag = YT_MAP;
	n->style = YN_FLOW;
	TRY(read_flow_pair(r, TOK_FLOW_LIST_END, true));
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	yaml_read_adopt(r, n, mark);
	VEC_PUSH(r->scan.work, &r->open, n);
	return NULL;
}

err *yaml_read_flow_list(struct yaml_reader *r, struct yaml_node *n)
{
	size_t mark = r->open.n;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	struct yaml_mark start = t->start;
	TRY(yaml_read_next(r, &t));
	while (t->kind != TOK_FLOW_LIST_END) {
		if (r->open.n > mark) {
			if (t->kind != TOK_FLOW_ENTRY)
				return yaml_read_error(r, start, t,
						       "did not find expected ',' or ']'");
			TRY(yaml_read_next(r, &t));
		}
		if (t->kind == TOK_KEY)
			TRY(read_flow_single(r, t->start));
		else if (t->kind != TOK_FLOW_LIST_END)
			TRY(yaml_read_child(r, false, false));
		else
			break;
		TRY(yaml_read_peek(r, &t));
	}
	yaml_read_end_comments(r, n);
	yaml_scan_skip(&r->scan);
	yaml_read_adopt(r, n, mark);
	return NULL;
}

err *yaml_read_flow_map(struct yaml_reader *r, struct yaml_node *n)
{
	size_t mark = r->open.n;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	struct yaml_mark start = t->start;
	TRY(yaml_read_next(r, &t));
	while (t->kind != TOK_FLOW_MAP_END) {
		if (r->open.n > mark) {
			if (t->kind != TOK_FLOW_ENTRY)
				return yaml_read_error(r, start, t,
						       "did not find expected ',' or '}'");
			TRY(yaml_read_next(r, &t));
		}
		if (t->kind == TOK_KEY) {
			TRY(read_flow_pair(r, TOK_FLOW_MAP_END, false));
		} else if (t->kind != TOK_FLOW_MAP_END) {
			/* a key alone */
			TRY(yaml_read_child(r, false, false));
			TRY(yaml_read_peek(r, &t));
			TRY(yaml_read_empty(r, t->start));
		} else {
			break;
		}
		TRY(yaml_read_peek(r, &t));
	}
	yaml_read_end_comments(r, n);
	yaml_scan_skip(&r->scan);
	yaml_read_adopt(r, n, mark);
	return NULL;
}
