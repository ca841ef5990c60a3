extension Unicode.Scalar {
    /// C0, DEL and C1 controls, and the separators that some programs take for the end of a line.
    public var isControlOrLineBreak: Bool {
        value < 0x20 || (0x7f...0x9f).contains(value) || value == 0x2028 || value == 0x2029
    }
}
