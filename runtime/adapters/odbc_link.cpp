#include "runtime/adapters/odbc_link.h"

#include <fmt/format.h>
#include <locale.h>

#include <array>
#include <string_view>

namespace hookc::odbc {

namespace {

/// What ODBC takes in place of a pointer: a number.
void* as_pointer(std::uintptr_t number) {
  return reinterpret_cast<void*>(number);  // NOLINT(performance-no-int-to-ptr): the interface passes numbers through this one type
}

/// For drivers without the functions of UTF-16, the driver manager turns the connection string and messages into the character set that the thread's locale has while it connects.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(locale_ == nullptr ? nullptr : uselocale(locale_)) {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }

 private:
  locale_t locale_;
  locale_t before_;
};

}  // namespace

Problem Link::problem_of(HandleType type, Handle handle) const {
  Problem problem;
  std::array<Wide, 6> state{};
  std::array<Wide, 4096> text{};
  for (std::int16_t record = 1; record <= 8; ++record) {
    std::int32_t native = 0;
    std::int16_t size = 0;
    const Return code = api_->get_diag_rec(type, handle, record, state.data(), &native, text.data(), static_cast<std::int16_t>(text.size()), &size);
    if (!is_success(code)) break;
    const std::string message = plain_message(to_utf8(std::u16string_view{text.data()}));
    if (record == 1) {
      problem.state = to_utf8(std::u16string_view{state.data(), 5});
      problem.native = native;
      problem.message = message;
    } else if (!message.empty() && problem.message.find(message) == std::string::npos) {
      problem.message += "\n" + message;
    }
  }
  return problem;
}

std::optional<Problem> Link::connect(const Settings& settings) {
  const Utf8Locale locale;
  if (!is_success(api_->alloc_handle(kEnvironment, nullptr, &environment_))) return Problem{"HY001", 0, "the ODBC library gives no environment"};
  api_->set_env_attr(environment_, kOdbcVersion, as_pointer(3), 0);
  if (!is_success(api_->alloc_handle(kConnection, environment_, &connection_))) return problem_of(kEnvironment, environment_);
  api_->set_connect_attr(connection_, kLoginTimeout, as_pointer(static_cast<std::uintptr_t>(settings.connect_timeout.count())), 0);
  std::u16string text = to_wide(connection_string(settings));
  const Return code = api_->driver_connect(connection_, nullptr, text.data(), static_cast<std::int16_t>(text.size()), nullptr, 0, nullptr, 0);
  if (!is_success(code)) return problem_of(kConnection, connection_);
  is_connected_ = true;
  version_ = fmt::format("{} {}", text_info(kDbmsName), text_info(kDbmsVersion));
  std::int16_t size = 0;
  api_->get_info(connection_, kTransactionCapable, &transaction_capability_, sizeof transaction_capability_, &size);
  if (!is_success(api_->alloc_handle(kStatement, connection_, &statement_))) return problem_of(kConnection, connection_);
  is_wide_ = takes_wide();
  if (settings.query_timeout) {
    // A driver that has no such limit answers "with info", and does without.
    limits_statements_ = api_->set_stmt_attr(statement_, kQueryTimeout, as_pointer(static_cast<std::uintptr_t>(settings.query_timeout->count())), 0) == kSuccess;
  }
  return std::nullopt;
}

std::optional<Problem> Link::set_autocommit(bool is_on) {
  if (is_success(api_->set_connect_attr(connection_, kAutocommit, as_pointer(is_on ? 1 : 0), 0))) return std::nullopt;
  return problem_of(kConnection, connection_);
}

std::optional<Problem> Link::end_transaction(Completion completion) {
  std::optional<Problem> problem;
  if (!is_success(api_->end_tran(kConnection, connection_, completion))) problem = problem_of(kConnection, connection_);
  if (problem && completion == kCommit) api_->end_tran(kConnection, connection_, kRollback);
  auto other = set_autocommit(true);
  return problem ? problem : other;
}

bool Link::is_dead() const {
  std::uint32_t dead = 0;
  return is_success(api_->get_connect_attr(connection_, kConnectionDead, &dead, 0, nullptr)) && dead == 1;
}

std::string Link::text_info(Info info) const {
  std::array<Wide, 256> text{};
  std::int16_t size = 0;
  if (!is_success(api_->get_info(connection_, info, text.data(), static_cast<std::int16_t>(sizeof text), &size))) return {};
  return to_utf8(std::u16string_view{text.data()});
}

/// A value as text, piece by piece; nothing for NULL.
template <class Unit>
std::optional<Problem> Link::read_pieces(std::uint16_t column, std::optional<std::basic_string<Unit>>& text) {
  std::array<Unit, 2048> piece{};
  std::basic_string<Unit> whole;
  while (true) {
    Length size = 0;
    const auto capacity = static_cast<Length>(sizeof piece);
    const Return code = api_->get_data(statement_, column, sizeof(Unit) == 1 ? kAsNarrow : kAsWide, piece.data(), capacity, &size);
    if (code == kNoData) break;
    if (!is_success(code)) return problem_of(kStatement, statement_);
    if (size == kNullData) return std::nullopt;
    // A piece that does not end the value fills the buffer up to the zero at its end.
    const bool is_cut = code == kSuccessWithInfo && (size == kNoTotal || size >= capacity);
    whole.append(piece.data(), is_cut ? piece.size() - 1 : static_cast<std::size_t>(size) / sizeof(Unit));
    if (!is_cut) break;
  }
  text = std::move(whole);
  return std::nullopt;
}

