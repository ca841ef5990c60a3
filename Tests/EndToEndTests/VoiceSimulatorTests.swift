import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge simulate --voice-port`, spoken to over a WebSocket.
@Suite final class VoiceSimulatorTests {
    private let folder: TemporaryFolder
    private var services: [StandInService] = []

    init() throws { folder = try TemporaryFolder() }

    private func telephones(
        _ scenario: String, arguments: [String] = [], environment: [String]? = nil
    ) throws -> (service: StandInService, url: String) {
        let service = try StandInService(
            scenario, in: folder, arguments: ["--voice-port", "0"] + arguments, environment: environment)
        services.append(service)
        let listening = try service.wait { $0.event == .voicePort }
        return (service, try #require(listening["url"]?.string))
    }

    private func samples(_ answer: JSON) throws -> Int { try #require(answer["pcm"]?.string).utf8.count / 4 }

    @Test func whoSpeaksIsAnswered() throws {
        let (service, url) = try telephones(#"stt say "I want to pay my bill.""#)
        let client = try VoiceClient(url)
        try client.say(try Espeak.samples("I want to pay my bill.", .sln16))
        let answer = try client.message()
        #expect(answer["type"] == "tts_audio")
        #expect(answer["intent"] == "demo")
        let text = "You said: I want to pay my bill."
        #expect(service.entries().first { $0.event == .tts }?["text"]?.string == text)
        // What the service synthesized, sample for sample in length.
        #expect(try samples(answer) == 16 * (200 + 20 * text.count))
        // And once more on the same line.
        try service.wait { $0.event == .voiceCall && $0["state"] == "hears" }
        try client.say(try Espeak.samples("And again.", .sln16))
        #expect(try client.message()["type"] == "tts_audio")
        #expect(service.count(.stt) == 2)
        #expect(service.violations == [])
    }

    /// The sentences of an answer arrive one after the other, each with the intent.
    @Test func eachSentenceIsHeardAtItsTime() throws {
        let (_, url) = try telephones(#"dialog any say "One. Two is here.""#)
        let client = try VoiceClient(url)
        try client.say(try Espeak.samples("Good morning to you.", .sln16))
        let answers = try [client.message(), client.message()]
        #expect(answers.map { $0["intent"] } == ["demo", "demo"])
        #expect(try answers.map(samples) == [16 * (200 + 20 * 4), 16 * (200 + 20 * 12)])
    }

    @Test func whoGoesEndsHisCall() throws {
        let (service, url) = try telephones("")
        var client: VoiceClient? = try VoiceClient(url)
        try client?.say(try Espeak.samples("Good morning to you.", .sln16))
        _ = try client?.message()
        client = nil
        let over = try service.wait { $0.event == .voiceCall && $0["state"] == "over" }
        #expect(over["status"] == "HANGUP")
        #expect(service.terminate() == .code(0))
    }

    @Test func aWrongMessageIsAnsweredAndTheLineGoesOn() throws {
        let (_, url) = try telephones("")
        let client = try VoiceClient(url)
        for (message, complaint) in [
            ("no JSON", "the message is no JSON object"), (#"{"type":"audio"}"#, "type is not audio_chunk"),
            (#"{"type":"audio_chunk","pcm":"0g"}"#, "pcm is not a string of hexadecimal digits"),
            (#"{"type":"audio_chunk","pcm":"00"}"#, "pcm ends within a 16-bit sample"),
            (#"{"type":"audio_chunk","pcm":"0000","seq":"one"}"#, "seq is not a number"),
        ] {
            try client.send(message)
            #expect(try client.message() == ["type": "error", "message": .string(complaint)])
        }
        try client.say(try Espeak.samples("Good morning to you.", .sln16))
        #expect(try client.message()["type"] == "tts_audio")
    }

    /// A page of any site could otherwise speak through the browser of whoever visits it.
    @Test func aPageOfAnotherSiteIsRefused() throws {
        let (_, url) = try telephones("")
        #expect(throws: VoiceClient.Failure.refused(403)) { try VoiceClient(url, origin: "https://example.com") }
        #expect(throws: VoiceClient.Failure.refused(403)) { try VoiceClient(url, origin: "http://localhost.evil.com") }
        _ = try VoiceClient(url, origin: "http://localhost:8080")
    }

    @Test func liveCallsGoByTheConfiguration() throws {
        let pbx = try PBX(#"dialog any say "This is the live one.""#)
        let own = [
            "COGNIGY_BASE_URL": pbx.service.baseURL, "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot",
            "COGNIGY_DIALOG_ID": "demo-dialog", "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt",
            "COGNIGY_SPEECH_STT_KEY": "demo-stt-key", "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL,
            "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key", "COGNIGY_PATHS_STATE": folder.path("state"),
            "PATH": "/usr/bin:/bin",
        ]
        let (service, url) = try telephones(
            "", arguments: ["--live"], environment: own.map { "\($0.key)=\($0.value)" })
        let client = try VoiceClient(url)
        try client.say(try Espeak.samples("Good morning to you.", .sln16))
        #expect(try client.message()["type"] == "tts_audio")
        #expect(pbx.service.entries().last { $0.event == .tts }?["text"]?.string == "This is the live one.")
        #expect(service.count(.dialog) == 0)
    }

    /// /tmp/cognigy-bridge-UID is the state of a user's calls, whether or not a process has that number.
    @Test func theStateOfCallsIsNotTakenForTheFolderOfADeadProcess() throws {
        let (first, _) = try telephones("")
        first.kill()
        let state = "/tmp/cognigy-bridge-\(first.processID)"
        try #require(mkdir(state, 0o700) == 0)
        defer { rmdir(state) }
        _ = try telephones("")
        #expect(access(state, F_OK) == 0)
    }

    /// Its folder holds the configuration and the metrics of its calls.
    @Test func nothingIsLeftOfIt() throws {
        func folders(of process: pid_t) throws -> [String] {
            try FolderListing.names("/tmp").filter { $0.hasPrefix("cognigy-bridge-\(process).") }
        }
        let (first, _) = try telephones("")
        #expect(try folders(of: first.processID).count == 1)
        // From here on any program of its kind may remove it.
        first.kill()
        let (second, _) = try telephones("")
        #expect(try folders(of: first.processID) == [])
        #expect(try folders(of: second.processID).count == 1)
        #expect(second.terminate() == .code(0))
        #expect(try folders(of: second.processID) == [])
    }
}
