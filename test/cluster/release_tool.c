/*
 * One action of lib/release on a real cluster, for test/cluster/release.py: what is to be done comes as one JSON
 * object on the command line, what came of it goes to stdout as another. Parks as the daemon does, but waits
 * for the end itself.
 *
 *	release_tool '{"action": "install", "name": "a", "ns": "x", "chart": "DIR", "values": {…}, "label": true, …}'
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "data/json.h"
#include "data/yaml.h"
#include "release/release.h"

struct pass {
	arena *mem;
	ctx c;
};

static loop *the_loop;
static struct clusters *clusters;
static struct release_site *site;
static struct cluster *home;
static size_t requests;
static val *request;

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static void must(err *e, arena *mem)
{
	if (!e)
		return;
	fprintf(stderr, "%s\n", err_text(mem, e));
	exit(2);
}

static void on_request(void *arg, const char *method, int status)
{
	(void)arg;
	(void)status;
	if (getenv("RELEASE_TOOL_TRACE"))
		fprintf(stderr, "%s %d\n", method, status);
	__atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED);
}

static const char *text(const char *key)
{
	return val_text_or(val_get(request, key), "");
}

static bool flag(const char *key)
{
	return val_as_bool(val_get(request, key), false);
}

static int64_t seconds(const char *key, double otherwise)
{
	return (int64_t)(val_as_float(val_get(request, key), otherwise) * (double)CLOCK_SECOND);
}

/* ---- the post-renderer: origin labels, as the controller's last one puts them ------------------- */

static err *label(ctx *c, void *arg, val *docs, val **ret_docs)
{
	const struct release_of *of = arg;
	for (size_t i = 0; i < val_len(docs); i++) {
		val *meta = val_make_map(c->mem, val_at(docs, i), "metadata");
		val *labels = val_make_map(c->mem, meta, "labels");
		val_set_text(c->mem, labels, RELEASE_GROUP "/name", of->owner_name);
		val_set_text(c->mem, labels, RELEASE_GROUP "/namespace", of->owner_ns);
	}
	*ret_docs = docs;
	return NULL;
}

/* ---- options ------------------------------------------------------------------------------------ */

static enum release_ssa ssa_of(const char *word)
{
	return !strcmp(word, "on")    ? RELEASE_SSA_ON
	       : !strcmp(word, "off") ? RELEASE_SSA_OFF
				      : RELEASE_SSA_AUTO;
}

static void read_filters(arena *mem, struct release_options *o)
{
	const val *list = val_get(request, "filters");
	struct release_filter *all = NEW_N(mem, struct release_filter, val_len(list));
	for (size_t i = 0; i < val_len(list); i++) {
		const char *name = val_text_or(val_at(list, i), "");
		all[i] = (struct release_filter){name + (*name == '!'), *name == '!'};
	}
	o->filters = all;
	o->filter_n = val_len(list);
}

static void read_options(arena *mem, struct release_of *of, struct release_options *o)
{
	struct tree *t;
	struct chart *chart = NULL;
	const char *wait = text("wait");
	*o = (struct release_options){
		.timeout = seconds("timeout", 60),
		.wait = !strcmp(wait, "hooks")	  ? RELEASE_WAIT_HOOKS
			: !strcmp(wait, "legacy") ? RELEASE_WAIT_HELM3
						  : RELEASE_WAIT_READY,
		.no_wait_jobs = flag("noWaitJobs"),
		.no_hooks = flag("noHooks"),
		.values = val_get(request, "values"),
		.crds = !strcmp(text("crds"), "replace") ? RELEASE_CRDS_REPLACE
			: !strcmp(text("crds"), "skip")	 ? RELEASE_CRDS_SKIP
							 : RELEASE_CRDS_CREATE,
		.take_ownership = !flag("noTakeOwnership"),
		.post_mark = flag("label") ? label : NULL,
		.post_render_arg = of,
		.rendering = !strcmp(text("rendering"), "separate")  ? RELEASE_SEPARATE
			     : !strcmp(text("rendering"), "nohooks") ? RELEASE_NO_HOOKS
								     : RELEASE_COMBINED,
		.create_namespace = flag("createNamespace"),
		.replace = flag("replace"),
		.ssa = ssa_of(text("ssa")),
		.force = flag("force"),
		.cleanup_on_fail = flag("cleanup"),
		.max_history = val_as_int(val_get(request, "maxHistory"), 0),
		.reuse_values = flag("reuseValues"),
		.to_version = val_as_int(val_get(request, "to"), 0),
		.keep_history = flag("keepHistory"),
		.propagation = text("propagation"),
	};
	if (*text("chart")) {
		must(tree_open(mem, text("chart"), &t), mem);
		must(helm_read(mem, t, "", &chart), mem);
	}
	o->chart = chart;
	read_filters(mem, o);
}

