import CGI
import Glibc
import System
import Testbed
import Testing

@Suite struct BodyTests {
    private func read(
        _ length: String?, _ descriptor: CInt, within patience: Duration = .seconds(10)
    ) throws -> [UInt8] {
        var environment = ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST"]
        environment["CONTENT_LENGTH"] = length
        return try Body.read(#require(Request(environment: environment)), from: descriptor, within: patience)
    }

    @Test func asManyBytesAreReadAsTheLengthSaysAndNotOneMore() throws {
        let pipe = try Pipe()
        let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
        _ = try Descriptor.write(writer, [1, 2, 3, 4, 5])
        #expect(try read("3", reader) == [1, 2, 3])
        #expect(Descriptor.unreadBytes(reader) == 2)
        #expect(try read("002", reader) == [4, 5])
    }

    @Test func nothingIsReadWhereNothingIsToCome() throws {
        #expect(try read("0", -1) == [])
    }

    @Test func theLastByteOf64KiBIsReadFromAServerThatWritesInPieces() throws {
        var pipe = try Pipe()
        let reader = pipe.rawReader
        var child = try Subprocess(
            ["sh", "-c", "for i in 1 2 3 4; do head -c 16384 /dev/zero; sleep 0.01; done; sleep 100"],
            output: pipe.rawWriter)
        pipe.writer = nil
        #expect(try read("65536", reader) == [UInt8](repeating: 0, count: 65_536))
        child.kill(SIGKILL)
        child.wait()
    }

    @Test func aFileInPlaceOfAPipeIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("{\"a\":1}rest", to: "input")
        let file = try FileDescriptor.open(folder.path("input"), O_RDONLY)
        let raw = file.raw
        #expect(try read("7", raw) == Array("{\"a\":1}".utf8))
        #expect(try read("4", raw) == Array("rest".utf8))
        #expect(throws: Body.Refusal.incomplete) { try read("1", raw) }
        _ = consume file
    }

    @Test(
        arguments: [
            (nil, .withoutLength), ("", .withoutLength), ("-1", .malformedLength), ("+1", .malformedLength),
            (" 1", .malformedLength), ("1 ", .malformedLength), ("1,1", .malformedLength), ("0x10", .malformedLength),
            ("1.0", .malformedLength), ("1e3", .malformedLength), ("ten", .malformedLength), ("٣", .malformedLength),
            ("-99999999999999999999", .malformedLength), ("65537", .tooLarge), ("9223372036854775807", .tooLarge),
            ("99999999999999999999999999", .tooLarge),
        ] as [(String?, Body.Refusal)])
    func aLengthThatIsNoneIsRefusedBeforeAnythingIsRead(length: String?, refusal: Body.Refusal) throws {
        let pipe = try Pipe()
        let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
        _ = try Descriptor.write(writer, [1, 2, 3])
        #expect(throws: refusal) { try read(length, reader) }
        #expect(Descriptor.unreadBytes(reader) == 3)
    }

    @Test func anInputThatEndsEarlyIsRefusedAtOnce() throws {
        var pipe = try Pipe()
        let reader = pipe.rawReader
        _ = try Descriptor.write(pipe.rawWriter, [1, 2, 3])
        pipe.writer = nil
        #expect(throws: Body.Refusal.incomplete) { try read("4", reader, within: .seconds(600)) }
    }

    @Test func anInputThatCannotBeReadIsRefusedAtOnce() throws {
        let pipe = try Pipe()
        let writer = pipe.rawWriter
        #expect(throws: Body.Refusal.incomplete) { try read("4", 1_000_000, within: .seconds(600)) }
        // The wrong way round, as `occupyStandard` leaves an input that is closed.
        let null = try FileDescriptor.open("/dev/null", O_WRONLY)
        let raw = null.raw
        #expect(throws: Body.Refusal.incomplete) { try read("4", raw, within: .seconds(600)) }
        _ = consume null
        _ = writer
    }

    @Test(arguments: [0, 3]) func aBodyThatDoesNotComeIsNotAwaitedForEver(count: Int) throws {
        let pipe = try Pipe()
        let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
        _ = try Descriptor.write(writer, [UInt8](repeating: 1, count: count))
        let start = MonotonicClock.now()
        #expect(throws: Body.Refusal.tooSlow) { try read("4", reader, within: .milliseconds(50)) }
        #expect(MonotonicClock.now() - start >= .milliseconds(50))
    }

    @Test func aByteNowAndThenDoesNotMoveTheDeadline() throws {
        var pipe = try Pipe()
        let reader = pipe.rawReader
        var child = try Subprocess(
            ["sh", "-c", "while printf x; do sleep 0.01; done"], output: pipe.rawWriter)
        pipe.writer = nil
        #expect(throws: Body.Refusal.tooSlow) { try read("65536", reader, within: .milliseconds(100)) }
        child.kill(SIGKILL)
        child.wait()
    }

    @Test func aNonBlockingInputIsAwaitedToo() throws {
        let pipe = try Pipe()
        let reader = pipe.rawReader
        Descriptor.setNonBlocking(reader)
        #expect(throws: Body.Refusal.tooSlow) { try read("4", reader, within: .milliseconds(20)) }
    }

    @Test func everyRefusalHasItsStatus() {
        let all: [Body.Refusal] = [.withoutLength, .malformedLength, .tooLarge, .incomplete, .tooSlow]
        #expect(all.map(\.status) == [411, 400, 413, 400, 408])
        #expect(Body.Refusal.tooLarge.description == "the body is larger than 64 KiB")
    }
}
