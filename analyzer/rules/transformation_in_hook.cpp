#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analyzer/operations.h"
#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

constexpr int kError = 5;
constexpr int kWarning = 3;

/// Signs that a statement computes what a model should, with what each weighs. Source: the catalogue of business-logic signals.
class Score {
 public:
  void add(int points, std::string sign) {
    if (points == 0) return;
    total_ += points;
    signs_.push_back(fmt::format("{} {:+}", sign, points));
  }
  [[nodiscard]] int total() const { return total_; }
  [[nodiscard]] std::string breakdown() const { return fmt::format("{}", fmt::join(signs_, ", ")); }

 private:
  int total_ = 0;
  std::vector<std::string> signs_;
};

/// What a statement reads its rows from, and where it writes them.
struct Movement {
  const sql::QualifiedName* target = nullptr;
  std::vector<const sql::Scan*> sources;
  std::vector<const sql::Assignment*> assignments;
  const sql::Insert* insert = nullptr;
  bool removes_rows = false;    // DELETE
  bool makes_relation = false;  // CREATE TABLE AS, CREATE VIEW
};

std::optional<Movement> movement_of(const sql::Statement& statement) {
  Movement movement;
  if (const auto* insert = std::get_if<sql::Insert>(&statement.node)) {
    movement.target = &insert->target;
    movement.insert = insert;
    if (insert->query) movement.sources.push_back(&insert->query->scan);
    for (const auto& row : insert->rows) {
      for (const sql::Expression& value : row) movement.sources.push_back(&value.scan);
    }
    return movement;
  }
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) {
    const bool relation = create->kind == sql::ObjectKind::Table || create->kind == sql::ObjectKind::View || create->kind == sql::ObjectKind::MaterializedView;
    if (!relation || !create->query) return std::nullopt;
    movement.target = &create->name;
    movement.makes_relation = true;
    movement.sources.push_back(&create->query->scan);
    return movement;
  }
  if (const auto* query = std::get_if<sql::Query>(&statement.node); query != nullptr && query->into) {
    movement.target = &*query->into;
    movement.makes_relation = true;
    movement.sources.push_back(&query->scan);
    return movement;
  }
  if (const auto* update = std::get_if<sql::Update>(&statement.node)) {
    movement.target = &update->target;
    movement.sources.push_back(&update->from);
    if (update->where) movement.sources.push_back(&update->where->expr.scan);
    for (const sql::Assignment& assignment : update->assignments) {
      movement.assignments.push_back(&assignment);
      movement.sources.push_back(&assignment.value.scan);
    }
    return movement;
  }
  if (const auto* del = std::get_if<sql::Delete>(&statement.node)) {
    movement.target = &del->target;
    movement.removes_rows = true;
    movement.sources.push_back(&del->from);
    if (del->where) movement.sources.push_back(&del->where->expr.scan);
    return movement;
  }
  if (const auto* merge = std::get_if<sql::Merge>(&statement.node)) {
    movement.target = &merge->target;
    movement.sources.push_back(&merge->source);
    for (const sql::MergeClause& clause : merge->clauses) {
      for (const sql::Assignment& assignment : clause.assignments) movement.assignments.push_back(&assignment);
    }
    return movement;
  }
  return std::nullopt;
}

bool is_catalog(const sql::QualifiedName& name) {
  return std::any_of(name.parts.begin(), name.parts.end(), [](const sql::Identifier& part) {
    return part.value == "information_schema" || part.value == "pg_catalog" || part.value == "account_usage" || part.value.starts_with("duckdb_") || part.value.starts_with("pg_");
  });
}

/// The model's own text reads nothing: `select 1`, `select current_date`.
bool is_dummy_model(const Sources& sources, const Node& node) {
  if (node.type != ResourceType::Model) return false;
  const std::string text = sql_of(sources, node);
  return !has_word(text, "from") && has_word(text, "select");
}

bool is_read_downstream(const RuleInput& input, const Node& node) {
  return std::any_of(input.project.project->nodes.begin(), input.project.project->nodes.end(), [&](const Node& other) {
    return std::find(other.depends_on.begin(), other.depends_on.end(), node.unique_id) != other.depends_on.end();
  });
}

