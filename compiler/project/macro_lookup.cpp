// Macros by name, packages as namespaces, and `adapter.dispatch`.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "compiler/base/ascii.h"
#include "compiler/base/similar.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/installed_dbt.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::string_view kInternalPackage = "dbt";

/// A macro of the project as a template sees it.
class MacroReference final : public Object {
 public:
  MacroReference(Sources& sources, const ProjectMacro& macro) : sources_(sources), macro_(macro) {}
  [[nodiscard]] std::string type_name() const override { return "MacroGenerator"; }
  [[nodiscard]] Text str() const override { return Text{fmt::format("<macro {}.{}>", macro_.package, macro_.name), Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Evaluator& evaluator, const Arguments& arguments) override {
    const ProjectMacro::Body& body = macro_.body(sources_);
    if (body.problem) throw EvalError{*body.problem};
    return evaluator.call_macro(body.callable, macro_.name, body.owner, arguments);
  }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "name") return Value{evaluator.made(macro_.name)};
    return std::nullopt;
  }
  [[nodiscard]] bool equals(const Value& other) const override {
    const auto* object = other.get_if<ObjectPtr>();
    const auto reference = object == nullptr ? nullptr : std::dynamic_pointer_cast<MacroReference>(*object);
    return reference != nullptr && &reference->macro_ == &macro_;
  }

 private:
  Sources& sources_;            // both live as long as the project
  const ProjectMacro& macro_;
};

/// `dbt_utils` in `dbt_utils.star(...)`.
class PackageNamespace final : public Object {
 public:
  PackageNamespace(DbtContext::Impl& impl, std::string name) : impl_(impl), name_(std::move(name)) {}
  [[nodiscard]] std::string type_name() const override { return "dict"; }
  [[nodiscard]] Text str() const override { return Text{"<package " + name_ + ">", Position{0}}; }
  [[nodiscard]] bool is_mapping() const override { return true; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    std::vector<std::string> names{"get"};
    for (const Package& package : impl_.project.packages) {
      if (package.name != name_ && !(package.is_internal && name_ == kInternalPackage)) continue;
      for (const auto& [macro, body] : package.macros) names.push_back(macro);
    }
    if (name_ == kInternalPackage) names.insert(names.end(), native_macro_names().begin(), native_macro_names().end());
    return names;
  }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "get") {
      // `context.get(..).get(..)`: the namespace may be gone before its method is called
      return make_function("get", [&impl = impl_, package = name_](Evaluator& caller, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}});
        const std::optional<Value> value = PackageNamespace{impl, package}.item(caller, given[0]);
        return value ? *value : given[1];
      });
    }
    if (name.starts_with('_')) return std::nullopt;  // an item: Jinja's sandbox lets no such attribute through
    return find(evaluator, name);
  }
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override {
    const std::optional<std::string_view> name = text_of(key);
    return name ? find(evaluator, *name) : std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<Value> find(Evaluator&, std::string_view name) const {
    if (name_ == kInternalPackage) {
      if (std::optional<Value> native = native_macro(impl_, name)) return native;
    }
    if (const ProjectMacro* macro = impl_.find_macro_in(name_, name)) return impl_.macro_value(*macro);
    // dbt and its adapters may have more macros than are known here; a name that is nearly one of them is a slip
    if (name_ == kInternalPackage && impl_.explores() && did_you_mean(name, member_names()).empty()) return impl_.missing_macro(name_, name);
    if (impl_.project.find_package(name_) == nullptr) return impl_.missing_macro(name_, name);
    return std::nullopt;
  }

  DbtContext::Impl& impl_;  // lives as long as the host
  std::string name_;
};

constexpr std::array<std::string_view, 11> kAdapters{"duckdb",     "postgres", "snowflake", "bigquery", "redshift", "databricks",
                                                     "spark",      "trino",    "athena",    "fabric",   "sqlserver"};

const ProjectMacro* macro_of(const Package& package, std::string_view name) {
  const auto macro = package.macros.find(name);
  return macro == package.macros.end() ? nullptr : &macro->second;
}

}  // namespace

