// SIGINT, SIGTERM and SIGHUP ask the running verb to end well; a second one ends the process at
// once.
#pragma once

#include "core/stop.h"

namespace rnngan {

/// The flag that the handlers set. One per process.
const StopFlag& stop_flag();
/// Installs the handlers and returns their flag. SIGHUP stays ignored where it is (nohup).
const StopFlag& install_signal_handlers();
/// Writing into a pipe that nobody reads or beyond a limit of file sizes fails, as on a full disk,
/// and does not end the process: what is half-written is removed, and the error is told.
void ignore_write_signals();
/// Whether a descriptor is a pipe whose reader is gone.
bool nobody_reads(int descriptor);
/// Ends the process as the signal would have.
void end_by(int signal);

}  // namespace rnngan
