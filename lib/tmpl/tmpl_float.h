/*
 * tmpl_float: floating-point numbers as texts, as Go's strconv.FormatFloat writes them.
 */
#ifndef SLUICE_TMPL_FLOAT_H
#define SLUICE_TMPL_FLOAT_H

#include "base/buf.h"

/* verb e E f F g G x X b. A precision below 0 is the shortest text that reads back the same; 'g' then
 * has an exponent below 1e-4 and from 1e6 on, where %v of 100000 is 100000 and of a million 1e+06. */
void tmpl_float(buf *b, double f, char verb, int precision);

#endif
