import Glibc
import System
import TestService

/// What the kernel and gdb tell of processes, for whoever has to find out why one stands still.
enum Threads {
    /// Where each thread is, by gdb, where it is installed.
    static func stacks(of pid: pid_t) -> [String] {
        output(["timeout", "30", "gdb", "-batch", "-p", "\(pid)", "-ex", "thread apply all bt 12"])
            .filter { $0.hasPrefix("#") || $0.hasPrefix("Thread") }
    }

    /// A line for each process that comes from this one: number, parent, state, age, what it waits for in the kernel, command.
    static func descendants() -> [String] {
        var family: Set<Substring> = ["\(getpid())"]
        // By their numbers, so that a parent comes before its children.
        return output(["ps", "-A", "-o", "pid=,ppid=,stat=,etimes=,wchan:20=,args="]).filter { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, family.contains(words[1]) else { return false }
            family.insert(words[0])
            return true
        }.map { String($0.prefix(160)) }
    }

    private static func output(_ command: [String]) -> [String] {
        guard var pipe = try? Pipe(), var program = try? Subprocess(command, output: pipe.rawWriter) else { return [] }
        pipe.writer = nil
        var bytes: [UInt8] = []
        while case .bytes(let more) = try? Descriptor.read(pipe.rawReader) { bytes += more }
        program.wait()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