/// Whether a character beyond the first 65,536 survives the driver: what the driver manager makes of UTF-16 for drivers without it loses such a one, and all others of its text.
/// It is asked with a statement, since unixODBC's SQLNativeSqlW writes outside of its memory for these drivers.
bool Link::takes_wide() {
  std::u16string sql = u"select '\U0001F418'";
  std::optional<std::u16string> text;
  const bool has_row = is_success(api_->exec_direct(statement_, sql.data(), static_cast<std::int32_t>(sql.size()))) && is_success(api_->fetch(statement_));
  if (has_row) static_cast<void>(read_pieces(1, text));
  api_->close_cursor(statement_, 0);
  return !has_row || text == u"\U0001F418";
}

std::optional<Problem> Link::execute(const std::string& sql, Fetch fetch, ResultSet& set) {
  rows_until_too_large_ = 0;
  Return code = 0;
  if (is_wide_) {
    std::u16string wide = to_wide(sql);
    code = api_->exec_direct(statement_, wide.data(), static_cast<std::int32_t>(wide.size()));
  } else {
    std::string narrow = sql;
    code = api_->exec_direct_narrow(statement_, narrow.data(), static_cast<std::int32_t>(narrow.size()));
  }
  std::optional<Problem> problem;
  // "No data" is the answer to a statement that has changed no row.
  while (!problem && rows_until_too_large_ == 0 && code != kNoData) {
    problem = is_success(code) ? read_result(fetch, set) : std::optional{problem_of(kStatement, statement_)};
    if (!problem) code = api_->more_results(statement_);
  }
  api_->close_cursor(statement_, 0);
  return problem;
}

std::optional<Problem> Link::read_result(Fetch fetch, ResultSet& set) {
  std::int16_t count = 0;
  if (!is_success(api_->num_result_cols(statement_, &count))) return problem_of(kStatement, statement_);
  if (count == 0) {
    Length rows = 0;
    if (is_success(api_->row_count(statement_, &rows)) && rows > 0) set.rows_affected += static_cast<std::uint64_t>(rows);
    return std::nullopt;
  }
  std::vector<std::int16_t> types;
  kept_bytes_ = 0;
  if (fetch == Fetch::Rows) {
    set.columns.clear();
    set.rows.clear();
    if (auto problem = read_columns(count, set, types)) return problem;
  }
  // Rows that nobody asked for are fetched too: a database may compute them, and what they do, one by one.
  while (true) {
    const Return code = api_->fetch(statement_);
    if (code == kNoData) return std::nullopt;
    if (!is_success(code)) return problem_of(kStatement, statement_);
    if (fetch == Fetch::Nothing) continue;
    std::vector<Cell>& cells = set.rows.emplace_back(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (auto problem = read_cell(static_cast<std::uint16_t>(i + 1), types[i], cells[i])) return problem;
    }
    kept_bytes_ += memory_of(cells);
    if (kept_bytes_ > kMaxResultBytes) {
      rows_until_too_large_ = set.rows.size();
      set.rows.clear();
      return std::nullopt;  // what is left is dropped with the cursor
    }
  }
}

std::optional<Problem> Link::read_columns(std::int16_t count, ResultSet& set, std::vector<std::int16_t>& types) {
  std::array<Wide, 512> name{};
  std::array<Narrow, 1024> narrow_name{};
  for (std::uint16_t column = 1; column <= static_cast<std::uint16_t>(count); ++column) {
    std::int16_t size = 0;
    std::int16_t type = 0;
    std::uint64_t width = 0;
    std::int16_t digits = 0;
    std::int16_t nullable = 0;
    const Return code =
        is_wide_ ? api_->describe_col(statement_, column, name.data(), static_cast<std::int16_t>(name.size()), &size, &type, &width, &digits, &nullable)
                 : api_->describe_col_narrow(statement_, column, narrow_name.data(), static_cast<std::int16_t>(narrow_name.size()), &size, &type, &width, &digits, &nullable);
    if (!is_success(code)) return problem_of(kStatement, statement_);
    ResultColumn& made = set.columns.emplace_back();
    made.name = is_wide_ ? to_utf8(std::u16string_view{name.data()}) : std::string{narrow_name.data()};
    made.kind = kind_of(type);
    std::int16_t actual = 0;
    name[0] = 0;
    const bool has_type = is_success(api_->col_attribute(statement_, column, kTypeName, name.data(), static_cast<std::int16_t>(sizeof name), &actual, nullptr));
    if (has_type) made.type = to_utf8(std::u16string_view{name.data()});
    types.push_back(type);
  }
  return std::nullopt;
}

std::optional<Problem> Link::read_cell(std::uint16_t column, std::int16_t type, Cell& cell) {
  Length size = 0;
  if (type == kFloat || type == kReal || type == kDouble) {
    double number = 0;
    if (!is_success(api_->get_data(statement_, column, kAsDouble, &number, sizeof number, &size))) return problem_of(kStatement, statement_);
    cell = size == kNullData ? Cell{} : Cell{number};
    return std::nullopt;
  }
  if (type == kTimestamp) {
    Timestamp value{};
    if (is_success(api_->get_data(statement_, column, kAsTimestamp, &value, sizeof value, &size))) {
      cell = size == kNullData ? Cell{} : Cell{timestamp_text(value)};
      return std::nullopt;
    }
  }
  std::optional<std::string> text;
  if (auto problem = read_text(column, text)) return problem;
  cell = text ? cell_of(std::move(*text), type) : Cell{};
  return std::nullopt;
}

std::optional<Problem> Link::read_text(std::uint16_t column, std::optional<std::string>& text) {
  if (!is_wide_) return read_pieces(column, text);
  std::optional<std::u16string> wide;
  auto problem = read_pieces(column, wide);
  if (wide) text = to_utf8(*wide);
  return problem;
}

}  // namespace hookc::odbc
