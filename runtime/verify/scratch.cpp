#include "runtime/verify/scratch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "compiler/base/overloaded.h"
#include "compiler/sql/parse.h"
#include "runtime/adapters/registry.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRows = 100;  // of a source

bool is_shared(sql::ObjectKind kind) {
  using enum sql::ObjectKind;
  return kind == Role || kind == User || kind == Group || kind == Database || kind == System || kind == Account || kind == Server || kind == Subscription || kind == Secret;
}

/// The session of hooks: forwards everything that stays in the scratch database.
class GuardedAdapter final : public Adapter {
 public:
  GuardedAdapter(std::unique_ptr<Adapter> inner, std::function<void()> on_refusal) : inner_(std::move(inner)), on_refusal_(std::move(on_refusal)) {}

  [[nodiscard]] std::string_view type() const override { return inner_->type(); }
  [[nodiscard]] sql::Dialect dialect() const override { return inner_->dialect(); }
  [[nodiscard]] Capabilities capabilities() const override { return inner_->capabilities(); }
  [[nodiscard]] std::string version() const override { return inner_->version(); }
  Result execute(std::string_view sql, Fetch fetch) override {
    for (const sql::Statement& statement : sql::parse_sql(sql, inner_->dialect()).statements) {
      std::string reason = reach_beyond(statement);
      if (reason.empty()) continue;
      AdapterError error;
      error.kind = AdapterError::Kind::Unsupported;
      error.message = std::move(reason);
      on_refusal_();
      if (inner_->in_transaction()) error.rolled_back = !inner_->rollback();
      return error;
    }
    return inner_->execute(sql, fetch);
  }
  std::optional<AdapterError> begin() override { return inner_->begin(); }
  std::optional<AdapterError> commit() override { return inner_->commit(); }
  std::optional<AdapterError> rollback() override { return inner_->rollback(); }
  [[nodiscard]] bool in_transaction() const override { return inner_->in_transaction(); }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override { return inner_->ensure_schema(schema); }
  std::optional<AdapterError> lock(std::string_view name) override { return inner_->lock(name); }
  void interrupt() noexcept override { inner_->interrupt(); }

 private:
  std::unique_ptr<Adapter> inner_;
  std::function<void()> on_refusal_;
};

DictPtr with_field(const DictPtr& fields, std::string_view field, const std::string& text) {
  auto changed = fields == nullptr ? std::make_shared<Dict>() : std::make_shared<Dict>(*fields);
  changed->set(field, make_text(text, Position{0}));
  return changed;
}

std::string field_of(const Target& target, std::string_view field) {
  const Value* value = target.connection == nullptr ? nullptr : target.connection->find(field);
  return value == nullptr ? std::string{} : std::string{text_of(*value).value_or("")};
}

AdapterError unsupported(std::string message, std::string help) {
  AdapterError error;
  error.kind = AdapterError::Kind::Unsupported;
  error.message = std::move(message);
  error.help = std::move(help);
  return error;
}

std::string random_name() {
  std::random_device random;
  return fmt::format("hookc_verify_{}_{:08x}", ::getpid(), random());
}

struct SourceTable {
  std::string schema;
  std::string name;
  [[nodiscard]] std::string quoted() const { return quote_name(schema) + "." + quote_name(name); }
};

std::vector<SourceTable> sources_of(const Project& project) {
  std::vector<SourceTable> tables;
  for (const Node& node : project.nodes) {
    if (node.type == ResourceType::Source && node.enabled && node.schema) tables.push_back({node.schema->str(), node.alias});
  }
  return tables;
}

std::optional<std::string> failure_of(const Result& result) {
  const auto* error = std::get_if<AdapterError>(&result);
  return error == nullptr ? std::nullopt : std::optional{error->message};
}

}  // namespace

