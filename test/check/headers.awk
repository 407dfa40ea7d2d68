# Every prototype of a header has a comment: right above it, or above the block of lines it stands in.
# usage: awk -f headers.awk HEADER...

function complain(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; faults++ }

FNR == 1 {
	commented = 0
	in_comment = 0
	depth = 0
	if ($0 !~ /^\/\*/)
		complain("a header begins with a comment that says what the module is")
}
/\/\*/ { in_comment = 1 }
{
	if (in_comment) {
		if ($0 ~ /\*\//) {
			in_comment = 0
			commented = 1
		}
		if ($0 !~ /\*\/[ \t]*$/ || $0 ~ /^[ \t]*\/?\*/)
			next
	}
}
/^[ \t]*$/ { commented = 0; next }
{
	opens = gsub(/\{/, "{")
	closes = gsub(/\}/, "}")
}
depth == 0 && /^[a-zA-Z_].*\(/ && !/^(#|typedef|static|extern|struct [a-z_]+ \{)/ && !/^#/ {
	prototypes++
	if (!commented)
		complain("no comment above: " $0)
}
{ depth += opens - closes }
END {
	if (faults)
		printf "headers: %d faults in %d prototypes\n", faults, prototypes
	exit faults != 0
}
