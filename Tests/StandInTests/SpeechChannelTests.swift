import Cognigy
import HTTP
import JSON
import Testing

@testable import StandIn

/// What the bridge asks in a speech call, judged by the stand-in.
@Suite struct SpeechChannelTests {
    private let stage: Stage
    private let base: Location

    init() throws {
        stage = try Stage("stt say \"I want a refund\"\ndialog \"I want a refund\" say \"Why?\"")
        base = try #require(Location("http://127.0.0.1:80"))
    }

    private func reply(to request: HTTP.Request) throws -> [UInt8] {
        try #require(try stage.reply(to: StandIn.Request(request)).body).serialized
    }

    @Test func aTurnByTheContractBreaksNothing() throws {
        _ = try reply(to: Bots.request(base: base, key: "demo-api-key"))
        var data: JSON = [:]
        for (path, style) in [("/stt", .raw), ("/v1/audio/transcriptions", .openAI(model: "whisper-1"))]
            as [(String, Recognition.Style)]
        {
            let sound = Tone(milliseconds: 300, rate: 16_000).samples
            let question = Recognition.request(
                url: base.appending(path), key: "demo-stt-key", style: style, pcm: sound)
            let heard = try #require(try Recognition.heard(try reply(to: question)))
            let turn = Dialogs.request(
                base: base, key: "demo-api-key", botID: "demo-bot", dialogID: "demo-dialog", userID: "100",
                text: heard.text, sessionData: data)
            let answer = try Dialogs.reply(try reply(to: turn))
            #expect(answer.texts == ["Why?"])
            #expect(answer.intent == "demo" && answer.confidence == 0.9)
            data = try #require(answer.sessionData)
        }
        #expect(data == ["turns": 2])
        #expect(stage.entries.map(\.event) == [.bots, .stt, .dialog, .stt, .dialog])
        #expect(stage.entries.allSatisfy { $0["status"] == 200 })
    }
}