/* ---- waiting ------------------------------------------------------------------------------------ */

struct waiting {
	struct wait *wait;
	struct timer *timer;
	sem_t over;
};

static void on_over(void *arg)
{
	struct waiting *w = arg;
	timer_stop(w->timer);
	sem_post(&w->over);
}

static void on_late(void *arg)
{
	struct waiting *w = arg;
	wait_expire(w->wait);
	if (wait_timed_out(w->wait))
		sem_post(&w->over);
}

static void begin_waiting(void *arg)
{
	struct waiting *w = arg;
	int64_t left = wait_deadline(w->wait) - clock_now();
	w->timer = timer_open(the_loop, on_late, w);
	timer_set(w->timer, left > 0 ? left : 1);
	wait_on_settled(w->wait, on_over, w);
}

static void end_waiting(void *arg)
{
	struct waiting *w = arg;
	timer_close(w->timer);
	wait_close(w->wait);
	sem_post(&w->over);
}

/* ---- the action --------------------------------------------------------------------------------- */

static void tell_writes(arena *mem, val *list, const struct release_outcome *out)
{
	static const char *const names[] = {"created", "updated", "deleted"};
	for (size_t i = 0; i < out->write_n; i++) {
		const val *r = out->writes[i].release;
		val_push(mem, list,
			 val_printf(mem, "%s v%lld %s: %s", names[out->writes[i].what],
				    (long long)val_as_int(val_get(r, "version"), 0),
				    val_text_or(VAL_IN(r, "info", "status"), ""),
				    val_text_or(VAL_IN(r, "info", "description"), "")));
	}
}

static void run_action(arena *life, struct release_of *of, enum release_action action, val *ret)
{
	struct waiting *before = NULL;
	val *writes = val_list(life);
	int64_t parks = 0;
	for (;;) {
		struct pass f = {.mem = arena_open()};
		struct release_options o;
		struct release_outcome out;
		ctx_init(&f.c, f.mem, the_loop, clock_now() + 600 * CLOCK_SECOND);
		read_options(f.mem, of, &o);
		err *e = release_run(&f.c, of, action, &o, before ? before->wait : NULL, &out);
		tell_writes(life, writes, &out);
		if (e || !out.parked) {
			val_set_text(life, ret, "error", e ? err_text(f.mem, e) : NULL);
			val_set(life, ret, "code", val_int(life, err_code(e)));
			val_set(life, ret, "wrote", val_bool(life, out.wrote));
			val_set_text(life, ret, "kept", arena_text(life, out.kept));
			break;
		}
		struct reconcile rec = {.ctx = &f.c, .mem = f.mem};
		release_park(&rec, of, &o, &out, NULL);
		if (before) {
			loop_post(the_loop, end_waiting, before);
			sem_wait(&before->over);
		}
		before = NEW(life, struct waiting);
		before->wait = rec.wait;
		sem_init(&before->over, 0, 0);
		loop_post(the_loop, begin_waiting, before);
		sem_wait(&before->over);
		arena_close(f.mem);
		parks++;
	}
	val_set(life, ret, "parks", val_int(life, parks));
	val_set(life, ret, "writes", writes);
}

