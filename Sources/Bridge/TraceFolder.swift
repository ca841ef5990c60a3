import Glibc
import System

/// The folder of traces, which calls keep small: each removes what is too old or too much before it adds its own.
enum TraceFolder {
    static func sweep(_ folder: String, atMost count: Int, olderThan age: Double, now: Double) {
        // A file's name begins with the second in which its call began.
        let names = ((try? FolderListing.names(folder)) ?? []).filter { $0.hasSuffix(".trace") }
        let dated = names.compactMap { name in
            Double(name.prefix { $0 != "-" }).map { (name: name, time: $0) }
        }.sorted { $0.time < $1.time }
        for (index, file) in dated.enumerated() where dated.count - index >= count || now - file.time > age {
            unlink("\(folder)/\(file.name)")
        }
    }
}
