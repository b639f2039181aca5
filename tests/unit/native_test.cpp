// Boost.Test: native rendering of YAML values. The expected values are those of tests/dbt/native.json, which tests/dbt/native.py holds against the real dbt.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "compiler/project/yaml_render.h"
#include "compiler/value/json.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

std::string rendered(const std::string& bytes, const nlohmann::ordered_json& vars) {
  Sources sources;
  const Project project;
  YamlNames names;
  names.project = &project;
  names.vars = value_from_json(sources, "vars", vars).get<DictPtr>();
  const SourceId source = sources.add_file("test.yml", bytes);
  const RenderedScalar outcome = render_scalar(sources, sources.text(source), names);
  if (const auto* problem = std::get_if<Diagnostic>(&outcome)) return "error: " + problem->error_class;
  return display_repr(std::get<Value>(outcome));
}

BOOST_AUTO_TEST_CASE(every_template_gives_the_value_that_dbt_gives) {
  std::ifstream file{"tests/dbt/native.json"};
  const auto table = nlohmann::ordered_json::parse(file);
  BOOST_REQUIRE(!table.at("cases").empty());
  for (const auto& row : table.at("cases")) {
    const auto bytes = row.at("template").get<std::string>();
    const std::string expected = row.contains("error") ? "error: " + row.at("error").get<std::string>() : row.at("value").get<std::string>();
    BOOST_TEST(rendered(bytes, table.at("vars")) == expected, bytes << " gives " << rendered(bytes, table.at("vars")) << ", not " << expected);
  }
}

}  // namespace
}  // namespace hookc
