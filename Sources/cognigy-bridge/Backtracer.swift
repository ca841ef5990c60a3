/// Swift's runtime looks for its backtracer before main, and aborts where there is no /proc to tell the program's path,
/// as in a chroot. The release is linked with `--wrap=swift_copyAuxiliaryExecutablePath`, so it finds none at once.
@_cdecl("__wrap_swift_copyAuxiliaryExecutablePath")
public func noAuxiliaryExecutable(_ name: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? { nil }
