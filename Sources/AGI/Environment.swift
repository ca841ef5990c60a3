/// What Asterisk tells about the call before the first command: `agi_key: value` lines and an empty one.
///
/// Values come from strangers and are not escaped (launch_script's setup_env in res_agi.c), so a caller's name can add
/// lines or end the block early. The first value of a key counts, everything else is ignored, nothing is trusted.
public struct Environment: Equatable, Sendable {
    /// Asterisk has some twenty.
    private var values = [String: String](minimumCapacity: 24)
    public private(set) var isComplete = false
    private var lineCount = 0

    public init() {}

    public mutating func receive(line: String) {
        lineCount += 1
        if line.isEmpty || lineCount >= 512 {
            isComplete = true
            return
        }
        let utf8 = line.utf8
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        let key = String(line[..<colon])
        guard key.hasPrefix("agi_"), values[key] == nil else { return }
        let value = utf8[utf8.index(after: colon)...].drop { $0 == UInt8(ascii: " ") }
        values[key] = String(Substring(value))
    }

    /// The value of `agi_<name>`; nil where it is absent, empty or Asterisk's word for absent.
    public subscript(name: String) -> String? {
        guard let value = values["agi_" + name], !value.isEmpty, value != "unknown" else { return nil }
        return value
    }

    /// agi_arg_1, agi_arg_2, ...: the words after the program's name in AGI().
    public var arguments: [String] {
        var arguments: [String] = []
        while let value = values["agi_arg_\(arguments.count + 1)"] { arguments.append(value) }
        return arguments
    }

    public var uniqueID: String? { self["uniqueid"] }
    public var callerID: String? { self["callerid"] }

    /// EAGI: the caller's audio comes on descriptor 3.
    public var carriesAudio: Bool { self["enhanced"].flatMap { Double($0) } ?? 0 > 0 }
}
