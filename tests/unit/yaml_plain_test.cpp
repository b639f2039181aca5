// Boost.Test: what the reader of plain YAML tells is what yaml-cpp tells, event by event, places included; of what yaml-cpp refuses it tells nothing.
#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <sstream>
#include <string>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "compiler/project/yaml_plain.h"

namespace hookc {
namespace {

class Recorder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_ << "null " << mark.pos << " " << anchor << "\n"; }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_ << "alias " << mark.pos << " " << anchor << "\n"; }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    events_ << "scalar " << mark.pos << " " << tag << " " << anchor << " <" << value << ">\n";
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    events_ << "list " << mark.pos << " " << tag << " " << anchor << " " << style << "\n";
  }
  void OnSequenceEnd() override { events_ << "end of list\n"; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    events_ << "mapping " << mark.pos << " " << tag << " " << anchor << " " << style << "\n";
  }
  void OnMapEnd() override { events_ << "end of mapping\n"; }
  [[nodiscard]] std::string events() const { return events_.str(); }

 private:
  std::ostringstream events_;
};

/// `refused` where it is no document, or more than one.
std::string events_of_yaml_cpp(const std::string& text) {
  Recorder events;
  Recorder rest;
  try {
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    parser.HandleNextDocument(events);
    if (parser.HandleNextDocument(rest)) return "refused";
  } catch (const YAML::Exception&) {
    return "refused";
  }
  return events.events();
}

const std::array<std::string, 8> kPlain{
    "version: 2\n\nmodels:\n  - name: a\n    description: \"one: two # three\"\n    config:\n      tags: ['x', \"y\", z]\n    columns:\n    - name: id\n      data_tests:\n        - unique\n        - not_null\n",
    "models:\n  - &first\n    name: 'it''s'\n    meta: {owner: me, level: 3}\n  - *first\n  - name: b\n    description:\n\n  -\n    name: c\n",
    "a: |\n  one\n    two\n\n  three\n\nb: >\n  folded\n  lines\n\n  and more\nc: |-\n  stripped\nd: >-\n  stripped\n  too\n",
    "a: a plain text\n  that goes on\n  - like - this: no",
    "a: plain text\n  that goes on # until here\nb: \"quoted text\n  that goes on\"\nc: 'quoted'   # said\nd: ~\ne: null\n",
    "list:\n  [\n    a,\n    'b',\n  ]\nmap:\n  {a: b,\n   c: d}\nempty: []\nnone: {}\n",
    "- a\n- b: c\n  d:\n  - e\n  - f\n-\n  g\n",
    "on-run-start:\n  - create table if not exists t (a int)\n  - sql: select 1\n    transaction: false\n+post-hook: grant select on x to y\n# the end",
};

}  // namespace

BOOST_AUTO_TEST_CASE(plain_documents_are_told_of_as_yaml_cpp_does) {
  std::size_t plain = 0;
  for (const std::string& text : kPlain) {
    Recorder events;
    if (!read_plain_yaml(text, events)) continue;
    ++plain;
    BOOST_TEST(events.events() == events_of_yaml_cpp(text), text);
  }
  BOOST_TEST(plain >= kPlain.size() - 1);  // one of them is broken
}

BOOST_AUTO_TEST_CASE(documents_that_were_changed_by_chance_are_told_of_as_yaml_cpp_does_or_left_to_it) {
  constexpr std::string_view kBytes = " \n:-#'\"[]{},&*|>!?%@ax1~<=.\\\t\r";
  std::mt19937 random{20};
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  std::size_t told = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = kPlain[below(kPlain.size())];
    for (std::size_t change = 1 + below(3); change > 0; --change) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text.erase(at, 1); break;
        case 1: text.insert(at, 1, kBytes[below(kBytes.size())]); break;
        case 2: text[at] = kBytes[below(kBytes.size())]; break;
        default: {  // another indentation
          const std::size_t line = text.find('\n', at);
          if (line != std::string::npos) text.insert(line + 1, 1 + below(3), ' ');
        }
      }
    }
    Recorder events;
    if (!read_plain_yaml(text, events)) continue;
    ++told;
    BOOST_TEST(events.events() == events_of_yaml_cpp(text), text);
  }
  BOOST_TEST(told > 500U);
}

}  // namespace hookc
