/* Versions and ranges of versions: the first line is a range, the second a version. */
#include "data/semver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str range_text, text;
	struct semver_range *range;
	struct semver_reasons reasons;
	struct semver v;
	str_cut((str){(const char *)data, size}, '\n', &range_text, &text);
	bool is_range = !semver_range_parse(mem, range_text, &range);
	if (is_range)
		semver_range_text(mem, range);
	semver_parse_strict(mem, text, &v);
	semver_parse_flux(mem, text, &v);
	if (!semver_parse(mem, text, &v)) {
		semver_text(mem, &v);
		if (is_range &&
		    semver_range_has(range, &v) != semver_range_why(mem, range, &v, &reasons))
			__builtin_trap();
	}
	arena_close(mem);
	return 0;
}
