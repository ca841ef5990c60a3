import System
import Testing

@Suite struct PollTests {
    @Test func ofOneDescriptorItSaysWhatItIsReadyFor() throws {
        var pipe = try Pipe()
        let (input, output) = (Poll.Interest(pipe.rawReader, .readable), Poll.Interest(pipe.rawWriter, .writable))
        #expect(try Poll.wait(for: input, timeout: .zero) == [])
        #expect(try Poll.wait(for: output, timeout: nil) == .writable)
        _ = try Descriptor.write(pipe.rawWriter, [1])
        #expect(try Poll.wait(for: input, timeout: nil) == .readable)
        pipe.writer = nil
        guard case .bytes = try Descriptor.read(pipe.rawReader) else { throw Errno("read", code: 0) }
        #expect(try !Poll.wait(for: input, timeout: nil).isDisjoint(with: .ended))
    }

    @Test func ofSeveralItNamesThoseThatAreReady() throws {
        let silent = try Pipe()
        let said = try Pipe()
        _ = try Descriptor.write(said.rawWriter, [1])
        let interests = [Poll.Interest(silent.rawReader, .readable), Poll.Interest(said.rawReader, .readable)]
        #expect(try Poll.wait(for: interests, timeout: nil) == [said.rawReader: .readable])
    }
}
