import System

extension Scene {
    static let waiting = [
        Scene("the line is never dead", lineIsAlive),
        Scene("a key leaves no warning in Asterisk's log", noWarnings),
    ]

    /// RTP packets a second that a caller is sent while the flow says nothing: before there is a session, when nothing
    /// happens after the greeting, and while a key waits for its answer. 50 is what any telephone sends.
    private static func lineIsAlive(_ stage: Stage) throws -> String {
        let early = try Site(stage, "session delay 60000", settings: "[call]\nsetup_timeout = 60")
        let first = try early.callOverSIP("rfc4733", robot: "stay")
        let beforeSession = try packetsASecond(early, first, "while there is no session")
        try early.hangUp(first, .ours)
        try early.settle([first])

        let site = try Site(
            stage, "open send {\"type\":\"response\",\"audioUrl\":\"/audio/hello-8k-300ms.wav\"}\nkey any ok",
            settings: "[call]\nreply_timeout = 60")
        let call = try site.callOverSIP("rfc4733", robot: "stay")
        try site.wait("the greeting") { site.service.count(.audio) > 0 }
        let idle = try packetsASecond(site, call, "after the greeting")
        try site.pressOverSIP("5", call)
        try site.wait("the key") { site.keys(call) == "5" }
        let unanswered = try packetsASecond(site, call, "while a key is not answered")
        try site.hangUp(call, .ours)
        try site.settle([call])
        return "\(beforeSession), \(idle), \(unanswered) packets a second"
    }

    /// Of the first two seconds in which it is what it should be: a busy machine may have swallowed some before, and the
    /// greeting is no more than 300 ms of them.
    private static func packetsASecond(_ site: Site, _ call: String, _ when: String) throws -> Int {
        let deadline = MonotonicClock.now() + .seconds(12)
        var rates: [Int] = []
        repeat {
            let (start, before) = (MonotonicClock.now(), try site.packetsHeard(call))
            try site.watch(.seconds(2))
            let count = try site.packetsHeard(call) - before
            let rate = Int((Double(count) / seconds(MonotonicClock.now() - start)).rounded())
            if (45...55).contains(rate) { return rate }
            rates.append(rate)
        } while MonotonicClock.now() < deadline
        throw Site.Failed(description: "\(when) the caller is sent \(rates) packets a second")
    }

    /// Keys while nothing plays and into prompts; messages of the service while a key is awaited.
    private static func noWarnings(_ stage: Stage) throws -> String {
        let before = warnings(stage).count
        let site = try Site(
            stage,
            """
            key 5 ok
            key any delay 50 send {"type":"response","audioUrl":"/audio/answer-8k-200ms.wav"}
            """)
        let digits = "12345678901234567890*#123"
        let calls = try (0..<4).map { _ in try site.call(robot: "press", digits: digits, before: 0.5, gap: 150) }
        try site.wait("the keys") { calls.allSatisfy { site.keys($0).count >= digits.count } }
        for call in calls { try site.requireKeys(call, pressed: digits) }
        for call in calls { try site.hangUp(call, .ours) }
        try site.settle(calls)
        let new = warnings(stage).dropFirst(before)
        let perThousand = new.count * 1000 / (calls.count * digits.count)
        try site.require(new.isEmpty, "\(perThousand) warnings per 1,000 keys, such as: \(new.last ?? "")")
        return "none for \(calls.count * digits.count) keys"
    }

    static func warnings(_ stage: Stage) -> [Substring] {
        stage.asterisk.log().split(separator: "\n").filter { $0.contains("] WARNING[") }
    }
}
