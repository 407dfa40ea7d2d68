/*
 * main: the API double as a program, for tests in other languages: api FILE [PORT] writes a kubeconfig
 * to FILE when it listens, and runs until SIGTERM or SIGINT.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "fake/api.h"

static void stop(void *arg)
{
	loop_stop(arg);
}

int main(int argc, char **argv)
{
	arena *mem = arena_open();
	loop *l;
	struct fake_api *f;
	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE [PORT]\n", argv[0]);
		return 2;
	}
	err *e = loop_open(mem, &l);
	if (!e)
		e = fake_api_open(mem, l, argc > 2 ? atoi(argv[2]) : 0, &f);
	if (!e)
		e = file_write(mem, argv[1], str_of(fake_api_kubeconfig(mem, f)), 0600);
	if (e) {
		fprintf(stderr, "%s\n", err_text(mem, e));
		return 1;
	}
	loop_on_signal(l, SIGTERM, stop, l);
	loop_on_signal(l, SIGINT, stop, l);
	loop_run(l);
	fake_api_close(f);
	loop_close(l);
	arena_close(mem);
	return 0;
}
