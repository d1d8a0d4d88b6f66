import CKernelShims

/// Standard normal distribution function N(x).
///
/// - Parameter x: any number; ±∞ gives 1 and 0, NaN gives NaN.
/// - Accuracy: 1e-13 relative for |x| ≤ 8 (both tails keep their digits), and on to the underflow at −38.
/// - Source: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969),
///   through N(x) = erfc(−x/√2)/2; from exactly rounded operations only.
public func normalCDF(_ x: Double) -> Double {
  let y = x.magnitude * 0.707_106_781_186_547_5
  if y <= 0.468_75 {
    let z = y * y
    let e = y * NormalRational.nearZero(z)  // erf(y)
    return x < 0 ? 0.5 - 0.5 * e : 0.5 + 0.5 * e
  }
  guard x == x else { return .nan }
  let tail = normalTail(x.magnitude)
  return x < 0 ? tail : 1 - tail
}

/// N(−x) for x ≥ 0.66.
private func normalTail(_ x: Double) -> Double {
  guard x < 39 else { return 0 }
  let y = x * 0.707_106_781_186_547_5
  let square = x * x
  let low = ck_fma1(x, x, -square)
  // e^(−x²/2) with the square's rounding error put back
  let e = Elementary.exp(-0.5 * square)
  let gauss = ck_fma1(e, -0.5 * low, e)
  if y <= 4 { return 0.5 * gauss * NormalRational.middle(y) }
  let inverse = 1 / (y * y)
  return 0.5 * gauss * ((0.564_189_583_547_756_3 - inverse * NormalRational.far(inverse)) / y)
}

/// Density of the standard normal distribution at x.
///
/// - Accuracy: 2e-15 relative for |x| ≤ 38.
public func normalDensity(_ x: Double) -> Double {
  let square = x * x
  let low = square < .infinity ? ck_fma1(x, x, -square) : 0
  let e = Elementary.exp(-0.5 * square)
  return 0.398_942_280_401_432_7 * ck_fma1(e, -0.5 * low, e)
}

/// The x with N(x) = p: the inverse of ``normalCDF(_:)``.
///
/// - Parameter p: probability; 0 gives −∞, 1 gives +∞, outside [0, 1] or NaN gives NaN.
/// - Accuracy: 1e-15 relative to max(1, |x|).
/// - Source: M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), PPND16.
public func normalQuantile(_ p: Double) -> Double {
  guard p > 0, p < 1 else { return p == 0 ? -.infinity : (p == 1 ? .infinity : .nan) }
  let q = p - 0.5
  if q.magnitude <= 0.425 {
    let r = 0.180_625 - q * q
    return q * horner(NormalQuantile.a, r) / horner(NormalQuantile.b, r)
  }
  var r = (-Elementary.log(q < 0 ? p : 1 - p)).squareRoot()
  let x: Double
  if r <= 5 {
    r -= 1.6
    x = horner(NormalQuantile.c, r) / horner(NormalQuantile.d, r)
  } else {
    r -= 5
    x = horner(NormalQuantile.e, r) / horner(NormalQuantile.f, r)
  }
  return q < 0 ? -x : x
}

/// c₀ + c₁x + … + c₇x⁷.
private func horner(_ c: SIMD8<Double>, _ x: Double) -> Double {
  var sum = c[7]
  for i in stride(from: 6, through: 0, by: -1) { sum = ck_fma1(sum, x, c[i]) }
  return sum
}

/// Coefficients of AS 241, ascending.
private enum NormalQuantile {
  static let a = SIMD8(
    3.387_132_872_796_366_608, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4, 4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3)
  static let b = SIMD8(
    1.0, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083e2, 5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061e4, 2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3)
  static let c = SIMD8(
    1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_9, 5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_4e-4)
  static let d = SIMD8(
    1.0, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_4, 6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1, 1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9)
  static let e = SIMD8(
    6.657_904_643_501_103_777_2, 5.463_784_911_164_114_369_9, 1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1, 2.653_218_952_657_612_309_3e-2, 1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7)
  static let f = SIMD8(
    1.0, 5.998_322_065_558_879_376_9e-1, 1.369_298_809_227_358_053_1e-1, 1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4, 1.846_318_317_510_054_681_8e-5, 1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15)
}

/// Cody's rational functions.
private enum NormalRational {
  /// erf(y)/y at z = y², y ≤ 0.46875.
  static func nearZero(_ z: Double) -> Double {
    var p = ck_fma1(0.185_777_706_184_603_153, z, 3.161_123_743_870_565_6)
    p = ck_fma1(p, z, 113.864_154_151_050_156)
    p = ck_fma1(p, z, 377.485_237_685_302_021)
    p = ck_fma1(p, z, 3_209.377_589_138_469_47)
    var q = z + 23.601_290_952_344_120_9
    q = ck_fma1(q, z, 244.024_637_934_444_173)
    q = ck_fma1(q, z, 1_282.616_526_077_372_28)
    q = ck_fma1(q, z, 2_844.236_833_439_170_62)
    return p / q
  }

  /// erfc(y)·e^(y²) for 0.46875 ≤ y ≤ 4.
  static func middle(_ y: Double) -> Double {
    var p = ck_fma1(2.153_115_354_744_038_46e-8, y, 0.564_188_496_988_670_089)
    p = ck_fma1(p, y, 8.883_149_794_388_375_94)
    p = ck_fma1(p, y, 66.119_190_637_141_629_5)
    p = ck_fma1(p, y, 298.635_138_197_400_131)
    p = ck_fma1(p, y, 881.952_221_241_769_09)
    p = ck_fma1(p, y, 1_712.047_612_634_070_58)
    p = ck_fma1(p, y, 2_051.078_377_826_071_47)
    p = ck_fma1(p, y, 1_230.339_354_797_997_25)
    var q = y + 15.744_926_110_709_834_7
    q = ck_fma1(q, y, 117.693_950_891_312_499)
    q = ck_fma1(q, y, 537.181_101_862_009_858)
    q = ck_fma1(q, y, 1_621.389_574_566_690_19)
    q = ck_fma1(q, y, 3_290.799_235_733_459_63)
    q = ck_fma1(q, y, 4_362.619_090_143_247_16)
    q = ck_fma1(q, y, 3_439.367_674_143_721_64)
    q = ck_fma1(q, y, 1_230.339_354_803_749_42)
    return p / q
  }

  /// (1/√π − y·erfc(y)·e^(y²))·y² at z = 1/y², y ≥ 4.
  static func far(_ z: Double) -> Double {
    var p = ck_fma1(0.016_315_387_137_302_097_8, z, 0.305_326_634_961_232_344)
    p = ck_fma1(p, z, 0.360_344_899_949_804_439)
    p = ck_fma1(p, z, 0.125_781_726_111_229_246)
    p = ck_fma1(p, z, 0.016_083_785_148_742_276_6)
    p = ck_fma1(p, z, 6.587_491_615_298_378_03e-4)
    var q = z + 2.568_520_192_289_822_42
    q = ck_fma1(q, z, 1.872_952_849_923_460_47)
    q = ck_fma1(q, z, 0.527_905_102_951_428_412)
    q = ck_fma1(q, z, 0.060_518_341_312_441_319_1)
    q = ck_fma1(q, z, 0.002_335_204_976_268_691_85)
    return p / q
  }
}
