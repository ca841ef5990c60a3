import JSON
import Testing
import WebSocket

@testable import StandIn

@Suite struct FaultsTests {
    private func reply(_ scenario: String) throws -> [Timed] {
        try Stage("session \(scenario)").sessionEffects()
    }

    @Test func aStatusMayCarryRetryAfter() throws {
        let text = String(decoding: try #require(try reply("status 429 retry-after 7").first?.sent), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
        #expect(text.contains("\r\nRetry-After: 7\r\n"))
        let bare = String(decoding: try #require(try reply("status 503").first?.sent), as: UTF8.self)
        #expect(!bare.contains("Retry-After"))
    }

    @Test func aStatusMayCarryABodyOfTheScenario() throws {
        let body: JSON = ["connector": ["code": "SIP_503"]]
        let (status, answered) = try Stage("flows status 500 body \(body.text)").flows()
        #expect(status == 500)
        #expect(answered == body)
        #expect(try Stage("flows status 500").flows().body == ["error": "the scenario wants it so"])
    }

    @Test func dropHangAndDelay() throws {
        #expect(try reply("drop") == [Timed(effect: .drop)])
        #expect(try reply("hang") == [])
        #expect(try reply("delay 300").map(\.delay) == [.milliseconds(300), .milliseconds(300)])
        #expect(try reply("delay 300 drop") == [Timed(delay: .milliseconds(300), effect: .drop)])
    }

    @Test func slowIsAByteAtATime() throws {
        let effects = try reply("slow")
        #expect(effects.dropLast().allSatisfy { $0.sent?.count == 1 })
        #expect(effects.last?.effect == .answered)
        let bytes = effects.dropLast()
        #expect(zip(bytes, bytes.dropFirst()).allSatisfy { $0.delay < $1.delay })
        #expect(effects.last?.delay == bytes.last?.delay)
    }

    @Test func bodiesThatNoClientShouldTake() throws {
        for (fault, refusal) in [("garbage", .malformed), ("huge", .tooLarge), ("deep", .tooDeep)]
            as [(String, JSON.Refusal)]
        {
            let bytes = try #require(try reply(fault).first?.sent)
            let end = try #require(bytes.indices.first { bytes[$0...].starts(with: "\r\n\r\n".utf8) })
            #expect(throws: refusal, "\(fault)") { try JSON(parsing: bytes[(end + 4)...]) }
        }
        #expect(try reply("huge").last?.effect == .finish)
    }

    @Test func aReplyOfTheScenarioReplacesTheBodyAndNamesTheSession() throws {
        let stage = try Stage(#"session reply {"id":7}"#)
        let token = try stage.token()
        #expect(try stage.reply(to: .session(token: token)).body == ["id": 7])
        #expect(stage.answer(.voice("7", token: token)).last?.effect == .openVoice(session: "7"))
    }

    @Test func aSessionsIdMayNeedEscapes() throws {
        let stage = try Stage(#"session reply {"id":"a/b %2"}"#)
        let token = try stage.token()
        _ = try stage.session(token)
        let request = Request.voice("a%2Fb%20%252", token: token).with("x-cognigy-session-id", "a/b %2")
        #expect(stage.answer(request).last?.effect == .openVoice(session: "a/b %2"))
    }

    @Test func aFaultIsOverAfterItsUses() throws {
        let stage = try Stage("token status 500 times 2")
        #expect(try (1...3).map { _ in try stage.reply(to: .auth()).status } == [500, 500, 200])
        #expect(stage.entries.map { $0["status"] } == [500, 500, 200])
    }

    @Test func audioFaults() throws {
        let named = #"open send {"audioUrl":"/audio/a-8k.wav"}"# + "\n"
        let request = Request("GET", "/audio/a-8k.wav")
        let plain = try #require(try Stage(named).answer(request).first?.sent)
        let stalled = try Stage(named + "audio a-8k stall").answer(request)
        #expect(stalled.count == 1)
        #expect(stalled.first?.sent == Array(plain.prefix(stalled.first?.sent?.count ?? 0)))
        #expect(stalled.first?.sent?.count ?? 0 > plain.count / 3)
        #expect(try Stage(named + "audio a-8k huge").answer(request).first?.sent?.count ?? 0 > 10 << 20)
        #expect(try Stage(named + "audio other status 404").reply(to: request).status == 200)
        #expect(try Stage(named + "audio any status 404").reply(to: request).status == 404)
    }

    @Test func aRedirectIsCompletedAndItsTargetIsServed() throws {
        let stage = try Stage(
            #"open send {"audioUrl":"/audio/a.wav"}"# + "\naudio a redirect //localhost/audio/b.wav\n"
                + #"open send {"audioUrl":"https://elsewhere.example/audio/c.wav"}"#)
        let text = String(decoding: stage.answer(.init("GET", "/audio/a.wav")).first?.sent ?? [], as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 302 Found\r\n"))
        #expect(text.contains("\r\nLocation: http://localhost:80/audio/b.wav\r\n"))
        #expect(try stage.reply(to: .init("GET", "/audio/b.wav").with("host", "localhost:80")).status == 200)
        #expect(stage.service.complete("https://elsewhere.example/x") == "https://elsewhere.example/x")
        #expect(stage.violations == [])
    }

    @Test func voiceFaultsSpoilTheHandshake() throws {
        func handshake(_ fault: String) throws -> (effects: [Timed], text: String) {
            let stage = try Stage("voice \(fault)")
            let token = try stage.token()
            let effects = stage.answer(.voice(try stage.session(token), token: token))
            return (effects, String(decoding: effects.compactMap(\.sent).flatMap(\.self), as: UTF8.self))
        }
        #expect(try handshake("status 403").text.hasPrefix("HTTP/1.1 403 "))
        #expect(try handshake("drop").effects == [Timed(effect: .drop)])
        #expect(try handshake("hang").effects == [])
        #expect(try handshake("extension").text.contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"))
        #expect(try handshake("bad-accept").text.hasPrefix("HTTP/1.1 101 "))
        #expect(try handshake("garbage").text.hasPrefix("HTTP/1.1 200 "))
        #expect(try handshake("slow").effects.count > 100)
    }
}

extension Stage {
    fileprivate func sessionEffects() throws -> [Timed] { answer(.session(token: try token())) }

    fileprivate func flows() throws -> (status: Int, body: JSON?) { try reply(to: .flows(token: try token())) }
}
