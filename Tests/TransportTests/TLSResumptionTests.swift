import CCrypto
import Glibc
import HTTP
import System
import Testbed
import Testing

@testable import Transport

@Suite struct TLSResumptionTests {
    /// What the processes of one configuration share.
    final class Shelf {
        var kept: [(server: [String], session: TLSSessions.Session)] = []
        var writes = 0

        var sessions: TLSSessions {
            TLSSessions(
                find: { server in self.kept.last { $0.server == server }?.session },
                keep: { session, server in
                    self.kept.append((server, session))
                    self.writes += 1
                }, drop: { server in self.kept.removeAll { $0.server == server } })
        }
    }

    let folder: TemporaryFolder
    let shelf = Shelf()

    init() throws {
        folder = try TemporaryFolder()
        try TLSService.makeAuthority("authority", in: folder)
        try TLSService.makeCertificate("server", by: "authority", in: folder)
    }

    private var trust: TrustStore { TrustStore(folder: nil, file: folder.path("authority.pem")) }

    /// What a process of its own meets.
    private func ask(
        _ service: TLSService, _ shelf: Shelf? = nil, trust: TrustStore? = nil, isStrange: Bool = false,
        count: Int = 1, between: () throws -> Void = {}
    ) throws -> [String] {
        let client = try #require(HTTPClient(trust: trust ?? self.trust, proxy: nil))
        client.resume(with: (shelf ?? self.shelf).sessions)
        client.isPublic = { _ in true }
        return try (0..<count).map { number in
            if number > 0 { try between() }
            let location = try #require(Location("https://127.0.0.1:\(service.port)/"))
            let id = client.start(Request(.get, location, publicAddressesOnly: isStrange))
            while true {
                if let done = client.completions().first(where: { $0.id == id }) { return words(done.result) }
                _ = client.wait(for: [], timeout: .seconds(10))
            }
        }
    }

    private func words(_ result: Result<Response, Failure>) -> String {
        switch result {
        case .success(let response):
            let page = String(decoding: response.body, as: UTF8.self)
            return page.contains("\nReused, ") ? "resumed" : page.contains("\nNew, ") ? "whole" : page
        case .failure(.untrusted): return "untrusted"
        case .failure(let failure): return "\(failure)"
        }
    }

    @Test(arguments: [["-tls1_3"], ["-tls1_3", "-num_tickets", "1"], ["-tls1_2"], ["-tls1_2", "-no_ticket"]])
    func theNextProcessResumes(options: [String]) throws {
        let service = try TLSService(in: folder, options)
        #expect(try ask(service) == ["whole"])
        #expect(try ask(service) == ["resumed"])
        #expect(try ask(service, count: 2) == ["resumed", "resumed"])
        #expect(try ask(service, Shelf()) == ["whole"])
    }

