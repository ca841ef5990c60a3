import Bridge
import FakeAsterisk
import Glibc
import JSON
import System
import TestService
import Testbed
import Testing

/// `[paths] trace`: a file for each call, by which the call's machine runs again.
@Suite struct TraceTests {
    /// A world whose calls leave traces, and the folder in which they lie.
    private func pbx(_ scenario: String, content: Bool, _ settings: [String: String] = [:]) throws -> (PBX, String) {
        let pbx = try PBX(scenario)
        let folder = pbx.folder.path("traces")
        pbx.environment.merge(settings) { $1 }
        pbx.environment["COGNIGY_PATHS_TRACE"] = folder
        pbx.environment["COGNIGY_PATHS_TRACE_CONTENT"] = content ? "yes" : "no"
        return (pbx, folder)
    }

    private func trace(in folder: String) throws -> (text: String, mode: mode_t) {
        let names = try FolderListing.names(folder)
        #expect(names.count == 1 && names[0].hasSuffix(".trace"))
        let content = try AtomicFile.read("\(folder)/\(names.first ?? "")", limit: 1 << 24, forbidden: 0)
        return (String(decoding: content.bytes, as: UTF8.self), content.permissions)
    }

    private func expectRunsAgain(_ text: String) throws {
        let outcome = try Replay.run(text)
        guard case .same(let count) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(count > 10)
    }

    @Test(arguments: [false, true]) func aCallWithKeysRunsAgain(content: Bool) throws {
        let (pbx, folder) = try pbx(
            """
            open send {"type":"response","text":"Hello Jane.","audioUrl":"/audio/hello-8k-300ms.wav"}
            key 7 send {"type":"response","text":"Seventeen.","audioUrl":"/audio/seven-8k-300ms.wav"}
            key 9 send {"type":"response","audioUrl":"/audio/bye-8k-300ms.wav","end":true}
            """, content: content)
        let record = try pbx.call([
            .press("7", when: .whenPlaying(1), after: .milliseconds(100)),
            .press("9", when: .whenHeard(2), after: .milliseconds(200)),
        ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let (text, mode) = try trace(in: folder)
        #expect(mode == 0o600)
        for secret in ["demo-secret", "Bearer", "access_token\\\":\\\"ey"] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(text.contains("Jane") == content)
        #expect(text.contains(#""send key":"9""#) == content)
        #expect(text.contains("result=57") == content)
        try expectRunsAgain(text)
    }

    @Test(arguments: [false, true]) func aSpokenCallRunsAgain(content: Bool) throws {
        let (pbx, folder) = try pbx(#"stt say "I want to pay my bill.""#, content: content)
        let speech = [
            "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]
        pbx.environment.merge(speech) { $1 }
        _ = try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment,
            plan: [
                .say(try Espeak.samples("I want to pay my bill."), when: .whenWaiting, after: .milliseconds(400)),
                .press("5", when: .whenHeard(1), after: .milliseconds(200)),
                .hangUp(when: .whenHeard(2), after: .milliseconds(200)),
            ], sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
        let (text, _) = try trace(in: folder)
        for secret in ["demo-api-key", "demo-stt-key", "demo-tts-key"] { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.contains("pay my bill") == content)
        try expectRunsAgain(text)
    }

    @Test func aHandoffRunsAgain() throws {
        let (pbx, folder) = try pbx(#"handoff-session s1 {"variables":{"callerName":"Jane"}}"#, content: false)
        var channel = FakeChannel()
        channel.variables = ["COGNIGY_SESSION_ID": "s1"]
        channel.isUp = true
        let record = try pbx.call([], arguments: ["handoff", "queue=q1"], channel: channel)
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        let (text, _) = try trace(in: folder)
        #expect(!text.contains("Jane") && !text.contains("demo-secret"))
        try expectRunsAgain(text)
    }

    @Test func aCallWhoseSocketDropsRunsAgain() throws {
        let (pbx, folder) = try pbx(
            """
            open send {"type":"response","audioUrl":"/audio/hello-8k-300ms.wav"}
            key 1 drop
            key 2 send {"type":"response","audioUrl":"/audio/bye-8k-300ms.wav","end":true}
            """, content: false)
        _ = try pbx.call([
            .press("1", when: .whenHeard(1), after: .milliseconds(100)),
            .press("2", when: .whenHeard(1), after: .seconds(2)),
            .hangUp(when: .whenHeard(2), after: .milliseconds(100)),
        ])
        try expectRunsAgain(try trace(in: folder).text)
    }

    @Test func theFirstEffectThatDiffersIsShown() throws {
        let (pbx, folder) = try pbx(#"open send {"type":"response","text":"7","end":true}"#, content: true)
        _ = try pbx.call([])
        var lines = try trace(in: folder).text.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.contains("SAY NUMBER 7") })
        lines[index] = lines[index].replacing("SAY NUMBER 7", with: "SAY NUMBER 8")
        guard case .different(let line, _, let expected, let got) = try Replay.run(lines.joined(separator: "\n")) else {
            Issue.record("a trace that was changed runs as if it were not")
            return
        }
        #expect(line == index + 1)
        #expect(expected.contains { $0.contains("SAY NUMBER 8") } && got.contains { $0.contains("SAY NUMBER 7") })
    }

    @Test func atLevelDebugTheLogShowsEventsAndEffectsWithoutWords() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"Jane","audioUrl":"/audio/hello-8k-300ms.wav","end":true}"#,
            settings: ["COGNIGY_PATHS_LOG_LEVEL": "debug"])
        _ = try pbx.call([])
        for part in [
            #"event {"reply":"200 result=0"#, "effect {\"send\":\"STREAM FILE", "effect \"finish\"", "event \"start\"",
        ] { #expect(pbx.log.contains(part), "\(part)") }
        #expect(!pbx.log.contains("Jane"))
    }

    @Test func aFolderThatOthersMayReadIsNotUsedAndTheCallGoesOn() throws {
        let (pbx, folder) = try pbx(#"open send {"type":"response","text":"7","end":true}"#, content: false)
        #expect(mkdir(folder, 0o755) == 0 && chmod(folder, 0o755) == 0)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(try FolderListing.names(folder) == [])
        #expect(pbx.log.contains("chmod 700"))
    }
}
