"""ratios.py FIGURES: from lines "engine figure name value unit": the two engines side by side and the ratio."""
import sys

table = {}
for line in open(sys.argv[1]):
    parts = line.split()
    if len(parts) >= 5 and parts[0] in ("flux", "sluice"):
        table.setdefault((parts[1], parts[2], " ".join(parts[4:])), {})[parts[0]] = float(parts[3])
print(f"\n{'figure':<12} {'what':<34} {'Flux':>10} {'Sluice':>10} {'ratio':>8}")
for (figure, name, unit), values in table.items():
    flux, ours = values.get("flux"), values.get("sluice")
    ratio = f"{ours / flux:8.3f}" if flux and ours is not None else ""
    show = lambda v: f"{v:10.2f}" if v is not None else " " * 10
    print(f"{figure:<12} {name.replace('_', ' ') + ' (' + unit + ')':<34} {show(flux)} {show(ours)} {ratio}")
