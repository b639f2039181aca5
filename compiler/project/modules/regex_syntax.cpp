#include "compiler/project/modules/regex_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

constexpr std::uint64_t kMaxRepeat = 4'294'967'295;  // Python's
constexpr std::uint64_t kMaxPcreRepeat = 65'535;
constexpr int kMaxDepth = 200;
constexpr char32_t kMaxCodePoint = 0x10FFFF;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Python's classes as ranges of code points, and what they leave out.
constexpr std::string_view kSpace =
    "\\x{9}-\\x{d}\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";
constexpr std::string_view kNoSpace =
    "\\x{0}-\\x{8}\\x{e}-\\x{1b}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}"
    "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}";
constexpr std::string_view kAsciiSpace = "\\x{9}-\\x{d}\\x{20}";
constexpr std::string_view kNoAsciiSpace = "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}";
constexpr std::string_view kAsciiWord = "0-9A-Z_a-z";
constexpr std::string_view kNoAsciiWord = "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}";
constexpr std::string_view kNoAsciiDigit = "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}";

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_octal(char32_t c) { return c >= U'0' && c <= U'7'; }
bool is_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_hex(char32_t c) { return is_digit(c) || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F'); }

/// How many characters a part of a pattern can match.
struct Width {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};
std::uint64_t bounded(std::uint64_t value) { return std::min(value, kMaxRepeat); }
Width followed(Width a, Width b) { return Width{bounded(a.least + b.least), bounded(a.most + b.most)}; }

/// What holds for a part of the pattern.
struct Scope {
  bool ignores_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool verbose = false;
  bool ascii = false;
};

std::string literal(char32_t c) {
  if (is_digit(c) || is_letter(c) || c == U'_') return std::string(1, static_cast<char>(c));
  if (c >= 0xD800 && c <= 0xDFFF) return "(?!)";  // is in no UTF-8
  return fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(c));
}

/// A class's items for inside of brackets.
std::string category(char32_t letter, bool ascii) {
  switch (letter) {
    case U'd': return std::string{ascii ? "0-9" : "\\p{Nd}"};
    case U'D': return std::string{ascii ? kNoAsciiDigit : "\\P{Nd}"};
    case U's': return std::string{ascii ? kAsciiSpace : kSpace};
    case U'S': return std::string{ascii ? kNoAsciiSpace : kNoSpace};
    case U'w': return std::string{ascii ? kAsciiWord : "\\p{L}\\p{N}_"};
    case U'W': return std::string{ascii ? kNoAsciiWord : "\\W"};
    default: return {};
  }
}

bool is_category(char32_t c) { return c == U'd' || c == U'D' || c == U's' || c == U'S' || c == U'w' || c == U'W'; }

std::optional<char32_t> control_escape(char32_t c) {
  switch (c) {
    case U'a': return U'\a';
    case U'f': return U'\f';
    case U'n': return U'\n';
    case U'r': return U'\r';
    case U't': return U'\t';
    case U'v': return U'\v';
    case U'\\': return U'\\';
    default: return std::nullopt;
  }
}

class Translator {
 public:
  Translator(Evaluator& evaluator, std::u32string pattern, std::int64_t flags) : evaluator_(evaluator), pattern_(std::move(pattern)) {
    result_.flags = flags;
    result_.parents.push_back(0);
    widths_.emplace_back();
    is_closed_.push_back(false);
  }

  TranslatedRegex run() {
    using F = RegexFlags;
    const std::int64_t flags = result_.flags;
    if ((flags & F::kLocale) != 0) evaluator_.raise("ValueError", "cannot use LOCALE flag with a str pattern");
    read_leading_flags();
    const std::int64_t all = result_.flags;
    if ((all & F::kAscii) == 0) result_.flags |= F::kUnicode;
    global_ascii_ = (all & F::kAscii) != 0;
    const Scope scope{(all & F::kIgnoreCase) != 0, (all & F::kMultiline) != 0, (all & F::kDotAll) != 0, (all & F::kVerbose) != 0, global_ascii_};
    alternatives(scope, 0, true);
    if (at_ < pattern_.size()) raise("unbalanced parenthesis", at_);
    for (const auto& [group, position] : conditions_) {
      if (group > result_.groups) raise(fmt::format("invalid group reference {}", group), position);
    }
    if ((all & F::kAscii) != 0 && (all & F::kUnicode) != 0) evaluator_.raise("ValueError", "ASCII and UNICODE flags are incompatible");
    if (varies_behind_) evaluator_.raise("error", "look-behind requires fixed-width pattern");
    return std::move(result_);
  }

