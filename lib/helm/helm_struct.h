/*
 * helm_struct: Helm's structs as Go's encoding/json prints them: fields in the order of the struct, empty
 * ones left out where their tags say so, times without zeros at their end. Private to helm/.
 */
#ifndef SLUICE_HELM_STRUCT_H
#define SLUICE_HELM_STRUCT_H

#include "data/val.h"

/* How a field is printed. All but the KEPT ones are left out when they are empty. */
enum struct_form {
	STRUCT_PLAIN,
	STRUCT_KEPT_TEXT, /* "" stays */
	STRUCT_KEPT_TIME, /* year 1 stays */
	STRUCT_KEPT,	  /* a null stays */
	STRUCT_TIME,
	STRUCT_SORTED, /* a map of anything: keys by bytes, at all depths */
	STRUCT_RECORD, /* another struct */
	STRUCT_KEPT_RECORD,
	STRUCT_NULL_RECORD, /* a null when it is absent */
	STRUCT_RECORDS,	    /* a list of structs */
	STRUCT_KEPT_RECORDS,
};

struct struct_field {
	const char *name; /* NULL ends a table */
	enum struct_form form;
	const struct struct_field *fields; /* of RECORD and RECORDS */
};

extern const struct struct_field struct_info[], struct_metadata[], struct_hook[], struct_release[];

/* v's fields as the struct has them; fields that the struct does not know are gone. */
val *struct_record(arena *mem, const val *v, const struct struct_field *fields);

/* A map's copy, or any value's, with its keys sorted. */
val *struct_sorted(arena *mem, const val *v);

/* A time as Go prints it again; NULL for none, or for that of year 1. */
const char *struct_time(arena *mem, const val *v);

#endif
