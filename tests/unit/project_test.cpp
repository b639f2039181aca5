// Boost.Test: reading dbt projects. What hooks come out, in which order, from which bytes, is what `dbt parse` (1.10) gives for the same files.
#include <boost/test/unit_test.hpp>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/project/config.h"
#include "compiler/project/macros.h"
#include "compiler/project/project.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

/// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "hookc-project-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary} << bytes;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

constexpr const char* kProfiles =
    "shop:\n"
    "  target: dev\n"
    "  outputs:\n"
    "    dev: {type: duckdb, path: target/dev.duckdb, schema: analytics_dev}\n"
    "    prod: {type: postgres, host: h, port: \"{{ env_var('PORT', '5432') | int }}\", user: u, password: \"{{ env_var('DBT_ENV_SECRET_PW') }}\", "
    "dbname: d, schema: analytics}\n";

/// A project in a temporary folder, and what was read of it.
struct Shop {
  Folder folder;
  Sources sources;
  LoadOptions options;
  std::unique_ptr<Project> project;

  explicit Shop(const std::string& project_yml = "name: shop\nprofile: shop\n") {
    folder.write("dbt_project.yml", project_yml);
    folder.write("profiles.yml", kProfiles);
    options.project_dir = folder.path();
    options.environment.emplace();
  }
  Shop& with(const std::string& name, const std::string& bytes) {
    folder.write(name, bytes);
    return *this;
  }
  const Project& load() {
    project = load_project(sources, options);
    BOOST_REQUIRE(project);
    return *project;
  }
  [[nodiscard]] std::string text(const Hook& hook) const { return sources.text(hook.source).str(); }
  /// `id: text` of all hooks.
  [[nodiscard]] std::vector<std::string> hooks() const {
    std::vector<std::string> lines;
    for (const Hook& hook : project->hooks) lines.push_back(hook.id + ": " + text(hook));
    return lines;
  }
  [[nodiscard]] const Hook& hook(std::string_view id) const {
    const auto found = std::find_if(project->hooks.begin(), project->hooks.end(), [&](const Hook& candidate) { return candidate.id == id; });
    BOOST_REQUIRE_MESSAGE(found != project->hooks.end(), "no hook " << id);
    return *found;
  }
  [[nodiscard]] const Node& node(std::string_view id) const {
    const Node* found = project->find_node(id);
    BOOST_REQUIRE_MESSAGE(found != nullptr, "no node " << id);
    return *found;
  }
  [[nodiscard]] std::vector<std::string> problems(Severity least = Severity::Warning) const {
    std::vector<std::string> messages;
    for (const Diagnostic& diagnostic : project->diagnostics) {
      if (diagnostic.severity >= least) messages.push_back(diagnostic.message);
    }
    return messages;
  }
};

using Lines = std::vector<std::string>;

