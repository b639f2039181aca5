// replay FILE|FOLDER...: gives files, and those in folders, to a fuzz target one by one, without libFuzzer, so that what was once found is tested in
// every build. Whatever goes wrong ends the process; the last name printed is the guilty one.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  std::cout << file.string() << std::endl;  // flushed, because the next line may never come
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());  // bytes are bytes
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    const fs::path path{argv[i]};
    if (!fs::exists(path)) {
      std::cerr << path.string() << ": no such file or folder\n";
      return 2;
    }
    if (!fs::is_directory(path)) {
      replay(path);
      ++count;
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{path}) {
      if (!entry.is_regular_file()) continue;
      replay(entry.path());
      ++count;
    }
  }
  std::cout << count << " inputs\n";
  return count > 0 ? 0 : 1;
}
