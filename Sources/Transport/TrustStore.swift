import Glibc

/// Finds where this machine keeps the certificates that it trusts.
///
/// A folder of hashed names is read one file at a time, as needed; a bundle is parsed whole in every process, which
/// costs about 19 ms of CPU. So the folder comes first.
public struct TrustStore: Equatable, Sendable {
    public let folder: String?
    public let file: String?

    public init(folder: String?, file: String?) {
        self.folder = folder
        self.file = file
    }

    /// The place that the configuration names, or else the place that Debian, Red Hat, SUSE or Alpine use.
    public static func find(folder: String?, file: String?) -> TrustStore {
        if folder != nil || file != nil { return TrustStore(folder: folder, file: file) }
        for folder in ["/etc/ssl/certs", "/etc/pki/tls/certs"] where hasHashedNames(folder) {
            return TrustStore(folder: folder, file: nil)
        }
        let bundles = [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
        ]
        return TrustStore(folder: nil, file: bundles.first { access($0, R_OK) == 0 })
    }

    /// Differs after a change of what is trusted; nil where that cannot be told. Of a folder, files that come and go count,
    /// as `c_rehash` makes and removes them; of a file, its content.
    var identity: [String]? {
        let places = [folder, file].compactMap(\.self)
        if places.isEmpty { return nil }
        var identity: [String] = []
        for place in places {
            var status = stat()
            if stat(place, &status) != 0 { return nil }
            // The time of the last change is the kernel's, and nobody can set it back.
            let (changed, written) = (status.st_ctim, status.st_mtim)
            identity.append(place)
            identity.append(
                "\(status.st_dev) \(status.st_ino) \(status.st_size) \(changed.tv_sec) \(changed.tv_nsec) "
                    + "\(written.tv_sec) \(written.tv_nsec)")
        }
        return identity
    }

    /// Whether the folder was made by c_rehash: it holds a name of eight hexadecimal digits and `.0`.
    static func hasHashedNames(_ folder: String) -> Bool {
        guard let listing = opendir(folder) else { return false }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let isHash = withUnsafeBytes(of: &entry.pointee.d_name) { name in
                name.prefix(8).allSatisfy { isxdigit(CInt($0)) != 0 } && name[8] == UInt8(ascii: ".")
                    && name[9] == UInt8(ascii: "0") && name[10] == 0
            }
            if isHash { return true }
        }
        return false
    }
}
