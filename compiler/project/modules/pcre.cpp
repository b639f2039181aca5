#include "compiler/project/modules/pcre.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace hookc {

namespace {

constexpr std::uint32_t kMatchLimit = 4'000'000;  // backtracking steps of one attempt
constexpr std::uint32_t kHeapLimitKiB = 65'536;
constexpr std::uint32_t kMaxNesting = 250;  // of groups
constexpr std::uint64_t kStepsPerMicrosecond = 2;
constexpr std::size_t kWindow = 64;         // attempts between two looks at the clock

struct Release {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

std::string message_of(int problem) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(problem, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());  // PCRE2's bytes are unsigned
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

struct Pcre::Data {
  std::unique_ptr<pcre2_code, Release> code;
  std::unique_ptr<pcre2_match_data, Release> match;
  std::unique_ptr<pcre2_match_context, Release> context;
};

Pcre::Pcre(Evaluator& evaluator, const std::string& pattern, Case letters, Classes classes) : data_(std::make_unique<Data>()) {
  const std::unique_ptr<pcre2_compile_context, Release> context{pcre2_compile_context_create(nullptr)};
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kMaxNesting);
  std::uint32_t options = PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
  if (letters == Case::Ignored) options |= PCRE2_CASELESS;
  if (classes == Classes::Unicode) options |= PCRE2_UCP;
  int problem = 0;
  PCRE2_SIZE place = 0;
  data_->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &problem, &place, context.get()));
  if (data_->code == nullptr) evaluator.raise("LimitError", fmt::format("a regular expression is beyond what hookc can match: {}", message_of(problem)));
  data_->match.reset(pcre2_match_data_create_from_pattern(data_->code.get(), nullptr));
  data_->context.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(data_->context.get(), kMatchLimit);
  pcre2_set_heap_limit(data_->context.get(), kHeapLimitKiB);
}

Pcre::~Pcre() = default;

std::optional<MatchGroups> Pcre::match(Evaluator& evaluator, std::string_view text, std::size_t from, Anchor anchor, Empty empty) const {
  using Clock = std::chrono::steady_clock;
  std::uint32_t options = PCRE2_NO_UTF_CHECK;
  if (anchor != Anchor::None) options |= PCRE2_ANCHORED;
  if (anchor == Anchor::Both) options |= PCRE2_ENDANCHORED;
  if (empty == Empty::NotAtStart) options |= PCRE2_NOTEMPTY_ATSTART;
  std::size_t window = kWindow;
  int count = PCRE2_ERROR_NOMATCH;
  while (count == PCRE2_ERROR_NOMATCH) {
    const bool is_last = anchor != Anchor::None || text.size() - from <= window;
    const std::size_t limit = from + window;
    pcre2_set_offset_limit(data_->context.get(), is_last ? PCRE2_UNSET : limit);
    const Clock::time_point begin = Clock::now();
    const char* const bytes = text.data() == nullptr ? "" : text.data();
    count = pcre2_match(data_->code.get(), reinterpret_cast<PCRE2_SPTR>(bytes), text.size(), from, options, data_->match.get(), data_->context.get());
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count();
    constexpr std::int64_t kUncounted = 200;  // microseconds: what is short is not counted, and so a usual evaluation takes the same steps each time
    evaluator.spend(taken > kUncounted ? static_cast<std::uint64_t>(taken) * kStepsPerMicrosecond : 1);
    window = taken > kUncounted ? kWindow : window * 2;
    if (count != PCRE2_ERROR_NOMATCH) break;
    if (is_last) return std::nullopt;
    from = std::min<std::size_t>(limit + 1, text.size());
    while (from < text.size() && is_continuation(text[from])) ++from;
    options &= ~PCRE2_NOTEMPTY_ATSTART;
  }
  if (count == PCRE2_ERROR_MATCHLIMIT || count == PCRE2_ERROR_HEAPLIMIT || count == PCRE2_ERROR_DEPTHLIMIT) {
    evaluator.raise("LimitError", "a regular expression takes too long on this text");
  }
  if (count < 0) evaluator.raise("LimitError", "a regular expression could not be matched: " + message_of(count));
  const PCRE2_SIZE* const bounds = pcre2_get_ovector_pointer(data_->match.get());
  const std::uint32_t groups = pcre2_get_ovector_count(data_->match.get());
  MatchGroups result(groups);
  for (std::uint32_t i = 0; i < groups; ++i) {
    if (bounds[2 * i] == PCRE2_UNSET || bounds[2 * i] > bounds[2 * i + 1]) continue;
    result[i] = ByteRange{static_cast<std::uint32_t>(bounds[2 * i]), static_cast<std::uint32_t>(bounds[2 * i + 1])};
  }
  return result;
}

void check_utf8(Evaluator& evaluator, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t size = 1;
    if (lead >= 0x80) size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    bool valid = lead < 0x80 || (lead >= 0xC2 && lead <= 0xF4);
    if (valid && size > 1) {
      valid = i + size <= text.size();
      for (std::size_t k = 1; valid && k < size; ++k) valid = is_continuation(text[i + k]);
      const auto second = valid ? static_cast<unsigned char>(text[i + 1]) : 0U;
      // no overlong forms, no surrogates, nothing beyond U+10FFFF
      valid = valid && !(lead == 0xE0 && second < 0xA0) && !(lead == 0xED && second > 0x9F) && !(lead == 0xF0 && second < 0x90) && !(lead == 0xF4 && second > 0x8F);
    }
    if (!valid) evaluator.raise("ValueError", "a regular expression needs text that is UTF-8");
    i += size;
  }
}

}  // namespace hookc
