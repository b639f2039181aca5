// `ref`, `source`, and the relation of a node: what the target and the project's `generate_*_name` macros make of its name.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

bool can_be_referred_to(const Node& node, const ReferenceCall& call) {
  if (call.is_function) return node.type == ResourceType::Function;
  return node.type == ResourceType::Model || node.type == ResourceType::Seed || node.type == ResourceType::Snapshot;
}

bool has_version(const Node& node, const std::optional<std::string>& version) {
  return !version || node.unique_id.ends_with(".v" + *version);
}

std::string capitalized(std::string_view word) {
  std::string result{word};
  if (!result.empty() && result.front() >= 'a' && result.front() <= 'z') result.front() = static_cast<char>(result.front() - 'a' + 'A');
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

Value trimmed_value(const Value& value) {
  const auto* text = value.get_if<Text>();
  if (text == nullptr) return value;
  const std::string_view inner = trimmed(text->view());
  if (inner.empty()) return Value{Text{}};
  const auto begin = static_cast<std::uint32_t>(inner.data() - text->view().data());
  return Value{text->slice(begin, begin + static_cast<std::uint32_t>(inner.size()))};
}

const Value* config_of(const Node& node, std::string_view key) {
  const Value* const value = node.config == nullptr ? nullptr : node.config->find(key);
  return value == nullptr || value->is<None>() ? nullptr : value;
}

std::string node_path(const Node* node) { return node == nullptr ? "./dbt_project.yml" : node->path; }

}  // namespace

const Node* resolve_reference(const Project& project, std::string_view package, const ReferenceCall& call) {
  const Node* in_root = nullptr;
  const Node* anywhere = nullptr;
  const auto named = project.node_names.find(call.name);
  if (named == project.node_names.end()) return nullptr;
  for (const std::uint32_t index : named->second) {
    const Node& node = project.nodes[index];
    if (call.is_source) {
      if (node.type != ResourceType::Source || node.source_name != call.package) continue;
    } else {
      if (!can_be_referred_to(node, call) || !has_version(node, call.version)) continue;
      if (!call.package.empty() && node.package != call.package) continue;
    }
    if (node.package == package && node.enabled) return &node;
    const auto prefer = [&](const Node*& place) {
      if (place == nullptr || !place->enabled) place = &node;
    };
    if (node.package == project.name) prefer(in_root);
    prefer(anywhere);
  }
  return in_root != nullptr && (in_root->enabled || !anywhere->enabled) ? in_root : anywhere;
}

// ---------------------------------------------------------------------------------------------------------------- relations

Value DbtContext::Impl::generated_name(Evaluator& evaluator, std::string_view macro, const Node& of, const MakeValue& custom, const MakeValue& fallback) {
  const GeneratedNames::Call call{macro, &of, binding.target, &of == node};
  if (binding.generated_names != nullptr) {
    if (std::optional<Value> known = binding.generated_names->find(evaluator, call)) return *std::move(known);
  }
  const ProjectMacro* found = find_macro_in(of.package, macro);
  if (found == nullptr) found = find_macro_in(project.name, macro);
  if (found == nullptr) return fallback();
  Arguments arguments;
  arguments.site = evaluator.site();
  // Most of them look at the name that is configured, and never at the node.
  const auto shown = [this, alive = std::weak_ptr<const bool>{alive}, &evaluator, &of] { return alive.expired() ? Dict{} : std::move(**node_dict(evaluator, of, &of == node ? ShownAs::Model : ShownAs::InGraph, false).get_if<DictPtr>()); };
  arguments.positional = {custom(), Value{std::make_shared<Dict>(Dict::made_late(shown))}};
  const struct Naming {
    bool& is_naming;
    ~Naming() { is_naming = false; }
  } naming{is_naming};
  is_naming = true;
  asked_for_name.clear();
  const std::size_t events = evaluator.event_count();
  const Value name = trimmed_value(evaluator.call(macro_value(*found), arguments));
  const bool only_names = evaluator.event_count() == events;  // a log has to be made anew
  if (binding.generated_names != nullptr && only_names) binding.generated_names->remember(call, asked_for_name, name);
  return name;
}

void DbtContext::Impl::apply_quoting(const Node& of, RelationRules& rules) const {
  const auto apply = [&](const Dict& quoting) {
    const auto set = [&](std::string_view key, bool& part) {
      const Value* const value = quoting.find(key);
      if (value != nullptr && value->is<bool>()) part = *value->get_if<bool>();
    };
    set("database", rules.quote.database);
    set("schema", rules.quote.schema);
    set("identifier", rules.quote.identifier);
  };
  if (project.quoting != nullptr) apply(*project.quoting);
  const Value* const own = config_of(of, "quoting");
  if (const auto* const dict = own == nullptr ? nullptr : own->get_if<DictPtr>()) apply(**dict);
}

