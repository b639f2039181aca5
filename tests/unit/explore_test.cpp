// All the ways that an evaluation can go: which questions unknowns raise, what follows from the answers, and that each path is walked once.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/eval/explore.h"
#include "compiler/eval/plain_host.h"
#include "compiler/parse/parse.h"

namespace hookc {
namespace {

Value unknown(std::string name, Symbol::Shape shape = Symbol::Shape::Any, std::optional<std::vector<Value>> domain = std::nullopt) {
  return Value{Unknown{std::make_shared<const Symbol>(Symbol{std::move(name), shape, std::move(domain), nullptr})}};
}

/// `target.name` is dev, prod or any other; `execute` is true or false; `flag`, `results`, `schema`, `r` are not known at all.
class ExploringHost final : public PlainHost {
 public:
  ExploringHost(Choices& choices, Sources& sources) : PlainHost(nullptr), choices_(choices) {
    const auto text = [&](const char* bytes) {
      return make_text(bytes, sources.add_input(bytes, static_cast<std::uint32_t>(std::string_view{bytes}.size())));
    };
    auto target = std::make_shared<Dict>();
    target->set("name", unknown("target.name", Symbol::Shape::Text,
                                std::vector<Value>{text("dev"), text("prod"), unknown("target.name (another)", Symbol::Shape::Text)}));
    target->set("type", unknown("target.type", Symbol::Shape::Text, std::vector<Value>{text("duckdb"), text("postgres")}));
    target->set("schema", unknown("target.schema", Symbol::Shape::Text));
    target_ = Value{std::move(target)};
  }

  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override {
    if (name == "target") return deep_copy(target_);
    if (name == "execute") return unknown("execute", Symbol::Shape::Any, std::vector<Value>{Value{true}, Value{false}});
    if (name == "results") return unknown("results", Symbol::Shape::List);
    if (name == "tags") return make_list({});
    if (name == "run_query") {
      return make_function("run_query", [](Evaluator& running, const Arguments& arguments) {
        Event event;
        event.kind = Event::Kind::Query;
        event.text = running.to_text(arguments.positional.at(0));
        const std::size_t number = running.record(std::move(event));
        const Value result = unknown("run_query(" + std::to_string(number) + ")");
        running.watch(result.get<Unknown>().symbol, number);
        return result;
      });
    }
    if (name == "flag" || name == "r" || name == "s") return unknown(std::string{name});
    return PlainHost::input(evaluator, name);
  }
  std::size_t choose(Evaluator& evaluator, const Question& question) override { return choices_.choose(evaluator, question); }

 private:
  Choices& choices_;
  Value target_;
};

struct Explored {
  Sources sources;
  ast::TemplatePtr tmpl;
  Exploration exploration;

  explicit Explored(const std::string& source, ExploreOptions options = {}) {
    auto parsed = parse_template(sources, sources.add_file("t.sql", source), ParseOptions{});
    if (const auto* problem = std::get_if<Diagnostic>(&parsed)) BOOST_FAIL(problem->message);
    tmpl = std::get<ast::TemplatePtr>(parsed);
    exploration = explore(
        [&](Choices& choices) {
          ExploringHost host(choices, sources);
          Evaluator evaluator(sources, host, EvalOptions{});
          EvalOutcome outcome = evaluator.render(*tmpl);
          return Walk{std::move(outcome), evaluator.rendering()};
        },
        options);
  }

