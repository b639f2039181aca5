// make_regex_module of regex.h: patterns, matches and flags as templates see them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/project/modules/regex.h"
#include "compiler/project/modules/regex_template.h"
#include "compiler/value/iterator.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operand.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

constexpr std::int64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

// ------------------------------------------------------------------------------------------------------------------------ flags

struct FlagName {
  std::string_view name;
  std::string_view letter;
  std::int64_t value;
};
constexpr std::array kFlags{FlagName{"TEMPLATE", "T", RegexFlags::kTemplate},     FlagName{"IGNORECASE", "I", RegexFlags::kIgnoreCase},
                            FlagName{"LOCALE", "L", RegexFlags::kLocale},         FlagName{"MULTILINE", "M", RegexFlags::kMultiline},
                            FlagName{"DOTALL", "S", RegexFlags::kDotAll},         FlagName{"UNICODE", "U", RegexFlags::kUnicode},
                            FlagName{"VERBOSE", "X", RegexFlags::kVerbose},       FlagName{"DEBUG", "", RegexFlags::kDebug},
                            FlagName{"ASCII", "A", RegexFlags::kAscii}};

/// `re.IGNORECASE|re.MULTILINE`.
std::string flags_text(std::int64_t flags) {
  std::string text;
  for (const FlagName& flag : kFlags) {
    if ((flags & flag.value) == 0) continue;
    text += fmt::format("{}re.{}", text.empty() ? "" : "|", flag.name);
    flags &= ~flag.value;
  }
  if (flags != 0) text += fmt::format("{}0x{:x}", text.empty() ? "" : "|", flags);
  return text;
}

/// re.RegexFlag: an integer that prints its names. What is reckoned with it is a plain integer.
class FlagObject final : public Object, public Operand {
 public:
  explicit FlagObject(std::int64_t flags) : flags_(flags) {}
  [[nodiscard]] std::int64_t flags() const { return flags_; }
  [[nodiscard]] std::string type_name() const override { return "RegexFlag"; }
  [[nodiscard]] Text str() const override { return Text{flags_ == 0 ? "re.NOFLAG" : flags_text(flags_), Position{0}}; }
  [[nodiscard]] bool truthy() const override { return flags_ != 0; }
  std::optional<std::vector<Value>> iterate(Evaluator& /*evaluator*/) override {
    std::vector<Value> flags;
    for (const FlagName& flag : kFlags) {
      if ((flags_ & flag.value) != 0) flags.emplace_back(ObjectPtr{std::make_shared<FlagObject>(flag.value)});
    }
    return flags;
  }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "value") return Value{flags_};
    if (name != "name") return std::nullopt;
    if (flags_ == 0) return Value{evaluator.made("NOFLAG")};
    std::string text = flags_text(flags_);
    for (std::size_t at = text.find("re."); at != std::string::npos; at = text.find("re.")) text.erase(at, 3);
    return Value{evaluator.made(std::move(text))};
  }
  [[nodiscard]] bool equals(const Value& other) const override { return is_equal(plain(other), Value{flags_}); }
  [[nodiscard]] std::optional<std::size_t> hash() const override { return hash_value(Value{flags_}); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override {
    const Value own{flags_};
    const Value number = plain(other);
    if (!is_number(number)) return std::nullopt;
    const Value& left = side == OperandSide::Left ? own : number;
    const Value& right = side == OperandSide::Left ? number : own;
    if (op == "+") return add(site, left, right);
    if (op == "-") return subtract(site, left, right);
    if (op == "*") return multiply(site, left, right);
    if (op == "/") return divide(site, left, right);
    if (op == "//") return floor_divide(site, left, right);
    return op == "%" ? std::optional{modulo(site, left, right)} : std::nullopt;
  }
  [[nodiscard]] std::optional<Value> operate_unary(const Site& site, std::string_view op) const override {
    return op == "-" ? negate(site, Value{flags_}) : Value{flags_};
  }
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override {
    const Value number = plain(other);
    if (!is_number(number)) return std::nullopt;
    if (is_ordered(site, Ordering::Less, Value{flags_}, number)) return std::strong_ordering::less;
    return is_equal(Value{flags_}, number) ? std::strong_ordering::equal : std::strong_ordering::greater;
  }

 private:
  static Value plain(const Value& value) {
    const auto flag = object_as<FlagObject>(value);
    return flag == nullptr ? value : Value{flag->flags_};
  }
  std::int64_t flags_;
};

