"""faulty.py: what HTTP doubles on loopback have in common: TLS, a record of what was asked, and answers that fail on demand."""
import base64, http.server, socket, ssl, threading


class Faulty(http.server.ThreadingHTTPServer):
    """asked: what the handler records of each request, in order. tls: (certificate, key). begin() serves until the stack ends."""
    daemon_threads, allow_reuse_address = True, True

    def __init__(self, handler, tls=None):
        super().__init__(("127.0.0.1", 0), handler)
        self.port = self.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.asked, self.faults, self.seen, self.lock = [], [], 0, threading.Lock()
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def begin(self, stack):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        stack.callback(self.shutdown)

    def handle_error(self, request, client_address):
        pass

    def spoil(self, nth, how, times=1):
        """The nth request from now fails, as many times as said. how: a status, or a word that the handler knows (cut, short, flip, garbage)."""
        with self.lock:
            self.faults += [(self.seen + nth + i, how) for i in range(times)]

    def fault(self):
        """For the handler, once a request: how it is to fail; None: not at all."""
        with self.lock:
            self.seen += 1
            return next((how for n, how in self.faults if n == self.seen), None)

    def clear(self):
        with self.lock:
            self.asked, self.faults = [], []


class FaultyHandler(http.server.BaseHTTPRequestHandler):
    """What their handlers have in common."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, data=b"", headers=(), how=None):
        """An answer. how: flip (a bit of it is wrong), short (it ends in the middle); else as it should be."""
        if how == "flip" and data:
            data = data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:]
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(data[:len(data) // 2] if how == "short" else data)
        if how == "short":
            self.wfile.flush()
            self.cut()

    def cut(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def basic_login(self):
        """(user, password) of the request, or None."""
        said = self.headers.get("Authorization", "")
        return tuple(base64.b64decode(said[6:]).decode().split(":", 1)) if said.startswith("Basic ") else None
