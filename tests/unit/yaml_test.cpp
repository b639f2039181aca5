// Boost.Test: YAML as PyYAML reads it. The expected values are what PyYAML 6 gives; the law of places holds for every scalar.
#include <boost/test/unit_test.hpp>

#include <string>

#include "compiler/project/yaml.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

struct Document {
  Sources sources;
  SourceId source{};
  Diagnostics diagnostics;
  YamlPtr root;

  explicit Document(std::string bytes, const YamlLimits& limits = {}) : source(sources.add_file("test.yml", std::move(bytes))) {
    root = parse_yaml(sources, source, diagnostics, limits);
  }
  [[nodiscard]] const YamlNode& at(std::string_view key) const {
    const YamlNode* node = root ? root->find(key) : nullptr;
    BOOST_REQUIRE_MESSAGE(node != nullptr, "no key " << key);
    return *node;
  }
};

/// repr() of what Python would see.
std::string python(const YamlNode& node) { return display_repr(yaml_value(node)); }
std::string python(const std::string& yaml) {
  const Document document{yaml};
  return document.root ? python(*document.root) : "error: " + document.diagnostics.at(0).message;
}

/// Every verbatim byte is the byte of the file that it claims to be. Gives how many bytes were made.
std::size_t check_places(const Sources& sources, const YamlNode& node) {
  std::size_t made = 0;
  const auto& runs = node.text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : node.text.size();
    const std::string_view bytes = node.text.view().substr(runs[i].begin, end - runs[i].begin);
    if (is_fixed(runs[i].position)) {
      made += bytes.size();
    } else {
      BOOST_TEST((sources.bytes_at(runs[i].position, end - runs[i].begin) == bytes));
    }
  }
  for (const YamlPtr& item : node.items) made += check_places(sources, *item);
  for (const YamlEntry& entry : node.entries) made += check_places(sources, *entry.key) + check_places(sources, *entry.value);
  return made;
}

BOOST_AUTO_TEST_CASE(plain_scalars_have_the_types_of_yaml_1_1) {
  BOOST_TEST(python("[yes, No, on, OFF, true, y, n, TRUE]") == "[True, False, True, False, True, 'y', 'n', True]");
  BOOST_TEST(python("[1, 010, 0o10, 0x1F, 0b11, 1_000, -5, +7, 08, 1:30, 190:20:30]") == "[1, 8, '0o10', 31, 3, 1000, -5, 7, '08', 90, 685230]");
  BOOST_TEST(python("[1.5, 1e3, 1.0e+3, .5, -.5, .inf, -.INF, 1., 6_8.5]") == "[1.5, '1e3', 1000.0, 0.5, '-.5', inf, -inf, 1.0, 68.5]");
  BOOST_TEST(python("[~, null, Null, NULL, nULL]") == "[None, None, None, None, 'nULL']");
  BOOST_TEST(python("['1', \"yes\", !!str 1, !!float 1]") == "['1', 'yes', '1', 1.0]");
}

BOOST_AUTO_TEST_CASE(merge_keys_come_first_and_give_way) {
  BOOST_TEST(python("base: &b {x: 1, y: 2}\nm:\n  y: 3\n  <<: *b\n") == "{'base': {'x': 1, 'y': 2}, 'm': {'x': 1, 'y': 3}}");
  BOOST_TEST(python("m: {<<: [{a: 1}, {a: 2, b: 3}]}") == "{'m': {'a': 1, 'b': 3}}");
  BOOST_TEST(python("m: {'<<': 1}") == "{'m': {'<<': 1}}");
  BOOST_TEST(python("m: {<<: 1}") == "error: `<<` merges a mapping or a list of mappings");
}

BOOST_AUTO_TEST_CASE(of_two_equal_keys_the_last_one_counts_and_is_reported) {
  const Document document{"a: 1\nb: 2\na: 3\n"};
  BOOST_TEST(python(*document.root) == "{'a': 3, 'b': 2}");
  BOOST_REQUIRE_EQUAL(document.diagnostics.size(), 1U);
  BOOST_TEST((document.diagnostics[0].severity == Severity::Warning));
  BOOST_TEST(document.sources.locate(document.diagnostics[0].span)->line == 3U);
  BOOST_TEST(Document("m: &m {a: 1}\nn: {<<: *m, a: 2}\n").diagnostics.empty());
}

