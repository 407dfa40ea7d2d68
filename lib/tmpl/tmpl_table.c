#include "tmpl/tmpl_table.h"

#include <pthread.h>
#include <string.h>

#include "tmpl/tmpl_base.h"
#include "tmpl/tmpl_cert.h"
#include "tmpl/tmpl_code.h"
#include "tmpl/tmpl_core.h"
#include "tmpl/tmpl_crypto.h"
#include "tmpl/tmpl_date.h"
#include "tmpl/tmpl_dict.h"
#include "tmpl/tmpl_helm.h"
#include "tmpl/tmpl_list.h"
#include "tmpl/tmpl_math.h"
#include "tmpl/tmpl_object.h"
#include "tmpl/tmpl_path.h"
#include "tmpl/tmpl_regex.h"
#include "tmpl/tmpl_semver.h"
#include "tmpl/tmpl_text.h"
#include "tmpl/tmpl_toml.h"
#include "tmpl/tmpl_type.h"
#include "tmpl/tmpl_url.h"
#include "tmpl/tmpl_words.h"

/* A new group of functions is one line here. */
static const struct tmpl_func *const groups[] = {
	tmpl_base_funcs, tmpl_cert_funcs,  tmpl_crypto_funcs, tmpl_code_funcs, tmpl_core_funcs,
	tmpl_date_funcs, tmpl_dict_funcs,  tmpl_helm_funcs,   tmpl_list_funcs, tmpl_math_funcs,
	tmpl_path_funcs, tmpl_regex_funcs, tmpl_semver_funcs, tmpl_text_funcs, tmpl_toml_funcs,
	tmpl_type_funcs, tmpl_url_funcs,   tmpl_words_funcs,
};

static const struct tmpl_method *const method_groups[] = {
	tmpl_date_methods,
	tmpl_object_methods,
	tmpl_semver_methods,
};

#define SLOTS 1024u /* a power of two, several times the number of functions */

/* Functions and methods by the hash of their names, filled once. */
static const struct tmpl_func *slots[SLOTS];
static const struct tmpl_method *method_slots[SLOTS];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill(void)
{
	for (size_t g = 0; g < sizeof(groups) / sizeof(*groups); g++)
		for (const struct tmpl_func *f = groups[g]; f->name; f++) {
			size_t at = str_hash(str_of(f->name)) % SLOTS;
			while (slots[at])
				at = (at + 1) % SLOTS;
			slots[at] = f;
		}
	for (size_t g = 0; g < sizeof(method_groups) / sizeof(*method_groups); g++)
		for (const struct tmpl_method *m = method_groups[g]; m->func.name; m++) {
			size_t at = str_hash(str_of(m->func.name)) % SLOTS;
			while (method_slots[at])
				at = (at + 1) % SLOTS;
			method_slots[at] = m;
		}
}

static const struct tmpl_func *find_func(str name)
{
	pthread_once(&filled, fill);
	for (size_t at = str_hash(name) % SLOTS; slots[at]; at = (at + 1) % SLOTS)
		if (str_is(name, slots[at]->name))
			return slots[at];
	return NULL;
}

static const struct tmpl_func *find_method(enum tv_type type, str name)
{
	pthread_once(&filled, fill);
	for (size_t at = str_hash(name) % SLOTS; method_slots[at]; at = (at + 1) % SLOTS)
		if (method_slots[at]->type == type && str_is(name, method_slots[at]->func.name))
			return &method_slots[at]->func;
	return NULL;
}

const struct tmpl_library tmpl_table = {find_func, find_method};
