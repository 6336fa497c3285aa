// The program: parses, dispatches to a verb, and turns what it throws into one clear line and an
// exit code.
#pragma once

namespace rnngan {

/// Returns the exit code (cli/errors.h; 129, 130 and 143 for SIGHUP, SIGINT and SIGTERM).
int run(int argc, char** argv);

}  // namespace rnngan
