#include "tmpl/tmpl_date.h"

#include "base/clock.h"
#include "base/duration.h"
#include "tmpl/tmpl_number.h"
#include "tmpl/tmpl_options.h"
#include "tmpl/tmpl_run.h"
#include "tmpl/tmpl_time.h"

/* The local zone: the caller's, by default UTC. */
static const struct tv_zone *local_zone(struct tmpl_call *c)
{
	const struct tv_zone *zone;
	const char *name = c->options && c->options->zone ? c->options->zone : "UTC";
	return tmpl_zone_load(c->mem, name, &zone) ? zone : NULL;
}

static struct tv_time now(struct tmpl_call *c)
{
	int64_t ns = c->options ? c->options->now : 0;
	struct tv_time t = {.zone = local_zone(c), .mono = 1};
	t = tmpl_time_add(t, ns);
	t.mono = c->run ? clock_now() - c->run->started + 1 : 1;
	return t;
}

static struct tv time_value(struct tmpl_call *c, struct tv_time t)
{
	struct tv_time *kept = NEW(c->mem, struct tv_time);
	*kept = t;
	return (struct tv){.type = TV_TIME, .time = kept};
}

/* A time, or whole seconds since 1970; everything else is now. */
static struct tv_time time_of(struct tmpl_call *c, struct tv v)
{
	if (v.type == TV_TIME)
		return *v.time;
	if (v.type == TV_INT || v.type == TV_INT64)
		return (struct tv_time){.sec = v.i, .zone = local_zone(c)};
	return now(c);
}

static err *format_in(struct tmpl_call *c, str layout, struct tv date, str zone, struct tv *ret)
{
	struct tv_time t = time_of(c, date);
	t.zone = NULL;
	if (str_is(zone, "Local"))
		t.zone = local_zone(c);
	else if (!tmpl_zone_load(c->mem, str_text(c->mem, zone), &t.zone))
		t.zone = NULL;
	buf b = buf_init(c->mem);
	tmpl_time_format(&b, &t, layout);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *date_now(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)args, (void)n;
	*ret = time_value(c, now(c));
	return NULL;
}

static err *date_date(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return format_in(c, tv_as_str(args[0]), args[1], STR("Local"), ret);
}

static err *date_in_zone(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return format_in(c, tv_as_str(args[0]), args[1], tv_as_str(args[2]), ret);
}

static err *date_html(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return format_in(c, STR("2006-01-02"), args[0], STR("Local"), ret);
}

static err *date_html_in_zone(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return format_in(c, STR("2006-01-02"), args[0], tv_as_str(args[1]), ret);
}

static err *date_must_modify(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t ns;
	TRY(duration_parse(c->mem, tv_as_str(args[0]), &ns));
	*ret = time_value(c, tmpl_time_add(*args[1].time, ns));
	return NULL;
}

static err *date_modify(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	if (date_must_modify(c, args, n, ret))
		*ret = args[1];
	return NULL;
}

static err *date_ago(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t ns = tmpl_time_sub(now(c), time_of(c, args[0]));
	*ret = tv_text(duration_text(c->mem, duration_round(ns, CLOCK_SECOND)));
	return NULL;
}

static err *date_duration(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t sec = 0;
	if (args[0].type == TV_INT64)
		sec = args[0].i;
	else if (args[0].type == TV_TEXT && !tmpl_parse_int(tv_as_str(args[0]), 10, &sec))
		sec = 0;
	*ret = tv_text(duration_text(c->mem, (int64_t)((uint64_t)sec * CLOCK_SECOND)));
	return NULL;
}

