import System
import Testing

@Suite struct DescriptorTests {
    @Test func unreadBytesOfAPipeAreSeenFromItsWriteEnd() throws {
        let (reader, writer) = try FileDescriptor.pipe()
        #expect(Descriptor.unreadBytes(writer.raw) == 0)
        #expect(try Descriptor.write(writer.raw, [1, 2, 3]) == 3)
        #expect(Descriptor.unreadBytes(writer.raw) == 3)
        #expect(try Descriptor.read(reader.raw) == .bytes([1, 2, 3]))
        #expect(Descriptor.unreadBytes(writer.raw) == 0)
    }

    @Test func readSaysEndWhenTheWriterIsGone() throws {
        let (reader, writer) = try FileDescriptor.pipe()
        _ = consume writer
        #expect(try Descriptor.read(reader.raw) == .end)
    }

    @Test func writeAllGivesUpAtItsDeadlineWhenNobodyReads() throws {
        let (reader, writer) = try FileDescriptor.pipe()
        Descriptor.setNonBlocking(writer.raw)
        #expect(throws: Errno.self) {
            try Descriptor.writeAll(
                writer.raw, [UInt8](repeating: 0, count: 1 << 20), deadline: MonotonicClock.now() + .milliseconds(20))
        }
        _ = consume reader
    }
}