/// In the package of the adapter, those of the adapters it builds on, then `dbt`; of an adapter that is not known, in all of them at last.
const ProjectMacro* DbtContext::Impl::find_internal_macro(std::string_view name) const {
  const auto internal = std::find_if(project.packages.begin(), project.packages.end(), [](const Package& package) { return package.is_internal; });
  if (internal == project.packages.end()) return nullptr;
  const std::span<const Package> packages{internal, project.packages.end()};
  if (packages.size() == 1) return macro_of(packages.front(), name);
  const std::vector<std::string> line = adapter_line(adapter_type());
  for (const std::string& adapter : line) {
    for (const Package& package : packages) {
      const ProjectMacro* const macro = package.adapter == adapter ? macro_of(package, name) : nullptr;
      if (macro != nullptr) return macro;
    }
  }
  if (const ProjectMacro* macro = macro_of(packages.back(), name)) return macro;
  if (!line.empty()) return nullptr;
  for (const Package& package : packages) {
    if (const ProjectMacro* macro = macro_of(package, name)) return macro;
  }
  return nullptr;
}

const ProjectMacro* DbtContext::Impl::find_macro_in(std::string_view package_name, std::string_view name) const {
  const Package* const found = project.find_package(package_name);
  if (found == nullptr) return nullptr;
  return found->is_internal ? find_internal_macro(name) : macro_of(*found, name);
}

const ProjectMacro* DbtContext::Impl::find_macro(std::string_view name) const {
  if (const ProjectMacro* own = find_macro_in(package(), name)) return own;
  if (const ProjectMacro* root = find_macro_in(project.name, name)) return root;
  return find_internal_macro(name);
}

Value DbtContext::Impl::macro_value(const ProjectMacro& macro) const { return Value{ObjectPtr{std::make_shared<MacroReference>(sources, macro)}}; }

namespace {

/// Macros that people call by name and that come with an adapter, not with dbt. Source: dbt-sqlserver, `macros/adapters/indexes.sql`; dbt-databricks, `macros/optimize.sql`.
constexpr std::array<std::string_view, 8> kMacrosOfAdapters{"create_clustered_index", "create_nonclustered_index", "drop_all_indexes_on_table", "drop_fk_constraints", "drop_pk_constraints",
                                                            "drop_spatial_indexes",   "drop_xml_indexes",          "optimize"};

}  // namespace

std::optional<Value> DbtContext::Impl::macro_or_package(Evaluator&, std::string_view name) {
  if (const ProjectMacro* own = find_macro_in(package(), name)) return macro_value(*own);
  if (const ProjectMacro* root = find_macro_in(project.name, name)) return macro_value(*root);
  const Package* const named = project.find_package(name);
  if (name == kInternalPackage || (named != nullptr && !named->is_internal) || is_missing_package(name)) return package_namespace(name);
  if (std::optional<Value> native = native_macro(*this, name)) return native;
  if (const ProjectMacro* internal = find_internal_macro(name)) return macro_value(*internal);
  const bool is_of_adapter = std::find(kMacrosOfAdapters.begin(), kMacrosOfAdapters.end(), name) != kMacrosOfAdapters.end();
  if (is_of_adapter && (explores() || binding.stage == Stage::Parse)) return missing_macro(kInternalPackage, name);
  return std::nullopt;
}

Value DbtContext::Impl::package_namespace(std::string_view name) { return Value{ObjectPtr{std::make_shared<PackageNamespace>(*this, std::string{name})}}; }

bool DbtContext::Impl::is_missing_package(std::string_view name) const {
  const auto& missing = project.installed_packages_missing;
  const auto is_same = [](char one, char other) { return one == other || (one == '-' && other == '_'); };
  return std::any_of(missing.begin(), missing.end(), [&](std::string_view one) {
    one = one.substr(one.rfind('/') + 1);
    return std::equal(one.begin(), one.end(), name.begin(), name.end(), is_same);
  });
}

bool DbtContext::Impl::may_be_package(const Evaluator& evaluator, std::string_view name) const {
  if (project.installed_packages_missing.empty() || (!explores() && binding.stage != Stage::Parse)) return false;
  // Written as `name.macro(`: what is missing brings packages of its own, and the name of a package need not be that of its repository.
  const Span site = evaluator.site();
  const std::string_view text = sources.text(site.source).view();
  for (std::size_t at = text.find(name, site.begin); at != std::string_view::npos && at <= site.end; at = text.find(name, at + 1)) {
    if (at > 0 && (is_word_character(text[at - 1]) || text[at - 1] == '.')) continue;
    std::size_t end = at + name.size();
    if (end >= text.size() || text[end] != '.') continue;
    for (++end; end < text.size() && is_word_character(text[end]);) ++end;
    if (end < text.size() && text[end] == '(') return true;
  }
  return false;
}

