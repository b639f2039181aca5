#include "compiler/project/regex_module.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/numbers.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::uint32_t kHeapLimitKiB = 65'536;

struct Flag {
  std::string_view name;
  std::string_view letter;
  std::int64_t python;
  std::uint32_t pcre;
};
constexpr std::array kFlags{Flag{"IGNORECASE", "I", 2, PCRE2_CASELESS}, Flag{"MULTILINE", "M", 8, PCRE2_MULTILINE}, Flag{"DOTALL", "S", 16, PCRE2_DOTALL},
                            Flag{"VERBOSE", "X", 64, PCRE2_EXTENDED}};

using Groups = std::vector<std::optional<ByteRange>>;

/// A compiled pattern.
class Regex {
 public:
  Regex(Evaluator& evaluator, std::string_view pattern, std::int64_t flags) {
    std::uint32_t options = PCRE2_UTF;
    for (const Flag& flag : kFlags) {
      if ((flags & flag.python) != 0) options |= flag.pcre;
    }
    int problem = 0;
    PCRE2_SIZE place = 0;
    // PCRE2's type of bytes is unsigned char; the bytes are the same.
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &problem, &place, nullptr));
    if (code_ == nullptr) evaluator.raise("error", fmt::format("{} at position {}", message_of(problem), place));
    data_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    context_.reset(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(context_.get(), kMatchLimit);
    pcre2_set_heap_limit(context_.get(), kHeapLimitKiB);
  }

  /// The groups of the first match from `from` on, the whole match first.
  [[nodiscard]] std::optional<Groups> match(Evaluator& evaluator, std::string_view text, std::size_t from, std::uint32_t options) const {
    const int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, options, data_.get(), context_.get());
    if (count == PCRE2_ERROR_NOMATCH) return std::nullopt;
    if (count == PCRE2_ERROR_MATCHLIMIT || count == PCRE2_ERROR_HEAPLIMIT || count == PCRE2_ERROR_DEPTHLIMIT) {
      evaluator.raise("LimitError", "a regular expression takes too long on this text");
    }
    if (count < 0) evaluator.raise("error", message_of(count));
    const PCRE2_SIZE* const bounds = pcre2_get_ovector_pointer(data_.get());
    Groups groups;
    for (std::uint32_t i = 0; i < pcre2_get_ovector_count(data_.get()); ++i) {
      if (bounds[2 * i] == PCRE2_UNSET || bounds[2 * i] > bounds[2 * i + 1]) groups.emplace_back();
      else groups.emplace_back(ByteRange{static_cast<std::uint32_t>(bounds[2 * i]), static_cast<std::uint32_t>(bounds[2 * i + 1])});
    }
    return groups;
  }

  /// All matches that do not overlap.
  [[nodiscard]] std::vector<Groups> all(Evaluator& evaluator, std::string_view text, std::size_t most) const {
    std::vector<Groups> found;
    std::size_t from = 0;
    std::uint32_t options = 0;
    while (from <= text.size() && found.size() < most) {
      evaluator.spend(1);
      std::optional<Groups> groups = match(evaluator, text, from, options);
      if (!groups) {
        if (options == 0) break;
        // Only an empty match was there, and it has been counted: go on behind the next character.
        options = 0;
        ++from;
        while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) ++from;
        continue;
      }
      const ByteRange whole = groups->front().value_or(ByteRange{});
      options = whole.size() == 0 ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0;
      from = std::max<std::size_t>(whole.end, from);
      found.push_back(*std::move(groups));
    }
    return found;
  }

  [[nodiscard]] std::optional<std::size_t> group_number(const std::string& name) const {
    const int number = pcre2_substring_number_from_name(code_.get(), reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    if (number < 0) return std::nullopt;
    return static_cast<std::size_t>(number);
  }

 private:
  static std::string message_of(int problem) {
    std::array<PCRE2_UCHAR, 256> buffer{};
    pcre2_get_error_message(problem, buffer.data(), buffer.size());
    return reinterpret_cast<const char*>(buffer.data());
  }
  struct Release {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  };
  std::unique_ptr<pcre2_code, Release> code_;
  std::unique_ptr<pcre2_match_data, Release> data_;
  std::unique_ptr<pcre2_match_context, Release> context_;
};
using RegexPtr = std::shared_ptr<const Regex>;

