/* libssh, loaded when it is first called, as libcurl is (lane_curl.c): with Kerberos behind it, it would cost every
 * start of the program time and memory. */
#include <libssh/libssh.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(ssh_new)                                                                                 \
	X(ssh_free)                                                                                \
	X(ssh_options_set)                                                                         \
	X(ssh_set_blocking)                                                                        \
	X(ssh_connect)                                                                             \
	X(ssh_is_connected)                                                                        \
	X(ssh_silent_disconnect)                                                                   \
	X(ssh_get_error)                                                                           \
	X(ssh_get_poll_flags)                                                                      \
	X(ssh_get_server_publickey)                                                                \
	X(ssh_key_free)                                                                            \
	X(ssh_pki_import_privkey_base64)                                                           \
	X(ssh_pki_export_pubkey_base64)                                                            \
	X(ssh_string_free_char)                                                                    \
	X(ssh_userauth_publickey)                                                                  \
	X(ssh_channel_new)                                                                         \
	X(ssh_channel_free)                                                                        \
	X(ssh_channel_open_session)                                                                \
	X(ssh_channel_request_env)                                                                 \
	X(ssh_channel_request_exec)                                                                \
	X(ssh_channel_read_nonblocking)                                                            \
	X(ssh_channel_poll)                                                                        \
	X(ssh_channel_is_eof)                                                                      \
	X(ssh_channel_send_eof)                                                                    \
	X(ssh_channel_close)                                                                       \
	X(ssh_channel_write)

LAZY_LIBRARY("libssh.so.4", FUNCTIONS)

ssh_session ssh_new(void)
{
	return LAZY(ssh_new)();
}

void ssh_free(ssh_session session)
{
	LAZY(ssh_free)(session);
}

int ssh_options_set(ssh_session session, enum ssh_options_e type, const void *value)
{
	return LAZY(ssh_options_set)(session, type, value);
}

void ssh_set_blocking(ssh_session session, int blocking)
{
	LAZY(ssh_set_blocking)(session, blocking);
}

int ssh_connect(ssh_session session)
{
	return LAZY(ssh_connect)(session);
}

int ssh_is_connected(ssh_session session)
{
	return LAZY(ssh_is_connected)(session);
}

void ssh_silent_disconnect(ssh_session session)
{
	LAZY(ssh_silent_disconnect)(session);
}

const char *ssh_get_error(void *error)
{
	return LAZY(ssh_get_error)(error);
}

int ssh_get_poll_flags(ssh_session session)
{
	return LAZY(ssh_get_poll_flags)(session);
}

int ssh_get_server_publickey(ssh_session session, ssh_key *key)
{
	return LAZY(ssh_get_server_publickey)(session, key);
}

void ssh_key_free(ssh_key key)
{
	LAZY(ssh_key_free)(key);
}

int ssh_pki_import_privkey_base64(const char *text, const char *passphrase, ssh_auth_callback ask,
				  void *arg, ssh_key *key)
{
	return LAZY(ssh_pki_import_privkey_base64)(text, passphrase, ask, arg, key);
}

int ssh_pki_export_pubkey_base64(const ssh_key key, char **text)
{
	return LAZY(ssh_pki_export_pubkey_base64)(key, text);
}

void ssh_string_free_char(char *text)
{
	LAZY(ssh_string_free_char)(text);
}

int ssh_userauth_publickey(ssh_session session, const char *user, const ssh_key key)
{
	return LAZY(ssh_userauth_publickey)(session, user, key);
}

ssh_channel ssh_channel_new(ssh_session session)
{
	return LAZY(ssh_channel_new)(session);
}

void ssh_channel_free(ssh_channel channel)
{
	LAZY(ssh_channel_free)(channel);
}

int ssh_channel_open_session(ssh_channel channel)
{
	return LAZY(ssh_channel_open_session)(channel);
}

int ssh_channel_request_env(ssh_channel channel, const char *name, const char *value)
{
	return LAZY(ssh_channel_request_env)(channel, name, value);
}

int ssh_channel_request_exec(ssh_channel channel, const char *command)
{
	return LAZY(ssh_channel_request_exec)(channel, command);
}

int ssh_channel_read_nonblocking(ssh_channel channel, void *into, uint32_t max, int errors)
{
	return LAZY(ssh_channel_read_nonblocking)(channel, into, max, errors);
}

int ssh_channel_poll(ssh_channel channel, int errors)
{
	return LAZY(ssh_channel_poll)(channel, errors);
}

int ssh_channel_is_eof(ssh_channel channel)
{
	return LAZY(ssh_channel_is_eof)(channel);
}

int ssh_channel_send_eof(ssh_channel channel)
{
	return LAZY(ssh_channel_send_eof)(channel);
}

int ssh_channel_close(ssh_channel channel)
{
	return LAZY(ssh_channel_close)(channel);
}

int ssh_channel_write(ssh_channel channel, const void *bytes, uint32_t n)
{
	return LAZY(ssh_channel_write)(channel, bytes, n);
}
