import Text

/// The words behind `cognigy-bridge init`. Each answers a question that is not asked then.
public struct InitOptions: Equatable, Sendable {
    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public let description: String

        init(_ words: String) { description = "init: \(words)" }
    }

    public static let usage = """
        Usage: cognigy-bridge init [OPTION]...
          Writes the configuration and the file of the Endpoint URL, closed to others, prints the dialplan, and runs check.
          On a terminal it asks what no option says; else the URL comes on standard input, and the rest has its default.
          Nothing is written before all is known and was read back.
          --endpoint-file FILE  the Endpoint URL, one line; - is standard input. Words are public, so it is never one of them
          --stt URL             callers speak: who writes down what they say (its key: [speech] stt_key); keys, the default
          --stt-style STYLE     raw (default), openai, websocket (default for wss://) or vosk
          --tts URL             who speaks the flow's words; espeak-ng, the default
          --language NAME       espeak-ng's voice, such as de; default en
          --people WHERE        who answers where the flow cannot: PJSIP/100, or CONTEXT,EXTEN,PRIORITY; FreePBX needs it
          --log TARGET          syslog (default where there is one), off, or a file
          --dialplan FILE       writes the dialplan there in place of printing it
          --replace             replaces files that are there; each is kept as FILE.old
          --etc DIR             in place of /etc/asterisk
        Exit code: that of check; 1: nothing was written, or not all; 2: these words
        """

    /// The voice that a machine has of its own.
    public static let espeak = "espeak-ng"

    private static let names = [
        "--endpoint-file", "--stt", "--stt-style", "--tts", "--language", "--people", "--log", "--dialplan",
        "--replace",
        "--etc", "--help",
    ]

    public private(set) var endpointFile: String?
    public private(set) var recognizer: String?
    public private(set) var recognizerStyle: String?
    public private(set) var voice: String?
    public private(set) var language: String?
    public private(set) var people: String?
    public private(set) var log: String?
    public private(set) var dialplan: String?
    public private(set) var replaces = false
    public private(set) var folder = "/etc/asterisk"

    public init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        func value(_ option: String) throws(Mistake) -> String {
            guard let value = rest.popFirst(), !value.isEmpty else { throw Mistake("\(option) needs a value") }
            return value
        }
        while let option = rest.popFirst() {
            switch option {
            case "--endpoint-file": endpointFile = try value(option)
            case "--stt": recognizer = try value(option)
            case "--stt-style": recognizerStyle = try value(option)
            case "--tts": voice = try value(option)
            case "--language": language = try value(option)
            case "--people": people = try value(option)
            case "--log": log = try value(option)
            case "--dialplan": dialplan = try value(option)
            case "--replace": replaces = true
            case "--etc": folder = try value(option)
            // It may be the secret, so it is not repeated.
            case _ where !option.hasPrefix("-"):
                throw Mistake("a word without -- is not known here; the Endpoint URL comes in a file or is asked for")
            default:
                let name = String(option.prefix { $0 != "=" })
                let nearest = NearestName.of(name, among: Self.names) ?? "--help"
                throw Mistake("there is no option \(Harmless.text(name)); did you mean \(nearest)?")
            }
        }
        while folder.count > 1, folder.last == "/" { folder.removeLast() }
        for path in [folder, dialplan].compactMap(\.self)
        where path.utf8.first != UInt8(ascii: "/")
            || !path.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "/-_.+".utf8.contains($0) })
        {
            throw Mistake("\(Harmless.text(path)): write a whole path of letters, digits and / - _ . + only")
        }
        // They hold what others wrote.
        let name = dialplan?.split(separator: "/").last ?? ""
        if name.hasPrefix("extensions") || ["cognigy-bridge.conf", "cognigy-bridge.endpoint"].contains(name) {
            throw Mistake("--dialplan \(name): write a file of its own, which extensions.conf includes")
        }
        if language != nil, let voice, voice != Self.espeak { throw Mistake("--language is for --tts \(Self.espeak)") }
        if recognizerStyle != nil, recognizer == nil { throw Mistake("--stt-style needs --stt") }
    }
}
