#include "compiler/base/sources.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace hookc {

std::uint32_t Sources::add_region(Region region) {
  const std::uint32_t begin = next_place_;
  if (region.size >= kMaxPlace - begin) throw std::length_error{"the sources are larger than 2 GiB together"};
  region.begin = begin;
  next_place_ += region.size + 1;  // one more: the place just after the last byte belongs to the region
  regions_.push_back(std::make_unique<const Region>(std::move(region)));
  return begin;
}

SourceId Sources::add_file(std::string name, std::string bytes) {
  const auto size = bytes.size();
  if (size >= kMaxPlace) throw std::length_error{"`" + name + "` is larger than 2 GiB"};
  const std::lock_guard lock{mutex_};
  Text text{std::move(bytes), Position{next_place_}};
  add_region(Region{0, static_cast<std::uint32_t>(size), Origin::Kind::File, name, {}, text, {}});
  return add_source(std::move(name), std::move(text));
}

SourceId Sources::add_text(std::string name, Text text) {
  const std::lock_guard lock{mutex_};
  return add_source(std::move(name), std::move(text));
}

SourceId Sources::add_source(std::string name, Text text) {
  if (source_count_ == kChunkSize * kMaxChunks) throw std::length_error{"there are more than " + std::to_string(source_count_) + " sources"};
  std::unique_ptr<Chunk>& chunk = (*sources_)[source_count_ / kChunkSize];
  if (chunk == nullptr) chunk = std::make_unique<Chunk>();
  (*chunk)[source_count_ % kChunkSize] = std::make_unique<const Source>(Source{std::move(name), std::move(text)});
  return SourceId{static_cast<std::uint32_t>(source_count_++)};
}

/// The position under `key`, made by `add` where there is none.
template <class Key, class Add>
Position Sources::find_or_add(std::map<Key, Position, std::less<>>& known, Key key, const Add& add) {
  {
    const std::shared_lock lock{mutex_};
    if (const auto found = known.find(key); found != known.end()) return found->second;
  }
  const std::lock_guard lock{mutex_};
  if (const auto found = known.find(key); found != known.end()) return found->second;  // another thread was faster
  return known.emplace(std::move(key), add()).first->second;
}

Position Sources::add_input(std::string_view symbol, std::uint32_t size) {
  std::string key = std::string{symbol} + '\0' + std::to_string(size);
  return find_or_add(inputs_, std::move(key), [&] { return Position{add_region(Region{0, size, Origin::Kind::Input, std::string{symbol}, {}, {}, {}})}; });
}

Position Sources::add_derived(const std::vector<Position>& inputs) {
  std::vector<std::uint32_t> key;
  key.reserve(inputs.size());
  for (const Position input : inputs) key.push_back(static_cast<std::uint32_t>(input));
  return find_or_add(derived_, std::move(key), [&] { return fixed_at(Position{add_region(Region{0, 1, Origin::Kind::Derived, {}, inputs, {}, {}})}); });
}

Position Sources::add_hole(std::string_view symbol) {
  return find_or_add(holes_, std::string{symbol}, [&] { return fixed_at(Position{add_region(Region{0, 1, Origin::Kind::Hole, std::string{symbol}, {}, {}, {}})}); });
}

const Sources::Region& Sources::region_at(std::uint32_t place) const {
  const std::shared_lock lock{mutex_};
  const auto after = std::upper_bound(regions_.begin(), regions_.end(), place,
                                      [](std::uint32_t at, const std::unique_ptr<const Region>& region) { return at < region->begin; });
  assert(after != regions_.begin() && "a position that no region holds");
  return **std::prev(after);
}

Origin Sources::describe(Position position) const {
  const Region& region = region_at(place_of(position));
  return Origin{region.kind, region.name, place_of(position) - region.begin, !is_fixed(position), region.inputs};
}

void Sources::line_column(const Region& file, std::uint32_t offset, std::uint32_t& line, std::uint32_t& column) const {
  const std::lock_guard lock{lines_mutex_};
  const std::string_view bytes = file.bytes.view();
  if (file.line_starts.empty()) {
    file.line_starts.push_back(0);
    for (std::uint32_t i = 0; i < bytes.size(); ++i) {
      const bool lone_return = bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n');
      if (bytes[i] == '\n' || lone_return) file.line_starts.push_back(i + 1);
    }
  }
  const auto after = std::upper_bound(file.line_starts.begin(), file.line_starts.end(), offset);
  line = static_cast<std::uint32_t>(after - file.line_starts.begin());
  column = 1;
  for (std::uint32_t i = *std::prev(after); i < offset && i < bytes.size(); ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80U) ++column;  // continuation bytes are no code points
  }
}

std::optional<Location> Sources::locate(Span span) const {
  const Text& all = text(span.source);
  if (all.empty()) {
    Location at;
    at.file = get(span.source).name;
    return at;
  }
  const std::uint32_t begin = std::min(span.begin, all.size());
  return locate(all, ByteRange{begin, std::max(begin, std::min(span.end, all.size()))});
}

std::optional<Location> Sources::locate(const Text& text, ByteRange range) const {
  if (text.empty()) return std::nullopt;
  const Position first = text.position_at(range.begin);
  const Region& file = region_at(place_of(first));
  if (file.kind != Origin::Kind::File) return std::nullopt;
  const std::uint32_t begin = place_of(first) - file.begin;
  std::uint32_t end = begin;
  const FrameId frame = text.frame_at(std::min(range.begin, text.size() - 1));
  for (std::uint32_t at = range.end; at > range.begin; --at) {  // the last byte of the range that the same part of this file wrote behind the first
    const Position last = text.position_at(at - 1);
    if (!is_fixed(last) && text.frame_at(at - 1) != frame) continue;  // an argument, which may stand far behind in the file
    const std::uint32_t place = place_of(last);
    if (place < place_of(first) || place > file.begin + file.size) continue;
    end = std::min(place - file.begin + 1, file.size);
    break;
  }
  Location at;
  at.file = file.name;
  at.begin = begin;
  at.end = std::max(begin, end);
  line_column(file, at.begin, at.line, at.column);
  line_column(file, at.end, at.end_line, at.end_column);
  return at;
}

std::optional<std::string_view> Sources::file_bytes(std::string_view file) const {
  const std::shared_lock lock{mutex_};
  for (const auto& region : regions_) {
    if (region->kind == Origin::Kind::File && region->name == file) return region->bytes.view();
  }
  return std::nullopt;
}

std::optional<std::string_view> Sources::bytes_at(Position position, std::uint32_t count) const {
  const Region& region = region_at(place_of(position));
  if (region.kind != Origin::Kind::File || is_fixed(position)) return std::nullopt;
  const std::uint32_t offset = place_of(position) - region.begin;
  if (offset > region.size || count > region.size - offset) return std::nullopt;
  return region.bytes.view().substr(offset, count);
}

}  // namespace hookc
