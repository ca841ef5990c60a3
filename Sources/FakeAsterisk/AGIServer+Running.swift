/// How commands that take time begin, go on and end.
extension AGIServer {
    /// Carries a running command one step further; false if nothing is due.
    mutating func advance(_ command: RunningCommand, readable: Bool, at now: Duration) -> Bool {
        // ast_waitfor_nandfds() looks at the descriptor before the channel.
        if readable && command.isInterruptible {
            interrupt(command, at: now)
        } else if let key = takeKey(before: command.deadline) {
            take(key, command, at: now)
        } else if isHungUp {
            breakOff(command, at: now)
        } else if let deadline = command.deadline, deadline <= now {
            if let grown = grown(command) { activity = .running(grown) } else { complete(command, at: now) }
        } else {
            return false
        }
        return true
    }

    private mutating func interrupt(_ command: RunningCommand, at now: Duration) {
        stopSound(of: command, .command, at: now)
        activity = .idle
        if case .waitForDigit = command.kind { reply("200 result=1", at: now) }
    }

    private mutating func take(_ key: PressedKey, _ command: RunningCommand, at now: Duration) {
        let isTaken = command.isServedByUs && command.takes?.contains(key.digit) ?? true
        guard isTaken else { return note(key, .lost(.notTaken(by: command.name)), at: now) }
        note(key, .returned, at: now)
        stopSound(of: command, .key(key.digit), at: now)
        guard case .getData(let collected, let limit, let first, let further) = command.kind else {
            return finish(command, "\(key.digit.asciiValue ?? 0)", at: now)
        }
        let digits = collected + (key.digit == "#" ? "" : String(key.digit))
        if key.digit == "#" || digits.count >= limit { return finish(command, digits, at: now) }
        var next = command
        next.sound = nil
        next.kind = .getData(collected: digits, limit: limit, first: first, further: further)
        next.deadline = further.map { now + $0 }
        activity = .running(next)
    }

    private mutating func breakOff(_ command: RunningCommand, at now: Duration) {
        stopSound(of: command, .hangup, at: now)
        if case .subroutine(let subroutine) = command.kind {
            leave(subroutine.variablesOnHangup)
            return finish(command, "0 Gosub complete (abnormal exit)", at: now)
        }
        finish(command, "-1", at: now)
        switch command.kind {
        case .waitForDigit, .streamFile, .say: fail()
        case .getData, .application, .subroutine: break
        }
    }

    private mutating func complete(_ command: RunningCommand, at now: Duration) {
        stopSound(of: command, .complete, at: now)
        if case .subroutine(let subroutine) = command.kind {
            leave(subroutine.variables)
            return finish(command, "0 Gosub complete", at: now)
        }
        guard case .getData(let collected, _, let first, _) = command.kind else {
            return finish(command, "0", at: now)
        }
        if command.sound == nil { return finish(command, "\(collected) (timeout)", at: now) }
        var next = command
        next.sound = nil
        next.deadline = first.map { now + $0 }
        activity = .running(next)
    }

    /// The command with the rest of a sound of which more was written meanwhile.
    private func grown(_ command: RunningCommand) -> RunningCommand? {
        guard case .streamFile = command.kind, var sound = command.sound, let file = sound.file,
            let longer = sounds.grown(file)
        else { return nil }
        sound.file = longer
        sound.audible = longer.audible
        var command = command
        command.sound = sound
        command.deadline = sound.began + sound.length
        return command
    }

    private mutating func leave(_ variables: [String: String]) {
        record.channel.variables.merge(variables) { $1 }
    }

    private mutating func finish(_ command: RunningCommand, _ result: String, at now: Duration) {
        activity = .idle
        if case .streamFile = command.kind, let sound = command.sound {
            let isComplete = result == "0"
            reply("200 result=\(result) endpos=\(isComplete ? sound.samples : sound.position(at: now))", at: now)
        } else {
            reply("200 result=\(result)", at: now)
        }
    }

