/// How long the bench may take.
struct Effort {
    /// Of whole calls, each program once.
    let rounds: Int
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

    static let whole = Effort(
        rounds: 20, starts: 300, delays: 2000, sounds: 200, downloads: 5, setUps: 5, listening: .seconds(60),
        crowds: [1, 10, 100, 300, 1000], saturation: .seconds(10), updates: 2000)
    static let quick = Effort(
        rounds: 3, starts: 100, delays: 500, sounds: 20, downloads: 2, setUps: 1, listening: .seconds(15),
        crowds: [1, 100], saturation: .seconds(1), updates: 200)
}
