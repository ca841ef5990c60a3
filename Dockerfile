# The program and the certificates that Debian trusts, and nothing else: no shell, no libraries. After `make`:
#
#   docker build -t cognigy-bridge .
#   docker run --rm cognigy-bridge call --digits 1239
#
# Asterisk starts the program itself, so where Asterisk is in a container the program belongs into that one, whose Dockerfile
# takes it from here (and has certificates of its own, from ca-certificates):
#
#   COPY --from=cognigy-bridge /cognigy-bridge /usr/share/asterisk/agi-bin/
FROM debian:12-slim AS debian
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
# The folder has a link for each certificate, by the hash of its name: files in their place need nothing besides. The bundle
# holds the same once more, and costs more to read.
RUN mkdir -p /image/etc/ssl && cp -rL /etc/ssl/certs /image/etc/ssl/ && rm /image/etc/ssl/certs/ca-certificates.crt \
    && install -d -m 1777 /image/tmp

FROM scratch
COPY --from=debian /image /
COPY agi-bin/cognigy-bridge /cognigy-bridge
ENTRYPOINT ["/cognigy-bridge"]
