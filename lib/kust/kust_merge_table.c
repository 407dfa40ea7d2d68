/*
 * table: the types of the built-in kinds, for strategic merges. Made by kust_merge_table.py from the OpenAPI
 * document of Kubernetes 1.21.2 (the schema that kustomize 5.8.1 has built in) and from the one of
 * the Kustomization kinds; do not edit.
 */
#include "kust/kust_merge_schema.h"

static const char names[] =
	"\0name\0namespace\0path\0port\0caBundle\0service\0url\0key\0operator\0values\0"
	"matchExpressions\0matchLabels\0apiGroups\0apiVersions\0operations\0resources\0scope\0"
	"admissionReviewVersions\0clientConfig\0failurePolicy\0matchPolicy\0namespaceSelector\0"
	"objectSelector\0reinvocationPolicy\0rules\0sideEffects\0timeoutSeconds\0apiVersion\0"
	"fieldsType\0fieldsV1\0manager\0operation\0time\0blockOwnerDeletion\0controller\0kind\0"
	"uid\0annotations\0clusterName\0creationTimestamp\0deletionGracePeriodSeconds\0"
	"deletionTimestamp\0finalizers\0generateName\0generation\0labels\0managedFields\0"
	"ownerReferences\0resourceVersion\0selfLink\0metadata\0webhooks\0continue\0"
	"remainingItemCount\0items\0env\0envs\0files\0literals\0KvPairSources\0behavior\0"
	"GeneratorArgs\0data\0revision\0matchFields\0preference\0weight\0nodeSelectorTerms\0"
	"preferredDuringSchedulingIgnoredDuringExecution\0"
	"requiredDuringSchedulingIgnoredDuringExecution\0labelSelector\0namespaces\0"
	"topologyKey\0podAffinityTerm\0nodeAffinity\0podAffinity\0podAntiAffinity\0optional\0"
	"fieldPath\0containerName\0divisor\0resource\0configMapKeyRef\0fieldRef\0"
	"resourceFieldRef\0secretKeyRef\0value\0valueFrom\0configMapRef\0prefix\0secretRef\0"
	"command\0host\0httpHeaders\0scheme\0exec\0httpGet\0tcpSocket\0postStart\0preStop\0"
	"failureThreshold\0initialDelaySeconds\0periodSeconds\0successThreshold\0"
	"terminationGracePeriodSeconds\0containerPort\0hostIP\0hostPort\0protocol\0"
	"containerPort,protocol\0limits\0requests\0add\0drop\0level\0role\0type\0user\0"
	"localhostProfile\0gmsaCredentialSpec\0gmsaCredentialSpecName\0runAsUserName\0"
	"allowPrivilegeEscalation\0capabilities\0privileged\0procMount\0"
	"readOnlyRootFilesystem\0runAsGroup\0runAsNonRoot\0runAsUser\0seLinuxOptions\0"
	"seccompProfile\0windowsOptions\0devicePath\0mountPath\0mountPropagation\0readOnly\0"
	"subPath\0subPathExpr\0args\0envFrom\0image\0imagePullPolicy\0lifecycle\0"
	"livenessProbe\0ports\0readinessProbe\0securityContext\0startupProbe\0stdin\0"
	"stdinOnce\0terminationMessagePath\0terminationMessagePolicy\0tty\0volumeDevices\0"
	"volumeMounts\0workingDir\0nameservers\0options\0searches\0targetContainerName\0"
	"hostnames\0ip\0conditionType\0fsGroup\0fsGroupChangePolicy\0supplementalGroups\0"
	"sysctls\0effect\0tolerationSeconds\0maxSkew\0whenUnsatisfiable\0"
	"topologyKey,whenUnsatisfiable\0fsType\0partition\0volumeID\0cachingMode\0diskName\0"
	"diskURI\0secretName\0shareName\0monitors\0secretFile\0mode\0defaultMode\0driver\0"
	"nodePublishSecretRef\0volumeAttributes\0medium\0sizeLimit\0apiGroup\0accessModes\0"
	"dataSource\0selector\0storageClassName\0volumeMode\0volumeName\0spec\0"
	"volumeClaimTemplate\0lun\0targetWWNs\0wwids\0datasetName\0datasetUUID\0pdName\0"
	"directory\0repository\0endpoints\0chapAuthDiscovery\0chapAuthSession\0initiatorName\0"
	"iqn\0iscsiInterface\0portals\0targetPortal\0server\0claimName\0pdID\0audience\0"
	"expirationSeconds\0configMap\0downwardAPI\0secret\0serviceAccountToken\0sources\0"
	"group\0registry\0tenant\0volume\0keyring\0pool\0gateway\0protectionDomain\0"
	"sslEnabled\0storageMode\0storagePool\0system\0volumeNamespace\0storagePolicyID\0"
	"storagePolicyName\0volumePath\0awsElasticBlockStore\0azureDisk\0azureFile\0cephfs\0"
	"cinder\0csi\0emptyDir\0ephemeral\0fc\0flexVolume\0flocker\0gcePersistentDisk\0"
	"gitRepo\0glusterfs\0hostPath\0iscsi\0nfs\0persistentVolumeClaim\0"
	"photonPersistentDisk\0portworxVolume\0projected\0quobyte\0rbd\0scaleIO\0storageos\0"
	"vsphereVolume\0activeDeadlineSeconds\0affinity\0automountServiceAccountToken\0"
	"containers\0dnsConfig\0dnsPolicy\0enableServiceLinks\0ephemeralContainers\0"
	"hostAliases\0hostIPC\0hostNetwork\0hostPID\0hostname\0imagePullSecrets\0"
	"initContainers\0nodeName\0nodeSelector\0overhead\0preemptionPolicy\0priority\0"
	"priorityClassName\0readinessGates\0restartPolicy\0runtimeClassName\0schedulerName\0"
	"serviceAccount\0serviceAccountName\0setHostnameAsFQDN\0shareProcessNamespace\0"
	"subdomain\0tolerations\0topologySpreadConstraints\0volumes\0maxSurge\0maxUnavailable\0"
	"rollingUpdate\0minReadySeconds\0revisionHistoryLimit\0template\0updateStrategy\0"
	"lastTransitionTime\0message\0reason\0status\0collisionCount\0conditions\0"
	"currentNumberScheduled\0desiredNumberScheduled\0numberAvailable\0numberMisscheduled\0"
	"numberReady\0numberUnavailable\0observedGeneration\0updatedNumberScheduled\0paused\0"
	"progressDeadlineSeconds\0replicas\0strategy\0lastUpdateTime\0availableReplicas\0"
	"readyReplicas\0unavailableReplicas\0updatedReplicas\0configMapGenerator\0"
	"secretGenerator\0fullyLabeledReplicas\0lastProbeTime\0capacity\0phase\0"
	"podManagementPolicy\0serviceName\0volumeClaimTemplates\0currentReplicas\0"
	"currentRevision\0updateRevision\0audiences\0boundObjectRef\0expirationTimestamp\0"
	"token\0extra\0groups\0username\0authenticated\0error\0verb\0subresource\0version\0"
	"nonResourceAttributes\0resourceAttributes\0allowed\0denied\0evaluationError\0"
	"nonResourceURLs\0verbs\0resourceNames\0incomplete\0nonResourceRules\0resourceRules\0"
	"maxReplicas\0minReplicas\0scaleTargetRef\0targetCPUUtilizationPercentage\0"
	"currentCPUUtilizationPercentage\0desiredReplicas\0lastScaleTime\0container\0"
	"targetAverageUtilization\0targetAverageValue\0currentAverageUtilization\0"
	"currentAverageValue\0metricName\0metricSelector\0targetValue\0currentValue\0"
	"averageValue\0target\0containerResource\0external\0object\0pods\0metrics\0"
	"currentMetrics\0averageUtilization\0current\0metric\0policies\0selectPolicy\0"
	"stabilizationWindowSeconds\0scaleDown\0scaleUp\0describedObject\0backoffLimit\0"
	"completionMode\0completions\0manualSelector\0parallelism\0suspend\0"
	"ttlSecondsAfterFinished\0concurrencyPolicy\0failedJobsHistoryLimit\0jobTemplate\0"
	"schedule\0startingDeadlineSeconds\0successfulJobsHistoryLimit\0active\0"
	"lastScheduleTime\0lastSuccessfulTime\0completedIndexes\0completionTime\0failed\0"
	"startTime\0succeeded\0request\0signerName\0usages\0certificate\0acquireTime\0"
	"holderIdentity\0leaseDurationSeconds\0leaseTransitions\0renewTime\0secretNamespace\0"
	"controllerExpandSecretRef\0controllerPublishSecretRef\0nodeStageSecretRef\0"
	"volumeHandle\0binaryData\0immutable\0kubeletConfigKey\0names\0sizeBytes\0startedAt\0"
	"containerID\0exitCode\0finishedAt\0signal\0running\0terminated\0waiting\0imageID\0"
	"lastState\0ready\0restartCount\0started\0state\0Port\0targetRef\0appProtocol\0"
	"addresses\0notReadyAddresses\0subsets\0count\0lastObservedTime\0component\0action\0"
	"eventTime\0firstTimestamp\0involvedObject\0lastTimestamp\0related\0"
	"reportingComponent\0reportingInstance\0series\0source\0endpointsNamespace\0default\0"
	"defaultRequest\0max\0maxLimitRequestRatio\0min\0ingress\0timeAdded\0configSource\0"
	"externalID\0podCIDR\0podCIDRs\0providerID\0taints\0unschedulable\0address\0"
	"lastHeartbeatTime\0assigned\0lastKnownGood\0kubeletEndpoint\0architecture\0bootID\0"
	"containerRuntimeVersion\0kernelVersion\0kubeProxyVersion\0kubeletVersion\0machineID\0"
	"operatingSystem\0osImage\0systemUUID\0allocatable\0config\0daemonEndpoints\0images\0"
	"nodeInfo\0volumesAttached\0volumesInUse\0required\0claimRef\0local\0mountOptions\0"
	"persistentVolumeReclaimPolicy\0containerStatuses\0ephemeralContainerStatuses\0"
	"initContainerStatuses\0nominatedNodeName\0podIP\0podIPs\0qosClass\0scopeName\0hard\0"
	"scopeSelector\0scopes\0used\0stringData\0nodePort\0targetPort\0port,protocol\0"
	"clientIP\0allocateLoadBalancerNodePorts\0clusterIP\0clusterIPs\0externalIPs\0"
	"externalName\0externalTrafficPolicy\0healthCheckNodePort\0internalTrafficPolicy\0"
	"ipFamilies\0ipFamilyPolicy\0loadBalancerClass\0loadBalancerIP\0"
	"loadBalancerSourceRanges\0publishNotReadyAddresses\0sessionAffinity\0"
	"sessionAffinityConfig\0topologyKeys\0loadBalancer\0secrets\0matchLabelExpressions\0"
	"serving\0terminating\0forZones\0deprecatedTopology\0hints\0zone\0addressType\0"
	"topology\0deprecatedCount\0deprecatedFirstTimestamp\0deprecatedLastTimestamp\0"
	"deprecatedSource\0note\0regarding\0reportingController\0servicePort\0backend\0"
	"pathType\0paths\0http\0hosts\0ingressClassName\0tls\0clusterScope\0subjects\0"
	"distinguisherMethod\0matchingPrecedence\0priorityLevelConfiguration\0handSize\0"
	"queueLengthLimit\0queues\0queuing\0assuredConcurrencyShares\0limitResponse\0limited\0"
	"number\0cidr\0except\0defaultBackend\0parameters\0endPort\0ipBlock\0podSelector\0to\0"
	"from\0egress\0policyTypes\0podFixed\0handler\0scheduling\0minAvailable\0"
	"currentHealthy\0desiredHealthy\0disruptedPods\0disruptionsAllowed\0expectedPods\0"
	"pathPrefix\0dryRun\0gracePeriodSeconds\0orphanDependents\0preconditions\0"
	"propagationPolicy\0deleteOptions\0ranges\0rule\0allowedRuntimeClassNames\0"
	"defaultRuntimeClassName\0allowedCSIDrivers\0allowedCapabilities\0allowedFlexVolumes\0"
	"allowedHostPaths\0allowedProcMountTypes\0allowedUnsafeSysctls\0"
	"defaultAddCapabilities\0defaultAllowPrivilegeEscalation\0forbiddenSysctls\0hostPorts\0"
	"requiredDropCapabilities\0runtimeClass\0seLinux\0clusterRoleSelectors\0"
	"aggregationRule\0roleRef\0description\0globalDefault\0attachRequired\0fsGroupPolicy\0"
	"podInfoOnMount\0requiresRepublish\0storageCapacity\0tokenRequests\0"
	"volumeLifecycleModes\0nodeID\0drivers\0allowVolumeExpansion\0allowedTopologies\0"
	"provisioner\0reclaimPolicy\0volumeBindingMode\0inlineVolumeSpec\0"
	"persistentVolumeName\0attacher\0attachError\0attached\0attachmentMetadata\0"
	"detachError\0maximumVolumeSize\0nodeTopology\0format\0jsonPath\0"
	"conversionReviewVersions\0webhook\0categories\0listKind\0plural\0shortNames\0"
	"singular\0$ref\0$schema\0additionalItems\0additionalProperties\0allOf\0anyOf\0"
	"definitions\0dependencies\0enum\0example\0exclusiveMaximum\0exclusiveMinimum\0"
	"externalDocs\0id\0maxItems\0maxLength\0maxProperties\0maximum\0minItems\0minLength\0"
	"minProperties\0minimum\0multipleOf\0not\0nullable\0oneOf\0pattern\0patternProperties\0"
	"properties\0title\0uniqueItems\0x-kubernetes-embedded-resource\0"
	"x-kubernetes-int-or-string\0x-kubernetes-list-map-keys\0x-kubernetes-list-type\0"
	"x-kubernetes-map-type\0x-kubernetes-preserve-unknown-fields\0openAPIV3Schema\0"
	"labelSelectorPath\0specReplicasPath\0statusReplicasPath\0scale\0"
	"additionalPrinterColumns\0deprecated\0deprecationWarning\0schema\0served\0storage\0"
	"subresources\0conversion\0preserveUnknownFields\0versions\0acceptedNames\0"
	"storedVersions\0JSONPath\0webhookClientConfig\0validation\0groupVersion\0clientCIDR\0"
	"serverAddress\0preferredVersion\0serverAddressByClientCIDRs\0namespaced\0"
	"singularName\0storageVersionHash\0field\0causes\0retryAfterSeconds\0code\0details\0"
	"buildDate\0compiler\0gitCommit\0gitTreeState\0gitVersion\0goVersion\0major\0minor\0"
	"platform\0groupPriorityMinimum\0insecureSkipTLSVerify\0versionPriority\0"
	"admissionregistration.k8s.io/v1\0MutatingWebhookConfiguration\0"
	"MutatingWebhookConfigurationList\0ValidatingWebhookConfiguration\0"
	"ValidatingWebhookConfigurationList\0admissionregistration.k8s.io/v1beta1\0"
	"kustomize.config.k8s.io/v1beta1\0ConfigMapArgs\0apps/v1\0ControllerRevision\0"
	"ControllerRevisionList\0DaemonSet\0DaemonSetList\0Deployment\0DeploymentList\0"
	"Kustomization\0ReplicaSet\0ReplicaSetList\0SecretArgs\0StatefulSet\0StatefulSetList\0"
	"authentication.k8s.io/v1\0TokenRequest\0TokenReview\0authentication.k8s.io/v1beta1\0"
	"authorization.k8s.io/v1\0LocalSubjectAccessReview\0SelfSubjectAccessReview\0"
	"SelfSubjectRulesReview\0SubjectAccessReview\0authorization.k8s.io/v1beta1\0"
	"autoscaling/v1\0HorizontalPodAutoscaler\0HorizontalPodAutoscalerList\0Scale\0"
	"autoscaling/v2beta1\0autoscaling/v2beta2\0batch/v1\0CronJob\0CronJobList\0Job\0"
	"JobList\0batch/v1beta1\0certificates.k8s.io/v1\0CertificateSigningRequest\0"
	"CertificateSigningRequestList\0certificates.k8s.io/v1beta1\0coordination.k8s.io/v1\0"
	"Lease\0LeaseList\0coordination.k8s.io/v1beta1\0v1\0Binding\0ComponentStatus\0"
	"ComponentStatusList\0ConfigMap\0ConfigMapList\0Endpoints\0EndpointsList\0Event\0"
	"EventList\0LimitRange\0LimitRangeList\0Namespace\0NamespaceList\0Node\0NodeList\0"
	"PersistentVolume\0PersistentVolumeClaim\0PersistentVolumeClaimList\0"
	"PersistentVolumeList\0Pod\0PodList\0PodTemplate\0PodTemplateList\0"
	"ReplicationController\0ReplicationControllerList\0ResourceQuota\0ResourceQuotaList\0"
	"Secret\0SecretList\0Service\0ServiceAccount\0ServiceAccountList\0ServiceList\0"
	"discovery.k8s.io/v1\0EndpointSlice\0EndpointSliceList\0discovery.k8s.io/v1beta1\0"
	"events.k8s.io/v1\0events.k8s.io/v1beta1\0extensions/v1beta1\0Ingress\0IngressList\0"
	"flowcontrol.apiserver.k8s.io/v1beta1\0FlowSchema\0FlowSchemaList\0"
	"PriorityLevelConfiguration\0PriorityLevelConfigurationList\0networking.k8s.io/v1\0"
	"IngressClass\0IngressClassList\0NetworkPolicy\0NetworkPolicyList\0"
	"networking.k8s.io/v1beta1\0node.k8s.io/v1\0RuntimeClass\0RuntimeClassList\0"
	"node.k8s.io/v1beta1\0policy/v1\0PodDisruptionBudget\0PodDisruptionBudgetList\0"
	"policy/v1beta1\0Eviction\0PodSecurityPolicy\0PodSecurityPolicyList\0"
	"rbac.authorization.k8s.io/v1\0ClusterRole\0ClusterRoleBinding\0"
	"ClusterRoleBindingList\0ClusterRoleList\0Role\0RoleBinding\0RoleBindingList\0"
	"RoleList\0rbac.authorization.k8s.io/v1beta1\0scheduling.k8s.io/v1\0PriorityClass\0"
	"PriorityClassList\0scheduling.k8s.io/v1beta1\0storage.k8s.io/v1\0CSIDriver\0"
	"CSIDriverList\0CSINode\0CSINodeList\0StorageClass\0StorageClassList\0"
	"VolumeAttachment\0VolumeAttachmentList\0storage.k8s.io/v1beta1\0CSIStorageCapacity\0"
	"CSIStorageCapacityList\0apiextensions.k8s.io/v1\0CustomResourceDefinition\0"
	"CustomResourceDefinitionList\0apiextensions.k8s.io/v1beta1\0APIGroup\0APIGroupList\0"
	"APIResourceList\0APIVersions\0DeleteOptions\0admission.k8s.io/v1\0"
	"admission.k8s.io/v1beta1\0apiregistration.k8s.io/v1\0apiregistration.k8s.io/v1beta1\0"
	"apps/v1beta1\0apps/v1beta2\0flowcontrol.apiserver.k8s.io/v1alpha1\0"
	"imagepolicy.k8s.io/v1alpha1\0internal.apiserver.k8s.io/v1alpha1\0"
	"node.k8s.io/v1alpha1\0rbac.authorization.k8s.io/v1alpha1\0scheduling.k8s.io/v1alpha1\0"
	"storage.k8s.io/v1alpha1\0Status\0WatchEvent\0APIService\0APIServiceList\0"
	"io.k8s.api.admissionregistration.v1.MutatingWebhook\0"
	"io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration\0"
	"io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList\0"
	"io.k8s.api.admissionregistration.v1.RuleWithOperations\0"
	"io.k8s.api.admissionregistration.v1.ServiceReference\0"
	"io.k8s.api.admissionregistration.v1.ValidatingWebhook\0"
	"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration\0"
	"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList\0"
	"io.k8s.api.admissionregistration.v1.WebhookClientConfig\0"
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhook\0"
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfiguration\0"
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfigurationList\0"
	"io.k8s.api.admissionregistration.v1beta1.RuleWithOperations\0"
	"io.k8s.api.admissionregistration.v1beta1.ServiceReference\0"
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhook\0"
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfiguration\0"
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfigurationList\0"
	"io.k8s.api.admissionregistration.v1beta1.WebhookClientConfig\0"
	"io.k8s.api.apps.v1.ConfigMapArgs\0io.k8s.api.apps.v1.ControllerRevision\0"
	"io.k8s.api.apps.v1.ControllerRevisionList\0io.k8s.api.apps.v1.DaemonSet\0"
	"io.k8s.api.apps.v1.DaemonSetCondition\0io.k8s.api.apps.v1.DaemonSetList\0"
	"io.k8s.api.apps.v1.DaemonSetSpec\0io.k8s.api.apps.v1.DaemonSetStatus\0"
	"io.k8s.api.apps.v1.DaemonSetUpdateStrategy\0io.k8s.api.apps.v1.Deployment\0"
	"io.k8s.api.apps.v1.DeploymentCondition\0io.k8s.api.apps.v1.DeploymentList\0"
	"io.k8s.api.apps.v1.DeploymentSpec\0io.k8s.api.apps.v1.DeploymentStatus\0"
	"io.k8s.api.apps.v1.DeploymentStrategy\0io.k8s.api.apps.v1.GeneratorArgs\0"
	"io.k8s.api.apps.v1.Kustomization\0io.k8s.api.apps.v1.KvPairSources\0"
	"io.k8s.api.apps.v1.ReplicaSet\0io.k8s.api.apps.v1.ReplicaSetCondition\0"
	"io.k8s.api.apps.v1.ReplicaSetList\0io.k8s.api.apps.v1.ReplicaSetSpec\0"
	"io.k8s.api.apps.v1.ReplicaSetStatus\0io.k8s.api.apps.v1.RollingUpdateDaemonSet\0"
	"io.k8s.api.apps.v1.RollingUpdateDeployment\0"
	"io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy\0io.k8s.api.apps.v1.SecretArgs\0"
	"io.k8s.api.apps.v1.StatefulSet\0io.k8s.api.apps.v1.StatefulSetCondition\0"
	"io.k8s.api.apps.v1.StatefulSetList\0io.k8s.api.apps.v1.StatefulSetSpec\0"
	"io.k8s.api.apps.v1.StatefulSetStatus\0io.k8s.api.apps.v1.StatefulSetUpdateStrategy\0"
	"io.k8s.api.authentication.v1.BoundObjectReference\0"
	"io.k8s.api.authentication.v1.TokenRequest\0"
	"io.k8s.api.authentication.v1.TokenRequestSpec\0"
	"io.k8s.api.authentication.v1.TokenRequestStatus\0"
	"io.k8s.api.authentication.v1.TokenReview\0"
	"io.k8s.api.authentication.v1.TokenReviewSpec\0"
	"io.k8s.api.authentication.v1.TokenReviewStatus\0"
	"io.k8s.api.authentication.v1.UserInfo\0io.k8s.api.authentication.v1beta1.TokenReview\0"
	"io.k8s.api.authentication.v1beta1.TokenReviewSpec\0"
	"io.k8s.api.authentication.v1beta1.TokenReviewStatus\0"
	"io.k8s.api.authentication.v1beta1.UserInfo\0"
	"io.k8s.api.authorization.v1.LocalSubjectAccessReview\0"
	"io.k8s.api.authorization.v1.NonResourceAttributes\0"
	"io.k8s.api.authorization.v1.NonResourceRule\0"
	"io.k8s.api.authorization.v1.ResourceAttributes\0"
	"io.k8s.api.authorization.v1.ResourceRule\0"
	"io.k8s.api.authorization.v1.SelfSubjectAccessReview\0"
	"io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec\0"
	"io.k8s.api.authorization.v1.SelfSubjectRulesReview\0"
	"io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec\0"
	"io.k8s.api.authorization.v1.SubjectAccessReview\0"
	"io.k8s.api.authorization.v1.SubjectAccessReviewSpec\0"
	"io.k8s.api.authorization.v1.SubjectAccessReviewStatus\0"
	"io.k8s.api.authorization.v1.SubjectRulesReviewStatus\0"
	"io.k8s.api.authorization.v1beta1.LocalSubjectAccessReview\0"
	"io.k8s.api.authorization.v1beta1.NonResourceAttributes\0"
	"io.k8s.api.authorization.v1beta1.NonResourceRule\0"
	"io.k8s.api.authorization.v1beta1.ResourceAttributes\0"
	"io.k8s.api.authorization.v1beta1.ResourceRule\0"
	"io.k8s.api.authorization.v1beta1.SelfSubjectAccessReview\0"
	"io.k8s.api.authorization.v1beta1.SelfSubjectAccessReviewSpec\0"
	"io.k8s.api.authorization.v1beta1.SelfSubjectRulesReview\0"
	"io.k8s.api.authorization.v1beta1.SelfSubjectRulesReviewSpec\0"
	"io.k8s.api.authorization.v1beta1.SubjectAccessReview\0"
	"io.k8s.api.authorization.v1beta1.SubjectAccessReviewSpec\0"
	"io.k8s.api.authorization.v1beta1.SubjectAccessReviewStatus\0"
	"io.k8s.api.authorization.v1beta1.SubjectRulesReviewStatus\0"
	"io.k8s.api.autoscaling.v1.CrossVersionObjectReference\0"
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler\0"
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList\0"
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec\0"
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus\0"
	"io.k8s.api.autoscaling.v1.Scale\0io.k8s.api.autoscaling.v1.ScaleSpec\0"
	"io.k8s.api.autoscaling.v1.ScaleStatus\0"
	"io.k8s.api.autoscaling.v2beta1.ContainerResourceMetricSource\0"
	"io.k8s.api.autoscaling.v2beta1.ContainerResourceMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta1.CrossVersionObjectReference\0"
	"io.k8s.api.autoscaling.v2beta1.ExternalMetricSource\0"
	"io.k8s.api.autoscaling.v2beta1.ExternalMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscaler\0"
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerCondition\0"
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerList\0"
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerSpec\0"
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerStatus\0"
	"io.k8s.api.autoscaling.v2beta1.MetricSpec\0"
	"io.k8s.api.autoscaling.v2beta1.MetricStatus\0"
	"io.k8s.api.autoscaling.v2beta1.ObjectMetricSource\0"
	"io.k8s.api.autoscaling.v2beta1.ObjectMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta1.PodsMetricSource\0"
	"io.k8s.api.autoscaling.v2beta1.PodsMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta1.ResourceMetricSource\0"
	"io.k8s.api.autoscaling.v2beta1.ResourceMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.ContainerResourceMetricSource\0"
	"io.k8s.api.autoscaling.v2beta2.ContainerResourceMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.CrossVersionObjectReference\0"
	"io.k8s.api.autoscaling.v2beta2.ExternalMetricSource\0"
	"io.k8s.api.autoscaling.v2beta2.ExternalMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.HPAScalingPolicy\0"
	"io.k8s.api.autoscaling.v2beta2.HPAScalingRules\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscaler\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerBehavior\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerCondition\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerList\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerSpec\0"
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerStatus\0"
	"io.k8s.api.autoscaling.v2beta2.MetricIdentifier\0"
	"io.k8s.api.autoscaling.v2beta2.MetricSpec\0"
	"io.k8s.api.autoscaling.v2beta2.MetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.MetricTarget\0"
	"io.k8s.api.autoscaling.v2beta2.MetricValueStatus\0"
	"io.k8s.api.autoscaling.v2beta2.ObjectMetricSource\0"
	"io.k8s.api.autoscaling.v2beta2.ObjectMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.PodsMetricSource\0"
	"io.k8s.api.autoscaling.v2beta2.PodsMetricStatus\0"
	"io.k8s.api.autoscaling.v2beta2.ResourceMetricSource\0"
	"io.k8s.api.autoscaling.v2beta2.ResourceMetricStatus\0io.k8s.api.batch.v1.CronJob\0"
	"io.k8s.api.batch.v1.CronJobList\0io.k8s.api.batch.v1.CronJobSpec\0"
	"io.k8s.api.batch.v1.CronJobStatus\0io.k8s.api.batch.v1.Job\0"
	"io.k8s.api.batch.v1.JobCondition\0io.k8s.api.batch.v1.JobList\0"
	"io.k8s.api.batch.v1.JobSpec\0io.k8s.api.batch.v1.JobStatus\0"
	"io.k8s.api.batch.v1.JobTemplateSpec\0io.k8s.api.batch.v1beta1.CronJob\0"
	"io.k8s.api.batch.v1beta1.CronJobList\0io.k8s.api.batch.v1beta1.CronJobSpec\0"
	"io.k8s.api.batch.v1beta1.CronJobStatus\0io.k8s.api.batch.v1beta1.JobTemplateSpec\0"
	"io.k8s.api.certificates.v1.CertificateSigningRequest\0"
	"io.k8s.api.certificates.v1.CertificateSigningRequestCondition\0"
	"io.k8s.api.certificates.v1.CertificateSigningRequestList\0"
	"io.k8s.api.certificates.v1.CertificateSigningRequestSpec\0"
	"io.k8s.api.certificates.v1.CertificateSigningRequestStatus\0"
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequest\0"
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequestCondition\0"
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequestList\0"
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequestSpec\0"
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequestStatus\0"
	"io.k8s.api.coordination.v1.Lease\0io.k8s.api.coordination.v1.LeaseList\0"
	"io.k8s.api.coordination.v1.LeaseSpec\0io.k8s.api.coordination.v1beta1.Lease\0"
	"io.k8s.api.coordination.v1beta1.LeaseList\0io.k8s.api.coordination.v1beta1.LeaseSpec\0"
	"io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource\0io.k8s.api.core.v1.Affinity\0"
	"io.k8s.api.core.v1.AttachedVolume\0io.k8s.api.core.v1.AzureDiskVolumeSource\0"
	"io.k8s.api.core.v1.AzureFilePersistentVolumeSource\0"
	"io.k8s.api.core.v1.AzureFileVolumeSource\0io.k8s.api.core.v1.Binding\0"
	"io.k8s.api.core.v1.CSIPersistentVolumeSource\0io.k8s.api.core.v1.CSIVolumeSource\0"
	"io.k8s.api.core.v1.Capabilities\0io.k8s.api.core.v1.CephFSPersistentVolumeSource\0"
	"io.k8s.api.core.v1.CephFSVolumeSource\0"
	"io.k8s.api.core.v1.CinderPersistentVolumeSource\0"
	"io.k8s.api.core.v1.CinderVolumeSource\0io.k8s.api.core.v1.ClientIPConfig\0"
	"io.k8s.api.core.v1.ComponentCondition\0io.k8s.api.core.v1.ComponentStatus\0"
	"io.k8s.api.core.v1.ComponentStatusList\0io.k8s.api.core.v1.ConfigMap\0"
	"io.k8s.api.core.v1.ConfigMapEnvSource\0io.k8s.api.core.v1.ConfigMapKeySelector\0"
	"io.k8s.api.core.v1.ConfigMapList\0io.k8s.api.core.v1.ConfigMapNodeConfigSource\0"
	"io.k8s.api.core.v1.ConfigMapProjection\0io.k8s.api.core.v1.ConfigMapVolumeSource\0"
	"io.k8s.api.core.v1.Container\0io.k8s.api.core.v1.ContainerImage\0"
	"io.k8s.api.core.v1.ContainerPort\0io.k8s.api.core.v1.ContainerState\0"
	"io.k8s.api.core.v1.ContainerStateRunning\0"
	"io.k8s.api.core.v1.ContainerStateTerminated\0"
	"io.k8s.api.core.v1.ContainerStateWaiting\0io.k8s.api.core.v1.ContainerStatus\0"
	"io.k8s.api.core.v1.DaemonEndpoint\0io.k8s.api.core.v1.DownwardAPIProjection\0"
	"io.k8s.api.core.v1.DownwardAPIVolumeFile\0io.k8s.api.core.v1.DownwardAPIVolumeSource\0"
	"io.k8s.api.core.v1.EmptyDirVolumeSource\0io.k8s.api.core.v1.EndpointAddress\0"
	"io.k8s.api.core.v1.EndpointPort\0io.k8s.api.core.v1.EndpointSubset\0"
	"io.k8s.api.core.v1.Endpoints\0io.k8s.api.core.v1.EndpointsList\0"
	"io.k8s.api.core.v1.EnvFromSource\0io.k8s.api.core.v1.EnvVar\0"
	"io.k8s.api.core.v1.EnvVarSource\0io.k8s.api.core.v1.EphemeralContainer\0"
	"io.k8s.api.core.v1.EphemeralVolumeSource\0io.k8s.api.core.v1.Event\0"
	"io.k8s.api.core.v1.EventList\0io.k8s.api.core.v1.EventSeries\0"
	"io.k8s.api.core.v1.EventSource\0io.k8s.api.core.v1.ExecAction\0"
	"io.k8s.api.core.v1.FCVolumeSource\0io.k8s.api.core.v1.FlexPersistentVolumeSource\0"
	"io.k8s.api.core.v1.FlexVolumeSource\0io.k8s.api.core.v1.FlockerVolumeSource\0"
	"io.k8s.api.core.v1.GCEPersistentDiskVolumeSource\0"
	"io.k8s.api.core.v1.GitRepoVolumeSource\0"
	"io.k8s.api.core.v1.GlusterfsPersistentVolumeSource\0"
	"io.k8s.api.core.v1.GlusterfsVolumeSource\0io.k8s.api.core.v1.HTTPGetAction\0"
	"io.k8s.api.core.v1.HTTPHeader\0io.k8s.api.core.v1.Handler\0"
	"io.k8s.api.core.v1.HostAlias\0io.k8s.api.core.v1.HostPathVolumeSource\0"
	"io.k8s.api.core.v1.ISCSIPersistentVolumeSource\0io.k8s.api.core.v1.ISCSIVolumeSource\0"
	"io.k8s.api.core.v1.KeyToPath\0io.k8s.api.core.v1.Lifecycle\0"
	"io.k8s.api.core.v1.LimitRange\0io.k8s.api.core.v1.LimitRangeItem\0"
	"io.k8s.api.core.v1.LimitRangeList\0io.k8s.api.core.v1.LimitRangeSpec\0"
	"io.k8s.api.core.v1.LoadBalancerIngress\0io.k8s.api.core.v1.LoadBalancerStatus\0"
	"io.k8s.api.core.v1.LocalObjectReference\0io.k8s.api.core.v1.LocalVolumeSource\0"
	"io.k8s.api.core.v1.NFSVolumeSource\0io.k8s.api.core.v1.Namespace\0"
	"io.k8s.api.core.v1.NamespaceCondition\0io.k8s.api.core.v1.NamespaceList\0"
	"io.k8s.api.core.v1.NamespaceSpec\0io.k8s.api.core.v1.NamespaceStatus\0"
	"io.k8s.api.core.v1.Node\0io.k8s.api.core.v1.NodeAddress\0"
	"io.k8s.api.core.v1.NodeAffinity\0io.k8s.api.core.v1.NodeCondition\0"
	"io.k8s.api.core.v1.NodeConfigSource\0io.k8s.api.core.v1.NodeConfigStatus\0"
	"io.k8s.api.core.v1.NodeDaemonEndpoints\0io.k8s.api.core.v1.NodeList\0"
	"io.k8s.api.core.v1.NodeSelector\0io.k8s.api.core.v1.NodeSelectorRequirement\0"
	"io.k8s.api.core.v1.NodeSelectorTerm\0io.k8s.api.core.v1.NodeSpec\0"
	"io.k8s.api.core.v1.NodeStatus\0io.k8s.api.core.v1.NodeSystemInfo\0"
	"io.k8s.api.core.v1.ObjectFieldSelector\0io.k8s.api.core.v1.ObjectReference\0"
	"io.k8s.api.core.v1.PersistentVolume\0io.k8s.api.core.v1.PersistentVolumeClaim\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimCondition\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimList\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimSpec\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimStatus\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimTemplate\0"
	"io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource\0"
	"io.k8s.api.core.v1.PersistentVolumeList\0io.k8s.api.core.v1.PersistentVolumeSpec\0"
	"io.k8s.api.core.v1.PersistentVolumeStatus\0"
	"io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource\0io.k8s.api.core.v1.Pod\0"
	"io.k8s.api.core.v1.PodAffinity\0io.k8s.api.core.v1.PodAffinityTerm\0"
	"io.k8s.api.core.v1.PodAntiAffinity\0io.k8s.api.core.v1.PodCondition\0"
	"io.k8s.api.core.v1.PodDNSConfig\0io.k8s.api.core.v1.PodDNSConfigOption\0"
	"io.k8s.api.core.v1.PodIP\0io.k8s.api.core.v1.PodList\0"
	"io.k8s.api.core.v1.PodReadinessGate\0io.k8s.api.core.v1.PodSecurityContext\0"
	"io.k8s.api.core.v1.PodSpec\0io.k8s.api.core.v1.PodStatus\0"
	"io.k8s.api.core.v1.PodTemplate\0io.k8s.api.core.v1.PodTemplateList\0"
	"io.k8s.api.core.v1.PodTemplateSpec\0io.k8s.api.core.v1.PortStatus\0"
	"io.k8s.api.core.v1.PortworxVolumeSource\0io.k8s.api.core.v1.PreferredSchedulingTerm\0"
	"io.k8s.api.core.v1.Probe\0io.k8s.api.core.v1.ProjectedVolumeSource\0"
	"io.k8s.api.core.v1.QuobyteVolumeSource\0io.k8s.api.core.v1.RBDPersistentVolumeSource\0"
	"io.k8s.api.core.v1.RBDVolumeSource\0io.k8s.api.core.v1.ReplicationController\0"
	"io.k8s.api.core.v1.ReplicationControllerCondition\0"
	"io.k8s.api.core.v1.ReplicationControllerList\0"
	"io.k8s.api.core.v1.ReplicationControllerSpec\0"
	"io.k8s.api.core.v1.ReplicationControllerStatus\0"
	"io.k8s.api.core.v1.ResourceFieldSelector\0io.k8s.api.core.v1.ResourceQuota\0"
	"io.k8s.api.core.v1.ResourceQuotaList\0io.k8s.api.core.v1.ResourceQuotaSpec\0"
	"io.k8s.api.core.v1.ResourceQuotaStatus\0io.k8s.api.core.v1.ResourceRequirements\0"
	"io.k8s.api.core.v1.SELinuxOptions\0io.k8s.api.core.v1.ScaleIOPersistentVolumeSource\0"
	"io.k8s.api.core.v1.ScaleIOVolumeSource\0io.k8s.api.core.v1.ScopeSelector\0"
	"io.k8s.api.core.v1.ScopedResourceSelectorRequirement\0"
	"io.k8s.api.core.v1.SeccompProfile\0io.k8s.api.core.v1.Secret\0"
	"io.k8s.api.core.v1.SecretEnvSource\0io.k8s.api.core.v1.SecretKeySelector\0"
	"io.k8s.api.core.v1.SecretList\0io.k8s.api.core.v1.SecretProjection\0"
	"io.k8s.api.core.v1.SecretReference\0io.k8s.api.core.v1.SecretVolumeSource\0"
	"io.k8s.api.core.v1.SecurityContext\0io.k8s.api.core.v1.Service\0"
	"io.k8s.api.core.v1.ServiceAccount\0io.k8s.api.core.v1.ServiceAccountList\0"
	"io.k8s.api.core.v1.ServiceAccountTokenProjection\0io.k8s.api.core.v1.ServiceList\0"
	"io.k8s.api.core.v1.ServicePort\0io.k8s.api.core.v1.ServiceSpec\0"
	"io.k8s.api.core.v1.ServiceStatus\0io.k8s.api.core.v1.SessionAffinityConfig\0"
	"io.k8s.api.core.v1.StorageOSPersistentVolumeSource\0"
	"io.k8s.api.core.v1.StorageOSVolumeSource\0io.k8s.api.core.v1.Sysctl\0"
	"io.k8s.api.core.v1.TCPSocketAction\0io.k8s.api.core.v1.Taint\0"
	"io.k8s.api.core.v1.Toleration\0io.k8s.api.core.v1.TopologySelectorLabelRequirement\0"
	"io.k8s.api.core.v1.TopologySelectorTerm\0io.k8s.api.core.v1.TopologySpreadConstraint\0"
	"io.k8s.api.core.v1.TypedLocalObjectReference\0io.k8s.api.core.v1.Volume\0"
	"io.k8s.api.core.v1.VolumeDevice\0io.k8s.api.core.v1.VolumeMount\0"
	"io.k8s.api.core.v1.VolumeNodeAffinity\0io.k8s.api.core.v1.VolumeProjection\0"
	"io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource\0"
	"io.k8s.api.core.v1.WeightedPodAffinityTerm\0"
	"io.k8s.api.core.v1.WindowsSecurityContextOptions\0io.k8s.api.discovery.v1.Endpoint\0"
	"io.k8s.api.discovery.v1.EndpointConditions\0io.k8s.api.discovery.v1.EndpointHints\0"
	"io.k8s.api.discovery.v1.EndpointPort\0io.k8s.api.discovery.v1.EndpointSlice\0"
	"io.k8s.api.discovery.v1.EndpointSliceList\0io.k8s.api.discovery.v1.ForZone\0"
	"io.k8s.api.discovery.v1beta1.Endpoint\0"
	"io.k8s.api.discovery.v1beta1.EndpointConditions\0"
	"io.k8s.api.discovery.v1beta1.EndpointHints\0"
	"io.k8s.api.discovery.v1beta1.EndpointPort\0"
	"io.k8s.api.discovery.v1beta1.EndpointSlice\0"
	"io.k8s.api.discovery.v1beta1.EndpointSliceList\0io.k8s.api.discovery.v1beta1.ForZone\0"
	"io.k8s.api.events.v1.Event\0io.k8s.api.events.v1.EventList\0"
	"io.k8s.api.events.v1.EventSeries\0io.k8s.api.events.v1beta1.Event\0"
	"io.k8s.api.events.v1beta1.EventList\0io.k8s.api.events.v1beta1.EventSeries\0"
	"io.k8s.api.extensions.v1beta1.HTTPIngressPath\0"
	"io.k8s.api.extensions.v1beta1.HTTPIngressRuleValue\0"
	"io.k8s.api.extensions.v1beta1.Ingress\0io.k8s.api.extensions.v1beta1.IngressBackend\0"
	"io.k8s.api.extensions.v1beta1.IngressList\0io.k8s.api.extensions.v1beta1.IngressRule\0"
	"io.k8s.api.extensions.v1beta1.IngressSpec\0"
	"io.k8s.api.extensions.v1beta1.IngressStatus\0"
	"io.k8s.api.extensions.v1beta1.IngressTLS\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowDistinguisherMethod\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowSchema\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowSchemaCondition\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowSchemaList\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowSchemaSpec\0"
	"io.k8s.api.flowcontrol.v1beta1.FlowSchemaStatus\0"
	"io.k8s.api.flowcontrol.v1beta1.GroupSubject\0"
	"io.k8s.api.flowcontrol.v1beta1.LimitResponse\0"
	"io.k8s.api.flowcontrol.v1beta1.LimitedPriorityLevelConfiguration\0"
	"io.k8s.api.flowcontrol.v1beta1.NonResourcePolicyRule\0"
	"io.k8s.api.flowcontrol.v1beta1.PolicyRulesWithSubjects\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfiguration\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationCondition\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationList\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationReference\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationSpec\0"
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationStatus\0"
	"io.k8s.api.flowcontrol.v1beta1.QueuingConfiguration\0"
	"io.k8s.api.flowcontrol.v1beta1.ResourcePolicyRule\0"
	"io.k8s.api.flowcontrol.v1beta1.ServiceAccountSubject\0"
	"io.k8s.api.flowcontrol.v1beta1.Subject\0io.k8s.api.flowcontrol.v1beta1.UserSubject\0"
	"io.k8s.api.networking.v1.HTTPIngressPath\0"
	"io.k8s.api.networking.v1.HTTPIngressRuleValue\0io.k8s.api.networking.v1.IPBlock\0"
	"io.k8s.api.networking.v1.Ingress\0io.k8s.api.networking.v1.IngressBackend\0"
	"io.k8s.api.networking.v1.IngressClass\0io.k8s.api.networking.v1.IngressClassList\0"
	"io.k8s.api.networking.v1.IngressClassParametersReference\0"
	"io.k8s.api.networking.v1.IngressClassSpec\0io.k8s.api.networking.v1.IngressList\0"
	"io.k8s.api.networking.v1.IngressRule\0io.k8s.api.networking.v1.IngressServiceBackend\0"
	"io.k8s.api.networking.v1.IngressSpec\0io.k8s.api.networking.v1.IngressStatus\0"
	"io.k8s.api.networking.v1.IngressTLS\0io.k8s.api.networking.v1.NetworkPolicy\0"
	"io.k8s.api.networking.v1.NetworkPolicyEgressRule\0"
	"io.k8s.api.networking.v1.NetworkPolicyIngressRule\0"
	"io.k8s.api.networking.v1.NetworkPolicyList\0"
	"io.k8s.api.networking.v1.NetworkPolicyPeer\0"
	"io.k8s.api.networking.v1.NetworkPolicyPort\0"
	"io.k8s.api.networking.v1.NetworkPolicySpec\0"
	"io.k8s.api.networking.v1.ServiceBackendPort\0"
	"io.k8s.api.networking.v1beta1.HTTPIngressPath\0"
	"io.k8s.api.networking.v1beta1.HTTPIngressRuleValue\0"
	"io.k8s.api.networking.v1beta1.Ingress\0io.k8s.api.networking.v1beta1.IngressBackend\0"
	"io.k8s.api.networking.v1beta1.IngressClass\0"
	"io.k8s.api.networking.v1beta1.IngressClassList\0"
	"io.k8s.api.networking.v1beta1.IngressClassParametersReference\0"
	"io.k8s.api.networking.v1beta1.IngressClassSpec\0"
	"io.k8s.api.networking.v1beta1.IngressList\0io.k8s.api.networking.v1beta1.IngressRule\0"
	"io.k8s.api.networking.v1beta1.IngressSpec\0"
	"io.k8s.api.networking.v1beta1.IngressStatus\0"
	"io.k8s.api.networking.v1beta1.IngressTLS\0io.k8s.api.node.v1.Overhead\0"
	"io.k8s.api.node.v1.RuntimeClass\0io.k8s.api.node.v1.RuntimeClassList\0"
	"io.k8s.api.node.v1.Scheduling\0io.k8s.api.node.v1beta1.Overhead\0"
	"io.k8s.api.node.v1beta1.RuntimeClass\0io.k8s.api.node.v1beta1.RuntimeClassList\0"
	"io.k8s.api.node.v1beta1.Scheduling\0io.k8s.api.policy.v1.PodDisruptionBudget\0"
	"io.k8s.api.policy.v1.PodDisruptionBudgetList\0"
	"io.k8s.api.policy.v1.PodDisruptionBudgetSpec\0"
	"io.k8s.api.policy.v1.PodDisruptionBudgetStatus\0"
	"io.k8s.api.policy.v1beta1.AllowedCSIDriver\0"
	"io.k8s.api.policy.v1beta1.AllowedFlexVolume\0"
	"io.k8s.api.policy.v1beta1.AllowedHostPath\0io.k8s.api.policy.v1beta1.Eviction\0"
	"io.k8s.api.policy.v1beta1.FSGroupStrategyOptions\0"
	"io.k8s.api.policy.v1beta1.HostPortRange\0io.k8s.api.policy.v1beta1.IDRange\0"
	"io.k8s.api.policy.v1beta1.PodDisruptionBudget\0"
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetList\0"
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetSpec\0"
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetStatus\0"
	"io.k8s.api.policy.v1beta1.PodSecurityPolicy\0"
	"io.k8s.api.policy.v1beta1.PodSecurityPolicyList\0"
	"io.k8s.api.policy.v1beta1.PodSecurityPolicySpec\0"
	"io.k8s.api.policy.v1beta1.RunAsGroupStrategyOptions\0"
	"io.k8s.api.policy.v1beta1.RunAsUserStrategyOptions\0"
	"io.k8s.api.policy.v1beta1.RuntimeClassStrategyOptions\0"
	"io.k8s.api.policy.v1beta1.SELinuxStrategyOptions\0"
	"io.k8s.api.policy.v1beta1.SupplementalGroupsStrategyOptions\0"
	"io.k8s.api.rbac.v1.AggregationRule\0io.k8s.api.rbac.v1.ClusterRole\0"
	"io.k8s.api.rbac.v1.ClusterRoleBinding\0io.k8s.api.rbac.v1.ClusterRoleBindingList\0"
	"io.k8s.api.rbac.v1.ClusterRoleList\0io.k8s.api.rbac.v1.PolicyRule\0"
	"io.k8s.api.rbac.v1.Role\0io.k8s.api.rbac.v1.RoleBinding\0"
	"io.k8s.api.rbac.v1.RoleBindingList\0io.k8s.api.rbac.v1.RoleList\0"
	"io.k8s.api.rbac.v1.RoleRef\0io.k8s.api.rbac.v1.Subject\0"
	"io.k8s.api.rbac.v1beta1.AggregationRule\0io.k8s.api.rbac.v1beta1.ClusterRole\0"
	"io.k8s.api.rbac.v1beta1.ClusterRoleBinding\0"
	"io.k8s.api.rbac.v1beta1.ClusterRoleBindingList\0"
	"io.k8s.api.rbac.v1beta1.ClusterRoleList\0io.k8s.api.rbac.v1beta1.PolicyRule\0"
	"io.k8s.api.rbac.v1beta1.Role\0io.k8s.api.rbac.v1beta1.RoleBinding\0"
	"io.k8s.api.rbac.v1beta1.RoleBindingList\0io.k8s.api.rbac.v1beta1.RoleList\0"
	"io.k8s.api.rbac.v1beta1.RoleRef\0io.k8s.api.rbac.v1beta1.Subject\0"
	"io.k8s.api.scheduling.v1.PriorityClass\0io.k8s.api.scheduling.v1.PriorityClassList\0"
	"io.k8s.api.scheduling.v1beta1.PriorityClass\0"
	"io.k8s.api.scheduling.v1beta1.PriorityClassList\0io.k8s.api.storage.v1.CSIDriver\0"
	"io.k8s.api.storage.v1.CSIDriverList\0io.k8s.api.storage.v1.CSIDriverSpec\0"
	"io.k8s.api.storage.v1.CSINode\0io.k8s.api.storage.v1.CSINodeDriver\0"
	"io.k8s.api.storage.v1.CSINodeList\0io.k8s.api.storage.v1.CSINodeSpec\0"
	"io.k8s.api.storage.v1.StorageClass\0io.k8s.api.storage.v1.StorageClassList\0"
	"io.k8s.api.storage.v1.TokenRequest\0io.k8s.api.storage.v1.VolumeAttachment\0"
	"io.k8s.api.storage.v1.VolumeAttachmentList\0"
	"io.k8s.api.storage.v1.VolumeAttachmentSource\0"
	"io.k8s.api.storage.v1.VolumeAttachmentSpec\0"
	"io.k8s.api.storage.v1.VolumeAttachmentStatus\0io.k8s.api.storage.v1.VolumeError\0"
	"io.k8s.api.storage.v1.VolumeNodeResources\0io.k8s.api.storage.v1beta1.CSIDriver\0"
	"io.k8s.api.storage.v1beta1.CSIDriverList\0io.k8s.api.storage.v1beta1.CSIDriverSpec\0"
	"io.k8s.api.storage.v1beta1.CSINode\0io.k8s.api.storage.v1beta1.CSINodeDriver\0"
	"io.k8s.api.storage.v1beta1.CSINodeList\0io.k8s.api.storage.v1beta1.CSINodeSpec\0"
	"io.k8s.api.storage.v1beta1.CSIStorageCapacity\0"
	"io.k8s.api.storage.v1beta1.CSIStorageCapacityList\0"
	"io.k8s.api.storage.v1beta1.StorageClass\0io.k8s.api.storage.v1beta1.StorageClassList\0"
	"io.k8s.api.storage.v1beta1.TokenRequest\0io.k8s.api.storage.v1beta1.VolumeAttachment\0"
	"io.k8s.api.storage.v1beta1.VolumeAttachmentList\0"
	"io.k8s.api.storage.v1beta1.VolumeAttachmentSource\0"
	"io.k8s.api.storage.v1beta1.VolumeAttachmentSpec\0"
	"io.k8s.api.storage.v1beta1.VolumeAttachmentStatus\0"
	"io.k8s.api.storage.v1beta1.VolumeError\0"
	"io.k8s.api.storage.v1beta1.VolumeNodeResources\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
	"CustomResourceDefinitionCondition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceColumnDefinition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceConversion\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionCondition\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionList\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionNames\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionSpec\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionStatus\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceDefinitionVersion\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceSubresourceScale\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"CustomResourceSubresourceStatus\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceSubresources\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceValidation\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.ExternalDocumentation\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.JSON\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.JSONSchemaProps\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.JSONSchemaPropsOrArray\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.JSONSchemaPropsOrBool\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1."
	"JSONSchemaPropsOrStringArray\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.ServiceReference\0"
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.WebhookClientConfig\0"
	"io.k8s.apimachinery.pkg.api.resource.Quantity\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.APIResource\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.Condition\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.Patch\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.Status\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.Time\0"
	"io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent\0"
	"io.k8s.apimachinery.pkg.runtime.RawExtension\0"
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString\0"
	"io.k8s.apimachinery.pkg.version.Info\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIService\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceCondition\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceList\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceSpec\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceStatus\0"
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.ServiceReference\0";

