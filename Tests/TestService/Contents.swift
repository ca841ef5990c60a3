import Glibc
import System

/// The whole of a file, whoever owns it; nil if it is not there.
package func contents(of path: String) -> String? {
    guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return nil }
    var bytes: [UInt8] = []
    while case .bytes(let part) = try? Descriptor.read(file.raw, limit: 1 << 16) { bytes += part }
    return String(decoding: bytes, as: UTF8.self)
}
