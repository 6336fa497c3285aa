// Ranks of a training as threads of this process, connected over loopback.
#pragma once

#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>

#include "tests/free_port.h"
#include "training/gloo_ranks.h"

namespace rnngan::testing_support {

class RankThreads {
 public:
  explicit RankThreads(int64_t ranks) : communicators_(static_cast<size_t>(ranks)) {
    const int64_t port = free_port();
    run_each([&](size_t rank) {
      communicators_[rank] =
          connect_ranks({static_cast<int64_t>(rank), ranks, ranks, "127.0.0.1", port});
    });
  }

  const Communicator& at(size_t rank) const { return *communicators_.at(rank); }
  size_t count() const { return communicators_.size(); }

  /// work(rank) in a thread of each; throws what the first of them threw.
  template <class Work>
  void run(const Work& work) const {
    run_each(work);
  }

 private:
  template <class Work>
  void run_each(const Work& work) const {
    std::vector<std::thread> threads;
    std::vector<std::exception_ptr> thrown(count());
    for (size_t rank = 0; rank < count(); ++rank) {
      threads.emplace_back([&, rank] {
        at::set_num_threads(1);
        try {
          work(rank);
        } catch (...) {
          thrown[rank] = std::current_exception();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& error : thrown) {
      if (error) std::rethrow_exception(error);
    }
  }

  std::vector<std::unique_ptr<Communicator>> communicators_;
};

}  // namespace rnngan::testing_support
