#include "runtime/adapters/duckdb_api.h"

#include <mutex>
#include <system_error>

#include "runtime/adapters/library.h"

namespace hookc::duckdb {

namespace {

namespace fs = std::filesystem;

constexpr LibraryName kName{"DuckDB", "HOOKC_DUCKDB_LIBRARY", "libduckdb.so",
                            "run `scripts/install-duckdb`, or set HOOKC_DUCKDB_LIBRARY (or `duckdb-library` in hookc.yml) to a libduckdb.so of version 1.3 or later"};

void resolve_sessions(Resolver& resolve, Api& api) {
  resolve(api.library_version, "duckdb_library_version");
  resolve(api.create_instance_cache, "duckdb_create_instance_cache");
  resolve(api.destroy_instance_cache, "duckdb_destroy_instance_cache");
  resolve(api.get_or_create_from_cache, "duckdb_get_or_create_from_cache");
  resolve(api.close, "duckdb_close");
  resolve(api.connect, "duckdb_connect");
  resolve(api.disconnect, "duckdb_disconnect");
  resolve(api.interrupt, "duckdb_interrupt");
  resolve(api.create_config, "duckdb_create_config");
  resolve(api.set_config, "duckdb_set_config");
  resolve(api.destroy_config, "duckdb_destroy_config");
  resolve(api.query, "duckdb_query");
  resolve(api.prepare, "duckdb_prepare");
  resolve(api.destroy_prepare, "duckdb_destroy_prepare");
  resolve(api.pending_prepared_streaming, "duckdb_pending_prepared_streaming");
  resolve(api.execute_pending, "duckdb_execute_pending");
  resolve(api.destroy_pending, "duckdb_destroy_pending");
  resolve(api.destroy_result, "duckdb_destroy_result");
  resolve(api.result_error, "duckdb_result_error");
  resolve(api.result_error_type, "duckdb_result_error_type");
  resolve(api.result_return_type, "duckdb_result_return_type");
}

void resolve_results(Resolver& resolve, Api& api) {
  resolve(api.column_count, "duckdb_column_count");
  resolve(api.column_name, "duckdb_column_name");
  resolve(api.column_logical_type, "duckdb_column_logical_type");
  resolve(api.rows_changed, "duckdb_rows_changed");
  resolve(api.fetch_chunk, "duckdb_fetch_chunk");
  resolve(api.destroy_data_chunk, "duckdb_destroy_data_chunk");
  resolve(api.data_chunk_get_size, "duckdb_data_chunk_get_size");
  resolve(api.data_chunk_get_vector, "duckdb_data_chunk_get_vector");
  resolve(api.vector_get_data, "duckdb_vector_get_data");
  resolve(api.vector_get_validity, "duckdb_vector_get_validity");
  resolve(api.list_vector_get_child, "duckdb_list_vector_get_child");
  resolve(api.struct_vector_get_child, "duckdb_struct_vector_get_child");
  resolve(api.array_vector_get_child, "duckdb_array_vector_get_child");
}

void resolve_types(Resolver& resolve, Api& api) {
  resolve(api.destroy_logical_type, "duckdb_destroy_logical_type");
  resolve(api.get_type_id, "duckdb_get_type_id");
  resolve(api.decimal_width, "duckdb_decimal_width");
  resolve(api.decimal_scale, "duckdb_decimal_scale");
  resolve(api.decimal_internal_type, "duckdb_decimal_internal_type");
  resolve(api.enum_internal_type, "duckdb_enum_internal_type");
  resolve(api.enum_dictionary_size, "duckdb_enum_dictionary_size");
  resolve(api.enum_dictionary_value, "duckdb_enum_dictionary_value");
  resolve(api.list_type_child_type, "duckdb_list_type_child_type");
  resolve(api.array_type_child_type, "duckdb_array_type_child_type");
  resolve(api.array_type_array_size, "duckdb_array_type_array_size");
  resolve(api.map_type_key_type, "duckdb_map_type_key_type");
  resolve(api.map_type_value_type, "duckdb_map_type_value_type");
  resolve(api.struct_type_child_count, "duckdb_struct_type_child_count");
  resolve(api.struct_type_child_name, "duckdb_struct_type_child_name");
  resolve(api.struct_type_child_type, "duckdb_struct_type_child_type");
  resolve(api.free, "duckdb_free");
}

LibraryOrError open_at(const fs::path& path) {
  auto opened = open_library(kName, path.string());
  if (auto* error = std::get_if<AdapterError>(&opened)) return std::move(*error);
  Api api{};
  Resolver resolve{std::get<void*>(opened)};
  resolve_sessions(resolve, api);
  resolve_results(resolve, api);
  resolve_types(resolve, api);
  if (resolve.missing() != nullptr) return unfit_library(kName, path.string(), resolve.missing());
  return std::make_shared<const Library>(api);
}

LibraryOrError find_and_open(const std::optional<fs::path>& configured) {
  if (const std::string path = path_of(kName); path != kName.file) return open_at(path);
  if (configured) return open_at(*configured);
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  for (const fs::path& candidate : library_candidates(executable.parent_path())) {
    if (fs::exists(candidate, error)) return open_at(candidate);
  }
  LibraryOrError system = open_at(kName.file);
  if (auto* refused = std::get_if<AdapterError>(&system)) refused->message = "no DuckDB library was found: neither beside hookc nor on the system's library path";
  return system;
}

}  // namespace

std::vector<fs::path> library_candidates(const fs::path& executable_folder) {
  const fs::path above = executable_folder.parent_path();
  return {executable_folder / "libduckdb.so", above / "lib" / "libduckdb.so", above / "duckdb" / "libduckdb.so",
          above.parent_path() / "duckdb" / "libduckdb.so"};
}

LibraryOrError load_library(const std::optional<fs::path>& configured) {
  // The only static state of the runtime, because the process is what must not have two: see Library.
  static std::mutex mutex;
  static std::weak_ptr<const Library> loaded;
  const std::lock_guard lock{mutex};
  if (auto library = loaded.lock()) return library;
  LibraryOrError result = find_and_open(configured);
  if (const auto* library = std::get_if<std::shared_ptr<const Library>>(&result)) loaded = *library;
  return result;
}

}  // namespace hookc::duckdb
