#include "runtime/cli/detach.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "analyzer/facts.h"
#include "compiler/project/yaml.h"
#include "runtime/adapters/target_fields.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".hookc-detached";       // a folder with this file is ours to make anew
constexpr std::string_view kMacros = "hookc_detached_macros";
constexpr std::string_view kProjectFile = "dbt_project.yml";
constexpr std::string_view kNoHooks =
    "{# Written by `hookc compile --detach`: hookc runs the hooks, so dbt must not. #}\n"
    "{% macro run_hooks(hooks, inside_transaction=True) %}{% endmacro %}\n";

// ---------------------------------------------------------------------------------------------------------------- what cannot be taken out

template <class Function>
void for_each_statement(const HookFacts& hook, Function function) {
  for (const PathFacts& path : hook.executing) {
    for (const SentSql& sent : path.sent) {
      for (const sql::Statement& statement : sent.script.statements) function(sent, statement);
    }
  }
}

bool is_run_hook(const HookFacts& hook) { return hook.hook->phase == HookPhase::OnRunStart || hook.hook->phase == HookPhase::OnRunEnd; }

/// What ties the statement to the session or the transaction of the model; empty when nothing does.
std::string_view tie_to_model(HookPhase phase, const sql::Statement& statement) {
  if (std::holds_alternative<sql::Transaction>(statement.node)) return "cuts into the transaction of its model";
  if (const auto* other = std::get_if<sql::Other>(&statement.node); other != nullptr && other->head == "lock") return "locks until the transaction of its model ends";
  if (phase != HookPhase::PreHook) return {};  // what a post-hook makes is for the hooks after it, which run in the same session
  if (std::holds_alternative<sql::SetSession>(statement.node)) return "sets something in the session that builds its model";
  const auto* create = std::get_if<sql::Create>(&statement.node);
  return create != nullptr && create->temporary ? "makes a temporary table for its model" : std::string_view{};
}

bool mentions(const ProjectFacts& facts, HookPhase phase, std::string_view name) {
  return std::ranges::any_of(facts.hooks, [&](const HookFacts& hook) {
    bool found = false;
    if (hook.hook->phase == phase) for_each_statement(hook, [&](const SentSql& sent, const sql::Statement& statement) { found = found || sent.text.slice(statement.range).view().find(name) != std::string_view::npos; });
    return found;
  });
}

/// The same between on-run-start and on-run-end, which dbt runs in one session.
std::string_view tie_to_run(const ProjectFacts& facts, const sql::Statement& statement) {
  const auto* create = std::get_if<sql::Create>(&statement.node);
  if (create != nullptr && create->temporary && mentions(facts, HookPhase::OnRunEnd, create->name.last())) return "makes a temporary table that on-run-end reads";
  const auto* set = std::get_if<sql::SetSession>(&statement.node);
  const bool has_end = std::ranges::any_of(facts.hooks, [](const HookFacts& hook) { return hook.hook->phase == HookPhase::OnRunEnd; });
  return set != nullptr && has_end ? "sets something in the session that on-run-end runs in" : std::string_view{};
}

}  // namespace

std::vector<DetachProblem> find_attached(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) {
  const ProjectFacts facts = collect_facts(sources, project, dialect, &target);
  std::vector<DetachProblem> problems;
  for (const HookFacts& hook : facts.hooks) {
    std::set<std::string_view> ties;
    for_each_statement(hook, [&](const SentSql&, const sql::Statement& statement) {
      const std::string_view tie = !is_run_hook(hook) ? tie_to_model(hook.hook->phase, statement) : hook.hook->phase == HookPhase::OnRunStart ? tie_to_run(facts, statement) : std::string_view{};
      if (!tie.empty()) ties.insert(tie);
    });
    for (const std::string_view tie : ties) problems.push_back({fmt::format("`{}` cannot be detached: it {}", hook.hook->id, tie), "leave it to dbt with the others, or write it so that it stands alone"});
  }
  return problems;
}

// ---------------------------------------------------------------------------------------------------------------- the folder

namespace {

class Detached {
 public:
  Detached(const Project& project, const Target& target, fs::path folder) : project_(project), target_(target), folder_(std::move(folder)) {}

  std::vector<DetachProblem> write() {
    check();
    if (!problems_.empty()) return std::move(problems_);
    for (const Package& package : project_.packages) rewrite(package);
    if (!problems_.empty()) return std::move(problems_);
    try {
      fs::remove_all(folder_);
      fs::create_directories(folder_ / kMacros);
      fs::create_directory(project_.root / "target");
      save(folder_ / kMark, "made by `hookc compile --detach`; made anew each time\n");
      save(folder_ / kMacros / "run_hooks.sql", kNoHooks);
      link_below({});
      for (const auto& [name, text] : files_) save(folder_ / name, text);
    } catch (const std::system_error& error) {
      problem(fmt::format("`{}` cannot be made: {}", folder_.string(), error.code().message()), "name a folder that can be written");
    }
    return std::move(problems_);
  }

 private:
  void problem(std::string message, std::string help) { problems_.push_back({std::move(message), std::move(help)}); }

  static void save(const fs::path& file, std::string_view text) {
    std::ofstream stream{file, std::ios::binary};
    stream << text;
    stream.close();
    if (!stream) throw std::system_error{std::make_error_code(std::errc::io_error), file.string()};
  }

