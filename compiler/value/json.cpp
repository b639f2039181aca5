#include "compiler/value/json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/overloaded.h"
#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

constexpr std::uint32_t kMaxDepth = 500;

using Json = nlohmann::ordered_json;

Value from_json(Sources& sources, const std::string& symbol, const Json& json, std::uint32_t depth) {
  if (depth > kMaxDepth) fail(Span{}, "RecursionError", fmt::format("JSON nested more than {} levels deep", kMaxDepth));
  switch (json.type()) {
    case Json::value_t::boolean: return Value{json.get<bool>()};
    case Json::value_t::number_integer: return Value{json.get<std::int64_t>()};
    case Json::value_t::number_unsigned: return make_integer(Integer{json.get<std::uint64_t>()});
    case Json::value_t::number_float: return Value{json.get<double>()};
    case Json::value_t::string: {
      const auto& bytes = json.get_ref<const std::string&>();
      return make_text(bytes, sources.add_input(symbol, static_cast<std::uint32_t>(bytes.size())));
    }
    case Json::value_t::array: {
      std::vector<Value> items;
      items.reserve(json.size());
      for (std::size_t i = 0; i < json.size(); ++i) items.push_back(from_json(sources, fmt::format("{}[{}]", symbol, i), json[i], depth + 1));
      return make_list(std::move(items));
    }
    case Json::value_t::object: {
      auto dict = std::make_shared<Dict>();
      for (const auto& [key, value] : json.items()) {
        const std::string name = symbol.empty() ? key : fmt::format("{}.{}", symbol, key);
        dict->set(make_text(key, fixed_at(sources.add_input(name + " (key)", static_cast<std::uint32_t>(key.size())))), from_json(sources, name, value, depth + 1));
      }
      return Value{std::move(dict)};
    }
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded: return Value{None{}};
  }
  return Value{None{}};
}

/// Builds values from the parser's events, since a tree of nlohmann's would lose big integers.
class ValueBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit ValueBuilder(const Site& site) : site_(site), position_(site.position()) {}
  Value result;

  bool null() override { return add(Value{None{}}); }
  bool boolean(bool value) override { return add(Value{value}); }
  bool number_integer(number_integer_t value) override { return add(Value{static_cast<std::int64_t>(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return add(make_integer(Integer{value})); }
  bool number_float(number_float_t value, const std::string& text) override {
    // an integer beyond 64 bits arrives as a float with its text
    const bool integral = !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos;
    if (!integral) return add(Value{value});
    const auto whole = integer_from_text(text, 10);
    if (!whole) fail(site_.span, "ValueError", "Exceeds the limit (4300 digits) for integer string conversion");
    return add(*whole);
  }
  bool string(std::string& value) override { return add(make_text(std::move(value), position_)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(make_dict()); }
  bool key(std::string& value) override {
    keys_.back() = make_text(std::move(value), position_);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return open(make_list({})); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& /*error*/) override {
    fail(site_.span, "ValueError", fmt::format("not valid JSON at byte {}", position));
  }

 private:
  bool add(Value value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (const auto* list = open_.back().get_if<ListPtr>()) {
      (*list)->items.push_back(std::move(value));
    } else {
      (*open_.back().get_if<DictPtr>())->set(keys_.back(), std::move(value));
    }
    return true;
  }
  bool open(Value container) {
    if (open_.size() >= kMaxDepth) fail(site_.span, "RecursionError", "maximum recursion depth exceeded while decoding a JSON document");
    add(container);
    open_.push_back(std::move(container));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  const Site& site_;
  Position position_;
  std::vector<Value> open_;
  std::vector<Value> keys_;
};

void write_string(std::string& out, std::string_view bytes) {
  out.push_back('"');
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    at += c.size;
    switch (c.value) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\n': out += "\\n"; continue;
      case '\r': out += "\\r"; continue;
      case '\t': out += "\\t"; continue;
      case '\b': out += "\\b"; continue;
      case '\f': out += "\\f"; continue;
      default: break;
    }
    if (c.value >= 0x20U && c.value < 0x7FU) {
      out.push_back(static_cast<char>(c.value));
    } else if (c.value >= 0x10000U) {
      const std::uint32_t rest = static_cast<std::uint32_t>(c.value) - 0x10000U;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
    } else {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.value));
    }
  }
  out.push_back('"');
}

std::string json_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return float_repr(value);
}

class Writer {
 public:
  Writer(const Site& site, const JsonStyle& style) : site_(site), style_(style) {}

