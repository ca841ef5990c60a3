import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct SpeechTests {
    @Test func textIsSpokenByTheVoiceService() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"Good morning.","end":true}"#)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        // 200 ms and 20 ms a character, brought from 16 kHz to 8 kHz.
        #expect(record.sounds.first?.bytes.count == 460 * 16)
        #expect(pbx.service.entries().first { $0.event == .tts }?["text"]?.string == "Good morning.")
        #expect(pbx.service.violations == [])
    }

    /// The service sends the first half and stands still: the caller hears that half, and then silence.
    @Test func aVoiceIsHeardWhileItSpeaks() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","text":"It takes a while to say all of this, and you hear the beginning."}
            tts paced 100 pause 60000
            """)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
        let record = try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(1500))])
        let sound = try #require(record.sounds.first)
        #expect(record.sounds.count == 1 && sound.end == .hangup)
        #expect(sound.bytes.prefix(8000).contains { $0 != 0 })
        #expect(sound.to > sound.from + 8000, "it did not go on: \(sound.from) to \(sound.to)")
        #expect(pbx.leftovers() == [])
    }

    @Test(arguments: [20, 100, 250]) func aVoiceAsFastAsItsSpeechIsHeardWithoutAGap(_ piece: Int) throws {
        let words = #"open send {"type":"response","text":"It takes a while to say all of this.","end":true}"#
        let heard = try ["", "\ntts paced \(piece)"].map { pace in
            let pbx = try PBX(words + pace)
            pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
            pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
            return try pbx.call([]).sounds
        }
        // On a busy machine the stand-in may not keep up with itself, and silence is filled in.
        let sound = heard[1].flatMap(\.bytes).filter { $0 != 0 }
        #expect(sound == heard[0].flatMap(\.bytes).filter { $0 != 0 })
        #expect(heard[0].count == 1)
    }

    /// Nothing of it was heard yet, so it is asked for again, and heard once and whole.
    @Test func aVoiceThatBreaksOffAtOnceIsAskedAgain() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","text":"No","end":true}
            tts cut times 1
            """)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
        let record = try pbx.call([])
        #expect(pbx.service.count(.tts) == 2)
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.sounds.first?.bytes.count == 240 * 16)
        #expect(pbx.leftovers() == [])
    }

    @Test func whatWasSaidBeforeIsNotSynthesizedAgain() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"Good morning.","end":true}"#)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "demo-tts-key"
        let first = try pbx.call([])
        let second = try pbx.call([])
        #expect(second.sounds.first?.bytes == first.sounds.first?.bytes)
        #expect(pbx.service.count(.tts) == 1)
        pbx.environment["COGNIGY_SPEECH_TTS_VOICE"] = "another"
        _ = try pbx.call([])
        #expect(pbx.service.count(.tts) == 2)
        #expect(pbx.leftovers() == [])
    }

    @Test func textIsSpokenByAProgramThatWritesWAV() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"Good \"morning\"; $(touch /tmp/never)","end":true}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/usr/bin/espeak-ng --stdin --stdout"])
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect((record.sounds.first?.bytes.count ?? 0) > 8000)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    /// The program says half a second and stands still: the caller hears that, and then silence.
    @Test func aProgramIsHeardWhileItSpeaks() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"It takes a while."}"#)
        let head =
            #"RIFF\377\377\377\377WAVEfmt \020\000\000\000\001\000\001\000\200\076\000\000"#
            + #"\000\175\000\000\002\000\020\000data\377\377\377\377"#
        try pbx.folder.write("printf '\(head)'; head -c 16000 /dev/zero | tr '\\0' '\\1'; sleep 60", to: "voice.sh")
        pbx.environment["COGNIGY_SPEECH_TTS_COMMAND"] = "/bin/sh \(pbx.folder.path("voice.sh"))"
        let record = try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(1000))])
        let sound = try #require(record.sounds.first)
        #expect(record.sounds.count == 1 && sound.end == .hangup)
        #expect(sound.bytes.prefix(8000).contains { $0 != 0 })
        #expect(sound.to > sound.from + 6000, "it did not go on: \(sound.from) to \(sound.to)")
        #expect(pbx.leftovers() == [])
    }

    /// As after README's first steps: no voice is configured, and the machine has one.
    @Test func withNothingConfiguredTheMachinesOwnVoiceSpeaks() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"Welcome to the demo.","end":true}"#)
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect((record.sounds.first?.bytes.count ?? 0) > 8000)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(!record.commands.contains { $0.hasPrefix("EXEC Log") })
    }

    /// A flow whose words nobody can speak leads to people, and Asterisk's log says why.
    @Test func wordsThatCannotBeSpokenLeadToPeople() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"Good morning."}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/bin/false"])
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "no_voice")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("/bin/false") })
    }

    @Test func aVoiceThatFailsDoesNotStopTheCall() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","text":"Good morning."}
            open send {"type":"response","text":" 12 ","end":true}
            """, settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/bin/false"])
        let record = try pbx.call([])
        #expect(record.sounds.map(\.name) == ["SAY NUMBER 12"])
        #expect(pbx.log.contains("unspoken"))
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func audioThatCannotBeHadIsSpokenInstead() throws {
        let pbx = try PBX(
            """
            audio a status 404
            open send {"type":"response","text":"3","audioUrl":"/audio/a.wav"}
            open send {"type":"response","text":"4","audioUrl":"/audio/b.bad"}
            open send {"type":"response","text":"5","audioUrl":"https://elsewhere.example.com/c.wav"}
            open send {"type":"response","text":"6","audioUrl":"file:///etc/passwd","end":true}
            """, settings: ["COGNIGY_SPEECH_TTS": "none"])
        let record = try pbx.call([])
        #expect(record.sounds.map(\.name) == ["SAY NUMBER 3", "SAY NUMBER 4", "SAY NUMBER 5", "SAY NUMBER 6"])
        #expect(pbx.log.contains("add it to audio_hosts"))
        #expect(pbx.leftovers() == [])
    }

    @Test func audioIsFetchedAgainAfterAPassingFaultAndARedirectIsFollowed() throws {
        let pbx = try PBX(
            """
            audio a-8k-200ms status 503 times 1
            audio b-8k-200ms redirect /audio/a-8k-200ms.wav
            open send {"type":"response","audioUrl":"/audio/a-8k-200ms.wav"}
            open send {"type":"response","audioUrl":"/audio/b-8k-200ms.wav","end":true}
            """)
        let record = try pbx.call([])
        #expect(record.sounds.map(\.bytes.count) == [3200, 3200])
        #expect(pbx.service.violations == [])
    }

    @Test func soundThatIsNoWAVGoesThroughFFmpeg() throws {
        let folder = try TemporaryFolder()
        var ffmpeg = try Subprocess([
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=1", folder.path("tone.mp3"),
        ])
        ffmpeg.wait()
        let pbx = try PBX(
            #"open send {"type":"response","text":"speak","end":true}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/bin/cat \(folder.path("tone.mp3"))"])
        let record = try pbx.call([])
        #expect((record.sounds.first?.bytes.count ?? 0) > 15_000)
    }

    /// No line is lost without a word in Asterisk's own log.
    @Test func aLogThatCannotBeWrittenIsSaid() throws {
        let pbx = try PBX(#"open send {"type":"response","end":true}"#)
        pbx.environment["COGNIGY_PATHS_LOG"] = pbx.folder.path("missing/log")
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("takes no lines") })
    }
}
