/// A command that takes time, while it runs.
struct RunningCommand {
    enum Kind {
        case waitForDigit
        case streamFile
        case say
        /// GET DATA: the keys so far, how many are wanted, and how long the first and each further key may take.
        case getData(collected: String, limit: Int, first: Duration?, further: Duration?)
        case application
        case subroutine(CallPlan.Subroutine)
    }

    let name: String
    var kind: Kind
    /// The escape digits; nil if every key ends the command.
    var takes: String? = nil
    var deadline: Duration?
    var sound: PlayingSound?
    /// Whether the command ends when the program writes the next one.
    var isInterruptible = true

    /// Whether AGI itself serves the channel: an application and the dialplan take keys and voice for themselves.
    var isServedByUs: Bool {
        switch kind {
        case .waitForDigit, .streamFile, .say, .getData: true
        case .application, .subroutine: false
        }
    }

    /// Whether it plays nothing but silence.
    var isSilence: Bool { sound?.file?.isSilence == true }
}

/// A sound that is being played.
struct PlayingSound {
    let name: String
    var file: FakeSounds.Sound?
    let rate: Int
    let from: Int
    /// The length of the file when it was opened.
    let samples: Int
    var audible: Int
    let began: Duration

    var length: Duration { .seconds(max(0, audible - from)) / rate }

    /// What is played at a moment; nothing of files whose samples are coded.
    func sample(at time: Duration) -> Int16 {
        guard let file, file.path.hasSuffix(".sln") || file.path.hasSuffix(".sln16"), time >= began else { return 0 }
        let position = 2 * (from + Int((time - began) / .microseconds(1)) * rate / 1_000_000)
        if position + 1 >= file.bytes.count { return 0 }
        return Int16(bitPattern: UInt16(file.bytes[position]) | UInt16(file.bytes[position + 1]) << 8)
    }

    /// ast_tellstream(): the position in samples. Frames of 20 ms are read as a whole, and the first one at once.
    func position(at now: Duration) -> Int {
        let frames = Int((now - began) / .milliseconds(20)) + 1
        return min(max(samples, audible), from + frames * rate / 50)
    }
}