std::int64_t flags_argument(Evaluator& evaluator, const Value& value) {
  if (value.is<None>()) evaluator.raise("TypeError", "unsupported operand type(s) for &: 'NoneType' and 'RegexFlag'");
  if (const auto flag = object_as<FlagObject>(value)) return flag->flags();
  if (const auto number = small_integer(value)) return *number;
  evaluator.raise("TypeError", fmt::format("unsupported operand type(s) for &: '{}' and 'RegexFlag'", type_name(value)));
}

// ---------------------------------------------------------------------------------------------------------------------- subjects

Subject subject_of(Evaluator& evaluator, const Value& value, std::int64_t pos, std::int64_t endpos) {
  const Text* text = value.get_if<Text>();
  if (text == nullptr) evaluator.raise("TypeError", fmt::format("expected string or bytes-like object, got '{}'", type_name(value)));
  check_utf8(evaluator, text->view());
  Subject subject{*text, 0, 0, 0, text->size()};
  const bool whole = pos <= 0 && endpos >= static_cast<std::int64_t>(text->size());
  const auto count = static_cast<std::int64_t>(unicode::count(text->view()));
  subject.endpos = std::clamp<std::int64_t>(endpos, 0, count);
  subject.pos = std::clamp<std::int64_t>(pos, 0, count);
  if (whole) return subject;
  subject.end = unicode::offset_of(text->view(), static_cast<std::size_t>(subject.endpos));
  subject.begin = unicode::offset_of(text->view(), static_cast<std::size_t>(subject.pos));
  return subject;
}

Value group_value(const Text& text, const std::optional<ByteRange>& range, const Value& missing) { return range ? Value{text.slice(*range)} : missing; }

/// repr, cut as C's `%.50R` cuts it.
std::string short_repr(const Value& value, std::size_t most) {
  std::string text = display_repr(value);
  if (unicode::count(text) > most) text.resize(unicode::offset_of(text, most));
  return text;
}

// ------------------------------------------------------------------------------------------------------------------------ Pattern

class PatternObject final : public Object, public std::enable_shared_from_this<PatternObject> {
 public:
  explicit PatternObject(RegexPtr regex) : regex_(std::move(regex)) {}
  [[nodiscard]] const RegexPtr& regex() const { return regex_; }
  [[nodiscard]] std::string type_name() const override { return "re.Pattern"; }
  [[nodiscard]] Text str() const override {
    const std::string flags = flags_text(regex_->flags() & ~RegexFlags::kUnicode);
    return Text{fmt::format("re.compile({}{}{})", short_repr(Value{regex_->pattern()}, 200), flags.empty() ? "" : ", ", flags), Position{0}};
  }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override {
    const auto pattern = object_as<PatternObject>(other);
    return pattern != nullptr && pattern->regex_->flags() == regex_->flags() && pattern->regex_->pattern() == regex_->pattern();
  }
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::string_view>{}(regex_->pattern().view()); }

 private:
  RegexPtr regex_;
};
using PatternPtr = std::shared_ptr<PatternObject>;

// -------------------------------------------------------------------------------------------------------------------------- Match

class MatchObject final : public Object, public std::enable_shared_from_this<MatchObject> {
 public:
  MatchObject(RegexPtr regex, Subject subject, MatchGroups groups) : regex_(std::move(regex)), subject_(std::move(subject)), groups_(std::move(groups)) {}
  [[nodiscard]] std::string type_name() const override { return "re.Match"; }
  [[nodiscard]] Text str() const override {
    return Text{fmt::format("<re.Match object; span=({}, {}), match={}>", character(groups_.front()->begin), character(groups_.front()->end),
                            short_repr(group_value(subject_.text, groups_.front(), Value{None{}}), 50)),
                Position{0}};
  }
  /// There is no such item where `group` would raise: Jinja goes on to look for an attribute.
  std::optional<Value> item(Evaluator& /*evaluator*/, const Value& key) override {
    const auto number = find(key);
    if (!number) return std::nullopt;
    return group_value(subject_.text, groups_[*number], Value{None{}});
  }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;

 private:
  using Method = Value (MatchObject::*)(Evaluator&, const Arguments&) const;
  struct Row {
    std::string_view name;
    Method body;
  };

