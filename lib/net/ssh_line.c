#include "net/ssh_line.h"

#include <libssh/libssh.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define PIECES 16 /* that are read at once of what a server has sent meanwhile */
#define STEP_AFTER CLOCK_SECOND
#define VAIN_MAX 1000 /* more than a session lives to see */
/* Some servers end a command that waits for long: another channel is to be open before it is wanted. */
#define LOOK_AFTER (5 * CLOCK_SECOND)

void ssh_line_close(struct ssh_line *line)
{
	ssh_silent_disconnect(line->session);
	ssh_free(line->session);
	free(line->last);
	line->session = NULL;
	line->next = NULL;
	line->last = NULL;
}

struct ssh_channel_struct *ssh_line_use(struct ssh_line *line)
{
	ssh_channel used = line->next;
	line->next = NULL;
	line->named = line->begun = line->accepted = false;
	line->n_said = 0;
	return used;
}

void ssh_line_forgo(struct ssh_line *line)
{
	ssh_channel used = ssh_line_use(line);
	line->vain = line->vain < VAIN_MAX ? 2 * line->vain + 1 : line->vain;
	ssh_channel_close(used);
	ssh_channel_free(used);
}

bool ssh_line_spare(struct ssh_line *line)
{
	/* one that was opened beside a command may be one too many */
	if (line->next && ssh_channel_open_session(line->next) == SSH_ERROR) {
		ssh_channel_free(ssh_line_use(line));
		line->never = true;
	}
	if (!line->next)
		line->next = ssh_channel_new(line->session);
	return line->next && ssh_channel_open_session(line->next) != SSH_ERROR;
}

void ssh_line_ran(struct ssh_line *line, const char *command, bool again)
{
	if (again && text_eq(line->last, command)) {
		line->repeats++;
		return;
	}
	free(line->last);
	line->repeats = 0;
	line->last = again ? strdup(command) : NULL;
	if (again && !line->last)
		abort();
}

/* ---- what the server sends ---- */

static void hear(struct ssh_line *line)
{
	if (!line->begun) {
		ssh_channel_poll(line->next, 0);
		return;
	}
	uint32_t room = (uint32_t)(sizeof(line->said) - line->n_said);
	int n = ssh_channel_read_nonblocking(line->next, line->said + line->n_said, room, 0);
	line->n_said += n > 0 ? (size_t)n : 0;
}

/* Has the server refused the command? Sends it, if it was not. */
static bool refused(struct ssh_line *line)
{
	int rc = line->accepted ? SSH_OK : ssh_channel_request_exec(line->next, line->last);
	line->begun = true;
	line->accepted = rc == SSH_OK;
	return rc == SSH_ERROR;
}

/* Does what was begun ahead wait to be asked? */
static bool waits(struct ssh_line *line)
{
	if (refused(line))
		return false;
	/* that it has ended shows only when nothing is left to read */
	return line->n_said < sizeof(line->said) && ssh_channel_poll(line->next, 0) != SSH_EOF &&
	       ssh_channel_poll(line->next, 1) < SSH_LINE_SAID;
}

bool ssh_line_look(struct ssh_line *line)
{
	struct pollfd p = {.fd = line->fd, .events = POLLIN};
	for (int i = 0; i < PIECES && ssh_is_connected(line->session) && poll(&p, 1, 0) > 0; i++)
		hear(line);
	if (line->begun)
		hear(line);
	if (!ssh_is_connected(line->session))
		return false;
	if (line->begun && !waits(line)) {
		ssh_line_forgo(line);
		line->never = true;
		return ssh_is_connected(line->session) && ssh_line_spare(line);
	}
	return ssh_channel_open_session(line->next) != SSH_ERROR;
}

/* ---- what is done ahead ---- */

/* Each waits for the server's answer to the one before; true: that was the last. */
static bool step(struct ssh_line *line)
{
	if (ssh_channel_open_session(line->next) != SSH_OK)
		return false;
	if (line->name && !line->named) {
		/* most servers do not take every variable, which is no failure */
		if (ssh_channel_request_env(line->next, line->name, line->value) == SSH_AGAIN)
			return false;
		line->named = true;
	}
	if (line->never || line->repeats <= line->vain)
		return true;
	refused(line);
	return line->accepted;
}

bool ssh_line_tend(struct ssh_line *line, int64_t *ret_after)
{
	if (!ssh_line_look(line))
		return false;
	bool done = step(line);
	*ret_after = !done ? STEP_AFTER : line->begun ? LOOK_AFTER : 0;
	return ssh_is_connected(line->session);
}
