import Glibc
import System
import Text

extension Read {
    /// Reads the secret in a file of ours: one line of at most 4 KiB.
    static func secretInFile(_ entry: Entry) throws(ConfigurationError) -> Secret {
        let path = try absolutePath(entry)
        let bytes: [UInt8]
        do throws(AtomicFile.Refusal) {
            bytes = try AtomicFile.read(wholePath(path), limit: 4096, owner: .usOrRoot).bytes
        } catch {
            throw objection(entry, to: path, error)
        }
        var line = bytes[...]
        // Editors leave the end of a line, and pasting may leave blanks.
        while let last = line.last, "\n\r \t".utf8.contains(last) { line.removeLast() }
        if line.isEmpty { throw entry.error("\(path) is empty", "write the secret into it") }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw entry.error("\(path) is not UTF-8", "write only the secret into it")
        }
        if text.unicodeScalars.contains(where: \.isControlOrLineBreak) {
            throw entry.error("\(path) is not one line of text", "write only the secret into it")
        }
        return Secret(text)
    }

    private static func objection(_ entry: Entry, to path: String, _ refusal: AtomicFile.Refusal) -> ConfigurationError
    {
        let us = Account.words(geteuid())
        switch refusal {
        case .absent: return entry.error("\(path) does not exist", "write the secret into it, and chmod 600 \(path)")
        case .exposed: return entry.error("\(path) is open to other users", "close it with: chmod 600 \(path)")
        case .foreign:
            return entry.error(
                "\(path) belongs to neither root nor \(us)",
                geteuid() == 0 ? "run this as its owner" : "give it away with: chown \(Account.word(geteuid())) \(path)"
            )
        case .tooLarge: return entry.error("\(path) is larger than 4096 bytes", "write only the secret into it")
        case .notRegular, .symbolicLink: return entry.error("\(path) is not a file", "name a file")
        case .unreadable(let reason):
            return entry.error(
                "\(path) cannot be read (\(reason))", "let \(us) read it: chown \(Account.word(geteuid())) \(path)")
        }
    }
}

/// realpath(3): the configuration may name a symbolic link, as secret stores do. The file that it leads to is checked.
func wholePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}
