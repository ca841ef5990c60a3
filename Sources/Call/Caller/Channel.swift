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

    /// Of the prompts: what the caller hears is in the channel's own format, whatever the format of his voice.
    var promptFormat: SampleFormat { SampleFormat(channelFormats: formats) }
}
