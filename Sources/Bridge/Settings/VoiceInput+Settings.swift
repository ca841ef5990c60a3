import AGI
import Audio
import Configuration
import Glibc

extension VoiceInput {
    convenience init(_ speech: Settings.Speech, _ environment: AGI.Environment) {
        // setup_env() in res_agi.c names the folder to every program.
        let data = getenv("AST_DATA_DIR").map { String(cString: $0) }
        self.init(
            UtteranceDetector.Settings(speech), sounds: data.map { "\($0)/sounds" }, language: environment["language"])
    }
}
