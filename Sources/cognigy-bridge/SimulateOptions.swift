import System

/// The words of `cognigy-bridge simulate`.
struct SimulateOptions {
    struct Mistake: Error {}

    static let usage = """
        usage: cognigy-bridge simulate [--port N] [--tls [--ca FILE]] [--scenario FILE] [--assist FILE] [--journal]
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
            case "--port": port = try Self.port(rest.popFirst())
            case "--voice-port": voicePort = try Self.port(rest.popFirst())
            case "--scenario": scenarioFile = try Self.value(rest.popFirst())
            case "--assist": assistFile = try Self.value(rest.popFirst())
            case "--ca": authorityFile = try Self.value(rest.popFirst())
            default: throw Mistake()
            }
        }
        if authorityFile != nil && !usesTLS || isLive && voicePort == nil { throw Mistake() }
    }

    private static func value(_ word: String?) throws(Mistake) -> String {
        guard let word else { throw Mistake() }
        return word
    }

    private static func port(_ word: String?) throws(Mistake) -> UInt16 {
        guard let port = word.flatMap(UInt16.init) else { throw Mistake() }
        return port
    }
}