  [[nodiscard]] std::int64_t character(std::uint32_t byte) const {
    return static_cast<std::int64_t>(unicode::count(subject_.text.view().substr(0, byte)));
  }
  [[nodiscard]] Value bounds(const std::optional<ByteRange>& range) const {
    if (!range) return make_tuple({Value{std::int64_t{-1}}, Value{std::int64_t{-1}}});
    return make_tuple({Value{character(range->begin)}, Value{character(range->end)}});
  }
  [[nodiscard]] std::optional<std::size_t> find(const Value& key) const {
    if (const auto name = text_of(key)) return regex_->group_named(*name);
    const std::optional<std::int64_t> number = small_integer(key);
    if (!number || *number < 0 || *number >= static_cast<std::int64_t>(groups_.size())) return std::nullopt;
    return static_cast<std::size_t>(*number);
  }
  [[nodiscard]] std::size_t index(Evaluator& evaluator, const Value& key) const {
    const auto number = find(key);
    if (!number) evaluator.raise("IndexError", "no such group");
    return *number;
  }
  [[nodiscard]] Value group(Evaluator& evaluator, const Value& key) const { return group_value(subject_.text, groups_[index(evaluator, key)], Value{None{}}); }
  [[nodiscard]] const std::optional<ByteRange>& range_argument(Evaluator& evaluator, const Arguments& arguments, std::string_view function) const {
    if (arguments.positional.size() > 1) evaluator.raise("TypeError", fmt::format("{} expected at most 1 argument, got {}", function, arguments.positional.size()));
    return groups_[arguments.positional.empty() ? 0 : index(evaluator, arguments.positional.front())];
  }

  Value method_group(Evaluator& evaluator, const Arguments& arguments) const {
    if (arguments.positional.empty()) return group(evaluator, Value{std::int64_t{0}});
    if (arguments.positional.size() == 1) return group(evaluator, arguments.positional.front());
    std::vector<Value> values;
    for (const Value& key : arguments.positional) values.push_back(group(evaluator, key));
    return make_tuple(std::move(values));
  }
  Value method_groups(Evaluator& evaluator, const Arguments& arguments) const {
    const NativeCall call(evaluator, arguments, {.function = "groups", .parameters = {"default"}});
    std::vector<Value> values;
    for (std::size_t i = 1; i < groups_.size(); ++i) values.push_back(group_value(subject_.text, groups_[i], call[0]));
    return make_tuple(std::move(values));
  }
  Value method_groupdict(Evaluator& evaluator, const Arguments& arguments) const {
    const NativeCall call(evaluator, arguments, {.function = "groupdict", .parameters = {"default"}});
    auto dict = std::make_shared<Dict>();
    for (const auto& [name, number] : regex_->names()) dict->set(Value{evaluator.made(name)}, group_value(subject_.text, groups_[number], call[0]));
    return Value{std::move(dict)};
  }
  Value method_start(Evaluator& evaluator, const Arguments& arguments) const {
    const auto& range = range_argument(evaluator, arguments, "start");
    return Value{range ? character(range->begin) : std::int64_t{-1}};
  }
  Value method_end(Evaluator& evaluator, const Arguments& arguments) const {
    const auto& range = range_argument(evaluator, arguments, "end");
    return Value{range ? character(range->end) : std::int64_t{-1}};
  }
  Value method_span(Evaluator& evaluator, const Arguments& arguments) const { return bounds(range_argument(evaluator, arguments, "span")); }
  Value method_expand(Evaluator& evaluator, const Arguments& arguments) const {
    const NativeCall call(evaluator, arguments, {.function = "expand", .parameters = {"template"}, .required = 1});
    const RegexTemplate parsed(evaluator, *regex_, call.text(0, "expand"));
    TextBuilder out;
    parsed.append(out, subject_.text, groups_);
    return Value{out.take()};
  }
  static constexpr std::size_t kRowCount = 7;
  static const std::array<Row, kRowCount>& rows() {
    static constexpr std::array<Row, kRowCount> kRows{Row{"group", &MatchObject::method_group},   Row{"groups", &MatchObject::method_groups},
                                                      Row{"groupdict", &MatchObject::method_groupdict}, Row{"start", &MatchObject::method_start},
                                                      Row{"end", &MatchObject::method_end},       Row{"span", &MatchObject::method_span},
                                                      Row{"expand", &MatchObject::method_expand}};
    return kRows;
  }

