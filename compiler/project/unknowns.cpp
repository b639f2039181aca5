#include "compiler/project/unknowns.h"

#include <cctype>
#include <utility>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

using Member = std::function<Value(const SymbolPtr&, std::string_view)>;
using Shape = Symbol::Shape;

Value wrap(Symbol symbol) { return Value{Unknown{std::make_shared<const Symbol>(std::move(symbol))}}; }

bool is_index(std::string_view attribute) { return !attribute.empty() && (attribute.front() == '[' || std::isdigit(static_cast<unsigned char>(attribute.front())) != 0); }

std::string member_name(const std::string& parent, std::string_view attribute) {
  if (attribute.empty()) return parent;
  if (attribute.front() == '[' || attribute.front() == '(' || attribute.front() == '.') return parent + std::string{attribute};
  if (is_index(attribute)) return parent + "[" + std::string{attribute} + "]";
  return parent + "." + std::string{attribute};
}

UnknownMaker of_shape(Shape shape) {
  return [shape](std::string name) { return make_unknown(std::move(name), shape); };
}

UnknownMaker list_of(UnknownMaker item) {
  return [item = std::move(item)](std::string name) { return unknown_list(std::move(name), item); };
}

UnknownMaker one_of(std::vector<std::string> texts) {
  return [texts = std::move(texts)](std::string name) {
    std::vector<Value> domain;
    for (const std::string& text : texts) domain.push_back(make_name(text));
    return make_unknown(std::move(name), Shape::Text, std::move(domain));
  };
}

/// A method without arguments of its own whose call gives what `make` makes under `name()`.
UnknownMaker method(UnknownMaker make) {
  return [make = std::move(make)](std::string name) {
    return make_function(name, [make, name](Evaluator&, const Arguments&) { return make(name + "()"); });
  };
}

UnknownMaker nothing() {
  return [](const std::string& name) { return make_function(name, [](Evaluator&, const Arguments&) { return Value{None{}}; }); };
}

UnknownMembers members(std::vector<UnknownMember> list) { return std::make_shared<const std::vector<UnknownMember>>(std::move(list)); }

}  // namespace

Value make_unknown(std::string name, Shape shape) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.shape = shape;
  return wrap(std::move(symbol));
}

Value make_unknown(std::string name, Shape shape, std::vector<Value> domain) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.shape = shape;
  symbol.domain = std::move(domain);
  return wrap(std::move(symbol));
}

Value unknown_flag(std::string name) { return make_unknown(std::move(name), Shape::Any, {Value{true}, Value{false}}); }

Value other_value(std::string name) { return make_unknown(std::move(name), Shape::Text); }

Value unknown_list(std::string name, UnknownMaker item) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.shape = Shape::List;
  symbol.member = [item = std::move(item)](const SymbolPtr& parent, std::string_view attribute) {
    const std::string full = member_name(parent->name, attribute);
    return is_index(attribute) ? item(full) : make_unknown(full, Shape::Any);
  };
  return wrap(std::move(symbol));
}

Value unknown_mapping(std::string name, UnknownMaker item) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.shape = Shape::Mapping;
  symbol.member = [item = std::move(item)](const SymbolPtr& parent, std::string_view attribute) {
    const std::string full = member_name(parent->name, attribute);
    if (attribute == "values") return method(list_of(item))(full);
    if (attribute == "keys") return method(list_of(of_shape(Shape::Text)))(full);
    if (attribute == "items") {
      return method(list_of([item](const std::string& pair) { return make_tuple({make_unknown(pair + "[0]", Shape::Text), item(pair + "[1]")}); }))(full);
    }
    if (attribute == "get") {
      return make_function(full, [item, parent](Evaluator&, const Arguments& arguments) {
        const Value key = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}})[0];
        return item(parent->name + "[" + display_repr(key) + "]");
      });
    }
    return item(full);
  };
  return wrap(std::move(symbol));
}

Value unknown_record(std::string name, Shape shape, UnknownMembers known, UnknownMaker element, UnknownMaker other) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.shape = shape;
  Member member = [known = std::move(known), element = std::move(element), other = std::move(other)](const SymbolPtr& parent, std::string_view attribute) {
    const std::string full = member_name(parent->name, attribute);
    if (is_index(attribute) && element) return element(full);
    std::string_view key = attribute;
    if (key.size() > 4 && key.substr(0, 2) == "['") key = key.substr(2, key.size() - 4);
    for (const UnknownMember& one : *known) {
      if (one.name == key) return one.make(full);
    }
    if (key == "get") {
      return make_function(full, [parent](Evaluator& evaluator, const Arguments& arguments) {
        const Value wanted = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}})[0];
        return evaluator.get_item(Value{Unknown{parent}}, wanted);
      });
    }
    return other ? other(full) : make_unknown(full, Shape::Any);
  };
  symbol.member = std::move(member);
  return wrap(std::move(symbol));
}

