import Testing

@testable import Bridge

@Suite struct OutletTests {
    private func line(_ length: Int, _ byte: UInt8 = 65) -> [UInt8] {
        [UInt8](repeating: byte, count: length - 1) + [10]
    }

    /// What a reader gets who takes so many bytes at a time.
    private func read(_ outlet: inout Outlet, _ portion: Int = 7) -> [UInt8] {
        var read: [UInt8] = []
        while !outlet.isEmpty {
            let part = outlet.next(portion)
            read += part
            outlet.sent(part.count)
        }
        return read
    }

    @Test(arguments: [1, 3, 7, 1000])
    func linesGoOutInOrderHoweverTheyAreTaken(portion: Int) {
        var outlet = Outlet()
        let lines = (1...20).map { line($0, UInt8(64 + $0)) }
        for line in lines { outlet.add(line) }
        #expect(read(&outlet, portion) == lines.flatMap { $0 })
        #expect(outlet.next(1).isEmpty)
        outlet.add([1])
        #expect(read(&outlet) == [1])
    }

    @Test func shortLinesGoOutTogether() {
        var outlet = Outlet()
        for byte in 1...3 as ClosedRange<UInt8> { outlet.add(line(4, byte)) }
        outlet.sent(2)
        #expect(outlet.next(7) == [1, 10, 2, 2, 2, 10, 3])
    }

    @Test func aStalledReaderLosesTheOldestWholeLines() {
        var outlet = Outlet()
        for byte in 1...6 as ClosedRange<UInt8> { outlet.add(line(Outlet.most / 4, byte)) }
        #expect(outlet.lost == 2)
        let read = read(&outlet, 1 << 16)
        #expect(read == (3...6).flatMap { line(Outlet.most / 4, $0) })
    }

    @Test func aLineThatHasBegunIsNotCut() {
        var outlet = Outlet()
        outlet.add(line(Outlet.most / 2, 1))
        outlet.sent(1)
        for byte in 2...4 as ClosedRange<UInt8> { outlet.add(line(Outlet.most / 4, byte)) }
        #expect(outlet.lost == 1)
        let rest = read(&outlet, 1 << 16)
        #expect(rest == line(Outlet.most / 2, 1).dropFirst() + line(Outlet.most / 4, 3) + line(Outlet.most / 4, 4))
    }

    @Test func aReaderWhoIsGoneCostsNothing() {
        var outlet = Outlet()
        outlet.add([1, 2])
        outlet.add([3])
        outlet.sent(1)
        outlet.readerIsGone()
        outlet.add([4])
        #expect(outlet.isEmpty && outlet.next(1).isEmpty)
        #expect(outlet.lost == 3)
    }
}
