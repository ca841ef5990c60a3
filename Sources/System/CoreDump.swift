import CSystem

/// Keeps what this process holds in memory, such as secrets and tokens, out of core files.
public enum CoreDump {
    /// prctl(2), PR_SET_DUMPABLE, forbids also a dump that goes to a program (core(5)), and lets only root look into this
    /// process. setrlimit(2), RLIMIT_CORE, covers the programs that it starts too.
    public static func forbid() { forbid_core_dumps() }
}