    private mutating func stopSound(of command: RunningCommand, _ end: CallRecord.Sound.End, at now: Duration) {
        guard let sound = command.sound, !command.isSilence else { return }
        let heard = CallRecord.Sound(
            name: sound.name, path: sound.file?.path, bytes: sound.file?.bytes ?? [], rate: sound.rate,
            from: sound.from,
            to: end == .complete ? max(sound.samples, sound.audible) : sound.position(at: now), began: sound.began,
            ended: now, end: end)
        append(.heard(heard), at: now)
    }

    // MARK: How they begin

    private mutating func start(_ command: RunningCommand, at now: Duration) {
        var command = command
        if let sound = command.sound {
            if !command.isSilence { append(.playing(name: sound.name, length: sound.length), at: now) }
            command.deadline = now + sound.length
        }
        activity = .running(command)
    }

    mutating func waitForDigit(_ words: [String], _ now: Duration) -> Bool {
        guard words.count == 4, let timeout = CommandWords.integer(words[3]) else { return false }
        start(
            RunningCommand(
                name: "WAIT FOR DIGIT", kind: .waitForDigit,
                deadline: timeout < 0 ? nil : now + .milliseconds(timeout)),
            at: now)
        return true
    }

    mutating func streamFile(_ words: [String], _ now: Duration) -> Bool {
        guard (4...5).contains(words.count) else { return false }
        guard let offset = words.count > 4 ? CommandWords.integer(words[4]) : 0 else { return false }
        guard let sound = open(words[2], from: offset, at: now) else {
            fail()
            return succeed("-1 endpos=\(offset)", now)
        }
        start(RunningCommand(name: "STREAM FILE", kind: .streamFile, takes: words[3], sound: sound), at: now)
        return true
    }

    /// ast_app_getdata_full(). A missing file is answered with -1, but AGISTATUS does not become FAILURE.
    mutating func getData(_ words: [String], _ now: Duration) -> Bool {
        guard words.count >= 3 else { return false }
        let timeout = words.count > 3 ? CommandWords.integer(words[3]) ?? 0 : 0
        let limit = words.count > 4 ? CommandWords.integer(words[4]) ?? 0 : 1024
        let sound = open(words[2], from: 0, at: now)
        if (sound == nil && !words[2].isEmpty) || limit == 0 { return succeed("-1", now) }
        let given: Duration = .milliseconds(timeout)
        let first: Duration? = timeout < 0 ? nil : timeout > 0 ? given : .seconds(6)
        let further: Duration? = timeout < 0 ? nil : timeout > 0 ? given : .seconds(2)
        let kind = RunningCommand.Kind.getData(collected: "", limit: limit, first: first, further: further)
        start(RunningCommand(name: "GET DATA", kind: kind, deadline: first.map { now + $0 }, sound: sound), at: now)
        return true
    }

    mutating func sayNumber(_ words: [String], _ counts: ClosedRange<Int>, _ now: Duration) -> Bool {
        guard words.count >= 3, CommandWords.integer(words[2]) != nil else { return false }
        return say(words, counts, now)
    }

    /// Takes half a second for each character. ast_say_*_full() is interrupted by the program's next command only if it
    /// has an audio descriptor, so only under EAGI.
    mutating func say(_ words: [String], _ counts: ClosedRange<Int>, _ now: Duration) -> Bool {
        guard counts.contains(words.count) else { return false }
        let name = words[0...1].joined(separator: " ").uppercased()
        let samples = words[2].count * 4000
        let sound = PlayingSound(
            name: "\(name) \(words[2])", rate: 8000, from: 0, samples: samples, audible: samples, began: now)
        start(
            RunningCommand(name: name, kind: .say, takes: words[3], sound: sound, isInterruptible: isEnhanced), at: now)
        return true
    }

