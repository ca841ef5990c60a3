import Glibc
import HTTP
import System
import Testbed

/// `wstest -m fuzzingserver` of Autobahn|Testsuite, in the Debian folder that .ci/autobahn makes. It ends with this value, and
/// with this process, however that ends.
final class FuzzingServer {
    let address: Location
    /// The certificate that it shows; nil without TLS.
    let authority: String?

    private let folder: TemporaryFolder
    private let process: Subprocess
    private let output: FileDescriptor
    /// The last of what it has said.
    private(set) var words = ""

    private static let script = "Tests/Autobahn/fuzzingserver.py"
    /// In characters.
    private static let mostWords = 4000

    /// Starts it with these cases, in the Debian folder `root`, and waits until it listens.
    init(_ cases: [String], isSecure: Bool, in root: String) throws {
        folder = try TemporaryFolder(in: root + "/tmp")
        let inside = "/tmp/" + (folder.path.split(separator: "/").last.map(String.init) ?? "")
        try folder.write(
            String(decoding: try AtomicFile.read(Self.script, limit: 1 << 16, forbidden: 0).bytes, as: UTF8.self),
            to: "fuzzingserver.py")
        let identity = isSecure ? #""key": "\#(inside)/key", "cert": "\#(inside)/certificate", "# : ""
        let names = cases.map { "\"\($0)\"" }.joined(separator: ", ")
        // Its own port is never used.
        try folder.write(
            """
            {"url": "\(isSecure ? "wss" : "ws")://127.0.0.1:9001", "outdir": "\(inside)/reports", \(identity)
            "cases": [\(names)], "exclude-cases": [], "exclude-agent-cases": {}}
            """, to: "spec.json")
        authority = isSecure ? try Self.certificate(in: folder) : nil
        let nothing = try FileDescriptor.open("/dev/null", O_RDONLY)
        var pipe = try Pipe()
        process = try Subprocess(
            guarding: ["chroot", root, "python2", inside + "/fuzzingserver.py", inside + "/spec.json"],
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"], input: nothing.raw,
            output: pipe.rawWriter, limits: Subprocess.Limits())
        guard let reader = pipe.reader.take() else { throw Errno("pipe") }
        pipe.writer = nil
        output = reader
        Descriptor.setNonBlocking(output.raw)
        var heard: [UInt8] = []
        let port = try Self.port(output.raw, &heard)
        words = String(decoding: heard.suffix(Self.mostWords), as: UTF8.self)
        guard let port, let address = Location("http\(isSecure ? "s" : "")://127.0.0.1:\(port)/") else {
            throw Failed(description: "wstest does not listen:\n\(words)")
        }
        self.address = address
    }

    /// The number that it says once it listens; nil where it ends before, or says nothing for a minute.
    private static func port(_ descriptor: CInt, _ heard: inout [UInt8]) throws -> Int? {
        let deadline = MonotonicClock.now() + .seconds(60)
        while MonotonicClock.now() < deadline {
            _ = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: deadline - MonotonicClock.now())
            switch try Descriptor.read(descriptor) {
            case .bytes(let bytes): heard += bytes
            case .nothingYet: continue
            case .end: return nil
            }
            let lines = String(decoding: heard, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            if let line = lines.dropLast().last(where: { $0.hasPrefix("port ") }) { return Int(line.dropFirst(5)) }
        }
        return nil
    }

    /// A certificate for 127.0.0.1 that lives for a day.
    private static func certificate(in folder: TemporaryFolder) throws -> String {
        let path = folder.path("certificate")
        var openssl = try Subprocess([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key"),
            "-out", path,
        ])
        if openssl.wait() != .code(0) { throw Failed(description: "openssl makes no certificate") }
        return path
    }

    /// Where it speaks, for a poll.
    var interest: Poll.Interest { Poll.Interest(output.raw, .readable) }

    /// Takes what it has said, so that its pipe does not fill. Throws when it has ended.
    func listen() throws {
        while true {
            switch try Descriptor.read(output.raw) {
            case .bytes(let bytes):
                words = String((words + String(decoding: bytes, as: UTF8.self)).suffix(Self.mostWords))
            case .nothingYet: return
            case .end: throw Failed(description: "wstest has ended:\n\(words)")
            }
        }
    }

    /// A file of its reports.
    func report(_ name: String) throws -> [UInt8] {
        try AtomicFile.read(folder.path("reports/" + name), limit: 64 << 20, forbidden: 0).bytes
    }
}
