import Glibc
import System
import TestService
import Testbed

/// A TLS server that others have written, stunnel, before the stand-in service, with a certificate of an intermediate
/// authority as most have one.
final class TLSFront {
    enum Key: String, CaseIterable {
        case rsa = "RSA"
        case ecdsa = "ECDSA"

        fileprivate var words: [String] {
            switch self {
            case .rsa: ["-newkey", "rsa:2048"]
            case .ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            }
        }
    }

    struct NotStarted: Error { let why: String }

    private let folder: TemporaryFolder
    private var process: Subprocess
    let port: UInt16

    var authority: String { folder.path("root.pem") }
    var url: String { "https://127.0.0.1:\(port)" }

    init(_ key: Key, before service: Int) throws {
        folder = try TemporaryFolder()
        try Self.makeCertificates(key, in: folder)
        port = try Self.freePort()
        try folder.write(
            """
            foreground = yes
            pid =
            debug = 2
            [service]
            accept = 127.0.0.1:\(port)
            connect = 127.0.0.1:\(service)
            cert = \(folder.path("chain.pem"))
            key = \(folder.path("server.key"))
            """, to: "stunnel.conf")
        process = try Subprocess(["stunnel", folder.path("stunnel.conf")], errors: 2)
        let end = MonotonicClock.now() + .seconds(10)
        while !Self.isOpen(port) {
            if MonotonicClock.now() > end { throw NotStarted(why: "stunnel does not listen") }
            usleep(1000)
        }
    }

    deinit {
        process.kill(SIGKILL)
        process.wait()
    }

    /// root.pem, and chain.pem with server.key.
    private static func makeCertificates(_ key: Key, in folder: TemporaryFolder) throws {
        let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        let new = ["req", "-new", "-nodes"] + key.words
        try openssl(
            new + ["-x509", "-days", "2", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem"], in: folder)
        for (name, by, extensions) in [
            ("middle", "root", authority), ("server", "middle", "subjectAltName=IP:127.0.0.1\n"),
        ] {
            try folder.write(extensions, to: "\(name).ext")
            try openssl(new + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr"], in: folder)
            try openssl(
                [
                    "x509", "-req", "-days", "2", "-in", "\(name).csr", "-CA", "\(by).pem", "-CAkey", "\(by).key",
                    "-CAcreateserial", "-extfile", "\(name).ext", "-out", "\(name).pem",
                ], in: folder)
        }
        try folder.write(try folder.text("server.pem") + folder.text("middle.pem"), to: "chain.pem")
    }

    private static func openssl(_ words: [String], in folder: TemporaryFolder) throws {
        var output = try Pipe()
        var process = try Subprocess(
            ["openssl"] + words, output: output.rawWriter, errors: output.rawWriter, folder: folder.path)
        output.writer = nil
        var said: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(output.rawReader) { said += more }
        if process.wait() != .code(0) { throw NotStarted(why: String(decoding: said, as: UTF8.self)) }
    }

    private static func freePort() throws -> UInt16 { try ReadyService([:]).port }

    private static func isOpen(_ port: UInt16) -> Bool {
        (try? TCPClient.connect(to: port)) != nil
    }
}
