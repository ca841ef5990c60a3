/// The options of `cognigy-bridge call`.
struct CallOptions: Equatable {
    enum Mistake: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case missingValue(String)
        case notDigits(String)

        var description: String {
            switch self {
            case .unknown(let word): "call: unknown argument \(word)"
            case .missingValue(let option): "call: \(option) needs a value"
            case .notDigits(let text): "call: --digits \(text): keys are 0 to 9, * and #"
            }
        }
    }

    static let usage = """
        Usage: cognigy-bridge call [--digits 1239] [--against URL]
          --digits KEYS   the caller presses these; without it, the keys of this terminal (h or Ctrl-D hangs up)
          --against URL   calls that endpoint, or the service at that address, with your configuration;
                          without it, a stand-in on this machine
        """

    /// Whether an address ends in the token of an endpoint, which is much longer than a name in a path.
    static func isEndpoint(_ url: String) -> Bool {
        let last = url.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return last.utf8.count >= 32 && last.allSatisfy { $0.isHexDigit }
    }

    var digits: String?
    var service: String?

    init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard ["--digits", "--against"].contains(option) else { throw .unknown(option) }
            guard let value = rest.popFirst() else { throw .missingValue(option) }
            if option == "--against" {
                service = value
            } else if value.allSatisfy("0123456789*#".contains) {
                digits = value
            } else {
                throw .notDigits(value)
            }
        }
    }
}
