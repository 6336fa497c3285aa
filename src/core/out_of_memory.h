// What is thrown where memory does not suffice, and whose fault that is.
#pragma once

#include <string>

#include "core/error.h"

namespace rnngan {

/// Whether it says that there is not enough memory: std::bad_alloc, LibTorch's own, or a size
/// beyond all memory.
bool is_out_of_memory(const std::exception& error);

/// work(); where memory does not suffice for it, that is Error{kind} "PLACE: does not fit ...".
template <class Work>
auto within_memory(ErrorKind kind, const std::string& place, const std::string& hint, Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    throw Error(kind, place, "does not fit into the memory that is free", hint);
  }
}

}  // namespace rnngan