static void run_unlock(ctx *c, arena *life, struct release_of *of, val *ret)
{
	struct release_history h;
	struct release_outcome out;
	val *writes = val_list(life);
	must(release_history(c, of, &h), c->mem);
	err *e = release_unlock(c, of, &h.p[0], &out);
	tell_writes(life, writes, &out);
	val_set(life, ret, "writes", writes);
	val_set_text(life, ret, "error", e ? err_text(c->mem, e) : NULL);
}

static void run_drift(ctx *c, arena *life, struct release_of *of, val *ret)
{
	struct release_history h;
	struct release_drift d;
	struct changes done = {0};
	must(release_history(c, of, &h), c->mem);
	err *e = release_drift(c, of, h.p[0].release, val_get(request, "ignore"), NULL, &d);
	struct helm_drift *all = NEW_N(life, struct helm_drift, d.n);
	for (size_t i = 0; i < d.n; i++)
		all[i] = d.p[i].drift;
	val_set_text(life, ret, "lines", helm_drift_lines(life, all, d.n, NULL, HELM_DRIFT_USUAL));
	val_set_text(life, ret, "error", e ? err_text(c->mem, e) : NULL);
	if (!flag("correct"))
		return;
	e = release_correct(c, of, &d, &done);
	val_set_text(life, ret, "corrected", change_text(c->mem, &done));
	if (e)
		val_set_text(life, ret, "error", err_text(c->mem, e));
}

static const char *const actions[] = {"install", "upgrade", "rollback", "uninstall", "test", NULL};

static void open_all(arena *mem)
{
	struct config *config;
	struct client *admin;
	struct mapper *mapper;
	pthread_t thread;
	must(loop_open(mem, &the_loop), mem);
	must(config_file(mem, getenv("KUBECONFIG"), NULL, &config), mem);
	config->user_agent = "sluice/test";
	must(client_open(mem, the_loop, config, &admin), mem);
	client_on_request(admin, on_request, NULL);
	must(mapper_open(mem, admin, &mapper), mem);
	struct clusters_settings s = {
		.live = {.loop = the_loop,
			 .client = admin,
			 .owner_group = RELEASE_GROUP,
			 .managed = {.manager = RELEASE_MANAGER, .plain = true},
			 .settle = CLOCK_SECOND},
		.mapper = mapper,
	};
	clusters = clusters_open(&s);
	home = clusters_home(clusters);
	site = release_site_open(&(struct release_site_settings){clusters});
	pthread_create(&thread, NULL, run_loop, the_loop);
}

int main(int argc, char **argv)
{
	arena *mem = arena_open();
	if (argc != 2)
		return 1;
	must(json_parse(mem, str_of(argv[1]), &request), mem);
	open_all(mem);
	struct release_of of = {
		.site = site,
		.at = home,
		.client = home->client,
		.unsure = flag("unsure"),
		.name = text("name"),
		.ns = text("ns"),
		.storage_ns = *text("storage") ? text("storage") : text("ns"),
		.owner_ns = text("ns"),
		.owner_name = text("name"),
	};
	val *ret = val_map(mem);
	struct pass f = {.mem = mem};
	ctx_init(&f.c, mem, the_loop, clock_now() + 600 * CLOCK_SECOND);
	int action = -1;
	for (int i = 0; actions[i]; i++)
		if (!strcmp(actions[i], text("action")))
			action = i;
	if (action >= 0)
		run_action(mem, &of, (enum release_action)action, ret);
	else if (!strcmp(text("action"), "unlock"))
		run_unlock(&f.c, mem, &of, ret);
	else
		run_drift(&f.c, mem, &of, ret);
	val_set(mem, ret, "requests",
		val_int(mem, (int64_t)__atomic_load_n(&requests, __ATOMIC_RELAXED)));
	puts(json_text(mem, ret, JSON_PLAIN));
	fflush(stdout);
	_exit(0); /* the watches have no other end here */
}
