/*
 * tmpl_url: urlParse and urlJoin, by the rules and error texts of Go's net/url.
 */
#ifndef SLUICE_TMPL_URL_H
#define SLUICE_TMPL_URL_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_url_funcs[];

#endif
