import Glibc
import System
import TestService
import Testbed

/// A program by the name of `asterisk` that answers as a real one did; what it said lies beside CheckupTests.
struct ConsoleAsterisk {
    private let folder: TemporaryFolder

    /// A machine on which one runs.
    init(_ pbx: PBX, version: String = "22") throws {
        folder = pbx.folder
        let answers = "\(Binary.root)/Tests/CheckupTests/console/\(version)"
        mkdir(folder.path("console"), 0o755)
        mkdir(folder.path("console/bin"), 0o755)
        for file in try FolderListing.names(answers) {
            let content = try AtomicFile.read("\(answers)/\(file)", limit: 1 << 20, owner: .anyone, forbidden: 0)
            try answer(String(file.dropLast(4)), String(decoding: content.bytes, as: UTF8.self))
        }
        // Its own folders are those of the test.
        try change("core show settings", "/usr/share/asterisk/agi-bin", to: "\(Binary.root)/agi-bin")
        try change(
            "core show settings", "Data directory:              /usr/share/asterisk",
            to: "Data directory: \(folder.path)")
        try change("core show settings", "/var/run/asterisk/asterisk.pid", to: folder.path("pid"))
        let dialplan = try folder.text("console/dialplan show")
        let sample = try Self.part(of: dialplan, contexts: ["cognigy", "cognigy-voice", "people"])
        try answer("dialplan show", sample)
        // As Asterisk's own script would be started: asterisk [-C FILE] -rx COMMAND
        let script = """
            #!/bin/sh
            [ "$1" = -C ] && shift 2
            [ "$1" = -rx ] && [ -f '\(folder.path("console"))'/"$2" ] && exec cat '\(folder.path("console"))'/"$2"
            echo "No such command '$2' (type 'core show help $2' for other possible commands)"
            """
        try folder.write(script, to: "console/bin/asterisk", mode: 0o755)
        pbx.environment["PATH"] = folder.path("console/bin") + ":/usr/bin:/bin"
        CheckStep.isolate(pbx)
    }

    func answer(_ command: String, _ text: String) throws { try folder.write(text, to: "console/\(command)") }

    func change(_ command: String, _ words: String, to others: String) throws {
        let text = try folder.text("console/\(command)")
        if !text.contains(words) { throw Errno(words, code: ENOENT) }
        try answer(command, text.replacing(words, with: others))
    }

    /// Adds a context whose extension s has these steps.
    func add(_ context: String, _ steps: [String]) throws {
        var text = "[ Context '\(context)' created by 'pbx_config' ]\n"
        for (index, step) in steps.enumerated() {
            text +=
                (index == 0 ? "  's' =>         " : "                 ")
                + "   \(index + 1). \(step)   [extensions.conf:9]\n"
        }
        try answer("dialplan show", text + "\n" + folder.text("console/dialplan show"))
    }

    private static func part(of dialplan: String, contexts: [String]) throws -> String {
        dialplan.split(separator: "\n\n").filter { part in contexts.contains { part.hasPrefix("[ Context '\($0)' ") } }
            .joined(separator: "\n\n") + "\n"
    }
}
