"""proxy.py: a fault proxy between the daemon and an API server. It terminates nothing it need not: as a plain TCP relay it can cut,
slow down, stall and refuse; as an HTTP/1.1 front (which logs in for the daemon) it can also answer 429, 410 and 500 itself."""
import contextlib, http.client, http.server, json, queue, random, socket, socketserver, ssl, threading, time


class Relay:
    """TCP to a port, byte for byte. mode: ok, refuse (connections reset), stall (bytes are swallowed, half-open), slow (a few bytes a second),
    drip (the server's come one a second), cut (every connection is reset after some kilobytes). ends: the next connection ends after so many bytes
    of the server's; each: so does every one. turn(n, back): called before the nth change of direction of one link goes on. late: seconds that
    everything takes each way; asked: when the client sent something first since that was None, on time.monotonic."""

    def __init__(self, port):
        self.target, self.mode, self.ends, self.each, self.turn, self.links, self.deaf = port, "ok", None, None, None, set(), set()
        self.late, self.asked = 0, None
        self.bytes = self.given = self.made = self.turns = 0 # bytes both ways and of the server's; connections; changes of direction
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            if self.mode == "refuse":
                here.close()
                continue
            try:
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                here.close()
                continue
            self.links.add(here)
            self.made += 1
            ends, self.ends = self.each if self.ends is None else self.ends, None
            last = [None]
            for a, b, back in ((here, there, False), (there, here, True)):
                threading.Thread(target=self.pump, args=(a, b, here, back, ends if back else None, last), daemon=True).start()

    def pass_on(self, b, data, size, pause):
        mode = self.mode
        for i in range(0, len(data), size):
            b.sendall(data[i:i + size])
            end = time.monotonic() + pause
            while self.mode == mode and time.monotonic() < end:
                time.sleep(0.05)

    def hand_over(self, b, pieces):
        """Sends what is late, each piece at its time, after those before it."""
        with contextlib.suppress(OSError):
            while piece := pieces.get():
                time.sleep(max(0, piece[0] - time.monotonic()))
                b.sendall(piece[1])

    def pump(self, a, b, link, back, ends, last):
        budget, pieces = random.randrange(2000, 20000), None
        try:
            while ends != 0 and (data := a.recv(65536)):
                while self.mode == "stall":
                    time.sleep(0.05)
                if link in self.deaf:
                    continue
                if not back and self.asked is None:
                    self.asked = time.monotonic()
                if last[0] != back:
                    last[0] = back
                    self.turns += 1
                    if turn := self.turn:
                        turn(self.turns, back)
                if ends is not None:
                    data = data[:ends]
                    ends -= len(data)
                budget -= len(data)
                self.bytes += len(data)
                self.given += len(data) if back else 0
                if self.mode == "refuse" or (self.mode == "cut" and budget < 0):
                    break
                if self.mode == "slow":
                    self.pass_on(b, data, 64, 0.05)
                elif self.mode == "drip" and back:
                    self.pass_on(b, data, 1, 1)
                elif self.late or pieces:
                    if not pieces:
                        pieces = queue.SimpleQueue()
                        threading.Thread(target=self.hand_over, args=(b, pieces), daemon=True).start()
                    pieces.put((time.monotonic() + self.late, data))
                else:
                    b.sendall(data)
        except OSError:
            pass
        self.links.discard(link)
        if pieces:
            pieces.put(None)
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def drop(self):
        """Resets every connection."""
        for link in list(self.links):
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def deafen(self):
        """What comes on a connection that is there now is swallowed, as by a box between that has forgotten it; others are made as usual."""
        self.deaf |= self.links


class Front:
    """HTTP/1.1 on loopback, without TLS; forwards with a token. fault(method, path) may return (status, headers, object) to answer
    itself, or None."""

    def __init__(self, port, ca, token):
        front, context = self, ssl.create_default_context(cafile=ca)
        self.fault, self.faults, self.watches = None, 0, set()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = front.fault and front.fault(self.command, self.path)
                if answer:
                    front.faults += 1
                    status, headers, obj = answer
                    text = json.dumps(obj).encode()
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    return self.wfile.write(text)
                link = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=700)
                heads = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "content-length", "accept-encoding")}
                link.request(self.command, self.path, body or None, {**heads, "Authorization": "Bearer " + token})
                reply = link.getresponse()
                self.send_response(reply.status)
                for name, value in reply.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                if "watch=" in self.path:
                    front.watches.add(self.connection)
                try:
                    while data := reply.read1(65536):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                        self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    self.close_connection = True
                finally:
                    front.watches.discard(self.connection)
                    link.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads, request_queue_size = True, 64

            def handle_error(self, request, address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def drop(self):
        """Cuts every watch."""
        for connection in list(self.watches):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def status(code, reason, message="injected"):
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message}
