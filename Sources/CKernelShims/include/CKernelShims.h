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
#endif
