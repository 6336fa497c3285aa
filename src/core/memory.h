// How the process treats memory that was freed.
#pragma once

namespace rnngan {

/// Tells the C library to keep freed memory for the next allocation and not to return it to the
/// system. A training step frees and asks for the same large blocks again and again; mapped anew,
/// each costs a page fault per 4 KiB. Global: for programs, at their start, not for a library.
/// Nothing where the C library is not glibc.
void keep_freed_memory();

}  // namespace rnngan
