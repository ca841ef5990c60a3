import Glibc
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge dialplan`: what the configuration makes of it. SetupTests look at the lines themselves.
@Suite struct DialplanCommandTests {
    /// A machine whose Asterisk finds the program under test.
    private func pbx(_ settings: [String: String] = [:]) throws -> (TemporaryFolder, [String: String]) {
        let folder = try TemporaryFolder()
        let programs = Binary.path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try folder.write("[directories]\nastagidir => \(programs)\n", to: "asterisk.conf")
        try folder.write("[cognigy]\n", to: "conf")
        let environment = [
            "AST_CONFIG_DIR": folder.path, "COGNIGY_BRIDGE_CONF": folder.path("conf"),
            "COGNIGY_ENDPOINT_URL": "https://endpoint.test/0123456789abcdef0123456789abcdef",
            "COGNIGY_PATHS_STATE": folder.path("state"),
        ]
        return (folder, environment.merging(settings) { $1 })
    }

    private func run(_ words: [String], _ environment: [String: String]) throws -> Outcome {
        try Outcome(of: [Binary.path, "dialplan"] + words, environment: environment)
    }

    private func starts(_ outcome: Outcome) -> [String] {
        outcome.output.split(separator: "\n").filter { !$0.hasPrefix(";") && $0.contains("AGI(") }
            .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
    }

    @Test func aRecogniserMakesItOneForCallersWhoSpeak() throws {
        let (folder, environment) = try pbx()
        let keys = try run(["--people", "PJSIP/100"], environment)
        #expect(keys.status == .code(0) && keys.errors == "", "\(keys.errors)")
        #expect(starts(keys) == ["n,AGI(cognigy-bridge)"])
        #expect(!keys.output.contains("[cognigy-transfer]"))
        let settings = [
            "COGNIGY_SPEECH_STT_URL": "https://stt.test", "COGNIGY_SPEECH_TTS_COMMAND": "/usr/bin/espeak-ng --stdout",
            "COGNIGY_HANDOFF_ROUTINE": "cognigy-transfer",
        ]
        let speech = try run(["--people", "PJSIP/100"], environment.merging(settings) { $1 })
        #expect(starts(speech) == ["n,EAGI(cognigy-bridge,voice)"])
        #expect(!speech.output.contains("Playback(hello)"))
        #expect(speech.output.contains("[cognigy-transfer]"))
        _ = folder
    }

    @Test func whatSpeechLacksIsSaid() throws {
        let (folder, environment) = try pbx()
        for (words, settings) in [
            (["--voice"], [:]), ([], ["COGNIGY_SPEECH_STT_URL": "https://stt.test"]),
        ] as [([String], [String: String])] {
            let outcome = try run(words, environment.merging(settings) { $1 })
            #expect(outcome.status == .code(78) && outcome.output == "", "\(outcome.errors)")
            #expect(outcome.errors.contains("[speech] lacks "), "\(outcome.errors)")
        }
        _ = folder
    }

    @Test func tenantsHaveTheirOwnConfigurations() throws {
        var (folder, environment) = try pbx()
        environment["COGNIGY_ENDPOINT_URL"] = nil
        mkdir(folder.path("cognigy-bridge.d"), 0o755)
        let url = "endpoint_url = https://endpoint.test/0123456789abcdef0123456789abcdef"
        try folder.write("[cognigy]\n\(url)\n", to: "cognigy-bridge.d/acme.conf")
        try folder.write(
            "[cognigy]\n\(url)\n[speech]\nstt_url = https://stt.test\ntts_url = https://tts.test\n",
            to: "cognigy-bridge.d/voice.conf")
        let outcome = try run(["--for", "acme", "--for", "voice", "--people", "PJSIP/1"], environment)
        #expect(starts(outcome) == ["n,AGI(cognigy-bridge,conf=acme)", "n,EAGI(cognigy-bridge,voice,conf=voice)"])
        let missing = try run(["--for", "acne"], environment)
        #expect(missing.status == .code(78) && missing.errors.contains("or name one of: "), "\(missing.errors)")
        for name in ["../x", "a,b", "a)"] {
            #expect(try run(["--for", name], environment).status == .code(78))
        }
    }

    @Test func aProgramThatLiesElsewhereIsNamedByItsPath() throws {
        let (folder, environment) = try pbx()
        mkdir(folder.path("agi"), 0o755)
        try folder.write("[directories]\nastagidir => \(folder.path("agi"))\n", to: "asterisk.conf")
        let outcome = try run(["--people", "PJSIP/1"], environment)
        let own = try #require(realpath(Binary.path, nil).map { String(cString: $0) })
        #expect(starts(outcome) == ["n,AGI(\(own))"])
        #expect(outcome.errors.contains("looks for programs in \(folder.path("agi"))"), "\(outcome.errors)")
    }

    @Test func aPathThatNoDialplanCanNameIsRefused() throws {
        let (folder, environment) = try pbx()
        mkdir(folder.path("agi"), 0o755)
        mkdir(folder.path("a,b)"), 0o755)
        try folder.write("[directories]\nastagidir => \(folder.path("agi"))\n", to: "asterisk.conf")
        var copy = try Subprocess(["cp", Binary.path, folder.path("a,b)/bridge")])
        copy.wait()
        let outcome = try Outcome(of: [folder.path("a,b)/bridge"), "dialplan"], environment: environment)
        #expect(outcome.status == .code(1) && outcome.output == "", "\(outcome.output)")
        #expect(outcome.errors.contains("no dialplan can name"), "\(outcome.errors)")
    }

    @Test func aWrongWordIsNamedAndNothingIsPrinted() throws {
        let outcome = try run(["--freepbx"], [:])
        #expect(outcome.status == .code(2) && outcome.output == "")
        #expect(outcome.errors.contains("needs --people") && outcome.errors.contains("Usage: "))
    }

    /// Redirected to a full disk, half a dialplan is no success.
    @Test func whatCannotBeWrittenIsSaid() throws {
        let (folder, environment) = try pbx()
        let outcome = try Outcome(
            of: ["sh", "-c", "exec \(Binary.path) dialplan >/dev/full"], environment: environment)
        #expect(outcome.status == .code(1) && outcome.errors.contains("do not use it"), "\(outcome.errors)")
        _ = folder
    }
}
