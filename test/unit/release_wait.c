/* When is an object ready: for hooks, by kstatus, by Helm 3's rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/yaml.h"
#include "release/release_wait_judge.h"

struct ready_case {
	const char *group, *kind, *obj;
	enum health want;
};

#define NOT HEALTH_IN_PROGRESS
#define READY HEALTH_CURRENT

static enum health judged(const struct live_judge *j, const char *text)
{
	arena *mem = arena_open();
	val *obj;
	const char *message = NULL;
	assert_non_null(j);
	assert_null(yaml_parse(mem, str_of(text), &obj));
	enum health h = j->of(j->arg, mem, obj, &message);
	arena_close(mem);
	return h;
}

static const struct ready_case helm3[] = {
	{"", "Pod", "{status: {conditions: [{type: Ready, status: 'False'}]}}", NOT},
	{"", "Pod", "{status: {conditions: [{type: Ready, status: 'True'}]}}", READY},
	{"batch", "Job", "{spec: {completions: 2, backoffLimit: 1}, status: {succeeded: 1}}", NOT},
	{"batch", "Job", "{spec: {completions: 1, backoffLimit: 1}, status: {succeeded: 1}}",
	 READY},
	{"batch", "Job", "{spec: {backoffLimit: 1}, status: {failed: 2}}", HEALTH_FAILED},
	{"batch", "Job", "{spec: {backoffLimit: 1}, status: {failed: 1}}", READY},
	{"apps", "Deployment", "{spec: {paused: true, replicas: 3}}", READY},
	{"apps", "Deployment",
	 "{metadata: {generation: 2}, spec: {replicas: 1}, status: {observedGeneration: 1, "
	 "replicas: 1, updatedReplicas: 1, readyReplicas: 1}}",
	 NOT},
	/* a quarter of four may be away */
	{"apps", "Deployment",
	 "{metadata: {generation: 2}, spec: {replicas: 4, strategy: {rollingUpdate: "
	 "{maxUnavailable: 25%, maxSurge: 25%}}}, status: {observedGeneration: 2, replicas: 3, "
	 "updatedReplicas: 3, readyReplicas: 3}}",
	 READY},
	{"apps", "Deployment",
	 "{metadata: {generation: 2}, spec: {replicas: 4, strategy: {rollingUpdate: "
	 "{maxUnavailable: 25%, maxSurge: 25%}}}, status: {observedGeneration: 2, replicas: 5, "
	 "updatedReplicas: 3, readyReplicas: 4}}",
	 NOT},
	{"", "PersistentVolumeClaim", "{status: {phase: Pending}}", NOT},
	{"", "PersistentVolumeClaim", "{status: {phase: Bound}}", READY},
	{"", "Service", "{spec: {type: ExternalName}}", READY},
	{"", "Service", "{spec: {type: ClusterIP}}", NOT},
	{"", "Service", "{spec: {type: ClusterIP, clusterIP: 10.0.0.1}}", READY},
	{"", "Service", "{spec: {type: LoadBalancer, clusterIP: 10.0.0.1}}", NOT},
	{"", "Service", "{spec: {type: LoadBalancer, clusterIP: 10.0.0.1, externalIPs: [1.2.3.4]}}",
	 READY},
	{"", "Service",
	 "{spec: {type: LoadBalancer, clusterIP: 10.0.0.1}, status: {loadBalancer: {ingress: "
	 "[{}]}}}",
	 READY},
	{"apps", "DaemonSet",
	 "{spec: {updateStrategy: {type: OnDelete}}, status: {desiredNumberScheduled: 2}}", READY},
	{"apps", "DaemonSet",
	 "{spec: {updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}}, "
	 "status: {desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 1}}",
	 READY},
	{"apps", "DaemonSet",
	 "{spec: {updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}}, "
	 "status: {desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2}}",
	 NOT},
	{"apiextensions.k8s.io", "CustomResourceDefinition",
	 "{status: {conditions: [{type: Established, status: 'True'}]}}", READY},
	{"apiextensions.k8s.io", "CustomResourceDefinition",
	 "{status: {conditions: [{type: NamesAccepted, status: 'False'}]}}", READY},
	{"apiextensions.k8s.io", "CustomResourceDefinition", "{}", NOT},
	{"apps", "StatefulSet",
	 "{spec: {replicas: 2, updateStrategy: {type: RollingUpdate}}, status: {updatedReplicas: "
	 "2, readyReplicas: 2, currentRevision: a, updateRevision: b}}",
	 NOT},
	{"apps", "StatefulSet",
	 "{spec: {replicas: 2, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: "
	 "1}}}, status: {updatedReplicas: 1, readyReplicas: 2, currentRevision: a, "
	 "updateRevision: b}}",
	 READY},
	{"apps", "ReplicaSet", "{status: {replicas: 2, readyReplicas: 1}}", NOT},
	{NULL, NULL, NULL, NOT},
};

static void helm_3(void **state)
{
	(void)state;
	for (const struct ready_case *c = helm3; c->kind; c++)
		if (judged(judge_helm3(c->group, c->kind), c->obj) != c->want)
			fail_msg("%s %s", c->kind, c->obj);
	assert_null(judge_helm3("", "ConfigMap"));
	assert_null(judge_helm3("example.org", "Widget"));
}

static void of_hooks(void **state)
{
	(void)state;
	static const struct ready_case cases[] = {
		{NULL, NULL, "{kind: Pod, apiVersion: v1, status: {phase: Running}}", NOT},
		{NULL, NULL, "{kind: Pod, apiVersion: v1, status: {phase: Succeeded}}", READY},
		{NULL, NULL, "{kind: Pod, apiVersion: v1, status: {phase: Failed}}", HEALTH_FAILED},
		{NULL, NULL,
		 "{kind: Job, apiVersion: batch/v1, metadata: {name: j}, status: {active: 1}}",
		 NOT},
		{NULL, NULL,
		 "{kind: Job, apiVersion: batch/v1, metadata: {name: j}, status: {conditions: "
		 "[{type: Complete, status: 'True'}]}}",
		 READY},
		{NULL, NULL,
		 "{kind: Job, apiVersion: batch/v1, metadata: {name: j}, status: {conditions: "
		 "[{type: Failed, status: 'True'}]}}",
		 HEALTH_FAILED},
		{NULL, NULL, "{kind: ConfigMap, apiVersion: v1}", READY},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (judged(&judge_hook, cases[i].obj) != cases[i].want)
			fail_msg("%s", cases[i].obj);
	/* a Job that has begun is enough where Jobs are not waited for */
	assert_int_equal(judged(&judge_kstatus,
				"{kind: Job, apiVersion: batch/v1, metadata: {name: j}, spec: {}, "
				"status: {startTime: '2026-01-01T00:00:00Z', active: 1}}"),
			 HEALTH_CURRENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helm_3),
		cmocka_unit_test(of_hooks),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
