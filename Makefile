# cognigy-bridge: `make demo` and `make test` are all a fresh Debian machine with a Swift toolchain needs.
STATIC   = .build/static
BINARY   = agi-bin/cognigy-bridge
CHECKS   = --explicit-target-dependency-import-check error
LIBRARIES = curl cares ssl crypto speexdsp
RELEASE  = swift build -c release $(CHECKS) --scratch-path .build/static-build -Xswiftc -static-executable \
	-Xlinker -L$(STATIC)/lib $(LIBRARIES:%=-Xlinker -l%) -Xlinker --gc-sections -Xlinker -s
PACKAGES = libcurl4-openssl-dev libssl-dev libc-ares-dev libspeexdsp-dev dpkg-dev

AGI_BIN  = /var/lib/asterisk/agi-bin
ETC      = /etc/asterisk

.PHONY: all demo test bench install clean packages binary

all: binary

packages:
	@.ci/packages $(PACKAGES)

binary: packages
	@.ci/static-curl $(STATIC)
	$(RELEASE) --product cognigy-bridge
	@cp -f "$$($(RELEASE) --show-bin-path)/cognigy-bridge" $(BINARY)

clean:
	rm -rf .build $(BINARY)
