import CSystem

/// What this process holds in memory, secrets and tokens, never lies on a disk as a core file.
package enum CoreDump {
    /// prctl(2), PR_SET_DUMPABLE: also for a dump that goes to a program (core(5)), and nobody but root may look into this
    /// process. setrlimit(2), RLIMIT_CORE: for the programs that it starts, too.
    package static func forbid() { forbid_core_dumps() }
}
