import AGI
import Cognigy

// MARK: - What Asterisk does between two messages

extension Handset {
    /// Whether the caller is in the hands of the dialplan.
    var isTransferring: Bool {
        guard let head = playlist.head, head.hasBegun, case .transfer = head.act else { return false }
        return true
    }

    /// Lets the dialplan transfer the caller once he has heard what was said before, or has stopped it by a key or by
    /// speech. The news is `transferred`, unless the call ends before its turn. `music` is for his ears meanwhile; the
    /// transfer waits for it, but not for long.
    mutating func transfer(_ order: TransferOrder, music: Message? = nil, _ context: inout Context) {
        guard let id = queue(.transfer(order), hasSound: music != nil, &context), let music else { return }
        let prompt = PromptOrder(music, token: nil, format: channel.promptFormat)
        context.effects.append(.prepare(id, prompt))
        context.timers.set(.music, context.now + Self.patienceForMusic)
    }

    static let patienceForMusic = Duration.seconds(5)

    mutating func musicIsLate(_ context: inout Context) {
        let late = playlist.stopWaitingForSounds()
        if !late.isEmpty {
            context.effects.append(.log(.notice, "the music of a transfer is not there in time; the caller hears none"))
        }
        context.effects += late.map { .discard($0) }
    }

    /// Sends keys to the caller's telephone once he has heard what was said before.
    mutating func sendDigits(
        _ digits: String, each length: Duration, isSensitive: Bool, _ context: inout Context
    ) {
        if Command.digits(in: digits).isEmpty { return }
        _ = queue(.sendDigits(digits, each: length, isSensitive: isSensitive), &context)
    }

    private mutating func queue(
        _ act: Playlist.Act, hasSound: Bool = false, _ context: inout Context
    ) -> Playlist.ID? {
        guard isTalking, !playlist.isClosed, hasRoom(&context) else { return nil }
        return playlist.append(act, hasSound: hasSound)
    }

    func steps(of item: Playlist.Item) -> [Command] {
        let music: String? =
            switch item.sound {
            case .file(let path), .growing(let path): path
            case .number, nil: nil
            }
        switch item.act {
        case .transfer(let order):
            // A channel that is hung up refuses CHANNEL STATUS: then this is a hangup, whatever the dialplan has left behind.
            return order.preparation(music: music) + [
                .gosub(context: rules.transferContext, extension: "s"), .channelStatus,
                .evaluate(marker: marker + "=", "${\(order.status.rawValue)}"),
            ]
        case .sendDigits(let digits, let length, _): return [.sendDigits(digits, each: length)]
        case nil: return []
        }
    }

    /// The first step that is left of the act at the head has been sent.
    mutating func stepped() {
        guard let head = playlist.head, head.act != nil else { return }
        if !head.hasBegun {
            playlist.beginHead()
            (steps, status) = (steps(of: head), "")
        }
        steps.removeFirst()
    }

    /// A step is over. The last one is the end of the act.
    mutating func acted(_ finished: Exchange.Finished, _ context: inout Context) -> News? {
        if finished.outcome == .deadChannel { return .hungUp }
        guard isTalking, let act = playlist.head?.act else { return nil }
        switch (finished.command, finished.outcome) {
        case (.gosub, .value(0, _)): break
        case (.gosub, _):
            let why = "the dialplan has no extension s in context \(rules.transferContext), or no Gosub() (app_stack)"
            context.effects.append(.log(.warning, "the caller is not transferred: \(why)"))
            steps = []
        case (.evaluate, .value(_, let text?)): status = text
        case (.sendDigits, .value(-2, _)):
            context.effects.append(.log(.warning, "this Asterisk has no SendDTMF(); load app_senddtmf"))
        case (_, .refused):
            context.effects.append(.log(.warning, "Asterisk refused \(finished.command.verb)"))
        default: break
        }
        if !steps.isEmpty { return nil }
        context.effects += playlist.removeHead().map { .discard($0) }
        if case .transfer(let order) = act { return .transferred(order, status: status) }
        return nil
    }
}