bool has_real_aggregate(const sql::Scan& scan, const RuleInput& input) {
  const bool only_this = std::all_of(scan.relations.begin(), scan.relations.end(), [&](const sql::QualifiedName& read) { return is_this(input, read); });
  return std::any_of(scan.calls.begin(), scan.calls.end(), [&](const sql::Call& call) {
    const std::string_view name = call.name.last();
    const bool bare = name == "count" || name == "min" || name == "max";
    return call.aggregate && !(bare && only_this);
  });
}

/// `from read_json('..')`: rows of a table function.
bool reads_function(const SentSql& sent, const Movement& movement) {
  const std::string_view text = sent.text.view();
  return std::any_of(movement.sources.begin(), movement.sources.end(), [&](const sql::Scan* scan) {
    return std::any_of(scan->calls.begin(), scan->calls.end(), [&](const sql::Call& call) {
      std::size_t end = call.name.empty() ? 0 : call.name.range().begin;
      while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\t' || text[end - 1] == '\r')) --end;
      const std::string_view before = text.substr(0, end);
      const auto ends_with_word = [&](std::string_view word) {
        return before.size() > word.size() && equal_ignoring_case(before.substr(before.size() - word.size()), word) && !is_word_character(before[before.size() - word.size() - 1]);
      };
      return ends_with_word("from") || ends_with_word("join");
    });
  });
}

/// Counts, and no other aggregates: what a log holds of the rows that it speaks of.
bool only_counts(const sql::Scan& scan) {
  return std::all_of(scan.calls.begin(), scan.calls.end(), [](const sql::Call& call) {
    const std::string_view name = call.name.last();
    return !call.aggregate || name == "count" || name == "min" || name == "max";
  });
}

void score_sources(const RuleInput& input, const SentSql& sent, const Movement& movement, bool is_log, Score& score) {
  sql::Scan all;
  for (const sql::Scan* scan : movement.sources) {
    all.relations.insert(all.relations.end(), scan->relations.begin(), scan->relations.end());
    all.calls.insert(all.calls.end(), scan->calls.begin(), scan->calls.end());
    all.joins = static_cast<std::uint16_t>(all.joins + scan->joins);
    all.group_bys = static_cast<std::uint16_t>(all.group_bys + scan->group_bys);
    all.windows = static_cast<std::uint16_t>(all.windows + scan->windows);
    all.cases = static_cast<std::uint16_t>(all.cases + scan->cases);
    all.set_operations = static_cast<std::uint16_t>(all.set_operations + scan->set_operations);
    all.subqueries = static_cast<std::uint16_t>(all.subqueries + scan->subqueries);
    all.ctes = static_cast<std::uint16_t>(all.ctes + scan->ctes);
    all.distincts = static_cast<std::uint16_t>(all.distincts + scan->distincts);
  }
  const bool reads_node = std::any_of(all.relations.begin(), all.relations.end(), [&](const sql::QualifiedName& read) { return !sql::may_be_same(read, *movement.target) && other_node(input, read) != nullptr; });
  const bool only_this = std::all_of(all.relations.begin(), all.relations.end(), [&](const sql::QualifiedName& read) { return is_this(input, read); });
  if (reads_node) score.add(2, "reads another node");
  score.add(std::min<int>(all.joins, 3), "joins");
  if (all.group_bys > 0 || (has_real_aggregate(all, input) && !(is_log && only_counts(all)))) score.add(2, "aggregates");
  if (all.windows > 0) score.add(2, "window");
  score.add(std::min<int>(all.cases, 2), "case");
  if (all.set_operations > 0) score.add(1, "set operation");
  if (all.ctes > 0 || (all.subqueries > 0 && !only_this)) score.add(1, "sub-query");
  if (all.distincts > 0) score.add(1, "distinct");
  const bool only_catalog = std::all_of(all.relations.begin(), all.relations.end(), is_catalog);
  const bool from_data = all.relations.empty() ? reads_function(sent, movement) : !only_catalog;
  if (movement.makes_relation && from_data) score.add(2, "makes a relation from data");
}

