// Folder: a folder of a test's own, gone with it.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace hookc {

namespace fs = std::filesystem;

class Folder {
 public:
  // A journal waits for the disk, hundreds of times here; memory, where there is some to be had as a folder, keeps nobody waiting.
  Folder() : path_((fs::exists("/dev/shm") ? fs::path{"/dev/shm"} : fs::temp_directory_path()) / ("hookc_unit_test." + std::to_string(::getpid()) + "." + std::to_string(count_++))) { fs::create_directories(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary} << text;
  }

 private:
  static inline int count_ = 0;
  fs::path path_;
};

}  // namespace hookc
