import CKernelShims

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension OpenBLAS {
  /// Kernel families without AVX2, which the library falls back to on processors newer than itself.
  private static let old = ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Northwood"]

  /// Starts the program again with AVX2 kernels if the library didn't know this processor and took old ones; returns
  /// where there is nothing to do, or where it can't be done.
  ///
  /// The library chooses when it is loaded, before `main`, and only the environment can tell it otherwise. Products of
  /// whole numbers are the same either way; old kernels take four times as long. A choice that the user made with
  /// `OPENBLAS_CORETYPE` stands.
  public static func useFittingKernels() {
    #if arch(x86_64) && os(Linux)
      guard old.contains(coreName), CPUFeatures.missing(level: 3).isEmpty else { return }
      guard unsafe getenv("OPENBLAS_CORETYPE") == nil, unsafe setenv("OPENBLAS_CORETYPE", "Haswell", 1) == 0
      else { return }
      unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
    #endif
  }
}
