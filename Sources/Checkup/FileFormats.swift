/// What `core show file formats` says: the endings of the sounds that an Asterisk plays.
public struct FileFormats: Equatable, Sendable {
    public let endings: Set<String>

    /// nil: it is the answer to something else.
    public init?(_ answer: String) {
        let rows = ConsoleText.lines(answer).map { $0.split(separator: " ") }
        guard let head = rows.firstIndex(where: { $0 == ["Format", "Name", "Extensions"] }) else { return nil }
        endings = Set(
            rows[(head + 1)...].filter { $0.count == 3 }.flatMap { $0[2].split(separator: "|") }.map(String.init))
    }

    /// What prompts of calls end in: at 8 and at 16 kHz.
    private static let needed = ["sln", "sln16"]

    /// Those that calls need and this Asterisk does not play.
    public var missing: [String] { Self.needed.filter { !endings.contains($0) } }

    /// Those of an Asterisk that cannot be asked.
    public static let usual: Set = [
        "sln", "sln16", "wav", "wav16", "gsm", "ulaw", "alaw", "g722", "g729", "pcm", "ul", "al", "sln48", "ogg",
        "siren7",
    ]
}
