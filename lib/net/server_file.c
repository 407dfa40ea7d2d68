#include "net/server_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define DAY 86400

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

char *server_date(arena *mem, int64_t seconds)
{
	static const char *const week[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	int64_t days = seconds / DAY, rest = seconds % DAY, year;
	int month, day;
	if (rest < 0) {
		rest += DAY;
		days--;
	}
	clock_date(days, &year, &month, &day);
	return arena_printf(mem, "%s, %02d %s %04d %02d:%02d:%02d GMT", week[(days % 7 + 7) % 7],
			    day, months[month - 1], (int)year, (int)(rest / 3600),
			    (int)(rest / 60 % 60), (int)(rest % 60));
}

bool server_date_parse(const char *text, int64_t *ret_seconds)
{
	char name[4];
	int day, year, hour, minute, second, n = 0;
	if (!text || strlen(text) < 5 ||
	    sscanf(text + 5, "%2d %3s %4d %2d:%2d:%2d GMT%n", &day, name, &year, &hour, &minute,
		   &second, &n) != 6 ||
	    !n || text[5 + n])
		return false;
	if (day < 1 || day > 31 || year < 1970 || hour < 0 || hour > 23 || minute < 0 ||
	    minute > 59 || second < 0 || second > 60)
		return false;
	for (int month = 0; month < 12; month++)
		if (strcmp(name, months[month]) == 0) {
			*ret_seconds = clock_days(year, month + 1, day) * DAY + hour * 3600 +
				       minute * 60 + second;
			return true;
		}
	return false;
}

static str without_weak(str tag)
{
	return str_starts(tag, STR("W/")) ? str_sub(tag, 2, tag.n) : tag;
}

static bool lists_tag(const char *value, const char *etag)
{
	str rest = str_of(value), part;
	while (str_next(&rest, ',', &part)) {
		part = str_trim(part);
		if (str_is(part, "*") || str_eq(without_weak(part), without_weak(str_of(etag))))
			return true;
	}
	return false;
}

static bool has_it(const struct server_head *h, const char *etag, int64_t modified)
{
	const char *none = server_head_get(h, "if-none-match"),
		   *since = server_head_get(h, "if-modified-since");
	int64_t seconds;
	if (none)
		return lists_tag(none, etag);
	return since && server_date_parse(since, &seconds) && modified <= seconds;
}

/* One range of bytes; several, or what cannot be read, count as none. False: it is outside of the file. */
static bool take_range(const char *value, int64_t size, struct server_file *f)
{
	str from, to, spec = str_of(value);
	int64_t a, b = size - 1;
	if (!str_starts(spec, STR("bytes=")) || str_find(spec, ',') >= 0 ||
	    !str_cut(str_sub(spec, 6, spec.n), '-', &from, &to))
		return true;
	from = str_trim(from);
	to = str_trim(to);
	if (!from.n) {
		if (!str_int(to, &a) || a < 0)
			return true;
		if (a == 0)
			return false;
		a = a < size ? size - a : 0;
	} else {
		if (!str_int(from, &a) || a < 0 || (to.n && (!str_int(to, &b) || b < a)))
			return true;
		if (b >= size)
			b = size - 1;
	}
	if (a >= size)
		return false;
	f->status = 206;
	f->from = a;
	f->length = b - a + 1;
	return true;
}

/* The part that is asked for still belongs to the whole that the client has. */
static bool same_whole(const struct server_head *h, const struct server_file *f)
{
	const char *value = server_head_get(h, "if-range");
	return !value || strcmp(value, f->etag) == 0 || strcmp(value, f->modified) == 0;
}

static void close_file(struct server_file *f, int status)
{
	close(f->fd);
	f->fd = -1;
	f->from = f->length = 0;
	f->status = status;
}

void server_file_open(arena *mem, const char *path, const char *etag, const struct server_head *h,
		      struct server_file *ret_file)
{
	struct server_file f = {.status = 404};
	struct stat st;
	f.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f.fd >= 0 && (fstat(f.fd, &st) != 0 || !S_ISREG(st.st_mode)))
		close_file(&f, 404);
	if (f.fd >= 0) {
		const char *range = server_head_get(h, "range");
		f.status = 200;
		f.size = f.length = st.st_size;
		f.modified = server_date(mem, st.st_mtim.tv_sec);
		f.etag = etag ? arena_text(mem, etag)
			      : arena_printf(mem, "\"%llx%08lx-%llx\"",
					     (unsigned long long)st.st_mtim.tv_sec,
					     (unsigned long)st.st_mtim.tv_nsec,
					     (unsigned long long)st.st_size);
		if (has_it(h, f.etag, st.st_mtim.tv_sec))
			close_file(&f, 304);
		else if (range && same_whole(h, &f) && !take_range(range, f.size, &f))
			close_file(&f, 416);
	}
	*ret_file = f;
}
