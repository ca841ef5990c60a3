import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct SetUpTests {
    private static let greeting = #"open send {"type":"response","text":"1","end":true}"#

    @Test func aRejectedTokenIsFetchedAgainOnceAndTheCallGoesOn() throws {
        let pbx = try PBX("session status 401 times 1\n" + Self.greeting)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.token) == 2)
    }

    @Test func credentialsThatAreRefusedTwiceAreGivenUp() throws {
        let pbx = try PBX("session status 401\n" + Self.greeting)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "unauthorized")
        #expect(pbx.service.count(.token) == 2)
        #expect(pbx.service.count(.session) == 2)
        #expect(record.exit == .code(0))
        #expect(record.isChannelThere)
    }

    @Test func theSocketsTokenIsRenewedToo() throws {
        let pbx = try PBX("voice status 401 times 1\n" + Self.greeting)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.token) == 2)
        #expect(pbx.service.violations == [])
    }

    @Test func aShortRetryAfterIsWaitedForAndNoKeyIsLostMeanwhile() throws {
        let pbx = try PBX("session status 429 retry-after 1 times 1\n" + Self.greeting)
        let record = try pbx.call(CallPlan(EndpointTests.keys("4711", after: .milliseconds(20))))
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.lostKeys == "")
        #expect(pbx.service.keys == "4711")
    }

    @Test(arguments: ["token", "session", "voice"])
    func threeServerErrorsInARowAreEnough(_ what: String) throws {
        let pbx = try PBX("\(what) status 503\n" + Self.greeting)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "http_503")
        let tries = pbx.service.entries().count { $0.event.rawValue == what }
        #expect((3...4).contains(tries))
    }

    @Test func whileTheServiceIsSlowTheWaitPromptPlaysAndKeysAreKept() throws {
        let pbx = try PBX("session delay 1500\n" + Self.greeting)
        try pbx.addSound("hold.sln", milliseconds: 400)
        pbx.environment["COGNIGY_CALL_WAIT_PROMPT"] = "hold"
        let record = try pbx.call([
            .press("1", when: .whenPlaying(1), after: .milliseconds(100)),
            .press("2", when: .whenRunning("STREAM FILE"), after: .milliseconds(20)),
            .press("3", when: .whenRunning("STREAM FILE"), after: .milliseconds(20)),
        ])
        #expect(pbx.service.keys == "123")
        #expect(record.lostKeys == "")
        #expect(record.sounds.filter { $0.name == "hold" }.count >= 2)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func theFallbackPromptIsHeardBeforePeopleAnswer() throws {
        let pbx = try PBX("session status 403\n" + Self.greeting)
        try pbx.addSound("sorry.sln", milliseconds: 300)
        pbx.environment["COGNIGY_CALL_FALLBACK_PROMPT"] = "sorry"
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.isChannelThere)
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
    }

    @Test func afterFiveFailedCallsTheNextDoesNotWaitAndOneProbeHealsIt() throws {
        let pbx = try PBX("token status 500 times 15\n" + Self.greeting)
        for _ in 0..<5 { #expect(try pbx.call([]).variables["COGNIGY_REASON"] == "http_500") }
        let before = pbx.service.count(.token)
        let refused = try pbx.call([])
        #expect(refused.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(refused.variables["COGNIGY_REASON"] == "circuit_open")
        #expect(pbx.service.count(.token) == before)
    }

    @Test func callersWhoHangUpDoNotOpenTheBreaker() throws {
        let pbx = try PBX("session hang times 6\n" + Self.greeting)
        for count in 1...6 {
            let call = Box(try pbx.start([]))
            try call.run(watching: pbx.service) { _ in pbx.service.count(.session) == count }
            call.asterisk.hangUp()
            try call.run { _ in false }
            #expect(call.asterisk.record.tells("COGNIGY_STATUS", "HANGUP"))
        }
        #expect(try pbx.call([]).variables["COGNIGY_STATUS"] == "COMPLETED")
    }
}
