import Glibc
import StandIn
import System
import Testbed

/// A Redis server of Debian's package, below `.build/redis`, in a folder of the test. It keeps nothing on disk.
package final class RedisServer {
    package struct Silent: Error { package let said: String }

    package static let program = Binary.root + "/.build/redis/usr/bin/redis-server"
    static let client = Binary.root + "/.build/redis/usr/bin/redis-cli"

    static func environment() throws -> [String] {
        let libraries = Binary.root + "/.build/redis/usr/lib"
        let places = try FolderListing.names(libraries).map { "\(libraries)/\($0)" }
        return ["LD_LIBRARY_PATH=\(places.joined(separator: ":"))", "PATH=/usr/bin:/bin"]
    }

    package static var isThere: Bool { access(program, X_OK) == 0 }

    /// What its clients must know and trust.
    package enum Security {
        case none
        case password(String)
        /// A user beside `default`, who is off.
        case user(String, password: String)
    }

    private let folder: TemporaryFolder
    private var process: Subprocess
    private var output: Pipe
    package let port: Int
    package var socket: String { folder.path("redis.sock") }
    /// The certificate of its authority, where it `isSecure`.
    package var authority: String { folder.path("authority.pem") }
    package var wrongAuthority: String { folder.path("other.pem") }

    /// It listens on a port and on a socket. With a `port` it is one that has run before.
    package init(
        in folder: TemporaryFolder, _ security: Security = .none, isSecure: Bool = false, port: Int? = nil,
        options: [String] = []
    ) throws {
        self.folder = folder
        var lines = [
            "bind 127.0.0.1", "unixsocket \(folder.path("redis.sock"))", "save \"\"", "appendonly no",
            "dir \(folder.path)",
        ]
        switch security {
        case .none: break
        case .password(let password): lines.append("requirepass \(password)")
        case .user(let user, let password):
            lines += ["user default off", "user \(user) on >\(password) ~* &* +@all"]
        }
        if isSecure, port == nil { try Self.makeCertificates(in: folder) }
        let chosen = try port ?? Int(ListeningSocket(port: 0).port)
        self.port = chosen
        if isSecure {
            lines += [
                "port 0", "tls-port \(chosen)", "tls-cert-file \(folder.path("server.pem"))",
                "tls-key-file \(folder.path("server.key"))", "tls-ca-cert-file \(folder.path("authority.pem"))",
                "tls-auth-clients no",
            ]
        } else {
            lines.append("port \(chosen)")
        }
        try folder.write((lines + options).joined(separator: "\n") + "\n", to: "redis.conf")
        output = try Pipe()
        process = try Subprocess(
            [Self.program, folder.path("redis.conf")],
            environment: try Self.environment(),
            output: output.rawWriter, errors: output.rawWriter)
        output.writer = nil
        var said = ""
        // The socket comes last, in the words of 7.0 or of later ones.
        while !said.contains("ready to accept connections at "), !said.contains("connections unix") {
            guard try !Poll.wait(for: [Poll.Interest(output.rawReader, .readable)], timeout: .seconds(20)).isEmpty,
                case .bytes(let more) = try Descriptor.read(output.rawReader)
            else { throw Silent(said: said) }
            said += String(decoding: more, as: UTF8.self)
        }
    }

    /// It goes on, but says nothing; and speaks again.
    package func stop() { process.kill(SIGSTOP) }
    package func goOn() { process.kill(SIGCONT) }

    package func end() {
        process.kill(SIGKILL)
        process.wait()
    }

    deinit { end() }

    /// An authority with a certificate for 127.0.0.1, and another authority.
    private static func makeCertificates(in folder: TemporaryFolder) throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        for name in ["authority", "other"] {
            try openssl(
                ["req", "-x509"] + key
                    + ["-days", "2", "-subj", "/CN=\(name)", "-out", "\(name).pem", "-keyout", "\(name).key"],
                in: folder)
        }
        try openssl(["req"] + key + ["-subj", "/CN=server", "-out", "server.csr", "-keyout", "server.key"], in: folder)
        try folder.write("subjectAltName=IP:127.0.0.1\n", to: "server.ext")
        try openssl(
            [
                "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-days", "2",
                "-extfile", "server.ext", "-out", "server.pem",
            ], in: folder)
    }

    private static func openssl(_ words: [String], in folder: TemporaryFolder) throws {
        var process = try Subprocess(["openssl"] + words, folder: folder.path)
        if process.wait() != .code(0) { throw Silent(said: "openssl \(words)") }
    }
}
