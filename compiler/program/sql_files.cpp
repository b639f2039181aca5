#include "compiler/program/sql_files.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/base/ascii.h"
#include "compiler/base/overloaded.h"
#include "compiler/program/steps.h"
#include "compiler/sql/lexer.h"

namespace hookc {
namespace {

/// Why a hook has no file.
struct NoFile {
  std::string reason;
};
using SqlOrNot = std::variant<std::string, NoFile>;

/// The client's variable for a parameter: `env_var('X')` is X.
std::string variable_name(std::string_view parameter) {
  constexpr std::string_view kEnvironment = "env_var('";
  if (parameter.starts_with(kEnvironment) && parameter.ends_with("')")) {
    parameter.remove_prefix(kEnvironment.size());
    parameter.remove_suffix(2);
  }
  return std::string{parameter};
}

bool is_identifier(std::string_view name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, is_word_character);
}

std::string concatenation(sql::Dialect dialect, const std::vector<std::string>& parts) {
  if (parts.size() == 1) return parts.front();
  if (dialect == sql::Dialect::MySql) return fmt::format("concat({})", fmt::join(parts, ", "));
  return fmt::format("({})", fmt::join(parts, " || "));
}

/// Writes one statement. Its parameters stand in the text as placeholders, so that the lexer sees whole string literals.
class StatementWriter {
 public:
  StatementWriter(sql::Dialect dialect, const std::vector<Segment>& segments) : dialect_(dialect), segments_(segments) {}

  SqlOrNot write() {
    for (const Segment& segment : segments_) {
      const bool done = std::visit(overloaded{
                                       [&](const SqlText& text) { return add(text); },
                                       [&](const SqlParameter& parameter) { return add(parameter); },
                                   },
                                   segment);
      if (!done) return NoFile{reason_};
    }
    out_ += pending_;
    return std::move(out_);
  }

 private:
  /// Inside of a literal that has a parameter: bytes up to its end belong to the literal.
  bool add(const SqlText& text) {
    if (!in_literal_) {
      pending_ += text.text;
      return true;
    }
    const std::size_t end = literal_end(text.text);
    literal_ += text.text.substr(0, end);
    if (end < text.text.size()) {
      close_literal();
      pending_ = text.text.substr(end + 1);
    }
    return true;
  }

  bool add(const SqlParameter& parameter) {
    const std::string name = variable_name(parameter.name);
    if (parameter.context == ParameterContext::Comment) {
      (in_literal_ ? literal_ : pending_) += fmt::format("<{}>", name);
      return true;
    }
    if (parameter.context == ParameterContext::Bare) return fail(fmt::format("`{}` stands outside of a string literal", parameter.name));
    if (parameter.quote != '\'') return fail(fmt::format("`{}` stands in a quoted name", parameter.name));
    const auto expression = sql::parameter_expression(dialect_, name);
    if (!expression) return fail(fmt::format("the client of {} has no parameters", sql::traits_of(dialect_).title));
    if (!is_identifier(name)) return fail(fmt::format("`{}` cannot be the name of a variable", parameter.name));
    if (!in_literal_ && !open_literal()) return fail(fmt::format("`{}` stands in a string of a special form", parameter.name));
    flush_literal();
    parts_.push_back(*expression);
    return true;
  }

  bool fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  /// Takes the literal that the pending bytes end in apart from them. False for `e'..'` and its kin.
  bool open_literal() {
    const sql::DialectTraits& traits = sql::traits_of(dialect_);
    const std::string closed = pending_ + "'";
    const sql::Tokens tokens = sql::lex(closed, traits);
    if (tokens.empty() || tokens.back().type != sql::Tok::STRING || closed[tokens.back().range.begin] != '\'') return false;
    const std::uint32_t begin = tokens.back().range.begin;
    out_ += pending_.substr(0, begin);
    literal_ = pending_.substr(begin + 1);
    pending_.clear();
    in_literal_ = true;
    return true;
  }

  [[nodiscard]] std::size_t literal_end(std::string_view text) const {
    const bool backslash = sql::traits_of(dialect_).backslash_escapes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (backslash && text[i] == '\\') {
        ++i;
      } else if (text[i] == '\'') {
        if (i + 1 >= text.size() || text[i + 1] != '\'') return i;
        ++i;
      }
    }
    return text.size();
  }

  void flush_literal() {
    if (!literal_.empty()) parts_.push_back(fmt::format("'{}'", literal_));
    literal_.clear();
  }

  void close_literal() {
    flush_literal();
    out_ += concatenation(dialect_, parts_);
    parts_.clear();
    in_literal_ = false;
  }

