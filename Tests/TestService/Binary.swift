import Glibc

/// The static binary that `make` left; end-to-end tests and the bench run it and nothing else.
public enum Binary {
    public static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    public static let path = root + "/agi-bin/cognigy-bridge"
}
