import AGI
import Text

@testable import FakeAsterisk

extension Target {
    /// What Asterisk says. The first bytes are cuts: lines are the same however they are cut, and none holds a line feed.
    /// The environment ends within 512 lines, and nothing of it that we use is empty. Any line is a reply or none.
    static let agiLines = Target(name: "agi-lines") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        let rest = draw.remainder()
        var whole = Lines()
        var cut = Lines()
        let lines = whole.receive(rest)
        demand(rest.pieces(cuts).flatMap { cut.receive($0) } == lines, "lines are the same however they are cut")
        var environment = Environment()
        var parser = ReplyParser()
        for line in lines {
            demand(!line.utf8.contains(UInt8(ascii: "\n")), "a line holds no line feed")
            if !environment.isComplete {
                environment.receive(line: line)
            } else if case .success(let value, _, _) = parser.receive(line: line) {
                demand(!value.utf8.contains(UInt8(ascii: " ")), "a value is one word")
            }
        }
        demand(lines.count < 512 || environment.isComplete, "an environment ends")
        for name in ["uniqueid", "callerid", "enhanced", "type"] {
            demand(environment[name]?.isEmpty != true, "an empty value is none")
        }
        demand(environment.arguments.count <= lines.count, "an argument is a line")
        _ = environment.carriesAudio
        for name in environment.arguments where HeaderFunction.isName(name) {
            demand(HeaderFunction.pjsip.expression(name)?.utf8.contains { $0 < 0x20 } == false, "a header has a name")
        }
    }

    /// What we say to Asterisk, with any texts in it. A command is one line below 2046 bytes without a control character.
    /// Asterisk's parser of words finds as many in it as were said, and a short text unchanged. What goes to an
    /// application or a subroutine holds nothing that means something to a dialplan.
    static let agiCommands = Target(name: "agi-commands") { bytes in
        var draw = Draw(bytes)
        let kind = draw.number(below: 15)
        let one = draw.text()
        let number = Int(truncatingIfNeeded: Int64(bitPattern: draw.number()))
        let list = (0..<draw.number(below: 6)).map { _ in draw.text() }
        let other = String(draw.remainder())
        let variables: [Command.Variable] = [.reason, .sessionID, .endReason, .transferTarget, .transferMusic]
        let assignments = zip(variables, list + [one, other]).map { Command.Assignment($0, $1) }
        let (command, words): (Command, Int) =
            switch kind {
            case 0: (.streamFile(one, escape: .all, offset: number), 5)
            case 1: (.streamSilence(one), 5)
            case 2: (.sayNumber(number, escape: .none), 4)
            case 3: (.setVariables(assignments), 3)
            case 4: (.evaluate(marker: one, other), 4)
            case 5: (.gosub(context: one, extension: other), 4)
            case 6: (.gosub(context: one, extension: "s", arguments: list + [other]), 5)
            case 7: (.sendDigits(one + other, each: .milliseconds(number % 100_000)), 3)
            case 8: (.verbose(one + other, level: number), 3)
            case 9: (.warn(one + other), 3)
            case 10: (.setContext(one), 3)
            case 11: (.setExtension(other), 3)
            case 12: (.setPriority(one), 3)
            case 13: (.setDTMFMode(other), 4)
            default: (.clearVariable(.status), 4)
            }
        var line = command.line
        demand(line.count < 2046, "a line stays below 2046 bytes")
        demand(line.popLast() == UInt8(ascii: "\n"), "a line feed ends a line")
        let text = String(line)
        demand(!text.unicodeScalars.contains(where: \.isControlOrLineBreak), "a line holds no control character")
        let found = CommandWords.split(line)
        let hasNoArguments = kind == 6 && found.count == 4
        demand(found.count == words || hasNoArguments, "\(text) has \(words) words")
        if kind == 0, one.utf8.count < 900, !one.unicodeScalars.contains(where: \.isControlOrLineBreak) {
            demand(found[2].utf8.elementsEqual(one.utf8), "Asterisk reads the text that was said")
        }
        if [3, 5, 6, 7].contains(kind) {
            let dangerous = "${}()[]|;&^!<>'`\\\"".utf8
            demand(!found.joined().utf8.contains { dangerous.contains($0) }, "\(text) is no code of a dialplan")
        }
        demand(command.verb.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x20 }, "a verb is words")
    }

    /// Commands, replies and news from the pipe in any order. What is allowed is counted; each command ends once at most,
    /// in the order in which they were sent, and no more than two are on their way.
    static let agiExchange = Target(name: "agi-exchange") { bytes in
        var draw = Draw(bytes)
        var exchange = Exchange()
        var sent: [Command] = []
        var ended = 0
        var parser = ReplyParser()
        let commands: [Command] = [
            .waitForDigit, .streamFile("a", escape: .all), .streamFile("b", escape: .none, offset: 800),
            .streamSilence("c"), .sayNumber(5, escape: .none), .answer, .hangup, .noop, .channelStatus,
            .evaluate(marker: "mark ", "${X}"), .gosub(context: "a", extension: "b"), .verbose("v", level: 1),
        ]
        while !draw.isOver {
            var finished: [Exchange.Finished] = []
            switch draw.number(below: 4) {
            case 0, 1:
                let command = draw.one(of: commands)
                guard exchange.allows(command) else { continue }
                exchange.sent(command)
                sent.append(command)
            case 2:
                let values = ["0", "-1", "1", "52", "300", "x", String(draw.byte())]
                let tails = ["", " endpos=800", " endpos=100000800", " (mark x)", " (timeout)", " endpos=0"]
                let lines = ["510 no", "511 dead", "520 End", "520-x", "HANGUP", "junk"]
                let line =
                    draw.bool() ? "200 result=" + draw.one(of: values) + draw.one(of: tails) : draw.one(of: lines)
                if let reply = parser.receive(line: line) { finished = exchange.receive(reply) }
            default: finished = exchange.wasRead(draw.bool() ? exchange.sentCount : exchange.sentCount - 1)
            }
            for end in finished {
                demand(ended < sent.count && sent[ended] == end.command, "commands end in the order of their sending")
                ended += 1
            }
            demand(exchange.sentCount == sent.count, "what is sent is counted")
            demand((0...2).contains(sent.count - ended), "at most two commands are on their way")
            demand((exchange.current == nil) == (sent.count == ended), "what has not ended is known")
        }
    }
}
