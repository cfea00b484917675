#ifndef IDQL_SHA256_H
#define IDQL_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor has instructions for SHA-256, and this file uses them (x86-64 alone).
bool idql_sha256_is_supported(void);

/// Takes `count` blocks of 64 bytes (FIPS 180-4, §6.2.2) into the eight words of `hash`. `constants` are the 64 of
/// §4.2.2. Only where `idql_sha256_is_supported`.
void idql_sha256_absorb(uint32_t *hash, const uint8_t *blocks, size_t count, const uint32_t *constants);

#endif
