/* What lies beside an artifact as its signature by notation, in both forms of envelopes, under a policy that lets anybody sign and passes over all
 * that can be passed over; a policy; a certificate. */
#include <stdlib.h>

#include "notation/notation.h"
#include "notation/notation_cbor.h"
#include "notation/notation_name.h"

#define DIGEST "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
#define POLICY                                                                                     \
	"{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"all\",\"registryScopes\":[\"*\"],"    \
	"\"signatureVerification\":{\"level\":\"audit\"},\"trustStores\":[\"ca:a\",\"tsa:a\","     \
	"\"signingAuthority:a\"],\"trustedIdentities\":[\"x509.subject:C=US,ST=WA,O=x\"]}]}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct notation_trust trust = {.policy = NULL};
	const struct notation_statement *s;
	enum notation_verdict verdict;
	struct notation_policy *policy;
	struct x509_parts parts;
	struct cbor *item;
	if (notation_policy_read(mem, STR(POLICY), &trust.policy) ||
	    notation_policy_for(mem, trust.policy, "ghcr.io/org/app", &s))
		abort();
	notation_trust_cert(mem, &trust, in);
	notation_check(mem, &trust, s, "application/jose+json", in, DIGEST, 1700000000, &verdict);
	notation_check(mem, &trust, s, "application/cose", in, DIGEST, 1700000000, &verdict);
	notation_policy_read(mem, in, &policy);
	notation_name_read(mem, in, &parts);
	cbor_read(mem, in, &item);
	arena_close(mem);
	return 0;
}
