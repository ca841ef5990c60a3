import Testing

@testable import Bridge

@Suite struct LineQueueTests {
    private func line(_ length: Int, _ byte: UInt8 = 65) -> [UInt8] {
        [UInt8](repeating: byte, count: length - 1) + [10]
    }

    /// What a reader gets who takes so many bytes at a time.
    private func read(_ queue: inout LineQueue, _ portion: Int = 7) -> [UInt8] {
        var read: [UInt8] = []
        while !queue.isEmpty {
            let part = queue.next(portion)
            read += part
            queue.sent(part.count)
        }
        return read
    }

    @Test(arguments: [1, 3, 7, 1000])
    func linesGoOutInOrderHoweverTheyAreTaken(portion: Int) {
        var queue = LineQueue()
        let lines = (1...20).map { line($0, UInt8(64 + $0)) }
        for line in lines { queue.add(line) }
        #expect(read(&queue, portion) == lines.flatMap { $0 })
        #expect(queue.next(1).isEmpty)
        queue.add([1])
        #expect(read(&queue) == [1])
    }

    @Test func shortLinesGoOutTogether() {
        var queue = LineQueue()
        for byte in 1...3 as ClosedRange<UInt8> { queue.add(line(4, byte)) }
        queue.sent(2)
        #expect(queue.next(7) == [1, 10, 2, 2, 2, 10, 3])
    }

    @Test func aStalledReaderLosesTheOldestWholeLines() {
        var queue = LineQueue()
        for byte in 1...6 as ClosedRange<UInt8> { queue.add(line(LineQueue.most / 4, byte)) }
        #expect(queue.lost == 2)
        let read = read(&queue, 1 << 16)
        #expect(read == (3...6).flatMap { line(LineQueue.most / 4, $0) })
    }

    @Test func aLineThatHasBegunIsNotCut() {
        var queue = LineQueue()
        queue.add(line(LineQueue.most / 2, 1))
        queue.sent(1)
        for byte in 2...4 as ClosedRange<UInt8> { queue.add(line(LineQueue.most / 4, byte)) }
        #expect(queue.lost == 1)
        let rest = read(&queue, 1 << 16)
        #expect(
            rest == line(LineQueue.most / 2, 1).dropFirst() + line(LineQueue.most / 4, 3) + line(LineQueue.most / 4, 4))
    }

    @Test func aReaderWhoIsGoneCostsNothing() {
        var queue = LineQueue()
        queue.add([1, 2])
        queue.add([3])
        queue.sent(1)
        queue.readerIsGone()
        queue.add([4])
        #expect(queue.isEmpty && queue.next(1).isEmpty)
        #expect(queue.lost == 3)
    }
}