static const struct merge_type types[] = {
	{0, 0, 0, 0, 0, 0, 0},	       {0, 0, 0, 0, 0, 0, 0},	      {17, 11, 0, 0, 0, 0, 0},
	{0, 0, 0, 1, 0, 1, 0},	       {4, 3, 0, 0, 0, 0, 0},	      {0, 4, 0, 0, 0, 0, 0},
	{10, 2, 0, 0, 0, 0, 0},	       {7, 3, 0, 0, 0, 0, 0},	      {10, 0, 0, 7, 0, 1, 0},
	{10, 0, 1, 0, 0, 0, 0},	       {12, 5, 0, 0, 0, 0, 0},	      {17, 0, 0, 10, 0, 1, 0},
	{56, 4, 0, 0, 0, 0, 0},	       {40, 16, 0, 0, 0, 0, 0},	      {28, 0, 0, 1, 0, 1, 1},
	{28, 6, 0, 0, 0, 0, 0},	       {34, 0, 0, 15, 0, 1, 0},	      {34, 6, 0, 0, 0, 0, 0},
	{40, 0, 0, 17, 382, 1, 1},     {56, 0, 0, 2, 1, 1, 1},	      {64, 4, 0, 0, 0, 0, 0},
	{60, 0, 0, 12, 0, 1, 0},       {60, 4, 0, 0, 0, 0, 0},	      {68, 10, 0, 0, 0, 0, 0},
	{78, 4, 0, 0, 0, 0, 0},	       {78, 0, 0, 23, 1, 1, 1},	      {82, 4, 0, 0, 0, 0, 0},
	{82, 0, 0, 24, 0, 1, 0},       {98, 11, 0, 0, 0, 0, 0},	      {90, 3, 0, 0, 0, 0, 0},
	{86, 4, 0, 0, 0, 0, 0},	       {93, 5, 0, 0, 0, 0, 0},	      {98, 0, 0, 31, 0, 1, 0},
	{109, 4, 0, 0, 0, 0, 0},       {109, 0, 0, 28, 1, 1, 1},      {113, 4, 0, 0, 0, 0, 0},
	{113, 0, 0, 33, 0, 1, 0},      {117, 10, 0, 0, 0, 0, 0},      {127, 4, 0, 0, 0, 0, 0},
	{127, 0, 0, 37, 1, 1, 1},      {131, 4, 0, 0, 0, 0, 0},	      {131, 0, 0, 38, 0, 1, 0},
	{143, 1, 0, 0, 0, 0, 0},       {139, 4, 0, 0, 0, 0, 0},	      {135, 4, 0, 0, 0, 0, 0},
	{144, 5, 0, 0, 0, 0, 0},       {149, 4, 0, 0, 0, 0, 0},	      {149, 0, 0, 45, 0, 1, 0},
	{582, 5, 0, 0, 0, 0, 0},       {562, 5, 0, 0, 0, 0, 0},	      {556, 2, 0, 0, 0, 0, 0},
	{521, 35, 0, 0, 0, 0, 0},      {173, 3, 0, 0, 0, 0, 0},	      {161, 2, 0, 0, 0, 0, 0},
	{158, 2, 0, 0, 0, 0, 0},       {156, 2, 0, 0, 0, 0, 0},	      {153, 3, 0, 0, 0, 0, 0},
	{156, 0, 0, 56, 0, 1, 0},      {160, 0, 0, 54, 0, 1, 0},      {160, 1, 0, 0, 0, 0, 0},
	{160, 0, 0, 55, 0, 1, 0},      {169, 2, 0, 0, 0, 0, 0},	      {167, 2, 0, 0, 0, 0, 0},
	{163, 4, 0, 0, 0, 0, 0},       {169, 0, 0, 62, 0, 1, 0},      {169, 0, 0, 63, 0, 1, 0},
	{171, 2, 0, 0, 0, 0, 0},       {262, 22, 0, 0, 0, 0, 0},      {191, 3, 0, 0, 0, 0, 0},
	{187, 4, 0, 0, 0, 0, 0},       {176, 3, 0, 0, 0, 0, 0},	      {179, 2, 0, 0, 0, 0, 0},
	{181, 3, 0, 0, 0, 0, 0},       {184, 3, 0, 0, 0, 0, 0},	      {194, 0, 0, 68, 1, 1, 1},
	{198, 3, 0, 0, 0, 0, 0},       {194, 2, 0, 0, 0, 0, 0},	      {196, 2, 0, 0, 0, 0, 0},
	{201, 0, 0, 75, 0, 1, 0},      {214, 2, 0, 0, 0, 0, 0},	      {211, 3, 0, 0, 0, 0, 0},
	{201, 1, 0, 0, 0, 0, 0},       {204, 5, 0, 0, 0, 0, 0},	      {202, 2, 0, 0, 0, 0, 0},
	{204, 0, 0, 83, 0, 1, 0},      {209, 2, 0, 0, 0, 0, 0},	      {216, 9, 0, 0, 0, 0, 0},
	{225, 5, 0, 0, 0, 0, 0},       {230, 0, 0, 87, 1295, 1, 1},   {230, 2, 0, 0, 0, 0, 0},
	{243, 11, 0, 0, 0, 0, 0},      {232, 2, 0, 0, 0, 0, 0},	      {234, 4, 0, 0, 0, 0, 0},
	{238, 2, 0, 0, 0, 0, 0},       {240, 3, 0, 0, 0, 0, 0},	      {254, 2, 0, 0, 0, 0, 0},
	{256, 0, 0, 95, 1598, 1, 1},   {256, 6, 0, 0, 0, 0, 0},	      {262, 0, 0, 97, 1609, 1, 1},
	{284, 0, 0, 67, 1, 1, 1},      {286, 3, 0, 0, 0, 0, 0},	      {284, 2, 0, 0, 0, 0, 0},
	{286, 0, 0, 101, 0, 1, 0},     {289, 23, 0, 0, 0, 0, 0},      {289, 0, 0, 87, 0, 1, 0},
	{312, 0, 0, 103, 1, 1, 1},     {312, 2, 0, 0, 0, 0, 0},	      {314, 0, 0, 106, 1939, 1, 1},
	{314, 1, 0, 0, 0, 0, 0},       {315, 0, 0, 108, 1, 1, 1},     {315, 1, 0, 0, 0, 0, 0},
	{316, 0, 0, 110, 0, 1, 0},     {318, 10, 0, 0, 0, 0, 0},      {316, 2, 0, 0, 0, 0, 0},
	{318, 0, 0, 113, 0, 1, 0},     {328, 5, 0, 0, 0, 0, 0},	      {333, 0, 0, 115, 0, 1, 0},
	{333, 4, 0, 0, 0, 0, 0},       {337, 0, 0, 117, 2062, 1, 1},  {491, 30, 0, 0, 0, 0, 0},
	{337, 4, 0, 0, 0, 0, 0},       {341, 6, 0, 0, 0, 0, 0},	      {347, 3, 0, 0, 0, 0, 0},
	{350, 6, 0, 0, 0, 0, 0},       {356, 4, 0, 0, 0, 0, 0},	      {363, 4, 0, 0, 0, 0, 0},
	{360, 3, 0, 0, 0, 0, 0},       {363, 0, 0, 126, 0, 1, 0},     {367, 5, 0, 0, 0, 0, 0},
	{376, 2, 0, 0, 0, 0, 0},       {372, 4, 0, 0, 0, 0, 0},	      {376, 0, 0, 130, 0, 1, 0},
	{378, 2, 0, 0, 0, 0, 0},       {392, 1, 0, 0, 0, 0, 0},	      {390, 2, 0, 0, 0, 0, 0},
	{383, 7, 0, 0, 0, 0, 0},       {380, 3, 0, 0, 0, 0, 0},	      {393, 5, 0, 0, 0, 0, 0},
	{398, 5, 0, 0, 0, 0, 0},       {403, 2, 0, 0, 0, 0, 0},	      {405, 4, 0, 0, 0, 0, 0},
	{409, 3, 0, 0, 0, 0, 0},       {412, 3, 0, 0, 0, 0, 0},	      {415, 2, 0, 0, 0, 0, 0},
	{417, 11, 0, 0, 0, 0, 0},      {428, 3, 0, 0, 0, 0, 0},	      {431, 2, 0, 0, 0, 0, 0},
	{433, 2, 0, 0, 0, 0, 0},       {435, 3, 0, 0, 0, 0, 0},	      {452, 2, 0, 0, 0, 0, 0},
	{448, 4, 0, 0, 0, 0, 0},       {438, 3, 0, 0, 0, 0, 0},	      {441, 1, 0, 0, 0, 0, 0},
	{442, 3, 0, 0, 0, 0, 0},       {445, 3, 0, 0, 0, 0, 0},	      {452, 0, 0, 150, 0, 1, 0},
	{454, 6, 0, 0, 0, 0, 0},       {460, 8, 0, 0, 0, 0, 0},	      {468, 10, 0, 0, 0, 0, 0},
	{478, 4, 0, 0, 0, 0, 0},       {482, 5, 0, 0, 0, 0, 0},	      {487, 4, 0, 0, 0, 0, 0},
	{521, 0, 0, 119, 1, 1, 1},     {560, 2, 0, 0, 0, 0, 0},	      {558, 2, 0, 0, 0, 0, 0},
	{572, 10, 0, 0, 0, 0, 0},      {567, 5, 0, 0, 0, 0, 0},	      {572, 0, 0, 166, 1354, 1, 1},
	{587, 4, 0, 0, 0, 0, 0},       {587, 0, 0, 48, 0, 1, 0},      {617, 5, 0, 0, 0, 0, 0},
	{595, 8, 0, 0, 0, 0, 0},       {593, 2, 0, 0, 0, 0, 0},	      {591, 2, 0, 0, 0, 0, 0},
	{609, 8, 0, 0, 0, 0, 0},       {603, 6, 0, 0, 0, 0, 0},	      {609, 0, 0, 175, 1354, 1, 1},
	{622, 4, 0, 0, 0, 0, 0},       {622, 0, 0, 170, 0, 1, 0},     {628, 2, 0, 0, 0, 0, 0},
	{626, 0, 0, 42, 1, 1, 1},      {626, 2, 0, 0, 0, 0, 0},	      {628, 0, 0, 181, 1, 1, 1},
	{645, 5, 0, 0, 0, 0, 0},       {630, 4, 0, 0, 0, 0, 0},	      {639, 6, 0, 0, 0, 0, 0},
	{634, 5, 0, 0, 0, 0, 0},       {639, 0, 0, 186, 1354, 1, 1},  {650, 4, 0, 0, 0, 0, 0},
	{650, 0, 0, 183, 0, 1, 0},     {654, 1, 0, 0, 0, 0, 0},	      {694, 5, 0, 0, 0, 0, 0},
	{672, 8, 0, 0, 0, 0, 0},       {655, 2, 0, 0, 0, 0, 0},	      {667, 5, 0, 0, 0, 0, 0},
	{663, 4, 0, 0, 0, 0, 0},       {657, 6, 0, 0, 0, 0, 0},	      {663, 0, 0, 196, 1354, 1, 1},
	{672, 0, 0, 194, 0, 1, 0},     {685, 9, 0, 0, 0, 0, 0},	      {680, 5, 0, 0, 0, 0, 0},
	{685, 0, 0, 200, 1354, 1, 1},  {699, 4, 0, 0, 0, 0, 0},	      {699, 0, 0, 191, 0, 1, 0},
	{703, 4, 0, 0, 0, 0, 0},       {712, 5, 0, 0, 0, 0, 0},	      {707, 3, 0, 0, 0, 0, 0},
	{710, 2, 0, 0, 0, 0, 0},       {727, 5, 0, 0, 0, 0, 0},	      {717, 2, 0, 0, 0, 0, 0},
	{723, 4, 0, 0, 0, 0, 0},       {719, 4, 0, 0, 0, 0, 0},	      {719, 0, 3, 0, 0, 0, 0},
	{742, 5, 0, 0, 0, 0, 0},       {732, 2, 0, 0, 0, 0, 0},	      {738, 4, 0, 0, 0, 0, 0},
	{734, 4, 0, 0, 0, 0, 0},       {766, 5, 0, 0, 0, 0, 0},	      {756, 6, 0, 0, 0, 0, 0},
	{747, 2, 0, 0, 0, 0, 0},       {749, 7, 0, 0, 0, 0, 0},	      {762, 4, 0, 0, 0, 0, 0},
	{771, 2, 0, 0, 0, 0, 0},       {773, 4, 0, 0, 0, 0, 0},	      {779, 5, 0, 0, 0, 0, 0},
	{777, 2, 0, 0, 0, 0, 0},       {789, 5, 0, 0, 0, 0, 0},	      {784, 1, 0, 0, 0, 0, 0},
	{785, 4, 0, 0, 0, 0, 0},       {785, 0, 0, 222, 0, 1, 0},     {785, 0, 0, 223, 0, 1, 0},
	{794, 5, 0, 0, 0, 0, 0},       {818, 5, 0, 0, 0, 0, 0},	      {808, 6, 0, 0, 0, 0, 0},
	{799, 2, 0, 0, 0, 0, 0},       {801, 7, 0, 0, 0, 0, 0},	      {814, 4, 0, 0, 0, 0, 0},
	{823, 2, 0, 0, 0, 0, 0},       {825, 4, 0, 0, 0, 0, 0},	      {831, 5, 0, 0, 0, 0, 0},
	{829, 2, 0, 0, 0, 0, 0},       {841, 5, 0, 0, 0, 0, 0},	      {836, 1, 0, 0, 0, 0, 0},
	{837, 4, 0, 0, 0, 0, 0},       {837, 0, 0, 237, 0, 1, 0},     {837, 0, 0, 238, 0, 1, 0},
	{846, 5, 0, 0, 0, 0, 0},       {851, 3, 0, 0, 0, 0, 0},	      {863, 5, 0, 0, 0, 0, 0},
	{854, 4, 0, 0, 0, 0, 0},       {858, 5, 0, 0, 0, 0, 0},	      {868, 4, 0, 0, 0, 0, 0},
	{868, 0, 0, 248, 0, 1, 0},     {875, 5, 0, 0, 0, 0, 0},	      {872, 1, 0, 0, 0, 0, 0},
	{873, 2, 0, 0, 0, 0, 0},       {880, 4, 0, 0, 0, 0, 0},	      {884, 4, 0, 0, 0, 0, 0},
	{888, 3, 0, 0, 0, 0, 0},       {891, 4, 0, 0, 0, 0, 0},	      {895, 4, 0, 0, 0, 0, 0},
	{948, 5, 0, 0, 0, 0, 0},       {916, 4, 0, 0, 0, 0, 0},	      {910, 6, 0, 0, 0, 0, 0},
	{899, 5, 0, 0, 0, 0, 0},       {904, 3, 0, 0, 0, 0, 0},	      {907, 3, 0, 0, 0, 0, 0},
	{916, 0, 0, 263, 0, 1, 0},     {942, 6, 0, 0, 0, 0, 0},	      {920, 5, 0, 0, 0, 0, 0},
	{925, 0, 0, 269, 0, 1, 0},     {936, 6, 0, 0, 0, 0, 0},	      {925, 5, 0, 0, 0, 0, 0},
	{930, 3, 0, 0, 0, 0, 0},       {933, 3, 0, 0, 0, 0, 0},	      {942, 0, 0, 271, 0, 1, 0},
	{953, 4, 0, 0, 0, 0, 0},       {953, 0, 0, 261, 0, 1, 0},     {961, 3, 0, 0, 0, 0, 0},
	{957, 4, 0, 0, 0, 0, 0},       {967, 3, 0, 0, 0, 0, 0},	      {964, 3, 0, 0, 0, 0, 0},
	{970, 3, 0, 0, 0, 0, 0},       {975, 2, 0, 0, 0, 0, 0},	      {973, 2, 0, 0, 0, 0, 0},
	{977, 2, 0, 0, 0, 0, 0},       {979, 3, 0, 0, 0, 0, 0},	      {982, 3, 0, 0, 0, 0, 0},
	{982, 0, 0, 286, 0, 1, 0},     {1029, 5, 0, 0, 0, 0, 0},      {1000, 5, 0, 0, 0, 0, 0},
	{985, 2, 0, 0, 0, 0, 0},       {994, 6, 0, 0, 0, 0, 0},	      {987, 3, 0, 0, 0, 0, 0},
	{990, 2, 0, 0, 0, 0, 0},       {992, 2, 0, 0, 0, 0, 0},	      {1000, 0, 0, 292, 0, 1, 0},
	{1023, 6, 0, 0, 0, 0, 0},      {1005, 5, 0, 0, 0, 0, 0},      {1010, 0, 0, 298, 0, 1, 0},
	{1017, 6, 0, 0, 0, 0, 0},      {1010, 3, 0, 0, 0, 0, 0},      {1013, 2, 0, 0, 0, 0, 0},
	{1015, 2, 0, 0, 0, 0, 0},      {1023, 0, 0, 300, 0, 1, 0},    {1034, 4, 0, 0, 0, 0, 0},
	{1034, 0, 0, 289, 0, 1, 0},    {1067, 5, 0, 0, 0, 0, 0},      {1050, 7, 0, 0, 0, 0, 0},
	{1048, 2, 0, 0, 0, 0, 0},      {1038, 10, 0, 0, 0, 0, 0},     {1064, 3, 0, 0, 0, 0, 0},
	{1057, 7, 0, 0, 0, 0, 0},      {1064, 0, 0, 312, 0, 1, 0},    {1072, 4, 0, 0, 0, 0, 0},
	{1072, 0, 0, 307, 0, 1, 0},    {1089, 5, 0, 0, 0, 0, 0},      {1082, 7, 0, 0, 0, 0, 0},
	{1076, 6, 0, 0, 0, 0, 0},      {1082, 0, 0, 318, 1354, 1, 1}, {1094, 4, 0, 0, 0, 0, 0},
	{1094, 0, 0, 316, 0, 1, 0},    {1110, 5, 0, 0, 0, 0, 0},      {1100, 7, 0, 0, 0, 0, 0},
	{1098, 2, 0, 0, 0, 0, 0},      {1107, 3, 0, 0, 0, 0, 0},      {1115, 4, 0, 0, 0, 0, 0},
	{1115, 0, 0, 322, 0, 1, 0},    {1134, 5, 0, 0, 0, 0, 0},      {1119, 7, 0, 0, 0, 0, 0},
	{1132, 2, 0, 0, 0, 0, 0},      {1126, 6, 0, 0, 0, 0, 0},      {1132, 0, 0, 331, 0, 1, 0},
	{1139, 4, 0, 0, 0, 0, 0},      {1139, 0, 0, 328, 0, 1, 0},    {1158, 5, 0, 0, 0, 0, 0},
	{1143, 7, 0, 0, 0, 0, 0},      {1156, 2, 0, 0, 0, 0, 0},      {1150, 6, 0, 0, 0, 0, 0},
	{1156, 0, 0, 338, 0, 1, 0},    {1163, 4, 0, 0, 0, 0, 0},      {1163, 0, 0, 335, 0, 1, 0},
	{1172, 4, 0, 0, 0, 0, 0},      {1167, 5, 0, 0, 0, 0, 0},      {1176, 4, 0, 0, 0, 0, 0},
	{1176, 0, 0, 342, 0, 1, 0},    {1185, 4, 0, 0, 0, 0, 0},      {1180, 5, 0, 0, 0, 0, 0},
	{1189, 4, 0, 0, 0, 0, 0},      {1189, 0, 0, 346, 0, 1, 0},    {1193, 2, 0, 0, 0, 0, 0},
	{1195, 4, 0, 0, 0, 0, 0},      {1199, 4, 0, 0, 0, 0, 0},      {1205, 9, 0, 0, 0, 0, 0},
	{1203, 2, 0, 0, 0, 0, 0},      {1214, 6, 0, 0, 0, 0, 0},      {1220, 4, 0, 0, 0, 0, 0},
	{1224, 1, 0, 0, 0, 0, 0},      {1225, 4, 0, 0, 0, 0, 0},      {1229, 4, 0, 0, 0, 0, 0},
	{1229, 0, 0, 358, 1354, 1, 1}, {1233, 4, 0, 0, 0, 0, 0},      {1233, 0, 0, 359, 0, 1, 0},
	{1237, 6, 0, 0, 0, 0, 0},      {1243, 4, 0, 0, 0, 0, 0},      {1243, 0, 0, 363, 0, 1, 0},
	{1247, 5, 0, 0, 0, 0, 0},      {1252, 2, 0, 0, 0, 0, 0},      {1264, 3, 0, 0, 0, 0, 0},
	{1254, 1, 0, 0, 0, 0, 0},      {1255, 7, 0, 0, 0, 0, 0},      {1262, 2, 0, 0, 0, 0, 0},
	{1267, 9, 0, 0, 0, 0, 0},      {1276, 1, 0, 0, 0, 0, 0},      {1277, 4, 0, 0, 0, 0, 0},
	{1281, 4, 0, 0, 0, 0, 0},      {1285, 3, 0, 0, 0, 0, 0},      {1285, 0, 0, 374, 0, 1, 0},
	{1285, 0, 0, 375, 0, 1, 0},    {1288, 4, 0, 0, 0, 0, 0},      {1288, 0, 0, 376, 0, 1, 0},
	{1292, 4, 0, 0, 0, 0, 0},      {1292, 0, 0, 379, 0, 1, 0},    {1300, 17, 0, 0, 0, 0, 0},
	{1296, 2, 0, 0, 0, 0, 0},      {1298, 2, 0, 0, 0, 0, 0},      {1317, 4, 0, 0, 0, 0, 0},
	{1317, 0, 0, 383, 0, 1, 0},    {1321, 5, 0, 0, 0, 0, 0},      {1326, 4, 0, 0, 0, 0, 0},
	{1330, 11, 0, 0, 0, 0, 0},     {1348, 4, 0, 0, 0, 0, 0},      {1347, 1, 0, 0, 0, 0, 0},
	{1341, 6, 0, 0, 0, 0, 0},      {1347, 0, 0, 393, 0, 1, 0},    {1352, 4, 0, 0, 0, 0, 0},
	{1352, 0, 0, 391, 0, 1, 0},    {1359, 3, 0, 0, 0, 0, 0},      {1356, 3, 0, 0, 0, 0, 0},
	{1359, 0, 0, 398, 0, 1, 0},    {1362, 1, 0, 0, 0, 0, 0},      {1362, 0, 0, 397, 0, 1, 0},
	{1363, 2, 0, 0, 0, 0, 0},      {1373, 5, 0, 0, 0, 0, 0},      {1365, 1, 0, 0, 0, 0, 0},
	{1371, 2, 0, 0, 0, 0, 0},      {1366, 5, 0, 0, 0, 0, 0},      {1371, 0, 0, 406, 1354, 1, 1},
	{1378, 4, 0, 0, 0, 0, 0},      {1378, 0, 0, 403, 0, 1, 0},    {1428, 5, 0, 0, 0, 0, 0},
	{1387, 7, 0, 0, 0, 0, 0},      {1382, 1, 0, 0, 0, 0, 0},      {1383, 4, 0, 0, 0, 0, 0},
	{1387, 0, 0, 413, 0, 1, 0},    {1417, 11, 0, 0, 0, 0, 0},     {1394, 2, 0, 0, 0, 0, 0},
	{1396, 0, 0, 416, 1354, 1, 1}, {1396, 6, 0, 0, 0, 0, 0},      {1402, 0, 0, 418, 1354, 1, 1},
	{1402, 4, 0, 0, 0, 0, 0},      {1406, 1, 0, 0, 0, 0, 0},      {1407, 0, 0, 367, 0, 1, 0},
	{1407, 10, 0, 0, 0, 0, 0},     {1417, 0, 0, 350, 0, 1, 0},    {1433, 4, 0, 0, 0, 0, 0},
	{1433, 0, 0, 410, 0, 1, 0},    {1494, 5, 0, 0, 0, 0, 0},      {1461, 30, 0, 0, 0, 0, 0},
	{1437, 1, 0, 0, 0, 0, 0},      {1438, 8, 0, 0, 0, 0, 0},      {1446, 10, 0, 0, 0, 0, 0},
	{1456, 5, 0, 0, 0, 0, 0},      {1491, 3, 0, 0, 0, 0, 0},      {1499, 4, 0, 0, 0, 0, 0},
	{1503, 4, 0, 0, 0, 0, 0},      {1503, 0, 0, 427, 0, 1, 0},    {1527, 5, 0, 0, 0, 0, 0},
	{1514, 13, 0, 0, 0, 0, 0},     {1507, 6, 0, 0, 0, 0, 0},      {1513, 0, 0, 439, 1354, 1, 1},
	{1513, 0, 0, 372, 0, 1, 0},    {1513, 1, 0, 0, 0, 0, 0},      {1514, 0, 0, 442, 1939, 1, 1},
	{1532, 4, 0, 0, 0, 0, 0},      {1532, 0, 0, 437, 0, 1, 0},    {1536, 4, 0, 0, 0, 0, 0},
	{1540, 4, 0, 0, 0, 0, 0},      {1540, 0, 0, 446, 0, 1, 0},    {1559, 5, 0, 0, 0, 0, 0},
	{1544, 4, 0, 0, 0, 0, 0},      {1553, 6, 0, 0, 0, 0, 0},      {1548, 5, 0, 0, 0, 0, 0},
	{1553, 0, 0, 452, 1354, 1, 1}, {1564, 4, 0, 0, 0, 0, 0},      {1564, 0, 0, 449, 0, 1, 0},
	{1577, 5, 0, 0, 0, 0, 0},      {1572, 3, 0, 0, 0, 0, 0},      {1571, 1, 0, 0, 0, 0, 0},
	{1568, 3, 0, 0, 0, 0, 0},      {1571, 0, 0, 459, 0, 1, 0},    {1575, 2, 0, 0, 0, 0, 0},
	{1582, 4, 0, 0, 0, 0, 0},      {1582, 0, 0, 456, 0, 1, 0},    {1586, 7, 0, 0, 0, 0, 0},
	{1593, 4, 0, 0, 0, 0, 0},      {1593, 0, 0, 464, 0, 1, 0},    {1632, 5, 0, 0, 0, 0, 0},
	{1604, 20, 0, 0, 0, 0, 0},     {1597, 6, 0, 0, 0, 0, 0},      {1603, 0, 0, 469, 6561, 1, 1},
	{1603, 1, 0, 0, 0, 0, 0},      {1630, 2, 0, 0, 0, 0, 0},      {1624, 6, 0, 0, 0, 0, 0},
	{1630, 0, 0, 473, 1354, 1, 1}, {1637, 6, 0, 0, 0, 0, 0},      {1637, 0, 0, 108, 0, 1, 0},
	{1637, 0, 0, 312, 1, 1, 1},    {1643, 4, 0, 0, 0, 0, 0},      {1643, 0, 0, 475, 0, 1, 0},
	{1647, 4, 0, 0, 0, 0, 0},      {1647, 0, 0, 467, 0, 1, 0},    {1651, 2, 0, 0, 0, 0, 0},
	{1653, 1, 0, 0, 0, 0, 0},      {1653, 0, 0, 482, 0, 1, 0},    {1659, 8, 0, 0, 0, 0, 0},
	{1654, 3, 0, 0, 0, 0, 0},      {1658, 1, 0, 0, 0, 0, 0},      {1657, 1, 0, 0, 0, 0, 0},
	{1658, 0, 0, 488, 0, 1, 0},    {1667, 4, 0, 0, 0, 0, 0},      {1671, 6, 0, 0, 0, 0, 0},
	{1671, 0, 0, 485, 0, 1, 0},    {1671, 0, 0, 490, 0, 1, 0},    {1677, 4, 0, 0, 0, 0, 0},
	{1677, 0, 0, 491, 0, 1, 0},    {1686, 7, 0, 0, 0, 0, 0},      {1681, 3, 0, 0, 0, 0, 0},
	{1685, 1, 0, 0, 0, 0, 0},      {1684, 1, 0, 0, 0, 0, 0},      {1685, 0, 0, 499, 0, 1, 0},
	{1693, 4, 0, 0, 0, 0, 0},      {1697, 6, 0, 0, 0, 0, 0},      {1697, 0, 0, 496, 0, 1, 0},
	{1697, 0, 0, 501, 0, 1, 0},    {1703, 4, 0, 0, 0, 0, 0},      {1703, 0, 0, 502, 0, 1, 0},
	{1709, 17, 0, 0, 0, 0, 0},     {1707, 2, 0, 0, 0, 0, 0},      {1726, 4, 0, 0, 0, 0, 0},
	{1726, 0, 0, 507, 0, 1, 0},    {1732, 17, 0, 0, 0, 0, 0},     {1730, 2, 0, 0, 0, 0, 0},
	{1749, 4, 0, 0, 0, 0, 0},      {1749, 0, 0, 511, 0, 1, 0},    {1756, 3, 0, 0, 0, 0, 0},
	{1753, 3, 0, 0, 0, 0, 0},      {1759, 1, 0, 0, 0, 0, 0},      {1759, 0, 0, 515, 0, 1, 0},
	{1769, 5, 0, 0, 0, 0, 0},      {1764, 4, 0, 0, 0, 0, 0},      {1760, 2, 0, 0, 0, 0, 0},
	{1762, 0, 0, 521, 0, 1, 0},    {1762, 2, 0, 0, 0, 0, 0},      {1764, 0, 0, 523, 0, 1, 0},
	{1768, 1, 0, 0, 0, 0, 0},      {1774, 4, 0, 0, 0, 0, 0},      {1774, 0, 0, 519, 0, 1, 0},
	{1778, 1, 0, 0, 0, 0, 0},      {1808, 5, 0, 0, 0, 0, 0},      {1798, 4, 0, 0, 0, 0, 0},
	{1779, 1, 0, 0, 0, 0, 0},      {1795, 3, 0, 0, 0, 0, 0},      {1780, 2, 0, 0, 0, 0, 0},
	{1782, 0, 0, 533, 0, 1, 0},    {1782, 5, 0, 0, 0, 0, 0},      {1787, 0, 0, 535, 0, 1, 0},
	{1791, 4, 0, 0, 0, 0, 0},      {1787, 1, 0, 0, 0, 0, 0},      {1788, 2, 0, 0, 0, 0, 0},
	{1790, 1, 0, 0, 0, 0, 0},      {1795, 0, 0, 537, 0, 1, 0},    {1798, 0, 0, 532, 0, 1, 0},
	{1807, 1, 0, 0, 0, 0, 0},      {1802, 5, 0, 0, 0, 0, 0},      {1807, 0, 0, 544, 0, 1, 0},
	{1813, 4, 0, 0, 0, 0, 0},      {1813, 0, 0, 529, 0, 1, 0},    {1820, 2, 0, 0, 0, 0, 0},
	{1817, 3, 0, 0, 0, 0, 0},      {1822, 2, 0, 0, 0, 0, 0},      {1832, 5, 0, 0, 0, 0, 0},
	{1824, 2, 0, 0, 0, 0, 0},      {1831, 1, 0, 0, 0, 0, 0},      {1826, 5, 0, 0, 0, 0, 0},
	{1831, 0, 0, 554, 0, 1, 0},    {1837, 4, 0, 0, 0, 0, 0},      {1837, 0, 0, 551, 0, 1, 0},
	{1847, 3, 0, 0, 0, 0, 0},      {1845, 2, 0, 0, 0, 0, 0},      {1843, 2, 0, 0, 0, 0, 0},
	{1841, 2, 0, 0, 0, 0, 0},      {1850, 1, 0, 0, 0, 0, 0},      {1850, 0, 0, 558, 0, 1, 0},
	{1851, 2, 0, 0, 0, 0, 0},      {1862, 5, 0, 0, 0, 0, 0},      {1857, 4, 0, 0, 0, 0, 0},
	{1853, 2, 0, 0, 0, 0, 0},      {1855, 0, 0, 567, 0, 1, 0},    {1855, 2, 0, 0, 0, 0, 0},
	{1857, 0, 0, 569, 0, 1, 0},    {1861, 1, 0, 0, 0, 0, 0},      {1874, 4, 0, 0, 0, 0, 0},
	{1872, 2, 0, 0, 0, 0, 0},      {1867, 5, 0, 0, 0, 0, 0},      {1878, 4, 0, 0, 0, 0, 0},
	{1878, 0, 0, 572, 0, 1, 0},    {1882, 4, 0, 0, 0, 0, 0},      {1882, 0, 0, 565, 0, 1, 0},
	{1900, 4, 0, 0, 0, 0, 0},      {1896, 4, 0, 0, 0, 0, 0},      {1892, 2, 0, 0, 0, 0, 0},
	{1886, 3, 0, 0, 0, 0, 0},      {1889, 0, 0, 582, 0, 1, 0},    {1889, 3, 0, 0, 0, 0, 0},
	{1892, 0, 0, 584, 0, 1, 0},    {1894, 0, 0, 581, 0, 1, 0},    {1894, 2, 0, 0, 0, 0, 0},
	{1896, 0, 0, 587, 0, 1, 0},    {1904, 4, 0, 0, 0, 0, 0},      {1904, 0, 0, 579, 0, 1, 0},
	{1911, 3, 0, 0, 0, 0, 0},      {1908, 3, 0, 0, 0, 0, 0},      {1914, 1, 0, 0, 0, 0, 0},
	{1914, 0, 0, 591, 0, 1, 0},    {1924, 5, 0, 0, 0, 0, 0},      {1919, 4, 0, 0, 0, 0, 0},
	{1915, 2, 0, 0, 0, 0, 0},      {1917, 0, 0, 597, 0, 1, 0},    {1917, 2, 0, 0, 0, 0, 0},
	{1919, 0, 0, 599, 0, 1, 0},    {1923, 1, 0, 0, 0, 0, 0},      {1936, 4, 0, 0, 0, 0, 0},
	{1934, 2, 0, 0, 0, 0, 0},      {1929, 5, 0, 0, 0, 0, 0},      {1940, 4, 0, 0, 0, 0, 0},
	{1940, 0, 0, 602, 0, 1, 0},    {1944, 4, 0, 0, 0, 0, 0},      {1944, 0, 0, 595, 0, 1, 0},
	{1948, 1, 0, 0, 0, 0, 0},      {1951, 6, 0, 0, 0, 0, 0},      {1949, 2, 0, 0, 0, 0, 0},
	{1957, 4, 0, 0, 0, 0, 0},      {1957, 0, 0, 610, 0, 1, 0},    {1961, 1, 0, 0, 0, 0, 0},
	{1964, 6, 0, 0, 0, 0, 0},      {1962, 2, 0, 0, 0, 0, 0},      {1970, 4, 0, 0, 0, 0, 0},
	{1970, 0, 0, 615, 0, 1, 0},    {1984, 5, 0, 0, 0, 0, 0},      {1974, 3, 0, 0, 0, 0, 0},
	{1977, 7, 0, 0, 0, 0, 0},      {1989, 4, 0, 0, 0, 0, 0},      {1989, 0, 0, 619, 0, 1, 0},
	{1993, 1, 0, 0, 0, 0, 0},      {1994, 1, 0, 0, 0, 0, 0},      {1995, 2, 0, 0, 0, 0, 0},
	{2006, 4, 0, 0, 0, 0, 0},      {1999, 7, 0, 0, 0, 0, 0},      {1997, 2, 0, 0, 0, 0, 0},
	{2012, 2, 0, 0, 0, 0, 0},      {2010, 2, 0, 0, 0, 0, 0},      {2012, 0, 0, 631, 0, 1, 0},
	{2014, 2, 0, 0, 0, 0, 0},      {2026, 5, 0, 0, 0, 0, 0},      {2016, 3, 0, 0, 0, 0, 0},
	{2019, 7, 0, 0, 0, 0, 0},      {2031, 4, 0, 0, 0, 0, 0},      {2031, 0, 0, 634, 0, 1, 0},
	{2069, 4, 0, 0, 0, 0, 0},      {2045, 24, 0, 0, 0, 0, 0},     {2035, 0, 0, 624, 0, 1, 0},
	{2035, 0, 0, 625, 0, 1, 0},    {2035, 0, 0, 626, 0, 1, 0},    {2035, 0, 0, 633, 0, 1, 0},
	{2035, 2, 0, 0, 0, 0, 0},      {2037, 2, 0, 0, 0, 0, 0},      {2039, 2, 0, 0, 0, 0, 0},
	{2041, 2, 0, 0, 0, 0, 0},      {2043, 2, 0, 0, 0, 0, 0},      {2073, 4, 0, 0, 0, 0, 0},
	{2073, 0, 0, 639, 0, 1, 0},    {2077, 1, 0, 0, 0, 0, 0},      {2077, 0, 0, 6, 0, 1, 0},
	{2083, 5, 0, 0, 0, 0, 0},      {2078, 5, 0, 0, 0, 0, 0},      {2083, 0, 0, 655, 0, 1, 0},
	{2095, 5, 0, 0, 0, 0, 0},      {2088, 3, 0, 0, 0, 0, 0},      {2091, 4, 0, 0, 0, 0, 0},
	{2095, 0, 0, 659, 0, 1, 0},    {2100, 4, 0, 0, 0, 0, 0},      {2100, 0, 0, 657, 0, 1, 0},
	{2104, 4, 0, 0, 0, 0, 0},      {2104, 0, 0, 654, 0, 1, 0},    {2108, 4, 0, 0, 0, 0, 0},
	{2112, 5, 0, 0, 0, 0, 0},      {2117, 4, 0, 0, 0, 0, 0},      {2117, 0, 0, 666, 0, 1, 0},
	{2121, 4, 0, 0, 0, 0, 0},      {2121, 0, 0, 665, 0, 1, 0},    {2125, 1, 0, 0, 0, 0, 0},
	{2131, 5, 0, 0, 0, 0, 0},      {2126, 5, 0, 0, 0, 0, 0},      {2131, 0, 0, 673, 0, 1, 0},
	{2143, 5, 0, 0, 0, 0, 0},      {2136, 3, 0, 0, 0, 0, 0},      {2139, 4, 0, 0, 0, 0, 0},
	{2143, 0, 0, 677, 0, 1, 0},    {2148, 4, 0, 0, 0, 0, 0},      {2148, 0, 0, 675, 0, 1, 0},
	{2152, 4, 0, 0, 0, 0, 0},      {2152, 0, 0, 672, 0, 1, 0},    {2156, 4, 0, 0, 0, 0, 0},
	{2160, 5, 0, 0, 0, 0, 0},      {2165, 4, 0, 0, 0, 0, 0},      {2165, 0, 0, 684, 0, 1, 0},
	{2169, 4, 0, 0, 0, 0, 0},      {2169, 0, 0, 683, 0, 1, 0},    {2173, 7, 0, 0, 0, 0, 0},
	{2180, 4, 0, 0, 0, 0, 0},      {2180, 0, 0, 689, 0, 1, 0},    {2184, 7, 0, 0, 0, 0, 0},
	{2191, 4, 0, 0, 0, 0, 0},      {2191, 0, 0, 692, 0, 1, 0},    {2204, 4, 0, 0, 0, 0, 0},
	{2197, 7, 0, 0, 0, 0, 0},      {2195, 2, 0, 0, 0, 0, 0},      {2197, 0, 0, 697, 0, 1, 0},
	{2208, 4, 0, 0, 0, 0, 0},      {2208, 0, 0, 695, 0, 1, 0},    {2218, 4, 0, 0, 0, 0, 0},
	{2217, 1, 0, 0, 0, 0, 0},      {2213, 4, 0, 0, 0, 0, 0},      {2212, 1, 0, 0, 0, 0, 0},
	{2217, 0, 0, 703, 1, 1, 1},    {2222, 4, 0, 0, 0, 0, 0},      {2222, 0, 0, 701, 0, 1, 0},
	{2226, 10, 0, 0, 0, 0, 0},     {2226, 0, 0, 483, 0, 1, 0},    {2236, 4, 0, 0, 0, 0, 0},
	{2236, 0, 0, 708, 0, 1, 0},    {2251, 5, 0, 0, 0, 0, 0},      {2242, 3, 0, 0, 0, 0, 0},
	{2240, 2, 0, 0, 0, 0, 0},      {2247, 4, 0, 0, 0, 0, 0},      {2245, 2, 0, 0, 0, 0, 0},
	{2256, 4, 0, 0, 0, 0, 0},      {2256, 0, 0, 712, 0, 1, 0},    {2269, 4, 0, 0, 0, 0, 0},
	{2262, 7, 0, 0, 0, 0, 0},      {2260, 2, 0, 0, 0, 0, 0},      {2262, 0, 0, 721, 0, 1, 0},
	{2273, 4, 0, 0, 0, 0, 0},      {2273, 0, 0, 719, 0, 1, 0},    {2283, 4, 0, 0, 0, 0, 0},
	{2282, 1, 0, 0, 0, 0, 0},      {2278, 4, 0, 0, 0, 0, 0},      {2277, 1, 0, 0, 0, 0, 0},
	{2282, 0, 0, 727, 1, 1, 1},    {2287, 4, 0, 0, 0, 0, 0},      {2287, 0, 0, 725, 0, 1, 0},
	{2291, 7, 0, 0, 0, 0, 0},      {2298, 4, 0, 0, 0, 0, 0},      {2298, 0, 0, 732, 0, 1, 0},
	{2302, 10, 0, 0, 0, 0, 0},     {2312, 4, 0, 0, 0, 0, 0},      {2312, 0, 0, 735, 0, 1, 0},
	{2327, 5, 0, 0, 0, 0, 0},      {2318, 3, 0, 0, 0, 0, 0},      {2316, 2, 0, 0, 0, 0, 0},
	{2323, 4, 0, 0, 0, 0, 0},      {2321, 2, 0, 0, 0, 0, 0},      {2332, 4, 0, 0, 0, 0, 0},
	{2332, 0, 0, 738, 0, 1, 0},    {2336, 6, 0, 0, 0, 0, 0},      {2351, 2, 0, 0, 0, 0, 0},
	{2349, 2, 0, 0, 0, 0, 0},      {2346, 3, 0, 0, 0, 0, 0},      {2342, 4, 0, 0, 0, 0, 0},
	{2432, 5, 0, 0, 0, 0, 0},      {2418, 6, 0, 0, 0, 0, 0},      {2353, 6, 0, 0, 0, 0, 0},
	{2410, 8, 0, 0, 0, 0, 0},      {2359, 0, 0, 745, 0, 1, 0},    {2404, 1, 0, 0, 0, 0, 0},
	{2361, 43, 0, 0, 0, 0, 0},     {2359, 0, 0, 756, 0, 1, 0},    {2359, 0, 756, 0, 0, 0, 0},
	{2359, 2, 0, 0, 0, 0, 0},      {2408, 2, 0, 0, 0, 0, 0},      {2405, 3, 0, 0, 0, 0, 0},
	{2418, 0, 0, 753, 0, 1, 0},    {2429, 3, 0, 0, 0, 0, 0},      {2424, 5, 0, 0, 0, 0, 0},
	{2429, 0, 0, 764, 0, 1, 0},    {2437, 4, 0, 0, 0, 0, 0},      {2437, 0, 0, 750, 0, 1, 0},
	{2441, 6, 0, 0, 0, 0, 0},      {2454, 3, 0, 0, 0, 0, 0},      {2451, 3, 0, 0, 0, 0, 0},
	{2447, 4, 0, 0, 0, 0, 0},      {2540, 5, 0, 0, 0, 0, 0},      {2522, 10, 0, 0, 0, 0, 0},
	{2457, 0, 0, 768, 0, 1, 0},    {2457, 6, 0, 0, 0, 0, 0},      {2466, 2, 0, 0, 0, 0, 0},
	{2463, 3, 0, 0, 0, 0, 0},      {2513, 1, 0, 0, 0, 0, 0},      {2470, 43, 0, 0, 0, 0, 0},
	{2468, 0, 0, 779, 0, 1, 0},    {2468, 0, 779, 0, 0, 0, 0},    {2468, 2, 0, 0, 0, 0, 0},
	{2514, 8, 0, 0, 0, 0, 0},      {2522, 0, 0, 783, 0, 1, 0},    {2537, 3, 0, 0, 0, 0, 0},
	{2532, 5, 0, 0, 0, 0, 0},      {2537, 0, 0, 786, 0, 1, 0},    {2545, 4, 0, 0, 0, 0, 0},
	{2545, 0, 0, 772, 0, 1, 0},    {2553, 6, 0, 0, 0, 0, 0},      {2549, 2, 0, 0, 0, 0, 0},
	{2551, 2, 0, 0, 0, 0, 0},      {2553, 0, 0, 792, 0, 1, 0},    {2553, 0, 0, 791, 0, 1, 0},
	{2559, 3, 0, 0, 0, 0, 0},      {2559, 0, 0, 790, 0, 1, 0},    {2562, 10, 0, 0, 0, 0, 0},
	{2572, 4, 0, 0, 0, 0, 0},      {2572, 0, 0, 797, 0, 1, 0},    {2576, 4, 0, 0, 0, 0, 0},
	{2589, 8, 0, 0, 0, 0, 0},      {2583, 6, 0, 0, 0, 0, 0},      {2580, 3, 0, 0, 0, 0, 0},
	{2583, 0, 0, 803, 0, 1, 0},    {2597, 2, 0, 0, 0, 0, 0},      {2599, 9, 0, 0, 0, 0, 0},
	{2624, 5, 0, 0, 0, 0, 0},      {2611, 7, 0, 0, 0, 0, 0},      {2608, 3, 0, 0, 0, 0, 0},
	{2623, 1, 0, 0, 0, 0, 0},      {2618, 5, 0, 0, 0, 0, 0},      {2623, 0, 0, 811, 1354, 1, 1},
	{2629, 4, 0, 0, 0, 0, 0},      {2629, 0, 0, 807, 0, 1, 0},    {2649, 5, 0, 0, 0, 0, 0},
	{2636, 7, 0, 0, 0, 0, 0},      {2633, 3, 0, 0, 0, 0, 0},      {2648, 1, 0, 0, 0, 0, 0},
	{2643, 5, 0, 0, 0, 0, 0},      {2648, 0, 0, 819, 1354, 1, 1}, {2654, 4, 0, 0, 0, 0, 0},
	{2654, 0, 0, 815, 0, 1, 0},
};

