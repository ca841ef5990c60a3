import Glibc
import System

/// A folder of a test's own, gone with it.
final class World: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/fake-asterisk-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try FileDescriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
        try Descriptor.writeAll(file.raw, bytes, deadline: MonotonicClock.now() + .seconds(5))
    }
}
