import AGI

// MARK: - How a prompt ends

extension Handset {
    /// The item has been heard, and is to be heard again.
    mutating func repeats(_ what: Playing?, _ position: Int, _ context: inout Context) -> Bool {
        guard what == .item, isTalking, playlist.repeatsHead() else { return false }
        if playlist.first?.pause == nil { hasPlayed = true }
        // One without sound would end at once, again and again.
        if position < Self.shortestRound { context.timers.set(.round, context.now + .milliseconds(250)) }
        return true
    }

    /// In samples: a quarter of a second at 8 kHz. A number, whose end has no position, counts as shorter.
    private static let shortestRound = 2000

    /// Asterisk met the end of a sound of which more is still arriving: it goes on from there once more has come. The answer
    /// gives the length of the file as it was at the beginning, so what was heard is told by the clock.
    mutating func meetsItsEnd(_ context: inout Context) -> Bool {
        guard isTalking, let head = playlist.head, case .growing = head.sound else { return false }
        playlist.setOffset(heardByNow(context))
        context.timers.set(.round, context.now + Self.restForMore)
        context.effects.append(.log(.debug, "a prompt ended before all of it had come, and goes on"))
        return true
    }

    /// The sample of the item that is heard now, by the clock: Asterisk does not say where it was interrupted.
    func heardByNow(_ context: Context) -> Int {
        let frames = Int((context.now - itemBegan) / .milliseconds(20))
        return (playlist.head?.offset ?? 0) + frames * channel.promptFormat.rate / 50
    }

    private static let restForMore = Duration.milliseconds(60)

    mutating func played(
        _ what: Playing?, _ context: inout Context
    ) -> News? {
        switch what {
        case .item:
            if playlist.first?.pause == nil { hasPlayed = true }
            return finishHead(&context)
        case .waitPrompt:
            waitPromptOffset = 0
            // A wait prompt without sound would end at once, again and again.
            context.timers.set(.waitPrompt, context.now + .milliseconds(250))
            return nil
        case .stopped, .act, .fallback, .silence, nil: return nil
        }
    }

    /// STREAM FILE says -1 for a missing file and for a hangup alike; CHANNEL STATUS tells which it was.
    mutating func couldNotPlay(_ what: Playing?, _ context: inout Context) -> News? {
        switch what {
        case .item:
            failed = .item
            context.effects.append(.log(.notice, "a prompt was not played to its end"))
        case .waitPrompt:
            waitPromptFailed = true
            failed = .waitPrompt
            context.effects.append(.log(.notice, "wait_prompt \(rules.waitPrompt ?? "") was not played to its end"))
        case .silence:
            silence = nil
            failed = .silence
        case .stopped, .act, .fallback, nil: break
        }
        return nil
    }

    /// Asterisk could not play what was made for it, and the caller is still there.
    mutating func unplayable(_ context: inout Context) -> News? {
        // A stop may have taken it off the list meanwhile.
        guard playlist.head?.sound != nil else { return nil }
        isHeard = hasPlayed
        lose(Loss(kind: .audio, why: "Asterisk could not play it; its own log says why"))
        return finishHead(&context) ?? nothingHeard()
    }

    /// Nothing of what was said since the last key is heard, nor on its way.
    func nothingHeard() -> News? {
        guard let lastLoss, !isHeard, playlist.isEmpty else { return nil }
        return .heardNothing(lastLoss)
    }

    mutating func finishHead(_ context: inout Context) -> News? {
        guard let head = playlist.head else { return nil }
        context.effects += playlist.removeHead().map { .discard($0) }
        return head.message.flatMap { $0.isFinal ? .heardFinal($0) : nil }
    }
}
