#pragma once

/// The weights of Silero's voice activity detector for 16 kHz, as .ci/silero-weights lays them out, at the start of a page.
const float *silero_weights(void);

/// The sum of the products of two rows. Their length is a multiple of 16, their places are multiples of 64 bytes.
/// In C: without optimisation, as tests are built, Swift's vectors take a hundred times as long.
float silero_product(const float *one, const float *other, long count);
