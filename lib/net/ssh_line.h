/*
 * ssh_line: a session of SSH that is logged in, between one command and the next, and what is done ahead for the next: its channel is
 * opened and the variable of its environment set; where the last two commands were the same, that one is begun, so that it waits to be
 * asked. What the server checks when a command begins it has checked then. Nothing here waits for the server. A line is one thread's at a
 * time.
 */
#ifndef SLUICE_SSH_LINE_H
#define SLUICE_SSH_LINE_H

#include "base/str.h"

#define SSH_LINE_SAID 2048 /* bytes; a command that says more before it is asked is none to wait */

struct ssh_line {
	struct ssh_session_struct *session; /* NULL: none */
	int fd;				    /* the session's own */
	int64_t born;			    /* on clock_now */
	const char *name,
		*value; /* a variable of each command's environment; static texts, NULL: none */
	struct ssh_channel_struct *next; /* for the next command, open or about to be; NULL: none */
	bool named;			 /* the variable is set there, or refused */
	bool begun;			 /* last runs there */
	bool accepted;			 /* and the server has said so */
	char said[SSH_LINE_SAID];	 /* what it has said */
	size_t n_said;
	char *last;  /* the command that ran last, if it may be begun ahead; NULL: none */
	int repeats; /* how many of the same came before it without another in between */
	int vain; /* so many are not enough to begin it ahead: more than doubled when that was in vain */
	bool never; /* the server does not let a command wait, or allows but one at a time: nothing is begun ahead */
};

/* Ends the session, and frees what is the line's. */
void ssh_line_close(struct ssh_line *line);

/* Opens the next channel, unless it is; false: it can't be. */
bool ssh_line_spare(struct ssh_line *line);

/* Gives the next channel to the caller: the line has none. */
struct ssh_channel_struct *ssh_line_use(struct ssh_line *line);

/* Ends what was begun ahead in vain, with its channel. */
void ssh_line_forgo(struct ssh_line *line);

/* That command has ended; again: it may be begun before the next one is wanted. */
void ssh_line_ran(struct ssh_line *line, const char *command, bool again);

/* Reads what the server has sent meanwhile; false: it has closed the session, or refuses another channel. Only the channel is given up
 * for another where the command that was begun ahead has ended. */
bool ssh_line_look(struct ssh_line *line);

/* What can be done ahead now is done, which takes several calls, since the server has to answer in between; false as ssh_line_look.
 * *ret_after: ns after which it is worth to be called again; 0: it is not. */
bool ssh_line_tend(struct ssh_line *line, int64_t *ret_after);

#endif
