import Glibc

/// The static binary that `make` left; end-to-end tests and the bench run it and nothing else.
package enum Binary {
    package static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    package static let path = root + "/agi-bin/cognigy-bridge"
}
