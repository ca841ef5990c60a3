import System
import TestService

/// What README.md shows, tried as it stands there.
enum ReadMe {
    struct Missing: Error {
        let what: String
    }

    /// The indented lines about something, which hold `word`.
    static func example(with word: String) throws -> String {
        let text = try AtomicFile.read(Binary.root + "/README.md", limit: 1 << 20, owner: .anyone, forbidden: 0).bytes
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        // An empty line does not end them.
        let blocks = lines.split { !$0.hasPrefix("    ") && !$0.isEmpty }
        guard let block = blocks.first(where: { $0.contains { $0.contains(word) } }) else {
            throw Missing(what: "README.md shows nothing with \(word)")
        }
        return block.joined(separator: "\n") + "\n"
    }

    /// The places of a test instead of a machine's; every one of them must be there.
    static func replacing(in text: String, _ pairs: [(String, String)]) throws -> String {
        var text = text
        for (old, new) in pairs {
            if !text.contains(old) { throw Missing(what: "README.md shows no \(old)") }
            text = text.replacing(old, with: new)
        }
        return text
    }
}
