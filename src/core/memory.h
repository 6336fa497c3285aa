// How the process holds its memory.
#pragma once

namespace rnngan {

/// From now on memory that is freed stays with the process instead of going back to the system and
/// being mapped, page by page, anew: every step of a training allocates what the one before freed.
/// The peak is the same. For main() of a program, before it starts threads; glibc only, elsewhere
/// it does nothing.
void keep_freed_memory();

}  // namespace rnngan
