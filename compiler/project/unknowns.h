// Unknowns: symbols of which a little is known: that they are lists, what their items are called, which members have a finite domain. They
// keep the number of paths small and the messages readable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

/// Makes an unknown under the name that it is given.
using UnknownMaker = std::function<Value(std::string name)>;

Value make_unknown(std::string name, Symbol::Shape shape);
Value make_unknown(std::string name, Symbol::Shape shape, std::vector<Value> domain);
/// An unknown with the domain true and false.
Value unknown_flag(std::string name);
/// A list whose items `item` makes, under the names `name[0]`, ...
Value unknown_list(std::string name, UnknownMaker item);
/// A mapping of any keys to what `item` makes: `name['x']`, `name.values()[0]`.
Value unknown_mapping(std::string name, UnknownMaker item);
/// Members by name; what is not named comes from `other`, or is an unknown of which nothing is known. `element`: what `x[0]` and loops give.
struct UnknownMember {
  std::string_view name;
  UnknownMaker make;
};
using UnknownMembers = std::shared_ptr<const std::vector<UnknownMember>>;
Value unknown_record(std::string name, Symbol::Shape shape, UnknownMembers members, UnknownMaker element = nullptr, UnknownMaker other = nullptr);

/// A value that stands for all values of a domain that have no name: "any other target".
Value other_value(std::string name);

/// What `run_query` returns: columns, rows, and their values.
Value unknown_table(std::string name);
/// What `load_result` returns.
Value unknown_statement_result(std::string name);
/// The items of on-run-end's `results`.
Value unknown_results(std::string name);
/// The graph as lint sees it.
Value unknown_graph(std::string name);
/// One node of it.
Value unknown_node(std::string name);

}  // namespace hookc
