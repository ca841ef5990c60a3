import AGI
import Cognigy
import Errands
import Flow
import HTTP
import JSON
import SocketIO

@testable import Call

// A whole call with each service: any event in any order, as far as a loop could deliver it. Commands go out only where
// Asterisk can be told them, a call ends within its grace after a hangup, a closed pipe or SIGTERM, nothing is done after
// the end, requests and handshakes can be sent, and every second call is run again by its own trace.
extension Target {
    /// A service that only notes keys: each key that Asterisk reports arrives there at once and in order.
    static let callKeys = Target(name: "call-keys") { bytes in
        var draw = Draw(bytes)
        let rules = rules(&draw)
        let noted = Noted()
        var bench = CallBench(draw, rules, lines: []) { NotingService(noted: noted) }
        bench.run { pressed, _, _ in
            // A second machine, which runs by the trace, notes each key as well.
            noted.keys == pressed || noted.isTwofold
        }
    }

    /// The voice socket: keys arrive in order, and all of them once the socket is open.
    static let callVoice = Target(name: "call-voice") { bytes in
        var draw = Draw(bytes)
        let rules = rules(&draw)
        let plan = Uplink.Plan(
            base: base, clientID: "id", clientSecret: "secret", flowID: "flow", uniqueID: "1.1", caller: "4930",
            setupTimeout: .seconds(15), pingInterval: .seconds(30), reconnectAttempts: 5)
        var bench = CallBench(draw, rules, lines: voiceLines) {
            VoiceService(VoiceService.Rules(), uplink: Uplink(plan))
        }
        bench.run { pressed, sent, isOpen in isOpen ? pressed == sent : pressed.hasPrefix(sent) }
    }

    /// A spoken dialog, with a recogniser that is sent utterances or listens.
    static let callDialog = Target(name: "call-dialog") { bytes in
        var draw = Draw(bytes)
        var rules = rules(&draw)
        rules.hears = true
        rules.endsUnheard = false
        rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
        let speech = speech(&draw)
        let plan = Conversation.Plan(
            base: base, key: "key", botID: "bot", dialogID: "main", userID: "4930", speech: speech,
            replyTimeout: .seconds(10))
        var bench = CallBench(draw, rules, lines: dialogLines) { DialogService(Conversation(plan)) }
        bench.run()
    }

    /// An endpoint, by Socket.IO of both protocols or by REST, by keys alone or with speech, in each dialect.
    static let callEndpoint = Target(name: "call-endpoint") { bytes in
        var draw = Draw(bytes)
        var rules = rules(&draw)
        var service = EndpointService.Rules()
        service.dialect = draw.one(of: InputDialect.allCases)
        service.tellsEnd = draw.bool()
        service.speaksMarkup = draw.bool()
        service.choosesVoice = draw.bool()
        service.choosesLanguage = service.choosesVoice
        service.transfersByRoutine = draw.bool()
        if draw.bool() {
            rules.hears = true
            service.speech = speech(&draw)
        }
        guard let endpoint = Endpoint("https://endpoint.test/0e77b9a10e77b9a1") else { complain("an endpoint is one") }
        let way: EndpointService.Way =
            draw.number(below: 4) == 0
            ? .rest(isTest: false, patience: .seconds(30))
            : .socket(
                version: draw.bool() ? .three : .four, isTest: false, setupTimeout: .seconds(15), reconnectAttempts: 5)
        let facts = CallFacts(callSID: "s.1-abc", callID: "s.1-abc", from: "+4930123456", to: "5000")
        let settings = service
        var bench = CallBench(draw, rules, lines: endpointLines) {
            EndpointService(
                settings, facts: facts, endpoint: endpoint, .init(userID: "4930", sessionID: "s.1-abc"), way)
        }
        bench.run()
    }

    /// Nobody answers: the session of a call before this one goes to an agent.
    static let callHandoff = Target(name: "call-handoff") { bytes in
        var draw = Draw(bytes)
        var rules = rules(&draw)
        rules.errands = credentials
        rules.handset.asksFor = "COGNIGY_SESSION_ID"
        let plan = HandoffErrand.Plan(sessionID: draw.bool() ? "" : "s1", queue: "sales")
        var bench = CallBench(draw, rules, lines: errandLines) { EarlierSession(plan) }
        bench.run()
    }

    // MARK: What they are made of

    private static let base: Location = {
        guard let base = Location("https://api.test") else { complain("an address is one") }
        return base
    }()

    private static var credentials: Errand.Credentials {
        Errand.Credentials(base: base, clientID: "id", clientSecret: "secret")
    }

    private static func rules(_ draw: inout Draw) -> CallMachine.Rules {
        var rules = CallMachine.Rules()
        let bits = draw.byte()
        rules.handset.bargeIn = bits & 1 == 0
        rules.handset.answer = bits & 2 == 0
        if bits & 4 != 0 { rules.handset.waitPrompt = "wait" }
        if bits & 8 != 0 { rules.farewell.fallbackPrompt = "sorry" }
        if bits & 16 != 0 { rules.idleTimeout = .seconds(20) }
        if bits & 32 != 0 { rules.lookInterval = .seconds(30) }
        if bits & 64 != 0 {
            rules.errands = credentials
            rules.handoff.queue = "sales"
        }
        rules.tellsInterruptions = bits & 128 != 0 && rules.errands != nil
        rules.farewell.hangsUpOnFailure = bits & 3 == 3
        return rules
    }

