import TestService

/// What is asked for: `load PROFILE CALLS [--asterisk 16|22] [--program PATH]...`.
struct Options {
    struct Mistake: Error, CustomStringConvertible {
        let what: String

        var description: String {
            "\(what)\nusage: load \(Profile.Name.allCases.map(\.rawValue).joined(separator: "|")) CALLS"
                + " [--asterisk 16|22] [--program PATH]..."
        }
    }

    var profile = Profile(.hard)
    var calls = 20
    var versions = AsteriskVersion.allCases
    /// The builds to compare.
    var programs: [String] = []

    init(_ arguments: some Sequence<String>) throws(Mistake) {
        var rest = Array(arguments)[...]
        var plain: [String] = []
        while let word = rest.popFirst() {
            switch word {
            case "--asterisk":
                guard let name = rest.popFirst(), let version = AsteriskVersion(rawValue: name) else {
                    throw Mistake(what: "--asterisk wants 16 or 22")
                }
                versions = [version]
            case "--program":
                guard let path = rest.popFirst() else { throw Mistake(what: "--program wants a path") }
                programs.append(path)
            default: plain.append(word)
            }
        }
        if programs.isEmpty { programs = [Binary.path] }
        guard plain.count == 2, let name = Profile.Name(rawValue: plain[0]) else {
            throw Mistake(what: "a profile and a number of calls are wanted")
        }
        guard let calls = Int(plain[1]), (1...450).contains(calls) else {
            throw Mistake(what: "1 to 450 calls, not \(plain[1]): each takes two of the ports in rtp.conf")
        }
        (profile, self.calls) = (Profile(name), calls)
    }
}
