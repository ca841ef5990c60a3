import JSON
import System
import Testbed

extension Scene {
    static let interruptions = [
        Scene("a key stops the prompt", keyStopsPrompt),
        Scene("a pushed message is heard at once", pushedMessage),
        Scene("barge_in = no plays on from where it was", playsOn),
        Scene("500 random interruptions, no stray reply", storm),
    ]

    private static let long = #"send {"type":"response","audioUrl":"/audio/long-16k-4000ms.wav"}"#

    /// From the end of the key to the start of what the service answers.
    private static func keyStopsPrompt(_ stage: Stage) throws -> String {
        let site = try Site(stage, "open \(long)\nkey any \(long)")
        let call = try site.call()
        var delays: [Double] = []
        for number in 1...20 {
            try site.wait("prompt \(number)") {
                site[call].streams.count == number && site[call].current?.isStream == true
            }
            try site.press("5", call)
            try site.wait("the end of prompt \(number)") { site[call].streams[number - 1].end != nil }
            guard let key = site[call].digits.last, let end = site[call].streams[number - 1].end else { break }
            delays.append(max(end.time - key.time, 0))
        }
        try site.hangUp(call)
        try site.settle([call])
        let median = delays.sorted()[10]
        try site.require(median < 0.1, "the prompt went on for \(median) s")
        return "median \(milliseconds(median)) ms, worst \(milliseconds(delays.max() ?? 0)) ms"
    }

    /// From the frame that the service sends to the command that plays what it fetched.
    private static func pushedMessage(_ stage: Stage) throws -> String {
        let push = #"send {"type":"response","audioUrl":"/audio/pushed-8k-100ms.wav"}"#
        let pushes = (1...20).map { "after \($0 * 300) \(push)" }
        let site = try Site(stage, pushes.joined(separator: "\n"))
        let call = try site.call()
        try site.wait("20 messages") { site[call].streams.count == 20 && site[call].current?.isWait == true }
        let sent = zip(site.service.journal, site.arrivals).filter { $0.0.event == .sent }.map { $0.1 }
        let delays = zip(sent, site[call].streams.map(\.start.arrival)).map { seconds($1 - $0) }
        try site.hangUp(call)
        try site.settle([call])
        let median = delays.sorted()[10]
        try site.require(delays.count == 20 && median < 0.05, "heard after \(delays)")
        return "median \(milliseconds(median)) ms, worst \(milliseconds(delays.max() ?? 0)) ms"
    }

    private static func playsOn(_ stage: Stage) throws -> String {
        let site = try Site(stage, "open \(long)\nkey any ok", settings: "[call]\nbarge_in = no")
        let call = try site.call()
        for number in 1...4 {
            try site.wait("part \(number)") {
                site[call].streams.count == number && site[call].current?.isStream == true
            }
            let start = MonotonicClock.now()
            try site.wait("some of it") { MonotonicClock.now() - start > .milliseconds(400) }
            if number < 4 { try site.press("5", call) }
        }
        try site.wait("the end of the prompt") { site[call].current?.isWait == true }
        let streams = site[call].streams
        let offsets = streams.compactMap { $0.command.split(separator: " ").last.flatMap { Double($0) } }
        let played = streams.reduce(0) { $0 + $1.length }
        try site.require(offsets == offsets.sorted() && (offsets.last ?? 0) > 8000, "offsets \(offsets)")
        try site.require(abs(played - 4) < 0.5, "4 s of sound played for \(played) s")
        try site.require(site.keys(call) == "555", "received \(site.keys(call))")
        try site.hangUp(call)
        try site.settle([call])
        return "\(streams.count) parts of \(milliseconds(played)) ms in all"
    }

    /// Keys and messages that cross each other on the pipe at every distance.
    private static func storm(_ stage: Stage) throws -> String {
        var random = SeededGenerator(seed: 500)
        var scenario = ["open send {\"type\":\"response\",\"audioUrl\":\"/audio/short-8k-200ms.wav\"}"]
        for key in "0123456789" {
            let audio = "/audio/short-8k-\(Int.random(in: 5...300, using: &random))ms.wav"
            scenario.append(
                "key \(key) delay \(Int.random(in: 0...60, using: &random)) send {\"audioUrl\":\"\(audio)\",\"type\":\"response\"}"
            )
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                scenario.append(
                    "then delay \(Int.random(in: 0...120, using: &random)) send {\"type\":\"response\",\"audioUrl\":\"\(audio)\"}"
                )
            }
        }
        let site = try Site(stage, scenario.joined(separator: "\n"))
        let strings = (0..<10).map { _ in
            String((0..<30).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
        }
        let calls = try strings.map { try site.call(robot: "press", digits: $0, before: 0.3) }
        try site.wait("the end of the keys", within: .seconds(60)) {
            calls.allSatisfy { site.keys($0).count >= 30 } || site.isQuiet(for: .seconds(5))
        }
        try site.wait("silence") { calls.allSatisfy { site[$0].current?.isWait == true } }
        // A reply that nobody asked for would be taken for that of the next command, and so on for ever.
        let before = try quiet(site, calls)
        try site.watch(.milliseconds(700))
        try site.require(calls.map { site[$0].commands.count } == before, "commands without a cause")
        var interruptions = 0
        var received: [Int] = []
        for (call, string) in zip(calls, strings) {
            try site.requireKeys(call, pressed: string)
            received.append(site.keys(call).count)
            interruptions += site[call].commands.count { $0.isWait || $0.isStream && $0.length < 0.3 }
            try site.press("1", call)
        }
        try site.wait("one more key") { calls.map { site.keys($0).count } == received.map { $0 + 1 } }
        for call in calls { try site.hangUp(call, .ours) }
        try site.settle(calls)
        try site.require(interruptions >= 500, "only \(interruptions) interruptions")
        return "\(interruptions) interruptions"
    }

    /// The number of commands of each call once nothing has been said for half a second.
    private static func quiet(_ site: Site, _ calls: [String]) throws -> [Int] {
        var counts: [Int] = []
        repeat {
            counts = calls.map { site[$0].commands.count }
            try site.watch(.milliseconds(700))
        } while counts != calls.map { site[$0].commands.count }
        return counts
    }

    static func milliseconds(_ seconds: Double) -> Double { (seconds * 10_000).rounded() / 10 }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
