import Glibc

func ownPID() -> Int32 { getpid() }
