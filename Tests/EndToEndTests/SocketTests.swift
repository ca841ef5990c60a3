import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct SocketTests {
    private static let nine = #"key 9 send {"type":"response","text":"9","end":true}"#

    @Test func keysOfADropAreSentAfterTheReconnectInOrder() throws {
        let pbx = try PBX("key 5 drop times 1\n" + Self.nine)
        let record = try pbx.call(CallPlan(EndpointTests.keys("1257849", after: .milliseconds(20))))
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.lostKeys == "")
        #expect(pbx.service.keys == "1257849")
        #expect(pbx.service.count(.session) == 1)
        #expect(pbx.service.violations == [])
    }

    /// Over TLS too, where libcurl says close_notify behind it.
    @Test(arguments: [("frame C100", 1002.0), ("frame 8101ff", 1007), ("frame 8200", 1003)], [false, true])
    func theServiceIsToldWhatItDidWrong(_ fault: (frame: String, code: Double), tls: Bool) throws {
        let pbx = try PBX("key 5 \(fault.frame) times 1\n" + Self.nine, tls: tls)
        let record = try pbx.call([
            .press("5", when: .whenWaiting, after: .milliseconds(200)), .press("9", after: .milliseconds(300)),
        ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let closed = pbx.service.entries().first { $0.event == .closed }
        #expect(closed?["code"]?.number == fault.code && closed?["by"]?.string == "client")
        // A sentence, not the name of a case in the source.
        #expect(pbx.log.contains("a frame has reserved bits") == (fault.code == 1002))
    }

    @Test func aCloseInGoodOrderIsTheEndOfTheCall() throws {
        let pbx = try PBX("key 5 send {\"type\":\"response\",\"audioUrl\":\"/audio/a-8k-300ms.wav\"}\nthen close 1000")
        let record = try pbx.call([.press("5", when: .whenWaiting, after: .milliseconds(200))])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.voice) == 1)
    }

    @Test func aServiceThatDiesDuringTheCallSendsTheCallerToPeople() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"1"}"#)
        pbx.environment["COGNIGY_CALL_RECONNECT_ATTEMPTS"] = "2"
        try pbx.addSound("hold.sln", milliseconds: 200)
        pbx.environment["COGNIGY_CALL_WAIT_PROMPT"] = "hold"
        let call = Box(try pbx.start([]))
        try call.run { $0.sounds.count == 1 }
        pbx.service.kill()
        try call.run { _ in false }
        let record = call.asterisk.record
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "socket_lost")
        #expect(record.sounds.contains { $0.name == "hold" })
        #expect(record.isChannelThere)
    }

    @Test func pingsGoBothWaysAndASilentServiceIsFoundOut() throws {
        let pbx = try PBX("key 5 silence times 1\n" + Self.nine, settings: ["COGNIGY_CALL_PING_INTERVAL": "1"])
        let record = try pbx.call(
            [.press("5", when: .whenWaiting, after: .milliseconds(1500)), .press("9", after: .seconds(12))])
        #expect(pbx.service.count(.ping) >= 2)
        #expect(pbx.service.count(.wsPing) >= 2)
        #expect(pbx.service.count(.voice) == 2)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func aVoiceConnectionThatHadToWaitTooLongForItsSessionIsMadeAgain() throws {
        // The service answers the session late; the connection that was opened beside it is fresh all the same.
        let pbx = try PBX("session delay 1200\n" + Self.nine)
        let record = try pbx.call([.press("9", when: .whenWaiting, after: .milliseconds(100))])
        #expect(pbx.service.keys == "9")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }
}
