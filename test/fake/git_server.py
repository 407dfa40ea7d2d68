#!/usr/bin/env python3
"""A Git server (smart HTTP, `git http-backend`) for tests. usage: git_server.py FOLDER [CERT KEY [CLIENT_CA]]

Serves the repositories of FOLDER on a free loopback port, which it prints. The name of a repository says how:
    auth-*   wants user git, password pass            token-*  wants the bearer token "token"
    old-*    speaks version 0 of the protocol only    moved-*  is redirected to the name without moved-
    away-*   is redirected to another host            slow-*   answers after 5 seconds
    bare-*   gives nothing but what references point to (version 0)
    broken-* answers with something else              cut-*    ends in the middle of a pack
    busy-*   answers 503
It is a proxy for itself, too: asked for http://<any host>/<repository>, it wants user git, password pass.
Each request is a line in FOLDER/log: method, path, version of the protocol, Authorization, bytes answered.
"""
import base64, http.server, os, socketserver, ssl, subprocess, sys, threading, time

root = os.path.abspath(sys.argv[1])
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        pass

    def answer(self, status, body=b"", head=(), cut=False):
        with lock, open(root + "/log", "a") as log:
            print(self.command, self.path, self.headers.get("Git-Protocol", "-"), self.headers.get("Authorization", "-"), len(body), file=log)
        self.send_response(status)
        for k, v in head:
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        basic = "Basic " + base64.b64encode(b"git:pass").decode()
        if path.startswith("http://"):
            if self.headers.get("Proxy-Authorization") != basic:
                return self.answer(407, b"the proxy wants a password\n", [("Proxy-Authenticate", 'Basic realm="proxy"')])
            path = "/" + path.split("/", 3)[3]
        name = path.split("/")[1]
        kind = name.split("-")[0]
        wanted = {"auth": basic, "token": "Bearer token"}.get(kind)
        if wanted and self.headers.get("Authorization") != wanted:
            return self.answer(401, b"authentication required\n", [("WWW-Authenticate", 'Basic realm="test"')])
        if kind == "moved":
            return self.answer(301, b"", [("Location", self.path.replace("/moved-", "/"))])
        if kind == "away":
            return self.answer(301, b"", [("Location", "http://git.example.org" + self.path)])
        if kind == "broken":
            return self.answer(200, b"<html>not git</html>", [("Content-Type", "text/html")])
        if kind == "busy":
            return self.answer(503, b"later")
        if kind == "slow":
            time.sleep(5)
        protocol = "" if kind in ("old", "bare") else self.headers.get("Git-Protocol", "")
        env = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", REQUEST_METHOD=self.command, QUERY_STRING=query, PATH_INFO=path,
                   CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)), REMOTE_ADDR="127.0.0.1",
                   GIT_PROTOCOL=protocol, HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""))
        head, _, out = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=env).stdout.partition(b"\r\n\r\n")
        head = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(v.split()[0]) for k, v in head if k == "Status"), 200)
        self.answer(status, out, [(k, v) for k, v in head if k != "Status"], cut=kind == "cut" and self.command == "POST" and len(out) > 400)

    do_POST = do_GET


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[2], sys.argv[3])
    if len(sys.argv) > 4:
        tls.load_verify_locations(sys.argv[4])
        tls.verify_mode = ssl.CERT_REQUIRED
    server.socket = tls.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
# ends with the one who started it
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