  /// `when: output` of each path, in order of the alphabet.
  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> result;
    for (const Path& path : exploration.paths) {
      std::string line;
      for (const Answer& answer : path.answers) line += (line.empty() ? "" : ", ") + describe(answer);
      const auto* error = std::get_if<EvalError>(&path.outcome);
      line += ": " + (error != nullptr ? error->diagnostic.error_class : std::get<Rendering>(path.outcome).text.str());
      result.push_back(std::move(line));
    }
    std::sort(result.begin(), result.end());
    return result;
  }
};

void check(const std::string& source, std::vector<std::string> expected) {
  std::sort(expected.begin(), expected.end());
  const Explored explored(source);
  const std::vector<std::string> paths = explored.paths();
  BOOST_CHECK_EQUAL_COLLECTIONS(paths.begin(), paths.end(), expected.begin(), expected.end());
  BOOST_TEST(explored.exploration.complete);
}

BOOST_AUTO_TEST_CASE(a_template_that_only_prints_has_one_path) {
  const Explored explored("create schema {{ target.schema }}; use {{ target.schema ~ '_x' }}");
  BOOST_REQUIRE(explored.exploration.paths.size() == 1U);
  const Text text = std::get<Rendering>(explored.exploration.paths[0].outcome).text;
  const Origin origin = explored.sources.describe(text.position_at(14));
  BOOST_CHECK(origin.kind == Origin::Kind::Hole);
  BOOST_TEST(origin.name == "target.schema");
}

BOOST_AUTO_TEST_CASE(a_placeholder_is_the_same_on_every_path) {
  const Explored explored("{{ target.schema }}{% if flag %}{% endif %}");
  std::set<std::string> outputs;
  for (const Path& path : explored.exploration.paths) outputs.insert(std::get<Rendering>(path.outcome).text.str());
  BOOST_TEST(explored.exploration.paths.size() == 2U);
  BOOST_TEST(outputs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_comparison_splits_the_domain_in_two) {
  check("{% if target.name == 'prod' %}p{% else %}d{% endif %}", {"target.name = prod: p", "target.name is not prod: d"});
}

BOOST_AUTO_TEST_CASE(a_domain_with_one_value_left_is_decided) {
  check("{% if target.type == 'duckdb' %}d{% elif target.type == 'postgres' %}p{% else %}never{% endif %}",
        {"target.type = duckdb: d", "target.type = postgres: p"});
}

BOOST_AUTO_TEST_CASE(tests_of_one_symbol_agree) {
  check("{% if target.name == 'prod' %}a{% endif %}{% if target.name != 'prod' %}b{% endif %}{% if target.name in ['prod'] %}c{% endif %}",
        {"target.name = prod: ac", "target.name is not prod: b"});
  check("{% if flag %}a{% endif %}{% if not flag %}b{% endif %}{% if flag is none %}n{% endif %}",
        {"flag: a", "not flag, flag is none: bn", "not flag, flag is not none: b"});
  check("{% if s == 'x' %}x{% elif s == 'x' %}never{% elif s in ['x', 'y'] %}y{% endif %}{% if s == 'y' %}!{% endif %}",
        {"s = x: x", "s is not x, s in ['x', 'y'], s = y: y!", "s is not x, s in ['x', 'y'], s is not y: y", "s is not x, s not in ['x', 'y']: "});
}

BOOST_AUTO_TEST_CASE(execute_is_named_as_people_say_it) { check("{% if execute %}q{% endif %}", {"execute: q", "not execute: "}); }

BOOST_AUTO_TEST_CASE(an_unlisted_value_can_be_the_other_one) {
  check("{% if target.name == 'qa' %}q{% elif target.name == 'dev' %}d{% endif %}",
        {"target.name = qa: q", "target.name is not qa, target.name = dev: d", "target.name is not qa, target.name is not dev: "});
}

BOOST_AUTO_TEST_CASE(a_subscript_or_a_filter_asks_for_the_value) {
  check("{{ target.type | upper }}", {"target.type = duckdb: DUCKDB", "target.type = postgres: POSTGRES"});
  check("{{ {'duckdb': 1, 'postgres': 2}[target.type] }}", {"target.type = duckdb: 1", "target.type = postgres: 2"});
  check("{{ target.type[:1] }}{{ target.type.startswith('d') }}", {"target.type = duckdb: dTrue", "target.type = postgres: pFalse"});
}

BOOST_AUTO_TEST_CASE(a_loop_over_an_unknown_list_tries_no_one_and_two_items) {
  check("{% for r in results %}x{% if not loop.last %},{% endif %}{% endfor %}",
        {"results has 0 items: ", "results has 1 item: x", "results has 2 items: x,x"});
}

BOOST_AUTO_TEST_CASE(length_truth_and_loops_of_a_list_agree) {
  check("{% if results | length > 0 %}{% for r in results %}x{% else %}never{% endfor %}{% endif %}",
        {"not results | length > 0: ", "results | length > 0, results has 1 item: x", "results | length > 0, results has 2 items: xx"});
  check("{% if results %}{% if results | length == 0 %}never{% endif %}t{% endif %}", {"not results: ", "results: t"});
}

BOOST_AUTO_TEST_CASE(items_and_attributes_are_symbols_of_their_own) {
  check("{% for r in results %}{% if r.status == 'error' %}e{% endif %}{% endfor %}",
        {"results has 0 items: ", "results has 1 item, results[0].status = error: e",
         "results has 1 item, results[0].status is not error: ", "results has 2 items, results[0].status = error, results[1].status = error: ee",
         "results has 2 items, results[0].status = error, results[1].status is not error: e",
         "results has 2 items, results[0].status is not error, results[1].status = error: e",
         "results has 2 items, results[0].status is not error, results[1].status is not error: "});
}

BOOST_AUTO_TEST_CASE(a_text_with_a_hole_in_it_is_compared_as_an_unknown) {
  check("{% set s = 'a_' ~ target.schema %}{% if s == 'a_b' %}y{% endif %}{% if s %}t{% endif %}",
        {"a_{target.schema} = a_b: yt", "a_{target.schema} is not a_b: t"});
}

BOOST_AUTO_TEST_CASE(what_one_path_changes_does_not_reach_the_next) {
  const Explored explored("{% do tags.append(1) %}{% if flag %}{% endif %}{{ tags | length }}");
  for (const Path& path : explored.exploration.paths) BOOST_TEST(std::get<Rendering>(path.outcome).text.view() == "1");
}

BOOST_AUTO_TEST_CASE(a_path_that_fails_is_a_path) { check("{% if flag %}{{ nothing.x }}{% endif %}", {"flag: UndefinedError", "not flag: "}); }

BOOST_AUTO_TEST_CASE(the_result_of_a_query_is_used_when_someone_looks_at_it) {
  const auto used = [](const std::string& source) {
    const Explored explored(source);
    return std::get<Rendering>(explored.exploration.paths.at(0).outcome).events.at(0).result_used;
  };
  BOOST_TEST(!used("{% do run_query('q') %}"));
  BOOST_TEST(!used("{% set r = run_query('q') %}"));
  BOOST_TEST(used("{% set r = run_query('q') %}{% if r %}{% endif %}"));
  BOOST_TEST(used("{{ run_query('q').columns[0].values() }}"));
}

BOOST_AUTO_TEST_CASE(the_budget_stops_and_shows_new_answers_first) {
  std::string source;
  for (int i = 0; i < 12; ++i) source += "{% if r.a" + std::to_string(i) + " %}y{% endif %}";
  const Explored explored(source, {.max_paths = 14});
  BOOST_TEST(!explored.exploration.complete);
  BOOST_TEST(explored.exploration.stopped_by == "14 paths");
  BOOST_TEST(explored.exploration.paths.size() == 14U);
  std::set<std::string> answers;
  for (const Path& path : explored.exploration.paths) {
    for (const Answer& answer : path.answers) answers.insert(describe(answer));
  }
  BOOST_TEST(answers.size() == 24U);
}

BOOST_AUTO_TEST_CASE(where_there_are_too_many_paths_a_few_combinations_are_enough) {
  std::string source;
  for (int i = 0; i < 12; ++i) source += "{% if r.a" + std::to_string(i) + " %}y{% endif %}";
  const Explored explored(source, {.max_paths = 256});
  BOOST_TEST(!explored.exploration.complete);
  BOOST_TEST(explored.exploration.stopped_by == "256 paths");
  BOOST_TEST(explored.exploration.paths.size() >= ExploreOptions{}.max_combinations);
  BOOST_TEST(explored.exploration.paths.size() < 64U);  // as soon as 256 are known to be there
}

BOOST_AUTO_TEST_CASE(a_budget_of_pieces_holds_for_all_paths_together_and_for_those_that_fail) {
  const std::string forks = "{% if r.a %}{% endif %}{% if r.b %}{% endif %}{% if r.c %}{% endif %}{{ flag }}{{ s }}";
  for (const std::string& source : {forks, forks + "{{ nothing.x }}"}) {
    BOOST_TEST(Explored(source).exploration.complete);
    const Explored explored(source, {.max_pieces = 9});
    BOOST_TEST(!explored.exploration.complete);
    BOOST_TEST(explored.exploration.stopped_by == "9 printed pieces");
    BOOST_TEST(explored.exploration.paths.size() > 1U);
    BOOST_TEST(explored.exploration.paths.size() < 8U);
  }
}

BOOST_AUTO_TEST_CASE(every_combination_is_walked_once) {
  const Explored explored("{% if r.a %}{% endif %}{% if r.b %}{% endif %}{% if r.c %}{% endif %}{% if r.a and r.d %}{% endif %}");
  const std::vector<std::string> paths = explored.paths();
  BOOST_TEST(paths.size() == 12U);
  BOOST_TEST((std::set<std::string>(paths.begin(), paths.end()).size()) == paths.size());
}

// ------------------------------------------------------------------------------------------------- every concrete rendering is one of the paths

/// Templates at random that decide by inputs with few values, and print what they decided.
class Templates {
 public:
  explicit Templates(std::uint32_t seed) : random_(seed) {}

  std::string next() { return "{% macro m(p) %}{% if p %}<{% else %}>{% endif %}{% endmacro %}{% set v = 'v' %}" + body(3); }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  std::string condition(int depth) {
    static constexpr const char* kAtoms[] = {"target.name == 'dev'", "target.name != 'prod'", "target.name in ['dev', 'prod']", "'prod' == target.name", "target.name | upper == 'PROD'", "target.name.startswith('p')",
                                             "(target.name is none)", "target.type == 'postgres'", "execute", "flag", "results", "results | length > 1", "v == 'w'", "{'dev': true}.get(target.name, false)"};
    switch (depth <= 0 ? 0 : below(5)) {
      case 1: return "not " + condition(0);
      case 2: return "(" + condition(depth - 1) + " and " + condition(depth - 1) + ")";
      case 3: return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
      case 4: return "(" + condition(depth - 1) + " if " + condition(0) + " else " + condition(0) + ")";
      default: return kAtoms[below(std::size(kAtoms))];
    }
  }

  std::string piece(int depth) {
    switch (depth <= 0 ? below(3) : below(8)) {
      case 0: return std::string(1, static_cast<char>('a' + below(26)));
      case 1: return "{{ 'Y' if " + condition(1) + " else v }}";
      case 2: return "{{ m(" + condition(1) + ") }}";
      case 3: return "{% set v = 'w' if " + condition(1) + " else 'u' %}";
      case 4: return "{% for r in results %}" + body(depth - 1) + "{{ loop.index }}{% endfor %}";
      case 5: return "{% for i in [1, 2] if " + condition(0) + " %}{{ i }}{% else %}" + body(depth - 1) + "{% endfor %}";
      case 6: return "{% if " + condition(2) + " %}" + body(depth - 1) + "{% endif %}";
      default: return "{% if " + condition(2) + " %}" + body(depth - 1) + "{% elif " + condition(1) + " %}" + body(depth - 1) + "{% else %}" + body(depth - 1) + "{% endif %}";
    }
  }

  std::string body(int depth) {
    std::string text;
    for (std::size_t i = 0, count = 1 + below(3); i < count; ++i) text += piece(depth);
    return text;
  }

  std::mt19937 random_;
};

struct Assignment {
  const char* name;
  const char* type;
  bool execute;
  bool flag;
  std::size_t results;
};

std::vector<Assignment> all_assignments() {
  std::vector<Assignment> all;
  for (const char* name : {"dev", "prod", "qa"}) {
    for (const char* type : {"duckdb", "postgres"}) {
      for (const bool execute : {true, false}) {
        for (const bool flag : {true, false}) {
          for (const std::size_t results : {0U, 1U, 2U}) all.push_back(Assignment{name, type, execute, flag, results});
        }
      }
    }
  }
  return all;
}

/// What a rendering says, or the class of the error that ended it.
std::string words_of(const EvalOutcome& outcome) {
  const auto* error = std::get_if<EvalError>(&outcome);
  return error != nullptr ? "error: " + error->diagnostic.error_class : std::get<Rendering>(outcome).text.str();
}

std::string rendered(Sources& sources, const ast::Template& tmpl, const Assignment& values) {
  auto target = std::make_shared<Dict>();
  target->set("name", make_text(values.name, Position{0}));
  target->set("type", make_text(values.type, Position{0}));
  auto context = std::make_shared<Dict>();
  context->set("target", Value{std::move(target)});
  context->set("execute", Value{values.execute});
  context->set("flag", Value{values.flag});
  context->set("results", make_list(std::vector<Value>(values.results, Value{std::int64_t{1}})));
  PlainHost host(context);
  Evaluator evaluator(sources, host, EvalOptions{});
  return words_of(evaluator.render(tmpl));
}

BOOST_AUTO_TEST_CASE(where_the_search_was_complete_every_concrete_rendering_is_a_path) {
  constexpr std::uint32_t kSeed = 20261125;
  constexpr int kTemplates = 300;
  Templates templates{kSeed};
  int complete = 0;
  for (int i = 0; i < kTemplates; ++i) {
    const std::string source = templates.next();
    Explored explored(source);
    if (!explored.exploration.complete) continue;
    ++complete;
    std::set<std::string> paths;
    for (const Path& path : explored.exploration.paths) paths.insert(words_of(path.outcome));
    for (const Assignment& values : all_assignments()) {
      const std::string words = rendered(explored.sources, *explored.tmpl, values);
      BOOST_REQUIRE_MESSAGE(paths.contains(words), source << " prints `" << words << "` for " << values.name << " " << values.type << " execute=" << values.execute << " flag=" << values.flag
                                                          << " results=" << values.results << ", which is no path");
    }
  }
  BOOST_TEST(complete > kTemplates / 2);
}

}  // namespace
}  // namespace hookc
