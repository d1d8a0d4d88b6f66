// Vector builtins that Swift's SIMD types lack or turn into library calls, each one instruction, and what
// the processor can do. Every function is exact or rounds as IEEE 754 says, so results don't depend on -march.
#ifndef WINGSPAN_KERNEL_SHIMS_H
#define WINGSPAN_KERNEL_SHIMS_H
#include <stdint.h>
// Modules without the kernels' -march read this header too. Passing whole vectors would be another ABI there, but every
// function is inlined, so nothing is passed.
#pragma clang diagnostic ignored "-Wpsabi"
typedef double ck_d8 __attribute__((ext_vector_type(8)));
typedef int64_t ck_l8 __attribute__((ext_vector_type(8)));
#define CK static inline __attribute__((always_inline))
CK ck_d8 ck_fma(ck_d8 a, ck_d8 b, ck_d8 c) { return __builtin_elementwise_fma(a, b, c); }
CK ck_d8 ck_max(ck_d8 a, ck_d8 b) { return __builtin_elementwise_max(a, b); }
CK ck_d8 ck_abs(ck_d8 a) { return __builtin_elementwise_abs(a); }
/// Per lane: s has its sign bit set ? a : b.
CK ck_d8 ck_selectNegative(ck_d8 s, ck_d8 a, ck_d8 b) { return (ck_l8)s < 0 ? a : b; }
/// Per lane: x · 2^n, where magic = n + 1.5·2^52; no overflow check.
CK ck_d8 ck_scaleByPowerOfTwo(ck_d8 x, ck_d8 magic) { return (ck_d8)((ck_l8)x + ((ck_l8)magic << 52)); }
/// Whether low ≤ x ≤ high in every lane; a NaN is not.
CK int ck_allWithin(ck_d8 x, double low, double high) {
  return __builtin_reduce_and((x >= (ck_d8)low) & (x <= (ck_d8)high)) != 0;
}
/// Whether in every lane 1e-8 ≤ s ≤ 100, 1e-100 ≤ f ≤ 1e100, 0.7·f ≤ k ≤ 1.428·f: one reduction for all; a NaN is not.
CK int ck_ordinaryOptions(ck_d8 f, ck_d8 k, ck_d8 s) {
  ck_d8 wide = __builtin_elementwise_fma(f, (ck_d8)-0.7, k);
  ck_d8 tall = __builtin_elementwise_fma(f, (ck_d8)1.428, -k);
  ck_l8 inside = (s >= (ck_d8)1e-8) & (s <= (ck_d8)100.0) & (f >= (ck_d8)1e-100) & (f <= (ck_d8)1e100);
  return __builtin_reduce_and(inside & (wide >= (ck_d8)0.0) & (tall >= (ck_d8)0.0)) != 0;
}
CK double ck_fma1(double a, double b, double c) { return __builtin_fma(a, b, c); }

