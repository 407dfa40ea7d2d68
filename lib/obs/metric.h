/*
 * metric: counters, gauges and histograms with labels, and their Prometheus text. Any thread. A
 * family is a static struct; it registers itself when it is first used:
 *
 *	static struct metric requests = METRIC(METRIC_COUNTER, "rest_client_requests_total",
 *					       "Number of HTTP requests.", "code,method,host");
 *	metric_add(&requests, 1, "200", "GET", host);
 *
 * The values of the labels are given in the order of their names. Texts are copied.
 */
#ifndef SLUICE_METRIC_H
#define SLUICE_METRIC_H

#include "base/buf.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

#define METRIC_LABELS 6	     /* labels a family has at most */
#define METRIC_SERIES 200000 /* series a family has at most; further ones are not recorded */

struct metric_series;

struct metric {
	enum metric_kind kind;
	const char *name, *help;
	const char *labels;    /* "a,b"; "" for none */
	const double *buckets; /* upper bounds, ascending, without +Inf */
	int bucket_count;
	/* private */
	int label_count, registered;
	struct metric *next;
	struct metric_series **slots;
	unsigned slot_count, series_count;
};

#define METRIC(kind_, name_, help_, labels_)                                                       \
	{                                                                                          \
		.kind = (kind_), .name = (name_), .help = (help_), .labels = (labels_)             \
	}
#define METRIC_BUCKETS(name_, help_, labels_, buckets_)                                            \
	{                                                                                          \
		.kind = METRIC_HISTOGRAM, .name = (name_), .help = (help_), .labels = (labels_),   \
		.buckets = (buckets_),                                                             \
		.bucket_count = (int)(sizeof(buckets_) / sizeof((buckets_)[0]))                    \
	}

/* Registers a family before its first use. */
void metric_register(struct metric *m);

/* Adds to a counter or gauge; sets a gauge (or a counter counted elsewhere); observes into a
 * histogram. The labels' values follow. */
void metric_add(struct metric *m, double value, ...);
void metric_set(struct metric *m, double value, ...);
void metric_observe(struct metric *m, double value, ...);

/* Removes every series whose labels have these values; pairs of names and values, ended by NULL:
 * metric_remove(m, "kind", kind, "namespace", ns, "name", name, NULL). */
void metric_remove(struct metric *m, ...) __attribute__((sentinel));

/* The value of a series; 0 when there is none (of a histogram: how many were observed). */
double metric_value(struct metric *m, ...);

/* Calls fn(arg) before a text is made, to set what is only known when asked. On the caller's thread
 * of metric_text. */
void metric_on_collect(void (*fn)(void *), void *arg);

/* All families in the text format 0.0.4, sorted by name. */
void metric_text(buf *b);

#endif
