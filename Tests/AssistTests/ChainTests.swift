import Testbed
import Testing

@testable import Assist

@Suite struct ChainTests {
    private func places(_ chain: Chain) -> [Int] {
        var chain = chain
        var places: [Int] = []
        while let place = chain.first {
            places.append(place)
            chain.remove(place)
        }
        return places
    }

    @Test func placesLeaveFromAnywhere() {
        for leaving in [[0], [1], [3], [0, 1], [2, 3], [3, 2, 1, 0], [1, 1, 7]] {
            var chain = Chain()
            for place in 0..<4 { chain.append(place) }
            for place in leaving { chain.remove(place) }
            #expect(places(chain) == (0..<4).filter { !leaving.contains($0) })
        }
    }

    @Test func itKeepsTheOrderOfAnArray() {
        var generator = SeededGenerator(seed: 3)
        var chain = Chain()
        var model: [Int] = []
        for _ in 0..<5000 {
            let place = Int.random(in: 0..<20, using: &generator)
            if model.contains(place) {
                chain.remove(place)
                model.removeAll { $0 == place }
            } else {
                chain.append(place)
                model.append(place)
            }
            #expect(chain.first == model.first)
        }
        #expect(places(chain) == model)
    }
}
