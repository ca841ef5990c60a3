import Text

/// The text of a configuration file in Asterisk's own style (main/config.c: process_text_line).
struct ConfigurationFile {
    let name: String
    let bytes: [UInt8]
    /// Whether users other than its owner and group may read it.
    let isWorldReadable: Bool

    func entries() throws(ConfigurationError) -> [Entry] {
        var entries: [Entry] = []
        var section: String?
        var inBlockComment = false
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var rest = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let bytes = ConfigurationFile.withoutComment(rest[..<end], &inBlockComment)
            rest = rest[end...].dropFirst()
            // Most lines are comments.
            if bytes.isEmpty { continue }
            guard let line = String(validating: bytes, as: UTF8.self)?.trimmed else {
                throw fault(number, "is not UTF-8", "save the file as UTF-8")
            }
            if line.isEmpty { continue }
            if line.hasPrefix("[") {
                section = try header(line, number)
            } else {
                entries.append(try entry(line, number, section))
            }
        }
        return entries
    }

    private func fault(_ line: Int, _ problem: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError("\(name):\(line)", problem, remedy)
    }

    private func header(_ line: String, _ number: Int) throws(ConfigurationError) -> String {
        let section = String(line.dropFirst().prefix { $0 != "]" })
        if line != "[\(section)]" { throw fault(number, "is not a section", "write [name] and nothing else") }
        if Schema.sections.contains(section) { return section }
        let nearest = NearestName.of(section, among: Schema.sections) ?? ""
        throw fault(number, "[\(section.printable)] is not a section", "did you mean [\(nearest)]?")
    }

    private func entry(_ line: String, _ number: Int, _ section: String?) throws(ConfigurationError) -> Entry {
        // Such a line may be part of a secret, so the message does not repeat it.
        guard let equals = line.firstIndex(of: "="), !ConfigurationFile.mayBeSecret(line[..<equals]) else {
            throw fault(number, "is neither [section] nor key = value", "begin a comment with ;")
        }
        let name = String(line[..<equals]).trimmed
        var value = line[line.index(after: equals)...]
        if value.hasPrefix(">") { value.removeFirst() }
        guard let section else {
            throw fault(number, "\(name.printable) stands before any section", "write [cognigy] or another above it")
        }
        let origin = Origin.file(self.name, line: number, section: section, key: name)
        guard let key = Schema.key(section, name) else { throw unknown(name, section, origin) }
        let entry = try Entry(key, String(value).trimmed, origin)
        // A proxy is a secret only where it holds a password.
        if isWorldReadable && key.isSecret && (key.name != "proxy" || entry.text.contains("@")) {
            throw origin.error(
                "everybody on this machine can read this file",
                "chmod 640 \(self.name) (its group may read it), or keep the secret in a file of its own")
        }
        return entry
    }

    /// Whether this may be the beginning of a secret in base 64, which "=" may end: nobody means a key by it.
    private static func mayBeSecret(_ text: Substring) -> Bool {
        let isUnlikeKeys = text.utf8.contains { (0x41...0x5a).contains($0) || "/+".utf8.contains($0) }
        let name = String(text).trimmed.lowercased()
        return isUnlikeKeys && !Schema.keys.contains { NearestName.distance(name, $0.name) <= 3 }
    }

    private func unknown(_ name: String, _ section: String, _ origin: Origin) -> ConfigurationError {
        if let key = Schema.keys.first(where: { $0.name == name }) {
            return origin.error("does not belong here", "move it to [\(key.section)]")
        }
        let nearest = NearestName.of(name, among: Schema.names(in: section)) ?? ""
        return origin.error("is not a key", "did you mean \(nearest)?")
    }

    /// Cuts off `; ...` and `;-- ... --;`, which may span lines. `\;` is a semicolon.
    private static func withoutComment(_ line: ArraySlice<UInt8>, _ inBlock: inout Bool) -> [UInt8] {
        var kept: [UInt8] = []
        var rest = line
        while let byte = rest.first {
            switch byte {
            case _ where inBlock:
                inBlock = !rest.starts(with: "--;".utf8)
                rest = rest.dropFirst(inBlock ? 1 : 3)
            case UInt8(ascii: "\\") where rest.starts(with: "\\;".utf8):
                kept.append(UInt8(ascii: ";"))
                rest = rest.dropFirst(2)
            case UInt8(ascii: ";") where rest.starts(with: ";--".utf8) && !rest.starts(with: ";---".utf8):
                inBlock = true
                rest = rest.dropFirst(3)
            case UInt8(ascii: ";"): return kept
            default:
                kept.append(byte)
                rest = rest.dropFirst()
            }
        }
        return kept
    }
}

extension String {
    /// The text without blanks, tabs and carriage returns at both ends.
    var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
        let head = utf8.drop(while: isBlank)
        let end = head.lastIndex { !isBlank($0) }
        return end.map { String(self[head.startIndex...$0]) } ?? ""
    }
}
