#include "tmpl/tmpl_layout.h"

static const struct {
	const char *text;
	enum layout_kind kind;
} words[] = {
	/* of two with a common start the longer one comes first */
	{"January", LAYOUT_LONG_MONTH},
	{"Jan", LAYOUT_MONTH},
	{"Monday", LAYOUT_LONG_WEEKDAY},
	{"Mon", LAYOUT_WEEKDAY},
	{"MST", LAYOUT_ZONE_NAME},
	{"002", LAYOUT_ZERO_YEAR_DAY},
	{"01", LAYOUT_ZERO_MONTH},
	{"02", LAYOUT_ZERO_DAY},
	{"03", LAYOUT_ZERO_HOUR12},
	{"04", LAYOUT_ZERO_MINUTE},
	{"05", LAYOUT_ZERO_SECOND},
	{"06", LAYOUT_YEAR},
	{"15", LAYOUT_HOUR},
	{"1", LAYOUT_NUM_MONTH},
	{"2006", LAYOUT_LONG_YEAR},
	{"2", LAYOUT_DAY},
	{"__2", LAYOUT_UNDER_YEAR_DAY},
	{"_2", LAYOUT_UNDER_DAY},
	{"3", LAYOUT_HOUR12},
	{"4", LAYOUT_MINUTE},
	{"5", LAYOUT_SECOND},
	{"PM", LAYOUT_PM},
	{"pm", LAYOUT_LOW_PM},
};

static bool read_offset(str s, struct layout_piece *p)
{
	static const struct {
		const char *text;
		bool colon, minutes, seconds;
	} forms[] = {
		{"07:00:00", true, true, true}, {"070000", false, true, true},
		{"07:00", true, true, false},	{"0700", false, true, false},
		{"07", false, false, false},
	};
	if (s.p[0] != '-' && s.p[0] != 'Z')
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		str form = str_of(forms[i].text);
		if (!str_starts(str_sub(s, 1, s.n), form))
			continue;
		*p = (struct layout_piece){.kind = LAYOUT_OFFSET,
					   .text = str_sub(s, 0, form.n + 1),
					   .z = s.p[0] == 'Z',
					   .colon = forms[i].colon,
					   .minutes = forms[i].minutes,
					   .seconds = forms[i].seconds};
		return true;
	}
	return false;
}

/* ".000" or ",999", with no other digit behind it. */
static bool read_fraction(str s, struct layout_piece *p)
{
	if ((s.p[0] != '.' && s.p[0] != ',') || s.n < 2 || (s.p[1] != '0' && s.p[1] != '9'))
		return false;
	size_t n = 1;
	while (n < s.n && s.p[n] == s.p[1])
		n++;
	if (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		return false;
	*p = (struct layout_piece){
		.kind = s.p[1] == '0' ? LAYOUT_FRACTION_0 : LAYOUT_FRACTION_9,
		.text = str_sub(s, 0, n),
		.digits = (int)n - 1,
		.mark = s.p[0],
	};
	return true;
}

static bool read_word(str s, struct layout_piece *p)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		str word = str_of(words[i].text);
		if (!str_starts(s, word))
			continue;
		/* "Janet" and "Money" are no names */
		bool short_name = words[i].kind == LAYOUT_MONTH || words[i].kind == LAYOUT_WEEKDAY;
		if (short_name && s.n > word.n && s.p[word.n] >= 'a' && s.p[word.n] <= 'z')
			continue;
		*p = (struct layout_piece){.kind = words[i].kind, .text = str_sub(s, 0, word.n)};
		return true;
	}
	return false;
}

struct layout_piece layout_next(str *layout)
{
	str s = *layout;
	for (size_t i = 0; i < s.n; i++) {
		struct layout_piece p = {0};
		str here = str_sub(s, i, s.n);
		if (str_starts(here, STR("_2006")))
			continue; /* an underscore and a year */
		if (!read_word(here, &p) && !read_offset(here, &p) && !read_fraction(here, &p))
			continue;
		p.before = str_sub(s, 0, i);
		*layout = str_sub(here, p.text.n, here.n);
		return p;
	}
	*layout = str_sub(s, s.n, s.n);
	return (struct layout_piece){.before = s, .text = *layout};
}
