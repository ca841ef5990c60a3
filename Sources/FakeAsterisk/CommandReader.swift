/// The stdio stream through which run_agi() reads commands. read(2) takes all that the pipe holds, but fgets() returns
/// one line. What is left stays in this buffer, where poll(2) does not see it: if a program writes two commands at
/// once, Asterisk finds the second one only after the program has written again.
struct CommandReader {
    /// The size of glibc's buffer for a pipe (st_blksize).
    static let readSize = 4096
    /// The most that one fgets() returns: AGI_BUF_LEN without the NUL.
    static let lineLimit = 2047

    private var buffer: ArraySlice<UInt8> = []
    private var line: [UInt8] = []
    private var isAtEnd = false

    /// What was read from the pipe and has not become a command.
    var leftover: [UInt8] { line + buffer }

    mutating func feed(_ bytes: [UInt8]) { buffer += bytes }
    mutating func end() { isAtEnd = true }

    /// One fgets(): a line, or as much of it as the buffer takes; empty at the end of the file; nil if it has to wait.
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
