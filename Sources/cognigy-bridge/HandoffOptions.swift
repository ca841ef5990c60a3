import Cognigy
import System

/// The options of `cognigy-bridge handoff`.
struct HandoffOptions {
    enum Mistake: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case missingValue(String)
        case missing(String)
        case notAPair
        case notASession

        var description: String {
            switch self {
            case .unknown(let word): "handoff: \(word) is not known here"
            case .missingValue(let option): "handoff: \(option) needs a value"
            case .missing(let option): "handoff: \(option) is missing"
            case .notASession: "handoff: --session must be \(SessionID.rule)"
            case .notAPair: "handoff: --set needs name=value"
            }
        }
    }

    static let usage = """
        Usage: cognigy-bridge handoff --session ID [--queue ID] [--set name=value]... [--json] [--dry-run]
          --session ID      the session; the dialplan finds it in COGNIGY_SESSION_ID
          --queue ID        where it goes; without it, [handoff] queue
          --set name=value  a variable for the agent; may come several times
          --json            print one JSON object at the end, and nothing else
          --dry-run         look only, and show the variables that would be set

        Exit codes: 0 handed off, 3 no such session, 4 not an active voice session, 5 held by a flow, 6 forbidden,
        7 rate limited, 8 half done (marked, but its flow did not say that it ran; or not known), 1 anything else,
        78 the configuration, 2 these words
        """

    /// Whether the words are options. A dialplan also says `handoff`, with words that are key=value.
    @Sendable static func areForAShell(_ words: [String]) -> Bool {
        words.contains { $0.hasPrefix("-") } || words.count == 1 && Descriptor.isTerminal(0)
    }

    private(set) var sessionID = ""
    private(set) var queue: String?
    private(set) var variables: [String: String] = [:]
    private(set) var printsJSON = false
    private(set) var isDryRun = false

    init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        func value(_ option: String) throws(Mistake) -> String {
            guard let value = rest.popFirst(), !value.isEmpty else { throw .missingValue(option) }
            return value
        }
        while let option = rest.popFirst() {
            switch option {
            case "--session": sessionID = try value(option)
            case "--queue": queue = try value(option)
            case "--set":
                let pair = try value(option)
                guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else { throw .notAPair }
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            case "--json": printsJSON = true
            case "--dry-run": isDryRun = true
            default: throw .unknown(option)
            }
        }
        if sessionID.isEmpty { throw .missing("--session") }
        if !SessionID.isUsable(sessionID) { throw .notASession }
    }
}