namespace {

Value unknown_cell(std::string name) { return make_unknown(std::move(name), Shape::Any); }

Value unknown_row(std::string name) {
  static const UnknownMembers known = members({{"values", method(list_of(unknown_cell))},
                                               {"keys", method(list_of(of_shape(Shape::Text)))},
                                               {"dict", method([](std::string of) { return unknown_mapping(std::move(of), unknown_cell); })}});
  return unknown_record(std::move(name), Shape::Object, known, unknown_cell, unknown_cell);
}

Value unknown_column(std::string name) {
  const UnknownMaker values = method(list_of(unknown_cell));
  static const UnknownMembers known = members({{"values", values},
                                               {"values_distinct", values},
                                               {"values_sorted", values},
                                               {"values_without_nulls", values},
                                               {"name", of_shape(Shape::Text)},
                                               {"index", of_shape(Shape::Number)},
                                               {"data_type", of_shape(Shape::Object)}});
  return unknown_record(std::move(name), Shape::List, known, unknown_cell);
}

Value unknown_columns(std::string name) {
  static const UnknownMembers known = members({{"values", method(list_of(unknown_column))}, {"keys", method(list_of(of_shape(Shape::Text)))}});
  return unknown_record(std::move(name), Shape::List, known, unknown_column, unknown_column);
}

}  // namespace

Value unknown_table(std::string name) {
  static const UnknownMembers known = members({{"columns", unknown_columns},
                                               {"rows", list_of(unknown_row)},
                                               {"column_names", list_of(of_shape(Shape::Text))},
                                               {"print_table", nothing()},
                                               {"print_csv", nothing()},
                                               {"print_json", nothing()},
                                               {"print_structure", nothing()}});
  return unknown_record(std::move(name), Shape::List, known, unknown_row);
}

Value unknown_statement_result(std::string name) {
  static const UnknownMembers response = members({{"code", of_shape(Shape::Text)}, {"rows_affected", of_shape(Shape::Number)}, {"query_id", of_shape(Shape::Text)}});
  static const UnknownMembers known = members({{"table", unknown_table},
                                               {"data", list_of(list_of(unknown_cell))},
                                               {"response", [](std::string of) { return unknown_record(std::move(of), Shape::Object, response); }}});
  return unknown_record(std::move(name), Shape::Object, known);
}

Value unknown_node(std::string name) {
  const UnknownMaker texts = list_of(of_shape(Shape::Text));
  const UnknownMaker anything = [](std::string of) { return unknown_mapping(std::move(of), unknown_cell); };
  static const UnknownMembers config = members({{"materialized", of_shape(Shape::Text)}, {"tags", texts}, {"meta", anything}, {"enabled", unknown_flag}});
  static const UnknownMembers depends = members({{"nodes", texts}, {"macros", texts}});
  static const UnknownMembers known =
      members({{"unique_id", of_shape(Shape::Text)},
               {"name", of_shape(Shape::Text)},
               {"resource_type", one_of({"model", "seed", "snapshot", "test", "operation", "analysis"})},
               {"package_name", of_shape(Shape::Text)},
               {"database", of_shape(Shape::Text)},
               {"schema", of_shape(Shape::Text)},
               {"alias", of_shape(Shape::Text)},
               {"identifier", of_shape(Shape::Text)},
               {"path", of_shape(Shape::Text)},
               {"original_file_path", of_shape(Shape::Text)},
               {"description", of_shape(Shape::Text)},
               {"relation_name", of_shape(Shape::Text)},
               {"source_name", of_shape(Shape::Text)},
               {"raw_code", of_shape(Shape::Text)},
               {"fqn", texts},
               {"tags", texts},
               {"meta", anything},
               {"columns", [](std::string of) { return unknown_mapping(std::move(of), [](std::string column) { return unknown_mapping(std::move(column), unknown_cell); }); }},
               {"config", [](std::string of) { return unknown_record(std::move(of), Shape::Mapping, config); }},
               {"depends_on", [](std::string of) { return unknown_record(std::move(of), Shape::Mapping, depends); }}});
  return unknown_record(std::move(name), Shape::Mapping, known);
}

Value unknown_results(std::string name) {
  static const UnknownMembers timing = members({{"name", of_shape(Shape::Text)}, {"started_at", of_shape(Shape::Object)}, {"completed_at", of_shape(Shape::Object)}});
  static const UnknownMembers known =
      members({{"status", one_of({"success", "error", "skipped", "pass", "fail", "warn", "runtime error", "partial success"})},
               {"node", unknown_node},
               {"unique_id", of_shape(Shape::Text)},
               {"execution_time", of_shape(Shape::Number)},
               {"message", of_shape(Shape::Any)},
               {"failures", of_shape(Shape::Any)},
               {"thread_id", of_shape(Shape::Text)},
               {"timing", list_of([](std::string of) { return unknown_record(std::move(of), Shape::Object, timing); })},
               {"adapter_response", [](std::string of) { return unknown_mapping(std::move(of), unknown_cell); }},
               {"to_dict", method([](std::string of) { return unknown_mapping(std::move(of), unknown_cell); })}});
  return unknown_list(std::move(name), [](std::string item) { return unknown_record(std::move(item), Shape::Object, known); });
}

Value unknown_graph(std::string name) {
  const UnknownMaker nodes = [](std::string of) { return unknown_mapping(std::move(of), unknown_node); };
  static const UnknownMembers known = members({{"nodes", nodes},
                                               {"sources", nodes},
                                               {"exposures", nodes},
                                               {"metrics", nodes},
                                               {"groups", nodes},
                                               {"functions", nodes},
                                               {"semantic_models", nodes},
                                               {"saved_queries", nodes},
                                               {"unit_tests", nodes}});
  return unknown_record(std::move(name), Shape::Mapping, known);
}

}  // namespace hookc
