import AGI
import Cognigy

// MARK: - What Asterisk is to do

extension Handset {
    /// Gives Asterisk its next command, if it can take one. `waits`: the service keeps the caller waiting.
    mutating func pump(waits: Bool, _ context: inout Context) -> News? {
        if exchange.isInterrupting || stage == .left { return nil }
        switch exchange.current {
        case nil, .waitForDigit, .streamSilence:
            if isTalking, let news = skipUnheard(&context) { return news }
            guard let next = nextCommand(waits, context) else { return leftIfIdle() }
            if next.command != exchange.current { send(next, &context) }
        case .streamFile where mustStop(waits):
            if playing == .item {
                plays[plays.count - 1] = .stopped
                if isHeld, !stopsItem {
                    playlist.setOffset(heardByNow(context))
                } else {
                    context.effects += playlist.removeHead().map { .discard($0) }
                }
                stopsItem = false
            }
            // A prompt cannot interrupt a prompt: their answers look alike.
            if let next = nextCommand(waits, context), exchange.allows(next.command) {
                send(next, &context)
            } else {
                send(isTalking && silence != nil ? collecting : (.noop, nil), &context)
            }
        default: break
        }
        return nil
    }

    func mustStop(_ waits: Bool) -> Bool {
        switch playing {
        case .item: stopsItem || isHeld || !isTalking
        case .waitPrompt: !isTalking || !waits || playlist.head != nil
        case .stopped: true
        case .act: false
        case .fallback, .silence, nil: isHurried
        }
    }

    /// Messages without a sound are over when their turn comes.
    mutating func skipUnheard(_ context: inout Context) -> News? {
        if failed != nil { return nil }
        while let head = playlist.head, head.act == nil, head.sound == nil {
            if let loss = head.loss { lose(loss) }
            if let news = finishHead(&context) ?? nothingHeard() { return news }
        }
        return nil
    }

    func nextCommand(_ waits: Bool, _ context: Context) -> (command: Command, playing: Playing?)? {
        switch stage {
        case .opening(let commands): return commands.first.map { ($0, nil) } ?? (.waitForDigit, nil)
        case .leaving(let commands, _):
            guard let command = commands.first else { return nil }
            return (command, command.isStream ? .fallback : nil)
        case .left: return nil
        case .talking: break
        }
        if failed != nil { return (.channelStatus, nil) }
        if let aside = asides.first { return (aside, nil) }
        if isHeld, playlist.head?.hasBegun != true { return collecting }
        if let head = playlist.head, head.act != nil {
            let steps = head.hasBegun ? steps : self.steps(of: head)
            return steps.first.map { ($0, .act) } ?? collecting
        }
        if let head = playlist.head, !head.mayRest || !context.timers.isSet(.round) {
            let escape: Command.Digits = head.isFinal ? .none : .all
            switch head.sound {
            case .file(let path), .growing(let path):
                return (.streamFile(path, escape: escape, offset: head.offset), .item)
            case .number(let number, _): return (.sayNumber(number, escape: escape), .item)
            case nil: break
            }
        }
        if let prompt = rules.waitPrompt, waits, !waitPromptFailed, !context.timers.isSet(.waitPrompt) {
            return (.streamFile(prompt, escape: .all, offset: waitPromptOffset), .waitPrompt)
        }
        return collecting
    }

    /// The command that waits for keys and does nothing else.
    var collecting: (command: Command, playing: Playing?) {
        guard let silence else { return (.waitForDigit, nil) }
        let isWide = channel.promptFormat == .sln16
        return (.streamSilence(isWide ? silence.wide : silence.narrow), .silence)
    }

    mutating func leftIfIdle() -> News? {
        guard case .leaving = stage, exchange.current == nil else { return nil }
        stage = .left
        return .left
    }

    mutating func send(_ next: (command: Command, playing: Playing?), _ context: inout Context) {
        exchange.sent(next.command)
        plays.append(next.playing)
        let isOfHead = next.playing == .item || next.playing == .act
        let isSensitive = isOfHead ? playlist.head?.isSensitive == true : stage.isSensitive
        context.effects.append(.send(next.command, isSensitive: isSensitive))
        if next.playing == .act { stepped() }
        if next.playing == .item {
            if playlist.first?.pause == nil { isHeard = true }
            itemBegan = context.now
        }
        switch stage {
        case .opening(let commands) where !commands.isEmpty && next.command == commands[0]:
            stage = commands.count > 1 ? .opening(Array(commands.dropFirst())) : .talking
        case .leaving(let commands, _) where !commands.isEmpty && next.command == commands[0]:
            stage = .leaving(Array(commands.dropFirst()), isSensitive: stage.isSensitive)
        case .talking where !asides.isEmpty && next.command == asides[0]: asides.removeFirst()
        case .opening, .leaving, .talking, .left: break
        }
    }
}

extension Command {
    var isStream: Bool { if case .streamFile = self { true } else { false } }
}