// Whole numbers: eight lanes of 32 bits, and pairs of four lanes of 64 bits for exact sums.
typedef int32_t ck_i8 __attribute__((ext_vector_type(8)));
typedef int64_t ck_l4 __attribute__((ext_vector_type(4)));
CK ck_i8 ck_maxI(ck_i8 a, ck_i8 b) { return __builtin_elementwise_max(a, b); }
CK ck_i8 ck_minI(ck_i8 a, ck_i8 b) { return __builtin_elementwise_min(a, b); }
/// Per lane −1 where it holds, else 0.
CK ck_i8 ck_greater(ck_i8 a, ck_i8 b) { return a > b; }
CK ck_i8 ck_equal(ck_i8 a, ck_i8 b) { return a == b; }
CK ck_i8 ck_lessOrEqual(ck_i8 a, ck_i8 b) { return a <= b; }
/// Per lane: mask ? a : b, for masks of −1 and 0.
CK ck_i8 ck_select(ck_i8 mask, ck_i8 a, ck_i8 b) { return mask ? a : b; }
/// count + 1 per lane where a mask holds. Compilers that see the mask turn − into + and add a shift; they don't see it.
CK ck_i8 ck_counting(ck_i8 count, ck_i8 mask) {
#ifdef __AVX2__
  __asm__("" : "+x"(mask));
#endif
  return count - mask;
}
CK int ck_any(ck_i8 a) { return __builtin_reduce_or(a) != 0; }
/// Bit i is set where lane i of a mask is −1.
CK unsigned ck_bits(ck_i8 mask) {
  typedef _Bool ck_b8 __attribute__((ext_vector_type(8)));
  ck_b8 packed = __builtin_convertvector(mask, ck_b8);
  uint8_t bits;
  __builtin_memcpy(&bits, &packed, 1);
  return bits;
}
/// Halves of a pair of vectors, so that one operation on them folds neighbours (1), then pairs (2), then fours (4).
CK ck_i8 ck_first1(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13); }
CK ck_i8 ck_second1(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15); }
CK ck_i8 ck_first2(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13); }
CK ck_i8 ck_second2(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15); }
CK ck_i8 ck_first4(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11); }
CK ck_i8 ck_second4(ck_i8 a, ck_i8 b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }
/// Running maxima within lanes 0…3 and within 4…7, each from what lane 3, or 7, of `before` holds.
CK ck_i8 ck_runningMaxima4(ck_i8 a, ck_i8 before) {
  a = ck_maxI(a, __builtin_shufflevector(a, a, 0, 0, 1, 2, 4, 4, 5, 6));
  a = ck_maxI(a, __builtin_shufflevector(a, a, 0, 1, 0, 1, 4, 5, 4, 5));
  return ck_maxI(a, __builtin_shufflevector(before, before, 3, 3, 3, 3, 7, 7, 7, 7));
}
/// One lane in all eight.
CK ck_i8 ck_lane0(ck_i8 a) { return __builtin_shufflevector(a, a, 0, 0, 0, 0, 0, 0, 0, 0); }
CK ck_i8 ck_lane1(ck_i8 a) { return __builtin_shufflevector(a, a, 1, 1, 1, 1, 1, 1, 1, 1); }
CK ck_i8 ck_lane2(ck_i8 a) { return __builtin_shufflevector(a, a, 2, 2, 2, 2, 2, 2, 2, 2); }
CK ck_i8 ck_lane3(ck_i8 a) { return __builtin_shufflevector(a, a, 3, 3, 3, 3, 3, 3, 3, 3); }
CK ck_i8 ck_lane4(ck_i8 a) { return __builtin_shufflevector(a, a, 4, 4, 4, 4, 4, 4, 4, 4); }
CK ck_i8 ck_lane5(ck_i8 a) { return __builtin_shufflevector(a, a, 5, 5, 5, 5, 5, 5, 5, 5); }
CK ck_i8 ck_lane6(ck_i8 a) { return __builtin_shufflevector(a, a, 6, 6, 6, 6, 6, 6, 6, 6); }
CK ck_i8 ck_lane7(ck_i8 a) { return __builtin_shufflevector(a, a, 7, 7, 7, 7, 7, 7, 7, 7); }
/// Bit i is set where lane i of four masks in a row is −1.
CK uint32_t ck_bits32(ck_i8 a, ck_i8 b, ck_i8 c, ck_i8 d) {
#ifdef __AVX2__
  // two instructions fold four masks of numbers into one of bytes, in an order that a third puts right
  typedef int16_t s16 __attribute__((ext_vector_type(16)));
  typedef int8_t c32 __attribute__((ext_vector_type(32)));
  s16 ab = (s16)__builtin_ia32_packssdw256(a, b), cd = (s16)__builtin_ia32_packssdw256(c, d);
  ck_i8 all = (ck_i8)__builtin_ia32_packsswb256(ab, cd);
  all = __builtin_shufflevector(all, all, 0, 4, 1, 5, 2, 6, 3, 7);
  return (uint32_t)__builtin_ia32_pmovmskb256((c32)all);
#else
  return ck_bits(a) | ck_bits(b) << 8 | ck_bits(c) << 16 | ck_bits(d) << 24;
#endif
}
CK int32_t ck_largest(ck_i8 a) { return __builtin_reduce_max(a); }
CK int32_t ck_smallest(ck_i8 a) { return __builtin_reduce_min(a); }
/// The lanes 0, 2, 4, 6, and 1, 3, 5, 7, widened; and their squares.
CK ck_l4 ck_even(ck_i8 m) { ck_l4 l = (ck_l4)m; return (l << 32) >> 32; }
CK ck_l4 ck_odd(ck_i8 m) { return (ck_l4)m >> 32; }
CK ck_l4 ck_squareEven(ck_i8 m) { ck_l4 e = ck_even(m); return e * e; }
CK ck_l4 ck_squareOdd(ck_i8 m) { ck_l4 o = ck_odd(m); return o * o; }

