import Glibc

/// A Debian folder with an Asterisk in it, as `.ci/asterisk` makes it.
package enum AsteriskVersion: String, CaseIterable, Sendable {
    case sixteen = "16"
    case twentyTwo = "22"

    package var folder: String { "\(Binary.root)/.build/asterisk/\(rawValue)" }
    package var peer: AsteriskVersion { self == .sixteen ? .twentyTwo : .sixteen }

    package static var areInstalled: Bool {
        getuid() == 0 && allCases.allSatisfy { access($0.folder + "/usr/sbin/asterisk", X_OK) == 0 }
    }
}
