"""faulty.py: what HTTP doubles on loopback have in common: TLS, a record of what was asked, and answers that fail on demand."""
import http.server, ssl, threading


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
