#include <stdio.h>

#include "base/log.h"
#include "cli/cli.h"

static err *run(arena *mem, const struct options *o)
{
	if (o->help) {
		buf b = buf_init(mem);
		options_help(&b);
		fputs(buf_text(&b), stdout);
		return NULL;
	}
	enum log_level level = LOG_INFO;
	log_level_parse(o->log_level, &level);
	log_setup(level, text_eq(o->log_encoding, "console"));
	return daemon_run(mem, o);
}

int cli_run(int argc, char **argv)
{
	arena *mem = arena_open();
	struct options *o = NEW(mem, struct options);
	err *e = options_parse(mem, argc, argv, o);
	int status = CLI_OK;
	if (e) {
		fprintf(stderr, "sluice run: %s\n", err_text(mem, e));
		status = CLI_USAGE;
	} else if ((e = run(mem, o))) {
		log_line(LOG_ERROR, "daemon", "cannot run", "error", err_text(mem, e), NULL);
		status = CLI_FAILED;
	}
	arena_close(mem);
	return status;
}
