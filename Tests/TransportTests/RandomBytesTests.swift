import Testing

@testable import Transport

@Suite struct RandomBytesTests {
    @Test(arguments: [4, 16, 17])
    func thereAreAsManyAsAskedForAndTheyDiffer(_ count: Int) {
        let draws = (0..<8).map { _ in RandomBytes.make(count) }
        #expect(draws.allSatisfy { $0.count == count })
        #expect(Set(draws).count == 8)
    }
}