struct ScalarCase {
  std::string yaml;
  std::string value;
  std::size_t made;  // bytes that do not stand in the file as they are
};

BOOST_AUTO_TEST_CASE(all_five_styles_keep_the_places_of_their_bytes) {
  const std::vector<ScalarCase> cases{{"a: one two\n", "one two", 0},
                                      {"a: one\n  two\n\n  three # no\n", "one two\nthree", 1},
                                      {"a: 'it''s'\n", "it's", 1},
                                      {"a: 'x\n  y\n\n  z'\n", "x y\nz", 1},
                                      {"a: \"q \\\"x\\\" \\u00e9\\t\"\n", "q \"x\" \xC3\xA9\t", 5},
                                      {"a: \"b \\\n   c\"\n", "b c", 0},
                                      {"a: \"{{ x }}\"\n", "{{ x }}", 0},
                                      {"a: |\n  s\n    t\n\n  u\n", "s\n  t\n\nu\n", 0},
                                      {"a: |-\n    s\n    t\n", "s\nt", 0},
                                      {"a: |+\n  s\n\n\nb: 1\n", "s\n\n\n", 0},
                                      {"a: |2\n    s\n  t\n", "  s\nt\n", 0},
                                      {"a: |\n\n  s\n", "\ns\n", 0},
                                      {"a: >\n  s\n  t\n\n  u\n    v\n  w\n", "s t\nu\n  v\nw\n", 1},
                                      {"a: >-\n  s\n  t\n", "s t", 1},
                                      {"a: |\r\n  s\r\n  t\r\n", "s\nt\n", 0},
                                      {"\xEF\xBB\xBF"
                                       "a: b\n",
                                       "b", 0},
                                      {"x: &n \"s\"\na: *n\n", "s", 0},
                                      {"a: !!str |\n  s\n", "s\n", 0},
                                      {"a: ''\n", "", 0},
                                      {"a: |\nb: 1\n", "", 0}};
  for (const ScalarCase& test : cases) {
    BOOST_TEST_CONTEXT(test.yaml) {
      const Document document{test.yaml};
      BOOST_REQUIRE(document.root);
      BOOST_TEST(document.at("a").text.view() == test.value);
      BOOST_TEST(check_places(document.sources, document.at("a")) == test.made);
      check_places(document.sources, *document.root);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_one_error_with_a_place) {
  struct Broken {
    std::string yaml;
    std::uint32_t line;
  };
  for (const Broken& test : std::vector<Broken>{{"a: {{ x }}\n", 1},
                                                {"b: 1\na: \"x\n", 2},
                                                {"a: b: c\n", 1},
                                                {"a:\n\t- b\n", 2},
                                                {"a: [1,\n", 2},
                                                {"a: *nope\n", 1},
                                                {"a: !custom x\n", 1},
                                                {"a: &x [*x]\n", 1},
                                                {"? [a]\n: b\n", 1},
                                                {"a: 1\n---\nb: 2\n", 3},
                                                {"a: \xFF\n", 1},
                                                {std::string("a: \0b\n", 6), 1},
                                                {"a: =\n", 1}}) {
    BOOST_TEST_CONTEXT(test.yaml) {
      const Document document{test.yaml};
      BOOST_TEST(!document.root);
      BOOST_REQUIRE_EQUAL(document.diagnostics.size(), 1U);
      BOOST_TEST((document.diagnostics[0].severity == Severity::Error));
      BOOST_TEST(document.sources.locate(document.diagnostics[0].span)->line == test.line);
    }
  }
  BOOST_TEST(Document("a: {{ x }}\n").diagnostics.at(0).help.find("quote") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(limits_report_themselves) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) laughs += (k == 0 ? "" : ", ") + last;
    laughs += "]\n";
  }
  const Document document{laughs};
  BOOST_TEST(!document.root);
  BOOST_TEST(document.diagnostics.at(0).message.find("more than 1000000 values") != std::string::npos);
  BOOST_TEST(Document(std::string(200, '[')).diagnostics.at(0).message.find("100 levels") != std::string::npos);
  BOOST_TEST(!Document("a: b\n", YamlLimits{2, 10, 10}).root);
}

BOOST_AUTO_TEST_CASE(an_empty_document_is_null) {
  BOOST_TEST(python("") == "None");
  BOOST_TEST(python("# nothing\n") == "None");
}

}  // namespace
}  // namespace hookc
