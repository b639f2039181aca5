// Link: the handles of one ODBC session, and what is done with them. It blocks: the adapter uses it on the thread of its BlockingCalls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/adapter.h"
#include "runtime/adapters/odbc_api.h"
#include "runtime/adapters/odbc_settings.h"
#include "runtime/adapters/odbc_values.h"

namespace hookc::odbc {

/// The handles of one session. A call that was given up keeps them until it comes back.
class Link {
 public:
  explicit Link(std::shared_ptr<const Api> api) : api_(std::move(api)) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    if (statement_ != nullptr) api_->free_handle(kStatement, statement_);
    if (connection_ != nullptr) {
      if (is_connected_) api_->disconnect(connection_);
      api_->free_handle(kConnection, connection_);
    }
    if (environment_ != nullptr) api_->free_handle(kEnvironment, environment_);
  }

  std::optional<Problem> connect(const Settings& settings);
  void disconnect() {
    if (!is_connected_) return;
    api_->free_handle(kStatement, std::exchange(statement_, nullptr));
    api_->end_tran(kConnection, connection_, kRollback);
    is_connected_ = api_->disconnect(connection_) != kSuccess;
  }
  /// Sends one statement and reads its results to their end.
  std::optional<Problem> execute(const std::string& sql, Fetch fetch, ResultSet& set);
  /// The rows that the last statement's result had when it was given up because it was too large; 0 when it was not.
  [[nodiscard]] std::size_t rows_until_too_large() const { return rows_until_too_large_; }
  std::optional<Problem> set_autocommit(bool is_on);
  std::optional<Problem> end_transaction(Completion completion);
  void cancel() { api_->cancel(statement_); }
  /// What the driver knows of it: most learn that a session has ended only when they use it.
  [[nodiscard]] bool is_dead() const;
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] std::uint16_t transaction_capability() const { return transaction_capability_; }
  [[nodiscard]] bool limits_statements() const { return limits_statements_; }

 private:
  [[nodiscard]] std::string text_info(Info info) const;
  [[nodiscard]] bool takes_wide();
  [[nodiscard]] Problem problem_of(HandleType type, Handle handle) const;
  std::optional<Problem> read_result(Fetch fetch, ResultSet& set);
  std::optional<Problem> read_columns(std::int16_t count, ResultSet& set, std::vector<std::int16_t>& types);
  std::optional<Problem> read_cell(std::uint16_t column, std::int16_t type, Cell& cell);
  template <class Unit>
  std::optional<Problem> read_pieces(std::uint16_t column, std::optional<std::basic_string<Unit>>& text);
  std::optional<Problem> read_text(std::uint16_t column, std::optional<std::string>& text);

  std::shared_ptr<const Api> api_;
  Handle environment_ = nullptr;
  Handle connection_ = nullptr;
  Handle statement_ = nullptr;
  bool is_connected_ = false;
  bool limits_statements_ = false;  // the driver takes the query timeout
  bool is_wide_ = true;             // the driver has the functions of UTF-16
  std::string version_;
  std::uint16_t transaction_capability_ = kNoTransactions;
  std::size_t kept_bytes_ = 0;  // of the result that is read
  std::size_t rows_until_too_large_ = 0;
};

}  // namespace hookc::odbc
