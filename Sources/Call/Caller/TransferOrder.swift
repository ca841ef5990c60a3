import AGI
import Text

/// Where the flow wants the caller to go while the call lasts. The dialplan carries it out, since it knows the trunks; what
/// the flow has named becomes variables for it, of characters that mean nothing to a dialplan.
public struct TransferOrder: Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// The dialplan calls somebody, who is joined to the caller: Dial().
        case dial
        /// The caller's own exchange is told to call somebody: Transfer().
        case refer
    }

    public let kind: Kind
    /// A number, or a SIP URI or a name.
    public let target: String
    public let callerID: String?
    /// How long somebody may take to answer, in whole seconds.
    public let timeout: Int?
    /// `Name=value` with a `~` between two.
    public let headers: String
    /// What is left out, because a dialplan would read it as its own: names of headers, and `callerId`.
    public let refused: [String]
    /// Nothing of it may be written down.
    public var isSensitive = false

    /// What the status is where the dialplan has neither dialled nor transferred.
    public static let undone = "NONE"

    /// In bytes: all of them and their names fit into one command.
    static let (longestTarget, longestCallerID, longestHeaders) = (200, 40, 400)

    /// nil where `target` is no place. The parameters and headers of a URI (RFC 3261, 19.1.1), which begin with `;` and
    /// `?`, are cut off. A URI with a character that is code in a dialplan is refused: without it, it names somebody else.
    public init?(
        _ kind: Kind, to target: String, callerID: String? = nil, timeout: Duration? = nil,
        headers: [String: String] = [:]
    ) {
        guard let target = Self.place(target) else { return nil }
        self.kind = kind
        self.target = target
        self.timeout = timeout.map { Int((min(max($0, .seconds(1)), .seconds(600)) / .seconds(1)).rounded(.up)) }
        var (refused, pairs, size) = ([String](), [String](), 0)
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            let pair = "\(name)=\(value)"
            let fits = size + pair.utf8.count + 1 <= Self.longestHeaders
            if fits, HeaderFunction.isName(name), Self.isValue(value) {
                pairs.append(pair)
                size += pair.utf8.count + 1
            } else {
                refused.append(String(name.prefix(40)))
            }
        }
        self.headers = pairs.joined(separator: "~")
        let number = callerID.flatMap { Self.number($0) }.flatMap { $0.utf8.count > Self.longestCallerID ? nil : $0 }
        if callerID?.isEmpty == false, number == nil { refused.append("callerId") }
        self.callerID = number
        self.refused = refused
    }

    /// Whether the dialplan's DIALSTATUS or TRANSFERSTATUS says that somebody has taken the caller.
    public func succeeded(_ status: String) -> Bool { status == (kind == .dial ? "ANSWER" : "SUCCESS") }

    private static func place(_ text: String) -> String? {
        var text = text.drop(while: \.isWhitespace).prefix { $0 != ";" && $0 != "?" }
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.lowercased().hasPrefix("tel:") { text = text.dropFirst(4) }
        if text.utf8.count > longestTarget { return nil }
        if let number = number(String(text)) { return number }
        let isPlain = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "+*#@.:_=-".utf8.contains($0) }
        guard isPlain, let first = text.utf8.first, first.isASCIILetterOrDigit || "+*#".utf8.contains(first) else {
            return nil
        }
        return text.contains { $0.isLetter || $0 == "@" } ? String(text) : nil
    }

    /// A number without what only helps to read it (RFC 3966, 3: visual separators); nil where it is none.
    private static func number(_ text: String) -> String? {
        var number = ""
        for character in text {
            switch character {
            case "0"..."9" where character.isASCII, "*", "#": number.append(character)
            case "+" where number.isEmpty: number.append(character)
            case " ", "-", ".", "(", ")", "/": continue
            default: return nil
            }
        }
        return number.contains { $0 != "+" } ? number : nil
    }

    /// Its whole value means nothing to a dialplan, nor to whoever cuts the list at `~`.
    private static func isValue(_ value: String) -> Bool {
        !value.isEmpty && value.unicodeScalars.allSatisfy { $0 != "~" && Command.Assignment.isHarmless($0) }
    }
}

// MARK: - What the dialplan is told

extension TransferOrder {
    /// Where the dialplan says what has become of it.
    var status: Command.Variable { kind == .dial ? .dialStatus : .transferStatus }

    private var values: [(Command.Variable, String?)] {
        [
            (.transferType, kind.rawValue), (.transferTarget, target), (.transferCaller, callerID),
            (.transferTimeout, timeout.map { String($0) }), (.transferHeaders, headers.isEmpty ? nil : headers),
            (status, Self.undone),
        ]
    }

    /// The variables of an order before it must not hold for this one. `music` is the path of a sound that the caller may
    /// hear while somebody is called; it has a command of its own, since all values might not fit into one.
    func preparation(music: String?) -> [Command] {
        values.filter { $1 == nil }.map { .clearVariable($0.0) }
            + [music.map { .setVariables([Command.Assignment(.transferMusic, $0)]) } ?? .clearVariable(.transferMusic)]
            + [.setVariables(values.compactMap { variable, value in value.map { Command.Assignment(variable, $0) } })]
    }
}
