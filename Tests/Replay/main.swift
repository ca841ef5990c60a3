import Bridge
import Glibc
import System

// `swift run replay FILE`: runs the machine of a call again by its trace, and prints every event with its effects, or the
// first event whose effects differ from those in the trace.

func say(_ line: String, on descriptor: CInt = 1) { try? Descriptor.writeWhole(descriptor, (line + "\n").utf8) }

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, arguments.count == 1 else {
    say("usage: swift run replay FILE (a file of [paths] trace)", on: 2)
    exit(2)
}
do {
    let content = try AtomicFile.read(path, limit: 64 << 20, owner: .anyone, forbidden: 0)
    let outcome = try Replay.run(String(decoding: content.bytes, as: UTF8.self)) { event, effects in
        say("event  \(event)")
        for effect in effects { say("  effect  \(effect)") }
    }
    switch outcome {
    case .same(let count): say("\(count) events had the effects that the trace holds")
    case .different(let line, let event, let expected, let got):
        say("line \(line) differs: \(event)")
        for effect in expected { say("  expected  \(effect)") }
        for effect in got { say("  got       \(effect)") }
        exit(1)
    }
} catch {
    say("replay: \(error)", on: 2)
    exit(1)
}
