extension Scenario {
    /// The scenario that `cognigy-bridge simulate` plays if none is named. The demo call presses 1239.
    public static let demo = """
        ; The greeting, then the menu.
        open     send {"type":"response","text":"Welcome to the demo.","audioUrl":"/audio/welcome-16k-700ms.wav"} times 1
        open     send {"type":"response","text":"Press 1, 2, 3 or 9.","audioUrl":"/audio/menu-8k-900ms.wav"}

        key 1    send {"type":"response","text":"Your parcel is on its way.","audioUrl":"/audio/parcel-16k-800ms.wav"}
        key 2    send {"type":"response","text":"42"}
        key 3    send {"type":"response","text":"Music.","audioUrl":"/audio/music-44k-stereo-1200ms.wav"}
        key 9    send {"type":"response","text":"Goodbye.","audioUrl":"/audio/goodbye-8k-600ms.wav","end":true}
        key any  send {"type":"response","text":"Sorry, I did not understand.","audioUrl":"/audio/sorry-8k-500ms.wav"}

        ; The same as a flow of the endpoint.
        event CALL_CREATED        \(sound("welcome-16k-700ms", "Welcome to the demo."))
        then                      \(sound("menu-8k-900ms", "Press 1, 2, 3 or 9."))
        event USER_INPUT_TIMEOUT  \(sound("menu-8k-900ms", "Press 1, 2, 3 or 9."))
        event CALL_COMPLETED      ok

        input 1    \(sound("parcel-16k-800ms", "Your parcel is on its way."))
        input 2    say 42
        input 3    \(sound("music-44k-stereo-1200ms", "Music."))
        input 9    \(sound("goodbye-8k-600ms", "Goodbye."))
        then       command {"verb":"hangup","headers":{"X-Reason":"the demo is over"}}
        input any  \(sound("sorry-8k-500ms", "Sorry, I did not understand."))
        """

    /// An output that plays this sound, and has its words for who cannot have it.
    private static func sound(_ name: String, _ words: String) -> String {
        #"output {"text":"","data":{"_cognigy":{"_voiceGateway":{"json":{"activities":[{"type":"event","name":"playUrl","#
            + #""activityParams":{"playUrlUrl":"/audio/\#(name).wav","playUrlAltText":"\#(words)"}}]}}}}}"#
    }
}
