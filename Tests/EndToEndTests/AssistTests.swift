import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge assist` against the stand-in's stream.
@Suite final class AssistTests {
    /// The program, and the lines that it has written.
    private final class Helper {
        private var process: Subprocess
        private var output: Pipe
        private var unfinished: [UInt8] = []
        private(set) var lines: [String] = []

        init(_ environment: [String: String]) throws {
            output = try Pipe()
            process = try Subprocess(
                [Binary.path, "assist"], environment: environment.map { "\($0.key)=\($0.value)" },
                output: output.rawWriter, errors: 2)
            output.writer = nil
            Descriptor.setNonBlocking(output.rawReader)
        }

        var pid: pid_t { process.pid }

        /// Waits until it has written so many lines; what they say.
        @discardableResult
        func read(_ count: Int, within limit: Duration = .seconds(60)) throws -> [JSON] {
            let end = MonotonicClock.now() + limit
            while lines.count < count {
                let ready = try Poll.wait(
                    for: [Poll.Interest(output.rawReader, .readable)], timeout: end - MonotonicClock.now())
                try #require(!ready.isEmpty, "\(lines.count) lines of \(count)")
                guard case .bytes(let bytes) = try Descriptor.read(output.rawReader, limit: 1 << 16) else { break }
                unfinished += bytes
                while let newline = unfinished.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.append(String(decoding: unfinished[..<newline], as: UTF8.self))
                    unfinished.removeSubrange(...newline)
                }
            }
            return try lines.map { try JSON(parsing: $0.utf8) }
        }

        func closeOutput() { output.reader = nil }
        func signal(_ number: CInt) { process.kill(number) }

        func ends(within limit: Duration = .seconds(10)) throws -> Subprocess.ExitStatus? {
            let ending = try process.ending()
            if try Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: limit).isEmpty { return nil }
            return process.wait()
        }
    }

    private func update(_ id: String, _ transcript: String, sentiment: Double = 0) -> String {
        #"assist-event update {"interactionId":"\#(id)","transcript":"\#(transcript)","sentimentScore":\#(sentiment),"agentId":"a1","context":{"n":1}} times 1"#
    }

    /// 20 events: triggers of both kinds, one that hits the cache, a limit, a silence, a policy's veto, a garbled one and a
    /// stream that drops and comes back.
    private var scene: String {
        """
        suggest limited status 429 retry-after 1 times 1
        suggest silent hang
        suggest veto say "We guarantee full refund."
        suggest broken status 500
        \(update("a", "I want a REFUND"))
        \(update("a", "thank you"))
        \(update("b", "hello"))
        \(update("b", "so unhappy", sentiment: -0.9))
        \(update("limited", "cancel it"))
        \(update("veto", "a complaint"))
        \(update("silent", "escalate this"))
        \(update("broken", "cancel my order"))
        \(update("a", "I want a REFUND"))
        \(update("c", "fine", sentiment: 0.8))
        \(update("c", "fine", sentiment: -0.4))
        \(update("c", "fine", sentiment: -0.41))
        assist-event garbage
        \(update("d", "refund"))
        \(update("d", "refund?"))
        \(update("d", "no"))
        \(update("e", "cancel"))
        \(update("e", "bye"))
        assist-event delay 300 drop times 1
        assist-event send {"type":"SOMETHING_NEW","payload":{}}
        \(update("f", "not the end"))
        \(update("f", "escalated already"))
        \(update("f", "the end"))
        """
    }

    private func of(_ lines: [JSON], _ interaction: String) -> [JSON] {
        lines.filter { $0["interactionId"]?.string == interaction }
    }

    private func texts(_ line: JSON) -> [String] {
        line["suggestions"]?.array?.compactMap { $0["text"]?.string } ?? []
    }

    @Test func aSceneOfTwentyEvents() throws {
        var runs: [[String]] = []
        for _ in 1...2 {
            let pbx = try PBX(scene)
            pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
            let helper = try Helper(pbx.environment)
            let lines = try helper.read(20)
            helper.signal(SIGTERM)
            #expect(try helper.ends() == .code(0))

            #expect(of(lines, "a").map { $0["triggered"] } == [true, false, true])
            #expect(of(lines, "a").map { $0["cached"] } == [false, false, true])
            #expect(texts(of(lines, "a")[0]) == ["I can look into that: I want a REFUND"])
            #expect(of(lines, "b").map { $0["triggered"] } == [false, true])
            #expect(of(lines, "c").map { $0["triggered"] } == [false, false, true])
            // Asked once more, with the same body.
            #expect(of(lines, "limited").map { $0["fallback"] } == [false])
            let asked = pbx.service.entries().filter { $0.event == .suggest && $0["interactionId"] == "limited" }
            #expect(asked.count == 2 && asked[0]["transcript"] == asked[1]["transcript"])
            // 0.92 is sure enough, and the words are not allowed; 0.5 is not sure enough.
            #expect(texts(of(lines, "veto")[0]) == [])
            for name in ["silent", "broken"] {
                #expect(of(lines, name)[0]["fallback"] == true)
                #expect(texts(of(lines, name)[0]).count == 2)
            }
            #expect(of(lines, "f").map { $0["triggered"] } == [false, true, false])
            #expect(pbx.service.entries().count { $0.event == .assist && $0["status"] == 101 } == 2)
            #expect(pbx.service.violations == [])
            #expect(pbx.service.count(.oauth) == 1)
            let metrics = try pbx.folder.text("metrics").split(separator: "\n").map { try JSON(parsing: $0.utf8) }
            #expect(metrics.count == 20)
            #expect(metrics.allSatisfy { $0["eventType"] == "AGENT_ASSIST_QUERY" })
            #expect(!(try pbx.folder.text("metrics") + pbx.log).contains("stand-in-token"))
            runs.append(helper.lines.sorted())
        }
        // The same events give the same lines; those of different interactions may change places.
        #expect(runs[0] == runs[1])
    }

    /// One whose suggestions do not come keeps nobody else waiting.
    @Test func aSlowInteractionDelaysNoOther() throws {
        let others = (1...10).map { update("x\($0)", "refund \($0)") }.joined(separator: "\n")
        let pbx = try PBX("suggest slow hang\n\(update("slow", "refund"))\n\(update("slow", "hello"))\n\(others)")
        let helper = try Helper(pbx.environment)
        let lines = try helper.read(10, within: .seconds(10))
        #expect(of(lines, "slow") == [])
        // The second of it waits for the first.
        #expect(of(try helper.read(12), "slow").map { $0["triggered"] } == [true, false])
    }

    @Test func aStreamThatDropsComesBack() throws {
        let pbx = try PBX("assist-event update {\"interactionId\":\"a\"}\nassist-event delay 200 drop times 1")
        let helper = try Helper(pbx.environment)
        try helper.read(2)
        #expect(pbx.service.entries().filter { $0.event == .assist && $0["status"] == 101 }.count == 2)
        #expect(pbx.service.count(.oauth) == 1)
    }

    @Test func aTokenThatIsRefusedIsFetchedAnew() throws {
        let pbx = try PBX("assist status 401 times 1\n\(update("a", "hello"))")
        let helper = try Helper(pbx.environment)
        try helper.read(1)
        #expect(pbx.service.count(.oauth) == 2)
        #expect(pbx.service.violations == [])
    }

    /// Before its end, while the stream stays open; the next question is asked with the new one.
    @Test func aTokenIsRenewedDuringAConnection() throws {
        let pbx = try PBX(
            "expires-in 12\nassist-event delay 11500 update {\"interactionId\":\"a\",\"transcript\":\"refund\"}")
        let helper = try Helper(pbx.environment)
        #expect(try helper.read(1)[0]["fallback"] == false)
        #expect(pbx.service.count(.oauth) == 2)
        #expect(pbx.service.entries().count { $0.event == .assist && $0["status"] == 101 } == 1)
        #expect(pbx.service.count(.suggest) == 1)
        #expect(pbx.service.violations == [])
    }

    /// A heartbeat finds it out.
    @Test func aStreamThatFallsSilentIsLeft() throws {
        let pbx = try PBX(
            "\(update("a", "hello"))\nassist-event delay 100 silence times 1\n\(update("a", "still there"))",
            settings: ["COGNIGY_CALL_PING_INTERVAL": "0.5"])
        let helper = try Helper(pbx.environment)
        try helper.read(2)
        #expect(pbx.service.entries().filter { $0.event == .assist && $0["status"] == 101 }.count == 2)
    }

    @Test func theConfigurationIsReadAgainAndTheStreamStays() throws {
        let pbx = try PBX(
            "\(update("a", "a wrench"))\nassist-event delay 3000 update {\"interactionId\":\"b\",\"transcript\":\"a wrench\"}"
        )
        func configure(_ keywords: String) throws {
            let own = [
                "base_url": "COGNIGY_BASE_URL", "client_id": "COGNIGY_CLIENT_ID",
                "client_secret": "COGNIGY_CLIENT_SECRET",
            ].map { "\($0.key) = \(pbx.environment[$0.value] ?? "")" }.joined(separator: "\n")
            try AtomicFile.write(
                Array("[cognigy]\n\(own)\n[assist]\nkeywords = \(keywords)\n".utf8), to: pbx.folder.path("conf"))
        }
        try configure("hammer")
        var environment = pbx.environment.filter { !$0.key.hasPrefix("COGNIGY_C") && $0.key != "COGNIGY_BASE_URL" }
        environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        let helper = try Helper(environment)
        #expect(try helper.read(1)[0]["triggered"] == false)
        try configure("wrench")
        helper.signal(SIGHUP)
        #expect(try helper.read(2)[1]["triggered"] == true)
        #expect(pbx.service.count(.assist) == 1)
        // A broken one changes nothing.
        try AtomicFile.write(Array("[cognigy]\nnonsense = 1\n".utf8), to: pbx.folder.path("conf"))
        helper.signal(SIGHUP)
        helper.signal(SIGTERM)
        #expect(try helper.ends() == .code(0))
    }

    /// The reader stalls; the stream goes on, and the oldest of what waits is lost.
    @Test func aReaderThatStallsStopsNothing() throws {
        let long = String(repeating: "x", count: 240)
        let updates = (1...6000).map { #"assist-event update {"interactionId":"\#($0)-\#(long)"}"# }
        let pbx = try PBX(updates.joined(separator: "\n") + "\n" + update("last", "refund"))
        let helper = try Helper(pbx.environment)
        // It listened to the last, with nobody reading.
        try pbx.service.wait(.seconds(60)) { $0.event == .suggest }
        let lines = try helper.read(3000)
        #expect(lines[0]["interactionId"]?.string?.hasPrefix("1-") == true)
        #expect(eventually { pbx.log.contains("are lost") })
        helper.signal(SIGTERM)
        #expect(try helper.ends() == .code(0))
    }

    /// As after Ctrl-S, or behind a network that fell silent.
    @Test func aTerminalThatStallsStopsNothing() throws {
        let long = String(repeating: "x", count: 240)
        let updates = (1...2000).map { #"assist-event update {"interactionId":"\#($0)-\#(long)"}"# }
        let pbx = try PBX(updates.joined(separator: "\n") + "\n" + update("last", "refund"))
        // pts(4), by ioctl_tty(2): TIOCSPTLCK and TIOCGPTN.
        let reader = try FileDescriptor.open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (lock, number) = (CInt(0), CInt(0))
        let isReady = ioctl(reader.raw, 0x4004_5431, &lock) == 0 && ioctl(reader.raw, 0x8004_5430, &number) == 0
        try #require(isReady)
        let terminal = try FileDescriptor.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        var process = try Subprocess(
            [Binary.path, "assist"], environment: pbx.environment.map { "\($0.key)=\($0.value)" },
            output: terminal.raw, errors: 2)
        try pbx.service.wait(.seconds(30)) { $0.event == .suggest }
        process.kill(SIGTERM)
        #expect(process.wait() == .code(0))
    }

    @Test func aReaderWhoKeepsUpLosesNothing() throws {
        let long = String(repeating: "x", count: 240)
        let updates = (1...5000).map { #"assist-event update {"interactionId":"\#($0)-\#(long)"}"# }
        let pbx = try PBX(updates.joined(separator: "\n"))
        // A file takes everything at once.
        var process = try Subprocess(
            ["/bin/sh", "-c", "exec \"$0\" assist >\"$OUT\"", Binary.path],
            environment: pbx.environment.map { "\($0.key)=\($0.value)" }
                + ["OUT=\(pbx.folder.path("lines"))", "PATH=/usr/bin:/bin"], errors: 2)
        var size = 0
        func count() -> Int {
            let file = try? AtomicFile.read(pbx.folder.path("lines"), limit: 16 << 20, forbidden: 0)
            return file?.bytes.count { $0 == UInt8(ascii: "\n") } ?? 0
        }
        let isWhole = eventually {
            // The service waits for who reads its journal.
            _ = pbx.service.entries()
            var status = stat()
            let hasGrown = stat(pbx.folder.path("lines"), &status) != 0 || status.st_size != size
            size = status.st_size
            return !hasGrown && count() == 5000
        }
        #expect(isWhole, "\(count()) lines")
        process.kill(SIGTERM)
        #expect(process.wait() == .code(0))
        #expect(!pbx.log.contains("are lost"))
    }

    /// For months: what it keeps after a hundred thousand updates is what it keeps after a million.
    @Test(.enabled(if: geteuid() == 0, "only root looks into a process that may not be dumped"))
    func aMillionUpdatesTakeNoMemory() throws {
        let peer = try AssistPeer()
        let updates = AssistPeer.thousand
        _ = try peer.time(updates, times: 100, lines: 100_000)
        let before = try ProcessMemory(of: peer.pid)
        _ = try peer.time(updates, times: 900, lines: 900_000)
        let after = try ProcessMemory(of: peer.pid)
        #expect(after.resident < before.resident + 1, "\(before.resident) MB, \(after.resident) MB")
        #expect(!peer.log.contains("lost"))
    }

    /// One update after the other, for a minute: only who writes a line learns that nobody reads.
    private static let moreAndMore = (1...300).map {
        "assist-event delay 200 update {\"interactionId\":\"b\($0)\"}"
    }.joined(separator: "\n")

    /// A pipe's reader does not come back: it ends, and who watches over it starts both anew.
    @Test func aReaderThatIsGoneEndsIt() throws {
        let pbx = try PBX("\(update("a", "hello"))\n\(Self.moreAndMore)")
        let helper = try Helper(pbx.environment)
        try helper.read(1)
        helper.closeOutput()
        #expect(try helper.ends() == .code(0))
        #expect(pbx.log.contains("nobody reads"))
    }

    /// Runs the commands of the sample unit as systemd does: the service waits for a reader, and comes back for the next.
    @Test func theSampleServiceComesBackForTheNextReader() throws {
        let pbx = try PBX(
            "assist-event update {\"interactionId\":\"a\"}\n\(Self.moreAndMore)")
        let unit = try Samples.replacing(
            in: #require(contents(of: Binary.root + "/agi-bin/cognigy-assist.service.sample")),
            [("/usr/share/asterisk/agi-bin/cognigy-bridge ", Binary.path + " ")])
        func start(_ key: String) throws -> Subprocess {
            let line = try #require(unit.split(separator: "\n").first { $0.contains("\(key)=/bin/sh -c ") })
            let command = try #require(line.split(separator: "'", maxSplits: 1).last?.dropLast())
            return try Subprocess(
                ["/bin/sh", "-c", "cd \"$FOLDER\" && \(command)"],
                environment: pbx.environment.map { "\($0.key)=\($0.value)" }
                    + ["FOLDER=\(pbx.folder.path)", "PATH=/usr/bin:/bin"], errors: 2)
        }
        for _ in 1...2 {
            var preparation = try start("ExecStartPre")
            #expect(preparation.wait() == .code(0))
            var service = try start("ExecStart")
            do {
                // Opening it waits for the other end.
                let reader = try FileDescriptor.open(pbx.folder.path("lines"), O_RDONLY)
                guard case .bytes(let bytes) = try Descriptor.read(reader.raw) else {
                    Issue.record("no line")
                    break
                }
                #expect(String(decoding: bytes, as: UTF8.self).contains(#""interactionId":"a""#))
            }
            #expect(service.wait() == .code(0))
        }
    }

    @Test func withoutAServiceItGoesOnTrying() throws {
        let pbx = try PBX("")
        pbx.service.kill()
        let helper = try Helper(pbx.environment)
        #expect(eventually { pbx.log.contains("it is opened again in") })
        helper.signal(SIGTERM)
        #expect(try helper.ends() == .code(0))
    }

    /// The network came up after this program did, or moved.
    @Test(.enabled(if: mayMount)) func aNameServerThatIsNewIsAsked() throws {
        let pbx = try PBX("")
        let server = FileDescriptor(owning: socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(53).bigEndian
        // 127.83.83.83
        address.sin_addr.s_addr = UInt32(0x7F53_5353).bigEndian
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(server.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isBound == 0)
        let list = pbx.folder.path("resolv.conf")
        func configure(_ server: String) throws {
            // The same file: it is mounted.
            let file = try FileDescriptor.open(list, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try Descriptor.writeAll(
                file.raw, "nameserver \(server)\n".utf8, deadline: MonotonicClock.now() + .seconds(1))
        }
        try configure("127.83.83.84")
        var environment = pbx.environment
        environment["COGNIGY_BASE_URL"] = "https://service.test"
        var process = try Subprocess(
            [
                "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
                "mount --bind \"$LIST\" /etc/resolv.conf && exec \"$0\" assist", Binary.path,
            ],
            environment: environment.map { "\($0.key)=\($0.value)" }
                + ["LIST=\(list)", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"], errors: 2)
        #expect(eventually { pbx.log.contains("service.test: the name cannot be resolved") })
        try configure("127.83.83.83")
        let ready = try Poll.wait(for: [Poll.Interest(server.raw, .readable)], timeout: .seconds(20))
        #expect(!ready.isEmpty, "nobody asks the new name server")
        process.kill(SIGTERM)
        #expect(process.wait() == .code(0))
    }
}
