/*
 * tmpl_cert: sprig's functions for certificates: genCA, genSelfSignedCert, genSignedCert, the same with
 * a key given, buildCustomCert. Their value has the fields Cert and Key.
 */
#ifndef SLUICE_TMPL_CERT_H
#define SLUICE_TMPL_CERT_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_cert_funcs[];

#endif
