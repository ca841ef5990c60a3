import AGI

// MARK: - The caller speaks

extension CallMachine {
    /// Whether what is to be heard gives way to a sound of the caller's. It is held at once. It is given up when he has spoken
    /// for so long that it is no cough, or when words were understood. Else it goes on where it was.
    enum Doubt {
        case none
        case held
        /// It was held for as long as may be, and goes on. Words that are understood now still stop it.
        case over
    }

    /// How long it is held at most.
    static let longestDoubt = Duration.seconds(1)

    mutating func speechBegan() {
        callerSpeaks = true
        speaksLong = false
        touch()
        serviceSaid(service.handle(.speechBegan, &context))
        if !handset.yieldsToSpeech || !service.hearsSpeech || !handset.hold() { return }
        doubt = .held
        context.timers.set(.doubt, context.now + Self.longestDoubt)
    }

    mutating func speechIsSure() {
        speaksLong = true
        // Where his words are known, they say it better, unless they do not come.
        if doubt == .over || doubt == .held && !service.hearsWords { giveUp() }
    }

    mutating func doubtIsOver() {
        if callerSpeaks, speaksLong { giveUp() } else { goOn(.over) }
    }

    mutating func spoke(_ samples: [Int16]) {
        callerSpeaks = false
        touch()
        serviceSaid(service.take(.speech(samples), &context))
    }

    mutating func understood(_ isSomething: Bool) {
        if doubt == .none { return }
        if isSomething {
            giveUp()
        } else if !callerSpeaks {
            // If he speaks again, that is not known yet.
            goOn(.none)
        }
    }

    /// What is to be heard gives way to the caller.
    private mutating func giveUp() {
        endDoubt(.none)
        dropAnswer()
        if handset.isSpeaking {
            interruptions += 1
            service.interrupted()
        }
        handset.interrupt(&context)
    }

    private mutating func goOn(_ next: Doubt) {
        endDoubt(next)
        handset.goOn()
    }

    mutating func endDoubt(_ next: Doubt) {
        doubt = next
        context.timers.clear(.doubt)
    }

    /// Asterisk writes the caller's voice in EAGI_AUDIO_FORMAT, or in 8 kHz without it (setup_env and launch_script in
    /// res_agi.c).
    mutating func listen() {
        let format = handset.channel.variable.split(separator: " ").last.map { String($0) } ?? "slin"
        if let rate = CallMachine.rates[format] { return context.effects.append(.listen(rate: rate)) }
        let detail = "EAGI_AUDIO_FORMAT is \(format), which is no samples; set it to slin16, or not at all"
        leave(Ending(.error, "configuration", detail: detail))
    }

    /// The formats that are samples and nothing else (ast_format_cache).
    private static let rates = [
        "slin": 8000, "slin12": 12_000, "slin16": 16_000, "slin24": 24_000, "slin32": 32_000, "slin44": 44_100,
        "slin48": 48_000, "slin96": 96_000, "slin192": 192_000,
    ]
}
