#include "tests/bench/inputs.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace hookc::bench {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  if (!in) throw std::runtime_error{"cannot read " + path.string()};
  return bytes;
}

/// Amounts have three digits behind the point, never a last 5: how ties are rounded is not what is measured.
std::string ten_thousand_rows() {
  std::string json = R"({"rows": [)";
  for (int i = 0; i < 10'000; ++i) {
    const int amount = i * 37 % 1000;
    json += fmt::format(R"({}{{"id": {}, "name": " customer {} ", "amount": {}.{:02}{}, "active": {})", i == 0 ? "" : ", ", i, i % 97, amount, i % 100, i % 4, i % 3 != 0);
    if (i % 5 == 0) json += R"(, "note": "it's late")";
    json += '}';
  }
  return json + "]}";
}

/// About 1 MB of SQL with 5,000 expressions of four kinds.
std::string mostly_text() {
  constexpr std::array<std::string_view, 4> kExpressions{"{{ model.name }}", "{{ columns[3] }}", "{{ schema | upper }}", "{{ 'x' ~ suffix }}"};
  std::string text;
  for (std::size_t i = 0; i < 5'000; ++i) {
    text += fmt::format("-- part {:05}\nselect order_id, customer_id, ordered_at, amount, currency from raw.orders\n  where {} = status and ordered_at >= date '2024-01-01'\n",
                        i, kExpressions[i % kExpressions.size()]);
    text += "  and amount > 0 or (currency is not null and refunded_at is null);\n";
  }
  return text;
}

}  // namespace

std::vector<Input> make_inputs(const std::filesystem::path& folder) {
  std::vector<Input> inputs;
  inputs.push_back({"hook", read_file(folder / "hook.sql"), read_file(folder / "hook.json")});
  inputs.push_back({"rows", read_file(folder / "rows.sql"), ten_thousand_rows()});
  inputs.push_back({"plain", read_file(folder / "plain.sql"), "{}"});
  inputs.push_back({"text", mostly_text(), R"({"model": {"name": "orders"}, "columns": ["a", "b", "c", "d"], "schema": "raw", "suffix": "y"})"});
  return inputs;
}

}  // namespace hookc::bench
