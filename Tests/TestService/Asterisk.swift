import Glibc
import System
import Testbed

/// A real Asterisk that runs in its Debian folder, with a configuration, sounds, logs and a state of its own.
package final class Asterisk {
    package struct Late: Error { let log: String }

    package let version: AsteriskVersion
    package let world: TemporaryFolder
    package private(set) var manager: ManagerConnection
    private var process: Subprocess

    /// The folders of the Debian tree that are this Asterisk's own while it runs.
    private static let own = [
        "etc": "/etc/asterisk", "log": "/var/log/asterisk", "lib": "/var/lib/asterisk", "run": "/run/asterisk",
        "sounds": "/usr/share/asterisk/sounds", "agi-bin": "/usr/share/asterisk/agi-bin",
    ]
    /// The user that Debian's package made.
    package let owner: String

    package var pid: pid_t { process.pid }

    package let address: String

    /// `network` is 127.network, so that runs do not meet. What is in the folder `changes` takes the place of the files of
    /// the same names, and each of `words` is replaced in all of them.
    package init(
        _ version: AsteriskVersion, network: String, changes: String? = nil, words: [String: String] = [:]
    ) throws {
        self.version = version
        address = "127.\(network).\(version.rawValue)"
        world = try TemporaryFolder()
        owner = try Self.owner(version)
        for folder in Self.own.keys { try Self.run(["mkdir", "-p", world.path(folder)]) }
        let contact = ContactCentre.dialplan(of: try Self.text(of: "\(Binary.root)/extensions.conf.sample"))
        let own = ["@ADDRESS@": address, "@PEER@": "127.\(network).\(version.peer.rawValue)", "@CONTACT@": contact]
        let words = words.merging(own) { given, _ in given }
        for folder in [Self.samples] + (changes.map { [$0] } ?? []) {
            for name in try FolderListing.names(folder) {
                let text = try Self.text(of: "\(folder)/\(name)")
                try world.write(Self.replacing(words, in: text), to: "etc/\(name)", mode: 0o644)
            }
        }
        // What is shipped goes in unchanged.
        try Self.run(["cp", "\(Binary.root)/extensions.conf.sample", world.path("etc/cognigy-bridge-dialplan.conf")])
        try Self.run(["cp", Binary.path, world.path("agi-bin/cognigy-bridge")])
        for number in ["2", "40"] {
            try Self.run(["mkdir", "-p", world.path("sounds/en/digits")])
            try AtomicFile.write(
                [UInt8](repeating: 0, count: 4000), to: world.path("sounds/en/digits/\(number).sln"))
        }
        try Self.run(["chmod", "755", world.path])
        try Self.run(["chown", "-R", owner, world.path])

        process = try Self.start(version, in: world)
        manager = try Self.connect(to: address, world)
    }

    /// Ends it and all that it has started, as a power cut would.
    package func kill() {
        let programs = children()
        process.kill(SIGKILL)
        for program in programs { Glibc.kill(program.pid, SIGKILL) }
        process.wait()
    }

    /// Lets it and all that it has started stand still, and go on.
    package func stop(_ stands: Bool) {
        for pid in [pid] + children().map(\.pid) { Glibc.kill(pid, stands ? SIGSTOP : SIGCONT) }
    }

    /// Whether it has ended by itself.
    package func hasEnded() -> Bool { process.reap() != nil }

    /// Once it has ended: again, with the same configuration.
    package func startAgain(meanwhile: () throws -> Void = {}) throws {
        process = try Self.start(version, in: world)
        manager = try Self.connect(to: address, world, meanwhile)
    }

    private static func start(_ version: AsteriskVersion, in world: TemporaryFolder) throws -> Subprocess {
        // In a mount namespace of its own, nothing has to be unmounted afterwards, even after SIGKILL.
        let binds = own.map { [path = world.path] in "mount --bind '\(path)/\($0)' '\(version.folder)\($1)'" }
        let script = """
            set -e; mkdir -p '\(version.folder)/run/asterisk' '\(version.folder)/usr/share/asterisk/sounds' \
            '\(version.folder)/usr/share/asterisk/agi-bin'
            mount -t proc proc '\(version.folder)/proc'; \(binds.joined(separator: "; "))
            exec chroot '\(version.folder)' asterisk -f -U asterisk -G asterisk
            """
        return try Subprocess(["unshare", "--mount", "sh", "-c", script])
    }

    /// Once it is ready.
    private static func connect(
        to address: String, _ world: TemporaryFolder, _ meanwhile: () throws -> Void = {}
    ) throws -> ManagerConnection {
        var connection: ManagerConnection?
        let deadline = MonotonicClock.now() + .seconds(90)
        while MonotonicClock.now() < deadline {
            try meanwhile()
            do {
                let manager = try connection ?? ManagerConnection(address: address)
                connection = manager
                if try manager.receive().contains(where: { $0.event == "FullyBooted" }) { return manager }
            } catch {
                // It does not listen yet, or has ended a connection that it took before it was ready.
                connection = nil
            }
            usleep(10_000)
        }
        throw Late(log: contents(of: world.path("log/full")) ?? "")
    }

    private static let samples = "\(Binary.root)/Tests/AsteriskTests/asterisk"

    private static func run(_ command: [String]) throws {
        var process = try Subprocess(command, errors: 2)
        if process.wait() != .code(0) { throw Errno(command[0], code: EIO) }
    }

    private static func text(of path: String) throws -> String {
        guard let text = contents(of: path) else { throw Errno(path, code: ENOENT) }
        return text
    }

    private static func owner(_ version: AsteriskVersion) throws -> String {
        let users = try text(of: version.folder + "/etc/passwd").split(separator: "\n").map { $0.split(separator: ":") }
        guard let user = users.first(where: { $0.first == "asterisk" && $0.count > 3 }) else {
            throw Errno("passwd", code: ENOENT)
        }
        return "\(user[2]):\(user[3])"
    }

    private static func replacing(_ words: [String: String], in text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices {
            for (word, value) in words {
                let parts = lines[index].split(separator: word, omittingEmptySubsequences: false)
                lines[index] = parts.joined(separator: value)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Writes the bridge's configuration, as its user would have it.
    package func configure(_ text: String) throws {
        try write(Array(text.utf8), to: "etc/cognigy-bridge.conf")
    }

    package func write(_ bytes: [UInt8], to name: String) throws {
        try AtomicFile.write(bytes, to: world.path(name))
        try Self.run(["chown", owner, world.path(name)])
    }

    package func copy(_ file: String, to name: String) throws {
        try Self.run(["cp", file, world.path(name)])
        try Self.run(["chown", owner, world.path(name)])
    }

    /// The whole of a file of its own.
    package func bytes(_ name: String) throws -> [UInt8] {
        try AtomicFile.read(world.path(name), limit: 10 << 20, owner: .anyone, forbidden: 0).bytes
    }

    /// Makes everything in a folder ten minutes old.
    package func age(_ folder: String) throws {
        try Self.run(["find", folder, "-exec", "touch", "-d", "10 minutes ago", "{}", "+"])
    }

    /// Ends what a scene that failed has left.
    package func clear() throws {
        try manager.send([("Action", "Command"), ("Command", "channel request hangup all")])
        if !eventually({ children().allSatisfy(\.isZombie) }) {
            throw Late(log: "programs that do not end: \(children())")
        }
    }

    /// Lets all its threads, and those that they make, go before others, as `asterisk -p` does, and so the telephones of
    /// this process, which would have clocks of their own.
    package func goFirst(_ isFirst: Bool) {
        for process in [pid, getpid()] {
            let threads = (try? FolderListing.names("/proc/\(process)/task")) ?? []
            // setpriority(2) sets that of one thread.
            for thread in threads.compactMap({ id_t($0) }) {
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, isFirst ? -10 : 0)
            }
        }
    }

    package func log() -> String { contents(of: world.path("log/full")) ?? "" }

    /// The programs that it has started and that are not gone, zombies too.
    package func children() -> [ChildProcess] { ChildProcess.all(of: pid) }
}
