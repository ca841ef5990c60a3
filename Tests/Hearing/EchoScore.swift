/// How an ear does where it hears what is played.
package struct EchoScore: Sendable {
    /// Prompts of one kind.
    package struct Count: Sendable {
        /// Prompts over which nobody spoke, and those that the ear would have stopped.
        package var quiet = 0
        package var stopped = 0
        /// Prompts over which the caller spoke: the ear began before he did, while he did, or not at all.
        package var spoken = 0
        package var early = 0
        package var right = 0
        package var missed = 0
    }

    package private(set) var first = Count()
    package private(set) var later = Count()
    /// Milliseconds from the caller's first sound until the ear began, where it was right.
    package private(set) var latencies: [Int] = []

    package init(_ trial: EchoTrial, _ ear: () throws -> any Ear) rethrows {
        for index in 0..<trial.count {
            let call = trial.call(index)
            let begins = Self.begins(call, try ear())
            for prompt in call.prompts {
                if prompt.isFirst { add(prompt, begins, to: \.first) } else { add(prompt, begins, to: \.later) }
            }
        }
    }

    /// When the ear said that somebody speaks, in samples of 8 kHz.
    private static func begins(_ call: EchoTrial.Call, _ ear: consuming any Ear) -> [Int] {
        var ear = ear
        var begins: [Int] = []
        for start in stride(from: 0, to: call.line.count - 160, by: 160) {
            let told = call.told[start..<start + 160]
            let playing = told.contains { $0 != nil } ? told.map { $0 ?? 0 } : nil
            for case .began in ear.hear(Array(call.line[start..<start + 160]), playing: playing) {
                begins.append(start + 160)
            }
        }
        return begins
    }

    private mutating func add(
        _ prompt: EchoTrial.Prompt, _ begins: [Int], to count: WritableKeyPath<EchoScore, Count>
    ) {
        // The echo of the end comes up to half a second later.
        let end = prompt.place.upperBound + 4000
        let begin = begins.first { $0 >= prompt.place.lowerBound && $0 < end }
        guard let words = prompt.caller else {
            self[keyPath: count].quiet += 1
            if begin != nil { self[keyPath: count].stopped += 1 }
            return
        }
        self[keyPath: count].spoken += 1
        guard let begin, begin < words.upperBound + 4000 else {
            self[keyPath: count].missed += 1
            return
        }
        if begin < words.lowerBound {
            self[keyPath: count].early += 1
        } else {
            self[keyPath: count].right += 1
            latencies.append((begin - words.lowerBound) / 8)
        }
    }
}
