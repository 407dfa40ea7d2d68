/*
 * oci_fault: what a registry says about a failure, as texts for people. Pure. The form is that of
 * go-containerregistry, whose texts Flux's users know.
 */
#ifndef SLUICE_OCI_FAULT_H
#define SLUICE_OCI_FAULT_H

#include "base/str.h"

#define OCI_FAULT_MAX ((size_t)1 << 10)	      /* bytes of foreign text that are quoted */
#define OCI_FAULT_BODY_MAX ((size_t)64 << 10) /* bytes of an error answer that are looked at */

/* "MANIFEST_UNKNOWN: manifest unknown; map[Tag:1.2]" out of {"errors": [{code, message, detail}]}, or "unexpected
 * status code 502 Bad Gateway: …". head: the answer to a HEAD, which has no body. */
char *oci_fault_text(arena *mem, int status, bool head, str body);

#endif
