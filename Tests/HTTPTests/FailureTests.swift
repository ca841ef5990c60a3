import HTTP
import Testing

@Suite struct FailureTests {
    @Test func everyFailureHasAReasonToShow() {
        let failures: [Failure] = [
            .unreachable("connection refused"), .timedOut("no answer"), .untrusted("certificate has expired"),
            .exhausted("no descriptor"), .tooLarge, .forbiddenAddress,
        ]
        #expect(Set(failures.map(\.description)).count == failures.count)
        #expect(Failure.unreachable("connection refused").description == "connection refused")
        #expect(Failure.timedOut("no answer").description == "no answer")
        #expect(Failure.exhausted("no descriptor").description == "no descriptor")
        #expect(Failure.untrusted("certificate has expired").description == "certificate has expired")
    }

    @Test func aSentenceNamesTheHostOnceAndSaysWhatToDo() {
        let hint = "; look at the firewall and proxy, and run cognigy-bridge check"
        #expect(Failure.unreachable("h.test: refused").advised(of: "h.test") == "h.test: refused" + hint)
        #expect(Failure.unreachable("refused").advised(of: "h.test") == "h.test: refused" + hint)
        #expect(Failure.timedOut("h.test: no answer").advised(of: "h.test") == "h.test: no answer" + hint)
        #expect(
            Failure.unreachable("h.test: x; does the service want https://?").advised(of: "h.test")
                == "h.test: x; does the service want https://?")
        #expect(Failure.untrusted("h.test: its certificate").advised(of: "h.test") == "h.test: its certificate")
        #expect(Failure.timedOut("h.test: no answer").advised == "h.test: no answer" + hint)
        #expect(Failure.tooLarge.advised == "the answer is too large")
        #expect(Failure.tooLarge.advised(of: "h.test") == "h.test: the answer is too large")
    }
}