 private:
  using Str = std::u32string;

  [[noreturn]] void raise(std::string_view message, std::size_t position) const { raise_regex_error(evaluator_, pattern_, message, position); }
  [[nodiscard]] bool at_end() const { return at_ >= pattern_.size(); }
  [[nodiscard]] char32_t peek() const { return at_end() ? U'\0' : pattern_[at_]; }
  [[nodiscard]] bool sees(char32_t c) const { return !at_end() && pattern_[at_] == c; }
  bool take(char32_t c) {
    if (!sees(c)) return false;
    ++at_;
    return true;
  }
  void put(std::string_view text) {
    constexpr std::size_t kMostBytes = 1U << 22U;
    if (result_.pcre.size() > kMostBytes) evaluator_.raise("LimitError", "a regular expression is too long");
    result_.pcre += text;
  }
  [[nodiscard]] std::string_view slice(std::size_t begin, std::string& into) const {
    into = utf8(std::u32string_view{pattern_}.substr(begin, at_ - begin));
    return into;
  }

  // ------------------------------------------------------------------------------------------------------------------- flags

  static std::optional<std::int64_t> flag_of(char32_t c) {
    using F = RegexFlags;
    switch (c) {
      case U'i': return F::kIgnoreCase;
      case U'L': return F::kLocale;
      case U'm': return F::kMultiline;
      case U's': return F::kDotAll;
      case U'x': return F::kVerbose;
      case U'a': return F::kAscii;
      case U't': return F::kTemplate;
      case U'u': return F::kUnicode;
      default: return std::nullopt;
    }
  }

  /// Global flags are known before anything is translated: `(?i)` and its like at the start, behind comments and other such groups.
  void read_leading_flags() {
    bool verbose = (result_.flags & RegexFlags::kVerbose) != 0;
    std::size_t at = 0;
    while (true) {
      if (verbose) at = without_blanks(at);
      if (pattern_.compare(at, 3, U"(?#") == 0) {
        const std::size_t close = pattern_.find(U')', at);
        if (close == Str::npos) return;
        at = close + 1;
        continue;
      }
      if (pattern_.compare(at, 2, U"(?") != 0) return;
      std::int64_t flags = 0;
      std::size_t end = at + 2;
      while (end < pattern_.size() && flag_of(pattern_[end])) flags |= *flag_of(pattern_[end++]);
      if (end == at + 2 || end >= pattern_.size() || pattern_[end] != U')') return;
      result_.flags |= flags & ~RegexFlags::kLocale;
      verbose = verbose || (flags & RegexFlags::kVerbose) != 0;
      at = end + 1;
    }
  }

  [[nodiscard]] std::size_t without_blanks(std::size_t at) const {
    while (at < pattern_.size()) {
      const char32_t c = pattern_[at];
      if (c == U' ' || (c >= U'\t' && c <= U'\r')) {
        ++at;
      } else if (c == U'#') {
        at = std::min(pattern_.find(U'\n', at), pattern_.size() - 1) + 1;
      } else {
        break;
      }
    }
    return at;
  }

