import Glibc

/// Time since the machine booted, for deadlines. It never jumps.
public enum MonotonicClock {
    public static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// Time of day in seconds since 1970, for what is shared with other processes and other machines.
public enum WallClock {
    public static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that no wait ends before its deadline. Never negative.
    public var millisecondsRoundedUp: CInt {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds > 86_400 { return 86_400_000 }
        return CInt(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
