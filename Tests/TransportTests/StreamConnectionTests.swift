import HTTP
import System
import Testbed
import Testing

@testable import Transport

/// Against a server that others have written, `openssl s_server`, which speaks HTTP over whatever stream there is. FleetTests have
/// plain TCP and sockets of this machine.
@Suite struct StreamConnectionTests {
    private let folder: TemporaryFolder
    private let shelf = TLSResumptionTests.Shelf()

    init() throws {
        folder = try TemporaryFolder()
        for name in ["authority", "other"] { try TLSService.makeAuthority(name, in: folder) }
        try TLSService.makeCertificate("server", by: "authority", in: folder)
    }

    /// All that happens on a stream on which a page is asked for. The client trusts `theirs`, the stream `ours`.
    private func talk(_ service: TLSService, theirs: String, ours: String?) throws -> [StreamConnection.Event] {
        let client = try #require(
            HTTPClient(trust: TrustStore(folder: nil, file: folder.path(theirs)), proxy: "http://127.0.0.1:9"))
        client.resume(with: shelf.sessions)
        let trust = ours.map { TrustStore(folder: nil, file: folder.path($0)) }
        let address = try #require(
            StreamAddress(host: "127.0.0.1", port: service.port, isSecure: true, trust: trust))
        let stream = StreamConnection(client, to: address, timeout: .seconds(20))
        var events: [StreamConnection.Event] = []
        let deadline = MonotonicClock.now() + .seconds(30)
        while MonotonicClock.now() < deadline {
            let ready = client.wait(for: [stream.interest].compactMap(\.self), timeout: .seconds(1))
            for completion in client.completions() {
                guard let event = stream.completed(completion) else { continue }
                events.append(event)
                if event == .connected { #expect(stream.send(Array("GET / HTTP/1.0\r\n\r\n".utf8)) == nil) }
            }
            events += stream.process(ready)
            switch events.last {
            case .closed?, .failed?:
                #expect(client.isIdle && stream.interest == nil && stream.send([1]) == .closed)
                return events
            default: break
            }
        }
        return events
    }

    @Test(arguments: [("authority.pem", nil), ("other.pem", "authority.pem")])
    func bytesGoBothWaysWithoutAProxyAndLeaveNoSession(theirs: String, ours: String?) throws {
        let service = try TLSService(in: folder)
        let events = try talk(service, theirs: theirs, ours: ours)
        #expect(events.first == .connected && events.last == .closed)
        let page = events.flatMap { event -> [UInt8] in if case .bytes(let bytes) = event { bytes } else { [] } }
        #expect(String(decoding: page, as: UTF8.self).hasPrefix("HTTP/1.0 200 "))
        #expect(shelf.writes == 0)
    }

    @Test(arguments: [("other.pem", nil), ("authority.pem", "other.pem")])
    func aCertificateOfAnotherAuthorityIsRefused(theirs: String, ours: String?) throws {
        let service = try TLSService(in: folder)
        let events = try talk(service, theirs: theirs, ours: ours)
        guard events.count == 1, case .failed(.untrusted(let why))? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(why.contains("authority"))
    }

    @Test func aNameThatIsNoHostIsNoAddress() {
        #expect(StreamAddress(host: "a b", port: 1, isSecure: false) == nil)
        #expect(StreamAddress(host: "::1", port: 1, isSecure: false)?.name == "[::1]:1")
    }
}
