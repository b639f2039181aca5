// DuckDbApi: the part of DuckDB's stable C interface that hookc uses, as it is laid out in memory, and the library that provides it.
//
// hookc declares these functions itself, so that it is built without DuckDB and starts without it: the library is opened when the first
// session is. Types are opaque pointers, and plain aggregates whose layout the interface promises. `duckdb_test` holds each to a real library.
// Source: DuckDB's C API; functions of its stable part as of version 1.2, and the instance cache of 1.3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/adapter.h"

namespace hookc::duckdb {

using Index = std::uint64_t;
using State = std::int32_t;  // 0 is success
inline constexpr State kSuccess = 0;

// Opaque to a caller; each is destroyed by a function of its own.
struct InstanceCacheHandle;
struct DatabaseHandle;
struct ConnectionHandle;
struct ConfigHandle;
struct ChunkHandle;
struct VectorHandle;
struct LogicalTypeHandle;
struct StatementHandle;
struct PendingHandle;
using InstanceCache = InstanceCacheHandle*;
using Database = DatabaseHandle*;
using Connection = ConnectionHandle*;
using Config = ConfigHandle*;
using Chunk = ChunkHandle*;
using Vector = VectorHandle*;
using LogicalType = LogicalTypeHandle*;
using PreparedStatement = StatementHandle*;
using Pending = PendingHandle*;

/// Filled by `query`, passed by value to some functions; only its address and size are ours to know.
struct RawResult {
  Index column_count;
  Index row_count;
  Index rows_changed;
  void* columns;
  char* error_message;
  void* internal;
};

struct HugeInt {
  std::uint64_t lower;
  std::int64_t upper;
};
struct Interval {
  std::int32_t months;
  std::int32_t days;
  std::int64_t micros;
};
struct ListEntry {
  std::uint64_t offset;
  std::uint64_t length;
};
/// Up to 12 bytes stand in the value itself, more behind the pointer.
struct StringValue {
  std::uint32_t length;
  char prefix[4];
  union {
    const char* data;
    char rest[8];
  };
};
static_assert(sizeof(StringValue) == 16 && sizeof(HugeInt) == 16 && sizeof(Interval) == 16 && sizeof(RawResult) == 48);

enum class TypeId : std::uint32_t {
  Boolean = 1,
  TinyInt = 2,
  SmallInt = 3,
  Integer = 4,
  BigInt = 5,
  UTinyInt = 6,
  USmallInt = 7,
  UInteger = 8,
  UBigInt = 9,
  Float = 10,
  Double = 11,
  Timestamp = 12,
  Date = 13,
  Time = 14,
  Interval = 15,
  HugeInt = 16,
  Varchar = 17,
  Blob = 18,
  Decimal = 19,
  TimestampS = 20,
  TimestampMs = 21,
  TimestampNs = 22,
  Enum = 23,
  List = 24,
  Struct = 25,
  Map = 26,
  Uuid = 27,
  Union = 28,
  Bit = 29,
  TimeTz = 30,
  TimestampTz = 31,
  UHugeInt = 32,
  Array = 33,
  BigNum = 35,
  SqlNull = 36
};

struct Api {
  const char* (*library_version)();
  InstanceCache (*create_instance_cache)();
  void (*destroy_instance_cache)(InstanceCache*);
  State (*get_or_create_from_cache)(InstanceCache, const char* path, Database*, Config, char** error);
  void (*close)(Database*);
  State (*connect)(Database, Connection*);
  void (*disconnect)(Connection*);
  void (*interrupt)(Connection);
  State (*create_config)(Config*);
  State (*set_config)(Config, const char* name, const char* value);
  void (*destroy_config)(Config*);
  State (*query)(Connection, const char* sql, RawResult*);
  State (*prepare)(Connection, const char* sql, PreparedStatement*);
  void (*destroy_prepare)(PreparedStatement*);
  State (*pending_prepared_streaming)(PreparedStatement, Pending*);
  State (*execute_pending)(Pending, RawResult*);
  void (*destroy_pending)(Pending*);
  void (*destroy_result)(RawResult*);
  const char* (*result_error)(RawResult*);
  std::uint32_t (*result_error_type)(RawResult*);
  std::uint32_t (*result_return_type)(RawResult);
  Index (*column_count)(RawResult*);
  const char* (*column_name)(RawResult*, Index);
  LogicalType (*column_logical_type)(RawResult*, Index);
  Index (*rows_changed)(RawResult*);
  Chunk (*fetch_chunk)(RawResult);
  void (*destroy_data_chunk)(Chunk*);
  Index (*data_chunk_get_size)(Chunk);
  Vector (*data_chunk_get_vector)(Chunk, Index column);
  void* (*vector_get_data)(Vector);
  std::uint64_t* (*vector_get_validity)(Vector);
  Vector (*list_vector_get_child)(Vector);
  Vector (*struct_vector_get_child)(Vector, Index);
  Vector (*array_vector_get_child)(Vector);
  void (*destroy_logical_type)(LogicalType*);
  std::uint32_t (*get_type_id)(LogicalType);
  std::uint8_t (*decimal_width)(LogicalType);
  std::uint8_t (*decimal_scale)(LogicalType);
  std::uint32_t (*decimal_internal_type)(LogicalType);
  std::uint32_t (*enum_internal_type)(LogicalType);
  std::uint32_t (*enum_dictionary_size)(LogicalType);
  char* (*enum_dictionary_value)(LogicalType, Index);
  LogicalType (*list_type_child_type)(LogicalType);
  LogicalType (*array_type_child_type)(LogicalType);
  Index (*array_type_array_size)(LogicalType);
  LogicalType (*map_type_key_type)(LogicalType);
  LogicalType (*map_type_value_type)(LogicalType);
  Index (*struct_type_child_count)(LogicalType);
  char* (*struct_type_child_name)(LogicalType, Index);
  LogicalType (*struct_type_child_type)(LogicalType, Index);
  void (*free)(void*);
};

/// The library, and its cache of open databases: a file that is opened twice through different handles of one process loses committed
/// rows, so all sessions of a process share one Library, and it shares one instance for each file.
class Library {
 public:
  explicit Library(const Api& api) : api_(api), cache_(api.create_instance_cache()) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() { api_.destroy_instance_cache(&cache_); }
  [[nodiscard]] const Api& api() const { return api_; }
  [[nodiscard]] InstanceCache cache() const { return cache_; }

 private:
  Api api_;
  InstanceCache cache_;
};

using LibraryOrError = std::variant<std::shared_ptr<const Library>, AdapterError>;

/// Where a library is looked for, in order, when neither HOOKC_DUCKDB_LIBRARY nor `configured` names one.
std::vector<std::filesystem::path> library_candidates(const std::filesystem::path& executable_folder);

/// Opens the library, once for a process: HOOKC_DUCKDB_LIBRARY, else `configured`, else the first candidate that is there.
LibraryOrError load_library(const std::optional<std::filesystem::path>& configured);

}  // namespace hookc::duckdb
