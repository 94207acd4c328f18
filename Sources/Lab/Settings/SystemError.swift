import Glibc

/// The C library's words for an error number. `strerror` keeps its buffer per thread since glibc 2.32 (strerror(3)).
func errorText(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
