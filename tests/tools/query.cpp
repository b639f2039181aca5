// hookc_query DATABASE SQL [--csv]: prints the rows of a query on a DuckDB file, as a table or as comma-separated values.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "runtime/adapters/duckdb.h"

namespace {

using hookc::AdapterError;
using hookc::ResultSet;

constexpr std::size_t kMaxColumns = 60;  // of one cell in a table

/// Code points, which is near enough to columns for the texts that are shown.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string shown(const hookc::Cell& cell) {
  std::string text = to_text(cell).value_or("");
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() > kMaxColumns) text = text.substr(0, kMaxColumns - 3) + "...";
  return text;
}

void print_table(const ResultSet& set) {
  std::vector<std::vector<std::string>> lines{{}};
  for (const hookc::ResultColumn& column : set.columns) lines[0].push_back(column.name);
  for (const auto& row : set.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const hookc::Cell& cell : row) line.push_back(shown(cell));
  }
  std::vector<std::size_t> widths(set.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  for (std::size_t row = 0; row < lines.size(); ++row) {
    for (std::size_t i = 0; i < widths.size(); ++i) fmt::print("  {}{}", lines[row][i], std::string(widths[i] - width_of(lines[row][i]), ' '));
    fmt::print("\n");
    if (row != 0) continue;
    for (const std::size_t width : widths) fmt::print("  {}", std::string(width, '-'));
    fmt::print("\n");
  }
}

void print_csv(const ResultSet& set) {
  for (const auto& row : set.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) fmt::print("{}{}", i == 0 ? "" : ",", to_text(row[i]).value_or("NULL"));
    fmt::print("\n");
  }
}

int fail(const AdapterError& error) {
  fmt::print(stderr, "error: {}\n", describe(error));
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: hookc_query DATABASE SQL [--csv]\n");
    return 2;
  }
  auto opened = hookc::open_duckdb_file(argv[1], {});
  if (const auto* error = std::get_if<AdapterError>(&opened)) return fail(*error);
  const auto result = std::get<std::unique_ptr<hookc::Adapter>>(opened)->execute(argv[2], hookc::Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&result)) return fail(*error);
  if (argc > 3 && std::string_view{argv[3]} == "--csv") {
    print_csv(std::get<ResultSet>(result));
  } else {
    print_table(std::get<ResultSet>(result));
  }
  return 0;
}
