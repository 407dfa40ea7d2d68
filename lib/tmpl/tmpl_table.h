/*
 * tmpl_table: all functions and methods, by their names.
 */
#ifndef SLUICE_TMPL_TABLE_H
#define SLUICE_TMPL_TABLE_H

#include "tmpl/tmpl_run.h"

extern const struct tmpl_library tmpl_table;

#endif
