#include "compiler/program/program.h"

#include <algorithm>

namespace hookc {

std::string_view name_of(ParameterContext context) {
  switch (context) {
    case ParameterContext::InString: return "string";
    case ParameterContext::Bare: return "bare";
    case ParameterContext::Comment: return "comment";
  }
  return "bare";
}

std::string_view name_of(HookKind kind) {
  switch (kind) {
    case HookKind::Sql: return "sql";
    case HookKind::Parameterised: return "parameterised";
    case HookKind::Conditional: return "conditional";
    case HookKind::Deferred: return "deferred";
  }
  return "sql";
}

const CompiledHook* Program::find(std::string_view hook_id) const {
  const auto found = std::ranges::find(hooks, hook_id, &CompiledHook::id);
  return found == hooks.end() ? nullptr : &*found;
}

std::size_t Program::count(HookKind kind) const { return static_cast<std::size_t>(std::ranges::count(hooks, kind, &CompiledHook::kind)); }

namespace {

std::string quoted(const SqlParameter& parameter, std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (parameter.backslash_escapes && (c == '\\' || c == parameter.quote)) {
      out.push_back('\\');
    } else if (c == parameter.quote) {
      out.push_back(c);
    }
    out.push_back(c);
  }
  return out;
}

/// Neither a line end nor a mark of a comment is left over.
std::string inside_comment(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool ends = static_cast<unsigned char>(c) < 0x20 || c == '*' || c == '/';
    out.push_back(ends ? ' ' : c);
  }
  return out;
}

}  // namespace

std::string written(const SqlParameter& parameter, std::string_view value) {
  switch (parameter.context) {
    case ParameterContext::InString: return quoted(parameter, value);
    case ParameterContext::Bare: return std::string{value};
    case ParameterContext::Comment: return inside_comment(value);
  }
  return std::string{value};
}

}  // namespace hookc
