#!/usr/bin/env python3
"""Prints kust_merge_table.c: the types of the built-in kinds, for strategic merges.

usage: kust_merge_table.py SWAGGER.json... > kust_merge_table.c

SWAGGER.json is the OpenAPI document that Kubernetes publishes for its version 1.21.2 (the one that
kustomize has built in), and the one of the Kustomization kinds; or only the map of their definitions.
"""
import json, sys

defs = {}
for path in sys.argv[1:]:
    with open(path) as f:
        doc = json.load(f)
    defs.update(doc.get("definitions", doc))

names, pool = {}, []


def name(text):
    if text not in names:
        names[text] = sum(len(x.encode()) + 1 for x in pool)
        pool.append(text)
    return names[text]


name("")
types, numbers, by_def, fields = [None, ("leaf",)], {("leaf",): 1}, {}, []
records = [None, dict(first=0, count=0, other=0, items=0, keys=0, is_list=0, merges=0)]


def keys_of(s):
    if "x-kubernetes-list-map-keys" in s:
        return ",".join(s["x-kubernetes-list-map-keys"])
    return s.get("x-kubernetes-patch-merge-key", "")


def resolve(s):
    """The number of a schema's type."""
    while "$ref" in s:
        target = s["$ref"].rsplit("/", 1)[1]
        if target not in defs:
            return 0
        if target in by_def:
            return by_def[target]
        s = defs[target]
        if "$ref" not in s:
            return build(s, target)
    return build(s, None)


def build(s, target):
    props = s.get("properties", {})
    other = s.get("additionalProperties")
    items = s.get("items")
    is_list = s.get("type") in ("array", ["array"])
    merges = "merge" in s.get("x-kubernetes-patch-strategy", "").split(",")
    if not props and not isinstance(other, dict) and not items and not is_list:
        if target:
            by_def[target] = 1
        return 1
    number = None
    if target:
        number = by_def[target] = len(records)
        records.append(None)
    own = sorted(((k.encode(), k, resolve(v)) for k, v in props.items()), key=lambda x: x[0])
    key = (tuple((k, t) for _, k, t in own), resolve(other) if isinstance(other, dict) else 0,
           resolve(items) if items and is_list else 0, keys_of(s) if merges else "", is_list, merges)
    if number is None:
        if key in numbers:
            return numbers[key]
        number = numbers[key] = len(records)
        records.append(None)
    first = len(fields)
    fields.extend((name(k), t) for _, k, t in own)
    records[number] = dict(first=first, count=len(own), other=key[1], items=key[2], keys=name(key[3]),
                           is_list=int(is_list), merges=int(merges))
    return number


kinds = {}
for d in sorted(defs):
    number = resolve({"$ref": "/" + d})
    for gvk in defs[d].get("x-kubernetes-group-version-kind", []):
        group = gvk.get("group", "")
        kinds[((group + "/" if group else "") + gvk["version"], gvk["kind"])] = number
kinds = sorted((a.encode(), k.encode(), name(a), name(k), t) for (a, k), t in kinds.items())
definitions = sorted((d.encode(), name(d), by_def[d]) for d in defs)

print("/*")
print(" * table: the types of the built-in kinds, for strategic merges. Made by kust_merge_table.py from the OpenAPI")
print(" * document of Kubernetes 1.21.2 (the schema that kustomize 5.8.1 has built in) and from the one of")
print(" * the Kustomization kinds; do not edit.")
print(" */")
print('#include "kust/kust_merge_schema.h"')
print()
print("static const char names[] =")
line = ""
for text in pool:
    part = text + "\\0"
    if len(line) + len(part) > 86:
        print('\t"' + line + '"')
        line = ""
    line += part
print('\t"' + line + '";')
print()


def table(declaration, rows):
    print("static const struct %s = {" % declaration)
    line = "\t"
    for row in rows:
        part = "{" + ", ".join(str(x) for x in row) + "},"
        if len(line) + len(part) > 92:
            print(line.rstrip())
            line = "\t"
        line += part + " "
    print(line.rstrip())
    print("};")
    print()


blank = (0,) * 7
table("merge_type types[]", [blank] + [tuple(r[k] for k in ("first", "count", "other", "items", "keys", "is_list", "merges"))
                                       for r in records[1:]])
table("merge_field fields[]", fields)
table("merge_kind kinds[]", [x[2:] for x in kinds])
table("merge_field definitions[]", [x[1:] for x in definitions])
print("const struct merge_tables merge_builtin = {")
for part in ("names", "types", "fields", "kinds", "definitions"):
    print("\t.%s = %s," % (part, part))
for part in ("names", "types", "fields", "kinds", "definitions"):
    print("\t.%s_n = sizeof(%s) / sizeof(*%s)," % (part, part, part))
print("};")
