extension Unicode.Scalar {
    /// C0, DEL and C1 controls, and the separators that some programs take for the end of a line.
    public var isControlOrLineBreak: Bool {
        value < 0x20 || (0x7f...0x9f).contains(value) || value == 0x2028 || value == 0x2029
    }

    /// What a terminal obeys or does not show: also what turns the direction of writing, which could make text look like
    /// something else, and what has no width.
    public var isUnseen: Bool { isControlOrLineBreak || properties.generalCategory == .format }
}
