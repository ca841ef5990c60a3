import Glibc
import TestService
import Testbed

/// A root folder such as other distributions have, around one call.
enum Layout: String, CaseIterable {
    case debian11 = "Debian 11"
    case debian13 = "Debian 13"
    case sid = "Debian sid"
    case busybox = "a small system as Alpine is"
    case redHat = "a system as Red Hat's are"
    case scratch = "an image FROM scratch"
    case withoutProc = "no /proc"
    case withoutNameServers = "no /etc/resolv.conf"

    /// The Debian that is made for it.
    private var debian: String? {
        switch self {
        case .debian11: "asterisk/16"
        case .debian13: "layouts/trixie"
        case .sid: "asterisk/22"
        default: nil
        }
    }

    var isThere: Bool {
        if self == .scratch { return access("/usr/bin/openssl", X_OK) == 0 }
        return access(debian.map { "\(Binary.root)/.build/\($0)/etc" } ?? "/bin/busybox", F_OK) == 0
    }

    /// Shell: fills the empty folder $root. $authority is the file of the certificate that the system is to trust.
    private var filling: String {
        let busybox = """
            mkdir -p $root/bin $root/etc $root/proc $root/usr/bin
            cp /bin/busybox $root/bin/
            echo '127.0.0.1 localhost' >$root/etc/hosts
            echo 'root:x:0:0:root:/root:/bin/ash' >$root/etc/passwd
            """
        let alpine = """
            \(busybox)
            mkdir -p $root/etc/ssl/certs
            cp $authority $root/etc/ssl/certs/ca-certificates.crt
            ln -s certs/ca-certificates.crt $root/etc/ssl/cert.pem
            """
        let nobody = "echo nameserver 127.0.0.1 >$root/etc/resolv.conf"
        let proc = "mount -t proc proc $root/proc"
        return switch self {
        case .debian11, .debian13, .sid:
            """
            mkdir $root/upper $root/work $root/all
            mount -t overlay -o lowerdir='\(Binary.root)/.build/\(debian ?? "")',upperdir=$root/upper,workdir=$root/work \\
                overlay $root/all
            root=$root/all
            \(proc)
            \(nobody)
            echo '127.0.0.1 localhost' >$root/etc/hosts
            cp $authority $root/usr/local/share/ca-certificates/authority.crt
            chroot $root update-ca-certificates >/dev/null
            """
        case .busybox: "\(alpine); \(nobody); \(proc)"
        case .redHat:
            """
            \(busybox)
            mkdir -p $root/etc/pki/ca-trust/extracted/pem $root/etc/pki/tls/certs $root/etc/ssl
            cp $authority $root/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
            ln -s /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem $root/etc/pki/tls/certs/ca-bundle.crt
            ln -s ../pki/tls/certs $root/etc/ssl/certs
            echo 'hosts: files myhostname resolve [!UNAVAIL=return] dns' >$root/etc/nsswitch.conf
            \(nobody)
            \(proc)
            """
        // As in the Dockerfile, with what docker run adds: how names are found, and /proc.
        case .scratch:
            """
            mkdir -p $root/etc/ssl/certs $root/usr/bin $root/proc
            cp $authority $root/etc/ssl/certs/$(openssl x509 -in $authority -noout -hash).0
            echo '127.0.0.1 localhost' >$root/etc/hosts
            \(nobody)
            \(proc)
            """
        case .withoutProc: "\(alpine); \(nobody)"
        case .withoutNameServers: "\(alpine); \(proc)"
        }
    }

    /// Writes a script that runs the program in it. Everything is gone with the process: the folder is in memory and in a
    /// mount namespace of its own.
    func program(_ pbx: PBX) throws -> String {
        let name = "program"
        let script = """
            #!/bin/sh
            exec unshare --mount sh -e -c '
            root=\(pbx.folder.path("root")) authority=\(pbx.service.authority ?? "/nowhere")
            mkdir -p $root
            mount -t tmpfs tmpfs $root
            \(filling.replacing("'", by: "'\\''"))
            mkdir -p $root/dev $root/tmp $root\(pbx.folder.path)
            mount --rbind /dev $root/dev
            mount --bind \(pbx.folder.path) $root\(pbx.folder.path)
            cp \(Binary.path) $root/usr/bin/cognigy-bridge
            exec chroot $root /usr/bin/cognigy-bridge "$@"' sh "$@"
            """
        try pbx.folder.write(script, to: name, mode: 0o700)
        return pbx.folder.path(name)
    }
}

extension String {
    fileprivate func replacing(_ letter: Character, by text: String) -> String {
        map { $0 == letter ? text : String($0) }.joined()
    }
}
