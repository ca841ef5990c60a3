import Checkup
import Configuration
import Glibc
import Setup
import System
import Text

/// What `init` has to know: from its words, by asking, or by default. Each answer is judged by the reader of the configuration,
/// at once.
struct InitAnswers {
    struct Refused: Error { let why: String }

    let url: String
    let configuration: FirstConfiguration
    /// As `dialplan --people` takes it; nil: nobody said.
    let people: String?

    /// An address in place of one that is not known yet.
    private static let somewhere = "https://endpoint.invalid/0123456789abcdef0123456789abcdef"

    /// `asks`: whether somebody is there to be asked.
    init(
        _ options: InitOptions, endpointFile: String, isFreePBX: Bool, _ environment: [String: String],
        _ questions: borrowing Questions, asks: Bool
    ) throws {
        func answer(
            _ given: String?, _ option: String, _ question: String, default usual: String?, isSecret: Bool = false,
            _ complaint: (String) -> String?
        ) throws -> String {
            if given == nil, asks {
                return try questions.ask(question, default: usual, isSecret: isSecret, complaint)
            }
            let text = given ?? usual ?? ""
            if let complaint = complaint(text) { throw Refused(why: "\(option): \(complaint)") }
            return text
        }

        url = try Self.url(options, questions, asks: asks)

        let espeak = InitOptions.espeak
        let speaker = try answer(
            options.recognizer, "--stt",
            "2. Do callers speak? The address of who writes down what they say, or keys", default: "keys"
        ) {
            $0 == "keys"
                ? nil
                : Self.complaint([
                    "SPEECH_STT_URL": $0,
                    "SPEECH_STT_STYLE": options.recognizerStyle ?? FirstConfiguration.Recognizer.style(of: $0),
                ])
        }
        var recognizer: FirstConfiguration.Recognizer?
        if speaker != "keys" {
            let style = try answer(
                options.recognizerStyle, "--stt-style", "   What it speaks: raw, openai, websocket or vosk",
                default: FirstConfiguration.Recognizer.style(of: speaker)
            ) { Self.complaint(["SPEECH_STT_URL": speaker, "SPEECH_STT_STYLE": $0]) }
            // Never a word: it is a secret.
            let key =
                asks
                ? try questions.ask(
                    "   Its key, which is not shown; nothing: it needs none", default: "", isSecret: true
                ) {
                    $0.isEmpty ? nil : Self.complaint(["SPEECH_STT_KEY": $0])
                } : ""
            recognizer = FirstConfiguration.Recognizer(url: speaker, style: style, key: key.isEmpty ? nil : key)
        }
        let voice = try answer(
            options.voice, "--tts", "   Who speaks the flow's words? An address, or \(espeak)", default: espeak
        ) { text in
            let isStream = ["wss://", "ws://"].contains { text.lowercased().hasPrefix($0) }
            return text == espeak
                ? nil
                : Self.complaint(["SPEECH_TTS_URL": text, "SPEECH_TTS_STYLE": isStream ? "websocket" : "http"])
        }
        people = try Self.people(options, isFreePBX, environment, questions, asks: asks)
        var speaks = FirstConfiguration.Voice.service(voice)
        if voice == espeak {
            let program = ProgramRun.path(of: espeak, environment)
            if program == nil { questions.say("   there is no espeak-ng here yet: apt install espeak-ng\n") }
            let language = try answer(
                options.language, "--language", "4. The language of espeak-ng", default: "en"
            ) { FirstConfiguration.isLanguage($0) ? nil : "write one as en, de or en-us" }
            speaks = .espeak(program: program ?? "/usr/bin/espeak-ng", language: language)
        }
        let log = try answer(
            options.log, "--log",
            "5. Where what is wrong is written, besides Asterisk's own log: syslog, off, or a file",
            default: access("/dev/log", F_OK) == 0 ? "syslog" : "off"
        ) { Self.complaint(["PATHS_LOG": $0]) }
        configuration = FirstConfiguration(
            endpointFile: endpointFile, recognizer: recognizer, voice: speaks, log: log)
    }

