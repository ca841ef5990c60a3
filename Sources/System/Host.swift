import Glibc

/// This machine.
public enum Host {
    /// The name that it calls itself (uname(2)).
    public static var name: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
