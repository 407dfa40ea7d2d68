#include "ctl/policy.h"

enum policy policy_of(const err *e)
{
	switch (err_code(e)) {
	case ERR_WAIT:
		return POLICY_WAIT;
	case ERR_CANCELED:
		return POLICY_DROP;
	default:
		return POLICY_RETRY;
	}
}
