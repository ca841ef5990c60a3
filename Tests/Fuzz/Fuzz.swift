import Glibc
import System

/// Runs one fuzz target on bytes. libFuzzer's own main calls `LLVMFuzzerTestOneInput` where `make fuzz` builds the program;
/// everywhere else the program is small and runs the files that it is given, so that seeds are ordinary tests.
///
/// A fuzz target is a function that takes any bytes and complains of what must not be. `Target.all` lists them.
struct Target: Sendable {
    let name: String
    let run: @Sendable ([UInt8]) -> Void

    static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}

/// Ends the program: the bytes at hand break a promise.
func complain(_ promise: String) -> Never {
    try? Descriptor.writeWhole(2, "broken promise: \(promise)\n".utf8)
    abort()
}

/// Ends the program unless `promise` is kept.
func demand(_ isKept: Bool, _ promise: @autoclosure () -> String) {
    if !isKept { complain(promise()) }
}

#if FUZZER
    private let chosen: Target = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        return Target.named(name) ?? { complain("FUZZ_TARGET is one of \(Target.all.map(\.name))") }()
    }()

    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#else
    /// `fuzz` prints the names of the targets, `fuzz TARGET FILE ...` runs one on files.
    @main
    enum Program {
        static func main() {
            let words = CommandLine.arguments.dropFirst()
            guard let name = words.first else {
                for target in Target.all { try? Descriptor.writeWhole(1, "\(target.name)\n".utf8) }
                return
            }
            guard let target = Target.named(name) else { complain("\(name) is the name of a target") }
            for path in words.dropFirst() {
                guard
                    let file = try? AtomicFile.read(path, limit: 1 << 20, owner: .anyone, forbidden: 0)
                else { complain("\(path) can be read") }
                target.run(file.bytes)
            }
        }
    }
#endif
