import Checkup
import Testing

@Suite struct DialplanTests {
    @Test(arguments: Console.versions) func aWholeDialplanIsRead(version: String) throws {
        let dialplan = try #require(Dialplan(Console.answer("dialplan show", version)))
        #expect(dialplan.contexts.count == 23)
        #expect(dialplan.contexts.isSuperset(of: ["people", "cognigy", "cognigy-voice", "cognigy-transfer", "wrong"]))
        let starts = dialplan.starts(of: "cognigy-bridge").filter { $0.place.hasPrefix("cognigy") }
        #expect(
            starts == [
                Dialplan.Start(
                    hears: false, program: "cognigy-bridge",
                    words: ["handoff", "queue=sales", "callerNumber=${FILTER(0-9+,${CALLERID(num)})}"],
                    place: "cognigy-handoff,s,3"),
                Dialplan.Start(
                    hears: true, program: "cognigy-bridge", words: ["voice"], place: "cognigy-voice,s,6"),
                Dialplan.Start(hears: false, program: "cognigy-bridge", words: [], place: "cognigy,s,4"),
            ])
    }

    @Test(arguments: Console.versions) func whatIsWrongInOneIsFound(version: String) throws {
        let dialplan = try #require(Dialplan(Console.answer("dialplan show", version)))
        let wrong = dialplan.starts(of: "cognigy-bridge").filter { $0.place.hasPrefix("wrong,") }
        #expect(
            wrong.map(\.words) == [
                ["sales"], ["flow=x"], ["voice"], ["voice", "resume=no"], ["flow_id=${X}", "locale=en-US"],
                ["conf=tenant"],
            ])
        #expect(wrong.map(\.hears) == [false, false, false, true, false, false])
        #expect(wrong.map(\.place).suffix(2) == ["wrong,s,6", "wrong,s,7"])
        #expect(wrong[4].program == "/usr/share/asterisk/agi-bin/cognigy-bridge")
        #expect(wrong[4].knownWords == ["locale=en-US"])
        #expect(dialplan.misspellings(of: "cognigy-bridge").map(\.place) == ["wrong,s,5"])
        #expect(dialplan.starts.contains { $0.program == "agi://127.0.0.1/other" && $0.place == "wrong,_X.,1" })
    }

    @Test(arguments: Console.versions) func thePeopleOfTheSampleAreLookedFor(version: String) throws {
        let dialplan = try #require(Dialplan(Console.answer("dialplan show", version)))
        let strangers = dialplan.strangers(to: ["wide"])
        #expect(strangers.map(\.place) == ["people,s,1"] && strangers.map(\.telephone) == ["PJSIP/reception"])
        #expect(dialplan.strangers(to: ["wide", "reception"]).isEmpty)
    }

    @Test(arguments: [
        ("PJSIP/a&PJSIP/b", ["PJSIP/b"]), ("SIP/b", []), ("PJSIP/100@a", []), ("PJSIP/100@b", ["PJSIP/100@b"]),
        ("PJSIP/${X}", []), ("Local/b@c", []), ("PJSIP/a/sip:100@host", []), ("PJSIP/b/sip:1@a", ["PJSIP/b/sip:1@a"]),
        ("PJSIP/\(String(repeating: "x", count: 41))", []),
    ])
    func onlyWhatIsKnownIsStrange(telephones: String, strangers: [String]) {
        let line =
            "[ Context 'p' created by 'pbx_config' ]\n  's' =>            1. Set(PEOPLE=\(telephones))     [x:1]\n"
        #expect(Dialplan(line)?.strangers(to: ["a"]).map(\.telephone) == strangers)
    }

    @Test func aLineThatBreaksOffIsRead() {
        let head = "[ Context 'a' created by 'pbx_config' ]\n  's' =>            1. "
        #expect(Dialplan(head + "AGI(cognigy-bridge,x")?.starts.first?.words == ["x"])
        #expect(Dialplan(head + "AGI(")?.starts.map(\.program) == [""])
        #expect(Dialplan(head + "NoOp(1. AGI)")?.starts == [])
        #expect(Dialplan(head)?.starts == [])
    }
}
