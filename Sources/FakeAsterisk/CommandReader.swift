/// The stdio stream through which run_agi() reads commands. A read takes what the pipe holds, fgets() hands out one
/// line, and what is left in this buffer is invisible to poll(2): the trap of two lines in the pipe.
struct CommandReader {
    /// glibc's buffer on a pipe (st_blksize).
    static let readSize = 4096
    /// What fgets() puts in AGI_BUF_LEN, less the NUL.
    static let lineLimit = 2047

    private var buffer: ArraySlice<UInt8> = []
    private var line: [UInt8] = []
    private var isAtEnd = false

    /// What was read from the pipe and never became a command.
    var leftover: [UInt8] { line + buffer }

    mutating func feed(_ bytes: [UInt8]) { buffer += bytes }
    mutating func end() { isAtEnd = true }

    /// One fgets(): a line or a full buffer's worth of one; empty at the end of the file; nil when it would block in read.
    mutating func next() -> [UInt8]? {
        let room = Self.lineLimit - line.count
        let newline = buffer.prefix(room).firstIndex(of: UInt8(ascii: "\n"))
        let piece = newline.map { buffer[...$0] } ?? buffer.prefix(room)
        line += piece
        buffer = buffer.dropFirst(piece.count)
        guard newline != nil || line.count == Self.lineLimit || isAtEnd else { return nil }
        defer { line = [] }
        return line
    }
}
