import Cognigy
import HTTP
import Testing

@testable import Call

/// The recogniser is asked when the caller pauses, and its answer counts if he has finished.
@Suite struct EarlyRecognitionTests {
    private static let first = [Int16](repeating: 1, count: 9600)
    private static let whole = [Int16](repeating: 1, count: 12_800)
    private static let answer = #"{"text":"hello"}"#

    private func bench() throws -> Bench {
        var rules = CallMachine.Rules()
        rules.hears = true
        let bench = Bench(rules, service: DialogService(Conversation(Bench.dialog)))
        bench.start()
        bench.connect()
        bench.settle()
        bench.happens(.speechBegan)
        return bench
    }

    @Test func theAnswerThatCameBeforeTheEndCountsAtTheEnd() throws {
        let bench = try bench()
        #expect(bench.happens(.speechPauses(Self.first)).requests == [.recognition])
        bench.pass(.milliseconds(150))
        #expect(!bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
        bench.pass(.milliseconds(50))
        let effects = bench.happens(.speech(Self.whole))
        #expect(effects.contains(.takeSlot) && effects.requests.isEmpty)
    }

    @Test func theAnswerThatComesLaterCountsAtOnce() throws {
        let bench = try bench()
        bench.happens(.speechPauses(Self.first))
        bench.pass(.milliseconds(200))
        #expect(bench.happens(.speech(Self.whole)).requests.isEmpty)
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
    }

    @Test func whoGoesOnIsAskedAboutAgain() throws {
        let bench = try bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.happens(.speechGoesOn).contains(.cancel(.recognition)))
        #expect(bench.happens(.speechPauses(Self.whole)).requests == [.recognition])
        bench.responds(.recognition, 200, #"{"text":"half"}"#)
        #expect(!bench.happens(.speechGoesOn).contains(.cancel(.recognition)))
        #expect(bench.happens(.speech(Self.whole)).requests == [.recognition])
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
        bench.happens(.slot(isTaken: true))
        #expect(bench.log.bodies(of: .dialog).contains { $0.contains("hello") })
        #expect(!bench.log.bodies(of: .dialog).contains { $0.contains("half") })
    }

    @Test func aFailureIsAskedAgainAtTheEnd() throws {
        let bench = try bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.responds(.recognition, 500).isEmpty)
        #expect(bench.happens(.speech(Self.whole)).requests == [.recognition])
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
    }

    /// The dialog is asked about the utterances one after the other, and only about whole ones.
    @Test func whileATurnLastsNothingIsAskedEarly() throws {
        let bench = try bench()
        bench.happens(.speech(Self.whole))
        bench.happens(.speechBegan)
        #expect(bench.happens(.speechPauses(Self.first)).requests.isEmpty)
    }
}

extension [Effect] {
    fileprivate func bodies(of purpose: Purpose) -> [String] {
        compactMap {
            guard case .request(purpose, let request) = $0 else { return nil }
            return String(decoding: request.body ?? [], as: UTF8.self)
        }
    }
}
