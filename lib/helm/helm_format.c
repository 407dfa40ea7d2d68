#include "helm/helm_format.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/regex.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static const char *hostname(arena *mem, str s)
{
	str rest, label;
	if (str_ends(s, STR(".")))
		s.n--;
	if (s.n > 253)
		return "more than 253 characters long";
	for (rest = s; str_next(&rest, '.', &label);) {
		if (label.n < 1 || label.n > 63)
			return "label must be 1 to 63 characters long";
		if (label.p[0] == '-')
			return "label starts with hyphen";
		if (label.p[label.n - 1] == '-')
			return "label ends with hyphen";
		for (size_t i = 0; i < label.n; i++)
			if (!is_alnum(label.p[i]) && label.p[i] != '-')
				return arena_printf(mem, "invalid character %c", label.p[i]);
	}
	return NULL;
}

static const char *ip(arena *mem, str s, int family)
{
	unsigned char to[16];
	return inet_pton(family, str_text(mem, s), to) == 1 ? NULL
	       : family == AF_INET			    ? "expected four decimals"
							    : "must be an IPv6 address";
}

static const char *ipv4(arena *mem, str s)
{
	return ip(mem, s, AF_INET);
}

static const char *ipv6(arena *mem, str s)
{
	return ip(mem, s, AF_INET6);
}

static const char *email(arena *mem, str s)
{
	ptrdiff_t at = str_rfind(s, '@');
	if (s.n > 255)
		return "more than 255 characters long";
	if (at < 0)
		return "missing @";
	str local = str_sub(s, 0, (size_t)at), domain = str_sub(s, (size_t)at + 1, s.n);
	if (local.n > 64)
		return "local part more than 64 characters long";
	bool quoted = local.n > 1 && local.p[0] == '"' && local.p[local.n - 1] == '"';
	if (!quoted) {
		if (str_starts(local, STR(".")))
			return "starts with dot";
		if (str_ends(local, STR(".")))
			return "ends with dot";
		if (str_search(local, STR("..")) >= 0)
			return "consecutive dots";
		for (size_t i = 0; i < local.n; i++)
			if (!is_alnum(local.p[i]) && !strchr(".!#$%&'*+-/=?^_`{|}~", local.p[i]))
				return arena_printf(mem, "invalid character '%c'", local.p[i]);
	}
	const char *why = hostname(mem, domain);
	return why ? arena_printf(mem, "invalid domain: %s", why) : NULL;
}

static const char *date(arena *mem, str s)
{
	int64_t t;
	bool ok = s.n == 10 &&
		  clock_parse_rfc3339(str_of(arena_printf(mem, "%.*sT00:00:00Z", STR_ARG(s))), &t);
	return ok ? NULL
		  : arena_printf(mem, "parsing time \"%.*s\" as \"2006-01-02\": cannot parse",
				 STR_ARG(s));
}

static const char *time_of_day(arena *mem, str s)
{
	int64_t t;
	return clock_parse_rfc3339(str_of(arena_printf(mem, "2000-01-01T%.*s", STR_ARG(s))), &t)
		       ? NULL
		       : "not a time of day";
}

static const char *date_time(arena *mem, str s)
{
	int64_t t;
	(void)mem;
	if (s.n < 20)
		return "less than 20 characters long";
	if ((s.p[10] | 32) != 't')
		return "11th character must be t or T";
	return clock_parse_rfc3339(s, &t) ? NULL : "not a date and time";
}

static const char *duration(arena *mem, str s)
{
	bool in_time = false, any = false, number = false;
	(void)mem;
	if (!str_starts(s, STR("P")))
		return "must start with P";
	for (size_t i = 1; i < s.n; i++) {
		if (is_digit(s.p[i])) {
			number = true;
		} else if (s.p[i] == 'T' && !number && !in_time) {
			in_time = true;
			any = false;
		} else if (number && strchr(in_time ? "HMS" : "YMWD", s.p[i])) {
			number = false;
			any = true;
		} else {
			return "invalid unit";
		}
	}
	return number ? "missing unit" : any ? NULL : "nothing after P";
}

static const char *uri_reference(arena *mem, str s)
{
	(void)mem;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] == 0x7f || strchr("\\^`{|}<>\"", s.p[i]))
			return "invalid character in url";
		if (s.p[i] == '%' &&
		    (i + 2 >= s.n || !is_alnum(s.p[i + 1]) || !is_alnum(s.p[i + 2])))
			return "invalid URL escape";
	}
	return NULL;
}

static const char *uri(arena *mem, str s)
{
	str scheme, rest;
	bool has = str_cut(s, ':', &scheme, &rest) && scheme.n && str_find(scheme, '/') < 0;
	return has ? uri_reference(mem, s) : "relative url";
}

static const char *uuid(arena *mem, str s)
{
	(void)mem;
	for (size_t i = 0; i < s.n && i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? s.p[i] != '-' : !strchr("0123456789abcdefABCDEF", s.p[i]))
			return dash ? "missing hyphen" : "must be hexadecimal";
	}
	return s.n == 36 ? NULL : "must have 36 characters";
}

static const char *regex(arena *mem, str s)
{
	struct regex *re;
	err *e = regex_compile(mem, s, &re);
	return e ? err_text(mem, e) : NULL;
}

static const char *pointer(arena *mem, str s)
{
	(void)mem;
	if (s.n && s.p[0] != '/')
		return "not starting with /";
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '~' && (i + 1 >= s.n || (s.p[i + 1] != '0' && s.p[i + 1] != '1')))
			return "~ must be followed by 0 or 1";
	return NULL;
}

static const struct {
	const char *name;
	const char *(*fault)(arena *, str);
} formats[] = {
	{"hostname", hostname},
	{"idn-hostname", hostname},
	{"ipv4", ipv4},
	{"ipv6", ipv6},
	{"email", email},
	{"date", date},
	{"time", time_of_day},
	{"date-time", date_time},
	{"duration", duration},
	{"uri", uri},
	{"iri", uri},
	{"uri-reference", uri_reference},
	{"iri-reference", uri_reference},
	{"uuid", uuid},
	{"regex", regex},
	{"json-pointer", pointer},
};

const char *format_fault(arena *mem, const char *format, str text)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (text_eq(formats[i].name, format))
			return formats[i].fault(mem, text);
	return NULL;
}
