import Text

/// The words behind `cognigy-bridge dialplan`.
public struct DialplanOptions: Equatable, Sendable {
    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public let description: String

        init(_ words: String) { description = "dialplan: \(words)" }
    }

    public static let usage = """
        Usage: cognigy-bridge dialplan [--people WHERE] [--freepbx] [--voice] [--for NAME]...
          Prints the dialplan that this configuration needs; its first lines say where to put it and what to do next.
          Callers reach the flow at cognigy,s,1 or by any number in [cognigy]: by AGI, or by EAGI where [speech] has a
          recogniser. A queue that the flow names takes them over; else, and when the flow cannot go on, people answer.
          --people WHERE  who that is: a telephone as PJSIP/100 (several with & between them, quoted for the shell), or a
                          place of the dialplan, CONTEXT,EXTEN,PRIORITY; on FreePBX ext-queues,600,1 is the queue 600,
                          from-did-direct,100,1 the extension 100, ext-group,601,1 the ring group 601
          --freepbx       for extensions_custom.conf of FreePBX and a Custom Destination; needs --people
          --voice         callers speak, even where the configuration does not say so: what it lacks for that is an error
          --for NAME      for the tenant of /etc/asterisk/cognigy-bridge.d/NAME.conf, in [cognigy-for-NAME]; may come
                          several times
        Exit code 0; 78: the configuration is wrong; 1: something on this machine is; 2: these words
        """

    private static let names = ["--people", "--freepbx", "--voice", "--for", "--help"]

    public private(set) var people: People?
    public private(set) var isFreePBX = false
    public private(set) var isVoice = false
    /// As the dialplan names them.
    public private(set) var tenants: [String] = []

    public init(_ arguments: [String]) throws(Mistake) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--freepbx": isFreePBX = true
            case "--voice": isVoice = true
            case "--people":
                guard let text = rest.popFirst() else { throw Mistake("--people needs \(People.rule)") }
                do throws(People.Mistake) { people = try People(text) } catch { throw Mistake("--people \(error)") }
            case "--for":
                guard let name = rest.popFirst() else { throw Mistake("--for needs the NAME of a NAME.conf") }
                if tenants.contains(name) { throw Mistake("--for \(Harmless.text(name)) is there twice") }
                tenants.append(name)
            default:
                let nearest = NearestName.of(option, among: Self.names) ?? "--help"
                throw Mistake("there is no option \(Harmless.text(option)); did you mean \(nearest)?")
            }
        }
        if isFreePBX, people == nil { throw Mistake(Self.peopleOfFreePBX) }
    }

    /// Nobody knows how a FreePBX is numbered.
    static let peopleOfFreePBX =
        "--freepbx needs --people CONTEXT,EXTEN,PRIORITY, such as ext-queues,600,1 for the queue 600, or"
        + " from-did-direct,100,1 for the extension 100"
}
