import FakeAsterisk
import StandIn
import System
import TestService
import Testbed

/// How a fault is played: one call of a caller who presses 5 and then 9, which ends it, or who says something.
struct Play: Sendable {
    enum Kind: Sendable { case voiceAPI, socketIO, rest, dialog, recogniser(String), text(String) }

    /// Where the faulty wire is put.
    struct Wire: Sendable {
        let fault: FaultyWire.Fault
        /// The setting whose address leads to it; nil for the kind's own service.
        var setting: String?
        var marker = ""
        var times = Int.max
    }

    var kind = Kind.voiceAPI
    /// Rules of the stand-in that stand before those of the kind.
    var rules = ""
    var settings: [String: String] = [:]
    var tls = false
    var wire: Wire?
    /// nil: that of the kind.
    var plan: CallPlan?
    var channel = FakeChannel()
    /// What a shell does before it becomes the program, such as ulimit.
    var shell: String?
    /// Done before the call begins; what it returns lives as long as the call.
    var prepare: (@Sendable (PBX) throws -> AnyObject?)?
    /// Looked at again and again while the call goes on.
    var meanwhile: (@Sendable (Box, PBX) throws -> Void)?
    /// Looked at when it is over.
    var notes: (@Sendable (PBX) throws -> [String])?
    var deadline = Duration.seconds(40)

    /// "Hello there." as espeak-ng says it.
    static let speech: [UInt8] = (try? Espeak.samples("Hello there.")) ?? []

    func run() throws -> Sighting {
        let pbx = try pbx()
        let wire = try wire.map { try FaultyWire($0.fault, to: pbx.service.port, from: $0.marker, times: $0.times) }
        if let wire, let place = self.wire { lead(to: wire, place, pbx) }
        let kept = try prepare?(pbx)
        defer { withExtendedLifetime(kept) {} }
        let call = Box(try start(pbx))
        try Play.carry(call, pbx, through: wire, within: deadline, meanwhile)
        if wire?.wasMet == false { throw NotPlayed() }
        var sighting = Sighting(call.asterisk.record, pbx, arrived: arrived(pbx))
        sighting.voiced = pbx.service.entries().filter { $0.event == .tts }.compactMap { $0["text"]?.string }
        sighting.notes = try notes?(pbx) ?? []
        return sighting
    }

    struct NotPlayed: Error {}

    /// Carries a call to its end. A key that came just between two commands is pressed again, as a caller does who sees that
    /// nothing happens: Asterisk throws such keys away.
    static func carry(
        _ call: Box, _ pbx: PBX, through wire: FaultyWire? = nil, within limit: Duration = .seconds(40),
        _ meanwhile: (@Sendable (Box, PBX) throws -> Void)? = nil
    ) throws {
        let end = MonotonicClock.now() + limit
        var repeated = 0
        try call.asterisk.advance()
        while !call.asterisk.isOver {
            if MonotonicClock.now() > end { throw FakeCall.Failure.deadline(call.asterisk.record) }
            try meanwhile?(call, pbx)
            let pause: Duration = meanwhile == nil ? .seconds(1) : .milliseconds(5)
            let ready = try Poll.wait(
                for: call.asterisk.interests + [pbx.service.interest] + (wire?.interests ?? []),
                timeout: [call.asterisk.timeout, wire?.timeout, pause].compactMap { $0 }.min())
            // A journal that nobody reads would fill its pipe and hold the service up.
            _ = pbx.service.entries()
            try wire?.step(ready)
            try call.asterisk.advance()
            let lost = call.asterisk.record.keys.filter { $0.fate == .lost(.noCommandRunning) }
            for key in lost.dropFirst(repeated) { call.asterisk.press(key.digit) }
            repeated = lost.count
        }
    }

