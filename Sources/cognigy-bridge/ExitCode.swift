/// What the process says when it ends. A service that is away is no failure: the dialplan decides by COGNIGY_STATUS.
enum ExitCode: Int32 {
    case success = 0
    case failure = 1
    /// The words on the command line are wrong.
    case usage = 2
    // Of a handoff.
    case notFound = 3
    case notActiveVoice = 4
    case locked = 5
    case forbidden = 6
    case rateLimited = 7
    case halfDone = 8
    /// EX_CONFIG: the installation is broken.
    case configuration = 78
}
