import Kernels
import Testing
@Test func placeholderPhilox() {
  #expect(Philox.words(counter: .zero, key: .zero) == SIMD4(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8))
}
