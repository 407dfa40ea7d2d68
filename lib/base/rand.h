/*
 * rand: random numbers: unpredictable bytes for names and secrets, and jitter for timers. Any
 * thread.
 */
#ifndef SLUICE_RAND_H
#define SLUICE_RAND_H

#include <stddef.h>
#include <stdint.h>

/* Fills p from the kernel's generator; aborts when there is none. */
void rand_bytes(void *p, size_t n);

/* Evenly from [0, below); below must not be 0. */
uint64_t rand_below(uint64_t below);

/* ns moved by at most percent (0-100) up or down, evenly. */
int64_t rand_jitter(int64_t ns, int percent);

#endif
