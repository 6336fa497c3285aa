// The checksum of event files: CRC-32C (Castagnoli), as RFC 3720 has it.
#pragma once

#include <cstdint>
#include <string_view>

namespace rnngan {

uint32_t crc32c(std::string_view bytes);

}  // namespace rnngan
