#include "runtime/cli/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace hookc {

namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value != nullptr && *value != '\0';
}

bool is_dumb() {
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): as above
  return term != nullptr && std::string_view{term} == "dumb";
}

/// The errno of the failure, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

[[noreturn]] void fail(int error, const std::string& what) { throw std::system_error{error, std::generic_category(), what}; }

/// A descriptor that is closed at the end of its scope, unless it is standard input.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : number_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ > STDIN_FILENO) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

Console make_console(const GlobalOptions& globals) {
  const bool is_plain = is_set("NO_COLOR") || is_dumb();
  const auto colored = [&](int descriptor) {
    if (globals.color == "always") return true;
    return globals.color == "auto" && !is_plain && ::isatty(descriptor) == 1;
  };
  return Console{colored(STDOUT_FILENO), colored(STDERR_FILENO), globals.quiet, ::isatty(STDERR_FILENO) == 1};
}

void write_out(std::string_view text) {
  if (const int error = write_all(STDOUT_FILENO, text); error != 0) fail(error, "standard output cannot be written");
}

void write_err(std::string_view text) { static_cast<void>(write_all(STDERR_FILENO, text)); }

void print_error(const Console& console, std::string_view message, std::string_view help) {
  write_err(fmt::format("{}error:{} {}\n", console.color_err ? "\x1b[1;31m" : "", console.color_err ? "\x1b[0m" : "", message));
  if (!help.empty()) write_err(fmt::format("  {}help:{} {}\n", console.color_err ? "\x1b[1;32m" : "", console.color_err ? "\x1b[0m" : "", help));
}

void print_diagnostics(const Console& console, const Diagnostics& diagnostics, const Sources& sources) {
  for (const Diagnostic& diagnostic : diagnostics) write_err(format_diagnostic(diagnostic, sources, console.color_err));
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& one) { return one.severity == Severity::Error; });
}

std::string read_input(const std::string& path) {
  const Descriptor file{path};
  if (file.number() < 0) fail(errno, fmt::format("`{}` cannot be read", path));
  std::string bytes;
  std::array<char, 65'536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read fills it
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno, fmt::format("`{}` cannot be read", path));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace hookc
