import Glibc

/// This machine.
public enum Host {
    /// The name that it calls itself (uname(2)).
    public static var name: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// What tells this machine from others: the id of its system (machine-id(5)), which a container may lack and cloned images
    /// may share, and its name, which many have. It is not for others to read.
    public static func identity(systemID path: String = "/etc/machine-id") -> String {
        guard let file = try? FileDescriptor.open(path, O_RDONLY | O_NONBLOCK),
            case .bytes(let id) = try? Descriptor.read(file.raw, limit: 64)
        else { return name }
        return String(decoding: id, as: UTF8.self) + name
    }
}
