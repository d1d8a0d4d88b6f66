public import CKernelShims

/// Whether this processor has the instructions that the kernels were compiled for.
///
/// The tool asks first thing in `main` and refuses with a clear message, instead of dying of an illegal
/// instruction in the middle of a sweep. The two functions are compiled into the caller, which is built for
/// any x86-64, because the module itself is full of the instructions in question.
public enum CPUFeatures {
  /// Features missing here for the build's own instruction set, by cpuid name; empty when all is well (always
  /// so on other architectures).
  @_alwaysEmitIntoClient
  public static func missing() -> [String] { missing(level: Int(ck_compiledLevel())) }

  /// Features of an x86-64 level that are missing here, by cpuid name.
  ///
  /// - Parameter level: 1 to 4, as in `x86-64-v3`.
  @_alwaysEmitIntoClient
  public static func missing(level: Int) -> [String] {
    let bits = ck_missingFeatures(CInt(level))
    var names: [String] = []
    var i: CInt = 0
    while let name = ck_featureName(i) {
      if bits >> UInt32(i) & 1 == 1 { names.append(String(cString: name)) }
      i += 1
    }
    return names
  }

  /// The x86-64 level of the build, 1 to 4; 0 on another architecture.
  @_alwaysEmitIntoClient
  public static var compiledLevel: Int { Int(ck_compiledLevel()) }
}
