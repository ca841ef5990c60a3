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
}
