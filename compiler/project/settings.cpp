// hookc.yml: hookc's own settings, beside dbt_project.yml. The command line wins over it.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/base/similar.h"
#include "compiler/project/load.h"
#include "compiler/sql/dialect.h"

namespace hookc {
namespace {

constexpr std::int64_t kMaxLimitFactor = 1'000'000;
constexpr std::int64_t kMaxRetries = 20;
constexpr double kMaxTimeoutSeconds = 7 * 24 * 3600;

void report(LoadState& state, const YamlNode& node, std::string message, std::string help) {
  state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "SettingsError", std::move(message), node.span, std::move(help)));
}

void read_dialect(LoadState& state, const YamlNode& value) {
  if (!sql::dialect_named(value.text.view())) {
    report(state, value, fmt::format("the dialect `{}` is not known", value.text.view()), "known are duckdb, postgres, snowflake, bigquery, redshift, databricks, spark, trino, mysql, sqlite, clickhouse, sqlserver, generic");
    return;
  }
  state.project.settings.dialect = value.text.str();
}

void read_unsupported(LoadState& state, const YamlNode& value) {
  const std::string_view text = value.text.view();
  if (text != "error" && text != "substitute") {
    report(state, value, fmt::format("`unsupported: {}` is not known", text), "write `error` or `substitute`");
    return;
  }
  state.project.settings.substitute_unsupported = text == "substitute";
}

/// One text, or a list of them; `what` is said of anything else.
std::vector<const YamlNode*> texts_of(LoadState& state, const YamlNode& value, std::string_view what) {
  std::vector<const YamlNode*> texts;
  if (value.kind == YamlNode::Kind::Scalar) return {&value};
  if (value.is_mapping()) report(state, value, std::string{what}, "");
  for (const YamlPtr& item : value.items) {
    if (item->kind == YamlNode::Kind::Scalar) texts.push_back(item.get());
    else report(state, *item, std::string{what}, "");
  }
  return texts;
}

void read_texts(LoadState& state, const YamlNode& value, std::string_view what, std::vector<std::string>& texts) {
  for (const YamlNode* text : texts_of(state, value, what)) texts.push_back(text->text.str());
}

void read_rules(LoadState& state, const YamlNode& value, std::string_view what, std::vector<Project::Settings::RuleName>& rules) {
  for (const YamlNode* text : texts_of(state, value, what)) rules.push_back({text->text.str(), text->span});
}

void read_severities(LoadState& state, const YamlNode& value) {
  if (!value.is_mapping()) return report(state, value, "`severities` maps rules to severities", "write `severities: {unkeyed-insert: warning}`");
  for (const YamlEntry& entry : value.entries) {
    const std::string_view word = entry.value->text.view();
    bool known = false;
    for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error}) {
      if (word != name_of(severity)) continue;
      state.project.settings.severities.emplace_back(Project::Settings::RuleName{entry.key->text.str(), entry.key->span}, severity);
      known = true;
    }
    if (!known) report(state, *entry.value, fmt::format("the severity `{}` is not known", word), "write `info`, `warning` or `error`; to leave a rule out, use `ignore`");
  }
}

void read_per_path(LoadState& state, const YamlNode& value) {
  if (!value.is_mapping()) return report(state, value, "`per-path` maps globs of paths to the rules that are left out there", "write `per-path: {\"models/legacy/**\": [unkeyed-insert]}`");
  for (const YamlEntry& entry : value.entries) {
    Project::Settings::PathRules rules;
    rules.glob = entry.key->text.str();
    read_rules(state, *entry.value, "`per-path` lists the codes or names of rules", rules.ignored_rules);
    state.project.settings.per_path.push_back(std::move(rules));
  }
}

