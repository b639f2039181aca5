// Finding and reading a project's files.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "compiler/project/load.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMaxFolderDepth = 40;  // a link that leads back ends here
constexpr std::size_t kMaxFiles = 100'000;
constexpr std::uintmax_t kMaxFileBytes = 64U << 20U;

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }  // opened for reading: closing cannot lose anything
};

/// The bytes, or the system's reason.
std::optional<std::string> read_bytes(const fs::path& path, std::string& reason) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) {
    reason = error.message();
    return std::nullopt;
  }
  if (size > kMaxFileBytes) {
    reason = fmt::format("it is larger than {} MiB", kMaxFileBytes >> 20U);
    return std::nullopt;
  }
  const std::unique_ptr<std::FILE, Closer> file{std::fopen(path.c_str(), "rb")};
  if (!file) {
    reason = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): loading is one thread
    return std::nullopt;
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  return bytes;
}

struct Walk {
  const std::vector<std::string_view>& extensions;
  fs::path searched;
  std::vector<FoundFile>& found;
  bool is_complete = true;
};

bool has_extension(const fs::path& name, const std::vector<std::string_view>& extensions) {
  const std::string bytes = name.string();
  return std::any_of(extensions.begin(), extensions.end(), [&](std::string_view extension) { return bytes.ends_with(extension); });
}

void walk(const fs::path& folder, const fs::path& below, std::uint32_t depth, Walk& state) {
  if (depth > kMaxFolderDepth || state.found.size() > kMaxFiles) {
    state.is_complete = false;
    return;
  }
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) entries.push_back(*at);
  std::sort(entries.begin(), entries.end(),
            [](const fs::directory_entry& left, const fs::directory_entry& right) { return left.path() < right.path(); });
  for (const fs::directory_entry& entry : entries) {
    std::error_code ignored;
    const fs::path name = entry.path().filename();
    if (entry.is_directory(ignored)) {
      walk(entry.path(), below / name, depth + 1, state);
    } else if (has_extension(name, state.extensions)) {
      state.found.push_back(FoundFile{state.searched, below / name});
    }
  }
}

}  // namespace

std::string shown_path(const LoadState& state, const fs::path& path) {
  const fs::path relative = path.lexically_relative(state.project.root);
  if (relative.empty() || *relative.begin() == "..") return path.string();
  return (state.options.project_dir / relative).lexically_normal().string();
}

std::optional<SourceId> read_file(LoadState& state, const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  return read_file_as(state, path, shown_path(state, path));
}

std::optional<SourceId> read_file_as(LoadState& state, const fs::path& path, const std::string& name) {
  std::string reason;
  const auto replaced = state.options.replaced_files.find(name);
  std::optional<std::string> bytes = replaced != state.options.replaced_files.end() ? replaced->second : read_bytes(path, reason);
  if (bytes) {
    try {
      return state.sources.add_file(name, std::move(*bytes));
    } catch (const std::length_error& full) {
      reason = full.what();
    }
  }
  const SourceId nothing = state.sources.add_file(name, "");
  state.project.diagnostics.push_back(
      make_diagnostic(Severity::Error, "OSError", fmt::format("`{}` cannot be read: {}", name, reason), Span{nothing, 0, 0}, ""));
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpaces);
  return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

YamlPtr parse_dbt_yaml(Sources& sources, SourceId file, Diagnostics& diagnostics) {
  const Text& all = sources.text(file);
  const std::string_view body = trimmed(all.view());
  SourceId source = file;
  if (body.size() != all.size()) {
    const auto begin = static_cast<std::uint32_t>(body.empty() ? 0 : body.data() - all.view().data());
    source = sources.add_text(sources.get(file).name, all.slice(begin, begin + static_cast<std::uint32_t>(body.size())));
  }
  return parse_yaml(sources, source, diagnostics);
}

std::vector<FoundFile> find_files(LoadState& state, const PackageFiles& package, const std::vector<std::string>& folders,
                                  const std::vector<std::string_view>& extensions) {
  std::vector<FoundFile> found;
  Walk walking{extensions, {}, found, true};
  for (const std::string& folder : folders) {
    walking.searched = fs::path{folder}.lexically_normal();
    walk(package.root / folder, {}, 0, walking);
  }
  std::erase_if(found, [&](const FoundFile& file) { return package.ignored.ignores(file.folder / file.below); });
  if (!walking.is_complete) {
    state.project.diagnostics.push_back(make_diagnostic(
        Severity::Warning, "LimitError",
        fmt::format("the folders of `{}` hold more than {} files or {} levels; the rest was not read", package.name, kMaxFiles, kMaxFolderDepth),
        Span{package.project_yml_source, 0, 0}, ""));
  }
  return found;
}

}  // namespace hookc
