#include "table.h"

#include "apply/refusal.h"

/* As an API server of 1.36 words them. */
static const char *const immutable[] = {
	"Secret \"s\" is invalid: type: Invalid value: \"b\": field is immutable",
	"RoleBinding.rbac.authorization.k8s.io \"rb\" is invalid: roleRef: Invalid value: "
	"{}: cannot change roleRef",
	"Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: []: may not change once set",
	"StatefulSet.apps \"st\" is invalid: spec: Forbidden: updates to statefulset spec for "
	"fields "
	"other than 'replicas' are forbidden",
	"StorageClass.storage.k8s.io \"x\" is invalid: provisioner: Forbidden: updates to "
	"provisioner are forbidden.",
	"Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than "
	"`spec.containers[*].image`",
};

static const char *const wrong[] = {
	"Service \"s\" is invalid: spec.ports[0].port: Invalid value: 99999: must be between 1 and "
	"65535, inclusive",
	"configmaps is forbidden: User \"x\" cannot create resource",
	"PersistentVolumeClaim \"p\" is invalid: spec.resources.requests.storage: Forbidden: field "
	"can not be less than status.capacity",
};

static void only_what_can_never_change_is_recreated(void **state)
{
	(void)state;
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(immutable) / sizeof(*immutable); i++)
		assert_true(
			refusal_is_immutable(mem, err_new(mem, ERR_INVALID, "%s", immutable[i])));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(refusal_is_immutable(mem, err_new(mem, ERR_INVALID, "%s", wrong[i])));
	arena_close(mem);
}

static void some_refusals_say_that_nothing_was_written(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_true(refusal_wrote_nothing(mem, err_new(mem, ERR_INVALID, "x")));
	assert_true(refusal_wrote_nothing(mem, err_new(mem, ERR_FORBIDDEN, "x")));
	assert_true(refusal_wrote_nothing(
		mem, err_new(mem, ERR_FAILED,
			     "Internal error occurred: failed calling webhook \"a\": x")));
	assert_false(
		refusal_wrote_nothing(mem, err_new(mem, ERR_FAILED, "Internal error occurred: x")));
	assert_false(refusal_wrote_nothing(mem, err_new(mem, ERR_TIMEOUT, "x")));
	assert_false(refusal_wrote_nothing(mem, err_new(mem, ERR_IO, "x")));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_can_never_change_is_recreated),
		cmocka_unit_test(some_refusals_say_that_nothing_was_written),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
