// Boost.Test: compiled hooks: steps with parameters, source maps, deferral, refusal, artifacts that come back as they were written.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "compiler/program/artifacts.h"
#include "compiler/program/compile.h"
#include "compiler/program/hook_json.h"
#include "compiler/program/manifest.h"
#include "compiler/base/sha256.h"
#include "compiler/program/sql_files.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

std::string first_message(const CompileResult& result) { return result.diagnostics.empty() ? "no program" : result.diagnostics.front().message; }

/// A project on disk that is gone at the end of its test.
class TempProject {
 public:
  TempProject() : root_(fs::temp_directory_path() / ("hookc_program_test." + std::to_string(::getpid()) + "." + std::to_string(count_++))) {
    write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n");
    write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: 'x.duckdb', schema: analytics}\n    wh: {type: snowflake, schema: analytics, password: geheim}\n    pg: {type: postgres, schema: analytics}\n");
  }
  TempProject(const TempProject&) = delete;
  TempProject& operator=(const TempProject&) = delete;
  ~TempProject() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] const fs::path& root() const { return root_; }

 private:
  static inline int count_ = 0;
  fs::path root_;
};

struct Compiled {
  std::unique_ptr<Sources> sources = std::make_unique<Sources>();
  std::unique_ptr<Project> project;
  CompileResult result;
  [[nodiscard]] Program& program() {
    BOOST_REQUIRE_MESSAGE(result.program.has_value(), first_message(result));
    return *result.program;
  }
};

Compiled compile(const TempProject& on_disk, const std::string& target = "dev", const std::map<std::string, std::string>& environment = {}, const StatementPolicy& policy = {}) {
  Compiled compiled;
  LoadOptions options;
  options.project_dir = on_disk.root();
  options.target = target;
  options.environment = environment;
  compiled.project = load_project(*compiled.sources, options);
  CompileRequest request;
  request.policy = policy;
  compiled.result = compile_project(*compiled.sources, *compiled.project, request);
  return compiled;
}

/// One on-run-start hook with this text.
void write_hook(const TempProject& project, const std::string& yaml_text, const std::string& key = "on-run-start") {
  project.write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + key + ":\n  - " + yaml_text + "\n");
}

std::string shown(const std::vector<Segment>& segments) {
  std::string out;
  for (const Segment& segment : segments) {
    if (const auto* text = std::get_if<SqlText>(&segment)) {
      out += text->text;
    } else {
      const auto& parameter = std::get<SqlParameter>(segment);
      out += "<" + parameter.name + ":" + std::string{name_of(parameter.context)} + ">";
    }
  }
  return out;
}

std::vector<std::string> statements(const CompiledHook& hook) {
  std::vector<std::string> all;
  for (const Step& step : hook.steps) {
    if (const auto* sql = std::get_if<SqlStep>(&step)) all.push_back(shown(sql->segments));
  }
  return all;
}

std::string only_statement(const CompiledHook& hook) {
  const auto all = statements(hook);
  BOOST_REQUIRE_EQUAL(all.size(), 1U);
  return all.front();
}

const DeferredStep& deferral(const CompiledHook& hook) {
  BOOST_REQUIRE_EQUAL(hook.steps.size(), 1U);
  BOOST_REQUIRE(std::holds_alternative<DeferredStep>(hook.steps.front()));
  return std::get<DeferredStep>(hook.steps.front());
}

