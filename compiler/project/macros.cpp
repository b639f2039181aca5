#include "compiler/project/macros.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/base/ascii.h"
#include "compiler/base/overloaded.h"
#include "compiler/parse/parse.h"
#include "compiler/project/load.h"
#include "compiler/project/text_options.h"

namespace hookc {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

struct Tag {
  std::string_view type;
  std::string_view name;
  ByteRange range;
};

/// Walks a file from tag to tag.
class TagScanner {
 public:
  explicit TagScanner(std::string_view bytes) : bytes_(bytes) {}

  /// The next tag outside of comments, raw blocks and expressions.
  std::optional<Tag> next();

 private:
  [[nodiscard]] std::size_t skip_spaces(std::size_t at) const {
    while (at < bytes_.size() && is_space(bytes_[at])) ++at;
    return at;
  }
  [[nodiscard]] std::string_view word_at(std::size_t at) const {
    std::size_t end = at;
    while (end < bytes_.size() && is_word_character(bytes_[end])) ++end;
    return bytes_.substr(at, end - at);
  }
  [[nodiscard]] std::size_t find_close(std::size_t at, std::string_view close) const;
  [[nodiscard]] std::size_t find_end_of_raw(std::size_t at) const;

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// Just after `close`, which a string may hide; the end of the bytes when it is not there.
std::size_t TagScanner::find_close(std::size_t at, std::string_view close) const {
  while (at < bytes_.size()) {
    if (bytes_.substr(at).starts_with(close)) return at + close.size();
    const char quote = bytes_[at++];
    if (quote != '\'' && quote != '"') continue;
    while (at < bytes_.size() && bytes_[at] != quote) at += bytes_[at] == '\\' ? 2 : 1;
    ++at;
  }
  return bytes_.size();
}

std::size_t TagScanner::find_end_of_raw(std::size_t at) const {
  for (;;) {
    const std::size_t open = bytes_.find("{%", at);
    if (open == std::string_view::npos) return bytes_.size();
    std::size_t here = open + 2;
    if (here < bytes_.size() && (bytes_[here] == '-' || bytes_[here] == '+')) ++here;
    if (word_at(skip_spaces(here)) == "endraw") return find_close(here, "%}");
    at = open + 2;
  }
}

std::optional<Tag> TagScanner::next() {
  for (;;) {
    const std::size_t open = bytes_.find('{', at_);
    if (open == std::string_view::npos || open + 1 >= bytes_.size()) return std::nullopt;
    const char kind = bytes_[open + 1];
    at_ = open + 2;
    if (kind == '#') {
      const std::size_t close = bytes_.find("#}", at_);
      at_ = close == std::string_view::npos ? bytes_.size() : close + 2;
    } else if (kind == '{') {
      at_ = find_close(at_, "}}");
    } else if (kind == '%') {
      if (at_ < bytes_.size() && (bytes_[at_] == '-' || bytes_[at_] == '+')) ++at_;
      const std::size_t word = skip_spaces(at_);
      const std::string_view type = word_at(word);
      if (type == "raw") {
        at_ = find_end_of_raw(find_close(word, "%}"));
        continue;
      }
      const std::string_view name = word_at(skip_spaces(word + type.size()));
      at_ = find_close(word + type.size(), "%}");
      return Tag{type, name, ByteRange{static_cast<std::uint32_t>(open), static_cast<std::uint32_t>(at_)}};
    } else {
      at_ = open + 1;
    }
  }
}

bool contains(const std::vector<std::string_view>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// The adapter of a materialization's tag: `default`, or what `adapter=` says.
std::string adapter_of(std::string_view head) {
  std::size_t at = head.find("adapter");
  if (at == std::string_view::npos) return "default";
  at = head.find_first_of("'\"", at);
  if (at == std::string_view::npos) return "default";
  const std::size_t end = head.find(head[at], at + 1);
  return std::string{head.substr(at + 1, end == std::string_view::npos ? end : end - at - 1)};
}

std::string macro_name(const TopLevelBlock& block, std::string_view head) {
  if (block.type == "macro") return std::string{block.name};
  if (block.type == "materialization") return fmt::format("materialization_{}_{}", block.name, adapter_of(head));
  return fmt::format("test_{}", block.name);
}

Diagnostic not_closed(SourceId file, const Tag& tag) {
  return make_diagnostic(Severity::Error, "CompilationError", fmt::format("`{} {}` is not closed", tag.type, tag.name),
                         Span{file, tag.range.begin, tag.range.end}, fmt::format("end it with `{{% end{} %}}`", tag.type));
}

}  // namespace

std::vector<TopLevelBlock> cut_blocks(const Sources& sources, SourceId file, const std::vector<std::string_view>& types, Diagnostics& diagnostics) {
  const std::string_view bytes = sources.text(file).view();
  std::vector<TopLevelBlock> blocks;
  std::optional<Tag> current;
  std::uint32_t open_conditions = 0;  // `if` and `for` around the block
  TagScanner scanner{bytes};
  while (const std::optional<Tag> tag = scanner.next()) {
    if (contains(types, tag->type)) {
      if (current) diagnostics.push_back(not_closed(file, *current));
      if (!current && open_conditions > 0) {
        diagnostics.push_back(make_diagnostic(
            Severity::Error, "CompilationError", fmt::format("`{} {}` is defined inside of a condition or loop", tag->type, tag->name),
            Span{file, tag->range.begin, tag->range.end}, "define it at the top level of the file; dbt refuses this one"));
      }
      current = tag;
    } else if (current && tag->type.starts_with("end") && tag->type.substr(3) == current->type) {
      blocks.push_back(TopLevelBlock{current->type, current->name, ByteRange{current->range.begin, tag->range.end}, current->range,
                                     ByteRange{current->range.end, tag->range.begin}});
      current.reset();
    } else if (!current && (tag->type == "if" || tag->type == "for")) {
      ++open_conditions;
    } else if (!current && (tag->type == "endif" || tag->type == "endfor") && open_conditions > 0) {
      --open_conditions;
    }
  }
  if (current) diagnostics.push_back(not_closed(file, *current));
  return blocks;
}

void add_macros(Sources& sources, SourceId file, Package& package, Diagnostics& diagnostics) {
  const std::string name = sources.get(file).name;
  for (const TopLevelBlock& block : cut_blocks(sources, file, {"macro", "materialization", "test", "data_test"}, diagnostics)) {
    ProjectMacro macro;
    macro.package = package.name;
    macro.block = Span{file, block.whole.begin, block.whole.end};
    macro.head = Span{file, block.head.begin, block.head.end};
    macro.name = macro_name(block, sources.view(macro.head));
    macro.source = sources.add_text(name, sources.slice(macro.block));
    const auto [place, is_new] = package.macros.try_emplace(macro.name, macro);
    if (is_new) continue;
    Diagnostic twice = make_diagnostic(Severity::Error, "CompilationError",
                                       fmt::format("the macro `{}` is defined twice in the package `{}`", macro.name, package.name), macro.head,
                                       "rename one of them; dbt refuses both");
    twice.labels.push_back(Label{place->second.head, "the other one"});
    diagnostics.push_back(std::move(twice));
  }
}

namespace {

ProjectMacro::Body parse_block(Sources& sources, const ProjectMacro& macro) {
  ProjectMacro::Body body;
  std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(sources, macro.source, dbt_block_options());
  if (auto* problem = std::get_if<Diagnostic>(&parsed)) {
    body.problem = std::move(*problem);
    return body;
  }
  body.owner = std::get<ast::TemplatePtr>(std::move(parsed));
  for (const ast::Stmt& stmt : body.owner->body) {
    if (const auto* definition = stmt.get_if<ast::MacroStmt>()) body.callable = definition->callable;
    if (const auto* definition = stmt.get_if<ast::DbtBlock>()) body.callable = definition->callable;
  }
  if (!body.callable) {
    body.problem = make_diagnostic(Severity::Error, "CompilationError", fmt::format("no macro `{}` can be read here", macro.name),
                                   Span{macro.source, 0, macro.head.end - macro.head.begin}, "");
  }
  return body;
}

}  // namespace

const ProjectMacro::Body& ProjectMacro::body(Sources& sources) const {
  return *parsed.get([&] { return std::make_shared<const Body>(parse_block(sources, *this)); });
}

}  // namespace hookc
