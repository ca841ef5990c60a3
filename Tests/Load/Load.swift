import Glibc
import StandIn
import System
import TestService
import Testbed

/// One run: an Asterisk with a build of the bridge, the stand-in service, and so many callers.
final class Load {
    struct Failed: Error, CustomStringConvertible { let description: String }

    private let options: Options
    private let asterisk: Asterisk
    private let service: StandInService
    private let folder: TemporaryFolder
    private let watchdog: Watchdog
    private let callersAddress: String
    private var calls: [String: HeardCall] = [:]
    private var answers: [ManagerConnection.Message] = []

    /// Every build that was asked for, on every Asterisk.
    static func measure(_ options: Options) throws {
        if !AsteriskVersion.areInstalled { throw Failed(description: "no real Asterisk: needs root and .ci/asterisk") }
        let signals = try Signals([SIGINT, SIGTERM, SIGHUP])
        Report.heading(options)
        for version in options.versions {
            for program in options.programs {
                try Load(options, version, program).run(program, signals)
            }
        }
    }

    private init(_ options: Options, _ version: AsteriskVersion, _ program: String) throws {
        self.options = options
        folder = try TemporaryFolder()
        // No two processes have the same number.
        let number = getpid() % 62_500
        let network = "\(number / 250 + 1).\(number % 250 + 1)"
        callersAddress = "127.\(network).1"
        asterisk = try Asterisk(version, network: network)
        watchdog = try Watchdog(over: asterisk.pid)
        service = try StandInService(options.profile.scenario, in: folder)
        try asterisk.copy(program, to: "agi-bin/cognigy-bridge")
        try asterisk.configure(
            """
            [cognigy]
            base_url = \(service.baseURL)
            client_id = demo
            client_secret = demo-secret
            flow_id = demo-flow
            """)
        // What Debian's logger.conf has in messages.log; more would be work of ours. A warning a key is more than the queue
        // of 1,000 takes.
        try asterisk.write(
            Array("[general]\nlogger_queue_limit = 100000\n[logfiles]\nfull = notice,warning,error\n".utf8),
            to: "etc/logger.conf")
        try asterisk.manager.send([("Action", "Events"), ("EventMask", "dtmf,agi")])
        _ = try command("logger reload")
        _ = try command("core set verbose 0")
    }

    private func run(_ program: String, _ signals: borrowing Signals) throws {
        let warnings = warningCount()
        let before = (ProcessTimes(of: asterisk.pid), ProcessTimes(of: service.processID))
        let callers = try Callers(
            options.calls, CallerSound(length: options.profile.length, options.profile.presses), as: "rfc4733",
            every: min(.milliseconds(500), .seconds(10) / options.calls), from: callersAddress, to: asterisk.address)
        let start = MonotonicClock.now()
        // From when all are there until the first one leaves.
        let window = (start + callers.ramp + .seconds(2), start + options.profile.length - .seconds(1))
        var sent: [[String: Sent]] = []
        let limit = start + callers.ramp + options.profile.length + .seconds(60)
        var callersTimes = ProcessTimes(of: callers.pid)
        while true {
            let now = MonotonicClock.now()
            if now > limit { throw Failed(description: "callers without an end") }
            let next = sent.isEmpty ? window.0 : window.1
            if sent.count < 2, now >= next { sent.append(try packets()) }
            let interests = [
                asterisk.manager.interest, service.interest, Poll.Interest(callers.ending.raw, .readable),
                Poll.Interest(signals.raw, .readable),
            ]
            let ready = try Poll.wait(for: interests, timeout: .milliseconds(200))
            if let signal = signals.next() { throw Failed(description: "ended by signal \(signal)") }
            try take()
            if ready[callers.ending.raw] != nil { break }
            callersTimes = ProcessTimes(of: callers.pid)
        }
        let load = Self.loadAverage()
        let failures = callers.failures()
        // Only of a program that Asterisk has waited for it is known what it has used.
        let end = MonotonicClock.now() + .seconds(20)
        while !asterisk.children().isEmpty || service.count(.connected) > service.count(.disconnected),
            MonotonicClock.now() < end
        {
            _ = try Poll.wait(for: [asterisk.manager.interest, service.interest], timeout: .milliseconds(100))
            try take()
        }
        let used = (
            ProcessTimes(of: asterisk.pid) - before.0, ProcessTimes(of: service.processID) - before.1
        )
        try take()
        Report.line(
            Report.Run(
                version: asterisk.version, program: program, calls: options.calls, failures: failures,
                losses: losses(), warnings: warningCount() - warnings, packets: Self.rate(sent),
                seconds: calls.values.reduce(0) { $0 + $1.length }, asterisk: used.0.own, bridges: used.0.children,
                service: used.1.own, callers: callersTimes.own, toService: bytes("bytes_in"),
                fromService: bytes("bytes_out"), load: load))
    }

