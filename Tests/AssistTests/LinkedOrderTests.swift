import Testbed
import Testing

@testable import Assist

@Suite struct LinkedOrderTests {
    private func places(_ order: LinkedOrder) -> [Int] {
        var order = order
        var places: [Int] = []
        while let place = order.first {
            places.append(place)
            order.remove(place)
        }
        return places
    }

    @Test func placesLeaveFromAnywhere() {
        for leaving in [[0], [1], [3], [0, 1], [2, 3], [3, 2, 1, 0], [1, 1, 7]] {
            var order = LinkedOrder()
            for place in 0..<4 { order.append(place) }
            for place in leaving { order.remove(place) }
            #expect(places(order) == (0..<4).filter { !leaving.contains($0) })
        }
    }

    @Test func itKeepsTheOrderOfAnArray() {
        var generator = SeededGenerator(seed: 3)
        var order = LinkedOrder()
        var model: [Int] = []
        for _ in 0..<5000 {
            let place = Int.random(in: 0..<20, using: &generator)
            if model.contains(place) {
                order.remove(place)
                model.removeAll { $0 == place }
            } else {
                order.append(place)
                model.append(place)
            }
            #expect(order.first == model.first)
        }
        #expect(places(order) == model)
    }
}
