"""kustomize.py WORK: `sluice kustomize` and the real kustomize in turn on two trees: wall time and peak memory of the processes."""
import pathlib, subprocess, sys

import programs

WORK, SLUICE = pathlib.Path(sys.argv[1]), "build/release/sluice"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{i}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-{i}
  template:
    metadata:
      labels:
        app: app-{i}
    spec:
      containers:
      - name: app
        image: registry.example.org/app:1.{i}
        ports:
        - containerPort: 9898
          name: http
        env:
        - name: LEVEL
          value: info
        resources:
          limits: {{cpu: 2000m, memory: 512Mi}}
          requests: {{cpu: 100m, memory: 32Mi}}
        livenessProbe:
          httpGet: {{path: /healthz, port: http}}
"""
SMALL = {"base/kustomization.yaml": "resources: [deployment.yaml, service.yaml]\n", "base/deployment.yaml": DEPLOYMENT.format(i=0),
         "base/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: app-0}\nspec: {selector: {app: app-0}, ports: [{port: 80, targetPort: http}]}\n",
         "kustomization.yaml": "namespace: prod\nresources: [base]\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n"
                               "    metadata: {name: app-0}\n    spec: {replicas: 5, template: {spec: {containers: [{name: app, image: 'x:2'}]}}}\n"}
LARGE = {"kustomization.yaml": "namespace: prod\nnamePrefix: x-\nlabels: [{pairs: {team: a}, includeSelectors: true}]\nresources: [all.yaml]\n",
         "all.yaml": "---\n".join(DEPLOYMENT.format(i=i) for i in range(500))}


def main():
    print(programs.HEAD)
    for name, files, rounds in (("overlay, one patch", SMALL, 30), ("500 Deployments", LARGE, 8)):
        folder = WORK / name.replace(" ", "-").replace(",", "")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        commands = ["kustomize", "build", str(folder)], [SLUICE, "kustomize", str(folder)]
        if len({subprocess.run(c, capture_output=True).stdout for c in commands}) != 1:
            print(f"{name}: the outputs differ")
        programs.compare(name, *commands, rounds)
        programs.warm(name + ", warm", "kustomization", folder)


main()
