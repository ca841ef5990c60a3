import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed

/// A scene's place: an Asterisk with the bridge, a service of its own, and what both have told so far.
final class Site {
    struct Failed: Error, CustomStringConvertible { let description: String }

    let asterisk: Asterisk
    private let peer: Asterisk
    let service: StandInService
    private let folder: TemporaryFolder
    private(set) var calls: [String: RealCall] = [:]
    /// What the other ends of Local channels have last begun.
    private(set) var robots: [String: ManagerConnection.Message] = [:]
    /// All that they did, in its order: on a busy machine several steps may be learned at once.
    private var robotSteps: [String: [ManagerConnection.Message]] = [:]
    /// Programs that serve the bridge while this process waits.
    var programs: [ProgramService] = []
    /// Callers of this process's own, which are served in the same way.
    private var telephones: [Telephone] = []
    private(set) var responses: [ManagerConnection.Message] = []
    /// The channels of those who call over SIP, on the other Asterisk.
    private var callers: [String: String] = [:]
    /// When this process read the entry of the journal with that index.
    private(set) var arrivals: [Duration] = []
    private var lastNews = MonotonicClock.now()
    private static nonisolated(unsafe) var count = 0

    /// `endpoint`: calls go to the service's endpoint. `@URL@` in the settings is the service's address,
    /// and `@SOCKET@` that of its WebSockets.
    init(
        _ stage: Stage, _ scenario: String, tls: Bool = false, baseURL: String? = nil, log: Bool = true,
        settings: String = "", endpoint: Bool = false
    ) throws {
        asterisk = stage.asterisk
        peer = stage.peer
        zombiesBefore = Set(asterisk.children().filter(\.isZombie).map(\.pid))
        folder = try TemporaryFolder()
        service = try StandInService(scenario, tls: tls, in: folder)
        if let authority = service.authority { try asterisk.copy(authority, to: "etc/service.pem") }
        // A state of its own: no scene inherits a token or a breaker.
        state = "state-\(UInt32.random(in: 0 ... .max))"
        beginning = """
            [cognigy]
            base_url = \(baseURL ?? service.baseURL)
            client_id = demo
            client_secret = demo-secret
            flow_id = demo-flow
            \(endpoint ? "endpoint_url = \(service.baseURL)/\(Scenario.demoToken)" : "")
            \(tls ? "ca_file = /etc/asterisk/service.pem" : "")
            [paths]
            state = /var/lib/asterisk/\(state)
            \(log ? "log = /var/log/asterisk/bridge.log" : "")
            log_level = debug
            """
        try configure(settings)
    }

    /// For the calls that begin from now on.
    func configure(_ settings: String) throws {
        let settings = settings.replacing("@URL@", with: service.baseURL)
            .replacing("@SOCKET@", with: "ws" + service.baseURL.dropFirst(4))
        try asterisk.configure(beginning + "\n" + settings)
    }

    /// What the configuration has before a scene's own settings.
    private let beginning: String
    private let state: String
    private let zombiesBefore: Set<pid_t>

    /// Prompts and other files of calls that lie on the disk.
    func leftovers() -> [String] {
        (try? FolderListing.names(asterisk.world.path("lib/\(state)/calls"))) ?? []
    }

    /// The files of the calls that run.
    func prompts() -> [String] {
        leftovers().flatMap { (try? FolderListing.names(statePath("calls/\($0)"))) ?? [] }.filter { $0.contains("sln") }
    }

    func statePath(_ name: String) -> String { asterisk.world.path("lib/\(state)/\(name)") }

