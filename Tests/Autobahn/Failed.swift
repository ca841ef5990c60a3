/// Why a run has no result.
struct Failed: Error, CustomStringConvertible { let description: String }
