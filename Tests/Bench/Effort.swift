/// How long the bench may take.
struct Effort {
    /// Of whole calls, each program once.
    let rounds: Int
    let starts: Int
    /// Of keys and messages.
    let delays: Int
    let sounds: Int
    let crowds: [Int]
    let saturation: Duration
    let updates: Int

    static let whole = Effort(
        rounds: 20, starts: 300, delays: 2000, sounds: 200, crowds: [1, 10, 100, 300, 1000], saturation: .seconds(10),
        updates: 2000)
    static let quick = Effort(
        rounds: 4, starts: 100, delays: 500, sounds: 20, crowds: [1, 100], saturation: .seconds(2), updates: 200)
}