  RegexPtr regex_;
  Subject subject_;
  MatchGroups groups_;
};

std::optional<Value> MatchObject::attribute(Evaluator& evaluator, std::string_view name) {
  for (const Row& row : rows()) {
    if (row.name != name) continue;
    return module_function(std::string{name}, [self = shared_from_this(), body = row.body](Evaluator& caller, const Arguments& arguments) {
      return ((*self).*body)(caller, arguments);
    });
  }
  if (name == "string") return Value{subject_.text};
  if (name == "re") return make_object<PatternObject>(regex_);
  if (name == "pos") return Value{subject_.pos};
  if (name == "endpos") return Value{subject_.endpos};
  if (name == "regs") {
    std::vector<Value> all;
    for (const auto& range : groups_) all.push_back(bounds(range));
    return make_tuple(std::move(all));
  }
  if (name != "lastindex" && name != "lastgroup") return std::nullopt;
  const std::size_t last = regex_->last_closed(groups_);
  if (last == 0) return Value{None{}};
  if (name == "lastindex") return Value{static_cast<std::int64_t>(last)};
  const std::string* known = regex_->name_of(last);
  return known == nullptr ? Value{None{}} : Value{evaluator.made(*known)};
}

Value match_value(const RegexPtr& regex, const Subject& subject, std::optional<MatchGroups> groups) {
  return groups ? make_object<MatchObject>(regex, subject, *std::move(groups)) : Value{None{}};
}

/// What finditer gives.
class MatchIterator final : public Iterator {
 public:
  explicit MatchIterator(RegexScanner scanner) : scanner_(std::move(scanner)) {}
  [[nodiscard]] std::string type_name() const override { return "callable_iterator"; }
  [[nodiscard]] Text str() const override { return Text{"<callable_iterator object at " + std::string{kAddress} + ">", Position{0}}; }
  std::optional<Value> next(Evaluator& evaluator) override {
    auto groups = scanner_.next(evaluator);
    if (!groups) return std::nullopt;
    return match_value(scanner_.regex(), scanner_.subject(), std::move(groups));
  }

 private:
  RegexScanner scanner_;
};

// ------------------------------------------------------------------------------------------------------------------ the operations

Value match_anchored(Evaluator& evaluator, const RegexPtr& regex, const Subject& subject, Pcre::Anchor anchor) {
  if (subject.begin > subject.end) return Value{None{}};
  return match_value(regex, subject, regex->pcre().match(evaluator, subject.text.view().substr(0, subject.end), subject.begin, anchor, Pcre::Empty::Allowed));
}

/// Of groups, which overlap where look-ahead holds them.
std::uint64_t bytes_in(const MatchGroups& groups) {
  std::uint64_t bytes = 0;
  for (const auto& range : groups) bytes += range ? range->size() : 0;
  return bytes;
}

Value findall(Evaluator& evaluator, RegexScanner scanner) {
  const Value empty{Text{}};
  const Text& text = scanner.subject().text;
  std::vector<Value> found;
  std::uint64_t made = 0;
  while (const auto groups = scanner.next(evaluator)) {
    evaluator.spend(groups->size());
    made += bytes_in(*groups);
    check_made(Site{evaluator.site(), &evaluator.sources()}, made);
    if (groups->size() <= 2) {
      found.push_back(group_value(text, groups->back(), empty));
      continue;
    }
    std::vector<Value> values;
    for (std::size_t i = 1; i < groups->size(); ++i) values.push_back(group_value(text, (*groups)[i], empty));
    found.push_back(make_tuple(std::move(values)));
  }
  return make_list(std::move(found));
}

Value split(Evaluator& evaluator, RegexScanner scanner, std::int64_t most) {
  const Text& text = scanner.subject().text;
  std::vector<Value> parts;
  std::uint64_t made = 0;
  std::uint32_t kept = 0;
  for (std::int64_t count = 0; most == 0 || count < most; ++count) {
    const auto groups = scanner.next(evaluator);
    if (!groups) break;
    evaluator.spend(groups->size());
    made += bytes_in(*groups);
    check_made(Site{evaluator.site(), &evaluator.sources()}, made);
    parts.emplace_back(text.slice(kept, groups->front()->begin));
    for (std::size_t i = 1; i < groups->size(); ++i) parts.push_back(group_value(text, (*groups)[i], Value{None{}}));
    kept = groups->front()->end;
  }
  parts.emplace_back(text.slice(kept, text.size()));
  return make_list(std::move(parts));
}

