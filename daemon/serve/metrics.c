#include "serve/serve.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "obs/metric.h"

static struct metric cpu = METRIC(METRIC_COUNTER, "process_cpu_seconds_total",
				  "Total user and system CPU time spent in seconds.", "");
static struct metric resident =
	METRIC(METRIC_GAUGE, "process_resident_memory_bytes", "Resident memory size in bytes.", "");
static struct metric virtual = METRIC(METRIC_GAUGE, "process_virtual_memory_bytes",
				      "Virtual memory size in bytes.", "");
static struct metric fds =
	METRIC(METRIC_GAUGE, "process_open_fds", "Number of open file descriptors.", "");
static struct metric max_fds =
	METRIC(METRIC_GAUGE, "process_max_fds", "Maximum number of open file descriptors.", "");
static struct metric started = METRIC(METRIC_GAUGE, "process_start_time_seconds",
				      "Start time of the process since unix epoch in seconds.", "");
static struct metric build =
	METRIC(METRIC_GAUGE, "sluice_build_info", "Which program this is.", "version");
static struct metric requests =
	METRIC(METRIC_COUNTER, "rest_client_requests_total",
	       "Number of HTTP requests, partitioned by status code, method, and host.",
	       "code,host,method");
static const double lag_bounds[] = {0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01,
				    0.025,  0.05,   0.1,   0.25,  1,	 5};
static struct metric lag = METRIC_BUCKETS(
	"sluice_loop_lag_seconds", "How late the event loop runs its timers.", "", lag_bounds);

static double start_time;

static void count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = -3; /* ".", ".." and this one */
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	struct rlimit limit;
	metric_set(&fds, n > 0 ? n : 0);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		metric_set(&max_fds, (double)limit.rlim_cur);
}

static void measure_process(arena *mem)
{
	struct rusage u;
	if (!getrusage(RUSAGE_SELF, &u))
		metric_set(&cpu, (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
					 (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
	str statm;
	unsigned long pages, in_memory;
	if (!file_read(mem, "/proc/self/statm", 4096, &statm) &&
	    sscanf(str_text(mem, statm), "%lu %lu", &pages, &in_memory) == 2) {
		double page = (double)sysconf(_SC_PAGESIZE);
		metric_set(&virtual, (double)pages * page);
		metric_set(&resident, (double)in_memory * page);
	}
	count_fds();
	metric_set(&started, start_time);
	metric_set(&build, 1, SLUICE_VERSION);
}

/* A text in the making: the objects' series are collected on a worker, since there may be many. */
struct scrape {
	struct house *house;
	struct server_call *call;
	struct scrape *next;
	buf text;
};

/* One scrape at a time, since each begins the objects' series anew. The loop's. */
static struct scrape *waiting, *under_way;

static void start(struct scrape *s);

static void collect(ctx *c, void *arg)
{
	struct scrape *s = arg;
	measure_process(c->mem);
	controllers_meter_objects(s->house->controllers);
	metric_text(&s->text);
}

static void collected(void *arg)
{
	static const struct http_header headers[] = {
		{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {NULL, NULL}};
	struct scrape *s = arg;
	under_way = NULL;
	server_answer(s->call, 200, headers, buf_view(&s->text));
	if (waiting) {
		struct scrape *next = waiting;
		waiting = next->next;
		start(next);
	}
}

static void start(struct scrape *s)
{
	under_way = s;
	controllers_meter_queues(s->house->controllers);
	pool_run(s->house->pool, collect, collected, s);
}

static void handle(void *arg, struct server_call *call)
{
	if (!text_eq(call->path, "/metrics")) {
		server_answer_text(call, 404, "not found: try /metrics");
		return;
	}
	struct scrape *s = NEW(call->mem, struct scrape);
	*s = (struct scrape){.house = arg, .call = call, .text = buf_init(call->mem)};
	if (!under_way) {
		start(s);
		return;
	}
	struct scrape **last = &waiting;
	while (*last)
		last = &(*last)->next;
	*last = s;
}

static void on_lag(void *arg, int64_t ns)
{
	(void)arg;
	metric_observe(&lag, (double)ns / (double)CLOCK_SECOND);
}

static void on_request(void *arg, const char *method, int status)
{
	const struct house *h = arg;
	char code[16];
	snprintf(code, sizeof(code), "%d", status);
	const char *server = h->config->server;
	ptrdiff_t at = str_search(str_of(server), STR("://"));
	metric_add(&requests, 1, status ? code : "<error>", at < 0 ? server : server + at + 3,
		   method);
}

err *serve_metrics(arena *mem, struct house *h, struct server **ret_server)
{
	start_time = (double)clock_wall() / (double)CLOCK_SECOND;
	loop_on_lag(h->loop, on_lag, NULL);
	client_on_request(h->client, on_request, h);
	struct server_settings s = {
		.address = h->options->metrics_addr, .handle = handle, .arg = h};
	TRY_AS(mem, server_open(mem, h->loop, &s, ret_server), "--metrics-addr");
	return NULL;
}
