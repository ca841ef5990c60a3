import JSON

/// The messages between a telephone and its client. The client sends its voice as
/// `{"type":"audio_chunk","pcm":HEX,"timestamp":SECONDS,"seq":N}`, with samples of 16 bits, little-endian, 16,000 a
/// second.
enum VoiceChunk {
    struct Mistake: Error, CustomStringConvertible, Equatable {
        let description: String
    }

    /// The bytes of the samples. `timestamp` and `seq` are checked but not used: the socket keeps the order.
    static func samples(in message: String) throws(Mistake) -> [UInt8] {
        if message.utf8.count > JSON.largestReply {
            throw Mistake(description: "the message is larger than 1 MiB; send the sound in parts")
        }
        guard let members = (try? JSON(parsing: message.utf8))?.object else {
            throw Mistake(description: "the message is no JSON object")
        }
        guard members["type"] == "audio_chunk" else { throw Mistake(description: "type is not audio_chunk") }
        for name in ["timestamp", "seq"] {
            if let value = members[name], value.number == nil {
                throw Mistake(description: "\(name) is not a number")
            }
        }
        guard case .string(let digits)? = members["pcm"], let samples = bytes(digits) else {
            throw Mistake(description: "pcm is not a string of hexadecimal digits")
        }
        if samples.count % 2 != 0 { throw Mistake(description: "pcm ends within a 16-bit sample") }
        return samples
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let digits = digits.utf8
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) else { return nil }
            if let first = high { bytes.append(first << 4 | value) }
            high = high == nil ? value : nil
        }
        return bytes
    }

    /// A message that hands the client what the caller hears.
    static func answer(_ samples: [UInt8], intent: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * samples.count)
        for byte in samples { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        let message: JSON = [
            "type": "tts_audio", "pcm": .string(String(decoding: text, as: UTF8.self)), "intent": .string(intent),
        ]
        return message.text
    }

    static func refusal(_ mistake: Mistake) -> String {
        (["type": "error", "message": .string(mistake.description)] as JSON).text
    }
}
