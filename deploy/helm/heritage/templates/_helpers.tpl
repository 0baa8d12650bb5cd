{{- define "heritage.name" -}}
{{ .Release.Name | trunc 30 | trimSuffix "-" }}
{{- end }}

{{- define "heritage.labels" -}}
app.kubernetes.io/name: heritage
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Selector of a part: (dict "root" $ "part" "gateway") */}}
{{- define "heritage.selector" -}}
app.kubernetes.io/name: heritage
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "heritage.sinkSecret" -}}
{{ .Values.sinkSecret.existing | default (printf "%s-sink" (include "heritage.name" .)) }}
{{- end }}

{{- define "heritage.uploadSecret" -}}
{{ .Values.uploads.secret.existing | default (printf "%s-upload" (include "heritage.name" .)) }}
{{- end }}

{{/* Environment of a processor for uploads. */}}
{{- define "heritage.uploads" -}}
- name: HERITAGE_PROCESSOR_UPLOADS_SECRET
  valueFrom: {secretKeyRef: {name: {{ include "heritage.uploadSecret" . }}, key: secret}}
{{- with .Values.uploads.bucket }}
{{- if .name }}
- {name: HERITAGE_PROCESSOR_UPLOADS_ENDPOINT_URL, value: {{ required "uploads.bucket.endpointUrl is needed" .endpointUrl | quote }}}
- {name: HERITAGE_PROCESSOR_UPLOADS_BUCKET, value: {{ .name | quote }}}
- {name: HERITAGE_PROCESSOR_UPLOADS_PATH, value: {{ .path | quote }}}
- {name: HERITAGE_PROCESSOR_UPLOADS_REGION, value: {{ .region | quote }}}
- name: HERITAGE_PROCESSOR_UPLOADS_ACCESS_ID
  valueFrom: {secretKeyRef: {name: {{ required "uploads.bucket.credentials is needed" .credentials }}, key: access-id}}
- name: HERITAGE_PROCESSOR_UPLOADS_ACCESS_SECRET
  valueFrom: {secretKeyRef: {name: {{ .credentials }}, key: access-secret}}
{{- end }}
{{- end }}
{{- end }}

{{/* What every part is told of the bucket for large media. */}}
{{- define "heritage.mediaBucket" -}}
{{- with .Values.mediaBucket }}
{{- if .name }}
- {name: HERITAGE_MEDIA_BUCKET_ENDPOINT_URL, value: {{ required "mediaBucket.endpointUrl is needed" .endpointUrl | quote }}}
- {name: HERITAGE_MEDIA_BUCKET_BUCKET, value: {{ .name | quote }}}
- {name: HERITAGE_MEDIA_BUCKET_PATH, value: {{ .path | quote }}}
- {name: HERITAGE_MEDIA_BUCKET_REGION, value: {{ .region | quote }}}
- {name: HERITAGE_MEDIA_BUCKET_FROM_BYTES, value: {{ .fromBytes | quote }}}
- name: HERITAGE_MEDIA_BUCKET_ACCESS_ID
  valueFrom: {secretKeyRef: {name: {{ required "mediaBucket.credentials is needed" .credentials }}, key: access-id}}
- name: HERITAGE_MEDIA_BUCKET_ACCESS_SECRET
  valueFrom: {secretKeyRef: {name: {{ .credentials }}, key: access-secret}}
{{- end }}
{{- end }}
{{- end }}

