import Glibc
import System
import Testbed

/// What became of a program that was started by hand.
struct Outcome {
    let output: String
    let errors: String
    let status: Subprocess.ExitStatus

    init(of arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
        let folder = try TemporaryFolder()
        try folder.write(input, to: "in")
        let files = try ["in", "out", "err"].map {
            try FileDescriptor.open(folder.path($0), O_RDWR | O_CREAT).release()
        }
        defer { for file in files { close(file) } }
        let variables = environment.merging(["PATH": "/usr/bin:/bin"]) { $0 + $1.suffix(0) }
        var process = try Subprocess(
            arguments, environment: variables.map { "\($0.key)=\($0.value)" }, input: files[0], output: files[1],
            errors: files[2])
        status = process.wait()
        output = try folder.text("out")
        errors = try folder.text("err")
    }
}
