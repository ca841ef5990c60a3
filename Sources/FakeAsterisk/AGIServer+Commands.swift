/// The commands that a call needs, after the handlers of res_agi.c. Any other command is answered as unknown.
extension AGIServer {
    private struct Handler {
        let words: [String]
        /// Whether it is served after the hangup.
        var dead = false
        let usage: String
        /// Carries the command out; false for RESULT_SHOWUSAGE. The words are argv, so those of the command come first.
        let run: @Sendable (inout AGIServer, [String], Duration) -> Bool
    }

    private static let handlers = [
        Handler(words: ["answer"], usage: "ANSWER", run: { $0.answer($1, $2) }),
        Handler(words: ["channel", "status"], usage: "CHANNEL STATUS [<channelname>]") { $0.channelStatus($1, $2) },
        Handler(words: ["exec"], dead: true, usage: "EXEC <application> <options>", run: { $0.execute($1, $2) }),
        Handler(words: ["get", "data"], usage: "GET DATA <file> [<timeout>] [<maxdigits>]") { $0.getData($1, $2) },
        Handler(
            words: ["get", "full", "variable"], dead: true, usage: "GET FULL VARIABLE <variablename> [<channelname>]",
            run: { $0.getFullVariable($1, $2) }),
        Handler(words: ["get", "variable"], dead: true, usage: "GET VARIABLE <variablename>") {
            $0.getVariable($1, $2)
        },
        Handler(words: ["gosub"], usage: "GOSUB <context> <extension> <priority> [<optional-argument>]") {
            $0.gosub($1, $2)
        },
        Handler(words: ["hangup"], usage: "HANGUP [<channelname>]", run: { $0.hangUpCommand($1, $2) }),
        Handler(words: ["noop"], dead: true, usage: "NOOP") { server, _, now in
            server.succeed("0", now)
        },
        Handler(words: ["say", "alpha"], usage: "SAY ALPHA <string> <escape digits>") { $0.say($1, 4...5, $2) },
        Handler(words: ["say", "digits"], usage: "SAY DIGITS <number> <escape digits>") { $0.sayNumber($1, 4...4, $2) },
        Handler(words: ["say", "number"], usage: "SAY NUMBER <number> <escape digits>") { $0.sayNumber($1, 4...5, $2) },
        Handler(words: ["say", "phonetic"], usage: "SAY PHONETIC <string> <escape digits>") { $0.say($1, 4...4, $2) },
        Handler(words: ["set", "context"], usage: "SET CONTEXT <desired context>") { server, words, now in
            guard words.count == 3 else { return false }
            server.record.channel.context = words[2]
            return server.succeed("0", now)
        },
        Handler(words: ["set", "extension"], usage: "SET EXTENSION <new extension>") { server, words, now in
            guard words.count == 3 else { return false }
            server.record.channel.extension = words[2]
            return server.succeed("0", now)
        },
        Handler(words: ["set", "priority"], usage: "SET PRIORITY <priority>") { server, words, now in
            guard words.count == 3, let priority = CommandWords.integer(words[2]) else { return false }
            server.record.channel.priority = priority
            return server.succeed("0", now)
        },
        Handler(words: ["set", "variable"], dead: true, usage: "SET VARIABLE <variablename> <value>") {
            $0.setVariable($1, $2)
        },
        Handler(words: ["stream", "file"], usage: "STREAM FILE <filename> <escape digits> [<sample offset>]") {
            $0.streamFile($1, $2)
        },
        Handler(words: ["verbose"], dead: true, usage: "VERBOSE <message> <level>") { server, words, now in
            words.count < 2 ? false : server.succeed("1", now)
        },
        Handler(words: ["wait", "for", "digit"], usage: "WAIT FOR DIGIT <timeout>") { $0.waitForDigit($1, $2) },
    ]

    /// agi_handle_command(): finds the command and carries it out.
    mutating func run(_ words: [String], at now: Duration) {
        guard let handler = Self.handlers.first(where: { Self.matches($0.words, words) }) else {
            return reply("510 Invalid or unknown command", at: now)
        }
        if isDead && !handler.dead {
            return reply("511 Command Not Permitted on a dead channel or intercept routine", at: now)
        }
        if !handler.run(&self, words, now) { replyUsage(handler.usage, at: now) }
    }

    /// find_command(): whether the line starts with all words of the command, in upper or lower case.
    private static func matches(_ command: [String], _ words: [String]) -> Bool {
        words.count >= command.count && zip(command, words).allSatisfy { $0 == $1.lowercased() }
    }

    private mutating func replyUsage(_ usage: String, at now: Duration) {
        reply("520-Invalid command syntax.  Proper usage follows:", at: now)
        reply("Usage: \(usage)\n\n\tThe words in <> are yours, those in [] may be left out.\n", at: now)
        reply("520 End of proper usage.", at: now)
    }

    mutating func succeed(_ result: String, _ now: Duration) -> Bool {
        reply("200 result=\(result)", at: now)
        return true
    }

    private mutating func answer(_ words: [String], _ now: Duration) -> Bool {
        if !record.channel.isUp && isHungUp {
            fail()
            return succeed("-1", now)
        }
        record.channel.isUp = true
        return succeed("0", now)
    }

    private mutating func channelStatus(_ words: [String], _ now: Duration) -> Bool {
        guard (2...3).contains(words.count) else { return false }
        let isThisChannel = words.count == 2 || words[2] == record.channel.name
        return succeed(isThisChannel ? "\(record.channel.state)" : "-1", now)
    }

    private mutating func hangUpCommand(_ words: [String], _ now: Duration) -> Bool {
        guard (1...2).contains(words.count) else { return false }
        if words.count == 2 && words[1] != record.channel.name { return succeed("-1", now) }
        hangUp(by: .program, at: now)
        return succeed("1", now)
    }

    private mutating func setVariable(_ words: [String], _ now: Duration) -> Bool {
        guard words.count == 4 else { return false }
        // pbx_builtin_setvar_helper(): leading underscores are no part of the name, but say who inherits the variable.
        record.channel.variables[String(words[2].drop { $0 == "_" })] = words[3]
        return succeed("1", now)
    }

    private mutating func getVariable(_ words: [String], _ now: Duration) -> Bool {
        guard words.count == 3 else { return false }
        return succeed(record.channel.value(of: words[2]).map { "1 (\($0))" } ?? "0", now)
    }

    private mutating func getFullVariable(_ words: [String], _ now: Duration) -> Bool {
        guard (4...5).contains(words.count) else { return false }
        if words.count == 5 && words[4] != record.channel.name { return succeed("0", now) }
        return succeed("1 (\(record.channel.substituting(words[3])))", now)
    }
}
