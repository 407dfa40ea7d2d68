"""Reads text-format protocol buffers: parse(text) gives a message as {field: [values in their order]}.

Values are strings (as bytes), other scalars (as the text that stands there) or messages. Extension and Any names keep
their brackets."""
import re

TOKEN = re.compile(rb"""\s+|\#[^\n]*|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
                   rb"""|(?P<word>\[[\w./]+\]|[-+]?[\w.]+(?:[-+]\d+)?)|(?P<mark>[-{}<>\[\]:,;])""", re.S)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.S)
PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def unescape(match):
    what = match[1]
    if what[:1] in b"uU" and len(what) > 1:
        return chr(int(what[1:], 16)).encode()
    if what[:1] == b"x":
        return bytes([int(what[1:], 16)])
    if what[:1].isdigit():
        return bytes([int(what, 8)])
    return PLAIN.get(what, what)


def tokens(text):
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"no text-proto at byte {at}: {text[at:at + 40]}")
        at = match.end()
        if match.lastgroup == "text":
            yield "text", ESCAPE.sub(unescape, match["text"][1:-1])
        elif match.lastgroup:
            yield match.lastgroup, match[match.lastgroup].decode()


class Reader:
    def __init__(self, text):
        self.tokens = list(tokens(text))
        self.at = 0

    def next(self, *marks):
        """The next token's value, only if it is one of these marks when there are any."""
        if self.at == len(self.tokens):
            return None
        kind, value = self.tokens[self.at]
        if marks and (kind != "mark" or value not in marks):
            return None
        self.at += 1
        return value

    def value(self):
        if self.next("{", "<"):
            return self.message()
        kind, value = self.tokens[self.at]
        self.at += 1
        while kind == "text" and self.at < len(self.tokens) and self.tokens[self.at][0] == "text":
            value += self.tokens[self.at][1]  # pieces of one string
            self.at += 1
        return value

    def values(self):
        if not self.next("["):
            return [self.value()]
        out = []
        while not self.next("]"):
            out.append(self.value())
            self.next(",")
        return out

    def message(self):
        out = {}
        while not self.next("}", ">") and self.at < len(self.tokens):
            name = self.next()
            self.next(":")
            out.setdefault(name, []).extend(self.values())
            self.next(",", ";")
        return out


def parse(text):
    return Reader(text).message()