  /// `(?i-s:` or `(?i)`, from the first letter on. True: the flags are those of the whole pattern.
  bool inline_flags(Scope& scope) {
    using F = RegexFlags;
    constexpr std::int64_t kTypes = F::kAscii | F::kLocale | F::kUnicode;
    constexpr std::int64_t kGlobal = F::kDebug | F::kTemplate;
    std::int64_t added = 0;
    std::int64_t removed = 0;
    char32_t c = pattern_[at_++];
    if (c != U'-') {
      while (true) {
        const std::int64_t flag = *flag_of(c);
        if (c == U'L') raise("bad inline flags: cannot use 'L' flag with a str pattern", at_);
        added |= flag;
        if ((flag & kTypes) != 0 && (added & kTypes) != flag) raise("bad inline flags: flags 'a', 'u' and 'L' are incompatible", at_);
        if (at_end()) raise("missing -, : or )", at_);
        c = pattern_[at_++];
        if (c == U')' || c == U'-' || c == U':') break;
        if (!flag_of(c)) raise(unicode::is_alpha(c) ? "unknown flag" : "missing -, : or )", at_ - 1);
      }
    }
    if (c == U')') return true;
    if ((added & kGlobal) != 0) raise("bad inline flags: cannot turn on global flag", at_ - 1);
    if (c == U'-') {
      if (at_end()) raise("missing flag", at_);
      c = pattern_[at_++];
      if (!flag_of(c)) raise(unicode::is_alpha(c) ? "unknown flag" : "missing flag", at_ - 1);
      while (true) {
        const std::int64_t flag = *flag_of(c);
        if ((flag & kTypes) != 0) raise("bad inline flags: cannot turn off flags 'a', 'u' and 'L'", at_);
        removed |= flag;
        if (at_end()) raise("missing :", at_);
        c = pattern_[at_++];
        if (c == U':') break;
        if (!flag_of(c)) raise(unicode::is_alpha(c) ? "unknown flag" : "missing :", at_ - 1);
      }
    }
    if ((removed & kGlobal) != 0) raise("bad inline flags: cannot turn off global flag", at_ - 1);
    if ((added & removed) != 0) raise("bad inline flags: flag turned on and off", at_ - 1);
    const auto apply = [&](std::int64_t flag, bool& field) { field = ((added & flag) != 0 || field) && (removed & flag) == 0; };
    apply(F::kIgnoreCase, scope.ignores_case);
    apply(F::kMultiline, scope.multiline);
    apply(F::kDotAll, scope.dot_all);
    apply(F::kVerbose, scope.verbose);
    if ((added & F::kAscii) != 0) scope.ascii = true;
    if ((added & F::kUnicode) != 0) scope.ascii = false;
    return false;
  }

  // ---------------------------------------------------------------------------------------------------------------- structure

  Width alternatives(const Scope& scope, int depth, bool is_first) {
    if (depth > kMaxDepth) evaluator_.raise("LimitError", fmt::format("a regular expression whose groups are nested more than {} deep", kMaxDepth));
    evaluator_.spend(1);
    Width width = sequence(scope, depth, is_first);
    while (take(U'|')) {
      put("|");
      const Width other = sequence(scope, depth, false);
      width = Width{std::min(width.least, other.least), std::max(width.most, other.most)};
    }
    return width;
  }

  enum class Kind : std::uint8_t { Nothing, Position, Repeat, Other };
  /// The last item of a sequence: what a quantifier would repeat.
  struct Item {
    Kind kind = Kind::Nothing;
    Width width;
    std::size_t begin = 0;  // in the translation
  };

  Width sequence(const Scope& scope, int depth, bool is_first) {
    Width before;  // of all items but the last
    Item last;
    const auto add = [&](Kind kind, Width width, std::size_t begin) {
      before = followed(before, last.width);
      last = Item{kind, width, begin};
    };
    while (!at_end() && !sees(U'|') && !sees(U')')) {
      if (scope.verbose) {
        const std::size_t next = without_blanks(at_);
        if (next != at_) {
          at_ = next;
          continue;
        }
      }
      const std::size_t begin = result_.pcre.size();
      const char32_t c = pattern_[at_];
      switch (c) {
        case U'[':
          set(scope);
          add(Kind::Other, Width{1, 1}, begin);
          break;
        case U'(': {
          Item item{Kind::Other, {}, begin};
          if (group(scope, depth, is_first && last.kind == Kind::Nothing, item)) add(item.kind, item.width, begin);
          break;
        }
        case U'*':
        case U'+':
        case U'?':
        case U'{':
          if (!quantifier(last)) add(Kind::Other, Width{1, 1}, begin);
          break;
        case U'.':
          ++at_;
          put(scope.dot_all ? "(?s:.)" : "[^\\n]");
          add(Kind::Other, Width{1, 1}, begin);
          break;
        case U'^':
          ++at_;
          put(scope.multiline ? "(?:\\A|(?<=\\n))" : "\\A");
          add(Kind::Position, {}, begin);
          break;
        case U'$':
          ++at_;
          put(scope.multiline ? "(?=\\n|\\z)" : "(?=\\n?\\z)");
          add(Kind::Position, {}, begin);
          break;
        case U'\\': {
          const Item item = escape(scope);
          add(item.kind, item.width, begin);
          break;
        }
        default:
          ++at_;
          put(literal(c));
          add(Kind::Other, Width{1, 1}, begin);
      }
    }
    return followed(before, last.width);
  }

