#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/path.h"
#include "kube/config.h"

#define HEAD                                                                                       \
	"apiVersion: v1\nkind: Config\ncurrent-context: x\n"                                       \
	"contexts:\n- {name: x, context: {cluster: c, user: u, namespace: apps}}\n- {name: "       \
	"other, "                                                                                  \
	"context: {cluster: d}}\n"                                                                 \
	"clusters:\n- name: c\n  cluster: {server: 'https://h:6443/', "                            \
	"certificate-authority-data: Q0E=}\n"                                                      \
	"- name: d\n  cluster: {server: 'https://d', insecure-skip-tls-verify: true, proxy-url: "  \
	"'http://p:1'}\n"
#define USER(text) HEAD "users: [{name: u, user: " text "}]\n"

static void reads_a_kubeconfig(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct config *c;
	assert_null(config_parse(mem, STR(USER("{token: t, as: other}")), NULL, NULL, 0, &c));
	assert_string_equal(c->server, "https://h:6443");
	assert_string_equal(c->token, "t");
	assert_string_equal(c->as, "other");
	assert_string_equal(c->ns, "apps");
	assert_true(str_is(c->tls.ca, "CA"));
	assert_null(config_parse(mem, STR(USER("{}")), NULL, "other", 0, &c));
	assert_false(c->tls.insecure);
	assert_string_equal(c->proxy, "http://p:1");
	assert_string_equal(c->ns, "default");
	assert_null(config_parse(mem, STR(USER("{}")), NULL, "other", CONFIG_INSECURE, &c));
	assert_true(c->tls.insecure);
	assert_null(config_parse(
		mem, STR(USER("{client-certificate-data: Qw==, client-key-data: Sw==}")), NULL,
		NULL, 0, &c));
	assert_true(str_is(c->tls.cert, "C"));
	assert_true(str_is(c->tls.key, "K"));
	assert_null(config_parse(mem, STR(USER("{username: a, password: b}")), NULL, NULL, 0, &c));
	assert_string_equal(c->password, "b");
	arena_close(mem);
}

/* the texts of client-go where it has one */
#define NOTHING                                                                                    \
	"invalid configuration: no configuration has been provided, try setting "                  \
	"KUBERNETES_MASTER environment variable"

static void refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text, *context, *want;
	} cases[] = {
		{"", NULL, NOTHING},
		{"a: b", NULL, NOTHING},
		{"[]", NULL, "invalid kubeconfig: it is no map"},
		{"a: [b", NULL, "yaml: line 1: did not find expected ',' or ']'"},
		{HEAD, "z", "context \"z\" does not exist"},
		{HEAD, NULL, "auth info \"u\" does not exist"},
		{"contexts: [{name: x, context: {cluster: q}}]", "x",
		 "cluster \"q\" does not exist"},
		{"contexts: [{name: x, context: {cluster: q}}]\nclusters: [{name: q, cluster: "
		 "{server: 'h:1'}}]",
		 "x",
		 "invalid kubeconfig: server of cluster \"q\": parse \"h:1\": the scheme must be "
		 "http or https"},
		{USER("{exec: {command: aws}}"), NULL,
		 "invalid kubeconfig: user \"u\" authenticates with an exec plugin, which is not "
		 "run here: use a token "
		 "or a client certificate"},
		{USER("{auth-provider: {name: gcp}}"), NULL,
		 "invalid kubeconfig: user \"u\" authenticates with an auth-provider, which "
		 "Kubernetes removed in 1.26: "
		 "use a token or a client certificate"},
		{USER("{tokenFile: /etc/passwd}"), NULL,
		 "the kubeconfig names a file in 'tokenFile', which is not allowed here: put the "
		 "content itself into "
		 "the kubeconfig"},
		{USER("{client-certificate: /x, client-key: /y}"), NULL,
		 "the kubeconfig names a file in 'client-certificate', which is not allowed here: "
		 "put the content "
		 "itself into the kubeconfig"},
		{USER("{client-certificate-data: Qw==}"), NULL,
		 "invalid kubeconfig: user \"u\" needs both client-certificate-data and "
		 "client-key-data, or neither"},
		{USER("{client-certificate-data: '!'}"), NULL,
		 "the kubeconfig's 'client-certificate-data' is not base64"},
		{USER("{token: t, username: u}"), NULL,
		 "invalid kubeconfig: user \"u\" has both a token and a username: remove one"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config *c;
		err *e = config_parse(mem, str_of(cases[i].text), NULL, cases[i].context, 0, &c);
		assert_string_equal(err_text(mem, e), cases[i].want);
	}
	arena_close(mem);
}

static void reads_files_beside_it(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir;
	struct config *c;
	assert_null(file_temp_dir(mem, "/tmp", "kube_config-", &dir));
	assert_null(file_write(mem, path_join(mem, dir, "ca.pem"), STR("PEM"), 0600));
	assert_null(file_write(
		mem, path_join(mem, dir, "config"),
		STR("current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
		    "clusters: [{name: c, cluster: {server: 'http://h', certificate-authority: "
		    "ca.pem}}]\n"
		    "users: [{name: u, user: {tokenFile: tok}}]\n"),
		0600));
	assert_null(config_file(mem, path_join(mem, dir, "config"), NULL, &c));
	assert_true(str_is(c->tls.ca, "PEM"));
	assert_string_equal(c->token_file, path_join(mem, dir, "tok"));
	assert_int_equal(err_code(config_file(mem, path_join(mem, dir, "none"), NULL, &c)),
			 ERR_NOT_FOUND);
	unsetenv("KUBERNETES_SERVICE_HOST");
	assert_int_equal(err_code(config_in_folder(mem, dir, &c)), ERR_NOT_FOUND);
	setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
	setenv("KUBERNETES_SERVICE_PORT", "443", 1);
	assert_null(file_write(mem, path_join(mem, dir, "token"), STR("t\n"), 0600));
	assert_null(file_write(mem, path_join(mem, dir, "ca.crt"), STR("CA"), 0600));
	assert_null(file_write(mem, path_join(mem, dir, "namespace"), STR("flux-system\n"), 0600));
	assert_null(config_in_folder(mem, dir, &c));
	assert_string_equal(c->server, "https://[fd00::1]:443");
	assert_string_equal(c->ns, "flux-system");
	assert_string_equal(c->token_file, path_join(mem, dir, "token"));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_kubeconfig),
		cmocka_unit_test(refuses),
		cmocka_unit_test(reads_files_beside_it),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