Value group_value(const Text& text, const std::optional<ByteRange>& range, const Value& missing) { return range ? Value{text.slice(*range)} : missing; }

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

class MatchObject final : public Object, public std::enable_shared_from_this<MatchObject> {
 public:
  MatchObject(RegexPtr regex, Text text, Groups groups) : regex_(std::move(regex)), text_(std::move(text)), groups_(std::move(groups)) {}
  [[nodiscard]] std::string type_name() const override { return "re.Match"; }
  [[nodiscard]] Text str() const override { return Text{"<re.Match object; match=" + display_repr(group_value(text_, groups_.front(), Value{None{}})) + ">", Position{0}}; }

  std::optional<Value> item(Evaluator& evaluator, const Value& key) override { return group(evaluator, key); }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    const auto self = shared_from_this();
    if (name == "group") {
      return make_function("group", [self](Evaluator& evaluator, const Arguments& arguments) {
        if (arguments.positional.empty()) return self->group(evaluator, Value{std::int64_t{0}});
        if (arguments.positional.size() == 1) return self->group(evaluator, arguments.positional.front());
        std::vector<Value> values;
        for (const Value& key : arguments.positional) values.push_back(self->group(evaluator, key));
        return make_tuple(std::move(values));
      });
    }
    if (name == "groups") {
      return make_function("groups", [self](Evaluator&, const Arguments& arguments) {
        const Value missing = bind_arguments(arguments, "groups", {{"default", Value{None{}}}})[0];
        std::vector<Value> values;
        for (std::size_t i = 1; i < self->groups_.size(); ++i) values.push_back(group_value(self->text_, self->groups_[i], missing));
        return make_tuple(std::move(values));
      });
    }
    if (name == "start" || name == "end" || name == "span") {
      return make_function(std::string{name}, [self, kind = std::string{name}](Evaluator& evaluator, const Arguments& arguments) {
        const std::size_t index = self->index(evaluator, arguments.positional.empty() ? Value{std::int64_t{0}} : arguments.positional.front());
        const std::optional<ByteRange>& range = self->groups_[index];
        const std::string_view text = self->text_.view();
        const Value start{range ? characters(text.substr(0, range->begin)) : std::int64_t{-1}};
        const Value end{range ? characters(text.substr(0, range->end)) : std::int64_t{-1}};
        if (kind == "span") return make_tuple({start, end});
        return kind == "start" ? start : end;
      });
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::size_t index(Evaluator& evaluator, const Value& key) const {
    std::optional<std::size_t> number;
    if (const auto* integer = key.get_if<std::int64_t>(); integer != nullptr && *integer >= 0) number = static_cast<std::size_t>(*integer);
    if (const auto name = text_of(key)) number = regex_->group_number(std::string{*name});
    if (!number || *number >= groups_.size()) evaluator.raise("IndexError", "no such group");
    return *number;
  }
  [[nodiscard]] Value group(Evaluator& evaluator, const Value& key) const { return group_value(text_, groups_[index(evaluator, key)], Value{None{}}); }

  RegexPtr regex_;
  Text text_;
  Groups groups_;
};

/// Appends a replacement in which `\1`, `\g<name>` and escapes stand for something.
void append_replacement(Evaluator& evaluator, TextBuilder& out, const Text& replacement, const Text& text, const Regex& regex, const Groups& groups) {
  const std::string_view bytes = replacement.view();
  const auto append_group = [&](std::size_t number) {
    if (number >= groups.size()) evaluator.raise("error", fmt::format("invalid group reference {}", number));
    if (groups[number]) out.append_slice(text, *groups[number], FrameId{0});
  };
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\\' || i + 1 == bytes.size()) {
      out.append_slice(replacement, ByteRange{i, i + 1}, FrameId{0});
      continue;
    }
    const char next = bytes[++i];
    if (next >= '0' && next <= '9') {
      append_group(static_cast<std::size_t>(next - '0'));
    } else if (next == 'g' && i + 1 < bytes.size() && bytes[i + 1] == '<') {
      const std::size_t close = bytes.find('>', i);
      if (close == std::string_view::npos) evaluator.raise("error", "missing >, unterminated name");
      const std::string name{bytes.substr(i + 2, close - i - 2)};
      const bool is_number = !name.empty() && name.size() < 4 && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
      append_group(is_number ? static_cast<std::size_t>(std::stoul(name)) : regex.group_number(name).value_or(groups.size()));
      i = static_cast<std::uint32_t>(close);
    } else if (next == 'n' || next == 't' || next == 'r') {
      out.append(next == 'n' ? "\n" : next == 't' ? "\t" : "\r", fixed_at(replacement.position_at(i)), FrameId{0});
    } else {
      if (next != '\\') out.append_slice(replacement, ByteRange{i - 1, i}, FrameId{0});
      out.append_slice(replacement, ByteRange{i, i + 1}, FrameId{0});
    }
  }
}

