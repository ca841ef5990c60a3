import FakeAsterisk
import JSON
import System
import TestService
import Testbed
import Testing

@Suite struct HostileTests {
    private static func flood(_ count: Int) -> String {
        (0..<count).map { #"open send {"type":"response","text":"word \#($0)"}"# }.joined(separator: "\n")
    }

    /// What /proc/PID/status says, in kB.
    private func memory(of process: Int32?) throws -> Int {
        let file = try FileDescriptor.open("/proc/\(try #require(process))/status", 0)
        guard case .bytes(let bytes) = try Descriptor.read(file.raw) else { return 0 }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    private func children(of process: Int32?) throws -> Int {
        let id = try #require(process)
        let file = try FileDescriptor.open("/proc/\(id)/task/\(id)/children", 0)
        guard case .bytes(let bytes) = try Descriptor.read(file.raw) else { return 0 }
        return bytes.split(separator: 0x20).count
    }

    @Test func aServiceThatNeverStopsTalkingCostsNoKeyAndLittleElse() throws {
        let pbx = try PBX(
            Self.flood(10_000) + "\n" + #"key 9 send {"type":"response","end":true}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/bin/sleep 3"])
        let keys = "12345678"
        // Each as soon as somebody waits for it, however busy the machine is.
        let plan = keys.map {
            CallPlan.Step.press(String($0), when: .whenRunning("STREAM FILE"), after: .milliseconds(200))
        }
        let call = Box(try pbx.start(CallPlan(plan)))
        var most = 0
        let end = MonotonicClock.now() + .seconds(90)
        var isOver: Bool {
            most > 0 && pbx.log.contains("dropped") && call.asterisk.record.keys.count == keys.count
                && pbx.service.keys.count >= call.asterisk.record.returnedKeys.count
        }
        while !isOver, !call.asterisk.isOver, MonotonicClock.now() < end {
            try call.asterisk.advance()
            most = max(most, (try? children(of: call.asterisk.processID)) ?? 0)
            // A journal that nobody reads would fill its pipe and hold the service up.
            _ = pbx.service.entries()
            _ = try Poll.wait(for: call.asterisk.interests, timeout: .milliseconds(20))
        }
        #expect(pbx.service.keys == call.asterisk.record.returnedKeys)
        #expect(call.asterisk.record.returnedKeys.count >= 6)
        #expect((1...4).contains(most))
        #expect(try memory(of: call.asterisk.processID) < 40_000)
        #expect(pbx.log.split(separator: "\n").count { $0.contains("dropped") } == 1)
        call.asterisk.hangUp()
        try call.run { _ in false }
        #expect(call.asterisk.record.tells("COGNIGY_STATUS", "HANGUP"))
        #expect(pbx.leftovers() == [])
    }

    /// A playlist leads a decoder to other files, and into other networks.
    @Test func aPlaylistInPlaceOfASoundLeadsNowhere() throws {
        let folder = try TemporaryFolder()
        let pbx = try PBX(#"open send {"type":"response","text":"7","end":true}"#)
        try folder.write(
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(pbx.service.baseURL)/audio/a-8k-300ms.wav\n#EXT-X-ENDLIST\n",
            to: "list")
        pbx.environment["COGNIGY_SPEECH_TTS_COMMAND"] = "/bin/cat \(folder.path("list"))"
        let record = try pbx.call([])
        #expect(record.sounds.map(\.name) == ["SAY NUMBER 7"])
        #expect(pbx.service.count(.audio) == 0)
        #expect(pbx.service.count(.connected) == 2)
    }

    @Test func aProgramThatSpeaksSeesNoSecret() throws {
        let folder = try TemporaryFolder()
        let pbx = try PBX(#"open send {"type":"response","text":"7","end":true}"#)
        try folder.write("#!/bin/sh\nenv >\(folder.path("seen"))\n", to: "voice", mode: 0o700)
        pbx.environment["COGNIGY_SPEECH_TTS_COMMAND"] = folder.path("voice")
        _ = try pbx.call([])
        let seen = try folder.text("seen")
        #expect(seen.contains("PATH="))
        #expect(!seen.contains("COGNIGY") && !seen.contains("demo-secret"))
    }
}
