// Which of the two modules holds the constants of socket(2) depends on which the compiler loads first.
import CCurl
import Glibc

/// Finds that this machine, and not the service, lacks what a connection needs.
enum Exhaustion {
    /// What is lacking where a system call failed with `error`; nil where it failed for another reason. socket(2), open(2).
    static func sentence(_ error: CInt) -> String? {
        switch error {
        case EMFILE: "this process may open no more files; raise Asterisk's limit (ulimit -n, LimitNOFILE=)"
        case ENFILE: "this machine may open no more files; raise fs.file-max"
        case ENOMEM, ENOBUFS: "this machine has no memory left for a connection"
        default: nil
        }
    }

    /// What is lacking now; nil where a socket can be opened.
    static func now() -> String? {
        let probe = socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if probe < 0 { return sentence(errno) }
        close(probe)
        return nil
    }
}
