#include "CKernelShims.h"

#include <stddef.h>

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#define LEVEL 4
#elif defined(__AVX2__) && defined(__FMA__)
#define LEVEL 3
#elif defined(__SSE4_2__)
#define LEVEL 2
#elif defined(__x86_64__)
#define LEVEL 1
#else
#define LEVEL 0
#endif

int ck_compiledLevel(void) { return LEVEL; }

#if defined(__x86_64__)
// This file is compiled for the level it checks, so the check itself must ask for the baseline.
#define BASELINE __attribute__((target("arch=x86-64"), noinline))

#define FEATURES(X)                                                                                    \
  X(2, "sse3") X(2, "ssse3") X(2, "sse4.1") X(2, "sse4.2") X(2, "popcnt")                              \
  X(3, "avx") X(3, "avx2") X(3, "bmi") X(3, "bmi2") X(3, "f16c") X(3, "fma") X(3, "lzcnt") X(3, "movbe") \
  X(4, "avx512f") X(4, "avx512bw") X(4, "avx512cd") X(4, "avx512dq") X(4, "avx512vl")

BASELINE unsigned ck_missingFeatures(int level) {
  unsigned missing = 0, bit = 1;
  __builtin_cpu_init();
#define X(LVL, NAME)                                                     \
  if (level >= LVL && !__builtin_cpu_supports(NAME)) missing |= bit; \
  bit <<= 1;
  FEATURES(X)
#undef X
  return missing;
}

BASELINE const char *ck_featureName(int i) {
#define X(LVL, NAME) NAME,
  static const char *const names[] = {FEATURES(X)};
#undef X
  return i >= 0 && (size_t)i < sizeof names / sizeof names[0] ? names[i] : NULL;
}
#else
unsigned ck_missingFeatures(int level) {
  (void)level;
  return 0;
}
const char *ck_featureName(int i) {
  (void)i;
  return NULL;
}
#endif