/// Something is computed from rows; a literal that is written, or a row that is deleted by its key, is not.
bool reads_data(const SentSql& sent, const Movement& movement) {
  if (movement.makes_relation && reads_function(sent, movement)) return true;
  const bool from_relation = std::any_of(movement.sources.begin(), movement.sources.end(), [](const sql::Scan* scan) { return !scan->relations.empty(); });
  return from_relation || std::any_of(movement.assignments.begin(), movement.assignments.end(), [](const sql::Assignment* assignment) { return !assignment->value.scan.columns.empty(); });
}

/// All that is read is the target, the own relation, or a catalog.
bool reads_only_itself(const RuleInput& input, const Movement& movement) {
  return std::all_of(movement.sources.begin(), movement.sources.end(), [&](const sql::Scan* scan) {
    return std::all_of(scan->relations.begin(), scan->relations.end(), [&](const sql::QualifiedName& read) {
      return sql::may_be_same(read, *movement.target) || is_this(input, read) || is_catalog(read);
    });
  });
}

Score score_of(const RuleInput& input, const SentSql& sent, const Movement& movement) {
  Score score;
  if (!reads_data(sent, movement)) return score;
  if (movement.removes_rows && is_this(input, *movement.target)) return score;  // nothing is computed; HK303 speaks of it
  const Node* written = other_node(input, *movement.target);
  const bool is_log = is_log_relation(input, *movement.target) || (written != nullptr && is_log_source(input, *movement.target, *written));
  if (is_log && reads_only_itself(input, movement)) return score;  // a log that is brought up to date from what stands in it, or from catalogs
  const Node* other = written;
  if (other != nullptr && makes_no_rows(*input.project.sources, *other)) other = nullptr;  // hooks are what fills it
  if (other != nullptr && other->type == ResourceType::Source && is_log) other = nullptr;  // so it is of a log that is declared
  if (other != nullptr) score.add(3, "writes to " + other->unique_id);
  score_sources(input, sent, movement, is_log, score);
  const bool own = is_this(input, *movement.target);
  if (own && input.hook.node != nullptr) {
    const std::string model_sql = sql_of(*input.project.sources, *input.hook.node);
    const bool produced = std::any_of(movement.assignments.begin(), movement.assignments.end(), [&](const sql::Assignment* assignment) {
      return makes_column(model_sql, assignment->column);
    });
    if (produced) score.add(3, "sets a column of the model");
  }
  if (input.hook.node != nullptr && is_dummy_model(*input.project.sources, *input.hook.node) && !own) score.add(3, "the model itself reads nothing");
  if (other != nullptr && is_read_downstream(input, *other)) score.add(2, "others read what it writes");
  if (is_log) score.add(-3, "named as a log");
  const bool operational = movement.insert != nullptr && is_operational_row(sent, *movement.insert);
  if (operational) score.add(-3, "only run metadata");
  return score;
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto movement = movement_of(at.statement);
    if (!movement || movement->target->empty()) return;
    if (movement->makes_relation && yields_nothing(at.view(at.statement.range))) return;  // a frame for what comes later
    const Score score = score_of(input, at.sent, *movement);
    if (score.total() < kWarning) return;
    Findings::Extra extra;
    if (score.total() < kError) extra.severity = Severity::Warning;
    extra.help = "make it a model, and let dbt know what it reads";
    findings.add(at.path, at.sent.text, head_to(at.statement, *movement->target), fmt::format("this hook transforms data (score {}: {})", score.total(), score.breakdown()), std::move(extra));
  });
}

}  // namespace

extern const Rule transformation_in_hook;
const Rule transformation_in_hook{
    .code = "HK302",
    .name = "transformation-in-hook",
    .severity = Severity::Error,
    .summary = "a hook computes or moves business data; from 5 points on it is an error, from 3 a warning",
    .rationale =
        "What a hook computes has no lineage, no tests, no documentation, and runs in no order that dbt knows. Signs are weighed: joins, aggregates, windows, reading and "
        "writing other nodes speak for a transformation; audit tables, run metadata and counts of the own model against it.",
    .example = "post_hook=\"create or replace table marts.top as select c.name, sum(o.amount) from {{ ref('orders') }} o join {{ ref('customers') }} c using (id) group by 1\"",
    .better = "-- models/marts/top.sql, with ref('orders') and ref('customers')",
    .check = check};

}  // namespace hookc
