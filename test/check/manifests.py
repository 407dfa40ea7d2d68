"""manifests.py RENDERED: the chart at its defaults and manifests/install.yaml describe the same roles, container and security, and that they are part of flux."""
import sys, yaml

key = lambda o: (o["kind"], o["metadata"]["name"])
chart = {key(o): o for o in yaml.safe_load_all(open(sys.argv[1])) if o}
plain = {key(o): o for o in yaml.safe_load_all(open("manifests/install.yaml")) if o}
faults = [f"{k} is in one only" for k in chart.keys() ^ plain.keys() if k[0] not in ("Namespace", "ResourceQuota")]
for k in chart.keys() & plain.keys():
    for field in ("roleRef", "subjects"):
        if chart[k].get(field) != plain[k].get(field):
            faults.append(f"{k}: {field} differs")
verbs = lambda o: sorted((tuple(sorted(r["resources"])), tuple(sorted(r["verbs"]))) for r in o["rules"] if "resources" in r)
for k in [k for k in chart if k[0] == "ClusterRole"]:
    if verbs(chart[k]) != verbs(plain[k]):
        faults.append(f"{k}: rules differ")
pods = [next(o for k, o in d.items() if k[0] == "Deployment")["spec"]["template"]["spec"] for d in (chart, plain)]
for field in ("securityContext", "volumes", "terminationGracePeriodSeconds", "priorityClassName"):
    if pods[0].get(field) != pods[1].get(field):
        faults.append(f"pod: {field} differs")
for field in ("name", "securityContext", "livenessProbe", "readinessProbe", "ports", "volumeMounts", "resources", "env"):
    if pods[0]["containers"][0].get(field) != pods[1]["containers"][0].get(field):
        faults.append(f"container: {field} differs")
for found in (chart, plain):
    # by this label flux finds what belongs to it
    faults += [f"{k}: is not part of flux" for k, o in found.items() if o["metadata"].get("labels", {}).get("app.kubernetes.io/part-of") != "flux"]
print("\n".join(faults))
sys.exit(bool(faults))
