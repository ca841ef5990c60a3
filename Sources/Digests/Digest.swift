import CCrypto

/// Digests of bytes, computed by libcrypto. FIPS 180-4 and RFC 2104.
///
/// The room Digests is the doorway to libcrypto's hashes and to its cipher (`Seal`). They need no I/O, so pure rooms may use it; TLS is Transport's.
public enum Digest {
    public static let sha256Length = Int(SHA256_DIGEST_LENGTH)

    public static func sha256(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: sha256Length)
        bytes.withUnsafeBufferPointer { _ = SHA256($0.baseAddress, $0.count, &digest) }
        return digest
    }

    public static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        SHA1(bytes, bytes.count, &digest)
        return digest
    }

    /// HMAC with SHA-256, which only a holder of `key` can compute.
    public static func authentication(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: sha256Length)
        HMAC(EVP_sha256(), key, CInt(key.count), bytes, bytes.count, &digest, nil)
        return digest
    }

    /// Takes as long for the first byte that differs as for the last, so that measuring the time gives no secret away.
    public static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}