std::string reach_beyond(const sql::Statement& statement) {
  const auto kind = [](sql::ObjectKind object) { return is_shared(object) ? fmt::format("it changes a {}, which is not of the scratch database alone", sql::name_of(object)) : std::string{}; };
  const auto privileges = [&](const sql::Privileges& node) { return node.is_role_grant ? kind(sql::ObjectKind::Role) : kind(node.kind); };
  return std::visit(overloaded{
                        [&](const sql::Create& node) { return kind(node.kind); },
                        [&](const sql::Drop& node) { return kind(node.kind); },
                        [&](const sql::Alter& node) { return kind(node.kind); },
                        [&](const sql::Grant& node) { return privileges(node); },
                        [&](const sql::Revoke& node) { return privileges(node); },
                        [&](const sql::CommentOn& node) { return kind(node.kind); },
                        [](const sql::Copy& node) { return node.direction == sql::Copy::Direction::Unload ? std::string{"it writes files"} : std::string{}; },
                        [](const sql::Other& node) {
                          constexpr std::array kHeads{"attach", "detach", "export", "import", "install"};
                          return std::find(kHeads.begin(), kHeads.end(), node.head) != kHeads.end() ? fmt::format("`{}` is not of the scratch database alone", node.head) : std::string{};
                        },
                        [](const sql::Insert&) { return std::string{}; },
                        [](const sql::Update&) { return std::string{}; },
                        [](const sql::Delete&) { return std::string{}; },
                        [](const sql::Merge&) { return std::string{}; },
                        [](const sql::Truncate&) { return std::string{}; },
                        [](const sql::Invoke&) { return std::string{}; },
                        [](const sql::SetSession&) { return std::string{}; },
                        [](const sql::Transaction&) { return std::string{}; },
                        [](const sql::Maintenance&) { return std::string{}; },
                        [](const sql::Query&) { return std::string{}; },
                        [](const sql::Unparsable&) { return std::string{}; },
                    },
                    statement.node);
}

