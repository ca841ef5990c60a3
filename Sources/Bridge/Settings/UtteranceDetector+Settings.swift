import Audio
import Configuration

extension UtteranceDetector.Settings {
    init(_ speech: Settings.Speech) {
        self.init(endSilence: speech.endSilence, preRoll: speech.preRoll, longest: speech.maxUtterance)
    }
}
