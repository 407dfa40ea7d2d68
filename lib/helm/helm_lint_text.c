#include "helm/helm_lint_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/regex.h"
#include "base/rune.h"
#include "net/url.h"

/* ---- names ---- */

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define ALNUM LOWER "0123456789"
#define LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

enum rule { SUBDOMAIN, SERVICE_LABEL, LABEL_ONLY, PATH_SEGMENT, ANYTHING };

static const struct kind_rule {
	const char *kind; /* in lower case */
	enum rule rule;
} kind_rules[] = {
	{"service", SERVICE_LABEL},
	{"namespace", LABEL_ONLY},
	{"certificatesigningrequest", ANYTHING},
	{"role", PATH_SEGMENT},
	{"clusterrole", PATH_SEGMENT},
	{"rolebinding", PATH_SEGMENT},
	{"clusterrolebinding", PATH_SEGMENT},
};

static enum rule rule_of(const char *kind)
{
	for (size_t i = 0; i < sizeof(kind_rules) / sizeof(*kind_rules); i++)
		if (str_eq_nocase(str_of(kind), str_of(kind_rules[i].kind)))
			return kind_rules[i].rule;
	return SUBDOMAIN;
}

static bool is_label(str s, const char *first)
{
	static const char inside[] = ALNUM "-";
	if (!s.n || !s.p[0] || !strchr(first, s.p[0]) || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(inside, s.p[i]))
			return false;
	return true;
}

static bool is_subdomain(const char *name)
{
	str rest = str_of(name), part;
	while (str_next(&rest, '.', &part))
		if (!is_label(part, ALNUM))
			return false;
	return true;
}

struct faults {
	arena *mem;
	const char *name;
	buf text;
	size_t n;
};

static void add(struct faults *f, const char *what)
{
	buf_printf(&f->text, "%smetadata.name: Invalid value: %s: %s", f->n++ ? ", " : "",
		   rune_quoted(f->mem, str_of(f->name)), what);
}

static void add_long(struct faults *f, size_t max)
{
	if (strlen(f->name) > max)
		add(f, arena_printf(f->mem, "must be no more than %zu characters", max));
}

static void check_subdomain(struct faults *f)
{
	add_long(f, 253);
	if (!is_subdomain(f->name))
		add(f,
		    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
		    "characters, '-' or '.', and must start and end with an alphanumeric character "
		    "(e.g. 'example.com', regex used for validation is '" LABEL "(\\." LABEL
		    ")*')");
}

static void check_label(struct faults *f)
{
	add_long(f, 63);
	if (is_label(str_of(f->name), ALNUM))
		return;
	add(f, is_subdomain(f->name)
		       ? "must not contain dots"
		       : "a lowercase RFC 1123 label must consist of lower case alphanumeric "
			 "characters "
			 "or '-', and must start and end with an alphanumeric character (e.g. "
			 "'my-name',  or '123-abc', regex used for validation is '" LABEL "')");
}

static void check_service(struct faults *f)
{
	add_long(f, 63);
	if (!is_label(str_of(f->name), LOWER))
		add(f,
		    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
		    "start with an alphabetic character, and end with an alphanumeric character "
		    "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
		    "'[a-z]([-a-z0-9]*[a-z0-9])?')");
}

static void check_segment(struct faults *f)
{
	if (text_eq(f->name, ".") || text_eq(f->name, "..")) {
		add(f, arena_printf(f->mem, "may not be '%s'", f->name));
		return;
	}
	if (strchr(f->name, '/'))
		add(f, "may not contain '/'");
	if (strchr(f->name, '%'))
		add(f, "may not contain '%'");
}

const char *lint_name_fault(arena *mem, const char *kind, const char *name)
{
	struct faults f = {mem, name, buf_init(mem), 0};
	enum rule rule = rule_of(kind);
	if (rule == SUBDOMAIN)
		check_subdomain(&f);
	else if (rule == LABEL_ONLY)
		check_label(&f);
	else if (rule == SERVICE_LABEL)
		check_service(&f);
	else if (rule == PATH_SEGMENT)
		check_segment(&f);
	if (!f.n)
		return NULL;
	return f.n > 1 ? arena_printf(mem, "[%s]", buf_text(&f.text)) : buf_text(&f.text);
}

/* ---- addresses ---- */

static bool matches(arena *mem, const char *pattern, const char *text)
{
	struct regex *re;
	return !regex_compile(mem, str_of(pattern), &re) && regex_match(mem, re, str_of(text));
}

/* Letters that are not ASCII, as the validator has them. */
#define FOREIGN "\\x{00A0}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFEF}"
#define ATOM "[-a-zA-Z0-9!#$%&'*+/=?^_`{|}~" FOREIGN "]+"
#define HOST_EDGE "[a-zA-Z0-9" FOREIGN "]"
#define TOP_EDGE "[a-zA-Z" FOREIGN "]"
#define QUOTED "\"([\\x01-\\x08\\x0b\\x0c\\x0e-\\x21\\x23-\\x5b\\x5d-\\x7f" FOREIGN "])*\""

bool lint_is_email(arena *mem, const char *text)
{
	static const char pattern[] =
		"^(" ATOM "(\\." ATOM ")*|" QUOTED ")@"
		"(" HOST_EDGE "([-a-zA-Z0-9._~" FOREIGN "]*" HOST_EDGE ")?\\.)+"
		"(" TOP_EDGE "([-a-zA-Z0-9_~" FOREIGN "]*" TOP_EDGE ")?)\\.?$";
	return matches(mem, pattern, text);
}

/* Hosts as the validator has them: an address, or words in letters and digits. */
#define BYTE "(\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])"
#define IPV4 "([1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3]|24\\d|25[0-5])(\\." BYTE "){3}"
#define IPV6 "\\[[0-9a-fA-F:.%a-zA-Z]*:[0-9a-fA-F:.%a-zA-Z]*\\]"
#define WIDE "a-zA-Z\\x{00a1}-\\x{ffff}"
#define WORDS "([a-zA-Z0-9]([-a-zA-Z0-9_]+)?[a-zA-Z0-9]([-.][a-zA-Z0-9]+)*)"
#define SUBDOMAINS "(www\\.|[a-zA-Z0-9]+([-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\\.[a-zA-Z0-9]+)"
#define HOST "(" WORDS "|" SUBDOMAINS "?)?([" WIDE "0-9]+-?-?)*[" WIDE "0-9]+(\\.[" WIDE "]+)?"

bool lint_is_url(arena *mem, const char *text)
{
	static const char pattern[] = "^((ftp|tcp|udp|wss?|https?)://)?(\\S+(:\\S*)?@)?"
				      "(" IPV4 "|" IPV6 "|" HOST ")\\.?(:\\d{1,5})?([/?#]\\S*)?$";
	struct url *u;
	size_t n = strlen(text);
	const char *full = text;
	if (n <= 3 || rune_count(str_of(text)) >= 2083 || *text == '.')
		return false;
	if (strchr(text, ':') && !strstr(text, "://"))
		full = arena_printf(mem, "http://%s", text);
	if (url_parse(mem, full, &u) || *u->host == '.' ||
	    (!*u->host && *u->path && !strchr(u->path, '.')))
		return false;
	return matches(mem, pattern, text);
}

bool lint_is_request_url(arena *mem, const char *text)
{
	struct url *u;
	return !url_parse(mem, text, &u) && *u->scheme;
}
