#include "compiler/project/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/ascii.h"
#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::array<std::string_view, 4> kStrings{"text", "character varying", "character", "varchar"};
constexpr std::array<std::string_view, 2> kNumerics{"numeric", "decimal"};
constexpr std::array<std::string_view, 6> kFloats{"real", "float4", "float", "double precision", "float8", "double"};
constexpr std::array<std::string_view, 12> kIntegers{"smallint", "integer", "bigint",  "smallserial", "serial",  "bigserial",
                                                            "int2",     "int4",    "int8",    "serial2",     "serial4", "serial8"};

constexpr std::int64_t kUnknownSize = 256;  // what dbt takes for a string column that does not say

Value translated_type(Evaluator& evaluator, const Value& type) {
  const std::optional<std::string_view> name = text_of(type);
  if (name && ascii_lower(*name) == "string") return Value{evaluator.made("TEXT")};
  return type;
}

Value string_type(Evaluator& evaluator, const Value& size) { return Value{evaluator.made("character varying(" + display(size) + ")")}; }

}  // namespace

Text Column::str() const {
  return Text{fmt::format("Column(column={}, dtype={}, char_size={}, numeric_precision={}, numeric_scale={})", display_repr(data_.name),
                          display_repr(data_.dtype), display_repr(data_.char_size), display_repr(data_.numeric_precision), display_repr(data_.numeric_scale)),
              Position{0}};
}

bool Column::is_one_of(std::span<const std::string_view> types) const {
  const std::optional<std::string_view> type = text_of(data_.dtype);
  if (!type) return false;
  return std::find(types.begin(), types.end(), ascii_lower(*type)) != types.end();
}

bool Column::is_string() const { return is_one_of(kStrings); }
bool Column::is_numeric() const { return is_one_of(kNumerics); }

Value Column::data_type(Evaluator& evaluator) const {
  if (is_string()) {
    const bool sized = text_of(data_.dtype) != "text" && small_integer(data_.char_size).has_value();
    return string_type(evaluator, sized ? data_.char_size : Value{kUnknownSize});
  }
  if (is_numeric() && !data_.numeric_precision.is<None>() && !data_.numeric_scale.is<None>()) {
    return Value{evaluator.made(fmt::format("{}({},{})", display(data_.dtype), display(data_.numeric_precision), display(data_.numeric_scale)))};
  }
  return data_.dtype;
}

std::vector<std::string> Column::member_names() const {
  return {"name", "column", "dtype", "char_size", "numeric_precision", "numeric_scale", "data_type", "expanded_data_type", "quoted", "is_string", "is_numeric", "is_float", "is_integer",
          "is_number", "string_size"};
}

std::optional<Value> Column::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "name" || name == "column") return data_.name;
  if (name == "dtype") return data_.dtype;
  if (name == "char_size") return data_.char_size;
  if (name == "numeric_precision") return data_.numeric_precision;
  if (name == "numeric_scale") return data_.numeric_scale;
  if (name == "data_type" || name == "expanded_data_type") return data_type(evaluator);
  if (name == "quoted") {
    TextBuilder out;
    const Position here = Site{evaluator.site(), &evaluator.sources()}.position();
    const std::string quote(1, quote_character_);
    out.append(quote, here, FrameId{0});
    out.append(evaluator.to_text(data_.name), FrameId{0});
    out.append(quote, here, FrameId{0});
    return Value{out.take()};
  }
  if (name == "is_string") return make_function("is_string", [self = shared_from_this()](Evaluator&, const Arguments&) { return Value{self->is_string()}; });
  if (name == "is_numeric") return make_function("is_numeric", [self = shared_from_this()](Evaluator&, const Arguments&) { return Value{self->is_numeric()}; });
  if (name == "is_float") return make_function("is_float", [self = shared_from_this()](Evaluator&, const Arguments&) { return Value{self->is_one_of(kFloats)}; });
  if (name == "is_integer") {
    return make_function("is_integer", [self = shared_from_this()](Evaluator&, const Arguments&) { return Value{self->is_one_of(kIntegers)}; });
  }
  if (name == "is_number") {
    return make_function("is_number", [self = shared_from_this()](Evaluator&, const Arguments&) {
      return Value{self->is_one_of(kIntegers) || self->is_one_of(kFloats) || self->is_numeric()};
    });
  }
  if (name == "string_size") {
    return make_function("string_size", [self = shared_from_this()](Evaluator& caller, const Arguments&) {
      if (!self->is_string()) caller.raise("DbtRuntimeError", "Called string_size() on non-string field!");
      const bool sized = text_of(self->data_.dtype) != "text" && small_integer(self->data_.char_size).has_value();
      return sized ? self->data_.char_size : Value{kUnknownSize};
    });
  }
  return std::nullopt;
}

bool Column::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto column = object == nullptr ? nullptr : std::dynamic_pointer_cast<Column>(*object);
  return column != nullptr && is_equal(data_.name, column->data_.name) && is_equal(data_.dtype, column->data_.dtype) &&
         is_equal(data_.char_size, column->data_.char_size) && is_equal(data_.numeric_precision, column->data_.numeric_precision) &&
         is_equal(data_.numeric_scale, column->data_.numeric_scale);
}

namespace {

/// `api.Column`.
class ColumnClass final : public Object {
 public:
  explicit ColumnClass(char quote_character) : quote_character_(quote_character) {}
  [[nodiscard]] std::string type_name() const override { return "type"; }
  [[nodiscard]] Text str() const override { return Text{"<class 'Column'>", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Evaluator&, const Arguments& arguments) override {
    const Value none{None{}};
    std::vector<Value> given = bind_arguments(
        arguments, "Column", {{"column"}, {"dtype"}, {"char_size", none}, {"numeric_precision", none}, {"numeric_scale", none}});
    return make({given[0], given[1], given[2], given[3], given[4]});
  }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name == "create") {
      return make_function("create", [quote = quote_character_](Evaluator& evaluator, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "create", {{"name"}, {"label_or_dtype"}});
        return Value{ObjectPtr{std::make_shared<Column>(Column::Data{given[0], translated_type(evaluator, given[1])}, quote)}};
      });
    }
    if (name == "translate_type") {
      return make_function("translate_type", [](Evaluator& evaluator, const Arguments& arguments) {
        return translated_type(evaluator, bind_arguments(arguments, "translate_type", {{"dtype"}})[0]);
      });
    }
    if (name == "string_type") {
      return make_function("string_type", [](Evaluator& evaluator, const Arguments& arguments) {
        return string_type(evaluator, bind_arguments(arguments, "string_type", {{"size"}})[0]);
      });
    }
    if (name == "numeric_type") {
      return make_function("numeric_type", [](Evaluator& evaluator, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "numeric_type", {{"dtype"}, {"precision"}, {"scale"}});
        if (given[1].is<None>() || given[2].is<None>()) return given[0];
        return Value{evaluator.made(fmt::format("{}({},{})", display(given[0]), display(given[1]), display(given[2])))};
      });
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Value make(Column::Data data) const { return Value{ObjectPtr{std::make_shared<Column>(std::move(data), quote_character_)}}; }
  char quote_character_;
};

}  // namespace

ObjectPtr make_column_class(char quote_character) { return std::make_shared<ColumnClass>(quote_character); }

}  // namespace hookc
