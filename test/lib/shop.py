"""shop.py: a plain HTTP server of files for tests: with validators or without, with a login, with redirects, failing on demand."""
import hashlib, pathlib, urllib.parse

from faulty import Faulty, FaultyHandler


class Shop(Faulty):
    """files: path → bytes or pathlib.Path; moved: path → where it is now. login: (user, password) that everything wants. etags: it tells a
    file's state and answers 304. asked: (path, Authorization, status) of each request, in order. spoil(nth, how): the nth request from
    now fails: a status, or cut, short (the body ends too early), flip (a bit is wrong), garbage."""

    def __init__(self, stack, login=None, etags=True, tls=None):
        super().__init__(Handler, tls)
        self.files, self.moved, self.login, self.etags = {}, {}, login, etags
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self.begin(stack)

    def paths(self):
        return [p for p, _, _ in self.asked]


class Handler(FaultyHandler):
    def answer(self, status, data=b"", headers=(), how=None):
        self.server.asked.append((self.path, self.headers.get("Authorization"), status))
        self.send(status, data, headers, how)

    def allowed(self):
        return not self.server.login or self.basic_login() == tuple(self.server.login)

    def do_GET(self):
        shop, how = self.server, self.server.fault()
        path = urllib.parse.urlsplit(self.path).path
        if how == "cut":
            shop.asked.append((self.path, self.headers.get("Authorization"), 0))
            return self.cut()
        if isinstance(how, int):
            return self.answer(how, b"no luck")
        if not self.allowed():
            return self.answer(401, b"who are you", [("WWW-Authenticate", "Basic")])
        if path in shop.moved:
            return self.answer(302, b"", [("Location", shop.moved[path])])
        if path not in shop.files:
            return self.answer(404, b"nothing here")
        file = shop.files[path]
        data = file.read_bytes() if isinstance(file, pathlib.Path) else file
        if how == "garbage":
            return self.answer(200, b"<html>" + data[:9])
        tag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
        if shop.etags and self.headers.get("If-None-Match") == tag:
            return self.answer(304, headers=[("ETag", tag)])
        self.answer(200, data, [("ETag", tag)] if shop.etags else [], how)
