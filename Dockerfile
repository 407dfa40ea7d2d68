# The daemon, its libraries and the authorities' certificates; nothing else, no shell.
ARG BASE=debian:12-slim
FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc make pkg-config git ca-certificates libgit2-dev libssh-dev \
	libcurl4-openssl-dev libjansson-dev libuv1-dev libssl-dev zlib1g-dev
COPY . /src
RUN make -C /src -j"$(nproc)" BUILD=/out/build && mkdir -p /image/tmp /image/data /image/etc/ssl/certs && \
	install -D -m 755 -s /out/build/sluice /image/sluice && \
	lazy=$(ldconfig -p | sed -n 's/.*=> \(.*\/lib\(crypt\.so\.1\|m\.so\.6\|crypto\.so\.3\|ssl\.so\.3\|curl\.so\.4\|git2\.so\.[0-9.]*\|ssh\.so\.4\)\)$/\1/p') && \
	{ echo "$lazy"; ldd /image/sluice $lazy; } | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\t\(\/[^ ]*\) (.*/\1/p; s/^\/[^:]*$/&/p' | sort -u | \
		while read -r library; do install -D -m 755 "$library" "/image$library"; done && \
	cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ && \
	echo 'nobody:x:65534:65534:nobody:/data:/' >/image/etc/passwd && chmod 1777 /image/tmp /image/data

FROM scratch
COPY --from=build /image /
USER 65534:65534
ENTRYPOINT ["/sluice"]
CMD ["run"]