  std::optional<std::uint64_t> repeat_number() {
    if (at_end() || !is_digit(peek())) return std::nullopt;
    std::uint64_t value = 0;
    for (; !at_end() && is_digit(peek()); ++at_) value = std::min(value * 10 + (peek() - U'0'), kMaxRepeat + 1);
    return value;
  }

  /// False: it was a brace that is no quantifier but a character.
  bool quantifier(Item& last) {
    const std::size_t here = at_;
    std::uint64_t least = 0;
    std::uint64_t most = kMaxRepeat;
    switch (pattern_[at_++]) {
      case U'*': break;
      case U'+': least = 1; break;
      case U'?': most = 1; break;
      default: {
        const std::optional<std::uint64_t> low = sees(U'}') ? std::nullopt : repeat_number();
        const bool is_empty = sees(U'}') && !low;
        const bool has_comma = !is_empty && take(U',');
        const std::optional<std::uint64_t> high = has_comma ? repeat_number() : low;
        if (is_empty || !take(U'}')) {
          at_ = here + 1;
          put(literal(U'{'));
          return false;
        }
        if (low && *low >= kMaxRepeat) evaluator_.raise("OverflowError", "the repetition number is too large");
        if (high && *high >= kMaxRepeat) evaluator_.raise("OverflowError", "the repetition number is too large");
        least = low.value_or(0);
        most = high.value_or(kMaxRepeat);
        if (most < least) raise("min repeat greater than max repeat", here + 1);
      }
    }
    if (last.kind == Kind::Nothing || last.kind == Kind::Position) raise("nothing to repeat", here);
    if (last.kind == Kind::Repeat) raise("multiple repeat", here);
    const bool is_lazy = take(U'?');
    const bool is_possessive = !is_lazy && take(U'+');
    if (look_behind_groups_ && last.width.most == 0) {
      // repeating what has no width says nothing new, but PCRE2 would not take it for something of fixed width
      if (least == 0) result_.pcre.insert(last.begin, "(?:|").append(")");
    } else {
      put_repeat(least, most);
      put(is_lazy ? "?" : is_possessive ? "+" : "");
    }
    last.kind = Kind::Repeat;
    last.width = Width{bounded(last.width.least * least), most >= kMaxRepeat && last.width.most > 0 ? kMaxRepeat : bounded(last.width.most * std::min(most, kMaxRepeat))};
    return true;
  }

  void put_repeat(std::uint64_t least, std::uint64_t most) {
    if (least > kMaxPcreRepeat || (most > kMaxPcreRepeat && most < kMaxRepeat)) {
      evaluator_.raise("LimitError", fmt::format("a repetition of more than {} in a regular expression", kMaxPcreRepeat));
    }
    if (most >= kMaxRepeat)
      put(least == 0 ? std::string{"*"} : least == 1 ? std::string{"+"} : fmt::format("{{{},}}", least));
    else
      put(fmt::format("{{{},{}}}", least, most));
  }

  // ------------------------------------------------------------------------------------------------------------------- groups

  Str until(char32_t end, std::string_view what) {
    Str name;
    const std::size_t begin = at_;
    while (!at_end() && !sees(end)) name += pattern_[at_++];
    if (name.empty() && at_end()) raise(fmt::format("missing {}", what), begin);
    if (at_end()) raise(fmt::format("missing {}, unterminated name", utf8(Str(1, end))), begin);
    if (name.empty()) raise(fmt::format("missing {}", what), begin);
    ++at_;
    return name;
  }

