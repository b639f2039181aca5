#include "runtime/selection.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "compiler/value/repr.h"

namespace hookc {
namespace {

using Ids = std::set<std::string>;
constexpr std::size_t kAllGenerations = std::numeric_limits<std::size_t>::max();

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool has_key(const Value* value, std::string_view wanted) {
  if (value == nullptr) return false;
  if (const auto* list = value->get_if<ListPtr>()) return std::ranges::any_of((*list)->items, [&](const Value& item) { return matches_glob(wanted, display(item)); });
  std::string shown = display(*value);
  if (value->is<bool>()) shown = *value->get_if<bool>() ? "true" : "false";
  return matches_glob(wanted, shown);
}

bool matches_path(std::string_view wanted, std::string_view path) {
  while (wanted.starts_with("./")) wanted.remove_prefix(2);
  while (wanted.ends_with('/')) wanted.remove_suffix(1);
  if (wanted == "." || wanted.empty()) return true;
  return path == wanted || (path.starts_with(wanted) && path.size() > wanted.size() && path[wanted.size()] == '/') || matches_glob(wanted, path);
}

/// dbt's method `fqn`: a name, or a dotted path that begins at the package or below it.
bool matches_name(std::string_view wanted, const Node& node) {
  if (matches_glob(wanted, node.name) || wanted == node.unique_id) return true;
  const std::vector<std::string_view> parts = split(wanted, '.');
  const auto begins_at = [&](std::size_t first) {
    if (parts.empty() || parts.size() > node.fqn.size() - first) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!matches_glob(parts[i], node.fqn[first + i])) return false;
    }
    return true;
  };
  return !node.fqn.empty() && (begins_at(0) || begins_at(1));
}

struct Criterion {
  std::size_t ancestors = 0;
  std::size_t descendants = 0;
  std::string_view method;
  std::string_view value;
};

/// The generations that a `+` or `2+` at the beginning asks for; it is cut off.
std::size_t take_ancestors(std::string_view& text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits >= text.size() || text[digits] != '+') return 0;
  std::size_t generations = kAllGenerations;
  if (digits > 0) std::from_chars(text.data(), text.data() + digits, generations);
  text.remove_prefix(digits + 1);
  return generations;
}

std::size_t take_descendants(std::string_view& text) {
  const std::size_t sign = text.rfind('+');
  if (sign == std::string_view::npos) return 0;
  const std::string_view digits = text.substr(sign + 1);
  if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return 0;
  std::size_t generations = kAllGenerations;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), generations);
  text = text.substr(0, sign);
  return generations;
}

class Selector {
 public:
  explicit Selector(const Project& project) : project_(project) {
    for (const Node& node : project.nodes) {
      for (const std::string& parent : node.depends_on) children_[parent].push_back(node.unique_id);
    }
  }

  /// Nothing, and an error, when a criterion is not understood.
  std::optional<Ids> any_of(const std::vector<std::string>& texts) {
    Ids all;
    for (const std::string& text : texts) {
      for (const std::string_view one : split(text, ' ')) {
        auto found = both(one);
        if (!found) return std::nullopt;
        all.merge(*found);
      }
    }
    return all;
  }
  [[nodiscard]] const SelectionError& error() const { return error_; }

 private:
  std::optional<Ids> both(std::string_view text) {
    std::optional<Ids> common;
    for (const std::string_view part : split(text, ',')) {
      auto found = nodes_of(part);
      if (!found) return std::nullopt;
      if (common) {
        std::erase_if(*common, [&](const std::string& id) { return !found->contains(id); });
      } else {
        common = std::move(found);
      }
    }
    return common ? common : Ids{};
  }

  std::optional<Ids> nodes_of(std::string_view text) {
    if (text.starts_with('@')) return fail(fmt::format("the operator `@` of `{}` is not known here", text), "write `+name+`");
    Criterion criterion;
    criterion.ancestors = take_ancestors(text);
    criterion.descendants = take_descendants(text);
    const std::size_t colon = text.find(':');
    criterion.method = colon == std::string_view::npos ? std::string_view{} : text.substr(0, colon);
    criterion.value = colon == std::string_view::npos ? text : text.substr(colon + 1);
    Ids found;
    for (const Node& node : project_.nodes) {
      const auto matched = matches(criterion, node);
      if (!matched) return std::nullopt;
      if (*matched) found.insert(node.unique_id);
    }
    Ids all = found;
    spread(found, criterion.ancestors, all, true);
    spread(found, criterion.descendants, all, false);
    return all;
  }

