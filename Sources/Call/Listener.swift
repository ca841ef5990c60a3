import Audio
import System

/// The caller's voice as Asterisk writes it, and the ear that hears it. What Asterisk cannot write it drops, so
/// everything is read whenever there is something, whatever the call is about.
final class Listener {
    /// launch_script() in res_agi.c.
    static let descriptor: CInt = 3

    private let descriptor: CInt
    private var settings: Ear.Settings
    private var ear: Ear?
    /// What came before it was known how fast it was sampled.
    private var early: [UInt8] = []
    private var isOpen = true

    init(_ settings: Ear.Settings, descriptor: CInt = Listener.descriptor) {
        self.settings = settings
        self.descriptor = descriptor
        Descriptor.setNonBlocking(descriptor)
    }

    var interest: Poll.Interest? { isOpen ? Poll.Interest(descriptor, .readable) : nil }

    /// What there is to hear by now. `rate`: of the samples, once Asterisk has said it.
    func listen(rate: Int?) -> [Event] {
        var bytes = read()
        guard let rate else {
            early += bytes
            return []
        }
        if ear == nil {
            settings.rate = rate
            ear = try? Ear(settings)
            bytes = early + bytes
            early = []
        }
        return ear?.hear(bytes).map { event in
            switch event {
            case .began: .speechBegan
            case .over(let heard): .speech(heard.samples)
            }
        } ?? []
    }

    private func read() -> [UInt8] {
        var bytes: [UInt8] = []
        while isOpen {
            switch try? Descriptor.read(descriptor, limit: 65_536) {
            case .bytes(let more): bytes += more
            case .nothingYet: return bytes
            case .end, nil: isOpen = false
            }
        }
        return bytes
    }
}
