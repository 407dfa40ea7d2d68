# Files stay readable: at most 600 lines, except those that say "table:" in their first lines (data, not code).
FNR == 1 { if (name && n > 600 && !table) { printf "%s has %d lines\n", name, n; faults++ } name = FILENAME; table = 0 }
FNR <= 12 && /table:/ { table = 1 }
{ n = FNR }
END { if (n > 600 && !table) { printf "%s has %d lines\n", name, n; faults++ } exit faults != 0 }
