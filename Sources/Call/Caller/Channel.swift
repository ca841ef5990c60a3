import AGI
import Audio
import Text

/// What Asterisk says of the channel in its answer to the first command.
public struct Channel: Equatable {
    /// CHANNEL(audionativeformat), such as `(ulaw|g722)`.
    let formats: String
    /// The value of the variable that was asked for beside it.
    let variable: String
    /// The headers that were asked for and that the INVITE had, by the names by which they were asked for.
    private(set) var headers: [String: String] = [:]

    static let longestHeader = 1024

    /// `marker` stands before each header, in the order of `names`: whoever sent them cannot know it.
    init(answer: String, headers names: [String] = [], marker: String = "") {
        let pieces = Array(answer.utf8).pieces(between: Array(marker.utf8)).map { String(decoding: $0, as: UTF8.self) }
        let words = pieces[0].split(separator: " ", maxSplits: 1)
        formats = words.first.map { String($0) } ?? ""
        variable = words.count == 2 ? String(words[1]) : ""
        for (name, value) in zip(names, pieces.dropFirst()) where !value.isEmpty {
            headers[name] = String(value.prefix(Self.longestHeader))
        }
    }

    /// The format of prompts. They follow what the caller hears, not the format in which his voice is written for us.
    var promptFormat: SampleFormat { SampleFormat(channelFormats: formats) }
}
