import Glibc
import System
import TestService
import Testbed
import Testing

/// The faults that an operator meets, by the numbers of a night's notes: `check` finds the cause of each and says what to do.
@Suite struct CheckFaultTests {
    /// What is not well, a mere warning included where one is looked for, as "NAME: PROBLEM; REMEDY".
    private func said(_ pbx: PBX, code: CInt, _ outcome: String = "bad") throws -> [String] {
        let (steps, result) = try CheckStep.run(pbx)
        #expect(result.status == .code(code), "\(result.output)")
        // Whoever is told of something is told what to do.
        #expect(steps.allSatisfy { $0.outcome != outcome || $0.remedy?.isEmpty == false }, "\(result.output)")
        return steps.filter { $0.outcome == outcome }.map(\.sentence)
    }

    private func one(_ pbx: PBX, code: CInt) throws -> String {
        let all = try said(pbx, code: code)
        #expect(all.count == 1, "\(all)")
        return all.first ?? ""
    }

    // MARK: 1: the secret

    @Test(
        arguments: [
            (nil, 0o600, "does not exist"), ("", 0o600, "is empty"), ("demo-secret\n", 0o644, "is open to other users"),
            ("demo-secret\nmore\n", 0o600, "is not one line"),
        ] as [(String?, mode_t, String)])
    func aSecretThatCannotBeUsed(text: String?, mode: mode_t, words: String) throws {
        let pbx = try PBX("")
        if let text { try pbx.folder.write(text, to: "secret", mode: mode) }
        pbx.environment["COGNIGY_CLIENT_SECRET"] = nil
        pbx.environment["COGNIGY_CLIENT_SECRET_FILE"] = pbx.folder.path("secret")
        let said = try one(pbx, code: 78)
        #expect(said.hasPrefix("configuration: ") && said.contains(words), "\(said)")
    }

    @Test func aSecretWithABlankBehindItIsTheSecret() throws {
        let pbx = try PBX("")
        try pbx.folder.write("demo-secret \r\n", to: "secret")
        pbx.environment["COGNIGY_CLIENT_SECRET"] = nil
        pbx.environment["COGNIGY_CLIENT_SECRET_FILE"] = pbx.folder.path("secret")
        #expect(try said(pbx, code: 0) == [])
    }

    // MARK: 2, 3, 4: the flow and the address (CheckTests have the flow, the port, and http for https)