/* One unit only, the largest of which there is more than one. */
static err *date_duration_round(struct tmpl_call *c, const struct tv *args, size_t n,
				struct tv *ret)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {
		{(uint64_t)CLOCK_HOUR * 24 * 365, "y"}, {(uint64_t)CLOCK_HOUR * 24 * 30, "mo"},
		{(uint64_t)CLOCK_HOUR * 24, "d"},	{(uint64_t)CLOCK_HOUR, "h"},
		{(uint64_t)CLOCK_MINUTE, "m"},		{(uint64_t)CLOCK_SECOND, "s"},
	};
	(void)n;
	int64_t ns = 0;
	if (args[0].type == TV_TEXT && duration_parse(c->mem, tv_as_str(args[0]), &ns))
		ns = 0;
	else if (args[0].type == TV_INT64)
		ns = args[0].i;
	else if (args[0].type == TV_TIME)
		ns = tmpl_time_sub(now(c), *args[0].time);
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	*ret = tv_text("0s");
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (u > units[i].ns) {
			*ret = tmpl_textf(c, "%llu%s", (unsigned long long)(u / units[i].ns),
					  units[i].name);
			break;
		}
	return NULL;
}

static err *date_must_to_date(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv_time t;
	TRY(tmpl_time_parse(c->mem, tv_as_str(args[0]), tv_as_str(args[1]), local_zone(c), &t));
	*ret = time_value(c, t);
	return NULL;
}

static err *date_to_date(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	if (date_must_to_date(c, args, n, ret)) /* the zero time of Go */
		*ret = time_value(c, tmpl_time_make(1, 1, 1, 0, 0, 0, 0, NULL));
	return NULL;
}

static err *date_unix_epoch(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tmpl_textf(c, "%lld", (long long)args[0].time->sec);
	return NULL;
}

const struct tmpl_func tmpl_date_funcs[] = {
	{"ago", "a>s", date_ago},
	{"date", "sa>s", date_date},
	{"dateInZone", "sas>s", date_in_zone},
	{"dateModify", "st>t", date_modify},
	{"date_in_zone", "sas>s", date_in_zone},
	{"date_modify", "st>t", date_modify},
	{"duration", "a>s", date_duration},
	{"durationRound", "a>s", date_duration_round},
	{"htmlDate", "a>s", date_html},
	{"htmlDateInZone", "as>s", date_html_in_zone},
	{"mustDateModify", "st>t", date_must_modify},
	{"mustToDate", "ss>t", date_must_to_date},
	{"must_date_modify", "st>t", date_must_modify},
	{"now", ">t", date_now},
	{"toDate", "ss>t", date_to_date},
	{"unixEpoch", "t>s", date_unix_epoch},
	{0},
};

/* --- methods ----------------------------------------------------------------------------------- */

