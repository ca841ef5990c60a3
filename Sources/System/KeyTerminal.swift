import Glibc

/// A terminal that hands over each key as it is pressed and does not show it, until this value ends. tcsetattr(3).
public struct KeyTerminal: ~Copyable {
    private let descriptor: CInt
    private let before: termios

    /// Signals from the keyboard (Ctrl-C) still work.
    public init(_ descriptor: CInt) throws(Errno) {
        var settings = termios()
        try retryingOnInterrupt("tcgetattr") { tcgetattr(descriptor, &settings) }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        try retryingOnInterrupt("tcsetattr") { tcsetattr(descriptor, TCSADRAIN, &settings) }
        self.descriptor = descriptor
        self.before = before
    }

    deinit {
        var settings = before
        tcsetattr(descriptor, TCSADRAIN, &settings)
    }
}
