import Glibc
import TestService

/// A Debian folder with an Asterisk in it, as `.ci/asterisk` makes it.
enum AsteriskVersion: String, CaseIterable, Sendable {
    case sixteen = "16"
    case twentyTwo = "22"

    var folder: String { "\(Binary.root)/.build/asterisk/\(rawValue)" }
    var peer: AsteriskVersion { self == .sixteen ? .twentyTwo : .sixteen }

    static var areInstalled: Bool {
        getuid() == 0 && allCases.allSatisfy { access($0.folder + "/usr/sbin/asterisk", X_OK) == 0 }
    }
}