    @Test func withinAProcessNoShelfIsNeeded() throws {
        let service = try TLSService(in: folder)
        let client = try #require(HTTPClient(trust: trust, proxy: nil))
        client.resume(with: TLSSessions(find: { _ in nil }, keep: { _, _ in }, drop: { _ in }))
        for expected in ["whole", "resumed"] {
            let id = client.start(Request(.get, try #require(Location("https://127.0.0.1:\(service.port)/"))))
            var result: Result<Response, Failure>?
            while result == nil {
                _ = client.wait(for: [], timeout: .seconds(10))
                result = client.completions().first { $0.id == id }?.result
            }
            #expect(try words(#require(result)) == expected)
        }
    }

    /// Connections that begin together: the first is over its handshake, and has no new ticket yet, when the second begins.
    @Test func whatOneConnectionHasUsedUpAnotherMayStillOffer() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        let server = TLSServer(try #require(shelf.kept.last).server, shelf.sessions)
        let context = SSL_CTX_new(TLS_client_method())
        defer { SSL_CTX_free(context) }
        for _ in 1...2 {
            let (session, _) = try #require(server.take(WallClock.now()))
            #expect(SSL_SESSION_is_resumable(session) == 1)
            SSL_CTX_remove_session(context, session)
            #expect(SSL_SESSION_is_resumable(session) == 0)
            SSL_SESSION_free(session)
        }
    }

    @Test func anHourCountsFromTheCertificate() throws {
        let service = try TLSService(in: folder)
        let before = WallClock.now()
        #expect(try ask(service) == ["whole"])
        let first = try #require(shelf.kept.last?.session)
        #expect((before + 3600...WallClock.now() + 3600).contains(first.trustedUntil))
        #expect(first.expiresAt <= first.trustedUntil)
        // Its session is resumed, but the certificate is not shown again.
        shelf.kept = [
            (shelf.kept[0].server, .init(bytes: first.bytes, trustedUntil: before + 60, expiresAt: before + 60))
        ]
        #expect(try ask(service) == ["resumed"])
        let second = try #require(shelf.kept.last?.session)
        #expect(second.bytes != first.bytes && second.trustedUntil == before + 60 && second.expiresAt <= before + 60)
    }

    /// A ticket is used once by calls one after the other, and a process writes once.
    @Test func whoeverUsesATicketKeepsTheNext() throws {
        let service = try TLSService(in: folder)
        for count in 1...3 {
            _ = try ask(service)
            #expect(shelf.writes == count)
        }
        #expect(Set(shelf.kept.map(\.session.bytes)).count == 3)
    }

    @Test func aServerThatForgotItsKeysCostsAWholeHandshake() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        service.end()
        let again = try TLSService(in: folder, port: service.port)
        #expect(try ask(again) == ["whole"])
        #expect(try ask(again) == ["resumed"])
    }

    @Test func aDamagedSessionIsAWholeHandshake() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        let (server, session) = try #require(shelf.kept.last)
        for index in stride(from: 0, to: session.bytes.count, by: 7) {
            var bytes = session.bytes
            bytes[index] ^= 0x55
            shelf.kept = [
                (server, .init(bytes: bytes, trustedUntil: session.trustedUntil, expiresAt: session.expiresAt))
            ]
            // Whatever a stranger could have written there.
            let outcome = try ask(service)
            #expect(outcome == ["whole"] || outcome == ["resumed"])
        }
        shelf.kept = [(server, .init(bytes: [1, 2, 3], trustedUntil: .infinity, expiresAt: .infinity))]
        #expect(try ask(service) == ["whole"])
    }

    @Test func whoTrustsAnotherAuthorityDoesNotResume() throws {
        try TLSService.makeAuthority("stranger", in: folder)
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        let stranger = TrustStore(folder: nil, file: folder.path("stranger.pem"))
        #expect(try ask(service, trust: stranger) == ["untrusted"])
        #expect(try ask(service) == ["resumed"])
    }

    @Test func anAuthorityThatIsNoLongerTrustedIsNot() throws {
        try TLSService.makeAuthority("stranger", in: folder)
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        try folder.write(try folder.text("stranger.pem"), to: "authority.pem")
        #expect(try ask(service) == ["untrusted"])
    }

    /// libcurl goes on with the file as it was when it first read it.
    @Test func aProcessThatKnewTheOldAuthorityLeavesNothingToOthers() throws {
        try TLSService.makeAuthority("stranger", in: folder)
        let service = try TLSService(in: folder)
        let (folder, shelf) = (folder, shelf)
        let seen = try ask(service, count: 2) {
            shelf.kept = []
            try folder.write(try folder.text("stranger.pem"), to: "authority.pem")
        }
        #expect(seen == ["whole", "whole"])
        #expect(shelf.kept.isEmpty)
        #expect(try ask(service) == ["untrusted"])
    }

