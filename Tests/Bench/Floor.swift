import System
import TestService
import Testbed

/// The same call as programs in C that do no more than they must; see floor.c.
struct Floor {
    struct NotBuilt: Error {}

    private let folder: TemporaryFolder
    private static let libraries = Binary.root + "/.build/static"

    /// With the distribution's OpenSSL 3.0 and two connections, as such a program is usually made.
    var usual: String { folder.path("usual") }
    /// With the bridge's own libraries and one connection.
    var best: String { folder.path("best") }

    init() throws {
        Report.progress("compiling the programs in C")
        folder = try TemporaryFolder()
        // The archives of libssl-dev, wherever the compiler has them.
        try build(usual, connections: 2, from: "/usr/lib/\(Self.machine)-linux-gnu/")
        try build(best, connections: 1, from: Self.libraries + "/lib/")
    }

    private func build(_ path: String, connections: Int, from place: String) throws {
        var compiler = try Subprocess(
            [
                "cc", "-O2", "-s", "-static", "-Wl,--gc-sections", "-D_GNU_SOURCE", "-DCONNECTIONS=\(connections)",
                "-I\(Self.libraries)/include", Binary.root + "/Tests/Bench/floor.c", "-o", path,
                "\(Self.libraries)/lib/libcurl.a", "\(Self.libraries)/lib/libcares.a", "\(place)libssl.a",
                "\(place)libcrypto.a", "-lpthread",
            ])
        if compiler.wait() != .code(0) { throw NotBuilt() }
    }

    #if arch(x86_64)
        private static let machine = "x86_64"
    #else
        private static let machine = "aarch64"
    #endif
}