struct Substitution {
  Text text;
  std::int64_t count = 0;
};

Substitution substitute(Evaluator& evaluator, RegexScanner scanner, const Value& replacement, std::int64_t most) {
  const Site site{evaluator.site(), &evaluator.sources()};
  const auto* object = replacement.get_if<ObjectPtr>();
  const bool calls = object != nullptr && (*object)->is_callable();
  std::optional<RegexTemplate> parsed;
  if (!calls) {
    const Text* pattern = replacement.get_if<Text>();
    if (pattern == nullptr) evaluator.raise("TypeError", fmt::format("decoding to str: need a bytes-like object, {} found", type_name(replacement)));
    parsed.emplace(evaluator, *scanner.regex(), *pattern);
  }
  const Text& text = scanner.subject().text;
  TextBuilder out;
  std::uint32_t kept = 0;
  Substitution result;
  while (most == 0 || result.count < most) {
    auto groups = scanner.next(evaluator);
    if (!groups) break;
    ++result.count;
    const ByteRange whole = *groups->front();
    out.append_slice(text, ByteRange{kept, whole.begin}, FrameId{0});
    kept = whole.end;
    if (parsed) {
      parsed->append(out, text, *groups);
    } else {
      Arguments arguments;
      arguments.site = evaluator.site();
      arguments.positional.push_back(match_value(scanner.regex(), scanner.subject(), std::move(groups)));
      const Value made = evaluator.call(replacement, arguments);
      if (made.is<Unknown>())
        out.append(evaluator.to_text(made), FrameId{0});
      else if (const Text* piece = made.get_if<Text>())
        out.append(*piece, FrameId{0});
      else if (!made.is<None>())
        evaluator.raise("TypeError", fmt::format("sequence item {}: expected str instance, {} found", 2 * result.count - 1, type_name(made)));
    }
    check_made(site, out.size());
  }
  out.append_slice(text, ByteRange{kept, text.size()}, FrameId{0});
  result.text = out.take();
  return result;
}

enum class Operation : std::uint8_t { Search, Match, Fullmatch, Findall, Finditer, Sub, Subn, Split };
struct OperationName {
  std::string_view name;
  Operation operation;
};
constexpr std::array kOperations{OperationName{"search", Operation::Search},     OperationName{"match", Operation::Match},
                                 OperationName{"fullmatch", Operation::Fullmatch}, OperationName{"findall", Operation::Findall},
                                 OperationName{"finditer", Operation::Finditer}, OperationName{"sub", Operation::Sub},
                                 OperationName{"subn", Operation::Subn},         OperationName{"split", Operation::Split}};

const OperationName* operation_named(std::string_view name) {
  const auto* const found = std::find_if(kOperations.begin(), kOperations.end(), [&](const OperationName& one) { return one.name == name; });
  return found == kOperations.end() ? nullptr : found;
}

