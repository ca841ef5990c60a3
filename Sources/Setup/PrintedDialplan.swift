import Text

/// The dialplan that leads callers to the flow and, where that is over or away, to people.
///
/// The room Setup holds what a newcomer is given: this dialplan, and the configuration that `init` writes. The program reads
/// the settings and asks Asterisk, and hands in what they say. `extensions.conf.sample` is `sample`, so nothing that is printed
/// can drift away from what is tried on real Asterisks.
public struct PrintedDialplan: Equatable, Sendable {
    /// What callers do, and who greets them.
    public enum Kind: Equatable, Sendable {
        case keys
        /// They speak with an endpoint's flow, which greets.
        case speech
        /// They speak with a dialog, which answers the first word.
        case dialog
    }

    /// A way to a flow.
    public struct Entry: Equatable, Sendable {
        public let kind: Kind
        /// A tenant, as the configuration took the name; nil: the main file.
        public let tenant: String?
        /// Whether the program answers the channel itself.
        public let answers: Bool

        public init(_ kind: Kind, tenant: String? = nil, answers: Bool = true) {
            (self.kind, self.tenant, self.answers) = (kind, tenant, answers)
        }

        /// No tenant's name makes it one of the other contexts here.
        public var context: String { tenant.map { "cognigy-for-\($0)" } ?? "cognigy" }
    }

    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// The context that `[handoff] routine` names to have transfers carried out here.
    public static let routine = "cognigy-transfer"
    private static let standardProgram = "cognigy-bridge"

    private let entries: [Entry]
    private let people: People
    private let program: String
    private let carriesTransfers: Bool
    private let isFreePBX: Bool

    /// `program`: its path; nil: it lies where Asterisk looks.
    public init(
        _ entries: [Entry], people: People, program: String? = nil, carriesTransfers: Bool = false,
        isFreePBX: Bool = false
    ) throws(Mistake) {
        for tenant in entries.compactMap(\.tenant)
        where tenant.isEmpty || tenant.utf8.count > 64
            || !tenant.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "-_".utf8.contains($0) })
        {
            throw Mistake(
                description: "\(Harmless.text(tenant)) is not the NAME of a NAME.conf: letters, digits, - and _ only")
        }
        if let program,
            program.utf8.first != UInt8(ascii: "/")
                || !program.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "/-_.+".utf8.contains($0) })
        {
            throw Mistake(
                description:
                    "no dialplan can name the path of this program, \(Harmless.text(program)); install it where"
                    + " Asterisk looks")
        }
        self.entries = entries
        self.people = people
        self.program = program ?? PrintedDialplan.standardProgram
        self.carriesTransfers = carriesTransfers
        self.isFreePBX = isFreePBX
    }

    public var text: String {
        var parts = [heading, Self.people(people, isFreePBX: isFreePBX)]
        parts += entries.map { Self.entry($0, program: program) }
        if carriesTransfers {
            parts.append(
                isFreePBX
                    ? Self.transfer(globals: "globals_custom.conf", music: "musiconhold_custom.conf")
                    : Self.transfer(globals: Self.globals, music: Self.music))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static let (globals, music) = ("[globals] of extensions.conf", "musiconhold.conf")

    private var heading: String {
        let names = entries.map(\.context)
        let name = names.first ?? "cognigy"
        let others = names.count > 1 ? " (and so for \(names.dropFirst().joined(separator: ", ")))" : ""
        return isFreePBX
            ? """
            ; Calls for the Cognigy flow on FreePBX, as `cognigy-bridge dialplan --freepbx` prints it. Let it print into
            ; /etc/asterisk/cognigy-bridge-dialplan.conf, and put the line
            ;   #include "cognigy-bridge-dialplan.conf"
            ; into extensions_custom.conf, which FreePBX leaves alone. Then:
            ;   asterisk -rx 'dialplan reload'
            ;   Admin > Custom Destinations > Add Destination: Target \(name),s,1\(others), Return No
            ;   Connectivity > Inbound Routes: set the destination of a number to it
            """
            : """
            ; Calls for the Cognigy flow, as `cognigy-bridge dialplan` prints it. Let it print into
            ; /etc/asterisk/cognigy-bridge-dialplan.conf, and put the line
            ;   #include "cognigy-bridge-dialplan.conf"
            ; into extensions.conf. Then let the trunk's context lead here, and reload:
            ;   exten => _[+0-9]!,1,Goto(\(name),${EXTEN},1)\(others)
            ;   asterisk -rx 'dialplan reload'
            """
    }

    /// All of it, for a reader: `extensions.conf.sample`.
    public static let sample =
        [
            #"""
            ; Calls for the Cognigy flow, whole; `cognigy-bridge dialplan` prints what your configuration needs of it. Copy this
            ; file to /etc/asterisk/cognigy-bridge-dialplan.conf, put the line
            ;   #include "cognigy-bridge-dialplan.conf"
            ; into extensions.conf, and let the trunk's context lead here:
            ;   exten => _[+0-9]!,1,Goto(cognigy,${EXTEN},1)
            ; With FreePBX the #include goes into extensions_custom.conf; a Custom Destination with the target "cognigy,s,1" brings
            ; calls here, or the line above in [from-pstn-custom].
            """#,
            people(.telephones("PJSIP/reception"), isFreePBX: false, note: contactCentre),
            entry(Entry(.keys), program: standardProgram),
            #"""
            ; The same for callers who speak: the bridge hears them, so it is EAGI. The flow of an endpoint greets by itself: leave
            ; Playback() out. A dialog does not: play a greeting first; it answers what is said after it. Where a caller's number
            ; proves nothing: EAGI(cognigy-bridge,voice,resume=no).
            """# + "\n" + entry(Entry(.dialog), named: "cognigy-voice", program: standardProgram),
            handoff, transfer(globals: globals, music: music),
        ].joined(separator: "\n\n") + "\n"
}