void read_budgets(LoadState& state, const YamlNode& node) {
  Project::Settings::Budgets& budgets = state.project.settings.budgets;
  const std::pair<std::string_view, std::optional<std::uint64_t>*> known[] = {{"paths", &budgets.paths}, {"pieces", &budgets.pieces}, {"steps", &budgets.steps}, {"output", &budgets.output}};
  if (!node.is_mapping()) return report(state, node, "`budgets` is a mapping of numbers", "known are `paths`, `pieces`, `steps`, `output`");
  for (const YamlEntry& entry : node.entries) {
    const auto* const row = std::find_if(std::begin(known), std::end(known), [&](const auto& one) { return one.first == entry.key->text.view(); });
    if (row == std::end(known)) {
      report(state, *entry.key, fmt::format("the budget `{}` is not known", entry.key->text.view()), "known are `paths`, `pieces`, `steps`, `output`");
      continue;
    }
    const Value value = yaml_value(*entry.value);
    const auto* number = value.get_if<std::int64_t>();
    constexpr std::int64_t kMost = 1'000'000'000;
    if (number == nullptr || *number < 1 || *number > kMost) {
      report(state, *entry.value, fmt::format("`budgets: {}` is a number from 1 to 1,000,000,000", row->first), "");
      continue;
    }
    *row->second = static_cast<std::uint64_t>(*number);
  }
}

void read_fail_on(LoadState& state, const YamlNode& value) {
  const std::string_view text = value.text.view();
  if (text != "info" && text != "warning" && text != "error") {
    report(state, value, fmt::format("`fail-on: {}` is not known", text), "write `info`, `warning` or `error`");
    return;
  }
  state.project.settings.fail_on = text;
}

void read_dbt_version(LoadState& state, const YamlNode& value) {
  state.project.settings.dbt_version = dbt_version_named(value.text.view());
  if (!state.project.settings.dbt_version) report(state, value, fmt::format("`dbt-compat: {}` is not known", value.text.view()), "write \"1.8\", \"1.9\", \"1.10\", \"1.11\" or \"1.12\"");
}

void read_limit_factor(LoadState& state, const YamlNode& node) {
  const Value value = yaml_value(node);
  const auto* factor = value.get_if<std::int64_t>();
  if (factor == nullptr || *factor < 1 || *factor > kMaxLimitFactor) {
    report(state, node, "`limit-factor` is a number from 1 to a million", "");
    return;
  }
  state.project.settings.limit_factor = static_cast<std::uint64_t>(*factor);
}

void read_ledger(LoadState& state, const YamlNode& value) {
  const std::string_view text = value.text.view();
  if (text != "journal" && text != "database") {
    report(state, value, fmt::format("`ledger: {}` is not known", text), "write `journal` or `database`");
    return;
  }
  state.project.settings.ledger_in_database = text == "database";
}

std::optional<OnError> on_error_named(std::string_view word) {
  if (word == "abort") return OnError::Abort;
  if (word == "skip-model") return OnError::SkipModel;
  if (word == "continue") return OnError::Continue;
  if (word == "warn") return OnError::Warn;
  return std::nullopt;
}

void read_policy(LoadState& state, const YamlNode& entry) {
  if (!entry.is_mapping() || entry.find("match") == nullptr) {
    report(state, entry, "an entry of `hooks` has no `match`", "write `- match: 'on-run-start.*'` and what shall hold for these hooks; see `hookc ls` for the ids");
    return;
  }
  PolicySetting policy;
  for (const YamlEntry& field : entry.entries) {
    const std::string_view key = field.key->text.view();
    const YamlNode& node = *field.value;
    const Value value = yaml_value(node);
    const auto* whole = value.get_if<std::int64_t>();
    const auto* number = value.get_if<double>();
    if (key == "match") {
      policy.match = node.text.str();
    } else if (key == "on_error") {
      policy.on_error = on_error_named(node.text.view());
      if (!policy.on_error) report(state, node, fmt::format("`on_error: {}` is not known", node.text.view()), "write `abort`, `skip-model`, `continue` or `warn`");
    } else if (key == "retries") {
      if (whole == nullptr || *whole < 0 || *whole > kMaxRetries) {
        report(state, node, fmt::format("`retries` is a number from 0 to {}", kMaxRetries), "");
      } else {
        policy.retries = static_cast<std::uint32_t>(*whole);
      }
    } else if (key == "timeout") {
      const double seconds = whole != nullptr ? static_cast<double>(*whole) : number != nullptr ? *number : 0;
      if (!(seconds > 0) || seconds > kMaxTimeoutSeconds) {
        report(state, node, "`timeout` is a number of seconds above 0, a week at most", "");
      } else {
        policy.timeout_seconds = seconds;
      }
    } else {
      report(state, *field.key, fmt::format("the setting `{}` of a hook is not known", key), "known are `match`, `on_error`, `retries`, `timeout`");
    }
  }
  state.project.settings.policies.push_back(std::move(policy));
}

}  // namespace

