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
        """
}
