"""swift.py: OpenStack Swift on loopback, one server of each kind, spoken to by the API of Amazon S3: a server that is not ours and verifies
signatures."""
import pathlib, shutil, socket, subprocess

import botocore.session

from lab import poll, stop
from registry import free_port

KEYS = ("test:tester", "s3cret-swift")
SERVER = """[DEFAULT]
swift_dir = {work}
devices = {work}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = root
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
# one program for all rings: each start of one takes seconds
RINGS = """
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(sys.argv[2::2], sys.argv[3::2]):
    ring = RingBuilder(4, 1, 1)
    ring.add_dev(dict(region=1, zone=1, ip="127.0.0.1", port=int(port), replication_ip="127.0.0.1", replication_port=int(port), device="d1", weight=1.0, meta=""))
    ring.rebalance()
    ring.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""
PROXY = """[DEFAULT]
swift_dir = {work}
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = root
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {region}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


class Swift:
    def __init__(self, stack, work, region="us-east-1"):
        self.work, ports = pathlib.Path(work), {}
        (self.work / "devices/d1").mkdir(parents=True)
        (self.work / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = x\nswift_hash_path_prefix = y\n[storage-policy:0]\nname = default\ndefault = yes\n")
        for kind in ("account", "container", "object"):
            ports[kind] = free_port()
            (self.work / f"{kind}.conf").write_text(SERVER.format(work=self.work, port=ports[kind], kind=kind))
        made = [str(x) for pair in ports.items() for x in pair]
        subprocess.run(["/usr/bin/python3", "-c", RINGS, str(self.work), *made], check=True, capture_output=True, cwd="/")
        ports["proxy"] = free_port()
        (self.work / "proxy.conf").write_text(PROXY.format(work=self.work, port=ports["proxy"], region=region, secret=KEYS[1]))
        for kind in ports:
            with open(self.work / f"{kind}.log", "w") as log:
                stack.callback(stop, subprocess.Popen([f"swift-{kind}-server", str(self.work / f"{kind}.conf")], stdout=log, stderr=log))
        for kind, port in ports.items():
            poll(f"swift's {kind} server", lambda: answers(port), 60)
        self.host = f"127.0.0.1:{ports['proxy']}"
        self.client = botocore.session.get_session().create_client("s3", region_name=region, endpoint_url=f"http://{self.host}",
                                                                   aws_access_key_id=KEYS[0], aws_secret_access_key=KEYS[1])

    @staticmethod
    def there():
        return all(shutil.which(f"swift-{kind}-server") for kind in ("account", "container", "object", "proxy"))

    def fill(self, bucket, files):
        self.client.create_bucket(Bucket=bucket)
        for key, data in files.items():
            self.client.put_object(Bucket=bucket, Key=key, Body=data)