  void check_name(const Str& name) {
    if (!is_group_name(name)) raise(fmt::format("bad character in group name {}", repr_of_bytes(utf8(name))), at_ - name.size() - 1);
  }

  [[nodiscard]] std::optional<std::size_t> group_named(const Str& name) const {
    const std::string wanted = utf8(name);
    const auto found = std::find_if(result_.names.begin(), result_.names.end(), [&](const auto& one) { return one.first == wanted; });
    return found == result_.names.end() ? std::nullopt : std::optional{found->second};
  }

  void check_reference(std::size_t group, std::size_t position) {
    if (!is_closed_[group]) raise("cannot refer to an open group", position);
    if (look_behind_groups_ && group >= *look_behind_groups_) raise("cannot refer to group defined in the same lookbehind subpattern", position);
  }

  Item reference(std::size_t group, std::size_t begin) {
    put(fmt::format("\\g{{{}}}", group));
    return Item{Kind::Other, widths_[group], begin};
  }

  std::size_t open_group(const std::optional<Str>& name) {
    const std::size_t number = ++result_.groups;
    result_.parents.push_back(open_.empty() ? 0 : open_.back());
    widths_.emplace_back();
    is_closed_.push_back(false);
    if (name) {
      if (const auto known = group_named(*name)) {
        raise(fmt::format("redefinition of group name {} as group {}; was group {}", repr_of_bytes(utf8(*name)), number, *known), at_ - name->size() - 1);
      }
      result_.names.emplace_back(utf8(*name), number);
    }
    open_.push_back(number);
    return number;
  }

  void close(std::size_t start) {
    if (!take(U')')) raise("missing ), unterminated subpattern", start);
  }

  /// False when the group is no item: a comment, flags of the whole.
  bool group(const Scope& outer, int depth, bool is_first, Item& item) {
    const std::size_t start = at_++;
    Scope scope = outer;
    if (!take(U'?')) {
      item.width = capture(scope, depth, start, std::nullopt);
      return true;
    }
    if (at_end()) raise("unexpected end of pattern", at_);
    const char32_t c = pattern_[at_++];
    std::string shown;
    switch (c) {
      case U'P': return python_group(scope, depth, start, item);
      case U':': put("(?:"); break;
      case U'>': put("(?>"); break;
      case U'#': {
        const std::size_t end = pattern_.find(U')', at_);
        if (end == Str::npos) raise("missing ), unterminated comment", start);
        at_ = end + 1;
        return false;
      }
      case U'=':
      case U'!':
        put(c == U'=' ? "(?=" : "(?!");
        alternatives(scope, depth + 1, false);
        close(start);
        put(")");
        return true;
      case U'<': look_behind(scope, depth, start); return true;
      case U'(': item.width = conditional(scope, depth, start); return true;
      default:
        if (!flag_of(c) && c != U'-') raise(fmt::format("unknown extension ?{}", slice(at_ - 1, shown)), at_ - 2);
        --at_;
        if (inline_flags(scope)) {
          if (!is_first) raise("global flags not at the start of the expression", start);
          return false;
        }
        put(scope.ignores_case == outer.ignores_case ? "(?:" : scope.ignores_case ? "(?i:" : "(?-i:");
    }
    item.width = alternatives(scope, depth + 1, false);
    close(start);
    put(")");
    return true;
  }

  Width capture(const Scope& scope, int depth, std::size_t start, const std::optional<Str>& name) {
    const std::size_t number = open_group(name);
    put("(");
    const Width width = alternatives(scope, depth + 1, false);
    close(start);
    put(")");
    open_.pop_back();
    is_closed_[number] = true;
    widths_[number] = width;
    return width;
  }

