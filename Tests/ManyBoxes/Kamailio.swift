import Glibc
import System
import TestService
import Testbed

/// Debian's Kamailio, unpacked, with the configuration that operators are shown.
final class Kamailio {
    struct Failed: Error, CustomStringConvertible { let description: String }

    let address: String
    private let folder: TemporaryFolder
    private let configuration: String
    private var process: Subprocess
    private var watchdog: Watchdog

    private static let root = "\(Binary.root)/.build/kamailio"
    private static let libraries = "\(root)/usr/lib/x86_64-linux-gnu"
    private static let environment = [
        "LD_LIBRARY_PATH=\(libraries):\(libraries)/kamailio", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    ]

    static var isInstalled: Bool { access("\(root)/usr/sbin/kamailio", X_OK) == 0 }

    /// `trunk` is the address that may call, and `boxes` where calls go.
    init(at address: String, trunk: String, boxes: [String]) throws {
        self.address = address
        folder = try TemporaryFolder()
        let places = [
            "192.0.2.10": address, "192.0.2.11": boxes[0], "192.0.2.12": boxes[1],
            #"203\.0\.113\.(5|6)"#: trunk.replacing(".", with: #"\."#), "/etc/kamailio": folder.path,
        ]
        for (name, beginning) in [("kamailio.cfg", "#!KAMAILIO"), ("dispatcher.list", "# Set 1")] {
            var text = try Self.sample(beginning)
            for (shown, real) in places { text = text.replacing(shown, with: real) }
            try folder.write(text, to: name)
        }
        configuration = folder.path("kamailio.cfg")
        process = try Self.start(configuration, folder)
        watchdog = try Watchdog(over: process.pid)
        if !eventually({ listens }) {
            throw Failed(description: "Kamailio does not start: \(contents(of: folder.path("log")) ?? "")")
        }
    }

    /// What README shows between two fences.
    private static func sample(_ beginning: String) throws -> String {
        let pieces = (contents(of: "\(Binary.root)/README.md") ?? "").split(separator: "```")
        guard let piece = pieces.first(where: { $0.drop { $0 != "\n" }.dropFirst().hasPrefix(beginning) }) else {
            throw Failed(description: "README.md has no \(beginning)")
        }
        return String(piece.drop { $0 != "\n" }.dropFirst())
    }

    private static func start(_ configuration: String, _ folder: TemporaryFolder) throws -> Subprocess {
        // Its processes stay in the group of the first.
        let log = open(folder.path("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        return try Subprocess(
            [
                "\(root)/usr/sbin/kamailio", "-DD", "-E", "-f", configuration, "-L", "\(libraries)/kamailio/modules/",
                "-Y", folder.path, "-P", folder.path("pid"), "-m", "32", "-M", "4",
            ], environment: environment, output: log, errors: log)
    }

    var listens: Bool { (try? command(["core.uptime"])) != nil }

    /// As a crash would, and whoever starts it anew then. It may not listen yet.
    func kill() {
        process.kill(SIGKILL)
        process.wait()
    }

    /// Once it has been killed: again, with the same configuration.
    func start() throws {
        process = try Self.start(configuration, folder)
        watchdog = try Watchdog(over: process.pid)
    }

    /// What kamcmd answers.
    @discardableResult
    func command(_ words: [String]) throws -> String {
        var output = try Pipe()
        var program = try Subprocess(
            ["\(Self.root)/usr/sbin/kamcmd", "-s", "unix:\(folder.path("kamailio_ctl"))"] + words,
            environment: Self.environment, output: output.rawWriter, errors: output.rawWriter)
        output.writer = nil
        var said = ""
        let end = MonotonicClock.now() + .seconds(10)
        // Its end is that of what it says.
        while true {
            let reader = Poll.Interest(output.rawReader, .readable)
            if try Poll.wait(for: [reader], timeout: max(end - MonotonicClock.now(), .zero)).isEmpty {
                throw Failed(description: "kamcmd \(words.joined(separator: " ")): no answer within ten seconds")
            }
            guard case .bytes(let more) = try Descriptor.read(output.rawReader) else { break }
            said += String(decoding: more, as: UTF8.self)
        }
        guard program.wait() == .code(0) else {
            throw Failed(description: "kamcmd \(words.joined(separator: " ")): \(said)")
        }
        return said
    }

    /// The state of a box, in Kamailio's letters: A is in use, I out, T on trial, D drained; and P, or X: asked, or not.
    func state(of box: String) throws -> String {
        let lines = try command(["dispatcher.list"]).split(separator: "\n")
        let place = lines.drop { !$0.contains("sip:\(box):5060") }
        return place.first { $0.contains("FLAGS:") }?.split(separator: " ").last.map(String.init) ?? "none"
    }

    func uses(_ box: String) throws -> Bool { try state(of: box).hasPrefix("A") }

    /// `d` drains a box, `a` takes it in again, `ap` has it asked as well.
    func setState(_ state: String, of box: String) throws {
        try command(["dispatcher.set_state", state, "1", "sip:\(box):5060"])
    }

    /// Which boxes it uses, in its own words.
    func statement() -> [String] {
        let list: String
        do { list = try command(["dispatcher.list"]) } catch { list = "\(error)" }
        let boxes = list.split(separator: "\n").filter {
            $0.contains("URI:") || $0.contains("FLAGS:") || $0.contains("kamcmd")
        }
        return boxes.map { "Kamailio:\($0)" }
    }

    /// What it has said of boxes, and against itself.
    func remarks() -> [Substring] {
        let lines = (contents(of: folder.path("log")) ?? "").split(separator: "\n")
        return lines.filter { $0.contains("<script>") || $0.contains("ERROR") || $0.contains("CRITICAL") }
    }

    /// How many times it has taken a box out by itself: a box that is slow for a moment, on a busy machine, is one that is away.
    func departures() -> Int { remarks().count { $0.contains("out of use: ") } }
}
