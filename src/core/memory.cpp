#include "core/memory.h"

#include <climits>
#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace rnngan {

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);                // no block of its own for a large request
  mallopt(M_TRIM_THRESHOLD, INT_MAX);    // never shrink
  mallopt(M_TOP_PAD, 16 * 1024 * 1024);  // grow in steps of this many bytes
#endif
}

}  // namespace rnngan
