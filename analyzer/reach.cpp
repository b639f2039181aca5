#include "analyzer/reach.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/ast/children.h"

namespace hookc {

namespace {

/// Which package's macro a plain name means, as dbt looks it up: the hook's own package, the root project, then any.
const ProjectMacro* find_macro(const Project& project, const Hook& hook, std::string_view name) {
  const auto in = [&](const Package& package) -> const ProjectMacro* {
    const auto found = package.macros.find(name);
    return found == package.macros.end() ? nullptr : &found->second;
  };
  for (const Package& package : project.packages) {
    if (package.name == hook.package) {
      if (const ProjectMacro* macro = in(package)) return macro;
    }
  }
  for (const Package& package : project.packages) {
    if (const ProjectMacro* macro = in(package)) return macro;
  }
  return nullptr;
}

void add_names(const ast::Target& target, std::vector<std::string>& names) {
  std::visit(overloaded{
                 [&](const ast::NameTarget& node) { names.push_back(node.name); },
                 [](const ast::NamespaceTarget&) {},
                 [&](const ast::TupleTarget& node) { for (const ast::Target& item : node.items) add_names(item, names); },
             },
             target.node);
}

std::vector<ReachedBody> find_bodies(const ProjectFacts& facts, const HookFacts& hook) {
  std::vector<ReachedBody> bodies;
  if (hook.hook->tmpl == nullptr) return bodies;
  const std::uint32_t size = facts.sources->text(hook.hook->source).size();
  bodies.push_back(ReachedBody{{}, &hook.hook->tmpl->body, nullptr, Span{hook.hook->source, 0, size}, Span{hook.hook->source, 0, size}});
  std::unordered_set<std::string_view> called;
  for (const auto* paths : {&hook.executing, &hook.parsing}) {
    for (const PathFacts& path : *paths) {
      called.insert(path.rendering.macros.begin(), path.rendering.macros.end());
    }
  }
  std::vector<std::string> names(called.begin(), called.end());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const ProjectMacro* macro = find_macro(*facts.project, *hook.hook, name.substr(name.rfind('.') + 1));
    if (macro == nullptr) continue;
    const ProjectMacro::Body& body = macro->body(*facts.sources);
    if (body.callable) bodies.push_back(ReachedBody{name, &body.callable->body, body.callable.get(), macro->head, macro->block});
  }
  return bodies;
}

std::vector<DefaultPlace> find_defaults(const ProjectFacts& facts, const HookFacts& hook) {
  const Sources& sources = *facts.sources;
  std::vector<DefaultPlace> places;
  const auto look_at = [&](const ast::Expr& expr) {
    const auto* call = std::get_if<ast::Call>(&expr.node);
    const auto* callee = call == nullptr ? nullptr : std::get_if<ast::Name>(&call->callee->node);
    if (callee == nullptr || (callee->name != "var" && callee->name != "env_var")) return;
    for (std::size_t i = 1; i < call->arguments.size(); ++i) {
      if (call->arguments[i].value == nullptr) continue;
      if (auto where = sources.locate(call->arguments[i].value->span)) places.push_back({*std::move(where), sources.view(expr.span)});
    }
  };
  for (const ReachedBody& body : reached_bodies(facts, hook)) ast::walk(*body.body, look_at);
  if (const Node* node = hook.node; node != nullptr && node->tmpl != nullptr) ast::walk(node->tmpl->body, look_at);  // `config(pre_hook='..' ~ var(..))`
  return places;
}

}  // namespace

const std::vector<ReachedBody>& reached_bodies(const ProjectFacts& facts, const HookFacts& hook) {
  return *hook.reached.get([&] { return std::make_shared<const std::vector<ReachedBody>>(find_bodies(facts, hook)); });
}

const DefaultPlace* default_at(const ProjectFacts& facts, const HookFacts& hook, const Origin& origin) {
  const auto places = hook.defaults.get([&] { return std::make_shared<const std::vector<DefaultPlace>>(find_defaults(facts, hook)); });
  const auto found = std::ranges::find_if(*places, [&](const DefaultPlace& place) { return origin.name == place.where.file && origin.offset >= place.where.begin && origin.offset < place.where.end; });
  return found == places->end() ? nullptr : &*found;  // the hook's facts keep them
}

std::size_t call_depth(const HookFacts& hook) {
  std::size_t deepest = 0;
  for (const PathFacts& path : hook.executing) {
    const std::vector<Frame>& frames = path.rendering.frames;
    std::vector<std::size_t> depth(frames.size(), 0);
    for (std::size_t i = 1; i < frames.size(); ++i) {  // a frame stands after its parent
      const auto caller = [&] {
        auto at = static_cast<std::size_t>(frames[i].parent);
        while (at != 0 && !frames[at].is_call()) at = static_cast<std::size_t>(frames[at].parent);
        return std::string{path.rendering.macro_of(frames[at])};
      };
      // `f` that hands over to `postgres__f` is one call
      const bool counts = frames[i].is_call() && !path.rendering.macro_of(frames[i]).ends_with("__" + caller());
      depth[i] = depth[static_cast<std::size_t>(frames[i].parent)] + (counts ? 1 : 0);
      deepest = std::max(deepest, depth[i]);
    }
  }
  return deepest;
}

std::vector<std::string> local_names(const ReachedBody& body) {
  std::vector<std::string> names;
  if (body.callable != nullptr) {
    for (const ast::Parameter& parameter : body.callable->parameters) names.push_back(parameter.name);
  }
  ast::walk_statements(*body.body, [&](const ast::Stmt& stmt) {
    if (const auto* set = stmt.get_if<ast::Set>()) add_names(set->target, names);
    if (const auto* block = stmt.get_if<ast::SetBlock>()) add_names(block->target, names);
    if (const auto* loop = stmt.get_if<ast::For>()) add_names(loop->target, names);
    if (const auto* with = stmt.get_if<ast::With>()) {
      for (const auto& [target, value] : with->assignments) add_names(target, names);
    }
  });
  return names;
}

}  // namespace hookc
