extension [String] {
    /// The texts with `separator` between them. The library's own `joined(separator:)` looks its types up by name when it
    /// first runs, which takes a fiftieth of all that a call runs.
    public func joined(by separator: String) -> String {
        var text = ""
        for (index, part) in enumerated() {
            if index > 0 { text += separator }
            text += part
        }
        return text
    }
}
