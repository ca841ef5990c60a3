import Glibc

/// Sockets with a name in the file system, none of which ever waits. unix(7).
enum UnixAddress {
    typealias Function = (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt

    static func socket(_ kind: __socket_type) throws(Errno) -> FileDescriptor {
        let kind = CInt(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        return FileDescriptor(owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_UNIX, kind, 0) })
    }

    /// bind(2) or connect(2).
    static func call(
        _ name: String, _ function: Function, _ descriptor: CInt, _ path: String
    ) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The zero at the end has to fit too.
        if path.utf8.count >= MemoryLayout.size(ofValue: address.sun_path) { throw Errno(name, code: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try retryingOnInterrupt(name) {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }
}
