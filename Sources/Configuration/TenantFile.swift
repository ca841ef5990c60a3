import System

/// The file that the argument `conf=NAME` picks for its call: NAME.conf in `cognigy-bridge.d` beside the main file. It
/// replaces the main file, so that one PBX serves several tenants with an account each.
struct TenantFile {
    static let argument = "conf"

    let path: String
    private let folder: String
    private static let origin = Origin.argument(argument)

    static func isNamed(by argument: String) -> Bool {
        argument.contains("=") && String(argument.prefix { $0 != "=" }).trimmed == Self.argument
    }

    /// nil: the main file is used.
    init?(among arguments: [String], beside mainFile: String) throws(ConfigurationError) {
        let named = arguments.filter(TenantFile.isNamed(by:)).map { String($0.drop { $0 != "=" }.dropFirst()).trimmed }
        guard let name = named.first else { return nil }
        if named.count > 1 { throw TenantFile.origin.error("is set already", "remove one of the two") }
        // No name leads out of the folder.
        let isName = name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        if name.isEmpty || name.utf8.count > 64 || !isName {
            throw TenantFile.origin.error(
                "is not the name of a file", "write NAME of NAME.conf: letters, digits, - and _ only")
        }
        let parent = mainFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        folder = "\(parent)/cognigy-bridge.d"
        path = "\(folder)/\(name).conf"
    }

    /// The file is not there; these are.
    var absence: ConfigurationError {
        let names = ((try? FolderListing.names(folder)) ?? []).filter { $0.hasSuffix(".conf") }
        let shown = names.prefix(10).map { String($0.dropLast(5)).printable }.joined(separator: ", ")
        let more = names.count > 10 ? ", ..." : ""
        return TenantFile.origin.error(
            "\(path) does not exist",
            names.isEmpty ? "write it; that folder holds no other" : "write it, or name one of: \(shown)\(more)")
    }
}
