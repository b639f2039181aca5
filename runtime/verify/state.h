// State: what a database holds, as comparable words: schemas, relations, columns, indexes, rights, comments, functions, sequences, and the rows of tables.
//
// Two states are equal when a person who looks at both sees no difference. Rows are compared as a multiset, by their number and the sum of their digests, so that
// their order does not count. Temporary objects and what belongs to the database itself are left out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/adapter.h"

namespace hookc {

/// One aspect of one object.
struct StateKey {
  std::string aspect;  // `rows`, `table`, `column`, `index`, ...
  std::string object;  // `audit.log`
  friend auto operator<=>(const StateKey&, const StateKey&) = default;
};
struct StateValue {
  std::string text;                     // a definition, or a digest
  std::optional<std::uint64_t> count;   // of rows
  friend bool operator==(const StateValue&, const StateValue&) = default;
};
using State = std::map<StateKey, StateValue>;

/// Whether `read_state` knows the database.
bool can_read_state(sql::Dialect dialect);
/// May be called inside of a transaction, and then sees what it has done so far.
std::variant<State, AdapterError> read_state(Adapter& adapter);

/// The keys whose values differ, or that only one of both has.
std::vector<StateKey> differences(const State& before, const State& after);

}  // namespace hookc