static err *time_format(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	buf b = buf_init(c->mem);
	tmpl_time_format(&b, args[0].time, tv_as_str(args[1]));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *time_string(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	buf b = buf_init(c->mem);
	tmpl_time_text(&b, args[0].time);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *time_unix(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	const struct tv_time *t = args[0].time;
	int64_t scale = str_is(str_of(c->name), "UnixMilli")   ? 1000
			: str_is(str_of(c->name), "UnixMicro") ? 1000000
			: str_is(str_of(c->name), "UnixNano")  ? CLOCK_SECOND
							       : 1;
	*ret = tv_int64((int64_t)((uint64_t)t->sec * (uint64_t)scale +
				  (uint64_t)(t->ns / (CLOCK_SECOND / scale))));
	return NULL;
}

static err *time_part(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tmpl_date d = tmpl_time_date(args[0].time);
	str name = str_of(c->name);
	*ret = tv_int(str_is(name, "Year")	   ? d.year
		      : str_is(name, "Month")	   ? d.month
		      : str_is(name, "Day")	   ? d.day
		      : str_is(name, "Hour")	   ? d.hour
		      : str_is(name, "Minute")	   ? d.minute
		      : str_is(name, "Second")	   ? d.second
		      : str_is(name, "Nanosecond") ? d.ns
		      : str_is(name, "YearDay")	   ? d.year_day
						   : d.weekday);
	if (str_is(name, "Month"))
		ret->type = TV_MONTH;
	if (str_is(name, "Weekday"))
		ret->type = TV_WEEKDAY;
	return NULL;
}

static err *time_utc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv_time t = *args[0].time;
	t.zone = NULL;
	t.mono = 0;
	*ret = time_value(c, t);
	return NULL;
}

static err *time_local(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv_time t = *args[0].time;
	t.zone = local_zone(c);
	t.mono = 0;
	*ret = time_value(c, t);
	return NULL;
}

static err *time_location(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	const struct tv_zone *zone = args[0].time->zone;
	*ret = tv_object(TV_LOCATION, zone ? zone : &tmpl_zone_utc);
	return NULL;
}

static err *time_in(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv_time t = *args[0].time;
	if (!args[1].object)
		return tmpl_panic(c->mem, "time: missing Location in call to Time.In");
	t.zone = args[1].object == &tmpl_zone_utc ? NULL : args[1].object;
	t.mono = 0;
	*ret = time_value(c, t);
	return NULL;
}

static err *time_add(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = time_value(c, tmpl_time_add(*args[0].time, args[1].i));
	return NULL;
}

static err *time_sub(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_int64(tmpl_time_sub(*args[0].time, *args[1].time));
	ret->type = TV_DURATION;
	return NULL;
}

static err *time_add_date(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tmpl_date d = tmpl_time_date(args[0].time);
	int64_t max = 100000000;
	for (int i = 1; i <= 3; i++)
		if (args[i].i > max || args[i].i < -max)
			return tmpl_panic(c->mem, "AddDate: %lld is out of range",
					  (long long)args[i].i);
	*ret = time_value(c,
			  tmpl_time_make(d.year + args[1].i, d.month + args[2].i, d.day + args[3].i,
					 d.hour, d.minute, d.second, d.ns, args[0].time->zone));
	return NULL;
}

static int compare(const struct tv_time *a, const struct tv_time *b)
{
	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return a->ns < b->ns ? -1 : a->ns > b->ns;
}

static err *time_compare(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int order = compare(args[0].time, args[1].time);
	str name = str_of(c->name);
	*ret = str_is(name, "Compare")	? tv_int(order)
	       : str_is(name, "Before") ? tv_bool(order < 0)
	       : str_is(name, "After")	? tv_bool(order > 0)
					: tv_bool(order == 0);
	return NULL;
}

static err *time_is_zero(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	struct tv_time zero = tmpl_time_make(1, 1, 1, 0, 0, 0, 0, NULL);
	*ret = tv_bool(compare(args[0].time, &zero) == 0);
	return NULL;
}

static err *time_is_dst(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(tmpl_zone_at(args[0].time->zone, args[0].time->sec).dst);
	return NULL;
}

/* Since the zero time, modulo d, as Go counts. */
static int64_t remainder_of(const struct tv_time *t, int64_t d)
{
	__int128 since = (__int128)(t->sec + INT64_C(62135596800)) * CLOCK_SECOND + t->ns;
	__int128 rest = since % d;
	return (int64_t)(rest < 0 ? rest + d : rest);
}

static err *time_truncate(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t d = args[1].i, rest = d > 0 ? remainder_of(args[0].time, d) : 0;
	bool up = str_is(str_of(c->name), "Round") && d > 0 && rest >= d - rest;
	*ret = time_value(c, tmpl_time_add(*args[0].time, up ? d - rest : -rest));
	return NULL;
}

static err *duration_part(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str name = str_of(c->name);
	int64_t unit = str_is(name, "Hours")	 ? CLOCK_HOUR
		       : str_is(name, "Minutes") ? CLOCK_MINUTE
						 : CLOCK_SECOND;
	int64_t d = args[0].i;
	*ret = tv_float((double)(d / unit) + (double)(d % unit) / (double)unit);
	return NULL;
}

static err *duration_whole(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str name = str_of(c->name);
	int64_t unit = str_is(name, "Milliseconds")   ? CLOCK_MS
		       : str_is(name, "Microseconds") ? CLOCK_US
						      : 1;
	*ret = tv_int64(args[0].i / unit);
	return NULL;
}

static err *duration_cut(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t d = args[0].i, m = args[1].i;
	*ret = args[0];
	if (m > 0)
		ret->i = str_is(str_of(c->name), "Round") ? duration_round(d, m) : d - d % m;
	return NULL;
}

static err *duration_abs(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = args[0];
	if (ret->i < 0)
		ret->i = ret->i == INT64_MIN ? INT64_MAX : -ret->i;
	return NULL;
}

static err *duration_string(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_text(args[0].type == TV_DURATION ? duration_text(c->mem, args[0].i)
		       : args[0].type == TV_MONTH  ? tmpl_month_text(c->mem, args[0].i)
						   : tmpl_weekday_text(c->mem, args[0].i));
	return NULL;
}

static err *location_string(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_text(tmpl_zone_name(args[0].object));
	return NULL;
}

#define TWO_RESULTS(name)                                                                          \
	"!invalid function signature for " name ": second return value should be error; is int"

const struct tmpl_method tmpl_date_methods[] = {
	{TV_TIME, {"Add", "d>t", time_add}},
	{TV_TIME, {"AddDate", "iii>t", time_add_date}},
	{TV_TIME, {"After", "t>b", time_compare}},
	{TV_TIME, {"Before", "t>b", time_compare}},
	{TV_TIME, {"Clock", "!function Clock has 3 return values; should be 1 or 2", NULL}},
	{TV_TIME, {"Compare", "t>i", time_compare}},
	{TV_TIME, {"Date", "!function Date has 3 return values; should be 1 or 2", NULL}},
	{TV_TIME, {"Day", ">i", time_part}},
	{TV_TIME, {"Equal", "t>b", time_compare}},
	{TV_TIME, {"Format", "s>s", time_format}},
	{TV_TIME, {"Hour", ">i", time_part}},
	{TV_TIME, {"ISOWeek", TWO_RESULTS("ISOWeek"), NULL}},
	{TV_TIME, {"In", "o>t", time_in}},
	{TV_TIME, {"IsDST", ">b", time_is_dst}},
	{TV_TIME, {"IsZero", ">b", time_is_zero}},
	{TV_TIME, {"Local", ">t", time_local}},
	{TV_TIME, {"Location", ">o", time_location}},
	{TV_TIME, {"Minute", ">i", time_part}},
	{TV_TIME, {"Month", ">i", time_part}},
	{TV_TIME, {"Nanosecond", ">i", time_part}},
	{TV_TIME, {"Round", "d>t", time_truncate}},
	{TV_TIME, {"Second", ">i", time_part}},
	{TV_TIME, {"String", ">s", time_string}},
	{TV_TIME, {"Sub", "t>d", time_sub}},
	{TV_TIME, {"Truncate", "d>t", time_truncate}},
	{TV_TIME, {"UTC", ">t", time_utc}},
	{TV_TIME, {"Unix", ">I", time_unix}},
	{TV_TIME, {"UnixMicro", ">I", time_unix}},
	{TV_TIME, {"UnixMilli", ">I", time_unix}},
	{TV_TIME, {"UnixNano", ">I", time_unix}},
	{TV_TIME, {"Weekday", ">i", time_part}},
	{TV_TIME, {"Year", ">i", time_part}},
	{TV_TIME, {"YearDay", ">i", time_part}},
	{TV_TIME, {"Zone", TWO_RESULTS("Zone"), NULL}},
	{TV_DURATION, {"Abs", ">d", duration_abs}},
	{TV_DURATION, {"Hours", ">f", duration_part}},
	{TV_DURATION, {"Microseconds", ">I", duration_whole}},
	{TV_DURATION, {"Milliseconds", ">I", duration_whole}},
	{TV_DURATION, {"Minutes", ">f", duration_part}},
	{TV_DURATION, {"Nanoseconds", ">I", duration_whole}},
	{TV_DURATION, {"Round", "d>d", duration_cut}},
	{TV_DURATION, {"Seconds", ">f", duration_part}},
	{TV_DURATION, {"String", ">s", duration_string}},
	{TV_DURATION, {"Truncate", "d>d", duration_cut}},
	{TV_MONTH, {"String", ">s", duration_string}},
	{TV_WEEKDAY, {"String", ">s", duration_string}},
	{TV_LOCATION, {"String", ">s", location_string}},
	{TV_NONE, {0}},
};
