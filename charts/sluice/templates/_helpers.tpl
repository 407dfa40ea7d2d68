{{- define "sluice.labels" -}}
app.kubernetes.io/component: sluice
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: flux
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "sluice.groups" -}}
- source.toolkit.fluxcd.io
- kustomize.toolkit.fluxcd.io
- helm.toolkit.fluxcd.io
- notification.toolkit.fluxcd.io
- image.toolkit.fluxcd.io
- source.extensions.fluxcd.io
{{- end }}