// Lanes of Double for elementary functions and rounding.
CK ck_d8 ck_min(ck_d8 a, ck_d8 b) { return __builtin_elementwise_min(a, b); }
CK ck_d8 ck_floor(ck_d8 a) { return __builtin_elementwise_floor(a); }
/// Per lane: x < bound ? a : b; a NaN takes b.
CK ck_d8 ck_selectLess(ck_d8 x, ck_d8 bound, ck_d8 a, ck_d8 b) { return x < bound ? a : b; }
/// Per lane: x, where it is NaN, else y.
CK ck_d8 ck_keepNaN(ck_d8 x, ck_d8 y) { return x == x ? y : x; }
/// Bit i is set where lane i lies within low … high; a NaN lies nowhere.
CK uint8_t ck_bitsWithin(ck_d8 x, ck_d8 low, ck_d8 high) {
  typedef _Bool ck_b8 __attribute__((ext_vector_type(8)));
  union { ck_b8 lanes; uint8_t bits; } mask;
  mask.lanes = __builtin_convertvector((x >= low) & (x <= high), ck_b8);
  return mask.bits;
}
/// The size of `a` with the sign of `s`.
CK ck_d8 ck_withSign(ck_d8 a, ck_d8 s) { return __builtin_elementwise_copysign(a, s); }
/// 2^52·1.5 + ⌊log₂(m/√½)⌋ as a Double, and x scaled into [√½, √2): the two parts of a normal x > 0.
CK ck_d8 ck_exponentMagic(ck_d8 x) {
  ck_l8 shifted = (ck_l8)x - 0x3FE6A09E667F3BCDLL;
  return (ck_d8)((shifted >> 52) + 0x4338000000000000LL);
}
CK ck_d8 ck_mantissa(ck_d8 x) {
  ck_l8 shifted = (ck_l8)x - 0x3FE6A09E667F3BCDLL;
  return (ck_d8)((shifted & 0x000FFFFFFFFFFFFFLL) + 0x3FE6A09E667F3BCDLL);
}
/// To 32-bit whole numbers; NaN lanes become `missing`.
CK ck_i8 ck_toInt(ck_d8 x, int32_t missing) {
  ck_l8 isNumber = x == x;
  ck_d8 safe = isNumber ? x : (ck_d8)0.0;
  ck_i8 number = __builtin_convertvector(safe, ck_i8);
  ck_i8 mask = __builtin_convertvector(isNumber, ck_i8);
  return mask ? number : (ck_i8)missing;
}

/// The x86-64 level (1 to 4) that the kernels are compiled for; 0 on another architecture.
int ck_compiledLevel(void);
/// Features of that level which this processor lacks: bit i stands for ck_featureName(i).
unsigned ck_missingFeatures(int level);
/// The name of bit i, or null beyond the last.
const char *ck_featureName(int i);

