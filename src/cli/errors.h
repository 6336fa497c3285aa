// What an Error is on the command line: an exit code, and the flags that its places stand for.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"

namespace rnngan {

/// One line of the table of exit codes, for --help and the documentation.
struct ExitCode {
  std::string codes;  // "5", "129, 130, 143"
  std::string meaning;
};
const std::vector<ExitCode>& exit_codes();
/// The table as --help shows it.
std::string exit_codes_text();

int exit_code(ErrorKind kind);

/// A wrong request, in the words of the command line: a place that is a field of the request and
/// one of `flags` (names without dashes) gets its dashes, and where there is no place stands the
/// verb. Other kinds of errors stay as they are.
Error in_flags(const Error& error, const std::string& verb, const std::vector<std::string>& flags);

}  // namespace rnngan