void settle_dbt_version(LoadState& state) {
  Project& project = state.project;
  project.dbt_version = state.options.dbt_version ? *state.options.dbt_version : project.settings.dbt_version.value_or(kNewestDbt);
  project.start_failure_skips_nodes = skips_nodes_after_failed_start(project.dbt_version);
  const YamlNode* flags = state.packages.front().project_yml->find("flags");
  if (flags == nullptr || !flags->is_mapping()) return;
  project.flags = *yaml_value(*flags).get_if<DictPtr>();
  const Value* flag = project.flags->find("skip_nodes_if_on_run_start_fails");
  if (flag != nullptr && flag->is<bool>() && project.dbt_version >= DbtVersion::V1_9) project.start_failure_skips_nodes = *flag->get_if<bool>();
}

void read_settings(LoadState& state) {
  const std::optional<SourceId> source = read_file(state, state.project.root / "hookc.yml");
  if (!source) return;
  const YamlPtr yml = parse_yaml(state.sources, *source, state.project.diagnostics);
  if (!yml || yml->is_null()) return;
  if (!yml->is_mapping()) {
    report(state, *yml, "`hookc.yml` is no mapping", "");
    return;
  }
  for (const YamlEntry& entry : yml->entries) {
    const std::string_view key = entry.key->text.view();
    const YamlNode& value = *entry.value;
    if (value.is_null()) continue;
    if (key == "dialect") {
      read_dialect(state, value);
    } else if (key == "unsupported") {
      read_unsupported(state, value);
    } else if (key == "select") {
      read_rules(state, value, "`select` lists the codes or names of rules", state.project.settings.selected_rules);
    } else if (key == "ignore") {
      read_rules(state, value, "`ignore` lists the codes or names of rules", state.project.settings.ignored_rules);
    } else if (key == "severities") {
      read_severities(state, value);
    } else if (key == "per-path") {
      read_per_path(state, value);
    } else if (key == "log-tables") {
      read_texts(state, value, "`log-tables` lists globs over names of tables", state.project.settings.log_tables);
    } else if (key == "run-keys") {
      read_texts(state, value, "`run-keys` lists names such as `var('batch_id')`", state.project.settings.run_keys);
    } else if (key == "budgets") {
      read_budgets(state, value);
    } else if (key == "fail-on") {
      read_fail_on(state, value);
    } else if (key == "limit-factor") {
      read_limit_factor(state, value);
    } else if (key == "duckdb-library") {
      state.project.settings.duckdb_library = state.project.root / value.text.str();
    } else if (key == "dbt-macros") {
      state.project.settings.dbt_macros = state.project.root / value.text.str();
    } else if (key == "dbt-compat") {
      read_dbt_version(state, value);
    } else if (key == "ledger") {
      read_ledger(state, value);
    } else if (key == "ledger-schema") {
      state.project.settings.ledger_schema = value.text.str();
    } else if (key == "hooks") {
      for (const YamlPtr& item : value.items) read_policy(state, *item);
      if (value.items.empty()) report(state, value, "`hooks` lists what shall hold for which hooks", "write `- match: 'on-run-start.*'` and so on below it");
    } else {
      static const std::vector<std::string> kKeys{"dialect", "unsupported", "select", "ignore", "severities", "per-path", "log-tables", "run-keys", "budgets", "fail-on", "limit-factor", "duckdb-library", "dbt-macros", "dbt-compat", "ledger", "ledger-schema", "hooks"};
      const std::string meant = did_you_mean(key, kKeys);
      report(state, *entry.key, fmt::format("the setting `{}` is not known", key), meant.empty() ? fmt::format("known are `{}`", fmt::join(kKeys, "`, `")) : meant);
    }
  }
}

}  // namespace hookc
