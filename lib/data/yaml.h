/*
 * yaml: YAML texts to vals, with the rules of sigs.k8s.io/yaml (the reader of Kubernetes and Helm:
 * YAML 1.1 scalars, maps with text keys, everything else as JSON has it), and vals to YAML in that
 * library's form. Trees that keep comments and styles are yaml_node's business.
 */
#ifndef SLUICE_YAML_H
#define SLUICE_YAML_H

#include "base/buf.h"
#include "base/err.h"
#include "data/val.h"

#define YAML_MAX_BYTES ((size_t)64 << 20)
#define YAML_MAX_NODES ((size_t)4 << 20) /* after aliases are expanded */
#define YAML_MAX_DEPTH 1000

/* The documents of a stream, as a list; an empty document is a null. ERR_INVALID has the library's
 * text ("yaml: line N: …"), also for what JSON has no word for (.inf, a key that is null);
 * ERR_LIMIT for a ceiling above. An integer beyond 64 bits, or beyond the signed ones, is a float. */
err *yaml_parse_all(arena *mem, str text, val **ret_docs);

/* The first document of the text; null when there is none. Of equal keys the last counts. */
err *yaml_parse(arena *mem, str text, val **ret_v);

/* The same, but equal keys are errors. */
err *yaml_parse_strict(arena *mem, str text, val **ret_v);

/* The value of a tree that yaml_node_read_bare made, strictly. */
struct yaml_node;
err *yaml_of_node(arena *mem, struct yaml_node *n, val **ret_v);

/* A scalar as a key of JSON: true, 1.5, .inf; "" for null. */
str yaml_key_text(arena *mem, const val *key);

/* The order in which keys are printed: runs of digits compare as numbers, and letters come behind
 * everything else (go-yaml's keyList). Below 0, 0, above 0. */
int yaml_key_cmp(str a, str b);

/* Prints a value as sigs.k8s.io/yaml's Marshal does: keys in that order, block style, two spaces,
 * lines of 80 columns, a final newline. What Marshal refuses is printed all the same. */
void yaml_print(buf *b, const val *v);
char *yaml_text(arena *mem, const val *v);

/* The same with keys in the order of their bytes, for digests that Flux compares. */
char *yaml_text_by_bytes(arena *mem, const val *v);

/* The same, with Marshal's failures (ERR_INVALID): NaN and the infinities, U+007F and other
 * controls that a JSON text holds as they are. */
err *yaml_marshal(arena *mem, const val *v, char **ret_text);

#endif
