import JSON
import StandIn
import TestService

/// A flow that was written for Voice Gateway, behind an endpoint, as it is heard on a real telephone.
extension Scene {
    static let endpoint = [
        Scene("a whole flow of Voice Gateway", wholeFlow), Scene("a flow refers a caller over SIP", referOverSIP),
        Scene("a flow refers a caller to a number", referToNumber),
    ]

    /// What Cognigy's nodes emit: verbs with a name each and verbs by their names, times of a session in milliseconds and
    /// those of a verb in seconds.
    private static let flow = ##"""
        event CALL_CREATED command [{"config":{"bargeIn":{"enable":true,"dtmfBargein":true,"input":["digits"],"minDigits":1,"maxDigits":8,"finishOnKey":"#","interDigitTimeout":20,"sticky":true}}},{"play":{"loop":1,"url":"/audio/greeting-16k-6000ms.wav"}}]
        input 4711 command [{"config":{"bargeIn":{"enable":false,"actionHook":"voice","dtmfBargein":false,"sticky":false}}},{"play":{"url":"/audio/terms-8k-1200ms.wav"}}]
        input 5 command [{"config":{"bargeIn":{"enable":true,"dtmfBargein":true,"input":["digits"],"maxDigits":1,"sticky":true},"user":{"noInputMode":"event","noInputTimeout":700,"noInputRetries":3}}},{"play":{"url":"/audio/question-8k-300ms.wav"}}]
        event USER_INPUT_TIMEOUT command [{"config":{"user":{"noInputTimeout":30000},"flow":{"flowNoInputEnable":true,"flowNoInputMode":"play","flowNoInputTimeout":400,"flowNoInputUrl":"/audio/filler-8k-200ms.wav"}}},{"play":{"url":"/audio/reminder-16k-400ms.wav"}}]
        input 6 delay 1300 command [{"config":{"flow":{"flowNoInputEnable":false}}},{"play":{"url":"/audio/connecting-8k-500ms.wav"}},{"dial":{"callerId":"+4930999","timeout":20,"target":[{"type":"phone","number":"+49 30 1234"}]}}]
        event TRANSFER_DIAL_ERROR command {"verb":"sip:refer","referTo":"sip:agent@example.com"}
        event TRANSFER_REFER_ERROR command [{"play":{"url":"/audio/bye-8k-300ms.wav"}},{"hangup":{"headers":{"X-Reason":"the caller has been served"}}}]
        event CALL_COMPLETED ok
        """##

    /// The sample's routine carries out the transfers; its trunk is not there.
    private static func wholeFlow(_ stage: Stage) throws -> String {
        let warningsBefore = warnings(stage).count
        let site = try Site(
            stage, flow,
            settings: """
                [cognigy]
                call_events = yes
                [call]
                on_end = continue
                [handoff]
                routine = cognigy-transfer
                """, endpoint: true)
        let call = try site.call(variables: ["COGNIGY_TRUNK": "nowhere"])

        try site.wait("the greeting") { site[call].current?.isStream == true }
        try type("4711#", site, call)
        try site.wait("a prompt that keys do not stop") {
            site[call].prompts.count == 2 && site[call].current?.isStream == true
        }
        try type("5#", site, call)
        try site.wait("the reminder") { site[call].prompts.count == 4 && site[call].current?.isWait == true }
        try type("6", site, call)
        try site.settle([call])

        let end = site[call]
        let inputs = site.inputs(call)
        try requireInputs(inputs, site, call)
        // The greeting was stopped by the first key, and nothing else was.
        let lengths = end.prompts.map { ($0.length * 1000).rounded() / 1000 }
        let expected = [nil, 1.2, 0.3, 0.4, 0.2, 0.5, 0.3]
        try site.require(lengths.count == expected.count, "heard \(lengths) s; \(end.story)")
        for (length, expected) in zip(lengths, expected) {
            let isRight = expected.map { abs(length - $0) < 0.25 } ?? (length < 4)
            try site.require(isRight, "heard \(lengths) s, not \(expected ?? 0)")
        }
        try site.require(end.prompts[1].parts > 1, "no key came into the prompt: \(end.story)")
        try site.require(end.prompts[0].parts == 1, "the greeting went on: \(end.story)")

        try site.require(end.agiStatus == "SUCCESS", "AGISTATUS \(end.agiStatus)")
        try site.require(end.status == "COMPLETED" && end.reason == "end", "\(end.status) \(end.reason)")
        let farewell = "hung up: COMPLETED end \(inputs.first?["id"]?.string ?? "") 3"
        try site.require(end.farewell == farewell, "the h extension heard \(end.farewell ?? "nothing")")
        let words = end.variables["COGNIGY_END_REASON"] ?? ""
        try site.require(words == "the caller has been served", "COGNIGY_END_REASON \(words)")
        let log = contents(of: site.asterisk.world.path("log/bridge.log")) ?? ""
        let tells = [log, stage.asterisk.log()].contains { $0.isEmpty || $0.contains(Scenario.demoToken) }
        try site.require(!tells, "a log is empty, or tells the token")
        let warnings = warnings(stage).dropFirst(warningsBefore).filter { !$0.contains(" app_dial.c: ") }
        try site.require(warnings.isEmpty, warnings.joined(separator: "\n"))
        return "\(inputs.count) inputs, \(lengths.count) prompts"
    }

    /// What the flow has heard, in its order.
    private static func requireInputs(_ inputs: [Journal.Entry], _ site: Site, _ call: String) throws {
        let heard = inputs.map { "\($0["name"]?.string ?? "")\($0["text"]?.string.map { " " + $0 } ?? "")" }
        let expected = [
            "CALL_CREATED ", "RECOGNIZED_DTMF 4711", "RECOGNIZED_DTMF 5", "USER_INPUT_TIMEOUT ", "RECOGNIZED_DTMF 6",
            "TRANSFER_DIAL_ERROR ", "TRANSFER_REFER_ERROR ", "CALL_COMPLETED ",
        ]
        try site.require(heard == expected, "the flow heard \(heard); \(site[call].story)")
        let payloads = inputs.map { $0["data"]?["payload"] ?? .null }
        try site.require(payloads[3]["reason"] == "timeout", "\(payloads[3])")
        try site.require(
            payloads[5]["dial_call_status"] == "failed" && payloads[5]["reason"] == "CHANUNAVAIL", "\(payloads[5])")
        try site.require(
            payloads[6]["refer_status"] == 500 && payloads[6]["reason"] == "UNSUPPORTED", "\(payloads[6])")
        try site.require(payloads[7]["call_termination_by"] == "bot", "\(payloads[7])")
    }

    /// His own exchange, the other Asterisk, calls somebody else for him. It may hang up before it says that it has done
    /// so; else the flow is told and takes leave.
    private static func referOverSIP(_ stage: Stage) throws -> String {
        try refer(stage, to: "sip:777@\(stage.peer.address)", by: "transfers")
    }

    /// The sample's routine gives a number the host of the caller's exchange.
    private static func referToNumber(_ stage: Stage) throws -> String {
        try refer(stage, to: "777", by: "transfers-by-sample")
    }

    private static func refer(_ stage: Stage, to target: String, by routine: String) throws -> String {
        let site = try Site(
            stage,
            """
            event CALL_CREATED ok
            event RECOGNIZED_DTMF command {"verb":"sip:refer","referTo":"\(target)"}
            event any command {"verb":"hangup"}
            """, settings: "[handoff]\nroutine = \(routine)", endpoint: true)
        let call = try site.callOverSIP("rfc4733", robot: "joined")
        try site.waitUntilJoined(call)
        try site.pressOverSIP("1", call)
        try site.settle([call])
        let end = site[call]
        let inputs = site.inputs(call)
        let names = inputs.compactMap { $0["name"]?.string }
        switch (end.status, names.dropFirst(2)) {
        case ("HANGUP", []): return "hung up"
        case ("HANGUP", ["TRANSFER_REFER_SUCCESS"]), ("COMPLETED", ["TRANSFER_REFER_SUCCESS"]):
            return "\(names[2]), \(end.status)"
        default:
            let last = inputs.last?["data"]?.text ?? ""
            throw Site.Failed(description: "\(end.status) \(end.reason), the flow heard \(names), at last \(last)")
        }
    }

    /// The caller presses one key after the other, each as soon as the one before has come.
    private static func type(_ keys: String, _ site: Site, _ call: String) throws {
        for key in keys {
            let count = site[call].digits.count
            try site.press(key, call)
            try site.wait("key \(key)") { site[call].digits.count > count }
        }
    }
}

extension RealCall {
    /// Each sound that was played, with its parts together.
    fileprivate var prompts: [(file: Substring, parts: Int, length: Double)] {
        streams.reduce(into: []) { prompts, stream in
            let file = stream.command.split(separator: " ")[2]
            if let last = prompts.last, last.file == file {
                prompts[prompts.count - 1] = (file, last.parts + 1, last.length + stream.length)
            } else {
                prompts.append((file, 1, stream.length))
            }
        }
    }
}
