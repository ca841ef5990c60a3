/// What the sample shows in comments for the agents of a contact centre, made a dialplan.
enum ContactCentre {
    /// The lines as they stand there; only the trunk is one of this Asterisk.
    static func dialplan(of sample: String) -> String {
        let lines = sample.split(separator: "\n").map(String.init)
        let target = lines.first { $0.contains("Set(TARGET=") }?.split(separator: ",", maxSplits: 1).last ?? ""
        let shown = lines.drop { !$0.contains("Set(SESSION=") }.prefix { $0.hasPrefix(";") }.filter {
            $0.hasPrefix(";  ")
        }
        return
            (["exten => s,1,\(target)"]
            + shown.map { $0.dropFirst().drop { $0 == " " } }.map { line in
                line.hasPrefix("same") ? " \(line)" : String(line)
            }).joined(separator: "\n").replacing("PJSIP/${TARGET}@contact-centre", with: "Local/${TARGET}@robot")
    }
}
