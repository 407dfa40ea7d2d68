/* The field specs that kustomize has built in, in the order in which it sorts them. Pure data. */
#include "kust/kust_spec.h"

#define TEXT(s)                                                                                    \
	{                                                                                          \
		s, sizeof(s) - 1                                                                   \
	}
#define GVK(g, v, k)                                                                               \
	{                                                                                          \
		TEXT(g), TEXT(v), TEXT(k)                                                          \
	}
#define SPEC(g, v, k, path, create)                                                                \
	{                                                                                          \
		GVK(g, v, k), TEXT(path), create                                                   \
	}
#define SPECS(array)                                                                               \
	{                                                                                          \
		(struct kust_spec *)array, sizeof(array) / sizeof(*array)                          \
	}

static const struct kust_spec name_prefix[] = {
	SPEC("", "", "", "metadata/name", false),
};

static const struct kust_spec name_suffix[] = {
	SPEC("", "", "", "metadata/name", false),
};

static const struct kust_spec namespace_[] = {
	SPEC("", "", "Namespace", "metadata/name", true),
	SPEC("apiextensions.k8s.io", "", "CustomResourceDefinition",
	     "spec/conversion/webhook/clientConfig/service/namespace", false),
	SPEC("apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true),
};

static const struct kust_spec common_labels[] = {
	SPEC("", "v1", "Service", "spec/selector", true),
	SPEC("apps", "", "Deployment",
	     "spec/template/spec/affinity/podAffinity/"
	     "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/"
	     "matchLabels",
	     false),
	SPEC("apps", "", "Deployment",
	     "spec/template/spec/affinity/podAffinity/"
	     "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
	     false),
	SPEC("apps", "", "Deployment",
	     "spec/template/spec/affinity/podAntiAffinity/"
	     "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/"
	     "matchLabels",
	     false),
	SPEC("apps", "", "Deployment",
	     "spec/template/spec/affinity/podAntiAffinity/"
	     "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
	     false),
	SPEC("apps", "", "Deployment",
	     "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false),
	SPEC("", "", "Deployment", "spec/selector/matchLabels", true),
	SPEC("", "", "Deployment", "spec/template/metadata/labels", true),
	SPEC("apps", "", "StatefulSet", "spec/selector/matchLabels", true),
	SPEC("apps", "", "StatefulSet",
	     "spec/template/spec/affinity/podAffinity/"
	     "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/"
	     "matchLabels",
	     false),
	SPEC("apps", "", "StatefulSet",
	     "spec/template/spec/affinity/podAffinity/"
	     "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
	     false),
	SPEC("apps", "", "StatefulSet",
	     "spec/template/spec/affinity/podAntiAffinity/"
	     "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/"
	     "matchLabels",
	     false),
	SPEC("apps", "", "StatefulSet",
	     "spec/template/spec/affinity/podAntiAffinity/"
	     "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
	     false),
	SPEC("apps", "", "StatefulSet",
	     "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false),
	SPEC("apps", "", "StatefulSet", "spec/template/metadata/labels", true),
	SPEC("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
	SPEC("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels", false),
	SPEC("batch", "", "Job", "spec/selector/matchLabels", false),
	SPEC("batch", "", "Job", "spec/template/metadata/labels", true),
	SPEC("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels", false),
	SPEC("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels",
	     false),
	SPEC("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels",
	     false),
	SPEC("", "v1", "ReplicationController", "spec/selector", true),
	SPEC("", "v1", "ReplicationController", "spec/template/metadata/labels", true),
	SPEC("", "", "DaemonSet", "spec/selector/matchLabels", true),
	SPEC("", "", "DaemonSet", "spec/template/metadata/labels", true),
	SPEC("", "", "ReplicaSet", "spec/selector/matchLabels", true),
	SPEC("", "", "ReplicaSet", "spec/template/metadata/labels", true),
	SPEC("", "", "", "metadata/labels", true),
};

static const struct kust_spec template_labels[] = {
	SPEC("", "", "Deployment", "spec/template/metadata/labels", true),
	SPEC("apps", "", "StatefulSet", "spec/template/metadata/labels", true),
	SPEC("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
	SPEC("batch", "", "Job", "spec/template/metadata/labels", true),
	SPEC("", "v1", "ReplicationController", "spec/template/metadata/labels", true),
	SPEC("", "", "DaemonSet", "spec/template/metadata/labels", true),
	SPEC("", "", "ReplicaSet", "spec/template/metadata/labels", true),
	SPEC("", "", "", "metadata/labels", true),
};

static const struct kust_spec common_annotations[] = {
	SPEC("", "", "Deployment", "spec/template/metadata/annotations", true),
	SPEC("", "", "StatefulSet", "spec/template/metadata/annotations", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations", true),
	SPEC("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true),
	SPEC("batch", "", "Job", "spec/template/metadata/annotations", true),
	SPEC("", "v1", "ReplicationController", "spec/template/metadata/annotations", true),
	SPEC("", "", "DaemonSet", "spec/template/metadata/annotations", true),
	SPEC("", "", "ReplicaSet", "spec/template/metadata/annotations", true),
	SPEC("", "", "", "metadata/annotations", true),
};

static const struct kust_spec var_reference[] = {
	SPEC("", "", "Service", "spec/ports/port", false),
	SPEC("", "", "Service", "spec/ports/targetPort", false),
	SPEC("", "", "PersistentVolume", "spec/nfs/server", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/args", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/command", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/env/value", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/args", false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/command", false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/env/value", false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/volumeMounts/mountPath",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/nfs/server", false),
	SPEC("", "", "Deployment", "spec/template/metadata/annotations", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/args", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/command", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/env/value", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/args", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/command", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/env/value", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/volumeMounts/mountPath",
	     false),
	SPEC("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/args", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/command", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/value", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/args", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/command",
	     false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/env/value",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/initContainers/volumeMounts/mountPath", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/args", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/command", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/env/value", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/args", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/command", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/env/value", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/volumeMounts/mountPath",
	     false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/nfs/server", false),
	SPEC("", "", "Ingress", "spec/rules/host", false),
	SPEC("", "", "Ingress", "spec/tls/hosts", false),
	SPEC("", "", "Ingress", "spec/tls/secretName", false),
	SPEC("", "", "Job", "spec/template/spec/containers/args", false),
	SPEC("", "", "Job", "spec/template/spec/containers/command", false),
	SPEC("", "", "Job", "spec/template/spec/containers/env/value", false),
	SPEC("", "", "Job", "spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/args", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/command", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/env/value", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/volumeMounts/mountPath", false),
	SPEC("", "", "Job", "spec/template/spec/volumes/nfs/server", false),
	SPEC("", "", "Pod", "spec/containers/args", false),
	SPEC("", "", "Pod", "spec/containers/command", false),
	SPEC("", "", "Pod", "spec/containers/env/value", false),
	SPEC("", "", "Pod", "spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "Pod", "spec/initContainers/args", false),
	SPEC("", "", "Pod", "spec/initContainers/command", false),
	SPEC("", "", "Pod", "spec/initContainers/env/value", false),
	SPEC("", "", "Pod", "spec/initContainers/volumeMounts/mountPath", false),
	SPEC("", "", "Pod", "spec/volumes/nfs/server", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/args", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/command", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/env/value", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/volumeMounts/mountPath", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/args", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/command", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/env/value", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/volumeMounts/mountPath",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/volumes/nfs/server", false),
	SPEC("", "", "", "metadata/labels", false),
	SPEC("", "", "", "metadata/annotations", false),
};

static const struct kust_spec images[] = {
	SPEC("", "", "", "spec/containers[]/image", true),
	SPEC("", "", "", "spec/initContainers[]/image", true),
	SPEC("", "", "", "spec/volumes[]/image/reference", true),
	SPEC("", "", "", "spec/template/spec/containers[]/image", true),
	SPEC("", "", "", "spec/template/spec/initContainers[]/image", true),
	SPEC("", "", "", "spec/template/spec/volumes[]/image/reference", true),
};

static const struct kust_spec replicas[] = {
	SPEC("", "", "Deployment", "spec/replicas", true),
	SPEC("", "", "StatefulSet", "spec/replicas", true),
	SPEC("", "", "ReplicaSet", "spec/replicas", true),
	SPEC("", "", "ReplicationController", "spec/replicas", true),
};

/* StorageClass */
static const struct kust_spec to_storage_class[] = {
	SPEC("", "", "PersistentVolume", "spec/storageClassName", false),
	SPEC("", "", "PersistentVolumeClaim", "spec/storageClassName", false),
	SPEC("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName", false),
};

/* ServiceAccount */
static const struct kust_spec to_service_account[] = {
	SPEC("rbac.authorization.k8s.io", "", "RoleBinding", "subjects", false),
	SPEC("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects", false),
	SPEC("", "", "Pod", "spec/serviceAccountName", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/serviceAccountName", false),
	SPEC("", "", "Deployment", "spec/template/spec/serviceAccountName", false),
	SPEC("", "", "ReplicationController", "spec/template/spec/serviceAccountName", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/serviceAccountName", false),
	SPEC("", "", "Job", "spec/template/spec/serviceAccountName", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/serviceAccountName", false),
};

/* Role */
static const struct kust_spec to_role[] = {
	SPEC("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false),
};

/* ClusterRole */
static const struct kust_spec to_cluster_role[] = {
	SPEC("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false),
	SPEC("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name", false),
};

/* ConfigMap */
static const struct kust_spec to_config_map[] = {
	SPEC("", "v1", "Pod", "spec/volumes/configMap/name", false),
	SPEC("", "v1", "Pod", "spec/containers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "v1", "Pod", "spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "v1", "Pod", "spec/containers/envFrom/configMapRef/name", false),
	SPEC("", "v1", "Pod", "spec/initContainers/envFrom/configMapRef/name", false),
	SPEC("", "v1", "Pod", "spec/volumes/projected/sources/configMap/name", false),
	SPEC("", "", "PodTemplate", "template/spec/volumes/configMap/name", false),
	SPEC("", "", "PodTemplate", "template/spec/containers/env/valueFrom/configMapKeyRef/name",
	     false),
	SPEC("", "", "PodTemplate",
	     "template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "PodTemplate", "template/spec/containers/envFrom/configMapRef/name", false),
	SPEC("", "", "PodTemplate", "template/spec/initContainers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "PodTemplate", "template/spec/volumes/projected/sources/configMap/name",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/configMap/name", false),
	SPEC("", "", "Deployment",
	     "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "Deployment",
	     "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/projected/sources/configMap/name",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/volumes/configMap/name", false),
	SPEC("", "", "ReplicaSet",
	     "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "ReplicaSet",
	     "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/configMap/name",
	     false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/configMap/name", false),
	SPEC("", "", "DaemonSet",
	     "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "DaemonSet",
	     "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/envFrom/configMapRef/name", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/configMap/name",
	     false),
	SPEC("", "", "StatefulSet", "spec/template/spec/volumes/configMap/name", false),
	SPEC("", "", "StatefulSet",
	     "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "StatefulSet",
	     "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/configMapRef/name",
	     false),
	SPEC("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/configMap/name",
	     false),
	SPEC("", "", "Job", "spec/template/spec/volumes/configMap/name", false),
	SPEC("", "", "Job", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
	     false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
	     false),
	SPEC("", "", "Job", "spec/template/spec/containers/envFrom/configMapRef/name", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/envFrom/configMapRef/name", false),
	SPEC("", "", "Job", "spec/template/spec/volumes/projected/sources/configMap/name", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/configMap/name",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/"
	     "name",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name", false),
	SPEC("", "", "Node", "spec/configSource/configMap", false),
	SPEC("", "", "Role", "rules/resourceNames", false),
	SPEC("", "", "ClusterRole", "rules/resourceNames", false),
	SPEC("", "", "Ingress",
	     "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", false),
};

/* Secret */
static const struct kust_spec to_secret[] = {
	SPEC("", "v1", "Pod", "spec/volumes/secret/secretName", false),
	SPEC("", "v1", "Pod", "spec/containers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "v1", "Pod", "spec/initContainers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "v1", "Pod", "spec/containers/envFrom/secretRef/name", false),
	SPEC("", "v1", "Pod", "spec/initContainers/envFrom/secretRef/name", false),
	SPEC("", "v1", "Pod", "spec/imagePullSecrets/name", false),
	SPEC("", "v1", "Pod", "spec/volumes/projected/sources/secret/name", false),
	SPEC("", "", "PodTemplate", "template/spec/volumes/secret/secretName", false),
	SPEC("", "", "PodTemplate", "template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "PodTemplate", "template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "PodTemplate", "template/spec/initContainers/envFrom/secretRef/name", false),
	SPEC("", "", "PodTemplate", "template/spec/imagePullSecrets/name", false),
	SPEC("", "", "PodTemplate", "template/spec/volumes/projected/sources/secret/name", false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/secret/secretName", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "Deployment",
	     "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "Deployment", "spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "Deployment", "spec/template/spec/initContainers/envFrom/secretRef/name",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/projected/sources/secret/name",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/volumes/secret/secretName", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "ReplicaSet",
	     "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/secretRef/name",
	     false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/secret/name",
	     false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/secret/secretName", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "DaemonSet",
	     "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/secretRef/name",
	     false),
	SPEC("", "", "DaemonSet", "spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/secret/name",
	     false),
	SPEC("", "", "StatefulSet", "spec/template/spec/volumes/secret/secretName", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "StatefulSet",
	     "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/secretRef/name",
	     false),
	SPEC("", "", "StatefulSet", "spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/secret/name",
	     false),
	SPEC("", "", "Job", "spec/template/spec/volumes/secret/secretName", false),
	SPEC("", "", "Job", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "Job", "spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "Job", "spec/template/spec/initContainers/envFrom/secretRef/name", false),
	SPEC("", "", "Job", "spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "Job", "spec/template/spec/volumes/projected/sources/secret/name", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/secret/secretName",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
	     false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/imagePullSecrets/name", false),
	SPEC("", "", "Ingress", "spec/tls/secretName", false),
	SPEC("", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret", false),
	SPEC("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
	     false),
	SPEC("", "", "Ingress",
	     "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", false),
	SPEC("", "", "Ingress", "spec/tls/secretName", false),
	SPEC("", "", "ServiceAccount", "imagePullSecrets/name", false),
	SPEC("", "", "StorageClass", "parameters/secretName", false),
	SPEC("", "", "StorageClass", "parameters/adminSecretName", false),
	SPEC("", "", "StorageClass", "parameters/userSecretName", false),
	SPEC("", "", "StorageClass", "parameters/secretRef", false),
	SPEC("", "", "Role", "rules/resourceNames", false),
	SPEC("", "", "ClusterRole", "rules/resourceNames", false),
	SPEC("serving.knative.dev", "v1", "Service",
	     "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false),
	SPEC("", "", "PersistentVolume", "spec/azureFile/secretName", false),
};

/* Service */
static const struct kust_spec to_service[] = {
	SPEC("apps", "", "StatefulSet", "spec/serviceName", false),
	SPEC("", "", "Ingress", "spec/rules/http/paths/backend/serviceName", false),
	SPEC("", "", "Ingress", "spec/backend/serviceName", false),
	SPEC("", "", "Ingress", "spec/rules/http/paths/backend/service/name", false),
	SPEC("", "", "Ingress", "spec/defaultBackend/service/name", false),
	SPEC("apiregistration.k8s.io", "", "APIService", "spec/service/name", false),
	SPEC("admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration",
	     "webhooks/clientConfig/service", false),
	SPEC("admissionregistration.k8s.io", "", "MutatingWebhookConfiguration",
	     "webhooks/clientConfig/service", false),
};

/* PriorityClass */
static const struct kust_spec to_priority_class[] = {
	SPEC("", "", "Pod", "spec/priorityClassName", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/priorityClassName", false),
	SPEC("", "", "Deployment", "spec/template/spec/priorityClassName", false),
	SPEC("", "", "ReplicationController", "spec/template/spec/priorityClassName", false),
	SPEC("", "", "CronJob", "spec/jobTemplate/spec/template/spec/priorityClassName", false),
	SPEC("", "", "Job", "spec/template/spec/priorityClassName", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/priorityClassName", false),
};

/* PersistentVolume */
static const struct kust_spec to_persistent_volume[] = {
	SPEC("", "", "PersistentVolumeClaim", "spec/volumeName", false),
	SPEC("", "", "ClusterRole", "rules/resourceNames", false),
};

/* PersistentVolumeClaim */
static const struct kust_spec to_persistent_volume_claim[] = {
	SPEC("", "", "Pod", "spec/volumes/persistentVolumeClaim/claimName", false),
	SPEC("", "", "StatefulSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName",
	     false),
	SPEC("", "", "Deployment", "spec/template/spec/volumes/persistentVolumeClaim/claimName",
	     false),
	SPEC("", "", "ReplicationController",
	     "spec/template/spec/volumes/persistentVolumeClaim/claimName", false),
	SPEC("", "", "CronJob",
	     "spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName", false),
	SPEC("", "", "Job", "spec/template/spec/volumes/persistentVolumeClaim/claimName", false),
	SPEC("", "", "DaemonSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName",
	     false),
};

/* Deployment */
static const struct kust_spec to_deployment[] = {
	SPEC("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false),
};

/* StatefulSet */
static const struct kust_spec to_stateful_set[] = {
	SPEC("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false),
};

/* ValidatingAdmissionPolicy */
static const struct kust_spec to_validating_admission_policy[] = {
	SPEC("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding",
	     "spec/policyName", false),
};

/* IngressClass */
static const struct kust_spec to_ingress_class[] = {
	SPEC("", "", "Ingress", "spec/ingressClassName", false),
};

/* ReplicaSet */
static const struct kust_spec to_replica_set[] = {
	SPEC("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false),
};

/* ReplicationController */
static const struct kust_spec to_replication_controller[] = {
	SPEC("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false),
};

static const struct kust_reference references[] = {
	{GVK("storage.k8s.io", "v1", "StorageClass"), SPECS(to_storage_class)},
	{GVK("", "v1", "ServiceAccount"), SPECS(to_service_account)},
	{GVK("rbac.authorization.k8s.io", "", "Role"), SPECS(to_role)},
	{GVK("rbac.authorization.k8s.io", "", "ClusterRole"), SPECS(to_cluster_role)},
	{GVK("", "v1", "ConfigMap"), SPECS(to_config_map)},
	{GVK("", "v1", "Secret"), SPECS(to_secret)},
	{GVK("", "v1", "Service"), SPECS(to_service)},
	{GVK("scheduling.k8s.io", "v1", "PriorityClass"), SPECS(to_priority_class)},
	{GVK("", "v1", "PersistentVolume"), SPECS(to_persistent_volume)},
	{GVK("", "v1", "PersistentVolumeClaim"), SPECS(to_persistent_volume_claim)},
	{GVK("", "", "Deployment"), SPECS(to_deployment)},
	{GVK("", "", "StatefulSet"), SPECS(to_stateful_set)},
	{GVK("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy"),
	 SPECS(to_validating_admission_policy)},
	{GVK("networking.k8s.io/v1", "v1", "IngressClass"), SPECS(to_ingress_class)},
	{GVK("", "", "ReplicaSet"), SPECS(to_replica_set)},
	{GVK("", "", "ReplicationController"), SPECS(to_replication_controller)},
};

const struct kust_config kust_config_builtin = {
	.name_prefix = SPECS(name_prefix),
	.name_suffix = SPECS(name_suffix),
	.namespace_ = SPECS(namespace_),
	.common_labels = SPECS(common_labels),
	.template_labels = SPECS(template_labels),
	.common_annotations = SPECS(common_annotations),
	.var_reference = SPECS(var_reference),
	.images = SPECS(images),
	.replicas = SPECS(replicas),
	.references = {(struct kust_reference *)references,
		       sizeof(references) / sizeof(*references)},
};
