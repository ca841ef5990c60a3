import System

/// The arguments of `cognigy-bridge simulate`.
struct SimulateOptions {
    enum Mistake: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case missingValue(String)
        case notAPort(String, String)
        /// An option that means nothing without another one.
        case alone(String, needs: String)

        var description: String {
            switch self {
            case .unknown(let word): "simulate: unknown argument \(word)"
            case .missingValue(let option): "simulate: \(option) needs a value"
            case .notAPort(let option, let text): "simulate: \(option) \(text): a port is a number from 0 to 65535"
            case .alone(let option, let other): "simulate: \(option) needs \(other)"
            }
        }
    }

    static let usage = """
        Usage: cognigy-bridge simulate [--port N] [--tls [--ca FILE]] [--scenario FILE] [--assist FILE] [--journal]
                                       [--until-eof] [--voice-port N [--live]]

          --port N         the service listens there (any free port)
          --tls            with a certificate of a fresh authority
          --ca FILE        write that authority's certificate to FILE, for ca_file
          --scenario FILE  what the service says and which faults it plays (a demo)
          --assist FILE    more of the same: the interactions of agent assist and its faults
          --journal        print JSON Lines
          --until-eof      stop at the end of standard input, too

          --voice-port N   a voice simulator there: who opens a WebSocket and sends his voice as
                           {"type":"audio_chunk","pcm":HEX,"timestamp":SECONDS,"seq":N} is a caller of the speech
                           channel and is sent {"type":"tts_audio","pcm":HEX,"intent":NAME}, a sentence at a time;
                           16-bit little-endian samples, 16,000 a second
          --live           with the services of your own configuration instead of the stand-in
        """

    private(set) var scenarioFile: String?
    private(set) var assistFile: String?
    private(set) var port: UInt16 = 0
    private(set) var voicePort: UInt16?
    private(set) var isLive = false
    private(set) var usesTLS = false
    private(set) var authorityFile: String?
    private(set) var printsJournal = false
    private(set) var stopsAtEnd = false

    init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--tls": usesTLS = true
            case "--journal": printsJournal = true
            case "--until-eof": stopsAtEnd = true
            case "--live": isLive = true
            case "--port": port = try Self.port(option, rest.popFirst())
            case "--voice-port": voicePort = try Self.port(option, rest.popFirst())
            case "--scenario": scenarioFile = try Self.value(option, rest.popFirst())
            case "--assist": assistFile = try Self.value(option, rest.popFirst())
            case "--ca": authorityFile = try Self.value(option, rest.popFirst())
            default: throw .unknown(option)
            }
        }
        if authorityFile != nil && !usesTLS { throw .alone("--ca", needs: "--tls") }
        if isLive && voicePort == nil { throw .alone("--live", needs: "--voice-port") }
    }

    private static func value(_ option: String, _ word: String?) throws(Mistake) -> String {
        guard let word else { throw .missingValue(option) }
        return word
    }

    private static func port(_ option: String, _ word: String?) throws(Mistake) -> UInt16 {
        let word = try value(option, word)
        guard let port = UInt16(word) else { throw .notAPort(option, word) }
        return port
    }
}
