import Checkup
import JSON
import Testing

@Suite struct FindingTests {
    private let bad = Finding(
        "token", Trouble(.service, "HTTP 401", "check the secret"), time: .microseconds(12_900))

    @Test func aLineHasTheMarkTheTimeAndTheNameAndBelowItTheNextStep() {
        #expect(
            bad.lines(isColoured: false)
                == "BAD     12 ms  token: HTTP 401\n               next: check the secret")
        #expect(Finding("flow", "f1", time: .zero).lines(isColoured: false) == "ok       0 ms  flow: f1")
        #expect(
            Finding("x", Trouble.skipped("not here"), time: .seconds(100)).lines(isColoured: false)
                == "--  100000 ms  x: not here")
        #expect(
            Finding("x", Trouble.warning("a", "b"), time: .zero).lines(isColoured: false).hasPrefix(
                "warn     0 ms  x: a\n"))
    }

    @Test func onlyTheMarkIsColoured() {
        #expect(bad.lines(isColoured: true).hasPrefix("\u{1b}[1;31mBAD \u{1b}[0m    12 ms  token: HTTP 401\n"))
    }

    @Test func programsGetOneObject() {
        #expect(
            bad.json == [
                "name": "token", "outcome": "bad", "fault": "service", "ms": 12, "text": "HTTP 401",
                "remedy": "check the secret",
            ])
        #expect(
            Finding("x", "y", time: .zero).json
                == ["name": "x", "outcome": "ok", "ms": 0, "text": "y", "remedy": .null])
        #expect(Finding("x", Trouble.skipped("y"), time: .zero).json["outcome"] == "skipped")
        #expect(Finding("x", Trouble.warning("y", "z"), time: .zero).json["outcome"] == "warning")
    }

    @Test func nothingThatIsSaidCommandsATerminalOrFillsIt() {
        let finding = Finding("x", "a\u{1b}[31m\nb\u{85}c\u{202e}\u{200b}d", time: .zero)
        #expect(finding.lines(isColoured: false) == "ok       0 ms  x: a [31m b c  d")
        let long = Finding("x", String(repeating: "y", count: 2001), time: .zero)
        let head = String(repeating: "y", count: 2000)
        #expect(long.json["text"]?.string == head + "..." && long.lines(isColoured: false).hasSuffix(": \(head)..."))
        #expect(Finding("x", head, time: .zero).json["text"]?.string == head)
        let remedy = Finding("x", Trouble(.service, "p", "r\u{7}"), time: .zero).remedy
        #expect(remedy == "r ")
    }

    @Test func itIsSaidInOtherWordsAllTheSame() {
        let other = bad.reworded { $0 + "!" }
        #expect(other == Finding("token", Trouble(.service, "HTTP 401!", "check the secret!"), time: bad.time))
    }

    @Test func aSentenceIsCutWhereItSaysWhatToDo() {
        func cut(_ sentence: String, or remedy: String? = nil) -> [String?] {
            let trouble = Trouble(.machine, sentence: sentence, or: remedy)
            return [trouble.problem, trouble.remedy]
        }
        #expect(cut("f:2: [a] b: is wrong; write c") == ["f:2: [a] b: is wrong", "write c"])
        #expect(cut("one; two; three") == ["one", "two; three"])
        #expect(cut("one;two") == ["one;two", nil])
        #expect(cut("one", or: "do") == ["one", "do"])
        #expect(cut("one; two", or: "do") == ["one", "two"])
        #expect(cut("") == ["", nil])
        #expect(cut("; ") == ["", ""])
    }

    @Test func theWorstFaultCounts() {
        func fault(_ fault: Finding.Fault) -> Finding { Finding("x", Trouble(fault, "", ""), time: .zero) }
        let mere = [Finding("x", "", time: .zero), Finding("x", Trouble.warning("", ""), time: .zero)]
        #expect(Finding.worst([]) == nil)
        #expect(Finding.worst(mere + [Finding("x", Trouble.skipped(""), time: .zero)]) == nil)
        #expect(Finding.worst(mere + [fault(.service)]) == .service)
        #expect(Finding.worst([fault(.service), fault(.machine)]) == .machine)
        #expect(Finding.worst([fault(.machine), fault(.configuration), fault(.service)]) == .configuration)
    }
}
