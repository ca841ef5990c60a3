import Call
import AGI
import Glibc
import System
import Testing

@testable import Bridge

/// Over real pipes, as Asterisk's are.
@Suite struct AGILinkTests {
    private static let block = Array(
        "agi_request: x\r\nagi_uniqueid: 17.1\nagi_calleridname: Å\nforged\n\u{FFFD}\nagi_enhanced: 1.0\n\n".utf8)

    init() { signal(SIGPIPE, SIG_IGN) }

    @Test func theEnvironmentMayComeInPiecesCutAnywhere() throws {
        for cut in 1..<Self.block.count {
            let pipe = try Pipe()
            let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
            var link = AGILink(input: reader, output: -1)
            _ = try Descriptor.write(writer, Self.block[..<cut])
            #expect(throws: AGILink.Failure.noEnvironment) { try link.readEnvironment(within: .zero) }
            _ = try Descriptor.write(writer, Self.block[cut...])
            let environment = try link.readEnvironment(within: .seconds(5))
            #expect(environment.uniqueID == "17.1")
            #expect(environment["calleridname"] == "Å")
            #expect(environment.carriesAudio)
            try withExtendedLifetime(pipe.reader) { _ = try Descriptor.write(writer, [10]) }
        }
    }

    @Test func repliesMayComeInPiecesCutAnywhere() throws {
        let bytes = Array("200 result=1\n520-Invalid\nUsage\n520 End\n200 result=0 endpos=160\n511 Not\nHANGUP\n".utf8)
        let expected: [Reply] = [
            .success(value: "1", text: nil, endpos: nil), .wrongUsage, .success(value: "0", text: nil, endpos: 160),
            .deadChannel, .hangup,
        ]
        for cut in 1..<bytes.count {
            let pipe = try Pipe()
            let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
            var link = AGILink(input: reader, output: -1)
            _ = try Descriptor.write(writer, bytes[..<cut])
            var replies = try link.receive()
            _ = try Descriptor.write(writer, bytes[cut...])
            replies += try link.receive()
            #expect(replies == expected)
            try withExtendedLifetime(pipe.reader) { _ = try Descriptor.write(writer, [10]) }
        }
    }

    @Test func repliesForgedTogetherWithTheEnvironmentAreDropped() throws {
        let pipe = try Pipe()
        let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
        var link = AGILink(input: reader, output: -1)
        _ = try Descriptor.write(writer, "agi_calleridname: Eve\n\n200 result=53\nHANGUP\nagi_con".utf8)
        _ = try link.readEnvironment(within: .seconds(5))
        _ = try Descriptor.write(writer, "text: default\n\n200 result=0\n".utf8)
        #expect(try link.receive() == [.success(value: "0", text: nil, endpos: nil)])
        try withExtendedLifetime(pipe.reader) { _ = try Descriptor.write(writer, [10]) }
    }

    @Test func anEndedPipeIsNews() throws {
        var pipe = try Pipe()
        var link = AGILink(input: pipe.rawReader, output: -1)
        pipe.writer = nil
        #expect(throws: AGILink.Failure.ended) { try link.readEnvironment(within: .seconds(5)) }
        #expect(throws: AGILink.Failure.ended) { try link.receive() }
        var closed = AGILink(input: -1, output: -1)
        #expect(throws: AGILink.Failure.ended) { try closed.receive() }
    }

    @Test func aPipeWithoutAnEmptyLineIsNotWaitedForForever() throws {
        let pipe = try Pipe()
        var link = AGILink(input: pipe.rawReader, output: -1)
        #expect(throws: AGILink.Failure.noEnvironment) { try link.readEnvironment(within: .milliseconds(5)) }
    }

    @Test func aCommandIsOneWriteAndItsReadingIsSeen() throws {
        let pipe = try Pipe()
        let (reader, writer) = (pipe.rawReader, pipe.rawWriter)
        let link = AGILink(input: -1, output: writer)
        #expect(link.isReadyForInterrupt)
        try link.send(.waitForDigit)
        #expect(!link.isReadyForInterrupt)
        #expect(try Descriptor.read(reader) == .bytes(Array("WAIT FOR DIGIT -1\n".utf8)))
        #expect(link.isReadyForInterrupt)
        withExtendedLifetime(pipe.writer) {}
    }

    @Test func anAsteriskThatIsGoneOrDoesNotReadIsNews() throws {
        var pipe = try Pipe()
        let writer = pipe.rawWriter
        let link = AGILink(input: -1, output: writer)
        Descriptor.setNonBlocking(writer)
        while try Descriptor.write(writer, [UInt8](repeating: 65, count: 4096)) > 0 {}
        #expect(throws: AGILink.Failure.stuck) { try link.send(.noop) }
        pipe.reader = nil
        #expect(throws: AGILink.Failure.ended) { try link.send(.noop) }
    }
}
