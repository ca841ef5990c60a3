import Glibc
import System
import TestService

/// From exec to the first command, which is what the caller waits for before anything happens.
enum StartUp {
    private static let pythonRuns = 10

    static func measure(_ effort: Effort) throws {
        let runs = effort.starts
        Report.section("Start, median of \(runs) runs, taken in turns")
        let world = try AGIWorld()
        var empty: [Double] = []
        var bridge: [Double] = []
        for run in 1...runs {
            if run % 10 == 0 { Report.progress("run \(run) of \(runs)") }
            empty.append(try milliseconds { try toEnd(["/bin/true"]) })
            bridge.append(try toFirstCommand(Binary.path, world))
        }
        var python: [Double] = []
        var emptyPython: [Double] = []
        for run in 1...pythonRuns {
            Report.progress("Python \(run) of \(pythonRuns)")
            python.append(try toFirstCommand(comparator, world))
            emptyPython.append(try milliseconds { try toEnd(["/usr/bin/python3", "-c", "pass"]) })
        }
        Report.figure("/bin/true, and python3 -c pass", empty.median, "ms", python: emptyPython.median)
        Report.figure("exec to first AGI command", bridge.median, "ms", python: python.median)
        Report.figure(
            "the same, in times of /bin/true", bridge.median / empty.median, "x", atMost: 1.3,
            python: python.median / empty.median)
    }

    /// Until the process has ended.
    private static func toEnd(_ command: [String]) throws {
        var process = try Subprocess(command)
        process.wait()
    }

    /// Until the first byte of the first command has arrived. Asterisk's block is in the pipe beforehand.
    private static func toFirstCommand(_ program: String, _ world: AGIWorld) throws -> Double {
        let replies = try Pipe()
        let commands = try Pipe()
        try Descriptor.writeWhole(replies.rawWriter, AGIWorld.block)
        let start = MonotonicClock.now()
        let process = try Subprocess(
            [program], environment: world.environment, input: replies.rawReader, output: commands.rawWriter)
        let ready = try Poll.wait(for: [Poll.Interest(commands.rawReader, .readable)], timeout: .seconds(10))
        if ready.isEmpty { throw AGIWorld.Silent() }
        let time = MonotonicClock.now() - start
        process.kill(SIGKILL)
        return time.inSeconds * 1000
    }
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = MonotonicClock.now()
    try body()
    return (MonotonicClock.now() - start).inSeconds * 1000
}
