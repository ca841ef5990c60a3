/// Why there was no answer.
///
/// In every room two nouns say what goes wrong. A `Failure` means that something outside did not work: a service, the
/// network, the disk. A `Refusal` means that what was handed in is wrong: a reply, a file, a setting.
///
/// The sentences name the host and the step that failed. They never hold a header, a body, a path or a password.
public enum Failure: Error, Equatable, Sendable {
    case unreachable(String)
    /// Nothing came in time; the sentence says what was waited for.
    case timedOut(String)
    /// The certificate or the handshake is not acceptable; trying again does not help.
    case untrusted(String)
    /// This machine lacks a file descriptor or memory for it: nothing was asked, and the service is not at fault.
    case exhausted(String)
    /// The body is larger than the request allows.
    case tooLarge
    /// The name leads to an address that this request may not reach.
    case forbiddenAddress
}

extension Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason), .timedOut(let reason), .untrusted(let reason), .exhausted(let reason): reason
        case .tooLarge: "the answer is too large"
        case .forbiddenAddress: "the name leads to a private address"
        }
    }
}

extension Failure {
    /// The same, with what to do where it does not say that itself.
    public var advised: String {
        saysWhatToDo ? description : "\(description); look at the firewall and proxy, and run cognigy-bridge check"
    }

    /// The same of a service at `host`, which is named once.
    public func advised(of host: String) -> String {
        description.utf8.starts(with: host.utf8) ? advised : "\(host): \(advised)"
    }

    private var saysWhatToDo: Bool {
        switch self {
        case .unreachable(let why), .timedOut(let why): why.utf8.contains(UInt8(ascii: ";"))
        // None of these is the network's fault.
        case .untrusted, .exhausted, .tooLarge, .forbiddenAddress: true
        }
    }
}