std::variant<std::unique_ptr<Scratch>, AdapterError> make_scratch(const Target& target, const AdapterOptions& options) {
  std::unique_ptr<Scratch> scratch{new Scratch};
  scratch->own_ = target;
  scratch->target_ = target;
  scratch->options_ = options;
  if (target.type == "duckdb") {
    if (target.connection != nullptr && target.connection->find("attach") != nullptr) {
      return unsupported(fmt::format("not verifiable: target `{}` attaches other databases, and hooks could change them", target.name), "verify on a target without `attach`");
    }
    std::string pattern = (fs::temp_directory_path() / "hookc-verify-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return unsupported(fmt::format("the folder `{}` cannot be made", pattern), "");
    scratch->folder_ = pattern;
    // the same file name: it is the name of the database in SQL
    const fs::path file = field_of(target, "path");
    const bool in_memory = file.empty() || file.string().starts_with(":memory:");
    scratch->target_.connection = with_field(target.connection, "path", in_memory ? std::string{":memory:"} : (scratch->folder_ / file.filename()).string());
    return scratch;
  }
  if (target.type == "postgres") {
    auto opened = open_adapter(target, options);
    if (auto* error = std::get_if<AdapterError>(&opened)) return std::move(*error);
    scratch->server_ = std::move(std::get<std::unique_ptr<Adapter>>(opened));
    const std::string name = random_name();
    Result made = scratch->server_->execute(fmt::format("create database {}", quote_name(name)), Fetch::Nothing);
    if (auto* error = std::get_if<AdapterError>(&made)) {
      error->message = fmt::format("no scratch database could be made: {}", error->message);
      error->help = "the user of the target needs CREATEDB";
      return std::move(*error);
    }
    scratch->database_ = name;
    for (const char* field : {"dbname", "database"}) {
      scratch->target_.connection = with_field(scratch->target_.connection, field, name);
      scratch->target_.fields = with_field(scratch->target_.fields, field, name);
    }
    return scratch;
  }
  return unsupported(fmt::format("not verifiable: hookc makes scratch databases on DuckDB and PostgreSQL, and target `{}` is of type `{}`", target.name, target.type),
                     "pass `--target` with a target of type `duckdb` or `postgres`, or read what `hookc lint --statements` says");
}

Scratch::~Scratch() {
  if (server_ != nullptr && !database_.empty()) server_->execute(fmt::format("drop database if exists {} with (force)", quote_name(database_)), Fetch::Nothing);
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

AdapterOrError Scratch::session(std::function<void()> on_refusal) const {
  auto opened = open_adapter(target_, options_);
  if (std::holds_alternative<AdapterError>(opened)) return opened;
  return std::make_unique<GuardedAdapter>(std::move(std::get<std::unique_ptr<Adapter>>(opened)), std::move(on_refusal));
}

void Scratch::copy_sources(const Project& project) {
  if (sources_of(project).empty()) return;
  auto opened = open_adapter(target_, options_);
  if (const auto* error = std::get_if<AdapterError>(&opened)) {
    notes_.push_back(fmt::format("the sources were not copied: {}", error->message));
    return;
  }
  Adapter& scratch = *std::get<std::unique_ptr<Adapter>>(opened);
  if (server_ != nullptr) copy_from_server(project, scratch);
  else copy_from_file(project, scratch);
}

void Scratch::copy_from_file(const Project& project, Adapter& scratch) {
  const fs::path path = field_of(own_, "path");
  const fs::path file = options_.base_directory ? *options_.base_directory / path : path;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    notes_.push_back(fmt::format("the sources were not copied: there is no database `{}` yet", file.string()));
    return;
  }
  if (const auto failed = failure_of(scratch.execute(fmt::format("attach {} as hookc_own (read_only)", quote_literal(file.string())), Fetch::Nothing))) {
    notes_.push_back(fmt::format("the sources were not copied: {}", *failed));
    return;
  }
  for (const SourceTable& table : sources_of(project)) {
    scratch.ensure_schema(table.schema);
    const auto failed = failure_of(scratch.execute(fmt::format("create table if not exists {0} as select * from hookc_own.{0} limit {1}", table.quoted(), kRows), Fetch::Nothing));
    if (failed) notes_.push_back(fmt::format("the source `{}.{}` was not copied: {}", table.schema, table.name, *failed));
  }
  scratch.execute("detach hookc_own", Fetch::Nothing);
}

void Scratch::copy_from_server(const Project& project, Adapter& scratch) {
  const auto copy = [&](const SourceTable& table) -> std::optional<std::string> {
    Result described = server_->execute(fmt::format("select attname, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute where attrelid = {}::regclass and attnum > 0 and not "
                                                    "attisdropped order by attnum",
                                                    quote_literal(table.quoted())),
                                        Fetch::Rows);
    if (auto failed = failure_of(described)) return failed;
    std::vector<std::string> columns;
    for (const auto& row : std::get<ResultSet>(described).rows) columns.push_back(fmt::format("{} {}", quote_name(to_text(row[0]).value_or("")), to_text(row[1]).value_or("text")));
    scratch.ensure_schema(table.schema);
    if (auto failed = failure_of(scratch.execute(fmt::format("create table if not exists {} ({})", table.quoted(), fmt::join(columns, ", ")), Fetch::Nothing))) return failed;
    Result rows = server_->execute(fmt::format("select * from {} limit {}", table.quoted(), kRows), Fetch::Rows);
    if (auto failed = failure_of(rows)) return failed;
    std::vector<std::string> values;
    for (const auto& row : std::get<ResultSet>(rows).rows) {
      std::vector<std::string> cells;
      for (const Cell& cell : row) {
        const auto text = to_text(cell);
        cells.push_back(text ? quote_literal(*text) : "null");
      }
      values.push_back(fmt::format("({})", fmt::join(cells, ", ")));
    }
    return values.empty() ? std::nullopt : failure_of(scratch.execute(fmt::format("insert into {} values {}", table.quoted(), fmt::join(values, ", ")), Fetch::Nothing));
  };
  for (const SourceTable& table : sources_of(project)) {
    if (const auto failed = copy(table)) notes_.push_back(fmt::format("the source `{}.{}` was not copied: {}", table.schema, table.name, *failed));
  }
}

}  // namespace hookc
