// A config value that is a number or follows the data.
#pragma once

#include <cstdint>

namespace rnngan {

/// In JSON a whole number or "auto". Until the data are known an automatic one has the value that
/// few columns get.
class Size {
 public:
  Size(int64_t value) : value_(value) {}
  static Size automatic(int64_t of_few_columns) {
    Size size(of_few_columns);
    size.automatic_ = true;
    return size;
  }
  operator int64_t() const { return value_; }
  bool is_automatic() const { return automatic_; }

 private:
  int64_t value_;
  bool automatic_ = false;
};

}  // namespace rnngan
