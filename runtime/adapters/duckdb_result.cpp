#include "runtime/adapters/duckdb_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "runtime/adapters/duckdb_times.h"

namespace hookc::duckdb {

namespace {

constexpr std::uint32_t kMaxTypeDepth = 64;
constexpr std::uint32_t kInlineBytes = 12;

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

Wide wide_of(HugeInt value) { return static_cast<Wide>((static_cast<UnsignedWide>(static_cast<std::uint64_t>(value.upper)) << 64U) | value.lower); }

std::string digits_of(UnsignedWide value) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Decimal decimal_of(Wide value, std::uint8_t scale) {
  const bool is_negative = value < 0;
  std::string digits = digits_of(is_negative ? UnsignedWide{0} - static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value));
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1U - digits.size(), '0');
    digits.insert(digits.size() - scale, 1, '.');
  }
  return Decimal{is_negative ? "-" + digits : digits};
}

Cell integer_cell(Wide value) {
  if (value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max()) return static_cast<std::int64_t>(value);
  return decimal_of(value, 0);
}

std::string uuid_of(HugeInt value) {
  const std::uint64_t upper = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63U);  // stored so that it sorts as a signed number
  const std::string hex = fmt::format("{:016x}{:016x}", upper, value.lower);
  const std::string_view all = hex;
  return fmt::format("{}-{}-{}-{}-{}", all.substr(0, 8), all.substr(8, 4), all.substr(12, 4), all.substr(16, 4), all.substr(20));
}

std::string_view bytes_of(const StringValue& value) {
  if (value.length > kInlineBytes) return {value.data, value.length};
  // The prefix and the rest are one field of 12 bytes in the database's own layout.
  return {reinterpret_cast<const char*>(&value) + sizeof value.length, value.length};
}

std::string blob_text(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c >= ' ' && c < 0x7F && c != '\\' && c != '\'' && c != '"') {
      out += c;
    } else {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// The first byte says how many bits of the second are padding.
std::string bit_text(std::string_view bytes) {
  std::string out;
  if (bytes.size() < 2) return out;
  const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]));
  for (std::size_t bit = padding; bit < (bytes.size() - 1) * 8; ++bit) {
    out += ((static_cast<unsigned char>(bytes[1 + bit / 8]) >> (7 - bit % 8)) & 1U) != 0 ? '1' : '0';
  }
  return out;
}

struct TypeRow {
  TypeId id;
  std::string_view name;
  ColumnKind kind;
};
constexpr TypeRow kTypes[] = {
    {TypeId::Boolean, "BOOLEAN", ColumnKind::Boolean},
    {TypeId::TinyInt, "TINYINT", ColumnKind::Integer},
    {TypeId::SmallInt, "SMALLINT", ColumnKind::Integer},
    {TypeId::Integer, "INTEGER", ColumnKind::Integer},
    {TypeId::BigInt, "BIGINT", ColumnKind::Integer},
    {TypeId::UTinyInt, "UTINYINT", ColumnKind::Integer},
    {TypeId::USmallInt, "USMALLINT", ColumnKind::Integer},
    {TypeId::UInteger, "UINTEGER", ColumnKind::Integer},
    {TypeId::UBigInt, "UBIGINT", ColumnKind::Integer},
    {TypeId::HugeInt, "HUGEINT", ColumnKind::Integer},
    {TypeId::UHugeInt, "UHUGEINT", ColumnKind::Integer},
    {TypeId::Float, "FLOAT", ColumnKind::Number},
    {TypeId::Double, "DOUBLE", ColumnKind::Number},
    {TypeId::Decimal, "DECIMAL", ColumnKind::Number},
    {TypeId::Varchar, "VARCHAR", ColumnKind::Text},
    {TypeId::Blob, "BLOB", ColumnKind::Text},
    {TypeId::Bit, "BIT", ColumnKind::Text},
    {TypeId::Uuid, "UUID", ColumnKind::Text},
    {TypeId::Enum, "ENUM", ColumnKind::Text},
    {TypeId::Date, "DATE", ColumnKind::Date},
    {TypeId::Time, "TIME", ColumnKind::Text},
    {TypeId::TimeTz, "TIME WITH TIME ZONE", ColumnKind::Text},
    {TypeId::Timestamp, "TIMESTAMP", ColumnKind::DateTime},
    {TypeId::TimestampS, "TIMESTAMP_S", ColumnKind::DateTime},
    {TypeId::TimestampMs, "TIMESTAMP_MS", ColumnKind::DateTime},
    {TypeId::TimestampNs, "TIMESTAMP_NS", ColumnKind::DateTime},
    {TypeId::TimestampTz, "TIMESTAMP WITH TIME ZONE", ColumnKind::DateTime},
    {TypeId::Interval, "INTERVAL", ColumnKind::Text},
    {TypeId::List, "LIST", ColumnKind::Text},
    {TypeId::Array, "ARRAY", ColumnKind::Text},
    {TypeId::Struct, "STRUCT", ColumnKind::Text},
    {TypeId::Map, "MAP", ColumnKind::Text},
    {TypeId::SqlNull, "\"NULL\"", ColumnKind::Text},
};

