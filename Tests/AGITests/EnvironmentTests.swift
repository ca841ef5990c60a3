import AGI
import Testing

@Suite struct EnvironmentTests {
    private func environment(_ text: String) -> Environment {
        var environment = Environment()
        var lines = Lines()
        for line in lines.receive(text.utf8) where !environment.isComplete { environment.receive(line: line) }
        return environment
    }

    @Test func aBlockIsRead() {
        let environment = environment(
            """
            agi_request: cognigy-bridge
            agi_channel: PJSIP/alice-00000001
            agi_language: en
            agi_type: PJSIP
            agi_uniqueid: 1700000000.17
            agi_callerid: 4930123456
            agi_calleridname: Alice: Wonder
            agi_rdnis: unknown
            agi_accountcode: 
            agi_enhanced: 0.0
            agi_arg_1: voice
            agi_arg_2: locale=de-DE

            agi_callerid: after the block

            """)
        #expect(environment.isComplete)
        #expect(environment.uniqueID == "1700000000.17")
        #expect(environment.callerID == "4930123456")
        #expect(environment["language"] == "en")
        #expect(environment["calleridname"] == "Alice: Wonder")
        #expect(environment["rdnis"] == nil)
        #expect(environment["accountcode"] == nil)
        #expect(environment["nothing"] == nil)
        #expect(!environment.carriesAudio)
        #expect(environment.arguments == ["voice", "locale=de-DE"])
    }

    /// setup_env writes the uniqueid and the number before the caller's name.
    @Test func aForgedLineDoesNotReplaceWhatCameBefore() {
        let environment = environment(
            "agi_uniqueid: 17.1\nagi_callerid: 100\nagi_calleridname: Eve\nagi_callerid: 911\nagi_uniqueid: 0\n\n")
        #expect(environment.callerID == "100")
        #expect(environment.uniqueID == "17.1")
    }

    @Test func anEmptyLineInAValueEndsTheBlockEarlyAndKeepsWhatCameBefore() {
        let environment = environment("agi_uniqueid: 17.1\nagi_calleridname: Eve\n\nagi_enhanced: 1.0\n\n")
        #expect(environment.isComplete)
        #expect(environment.uniqueID == "17.1")
        #expect(!environment.carriesAudio)
    }

    @Test(arguments: [
        "junk", ":", ": value", "request: x", "AGI_REQUEST: x", " agi_request: x", "agi_request", "\u{301}:\u{301}",
        "\u{FFFD}\u{FFFD}: x",
    ])
    func junkIsIgnored(line: String) {
        let environment = environment("\(line)\nagi_uniqueid: 1\n\n")
        #expect(environment["request"] == nil)
        #expect(environment.uniqueID == "1")
        #expect(environment.isComplete)
    }

    @Test func aValueMayBeginWithACombiningMarkAndLackASpace() {
        #expect(environment("agi_callerid:\u{301}x\n\n").callerID == "\u{301}x")
        #expect(environment("agi_callerid:7\n\n").callerID == "7")
    }

    @Test func aBlockWithoutAnEndEndsAt512Lines() {
        var environment = Environment()
        for number in 1...511 { environment.receive(line: "agi_arg_\(number): x") }
        #expect(!environment.isComplete)
        environment.receive(line: "agi_uniqueid: late")
        #expect(environment.isComplete)
        #expect(environment.uniqueID == nil)
        #expect(environment.arguments.count == 511)
    }

    @Test(arguments: ["1.0": true, "0.0": false, "yes": false, "nan": false, "": false, "-1": false])
    func onlyAPositiveNumberMeansAudio(value: String, carriesAudio: Bool) {
        #expect(environment("agi_enhanced: \(value)\n\n").carriesAudio == carriesAudio)
    }
}
