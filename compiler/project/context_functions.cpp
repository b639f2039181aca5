// The functions among dbt's names that need nothing of the project: return, log, JSON and YAML, sets, hashes.
#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/md5.hpp>

#include "compiler/base/ascii.h"
#include "compiler/eval/builtins/objects.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/json_text.h"
#include "compiler/project/set_object.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/project/yaml.h"
#include "compiler/value/iterator.h"
#include "compiler/value/json.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

const Value kNothing{Text{}};  // what dbt's functions return that only do something

std::string md5_hex(std::string_view text) {
  boost::uuids::detail::md5 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::md5::digest_type digest;
  hash.get_digest(digest);
  std::string hex;
  for (const auto part : digest) hex += fmt::format("{:0{}x}", part, 2 * sizeof(part));  // words, or bytes from Boost 1.86 on
  return hex;
}

bool is_iterable(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return value.is<Text>() || value.is<ListPtr>() || value.is<DictPtr>() || value.is<Undefined>() || object != nullptr;
}

}  // namespace

Value DbtContext::Impl::return_value(Evaluator& evaluator, const Arguments& arguments) {
  evaluator.return_from_macro(bind_arguments(arguments, "return", {{"data", Value{None{}}}})[0]);
  return kNothing;
}

Value DbtContext::Impl::log(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "log", {{"msg"}, {"info", Value{false}}});
  Event event;
  event.kind = Event::Kind::Log;
  event.text = evaluator.to_text(given[0]);
  event.method = evaluator.truth(given[1]) ? "info" : "debug";
  evaluator.record(std::move(event));
  return kNothing;
}

Value DbtContext::Impl::print(Evaluator& evaluator, const Arguments& arguments) {
  record(evaluator, Event::Kind::Print, evaluator.to_text(bind_arguments(arguments, "print", {{"msg"}})[0]));
  return kNothing;
}

// ---------------------------------------------------------------------------------------------------------------- JSON and YAML

Value DbtContext::Impl::fromjson(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "fromjson", {{"string"}, {"default", Value{None{}}}});
  if (given[0].is<Unknown>()) return evaluator.derive_unknown(*given[0].get_if<Unknown>(), " | fromjson");
  const auto* text = given[0].get_if<Text>();
  if (text == nullptr) evaluator.raise("TypeError", "the JSON object must be str, bytes or bytearray, not " + type_name(given[0]));
  std::variant<Value, EvalError> read = evaluator.attempt([&] { return value_from_json_text(Site{evaluator.site(), &sources}, text->view()); });
  if (auto* value = std::get_if<Value>(&read)) return *std::move(value);
  const EvalError& error = std::get<EvalError>(read);
  if (error.diagnostic.error_class != "ValueError" && error.diagnostic.error_class != "JSONDecodeError") throw error;
  return given[1];
}

Value DbtContext::Impl::tojson(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "tojson", {{"value"}, {"default", Value{None{}}}, {"sort_keys", Value{false}}});
  return Value{json_text(evaluator, given[0], evaluator.truth(given[2]))};
}

Value DbtContext::Impl::fromyaml(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "fromyaml", {{"value"}, {"default", Value{None{}}}});
  if (given[0].is<Unknown>()) return evaluator.derive_unknown(*given[0].get_if<Unknown>(), " | fromyaml");
  const SourceId source = sources.add_text("<yaml>", evaluator.to_text(given[0]));
  Diagnostics problems;
  const YamlPtr document = parse_yaml(sources, source, problems);
  if (document == nullptr) return given[1];
  return yaml_value(*document);
}

Value DbtContext::Impl::toyaml(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "toyaml", {{"value"}, {"default", Value{None{}}}, {"sort_keys", Value{false}}});
  return Value{yaml_text(evaluator, given[0], evaluator.truth(given[2]))};
}

// ---------------------------------------------------------------------------------------------------------------- sets and zips

Value DbtContext::Impl::make_set(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "set", {{"value"}, {"default", Value{None{}}}});
  if (!given[0].is<Unknown>() && !is_iterable(given[0])) return given[1];
  return hookc::make_set(evaluator, given[0]);
}

Value DbtContext::Impl::make_set_strict(Evaluator& evaluator, const Arguments& arguments) {
  const Value given = bind_arguments(arguments, "set_strict", {{"value"}})[0];
  if (!given.is<Unknown>() && !is_iterable(given)) fail_compilation(evaluator, fmt::format("'{}' object is not iterable", type_name(given)));
  return hookc::make_set(evaluator, given);
}

namespace {

/// Of iterators, whose items are taken as they are needed.
Value zip_lazily(Evaluator& evaluator, const Arguments& arguments) {
  std::vector<Value> sources;
  for (const Value& value : arguments.positional) {
    std::shared_ptr<Iterator> source = value.is<Unknown>() ? make_iterator(evaluator, make_list(evaluator.iterate(value))) : make_iterator(evaluator, value);
    if (!source) evaluator.raise("CompilationError", fmt::format("'{}' object is not iterable", type_name(value)));
    sources.emplace_back(ObjectPtr{std::move(source)});
  }
  Value list = make_list(std::move(sources));
  const ListPtr kept = *list.get_if<ListPtr>();
  return Value{ObjectPtr{std::make_shared<LazyGenerator>("zip", std::move(list), [kept](Evaluator& caller) -> std::optional<Value> {
    std::vector<Value> items;
    for (const Value& source : kept->items) {
      std::optional<Value> item = as_iterator(source)->next(caller);
      if (!item) return std::nullopt;
      items.push_back(*std::move(item));
    }
    return make_tuple(std::move(items));
  })}};
}

}  // namespace