  std::optional<bool> matches(const Criterion& criterion, const Node& node) {
    const std::string_view value = criterion.value;
    const std::string_view method = criterion.method;
    if (method.empty()) return node.type != ResourceType::Source && (matches_name(value, node) || (value.find('/') != std::string_view::npos && matches_path(value, node.path)));
    if (method == "fqn") return node.type != ResourceType::Source && matches_name(value, node);
    if (method == "tag") return std::ranges::any_of(node.tags, [&](const std::string& tag) { return matches_glob(value, tag); });
    if (method == "path") return matches_path(value, node.path);
    if (method == "file") return matches_glob(value, std::string_view{node.path}.substr(node.path.find_last_of('/') + 1));
    if (method == "package") return matches_glob(value, node.package);
    if (method == "resource_type") return value == name_of(node.type);
    if (method == "source") return node.type == ResourceType::Source && (matches_glob(value, node.source_name) || matches_glob(value, node.source_name + "." + node.name));
    if (method == "config.materialized") return value == node.materialized;
    if (method.starts_with("config.")) return node.config != nullptr && has_key(node.config->find(method.substr(7)), value);
    static_cast<void>(fail(fmt::format("the selection method `{}` is not known here", method),
                           "known are names, `fqn:`, `tag:`, `path:`, `file:`, `package:`, `resource_type:`, `source:` and `config.<key>:`"));
    return std::nullopt;
  }

  void spread(Ids frontier, std::size_t generations, Ids& all, bool upwards) const {
    for (std::size_t i = 0; i < generations && !frontier.empty(); ++i) {
      Ids next;
      for (const std::string& id : frontier) {
        for (const std::string& other : upwards ? parents_of(id) : children_of(id)) {
          if (all.insert(other).second) next.insert(other);
        }
      }
      frontier = std::move(next);
    }
  }
  [[nodiscard]] std::vector<std::string> parents_of(const std::string& id) const {
    const Node* node = project_.find_node(id);
    return node == nullptr ? std::vector<std::string>{} : node->depends_on;
  }
  [[nodiscard]] std::vector<std::string> children_of(const std::string& id) const {
    const auto found = children_.find(id);
    return found == children_.end() ? std::vector<std::string>{} : found->second;
  }

  std::nullopt_t fail(std::string message, std::string help) {
    error_ = SelectionError{std::move(message), std::move(help)};
    return std::nullopt;
  }

  const Project& project_;
  std::map<std::string, std::vector<std::string>> children_;
  SelectionError error_;
};

}  // namespace

bool is_built(const Node& node) {
  if (!node.enabled) return false;
  return (node.type == ResourceType::Model && node.materialized != "ephemeral") || node.type == ResourceType::Seed || node.type == ResourceType::Snapshot;
}

bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_glob = 0;
  std::size_t star = std::string_view::npos;  // the last `*`, and how much of the text it has taken
  std::size_t taken = 0;
  while (at < text.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      taken = at;
    } else if (in_glob < glob.size() && (glob[in_glob] == '?' || glob[in_glob] == text[at])) {
      ++in_glob;
      ++at;
    } else if (star != std::string_view::npos) {
      in_glob = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

std::variant<std::set<std::string>, SelectionError> select_nodes(const Project& project, const std::vector<std::string>& select, const std::vector<std::string>& exclude) {
  Ids selected;
  for (const Node& node : project.nodes) {
    const bool is_ephemeral = node.enabled && node.type == ResourceType::Model && node.materialized == "ephemeral";
    if (is_built(node) || is_ephemeral) selected.insert(node.unique_id);
  }
  Selector selector{project};
  if (!select.empty()) {
    const auto wanted = selector.any_of(select);
    if (!wanted) return selector.error();
    std::erase_if(selected, [&](const std::string& id) { return !wanted->contains(id); });
  }
  if (!exclude.empty()) {
    const auto unwanted = selector.any_of(exclude);
    if (!unwanted) return selector.error();
    std::erase_if(selected, [&](const std::string& id) { return unwanted->contains(id); });
  }
  return selected;
}

std::vector<const Node*> in_dependency_order(const Project& project) {
  std::vector<const Node*> order;
  std::set<std::string_view> done;
  // A stack of our own: a chain of ten thousand models is no reason to run out of the machine's.
  struct Visit {
    const Node* node;
    std::size_t next = 0;
  };
  for (const Node& root : project.nodes) {
    std::vector<Visit> stack;
    if (done.insert(root.unique_id).second) stack.push_back(Visit{&root});
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next < visit.node->depends_on.size()) {
        const Node* parent = project.find_node(visit.node->depends_on[visit.next++]);
        if (parent != nullptr && done.insert(parent->unique_id).second) stack.push_back(Visit{parent});
        continue;
      }
      if (is_built(*visit.node)) order.push_back(visit.node);
      stack.pop_back();
    }
  }
  return order;
}

}  // namespace hookc