    private func pbx() throws -> PBX {
        let pbx = try PBX(rules + "\n" + scenario, tls: tls)
        pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = nil
        switch kind {
        case .voiceAPI: break
        case .text:
            pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
            pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
        case .socketIO, .rest, .recogniser:
            for name in ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "FLOW_ID"] {
                pbx.environment["COGNIGY_\(name)"] = nil
            }
            pbx.environment["COGNIGY_ENDPOINT_URL"] = pbx.service.endpointURL
        case .dialog:
            pbx.environment.merge([
                "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            ]) { $1 }
        }
        switch kind {
        case .rest: pbx.environment["COGNIGY_SURFACE"] = "rest"
        case .dialog, .recogniser:
            let style = if case .recogniser(let style) = kind { style } else { "raw" }
            let url = pbx.service.baseURL
            pbx.environment.merge([
                "COGNIGY_SPEECH_STT_URL": style == "raw" ? url + "/stt" : "ws" + url.dropFirst(4) + "/stt/" + style,
                "COGNIGY_SPEECH_STT_STYLE": style, "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
                "COGNIGY_SPEECH_TTS_URL": url, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
            ]) { $1 }
        default: break
        }
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    private func lead(to wire: FaultyWire, _ place: Wire, _ pbx: PBX) {
        let own =
            switch kind {
            case .socketIO, .rest: "ENDPOINT_URL"
            case .recogniser: "SPEECH_STT_URL"
            case .text: "SPEECH_TTS_URL"
            case .voiceAPI, .dialog: "BASE_URL"
            }
        let setting = place.setting ?? own
        let old = ":\(pbx.service.port)"
        pbx.environment["COGNIGY_\(setting)"] = pbx.environment["COGNIGY_\(setting)"]?
            .replacing(old, with: ":\(wire.port)")
        // Its sounds have addresses of the service itself.
        pbx.environment["COGNIGY_CALL_AUDIO_HOSTS"] = "127.0.0.1\(old)"
    }

    private var isEnhanced: Bool {
        switch kind {
        case .dialog, .recogniser: true
        default: false
        }
    }

    private func start(_ pbx: PBX) throws -> FakeCall {
        var program = Binary.path
        if let shell {
            try pbx.folder.write(
                "#!/bin/bash\nset -e\n\(shell)\nexec \(Binary.path) \"$@\"\n", to: "program", mode: 0o700)
            program = pbx.folder.path("program")
        }
        return try FakeCall(
            program: program, arguments: isEnhanced ? ["voice"] : [], environment: pbx.environment,
            plan: plan ?? ownPlan, channel: channel, sounds: pbx.folder.path("sounds"), enhanced: isEnhanced)
    }

    private var ownPlan: CallPlan {
        switch kind {
        case .voiceAPI, .text, .socketIO, .rest:
            [
                .press("5", when: .whenWaiting, after: .milliseconds(50)),
                .press("9", when: .whenWaiting, after: .milliseconds(50)),
            ]
        case .dialog:
            [
                .press("5", when: .whenWaiting, after: .milliseconds(50)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(50)),
            ]
        case .recogniser: [.say(Self.speech, when: .whenHeard(1), after: .milliseconds(400))]
        }
    }

    private var scenario: String {
        switch kind {
        case .voiceAPI:
            """
            open send {"type":"response","text":"1"}
            key 5 send {"type":"response","text":"5"}
            key 9 send {"type":"response","text":"9","end":true}
            """
        case .text(let words):
            """
            open send {"type":"response","text":"\(words)"}
            key 5 send {"type":"response","text":"5"}
            key 9 send {"type":"response","end":true}
            """
        case .socketIO, .rest, .recogniser:
            """
            event CALL_CREATED command {"play":{"url":"/audio/hello-8k-200ms.wav"}}
            event RECOGNIZED_SPEECH command {"hangup":{}}
            input 5 command {"play":{"url":"/audio/five-8k-200ms.wav"}}
            input 9 command {"hangup":{}}
            """
        case .dialog: "dialog any say \"Fine.\""
        }
    }

    /// The keys that the service was told.
    private func arrived(_ pbx: PBX) -> String {
        switch kind {
        case .voiceAPI, .text: pbx.service.keys
        case .dialog: texts(pbx, .dialog)
        case .socketIO, .rest, .recogniser: texts(pbx, .input)
        }
    }

    private func texts(_ pbx: PBX, _ event: Journal.Event) -> String {
        pbx.service.entries().filter { $0.event == event }.compactMap { $0["text"]?.string }
            .filter { $0.count == 1 }.joined()
    }
}
