"""Runs of two programs beside each other: wall time and peak memory of the processes, and what one thread does when it is warm."""
import pathlib, statistics, subprocess

BENCH = pathlib.Path("build/release/test/bench")
HEAD = f"{'':<28} {'reference':>12} {'sluice':>10} {'ratio':>8}   {'memory':>8} {'memory':>8} {'ratio':>8}"


def rounds(command, n):
    """Seconds and kilobytes of each of n runs."""
    out = subprocess.run([BENCH / "measure", str(n), *command], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [tuple(float(x) for x in line.split()) for line in out.splitlines()]


def compare(name, reference, ours, n):
    """One line: medians of n runs of both, in turn."""
    taken = {"reference": [], "ours": []}
    for _ in range(n):
        taken["reference"] += rounds(reference, 1)
        taken["ours"] += rounds(ours, 1)
    (theirs, their_memory), (mine, my_memory) = ([statistics.median(column) for column in zip(*taken[k])] for k in ("reference", "ours"))
    print(f"{name:<28} {theirs * 1000:9.1f} ms {mine * 1000:7.1f} ms {mine / theirs:8.3f}   "
          f"{their_memory / 1024:5.1f} MB {my_memory / 1024:5.1f} MB {my_memory / their_memory:8.3f}", flush=True)


def warm(name, kind, folder, seconds=5):
    rate = float(subprocess.run([BENCH / "warm", kind, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True, check=True).stdout)
    print(f"{name:<28} {rate:9.0f} a second and core, {1000 / rate:.3f} ms each", flush=True)
