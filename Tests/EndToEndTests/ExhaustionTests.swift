import FakeAsterisk
import Glibc
import System
import TestService
import Testbed
import Testing

/// What the program itself has too little of.
@Suite struct ExhaustionTests {
    private static let words = "may open no more files"

    /// The program, which may have so many files open.
    private func limited(_ pbx: PBX, to limit: Int) throws -> String {
        let name = "limited-\(limit)/cognigy-bridge"
        #expect(mkdir(pbx.folder.path("limited-\(limit)"), 0o700) == 0)
        try pbx.folder.write("#!/bin/sh\nulimit -n \(limit)\nexec \(Binary.path) \"$@\"\n", to: name, mode: 0o700)
        return pbx.folder.path(name)
    }

    private func breakers(_ pbx: PBX) throws -> [String] {
        try FolderListing.names(pbx.sharedPath("")).filter { $0.hasPrefix("breaker-") }
    }

    @Test func aProcessWithoutDescriptorsDoesNotBlameTheService() throws {
        let pbx = try PBX(#"open send {"type":"response","end":true}"#)
        var reasons: [String] = []
        for limit in 5...12 {
            let call = try pbx.start([], program: limited(pbx, to: limit)).run()
            let reason = call.variables["COGNIGY_REASON"] ?? ""
            reasons.append(reason)
            guard reason == "unreachable" || reason == "socket_lost" else { continue }
            #expect(call.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
            #expect(call.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains(Self.words) }, "\(limit)")
        }
        #expect(reasons.contains("unreachable"), "\(reasons)")
        #expect(reasons.last == "end", "\(reasons)")
        #expect(try breakers(pbx) == [])
    }

    /// The names are looked up by c-ares, and the certificates by OpenSSL, which say something else.
    @Test(arguments: ["https://127.0.0.1:", "https://nobody.invalid:", "http://127.0.0.1:", "http://localhost:"])
    func neitherANameNorACertificateIsBlamed(_ url: String) throws {
        let pbx = try PBX("", tls: url.hasPrefix("https"))
        pbx.environment["COGNIGY_BASE_URL"] = url + String(pbx.service.port)
        var said: [String] = []
        for limit in 4...7 {
            let outcome = try Outcome(of: [limited(pbx, to: limit), "check"], environment: pbx.environment)
            said += outcome.output.split(separator: "\n").map(String.init).filter {
                $0.hasPrefix("BAD") && ["TCP", "TLS", "name look-up", "token"].contains(where: $0.contains)
            }
        }
        let others = said.filter { !$0.contains(Self.words) }
        #expect(said.count > others.count, "\(said)")
        // A name that nobody knows is not known with more descriptors, either.
        #expect(others.allSatisfy { url.contains("nobody") && $0.contains("cannot be resolved") }, "\(others)")
    }
}