static const struct merge_field fields[] = {
	{1, 1},	     {6, 1},	  {16, 1},     {21, 1},	    {26, 1},	 {35, 5},     {43, 1},
	{47, 1},     {51, 1},	  {60, 3},     {67, 8},	    {84, 9},	 {96, 3},     {106, 3},
	{118, 3},    {129, 3},	  {139, 1},    {145, 3},    {169, 4},	 {182, 1},    {196, 1},
	{1, 1},	     {208, 6},	  {226, 6},    {241, 1},    {260, 11},	 {266, 1},    {278, 1},
	{293, 1},    {304, 1},	  {315, 1},    {324, 1},    {332, 1},	 {342, 1},    {293, 1},
	{347, 1},    {366, 1},	  {377, 1},    {1, 1},	    {382, 1},	 {386, 9},    {398, 1},
	{410, 1},    {428, 1},	  {455, 1},    {473, 14},   {484, 1},	 {497, 1},    {508, 9},
	{515, 16},   {1, 1},	  {6, 1},      {529, 18},   {545, 1},	 {561, 1},    {382, 1},
	{293, 1},    {377, 1},	  {570, 13},   {579, 19},   {588, 1},	 {597, 1},    {545, 1},
	{561, 1},    {293, 1},	  {616, 21},   {377, 1},    {570, 22},	 {145, 3},    {169, 4},
	{182, 1},    {196, 1},	  {1, 1},      {208, 6},    {226, 6},	 {260, 11},   {266, 1},
	{278, 1},    {293, 1},	  {377, 1},    {570, 13},   {579, 25},	 {293, 1},    {616, 27},
	{377, 1},    {570, 22},	  {1, 1},      {6, 1},	    {16, 1},	 {21, 1},     {26, 1},
	{35, 30},    {43, 1},	  {96, 3},     {106, 3},    {118, 3},	 {129, 3},    {139, 1},
	{145, 3},    {169, 29},	  {182, 1},    {196, 1},    {1, 1},	 {208, 6},    {226, 6},
	{241, 1},    {260, 32},	  {266, 1},    {278, 1},    {293, 1},	 {377, 1},    {570, 13},
	{579, 34},   {293, 1},	  {616, 36},   {377, 1},    {570, 22},	 {145, 3},    {169, 29},
	{182, 1},    {196, 1},	  {1, 1},      {208, 6},    {226, 6},	 {260, 32},   {266, 1},
	{278, 1},    {293, 1},	  {377, 1},    {570, 13},   {579, 39},	 {293, 1},    {616, 41},
	{377, 1},    {570, 22},	  {622, 1},    {626, 3},    {631, 3},	 {637, 3},    {646, 44},
	{660, 1},    {1, 1},	  {6, 1},      {669, 43},   {293, 1},	 {683, 1},    {377, 1},
	{570, 13},   {688, 1},	  {293, 1},    {616, 47},   {377, 1},	 {570, 22},   {47, 1},
	{51, 1},     {60, 3},	  {67, 57},    {697, 57},   {709, 55},	 {720, 1},    {727, 60},
	{745, 58},   {793, 59},	  {840, 6},    {208, 6},    {854, 3},	 {865, 1},    {877, 63},
	{720, 1},    {745, 64},	  {793, 65},   {745, 64},   {793, 65},	 {893, 53},   {906, 61},
	{918, 66},   {47, 1},	  {1, 1},      {934, 1},    {293, 1},	 {943, 1},    {953, 1},
	{967, 1},    {975, 1},	  {47, 1},     {1, 1},	    {934, 1},	 {984, 70},   {1000, 71},
	{1009, 72},  {1026, 73},  {1, 1},      {1039, 1},   {1045, 69},	 {1, 1},      {934, 1},
	{1, 1},	     {934, 1},	  {1055, 76},  {1068, 1},   {1075, 77},	 {1085, 3},   {1, 1},
	{1039, 1},   {1093, 1},	  {1098, 84},  {16, 1},	    {21, 1},	 {1110, 1},   {1093, 1},
	{21, 1},     {1117, 81},  {1122, 82},  {1130, 85},  {1140, 80},	 {1150, 80},  {1117, 81},
	{1158, 1},   {1122, 82},  {1175, 1},   {1195, 1},   {1209, 1},	 {1130, 85},  {1226, 1},
	{278, 1},    {1256, 1},	  {1270, 1},   {1277, 1},   {1, 1},	 {1286, 1},   {1318, 9},
	{1325, 9},   {1334, 3},	  {1338, 3},   {1343, 1},   {1349, 1},	 {1354, 1},   {1359, 1},
	{1364, 1},   {1354, 1},	  {1381, 1},   {1400, 1},   {1423, 1},	 {1437, 1},   {1462, 91},
	{1475, 1},   {1486, 1},	  {1496, 1},   {1519, 1},   {1530, 1},	 {1543, 1},   {1553, 92},
	{1568, 93},  {1583, 94},  {1598, 1},   {1, 1},	    {1609, 1},	 {1619, 1},   {1, 1},
	{1636, 1},   {1645, 1},	  {1653, 1},   {1665, 3},   {1085, 3},	 {622, 74},   {1670, 78},
	{1678, 1},   {1684, 1},	  {1700, 79},  {1710, 86},  {1, 1},	 {1724, 88},  {1730, 86},
	{129, 89},   {1745, 90},  {1761, 86},  {1774, 1},   {1780, 1},	 {1790, 1},   {1813, 1},
	{1838, 1},   {1842, 96},  {1856, 98},  {1869, 1},   {1, 1},	 {1039, 1},   {1880, 3},
	{1892, 102}, {1900, 3},	  {1665, 3},   {1085, 3},   {622, 74},	 {1670, 78},  {1678, 1},
	{1684, 1},   {1700, 79},  {1710, 86},  {1, 1},	    {1724, 104}, {1730, 86},  {129, 89},
	{1745, 90},  {1761, 86},  {1774, 1},   {1780, 1},   {1909, 1},	 {1790, 1},   {1813, 1},
	{1838, 1},   {1842, 96},  {1856, 98},  {1869, 1},   {1929, 3},	 {1939, 1},   {1, 1},
	{1942, 1},   {1, 1},	  {1039, 1},   {1956, 1},   {1964, 1},	 {1519, 1},   {1530, 1},
	{1543, 1},   {1553, 92},  {1568, 93},  {1984, 3},   {2003, 114}, {1583, 94},  {2011, 1},
	{47, 1},     {51, 1},	  {2018, 1},   {1039, 1},   {840, 6},	 {2036, 1},   {865, 1},
	{2044, 1},   {2092, 1},	  {2099, 1},   {1636, 1},   {2109, 1},	 {2118, 1},   {2130, 1},
	{2139, 1},   {2092, 1},	  {377, 1},    {1636, 1},   {1636, 1},	 {2147, 1},   {2158, 1},
	{2168, 3},   {16, 1},	  {1636, 1},   {2177, 1},   {1075, 108}, {1359, 1},   {2092, 1},
	{1636, 1},   {1075, 108}, {2109, 1},   {47, 1},	    {2188, 1},	 {16, 1},     {2193, 1},
	{616, 127},  {1, 1},	  {934, 1},    {2205, 1},   {2092, 1},	 {2212, 108}, {1636, 1},
	{2233, 9},   {1000, 71},  {2188, 1},   {16, 1},	    {1009, 72},	 {2193, 1},   {616, 131},
	{2250, 1},   {2257, 1},	  {2267, 1},   {377, 1},    {1, 1},	 {2276, 3},   {2288, 136},
	{129, 89},   {2299, 6},	  {2308, 1},   {2325, 1},   {2336, 1},	 {570, 13},   {2347, 135},
	{2352, 134}, {2092, 1},	  {2372, 1},   {1636, 1},   {2376, 3},	 {2387, 3},   {2205, 1},
	{2092, 1},   {1892, 9},	  {1636, 1},   {1075, 108}, {2393, 1},	 {2405, 1},   {2092, 1},
	{2099, 1},   {2417, 1},	  {1636, 1},   {2424, 1},   {2434, 1},	 {688, 1},    {2445, 1},
	{16, 1},     {1636, 1},	  {16, 1},     {1354, 1},   {2455, 1},	 {2473, 1},   {2092, 1},
	{2489, 1},   {2503, 1},	  {2507, 1},   {2372, 1},   {2522, 3},	 {1636, 1},   {1075, 108},
	{2530, 1},   {16, 1},	  {1636, 1},   {2543, 1},   {2550, 1},	 {1636, 1},   {2092, 1},
	{2560, 1},   {2092, 1},	  {1636, 1},   {2109, 1},   {616, 127},	 {1, 1},      {934, 1},
	{616, 131},  {616, 127},  {1, 1},      {934, 1},    {2565, 1},	 {2574, 1},   {16, 1},
	{2592, 151}, {2602, 152}, {2614, 153}, {2621, 154}, {2193, 1},	 {2641, 155}, {2649, 1},
	{1636, 1},   {2655, 1},	  {2664, 1},   {1359, 1},   {2671, 1},	 {2092, 1},   {1678, 1},
	{2678, 1},   {2168, 3},	  {2686, 1},   {1636, 1},   {1075, 108}, {1359, 1},   {2092, 1},
	{2691, 1},   {2699, 1},	  {1636, 1},   {1075, 108}, {2716, 1},	 {2727, 1},   {2739, 1},
	{2751, 1},   {2336, 1},	  {2193, 1},   {616, 127},  {934, 1},	 {2147, 1},   {2092, 1},
	{1636, 1},   {1075, 108}, {2336, 1},   {2758, 1},   {2092, 1},	 {2774, 1},   {2790, 1},
	{2808, 1},   {2819, 120}, {2840, 121}, {2850, 122}, {2860, 123}, {2867, 124}, {2592, 125},
	{2874, 128}, {2602, 129}, {2878, 132}, {2887, 133}, {2897, 137}, {2900, 138}, {2911, 139},
	{2919, 140}, {2937, 141}, {2945, 142}, {2955, 143}, {2964, 144}, {1, 1},      {2970, 145},
	{2974, 146}, {2996, 147}, {3017, 148}, {3032, 149}, {3042, 156}, {3050, 157}, {3054, 158},
	{2614, 159}, {3062, 160}, {3072, 161}, {3086, 1},   {3108, 52},	 {3117, 1},   {3146, 99},
	{3157, 100}, {3167, 1},	  {3177, 1},   {3196, 105}, {3216, 107}, {3228, 1},   {3236, 1},
	{3248, 1},   {3256, 1},	  {3265, 109}, {3282, 99},  {3297, 1},	 {3306, 9},   {3319, 9},
	{3328, 1},   {3345, 1},	  {3354, 1},   {3372, 111}, {3387, 1},	 {3401, 1},   {3418, 1},
	{1745, 112}, {3432, 1},	  {3447, 1},   {3466, 1},   {3484, 1},	 {3506, 1},   {1226, 1},
	{3516, 116}, {3528, 118}, {3554, 162}, {570, 13},   {2347, 51},	 {3562, 1},   {3571, 1},
	{3586, 164}, {1354, 1},	  {3600, 1},   {3616, 1},   {2299, 6},	 {3637, 50},  {3646, 163},
	{3661, 1},   {3680, 1},	  {3688, 1},   {3695, 1},   {1354, 1},	 {3702, 1},   {3717, 167},
	{3728, 1},   {3751, 1},	  {3774, 1},   {3790, 1},   {3809, 1},	 {3821, 1},   {3839, 1},
	{3858, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 49},	 {3695, 165}, {293, 1},
	{616, 169},  {377, 1},	  {570, 22},   {3562, 1},   {3571, 1},	 {3586, 173}, {1354, 1},
	{3600, 1},   {3881, 1},	  {3888, 1},   {3912, 1},   {3616, 1},	 {2299, 6},   {3921, 172},
	{3637, 50},  {3661, 1},	  {3930, 1},   {3680, 1},   {3688, 1},	 {3695, 1},   {1354, 1},
	{3945, 1},   {3702, 1},	  {3717, 176}, {3839, 1},   {3963, 1},	 {3912, 1},   {3977, 1},
	{3997, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 171}, {3695, 174}, {293, 1},
	{616, 178},  {377, 1},	  {570, 22},   {669, 43},   {1354, 1},	 {4013, 180}, {4032, 182},
	{3600, 1},   {3912, 1},	  {2299, 6},   {3637, 50},  {3661, 1},	 {3680, 1},   {3688, 1},
	{3695, 1},   {1354, 1},	  {3945, 1},   {3717, 187}, {4048, 1},	 {3839, 1},   {3963, 1},
	{3912, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 184}, {3695, 185}, {293, 1},
	{616, 189},  {377, 1},	  {570, 22},   {2099, 1},   {3586, 190}, {1354, 1},   {4069, 1},
	{3661, 1},   {3680, 1},	  {3688, 1},   {3695, 1},   {1354, 1},	 {2276, 3},   {4083, 9},
	{3717, 197}, {4092, 1},	  {293, 1},    {377, 1},    {570, 13},	 {2347, 135}, {3695, 195},
	{4098, 1},   {3912, 1},	  {3616, 1},   {2299, 6},   {4118, 1},	 {3637, 50},  {3646, 193},
	{4130, 198}, {3661, 1},	  {3680, 1},   {3688, 1},   {3695, 1},	 {1354, 1},   {3702, 1},
	{3717, 201}, {4151, 1},	  {4167, 1},   {3839, 1},   {3963, 1},	 {3912, 1},   {4183, 1},
	{3997, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 192}, {3695, 199}, {293, 1},
	{616, 203},  {377, 1},	  {570, 22},   {293, 1},    {377, 1},	 {1, 1},      {382, 1},
	{4198, 3},   {4208, 204}, {2574, 1},   {4223, 1},   {4243, 1},	 {293, 1},    {377, 1},
	{570, 13},   {2347, 206}, {3695, 207}, {4198, 3},   {4243, 1},	 {4249, 212}, {4255, 3},
	{382, 1},    {4262, 1},	  {4198, 3},   {4271, 1},   {4285, 1},	 {1359, 211}, {293, 1},
	{377, 1},    {570, 13},	  {2347, 209}, {3695, 210}, {4198, 3},	 {4243, 1},   {4249, 212},
	{4255, 3},   {382, 1},	  {4262, 1},   {4198, 3},   {4271, 1},	 {4285, 1},   {1359, 216},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 214}, {3695, 215}, {16, 1},     {4291, 1},
	{2649, 1},   {1, 1},	  {6, 1},      {975, 1},    {4296, 1},	 {4291, 1},   {4308, 1},
	{4249, 212}, {4255, 3},	  {4316, 219}, {4338, 220}, {382, 1},	 {1359, 1},   {4357, 1},
	{4365, 1},   {4372, 1},	  {3688, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 218},
	{3695, 221}, {4388, 3},	  {4404, 3},   {96, 3},	    {4410, 3},	 {129, 3},    {4404, 3},
	{4316, 219}, {4338, 220}, {293, 1},    {377, 1},    {570, 13},	 {2347, 225}, {3695, 221},
	{6, 1},	     {4372, 1},	  {4424, 1},   {4435, 229}, {4452, 230}, {293, 1},    {377, 1},
	{570, 13},   {2347, 227}, {3695, 228}, {293, 1},    {377, 1},	 {570, 13},   {2347, 218},
	{3695, 221}, {16, 1},	  {4291, 1},   {2649, 1},   {1, 1},	 {6, 1},      {975, 1},
	{4296, 1},   {4291, 1},	  {4308, 1},   {4249, 212}, {2649, 3},	 {4316, 234}, {4338, 235},
	{382, 1},    {1359, 1},	  {4357, 1},   {4365, 1},   {4372, 1},	 {3688, 1},   {293, 1},
	{377, 1},    {570, 13},	  {2347, 233}, {3695, 236}, {4388, 3},	 {4404, 3},   {96, 3},
	{4410, 3},   {129, 3},	  {4404, 3},   {4316, 234}, {4338, 235}, {293, 1},    {377, 1},
	{570, 13},   {2347, 240}, {3695, 236}, {6, 1},	    {4372, 1},	 {4424, 1},   {4435, 244},
	{4452, 245}, {293, 1},	  {377, 1},    {570, 13},   {2347, 242}, {3695, 243}, {293, 1},
	{377, 1},    {570, 13},	  {2347, 233}, {3695, 236}, {293, 1},	 {377, 1},    {1, 1},
	{4466, 1},   {4478, 1},	  {4490, 247}, {4505, 1},   {4536, 1},	 {4151, 1},   {4568, 1},
	{4584, 1},   {3839, 1},	  {293, 1},    {377, 1},    {570, 13},	 {2347, 249}, {3695, 250},
	{293, 1},    {616, 252},  {377, 1},    {570, 22},   {3912, 1},	 {3912, 1},   {2299, 1},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 254}, {3695, 255}, {4598, 1},   {1, 1},
	{4608, 1},   {4633, 1},	  {4598, 1},   {4652, 1},   {4678, 1},	 {1, 1},      {293, 1},
	{377, 1},    {1, 1},	  {4698, 1},   {4709, 6},   {4633, 1},	 {4724, 1},   {4678, 1},
	{4736, 1},   {4698, 1},	  {4709, 6},   {4749, 1},   {4698, 1},	 {2299, 6},   {4762, 258},
	{4724, 1},   {4698, 1},	  {2299, 6},   {4633, 1},   {1, 1},	 {4608, 1},   {4633, 1},
	{4769, 256}, {4787, 259}, {4796, 264}, {4803, 265}, {975, 266},	 {1354, 1},   {4466, 1},
	{4808, 267}, {4478, 1},	  {4490, 258}, {3661, 1},   {3680, 1},	 {3688, 1},   {3695, 1},
	{1354, 1},   {4749, 1},	  {4736, 1},   {4698, 1},   {2299, 6},	 {4762, 258}, {4678, 1},
	{4698, 1},   {2299, 6},	  {4652, 1},   {4678, 1},   {1, 1},	 {4769, 257}, {4787, 260},
	{4796, 272}, {4803, 273}, {975, 274},  {1354, 1},   {3717, 270}, {4816, 275}, {4151, 1},
	{4568, 1},   {4584, 1},	  {3839, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 262},
	{3695, 268}, {293, 1},	  {616, 277},  {377, 1},    {570, 22},	 {4831, 1},   {4749, 1},
	{1354, 1},   {1039, 1},	  {4598, 1},   {1, 1},	    {4762, 279}, {4831, 1},   {4749, 1},
	{1039, 1},   {4598, 1},	  {4850, 281}, {1, 1},	    {293, 1},	 {377, 1},    {1, 1},
	{1, 1},	     {2299, 6},	  {4858, 284}, {4762, 279}, {4850, 281}, {4858, 284}, {1195, 1},
	{1354, 1},   {1039, 1},	  {4865, 288}, {4874, 1},   {4887, 1},	 {4914, 287}, {4924, 287},
	{4932, 282}, {4858, 284}, {4762, 279}, {4858, 284}, {4762, 279}, {1, 1},      {4762, 279},
	{4769, 278}, {4787, 283}, {4796, 293}, {4803, 294}, {975, 295},	 {1354, 1},   {660, 291},
	{4466, 1},   {4808, 296}, {4478, 1},   {4490, 282}, {3661, 1},	 {3680, 1},   {3688, 1},
	{3695, 1},   {1354, 1},	  {4850, 281}, {4932, 282}, {4858, 284}, {4850, 281}, {4858, 284},
	{4850, 281}, {1, 1},	  {4769, 280}, {4787, 285}, {4796, 301}, {4803, 302}, {975, 303},
	{1354, 1},   {3717, 299}, {4816, 304}, {4151, 1},   {4568, 1},	 {4584, 1},   {3839, 1},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 290}, {3695, 297}, {293, 1},    {616, 306},
	{377, 1},    {570, 22},	  {3086, 1},   {4948, 1},   {4961, 1},	 {4976, 1},   {4988, 1},
	{5003, 1},   {2299, 6},	  {5015, 1},   {3637, 50},  {5023, 1},	 {570, 13},   {2347, 310},
	{5047, 1},   {5065, 1},	  {5088, 309}, {5100, 1},   {5109, 1},	 {5133, 1},   {5015, 1},
	{293, 1},    {943, 1},	  {377, 1},    {1, 1},	    {6, 1},	 {545, 1},    {382, 1},
	{5160, 313}, {5167, 1},	  {5184, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 308},
	{3695, 311}, {293, 1},	  {616, 315},  {377, 1},    {570, 22},	 {4069, 1},   {3661, 1},
	{3680, 1},   {3688, 1},	  {3695, 1},   {1354, 1},   {5160, 1},	 {5203, 1},   {5220, 1},
	{3717, 319}, {5235, 1},	  {5242, 1},   {5252, 1},   {293, 1},	 {377, 1},    {570, 13},
	{2347, 310}, {3695, 317}, {293, 1},    {616, 321},  {377, 1},	 {570, 22},   {570, 13},
	{2347, 310}, {5047, 1},	  {5065, 1},   {5088, 324}, {5100, 1},	 {5109, 1},   {5133, 1},
	{5015, 1},   {5160, 313}, {5167, 1},   {5184, 1},   {293, 1},	 {377, 1},    {570, 13},
	{2347, 323}, {3695, 325}, {293, 1},    {616, 327},  {377, 1},	 {570, 22},   {4249, 212},
	{4255, 3},   {5262, 1},	  {5270, 1},   {382, 1},    {5281, 3},	 {4262, 1},   {3661, 1},
	{3930, 1},   {3680, 1},	  {3688, 1},   {3695, 1},   {1354, 1},	 {5288, 1},   {3717, 332},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 329}, {3695, 330}, {293, 1},    {616, 334},
	{377, 1},    {570, 22},	  {4249, 212}, {4255, 3},   {5262, 1},	 {5270, 1},   {382, 1},
	{5281, 3},   {4262, 1},	  {3661, 1},   {3930, 1},   {3680, 1},	 {3688, 1},   {3695, 1},
	{1354, 1},   {5288, 1},	  {3717, 339}, {293, 1},    {377, 1},	 {570, 13},   {2347, 336},
	{3695, 337}, {293, 1},	  {616, 341},  {377, 1},    {570, 22},	 {5300, 1},   {5312, 1},
	{5327, 1},   {5348, 1},	  {5365, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 343},
	{293, 1},    {616, 345},  {377, 1},    {570, 22},   {5300, 1},	 {5312, 1},   {5327, 1},
	{5348, 1},   {5365, 1},	  {293, 1},    {377, 1},    {570, 13},	 {2347, 347}, {293, 1},
	{616, 349},  {377, 1},	  {570, 22},   {1598, 1},   {1, 1},	 {1636, 1},   {2147, 1},
	{5375, 1},   {2158, 1},	  {293, 1},    {377, 1},    {570, 13},	 {4762, 312}, {1, 1},
	{6, 1},	     {5391, 354}, {5417, 354}, {2205, 1},   {2092, 1},	 {2212, 354}, {5444, 354},
	{1636, 1},   {2233, 9},	  {5463, 1},   {2168, 3},   {16, 1},	 {1636, 1},   {2177, 1},
	{1075, 354}, {1359, 1},	  {2092, 1},   {1636, 1},   {1075, 354}, {2109, 1},   {278, 1},
	{4285, 1},   {3680, 1},	  {3695, 1},   {1354, 1},   {293, 1},	 {3717, 360}, {377, 1},
	{570, 13},   {293, 1},	  {616, 362},  {377, 1},    {570, 22},	 {293, 1},    {5476, 9},
	{683, 9},    {5487, 1},	  {377, 1},    {570, 13},   {293, 1},	 {616, 365},  {377, 1},
	{570, 22},   {5497, 1},	  {1, 1},      {6, 1},	    {545, 1},	 {382, 1},    {5514, 3},
	{5520, 1},   {5530, 1},	  {5540, 1},   {5552, 1},   {5561, 1},	 {3680, 1},   {3688, 1},
	{5572, 1},   {5530, 1},	  {3680, 1},   {3688, 1},   {5579, 369}, {5587, 370}, {5598, 371},
	{5540, 1},   {1678, 1},	  {5606, 1},   {5614, 368}, {1, 1},	 {5624, 1},   {5630, 1},
	{5643, 1},   {5651, 368}, {5657, 1},   {3256, 1},   {1939, 1},	 {3297, 1},   {5662, 312},
	{5672, 1},   {1, 1},	  {21, 1},     {1286, 1},   {5684, 377}, {5694, 377}, {1724, 378},
	{293, 1},    {377, 1},	  {570, 13},   {5712, 380}, {293, 1},	 {616, 382},  {377, 1},
	{570, 22},   {5720, 1},	  {5726, 1},   {5743, 1},   {1093, 1},	 {5753, 1},   {293, 1},
	{5720, 1},   {5760, 1},	  {5770, 1},   {5785, 312}, {377, 1},	 {5800, 1},   {3680, 1},
	{570, 13},   {3688, 1},	  {5814, 312}, {5822, 1},   {5841, 1},	 {5859, 384}, {5866, 385},
	{1354, 1},   {293, 1},	  {616, 387},  {377, 1},    {570, 22},	 {2205, 1},   {2092, 1},
	{1892, 9},   {1636, 1},	  {1075, 354}, {2445, 1},   {5873, 1},	 {16, 1},     {1636, 1},
	{2455, 1},   {2473, 1},	  {2092, 1},   {2489, 1},   {2503, 1},	 {2507, 1},   {2372, 1},
	{2522, 3},   {1636, 1},	  {1075, 354}, {2530, 1},   {5892, 9},	 {5900, 9},   {5915, 9},
	{5919, 9},   {5940, 9},	  {1354, 1},   {1318, 394}, {293, 1},	 {377, 1},    {570, 13},
	{2347, 392}, {293, 1},	  {616, 396},  {377, 1},    {570, 22},	 {4285, 1},   {21, 1},
	{1286, 1},   {3256, 1},	  {1939, 1},   {1724, 399}, {5944, 401}, {2092, 1},   {16, 1},
	{473, 3},    {3661, 1},	  {3680, 1},   {3688, 1},   {3695, 1},	 {1354, 1},   {3717, 407},
	{4092, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 404}, {3695, 405}, {293, 1},
	{616, 409},  {377, 1},	  {570, 22},   {2592, 366}, {2011, 1},	 {47, 1},     {5952, 1},
	{1039, 1},   {5962, 412}, {5975, 1},   {5986, 1},   {5994, 14},	 {6003, 1},   {6014, 414},
	{6021, 1},   {6035, 1},	  {1354, 1},   {6043, 1},   {3661, 1},	 {3680, 1},   {3688, 1},
	{3695, 1},   {1354, 1},	  {5160, 412}, {6061, 412}, {4285, 1},	 {6070, 412}, {6084, 373},
	{6100, 1},   {6113, 1},	  {6120, 1},   {6144, 1},   {6158, 1},	 {6175, 1},   {6190, 1},
	{6200, 1},   {6216, 1},	  {6224, 1},   {5684, 417}, {6235, 9},	 {4083, 9},   {3717, 419},
	{6247, 420}, {6254, 421}, {6270, 422}, {6277, 423}, {4092, 1},	 {6286, 424}, {6302, 3},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 411}, {3695, 415}, {293, 1},    {616, 426},
	{377, 1},    {570, 22},	  {6315, 59},  {2092, 1},   {1678, 1},	 {2678, 1},   {2168, 3},
	{2686, 1},   {1636, 1},	  {1075, 354}, {1359, 1},   {2092, 1},	 {2691, 1},   {2699, 1},
	{1636, 1},   {1075, 354}, {2716, 1},   {2727, 1},   {2739, 1},	 {2751, 1},   {2336, 1},
	{2092, 1},   {1636, 1},	  {1075, 312}, {2336, 1},   {2758, 1},	 {2276, 3},   {2819, 120},
	{2840, 121}, {2850, 351}, {4083, 9},   {2860, 355}, {2867, 356}, {6324, 312}, {2874, 353},
	{2897, 137}, {2900, 388}, {2911, 139}, {2919, 140}, {2945, 389}, {2955, 143}, {2964, 390},
	{6333, 402}, {6339, 3},	  {2970, 145}, {893, 429},  {6352, 1},	 {2996, 147}, {3017, 148},
	{3042, 156}, {3050, 430}, {3054, 431}, {2308, 1},   {3062, 432}, {2325, 1},   {3072, 161},
	{3680, 1},   {4092, 1},	  {3688, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 428},
	{3695, 433}, {293, 1},	  {616, 198},  {377, 1},    {570, 22},	 {293, 1},    {616, 436},
	{377, 1},    {570, 22},	  {4069, 1},   {3661, 1},   {3680, 1},	 {3688, 1},   {3695, 1},
	{1354, 1},   {1939, 1},	  {3717, 440}, {6382, 441}, {6400, 441}, {1270, 1},   {6427, 441},
	{3680, 1},   {6449, 1},	  {4092, 1},   {6467, 1},   {6473, 443}, {6480, 1},   {3688, 1},
	{5242, 1},   {293, 1},	  {377, 1},    {570, 13},   {2347, 51},	 {3695, 438}, {293, 1},
	{616, 445},  {377, 1},	  {570, 22},   {293, 1},    {377, 1},	 {570, 13},   {3637, 50},
	{293, 1},    {616, 448},  {377, 1},    {570, 22},   {3600, 1},	 {3912, 1},   {2299, 9},
	{3637, 50},  {3661, 1},	  {3680, 1},   {3688, 1},   {3695, 1},	 {1354, 1},   {3945, 1},
	{3717, 453}, {4048, 1},	  {3839, 1},   {3963, 1},   {3912, 1},	 {293, 1},    {377, 1},
	{570, 13},   {2347, 450}, {3695, 451}, {293, 1},    {616, 455},	 {377, 1},    {570, 22},
	{51, 1},     {6489, 1},	  {60, 3},     {67, 460},   {6499, 9},	 {6504, 458}, {6518, 3},
	{6499, 9},   {6525, 9},	  {293, 1},    {377, 1},    {570, 13},	 {2347, 457}, {3695, 461},
	{293, 1},    {616, 463},  {377, 1},    {570, 22},   {293, 1},	 {683, 9},    {5487, 1},
	{377, 1},    {570, 13},	  {6530, 9},   {1354, 1},   {293, 1},	 {616, 466},  {377, 1},
	{570, 22},   {5672, 1},	  {1, 1},      {6541, 1},   {21, 1},	 {1286, 1},   {6550, 1},
	{6575, 357}, {6584, 1},	  {6614, 1},   {6624, 3},   {6635, 3},	 {6647, 1},   {6660, 1},
	{6682, 1},   {6702, 1},	  {6724, 3},   {6735, 1},   {6750, 1},	 {6768, 1},   {6783, 3},
	{1724, 470}, {6808, 1},	  {2299, 9},   {6833, 1},   {6849, 471}, {6871, 3},   {1354, 1},
	{3661, 1},   {3680, 1},	  {3839, 1},   {3688, 1},   {3695, 1},	 {1354, 1},   {3717, 474},
	{6884, 400}, {293, 1},	  {377, 1},    {570, 13},   {2347, 468}, {3695, 472}, {293, 1},
	{3117, 1},   {3265, 476}, {377, 1},    {570, 13},   {6897, 477}, {293, 1},    {616, 479},
	{377, 1},    {570, 22},	  {293, 1},    {616, 481},  {377, 1},	 {570, 22},   {47, 1},
	{60, 3},     {6905, 484}, {5624, 1},   {6927, 1},   {6935, 1},	 {1, 1},      {6947, 489},
	{5684, 3},   {3717, 486}, {6956, 9},   {6975, 487}, {3256, 1},	 {3297, 1},   {5662, 312},
	{6981, 1},   {5672, 1},	  {1, 1},      {21, 1},	    {1286, 1},	 {6986, 1},   {293, 1},
	{2445, 492}, {377, 1},	  {570, 13},   {1724, 493}, {293, 1},	 {616, 495},  {377, 1},
	{570, 22},   {5624, 1},	  {6927, 1},   {6935, 1},   {1, 1},	 {6947, 500}, {5684, 3},
	{3717, 497}, {6975, 498}, {3256, 1},   {3297, 1},   {5662, 312}, {6998, 9},   {5672, 1},
	{1, 1},	     {21, 1},	  {1286, 1},   {6986, 1},   {293, 1},	 {2445, 503}, {377, 1},
	{570, 13},   {1724, 504}, {293, 1},    {616, 506},  {377, 1},	 {570, 22},   {5720, 1},
	{5726, 1},   {5753, 1},	  {293, 1},    {7007, 1},   {7023, 1},	 {7048, 1},   {7072, 385},
	{5760, 1},   {377, 1},	  {570, 13},   {7089, 1},   {3688, 1},	 {7094, 312}, {5814, 312},
	{7104, 1},   {5841, 1},	  {5859, 508}, {1354, 1},   {293, 1},	 {616, 510},  {377, 1},
	{570, 22},   {5720, 1},	  {5726, 1},   {5753, 1},   {293, 1},	 {7007, 1},   {7023, 1},
	{7048, 1},   {7072, 385}, {5760, 1},   {377, 1},    {570, 13},	 {7089, 1},   {3688, 1},
	{7094, 312}, {5814, 312}, {7104, 1},   {5841, 1},   {5859, 512}, {1354, 1},   {293, 1},
	{616, 514},  {377, 1},	  {570, 22},   {975, 136},  {4118, 1},	 {7124, 1},   {7136, 516},
	{16, 1},     {7144, 1},	  {7153, 518}, {1093, 1},   {7159, 517}, {7164, 3},   {2147, 1},
	{7136, 516}, {7170, 1},	  {260, 522},  {7187, 524}, {6884, 400}, {293, 1},    {377, 1},
	{570, 13},   {2347, 520}, {3695, 525}, {293, 1},    {616, 527},	 {377, 1},    {570, 22},
	{1354, 1},   {1, 1},	  {4388, 3},   {4404, 3},   {96, 3},	 {7191, 1},   {854, 3},
	{129, 3},    {4404, 3},	  {1, 1},      {1, 1},	    {6, 1},	 {1, 1},      {2649, 538},
	{377, 1},    {3432, 539}, {1359, 540}, {4435, 534}, {4452, 536}, {7204, 541}, {7213, 528},
	{7233, 1},   {7252, 531}, {260, 542},  {3661, 1},   {3680, 1},	 {3688, 1},   {3695, 1},
	{1354, 1},   {3717, 545}, {293, 1},    {377, 1},    {570, 13},	 {2347, 530}, {3695, 543},
	{293, 1},    {616, 547},  {377, 1},    {570, 22},   {7279, 1},	 {7288, 1},   {7305, 1},
	{7312, 549}, {1354, 1},	  {7320, 1},   {7345, 548}, {7359, 550}, {1354, 1},   {3661, 1},
	{3680, 1},   {3688, 1},	  {3695, 1},   {1354, 1},   {3717, 555}, {293, 1},    {377, 1},
	{570, 13},   {2347, 552}, {3695, 553}, {293, 1},    {616, 557},	 {377, 1},    {570, 22},
	{1, 1},	     {7367, 1},	  {1, 1},      {21, 561},   {975, 136},	 {35, 560},   {7136, 559},
	{16, 1},     {7144, 1},	  {7153, 563}, {7374, 1},   {7379, 3},	 {1093, 1},   {7159, 562},
	{7164, 3},   {2147, 1},	  {7386, 559}, {7170, 1},   {260, 568},	 {7187, 570}, {6884, 400},
	{293, 1},    {377, 1},	  {570, 13},   {2347, 566}, {3695, 571}, {2267, 1},   {377, 1},
	{1, 1},	     {6, 1},	  {139, 1},    {366, 1},    {7401, 574}, {293, 1},    {377, 1},
	{570, 13},   {2347, 573}, {293, 1},    {616, 576},  {377, 1},	 {570, 22},   {293, 1},
	{616, 578},  {377, 1},	  {570, 22},   {7412, 1},   {21, 1},	 {1286, 1},   {7420, 564},
	{208, 6},    {7428, 6},	  {1724, 583}, {7440, 585}, {7443, 585}, {1724, 583}, {7448, 586},
	{5944, 588}, {7428, 6},	  {7455, 3},   {293, 1},    {377, 1},	 {570, 13},   {2347, 580},
	{293, 1},    {616, 590},  {377, 1},    {570, 22},   {975, 136},	 {4118, 1},   {7124, 1},
	{7136, 592}, {16, 1},	  {7144, 1},   {7153, 594}, {1093, 1},	 {7159, 593}, {7164, 3},
	{2147, 1},   {7136, 592}, {7170, 1},   {260, 598},  {7187, 600}, {6884, 400}, {293, 1},
	{377, 1},    {570, 13},	  {2347, 596}, {3695, 601}, {2267, 1},	 {377, 1},    {1, 1},
	{6, 1},	     {139, 1},	  {366, 1},    {7401, 604}, {293, 1},	 {377, 1},    {570, 13},
	{2347, 603}, {293, 1},	  {616, 606},  {377, 1},    {570, 22},	 {293, 1},    {616, 608},
	{377, 1},    {570, 22},	  {7467, 9},   {3306, 9},   {3516, 116}, {293, 1},    {7476, 1},
	{377, 1},    {570, 13},	  {3319, 609}, {7484, 611}, {293, 1},	 {616, 613},  {377, 1},
	{570, 22},   {7467, 9},	  {3306, 9},   {3516, 116}, {293, 1},	 {7476, 1},   {377, 1},
	{570, 13},   {3319, 614}, {7484, 616}, {293, 1},    {616, 618},	 {377, 1},    {570, 22},
	{3571, 1},   {7495, 1},	  {2299, 6},   {3717, 474}, {7508, 1},	 {7523, 1},   {7538, 9},
	{7552, 1},   {7571, 1},	  {3839, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 620},
	{3695, 621}, {293, 1},	  {616, 623},  {377, 1},    {570, 22},	 {1, 1},      {2205, 1},
	{7584, 1},   {1636, 1},	  {545, 1},    {382, 1},    {293, 1},	 {7595, 3},   {7602, 1},
	{377, 1},    {7621, 1},	  {7638, 629}, {7652, 1},   {293, 1},	 {7670, 628}, {377, 1},
	{570, 13},   {5915, 1},	  {5940, 1},   {7684, 632}, {7691, 1},	 {5915, 1},   {5940, 1},
	{3571, 1},   {7495, 1},	  {2299, 6},   {3717, 474}, {7508, 1},	 {7523, 1},   {7538, 9},
	{7552, 1},   {7571, 1},	  {3839, 1},   {293, 1},    {377, 1},	 {570, 13},   {2347, 635},
	{3695, 636}, {293, 1},	  {616, 638},  {377, 1},    {570, 22},	 {7684, 632}, {7691, 1},
	{7684, 632}, {7691, 1},	  {7696, 3},   {7721, 1},   {7691, 1},	 {1553, 92},  {7684, 632},
	{7691, 1},   {1437, 1},	  {7745, 641}, {7763, 3},   {7783, 642}, {7802, 643}, {7819, 3},
	{7841, 3},   {7862, 3},	  {7885, 1},   {7917, 3},   {1956, 630}, {3228, 1},   {3236, 1},
	{3248, 1},   {7934, 644}, {1475, 1},   {1496, 1},   {7944, 3},	 {1519, 645}, {1543, 646},
	{7969, 647}, {7982, 648}, {1984, 649}, {3554, 3},   {293, 1},	 {377, 1},    {570, 13},
	{2347, 640}, {293, 1},	  {616, 651},  {377, 1},    {570, 22},	 {7990, 653}, {96, 3},
	{4388, 3},   {4410, 3},	  {129, 3},    {4404, 3},   {8011, 652}, {293, 1},    {377, 1},
	{570, 13},   {260, 656},  {2267, 1},   {377, 1},    {1, 1},	 {2267, 1},   {377, 1},
	{1, 1},	     {6, 1},	  {293, 1},    {377, 1},    {570, 13},	 {8027, 658}, {7204, 660},
	{293, 1},    {616, 662},  {377, 1},    {570, 22},   {293, 1},	 {616, 664},  {377, 1},
	{570, 22},   {293, 1},	  {377, 1},    {570, 13},   {260, 656},	 {293, 1},    {377, 1},
	{570, 13},   {8027, 658}, {7204, 660}, {293, 1},    {616, 668},	 {377, 1},    {570, 22},
	{293, 1},    {616, 670},  {377, 1},    {570, 22},   {7990, 653}, {96, 3},     {4388, 3},
	{4410, 3},   {129, 3},	  {4404, 3},   {8011, 671}, {293, 1},	 {377, 1},    {570, 13},
	{260, 674},  {2267, 1},	  {377, 1},    {1, 1},	    {2267, 1},	 {377, 1},    {1, 1},
	{6, 1},	     {293, 1},	  {377, 1},    {570, 13},   {8027, 676}, {7204, 678}, {293, 1},
	{616, 680},  {377, 1},	  {570, 22},   {293, 1},    {616, 682},	 {377, 1},    {570, 22},
	{293, 1},    {377, 1},	  {570, 13},   {260, 674},  {293, 1},	 {377, 1},    {570, 13},
	{8027, 676}, {7204, 678}, {293, 1},    {616, 686},  {377, 1},	 {570, 22},   {293, 1},
	{616, 688},  {377, 1},	  {570, 22},   {293, 1},    {8035, 1},	 {8047, 1},   {377, 1},
	{570, 13},   {3328, 1},	  {1039, 1},   {293, 1},    {616, 691},	 {377, 1},    {570, 22},
	{293, 1},    {8035, 1},	  {8047, 1},   {377, 1},    {570, 13},	 {3328, 1},   {1039, 1},
	{293, 1},    {616, 694},  {377, 1},    {570, 22},   {2565, 1},	 {2574, 1},   {8061, 1},
	{8076, 1},   {8090, 1},	  {8105, 1},   {8123, 1},   {8139, 698}, {8153, 3},   {293, 1},
	{377, 1},    {570, 13},	  {2347, 696}, {293, 1},    {616, 700},	 {377, 1},    {570, 22},
	{5720, 1},   {6235, 704}, {1, 1},      {8174, 1},   {6871, 3},	 {8181, 705}, {293, 1},
	{377, 1},    {570, 13},	  {2347, 702}, {293, 1},    {616, 707},	 {377, 1},    {570, 22},
	{8189, 1},   {8210, 709}, {293, 1},    {377, 1},    {570, 13},	 {6339, 3},   {7401, 9},
	{8228, 1},   {8240, 1},	  {8254, 1},   {293, 1},    {616, 711},	 {377, 1},    {570, 22},
	{8272, 428}, {8289, 1},	  {8310, 1},   {3297, 1},   {5866, 714}, {3680, 1},   {342, 1},
	{8319, 716}, {8331, 1},	  {8340, 9},   {8359, 716}, {293, 1},	 {377, 1},    {570, 13},
	{2347, 713}, {3695, 715}, {293, 1},    {616, 718},  {377, 1},	 {570, 22},   {2565, 1},
	{2574, 1},   {8061, 1},	  {8076, 1},   {8090, 1},   {8105, 1},	 {8123, 1},   {8139, 722},
	{8153, 3},   {293, 1},	  {377, 1},    {570, 13},   {2347, 720}, {293, 1},    {616, 724},
	{377, 1},    {570, 22},	  {5720, 1},   {6235, 728}, {1, 1},	 {8174, 1},   {6871, 3},
	{8181, 729}, {293, 1},	  {377, 1},    {570, 13},   {2347, 726}, {293, 1},    {616, 731},
	{377, 1},    {570, 22},	  {293, 1},    {4083, 1},   {377, 1},	 {8371, 1},   {570, 13},
	{8389, 6},   {2308, 1},	  {293, 1},    {616, 734},  {377, 1},	 {570, 22},   {8189, 1},
	{8210, 709}, {293, 1},	  {377, 1},    {570, 13},   {6339, 3},	 {7401, 9},   {8228, 1},
	{8240, 1},   {8254, 1},	  {293, 1},    {616, 737},  {377, 1},	 {570, 22},   {8272, 428},
	{8289, 1},   {8310, 1},	  {3297, 1},   {5866, 740}, {3680, 1},	 {342, 1},    {8319, 742},
	{8331, 1},   {8340, 9},	  {8359, 742}, {293, 1},    {377, 1},	 {570, 13},   {2347, 739},
	{3695, 741}, {293, 1},	  {616, 744},  {377, 1},    {570, 22},	 {8035, 1},   {8402, 1},
	{8409, 1},   {1, 1},	  {3345, 1},   {1354, 1},   {1, 1},	 {6, 1},      {16, 1},
	{21, 1},     {26, 1},	  {35, 749},   {43, 1},	    {169, 748},	 {8418, 3},   {3921, 1},
	{8443, 747}, {8451, 3},	  {377, 1},    {8462, 1},   {8471, 1},	 {8478, 3},   {8489, 1},
	{8035, 1},   {43, 1},	  {8498, 1},   {8503, 1},   {8511, 1},	 {8527, 1},   {8548, 757},
	{8554, 757}, {5892, 1},	  {8560, 758}, {8572, 9},   {8035, 1},	 {8585, 3},   {8590, 1},
	{8598, 1},   {8615, 1},	  {8632, 759}, {8402, 1},   {8645, 1},	 {616, 1},    {8648, 1},
	{8657, 1},   {8667, 1},	  {8681, 1},   {8689, 1},   {8698, 1},	 {8708, 1},   {8722, 1},
	{8730, 1},   {8741, 756}, {8745, 1},   {8754, 757}, {8760, 1},	 {8768, 758}, {8786, 758},
	{6315, 3},   {8797, 1},	  {1354, 1},   {8803, 1},   {8815, 1},	 {8846, 1},   {8873, 3},
	{8900, 1},   {8923, 1},	  {8945, 1},   {8982, 756}, {8998, 1},	 {9016, 1},   {9033, 1},
	{9052, 761}, {3695, 1},	  {9058, 754}, {9083, 1},   {9094, 1},	 {1, 1},      {9113, 755},
	{9120, 1},   {9127, 1},	  {9135, 760}, {9148, 746}, {2649, 1},	 {5514, 752}, {9159, 1},
	{139, 1},    {9181, 762}, {3661, 1},   {3680, 1},   {3688, 1},	 {3695, 1},   {1354, 1},
	{9190, 752}, {3717, 765}, {9204, 3},   {293, 1},    {377, 1},	 {570, 13},   {2347, 751},
	{3695, 763}, {293, 1},	  {616, 767},  {377, 1},    {570, 22},	 {9219, 1},   {8035, 1},
	{8402, 1},   {1, 1},	  {3345, 1},   {1354, 1},   {1, 1},	 {6, 1},      {16, 1},
	{21, 1},     {26, 1},	  {35, 771},   {43, 1},	    {8418, 3},	 {3921, 1},   {9228, 770},
	{8451, 3},   {377, 1},	  {8462, 1},   {8471, 1},   {8478, 3},	 {8489, 1},   {8998, 1},
	{9016, 1},   {9033, 1},	  {9052, 777}, {3695, 1},   {8035, 1},	 {43, 1},     {8498, 1},
	{8503, 1},   {8511, 1},	  {8527, 1},   {8548, 780}, {8554, 780}, {5892, 1},   {8560, 781},
	{8572, 9},   {8035, 1},	  {8585, 3},   {8590, 1},   {8598, 1},	 {8615, 1},   {8632, 782},
	{8402, 1},   {8645, 1},	  {616, 1},    {8648, 1},   {8657, 1},	 {8667, 1},   {8681, 1},
	{8689, 1},   {8698, 1},	  {8708, 1},   {8722, 1},   {8730, 1},	 {8741, 779}, {8745, 1},
	{8754, 780}, {8760, 1},	  {8768, 781}, {8786, 781}, {6315, 3},	 {8797, 1},   {1354, 1},
	{8803, 1},   {8815, 1},	  {8846, 1},   {8873, 3},   {8900, 1},	 {8923, 1},   {8945, 1},
	{8982, 779}, {9058, 774}, {9083, 1},   {9094, 1},   {1, 1},	 {9113, 778}, {9120, 1},
	{9127, 1},   {9135, 776}, {9058, 774}, {9148, 769}, {2649, 1},	 {5514, 775}, {9159, 1},
	{139, 1},    {9135, 776}, {9248, 778}, {4308, 1},   {9181, 784}, {3661, 1},   {3680, 1},
	{3688, 1},   {3695, 1},	  {1354, 1},   {9190, 775}, {3717, 787}, {9204, 3},   {293, 1},
	{377, 1},    {570, 13},	  {2347, 773}, {3695, 785}, {293, 1},	 {616, 789},  {377, 1},
	{570, 22},   {9259, 1},	  {4308, 1},   {9272, 1},   {9283, 1},	 {293, 1},    {377, 1},
	{1, 1},	     {9297, 791}, {9314, 793}, {9181, 794}, {293, 1},	 {4255, 796}, {377, 1},
	{8451, 3},   {2649, 1},	  {377, 1},    {1, 1},	    {9341, 1},	 {8478, 3},   {9352, 1},
	{9365, 1},   {4404, 3},	  {4308, 1},   {293, 1},    {9259, 1},	 {377, 1},    {129, 799},
	{293, 1},    {377, 1},	  {9314, 793}, {9181, 3},   {9384, 1},	 {3680, 1},   {3688, 1},
	{9390, 804}, {2649, 1},	  {377, 1},    {1, 1},	    {9397, 1},	 {382, 1},    {293, 1},
	{9415, 1},   {9420, 802}, {377, 1},    {3680, 1},   {570, 22},	 {3688, 1},   {3695, 1},
	{4796, 1},   {1354, 1},	  {9428, 1},   {9438, 1},   {9447, 1},	 {9457, 1},   {9470, 1},
	{9481, 1},   {9491, 1},	  {9497, 1},   {9503, 1},   {1, 1},	 {6, 1},      {21, 1},
	{26, 1},     {2649, 1},	  {9512, 1},   {9533, 1},   {35, 809},	 {4308, 1},   {9555, 1},
	{3661, 1},   {3680, 1},	  {3688, 1},   {3695, 1},   {1354, 1},	 {3717, 812}, {293, 1},
	{377, 1},    {570, 13},	  {2347, 808}, {3695, 810}, {293, 1},	 {616, 814},  {377, 1},
	{570, 22},   {1, 1},	  {6, 1},      {21, 1},	    {26, 1},	 {2649, 1},   {9512, 1},
	{9533, 1},   {35, 817},	  {4308, 1},   {9555, 1},   {3661, 1},	 {3680, 1},   {3688, 1},
	{3695, 1},   {1354, 1},	  {3717, 820}, {293, 1},    {377, 1},	 {570, 13},   {2347, 816},
	{3695, 818}, {293, 1},	  {616, 822},  {377, 1},    {570, 22},
};

