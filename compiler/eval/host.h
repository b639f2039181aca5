// Host: the evaluator's only window on the world. The three commands are three small hosts: compile fixes the answers, lint explores
// all of them (explore.h), run asks the live database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/cycles.h"
#include "compiler/value/value.h"

namespace hookc {

class Evaluator;

/// A request to the database, made by dbt's names for it.
struct Query {
  enum class Kind : std::uint8_t {
    RunQuery,        // run_query(sql): the table, fetched
    Statement,       // {% call statement(name, fetch_result) %}
    AdapterExecute,  // adapter.execute(sql, auto_begin, fetch)
    AddQuery,        // adapter.add_query
    AdapterMethod    // adapter.get_relation(...), adapter.create_schema(...): `method` and `arguments`
  };
  Kind kind = Kind::RunQuery;
  Text sql;  // empty for AdapterMethod
  std::string method;
  Arguments arguments;
  bool fetch = true;
  bool auto_begin = false;
  Span site;  // the call
};

/// A question whose answer is not known to the template: exactly the two ways that the evaluation can go on.
struct Question {
  enum class Kind : std::uint8_t {
    Truth,     // is it true?
    Compare,   // is `symbol op operand`?
    Test,      // is `symbol is name(operand)`?
    LoopSize,  // how many items? answers 0, 1, 2
    Value      // which of the domain? the answer is its index
  };
  Kind kind = Kind::Truth;
  SymbolPtr symbol;
  std::string op;  // `==`, `in`, `<`, the test's name
  std::optional<Value> operand;
  Span site;
};

class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  /// The context's value of a name; nothing when the context does not have it (it is undefined then).
  virtual std::optional<Value> input(Evaluator& evaluator, std::string_view name) = 0;
  /// The names that `input` answers, for "did you mean".
  [[nodiscard]] virtual std::vector<std::string> names() const { return {}; }
  /// Sends or stands in for a request. What comes back is what the Jinja function returns.
  virtual Value query(Evaluator& evaluator, const Query& query) = 0;
  /// The answer: 0 no and 1 yes for Truth, Compare and Test; the number of items for LoopSize; the index in the symbol's domain for Value.
  /// A host that makes no Unknowns is never asked.
  virtual std::size_t choose(Evaluator& evaluator, const Question& question) = 0;

  /// Of all evaluations with this host. Those that it holds itself are released with it.
  [[nodiscard]] Cycles& cycles() { return cycles_; }

 private:
  Cycles cycles_;
};

}  // namespace hookc