  /// `(?P<name>..)` and `(?P=name)`.
  bool python_group(const Scope& scope, int depth, std::size_t start, Item& item) {
    if (take(U'<')) {
      const Str name = until(U'>', "group name");
      check_name(name);
      item.width = capture(scope, depth, start, name);
      return true;
    }
    if (take(U'=')) {
      const Str name = until(U')', "group name");
      check_name(name);
      const std::size_t position = at_ - name.size() - 1;
      const auto number = group_named(name);
      if (!number) raise(fmt::format("unknown group name {}", repr_of_bytes(utf8(name))), position);
      check_reference(*number, position);
      item = reference(*number, item.begin);
      return true;
    }
    if (at_end()) raise("unexpected end of pattern", at_);
    std::string shown;
    ++at_;
    raise(fmt::format("unknown extension ?P{}", slice(at_ - 1, shown)), at_ - 3);
  }

  void look_behind(const Scope& scope, int depth, std::size_t start) {
    if (at_end()) raise("unexpected end of pattern", at_);
    const char32_t c = pattern_[at_++];
    std::string shown;
    if (c != U'=' && c != U'!') raise(fmt::format("unknown extension ?<{}", slice(at_ - 1, shown)), at_ - 3);
    put(c == U'=' ? "(?<=" : "(?<!");
    const auto outer = look_behind_groups_;
    if (!look_behind_groups_) look_behind_groups_ = result_.groups + 1;
    const Width width = alternatives(scope, depth + 1, false);
    look_behind_groups_ = outer;
    close(start);
    put(")");
    varies_behind_ = varies_behind_ || width.least != width.most;
  }

  Width conditional(const Scope& scope, int depth, std::size_t start) {
    const Str name = until(U')', "group name");
    const std::size_t position = at_ - name.size() - 1;
    std::size_t number = 0;
    if (is_group_name(name)) {
      const auto found = group_named(name);
      if (!found) raise(fmt::format("unknown group name {}", repr_of_bytes(utf8(name))), position);
      number = *found;
    } else {
      if (name.empty() || !std::all_of(name.begin(), name.end(), is_digit)) raise(fmt::format("bad character in group name {}", repr_of_bytes(utf8(name))), position);
      for (const char32_t digit : name) number = std::min<std::size_t>(number * 10 + (digit - U'0'), 1U << 30U);
      if (number == 0) raise("bad group number", position);
      if (number >= (1U << 30U)) raise(fmt::format("invalid group reference {}", number), position);
      if (number > result_.groups) conditions_.emplace_back(number, position);
    }
    if (look_behind_groups_) {
      if (number > result_.groups) raise("cannot refer to an open group", at_);
      check_reference(number, at_);
    }
    put(fmt::format("(?({})", number));
    Width width = sequence(scope, depth + 1, false);
    if (depth + 1 > kMaxDepth) evaluator_.raise("LimitError", fmt::format("a regular expression whose groups are nested more than {} deep", kMaxDepth));
    Width other;
    if (take(U'|')) {
      put("|");
      other = sequence(scope, depth + 1, false);
      if (sees(U'|')) raise("conditional backref with more than two branches", at_);
    }
    close(start);
    put(")");
    return Width{std::min(width.least, other.least), std::max(width.most, other.most)};
  }

  // ------------------------------------------------------------------------------------------------------------------ escapes

  /// `\x41`, `\u00e9`, `\U0001F600`, from the letter on.
  char32_t hex_escape(std::size_t begin, std::size_t count) {
    ++at_;
    char32_t value = 0;
    std::size_t read = 0;
    for (; read < count && !at_end() && is_hex(peek()); ++read, ++at_) {
      const char32_t c = peek();
      value = value * 16 + (is_digit(c) ? c - U'0' : (c | 0x20U) - U'a' + 10);
    }
    std::string shown;
    if (read != count) raise(fmt::format("incomplete escape {}", slice(begin, shown)), begin);
    if (value > kMaxCodePoint) raise(fmt::format("bad escape {}", slice(begin, shown)), begin);
    return value;
  }

  [[noreturn]] void refuse_name(std::size_t begin) {
    at_ = begin + 2;
    if (!take(U'{')) raise("missing {", at_);
    const Str name = until(U'}', "character name");
    raise(fmt::format("undefined character name {}", repr_of_bytes(utf8(name))), begin);
  }

