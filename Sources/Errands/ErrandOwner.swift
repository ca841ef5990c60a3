/// An errand as the service knows it: some requests, one after the other, by way of an `Errand`. Pure.
public protocol ErrandOwner {
    associatedtype News
    static var kind: Errand.Kind { get }

    /// When `due` wants to be called; nil when there is nothing more to wait for.
    var next: Duration? { get }

    mutating func begin(_ now: Duration, _ wishes: inout [Errand.Wish])
    mutating func handle(
        _ event: Errand.Event, _ now: Duration, wallClock: Double, _ wishes: inout [Errand.Wish]
    ) -> [News]
    mutating func due(_ now: Duration, _ wishes: inout [Errand.Wish]) -> [News]
}

extension HandoffErrand: ErrandOwner {}
extension BargeInErrand: ErrandOwner {}