  void write(const Value& value) {
    check_made(site_, out_.size());
    value.visit(overloaded{[this](const Undefined&) { refuse("Undefined"); },
                          [this](None) { out_ += "null"; },
                          [this](bool truth) { out_ += truth ? "true" : "false"; },
                          [this](std::int64_t number) { out_ += std::to_string(number); },
                          [this](double number) { out_ += json_float(number); },
                          [this](const Text& text) { write_string(out_, text.view()); },
                          [this](const ListPtr& list) { items(*list); },
                          [this](const DictPtr& dict) { entries(*dict); },
                          [this, &value](const ObjectPtr& object) {
                            if (const Value* tuple = object->tuple()) return write(*tuple);
                            if (as_big_int(value) == nullptr) refuse(object->type_name());
                            out_ += integer_digits(value);
                          },
                          [this](const Unknown& unknown) { write_string(out_, hole_of(Site{}, unknown).view()); }});
  }

  std::string take() { return std::move(out_); }

 private:
  [[noreturn]] void refuse(std::string_view type) { fail(site_.span, "TypeError", fmt::format("Object of type {} is not JSON serializable", type)); }

  void open(const void* container, char bracket) {
    if (std::find(open_.begin(), open_.end(), container) != open_.end()) fail(site_.span, "ValueError", "Circular reference detected");
    if (open_.size() >= kMaxDepth) fail(site_.span, "RecursionError", "maximum recursion depth exceeded while encoding a JSON object");
    open_.push_back(container);
    out_.push_back(bracket);
  }

  void separate(bool first) {
    if (!style_.indention) {
      if (!first) out_ += ", ";
      return;
    }
    if (!first) out_.push_back(',');
    new_line(open_.size());
  }

  void close(char bracket, bool empty) {
    open_.pop_back();
    if (!empty && style_.indention) new_line(open_.size());
    out_.push_back(bracket);
  }

  void new_line(std::size_t level) {
    check_made(site_, out_.size() + level * style_.indention->size());
    out_.push_back('\n');
    for (std::size_t i = 0; i < level; ++i) out_ += *style_.indention;
  }

  void items(const List& list) {
    open(&list, '[');
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      separate(i == 0);
      write(list.items[i]);
    }
    close(']', list.items.empty());
  }

  std::string key_text(const Value& key) {
    if (const auto text = text_of(key)) return std::string{*text};
    if (const auto* real = key.get_if<double>()) return json_float(*real);
    if (const auto* truth = key.get_if<bool>()) return *truth ? "true" : "false";
    if (key.is<None>()) return "null";
    if (is_integer(key)) return integer_digits(key);
    if (const auto* unknown = key.get_if<Unknown>()) return hole_of(site_, *unknown).str();
    fail(site_.span, "TypeError", fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
  }

  void entries(const Dict& dict) {
    std::vector<const Dict::Entry*> order;
    for (const Dict::Entry& entry : dict.entries()) order.push_back(&entry);
    if (style_.sort_keys) {
      std::stable_sort(order.begin(), order.end(), [this](const Dict::Entry* a, const Dict::Entry* b) { return is_ordered(site_, Ordering::Less, a->key, b->key); });
    }
    open(&dict, '{');
    for (std::size_t i = 0; i < order.size(); ++i) {
      separate(i == 0);
      write_string(out_, key_text(order[i]->key));
      out_ += ": ";
      write(order[i]->value);
    }
    close('}', order.empty());
  }

  const Site& site_;
  const JsonStyle& style_;
  std::string out_;
  std::vector<const void*> open_;
};

}  // namespace

Value value_from_json(Sources& sources, std::string_view symbol, const nlohmann::ordered_json& json) { return from_json(sources, std::string{symbol}, json, 0); }

Value value_from_json_text(const Site& site, std::string_view text) {
  ValueBuilder builder{site};
  nlohmann::json::sax_parse(text, &builder);
  return builder.result;
}

std::string to_json(const Site& site, const Value& value, const JsonStyle& style) {
  Writer writer{site, style};
  writer.write(value);
  return writer.take();
}

nlohmann::ordered_json json_from_value(const Value& value) {
  return value.visit(overloaded{[](const Undefined&) { return Json(nullptr); },
                               [](None) { return Json(nullptr); },
                               [](bool truth) { return Json(truth); },
                               [](std::int64_t number) { return Json(number); },
                               [](double number) { return Json(number); },
                               [](const Text& text) { return Json(text.str()); },
                               [](const ListPtr& list) {
                                 Json items = Json::array();
                                 for (const Value& item : list->items) items.push_back(json_from_value(item));
                                 return items;
                               },
                               [](const DictPtr& dict) {
                                 Json object = Json::object();
                                 for (const Dict::Entry& entry : dict->entries()) object[display(entry.key)] = json_from_value(entry.value);
                                 return object;
                               },
                               [&value](const ObjectPtr&) { return as_big_int(value) == nullptr ? Json(nullptr) : Json(display(value)); },
                               [](const Unknown&) { return Json(nullptr); }});
}

}  // namespace hookc