void check_lines(const Lines& given, const Lines& expected) { BOOST_TEST(given == expected, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(run_hooks_are_a_text_a_list_or_nothing) {
  Shop shop{"name: shop\non-run-start: select 1\non-run-end:\n  - select 2\n  - ''\n"};
  shop.load();
  check_lines(shop.hooks(), {"on-run-start.shop.0: select 1", "on-run-end.shop.0: select 2", "on-run-end.shop.1: "});
  BOOST_TEST(!shop.hook("on-run-end.shop.1").enabled);
  BOOST_TEST(shop.hook("on-run-start.shop.0").owner == "operation.shop.shop-on-run-start-0");
  Shop none{"name: shop\non-run-start:\non-run-end: []\n"};
  BOOST_TEST(none.load().hooks.empty());
  Shop wrong{"name: shop\non-run-start: [{sql: select 1}]\n"};
  wrong.load();
  check_lines(wrong.problems(), {"a run hook is a text; dbt refuses anything else"});
}

BOOST_AUTO_TEST_CASE(run_hooks_of_the_root_come_first_then_packages_by_name) {
  Shop shop{"name: shop\non-run-start: [select 'root 0', select 'root 1']\non-run-end: select 'root end'\n"};
  for (const char* name : {"zeta", "alpha"}) {
    const std::string package = name;
    shop.with("dbt_packages/" + package + "/dbt_project.yml",
              "name: " + package + "\non-run-start: select '" + package + "'\non-run-end: select '" + package + " end'\n");
  }
  shop.load();
  check_lines(shop.hooks(), {"on-run-start.shop.0: select 'root 0'", "on-run-start.shop.1: select 'root 1'", "on-run-start.alpha.0: select 'alpha'",
                             "on-run-start.zeta.0: select 'zeta'", "on-run-end.shop.0: select 'root end'", "on-run-end.alpha.0: select 'alpha end'",
                             "on-run-end.zeta.0: select 'zeta end'"});
}

BOOST_AUTO_TEST_CASE(node_hooks_add_up_from_the_section_to_the_file) {
  Shop shop{
      "name: shop\nprofile: shop\nmodels:\n  +post-hook: select 'section'\n  pre_hook: [select 'pre section']\n  shop:\n    +pre-hook:\n      - "
      "{sql: select 'pre dict', transaction: false}\n"
      "      - '{\"sql\": \"select ''json''\", \"transaction\": false}'\n    marts:\n      + post-hook: select 'replaced by the next'\n      "
      "post-hook: [select 'folder']\n"
      "      +post_hook: {sql: select 'underscore wins'}\n      orders:\n        +post-hook: select 'node'\n      post_hook_like: {post-hook: select "
      "'not a level of this node'}\n"};
  shop.with("models/marts/orders.sql", "{{ config(post_hook=\"select 'file'\") }}\n{{ config({'pre-hook': ['select 1']}) }} select 1")
      .with("models/marts/orders.yml",
            "models:\n  - name: orders\n    config:\n      post_hook: [select 'patch', {sql: select 'patch dict', transaction: no}]\n");
  shop.load();
  check_lines(shop.hooks(), {"orders.pre-hook.0: select 'pre section'", "orders.pre-hook.1: select 'pre dict'", "orders.pre-hook.2: select 'json'",
                             "orders.pre-hook.3: select 1", "orders.post-hook.0: select 'section'", "orders.post-hook.1: select 'underscore wins'",
                             "orders.post-hook.2: select 'node'", "orders.post-hook.3: select 'patch'", "orders.post-hook.4: select 'patch dict'",
                             "orders.post-hook.5: select 'file'"});
  BOOST_TEST(!shop.hook("orders.pre-hook.1").transaction);
  BOOST_TEST(!shop.hook("orders.pre-hook.2").transaction);
  BOOST_TEST(!shop.hook("orders.post-hook.4").transaction);
  BOOST_TEST((shop.hook("orders.post-hook.3").place == HookPlace::PropertiesYml));
  BOOST_TEST((shop.hook("orders.post-hook.5").place == HookPlace::ConfigCall));
  BOOST_TEST(shop.problems().empty());
}

BOOST_AUTO_TEST_CASE(the_root_project_speaks_last_of_a_package_s_nodes) {
  Shop shop{"name: shop\nmodels:\n  +post-hook: select 'root section'\n  zeta:\n    +post-hook: select 'root of zeta'\n"};
  shop.with("dbt_packages/zeta/dbt_project.yml", "name: zeta\nmodels:\n  zeta:\n    +post-hook: select 'own'\n")
      .with("dbt_packages/zeta/models/z.sql", "{{ config(post_hook=\"select 'file'\") }} select 1");
  shop.load();
  check_lines(shop.hooks(), {"z.post-hook.0: select 'own'", "z.post-hook.1: select 'file'", "z.post-hook.2: select 'root section'",
                             "z.post-hook.3: select 'root of zeta'"});
}

BOOST_AUTO_TEST_CASE(seeds_and_snapshots_have_hooks_of_their_own_sections) {
  Shop shop{"name: shop\nmodels: {+post-hook: select 'model'}\nseeds: {+post-hook: select 'seed'}\nsnapshots: {+post-hook: select 'snapshot'}\n"};
  shop.with("seeds/countries.csv", "id\n1\n")
      .with("snapshots/s.sql", "{% snapshot history %}{{ config(target_schema='s', post_hook='select 1') }}select 1{% endsnapshot %}")
      .with("models/m.sql", "select 1");
  shop.load();
  check_lines(shop.hooks(), {"m.post-hook.0: select 'model'", "countries.post-hook.0: select 'seed'", "history.post-hook.0: select 'snapshot'",
                             "history.post-hook.1: select 1"});
  BOOST_TEST(shop.node("snapshot.shop.history").fqn == (Lines{"shop", "s", "history"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nodes_come_in_the_order_of_their_references_then_of_their_names) {
  Shop shop{"name: shop\nprofile: shop\nmodels: {+post-hook: select 1}\n"};
  shop.with("models/a.sql", "select * from {{ ref('z') }}")
      .with("models/z.sql", "select 1")
      .with("models/b.sql", "{{ config(pre_hook=\"insert into log select * from {{ ref('y') }}\") }}select 1")
      .with("models/y.sql", "select 1")
      .with("models/c.sql", "select 1");
  shop.load();
  check_lines(shop.hooks(), {"c.post-hook.0: select 1", "y.post-hook.0: select 1", "b.pre-hook.0: insert into log select * from {{ ref('y') }}",
                             "b.post-hook.0: select 1", "z.post-hook.0: select 1", "a.post-hook.0: select 1"});
}

BOOST_AUTO_TEST_CASE(every_byte_of_a_hook_traces_to_the_file_that_defines_it) {
  Shop shop{"name: shop\nprofile: shop\non-run-start:\n  - \"grant \\\"x\\\"\"\n  - |\n    select 1\n    from t\n  - select 2\n"};
  shop.with("models/m.sql",
            "\n\n{{ config(post_hook=['it\\'s', \"gr\" \"ant\", {'sql': 'vacuum', 'transaction': False}, after_commit('analyze {{ this }}')]) "
            "}}\nselect 1");
  shop.load();
  struct Expected {
    const char* id;
    const char* text;
    std::uint32_t line, column;
    bool frozen;
  };
  for (const Expected& expected :
       {Expected{"on-run-start.shop.0", "grant \"x\"", 4, 6, false}, Expected{"on-run-start.shop.1", "select 1\nfrom t\n", 6, 5, false},
        Expected{"m.post-hook.0", "it's", 3, 23, false}, Expected{"m.post-hook.1", "grant", 3, 32, false},
        Expected{"m.post-hook.2", "vacuum", 3, 52, false}, Expected{"m.post-hook.3", "analyze {{ this }}", 3, 98, false}}) {
    BOOST_TEST_CONTEXT(expected.id) {
      const Hook& hook = shop.hook(expected.id);
      BOOST_TEST(shop.text(hook) == expected.text);
      const auto place = shop.sources.locate(Span{hook.source, 0, shop.sources.text(hook.source).size()});
      BOOST_REQUIRE(place);
      BOOST_TEST(place->line == expected.line);
      BOOST_TEST(place->column == expected.column);
      BOOST_TEST(hook.frozen.has_value() == expected.frozen);
      const Text& text = shop.sources.text(hook.source);
      for (std::uint32_t i = 0; i < text.size(); ++i) {
        if (is_fixed(text.position_at(i))) continue;
        BOOST_TEST((shop.sources.bytes_at(text.position_at(i), 1) == text.view().substr(i, 1)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_hook_that_is_an_expression_is_frozen_at_its_place) {
  Shop shop;
  shop.with("macros/m.sql",
            "{% macro grants() %}grant select to {{ 'prod' if execute else 'nobody' }}{% endmacro %}\n{% macro conf() %}{{ config(post_hook='from a "
            "macro') }}{% endmacro %}")
      .with("models/a.sql", "{{ config(post_hook=[grants(), 'plain', 'a' ~ 'b', 'a' ~ target.name]) }}select 1")
      .with("models/b.sql", "{{ conf() }}select 1");
  shop.load();
  BOOST_TEST(shop.text(shop.hook("a.post-hook.0")) == "grant select to nobody");
  BOOST_REQUIRE(shop.hook("a.post-hook.0").frozen);
  BOOST_TEST(shop.sources.view(*shop.hook("a.post-hook.0").frozen) == "grants()");
  BOOST_TEST(shop.sources.locate(*shop.hook("a.post-hook.0").frozen)->column == 22U);
  BOOST_TEST(!shop.hook("a.post-hook.1").frozen);
  BOOST_TEST(!shop.hook("a.post-hook.2").frozen);
  BOOST_TEST(shop.text(shop.hook("a.post-hook.3")) == "adev");
  BOOST_REQUIRE(shop.hook("a.post-hook.3").frozen);
  BOOST_TEST(shop.sources.view(*shop.hook("a.post-hook.3").frozen) == "'a' ~ target.name");
  BOOST_TEST(!shop.hook("b.post-hook.0").frozen);
  BOOST_TEST(shop.sources.locate(Span{shop.hook("b.post-hook.0").source, 0, 1})->file.ends_with("macros/m.sql"));
}

BOOST_AUTO_TEST_CASE(what_does_not_run_says_why) {
  Shop shop{
      "name: shop\nprofile: shop\non-run-start: select 1\nmodels:\n  shop:\n    +post-hook: {sql: select 2, transaction: false}\n    idle: "
      "{+enabled: \"{{ target.name == 'prod' }}\"}\n"};
  shop.with("models/idle/d.sql", "select 1").with("models/e.sql", "{{ config(materialized='ephemeral') }}select 1").with("models/v.sql", "select 1");
  shop.load();
  BOOST_TEST(!shop.hook("d.post-hook.0").enabled);
  BOOST_TEST(!shop.hook("e.post-hook.0").enabled);
  BOOST_TEST(shop.hook("v.post-hook.0").enabled);
  BOOST_TEST(shop.hook("on-run-start.shop.0").enabled);
  Shop off{"name: shop\nmodels: {shop: {+enabled: false}}\non-run-start: select 1\n"};
  off.load();
  BOOST_TEST(!off.hook("on-run-start.shop.0").enabled);
  Shop flake{"name: shop\nprofile: p\nmodels: {+post-hook: {sql: select 2, transaction: false}}\n"};
  flake.with("profiles.yml", "p: {target: t, outputs: {t: {type: snowflake}}}").with("models/v.sql", "select 1");
  flake.load();
  BOOST_TEST(flake.hook("v.post-hook.0").why == "`view` on snowflake runs no hook with `transaction: false`");
}

BOOST_AUTO_TEST_CASE(a_broken_hook_or_macro_harms_nobody_else) {
  Shop shop{"name: shop\non-run-start:\n  - \"{{ broken \"\n  - \"{{ good() }}\"\n"};
  shop.with("macros/m.sql", "{% macro bad() %}{% if %}{% endmacro %}\n{% macro open() %}\n{% macro good() %}select 1{% endmacro %}");
  const Project& project = shop.load();
  BOOST_REQUIRE(shop.hook("on-run-start.shop.0").problem);
  BOOST_TEST(shop.hook("on-run-start.shop.0").tmpl == nullptr);
  BOOST_TEST(shop.hook("on-run-start.shop.1").tmpl != nullptr);
  BOOST_TEST(project.packages.front().macros.contains("good"));
  BOOST_TEST(project.packages.front().macros.at("good").body(shop.sources).callable != nullptr);
  BOOST_TEST(project.packages.front().macros.at("bad").body(shop.sources).problem.has_value());
  const Lines problems = shop.problems(Severity::Error);
  BOOST_TEST(problems.size() == 2U);
  BOOST_TEST(problems.at(0) == "`macro open` is not closed");
}

BOOST_AUTO_TEST_CASE(macro_files_are_read_block_by_block) {
  Shop shop;
  shop.with("macros/m.sql",
            "text {{ outside }} {# {% macro commented() %}{% endmacro %} #}{% raw %}{% macro raw() %}{% endmacro %}{% endraw %}\n"
            "{%- macro f(a, b='%}') -%}{{ \"{% endmacro %}\" }}{%- endmacro -%}{% materialization mine, adapter='duckdb' %}{% endmaterialization %}"
            "{% materialization theirs, default %}{% endmaterialization %}{% test even(model) %}{% endtest %}");
  const Project& project = shop.load();
  Lines names;
  for (const auto& [name, macro] : project.packages.front().macros) names.push_back(name);
  check_lines(names, {"f", "materialization_mine_duckdb", "materialization_theirs_default", "test_even"});
  BOOST_TEST(shop.sources.locate(project.packages.front().macros.at("f").head)->line == 2U);
}

BOOST_AUTO_TEST_CASE(a_profile_shows_no_secret_and_misses_what_is_not_set) {
  Shop shop;
  const Project& project = shop.load();
  BOOST_REQUIRE(project.profile);
  const Target* dev = project.active_target();
  BOOST_REQUIRE(dev != nullptr);
  BOOST_TEST(dev->name == "dev");
  BOOST_TEST(display(*dev->fields->find("database")) == "dev");
  BOOST_TEST(display(*dev->fields->find("threads")) == "1");
  const Target* prod = project.profile->find("prod");
  BOOST_REQUIRE(prod != nullptr);
  BOOST_TEST(display_repr(*prod->fields->find("port")) == "5432");
  BOOST_TEST(display(*prod->fields->find("database")) == "d");
  BOOST_TEST(prod->fields->find("password") == nullptr);
  BOOST_TEST(prod->connection->find("password") == nullptr);
  BOOST_TEST(prod->problems.size() == 1U);
  BOOST_TEST(shop.problems().empty());

  Shop set;
  set.options.environment->emplace("DBT_ENV_SECRET_PW", "hush");
  set.options.target = "prod";
  const Target* with = set.load().active_target();
  BOOST_REQUIRE(with != nullptr);
  BOOST_TEST(display(*with->connection->find("password")) == "hush");
  BOOST_TEST(with->fields->find("password") == nullptr);
}

BOOST_AUTO_TEST_CASE(without_a_profile_the_target_is_open) {
  Shop shop{"name: shop\nprofile: elsewhere\nmodels: {shop: {+enabled: \"{{ target.name == 'prod' }}\"}}\non-run-start: select 1\n"};
  const Project& project = shop.load();
  BOOST_TEST(!project.profile);
  BOOST_TEST(project.active_target() == nullptr);
  BOOST_TEST(shop.hook("on-run-start.shop.0").enabled);
  BOOST_TEST(shop.problems(Severity::Error).empty());
  Shop unknown;
  unknown.options.target = "staging";
  unknown.load();
  check_lines(unknown.problems(Severity::Error), {"the profile `shop` has no target `staging`"});
}

BOOST_AUTO_TEST_CASE(yaml_values_are_rendered_natively_where_dbt_does) {
  Shop shop{
      "name: \"{{ 'sh' }}op\"\nprofile: shop\nvars: {raw: \"{{ not rendered }}\"}\nmodels:\n  +schema: \"{{ env_var('S', 'fallback') }}\"\n  +n: "
      "\"{{ 1 + 1 }}\"\n  +t: \"{{ target.threads }}\"\n"
      "  +b: \"{{ var('b') | as_bool }}\"\n  +post-hook: \"{{ not rendered }}\"\n"};
  shop.options.environment->emplace("S", "custom");
  shop.options.cli_vars = std::make_shared<Dict>();
  shop.options.cli_vars->set("b", Value{true});
  shop.with("models/m.sql", "select 1");
  const Project& project = shop.load();
  BOOST_TEST(project.name == "shop");
  const Dict& config = *shop.node("model.shop.m").config;
  BOOST_TEST(shop.node("model.shop.m").schema->view() == "custom");
  BOOST_TEST(display_repr(*config.find("n")) == "'2'");  // Jinja folds constants into text
  BOOST_TEST(display_repr(*config.find("t")) == "1");
  BOOST_TEST(display_repr(*config.find("b")) == "True");
  BOOST_TEST(display(*project.vars->find("raw")) == "{{ not rendered }}");
  BOOST_TEST(shop.text(shop.hook("m.post-hook.0")) == "{{ not rendered }}");
}

BOOST_AUTO_TEST_CASE(a_version_replaces_what_its_model_says) {
  Shop shop;
  shop.with("models/m_v1.sql", "select 1")
      .with("models/m_v2.sql", "select 1")
      .with("models/m.yml",
            "models:\n  - name: m\n    config: {post_hook: select 'all'}\n    versions: [{v: 1}, {v: 2, config: {post_hook: select 'two'}}]\n");
  shop.load();
  check_lines(shop.hooks(), {"m.v1.post-hook.0: select 'all'", "m.v2.post-hook.0: select 'two'"});
  BOOST_TEST(shop.node("model.shop.m.v2").alias == "m_v2");
}

BOOST_AUTO_TEST_CASE(hooks_of_a_python_model_come_from_yaml_and_its_literals) {
  Shop shop{"name: shop\nmodels: {+post-hook: select 1}\n"};
  shop.with("models/p.py", "def model(dbt, session):\n    dbt.config(pre_hook='select 2')  # dbt.config(pre_hook='no')\n");
  shop.load();
  check_lines(shop.hooks(), {"p.pre-hook.0: select 2", "p.post-hook.0: select 1"});
  check_lines(shop.problems(), {});
  BOOST_TEST(shop.node("model.shop.p").materialized == "table");
}

BOOST_AUTO_TEST_CASE(ids_are_qualified_where_names_are_not_enough) {
  Shop shop{"name: shop\nmodels: {+post-hook: select 1}\n"};
  shop.with("models/m.sql", "select 1")
      .with("models/n.sql", "select 1")
      .with("dbt_packages/zeta/dbt_project.yml", "name: zeta\n")
      .with("dbt_packages/zeta/models/m.sql", "select 1");
  shop.load();
  check_lines(shop.hooks(), {"shop.m.post-hook.0: select 1", "n.post-hook.0: select 1", "zeta.m.post-hook.0: select 1"});
}

BOOST_AUTO_TEST_CASE(hyphens_in_a_properties_file_are_warned_of) {
  Shop shop;
  shop.with("models/m.sql", "select 1")
      .with("models/m.yml", "models:\n  - name: m\n    config: {post-hook: \"grant {{ this }}\"}\n  - name: typo\n    config: {post_hook: x}\n");
  shop.load();
  const Lines problems = shop.problems();
  BOOST_REQUIRE_EQUAL(problems.size(), 2U);
  BOOST_TEST(problems[0].starts_with("dbt renders `post-hook` in a properties file while it reads the file"));
  BOOST_TEST(problems[1] == "there is no node `typo` for this entry of `models`");
}

BOOST_AUTO_TEST_CASE(forms_that_dbt_refuses_are_errors_at_their_place) {
  Shop shop{"name: shop\nmodels:\n  +post-hook: [{transaction: false}, 3, '[1]', null]\n"};
  shop.with("models/m.sql", "{{ config(post_hook=5) }}select 1");
  shop.load();
  check_lines(shop.problems(), {"`post_hook` is a int; a hook is a text, or a dict with `sql` and `transaction`", "this hook has no `sql`",
                                "a hook is a text, or a mapping with `sql` and `transaction`", "this hook is JSON, but no object with `sql`",
                                "this hook is null; dbt refuses it"});
  Shop conflict;
  conflict.with("models/m.sql", "{{ config({'pre_hook': 'a', 'pre-hook': 'b'}) }}select 1");
  conflict.load();
  BOOST_REQUIRE_EQUAL(conflict.problems(Severity::Error).size(), 1U);
  BOOST_TEST(conflict.node("model.shop.m").has_config_problem);
}

BOOST_AUTO_TEST_CASE(an_unreadable_project_says_so) {
  Sources sources;
  Folder folder;
  LoadOptions options;
  options.project_dir = folder.path();
  const auto empty = load_project(sources, options);
  BOOST_REQUIRE(empty);
  BOOST_TEST(empty->packages.empty());
  BOOST_TEST(empty->diagnostics.at(0).message.starts_with("there is no dbt_project.yml"));
  Shop broken{"name: [\n"};
  broken.load();
  BOOST_TEST(broken.project->packages.empty());
  BOOST_TEST((broken.project->diagnostics.at(0).severity == Severity::Error));
}

BOOST_AUTO_TEST_CASE(packages_that_are_not_installed_are_named) {
  Shop shop;
  shop.with("packages.yml",
            "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.0.0\n  - git: https://example.com/x/my-tools.git\n  - local: ../here\n")
      .with("dbt_packages/here/dbt_project.yml", "name: here\n");
  check_lines(shop.load().installed_packages_missing, {"dbt_utils", "my-tools"});
  // What dbt would have and we do not is no fault of the project.
  shop.with("models/m.sql", "{{ config(post_hook='select 1') }}select {{ dbt_utils.star(ref('n')) }}");
  shop.load();
  BOOST_TEST(shop.problems().empty());
  check_lines(shop.hooks(), {"m.post-hook.0: select 1"});
}

BOOST_AUTO_TEST_CASE(settings_are_checked) {
  Shop shop;
  shop.with("hookc.yml", "dialect: duckdb\nunsupported: substitute\nignore: [HK101, broad-grant]\nfail-on: error\nlimit-factor: 5\nbogus: 1\n");
  const Project& project = shop.load();
  BOOST_TEST(*project.settings.dialect == "duckdb");
  BOOST_TEST(project.settings.substitute_unsupported);
  std::vector<std::string> ignored;
  for (const auto& rule : project.settings.ignored_rules) ignored.push_back(rule.name);
  check_lines(ignored, {"HK101", "broad-grant"});
  BOOST_TEST(*project.settings.fail_on == "error");
  BOOST_TEST(project.settings.limit_factor == 5U);
  check_lines(shop.problems(), {"the setting `bogus` is not known"});
}

BOOST_AUTO_TEST_CASE(json_hooks_keep_the_places_of_their_strings) {
  Sources sources;
  const SourceId file = sources.add_file("f", R"( {"transaction": false, "other": {"sql": [1, "}"]}, "sql": "a\n\u00e9 b"} )");
  const std::optional<HookSpec> hook = decode_hook(sources.text(file));
  BOOST_REQUIRE(hook);
  BOOST_TEST(hook->sql.view() == "a\n\xC3\xA9 b");
  BOOST_TEST(!hook->transaction);
  BOOST_TEST((sources.bytes_at(hook->sql.position_at(0), 1) == "a"));
  BOOST_TEST(is_fixed(hook->sql.position_at(1)));
  BOOST_TEST((sources.bytes_at(hook->sql.position_at(4), 2) == " b"));
  const SourceId jinja = sources.add_file("g", "{{ x }}");
  BOOST_TEST(decode_hook(sources.text(jinja))->sql.view() == "{{ x }}");
}

}  // namespace
}  // namespace hookc