std::int64_t index_argument(Evaluator& evaluator, const Value& value) {
  if (const auto flag = object_as<FlagObject>(value)) return flag->flags();  // a flag is an integer: `re.sub(p, r, s, re.I)`
  const auto number = clamped_integer(value);
  if (!number) evaluator.raise("TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
  return *number;
}

Value scan(Evaluator& evaluator, const RegexPtr& regex, Operation operation, const Value& string, std::int64_t pos, std::int64_t endpos) {
  Subject subject = subject_of(evaluator, string, pos, endpos);
  switch (operation) {
    case Operation::Match: return match_anchored(evaluator, regex, subject, Pcre::Anchor::Start);
    case Operation::Fullmatch: return match_anchored(evaluator, regex, subject, Pcre::Anchor::Both);
    case Operation::Findall: return findall(evaluator, RegexScanner{regex, std::move(subject)});
    case Operation::Finditer: return make_object<MatchIterator>(RegexScanner{regex, std::move(subject)});
    default: break;
  }
  RegexScanner scanner{regex, std::move(subject)};
  auto groups = scanner.next(evaluator);
  return match_value(regex, scanner.subject(), std::move(groups));
}

Value replace(Evaluator& evaluator, const RegexPtr& regex, Operation operation, const Value& replacement, const Value& string, std::int64_t count) {
  Substitution made = substitute(evaluator, RegexScanner{regex, subject_of(evaluator, string, 0, kMaxSize)}, replacement, count);
  if (operation == Operation::Sub) return Value{std::move(made.text)};
  return make_tuple({Value{std::move(made.text)}, Value{made.count}});
}

/// A method of a pattern.
Value apply(Evaluator& evaluator, const RegexPtr& regex, const OperationName& row, const Arguments& arguments) {
  if (row.operation == Operation::Sub || row.operation == Operation::Subn) {
    const NativeCall call(evaluator, arguments, {.function = row.name, .parameters = {"repl", "string", "count"}, .required = 2});
    return replace(evaluator, regex, row.operation, call[0], call[1], call.has(2) ? index_argument(evaluator, call[2]) : 0);
  }
  if (row.operation == Operation::Split) {
    const NativeCall call(evaluator, arguments, {.function = "split", .parameters = {"string", "maxsplit"}, .required = 1});
    return split(evaluator, RegexScanner{regex, subject_of(evaluator, call[0], 0, kMaxSize)}, call.has(1) ? index_argument(evaluator, call[1]) : 0);
  }
  const NativeCall call(evaluator, arguments, {.function = row.name, .parameters = {"string", "pos", "endpos"}, .required = 1});
  return scan(evaluator, regex, row.operation, call[0], call.has(1) ? index_argument(evaluator, call[1]) : 0, call.has(2) ? index_argument(evaluator, call[2]) : kMaxSize);
}

std::optional<Value> PatternObject::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "pattern") return Value{regex_->pattern()};
  if (name == "flags") return Value{regex_->flags()};
  if (name == "groups") return Value{static_cast<std::int64_t>(regex_->groups())};
  if (name == "groupindex") {
    auto dict = std::make_shared<Dict>();
    for (const auto& [group, number] : regex_->names()) dict->set(Value{evaluator.made(group)}, Value{static_cast<std::int64_t>(number)});
    return Value{std::move(dict)};
  }
  const OperationName* row = operation_named(name);
  if (row == nullptr) return std::nullopt;
  return module_function(std::string{name}, [regex = regex_, row](Evaluator& caller, const Arguments& arguments) { return apply(caller, regex, *row, arguments); });
}

// ---------------------------------------------------------------------------------------------------------------------- the module

/// Patterns are compiled once for an evaluation, as long as they are not too many.
class Compiler {
 public:
  PatternPtr compile(Evaluator& evaluator, const Value& pattern, const Value& flags) {
    const std::int64_t wanted = flags_argument(evaluator, flags);
    if (PatternPtr known = object_as<PatternObject>(pattern)) {
      if (wanted != 0) evaluator.raise("ValueError", "cannot process flags argument with a compiled pattern");
      return known;
    }
    const Text* text = pattern.get_if<Text>();
    if (text == nullptr) evaluator.raise("TypeError", "first argument must be string or compiled pattern");
    constexpr std::size_t kMostKept = 256;
    if (known_.size() > kMostKept) known_.clear();
    PatternPtr& kept = known_[{text->str(), wanted}];
    if (kept == nullptr) {
      check_utf8(evaluator, text->view());
      evaluator.spend(text->size());
      try {
        kept = std::make_shared<PatternObject>(std::make_shared<const Regex>(evaluator, *text, wanted));
      } catch (...) {
        known_.erase({text->str(), wanted});
        throw;
      }
    }
    return kept;
  }
  void purge() { known_.clear(); }

 private:
  std::map<std::pair<std::string, std::int64_t>, PatternPtr> known_;
};

