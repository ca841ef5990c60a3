import Foundation
import Testbed
import Testing

@testable import StandIn

@Suite struct TLSServerTests {
    private func standIn(_ scenario: String = "") throws -> RunningStandIn {
        try RunningStandIn(scenario, usesTLS: true)
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func itsAuthorityVouchesForLoopback(name: String) throws {
        let standIn = try standIn()
        #expect(try standIn.client(trusting: standIn.authority, name: name).reply(to: .auth()).status == 200)
        standIn.end()
    }

    @Test func everyStartHasAnAuthorityOfItsOwn() throws {
        let (first, second) = (try standIn(), try standIn())
        #expect(throws: TestClient.Failure.untrusted) { try first.client(trusting: second.authority) }
        first.end()
        second.end()
    }

    @Test(arguments: ["wrong-name", "expired", "not-yet", "self-signed"]) func aFlawedCertificateIsNotTrusted(
        flaw: String
    ) throws {
        let standIn = try standIn("certificate \(flaw)")
        #expect(throws: TestClient.Failure.untrusted) { try standIn.client(trusting: standIn.authority) }
        standIn.end()
    }

    @Test func aWrongNameIsTheOnlyFlawOfACertificateWithAWrongName() throws {
        let standIn = try standIn("certificate wrong-name")
        let client = try standIn.client(trusting: standIn.authority, name: "wrong.example")
        #expect(try client.reply(to: .auth()).status == 200)
        standIn.end()
    }

    @Test func theAuthorityIsWrittenToTheFile() throws {
        let folder = try TemporaryFolder()
        let standIn = try RunningStandIn(usesTLS: true, authorityFile: "\(folder.path)/ca.pem")
        #expect(try standIn.entry(.listening)["ca"]?.string == "\(folder.path)/ca.pem")
        #expect(standIn.authority.starts(with: "-----BEGIN CERTIFICATE-----".utf8))
        #expect(
            try String(contentsOfFile: "\(folder.path)/ca.pem", encoding: .utf8).utf8.elementsEqual(standIn.authority))
        standIn.end()
    }

    @Test func aVoiceConnectionMustNotOfferHTTP2() throws {
        let standIn = try standIn()
        let fair = try standIn.client(trusting: standIn.authority, protocols: ["http/1.1"])
        _ = try fair.openVoice()
        #expect(standIn.violations == [])
        let unfair = try standIn.client(trusting: standIn.authority, protocols: ["h2", "http/1.1"])
        let token = try #require(try unfair.json(.auth())["access_token"]?.string)
        let id = try #require(try unfair.json(.session(token: token))["id"]?.string)
        #expect(try unfair.reply(to: .voice(id, token: token)).status == 400)
        #expect(standIn.violations == ["the voice connection offered HTTP/2"])
        standIn.end()
    }

    @Test func largeBodiesPass() throws {
        let standIn = try standIn(#"open send {"audioUrl":"/audio/a-44k-stereo-20000ms.wav"}"#)
        let client = try standIn.client(trusting: standIn.authority)
        let reply = try client.reply(to: .init("GET", "/audio/a-44k-stereo-20000ms.wav"))
        #expect(reply.body.count == 44 + 44_100 * 20 * 4)
        standIn.end()
    }
}
