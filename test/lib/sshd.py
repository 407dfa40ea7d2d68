"""sshd.py: OpenSSH's server on loopback; whoever uses it is root and has sshd."""
import pathlib, socket, subprocess, threading

from lab import Failed, stop


class Sshd:
    """With the host key host_NAME in WORK, signed by host_NAME_ca, for the identities in the file authorized."""

    def __init__(self, stack, work, name):
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        work, host = pathlib.Path(work), f"host_{name}"
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        for key in (host, f"{host}_ca"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], cwd=work, check=True)
        subprocess.run(["ssh-keygen", "-q", "-s", f"{host}_ca", "-I", name, "-h", "-n", "127.0.0.1", f"{host}.pub"], cwd=work, check=True)
        rules = ["ListenAddress 127.0.0.1", f"HostKey {work}/{host}", f"HostCertificate {work}/{host}-cert.pub", f"AuthorizedKeysFile {work}/authorized",
                 "PidFile none", "StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no", "AcceptEnv GIT_PROTOCOL"]
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