Value DbtContext::Impl::missing_macro(std::string_view package_name, std::string_view name) {
  const std::string full = fmt::format("{}.{}", package_name, name);
  return make_function(full, [this, full](Evaluator& evaluator, const Arguments& arguments) {
    const auto look_at = [&](const Value& value) {
      if (const auto* unknown = value.get_if<Unknown>()) evaluator.derive_unknown(*unknown, "");
    };
    for (const Value& value : arguments.positional) look_at(value);  // what the macro does with them is not known: it may read them
    for (const auto& [keyword, value] : arguments.keyword) look_at(value);
    record(evaluator, Event::Kind::MissingMacro, evaluator.made(full));
    if (explores() || binding.stage == Stage::Parse) return make_unknown(full + "(..)", Symbol::Shape::Any);
    fail_compilation(evaluator, fmt::format("'{}' is undefined. This can happen when calling a macro that does not exist. Check for typos and/or install package dependencies with \"dbt deps\".", full));
  });
}

std::vector<std::string> DbtContext::Impl::dispatch_prefixes(Evaluator& evaluator) {
  std::vector<std::string> prefixes;
  std::optional<std::string> type = adapter_type();
  if (!type) {
    // Which target it will be is open, and its type decides: ask.
    const Value open = target_field("type");
    const auto* unknown = open.get_if<Unknown>();
    if (unknown != nullptr && unknown->symbol->domain) {
      Question question;
      question.kind = Question::Kind::Value;
      question.symbol = unknown->symbol;
      question.site = evaluator.site();
      const std::size_t answer = evaluator.host().choose(evaluator, question);
      const std::vector<Value>& domain = *unknown->symbol->domain;
      if (answer < domain.size()) {
        if (const std::optional<std::string_view> text = text_of(domain[answer])) type = std::string{*text};
      }
    }
  }
  prefixes = adapter_line(type);
  const bool is_known = !prefixes.empty();
  prefixes.emplace_back("default");
  // Without a target any adapter's variant is better than none: the others cannot be told apart from it.
  if (!is_known && explores()) prefixes.insert(prefixes.end(), kAdapters.begin(), kAdapters.end());
  return prefixes;
}

Value DbtContext::Impl::dispatch(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "dispatch", {{"macro_name"}, {"macro_namespace", Value{None{}}}, {"packages", Value{None{}}}});
  if (given[0].is<Unknown>()) return make_unknown("adapter.dispatch(..)", Symbol::Shape::Any);
  const std::string name = evaluator.to_text(given[0]).str();
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
    fail_compilation(evaluator, fmt::format("In adapter.dispatch, got a macro name of \"{}\", but \".\" is not a valid macro name component. Did you mean "
                                            "`adapter.dispatch(\"{}\", macro_namespace=\"{}\")`?",
                                            name, name.substr(dot + 1), name.substr(0, dot)));
  }
  if (!given[2].is<None>()) {
    fail_compilation(evaluator, fmt::format("The \"packages\" argument of adapter.dispatch() has been deprecated.\nUse the \"macro_namespace\" argument instead.\n\n"
                                            "Raised during dispatch for: {}\n",
                                            name));
  }
  const std::optional<std::string_view> space = text_of(given[1]);
  if (!space && !given[1].is<None>()) {
    fail_compilation(evaluator, fmt::format("The macro_namespace argument to adapter.dispatch() must be a string, got {}", type_name(given[1])));
  }
  std::vector<std::optional<std::string>> searched;
  if (!space) {
    searched.emplace_back();
  } else if (const auto order = project.dispatch.find(*space); order != project.dispatch.end()) {
    searched.assign(order->second.begin(), order->second.end());
  } else if (project.find_package(*space) != nullptr) {
    searched.emplace_back(project.name);
    searched.emplace_back(std::string{*space});
  } else {
    searched.emplace_back();
  }
  std::string attempts;
  const std::vector<std::string> prefixes = dispatch_prefixes(evaluator);
  for (const std::optional<std::string>& from : searched) {
    for (const std::string& prefix : prefixes) {
      const std::string wanted = prefix + "__" + name;
      const ProjectMacro* const macro = from ? find_macro_in(*from, wanted) : find_macro(wanted);
      if (macro != nullptr) return macro_value(*macro);
      attempts += fmt::format("{}'{}{}'", attempts.empty() ? "" : ", ", from ? *from + "." : "", wanted);
    }
  }
  const bool is_absent = std::any_of(searched.begin(), searched.end(), [&](const std::optional<std::string>& from) { return from && is_missing_package(*from); });
  if (is_absent || (space && is_missing_package(*space))) return missing_macro(space.value_or(""), name);
  fail_compilation(evaluator, fmt::format("In dispatch: No macro named '{}' found within namespace: '{}'\n    Searched for: {}", name, space.value_or("None"), attempts));
}

}  // namespace hookc
