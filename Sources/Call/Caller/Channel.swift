import Audio

/// What Asterisk says of the channel in its answer to the first command.
struct Channel: Equatable {
    /// CHANNEL(audionativeformat), such as `(ulaw|g722)`.
    let formats: String
    /// The value of the variable that was asked for beside it.
    let variable: String

    init(answer: String) {
        let words = answer.split(separator: " ", maxSplits: 1)
        formats = words.first.map { String($0) } ?? ""
        variable = words.count == 2 ? String(words[1]) : ""
    }

    /// The format of prompts. They follow what the caller hears, not the format in which his voice is written for us.
    var promptFormat: SampleFormat { SampleFormat(channelFormats: formats) }
}
