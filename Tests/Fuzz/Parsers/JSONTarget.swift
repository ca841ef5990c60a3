import JSON

extension Target {
    /// Any bytes are one JSON value or none. What was read is written so that it is read as the same again, on one line,
    /// and equal values give equal bytes. A strict reader takes no more than a lenient one, and finds the same.
    static let json = Target(name: "json") { bytes in
        let value: JSON
        do { value = try JSON(parsing: bytes) } catch {
            demand(
                (try? JSON(parsing: bytes, refusingRepeatedNames: true)) == nil, "what is refused is refused strictly")
            return
        }
        if let strict = try? JSON(parsing: bytes, refusingRepeatedNames: true) {
            demand(strict == value, "a strict reader finds the same")
        }
        let written = value.serialized
        demand(!written.contains { $0 < 0x20 || $0 == 0x7F }, "no control character is written")
        guard written.count <= JSON.largestReply else { return }
        guard let again = try? JSON(parsing: written) else { complain("what was written can be read") }
        demand(again == value, "what was written is read as the same")
        demand(again.serialized == written, "equal values give equal bytes")
        guard value.harmless.count <= JSON.largestReply else { return }
        demand((try? JSON(parsing: value.harmless)) == value, "the harmless spelling is read as the same")
    }
}