  void check() {
    std::error_code error;
    if (fs::exists(folder_, error) && !fs::exists(folder_ / kMark, error) && !fs::is_empty(folder_, error)) problem(fmt::format("`{}` is there and was not made by hookc", folder_.string()), "name a folder that is not there yet");
    for (const Package& package : project_.packages) {
      if (package.is_root && package.macros.contains("run_hooks")) problem("the project has a macro `run_hooks` of its own, which would be there twice", "leave the hooks to dbt, or remove the macro");
    }
    if (target_.type != "duckdb" || target_.connection == nullptr) return;
    const Value* path = target_.connection->find("path");
    const std::string text = path == nullptr ? ":memory:" : scalar_text(*path).value_or("");
    if (text.empty() || text.starts_with(":memory:")) {
      problem("the target's database is in memory: it is gone when a phase ends", "give the target a `path`");
    } else if (!fs::path{text}.is_absolute() && !fs::path{text}.has_parent_path()) {
      problem(fmt::format("the target's `path: {}` is relative to where dbt runs, which is another folder then", text), "move the file into a folder of the project (`target/...`), or write the whole path");
    }
  }

  /// The text of a package's dbt_project.yml without the keys at its top that must go; problems where they cannot be cut out.
  void rewrite(const Package& package) {
    if (package.is_internal || package.root.empty()) return;
    const fs::path file = package.root / kProjectFile;
    std::ifstream stream{file, std::ios::binary};
    std::stringstream bytes;
    bytes << stream.rdbuf();
    std::string text = bytes.str();
    Sources sources;
    Diagnostics diagnostics;
    const YamlPtr yml = parse_yaml(sources, sources.add_file(file.string(), text), diagnostics);
    if (yml == nullptr || !yml->is_mapping()) return problem(fmt::format("`{}` cannot be read", file.string()), "");
    std::vector<std::string> folders{"macros"};
    const YamlNode* named = yml->find("macro-paths");
    if (named != nullptr && !named->items.empty()) {
      folders.clear();
      for (const YamlPtr& item : named->items) folders.push_back(item->text.str());
    }
    const std::size_t cuts = cut(*yml, package.is_root, text, file);
    if (cuts == 0 && !package.is_root) return;
    const fs::path name = fs::proximate(package.root, project_.root) / kProjectFile;
    if (*name.begin() == "..") return problem(fmt::format("the package `{}` has run hooks and lies outside of the project", package.name), "install it into the project with `dbt deps`");
    if (package.is_root) {
      if (!text.ends_with('\n')) text += '\n';
      text += "macro-paths: [";
      for (const std::string& folder : folders) text += fmt::format("'{}', ", folder);
      text += fmt::format("'{}']\n", kMacros);
    }
    if (parse_yaml(sources, sources.add_file(file.string(), text), diagnostics) == nullptr || std::ranges::any_of(diagnostics, [](const Diagnostic& one) { return one.severity == Severity::Error; })) {
      return problem(fmt::format("`{}` is no YAML any more without its hooks", file.string()), "an anchor in them is used elsewhere: write it out");
    }
    files_.emplace(name.lexically_normal().string(), std::move(text));
  }

  /// Removes the blocks of these keys, last one first; says how many there were.
  std::size_t cut(const YamlNode& yml, bool is_root, std::string& text, const fs::path& file) {
    std::vector<std::size_t> begins;
    for (const YamlEntry& entry : yml.entries) begins.push_back(entry.key->span.begin);
    std::ranges::sort(begins);
    std::vector<std::pair<std::size_t, std::size_t>> blocks;
    for (const YamlEntry& entry : yml.entries) {
      const std::string_view key = entry.key->text.view();
      if (key != "on-run-start" && key != "on-run-end" && !(is_root && key == "macro-paths")) continue;
      const std::size_t begin = entry.key->span.begin;
      if (begin != 0 && text[begin - 1] != '\n') {
        problem(fmt::format("`{}` of `{}` does not stand at the begin of a line", key, file.string()), "write it in a line of its own");
        continue;
      }
      const auto next = std::ranges::upper_bound(begins, begin);
      blocks.emplace_back(begin, next == begins.end() ? text.size() : *next);
    }
    std::ranges::sort(blocks, std::ranges::greater{});
    for (const auto& [begin, end] : blocks) text.erase(begin, end - begin);
    return blocks.size();
  }

  /// Links everything in a folder of the project, but what has a file of its own here: those folders are made, and their entries linked.
  void link_below(const fs::path& below) {
    const fs::path own = fs::weakly_canonical(folder_);
    for (const fs::directory_entry& entry : fs::directory_iterator{project_.root / below}) {
      const fs::path name = (below / entry.path().filename()).lexically_normal();
      if (files_.contains(name.string()) || name == ".git" || fs::weakly_canonical(entry.path()) == own) continue;
      const bool has_file = std::ranges::any_of(files_, [&](const auto& file) { return file.first.starts_with(name.string() + "/"); });
      if (has_file) {
        fs::create_directories(folder_ / name);
        link_below(name);
      } else {
        fs::create_symlink(fs::proximate(fs::absolute(entry.path()), fs::canonical((folder_ / name).parent_path())), folder_ / name);
      }
    }
  }

  const Project& project_;
  const Target& target_;
  fs::path folder_;
  std::map<std::string, std::string> files_;  // by name in the folder
  std::vector<DetachProblem> problems_;
};

}  // namespace

std::vector<DetachProblem> write_detached(const Project& project, const Target& target, const fs::path& folder) { return Detached{project, target, folder}.write(); }

}  // namespace hookc
