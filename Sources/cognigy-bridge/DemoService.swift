import AGI
import Glibc
import StandIn
import System

/// The stand-in service as a child process, and a configuration for calls to it in a private folder. Both end with this value.
struct DemoService: ~Copyable {
    enum Failure: Error, CustomStringConvertible {
        case silent
        case interrupted

        var description: String {
            switch self {
            case .silent: "call: the stand-in service did not say where it listens"
            case .interrupted: "call: interrupted"
            }
        }
    }

    private let folder: ScratchFolder
    private var process: Subprocess
    private var journal: Pipe
    /// The service's standard input. It ends when this process ends, however that happens, and the service stops then.
    private let life: Pipe
    private var lines = Lines()

    /// Starts `program simulate`.
    init(_ program: String) throws(Errno) {
        let folder = try ScratchFolder()
        var journal = try Pipe()
        var life = try Pipe()
        let process = try Subprocess(
            [program, "simulate", "--port", "0", "--journal", "--until-eof"], input: life.rawReader,
            output: journal.rawWriter, errors: 2)
        journal.writer = nil
        life.reader = nil
        self.folder = folder
        self.journal = journal
        self.life = life
        self.process = process
    }

    /// Waits until the service listens, and writes the configuration. Gives up when `signals` has something to read.
    mutating func start(signals: CInt) throws { try configure(try listening(signals)) }

    deinit {
        process.kill(SIGTERM)
        // Let it clean up for 2 s; then it is killed.
        if let ending = try? process.ending() {
            _ = try? Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(2))
        }
    }

    /// The descriptor of the journal.
    var raw: CInt { journal.rawReader }

    /// The path of the configuration for calls to this service, once it has started.
    private(set) var configuration = ""

    /// The entries since the last call of this method; nil: the service has ended.
    mutating func entries() throws(Errno) -> [Journal.Entry]? {
        switch try Descriptor.read(raw) {
        case .bytes(let bytes): lines.receive(bytes).compactMap(Journal.Entry.init(parsing:))
        case .nothingYet: []
        case .end: nil
        }
    }

    private mutating func listening(_ signals: CInt) throws -> Journal.Entry {
        let deadline = MonotonicClock.now() + .seconds(10)
        while true {
            let ready = try Poll.wait(
                for: [Poll.Interest(raw, .readable), Poll.Interest(signals, .readable)],
                timeout: deadline - MonotonicClock.now())
            if ready[signals] != nil { throw Failure.interrupted }
            guard ready[raw] != nil, let entries = try entries() else { throw Failure.silent }
            if let entry = entries.first(where: { $0.event == .listening }) { return entry }
        }
    }

    private mutating func configure(_ listening: Journal.Entry) throws(Errno) {
        let authority = listening["ca"]?.string.map { "ca_file = \($0)" } ?? ""
        let settings = """
            [cognigy]
            endpoint_url = \(listening["endpoint"]?.string ?? "")
            \(authority)
            """
        configuration = try DemoConfiguration.write(settings, to: folder.path)
    }
}
