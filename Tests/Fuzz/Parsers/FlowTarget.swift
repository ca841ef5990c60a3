import JSON
import Text

@testable import Flow

extension Target {
    /// An output of a flow in any dialect, or several, a line each, whose settings are laid over each other. Steps are few
    /// and within their bounds; keys are keys, targets and addresses lie on one line, and what goes into the log is one line
    /// as well. The same output is read as the same again.
    static let flowOutput = Target(name: "flow-output") { bytes in
        var config = SessionConfig()
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(20) {
            guard let json = try? JSON(parsing: line) else { continue }
            let output = FlowOutput(json)
            demand(output == FlowOutput(json), "the same is read as the same")
            demand(output.steps.count <= StepList.most + 1, "there are few steps")
            for step in output.steps { check(step, &config) }
        }
        let merged = config
        config.merge(merged)
        var again = config
        again.merge(merged)
        demand(again == config, "the same settings change nothing")
    }

    private static func check(_ step: FlowStep, _ config: inout SessionConfig) {
        switch step {
        case .say(let text, let isMarkup, let loops):
            demand(!text.isBlank && text.utf8.count <= StepList.longestText, "a text is not blank and not endless")
            demand((0...1000).contains(loops), "a text is not repeated too often")
            if isMarkup { check(Markup.parts(of: text), of: text) }
        case .play(let addresses, let loops, _):
            demand((1...StepList.most).contains(addresses.count), "sounds are few")
            for address in addresses { check(address, atMost: StepList.longestAddress) }
            demand((0...1000).contains(loops), "a sound is not repeated too often")
        case .stopPlaying: break
        case .hangUp(let reason, _): if let reason { check(reason, atMost: 1 << 20) }
        case .transfer(let transfer):
            demand(transfer.furtherTargets.count < Transfer.mostTargets, "targets are few")
            for target in [transfer.target] + transfer.furtherTargets { check(target, atMost: 256) }
            for time in [transfer.timeout, transfer.timeLimit].compactMap({ $0 }) { check(time) }
            if let reason = transfer.reason { check(reason, atMost: 1 << 20) }
        case .sendDigits(let digits, let length):
            demand(digits.allSatisfy { "0123456789ABCD*#".contains($0) }, "keys are keys")
            demand(
                (Duration.milliseconds(40)...Duration.seconds(5)).contains(length), "a key is neither short nor long")
        case .sipRequest(let method, _, _): check(method, atMost: 1 << 20)
        case .configure(let part):
            check(part)
            config.merge(part)
            check(config)
        case .menu(let items): demand(items.count <= StepList.most, "a menu is short")
        case .impossible(let words), .malformed(let words): check(words, atMost: 1 << 12)
        }
    }

    private static func check(_ config: SessionConfig) {
        let times = [
            config.endSilence, config.digits?.gap, config.noInput?.timeout, config.flowNoInput?.timeout,
            config.flowNoInput?.giveUp,
        ]
        for time in times.compactMap({ $0 }) { check(time) }
        if let most = config.digits?.most { demand(SessionConfig.digitCounts.contains(most), "digits are few") }
        if let least = config.digits?.least { demand(SessionConfig.digitCounts.contains(least), "digits are few") }
        for words in config.ignored { check(words, atMost: 1 << 12) }
    }

    private static func check(_ line: String, atMost longest: Int) {
        demand(line.utf8.count <= longest, "a line is not endless: \(line.utf8.count)")
        demand(!line.unicodeScalars.contains(where: \.isControlOrLineBreak), "a line has no control character")
    }

    private static func check(_ time: Duration) {
        demand((Duration.zero...Duration.seconds(86_400)).contains(time), "a time is within a day")
    }

    /// Markup of any kind. Texts are not empty, a pause is within its bounds and has no pause as its neighbour, and there is
    /// no more to hear than was written.
    static let markup = Target(name: "flow-markup") { bytes in
        let text = String(bytes)
        _ = Markup.isMarkup(text)
        check(Markup.parts(of: text), of: text)
    }

    private static func check(_ parts: [Markup.Part], of text: String) {
        var pauses = 0
        var length = 0
        for part in parts {
            switch part {
            case .text(let words):
                demand(!words.isBlank, "a text is not blank")
                length += words.utf8.count
                pauses = 0
            case .pause(let pause):
                demand((Duration.zero...Markup.longestPause).contains(pause), "a pause is within its bounds")
                pauses += 1
                demand(pauses == 1, "neighbouring pauses are one")
            case .sound(let address, let instead):
                length += address.utf8.count + (instead?.utf8.count ?? 0)
                pauses = 0
            }
        }
        // Bytes that are no UTF-8 have become three, and a full stop may stand at the end of a sentence.
        demand(length <= 4 * text.utf8.count + 16, "there is no more to hear than was written")
    }

    /// What the caller says, in each dialect: any text is written so that it is read as the same again.
    static let flowInput = Target(name: "flow-input") { bytes in
        var draw = Draw(bytes)
        let facts = CallFacts(callSID: draw.text(), callID: draw.text(), from: draw.text(), to: draw.text())
        let one = draw.text()
        let number = draw.number(below: 256)
        let inputs: [FlowInput] = [
            .callCreated, .digits(one), .digits("1", payload: one), .speech(one, confidence: 0.5, language: one),
            .noInput(digits: one), .transferred(.dial, succeeded: false, cause: one),
            .transferred(.refer, succeeded: true, cause: one), .callCompleted(by: .caller, seconds: number), .text(one),
        ]
        for input in inputs {
            for dialect in InputDialect.allCases {
                guard let message = input.message(facts, in: dialect), let data = message.data else { continue }
                demand((try? JSON(parsing: data.serialized)) == data, "what is written is read as the same")
            }
        }
    }
}
