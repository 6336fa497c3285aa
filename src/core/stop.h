// How a long loop learns that it should end: a flag that a signal handler may set.
#pragma once

#include <atomic>

namespace rnngan {

/// Set by a signal handler or another thread's owner; polled between steps. 0 = go on, else the
/// signal's number.
class StopFlag {
 public:
  void request(int signal) { signal_ = signal; }
  int signal() const { return signal_; }
  bool requested() const { return signal_ != 0; }

 private:
  static_assert(std::atomic<int>::is_always_lock_free, "a handler may only touch lock-free data");
  std::atomic<int> signal_ = 0;
};

}  // namespace rnngan