/// Null for a type that is not read.
const TypeRow* row_of(TypeId id) {
  for (const TypeRow& row : kTypes) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

/// A type as far as reading needs it: made once for a column.
struct Shape {
  TypeId id{};
  TypeId internal{};  // of Decimal and Enum
  std::uint8_t scale = 0;
  std::string type_name;
  ColumnKind kind = ColumnKind::Text;
  std::vector<std::string> names;  // of an Enum's values or a Struct's fields
  std::vector<Shape> children;
  Index array_size = 0;
};

/// A logical type that is destroyed at the end of its scope.
class OwnedType {
 public:
  OwnedType(const Api& api, LogicalType type) : api_(api), type_(type) {}
  OwnedType(const OwnedType&) = delete;
  OwnedType& operator=(const OwnedType&) = delete;
  ~OwnedType() { api_.destroy_logical_type(&type_); }
  [[nodiscard]] LogicalType get() const { return type_; }

 private:
  const Api& api_;
  LogicalType type_;
};

std::string take_string(const Api& api, char* text) {
  std::string out = text == nullptr ? std::string{} : std::string{text};
  api.free(text);
  return out;
}

class ShapeMaker {
 public:
  explicit ShapeMaker(const Api& api) : api_(api) {}

  /// The first type that cannot be read; empty when all can.
  [[nodiscard]] const std::string& unreadable() const { return unreadable_; }

  [[nodiscard]] Shape make(LogicalType type, std::uint32_t depth) {
    Shape shape;
    shape.id = TypeId{api_.get_type_id(type)};
    const TypeRow* row = row_of(shape.id);
    if (row == nullptr || depth > kMaxTypeDepth) {
      unreadable_ = row != nullptr ? "nested too deeply" : type_number(shape.id);
      return shape;
    }
    shape.type_name = std::string{row->name};
    shape.kind = row->kind;
    switch (shape.id) {
      case TypeId::Decimal:
        shape.internal = TypeId{api_.decimal_internal_type(type)};
        shape.scale = api_.decimal_scale(type);
        shape.type_name = fmt::format("DECIMAL({},{})", api_.decimal_width(type), shape.scale);
        break;
      case TypeId::Enum:
        shape.internal = TypeId{api_.enum_internal_type(type)};
        for (std::uint32_t i = 0; i < api_.enum_dictionary_size(type); ++i)
          shape.names.push_back(take_string(api_, api_.enum_dictionary_value(type, i)));
        break;
      case TypeId::List:
        add_child(shape, api_.list_type_child_type(type), depth);
        shape.type_name = shape.children[0].type_name + "[]";
        break;
      case TypeId::Array:
        add_child(shape, api_.array_type_child_type(type), depth);
        shape.array_size = api_.array_type_array_size(type);
        shape.type_name = fmt::format("{}[{}]", shape.children[0].type_name, shape.array_size);
        break;
      case TypeId::Map:
        add_child(shape, api_.map_type_key_type(type), depth);
        add_child(shape, api_.map_type_value_type(type), depth);
        shape.type_name = fmt::format("MAP({}, {})", shape.children[0].type_name, shape.children[1].type_name);
        break;
      case TypeId::Struct:
        for (Index i = 0; i < api_.struct_type_child_count(type); ++i) {
          shape.names.push_back(take_string(api_, api_.struct_type_child_name(type, i)));
          add_child(shape, api_.struct_type_child_type(type, i), depth);
        }
        break;
      default: break;  // a plain type: its id says everything
    }
    return shape;
  }

 private:
  void add_child(Shape& shape, LogicalType child, std::uint32_t depth) {
    const OwnedType owned{api_, child};
    shape.children.push_back(make(child, depth + 1));
  }

  static std::string type_number(TypeId id) {
    return id == TypeId::Union ? "UNION" : id == TypeId::BigNum ? "BIGNUM" : fmt::format("type {}", static_cast<std::uint32_t>(id));
  }

  const Api& api_;
  std::string unreadable_;
};

/// How a cell stands inside of a list, struct or map: as Python's `repr` writes it.
std::string nested_text(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "None";
  if (const auto* truth = std::get_if<bool>(&cell)) return *truth ? "True" : "False";
  const std::string text = to_text(cell).value_or("");
  if (!std::holds_alternative<std::string>(cell)) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

class CellReader {
 public:
  explicit CellReader(const Api& api) : api_(api) {}

  [[nodiscard]] Cell read(const Shape& shape, Vector vector, Index row) const {
    const std::uint64_t* validity = api_.vector_get_validity(vector);
    if (validity != nullptr && ((validity[row / 64] >> (row % 64)) & 1U) == 0) return std::monostate{};
    const void* data = api_.vector_get_data(vector);
    switch (shape.id) {
      case TypeId::Boolean: return at<std::uint8_t>(data, row) != 0;
      case TypeId::TinyInt: return std::int64_t{at<std::int8_t>(data, row)};
      case TypeId::SmallInt: return std::int64_t{at<std::int16_t>(data, row)};
      case TypeId::Integer: return std::int64_t{at<std::int32_t>(data, row)};
      case TypeId::BigInt: return at<std::int64_t>(data, row);
      case TypeId::UTinyInt: return std::int64_t{at<std::uint8_t>(data, row)};
      case TypeId::USmallInt: return std::int64_t{at<std::uint16_t>(data, row)};
      case TypeId::UInteger: return std::int64_t{at<std::uint32_t>(data, row)};
      case TypeId::UBigInt: return integer_cell(static_cast<Wide>(at<std::uint64_t>(data, row)));
      case TypeId::HugeInt: return integer_cell(wide_of(at<HugeInt>(data, row)));
      case TypeId::UHugeInt: return unsigned_cell(static_cast<UnsignedWide>(wide_of(at<HugeInt>(data, row))));
      case TypeId::Float: return static_cast<double>(at<float>(data, row));
      case TypeId::Double: return at<double>(data, row);
      case TypeId::Decimal: return decimal_of(integer(shape.internal, data, row), shape.scale);
      case TypeId::Varchar: return std::string{bytes_of(at<StringValue>(data, row))};
      case TypeId::Blob: return blob_text(bytes_of(at<StringValue>(data, row)));
      case TypeId::Bit: return bit_text(bytes_of(at<StringValue>(data, row)));
      case TypeId::Uuid: return uuid_of(at<HugeInt>(data, row));
      case TypeId::Enum: return shape.names.at(static_cast<std::size_t>(integer(shape.internal, data, row)));
      case TypeId::Date: return date_text(at<std::int32_t>(data, row));
      case TypeId::Time: return time_text(at<std::int64_t>(data, row));
      case TypeId::TimeTz: return time_tz_text(at<std::uint64_t>(data, row));
      case TypeId::Timestamp: return timestamp_text(at<std::int64_t>(data, row), 1'000'000);
      case TypeId::TimestampTz: return timestamp_text(at<std::int64_t>(data, row), 1'000'000) + "+00:00";
      case TypeId::TimestampS: return timestamp_text(at<std::int64_t>(data, row), 1);
      case TypeId::TimestampMs: return timestamp_text(at<std::int64_t>(data, row), 1'000);
      case TypeId::TimestampNs: return timestamp_text(at<std::int64_t>(data, row), 1'000'000'000);
      case TypeId::Interval: {
        const auto value = at<Interval>(data, row);
        return interval_text(value.months, value.days, value.micros);
      }
      case TypeId::List: {
        const auto entry = at<ListEntry>(data, row);
        return list_text(shape.children[0], api_.list_vector_get_child(vector), entry.offset, entry.length);
      }
      case TypeId::Array: return list_text(shape.children[0], api_.array_vector_get_child(vector), row * shape.array_size, shape.array_size);
      case TypeId::Struct: return struct_text(shape, vector, row);
      case TypeId::Map: return map_text(shape, vector, at<ListEntry>(data, row));
      case TypeId::SqlNull:
      case TypeId::Union:
      case TypeId::BigNum: break;  // always NULL; the others have no shape
    }
    return std::monostate{};
  }

 private:
  template <class T>
  static T at(const void* data, Index row) {
    return static_cast<const T*>(data)[row];
  }

  static Cell unsigned_cell(UnsignedWide value) {
    if (value <= static_cast<UnsignedWide>(std::numeric_limits<std::int64_t>::max())) return static_cast<std::int64_t>(value);
    return Decimal{digits_of(value)};
  }

  static Wide integer(TypeId id, const void* data, Index row) {
    switch (id) {
      case TypeId::SmallInt: return at<std::int16_t>(data, row);
      case TypeId::Integer: return at<std::int32_t>(data, row);
      case TypeId::BigInt: return at<std::int64_t>(data, row);
      case TypeId::UTinyInt: return at<std::uint8_t>(data, row);
      case TypeId::USmallInt: return at<std::uint16_t>(data, row);
      case TypeId::UInteger: return at<std::uint32_t>(data, row);
      default: return wide_of(at<HugeInt>(data, row));
    }
  }

  [[nodiscard]] std::string list_text(const Shape& item, Vector items, Index offset, Index length) const {
    std::string out = "[";
    for (Index i = 0; i < length; ++i) out += (i == 0 ? "" : ", ") + nested(item, items, offset + i);
    return out + "]";
  }

  [[nodiscard]] std::string struct_text(const Shape& shape, Vector vector, Index row) const {
    std::string out = "{";
    for (std::size_t i = 0; i < shape.children.size(); ++i) {
      out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", nested_text(shape.names[i]),
                         nested(shape.children[i], api_.struct_vector_get_child(vector, i), row));
    }
    return out + "}";
  }

  [[nodiscard]] std::string map_text(const Shape& shape, Vector vector, ListEntry entry) const {
    const Vector entries = api_.list_vector_get_child(vector);
    const Vector keys = api_.struct_vector_get_child(entries, 0);
    const Vector values = api_.struct_vector_get_child(entries, 1);
    std::string out = "{";
    for (Index i = 0; i < entry.length; ++i) {
      const Index at_entry = entry.offset + i;
      out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", nested(shape.children[0], keys, at_entry), nested(shape.children[1], values, at_entry));
    }
    return out + "}";
  }

  /// Lists and structs inside of others stand as they are, without quotes.
  [[nodiscard]] std::string nested(const Shape& shape, Vector vector, Index row) const {
    const Cell cell = read(shape, vector, row);
    if (!shape.children.empty()) return to_text(cell).value_or("None");
    return nested_text(cell);
  }

  const Api& api_;
};

/// A chunk that is destroyed at the end of its scope.
class OwnedChunk {
 public:
  OwnedChunk(const Api& api, Chunk chunk) : api_(api), chunk_(chunk) {}
  OwnedChunk(const OwnedChunk&) = delete;
  OwnedChunk& operator=(const OwnedChunk&) = delete;
  ~OwnedChunk() {
    if (chunk_ != nullptr) api_.destroy_data_chunk(&chunk_);
  }
  [[nodiscard]] Chunk get() const { return chunk_; }

 private:
  const Api& api_;
  Chunk chunk_;
};

}  // namespace

Result read_rows(const Api& api, RawResult& result) {
  ResultSet set;
  std::vector<Shape> shapes;
  const Index columns = api.column_count(&result);
  for (Index i = 0; i < columns; ++i) {
    const OwnedType type{api, api.column_logical_type(&result, i)};
    ShapeMaker maker{api};
    shapes.push_back(maker.make(type.get(), 0));
    const char* name = api.column_name(&result, i);
    set.columns.push_back(ResultColumn{name == nullptr ? "" : name, shapes.back().type_name, shapes.back().kind});
    if (!maker.unreadable().empty()) {
      return adapter_error(AdapterError::Kind::Unsupported, fmt::format("column `{}` has a type that hookc cannot read: {}", set.columns.back().name, maker.unreadable()), "cast the column to varchar");
    }
  }
  const CellReader reader{api};
  std::size_t kept_bytes = 0;
  for (;;) {
    const OwnedChunk chunk{api, api.fetch_chunk(result)};
    if (chunk.get() == nullptr) break;
    const Index rows = api.data_chunk_get_size(chunk.get());
    for (Index row = 0; row < rows; ++row) {
      std::vector<Cell>& cells = set.rows.emplace_back();
      cells.reserve(columns);
      for (Index i = 0; i < columns; ++i) cells.push_back(reader.read(shapes[i], api.data_chunk_get_vector(chunk.get(), i), row));
      kept_bytes += memory_of(cells);
      if (kept_bytes > kMaxResultBytes) return result_too_large(set.rows.size());
    }
  }
  return set;
}

}  // namespace hookc::duckdb
