import System
import Testing

@Suite struct DescriptorTests {
    @Test func unreadBytesOfAPipeAreSeenFromItsWriteEnd() throws {
        let pipe = try Pipe()
        let reader = pipe.rawReader
        let writer = pipe.rawWriter
        #expect(Descriptor.unreadBytes(writer) == 0)
        #expect(try Descriptor.write(writer, [1, 2, 3]) == 3)
        #expect(Descriptor.unreadBytes(writer) == 3)
        #expect(try Descriptor.read(reader) == .bytes([1, 2, 3]))
        #expect(Descriptor.unreadBytes(writer) == 0)
    }

    @Test func readSaysEndWhenTheWriterIsGone() throws {
        var pipe = try Pipe()
        pipe.writer = nil
        #expect(try Descriptor.read(pipe.rawReader) == .end)
    }

    @Test func writeAllGivesUpAtItsDeadlineWhenNobodyReads() throws {
        let pipe = try Pipe()
        let writer = pipe.rawWriter
        Descriptor.setNonBlocking(writer)
        #expect(throws: Errno.self) {
            try Descriptor.writeAll(
                writer, [UInt8](repeating: 0, count: 1 << 20), deadline: MonotonicClock.now() + .milliseconds(20))
        }
    }
}