    // MARK: What came of it

    private func losses() -> Losses {
        var losses = Losses()
        let journal = service.entries()
        var names: [String: String] = [:]
        for entry in journal where entry.event == .session {
            // Asterisk's id of the channel is the name that the bridge gives to the session.
            if let id = entry["id"]?.string, let call = entry["sessionId"]?.string?.split(separator: "-").first {
                names[id] = String(call)
            }
        }
        var received: [String: String] = [:]
        for entry in journal where entry.event == .dtmf {
            guard let id = entry["id"]?.string, let call = names[id], let key = entry["digit"]?.string else { continue }
            received[call, default: ""] += key
        }
        for (name, call) in calls {
            losses.add(pressed: options.profile.keys, heard: call.keys, received: received[name] ?? "")
        }
        return losses
    }

    /// What all connections to the service have carried in one direction, without the headers of TCP.
    private func bytes(_ direction: String) -> Int {
        Int(service.entries().compactMap { $0[direction]?.number }.reduce(0, +))
    }

    /// Packets a second that a caller was sent, on average over the calls that were there at both times.
    private static func rate(_ sent: [[String: Sent]]) -> Double? {
        guard sent.count == 2 else { return nil }
        let rates = sent[0].compactMap { name, first -> Double? in
            guard let second = sent[1][name], second.seconds > first.seconds else { return nil }
            return Double(second.packets - first.packets) / Double(second.seconds - first.seconds)
        }
        return rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count)
    }

    private func warningCount() -> Int {
        asterisk.log().split(separator: "\n").count { $0.contains("] WARNING[") }
    }

    private static func loadAverage() -> String {
        (contents(of: "/proc/loadavg") ?? "").split(separator: " ").prefix(1).joined()
    }

    // MARK: Asterisk

    /// What Asterisk has sent to a caller since he is there.
    private struct Sent {
        let packets: Int
        let seconds: Int
    }

    private func packets() throws -> [String: Sent] {
        var sent: [String: Sent] = [:]
        for line in try command("pjsip show channelstats")["Output"].split(separator: "\n") {
            // A channel, how long it is up, its codec; received: count, lost, percent, jitter; sent: the same.
            let words = line.split(separator: " ")
            guard words.count > 7, words[0].hasPrefix("rfc4733-"), let packets = Int(words[7]) else { continue }
            let seconds = words[1].split(separator: ":").reduce(0) { $0 * 60 + (Int($1) ?? 0) }
            sent[String(words[0])] = Sent(packets: packets, seconds: seconds)
        }
        return sent
    }

    private func command(_ command: String) throws -> ManagerConnection.Message {
        let question = "question-\(UInt32.random(in: 0 ... .max))"
        try asterisk.manager.send([("Action", "Command"), ("ActionID", question), ("Command", command)])
        let end = MonotonicClock.now() + .seconds(20)
        while MonotonicClock.now() < end {
            _ = try Poll.wait(for: [asterisk.manager.interest], timeout: end - MonotonicClock.now())
            try take()
            if let answer = answers.first(where: { $0["ActionID"] == question }) { return answer }
        }
        throw Failed(description: "Asterisk does not answer \(command)")
    }

    private func take() throws {
        answers = []
        for message in try asterisk.manager.receive() {
            let call = message["Uniqueid"]
            if message.event.isEmpty {
                answers.append(message)
            } else if !call.isEmpty {
                calls[call, default: HeardCall()].note(message)
            }
        }
        // A journal that nobody reads would fill its pipe and hold the service up.
        _ = service.entries()
    }
}
