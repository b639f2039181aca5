#include "compiler/project/live_host.h"

#include <fmt/format.h>

#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

Binding running(Binding binding) {
  binding.stage = Stage::Run;
  binding.execute = true;
  return binding;
}

/// What a database says beside rows: prints as its message.
class AdapterResponse final : public Object {
 public:
  AdapterResponse(std::string message, std::string code, std::optional<std::int64_t> rows_affected)
      : message_(std::move(message)), code_(std::move(code)), rows_affected_(rows_affected) {}
  [[nodiscard]] std::string type_name() const override { return "AdapterResponse"; }
  [[nodiscard]] Text str() const override { return Text{message_, Position{0}}; }
  [[nodiscard]] Text repr() const override { return Text{fmt::format("AdapterResponse(_message='{}')", message_), Position{0}}; }

  [[nodiscard]] std::vector<std::string> member_names() const override { return {"message", "code", "rows_affected", "query_id"}; }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "_message" || name == "message") return Value{evaluator.made(message_)};
    if (name == "code") return code_.empty() ? Value{None{}} : Value{evaluator.made(code_)};
    if (name == "rows_affected") return rows_affected_ ? Value{*rows_affected_} : Value{None{}};
    if (name == "query_id") return Value{None{}};
    return std::nullopt;
  }

 private:
  std::string message_;
  std::string code_;
  std::optional<std::int64_t> rows_affected_;
};

/// The table with texts that say that a query returned them.
TablePtr as_input(Sources& sources, const TablePtr& table) {
  if (table == nullptr) return Table::make({}, {});
  std::vector<std::vector<Value>> rows = table->data();
  for (std::vector<Value>& row : rows) {
    for (Value& cell : row) {
      const auto* text = cell.get_if<Text>();
      if (text == nullptr || text->empty() || place_of(text->position_at(0)) != 0) continue;
      cell = make_text(text->str(), sources.add_input("run_query(..)", text->size()));
    }
  }
  return Table::make(table->column_names(), std::move(rows), table->column_types());
}

Value response_of(const QueryAnswer& answer) {
  return Value{ObjectPtr{std::make_shared<AdapterResponse>(answer.message, answer.code, answer.rows_affected)}};
}

}  // namespace

LiveHost::LiveHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding)
    : ContextHost(sources, project, node, phase, running(binding)) {}

Value LiveHost::query(Evaluator& evaluator, const Query& query) {
  const std::size_t event = record_query(evaluator, query);
  if (query.kind == Query::Kind::AdapterMethod) {
    evaluator.mark_used(event);
    return adapter_method(evaluator, query);
  }
  const QueryAnswer answer = execute_query(evaluator, query);
  const TablePtr table = as_input(evaluator.sources(), answer.table);
  switch (query.kind) {
    case Query::Kind::RunQuery: return Value{ObjectPtr{table}};
    case Query::Kind::AdapterExecute: return make_tuple({response_of(answer), Value{ObjectPtr{table}}});
    case Query::Kind::AddQuery: return make_tuple({Value{None{}}, Value{None{}}});
    case Query::Kind::Statement:
    case Query::Kind::AdapterMethod: break;
  }
  std::vector<Value> rows;
  for (const std::vector<Value>& row : table->data()) rows.push_back(make_tuple(row));
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  dict.set("response", response_of(answer));
  dict.set("data", make_list(std::move(rows)));
  dict.set("table", Value{ObjectPtr{table}});
  return result;
}

std::size_t LiveHost::choose(Evaluator& evaluator, const Question& question) {
  evaluator.raise("CompilationError", fmt::format("the value of `{}` is not known in this run", question.symbol->name));
}

}  // namespace hookc
