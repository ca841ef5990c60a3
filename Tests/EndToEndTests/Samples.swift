import System
import TestService

/// The samples that users copy, tried as they stand there.
enum Samples {
    struct Missing: Error {
        let what: String
    }

    /// A file beside the program.
    static func text(_ name: String) throws -> String {
        let path = "\(Binary.root)/agi-bin/\(name)"
        return String(
            decoding: try AtomicFile.read(path, limit: 1 << 20, owner: .anyone, forbidden: 0).bytes, as: UTF8.self)
    }

    /// The places of a test instead of a machine's; every one of them must be there.
    static func replacing(in text: String, _ pairs: [(String, String)]) throws -> String {
        var text = text
        for (old, new) in pairs {
            if !text.contains(old) { throw Missing(what: "the sample shows no \(old)") }
            text = text.replacing(old, with: new)
        }
        return text
    }
}
