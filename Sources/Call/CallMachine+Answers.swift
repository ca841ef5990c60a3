import Cognigy

/// A whole answer in sentences, while it is made and heard.
struct AnswerInProgress {
    /// Sentences that nobody has begun to make.
    var unspoken: [String] = []
    /// The turn whose first sentence is being made, and since when.
    var first: (id: Playlist.ID, turn: TurnMetrics, since: Duration)?
    /// What was said last is a notice of the service's own trouble.
    var isNotice = false
}

extension CallMachine {
    /// How many sentences are ready or being made: the one that plays, and the next.
    private static let ahead = 2

    @discardableResult
    mutating func say(_ message: Message) -> Playlist.ID? {
        answer.isNotice = false
        return handset.say(message, token: service.token, &context)
    }

    mutating func take(_ sentences: [String], _ turn: TurnMetrics) {
        // The caller speaks again: drop the answer. As long as it may be a cough, the answer is held.
        let sentences = callerSpeaks && doubt != .held && handset.yieldsToSpeech ? [] : sentences
        guard let first = sentences.first else { return report(turn) }
        context.remark(Remark(.flowSaid, sentences.joined(separator: " ")))
        reportFirst()
        let isNext = answer.unspoken.isEmpty
        answer.unspoken += sentences
        if isNext, handset.unheard < Self.ahead {
            answer.unspoken.removeFirst()
            guard let id = say(Message(text: first)) else { return report(turn) }
            answer.first = (id, turn, context.now)
            answer.first?.turn.answer = id
        } else {
            report(turn)
        }
    }

    /// Nothing of the answer is heard, or it comes behind what is said already.
    private mutating func report(_ turn: TurnMetrics) {
        var turn = turn
        turn.since = nil
        context.effects.append(.turn(turn))
    }

    mutating func notice(_ sentence: String) {
        answer.unspoken = [sentence]
        answer.isNotice = true
    }

    /// Begins with the next sentences as soon as there is room.
    mutating func speakAhead() {
        while stage == .talking, !answer.unspoken.isEmpty, handset.unheard < Self.ahead {
            handset.say(Message(text: answer.unspoken.removeFirst()), token: service.token, &context)
        }
    }

    /// Drops what is left of the answer, because the caller has interrupted it.
    mutating func dropAnswer() {
        reportFirst()
        answer.unspoken = []
    }

    mutating func prepared(_ id: Playlist.ID, _ sound: Playlist.Sound?, _ loss: Loss?) {
        var muted: Loss?
        if var first = answer.first, first.id == id {
            first.turn.synthesis = sound == nil ? nil : context.now - first.since
            answer.first = first
            reportFirst()
            if sound == nil { muted = loss ?? Loss(kind: .voice, why: "tts = none, so no answer can be spoken") }
        }
        handset.prepared(id, sound, loss: loss, &context)
        // A caller who is not answered in words would hear nothing for the rest of the call.
        if let muted {
            let detail = "the answer cannot be spoken: \(muted.why); check tts_url and tts_command"
            leave(Ending(.unavailable, muted.reason, detail: detail))
        }
    }

    /// The metrics of a turn are complete once its first sentence can be heard, or will not be.
    private mutating func reportFirst() {
        if let first = answer.first { context.effects.append(.turn(first.turn)) }
        answer.first = nil
    }
}