  char32_t octal_value(std::size_t begin) {
    char32_t value = 0;
    for (std::size_t i = begin + 1; i < at_; ++i) value = value * 8 + (pattern_[i] - U'0');
    std::string shown;
    if (value > 0377) raise(fmt::format("octal escape value {} outside of range 0-0o377", slice(begin, shown)), begin);
    return value;
  }

  Item escape(const Scope& scope) {
    const std::size_t begin = at_++;
    const std::size_t place = result_.pcre.size();
    if (at_end()) raise("bad escape (end of pattern)", begin);
    const char32_t c = peek();
    const auto character = [&](char32_t value) {
      put(literal(value));
      return Item{Kind::Other, Width{1, 1}, place};
    };
    if (is_category(c)) {
      ++at_;
      put(fmt::format("[{}]", category(c, scope.ascii)));
      return Item{Kind::Other, Width{1, 1}, place};
    }
    if (c == U'A' || c == U'Z' || c == U'b' || c == U'B') {
      ++at_;
      position(c, scope);
      return Item{Kind::Position, {}, place};
    }
    if (c == U'x') return character(hex_escape(begin, 2));
    if (c == U'u') return character(hex_escape(begin, 4));
    if (c == U'U') return character(hex_escape(begin, 8));
    if (c == U'N') refuse_name(begin);
    if (c == U'0') {
      ++at_;
      for (int i = 0; i < 2 && !at_end() && is_octal(peek()); ++i) ++at_;
      return character(octal_value(begin));
    }
    if (is_digit(c)) return digits(begin, place);
    ++at_;
    if (const auto control = control_escape(c)) return character(*control);
    std::string shown;
    if (is_letter(c)) raise(fmt::format("bad escape {}", slice(begin, shown)), begin);
    return character(c);
  }

  void position(char32_t c, const Scope& scope) {
    if (c == U'A') return put("\\A");
    if (c == U'Z') return put("\\z");
    // Python's \B matches nothing in an empty text
    if (scope.ascii == global_ascii_) return put(c == U'b' ? "\\b" : "(?:(?!\\A\\z)\\B)");
    const std::string word = "[" + category(U'w', scope.ascii) + "]";
    const std::string edge = fmt::format("(?:(?<={0})(?!{0})|(?<!{0})(?={0}))", word);
    put(c == U'b' ? edge : fmt::format("(?!\\A\\z|{})", edge));
  }

  /// A reference to a group, or an octal number of three digits.
  Item digits(std::size_t begin, std::size_t place) {
    ++at_;
    if (!at_end() && is_digit(peek())) {
      ++at_;
      if (is_octal(pattern_[begin + 1]) && is_octal(pattern_[begin + 2]) && !at_end() && is_octal(peek())) {
        ++at_;
        put(literal(octal_value(begin)));
        return Item{Kind::Other, Width{1, 1}, place};
      }
    }
    std::size_t number = 0;
    for (std::size_t i = begin + 1; i < at_; ++i) number = number * 10 + (pattern_[i] - U'0');
    if (number > result_.groups) raise(fmt::format("invalid group reference {}", number), begin + 1);
    check_reference(number, begin);
    return reference(number, place);
  }

  // --------------------------------------------------------------------------------------------------------------------- sets

  /// One member: a character, or (nothing) a category, whose items are in `items`.
  std::optional<char32_t> set_member(const Scope& scope, std::string& items) {
    const std::size_t begin = at_;
    const char32_t c = pattern_[at_++];
    if (c != U'\\') return c;
    if (at_end()) raise("bad escape (end of pattern)", begin);
    const char32_t letter = peek();
    if (is_category(letter)) {
      ++at_;
      items = category(letter, scope.ascii);
      return std::nullopt;
    }
    if (letter == U'x') return hex_escape(begin, 2);
    if (letter == U'u') return hex_escape(begin, 4);
    if (letter == U'U') return hex_escape(begin, 8);
    if (letter == U'N') refuse_name(begin);
    if (is_octal(letter)) {
      for (int i = 0; i < 3 && !at_end() && is_octal(peek()); ++i) ++at_;
      return octal_value(begin);
    }
    ++at_;
    if (letter == U'b') return U'\b';
    if (const auto control = control_escape(letter)) return *control;
    std::string shown;
    if (is_letter(letter) || is_digit(letter)) raise(fmt::format("bad escape {}", slice(begin, shown)), begin);
    return letter;
  }

