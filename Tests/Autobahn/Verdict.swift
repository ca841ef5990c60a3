import JSON
import System

/// What the suite says of one case.
struct Verdict {
    enum Grade: CaseIterable {
        case ok, informational, nonStrict, failed

        init(_ word: String?) {
            switch word {
            case "OK": self = .ok
            case "INFORMATIONAL": self = .informational
            case "NON-STRICT": self = .nonStrict
            default: self = .failed
            }
        }

        var isGood: Bool { self == .ok || self == .informational }
    }

    /// Such as 9.1.1.
    let name: String
    let grade: Grade
    /// From the beginning of the case to the end of its connection, by the suite's clock.
    let duration: Duration
    /// Why it is not good, in the suite's own words; empty where it is.
    let words: String

    var group: Int { Int(name.prefix { $0 != "." }) ?? 0 }

    /// All verdicts of a server that has written its reports, in the order of their names.
    static func all(of server: FuzzingServer) throws -> [Verdict] {
        let index = try JSON(parsing: try server.report("index.json"))
        let cases = index[EchoClient.name]?.object ?? [:]
        return try cases.map { try Verdict($0, $1, of: server) }.sorted {
            $0.numbers.lexicographicallyPrecedes($1.numbers)
        }
    }

    private var numbers: [Int] { name.split(separator: ".").map { Int($0) ?? 0 } }

    private init(_ name: String, _ entry: JSON, of server: FuzzingServer) throws {
        self.name = name
        duration = .milliseconds(Int(entry["duration"]?.number ?? 0))
        let (behavior, closing) = (Grade(entry["behavior"]?.string), Grade(entry["behaviorClose"]?.string))
        // Whoever closes in another way than is expected has failed, whatever came before.
        grade = closing.isGood ? behavior : closing
        if grade.isGood {
            words = ""
            return
        }
        let file = entry["reportfile"]?.string ?? ""
        let details = try? JSON(parsing: try server.report(file))
        let told = ["description", "expectation", "result", "resultClose"].compactMap { details?[$0]?.string }
        words = ([entry["behavior"]?.string, entry["behaviorClose"]?.string].compactMap(\.self) + told)
            .joined(separator: "\n    ")
    }
}
