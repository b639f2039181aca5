// Reach: the bodies of Jinja that a hook runs: its own text and the macros that some path called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"

namespace hookc {

/// A text of its own, or the body of a macro.
struct ReachedBody {
  std::string macro;                // empty for the hook's own text
  const ast::Body* body = nullptr;
  const ast::Callable* callable = nullptr;  // null for the hook's own text
  Span head;                        // the macro's opening tag in its file; the hook's text
  Span whole;                       // the macro's block; the hook's text
};

/// The hook's own text first, then macros by name.
const std::vector<ReachedBody>& reached_bodies(const ProjectFacts& facts, const HookFacts& hook);

/// A place in a template that holds what `var` or `env_var` gives when nobody has set it, with the call.
struct DefaultPlace {
  Location where;
  std::string_view call;
};

/// The place that the byte stands in, of all that the hook's own text, its macros and its model have; null when it is none.
const DefaultPlace* default_at(const ProjectFacts& facts, const HookFacts& hook, const Origin& origin);

/// The nesting of macro calls on the deepest path.
std::size_t call_depth(const HookFacts& hook);

/// Names that the body itself gives a value: targets of set, for, with, and parameters.
std::vector<std::string> local_names(const ReachedBody& body);

}  // namespace hookc
