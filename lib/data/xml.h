/*
 * xml: small XML documents of servers (listings, errors, credentials), read from front to back under limits. Pure; any
 * thread. Attributes, comments and instructions are passed over.
 * There are no declarations: a document with a DOCTYPE is refused, so no entity can be made up.
 */
#ifndef SLUICE_XML_H
#define SLUICE_XML_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define XML_MAX_DEPTH 32
#define XML_MAX_NAME 256		  /* bytes of a name */
#define XML_MAX_TEXT ((size_t)64 << 10)	  /* bytes of an element's own text */
#define XML_MAX_ELEMENTS ((size_t)400000) /* of a document */

/* An element whose end was just read. */
struct xml_element {
	const str *names; /* from the root to this one, with their prefixes */
	size_t depth;	  /* 0: the root */
	str text;	  /* its own text, blanks as they are; lives until the call returns */
};

/* Reads a document in UTF-8. each is told of every element at its end, children before their parents; an err of its own
 * ends the reading. ERR_INVALID: "XML: byte 17: …"; ERR_LIMIT. each may be NULL. */
err *xml_read(arena *mem, str bytes,
	      err *(*each)(void *arg, arena *mem, const struct xml_element *e), void *arg);

/* Is it this element, by the names from the root on ("Error", "Code"), whatever their prefixes? names are ended by NULL. */
bool xml_is(const struct xml_element *e, const char *const *names);

#endif
