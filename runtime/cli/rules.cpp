// hookc rules: the table of all rules.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analyzer/rule.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/console.h"

namespace hookc {

ExitStatus run_rules(const RulesOptions& options, const GlobalOptions&) {
  if (options.format == "json") {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Rule* rule : all_rules()) rows.push_back({{"code", rule->code}, {"name", rule->name}, {"severity", name_of(rule->severity)}, {"summary", rule->summary}});
    write_out(nlohmann::ordered_json{{"version", 1}, {"rules", std::move(rows)}}.dump(2) + "\n");
    return ExitStatus::Clean;
  }
  std::string table;
  for (const Rule* rule : all_rules()) table += fmt::format("{}  {:<8} {:<30} {}\n", rule->code, name_of(rule->severity), rule->name, rule->summary);
  write_out(table);
  return ExitStatus::Clean;
}

}  // namespace hookc
