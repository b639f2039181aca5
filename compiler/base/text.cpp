#include "compiler/base/text.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>
#include <utility>

namespace hookc {

Text::Text(std::string bytes, Position position) {
  if (bytes.empty()) return;
  data_ = std::make_shared<const Data>(Data{std::move(bytes), Run{0, position, FrameId{0}}, {}});
}

bool Text::are_placed(const std::vector<Run>& runs) {
  return std::all_of(runs.begin(), runs.end(), [](const Run& run) { return place_of(run.position) != 0; });
}

const Run& Text::run_at(std::uint32_t offset) const {
  assert(offset < size() && "offset outside of the text");
  const std::span<const Run> all = data_->runs();
  if (all.size() == 1) return all.front();
  const auto after = std::upper_bound(all.begin(), all.end(), offset, [](std::uint32_t at, const Run& run) { return at < run.begin; });
  return *std::prev(after);
}

Position Text::position_at(std::uint32_t offset) const {
  if (offset == size() && offset > 0) {
    const Run& last = run_at(offset - 1);
    return advance(last.position, offset - last.begin);
  }
  const Run& run = run_at(offset);
  return advance(run.position, offset - run.begin);
}

Text Text::slice(ByteRange range) const {
  assert(range.begin <= range.end && range.end <= size());
  if (range.begin == 0 && range.end == size()) return *this;
  if (range.begin == range.end) return {};
  if (const Run& run = run_at(range.begin); &run == &data_->runs().back() || (&run)[1].begin >= range.end) {  // of one run
    return Text{std::make_shared<const Data>(Data{data_->bytes.substr(range.begin, range.size()), Run{0, advance(run.position, range.begin - run.begin), run.frame}, {}})};
  }
  TextBuilder builder;
  builder.append_slice(*this, range, FrameId{0});
  return builder.take();
}

Text Text::with_bytes(std::string bytes) const {
  assert(bytes.size() == size());
  if (!data_) return {};
  return Text{std::make_shared<const Data>(Data{std::move(bytes), data_->only, data_->many})};
}

void TextBuilder::reserve(std::size_t bytes, std::size_t runs) {
  if (bytes > bytes_.size()) bytes_.resize(bytes);
  runs_.reserve(std::min(runs, kMaxRuns));
}

void TextBuilder::make_room(std::size_t more) {
  bytes_.resize(std::max({size_ + more, bytes_.size() * 2, bytes_.capacity()}));
}

void TextBuilder::refuse_pieces() { throw std::length_error{"a text is made of more than " + std::to_string(kMaxRuns) + " pieces"}; }

void TextBuilder::append_runs(const Text& text, ByteRange range, FrameId frame) {
  const std::span<const Run> all = text.data_->runs();
  const std::string_view bytes = text.view();
  auto run = std::prev(std::upper_bound(all.begin(), all.end(), range.begin, [](std::uint32_t at, const Run& r) { return at < r.begin; }));
  for (; run != all.end() && run->begin < range.end; ++run) {
    const std::uint32_t from = std::max(run->begin, range.begin);
    const std::uint32_t until = std::next(run) == all.end() ? range.end : std::min(std::next(run)->begin, range.end);
    append(bytes.substr(from, until - from), advance(run->position, from - run->begin), run->frame == FrameId{0} ? frame : run->frame);
  }
}

Text TextBuilder::cut(Mark mark) {
  Text result;
  if (size_ > mark.offset) {
    Text::Data data{bytes_.substr(mark.offset, size_ - mark.offset), runs_[mark.runs], {}};
    data.only.begin = 0;
    if (runs_.size() - mark.runs > 1) {
      data.many.assign(runs_.begin() + mark.runs, runs_.end());
      for (Run& run : data.many) run.begin -= mark.offset;
    }
    result = Text{std::make_shared<const Text::Data>(std::move(data))};
  }
  rollback(mark);
  return result;
}

void TextBuilder::rollback(Mark mark) {
  size_ = mark.offset;
  runs_.resize(mark.runs, Run{0, Position{0}, FrameId{0}});
  is_closed_ = mark.is_closed;
}

Text TextBuilder::take() {
  Text result;
  if (size_ > 0) {
    const Run first = runs_.front();
    if (runs_.size() == 1) runs_.clear();
    bytes_.resize(size_);
    result = Text{std::make_shared<const Text::Data>(Text::Data{std::move(bytes_), first, std::move(runs_)})};
  }
  bytes_.clear();
  runs_.clear();
  size_ = 0;
  is_closed_ = true;
  return result;
}

}  // namespace hookc
