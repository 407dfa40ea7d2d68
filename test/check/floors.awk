# Reads lib/FLOORS, then every source of lib/ and daemon/: a file may include from lower floors and,
# inside its folder, modules listed before its own; each foreign library has one door.
# usage: awk -f floors.awk lib/FLOORS FILE...

function complain(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; faults++ }

# what is above lib/: floor 7, one folder below daemon/, and daemon/ itself
BEGIN {
	door["uv.h"] = "rt/"; door["jansson.h"] = "data/json"
	door["curl/curl.h"] = "net/"; door["git2.h"] = "source/"; door["libssh/libssh.h"] = "net/ssh"; door["zlib.h"] = "pack/gzip"
}

FILENAME ~ /FLOORS$/ {
	if ($0 ~ /^#/ || NF < 2)
		next
	floor[$2] = $1
	for (i = 3; i <= NF; i++)
		place[$2 "/" $i] = i
	next
}

FNR == 1 {
	path = FILENAME
	sub(/^lib\//, "", path)
	folder = path
	sub(/\/[^\/]*$/, "", folder)
	module = path
	sub(/\.[ch]$/, "", module)
	above = FILENAME ~ /^daemon\//
	if (above)
		my_floor = folder ~ /^daemon\// ? 7 : 8
	else {
		my_floor = floor[folder]
		if (!my_floor)
			complain("the folder " folder " is not in lib/FLOORS")
		# a part file (tmpl_text_case.c) belongs to the module whose name it begins with
		while (!(module in place) && sub(/_[^_\/]*$/, "", module)) ;
		if (!(module in place))
			complain("no module in lib/FLOORS for " path)
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	if (name !~ /\//) {
		complain("include \"folder/" name "\", with its folder")
		next
	}
	other = name
	sub(/\/[^\/]*$/, "", other)
	if (above && (other in floor))
		next
	if (above) {
		# the folders of daemon/ know each other through daemon.c only
		mine = folder
		sub(/^daemon\/?/, "", mine)
		if (my_floor == 7 && other != mine)
			complain(name " is of another folder on the same floor")
		next
	}
	if (!(other in floor)) {
		complain("include of " name ", which is in no folder of lib/FLOORS")
		next
	}
	if (other == folder) {
		his = name
		sub(/\.h$/, "", his)
		while (!(his in place) && sub(/_[^_\/]*$/, "", his)) ;
		if (his != module && place[his] >= place[module])
			complain(name " comes after " module " in lib/FLOORS")
	} else if (floor[other] >= my_floor) {
		complain(name " is on floor " floor[other] ", not below floor " my_floor)
	}
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	want = name ~ /^openssl\// ? "crypt/" : name ~ /^git2\// ? "source/" : name ~ /^curl\// ? "net/" : door[name]
	if (want && index(path, want) != 1)
		complain("<" name "> may be included below lib/" want " only")
}

END {
	if (faults)
		printf "floors: %d faults\n", faults
	exit faults != 0
}