Value DbtContext::Impl::relation(Evaluator& evaluator, const Node& of) {
  if (const auto known = relations.find(of.unique_id); known != relations.end()) return known->second;
  if (is_naming) return Value{None{}};  // a name that depends on itself
  const std::string symbol = &of == node ? "this" : (of.type == ResourceType::Source ? "source('" + of.source_name + "', '" : of.type == ResourceType::Function ? "function('" : "ref('") + of.name + "')";
  const Site site{evaluator.site(), &sources};
  RelationRules rules = this->rules();
  apply_quoting(of, rules);
  std::string type;
  if (of.materialized == "ephemeral") {
    rules.quote.identifier = false;
    type = "cte";
  }
  const auto make = [this, &evaluator, &of, symbol, site](Relation::Part part) { return relation_part(evaluator, of, symbol, site, part); };
  std::shared_ptr<Relation> made;
  if (names_late()) {
    // Values can outlive the evaluation, in what is kept of a question; then nobody is left to ask.
    made = std::make_shared<Relation>([make, alive = std::weak_ptr<const bool>{alive}](Relation::Part part) { return alive.expired() ? std::nullopt : make(part); }, std::move(type), rules, site);
  } else {
    const auto now = [&](Relation::Part part) { return make(part).value_or(Value{None{}}); };
    Relation::Path path;
    path.database = now(Relation::Part::Database);
    path.schema = now(Relation::Part::Schema);
    path.identifier = now(Relation::Part::Identifier);
    made = std::make_shared<Relation>(std::move(path), std::move(type), rules, site);
  }
  Value result{ObjectPtr{std::move(made)}};
  relations.emplace(of.unique_id, result);
  return result;
}

/// A part of the node's name; nothing where a name is asked for that depends on itself.
std::optional<Value> DbtContext::Impl::relation_part(Evaluator& evaluator, const Node& of, const std::string& symbol, const Site& site, Relation::Part part) {
  if (of.materialized == "ephemeral") return part == Relation::Part::Identifier ? input_text(symbol + ".identifier", "__dbt__cte__" + of.alias) : Value{None{}};
  const auto configured = [&](std::string_view name, const std::optional<Text>& text) { return text ? as_input(symbol + "." + std::string{name}, Value{*text}) : Value{None{}}; };
  if (of.type == ResourceType::Source) {
    switch (part) {
      case Relation::Part::Database: return of.database ? configured("database", of.database) : target_field("database");
      case Relation::Part::Schema: return of.schema ? configured("schema", of.schema) : input_text(symbol + ".schema", of.source_name);
      case Relation::Part::Identifier: return input_text(symbol + ".identifier", of.alias);
    }
  }
  if (is_naming) return std::nullopt;
  switch (part) {
    case Relation::Part::Database: {
      const auto custom = [&] { return configured("database", of.database); };
      return generated_name(evaluator, "generate_database_name", of, custom, [&] { return of.database ? trimmed_value(custom()) : target_field("database"); });
    }
    case Relation::Part::Schema: {
      const auto custom = [&] { return configured("schema", of.schema); };
      return generated_name(evaluator, "generate_schema_name", of, custom, [&] {
        Value schema = target_field("schema");
        if (!of.schema) return schema;
        TextBuilder joined;
        joined.append(evaluator.to_text(schema), FrameId{0});
        joined.append("_", site.position(), FrameId{0});
        joined.append(evaluator.to_text(trimmed_value(custom())), FrameId{0});
        return Value{joined.take()};
      });
    }
    case Relation::Part::Identifier: break;
  }
  const Value* const alias = config_of(of, "alias");
  return generated_name(evaluator, "generate_alias_name", of, [&] { return alias != nullptr ? *alias : Value{None{}}; }, [&] { return input_text(symbol + ".identifier", of.alias); });
}

Value DbtContext::Impl::current_relation(Evaluator& evaluator) {
  if (node != nullptr) return relation(evaluator, *node);
  Relation::Path path{target_field("database"), target_field("schema"), input_text("this.identifier", "hook")};
  return Value{ObjectPtr{std::make_shared<Relation>(std::move(path), "", rules(), Site{evaluator.site(), &sources})}};
}

// ---------------------------------------------------------------------------------------------------------------- ref and source

