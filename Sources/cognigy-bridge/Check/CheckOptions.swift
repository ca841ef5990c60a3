/// The options of `cognigy-bridge check`.
struct CheckOptions: Equatable {
    enum Mistake: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case missingName

        var description: String {
            switch self {
            case .unknown(let word): "check: unknown argument \(word)"
            case .missingName: "check: --for needs the NAME of a NAME.conf in cognigy-bridge.d"
            }
        }
    }

    static let usage = """
        Usage: cognigy-bridge check [--turn] [--for NAME] [--json]
          Tries what a call needs, and says what to do next where something is wrong: this program and Asterisk, the
          configuration, secrets, files and limits, the way to the service, token, flow, a session and its socket (closed
          at once) or the endpoint in test mode, and the word "test" spoken and written down. As root it goes on as
          Asterisk's user. Nobody is called.
          --turn      also runs the endpoint's flow once, as the beginning of a call does, and shows what it says
          --for NAME  for the tenant of /etc/asterisk/cognigy-bridge.d/NAME.conf
          --json      a line of JSON for each step: name, outcome (ok, warning, bad, skipped), fault, ms, text, remedy
        Exit code 0: calls can be taken; there may be warnings
                  78: the configuration or the dialplan is wrong
                  1: something on this machine is: Asterisk, a folder, a limit
                  69: a service is: it cannot be reached, refuses or fails
                  2: the words on the command line are wrong
        """

    var asks = false
    var isJSON = false
    /// As the dialplan names it.
    var tenant: String?

    init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--turn": asks = true
            case "--json": isJSON = true
            case "--for":
                guard let name = rest.popFirst() else { throw .missingName }
                tenant = name
            default: throw .unknown(option)
            }
        }
    }

    /// What the dialplan would write behind AGI(cognigy-bridge,.
    var words: [String] { tenant.map { ["conf=\($0)"] } ?? [] }
}
