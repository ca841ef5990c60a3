import Cognigy
import Testbed
import Testing

@testable import Assist

@Suite struct SuggestionCacheTests {
    private func answer(_ text: String) -> [Assist.Suggestion] { [.init(text: text, confidence: 1)] }

    private func cache(_ size: Int = 3) -> SuggestionCache {
        SuggestionCache(size: size, lifetime: .seconds(120))
    }

    @Test func anAnswerIsThereFor120Seconds() {
        var cache = cache()
        cache.store(answer("a"), for: [1], now: .seconds(5))
        #expect(cache.suggestions(for: [1], now: .milliseconds(124_999)) == answer("a"))
        #expect(cache.suggestions(for: [1], now: .seconds(125)) == nil)
        #expect(cache.suggestions(for: [2], now: .seconds(5)) == nil)
        #expect(cache.count == 0)
    }

    @Test func noSuggestionsAreAnAnswerToo() {
        var cache = cache()
        cache.store([], for: [1], now: .zero)
        #expect(cache.suggestions(for: [1], now: .zero) == [])
    }

    @Test func theLeastRecentlyUsedGoes() {
        var cache = cache()
        for key in 1...3 as ClosedRange<UInt8> { cache.store(answer("\(key)"), for: [key], now: .zero) }
        #expect(cache.suggestions(for: [1], now: .zero) != nil)
        cache.store(answer("4"), for: [4], now: .zero)
        #expect(cache.suggestions(for: [2], now: .zero) == nil)
        for key in [1, 3, 4] as [UInt8] { #expect(cache.suggestions(for: [key], now: .zero) == answer("\(key)")) }
    }

    @Test func whatIsTooOldGoesBeforeWhatIsStillGood() {
        var cache = cache(2)
        cache.store(answer("old"), for: [1], now: .zero)
        cache.store(answer("good"), for: [2], now: .seconds(100))
        #expect(cache.suggestions(for: [1], now: .seconds(119)) != nil)
        cache.store(answer("new"), for: [3], now: .seconds(121))
        #expect(cache.suggestions(for: [2], now: .seconds(121)) == answer("good"))
    }

    @Test func anAnswerThatComesAgainReplacesTheFirstAndLivesAnew() {
        var cache = cache()
        cache.store(answer("a"), for: [1], now: .zero)
        cache.store(answer("b"), for: [1], now: .seconds(100))
        #expect(cache.count == 1)
        #expect(cache.suggestions(for: [1], now: .seconds(200)) == answer("b"))
    }

    @Test func aHugeAnswerIsNotKept() {
        var cache = cache()
        let text = String(repeating: "x", count: 4096)
        cache.store(Array(repeating: .init(text: text, confidence: 1), count: 4), for: [1], now: .zero)
        #expect(cache.count == 1)
        cache.store(Array(repeating: .init(text: text, confidence: 1), count: 5), for: [1], now: .zero)
        #expect(cache.count == 0)
    }

    @Test func withoutAnySizeNothingIsKept() {
        var cache = cache(0)
        cache.store(answer("a"), for: [1], now: .zero)
        #expect(cache.count == 0)
    }

    @Test func newLimitsHoldAtOnce() {
        var cache = cache()
        for key in 1...3 as ClosedRange<UInt8> { cache.store(answer("\(key)"), for: [key], now: .seconds(Int(key))) }
        _ = cache.suggestions(for: [1], now: .seconds(3))
        cache.limit(size: 2, lifetime: .seconds(120), now: .seconds(3))
        #expect(cache.suggestions(for: [2], now: .seconds(3)) == nil)
        cache.limit(size: 2, lifetime: .seconds(10), now: .seconds(12))
        #expect(cache.suggestions(for: [1], now: .seconds(12)) == nil)
        #expect(cache.suggestions(for: [3], now: .seconds(12)) == answer("3"))
    }

    @Test func itDoesWhatASlowModelDoes() {
        var generator = SeededGenerator(seed: 5)
        var cache = SuggestionCache(size: 5, lifetime: .seconds(20))
        var model: [(key: UInt8, text: String, at: Int)] = []
        for now in 0..<20_000 {
            let key = UInt8.random(in: 0..<9, using: &generator)
            model.removeAll { $0.at + 20 <= now / 3 }
            if Bool.random(using: &generator) {
                let found = model.firstIndex { $0.key == key }
                let text = cache.suggestions(for: [key], now: .seconds(now / 3))?.first?.text
                #expect(text == found.map { model[$0].text })
                if let found { model.append(model.remove(at: found)) }
            } else {
                model.removeAll { $0.key == key }
                if model.count == 5 { model.removeFirst() }
                model.append((key, "\(now)", now / 3))
                cache.store(answer("\(now)"), for: [key], now: .seconds(now / 3))
            }
            #expect(cache.count == model.count)
        }
    }
}
