import Glibc
import System
import Testbed
import Testing

@Suite struct UnixDatagramTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func code(_ body: () throws -> Void) -> CInt? {
        do { try body() } catch { return (error as? Errno)?.code }
        return nil
    }

    @Test func whatIsSentToTheNameIsReceivedDatagramByDatagram() throws {
        let path = folder.path("a")
        let socket = try UnixDatagram(bindingTo: path)
        #expect(try socket.receive(limit: 4) == nil)
        for bytes in [[1, 2, 3], [], [1, 2, 3, 4, 5]] as [[UInt8]] { try UnixDatagram.send(bytes, to: path) }
        #expect(try socket.receive(limit: 4) == [1, 2, 3])
        #expect(try socket.receive(limit: 4) == [])
        #expect(try socket.receive(limit: 4) == [1, 2, 3, 4])
        #expect(try socket.receive(limit: 4) == nil)
    }

    @Test func onlyItsOwnerMaySend() throws {
        let before = umask(0)
        defer { umask(before) }
        let socket = try UnixDatagram(bindingTo: folder.path("a"))
        var status = stat()
        #expect(lstat(folder.path("a"), &status) == 0 && status.st_mode == S_IFSOCK | 0o600)
        _ = consume socket
    }

    @Test func aNameThatIsThereIsNotTaken() throws {
        let path = folder.path("a")
        let socket = try UnixDatagram(bindingTo: path)
        #expect(code { _ = try UnixDatagram(bindingTo: path) } == EADDRINUSE)
        _ = consume socket
    }

    @Test func aNameHas107BytesAtMost() throws {
        let longest = folder.path(String(repeating: "x", count: 107 - folder.path("").utf8.count))
        #expect(longest.utf8.count == 107)
        let socket = try UnixDatagram(bindingTo: longest)
        try UnixDatagram.send([7], to: longest)
        #expect(try socket.receive(limit: 4) == [7])
        #expect(code { _ = try UnixDatagram(bindingTo: longest + "x") } == ENAMETOOLONG)
        #expect(code { try UnixDatagram.send([7], to: longest + "x") } == ENAMETOOLONG)
        #expect(try folder.names().count == 1)
    }

    @Test func whereNobodyListensTheSenderIsTold() throws {
        let path = folder.path("a")
        #expect(code { try UnixDatagram.send([1], to: path) } == ENOENT)
        let socket = try UnixDatagram(bindingTo: path)
        _ = consume socket
        // Another test's fork may have it for a moment.
        #expect(eventually { code { try UnixDatagram.send([1], to: path) } == ECONNREFUSED })
        #expect(code { _ = try UnixDatagram.connected(to: path) } == ECONNREFUSED)
        #expect(try folder.names() == ["a"])
    }

    @Test func whereTheReceiverDoesNotReadTheSenderDoesNotWait() throws {
        let path = folder.path("a")
        let socket = try UnixDatagram(bindingTo: path)
        var refusal: CInt?
        for _ in 0..<100_000 where refusal == nil { refusal = code { try UnixDatagram.send([1], to: path) } }
        #expect(refusal == EAGAIN)
        #expect(try socket.receive(limit: 4) == [1])
        #expect(code { try UnixDatagram.send([1], to: path) } == nil)
    }
}
