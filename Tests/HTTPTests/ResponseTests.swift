import HTTP
import Testing

@Suite struct ResponseTests {
    @Test func everyFailureHasAReasonToShow() {
        let failures: [Failure] = [
            .unreachable("connection refused"), .timedOut, .untrusted("certificate has expired"), .tooLarge,
            .forbiddenAddress,
        ]
        #expect(Set(failures.map(\.description)).count == failures.count)
        #expect(Failure.unreachable("connection refused").description == "connection refused")
        #expect(Failure.untrusted("certificate has expired").description == "certificate has expired")
    }
}