Value call_operation(Evaluator& evaluator, Compiler& compiler, const OperationName& row, const Arguments& arguments) {
  const Value none{std::int64_t{0}};
  if (row.operation == Operation::Sub || row.operation == Operation::Subn) {
    const NativeCall call(evaluator, arguments, {.function = row.name, .parameters = {"pattern", "repl", "string", "count", "flags"}, .required = 3});
    const PatternPtr pattern = compiler.compile(evaluator, call[0], call.has(4) ? call[4] : none);
    return replace(evaluator, pattern->regex(), row.operation, call[1], call[2], call.has(3) ? index_argument(evaluator, call[3]) : 0);
  }
  if (row.operation == Operation::Split) {
    const NativeCall call(evaluator, arguments, {.function = row.name, .parameters = {"pattern", "string", "maxsplit", "flags"}, .required = 2});
    const PatternPtr pattern = compiler.compile(evaluator, call[0], call.has(3) ? call[3] : none);
    return split(evaluator, RegexScanner{pattern->regex(), subject_of(evaluator, call[1], 0, kMaxSize)}, call.has(2) ? index_argument(evaluator, call[2]) : 0);
  }
  const NativeCall call(evaluator, arguments, {.function = row.name, .parameters = {"pattern", "string", "flags"}, .required = 2});
  return scan(evaluator, compiler.compile(evaluator, call[0], call.has(2) ? call[2] : none)->regex(), row.operation, call[1], 0, kMaxSize);
}

Value escape(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "escape", .parameters = {"pattern"}, .required = 1});
  const Text* text = call[0].get_if<Text>();
  if (text == nullptr) evaluator.raise("TypeError", fmt::format("decoding to str: need a bytes-like object, {} found", type_name(call[0])));
  const std::string_view bytes = text->view();
  TextBuilder out;
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    if (std::string_view{"()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}.find(bytes[i]) != std::string_view::npos) out.append("\\", fixed_at(text->position_at(i)), FrameId{0});
    out.append_slice(*text, ByteRange{i, i + 1}, FrameId{0});
  }
  return Value{out.take()};
}

Value member(const std::shared_ptr<Compiler>& compiler, std::string_view name) {
  for (const FlagName& flag : kFlags) {
    if (flag.name == name || (!flag.letter.empty() && flag.letter == name)) return make_object<FlagObject>(flag.value);
  }
  if (name == "NOFLAG") return make_object<FlagObject>(0);
  if (const OperationName* row = operation_named(name)) {
    return module_function(std::string{name}, [compiler, row](Evaluator& evaluator, const Arguments& arguments) { return call_operation(evaluator, *compiler, *row, arguments); });
  }
  if (name == "compile") {
    return module_function("compile", [compiler](Evaluator& evaluator, const Arguments& arguments) {
      const NativeCall call(evaluator, arguments, {.function = "compile", .parameters = {"pattern", "flags"}, .required = 1});
      return Value{ObjectPtr{compiler->compile(evaluator, call[0], call.has(1) ? call[1] : Value{std::int64_t{0}})}};
    });
  }
  if (name == "escape") return module_function("escape", &escape);
  if (name == "purge") {
    return module_function("purge", [compiler](Evaluator&, const Arguments&) {
      compiler->purge();
      return Value{None{}};
    });
  }
  if (name == "RegexFlag") {
    return make_object<ClassObject>(
        "re.RegexFlag",
        [](Evaluator& evaluator, const Arguments& arguments) {
          const NativeCall call(evaluator, arguments, {.function = "RegexFlag", .parameters = {"value"}, .required = 1});
          return make_object<FlagObject>(flags_argument(evaluator, call[0]));
        },
        [](Evaluator&, std::string_view flag_name) -> std::optional<Value> {
          for (const FlagName& flag : kFlags) {
            if (flag.name == flag_name || (!flag.letter.empty() && flag.letter == flag_name)) return make_object<FlagObject>(flag.value);
          }
          return std::nullopt;
        });
  }
  const auto refuse_call = [](Evaluator& caller, const Arguments&) -> Value { caller.raise("TypeError", "a template cannot make one of these"); };
  return make_object<ClassObject>("re." + std::string{name}, refuse_call, ClassObject::Member{});
}

/// Of `re.__all__` all but `template`, which Python has given up.
constexpr std::array<std::string_view, 30> kNames{"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer", "compile", "purge", "escape", "error", "Pattern", "Match", "A",
                                                  "I", "L", "M", "S", "X", "U", "ASCII", "IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "VERBOSE", "UNICODE", "NOFLAG", "RegexFlag"};

}  // namespace

ObjectPtr make_regex_module() {
  return std::make_shared<ModuleObject>(kNames, [compiler = std::make_shared<Compiler>()](Evaluator&, std::string_view name) { return member(compiler, name); });
}

}  // namespace hookc
