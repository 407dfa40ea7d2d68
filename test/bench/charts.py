"""charts.py: `sluice template` and the real helm in turn on two charts, and the first one rendered by a thread that has parsed it."""
import os, pathlib, subprocess

import programs

SLUICE = "build/release/sluice"
CHARTS = pathlib.Path(os.environ.get("SLUICE_SHARED", "../shared")) / "conformance/helm"


def main():
    small, large = CHARTS / "podinfo/chart", CHARTS / "kube-prometheus-stack/chart"
    print(programs.HEAD)
    for name, chart, flags, rounds in (("podinfo", small if small.exists() else pathlib.Path("charts/sluice"), ["--skip-tests"], 30),
                                       ("kube-prometheus-stack", large, ["--set", "grafana.adminPassword=x"], 8)):
        if not chart.exists():
            print(f"{name}: no such chart in {CHARTS}")
            continue
        rest = ["template", "release-name", str(chart), "--kube-version", "1.34.0", *flags]
        if len({subprocess.run([program, *rest], capture_output=True).stdout for program in ("helm", SLUICE)}) != 1:
            print(f"{name}: the outputs differ")
        programs.compare(name, ["helm", *rest], [SLUICE, *rest], rounds)
        programs.warm(name + ", warm", "chart", chart)


main()
