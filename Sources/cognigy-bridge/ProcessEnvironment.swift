import CArguments
import Glibc

/// The words and the environment that this process was given, and the path of its program.
enum ProcessEnvironment {
    static var arguments: [String] { (0..<argument_count()).map { String(cString: argument($0)) } }

    static var variables: [String: String] {
        // Asterisk's children have some twenty.
        var variables = [String: String](minimumCapacity: 24)
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    /// The path of this program; where no /proc tells it, the one by which it was started.
    static var program: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        if count > 0 { return String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        return String(cString: started_path())
    }
}
