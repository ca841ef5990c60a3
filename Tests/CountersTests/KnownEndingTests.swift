import Report
import Testing

@testable import Counters

@Suite struct KnownEndingTests {
    @Test func everyReasonThatOperatorsAreToldOfIsALabel() {
        for reason in Reason.all {
            for word in reason.words where word != "unfinished" {
                #expect(KnownEnding.all.contains { $0.status == reason.status && $0.reason == word }, "\(word)")
            }
        }
    }

    @Test func eachIsThereOnce() {
        #expect(Set(KnownEnding.all.map(\.name)).count == KnownEnding.all.count)
        for ending in KnownEnding.all {
            #expect(KnownEnding(ending.status, ending.reason) == ending)
            #expect(KnownEnding(ending.status, "no reason of ours") == KnownEnding(ending.status, "other"))
        }
        #expect(KnownEnding("LOST", "end") == nil)
        #expect(KnownEnding.all.count < 60)
    }
}