// Lanes of the greeks, the implied deviations and the indicators.
typedef uint64_t ck_u8 __attribute__((ext_vector_type(8)));
CK ck_d8 ck_sqrt(ck_d8 a) { return __builtin_elementwise_sqrt(a); }
/// Per lane: a == b ? x : y; a NaN equals nothing.
CK ck_d8 ck_selectEqual(ck_d8 a, ck_d8 b, ck_d8 x, ck_d8 y) { return a == b ? x : y; }
/// Per lane: low ≤ a ≤ high ? x : y; a NaN is not within.
CK ck_d8 ck_selectWithin(ck_d8 a, double low, double high, ck_d8 x, ck_d8 y) {
  return ((a >= (ck_d8)low) & (a <= (ck_d8)high)) ? x : y;
}
/// Per lane: the whole k with √½ ≤ a·2^−k < √2, for a normal a > 0; any other a gives some whole number.
CK ck_d8 ck_exponent(ck_d8 a) {
  // √½'s pattern as the origin, 1024 more to stay positive; the sum with 2^52's pattern is 2^52 + 1024 + k
  ck_u8 k = ((ck_u8)a - 0x3FE6A09E667F3BCDull + (1024ull << 52)) >> 52;
  return (ck_d8)(k | 0x4330000000000000ull) - (ck_d8)(0x1p52 + 1024);
}

// Price tables: rows of eight coefficients, one row a lane.
typedef double ck_d4 __attribute__((ext_vector_type(4)));
CK ck_d4 ck_load4(const double *at) {
  ck_d4 x;
  __builtin_memcpy(&x, at, sizeof x);
  return x;
}
/// Four lanes: c₀ + f·(c₁ + f·(c₂ + f·c₃)) + q·(c₄ + f·(c₅ + f·c₆) + q·c₇), c the row of each lane.
CK ck_d4 ck_rowSeries4(const double *rows, int32_t i0, int32_t i1, int32_t i2, int32_t i3, ck_d4 f, ck_d4 q) {
  const double *r0 = rows + 8 * (int64_t)i0, *r1 = rows + 8 * (int64_t)i1;
  const double *r2 = rows + 8 * (int64_t)i2, *r3 = rows + 8 * (int64_t)i3;
  ck_d4 a = ck_load4(r0), b = ck_load4(r1), c = ck_load4(r2), d = ck_load4(r3);
  ck_d4 ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  ck_d4 cd0 = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  ck_d4 p = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
  p = __builtin_elementwise_fma(p, f, __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7));
  p = __builtin_elementwise_fma(p, f, __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5));
  p = __builtin_elementwise_fma(p, f, __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5));
  a = ck_load4(r0 + 4), b = ck_load4(r1 + 4), c = ck_load4(r2 + 4), d = ck_load4(r3 + 4);
  ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  cd0 = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  ck_d4 s = __builtin_elementwise_fma(
      __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7), f, __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5));
  s = __builtin_elementwise_fma(s, f, __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5));
  s = __builtin_elementwise_fma(q, __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7), s);
  return __builtin_elementwise_fma(q, s, p);
}
/// The same of eight lanes.
CK ck_d8 ck_rowSeries(const double *rows, ck_i8 i, ck_d8 f, ck_d8 q) {
  ck_d4 low = ck_rowSeries4(
      rows, i[0], i[1], i[2], i[3], __builtin_shufflevector(f, f, 0, 1, 2, 3), __builtin_shufflevector(q, q, 0, 1, 2, 3));
  ck_d4 high = ck_rowSeries4(
      rows, i[4], i[5], i[6], i[7], __builtin_shufflevector(f, f, 4, 5, 6, 7), __builtin_shufflevector(q, q, 4, 5, 6, 7));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}
/// Whole numbers of lanes within the range of 32 bits.
CK ck_i8 ck_whole(ck_d8 x) { return __builtin_convertvector(x, ck_i8); }
/// Whether in every lane |half| > edge, 0 < s ≤ most, 0 < scale ≤ widest and f ≤ top; a NaN is not.
CK int ck_areSure(ck_d8 half, double edge, ck_d8 s, double most, ck_d8 scale, double widest, ck_d8 f, double top) {
  ck_l8 inside = (__builtin_elementwise_abs(half) > (ck_d8)edge) & (s > (ck_d8)0.0) & (s <= (ck_d8)most);
  return __builtin_reduce_and(inside & (scale > (ck_d8)0.0) & (scale <= (ck_d8)widest) & (f <= (ck_d8)top)) != 0;
}
#endif
