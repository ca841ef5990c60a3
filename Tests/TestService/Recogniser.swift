import Glibc
import JSON
import System
import Testbed

/// A real recogniser, pocketsphinx, that knows what callers and the bot of a test may say: a grammar, as on a PBX that
/// takes commands. Its English is that of a 16 kHz line.
package final class Recogniser {
    struct Late: Error {}

    private static let model = "/usr/share/pocketsphinx/model/en-us"

    package static var isInstalled: Bool {
        access("/usr/bin/pocketsphinx_continuous", X_OK) == 0 && access("\(model)/en-us/means", R_OK) == 0
    }

    private let folder: TemporaryFolder
    /// The file with the phrases.
    package let grammar: String
    private let command: [String]
    /// POST /stt: raw samples in, `{"text":...}` out.
    package let service: ProgramService

    /// `phrases` are words in lower case.
    package init(phrases: [String]) throws {
        folder = try TemporaryFolder()
        let text = "#JSGF V1.0;\ngrammar telephone;\npublic <phrase> = \(phrases.joined(separator: " | "));\n"
        try folder.write(text, to: "grammar")
        grammar = folder.path("grammar")
        let command = [
            "/usr/bin/pocketsphinx_continuous", "-hmm", Self.model + "/en-us", "-dict",
            Self.model + "/cmudict-en-us.dict",
            "-jsgf", grammar, "-infile", "/dev/stdin", "-logfn", "/dev/null",
        ]
        self.command = command
        service = try ProgramService("/stt", task: { ProgramService.Task(command: command, input: $0) }) { output in
            let body: JSON = ["text": .string(Self.text(output))]
            return ProgramService.Reply(type: "application/json", body: body.serialized)
        }
    }

    /// The words of a recording, 16 kHz; empty where nothing was understood.
    package func words(of samples: [UInt8]) throws -> String {
        let deadline = MonotonicClock.now() + .seconds(20)
        // Half a second of silence ends what was said.
        let sound = samples + [UInt8](repeating: 0, count: 16_000)
        var program = try Filter(command, input: sound, limit: 1 << 16, deadline: deadline)
        while MonotonicClock.now() < deadline + .seconds(1) {
            do throws(Filter.Failure) {
                if let output = try program.step(MonotonicClock.now()) { return Self.text(output) }
            } catch {
                if error == .ended(.code(0)) { return "" }
                throw error
            }
            _ = try Poll.wait(for: program.interests, timeout: .milliseconds(5))
        }
        throw Late()
    }

    /// It writes a line for each stretch of speech.
    private static func text(_ output: [UInt8]) -> String {
        output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
