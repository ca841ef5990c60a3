#include "silero.h"

typedef float lanes __attribute__((vector_size(64)));

extern const unsigned char silero_file[];

const float *silero_weights(void) { return (const float *)silero_file; }

float silero_product(const float *one, const float *other, long count) {
    lanes sum = {0};
    for (long index = 0; index < count; index += 16) sum += *(const lanes *)(one + index) * *(const lanes *)(other + index);
    float result = 0;
    for (int lane = 0; lane < 16; lane++) result += sum[lane];
    return result;
}