Value found_value(const Text& text, const Groups& groups) {
  const Value empty{Text{}};
  if (groups.size() <= 1) return group_value(text, groups.front(), empty);
  if (groups.size() == 2) return group_value(text, groups[1], empty);
  std::vector<Value> values;
  for (std::size_t i = 1; i < groups.size(); ++i) values.push_back(group_value(text, groups[i], empty));
  return make_tuple(std::move(values));
}

Value substitute(Evaluator& evaluator, const RegexPtr& regex, const Value& replacement, const Text& text, std::size_t most) {
  TextBuilder out;
  std::uint32_t kept = 0;
  for (const Groups& groups : regex->all(evaluator, text.view(), most)) {
    const ByteRange whole = groups.front().value_or(ByteRange{});
    out.append_slice(text, ByteRange{kept, whole.begin}, FrameId{0});
    if (text_of(replacement)) {
      append_replacement(evaluator, out, *replacement.get_if<Text>(), text, *regex, groups);
    } else {
      Arguments arguments;
      arguments.site = evaluator.site();
      arguments.positional.emplace_back(ObjectPtr{std::make_shared<MatchObject>(regex, text, groups)});
      out.append(evaluator.to_text(evaluator.call(replacement, arguments)), FrameId{0});
    }
    kept = whole.end;
  }
  out.append_slice(text, ByteRange{kept, text.size()}, FrameId{0});
  return Value{out.take()};
}

/// `operation` of a pattern: `search`, `sub`, ... The arguments do without the pattern.
Value apply(Evaluator& evaluator, const std::string& operation, const RegexPtr& regex, const Arguments& arguments) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  const Value zero{std::int64_t{0}};
  const auto most = [](const Value& count) { return small_integer(count).value_or(0) > 0 ? static_cast<std::size_t>(*small_integer(count)) : kAll; };
  const auto match_value = [&](const Text& text, const std::optional<Groups>& groups) {
    return groups ? Value{ObjectPtr{std::make_shared<MatchObject>(regex, text, *groups)}} : Value{None{}};
  };
  if (operation == "sub") {
    const std::vector<Value> given = bind_arguments(arguments, "sub", {{"repl"}, {"string"}, {"count", zero}, {"flags", zero}});
    return substitute(evaluator, regex, given[0], evaluator.to_text(given[1]), most(given[2]));
  }
  const std::vector<Value> given = bind_arguments(arguments, operation, {{"string"}, {operation == "split" ? "maxsplit" : "flags", zero}, {"rest", zero}});
  const Text text = evaluator.to_text(given[0]);
  if (operation == "search") return match_value(text, regex->match(evaluator, text.view(), 0, 0));
  if (operation == "match") return match_value(text, regex->match(evaluator, text.view(), 0, PCRE2_ANCHORED));
  if (operation == "fullmatch") return match_value(text, regex->match(evaluator, text.view(), 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED));
  std::vector<Value> values;
  std::uint32_t kept = 0;
  for (const Groups& groups : regex->all(evaluator, text.view(), operation == "split" ? most(given[1]) : kAll)) {
    if (operation == "findall") {
      values.push_back(found_value(text, groups));
    } else if (operation == "finditer") {
      values.push_back(match_value(text, groups));
    } else {
      const ByteRange whole = groups.front().value_or(ByteRange{});
      values.emplace_back(text.slice(kept, whole.begin));
      for (std::size_t i = 1; i < groups.size(); ++i) values.push_back(group_value(text, groups[i], Value{None{}}));
      kept = whole.end;
    }
  }
  if (operation == "split") values.emplace_back(text.slice(kept, text.size()));
  return make_list(std::move(values));
}

constexpr std::array<std::string_view, 7> kOperations{"search", "match", "fullmatch", "findall", "finditer", "sub", "split"};

