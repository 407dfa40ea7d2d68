/*
 * pktline: the framing of Git's protocols: packets of up to 65520 bytes with four hexadecimal digits of
 * length before them, and what servers say in them: references and capabilities. Pure.
 */
#ifndef SLUICE_PKTLINE_H
#define SLUICE_PKTLINE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#define PKT_MAX 65520

enum pkt_kind { PKT_DATA, PKT_FLUSH, PKT_DELIM, PKT_END };

struct pkt {
	enum pkt_kind kind;
	str data; /* of PKT_DATA, without the length */
};

/* Takes a packet off *rest. False when it does not hold a whole one yet; *ret_bad is set for a length that no
 * packet can have. */
bool pkt_next(str *rest, struct pkt *ret_pkt, bool *ret_bad);

/* The data without a newline at its end. */
str pkt_line(const struct pkt *p);

/* Adds a packet with that text. */
void pkt_add(buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pkt_flush(buf *b);
void pkt_delim(buf *b);

/* A reference of the other side. */
struct pkt_ref {
	const char *name; /* "refs/heads/main", "HEAD" */
	const char *id;	  /* 40 hexadecimal digits */
	const char
		*peeled; /* what an annotated tag points to in the end; NULL for other references */
};

struct pkt_refs {
	struct pkt_ref *p;
	size_t n, cap;
};

#define PKT_REFS_MAX 1000000

/* The answer to GET info/refs?service=git-upload-pack. Version 2: only capabilities; versions 0 and 1: the references
 * too. ERR_INVALID when it is no such answer, with what the server said (ERR packets: ERR_FAILED). */
struct pkt_advert {
	int version;
	struct pkt_refs refs;
	const char *capabilities; /* version 0: parted by blanks; version 2: one a line */
};
err *pkt_read_advert(arena *mem, str body, struct pkt_advert *ret_advert);

/* "thin-pack", or in version 2 "fetch": is the capability there; the value behind its "=". */
bool pkt_has(const struct pkt_advert *a, const char *capability);
const char *pkt_value(arena *mem, const struct pkt_advert *a, const char *capability);

/* The answer to ls-refs of version 2. */
err *pkt_read_refs(arena *mem, str body, struct pkt_refs *ret_refs);

/* Is it 40 hexadecimal digits? */
bool pkt_is_id(str text);

#endif
