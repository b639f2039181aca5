#include "compiler/program/program.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/base/sha256.h"
#include "compiler/program/stored_hooks.h"

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

std::size_t Program::count(HookKind kind) const {
  std::size_t found = 0;
  for (HookIndex i = 0; i < hook_count(); ++i) found += head(i).kind == kind ? 1U : 0U;
  return found;
}

HookIndex Program::hook_count() const { return static_cast<HookIndex>(stored == nullptr ? hooks.size() : stored->size()); }

HookHead Program::head(HookIndex index) const { return stored == nullptr ? head_of(hooks.at(index)) : stored->head(index); }

std::string Program::id(HookIndex index) const { return stored == nullptr ? hooks.at(index).id : stored->id(index); }

std::shared_ptr<const CompiledHook> Program::hook(HookIndex index) const {
  if (stored != nullptr) return std::make_shared<const CompiledHook>(stored->read(index));
  return {std::shared_ptr<const CompiledHook>{}, &hooks.at(index)};
}

std::string Program::digest() const {
  if (stored != nullptr) return stored->digest();
  std::string digest;
  for (const CompiledHook& hook : hooks) digest = digest_with(digest, hook);
  return digest;
}

HookHead head_of(const CompiledHook& hook) {
  const bool is_run_hook = hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd;
  return HookHead{hook.phase, hook.kind, hook.transaction, is_run_hook ? std::string_view{} : std::string_view{hook.owner}};
}

std::string digest_with(std::string_view digest, const CompiledHook& hook) { return sha256(fmt::format("{} {} {}", digest, hook.id, hook.checksum)); }

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
