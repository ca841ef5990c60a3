import Glibc

/// A terminal that does not show what is typed, until this value ends, and hands over each key as it is pressed, or whole
/// lines. tcsetattr(3).
public struct KeyTerminal: ~Copyable {
    private let descriptor: CInt
    private let before: termios

    /// Signals from the keyboard (Ctrl-C) still work.
    public init(_ descriptor: CInt, byLine: Bool = false) throws(Errno) {
        var settings = termios()
        try retryingOnInterrupt("tcgetattr") { tcgetattr(descriptor, &settings) }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        // The end of a line is still shown, so that what follows begins below the question.
        if byLine { settings.c_lflag |= tcflag_t(ECHONL) } else { settings.c_lflag &= ~tcflag_t(ICANON) }
        try retryingOnInterrupt("tcsetattr") { tcsetattr(descriptor, TCSADRAIN, &settings) }
        self.descriptor = descriptor
        self.before = before
    }

    deinit {
        var settings = before
        tcsetattr(descriptor, TCSADRAIN, &settings)
    }
}
