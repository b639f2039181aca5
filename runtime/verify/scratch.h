// Scratch: a database of its own that hooks may change, and that is gone afterwards: a file of DuckDB in a temporary folder, or a database on the server of a
// PostgreSQL target. The target's own database is only read: the project's sources are copied from it, up to a hundred rows each.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/project/project.h"
#include "compiler/sql/statement.h"
#include "runtime/adapter.h"

namespace hookc {

class Scratch {
 public:
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  /// Where hooks run: the target with the scratch database in the place of its own.
  [[nodiscard]] const Target& target() const { return target_; }
  /// Sources that could not be copied, with the reason: sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// A session that refuses what reaches beyond the scratch database (roles, databases, the server, files), and then calls `on_refusal`.
  [[nodiscard]] AdapterOrError session(std::function<void()> on_refusal) const;
  /// Makes tables of the project's sources.
  void copy_sources(const Project& project);

 private:
  friend std::variant<std::unique_ptr<Scratch>, AdapterError> make_scratch(const Target& target, const AdapterOptions& options);
  Scratch() = default;
  void copy_from_file(const Project& project, Adapter& scratch);
  void copy_from_server(const Project& project, Adapter& scratch);

  Target own_;                                // the target's own database
  Target target_;
  AdapterOptions options_;
  std::filesystem::path folder_;              // of DuckDB's file
  std::unique_ptr<Adapter> server_;           // a session with the target's own database, on PostgreSQL
  std::string database_;                      // that was made there
  std::vector<std::string> notes_;
};

/// Nothing has been made when this is an error. Unsupported: hookc makes no scratch database for this type.
std::variant<std::unique_ptr<Scratch>, AdapterError> make_scratch(const Target& target, const AdapterOptions& options);

/// Why a statement reaches beyond the database that it is sent to; empty when it does not.
std::string reach_beyond(const sql::Statement& statement);

}  // namespace hookc