    @Test func aFolderThatLostAnAuthorityTrustsItNoLonger() throws {
        let names = try FolderListing.names(folder.path)
        #expect(!names.contains("trusted"))
        mkdir(folder.path("trusted"), 0o700)
        try folder.write(try folder.text("authority.pem"), to: "trusted/authority.pem")
        var rehash = try Subprocess(["openssl", "rehash", folder.path("trusted")])
        #expect(rehash.wait() == .code(0))
        let trust = TrustStore(folder: folder.path("trusted"), file: nil)
        let service = try TLSService(in: folder)
        #expect(try ask(service, trust: trust) == ["whole"])
        #expect(try ask(service, trust: trust) == ["resumed"])
        for name in try FolderListing.names(folder.path("trusted")) { unlink(folder.path("trusted/\(name)")) }
        #expect(try ask(service, trust: trust) == ["untrusted"])
    }

    /// Some keep both in one file (PEM_X509_INFO_read_bio(3) reads over the key).
    @Test(arguments: ["AES-128-CBC", "AES-256-CBC"]) func anEncryptedKeyBesideTheAuthorityDoesNoHarm(_ cipher: String)
        throws
    {
        let key = """
            -----BEGIN EC PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: \(cipher),00112233445566778899AABBCCDDEEFF

            AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
            -----END EC PRIVATE KEY-----

            """
        try folder.write(key + folder.text("authority.pem"), to: "both.pem")
        let service = try TLSService(in: folder)
        #expect(try ask(service, trust: TrustStore(folder: nil, file: folder.path("both.pem"))) == ["whole"])
    }

    /// libcurl compares names after the handshake. What such a server offers is not kept, with TLS 1.2 either.
    @Test(arguments: ["-tls1_2", "-tls1_3"]) func aCertificateOfAnotherNameLeavesNothing(option: String) throws {
        try TLSService.makeCertificate("other", by: "authority", for: "DNS:other.example", in: folder)
        let service = try TLSService("other", in: folder, [option])
        for _ in 1...2 {
            #expect(try ask(service) == ["untrusted"])
            #expect(shelf.kept.isEmpty)
        }
    }

    @Test func aHandshakeThatFailsForgetsItsSession() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        let (server, session) = try #require(shelf.kept.last)
        // What answers here ends the connection.
        let wire = try LoopbackServer()
        shelf.kept.append((["127.0.0.1 \(wire.port)"] + server.dropFirst(), session))
        wire.answer = { $0.finish() }
        let client = try #require(HTTPClient(trust: trust, proxy: nil))
        client.resume(with: shelf.sessions)
        let id = client.start(Request(.get, try #require(Location("https://127.0.0.1:\(wire.port)/"))))
        var results: [Result<Response, Failure>] = []
        while results.isEmpty {
            wire.serve(client.wait(for: wire.interests, timeout: .seconds(10)))
            results = client.completions().filter { $0.id == id }.map(\.result)
        }
        #expect(shelf.kept.map(\.server) == [server])
        // Once with the session, once without.
        #expect(wire.connections.count == 2)
    }

    /// A caller hung up, say.
    @Test func aHandshakeThatIsNotWaitedForKeepsItsSession() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service) == ["whole"])
        let (server, session) = try #require(shelf.kept.last)
        let wire = try LoopbackServer()
        shelf.kept.append((["127.0.0.1 \(wire.port)"] + server.dropFirst(), session))
        let client = try #require(HTTPClient(trust: trust, proxy: nil))
        client.resume(with: shelf.sessions)
        let id = client.start(Request(.get, try #require(Location("https://127.0.0.1:\(wire.port)/"))))
        while wire.connections.first?.received.isEmpty != false {
            wire.serve(client.wait(for: wire.interests, timeout: .seconds(10)))
        }
        client.cancel(id)
        #expect(shelf.kept.count == 2)
    }

    /// There is no end of those.
    @Test func aHostThatAStrangerNamedLeavesNothing() throws {
        let service = try TLSService(in: folder)
        #expect(try ask(service, isStrange: true) == ["whole"])
        #expect(shelf.kept.isEmpty)
    }

    @Test func withoutATrustThatCanBeToldApartNothingIsResumed() {
        #expect(TrustStore(folder: nil, file: nil).identity == nil)
        #expect(TrustStore(folder: "/nowhere", file: nil).identity == nil)
        #expect(TrustStore(folder: nil, file: folder.path("authority.pem")).identity?.count == 2)
    }
}
