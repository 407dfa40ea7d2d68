/*
 * vec: a growing array of any type in an arena.
 *
 *	VEC(struct object *) found = {0};
 *	VEC_PUSH(mem, &found, o);
 *	for (size_t i = 0; i < found.n; i++) use(found.p[i]);
 *
 * Pointers into it move when it grows.
 */
#ifndef SLUICE_VEC_H
#define SLUICE_VEC_H

#include "base/arena.h"

#define VEC(T)                                                                                     \
	struct {                                                                                   \
		T *p;                                                                              \
		size_t n, cap;                                                                     \
	}

/* Room for one more; then the value goes behind the last. */
#define VEC_PUSH(mem, v, value)                                                                    \
	do {                                                                                       \
		if ((v)->n == (v)->cap) {                                                          \
			size_t vec_cap_ = (v)->cap ? (v)->cap * 2 : 8;                             \
			(v)->p = arena_grow((mem), (v)->p, (v)->cap * sizeof(*(v)->p),             \
					    arena_times(vec_cap_, sizeof(*(v)->p)));               \
			(v)->cap = vec_cap_;                                                       \
		}                                                                                  \
		(v)->p[(v)->n++] = (value);                                                        \
	} while (0)

#endif