std::string read(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

// ---------------------------------------------------------------------------------------------------------------- digests

BOOST_AUTO_TEST_CASE(sha256_is_that_of_the_standard) {
  BOOST_CHECK_EQUAL(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_CHECK_EQUAL(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_CHECK_EQUAL(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_CHECK_EQUAL(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// ---------------------------------------------------------------------------------------------------------------- steps

BOOST_AUTO_TEST_CASE(text_without_unknowns_is_plain_sql) {
  const TempProject project;
  write_hook(project, "\"create schema if not exists {{ target.schema }}\"");
  Compiled compiled = compile(project);
  const CompiledHook& hook = compiled.program().hooks.front();
  BOOST_CHECK(hook.kind == HookKind::Sql);
  BOOST_CHECK_EQUAL(only_statement(hook), "create schema if not exists analytics");
}

BOOST_AUTO_TEST_CASE(each_statement_is_a_step_and_keeps_the_comment_before_it) {
  const TempProject project;
  write_hook(project, "\"/* a; b */ select 1; -- end\\n ; /* c */ select ';'\"");
  Compiled compiled = compile(project);
  const auto all = statements(compiled.program().hooks.front());
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_CHECK_EQUAL(all[0], "/* a; b */ select 1");
  BOOST_CHECK_EQUAL(all[1], "/* c */ select ';'");
}

BOOST_AUTO_TEST_CASE(printed_parameters_know_whether_they_stand_in_a_string) {
  const TempProject project;
  write_hook(project, "\"insert into t /* {{ invocation_id }} */ values ('a{{ invocation_id }}', {{ env_var('N') }})\"");
  Compiled compiled = compile(project);
  const CompiledHook& hook = compiled.program().hooks.front();
  BOOST_CHECK(hook.kind == HookKind::Parameterised);
  BOOST_CHECK_EQUAL(only_statement(hook), "insert into t /* <invocation_id:comment> */ values ('a<invocation_id:string>', <env_var('N'):bare>)");
}

BOOST_AUTO_TEST_CASE(parameter_printed_twice_in_a_row_is_two_parameters) {
  const TempProject project;
  write_hook(project, "\"select '{{ invocation_id }}{{ invocation_id }}'\"");
  Compiled compiled = compile(project);
  BOOST_CHECK_EQUAL(only_statement(compiled.program().hooks.front()), "select '<invocation_id:string><invocation_id:string>'");
}

BOOST_AUTO_TEST_CASE(parameter_whose_bytes_are_changed_defers_its_hook) {
  const TempProject project;
  write_hook(project, "\"select '{{ ('x' ~ invocation_id) | upper }}'\"");
  Compiled compiled = compile(project);
  BOOST_CHECK(compiled.program().hooks.front().kind == HookKind::Deferred);
}

BOOST_AUTO_TEST_CASE(value_in_a_string_stays_in_it) {
  BOOST_CHECK_EQUAL(written(SqlParameter{"x", ParameterContext::InString, '\'', false}, "it's"), "it''s");
  BOOST_CHECK_EQUAL(written(SqlParameter{"x", ParameterContext::InString, '\'', true}, "it's\\"), "it\\'s\\\\");
  BOOST_CHECK_EQUAL(written(SqlParameter{"x", ParameterContext::InString, '"', false}, "a\"b"), "a\"\"b");
  BOOST_CHECK_EQUAL(written(SqlParameter{"x", ParameterContext::Comment, '\'', false}, "a*/\ndrop"), "a   drop");
}

BOOST_AUTO_TEST_CASE(queries_come_before_the_text_that_they_stand_in) {
  const TempProject project;
  write_hook(project, "\"select 2 {% do run_query('select 1') %}\"");
  Compiled compiled = compile(project);
  const auto all = statements(compiled.program().hooks.front());
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_CHECK_EQUAL(all[0], "select 1");
  BOOST_CHECK(std::get<SqlStep>(compiled.program().hooks.front().steps[0]).via_query);
  BOOST_CHECK_EQUAL(all[1], "select 2");
}

BOOST_AUTO_TEST_CASE(query_whose_result_is_used_defers_and_says_where) {
  const TempProject project;
  write_hook(project, "\"{% if run_query('select 1').rows | length %}select 2{% endif %}\"");
  Compiled compiled = compile(project);
  const CompiledHook& hook = compiled.program().hooks.front();
  BOOST_CHECK(hook.kind == HookKind::Deferred);
  BOOST_CHECK_EQUAL(deferral(hook).reason, "run_query(..)");
  BOOST_CHECK_EQUAL(deferral(hook).file, "dbt_project.yml");
  BOOST_CHECK_EQUAL(deferral(hook).line, 5U);
}

BOOST_AUTO_TEST_CASE(results_defer_a_hook_of_the_end) {
  const TempProject project;
  write_hook(project, "\"insert into t values ({{ results | length }})\"", "on-run-end");
  Compiled compiled = compile(project);
  BOOST_CHECK(compiled.program().hooks.front().kind == HookKind::Deferred);
}

BOOST_AUTO_TEST_CASE(tested_variable_is_bound_with_a_digest_and_not_with_its_value) {
  const TempProject project;
  write_hook(project, "\"{% if env_var('MODE') == 'full' %}select 1{% else %}select 2{% endif %}\"");
  Compiled compiled = compile(project, "dev", {{"MODE", "full"}});
  BOOST_CHECK_EQUAL(only_statement(compiled.program().hooks.front()), "select 1");
  BOOST_REQUIRE_EQUAL(compiled.program().bound_variables.size(), 1U);
  BOOST_CHECK_EQUAL(compiled.program().bound_variables[0].name, "MODE");
  BOOST_CHECK_EQUAL(compiled.program().bound_variables[0].digest, variable_digest("full"));
}

BOOST_AUTO_TEST_CASE(run_hook_that_renders_to_json_is_its_sql) {
  const TempProject project;
  write_hook(project, "\"{{ after_commit('select 3') }}\"");
  Compiled compiled = compile(project);
  BOOST_CHECK_EQUAL(only_statement(compiled.program().hooks.front()), "select 3");
}

BOOST_AUTO_TEST_CASE(blank_hook_has_no_steps) {
  const TempProject project;
  write_hook(project, "\"{% if false %}select 1{% endif %} -- nothing\"");
  Compiled compiled = compile(project);
  BOOST_CHECK(compiled.program().hooks.front().steps.empty());
}

// ---------------------------------------------------------------------------------------------------------------- transactions

std::vector<const CompiledHook*> hooks_of(const Program& program, HookPhase phase) {
  std::vector<const CompiledHook*> found;
  for (const CompiledHook& hook : program.hooks) {
    if (hook.phase == phase) found.push_back(&hook);
  }
  return found;
}

void write_model(const TempProject& project) {
  project.write("models/orders.sql",
                "{{ config(materialized='table', post_hook=['select 1', {'sql': 'vacuum', 'transaction': false}, {'sql': 'checkpoint', 'transaction': false}]) }} select 1 as id");
}

BOOST_AUTO_TEST_CASE(hook_of_a_node_begins_a_transaction_unless_it_stands_outside) {
  const TempProject project;
  write_model(project);
  Compiled compiled = compile(project);
  const auto hooks = hooks_of(compiled.program(), HookPhase::PostHook);
  BOOST_REQUIRE_EQUAL(hooks.size(), 3U);
  BOOST_CHECK(std::get<BoundaryStep>(hooks[0]->steps.at(0)).kind == BoundaryStep::Kind::Begin);
  BOOST_CHECK(std::holds_alternative<SqlStep>(hooks[1]->steps.at(0)));
}

BOOST_AUTO_TEST_CASE(first_hook_outside_commits_where_the_database_has_implicit_transactions) {
  const TempProject project;
  write_model(project);
  Compiled compiled = compile(project, "pg");
  const auto hooks = hooks_of(compiled.program(), HookPhase::PostHook);
  BOOST_REQUIRE_EQUAL(hooks.size(), 3U);
  BOOST_CHECK(std::get<BoundaryStep>(hooks[1]->steps.at(0)).kind == BoundaryStep::Kind::Commit);
  BOOST_CHECK(std::holds_alternative<SqlStep>(hooks[2]->steps.at(0)));
}

// ---------------------------------------------------------------------------------------------------------------- source maps

BOOST_AUTO_TEST_CASE(every_byte_of_a_step_has_a_place_and_verbatim_bytes_are_the_files) {
  const TempProject project;
  project.write("macros/audit.sql", "{% macro audit(name) %}\ninsert into {{ target.schema }}.audit values ('{{ name }}', '{{ invocation_id }}')\n{% endmacro %}\n");
  write_hook(project, "\"{{ audit('start') }}\"");
  Compiled compiled = compile(project);
  const auto& step = std::get<SqlStep>(compiled.program().hooks.front().steps.at(0));
  std::string text;
  for (const Segment& segment : step.segments) {
    if (const auto* fixed = std::get_if<SqlText>(&segment)) text += fixed->text;
  }
  BOOST_REQUIRE(!step.source_map.empty());
  BOOST_CHECK_EQUAL(step.source_map.front().begin, 0U);
  bool saw_macro = false;
  for (std::size_t i = 0; i < step.source_map.size(); ++i) {
    const SourceMapEntry& entry = step.source_map[i];
    const std::size_t end = i + 1 < step.source_map.size() ? step.source_map[i + 1].begin : text.size();
    BOOST_CHECK(!entry.file.empty());
    if (!entry.verbatim) continue;
    const std::string bytes = read(project.root() / entry.file);
    BOOST_CHECK_EQUAL(bytes.substr(entry.offset, end - entry.begin), text.substr(entry.begin, end - entry.begin));
    saw_macro = saw_macro || entry.file == "macros/audit.sql";
  }
  BOOST_CHECK(saw_macro);
}

// ---------------------------------------------------------------------------------------------------------------- refusals

BOOST_AUTO_TEST_CASE(unknown_target_is_refused_with_the_targets_that_there_are) {
  const TempProject project;
  Compiled compiled = compile(project, "nowhere");
  BOOST_REQUIRE(!compiled.result.program);
  const Diagnostic& error = compiled.result.diagnostics.back();
  BOOST_CHECK_EQUAL(error.message, "profile `shop` has no target `nowhere`");
  BOOST_CHECK(error.help.find("`dev`") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hook_that_does_not_parse_is_refused) {
  const TempProject project;
  write_hook(project, "\"{% if %}\"");
  BOOST_CHECK(!compile(project).result.program);
}

BOOST_AUTO_TEST_CASE(hook_that_raises_is_refused_with_its_message) {
  const TempProject project;
  write_hook(project, "\"{{ exceptions.raise_compiler_error('not here') }}\"");
  Compiled compiled = compile(project);
  BOOST_REQUIRE(!compiled.result.program);
  BOOST_CHECK(compiled.result.diagnostics.back().message.find("not here") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sql_that_no_database_can_read_is_refused) {
  const TempProject project;
  write_hook(project, "\"insert into t values ('open)\"");
  BOOST_CHECK(!compile(project).result.program);
}

PolicyAnswer refuse_grants(std::string_view, const sql::Statement& statement, std::string_view) {
  if (!std::holds_alternative<sql::Grant>(statement.node)) return std::monostate{};
  return Refused{"no grants", "leave it out"};
}

BOOST_AUTO_TEST_CASE(statement_that_the_policy_refuses_is_an_error_with_its_place) {
  const TempProject project;
  write_hook(project, "\"grant select on t to r\"");
  Compiled compiled = compile(project, "dev", {}, refuse_grants);
  BOOST_REQUIRE(!compiled.result.program);
  BOOST_CHECK(compiled.result.diagnostics.back().message.find("no grants") != std::string::npos);
  const auto place = compiled.sources->locate(compiled.result.diagnostics.back().span);
  BOOST_REQUIRE(place);
  BOOST_CHECK_EQUAL(place->line, 5U);
}

BOOST_AUTO_TEST_CASE(error_in_sql_points_at_the_narrowest_bytes_of_the_hook) {
  const TempProject project;
  write_hook(project, "\"select 1; /* why */ grant select on {{ target.schema }}.t to r\"");
  Compiled compiled = compile(project, "dev", {}, refuse_grants);
  BOOST_REQUIRE(!compiled.result.program);
  BOOST_CHECK_EQUAL(compiled.sources->view(compiled.result.diagnostics.back().span), "grant select on {{ target.schema }}.t to r");
}

BOOST_AUTO_TEST_CASE(replaced_statement_keeps_its_parameters) {
  const TempProject project;
  write_hook(project, "\"grant select on t to {{ env_var('ROLE') }}\"");
  const StatementPolicy policy = [](std::string_view sql, const sql::Statement& statement, std::string_view) -> PolicyAnswer {
    const auto& grant = std::get<sql::Grant>(statement.node);
    const ByteRange who = grant.grantees.at(0);
    return Replaced{{"insert into privileges values ('" + std::string{sql.substr(who.begin, who.size())} + "')"}, {"recorded"}};
  };
  Compiled compiled = compile(project, "dev", {}, policy);
  const auto& step = std::get<SqlStep>(compiled.program().hooks.front().steps.at(0));
  BOOST_REQUIRE(step.substituted);
  BOOST_CHECK_EQUAL(shown(step.substituted->statements.at(0)), "insert into privileges values ('<env_var('ROLE'):string>')");
}

// ---------------------------------------------------------------------------------------------------------------- .sql files

std::string sql_of(Program& program) {
  const auto files = make_sql_files(program);
  return files.empty() ? "none: " + program.hooks.front().no_sql_reason : files.begin()->second;
}

BOOST_AUTO_TEST_CASE(parameter_in_a_string_becomes_a_concatenation_in_the_sql_file) {
  const TempProject project;
  write_hook(project, "\"insert into t values ('a{{ invocation_id }}b''c', '{{ invocation_id }}', 'x')\"");
  Compiled compiled = compile(project);
  const std::string text = sql_of(compiled.program());
  BOOST_CHECK(text.find("values (('a' || getvariable('invocation_id') || 'b''c'), getvariable('invocation_id'), 'x');") != std::string::npos);
  BOOST_CHECK_EQUAL(*compiled.program().hooks.front().sql_file, "on-run-start/001-shop.sql");
}

BOOST_AUTO_TEST_CASE(parameter_outside_of_a_string_has_no_sql_file_and_says_why) {
  const TempProject project;
  write_hook(project, "\"select {{ env_var('N') }}\"");
  Compiled compiled = compile(project);
  BOOST_CHECK_EQUAL(sql_of(compiled.program()), "none: `env_var('N')` stands outside of a string literal");
}

// ---------------------------------------------------------------------------------------------------------------- artifacts

void write_rich_project(const TempProject& project) {
  project.write("macros/count.sql", "{% macro count_rows() %}{% set r = run_query('select 1') %}insert into counts values ({{ r.columns[0].values()[0] }}){% endmacro %}\n");
  project.write("models/orders.sql", "{{ config(materialized='table', post_hook=\"grant select on {{ this }} to r\") }} select 1 as id");
  project.write("dbt_project.yml",
                "name: shop\nversion: '1.0'\nprofile: shop\nvars: {b: 1, a: [x, {c: null}]}\non-run-start:\n  - \"insert into audit values ('{{ invocation_id }}')\"\n"
                "  - >\n    {{ count_rows() }}\non-run-end: [\"insert into t values ({{ results | length }})\"]\n");
}

BOOST_AUTO_TEST_CASE(second_compile_gives_the_same_bytes) {
  const TempProject project;
  write_rich_project(project);
  Compiled first = compile(project);
  Compiled second = compile(project);
  BOOST_CHECK(make_artifacts(*first.sources, *first.project, first.program()) == make_artifacts(*second.sources, *second.project, second.program()));
}

BOOST_AUTO_TEST_CASE(program_comes_back_from_its_manifest) {
  const TempProject project;
  write_rich_project(project);
  Compiled compiled = compile(project);
  const auto files = make_artifacts(*compiled.sources, *compiled.project, compiled.program());
  BOOST_REQUIRE(!write_artifacts(files, project.root() / "out"));
  Sources sources;
  auto loaded = load_artifacts(sources, project.root() / "out");
  if (const auto* error = std::get_if<ArtifactError>(&loaded)) BOOST_FAIL(error->message);
  auto& artifacts = std::get<LoadedArtifacts>(loaded);
  BOOST_CHECK_EQUAL(manifest_of(artifacts.program).dump(), manifest_of(compiled.program()).dump());
  // And what a deferred hook needs: compiling what came back gives the same steps.
  CompileResult again = compile_project(sources, *artifacts.project, {});
  BOOST_REQUIRE_MESSAGE(again.program.has_value(), first_message(again));
  for (const CompiledHook& hook : again.program->hooks) {
    const CompiledHook* before = compiled.program().find(hook.id);
    BOOST_REQUIRE(before != nullptr);
    BOOST_CHECK_EQUAL(checksum_of(hook), before->checksum);
  }
}

BOOST_AUTO_TEST_CASE(secrets_of_the_profile_are_not_in_the_artifacts) {
  const TempProject project;
  write_rich_project(project);
  Compiled compiled = compile(project, "wh");
  for (const auto& [name, text] : make_artifacts(*compiled.sources, *compiled.project, compiled.program())) BOOST_CHECK(text.find("geheim") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(files_of_an_earlier_compile_go_and_those_of_others_stay) {
  const TempProject project;
  const fs::path out = project.root() / "out";
  write_rich_project(project);
  Compiled first = compile(project);
  BOOST_REQUIRE(!write_artifacts(make_artifacts(*first.sources, *first.project, first.program()), out));
  project.write("out/on-run-start/notes.txt", "mine");
  BOOST_CHECK(fs::exists(out / "post-hook/001-orders.sql"));
  fs::remove(project.root() / "models/orders.sql");
  Compiled second = compile(project);
  BOOST_REQUIRE(!write_artifacts(make_artifacts(*second.sources, *second.project, second.program()), out));
  BOOST_CHECK(!fs::exists(out / "post-hook/001-orders.sql"));
  BOOST_CHECK_EQUAL(read(out / "on-run-start/notes.txt"), "mine");
}

BOOST_AUTO_TEST_CASE(differences_name_each_file) {
  const TempProject project;
  const fs::path out = project.root() / "out";
  write_rich_project(project);
  Compiled compiled = compile(project);
  const auto files = make_artifacts(*compiled.sources, *compiled.project, compiled.program());
  BOOST_REQUIRE(!write_artifacts(files, out));
  BOOST_CHECK(artifact_differences(files, out).empty());
  project.write("out/on-run-start/001-shop.sql", "select 'edited'");
  BOOST_REQUIRE_EQUAL(artifact_differences(files, out).size(), 1U);
  BOOST_CHECK_EQUAL(artifact_differences(files, out).front(), "`on-run-start/001-shop.sql` differs");
}

BOOST_AUTO_TEST_CASE(folder_that_cannot_be_written_is_an_error_and_leaves_nothing) {
  const TempProject project;
  project.write("file", "");
  const auto error = write_artifacts({{"manifest.json", "{}"}}, project.root() / "file" / "out");
  BOOST_REQUIRE(error);
  BOOST_CHECK(error->message.find("Not a directory") != std::string::npos);
  BOOST_CHECK_EQUAL(read(project.root() / "file"), "");
}

BOOST_AUTO_TEST_CASE(changed_manifest_is_refused) {
  const TempProject project;
  write_rich_project(project);
  Compiled compiled = compile(project);
  auto files = make_artifacts(*compiled.sources, *compiled.project, compiled.program());
  std::string& manifest = files.at("manifest.json");
  manifest.replace(manifest.find("insert into audit"), 17, "delete from audit");
  BOOST_REQUIRE(!write_artifacts(files, project.root() / "out"));
  Sources sources;
  const auto loaded = load_artifacts(sources, project.root() / "out");
  BOOST_REQUIRE(std::holds_alternative<ArtifactError>(loaded));
  BOOST_CHECK(std::get<ArtifactError>(loaded).message.find("checksum") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(manifest_that_is_cut_anywhere_is_an_error_and_no_crash) {
  const TempProject project;
  write_rich_project(project);
  Compiled compiled = compile(project);
  const std::string manifest = make_artifacts(*compiled.sources, *compiled.project, compiled.program()).at("manifest.json");
  nlohmann::ordered_json whole = nlohmann::ordered_json::parse(manifest);
  for (const auto& [key, value] : whole.items()) {
    if (key == "counts") continue;  // for people alone
    nlohmann::ordered_json part = whole;
    part[key] = 7;
    project.write("broken/manifest.json", part.dump());
    Sources sources;
    BOOST_CHECK_MESSAGE(std::holds_alternative<ArtifactError>(load_artifacts(sources, project.root() / "broken")), key);
  }
  for (std::size_t size = 0; size < manifest.size(); size += manifest.size() / 50 + 1) {
    project.write("broken/manifest.json", manifest.substr(0, size));
    Sources sources;
    BOOST_CHECK(std::holds_alternative<ArtifactError>(load_artifacts(sources, project.root() / "broken")));
  }
}

}  // namespace
}  // namespace hookc