{{- define "heritage.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "heritage.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Environment of every part: Kafka, folders, log. */}}
{{- define "heritage.env" -}}
- {name: HERITAGE_KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrap | quote }}}
- {name: HERITAGE_KAFKA_REPLICATION, value: {{ .Values.kafka.replication | quote }}}
- {name: HERITAGE_KAFKA_MEDIA_RETENTION, value: {{ .Values.kafka.mediaRetention | quote }}}
- {name: HERITAGE_KAFKA_LANE_SHARDS, value: {{ .Values.kafka.laneShards | quote }}}
- {name: HERITAGE_KAFKA_FAIR_SHARES, value: {{ .Values.kafka.fairShares | quote }}}
{{- with .Values.kafka.modelLanes }}
- {name: HERITAGE_KAFKA_MODEL_LANES, value: {{ join "," . | quote }}}
{{- end }}
- {name: HERITAGE_ADMIN_HOST, value: 0.0.0.0}
- {name: HERITAGE_LOG_FORMAT, value: json}
{{- with .Values.monitoring.otlp }}
- {name: HERITAGE_TRACING_ENDPOINT, value: {{ . | quote }}}
{{- end }}
- {name: HOME, value: /home/heritage}
- {name: DJL_CACHE_DIR, value: /home/heritage/.djl.ai}
- {name: HERITAGE_JAVA_OPTIONS, value: -Duser.home=/home/heritage}
{{- range $key, $value := .Values.kafka.properties }}
- {name: HERITAGE_KAFKA_PROPERTIES_{{ $key | replace "." "_" | upper }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "heritage.envFrom" -}}
{{- with .Values.kafka.propertiesSecret }}
envFrom:
  - secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{/* Native libraries are unpacked into both and run from there: they must not be mounted noexec. */}}
{{- define "heritage.scratchMounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: home, mountPath: /home/heritage}
{{- end }}

{{- define "heritage.scratchVolumes" -}}
- {name: tmp, emptyDir: {}}
- {name: home, emptyDir: {}}
{{- end }}

{{- define "heritage.probes" -}}
startupProbe:
  httpGet: {path: /observe/health/started, port: admin}
  periodSeconds: 5
  failureThreshold: {{ div (.startSeconds | default 180) 5 }}
readinessProbe:
  httpGet: {path: /observe/health/ready, port: admin}
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet: {path: /observe/health/live, port: admin}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
{{- end }}

{{/* Endpoints of a configuration file. Default endpoints that are not listed are switched off. */}}
{{- define "heritage.endpoints" -}}
endpoints:
{{- $ids := list }}
{{- range .endpoints }}
{{- $ids = append $ids .id }}
  {{ .id }}:
    kind: {{ .kind }}
    execution-timeout: {{ .executionTimeout | default "2h" }}
{{- end }}
{{- range list "restore" "interpolate" }}
{{- if not (has . $ids) }}
  {{ . }}: off
{{- end }}
{{- end }}
{{- end }}

{{/* Seconds of a duration such as 2h. */}}
{{- define "heritage.seconds" -}}
{{- $n := . | trimSuffix "s" | trimSuffix "m" | trimSuffix "h" | int -}}
{{- if hasSuffix "h" . }}{{ mul $n 3600 }}{{ else if hasSuffix "m" . }}{{ mul $n 60 }}{{ else }}{{ $n }}{{ end -}}
{{- end }}

{{/* Id of the endpoint that has a canary; empty without one. */}}
{{- define "heritage.canaryOf" -}}
{{- if .Values.canary.enabled }}
{{- $ids := list }}
{{- range .Values.endpoints }}{{ $ids = append $ids .id }}{{ end }}
{{- $id := .Values.canary.endpoint }}
{{- if not $id }}
{{- if gt (len $ids) 1 }}
{{- fail (printf "canary.endpoint: expected one of %s" (join ", " $ids)) }}
{{- end }}
{{- $id = first $ids }}
{{- end }}
{{- if not (has $id $ids) }}
{{- fail (printf "canary.endpoint: found %s, expected one of %s" $id (join ", " $ids)) }}
{{- end }}
{{- if not (or .Values.canary.image .Values.canary.env) }}
{{- fail "canary: expected an image, env, or both; without them it does what the other workers do" }}
{{- end }}
{{- range .Values.endpoints }}
{{- $flex := and $.Values.keda.enabled (gt (int .workers.max) (int .workers.active)) }}
{{- if and (eq .id $id) $flex (gt (int $.Values.canary.replicas) 2) }}
{{- fail (printf "canary.replicas: expected at most 2, found %d: if three workers die as they start, no flex worker of %s is started" (int $.Values.canary.replicas) $id) }}
{{- end }}
{{- if and (eq .id $id) (not $flex) (eq (int .workers.active) 0) }}
{{- fail (printf "canary: %s has no other workers, and a canary serves only its share of the jobs" $id) }}
{{- end }}
{{- end }}
{{- $id }}
{{- end }}
{{- end }}

{{/*
A folder that kubelet makes on a node belongs to root, and fsGroup does not change folders of nodes: a container with the one right to do
so gives an empty one to user 10001. It changes no folder that has something in it.
*/}}
{{- define "heritage.modelFolder" -}}
{{- if eq ((.volume.hostPath).type | default "") "DirectoryOrCreate" }}
- name: model-folder
  image: {{ .image }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [/bin/sh, -euc]
  args:
    - |
      found=$(ls -A /models)
      owner=$(stat -c %u /models)
      [ "$owner" = 10001 ] && exit 0
      if [ -n "$found" ]; then
        echo "{{ .volume.hostPath.path }} of the node belongs to user $owner and is not empty: chown it to 10001:10001" >&2
        exit 1
      fi
      chown 10001:10001 /models
  securityContext:
    runAsUser: 0
    runAsGroup: 0
    runAsNonRoot: false
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: {drop: [ALL], add: [CHOWN]}
  resources:
    requests: {cpu: 10m, memory: 16Mi}
    limits: {memory: 64Mi}
  volumeMounts:
    - {name: models, mountPath: /models}
{{- end }}
{{- end }}

{{/* The pod of a worker: (dict "root" $ "endpoint" . "flex" true), with "canary" true for a canary */}}
{{- define "heritage.worker" -}}
{{- $root := .root }}
{{- $e := .endpoint }}
{{- $gpu := $e.gpu | default dict }}
{{- $count := $gpu.count | default 0 | int }}
{{- $resource := $gpu.resource | default "nvidia.com/gpu" }}
{{- $models := $e.models | default dict }}
{{- $volume := $models.volume | default (dict "emptyDir" dict) }}
{{- $canary := .canary | default false }}
{{- $image := ternary $root.Values.image.gpu $root.Values.image.cpu (gt $count 0) }}
{{- if and $canary $root.Values.canary.image }}
{{- $image = $root.Values.canary.image }}
{{- end }}
metadata:
  labels:
    {{- include "heritage.labels" $root | nindent 4 }}
    app.kubernetes.io/component: processor
    heritage/endpoint: {{ $e.id }}
    heritage/worker: {{ ternary "canary" (ternary "flex" "active" .flex) $canary }}
  annotations:
    checksum/config: {{ include "heritage.endpoints" (dict "endpoints" (list $e)) | sha256sum }}
    {{- if .flex }}
    cluster-autoscaler.kubernetes.io/safe-to-evict: "false"
    karpenter.sh/do-not-disrupt: "true"
    {{- end }}
spec:
  {{- if .flex }}
  restartPolicy: Never
  {{- end }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add 60 (include "heritage.seconds" ($e.executionTimeout | default "2h")) }}
  securityContext:
    {{- include "heritage.podSecurity" $root | nindent 4 }}
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $gpu.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with $gpu.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $gpu.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $models.pull }}
  initContainers:
    {{- include "heritage.modelFolder" (dict "root" $root "image" $image "volume" $volume) | nindent 4 }}
    - name: models
      image: {{ $image }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [models, pull, {{ join ", " . }}, --into, /models]
      env:
        {{- include "heritage.env" $root | nindent 8 }}
      securityContext:
        {{- include "heritage.containerSecurity" $root | nindent 8 }}
      resources:
        requests: {cpu: 200m, memory: 512Mi}
        limits: {memory: 1Gi}
      volumeMounts:
        - {name: models, mountPath: /models}
        {{- include "heritage.scratchMounts" $root | nindent 8 }}
  {{- end }}
  containers:
    - name: processor
      image: {{ $image }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args:
        - processor
        - --config
        - /etc/heritage/heritage.yaml
        {{- if .flex }}
        - --exit-when-idle
        - {{ $e.workers.idleTimeout | default 60 | quote }}
        {{- end }}
      env:
        {{- include "heritage.env" $root | nindent 8 }}
        - name: HERITAGE_PROCESSOR_WORKER
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - {name: HERITAGE_PROCESSOR_MODELS, value: /models}
        - {name: HERITAGE_PROCESSOR_GRACE, value: {{ $e.executionTimeout | default "2h" | quote }}}
        {{- with $e.residency }}
        {{- with .preload }}
        - {name: HERITAGE_PROCESSOR_RESIDENCY_PRELOAD, value: {{ join "," . | quote }}}
        {{- end }}
        {{- with .pin }}
        - {name: HERITAGE_PROCESSOR_RESIDENCY_PIN, value: {{ join "," . | quote }}}
        {{- end }}
        {{- with .loadTime }}
        - {name: HERITAGE_PROCESSOR_RESIDENCY_LOAD_TIME, value: {{ . | quote }}}
        {{- end }}
        {{- end }}
        {{- include "heritage.mediaBucket" $root | nindent 8 }}
        {{- if $root.Values.uploads.enabled }}
        {{- include "heritage.uploads" $root | nindent 8 }}
        {{- end }}
        - {name: HERITAGE_PROCESSOR_DEVICE, value: {{ ternary "cuda" "cpu" (gt $count 0) }}}
        {{- if gt $count 0 }}
        - {name: CUDA_CACHE_PATH, value: /home/heritage/cuda}
        - {name: PYTORCH_KERNEL_CACHE_PATH, value: /home/heritage/kernels}
        {{- end }}
        {{- if $canary }}
        - {name: HERITAGE_KAFKA_CANARY_WORKER, value: "true"}
        {{- range $key, $value := $root.Values.canary.env }}
        - {name: {{ $key }}, value: {{ $value | quote }}}
        {{- end }}
        {{- end }}
      {{- include "heritage.envFrom" $root | nindent 6 }}
      ports:
        - {name: admin, containerPort: 8081}
      securityContext:
        {{- include "heritage.containerSecurity" $root | nindent 8 }}
      {{- include "heritage.probes" (dict "startSeconds" 900) | nindent 6 }}
      resources:
        {{- $resources := deepCopy ($e.resources | default dict) }}
        {{- if gt $count 0 }}
        {{- $resources = mergeOverwrite $resources (dict "limits" (dict $resource $count) "requests" (dict $resource $count)) }}
        {{- end }}
        {{- toYaml $resources | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/heritage, readOnly: true}
        - {name: models, mountPath: /models, readOnly: true}
        {{- include "heritage.scratchMounts" $root | nindent 8 }}
        {{- if gt $count 1 }}
        - {name: shm, mountPath: /dev/shm}
        {{- end }}
  volumes:
    - name: config
      configMap: {name: {{ include "heritage.name" $root }}-{{ $e.id }}}
    - name: models
      {{- toYaml $volume | nindent 6 }}
    {{- include "heritage.scratchVolumes" $root | nindent 4 }}
    {{- if gt $count 1 }}
    - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}
    {{- end }}
{{- end }}
