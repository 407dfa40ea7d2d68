/*
 * measure ROUNDS COMMAND...: runs the command ROUNDS times, its output dropped, and prints for each its seconds and its
 * peak memory in kilobytes. A small program, since a process counts the memory of the one that it was forked from until
 * it becomes another: under a big parent a small child looks big.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void become(char **command)
{
	int null = open("/dev/null", O_WRONLY);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	for (int i = atoi(argv[1]); i > 0; i--) {
		double began = now();
		int status;
		struct rusage usage;
		pid_t child = fork();
		if (!child)
			become(argv + 2);
		if (wait4(child, &status, 0, &usage) < 0 || status)
			return 1;
		printf("%.6f %ld\n", now() - began, usage.ru_maxrss);
	}
	return 0;
}
