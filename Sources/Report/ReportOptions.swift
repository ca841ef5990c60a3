import Text

/// The words behind `cognigy-bridge report`.
public struct ReportOptions: Equatable, Sendable {
    public enum Mistake: Error, Equatable, CustomStringConvertible {
        case unknown(String, nearest: String)
        case missingValue(String)
        case notATime(String, String)
        case notAnID(String)
        case together(String, String)

        public var description: String {
            switch self {
            case .unknown(let word, let nearest):
                "report: there is no option \(Words.harmless(word, most: 60)); did you mean \(nearest)?"
            case .missingValue(let option): "report: \(option) needs a value"
            case .notATime(let option, let text):
                "report: \(option) \(Words.harmless(text, most: 60)) is no time; \(Period.rule)"
            case .notAnID(let text):
                "report: --call \(Words.harmless(text, most: 60)): write the uniqueid of the call, or its session"
            case .together(let one, let other): "report: \(one) and \(other) do not go together"
            }
        }
    }

    /// Empty: the file that is configured, or standard input.
    public private(set) var files: [String] = []
    public private(set) var period = Period()
    public private(set) var call: String?
    public private(set) var page: String?
    public private(set) var printsJSON = false
    public private(set) var printsFields = false
    public private(set) var printsReasons = false

    private static let names = ["--call", "--fields", "--help", "--html", "--json", "--reasons", "--since", "--until"]

    /// `now`: the time of day.
    public init(_ arguments: [String], now: Double) throws(Mistake) {
        var rest = arguments[...]
        var since: Double?
        var until: Double?
        func value(_ option: String) throws(Mistake) -> String {
            guard let value = rest.popFirst(), !value.isEmpty else { throw .missingValue(option) }
            return value
        }
        func moment(_ option: String) throws(Mistake) -> Double {
            let text = try value(option)
            guard let moment = Period.moment(text, before: now) else { throw .notATime(option, text) }
            return moment
        }
        while let word = rest.popFirst() {
            switch word {
            case "--call": call = try value(word)
            case "--html": page = try value(word)
            case "--json": printsJSON = true
            case "--fields": printsFields = true
            case "--reasons": printsReasons = true
            case "--since": since = try moment(word)
            case "--until": until = try moment(word)
            // What comes behind it are files, whatever they look like.
            case "--":
                files += rest
                rest = []
            case _ where word.hasPrefix("-") && word != "-":
                throw .unknown(word, nearest: NearestName.of(word, among: Self.names) ?? "--help")
            default: files.append(word)
            }
        }
        period = Period(since: since, until: until)
        if call != nil, page != nil || since != nil || until != nil {
            throw .together("--call", page != nil ? "--html" : since != nil ? "--since" : "--until")
        }
        if let call, call.utf8.count > 256 || call.unicodeScalars.contains(where: \.isControlOrLineBreak) {
            throw .notAnID(call)
        }
    }
}