    @Test func aHostThatNobodyKnows() throws {
        let pbx = try PBX("", settings: ["COGNIGY_BASE_URL": "https://nobody.invalid"])
        let said = try one(pbx, code: 69)
        #expect(
            said.hasPrefix("name look-up: nobody.invalid: ") && said.contains("base_url")
                && said.contains("resolv.conf"))
    }

    @Test func aPageInPlaceOfTheService() throws {
        #expect(
            try one(PBX("token garbage"), code: 69).hasPrefix("token: the answer holds no access_token; is base_url"))
    }

    @Test func aFirewallThatDrops() throws {
        let wall = try FullListener()
        let pbx = try PBX("", settings: ["COGNIGY_BASE_URL": "http://127.0.0.1:\(wall.port)"])
        let said = try one(pbx, code: 69)
        #expect(
            said.hasPrefix("TCP: 127.0.0.1: no answer while connecting to ") && said.contains("firewall"), "\(said)")
    }

    // MARK: 5, 6: certificates and the clock (CheckTests have other names, old ones and young ones)

    @Test func aCertificateThatIsSignedByItself() throws {
        let pbx = try PBX("certificate self-signed", tls: true)
        pbx.environment["COGNIGY_CA_FILE"] = nil
        let said = try one(pbx, code: 69)
        #expect(said.hasPrefix("TLS: not trusted: ") && said.contains("ca_file"), "\(said)")
    }

    // MARK: 7: the state folder

    @Test func aStateFolderThatIsAFile() throws {
        let pbx = try PBX("")
        try pbx.folder.write("", to: "state")
        let said = try one(pbx, code: 1)
        #expect(said.hasPrefix("state folder: ") && said.contains("is not a folder"))
    }

    // MARK: 8: the configuration

    @Test(arguments: [
        ("[cognigy]\nbase_urll = https://x\n", ":2: ", "base_url"), ("[cognigi]\n", ":1: ", "[cognigy]"),
        ("base_url = https://x\n", ":1: ", "[cognigy]"), ("[call]\non_end = stay\n", ":2: ", "hangup"),
    ])
    func aMistakeInTheConfiguration(text: String, place: String, words: String) throws {
        let pbx = try PBX("")
        try pbx.folder.write(text, to: "conf")
        pbx.environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        let said = try one(pbx, code: 78)
        #expect(said.hasPrefix("configuration: \(pbx.folder.path("conf"))\(place)") && said.contains(words), "\(said)")
    }

    @Test(arguments: ["\u{feff}[cognigy]\n", "[cognigy]\r\n"]) func whatEditorsAddIsNoMistake(text: String) throws {
        let pbx = try PBX("")
        try pbx.folder.write(text + "; the rest is in the environment\r\n", to: "conf")
        pbx.environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        #expect(try said(pbx, code: 0) == [])
    }

    @Test func aConfigurationThatCannotBeRead() throws {
        let pbx = try PBX("")
        for place in ["/nonexistent.conf", pbx.folder.path] {
            pbx.environment["COGNIGY_BRIDGE_CONF"] = place
            #expect(try one(pbx, code: 78).hasPrefix("configuration: \(place): "))
        }
    }

    // MARK: 9, 12: the dialplan

    @Test(arguments: [
        ("AGI(cognigy-bridge,voice)", "hears nothing; write EAGI(cognigy-bridge,voice)"),
        ("AGI(cognigy-bridge,flow=x)", "argument flow: is not known here; did you mean flow_id?"),
        ("AGI(cognigy-bridge,sales)", "there is no such word"), ("AGI(cognigy-bridge,check)", "a command for a shell"),
        ("AGI(cognigy-brigde)", "starts cognigy-brigde, which is no program; write cognigy-bridge"),
        ("AGI(cognigy-bridge,conf=acme)", "cognigy-bridge.d/acme.conf does not exist"),
        ("ExecIf($[1]?AGI(cognigy-bridge,on_end=stay))", "write one of: hangup, continue"),
    ])
    func aMistakeInTheDialplan(step: String, words: String) throws {
        let pbx = try PBX("")
        try ConsoleAsterisk(pbx).add("mine", ["NoOp(1)", step])
        let said = try one(pbx, code: 78)
        #expect(said.hasPrefix("dialplan: mine,s,2") && said.contains(words), "\(said)")
    }

    @Test func whatIsKnownOnlyInACallIsNoMistake() throws {
        let pbx = try PBX("")
        try ConsoleAsterisk(pbx).add(
            "mine",
            [
                "AGI(cognigy-bridge,${WORD})", "AGI(cognigy-bridge,flow_id=${FILTER(a-z,${X})},locale=de-DE)",
                "EAGI(cognigy-bridge,voice,resume=no)", "AGI(cognigy-bridge,handoff,queue=q,issue=billing)",
                "AGI(other,word)", "AGI(agi://127.0.0.1/x)",
            ])
        #expect(try said(pbx, code: 0) == [])
    }

    // MARK: 10: sounds

    @Test func soundsThatAreMissing() throws {
        let pbx = try PBX(
            "", settings: ["COGNIGY_CALL_WAIT_PROMPT": "please-wait", "COGNIGY_CALL_FALLBACK_PROMPT": "/nowhere/sorry"])
        _ = try ConsoleAsterisk(pbx)
        var warnings = try said(pbx, code: 0, "warning")
        #expect(
            warnings.contains { $0.hasPrefix("prompts: please-wait and /nowhere/sorry: no such sound in ") },
            "\(warnings)")
        for name in ["sounds", "sounds/en"] { mkdir(pbx.folder.path(name), 0o755) }
        try pbx.folder.write("", to: "sounds/en/please-wait.gsm")
        try pbx.folder.write("", to: "sounds/sorry.alaw")
        pbx.environment["COGNIGY_CALL_FALLBACK_PROMPT"] = "sorry"
        warnings = try said(pbx, code: 0, "warning")
        // This Asterisk plays no GSM.
        #expect(warnings.contains { $0.hasPrefix("prompts: please-wait: no such sound in ") }, "\(warnings)")
        try pbx.folder.write("", to: "sounds/en/please-wait.wav")
        #expect(try !said(pbx, code: 0, "warning").contains { $0.hasPrefix("prompts: ") })
    }

    // MARK: 11: codecs

    @Test func aTelephoneThatHearsNothing() throws {
        let pbx = try PBX("")
        _ = try ConsoleAsterisk(pbx)
        let warnings = try said(pbx, code: 0, "warning")
        #expect(
            warnings.contains {
                $0.hasPrefix("codecs: Asterisk cannot translate to any codec of g729-trunk: ")
                    && $0.contains("allow ulaw")
            }, "\(warnings)")
    }

    // MARK: 13: the program

    /// A machine whose Asterisk looks in a folder of the test.
    private func pbx(holding program: [UInt8]?, mode: mode_t = 0o755) throws -> PBX {
        let pbx = try PBX("")
        mkdir(pbx.folder.path("agi"), 0o755)
        try pbx.folder.write("[directories]\nastagidir => \(pbx.folder.path("agi"))\n", to: "asterisk.conf")
        pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
        if let program {
            try AtomicFile.write(program, to: pbx.folder.path("agi/cognigy-bridge"))
            chmod(pbx.folder.path("agi/cognigy-bridge"), mode)
        }
        return pbx
    }

    @Test func aProgramThatAsteriskDoesNotFind() throws {
        let pbx = try pbx(holding: nil)
        let there = pbx.folder.path("agi")
        #expect(
            try one(pbx, code: 1)
                == "AGI folder: Asterisk looks for it in \(there), and it is not there; install -m 755 "
                + "\(try #require(realpath(Binary.path, nil).map { String(cString: $0) })) \(there)/cognigy-bridge")
    }

    @Test func aProgramThatNobodyMayStart() throws {
        let said = try one(pbx(holding: Array("#!/bin/sh\n".utf8), mode: 0o600), code: 1)
        #expect(said.hasPrefix("AGI folder: ") && said.contains("may not execute it; chmod 755 "), "\(said)")
    }

    @Test func aProgramThatIsHalfCopied() throws {
        let whole = try AtomicFile.read(Binary.path, limit: 1 << 28, owner: .anyone, forbidden: 0).bytes
        for length in [0, whole.count / 2] {
            let said = try one(pbx(holding: Array(whole.prefix(length))), code: 1)
            #expect(
                said.hasPrefix("AGI folder: ") && said.contains("is not whole") && said.contains("; install "),
                "\(said)")
        }
        #expect(try self.said(pbx(holding: whole), code: 0) == [])
    }

    @Test func anotherVersion() throws {
        let other = Array("#!/bin/sh\necho 'cognigy-bridge 0.0.9 (old)'\n".utf8)
        let warnings = try said(pbx(holding: other), code: 0, "warning")
        #expect(warnings.contains { $0.hasPrefix("AGI folder: ") && $0.contains("0.0.9 (old)") }, "\(warnings)")
    }

    // MARK: 14: disks

    @Test func aLogThatTakesNoLines() throws {
        for place in ["/dev/full", "/nonexistent/log", "/proc/version"] {
            let pbx = try PBX("", settings: ["COGNIGY_PATHS_LOG": place])
            let said = try one(pbx, code: 1)
            #expect(said.hasPrefix("log: \(place) takes no lines (") && said.contains("[paths] log"), "\(said)")
        }
    }

    @Test func metricsAndTracesThatCannotBeWritten() throws {
        let pbx = try PBX(
            "", settings: ["COGNIGY_PATHS_METRICS": "/nonexistent/metrics", "COGNIGY_PATHS_TRACE": "/dev/null"])
        let all = try said(pbx, code: 1)
        #expect(all.map { $0.prefix { $0 != ":" } } == ["metrics", "trace"], "\(all)")
    }

    @Test func metricsThatNobodyReads() throws {
        let pbx = try PBX("")
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("fifo")
        mkfifo(pbx.folder.path("fifo"), 0o600)
        #expect(try said(pbx, code: 0, "warning").contains { $0.hasPrefix("metrics: nobody reads ") })
    }

    @Test(.enabled(if: mayMount, "this process may not mount")) func disksThatAreFull() throws {
        let pbx = try PBX("")
        for name in ["state", "disk"] { mkdir(pbx.folder.path(name), 0o700) }
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("disk/metrics")
        CheckStep.isolate(pbx)
        let mounts = ["state", "disk"].map {
            "mount -t tmpfs -o size=64k,mode=700 none \(pbx.folder.path($0)); "
                + "dd if=/dev/zero of=\(pbx.folder.path($0))/big bs=4k count=16 2>/dev/null; "
        }
        let outcome = try Outcome(
            of: [
                "unshare", "--mount", "sh", "-c",
                mounts.joined() + ": >\(pbx.folder.path("disk/metrics")); exec \(Binary.path) check --json",
            ],
            environment: pbx.environment)
        let bad = outcome.output.split(separator: "\n").compactMap { CheckStep($0) }.filter { $0.outcome == "bad" }
        #expect(bad.map(\.name) == ["state folder", "metrics"], "\(outcome.output)")
        #expect(bad.allSatisfy { $0.remedy?.contains("make room") == true })
        #expect(outcome.status == .code(1))
    }

    // MARK: 15: the service

    @Test(arguments: [
        ("session status 500", "session: HTTP 500; look at the status page"),
        ("session status 429", "session: HTTP 429; wait, or ask for a higher limit"),
        ("session status 403", "session: HTTP 403: no access to demo-flow; give the API client the scopes"),
        ("session status 404", "session: HTTP 404: no session of demo-flow; is it a voice flow"),
        ("session garbage", "session: the answer holds no usable id"),
        ("session hang", "session: 127.0.0.1: no answer from"),
        ("voice status 503", "socket: HTTP 503 to the WebSocket; look at the status page"),
        ("voice status 404", "socket: HTTP 404 to the WebSocket; does a proxy"), ("voice garbage", "socket: "),
        ("voice drop", "socket: "), ("voice hang", "socket: 127.0.0.1"),
    ])
    func aServiceThatFails(fault: String, words: String) throws {
        let said = try one(PBX(fault), code: 69)
        #expect(said.hasPrefix(words), "\(said)")
    }

    @Test func aBreakerThatIsOpen() throws {
        let pbx = try PBX("token status 500")
        for _ in 0..<5 { _ = try pbx.call([]) }
        let warnings = try said(pbx, code: 69, "warning")
        #expect(warnings.contains { $0.hasPrefix("breaker: open: ") && $0.contains("closes by itself") }, "\(warnings)")
    }

    // MARK: What else is in the way

    @Test func aProxyThatIsAway() throws {
        let pbx = try PBX("", settings: ["COGNIGY_PROXY": "http://127.0.0.1:9"])
        let said = try one(pbx, code: 69)
        #expect(said.hasPrefix("TCP: 127.0.0.1: no connection to the proxy 127.0.0.1 port 9: "), "\(said)")
        #expect(said.hasSuffix("look at the firewall, and at proxy"))
    }

    @Test func hostsOfSoundsThatAreAway() throws {
        let pbx = try PBX("", tls: true)
        let port = pbx.service.port
        pbx.environment["COGNIGY_CALL_AUDIO_HOSTS"] = "127.0.0.1:\(port), nobody.invalid, .example.com"
        let (steps, outcome) = try CheckStep.run(pbx)
        #expect(outcome.status == .code(0))
        let hosts = steps.filter { $0.name.hasPrefix("audio host") }
        #expect(hosts.map(\.outcome) == ["ok", "warning", "ok"], "\(hosts)")
        #expect(hosts[0].text == "127.0.0.1:\(port) is reached")
        #expect(hosts[1].sentence.contains("sounds from nobody.invalid are not heard"))
        #expect(hosts[2].text == "1 more, which are not tried")
    }

    @Test func aProcessThatMayOpenTooLittle() throws {
        let pbx = try PBX("")
        CheckStep.isolate(pbx)
        let outcome = try Outcome(
            of: ["sh", "-c", "ulimit -n 50; exec \(Binary.path) check --json"], environment: pbx.environment)
        let bad = outcome.output.split(separator: "\n").compactMap { CheckStep($0) }.filter { $0.outcome == "bad" }
        #expect(
            bad.map(\.name) == ["limits"] && bad.first?.remedy?.contains("LimitNOFILE=") == true, "\(outcome.output)")
    }

    @Test func aSyslogThatNobodyReads() throws {
        let pbx = try PBX("", settings: ["COGNIGY_PATHS_LOG": "syslog"])
        let (steps, _) = try CheckStep.run(pbx)
        let log = try #require(steps.first { $0.name == "log" })
        #expect(log.outcome == (access("/dev/log", F_OK) == 0 ? "ok" : "bad"), "\(log)")
    }
}