    private static func speech(_ draw: inout Draw) -> SpeechToText.Rules {
        guard let location = Location("https://stt.test/recognize") else { complain("an address is one") }
        let styles: [Recognition.Style] = [.raw, .openAI(model: "m"), .stream(.websocket), .stream(.vosk)]
        return SpeechToText.Rules(Recognizer(location: location, style: draw.one(of: styles)), yesStops: draw.bool())
    }

    // MARK: What services say

    private static let errandLines = [
        #"{"access_token":"t","expires_in":3600}"#, #"{"accessToken":"t"}"#, #"{"status":"transferring"}"#,
        #"{"sessionId":"s1","status":"active","channel":"voice","variables":{}}"#,
        #"{"sessionId":"s1","status":"transferring","channel":"voice"}"#,
        #"{"flowExecutionId":"e","status":"completed","result":{}}"#, #"{"success":true}"#, "{}",
    ]

    private static let voiceLines =
        [
            #"{"id":"s1"}"#, #"{"type":"response","text":"Hello."}"#, #"{"type":"response"}"#, #"{"type":"pong"}"#,
            #"{"type":"response","audioUrl":"https://api.test/a.wav","text":"12"}"#,
            #"{"type":"response","text":"Bye.","end":true}"#, #"{"type":"response","text":"5"}"#,
            #"{"type":"response","handoffTrigger":true,"transferTarget":"sales","text":"One moment."}"#,
            #"{"type":"response","transferTarget":"a,,,b"}"#, "nonsense",
        ] + errandLines

    private static let dialogLines = [
        #"{"text":"hello"}"#, #"{"text":"yes","confidence":0.9}"#, #"{"text":null}"#, #"{"text":""}"#,
        #"{"outputs":[{"text":"First words. Second words. Third words."}],"sessionData":{"a":1}}"#, #"{"outputs":[]}"#,
        #"{"outputs":[{"text":"Bye"}],"intent":"x","nextState":"end"}"#, #"{"outputs":1}"#, "nonsense", "{}",
    ]

    private static func output(_ json: String) -> String { #"42["output",{"type":"output","data":\#(json)}]"# }

    private static func verbs(_ json: String) -> String {
        output(#"{"text":"","data":{"_cognigy":{"_voiceGateway2":{"json":\#(json)}}}}"#)
    }

    private static let endpointLines =
        [
            #"0{"sid":"x","upgrades":[],"pingTimeout":5000,"pingInterval":25000}"#, "40", #"420["handshake"]"#,
            #"42["endpoint-ready"]"#, #"42["finalPing",{"type":"regular"}]"#,
            #"42["finalPing",{"type":"cognigyStopFlow"}]"#,
            "3", "2", "41", "1", #"44{"message":"no"}"#, #"42["error",{"message":"x"}]"#, #"42["exception","x"]"#,
            output(#"{"text":"Hello.","data":{}}"#), output(#"{"text":"12","data":{},"disableSensitiveLogging":true}"#),
            verbs(#"{"verbs":[{"verb":"play","url":"https://a.test/a.wav","loop":0},{"verb":"say","text":"next"}]}"#),
            verbs(#"{"verb":"gather","input":["digits","speech"],"numDigits":3,"timeout":5,"say":{"text":"key"}}"#),
            verbs(
                #"{"verb":"dial","target":[{"type":"phone","number":"+4930"}],"timeout":20,"dialMusic":"https://a.test/m"}"#
            ),
            verbs(#"{"verb":"sip:refer","referTo":"sip:a@b.test"}"#), verbs(#"{"verb":"hangup"}"#),
            verbs(#"{"verb":"dtmf","dtmf":"12#"}"#), verbs(#"{"verb":"config","bargeIn":{"enable":false}}"#),
            verbs(
                #"{"setSessionConfig":{"userNoInput":{"enabled":true,"timeout":1000,"retries":1,"mode":"speech","speech":"?"}}}"#
            ),
            verbs(
                ##"{"setSessionConfig":{"dtmf":{"enable":true,"maxDigits":4,"submitDigit":"#"},"flowNoInput":{"enable":true}}}"##
            ),
            output(#"{"text":"","data":{"status":"play-stop"}}"#),
            output(#"{"text":"","data":{"status":"termination"}}"#),
            output(
                #"{"text":"","data":{"_cognigy":{"_default":{"_quickReplies":{"type":"quick_replies","text":"Which?","quickReplies":[{"title":"One","payload":"1"}]}}}}}"#
            ),
            #"{"outputStack":[{"text":"Hi","data":{}}],"text":"Hi","data":{},"userId":"u"}"#, #"{"outputStack":[]}"#,
            #"{"text":"hello"}"#, #"{"text":"yes"}"#, #"{"text":""}"#, "{}",
        ]
}

private final class Noted {
    var keys = ""
    var services = 0
    var isTwofold: Bool { services > 1 }
}

private struct NotingService: Service {
    let noted: Noted
    var turns: Int? = 0

    init(noted: Noted) {
        self.noted = noted
        noted.services += 1
    }

    mutating func begin(_ context: inout Context) -> [ServiceNews] { [.ready] }

    mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        guard case .key(let key) = input else { return [] }
        noted.keys.append(key.key)
        return key.key == "#" ? [.ended(reason: "end")] : [.say(Message(text: String(key.key)))]
    }

    mutating func leave(_ ending: Ending, _ context: inout Context) {}
}
