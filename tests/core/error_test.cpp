#include "core/error.h"

#include <new>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "core/out_of_memory.h"

namespace rnngan {
namespace error_test {

TEST(Error, SaysThePlaceBeforeTheFact) {
  EXPECT_STREQ(Error(ErrorKind::data, "a.csv:3", "is empty").what(), "a.csv:3: is empty");
  EXPECT_STREQ(Error(ErrorKind::usage, "", "names nothing").what(), "names nothing");
}

TEST(Error, KeepsAllProblemsAndSaysTheFirst) {
  const std::vector<Problem> problems = {{"a", "is wrong", "correct it"}, {"b", "is odd", ""}};
  const Error error(ErrorKind::config, problems);
  EXPECT_EQ(error.problems(), problems);
  EXPECT_STREQ(error.what(), "a: is wrong");
}

TEST(Error, OfMemoryIsNoBug) {
  EXPECT_EQ(as_error(std::bad_alloc()).kind(), ErrorKind::data);
  EXPECT_EQ(as_error(std::length_error("vector::_M_default_append")).kind(), ErrorKind::data);
  const std::runtime_error torch(
      "[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried "
      "to allocate 9 bytes.");
  EXPECT_EQ(as_error(torch).kind(), ErrorKind::data);
  EXPECT_STREQ(as_error(torch).what(), "rnngan: out of memory");
  EXPECT_EQ(as_error(std::runtime_error("other")).kind(), ErrorKind::bug);
}

TEST(Error, OfMemoryIsThatOfWhatWasAskedFor) {
  const auto outcome = [](const auto& work) -> std::string {
    try {
      within_memory(ErrorKind::config, "model", "make it smaller", work);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::config ? error.what() : "another kind";
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(outcome([] { throw std::bad_alloc(); }),
            "model: does not fit into the memory that is free");
  EXPECT_EQ(outcome([] { throw std::runtime_error("other"); }), "other");
  EXPECT_EQ(within_memory(ErrorKind::config, "", "", [] { return 7; }), 7);
}

}  // namespace error_test
}  // namespace rnngan
