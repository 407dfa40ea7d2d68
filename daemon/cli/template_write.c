#include "cli/template_write.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/map.h"
#include "base/path.h"

struct writing {
	arena *mem;
	struct map written; /* the paths of this run */
};

static err *make_folder(arena *mem, const char *path)
{
	if (file_exists(path))
		return NULL;
	TRY(make_folder(mem, path_dir(mem, path)));
	return mkdir(path, 0755) && errno != EEXIST ? err_errno(mem, errno, "mkdir %s", path)
						    : NULL;
}

static err *write_file(struct writing *w, const char *folder, const char *source, str content,
		       bool append)
{
	const char *path = path_confine(w->mem, folder, source);
	TRY(make_folder(w->mem, path_dir(w->mem, path)));
	FILE *f = fopen(path, append ? "a" : "w");
	if (!f)
		return err_errno(w->mem, errno, "open %s", path);
	fprintf(f, "---\n# Source: %s\n%.*s\n", source, STR_ARG(content));
	if (fclose(f))
		return err_errno(w->mem, errno, "write %s", path);
	printf("wrote %s/%s\n", folder, source);
	map_set(&w->written, source, w);
	return NULL;
}

err *template_write(arena *mem, const struct template_target *target, const char *name,
		    const struct helm_result *result, const struct helm_print *how)
{
	struct writing w = {mem, map_init(mem)};
	const char *folder = target->folder;
	for (size_t i = 0; how->crds && i < result->crds.n; i++)
		TRY(write_file(&w, folder, result->crds.p[i].path, result->crds.p[i].text,
			       map_get(&w.written, result->crds.p[i].path)));
	if (target->with_name)
		folder = path_join(mem, folder, name);
	for (size_t i = 0; i < result->sorted.manifests.n; i++) {
		const struct helm_manifest *m = &result->sorted.manifests.p[i];
		TRY(write_file(&w, folder, m->path, m->content, map_get(&w.written, m->path)));
	}
	for (size_t i = 0; !how->no_hooks && i < result->sorted.hooks.n; i++) {
		const struct helm_hook *h = &result->sorted.hooks.p[i];
		const char *path = path_confine(mem, folder, h->manifest.path);
		if (!(how->skip_tests && h->events[HOOK_TEST]))
			TRY(write_file(&w, folder, h->manifest.path, h->manifest.content,
				       file_exists(path)));
	}
	return NULL;
}
