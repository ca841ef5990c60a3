import System
import Testbed

extension Scene {
    static let digits = [
        Scene("20 digits a call: answered at once") { try press($0, "key any \(answer)") },
        Scene("20 digits a call: answered after 0.3 s") { try press($0, "key any delay 300 \(answer)") },
        Scene("20 digits a call: answered after 2 s") { try press($0, "key any delay 2000 \(answer)") },
        Scene("20 digits a call: into a long prompt") { try press($0, "open \(long)\nkey any \(long)") },
        Scene("20 digits a call: barge_in = no") {
            try press($0, "open \(long)\nkey any \(answer)", settings: "[call]\nbarge_in = no")
        },
        Scene("20 digits a call: no answers at all") { try press($0, "") },
        Scene("20 digits a call: while it is set up") {
            try press($0, "token delay 1200\nsession delay 1200\nkey any \(answer)", before: 0.1)
        },
        Scene("20 digits a call: while it reconnects") {
            try press($0, "voice ok times 1\nvoice delay 700\nafter 900 drop times 1\nkey any \(answer)", before: 0.3)
        },
        Scene("20 digits a call: 20 calls at once") { try press($0, "key any delay 100 \(answer)", calls: 20) },
        Scene("20 digits a call over SIP: RFC 4733") { try overSIP($0, "rfc4733") },
        Scene("20 digits a call over SIP: INFO") { try overSIP($0, "info") },
        Scene("twenty keys at all paces through an endpoint", throughEndpoint),
        Scene("twenty keys into an endpoint that drops them", throughDrops),
    ]

    private static let answer = #"send {"type":"response","audioUrl":"/audio/answer-8k-300ms.wav"}"#
    private static let long = #"send {"type":"response","audioUrl":"/audio/long-16k-4000ms.wav"}"#

