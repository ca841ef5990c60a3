/// Four bytes to mask one frame of a WebSocket: the stand-in refuses two frames in a row with the same mask.
package func freshMask() -> [UInt8] { withUnsafeBytes(of: UInt32.random(in: .min ... .max)) { Array($0) } }
