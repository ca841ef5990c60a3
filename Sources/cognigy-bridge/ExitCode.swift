/// The exit codes of all commands. For a call, an unreachable service is no failure: the dialplan decides by COGNIGY_STATUS.
enum ExitCode: Int32 {
    case success = 0
    case failure = 1
    /// The words on the command line are wrong.
    case usage = 2
    // Only `handoff` returns these.
    case notFound = 3
    case notActiveVoice = 4
    case locked = 5
    case forbidden = 6
    case rateLimited = 7
    case halfDone = 8
    /// EX_UNAVAILABLE: a service cannot be reached, refuses or fails. Only `check` returns it.
    case service = 69
    /// EX_CONFIG: the installation is broken.
    case configuration = 78
}