    private static func strings(_ count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            String((0..<20).map { _ in "0123456789*#".randomElement(using: &random) ?? "0" })
        }
    }

    /// SendDTMF, 80 ms a digit and 50 ms between them, in every call at once.
    private static func press(
        _ stage: Stage, _ scenario: String, calls count: Int = 4, before: Double = 0.5, settings: String = ""
    ) throws -> String {
        let site = try Site(stage, scenario, settings: settings)
        let strings = strings(count, seed: UInt64(scenario.utf8.count))
        let calls = try strings.map { try site.call(robot: "press", digits: $0, before: before) }
        return try check(site, zip(calls, strings).map { ($0, $1) })
    }

    /// The other Asterisk calls this one.
    private static func overSIP(_ stage: Stage, _ way: String) throws -> String {
        let site = try Site(stage, "key any \(answer)")
        let calls = try strings(4, seed: 7).map { (try site.callOverSIP(way, digits: $0), $0) }
        return try check(site, calls)
    }

    /// In each call the flow answers at every pace: at once, late, with long prompts, with some that keys do not stop, with
    /// two at a time, and not at all. The first callers press before they have reached it.
    private static let flow = """
        connect delay 1200 times 2
        event CALL_CREATED delay 400 command {"play":{"url":"/audio/long-16k-4000ms.wav"}}
        input 1 command {"play":{"url":"/audio/answer-8k-300ms.wav"}}
        input 2 command {"play":{"url":"/audio/long-16k-4000ms.wav"}}
        input 3 delay 300 command {"play":{"url":"/audio/answer-8k-300ms.wav"}}
        input 4 delay 300 command {"play":{"url":"/audio/long-16k-4000ms.wav"}}
        input 5 delay 2000 command {"play":{"url":"/audio/answer-8k-300ms.wav"}} times 1
        input 6 command [\(bargeIn(false)),{"play":{"url":"/audio/answer-8k-300ms.wav"}}]
        input 7 delay 50 command [\(bargeIn(true)),{"play":{"url":"/audio/long-16k-4000ms.wav"}}]
        input 8 command {"play":{"url":"/audio/answer-8k-100ms.wav"}}
        then delay 150 command {"play":{"url":"/audio/answer-8k-300ms.wav"}}
        input any ok
        """

    private static func bargeIn(_ isOn: Bool) -> String {
        #"{"config":{"bargeIn":{"enable":\#(isOn),"dtmfBargein":\#(isOn),"sticky":true}}}"#
    }

    /// By Socket.IO from telephones of every kind, and at the same time by REST.
    private static func throughEndpoint(_ stage: Stage) throws -> String {
        let site = try Site(stage, flow, endpoint: true)
        var strings = strings(8, seed: 20)
        func next() -> String { strings.removeLast() }
        var calls: [(name: String, digits: String)] = []
        for _ in 1...2 {
            let digits = next()
            calls.append((try site.call(robot: "press", digits: digits, before: 0.1), digits))
        }
        for way in ["rfc4733", "info"] {
            let digits = next()
            calls.append((try site.callOverSIP(way, digits: digits), digits))
        }
        try site.wait("the sockets") { site.service.count(.ready) == calls.count }
        try site.configure("[cognigy]\nsurface = rest")
        for _ in 1...4 {
            let digits = next()
            calls.append((try site.call(robot: "press", digits: digits, before: 0.1), digits))
        }
        let answer = try check(site, calls)
        let posted = calls.filter { site.inputs($0.name).allSatisfy { $0["surface"] == "rest" } }
        try site.require(posted.map(\.name) == calls.suffix(4).map(\.name), "by REST: \(posted)")
        for call in calls where site[call.name].channel.hasPrefix("PJSIP/") {
            let to = site.inputs(call.name).first?["data"]?["payload"]?["to"]?.string
            try site.require(to == site[call.name].number, "the flow was told that \(to ?? "nobody") is called")
        }
        return answer
    }

    /// The socket drops before the flow answers a key, and in the middle of its answer. Then it is not ready at once, and
    /// the keys that come meanwhile wait.
    private static func throughDrops(_ stage: Stage) throws -> String {
        let site = try Site(
            stage,
            """
            ready ok times 1
            ready delay 1500 ok
            event CALL_CREATED command [{"config":{"user":{"noInputMode":"event","noInputTimeout":700,"noInputRetries":100}}},{"play":{"url":"/audio/answer-8k-300ms.wav"}}]
            event USER_INPUT_TIMEOUT drop times 1
            event USER_INPUT_TIMEOUT ok
            input any delay 100 command {"play":{"url":"/audio/answer-8k-300ms.wav"}}
            """, endpoint: true)
        // The line drops while nobody presses a key: of one that is written into a socket that drops, nobody knows whether
        // it was received. The first keys are pressed before the endpoint is ready again.
        let calls = try strings(4, seed: 21).map { (try site.call(digits: $0, before: 0.1), $0) }
        try site.wait("the drops") { site.service.count(.connect) == 2 * calls.count }
        for (call, _) in calls { try site.lead(call, to: "press", until: "SendDTMF") }
        let answer = try check(site, calls)
        let drops = site.service.count(.ready) - calls.count
        try site.require(drops == calls.count, "\(drops) drops")
        return "\(answer), \(drops) drops"
    }

    /// What is pressed is what the service receives.
    private static func check(_ site: Site, _ calls: [(name: String, digits: String)]) throws -> String {
        try site.wait("the end of the digits", within: .seconds(60)) {
            calls.allSatisfy { site[$0.name].digits.count >= 20 && site.keys($0.name).count >= 20 }
                || site.isQuiet(for: .seconds(5))
        }
        // A digit too many would come now.
        try site.watch(.milliseconds(300))
        var heard = 0
        for call in calls {
            try site.requireKeys(call.name, pressed: call.digits)
            heard += site[call.name].digits.count
        }
        for call in calls { try site.hangUp(call.name, .ours) }
        try site.settle(calls.map(\.name))
        return "\(calls.count * 20) pressed, \(heard) heard and received"
    }
}