  static std::string in_set(char32_t c) { return fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(c)); }

  /// Without the surrogates, which no UTF-8 has and PCRE2 refuses.
  static std::string range_in_set(char32_t low, char32_t high) {
    const bool low_inside = low >= 0xD800 && low <= 0xDFFF;
    const bool high_inside = high >= 0xD800 && high <= 0xDFFF;
    if (low_inside && high_inside) return {};
    if (low_inside) low = 0xE000;
    if (high_inside) high = 0xD7FF;
    return low == high ? in_set(low) : in_set(low) + "-" + in_set(high);
  }

  void set(const Scope& scope) {
    const std::size_t here = at_++;
    const bool negated = take(U'^');
    std::string items;
    const std::size_t first = at_;
    while (true) {
      if (at_end()) raise("unterminated character set", here);
      if (sees(U']') && at_ != first) break;
      const std::size_t begin = at_;
      std::string low_items;
      const std::optional<char32_t> low = set_member(scope, low_items);
      if (!sees(U'-')) {
        items += low ? range_in_set(*low, *low) : low_items;
        continue;
      }
      ++at_;
      if (at_end()) raise("unterminated character set", here);
      if (sees(U']')) {
        items += (low ? range_in_set(*low, *low) : low_items) + in_set(U'-');
        break;
      }
      std::string high_items;
      const std::optional<char32_t> high = set_member(scope, high_items);
      std::string shown;
      if (!low || !high || *high < *low) raise(fmt::format("bad character range {}", slice(begin, shown)), begin);
      items += range_in_set(*low, *high);
    }
    ++at_;
    evaluator_.spend(1);
    if (items.empty())
      put(negated ? "(?s:.)" : "(?!)");
    else
      put(fmt::format("[{}{}]", negated ? "^" : "", items));
  }

  Evaluator& evaluator_;
  Str pattern_;
  std::size_t at_ = 0;
  TranslatedRegex result_;
  bool global_ascii_ = false;
  std::vector<std::size_t> open_;
  std::vector<Width> widths_;      // of the groups, by number
  std::vector<bool> is_closed_;    // likewise
  std::vector<std::pair<std::size_t, std::size_t>> conditions_;  // groups that must come, and where they are asked for
  std::optional<std::size_t> look_behind_groups_;
  bool varies_behind_ = false;  // some look-behind has no fixed width; Python says so only of what is otherwise a pattern
};

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string result;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text, at);
    result += c.value;
    at += c.size;
  }
  return result;
}

std::string utf8(std::u32string_view text) {
  std::string result;
  for (const char32_t c : text) unicode::encode(result, c);
  return result;
}

bool is_group_name(std::u32string_view name) {
  if (name.empty() || unicode::is_decimal(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char32_t c) { return c == U'_' || unicode::is_alpha(c) || unicode::is_decimal(c); });
}

void raise_regex_error(Evaluator& evaluator, const std::u32string& pattern, std::string_view message, std::size_t position) {
  std::string text = fmt::format("{} at position {}", message, position);
  if (pattern.find(U'\n') != std::u32string::npos) {
    const std::u32string_view before = std::u32string_view{pattern}.substr(0, std::min(position, pattern.size()));
    const auto line = std::count(before.begin(), before.end(), U'\n') + 1;
    const std::size_t line_end = before.rfind(U'\n');
    text += fmt::format(" (line {}, column {})", line, position - (line_end == kNone ? 0 : line_end + 1) + 1);
  }
  evaluator.raise("error", std::move(text));
}

TranslatedRegex translate_regex(Evaluator& evaluator, std::string_view pattern, std::int64_t flags) {
  return Translator{evaluator, code_points(pattern), flags}.run();
}

}  // namespace hookc
