/// When the steps of one turn of a spoken dialog happened, in seconds since 1970.
///
/// The ends are sound: the packet with the caller's last word as his telephone sent it, and the first packet with the answer
/// as it came there. What lies between is told by those who did it: the call's trace, the service's journal, and Asterisk.
struct SpokenTurn {
    let lastWord: Double
    let recognizerAsked: Double
    /// The ear says that the caller has finished.
    let over: Double
    let dialogAsked: Double
    let voiceAsked: Double
    /// The command that plays the answer.
    let command: Double
    let firstSound: Double

    var length: Double { firstSound - lastWord }

    /// In seconds; all together they are the whole. What the recogniser does within the end silence is not waited for.
    var parts: [(name: String, length: Double)] {
        [
            ("end silence", over - lastWord), ("recognition, after that", dialogAsked - over),
            ("dialog", voiceAsked - dialogAsked), ("voice, until it plays", command - voiceAsked),
            ("Asterisk and line", firstSound - command),
        ]
    }

    var isInOrder: Bool {
        // The journal's clock is known to some milliseconds, and Asterisk tells of a command just after its first sound.
        let steps = [lastWord, recognizerAsked, over, dialogAsked, voiceAsked, command, firstSound]
        return zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 + 0.01 }
    }
}

/// How long each service lets the caller wait, in milliseconds: until its answer, or until its first sound.
struct Delays {
    let recognizer: Int
    let dialog: Int
    let voice: Int

    static let none = Delays(recognizer: 0, dialog: 0, voice: 0)
    static let usual = Delays(recognizer: 150, dialog: 300, voice: 150)
    /// What the recogniser understands is complete. `isLive`: it understands him while he speaks.
    static let complete = Delays(recognizer: 150, dialog: 300, voice: 150, words: "Yes.")
    static let live = Delays(recognizer: 150, dialog: 300, voice: 150, words: "Yes.", isLive: true)

    /// What the recogniser understands, whatever is said.
    var words = "I want to pay my bill."
    var isLive = false

    var text: String {
        "\(recognizer)/\(dialog)/\(voice) ms, \"\(words)\"" + (isLive ? " understood while it is said" : "")
    }
    /// The settings of the recogniser.
    var settings: String { isLive ? "stt_url = @SOCKET@/stt/websocket\nstt_style = websocket" : "stt_url = @URL@/stt" }

    /// So many turns, each with an answer of its own, as no text is spoken twice. A voice that takes its time sends its sound
    /// as fast as it is heard.
    func scenario(turns: Int) -> String {
        let answers = (1...turns).map { "dialog any delay \(dialog) say \"This is answer \($0).\" times 1" }
        let sound = voice > 0 ? "tts delay \(voice) paced 100" : "tts ok"
        return (["stt delay \(recognizer) say \"\(words)\"", sound] + answers)
            .joined(separator: "\n")
    }
}
