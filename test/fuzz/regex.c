/* A regular expression in the first line, a text behind it; matching twice must say the same. */
#include "base/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct regex_budget budget = {1 << 22, 1 << 22, false};
	str pattern, text, *parts;
	struct regex *re;
	str_cut((str){(const char *)data, size}, '\n', &pattern, &text);
	if (pattern.n < 200 && text.n < 2000 && !regex_compile(mem, pattern, &re)) {
		struct regex_span *spans = NEW_N(mem, struct regex_span, regex_groups(re));
		bool found = regex_find(mem, re, text, 0, spans);
		if (found != regex_match(mem, re, text))
			__builtin_trap();
		if (regex_match_whole(mem, re, text) && !found)
			__builtin_trap();
		if (found &&
		    (spans->from < 0 || spans->to < spans->from || (size_t)spans->to > text.n))
			__builtin_trap();
		regex_replace(mem, re, text, STR("<$1${x}$$>"), false, &budget);
		regex_split(mem, re, text, -1, &budget, &parts);
	}
	arena_close(mem);
	return 0;
}
