// Vector builtins that Swift's SIMD types lack or turn into library calls. Header only; each is one instruction.
#ifndef WINGSPAN_KERNEL_SHIMS_H
#define WINGSPAN_KERNEL_SHIMS_H
#include <stdint.h>
typedef double ck_d8 __attribute__((ext_vector_type(8)));
typedef int64_t ck_l8 __attribute__((ext_vector_type(8)));
#define CK static inline __attribute__((always_inline))
CK ck_d8 ck_fma(ck_d8 a, ck_d8 b, ck_d8 c) { return __builtin_elementwise_fma(a, b, c); }
CK ck_d8 ck_max(ck_d8 a, ck_d8 b) { return __builtin_elementwise_max(a, b); }
CK ck_d8 ck_abs(ck_d8 a) { return __builtin_elementwise_abs(a); }
CK ck_d8 ck_selectNegative(ck_d8 s, ck_d8 a, ck_d8 b) { return (ck_l8)s < 0 ? a : b; }
CK ck_d8 ck_scaleByPowerOfTwo(ck_d8 x, ck_d8 magic) { return (ck_d8)((ck_l8)x + ((ck_l8)magic << 52)); }
CK double ck_fma1(double a, double b, double c) { return __builtin_fma(a, b, c); }
#endif
