import Glibc
import System
import Testbed
import Testing

/// A TLS server that others have written, `openssl s_server`: it answers each request with a page that says whether the session
/// was resumed. Its tickets are good as long as it runs.
final class TLSService {
    private var process: Subprocess
    let port: Int

    /// `certificate` is a name in `folder`: NAME.pem and NAME.key.
    init(_ certificate: String = "server", in folder: TemporaryFolder, port: Int = 0, _ options: [String] = []) throws {
        var output = try Pipe()
        process = try Subprocess(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-cert",
                folder.path("\(certificate).pem"), "-key", folder.path("\(certificate).key"),
            ] + options, output: output.rawWriter, errors: output.rawWriter)
        output.writer = nil
        var said = ""
        while !(said.contains("ACCEPT") && said.hasSuffix("\n")),
            case .bytes(let more) = try Descriptor.read(output.rawReader)
        {
            said += String(decoding: more, as: UTF8.self)
        }
        let address = said.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
        // It names only a port that was not asked for.
        self.port =
            try port != 0 ? port : #require(address?.split(separator: ":").last.flatMap { Int($0) }, "\(said)")
    }

    func end() {
        process.kill(SIGKILL)
        process.wait()
    }

    deinit { end() }

    /// Makes an authority, NAME.pem and NAME.key.
    static func makeAuthority(_ name: String, in folder: TemporaryFolder) throws {
        try openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)", "-out", "\(name).pem", "-keyout", "\(name).key",
            ], in: folder)
    }

    /// Makes a certificate of 127.0.0.1 that the authority signed.
    static func makeCertificate(
        _ name: String, by authority: String, for host: String = "IP:127.0.0.1", in folder: TemporaryFolder
    ) throws {
        try openssl(
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-out",
                "\(name).csr", "-keyout", "\(name).key",
            ], in: folder)
        try folder.write("subjectAltName=\(host)\n", to: "\(name).ext")
        try openssl(
            [
                "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key", "-days",
                "2", "-extfile", "\(name).ext", "-out", "\(name).pem",
            ], in: folder)
    }

    private static func openssl(_ words: [String], in folder: TemporaryFolder) throws {
        var output = try Pipe()
        var process = try Subprocess(
            ["/bin/sh", "-c", "cd \"$0\" && exec openssl \"$@\"", folder.path] + words, output: output.rawWriter,
            errors: output.rawWriter)
        output.writer = nil
        var said: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(output.rawReader) { said += more }
        try #require(process.wait() == .code(0), "\(String(decoding: said, as: UTF8.self))")
    }
}
