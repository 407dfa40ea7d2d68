"""sshd.py: servers of SSH on loopback: OpenSSH's, for which one is root and has sshd, and one of libssh's."""
import contextlib, os, pathlib, select, shlex, socket, subprocess, threading

from lab import Failed, stop


class Sshd:
    """With the host key host_NAME in WORK, signed by host_NAME_ca, for the identities in the file authorized. more: rules of sshd_config."""

    def __init__(self, stack, work, name, more=()):
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        work, host = pathlib.Path(work), f"host_{name}"
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        for key in (host, f"{host}_ca"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], cwd=work, check=True)
        subprocess.run(["ssh-keygen", "-q", "-s", f"{host}_ca", "-I", name, "-h", "-n", "127.0.0.1", f"{host}.pub"], cwd=work, check=True)
        rules = ["ListenAddress 127.0.0.1", f"HostKey {work}/{host}", f"HostCertificate {work}/{host}-cert.pub", f"AuthorizedKeysFile {work}/authorized",
                 "PidFile none", "StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no", "AcceptEnv GIT_PROTOCOL", *more]
        (work / f"{name}.conf").write_text("\n".join(rules) + "\n")
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(work / f"{name}.conf"), "-p", str(self.port)], stderr=subprocess.PIPE, text=True)
        stack.callback(stop, self.process)
        while "Server listening" not in (line := self.process.stderr.readline()):
            if not line:
                raise Failed("sshd does not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.key, self.authority = ((work / f"{host}{more}.pub").read_text().strip() for more in ("", "_ca"))

    def known(self, port=None):
        return f"[127.0.0.1]:{port or self.port} {self.key}\n"

    def vouched(self):
        return f"@cert-authority [127.0.0.1]:{self.port} {self.authority}\n"


class Eager:
    """A server of libssh's which lets a channel take bytes as soon as it is open, as those written in Go do, where OpenSSH's waits for the command. Whoever
    comes is let in. patient: a command is begun when something was asked of it, not before. asked: the commands."""
    AUTH, OPEN, CHANNEL, KEY, EXEC, ENV, HOST_KEY = 1, 2, 3, 4, 2, 4, 3

    def __init__(self, stack, work, name):
        import ctypes
        self.types, self.lib, self.patient, self.asked, self.made = ctypes, ctypes.CDLL("libssh.so.4"), False, [], 0
        for call in ("ssh_new", "ssh_bind_new", "ssh_message_get", "ssh_message_channel_request_open_reply_accept", "ssh_message_channel_request_channel"):
            getattr(self.lib, call).restype = ctypes.c_void_p
        for call in ("command", "env_name", "env_value"):
            getattr(self.lib, f"ssh_message_channel_request_{call}").restype = ctypes.c_char_p
        self.file = pathlib.Path(work) / f"host_{name}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.file], check=True)
        self.key = self.file.with_suffix(".pub").read_text().strip()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        stack.callback(self.listener.close)

    def known(self, port=None):
        return f"[127.0.0.1]:{port or self.port} {self.key}\n"

    def call(self, name, *args):
        return getattr(self.lib, name)(*(self.types.c_void_p(a) if isinstance(a, int) and a > 1 << 20 else a for a in args))

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                link, _ = self.listener.accept()
                self.made += 1
                threading.Thread(target=self.serve, args=(link.detach(),), daemon=True).start()

    def serve(self, fd):
        bind, session, env = self.call("ssh_bind_new"), self.call("ssh_new"), dict(os.environ)
        self.call("ssh_bind_options_set", bind, self.HOST_KEY, str(self.file).encode())
        if self.call("ssh_bind_accept_fd", bind, session, fd) or self.call("ssh_handle_key_exchange", session):
            return
        while message := self.call("ssh_message_get", session):
            kind, what = self.call("ssh_message_type", message), self.call("ssh_message_subtype", message)
            if kind == self.AUTH and what == self.KEY:
                known = self.call("ssh_message_auth_publickey_state", message) == 1
                self.call("ssh_message_auth_reply_success", message, 0) if known else self.call("ssh_message_auth_reply_pk_ok_simple", message)
            elif kind == self.OPEN:
                self.call("ssh_message_channel_request_open_reply_accept", message)
            elif kind == self.CHANNEL and what == self.ENV:
                env[self.call("ssh_message_channel_request_env_name", message).decode()] = self.call("ssh_message_channel_request_env_value", message).decode()
                self.call("ssh_message_channel_request_reply_success", message)
            elif kind == self.CHANNEL and what == self.EXEC:
                channel, command = self.call("ssh_message_channel_request_channel", message), self.call("ssh_message_channel_request_command", message).decode()
                self.asked.append(command)
                self.call("ssh_message_channel_request_reply_success", message)
                self.run(channel, command, env)
            else:
                self.call("ssh_message_reply_default", message)
            self.call("ssh_message_free", message)

    def run(self, channel, command, env):
        into = self.types.create_string_buffer(65536)
        first = self.call("ssh_channel_read", channel, into, len(into), 0) if self.patient else 0
        with subprocess.Popen(shlex.split(command), env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
            n, ended = first, False
            while True:
                if n > 0:
                    os.write(program.stdin.fileno(), into.raw[:n])
                if select.select([program.stdout], [], [], 0.005)[0]:
                    if not (data := os.read(program.stdout.fileno(), 32768)):
                        break
                    self.call("ssh_channel_write", channel, data, len(data))
                n = self.call("ssh_channel_read_nonblocking", channel, into, len(into), 0)
                if not ended and (n < 0 or self.call("ssh_channel_is_eof", channel)):
                    ended = not program.stdin.close()
        for end in ("ssh_channel_send_eof", "ssh_channel_close"):
            self.call(end, channel)