static const struct merge_kind kinds[] = {
	{12201, 12187, 628}, {12201, 12544, 805}, {12221, 12187, 628}, {12221, 12544, 805},
	{9571, 12187, 628},  {9571, 9603, 12},	  {9571, 9632, 20},    {9571, 9665, 24},
	{9571, 9696, 26},    {9571, 12544, 805},  {9731, 12187, 628},  {9731, 9603, 33},
	{9731, 9632, 35},    {9731, 9665, 38},	  {9731, 9696, 40},    {9731, 12544, 805},
	{12030, 12054, 750}, {12030, 12079, 766}, {12030, 12187, 628}, {12030, 12544, 805},
	{12108, 12054, 772}, {12108, 12079, 788}, {12108, 12187, 628}, {12108, 12544, 805},
	{12246, 12555, 807}, {12246, 12566, 813}, {12246, 12187, 628}, {12246, 12544, 805},
	{12272, 12555, 815}, {12272, 12566, 821}, {12272, 12187, 628}, {12272, 12544, 805},
	{9814, 9822, 45},    {9814, 9841, 46},	  {9814, 9864, 48},    {9814, 9874, 168},
	{9814, 12187, 628},  {9814, 9888, 170},	  {9814, 9899, 177},   {9814, 9928, 183},
	{9814, 9939, 188},   {9814, 9965, 191},	  {9814, 9977, 202},   {9814, 12544, 805},
	{12303, 12187, 628}, {12303, 12544, 805}, {12316, 12187, 628}, {12316, 12544, 805},
	{9993, 12187, 628},  {9993, 10018, 205},  {9993, 10031, 208},  {9993, 12544, 805},
	{10043, 12187, 628}, {10043, 10031, 213}, {10043, 12544, 805}, {10073, 12187, 628},
	{10073, 10097, 217}, {10073, 10122, 224}, {10073, 10146, 226}, {10073, 10169, 231},
	{10073, 12544, 805}, {10189, 12187, 628}, {10189, 10097, 232}, {10189, 10122, 239},
	{10189, 10146, 241}, {10189, 10169, 246}, {10189, 12544, 805}, {10218, 12187, 628},
	{10218, 10233, 248}, {10218, 10257, 251}, {10218, 10285, 253}, {10218, 12544, 805},
	{10291, 12187, 628}, {10291, 10233, 261}, {10291, 10257, 276}, {10291, 12544, 805},
	{10311, 12187, 628}, {10311, 10233, 289}, {10311, 10257, 305}, {10311, 12544, 805},
	{10331, 10340, 307}, {10331, 10348, 314}, {10331, 12187, 628}, {10331, 10360, 316},
	{10331, 10364, 320}, {10331, 12544, 805}, {10372, 10340, 322}, {10372, 10348, 326},
	{10372, 12187, 628}, {10372, 12544, 805}, {10386, 10409, 328}, {10386, 10435, 333},
	{10386, 12187, 628}, {10386, 12544, 805}, {10465, 10409, 335}, {10465, 10435, 340},
	{10465, 12187, 628}, {10465, 12544, 805}, {10493, 12187, 628}, {10493, 10516, 342},
	{10493, 10522, 344}, {10493, 12544, 805}, {10532, 12187, 628}, {10532, 10516, 346},
	{10532, 10522, 348}, {10532, 12544, 805}, {11013, 12187, 628}, {11013, 11033, 491},
	{11013, 11047, 494}, {11013, 12544, 805}, {11065, 12187, 628}, {11065, 11033, 502},
	{11065, 11047, 505}, {11065, 12544, 805}, {11090, 12187, 628}, {11090, 10655, 507},
	{11090, 10661, 509}, {11090, 12544, 805}, {11107, 12187, 628}, {11107, 10655, 511},
	{11107, 10661, 513}, {11107, 12544, 805}, {11129, 12187, 628}, {11129, 11148, 519},
	{11129, 11156, 526}, {11129, 12544, 805}, {12329, 12187, 628}, {12329, 12544, 805},
	{11168, 12187, 628}, {11168, 11205, 529}, {11168, 11216, 546}, {11168, 11231, 551},
	{11168, 11258, 556}, {11168, 12544, 805}, {12367, 12187, 628}, {12367, 12544, 805},
	{12395, 12187, 628}, {12395, 12544, 805}, {9768, 9800, 42},    {9768, 669, 43},
	{9768, 9914, 179},   {9768, 646, 44},	  {9768, 9954, 181},   {11289, 12187, 628},
	{11289, 11148, 565}, {11289, 11310, 572}, {11289, 11323, 575}, {11289, 11156, 577},
	{11289, 11340, 579}, {11289, 11354, 589}, {11289, 12544, 805}, {11372, 12187, 628},
	{11372, 11148, 595}, {11372, 11310, 602}, {11372, 11323, 605}, {11372, 11156, 607},
	{11372, 12544, 805}, {11398, 12187, 628}, {11398, 11413, 610}, {11398, 11426, 612},
	{11398, 12544, 805}, {12430, 12187, 628}, {12430, 12544, 805}, {11443, 12187, 628},
	{11443, 11413, 615}, {11443, 11426, 617}, {11443, 12544, 805}, {11463, 12187, 628},
	{11463, 11473, 619}, {11463, 11493, 622}, {11463, 12544, 805}, {11517, 12187, 628},
	{11517, 11532, 627}, {11517, 11473, 634}, {11517, 11493, 637}, {11517, 11541, 639},
	{11517, 11559, 650}, {11517, 12544, 805}, {11581, 11610, 654}, {11581, 11622, 657},
	{11581, 11641, 661}, {11581, 11664, 663}, {11581, 12187, 628}, {11581, 11680, 665},
	{11581, 11685, 666}, {11581, 11697, 667}, {11581, 11713, 669}, {11581, 12544, 805},
	{12451, 12187, 628}, {12451, 12544, 805}, {11722, 11610, 672}, {11722, 11622, 675},
	{11722, 11641, 679}, {11722, 11664, 681}, {11722, 12187, 628}, {11722, 11680, 683},
	{11722, 11685, 684}, {11722, 11697, 685}, {11722, 11713, 687}, {11722, 12544, 805},
	{11756, 12187, 628}, {11756, 11777, 689}, {11756, 11791, 690}, {11756, 12544, 805},
	{12486, 12187, 628}, {12486, 12544, 805}, {11809, 12187, 628}, {11809, 11777, 692},
	{11809, 11791, 693}, {11809, 12544, 805}, {11835, 11853, 695}, {11835, 11863, 699},
	{11835, 11877, 701}, {11835, 11885, 706}, {11835, 12187, 628}, {11835, 11897, 708},
	{11835, 11910, 710}, {11835, 11927, 712}, {11835, 11944, 717}, {11835, 12544, 805},
	{12513, 12187, 628}, {12513, 12544, 805}, {11965, 11853, 719}, {11965, 11863, 723},
	{11965, 11877, 725}, {11965, 11885, 730}, {11965, 11988, 732}, {11965, 12007, 733},
	{11965, 12187, 628}, {11965, 11897, 735}, {11965, 11910, 736}, {11965, 11927, 738},
	{11965, 11944, 743}, {11965, 12544, 805}, {10560, 12137, 790}, {10560, 12146, 795},
	{10560, 12159, 798}, {10560, 12175, 800}, {10560, 10563, 352}, {10560, 10571, 359},
	{10560, 10587, 361}, {10560, 10607, 363}, {10560, 10617, 364}, {10560, 12187, 628},
	{10560, 10631, 379}, {10560, 10641, 381}, {10560, 10655, 383}, {10560, 10661, 386},
	{10560, 10671, 391}, {10560, 10682, 395}, {10560, 10697, 403}, {10560, 10707, 408},
	{10560, 10721, 410}, {10560, 10726, 425}, {10560, 10735, 427}, {10560, 10752, 194},
	{10560, 10774, 434}, {10560, 10800, 435}, {10560, 10821, 437}, {10560, 10825, 444},
	{10560, 10833, 446}, {10560, 10845, 447}, {10560, 10861, 449}, {10560, 10883, 454},
	{10560, 10909, 456}, {10560, 10923, 462}, {10560, 10941, 464}, {10560, 10948, 465},
	{10560, 10959, 467}, {10560, 10967, 475}, {10560, 10982, 478}, {10560, 11001, 480},
	{10560, 12537, 801}, {10560, 12544, 805},
};

