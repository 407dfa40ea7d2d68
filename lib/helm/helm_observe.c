#include "helm/helm_observe.h"

#include "base/clock.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/yaml.h"
#include "helm/helm_struct.h"

/* --- values ----------------------------------------------------------------------------------- */

char *helm_config_text(arena *mem, const val *values)
{
	return val_len(values) ? yaml_text_by_bytes(mem, values) : "{}\n";
}

char *helm_config_digest(arena *mem, const val *values)
{
	const char *text = val_len(values) ? helm_config_text(mem, values) : "";
	return digest_text(mem, DIGEST_SHA256, str_of(text));
}

/* --- hooks ------------------------------------------------------------------------------------ */

static bool is_test(const val *hook)
{
	const val *events = val_get(hook, "events");
	for (size_t i = 0; i < val_len(events); i++)
		if (text_eq(val_as_text(val_at(events, i)), "test"))
			return true;
	return false;
}

static val *hooks_but_tests(arena *mem, const val *release)
{
	const val *hooks = val_get(release, "hooks");
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(hooks); i++)
		if (!is_test(val_at(hooks, i)))
			val_push(mem, out, struct_record(mem, val_at(hooks, i), struct_hook));
	return out->list.n ? out : val_null(mem);
}

/* --- the release ------------------------------------------------------------------------------ */

char *helm_observed_text(arena *mem, const val *release, const char *oci_digest)
{
	const val *config = val_get(release, "config");
	val *out = val_map(mem);
	val_set_text(mem, out, "name", val_text_or(val_get(release, "name"), ""));
	val_set(mem, out, "version", val_int(mem, val_as_int(val_get(release, "version"), 0)));
	val_set(mem, out, "info", struct_record(mem, val_get(release, "info"), struct_info));
	val_set(mem, out, "chartMetadata",
		struct_record(mem, VAL_IN(release, "chart", "metadata"), struct_metadata));
	val_set(mem, out, "config", val_len(config) ? struct_sorted(mem, config) : val_null(mem));
	val_set_text(mem, out, "manifest", val_text_or(val_get(release, "manifest"), ""));
	val_set(mem, out, "hooks", hooks_but_tests(mem, release));
	val_set_text(mem, out, "namespace", val_text_or(val_get(release, "namespace"), ""));
	if (oci_digest && *oci_digest)
		val_set_text(mem, out, "ociDigest", oci_digest);
	return json_text(mem, out, JSON_HTML);
}

char *helm_observed_digest(arena *mem, const val *release, const char *oci_digest)
{
	const char *text = helm_observed_text(mem, release, oci_digest);
	return digest_text(mem, DIGEST_SHA256, str_of(arena_printf(mem, "%s\n", text)));
}

/* As metav1.Time: UTC, whole seconds; null for none. */
static val *status_time(arena *mem, const val *v)
{
	int64_t seconds;
	int ns;
	if (!struct_time(mem, v) || clock_read(mem, val_as_str(v), &seconds, &ns))
		return val_null(mem);
	return val_text(mem, clock_rfc3339(mem, seconds * CLOCK_SECOND));
}

val *helm_snapshot(arena *mem, const val *release, const char *oci_digest)
{
	const val *info = val_get(release, "info"), *chart = VAL_IN(release, "chart", "metadata");
	const char *app = val_text_or(val_get(chart, "appVersion"), "");
	val *out = val_map(mem);
	val_set_text(mem, out, "apiVersion", "v2");
	val_set_text(mem, out, "digest", helm_observed_digest(mem, release, oci_digest));
	val_set_text(mem, out, "name", val_text_or(val_get(release, "name"), ""));
	val_set_text(mem, out, "namespace", val_text_or(val_get(release, "namespace"), ""));
	val_set(mem, out, "version", val_int(mem, val_as_int(val_get(release, "version"), 0)));
	val_set_text(mem, out, "status", val_text_or(val_get(info, "status"), ""));
	val_set_text(mem, out, "chartName", val_text_or(val_get(chart, "name"), ""));
	val_set_text(mem, out, "chartVersion", val_text_or(val_get(chart, "version"), ""));
	val_set_text(mem, out, "appVersion", *app ? app : NULL);
	val_set_text(mem, out, "configDigest", helm_config_digest(mem, val_get(release, "config")));
	val_set(mem, out, "firstDeployed", status_time(mem, val_get(info, "first_deployed")));
	val_set(mem, out, "lastDeployed", status_time(mem, val_get(info, "last_deployed")));
	val_set(mem, out, "deleted", status_time(mem, val_get(info, "deleted")));
	val_set_text(mem, out, "ociDigest", oci_digest && *oci_digest ? oci_digest : NULL);
	return out;
}

val *helm_test_hooks(arena *mem, const val *release)
{
	const val *hooks = val_get(release, "hooks");
	val *out = val_map(mem);
	for (size_t i = 0; i < val_len(hooks); i++) {
		const val *hook = val_at(hooks, i), *run = val_get(hook, "last_run");
		if (!is_test(hook))
			continue;
		const char *phase = val_text_or(val_get(run, "phase"), "");
		val *one = val_map(mem);
		val_set(mem, one, "lastStarted", status_time(mem, val_get(run, "started_at")));
		val_set(mem, one, "lastCompleted", status_time(mem, val_get(run, "completed_at")));
		val_set_text(mem, one, "phase", *phase ? phase : NULL);
		val_set(mem, out, val_text_or(val_get(hook, "name"), ""), one);
	}
	return out;
}
