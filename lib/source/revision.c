#include "source/revision.h"

#include "base/rune.h"

#define MESSAGE_MAX 50 /* characters */

static const struct algorithm {
	const char *name;
	size_t size; /* hexadecimal digits */
} algorithms[] = {
	{"sha1", 40}, {"sha256", 64}, {"sha384", 96}, {"sha512", 128}, {"blake3", 64},
};

static const struct algorithm *find(str name)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
		if (str_is(name, algorithms[i].name))
			return &algorithms[i];
	return NULL;
}

str revision_pointer(str revision)
{
	ptrdiff_t at = str_rfind(revision, '@'), slash = str_rfind(revision, '/');
	if (at >= 0)
		return str_sub(revision, 0, (size_t)at);
	str pointer = slash >= 0 ? str_sub(revision, 0, (size_t)slash) : (str){"", 0};
	return str_is(pointer, "HEAD") ? (str){"", 0} : pointer;
}

str revision_hash(str revision)
{
	ptrdiff_t at = str_rfind(revision, ':');
	if (at < 0)
		at = str_rfind(revision, '/');
	return str_sub(revision, (size_t)(at + 1), revision.n);
}

const char *revision_algorithm(str hash)
{
	return hash.n == 40 ? "sha1" : "<unknown>";
}

char *revision_digest(arena *mem, str hash)
{
	if (!hash.n)
		return arena_text(mem, "");
	return arena_printf(mem, "%s:%.*s", revision_algorithm(hash), STR_ARG(hash));
}

static char *join(arena *mem, str pointer, str hash)
{
	return arena_printf(mem, "%.*s@%s", STR_ARG(pointer), revision_digest(mem, hash));
}

char *revision_transform(arena *mem, str revision)
{
	if (!revision.n || str_rfind(revision, ':') >= 0)
		return str_text(mem, revision);
	str pointer = revision_pointer(revision), hash = revision_hash(revision);
	return pointer.n ? join(mem, pointer, hash) : revision_digest(mem, hash);
}

char *revision_of_commit(arena *mem, str reference, str hash)
{
	str first, second, name;
	if (str_cut(reference, '/', &first, &name) && str_cut(name, '/', &second, &name))
		return join(mem, name, hash);
	return revision_digest(mem, hash);
}

char *revision_of_commit_absolute(arena *mem, str reference, str hash)
{
	return reference.n ? join(mem, reference, hash) : revision_digest(mem, hash);
}

char *revision_short_message(arena *mem, str message)
{
	str line, rest;
	str_cut(message, '\n', &line, &rest);
	if (rune_count(line) <= MESSAGE_MAX)
		return str_text(mem, line);
	buf b = buf_init(mem);
	size_t len;
	for (int i = 0; i < MESSAGE_MAX; i++, line = str_sub(line, len, line.n))
		buf_utf8(&b, rune_at(line, &len));
	buf_text_add(&b, "...");
	return buf_text(&b);
}

static bool is_one_of(char c, const char *low_high)
{
	for (; *low_high; low_high += 2)
		if (c >= low_high[0] && c <= low_high[1])
			return true;
	return false;
}

/* Would it be a digest of some algorithm: [a-z0-9]+([.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+ */
static bool is_digest(str name, str encoded)
{
	bool word = false;
	for (size_t i = 0; i < name.n; i++) {
		bool letter = is_one_of(name.p[i], "az09");
		if (!letter && !(word && is_one_of(name.p[i], "..++__--")))
			return false;
		word = letter;
	}
	for (size_t i = 0; i < encoded.n; i++)
		if (!is_one_of(encoded.p[i], "azAZ09==__--"))
			return false;
	return word && encoded.n;
}

err *revision_split_digest(arena *mem, str digest, str *ret_algorithm, str *ret_encoded)
{
	str name, encoded;
	bool good = str_cut(digest, ':', &name, &encoded) && name.n && encoded.n;
	const struct algorithm *a = find(name);
	if (good && !a && is_digest(name, encoded))
		return err_new(mem, ERR_INVALID, "unsupported digest algorithm");
	if (!good || !a)
		return err_new(mem, ERR_INVALID, "invalid checksum digest format");
	if (encoded.n != a->size)
		return err_new(mem, ERR_INVALID, "invalid checksum digest length");
	for (size_t i = 0; i < encoded.n; i++)
		if (!is_one_of(encoded.p[i], "af09"))
			return err_new(mem, ERR_INVALID, "invalid checksum digest format");
	*ret_algorithm = name;
	*ret_encoded = encoded;
	return NULL;
}

err *revision_check_algorithm(arena *mem, str name)
{
	if (find(name))
		return NULL;
	return err_new(mem, ERR_INVALID, "unsupported digest algorithm: %.*s", STR_ARG(name));
}
