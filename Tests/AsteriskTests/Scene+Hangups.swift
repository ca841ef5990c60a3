import Glibc
import StandIn
import System

extension Scene {
    static let hangups = [
        Scene("hung up: while the token is fetched") { try hangUp($0, "token hang") { $0.isFetchingToken } },
        Scene("hung up: while the session is made") { try hangUp($0, "session hang") { $0.count(.session) > 0 } },
        Scene("hung up: in the socket's handshake") { try hangUp($0, "voice hang") { $0.count(.voice) > 0 } },
        Scene("hung up: while a key is awaited") { try hangUp($0, "") { $0.isWaiting } },
        Scene("hung up: in a prompt") { try hangUp($0, prompt) { $0.isPlaying } },
        Scene("hung up: while sound is fetched") {
            try hangUp($0, "audio any stall\n\(prompt)") { $0.count(.audio) > 0 }
        },
        Scene("hung up: in a reconnect") {
            try hangUp($0, "voice ok times 1\nvoice hang\nafter 100 drop times 1") { $0.count(.voice) > 1 }
        },
        Scene("SIGKILL of the program in a prompt", killed),
    ]

    private static let prompt = #"open send {"type":"response","audioUrl":"/audio/long-16k-9000ms.wav"}"#

    struct Moment {
        let site: Site
        let calls: [String]

        /// Whether every call has come so far.
        func count(_ event: Journal.Event) -> Int { site.service.count(event) / calls.count }
        /// One of them asks, the others wait for what it gets.
        var isFetchingToken: Bool {
            site.service.count(.token) > 0 && calls.allSatisfy { site[$0].current?.isWait == true }
        }
        var isWaiting: Bool {
            calls.allSatisfy { site[$0].current?.isWait == true } && count(.voice) > 0
        }
        var isPlaying: Bool { calls.allSatisfy { site[$0].current?.isStream == true } }
    }

    /// One call for each way to hang up, all at the same moment of their lives.
    private static func hangUp(
        _ stage: Stage, _ scenario: String, when isThere: (Moment) -> Bool
    ) throws -> String {
        let site = try Site(stage, scenario)
        let caller = try site.call()
        let operatorsCommand = try site.call()
        let timeout = try site.call(context: "limited")
        let withoutSignal = try site.call(variables: ["AGISIGHUP": "no"])
        let exiting = try site.call(variables: ["AGIEXITONHANGUP": "yes"])
        let calls = [caller, operatorsCommand, timeout, withoutSignal, exiting]
        let moment = Moment(site: site, calls: calls)
        try site.wait("the moment to hang up") { isThere(moment) }
        for call in [caller, withoutSignal, exiting] { try site.hangUp(call) }
        try site.hangUp(operatorsCommand, .ours)
        // With AGIEXITONHANGUP run_agi() does not wait for the program: it stays a zombie until Asterisk's next child ends.
        try site.settle(calls, zombies: 1)

        var delays: [Double] = []
        for call in calls {
            let end = site[call]
            guard let left = end.left, let hangup = end.hungUp else {
                throw Site.Failed(description: "\(call) not left")
            }
            let delay = max(left.time - hangup.time, 0)
            try site.require(delay < 1, "\(call) left \(delay) s after the hangup")
            delays.append(delay)
            // With AGIEXITONHANGUP Asterisk closes the pipes at once: nothing can be set any more.
            if call == exiting { continue }
            try site.require(
                end.status == "HANGUP" && end.reason == "hangup", "\(call): \(end.status) \(end.reason)")
            let farewell = end.farewell ?? ""
            try site.require(farewell.hasPrefix("hung up: HANGUP hangup"), "\(call): the h extension heard \(farewell)")
        }
        let median = delays.sorted()[delays.count / 2]
        try site.require(median < 0.1, "left \(delays) s after the hangup")
        return "worst \(milliseconds(delays.max() ?? 0)) ms"
    }

    private static func killed(_ stage: Stage) throws -> String {
        let site = try Site(stage, prompt)
        let call = try site.call()
        try site.wait("the prompt") { site[call].current?.isStream == true }
        guard let program = stage.asterisk.children().first(where: { !$0.isZombie }) else {
            throw Site.Failed(description: "no program")
        }
        kill(program.pid, SIGKILL)
        try site.wait("the end of the call") { site[call].isOver }
        let people = site[call].steps.contains { $0.context == "people" && $0.data.hasPrefix("to people: ERROR") }
        try site.require(people, "the caller did not reach people: \(site[call].steps)")
        try site.require(site.leftovers().count == 1, "left behind: \(site.leftovers())")
        // Old enough that no living call can be its owner.
        try stage.asterisk.age(site.statePath("calls"))
        let next = try site.call()
        try site.wait("the next prompt") { site[next].current?.isStream == true }
        try site.hangUp(next)
        // It cleans up when nobody waits for its keys any more.
        try site.settle([next])
        return "the next call cleaned up"
    }
}