Value DbtContext::Impl::zip(Evaluator& evaluator, const Arguments& arguments) {
  const Value* const fallback = arguments.keyword_if("default");
  for (const Value& value : arguments.positional) {
    if (!value.is<Unknown>() && !is_iterable(value)) return fallback == nullptr ? Value{None{}} : *fallback;
  }
  return zip_strict(evaluator, arguments);
}

Value DbtContext::Impl::zip_strict(Evaluator& evaluator, const Arguments& arguments) {
  for (const Value& value : arguments.positional) {
    if (as_iterator(value)) return zip_lazily(evaluator, arguments);
  }
  std::vector<std::vector<Value>> lists;
  std::size_t shortest = arguments.positional.empty() ? 0 : static_cast<std::size_t>(-1);
  for (const Value& value : arguments.positional) {
    if (!value.is<Unknown>() && !is_iterable(value)) fail_compilation(evaluator, fmt::format("'{}' object is not iterable", type_name(value)));
    lists.push_back(evaluator.iterate(value));
    shortest = std::min(shortest, lists.back().size());
  }
  evaluator.spend(shortest);
  std::vector<Value> tuples;
  for (std::size_t i = 0; i < shortest; ++i) {
    std::vector<Value> items;
    for (const std::vector<Value>& list : lists) items.push_back(list[i]);
    tuples.push_back(make_tuple(std::move(items)));
  }
  return Value{ObjectPtr{std::make_shared<ItemsIterator>("zip", std::move(tuples))}};
}

// ---------------------------------------------------------------------------------------------------------------- the rest

Value DbtContext::Impl::local_md5(Evaluator& evaluator, const Arguments& arguments) {
  const Value given = bind_arguments(arguments, "local_md5", {{"value"}})[0];
  if (const auto* unknown = given.get_if<Unknown>()) return evaluator.derive_unknown(*unknown, " | local_md5");
  const Text text = evaluator.to_text(given);
  return Value{evaluator.derived(md5_hex(text.view()), {&text})};
}

Value DbtContext::Impl::diff_of_two_dicts(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "diff_of_two_dicts", {{"dict_a"}, {"dict_b"}});
  const auto* left = given[0].get_if<DictPtr>();
  const auto* right = given[1].get_if<DictPtr>();
  if (left == nullptr || right == nullptr) return make_unknown("diff_of_two_dicts(..)", Symbol::Shape::Mapping);
  Value result = make_dict();
  for (const Dict::Entry& entry : (*left)->entries()) {
    const auto& others = (*right)->entries();
    const auto match = std::find_if(others.begin(), others.end(), [&](const Dict::Entry& other) { return ascii_lower(display(other.key)) == ascii_lower(display(entry.key)); });
    if (match == others.end()) {
      (*result.get_if<DictPtr>())->set(entry.key, entry.value);
      continue;
    }
    std::set<std::string> known;
    for (const Value& item : evaluator.iterate(match->value)) known.insert(ascii_lower(display(item)));
    std::vector<Value> missing;
    for (const Value& item : evaluator.iterate(entry.value)) {
      if (!known.contains(ascii_lower(display(item)))) missing.push_back(item);
    }
    if (!missing.empty()) (*result.get_if<DictPtr>())->set(entry.key, make_list(std::move(missing)));
  }
  return result;
}

Value DbtContext::Impl::render(Evaluator& evaluator, const Arguments& arguments) {
  return Value{render_text(evaluator, evaluator.to_text(bind_arguments(arguments, "render", {{"string"}})[0]))};
}

Value DbtContext::Impl::try_or_compiler_error(Evaluator& evaluator, const Arguments& arguments) {
  if (arguments.positional.size() < 2) evaluator.raise("TypeError", "try_or_compiler_error() missing 2 required positional arguments: 'message_if_exception' and 'func'");
  Arguments inner;
  inner.site = arguments.site;
  inner.positional.assign(arguments.positional.begin() + 2, arguments.positional.end());
  inner.keyword = arguments.keyword;
  std::variant<Value, EvalError> outcome = evaluator.attempt([&] { return evaluator.call(arguments.positional[1], inner); });
  if (auto* value = std::get_if<Value>(&outcome)) return *std::move(value);
  if (std::get<EvalError>(outcome).diagnostic.error_class == "LimitError") throw std::get<EvalError>(outcome);
  fail_compilation(evaluator, evaluator.to_text(arguments.positional[0]).str());
}

Value DbtContext::Impl::write(Evaluator&, const Arguments&) { return kNothing; }

Value DbtContext::Impl::adapter_macro(Evaluator& evaluator, const Arguments& arguments) {
  const std::string name = arguments.positional.empty() ? std::string{} : evaluator.to_text(arguments.positional.front()).str();
  fail_compilation(evaluator, fmt::format("The \"adapter_macro\" macro has been deprecated. Instead, use the `adapter.dispatch` method to find a macro and call the result.  "
                                          "For more information, see: https://docs.getdbt.com/reference/dbt-jinja-functions/dispatch) adapter_macro was called for: {}",
                                          name));
}

Value DbtContext::Impl::load_agate_table(Evaluator& evaluator, const Arguments&) {
  fail_compilation(evaluator, fmt::format("can only load_agate_table for seeds (got a {})", node == nullptr ? "operation" : name_of(node->type)));
}

Value DbtContext::Impl::submit_python_job(Evaluator& evaluator, const Arguments&) {
  evaluator.raise("DbtRuntimeError", "submit_python_job is not intended to be called here, at model " + (node == nullptr ? package() : node->name) + ", with macro call_stack []");
}

}  // namespace hookc
