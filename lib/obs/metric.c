#include "obs/metric.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

#define COLLECTORS 16

struct metric_series {
	struct metric_series *next; /* of the same slot */
	char *values[METRIC_LABELS];
	uint64_t hash;
	double value; /* of a histogram: the sum */
	uint64_t count;
	uint64_t buckets[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *families; /* sorted by name; under lock */
static struct {
	void (*fn)(void *);
	void *arg;
} collectors[COLLECTORS];
static int collector_count;

static void *memory(void *old, size_t n)
{
	void *p = realloc(old, n);
	if (!p)
		abort();
	return p;
}

static int count_labels(const char *labels)
{
	int n = *labels != 0;
	for (; *labels; labels++)
		n += *labels == ',';
	return n;
}

static void register_locked(struct metric *m)
{
	if (m->registered)
		return;
	m->registered = 1;
	m->label_count = count_labels(m->labels);
	if (m->label_count > METRIC_LABELS)
		abort();
	struct metric **link = &families;
	while (*link && strcmp((*link)->name, m->name) < 0)
		link = &(*link)->next;
	m->next = *link;
	*link = m;
}

void metric_register(struct metric *m)
{
	pthread_mutex_lock(&lock);
	register_locked(m);
	pthread_mutex_unlock(&lock);
}

static uint64_t hash_values(const char *const *values, int n)
{
	uint64_t h = 0;
	for (int i = 0; i < n; i++)
		h = h * UINT64_C(0x9e3779b97f4a7c15) + str_hash(str_of(values[i]));
	return h;
}

static bool same_values(const struct metric_series *s, const char *const *values, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(s->values[i], values[i]))
			return false;
	return true;
}

static void grow(struct metric *m)
{
	unsigned n = m->slot_count ? m->slot_count * 2 : 8;
	struct metric_series **slots = memory(NULL, n * sizeof(struct metric_series *));
	memset(slots, 0, n * sizeof(struct metric_series *));
	for (unsigned i = 0; i < m->slot_count; i++) {
		for (struct metric_series *s = m->slots[i], *next; s; s = next) {
			next = s->next;
			s->next = slots[s->hash % n];
			slots[s->hash % n] = s;
		}
	}
	free(m->slots);
	m->slots = slots;
	m->slot_count = n;
}

static struct metric_series *find(const struct metric *m, const char *const *values, uint64_t hash)
{
	struct metric_series *s = m->slot_count ? m->slots[hash % m->slot_count] : NULL;
	while (s && (s->hash != hash || !same_values(s, values, m->label_count)))
		s = s->next;
	return s;
}

/* The series of these values, made if need be; NULL when the family is full. */
static struct metric_series *series_of(struct metric *m, const char *const *values)
{
	register_locked(m);
	uint64_t hash = hash_values(values, m->label_count);
	struct metric_series *s = find(m, values, hash);
	if (s || m->series_count >= METRIC_SERIES)
		return s;
	if (m->series_count >= m->slot_count)
		grow(m);
	size_t n = sizeof(*s) + (size_t)m->bucket_count * sizeof(s->buckets[0]);
	s = memory(NULL, n);
	memset(s, 0, n);
	s->hash = hash;
	for (int i = 0; i < m->label_count; i++) {
		size_t length = strlen(values[i]) + 1;
		s->values[i] = memcpy(memory(NULL, length), values[i], length);
	}
	s->next = m->slots[hash % m->slot_count];
	m->slots[hash % m->slot_count] = s;
	m->series_count++;
	return s;
}

static void take_values(const struct metric *m, va_list ap, const char **values)
{
	int n = count_labels(m->labels);
	for (int i = 0; i < n && i < METRIC_LABELS; i++) {
		const char *v = va_arg(ap, const char *);
		values[i] = v ? v : "";
	}
}

#define WITH_SERIES(m, last, s)                                                                    \
	const char *values_[METRIC_LABELS] = {0};                                                  \
	va_list ap_;                                                                               \
	va_start(ap_, last);                                                                       \
	take_values((m), ap_, values_);                                                            \
	va_end(ap_);                                                                               \
	pthread_mutex_lock(&lock);                                                                 \
	struct metric_series *s = series_of((m), values_)

void metric_add(struct metric *m, double value, ...)
{
	WITH_SERIES(m, value, s);
	if (s)
		s->value += value;
	pthread_mutex_unlock(&lock);
}

void metric_set(struct metric *m, double value, ...)
{
	WITH_SERIES(m, value, s);
	if (s)
		s->value = value;
	pthread_mutex_unlock(&lock);
}

void metric_observe(struct metric *m, double value, ...)
{
	WITH_SERIES(m, value, s);
	if (s) {
		s->value += value;
		s->count++;
		for (int i = m->bucket_count; i-- && value <= m->buckets[i];)
			s->buckets[i]++;
	}
	pthread_mutex_unlock(&lock);
}

double metric_value(struct metric *m, ...)
{
	const char *values[METRIC_LABELS] = {0};
	va_list ap;
	va_start(ap, m);
	take_values(m, ap, values);
	va_end(ap);
	pthread_mutex_lock(&lock);
	register_locked(m);
	const struct metric_series *s = find(m, values, hash_values(values, m->label_count));
	double v = !s ? 0 : m->kind == METRIC_HISTOGRAM ? (double)s->count : s->value;
	pthread_mutex_unlock(&lock);
	return v;
}

/* The values to match, by label; NULL for those that do not matter. False for a label that the family
 * does not have. */
static bool take_pairs(const struct metric *m, va_list ap, const char **values)
{
	for (const char *name; (name = va_arg(ap, const char *));) {
		const char *value = va_arg(ap, const char *);
		str rest = str_of(m->labels), part;
		int i = 0;
		bool found = false;
		for (; str_next(&rest, ',', &part); i++) {
			if (str_is(part, name)) {
				values[i] = value;
				found = true;
			}
		}
		if (!found)
			return false;
	}
	return true;
}

static void free_series(struct metric *m, struct metric_series *s)
{
	for (int i = 0; i < m->label_count; i++)
		free(s->values[i]);
	free(s);
	m->series_count--;
}

static bool matches(const struct metric *m, const struct metric_series *s,
		    const char *const *values)
{
	for (int i = 0; i < m->label_count; i++)
		if (values[i] && strcmp(values[i], s->values[i]))
			return false;
	return true;
}

static void remove_from_slot(struct metric *m, unsigned slot, const char *const *values)
{
	for (struct metric_series **link = &m->slots[slot], *s; (s = *link);) {
		if (!matches(m, s, values)) {
			link = &s->next;
			continue;
		}
		*link = s->next;
		free_series(m, s);
	}
}

void metric_remove(struct metric *m, ...)
{
	const char *values[METRIC_LABELS] = {0};
	va_list ap;
	va_start(ap, m);
	bool known = take_pairs(m, ap, values);
	va_end(ap);
	if (!known)
		return;
	pthread_mutex_lock(&lock);
	register_locked(m);
	bool all = m->slot_count;
	for (int i = 0; i < m->label_count; i++)
		all = all && values[i];
	if (all)
		remove_from_slot(m, hash_values(values, m->label_count) % m->slot_count, values);
	for (unsigned i = 0; !all && i < m->slot_count; i++)
		remove_from_slot(m, i, values);
	pthread_mutex_unlock(&lock);
}

void metric_on_collect(void (*fn)(void *), void *arg)
{
	pthread_mutex_lock(&lock);
	if (collector_count == COLLECTORS)
		abort();
	collectors[collector_count].fn = fn;
	collectors[collector_count++].arg = arg;
	pthread_mutex_unlock(&lock);
}

static void add_escaped(buf *b, const char *text, bool quote)
{
	for (; *text; text++) {
		if (*text == '\n')
			buf_text_add(b, "\\n");
		else if (*text == '\\' || (quote && *text == '"'))
			buf_printf(b, "\\%c", *text);
		else
			buf_char(b, *text);
	}
}

static void add_number(buf *b, double v)
{
	buf_text_add(b, number_text(b->mem, v, 'g'));
}

/* {a="1",b="2"} with le behind them, nothing at all without any. */
static void add_labels(buf *b, const struct metric *m, const struct metric_series *s,
		       const char *le)
{
	str rest = str_of(m->labels), name;
	int i = 0;
	while (i < m->label_count && str_next(&rest, ',', &name)) {
		buf_char(b, i ? ',' : '{');
		buf_str(b, name);
		buf_text_add(b, "=\"");
		add_escaped(b, s->values[i++], true);
		buf_char(b, '"');
	}
	if (le)
		buf_printf(b, "%cle=\"%s\"", i++ ? ',' : '{', le);
	if (i)
		buf_char(b, '}');
}

static void add_histogram(buf *b, const struct metric *m, const struct metric_series *s)
{
	for (int i = 0; i <= m->bucket_count; i++) {
		bool last = i == m->bucket_count;
		buf_printf(b, "%s_bucket", m->name);
		add_labels(b, m, s, last ? "+Inf" : number_text(b->mem, m->buckets[i], 'g'));
		buf_printf(b, " %llu\n", (unsigned long long)(last ? s->count : s->buckets[i]));
	}
	buf_printf(b, "%s_sum", m->name);
	add_labels(b, m, s, NULL);
	buf_char(b, ' ');
	add_number(b, s->value);
	buf_printf(b, "\n%s_count", m->name);
	add_labels(b, m, s, NULL);
	buf_printf(b, " %llu\n", (unsigned long long)s->count);
}

static void add_family(buf *b, const struct metric *m)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};
	buf_printf(b, "# HELP %s ", m->name);
	add_escaped(b, m->help, false);
	buf_printf(b, "\n# TYPE %s %s\n", m->name, kinds[m->kind]);
	for (unsigned i = 0; i < m->slot_count; i++) {
		for (const struct metric_series *s = m->slots[i]; s; s = s->next) {
			if (m->kind == METRIC_HISTOGRAM) {
				add_histogram(b, m, s);
				continue;
			}
			buf_text_add(b, m->name);
			add_labels(b, m, s, NULL);
			buf_char(b, ' ');
			add_number(b, s->value);
			buf_char(b, '\n');
		}
	}
}

void metric_text(buf *b)
{
	pthread_mutex_lock(&lock);
	int n = collector_count;
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < n; i++)
		collectors[i].fn(collectors[i].arg);
	pthread_mutex_lock(&lock);
	for (const struct metric *m = families; m; m = m->next)
		if (m->series_count)
			add_family(b, m);
	pthread_mutex_unlock(&lock);
}