    // MARK: The secret

    private static func url(
        _ options: InitOptions, _ questions: borrowing Questions, asks: Bool
    ) throws -> String {
        func complaint(_ text: String) -> String? {
            Self.complaint(["ENDPOINT_URL": text]).map { "that \($0)" }
        }
        let text: String
        switch options.endpointFile {
        case nil where asks, "-" where asks:
            return try questions.ask(
                "1. The Endpoint URL (in Cognigy: Deploy > Endpoints); it is not shown", isSecret: true, complaint)
        case nil, "-": text = try questions.whole()
        case .some(let file):
            do throws(AtomicFile.Refusal) {
                let bytes = try AtomicFile.read(file, limit: 4096, owner: .anyone, forbidden: 0).bytes
                var line = bytes[...]
                while let last = line.last, "\n\r \t".utf8.contains(last) { line.removeLast() }
                text = String(decoding: line, as: UTF8.self)
            } catch {
                let why =
                    switch error {
                    case .symbolicLink: "is a symbolic link; name the file itself, or - for standard input"
                    case .notRegular: "is no file; use - for standard input"
                    default: "cannot be read; name a file with one line"
                    }
                throw Refused(why: "--endpoint-file \(file) \(why)")
            }
        }
        if let complaint = complaint(text) {
            throw Refused(
                why: "the Endpoint URL: \(complaint)"
                    + (text.isEmpty ? "; pipe it in, or name its file with --endpoint-file" : ""))
        }
        return text
    }

    // MARK: People

    private static func people(
        _ options: InitOptions, _ isFreePBX: Bool, _ environment: [String: String], _ questions: borrowing Questions,
        asks: Bool
    ) throws -> String? {
        func complaint(_ text: String) -> String? {
            do throws(People.Mistake) {
                _ = try People(text)
                return nil
            } catch { return "\(error)" }
        }
        if let given = options.people {
            if let complaint = complaint(given) { throw Refused(why: "--people: \(complaint)") }
            return given
        }
        if !asks {
            if isFreePBX {
                throw Refused(why: "--people is needed on FreePBX, such as ext-queues,600,1 for the queue 600")
            }
            return nil
        }
        if isFreePBX {
            return try questions.ask(
                "3. Who answers when the flow cannot? ext-queues,600,1 is the queue 600, from-did-direct,100,1 the extension"
                    + " 100", complaint)
        }
        let endpoints = AsteriskConsole(environment)?.ask("pjsip list endpoints").map { Endpoints.names($0) } ?? []
        let shown = endpoints.prefix(10).joined(separator: ", ")
        return try questions.ask(
            "3. Who answers when the flow cannot? A telephone as PJSIP/100, or CONTEXT,EXTEN,PRIORITY"
                + (shown.isEmpty ? "" : " (endpoints here: \(shown))"),
            default: endpoints.count == 1 ? "PJSIP/\(endpoints[0])" : nil, complaint)
    }

    /// What the reader of the configuration says of these settings; nil: nothing.
    private static func complaint(_ settings: [String: String]) -> String? {
        // It drops what is around a value, and a line holds one.
        if settings.values.contains(where: { $0.unicodeScalars.contains(where: \.isControlOrLineBreak) }) {
            return "is more than one line of text; write one line"
        }
        if settings.values.contains("") { return "is empty; write something" }
        var variables = ["COGNIGY_ENDPOINT_URL": somewhere]
        for (name, value) in settings { variables["COGNIGY_\(name)"] = value }
        do throws(ConfigurationError) {
            _ = try Settings.parse("", fileName: "", environment: variables)
            return nil
        } catch {
            // "environment COGNIGY_KEY: PROBLEM; REMEDY"
            let said = "\(error)"
            guard let colon = said.firstIndex(of: ":"), said.hasPrefix("environment ") else { return said }
            return String(said[said.index(after: colon)...].drop { $0 == " " })
        }
    }
}
