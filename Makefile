# `make demo` and `make test` are all that a fresh Debian machine with a Swift toolchain needs; `make help` lists the rest.
BINARY    = agi-bin/cognigy-bridge
STATIC    = .build/static
CHECKS    = --explicit-target-dependency-import-check error
LIBRARIES = curl cares ssl crypto speexdsp
# A section for each function: what nobody calls is left out, and .ci/link-order can put what a call runs side by side.
SECTIONS  = -Xswiftc -Xfrontend -Xswiftc -function-sections
# Asks for each generic type by what the compiler knows of it. Otherwise the program has the type's name only, and reads it, and
# looks through all conformances, when it first needs the type: most of what a call ran until its first command.
TYPES     = -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
# Leaves the names of functions out of the program.
STRIP     = -Xlinker -s
# An exported tree has no commit.
COMMIT    = $(shell test -e .git && git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
RELEASE   = COGNIGY_BRIDGE_COMMIT='$(COMMIT)' swift build -c release $(CHECKS) --scratch-path .build/release-static -Xswiftc -static-executable \
	$(SECTIONS) $(TYPES) -Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import \
	-Xswiftc -use-ld=lld -Xlinker --icf=all -Xlinker -L$(STATIC)/lib $(LIBRARIES:%=-Xlinker -l%) -Xlinker --gc-sections $(STRIP) \
	-Xlinker --wrap=swift_copyAuxiliaryExecutablePath -Xlinker --wrap=ERR_error_string_n \
	-Xlinker --dependency-file=.build/release-static/linked.d \
	-Xlinker --symbol-ordering-file=.ci/link-order -Xlinker --no-warn-symbol-ordering

# Nothing: the folder in which Asterisk looks, for it is asked.
AGI_BIN =
ETC     = /etc/asterisk

.PHONY: all help demo test test-asterisk test-fleet autobahn coverage sanitize steady lint bench bench-quick fleet soak load voice-to-voice voices speech-table fuzz mutants faults link-order outdated deb dist test-deb install clean

all: ## builds the program, agi-bin/cognigy-bridge (the default)
	@.ci/packages make g++ python3 dpkg-dev libcurl4-openssl-dev libssl-dev libc-ares-dev libspeexdsp-dev
	@.ci/static-parts $(STATIC)
	@.ci/silero-weights $(STATIC)/silero
	@.ci/parts licences $(STATIC)
	@$(RELEASE) --product cognigy-bridge
	@install -m 755 "$$($(RELEASE) --show-bin-path)/cognigy-bridge" $(BINARY)
	@.ci/settle $(BINARY)
	@.ci/parts spdx $(STATIC) $(BINARY) .build/release-static/linked.d

help: ## prints this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: all ## plays a whole call against a stand-in service
	@$(BINARY) call --digits 1239

test: all ## runs every test; those on real Asterisks need root
	@.ci/packages espeak-ng ffmpeg openssl python3-venv
	@.ci/packages valgrind || echo "No valgrind to be had: nothing counts instructions." >&2
	@[ "$$(id -u)" -ne 0 ] || .ci/packages busybox-static debootstrap iproute2 qemu-user sip-tester
	@.ci/layouts .build/layouts
	@.ci/asterisk .build/asterisk
	@.ci/unpack .build/web-servers lighttpd nginx fcgiwrap
	@.ci/unpack .build/redis redis-server || echo "No Redis to be had: nothing tries [fleet]." >&2
	@[ "$$(id -u)" -ne 0 ] || .ci/unpack .build/kamailio kamailio || echo "No Kamailio to be had: nothing tries several Asterisks." >&2
	@.ci/unpack .build/prometheus prometheus || echo "No Prometheus to be had: nothing tries packaging/monitoring/." >&2
	@.ci/python .build/python Tests/EndToEndTests/endpoint/requirements.txt
	@.ci/test --side-by-side
	@swift run --skip-build fleet 40 10
	@[ ! -d .build/redis ] || swift run --skip-build fleet 40 10 4
	@swift run --skip-build many-boxes --short 12
	@$(MAKE) --no-print-directory autobahn test-deb test-asterisk

test-asterisk: all ## calls through Asterisk 16 and 22 only; SCENE="WORDS,WORDS" picks scenes by their names
	@.ci/packages debootstrap espeak-ng python3-venv
	@.ci/python .build/python Tests/EndToEndTests/endpoint/requirements.txt
	@.ci/packages pocketsphinx pocketsphinx-en-us || echo "No recogniser to be had: nothing tells whether speech is understood." >&2
	@.ci/asterisk .build/asterisk
	@.ci/test --filter '^AsteriskTests'

# So many callers meet each fault.
BOXES = 60
ROWS  =
test-fleet: all ## calls two Asterisks through Kamailio while parts fail; BOXES=N callers, ROWS="WORDS,WORDS" of names (needs root)
	@.ci/packages debootstrap sip-tester
	@.ci/asterisk .build/asterisk
	@.ci/unpack .build/kamailio kamailio
	swift run many-boxes $(BOXES) '$(ROWS)'

faults: all ## plays every fault that a call may meet, and writes Tests/FAULTS.md (some need root)
	@.ci/packages espeak-ng
	@.ci/test --filter '^FaultTests' --skip theTableIsMadeOfThem
	@WRITE_FAULTS=1 .ci/test --skip-build --filter '^FaultTests.*theTableIsMadeOfThem'

CASES =
autobahn: ## has Autobahn|Testsuite judge the WebSocket by 301 cases over ws and wss; CASES="9.* 6.4.1" (needs root)
	@.ci/packages gcc libc6-dev libcurl4-openssl-dev libssl-dev openssl debootstrap
	@.ci/autobahn .build/autobahn
	@! [ -e .build/autobahn/debian/requirements.txt ] || swift run -c release autobahn .build/autobahn/debian $(CASES)

coverage: ## tells how many lines of each room its tests run; ends with 1 where a room that decides has less than 95 %
	@.ci/packages jq
	@.ci/coverage

# The release's libraries are no part of it: libcurl and OpenSSL are the machine's own here.
# ThreadSanitizer starts with a file of its own in a temporary folder, or without it where there is none; tests of a full disk
# let no program write one.
sanitize: ## runs the tests of the rooms with a check of each access to memory, and again with one of each access by two threads
	@for what in address thread; do ASAN_OPTIONS=detect_leaks=0 TEST_TMPDIR=/dev/null .ci/test --sanitize $$what --scratch-path .build/$$what \
	    --skip '^(AsteriskTests|EndToEndTests|FaultTests)' || exit 1; done

# So many times; all targets but AsteriskTests, or these.
TIMES = 10
STEADY =
steady: all ## runs the tests of each target again and again beside three busy loops; TIMES=N STEADY="TARGET ..."
	@swift build --build-tests
	@.ci/steady $(TIMES) $(STEADY)

lint: ## checks the format, the wall around the rooms that decide, and the dependencies of each target
	@.ci/lint

bench: all ## measures start-up, CPU, memory and delays beside programs in C and Python (ten minutes)
	@.ci/packages gcc libssl-dev openssl stunnel4 python3 python3-requests python3-websocket
	swift run -c release bench $(EFFORT)

bench-quick: EFFORT = quick
bench-quick: bench ## the same in a minute, on fewer runs

# So many calls at once for so many seconds, on so many machines with a state folder each, which share a Redis where they are
# more than one; programs are killed and stopped meanwhile.
FLEET = 500 300 1
fleet: all ## makes many calls at once, kills and stops some, and looks whether others notice; FLEET="COUNT SECONDS MACHINES"
	@.ci/unpack .build/redis redis-server
	swift run -c release fleet $(FLEET)

# So many calls, spread over so many minutes at least.
SOAK = 100000 60
soak: all ## makes calls for an hour beside assist, looks whether anything grows, and draws .build/soak.svg; SOAK="CALLS MINUTES"
	swift run -c release soak $(SOAK)

# So many callers at once with real RTP and keys, profile idle, real or hard; --program PATH compares another build.
LOAD = hard 20
load: all ## calls a real Asterisk with many callers at once; LOAD="PROFILE COUNT ..." (needs root)
	@.ci/packages debootstrap sip-tester
	@.ci/asterisk .build/asterisk
	swift run -c release load $(LOAD)

# People, and how their words are read: see Tests/Hearing/voices.txt.
VOICES = $(foreach language,en es fr it ru,asterisk-core-sounds-$(language)-g722) asterisk-prompt-es-co \
	asterisk-prompt-fr-armelle asterisk-prompt-it-menardi-wav pocketsphinx-testdata ktuberling-data klettres-data \
	gcin-voice fillets-ng-data-cs fillets-ng-data-nl codec2-examples alsa-utils
voices:
	@.ci/packages ffmpeg
	@.ci/voices .build/voices Tests/Hearing/voices.txt $(VOICES)

# So many turns with each pace of the services.
TURNS = 20
voice-to-voice: all voices ## measures on both Asterisks how long speaking callers wait for an answer, and what a call takes; TURNS=N
	@.ci/packages debootstrap espeak-ng
	@.ci/asterisk .build/asterisk
	@TURNS=$(TURNS) .ci/test --filter '^AsteriskTests.VoiceToVoiceTests'

TABLE  =
speech-table: voices ## measures the ear on recordings of people, beside two others; TABLE="--quick --set tuning --only WORD,WORD"
	@.ci/packages python3-venv
	@PIP_NO_DEPS=1 .ci/python .build/speech-peers Tests/SpeechTable/requirements.txt || true
	@swift run -c release speech-table $(TABLE)

# For how long, how often and which: SECONDS of each target or RUNS of each, and ONLY these; FAST=yes leaves AddressSanitizer out.
RUNS    =
SECONDS =
ONLY    =
FAST    =
fuzz: ## lets libFuzzer search for inputs that break a promise; SECONDS=N or RUNS=N of each target, ONLY=TARGET,TARGET, FAST=yes
	@.ci/packages libcurl4-openssl-dev libssl-dev libspeexdsp-dev
	@.ci/silero-weights $(STATIC)/silero
	@.ci/fuzz $(FAST:%=--fast) $(RUNS:%=--runs %) $(SECONDS:%=--seconds %) $(ONLY:%=--only %)

ROOMS =
mutants: ## flips each condition of the rooms that decide and prints what no test notices (an hour); ROOMS="Call AGI"
	@.ci/packages libcurl4-openssl-dev libssl-dev libspeexdsp-dev python3
	@.ci/silero-weights $(STATIC)/silero
	@.ci/mutants $(ROOMS)

deb: all ## makes .build/packages/cognigy-bridge_VERSION_amd64.deb, which lintian has nothing against
	@.ci/packages debhelper dh-apparmor lintian python3
	@.ci/deb $(BINARY) .build/packages

dist: all ## packs the program, its manual and samples for any Linux into .build/packages, with a checksum
	@.ci/packages python3 xz-utils
	@.ci/dist $(BINARY) .build/packages

test-deb: deb ## installs the package beside real Asterisks, calls, upgrades it under a call, and purges it (needs root)
	@.ci/packages debootstrap
	@.ci/asterisk .build/asterisk
	@.ci/layouts .build/layouts
	@.ci/try-package .build/packages .build/asterisk/16 .build/asterisk/22 .build/layouts/trixie

# The program is linked with names this once, beside the one that everybody uses.
link-order: ## measures in which order a call runs functions, and writes .ci/link-order
	@.ci/packages openssl stunnel4 valgrind
	@$(MAKE) --no-print-directory all STRIP= BINARY=.build/with-names
	@.ci/make-link-order .build/with-names >.build/link-order
	@mv .build/link-order .ci/link-order
	@rm "$$($(RELEASE) --show-bin-path)/cognigy-bridge"

outdated: ## tells which parts of others, linked into the program, have newer versions in their distribution
	@.ci/parts outdated $(STATIC)

install: $(BINARY) ## puts the program where Asterisk looks, and a sample configuration
	@.ci/install $(BINARY) agi-bin/cognigy-bridge.conf '$(DESTDIR)' '$(AGI_BIN)' '$(ETC)'

$(BINARY):
	$(MAKE) all

clean: ## removes all that was built
	rm -rf .build $(BINARY) $(BINARY).spdx.json