    /// A webhook says that the caller of `session` interrupts: the program as a web server on this machine starts it, by
    /// Asterisk's user; its answer.
    func interrupt(_ session: String) throws -> String {
        let body = #"{"sessionId":"\#(session)","event":"barge_in","confidence":0.9,"transcript":"","timestamp":1}"#
        let owner = asterisk.owner.split(separator: ":")
        let environment = [
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/webhook/cognigy/barge-in",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": String(body.utf8.count),
            "COGNIGY_BASE_URL": service.baseURL, "COGNIGY_CLIENT_ID": "demo", "COGNIGY_CLIENT_SECRET": "demo-secret",
            "COGNIGY_PATHS_STATE": "/var/lib/asterisk/\(state)",
            // None that the tests' own machine has.
            "COGNIGY_BRIDGE_CONF": "/etc/asterisk/empty.conf",
        ]
        try asterisk.write([], to: "etc/empty.conf")
        let input = try Pipe()
        let output = try Pipe()
        try Descriptor.writeAll(input.rawWriter, body.utf8, deadline: MonotonicClock.now() + .seconds(1))
        // On Asterisk's own machine: what calls keep there, on its disk or in its memory, is found by the path.
        var program = try Subprocess(
            [
                "nsenter", "--mount=/proc/\(asterisk.pid)/ns/mnt", "chroot", asterisk.version.folder, "setpriv",
                "--reuid=\(owner[0])", "--regid=\(owner[1])", "--clear-groups",
                "/usr/share/asterisk/agi-bin/cognigy-bridge",
            ],
            environment: environment.map { "\($0.key)=\($0.value)" } + ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
            input: input.rawReader,
            output: output.rawWriter, errors: 2)
        let ending = try program.ending()
        if try Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(10)).isEmpty {
            throw Failed(description: "the webhook is not answered")
        }
        program.wait()
        guard case .bytes(let answer) = try Descriptor.read(output.rawReader) else { return "" }
        return String(decoding: answer, as: UTF8.self)
    }

    // MARK: Calls

    /// Calls the sample's context; `robot` is what the other end does. The answer names the call in `calls`.
    func call(
        robot: String = "stay", digits: String = "", before: Double = 0, gap: Int = 50,
        variables: [String: String] = [:],
        context: String = "cognigy", exten: String? = nil, codec: String = "slin"
    ) throws -> String {
        Self.count += 1
        let name = "call-\(Self.count)"
        var fields = [
            ("Action", "Originate"), ("Channel", "Local/\(robot)@robot/n"), ("ChannelId", name),
            ("OtherChannelId", "robot-\(name)"), ("Context", context), ("Exten", exten ?? "+4930\(Self.count)"),
            ("Priority", "1"), ("CallerID", "<+49\(Self.count)>"), ("Async", "true"), ("Codecs", codec),
        ]
        let all = variables.merging(["DIGITS": digits, "BEFORE": "\(before)", "GAP": "\(gap)"]) { own, _ in own }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { fields.append(("Variable", "\(name)=\(value)")) }
        try asterisk.manager.send(fields)
        return name
    }

    /// The other Asterisk calls this one over its SIP endpoint `way`; `robot` is what its caller does.
    func callOverSIP(
        _ way: String, robot: String = "press", digits: String = "", headers: [String: String] = [:]
    ) throws -> String {
        Self.count += 1
        let number = "+4940\(Self.count)"
        let caller = "caller-\(Self.count)"
        try peer.manager.send(
            [
                ("Action", "Originate"), ("Channel", "PJSIP/\(number)@\(way)"), ("ChannelId", caller),
                ("Context", "robot"), ("Exten", robot), ("Priority", "1"), ("Async", "true"),
                ("Variable", "DIGITS=\(digits)"), ("Variable", "BEFORE=0.5"), ("Variable", "GAP=50"),
            ] + headers.map { ("Variable", "PJSIP_HEADER(add,\($0.key))=\($0.value)") })
        try wait("the call over SIP") { calls.values.contains { $0.number == number } }
        let call = calls.first { $0.value.number == number }?.key ?? ""
        callers[call] = caller
        return call
    }

    /// A telephone of this process calls over SIP; `user` is the endpoint that it belongs to.
    func telephone(_ user: String, echo: Telephone.Echo? = nil) throws -> (telephone: Telephone, call: String) {
        Self.count += 1
        let number = "+4960\(Self.count)"
        let network = asterisk.address.split(separator: ".").dropLast().joined(separator: ".")
        let telephone = try Telephone(number, as: user, from: network + ".1", to: asterisk.address, echo: echo)
        telephones.append(telephone)
        try wait("the call of a telephone") { telephone.isJoined && calls.values.contains { $0.number == number } }
        return (telephone, calls.first { $0.value.number == number }?.key ?? "")
    }

    /// The caller over SIP presses a key, 80 ms long.
    func pressOverSIP(_ key: Character, _ call: String) throws {
        try peer.manager.send([
            ("Action", "PlayDTMF"), ("Channel", callers[call] ?? ""), ("Digit", String(key)), ("Duration", "80"),
        ])
    }

    /// How many RTP packets a caller over SIP has been sent, as his own Asterisk counts them. Before the call is answered
    /// there is nothing to count.
    func packetsHeard(_ call: String) throws -> Int { try ask("CHANNEL(rtcp,rxcount)", call) { Int($0) } }

    /// Waits until a caller over SIP is joined to somebody on his own Asterisk.
    func waitUntilJoined(_ call: String) throws { _ = try ask("BRIDGEPEER", call) { $0.isEmpty ? nil : $0 } }

    /// Asks the other Asterisk about a caller's channel, until `read` makes something of the answer.
    private func ask<Value>(_ variable: String, _ call: String, read: (String) -> Value?) throws -> Value {
        var value: Value?
        var question = ""
        try wait("the value of \(variable)") {
            let answer = responses.last { $0["ActionID"] == question }
            value = answer.flatMap { read($0["Value"]) }
            if value == nil, question.isEmpty || answer != nil {
                Self.count += 1
                question = "question-\(Self.count)"
                try peer.manager.send([
                    ("Action", "GetVar"), ("ActionID", question), ("Channel", callers[call] ?? ""),
                    ("Variable", variable),
                ])
            }
            return value != nil
        }
        guard let value else { throw Failed(description: "no value of \(variable)") }
        return value
    }

    /// The caller presses a key, 80 ms long: what the other half of a Local channel sends, ours receives.
    func press(_ key: Character, _ call: String) throws {
        try asterisk.manager.send([
            ("Action", "PlayDTMF"), ("Channel", channel(call, .theirs)), ("Digit", String(key)), ("Duration", "80"),
        ])
    }

    /// The caller says what is in the sound `speech`, as `robot` does; the answer is when he begins, by Asterisk's clock.
    func speak(_ call: String, robot: String = "say") throws -> Double {
        try lead(call, to: robot, until: "Playback").time
    }

    /// Sends the caller to another extension, until he begins the application.
    @discardableResult
    func lead(_ call: String, to robot: String, until application: String) throws -> ManagerConnection.Message {
        let before = robotSteps[call]?.count ?? 0
        // Asterisk makes the event of a step from a snapshot of the channel, and may skip one; the step behind it says the
        // same (channel_newexten()). He would speak twice if he were sent again.
        var begun: ManagerConnection.Message? {
            robotSteps[call]?.dropFirst(before).first {
                $0["Application"] == application || $0["Extension"] == robot && $0["Priority"] != "1"
            }
        }
        // Said again: a Local channel that is just reading frames may miss what wakes it (ast_async_goto()).
        for _ in 1...5 {
            try asterisk.manager.send([
                ("Action", "Redirect"), ("Channel", channel(call, .theirs)), ("Context", "robot"), ("Exten", robot),
                ("Priority", "1"),
            ])
            let end = MonotonicClock.now() + .seconds(8)
            while MonotonicClock.now() < end {
                if let begun { return begun }
                try watch(.milliseconds(10))
            }
        }
        let answers = responses.suffix(5).map { $0["Message"] }
        throw Failed(description: "the caller's \(application) did not begin: \(answers); \(story())")
    }

    enum Half: String { case ours = "1", theirs = "2" }

    func hangUp(_ call: String, _ half: Half = .theirs) throws {
        try asterisk.manager.send([("Action", "Hangup"), ("Channel", channel(call, half))])
    }

    private func channel(_ call: String, _ half: Half) -> String {
        let channel = self[call].channel
        return channel.hasPrefix("Local/") ? channel.dropLast() + half.rawValue : channel
    }

    subscript(call: String) -> RealCall { calls[call] ?? RealCall(channel: "") }

    /// What the service's endpoint was sent by a call.
    func inputs(_ call: String) -> [Journal.Entry] {
        service.journal.filter { $0.event == .input && $0["id"]?.string?.hasPrefix(call + "-") == true }
    }

    /// The keys that the service received from a call, or its endpoint.
    func keys(_ call: String) -> String {
        // Asterisk's id of the channel is the name that the bridge gives to the session.
        let sessions = Set(
            service.journal.filter { $0.event == .session && $0["sessionId"]?.string?.hasPrefix(call + "-") == true }
                .compactMap { $0["id"]?.string })
        let keys = service.journal.filter { $0.event == .dtmf && sessions.contains($0["id"]?.string ?? "-") }
            .compactMap { $0["digit"]?.string }
        return (keys + inputs(call).compactMap { $0["digits"]?.string }).joined()
    }

    // MARK: Waiting

    /// Goes on until `isReached`.
    func wait(_ what: String, within limit: Duration = .seconds(40), until isReached: () throws -> Bool) throws {
        let end = MonotonicClock.now() + limit
        try take()
        while try !isReached() {
            let left = end - MonotonicClock.now()
            if left <= .zero { throw Failed(description: "\(what): not within \(limit); \(story())") }
            let interests = [asterisk.manager.interest, peer.manager.interest, service.interest]
            let slice = Duration.milliseconds(programs.isEmpty ? 100 : 5)
            let due = telephones.filter { !$0.isOver }.map(\.timeout).min() ?? slice
            let others = programs.flatMap(\.interests) + telephones.flatMap(\.interests)
            _ = try Poll.wait(for: interests + others, timeout: min(left, slice, due))
            for telephone in telephones { try telephone.step() }
            for program in programs { program.step() }
            try take()
        }
    }

    /// Looks on for a while, at what should not happen.
    func watch(_ duration: Duration) throws {
        let end = MonotonicClock.now() + duration
        try wait("a while", within: duration + .seconds(1)) { MonotonicClock.now() >= end }
    }

    /// The service received exactly what was pressed.
    func requireKeys(_ call: String, pressed: String) throws {
        let heard = self[call].digits.map { $0["Digit"] }.joined()
        let received = keys(call)
        try require(
            received == pressed,
            "\(call): pressed \(pressed), heard \(heard), received \(received); \(self[call].story.joined(separator: "; "))"
        )
    }

    /// Whether neither Asterisk nor the service has said anything for so long.
    func isQuiet(for duration: Duration) -> Bool { MonotonicClock.now() - lastNews > duration }

    func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw Failed(description: what()) }
    }

    private func take() throws {
        responses += try peer.manager.receive().filter(\.event.isEmpty)
        let messages = try asterisk.manager.receive()
        if !messages.isEmpty { lastNews = MonotonicClock.now() }
        for message in messages {
            let id = message["Uniqueid"]
            if message.event.isEmpty {
                responses.append(message)
            } else if id.hasPrefix("robot-") {
                if message.event == "Newexten" {
                    robots[String(id.dropFirst(6))] = message
                    robotSteps[String(id.dropFirst(6)), default: []].append(message)
                }
            } else if !id.isEmpty {
                calls[id, default: RealCall(channel: message["Channel"])].note(message)
            }
        }
        let entries = service.entries()
        while arrivals.count < entries.count { arrivals.append(MonotonicClock.now()) }
    }

    /// What became of the calls that are not over, and what their callers did.
    func story() -> String {
        calls.filter { !$0.value.isOver }.map { name, call in
            let robot = robotSteps[name, default: []].map { "\($0.time) robot: \($0["Application"])" }
            return (["\(call.channel): received \(keys(name))"] + call.story + robot).joined(separator: "; ")
        }.joined(separator: "\n")
    }

    /// Waits until nothing is left of any call: no channel, no process, no file; nothing was wrong on the wire.
    func settle(_ names: [String], zombies: Int = 0) throws {
        // A digit within 45 ms of the one before stays in the channel's queue while __ast_read() takes what announced it, and
        // a Local channel without frames of its own sleeps on with the hangup behind it until the program makes Asterisk look.
        try wait("the end of the calls", within: .seconds(80)) { names.allSatisfy { calls[$0]?.isOver == true } }
        try wait("the end of the programs", within: .seconds(5)) {
            let children = asterisk.children()
            return children.allSatisfy(\.isZombie)
                && Set(children.map(\.pid)).subtracting(zombiesBefore).count <= zombies
        }
        try require(leftovers().isEmpty, "left in the state folder: \(leftovers())")
        try wait("the end of the connections", within: .seconds(5)) {
            service.count(.connected) == service.count(.disconnected)
        }
        try require(service.violations.isEmpty, service.violations.joined(separator: "\n"))
    }
}