  sql::Dialect dialect_;
  const std::vector<Segment>& segments_;
  std::string out_;
  std::string pending_;
  std::string literal_;
  std::vector<std::string> parts_;
  bool in_literal_ = false;
  std::string reason_;
};

std::string comment_of(const MessageStep& message) {
  std::string text;
  for (const Segment& segment : message.segments) {
    std::visit(overloaded{[&](const SqlText& fixed) { text += fixed.text; }, [&](const SqlParameter& parameter) { text += fmt::format("<{}>", parameter.name); }}, segment);
  }
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return fmt::format("-- says: {}\n", text);
}

class HookWriter {
 public:
  HookWriter(const Program& program, const CompiledHook& hook) : program_(program), hook_(hook) {}

  SqlOrNot write() {
    bool has_sql = false;
    for (const Step& step : hook_.steps) {
      const auto failed = std::visit(overloaded{
                                         [&](const SqlStep& sql) {
                                           has_sql = true;
                                           return add(sql);
                                         },
                                         [&](const MessageStep& message) -> std::optional<NoFile> {
                                           body_ += "\n" + comment_of(message);
                                           return std::nullopt;
                                         },
                                         [&](const BoundaryStep& boundary) -> std::optional<NoFile> {
                                           // The begin of a hook is its model's business, and the model's build is not in this file.
                                           if (boundary.kind == BoundaryStep::Kind::Commit) body_ += "\ncommit;\n";
                                           return std::nullopt;
                                         },
                                         [&](const DeferredStep& deferred) -> std::optional<NoFile> {
                                           return NoFile{fmt::format("it is deferred: `{}` is known at run time only ({}:{}:{})", deferred.reason, deferred.file, deferred.line, deferred.column)};
                                         },
                                     },
                                     step);
      if (failed) return *failed;
    }
    if (!has_sql) return NoFile{"it sends nothing"};
    return header() + body_;
  }

 private:
  std::optional<NoFile> add(const SqlStep& step) {
    collect_parameters(step.segments);
    std::vector<std::vector<Segment>> statements{step.segments};
    if (step.substituted) {
      for (const std::string& report : step.substituted->reports) body_ += fmt::format("\n-- substituted: {}", one_line(report));
      statements = step.substituted->statements;
    }
    for (const auto& segments : statements) {
      SqlOrNot written = StatementWriter{program_.dialect, segments}.write();
      if (auto* none = std::get_if<NoFile>(&written)) return std::move(*none);
      body_ += fmt::format("\n{};\n", std::get<std::string>(written));
    }
    return std::nullopt;
  }

  static std::string one_line(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
  }

  void collect_parameters(const std::vector<Segment>& segments) {
    for (const Segment& segment : segments) {
      if (const auto* parameter = std::get_if<SqlParameter>(&segment)) parameters_.insert(variable_name(parameter->name));
    }
  }

  [[nodiscard]] std::string header() const {
    std::string out = fmt::format("-- {}\n-- from {}:{}:{}, for target `{}` ({})\n", hook_.id, hook_.file, hook_.line, hook_.column, program_.target_name, sql::name_of(program_.dialect));
    if (!parameters_.empty()) out += fmt::format("-- parameters: {}\n", fmt::join(parameters_, ", "));
    if (hook_.phase == HookPhase::PreHook || hook_.phase == HookPhase::PostHook) {
      out += fmt::format("-- runs {} the transaction of {}\n", hook_.transaction ? "inside" : "outside", hook_.owner);
    }
    return out;
  }

  const Program& program_;
  const CompiledHook& hook_;
  std::set<std::string> parameters_;
  std::string body_;
};

/// The last part of `model.package.name`; the package of a run hook.
std::string file_owner(const CompiledHook& hook) {
  const bool is_run_hook = hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd;
  std::string name = is_run_hook ? hook.package : hook.owner.substr(hook.owner.find_last_of('.') + 1);
  std::ranges::replace_if(
      name, [](char c) { return !is_word_character(c) && c != '-'; }, '_');
  constexpr std::size_t kMaxName = 150;
  return name.substr(0, kMaxName);
}

}  // namespace

std::map<std::string, std::string> make_sql_files(Program& program) {
  std::map<std::string, std::string> files;
  for (CompiledHook& hook : program.hooks) {
    SqlOrNot written = HookWriter{program, hook}.write();
    if (auto* none = std::get_if<NoFile>(&written)) {
      hook.sql_file.reset();
      hook.no_sql_reason = std::move(none->reason);
      continue;
    }
    hook.sql_file = fmt::format("{}/{:03}-{}.sql", name_of(hook.phase), hook.order, file_owner(hook));
    hook.no_sql_reason.clear();
    files.emplace(*hook.sql_file, std::move(std::get<std::string>(written)));
  }
  return files;
}

}  // namespace hookc