Value DbtContext::Impl::refer(Evaluator& evaluator, const ReferenceCall& call) {
  reference_calls.push_back(call);
  const bool parses = !executes(evaluator);
  // While the loader parses, not all nodes are there; dbt gives the current node's relation then.
  if (parses && binding.stage == Stage::Parse) return current_relation(evaluator);
  const Node* const found = resolve_reference(project, package(), call);
  if (found != nullptr && found->enabled) {
    if (std::find(references.begin(), references.end(), found->unique_id) == references.end()) references.push_back(found->unique_id);
    return parses ? current_relation(evaluator) : relation(evaluator, *found);
  }
  if (explores() && found == nullptr && !project.installed_packages_missing.empty()) {
    return make_unknown(call.is_source ? fmt::format("source('{}', '{}')", call.package, call.name) : fmt::format("ref('{}')", call.name), Symbol::Shape::Object);
  }
  const std::string who = node != nullptr ? fmt::format("{} '{}' ({})", capitalized(name_of(node->type)), node->unique_id, node_path(node))
                                          : fmt::format("Operation '{}' ({})", package(), node_path(nullptr));
  const std::string version = call.version ? fmt::format("with version '{}' ", *call.version) : std::string{};
  const std::string where = call.is_source || call.package.empty() ? std::string{} : fmt::format("in package or project '{}' ", call.package);
  const std::string name = call.is_source ? call.package + "." + call.name : call.name;
  fail_compilation(evaluator, fmt::format("{} depends on a {} named '{}' {}{}which {}", who, call.is_source ? "source" : call.is_function ? "function" : "node", name, version, where,
                                          found == nullptr ? "was not found" : "is disabled"));
}

Value DbtContext::Impl::ref(Evaluator& evaluator, const Arguments& arguments) {
  ReferenceCall call;
  call.site = arguments.site;
  const std::size_t count = arguments.positional.size();
  if (count < 1 || count > 2) fail_compilation(evaluator, fmt::format("ref() takes at most two arguments ({} given)", count));
  const Value& name = arguments.positional.back();
  if (name.is<Unknown>() || arguments.positional.front().is<Unknown>()) return make_unknown("ref(..)", Symbol::Shape::Object);
  const std::optional<std::string_view> text = text_of(name);
  if (!text) fail_compilation(evaluator, fmt::format("The name argument to ref() must be a string, got <class '{}'>", type_name(name)));
  call.name = std::string{*text};
  if (count == 2) {
    const std::optional<std::string_view> package_name = text_of(arguments.positional.front());
    if (!package_name && !arguments.positional.front().is<None>()) {
      fail_compilation(evaluator, fmt::format("The package argument to ref() must be a string or None, got <class '{}'>", type_name(arguments.positional.front())));
    }
    call.package = std::string{package_name.value_or("")};
  }
  for (const std::string_view key : {"version", "v"}) {
    const Value* const version = arguments.keyword_if(key);
    if (version == nullptr || version->is<None>()) continue;
    call.version = evaluator.to_text(*version).str();
    call.has_number = version->is<std::int64_t>();
  }
  return refer(evaluator, call);
}

/// `function('name')` or `function('package', 'name')`.
Value DbtContext::Impl::function_reference(Evaluator& evaluator, const Arguments& arguments) {
  const std::size_t count = arguments.positional.size();
  if (count < 1 || count > 2 || !arguments.keyword.empty()) fail_compilation(evaluator, fmt::format("function() takes at most two arguments ({} given)", count + arguments.keyword.size()));
  ReferenceCall call;
  call.site = arguments.site;
  call.is_function = true;
  for (const Value& part : arguments.positional) {
    if (part.is<Unknown>()) return make_unknown("function(..)", Symbol::Shape::Object);
    const std::optional<std::string_view> text = text_of(part);
    if (!text) fail_compilation(evaluator, fmt::format("The name argument to function() must be a string, got <class '{}'>", type_name(part)));
    call.package = std::exchange(call.name, std::string{*text});
  }
  return refer(evaluator, call);
}

/// A metric stands for itself in SQL; which ones there are is not read, so a hook that names one is left to dbt.
Value DbtContext::Impl::metric(Evaluator& evaluator, const Arguments& arguments) {
  const std::size_t count = arguments.positional.size();
  if (count < 1 || count > 2) fail_compilation(evaluator, fmt::format("metric() takes at most two arguments ({} given)", count));
  return make_unknown(fmt::format("metric('{}')", evaluator.to_text(arguments.positional.back()).view()), Symbol::Shape::Text);
}

Value DbtContext::Impl::source(Evaluator& evaluator, const Arguments& arguments) {
  const std::size_t count = arguments.positional.size() + arguments.keyword.size();
  if (count != 2 || arguments.positional.size() != 2) fail_compilation(evaluator, fmt::format("source() takes exactly two arguments ({} given)", count));
  if (arguments.positional[0].is<Unknown>() || arguments.positional[1].is<Unknown>()) return make_unknown("source(..)", Symbol::Shape::Object);
  for (const Value& value : arguments.positional) {
    if (!text_of(value)) fail_compilation(evaluator, fmt::format("The source name (first) argument to source() must be a string, got <class '{}'>", type_name(value)));
  }
  ReferenceCall call;
  call.site = arguments.site;
  call.is_source = true;
  call.package = std::string{*text_of(arguments.positional[0])};
  call.name = std::string{*text_of(arguments.positional[1])};
  return refer(evaluator, call);
}

}  // namespace hookc
