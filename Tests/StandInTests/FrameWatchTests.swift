import Testing
import WebSocket

@testable import StandIn

@Suite struct FrameWatchTests {
    private func oddities(_ bytes: [UInt8], chunk: Int) -> [FrameWatch.Oddity] {
        var watch = FrameWatch()
        return stride(from: 0, to: bytes.count, by: chunk).flatMap {
            watch.receive(Array(bytes[$0..<min($0 + chunk, bytes.count)]))
        }
    }

    private func frame(_ opcode: Frame.Opcode, length: Int, mask: [UInt8]) -> [UInt8] {
        Frame(fin: true, opcode: opcode, payload: [UInt8](repeating: 7, count: length)).encoded(mask: mask)
    }

    @Test(arguments: [1, 2, 3, 5, 1000, 100_000])
    func differentMasksAreInOrder(chunk: Int) {
        let bytes = [0, 1, 125, 126, 65_535, 65_536, 3].enumerated().flatMap {
            frame(.text, length: $1, mask: [UInt8($0), 2, 3, 4])
        }
        #expect(oddities(bytes + frame(.close, length: 2, mask: [9, 9, 9, 9]), chunk: chunk) == [])
    }

    @Test(arguments: [1, 4, 1000])
    func theSameMaskTwiceIsOdd(chunk: Int) {
        let bytes = [5, 300, 0].flatMap { frame(.text, length: $0, mask: [1, 2, 3, 4]) }
        #expect(oddities(bytes, chunk: chunk) == [.sameMask, .sameMask])
    }

    @Test func bytesAfterACloseFrameAreOdd() {
        let bytes = frame(.close, length: 2, mask: [1, 2, 3, 4]) + frame(.ping, length: 0, mask: [5, 6, 7, 8])
        #expect(oddities(bytes, chunk: 1000) == [.afterClose])
    }
}
