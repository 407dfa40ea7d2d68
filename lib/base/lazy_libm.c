/* Of the mathematical library few functions are wanted, seldom; its start alone costs 400 KB. */
#include <math.h>

#include "base/lazy.h"

#define FUNCTIONS(X) X(floor) X(fmod) X(pow)

LAZY_LIBRARY("libm.so.6", FUNCTIONS)

double floor(double x)
{
	return LAZY(floor)(x);
}

double fmod(double x, double y)
{
	return LAZY(fmod)(x, y);
}

double pow(double x, double y)
{
	return LAZY(pow)(x, y);
}