    /// handle_gosub() of app_stack.c. It is no interruptible command, and the dialplan keeps the keys.
    mutating func gosub(_ words: [String], _ now: Duration) -> Bool {
        guard (4...5).contains(words.count) else { return false }
        guard let priority = CommandWords.integer(words[3]), priority >= 1,
            let subroutine = subroutines["\(words[1]),\(words[2])"]
        else {
            fail()
            return succeed("-1 Gosub label not found", now)
        }
        for (index, argument) in (words.count > 4 ? words[4] : "").split(separator: ",").enumerated() {
            record.channel.variables["ARG\(index + 1)"] = String(argument)
        }
        reply("100 result=0 Trying...", at: now)
        let command = RunningCommand(
            name: "GOSUB", kind: .subroutine(subroutine), deadline: now + subroutine.length, isInterruptible: false)
        start(command, at: now)
        return true
    }

    /// How long ast_dtmf_stream() of app.c takes: 100 ms, and then each key with the pause behind it.
    private func length(ofKeys data: String) -> Duration {
        let parts = data.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let (gap, held) = (parts.count > 1 ? Int(parts[1]) : nil, parts.count > 2 ? Int(parts[2]) : nil)
        let key = Duration.milliseconds((gap ?? 250) + (held ?? 100))
        return (parts.first ?? "").reduce(.milliseconds(100)) { length, character in
            switch character {
            case "w": length + .milliseconds(500)
            case "W": length + .seconds(1)
            case _ where "0123456789*#ABCDabcd".contains(character): length + key
            default: length
            }
        }
    }

    /// EXEC of a few applications. Any other one is unknown, which is answered with -2.
    mutating func execute(_ words: [String], _ now: Duration) -> Bool {
        guard words.count >= 2 else { return false }
        let data = words.count > 2 ? words[2] : ""
        var application = RunningCommand(name: "EXEC \(words[1])", kind: .application, isInterruptible: false)
        switch words[1].lowercased() {
        case "noop", "verbose", "log", "progress", "ringing", "startmusiconhold", "stopmusiconhold":
            return succeed("0", now)
        case "answer":
            record.channel.isUp = true
            return succeed("0", now)
        case "set":
            let parts = data.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2 { record.channel.variables[parts[0]] = parts[1] }
            return succeed("0", now)
        // pbx_builtin_setvar_multiple(): an assignment without a value is skipped.
        case "mset":
            for pair in data.split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2 { record.channel.variables[parts[0]] = parts[1] }
            }
            return succeed("0", now)
        case "hangup":
            hangUp(by: .program, at: now)
            return succeed("-1", now)
        case "wait":
            application.deadline = now + .seconds(Double(data) ?? 0)
        case "senddtmf":
            if data.isEmpty || data.hasPrefix(",") { return succeed("0", now) }
            application.deadline = now + length(ofKeys: data)
        case "playback":
            application.sound = open(data, from: 0, at: now)
            record.channel.variables["PLAYBACKSTATUS"] = application.sound == nil ? "FAILED" : "SUCCESS"
            if application.sound == nil { return succeed("0", now) }
        default:
            return succeed("-2", now)
        }
        start(application, at: now)
        return true
    }

    /// ast_openstream() and ast_seekstream(): opens a sound file; nil, and a line in the record, if there is none.
    private mutating func open(_ name: String, from offset: Int, at now: Duration) -> PlayingSound? {
        if let file = name.isEmpty ? nil : sounds.open(name, for: record.channel.nativeFormat) {
            return PlayingSound(
                name: name, file: file, rate: file.rate, from: min(max(0, offset), file.samples),
                samples: file.samples, audible: file.audible, began: now)
        }
        if !name.isEmpty {
            append(
                .heard(
                    .init(
                        name: name, path: nil, bytes: [], rate: 8000, from: offset, to: offset, began: now, ended: now,
                        end: .missing)), at: now)
        }
        return nil
    }
}