static const struct merge_field definitions[] = {
	{12581, 2},   {12633, 12},  {12698, 20},  {12767, 10},	{12822, 5},   {12875, 23},
	{12929, 24},  {12996, 26},  {13067, 4},	  {13123, 28},	{13180, 33},  {13250, 35},
	{13324, 31},  {13384, 30},  {13442, 37},  {13501, 38},	{13573, 40},  {13649, 29},
	{13710, 42},  {13743, 45},  {13781, 46},  {13823, 48},	{13852, 166}, {13890, 168},
	{13923, 49},  {13956, 165}, {13991, 163}, {14034, 170}, {14064, 175}, {14103, 177},
	{14137, 171}, {14171, 174}, {14207, 172}, {14245, 43},	{14278, 179}, {14311, 44},
	{14344, 183}, {14374, 186}, {14413, 188}, {14447, 184}, {14481, 185}, {14517, 164},
	{14559, 173}, {14602, 190}, {14654, 181}, {14684, 191}, {14715, 200}, {14755, 202},
	{14790, 192}, {14825, 199}, {14862, 193}, {14907, 204}, {14957, 205}, {14999, 206},
	{15045, 207}, {15093, 208}, {15134, 209}, {15179, 210}, {15226, 211}, {15264, 213},
	{15310, 214}, {15360, 215}, {15412, 216}, {15455, 217}, {15508, 219}, {15558, 222},
	{15602, 220}, {15649, 223}, {15690, 224}, {15742, 225}, {15798, 226}, {15849, 227},
	{15904, 231}, {15952, 218}, {16004, 221}, {16058, 228}, {16111, 232}, {16169, 234},
	{16224, 237}, {16273, 235}, {16325, 238}, {16371, 239}, {16428, 240}, {16489, 241},
	{16545, 242}, {16605, 246}, {16658, 233}, {16715, 236}, {16774, 243}, {16832, 247},
	{16886, 248}, {16936, 251}, {16990, 249}, {17044, 250}, {17100, 253}, {17132, 254},
	{17168, 255}, {17206, 256}, {17267, 257}, {17328, 258}, {17387, 259}, {17439, 260},
	{17491, 261}, {17546, 269}, {17610, 276}, {17669, 262}, {17728, 268}, {17789, 263},
	{17831, 271}, {17875, 264}, {17925, 272}, {17975, 265}, {18023, 273}, {18071, 266},
	{18123, 274}, {18175, 278}, {18236, 280}, {18297, 282}, {18356, 283}, {18408, 285},
	{18460, 286}, {18508, 287}, {18555, 289}, {18610, 291}, {18673, 298}, {18737, 305},
	{18796, 290}, {18855, 297}, {18916, 284}, {18964, 292}, {19006, 300}, {19050, 279},
	{19094, 281}, {19143, 293}, {19193, 301}, {19243, 294}, {19291, 302}, {19339, 295},
	{19391, 303}, {19443, 307}, {19471, 314}, {19503, 308}, {19535, 311}, {19569, 316},
	{19593, 318}, {19626, 320}, {19654, 310}, {19682, 317}, {19712, 309}, {19748, 322},
	{19781, 326}, {19818, 323}, {19855, 325}, {19894, 324}, {19935, 328}, {19988, 331},
	{20050, 333}, {20107, 329}, {20164, 330}, {20223, 335}, {20281, 338}, {20348, 340},
	{20410, 336}, {20472, 337}, {20536, 342}, {20569, 344}, {20606, 343}, {20643, 346},
	{20681, 348}, {20723, 347}, {20765, 120}, {20817, 52},	{20845, 350}, {20879, 121},
	{20920, 351}, {20971, 122}, {21012, 352}, {21039, 353}, {21084, 128}, {21119, 91},
	{21151, 355}, {21199, 123}, {21237, 356}, {21285, 124}, {21323, 357}, {21357, 358},
	{21395, 359}, {21430, 361}, {21469, 363}, {21498, 76},	{21536, 70},  {21576, 364},
	{21609, 366}, {21654, 151}, {21693, 125}, {21734, 67},	{21763, 367}, {21797, 87},
	{21830, 368}, {21864, 369}, {21905, 370}, {21949, 371}, {21990, 372}, {22025, 373},
	{22059, 152}, {22100, 130}, {22141, 129}, {22184, 132}, {22224, 374}, {22259, 375},
	{22291, 376}, {22325, 379}, {22354, 381}, {22387, 75},	{22420, 68},  {22446, 69},
	{22478, 103}, {22516, 133}, {22557, 383}, {22582, 386}, {22611, 384}, {22642, 385},
	{22673, 81},  {22703, 137}, {22737, 388}, {22783, 138}, {22819, 139}, {22858, 140},
	{22907, 141}, {22946, 389}, {22997, 142}, {23038, 82},	{23071, 83},  {23101, 80},
	{23128, 106}, {23157, 143}, {23197, 390}, {23244, 144}, {23281, 126}, {23310, 79},
	{23339, 391}, {23369, 393}, {23403, 395}, {23437, 392}, {23471, 397}, {23510, 400},
	{23548, 108}, {23588, 402}, {23625, 145}, {23660, 403}, {23689, 406}, {23727, 408},
	{23760, 404}, {23793, 405}, {23828, 410}, {23852, 416}, {23883, 53},  {23915, 418},
	{23948, 412}, {23984, 420}, {24020, 421}, {24059, 425}, {24087, 59},  {24119, 56},
	{24162, 55},  {24198, 411}, {24226, 415}, {24256, 423}, {24290, 71},  {24329, 312},
	{24364, 427}, {24400, 194}, {24441, 196}, {24491, 434}, {24536, 135}, {24581, 195},
	{24628, 134}, {24677, 146}, {24730, 435}, {24770, 428}, {24810, 433}, {24852, 147},
	{24904, 437}, {24927, 61},  {24958, 63},  {24993, 66},	{25028, 439}, {25060, 100},
	{25092, 101}, {25130, 442}, {25155, 444}, {25182, 110}, {25218, 112}, {25256, 51},
	{25283, 438}, {25312, 446}, {25343, 447}, {25378, 50},	{25413, 398}, {25443, 148},
	{25483, 54},  {25526, 86},  {25551, 149}, {25592, 156}, {25631, 430}, {25676, 157},
	{25711, 449}, {25752, 452}, {25802, 454}, {25847, 450}, {25892, 451}, {25939, 72},
	{25980, 456}, {26013, 462}, {26050, 457}, {26087, 461}, {26126, 89},  {26166, 92},
	{26200, 431}, {26249, 158}, {26288, 458}, {26321, 459}, {26374, 93},  {26408, 464},
	{26434, 77},  {26469, 73},  {26506, 465}, {26536, 153}, {26572, 354}, {26607, 159},
	{26645, 90},  {26680, 467}, {26707, 475}, {26741, 478}, {26779, 154}, {26828, 480},
	{26859, 469}, {26890, 468}, {26921, 472}, {26954, 471}, {26995, 432}, {27046, 160},
	{27087, 113}, {27113, 85},  {27148, 413}, {27173, 115}, {27203, 482}, {27255, 483},
	{27295, 117}, {27339, 136}, {27384, 119}, {27410, 95},	{27442, 97},  {27473, 429},
	{27511, 150}, {27547, 161}, {27597, 62},  {27640, 94},	{27689, 485}, {27722, 486},
	{27765, 487}, {27803, 490}, {27840, 491}, {27878, 494}, {27920, 488}, {27952, 496},
	{27990, 497}, {28038, 498}, {28081, 501}, {28123, 502}, {28166, 505}, {28213, 499},
	{28250, 507}, {28277, 509}, {28308, 508}, {28341, 511}, {28373, 513}, {28409, 512},
	{28447, 515}, {28493, 517}, {28544, 519}, {28582, 516}, {28627, 526}, {28669, 521},
	{28711, 520}, {28753, 525}, {28797, 523}, {28838, 528}, {28893, 529}, {28935, 544},
	{28986, 546}, {29032, 530}, {29078, 543}, {29126, 538}, {29170, 548}, {29215, 550},
	{29280, 533}, {29333, 532}, {29388, 551}, {29446, 554}, {29513, 556}, {29575, 531},
	{29642, 552}, {29704, 553}, {29768, 549}, {29820, 535}, {29870, 539}, {29923, 537},
	{29962, 540}, {30005, 558}, {30046, 562}, {30092, 564}, {30125, 565}, {30158, 559},
	{30198, 572}, {30236, 575}, {30278, 574}, {30335, 573}, {30377, 577}, {30414, 567},
	{30451, 560}, {30498, 566}, {30535, 571}, {30574, 569}, {30610, 579}, {30649, 581},
	{30698, 587}, {30748, 589}, {30791, 584}, {30834, 582}, {30877, 580}, {30920, 561},
	{30964, 591}, {31010, 593}, {31061, 595}, {31099, 592}, {31144, 602}, {31187, 605},
	{31234, 604}, {31296, 603}, {31343, 607}, {31385, 597}, {31427, 596}, {31469, 601},
	{31513, 599}, {31554, 609}, {31582, 610}, {31614, 612}, {31650, 611}, {31680, 614},
	{31713, 615}, {31750, 617}, {31791, 616}, {31826, 619}, {31867, 622}, {31912, 620},
	{31957, 621}, {32004, 624}, {32047, 625}, {32091, 626}, {32133, 627}, {32168, 630},
	{32217, 633}, {32257, 631}, {32291, 634}, {32337, 637}, {32387, 635}, {32437, 636},
	{32489, 639}, {32533, 650}, {32581, 640}, {32629, 645}, {32681, 646}, {32732, 647},
	{32786, 648}, {32835, 649}, {32895, 652}, {32930, 654}, {32961, 657}, {32999, 661},
	{33041, 663}, {33076, 655}, {33106, 665}, {33130, 666}, {33161, 667}, {33196, 669},
	{33224, 658}, {33251, 659}, {33278, 671}, {33318, 672}, {33354, 675}, {33397, 679},
	{33444, 681}, {33484, 673}, {33519, 683}, {33548, 684}, {33584, 685}, {33624, 687},
	{33657, 676}, {33689, 677}, {33721, 689}, {33760, 690}, {33803, 692}, {33847, 693},
	{33895, 695}, {33927, 699}, {33963, 696}, {33999, 701}, {34029, 703}, {34065, 706},
	{34099, 702}, {34133, 708}, {34168, 710}, {34207, 697}, {34242, 712}, {34281, 717},
	{34324, 714}, {34369, 713}, {34412, 715}, {34457, 716}, {34491, 704}, {34533, 719},
	{34570, 723}, {34611, 720}, {34652, 725}, {34687, 727}, {34728, 730}, {34767, 726},
	{34806, 732}, {34852, 733}, {34902, 735}, {34942, 736}, {34986, 721}, {35026, 738},
	{35070, 743}, {35118, 740}, {35168, 739}, {35216, 741}, {35266, 742}, {35305, 728},
	{35352, 745}, {35440, 746}, {35522, 750}, {35604, 764}, {35695, 766}, {35781, 752},
	{35868, 751}, {35954, 763}, {36042, 753}, {36131, 761}, {36219, 1},   {36308, 760},
	{36392, 755}, {36474, 759}, {36553, 1},	  {36615, 756}, {36688, 1},   {36768, 1},
	{36847, 1},   {36933, 749}, {37007, 748}, {37084, 747}, {37159, 768}, {37252, 769},
	{37339, 772}, {37426, 786}, {37522, 788}, {37613, 775}, {37705, 773}, {37796, 785},
	{37889, 783}, {37983, 777}, {38076, 1},	  {38170, 776}, {38259, 778}, {38346, 782},
	{38430, 1},   {38497, 779}, {38575, 1},	  {38660, 1},	{38744, 1},   {38835, 771},
	{38914, 770}, {38996, 1},   {39042, 790}, {39088, 795}, {39138, 797}, {39187, 798},
	{39240, 800}, {39289, 473}, {39336, 628}, {39387, 1},	{39433, 791}, {39495, 6},
	{39546, 7},   {39608, 22},  {39654, 15},  {39710, 1},	{39757, 13},  {39805, 17},
	{39857, 1},   {39900, 629}, {39951, 792}, {40014, 801}, {40058, 803}, {40107, 802},
	{40158, 1},   {40200, 805}, {40248, 1},	  {40293, 1},	{40341, 806}, {40378, 807},
	{40440, 811}, {40511, 813}, {40577, 808}, {40643, 810}, {40711, 809}, {40779, 815},
	{40846, 819}, {40922, 821}, {40993, 816}, {41064, 818}, {41137, 817},
};

const struct merge_tables merge_builtin = {
	.names = names,
	.types = types,
	.fields = fields,
	.kinds = kinds,
	.definitions = definitions,
	.names_n = sizeof(names) / sizeof(*names),
	.types_n = sizeof(types) / sizeof(*types),
	.fields_n = sizeof(fields) / sizeof(*fields),
	.kinds_n = sizeof(kinds) / sizeof(*kinds),
	.definitions_n = sizeof(definitions) / sizeof(*definitions),
};
