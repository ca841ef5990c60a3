import CCrypto

/// Hides a text from whoever keeps it for us, and shows whether it was changed, or put in the place of another: AES-256-GCM
/// (NIST SP 800-38D), by libcrypto. Only who knows the same material can open it.
///
/// Sealed bytes are a version, the nonce, the hidden text and its tag.
public struct Seal {
    public static let nonceLength = 12
    private static let version: UInt8 = 1
    private static let tagLength = 16

    private let key: [UInt8]

    /// The length of each part is part of the key, so that "ab" and "c" are not "a" and "bc".
    public init(key material: [UInt8]...) {
        let parts = material.flatMap { Array("\($0.count):".utf8) + $0 }
        key = Digest.authentication(of: Array("cognigy-bridge seal \(Seal.version)".utf8), key: parts)
    }

    /// With 32 bytes.
    init(rawKey: [UInt8]) { key = rawKey }

    /// `nonce`: random bytes that no other text is sealed with. `name`: what the text is, which nobody can change either.
    public func seal(_ plain: [UInt8], nonce: [UInt8], for name: String) -> [UInt8] {
        precondition(nonce.count == Seal.nonceLength)
        let (hidden, tag) = encrypt(plain, nonce, Array(name.utf8))
        return [Seal.version] + nonce + hidden + tag
    }

    /// nil where it was not sealed by us for this name, or was changed since.
    public func open(_ sealed: [UInt8], for name: String) -> [UInt8]? {
        guard sealed.first == Seal.version, sealed.count >= 1 + Seal.nonceLength + Seal.tagLength else { return nil }
        let rest = sealed.dropFirst()
        let hidden = rest.dropFirst(Seal.nonceLength).dropLast(Seal.tagLength)
        return decrypt(
            Array(hidden), Array(rest.prefix(Seal.nonceLength)), Array(name.utf8),
            tag: Array(rest.suffix(Seal.tagLength)))
    }

    func encrypt(_ plain: [UInt8], _ nonce: [UInt8], _ name: [UInt8]) -> (hidden: [UInt8], tag: [UInt8]) {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var hidden = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: Seal.tagLength)
        var count: CInt = 0
        let isDone =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && EVP_EncryptUpdate(context, nil, &count, name, CInt(name.count)) == 1
            && EVP_EncryptUpdate(context, &hidden, &count, plain, CInt(plain.count)) == 1
            // In this mode nothing is left for the end.
            && EVP_EncryptFinal_ex(context, nil, &count) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tag.count), &tag) == 1
        // It fails only without memory, and nothing may leave unsealed.
        precondition(isDone)
        return (hidden, tag)
    }

    func decrypt(_ hidden: [UInt8], _ nonce: [UInt8], _ name: [UInt8], tag: [UInt8]) -> [UInt8]? {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var (plain, tag) = ([UInt8](repeating: 0, count: hidden.count), tag)
        var count: CInt = 0
        let isWhole =
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && EVP_DecryptUpdate(context, nil, &count, name, CInt(name.count)) == 1
            && EVP_DecryptUpdate(context, &plain, &count, hidden, CInt(hidden.count)) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CInt(tag.count), &tag) == 1
            && EVP_DecryptFinal_ex(context, nil, &count) == 1
        if !isWhole { ERR_clear_error() }
        return isWhole ? plain : nil
    }
}
