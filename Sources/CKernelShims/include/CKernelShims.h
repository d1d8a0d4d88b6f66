// Vector builtins that Swift's SIMD types lack or turn into library calls, each one instruction, and what
// the processor can do. Every function is exact or rounds as IEEE 754 says, so results don't depend on -march.
#ifndef WINGSPAN_KERNEL_SHIMS_H
#define WINGSPAN_KERNEL_SHIMS_H
#include <stdint.h>
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
CK double ck_fma1(double a, double b, double c) { return __builtin_fma(a, b, c); }

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
#endif