class PatternObject final : public Object {
 public:
  PatternObject(RegexPtr regex, std::string pattern) : regex_(std::move(regex)), pattern_(std::move(pattern)) {}
  [[nodiscard]] std::string type_name() const override { return "re.Pattern"; }
  [[nodiscard]] Text str() const override { return Text{"re.compile(" + repr_of_bytes(pattern_) + ")", Position{0}}; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "pattern") return Value{evaluator.made(pattern_)};
    if (std::find(kOperations.begin(), kOperations.end(), name) == kOperations.end()) return std::nullopt;
    return make_function(std::string{name}, [regex = regex_, operation = std::string{name}](Evaluator& caller, const Arguments& arguments) {
      return apply(caller, operation, regex, arguments);
    });
  }
  [[nodiscard]] const RegexPtr& regex() const { return regex_; }

 private:
  RegexPtr regex_;
  std::string pattern_;
};

RegexPtr regex_of(Evaluator& evaluator, const Value& pattern, std::int64_t flags) {
  if (const auto* object = pattern.get_if<ObjectPtr>()) {
    if (const auto compiled = std::dynamic_pointer_cast<PatternObject>(*object)) return compiled->regex();
  }
  if (!text_of(pattern)) evaluator.raise("TypeError", "first argument must be string or compiled pattern");
  return std::make_shared<const Regex>(evaluator, *text_of(pattern), flags);
}

/// The module. Its functions take the pattern first and, but for `compile`, the flags last.
class RegexModule final : public Object {
 public:
  [[nodiscard]] std::string type_name() const override { return "module"; }
  [[nodiscard]] Text str() const override { return Text{"<module 're'>", Position{0}}; }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    for (const Flag& flag : kFlags) {
      if (flag.name == name || flag.letter == name) return Value{flag.python};
    }
    if (name == "compile") {
      return make_function("compile", [](Evaluator& evaluator, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "compile", {{"pattern"}, {"flags", Value{std::int64_t{0}}}});
        return Value{ObjectPtr{std::make_shared<PatternObject>(regex_of(evaluator, given[0], small_integer(given[1]).value_or(0)), display(given[0]))}};
      });
    }
    if (name == "escape") {
      return make_function("escape", [](Evaluator& evaluator, const Arguments& arguments) {
        const Text text = evaluator.to_text(bind_arguments(arguments, "escape", {{"pattern"}})[0]);
        std::string out;
        for (const char c : text.view()) {
          if (std::string_view{"()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}.find(c) != std::string_view::npos) out += '\\';
          out += c;
        }
        return Value{evaluator.derived(std::move(out), {&text})};
      });
    }
    if (std::find(kOperations.begin(), kOperations.end(), name) == kOperations.end()) return std::nullopt;
    return make_function(std::string{name}, [operation = std::string{name}](Evaluator& evaluator, const Arguments& arguments) {
      Arguments rest = arguments;
      Value pattern;
      if (!rest.positional.empty()) {
        pattern = rest.positional.front();
        rest.positional.erase(rest.positional.begin());
      } else {
        const auto named = std::find_if(rest.keyword.begin(), rest.keyword.end(), [](const auto& one) { return one.first == "pattern"; });
        if (named == rest.keyword.end()) evaluator.raise("TypeError", operation + "() missing 1 required positional argument: 'pattern'");
        pattern = named->second;
        rest.keyword.erase(named);
      }
      for (const Value& value : rest.positional) {
        if (const auto* unknown = value.get_if<Unknown>()) return evaluator.derive_unknown(*unknown, " | re." + operation);
      }
      const std::size_t place = operation == "sub" || operation == "split" ? (operation == "sub" ? 3 : 2) : 1;
      std::int64_t flags = 0;
      if (const Value* given = rest.keyword_if("flags")) flags = small_integer(*given).value_or(0);
      else if (rest.positional.size() > place) flags = small_integer(rest.positional[place]).value_or(0);
      return apply(evaluator, operation, regex_of(evaluator, pattern, flags), without_flags(std::move(rest)));
    });
  }

 private:
  static Arguments without_flags(Arguments arguments) {
    const auto flags = std::find_if(arguments.keyword.begin(), arguments.keyword.end(), [](const auto& one) { return one.first == "flags"; });
    if (flags != arguments.keyword.end()) arguments.keyword.erase(flags);
    return arguments;
  }
};

}  // namespace

ObjectPtr make_regex_module() { return std::make_shared<RegexModule>(); }

}  // namespace hookc
