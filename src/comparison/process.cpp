#include "comparison/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/error.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (value_ < 0) {
      throw Error(ErrorKind::output, path.string(),
                  std::string("cannot be opened: ") + std::strerror(errno));
    }
  }
  ~Descriptor() { ::close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* words, int in, int out, int err, pid_t parent) {
  ::setpgid(0, 0);
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(128 + SIGTERM);  // it died before it could be watched
#else
  static_cast<void>(parent);
#endif
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  ::execv(words[0], words);
  ::_exit(127);
}

}  // namespace

fs::path own_program() {
  std::error_code failed;
  fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed)
    throw Error(ErrorKind::bug, "", "the program cannot find its own file: " + failed.message());
  return program;
}

ChildProcess::ChildProcess(const ProcessRequest& request) {
  std::vector<std::string> texts = {request.program.string()};
  texts.insert(texts.end(), request.arguments.begin(), request.arguments.end());
  std::vector<char*> words;
  for (std::string& text : texts) words.push_back(text.data());
  words.push_back(nullptr);
  const Descriptor in("/dev/null", O_RDONLY);
  const Descriptor out("/dev/null", O_WRONLY);
  const Descriptor err(request.err, O_WRONLY | O_CREAT | O_APPEND);
  const pid_t parent = ::getpid();
  // Not posix_spawn, which cannot ask for a signal at the death of this process.
  pid_ = ::fork();
  if (pid_ == 0) become(words.data(), in.value(), out.value(), err.value(), parent);
  if (pid_ < 0) {
    throw Error(ErrorKind::bug, "", std::string("no process can be made: ") + std::strerror(errno),
                "use fewer jobs");
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0 || code_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> ChildProcess::poll() {
  if (code_) return code_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) {
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return code_;
}

void ChildProcess::signal(int number) const {
  if (!code_) ::kill(pid_, number);
}

}  // namespace rnngan
