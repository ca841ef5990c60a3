/// How long the bench may take.
struct Effort {
    /// Of whole calls, each program once; but Python, which is slow, in the first of so many only.
    let rounds: Int
    let python: Int
    let starts: Int
    /// Of keys and messages.
    let delays: Int
    let sounds: Int
    /// Calls with sounds by URL, and calls over a slow line.
    let downloads: Int
    let setUps: Int
    /// Of spoken calls.
    let listening: Duration
    let crowds: [Int]
    let saturation: Duration
    let updates: Int
    /// Thousands of updates at once.
    let flood: Int

    static let whole = Effort(
        rounds: 20, python: 4, starts: 300, delays: 2000, sounds: 200, downloads: 5, setUps: 5, listening: .seconds(60),
        crowds: [1, 10, 100, 300, 1000], saturation: .seconds(10), updates: 2000, flood: 1000)
    static let quick = Effort(
        rounds: 2, python: 2, starts: 60, delays: 500, sounds: 10, downloads: 1, setUps: 1, listening: .seconds(10),
        crowds: [1, 100], saturation: .seconds(1), updates: 200, flood: 100)
}
