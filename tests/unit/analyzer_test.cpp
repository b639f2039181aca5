// Boost.Test: the abstract catalog, and the double run over it that a verdict is.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/catalog.h"
#include "analyzer/operations.h"
#include "analyzer/facts.h"
#include "analyzer/verdict.h"
#include "tests/unit/shop.h"

namespace hookc {

std::ostream& boost_test_print_type(std::ostream& out, Outcome outcome) { return out << name_of(outcome); }
std::ostream& boost_test_print_type(std::ostream& out, Existence existence) { return out << static_cast<int>(existence); }

namespace {

sql::QualifiedName named(std::string_view dotted) {
  sql::QualifiedName name;
  while (!dotted.empty()) {
    const std::size_t dot = std::min(dotted.find('.'), dotted.size());
    sql::Identifier part;
    part.value = std::string{dotted.substr(0, dot)};
    name.parts.push_back(part);
    dotted.remove_prefix(std::min(dot + 1, dotted.size()));
  }
  return name;
}

constexpr auto kTable = sql::ObjectKind::Table;
constexpr auto kIndex = sql::ObjectKind::Index;
constexpr auto kColumn = sql::ObjectKind::Column;

// ------------------------------------------------------------------------------------------------------------------- the catalog

BOOST_AUTO_TEST_CASE(a_catalog_knows_nothing_of_what_nobody_asked_for) {
  Catalog catalog;
  BOOST_TEST(catalog.find(kTable, named("a.t"), {}) == nullptr);
  BOOST_TEST((catalog.get(kTable, named("a.t"), {}).existence == Existence::Unknown));
  BOOST_TEST(catalog.find(kTable, named("a.t"), {}) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_name_without_its_schema_may_be_the_one_with_it) {
  Catalog catalog;
  catalog.get(kTable, named("a.t"), {}).existence = Existence::Present;
  BOOST_TEST((catalog.get(kTable, named("t"), {}).existence == Existence::Present));
  BOOST_TEST((catalog.get(kTable, named("b.t"), {}).existence == Existence::Unknown));
}

BOOST_AUTO_TEST_CASE(tables_and_views_share_their_names_and_roles_have_others) {
  BOOST_TEST((name_space_of(sql::ObjectKind::View) == name_space_of(kTable)));
  BOOST_TEST((name_space_of(sql::ObjectKind::User) == name_space_of(sql::ObjectKind::Role)));
  BOOST_TEST((name_space_of(sql::ObjectKind::Role) != name_space_of(kTable)));
}

BOOST_AUTO_TEST_CASE(what_belongs_to_a_table_goes_when_it_is_replaced) {
  Catalog catalog;
  catalog.get(kColumn, named("c"), named("a.t")).existence = Existence::Present;
  CatalogEntry& index = catalog.get(kIndex, named("i"), named("a.t"));
  index.existence = Existence::Present;
  index.wider_scope = true;
  catalog.replace_relation(named("a.t"), false);
  BOOST_TEST((catalog.find(kColumn, named("c"), named("a.t"))->existence == Existence::Absent));
  BOOST_TEST((catalog.find(kIndex, named("i"), named("a.t"))->existence == Existence::Present));  // the backup still has its name
  catalog.drop_backup(named("a.t"));
  BOOST_TEST((catalog.find(kIndex, named("i"), named("a.t"))->existence == Existence::Absent));
}

BOOST_AUTO_TEST_CASE(columns_of_two_tables_are_two) {
  Catalog catalog;
  catalog.get(kColumn, named("c"), named("a.t")).existence = Existence::Present;
  BOOST_TEST((catalog.get(kColumn, named("c"), named("a.u")).existence == Existence::Unknown));
}

BOOST_AUTO_TEST_CASE(a_schema_takes_everything_in_it_along) {
  Catalog catalog;
  catalog.get(kTable, named("a.t"), {}).existence = Existence::Present;
  catalog.get(kTable, named("b.t"), {}).existence = Existence::Present;
  catalog.get(kColumn, named("c"), named("a.t")).existence = Existence::Present;
  catalog.remove_schema(named("a"));
  BOOST_TEST((catalog.find(kTable, named("a.t"), {})->existence == Existence::Absent));
  BOOST_TEST((catalog.find(kColumn, named("c"), named("a.t"))->existence == Existence::Absent));
  BOOST_TEST((catalog.find(kTable, named("b.t"), {})->existence == Existence::Present));
}

BOOST_AUTO_TEST_CASE(only_what_is_temporary_ends_with_the_session) {
  Catalog catalog;
  CatalogEntry& temporary = catalog.get(kTable, named("a.scratch"), {});
  temporary.existence = Existence::Present;
  temporary.temporary = true;
  catalog.get(kTable, named("a.t"), {}).existence = Existence::Present;
  catalog.end_session();
  BOOST_TEST((catalog.find(kTable, named("a.scratch"), {})->existence == Existence::Absent));
  BOOST_TEST((catalog.find(kTable, named("a.t"), {})->existence == Existence::Present));
}

BOOST_AUTO_TEST_CASE(after_either_of_two_ways_what_differs_is_open) {
  Catalog left;
  Catalog right;
  left.get(kTable, named("both"), {}).existence = Existence::Present;
  right.get(kTable, named("both"), {}).existence = Existence::Present;
  left.get(kTable, named("one"), {}).existence = Existence::Present;
  right.get(kTable, named("one"), {}).existence = Existence::Absent;
  right.get(kTable, named("unasked"), {}).existence = Existence::Present;
  right.get(kTable, named("gone"), {}).existence = Existence::Absent;
  const Catalog joined = Catalog::join(left, right);
  BOOST_TEST((joined.find(kTable, named("both"), {})->existence == Existence::Present));
  BOOST_TEST((joined.find(kTable, named("one"), {})->existence == Existence::Maybe));
  BOOST_TEST((joined.find(kTable, named("unasked"), {})->existence == Existence::Maybe));
  BOOST_TEST((joined.find(kTable, named("gone"), {})->existence == Existence::Unknown));
}

// ---------------------------------------------------------------------------------------------------------------- the double run

/// A shop with hooks, and what its double run says of them.
struct Hooked : Shop {
  Hooked() {
    add_node("model.shop.daily", ResourceType::Model, "daily", "table");
    std::sort(project.nodes.begin(), project.nodes.end(), [](const Node& left, const Node& right) { return left.unique_id < right.unique_id; });  // as the loader leaves them
  }

  void hook(HookPhase phase, std::string owner, const std::string& text) {
    Hook hook;
    hook.id = "hook." + std::to_string(project.hooks.size());
    hook.phase = phase;
    hook.owner = std::move(owner);
    hook.package = "shop";
    hook.tmpl = parse(text);
    hook.source = hook.tmpl->source;
    project.hooks.push_back(std::move(hook));
  }

  /// Of statement `statement` of the last hook, on its only path.
  Verdict verdict(std::size_t statement) {
    const ProjectFacts facts = collect_facts(sources, project, sql::Dialect::Postgres, &project.profile->targets.front());
    BOOST_REQUIRE(!facts.hooks.empty());
    BOOST_REQUIRE(facts.hooks.back().executing.size() == 1U);
    BOOST_REQUIRE(facts.hooks.back().executing.front().sent.size() == 1U);
    return run_twice(facts, facts.hooks.size() - 1).of(0, 0, statement);
  }
};

Verdict verdict_of(const std::string& text, std::size_t statement = 0, HookPhase phase = HookPhase::OnRunEnd, const std::string& owner = "") {
  Hooked shop;
  shop.hook(phase, owner, text);
  return shop.verdict(statement);
}

BOOST_AUTO_TEST_CASE(a_create_without_a_guard_fails_the_second_time_and_says_why) {
  const Verdict verdict = verdict_of("create table audit.log (x int)");
  BOOST_TEST(verdict.rerun == Outcome::FailsAgain);
  BOOST_TEST(verdict.retry == Outcome::FailsAgain);
  BOOST_TEST(!verdict.reason.empty());
}

BOOST_AUTO_TEST_CASE(a_guarded_create_does_not) {
  const Verdict verdict = verdict_of("create table if not exists audit.log (x int)");
  BOOST_TEST(verdict.rerun == Outcome::Idempotent);
  BOOST_TEST(verdict.reason == "");
}

BOOST_AUTO_TEST_CASE(a_drop_needs_something_that_makes_the_object_again) {
  BOOST_TEST(verdict_of("drop table audit.scratch").rerun == Outcome::FailsAgain);
  BOOST_TEST(verdict_of("drop table if exists audit.scratch").rerun == Outcome::Idempotent);
  BOOST_TEST(verdict_of("create table audit.scratch (x int); drop table audit.scratch", 0).rerun == Outcome::Idempotent);
  BOOST_TEST(verdict_of("create table audit.scratch (x int); drop table audit.scratch", 1).rerun == Outcome::Idempotent);
}

BOOST_AUTO_TEST_CASE(another_hook_can_make_it_again_as_well) {
  Hooked shop;
  shop.hook(HookPhase::OnRunStart, "", "create table if not exists audit.scratch (x int)");
  shop.hook(HookPhase::OnRunEnd, "", "drop table audit.scratch");
  BOOST_TEST(shop.verdict(0).rerun == Outcome::Idempotent);
}

BOOST_AUTO_TEST_CASE(an_insert_leaves_its_rows_unless_they_are_deleted_before) {
  BOOST_TEST(verdict_of("insert into audit.log (x) values (1)").rerun == Outcome::Drifts);
  BOOST_TEST(verdict_of("truncate table audit.log; insert into audit.log (x) values (1)", 1).rerun == Outcome::Idempotent);
  BOOST_TEST(verdict_of("delete from audit.log; insert into audit.log (x) values (1)", 1).rerun == Outcome::Idempotent);
}

BOOST_AUTO_TEST_CASE(a_delete_excuses_only_the_rows_that_it_surely_takes) {
  const auto after = [](const std::string& where, const std::string& insert) { return verdict_of("delete from audit.t where " + where + "; " + insert, 1); };
  const std::string one = "insert into audit.t (label, n) values ('day', 1)";
  BOOST_TEST(after("label = 'day'", one).rerun == Outcome::Idempotent);
  BOOST_TEST(after("n = 1.0 and label = 'day'", one).rerun == Outcome::Idempotent);
  BOOST_TEST(after("label = 'never'", one).rerun == Outcome::Drifts);
  BOOST_TEST(after("label = 'day' and n = 2", one).rerun == Outcome::Drifts);
  BOOST_TEST(after("label = 'never' and n > 0", one).rerun == Outcome::Drifts);
  BOOST_TEST(after("n > 0", one).rerun == Outcome::Unknown);
  BOOST_TEST(after("other = 1", one).rerun == Outcome::Unknown);
  BOOST_TEST(after("label = 'day'", "insert into audit.t (label, n) values ('day', 1), ('night', 2)").rerun == Outcome::Drifts);
  BOOST_TEST(after("label = 'never'", "insert into audit.t values ('day', 1)").rerun == Outcome::Drifts);
  BOOST_TEST(after("label = 'day'", "insert into audit.t values ('day', 1)").rerun == Outcome::Unknown);
  BOOST_TEST(after("label = 'day'", "insert into audit.t (label, n) select 'day' as l, n from audit.s").rerun == Outcome::Idempotent);
  BOOST_TEST(after("label = 'never'", "insert into audit.t (label, n) select 'day' as l, n from audit.s").rerun == Outcome::Drifts);
  BOOST_TEST(after("n = 1", "insert into audit.t (label, n) select 'day', n from audit.s").rerun == Outcome::Unknown);
}

BOOST_AUTO_TEST_CASE(a_delete_by_the_runs_own_key_excuses_a_retry_and_no_rerun) {
  const Verdict verdict = verdict_of("delete from audit.t where run = '{{ invocation_id }}'; insert into audit.t (run, n) values ('{{ invocation_id }}', 1)", 1);
  BOOST_TEST(verdict.retry == Outcome::Idempotent);
  BOOST_TEST(verdict.rerun == Outcome::Drifts);
  BOOST_TEST(verdict.accepted);
}

BOOST_AUTO_TEST_CASE(a_delete_somewhere_else_excuses_nothing) {
  Hooked shop;
  shop.hook(HookPhase::OnRunStart, "", "delete from audit.t where label = 'never'");
  shop.hook(HookPhase::OnRunEnd, "", "insert into audit.t (label, n) values ('day', 1)");
  BOOST_TEST(shop.verdict(0).rerun == Outcome::Drifts);
}

BOOST_AUTO_TEST_CASE(a_run_key_makes_a_row_accepted_and_softens_nothing) {
  const Verdict keyed = verdict_of("insert into audit.log (run, x) values ('{{ invocation_id }}', 1)");
  BOOST_TEST(keyed.accepted);
  BOOST_TEST(keyed.rerun == Outcome::Drifts);
  BOOST_TEST(!verdict_of("insert into audit.log (x) values (1)").accepted);
}

BOOST_AUTO_TEST_CASE(what_a_build_replaces_can_be_altered_again) {
  const std::string alter = "alter table {{ this }} add column loaded_by text";
  BOOST_TEST(verdict_of(alter, 0, HookPhase::PostHook, "model.shop.daily").rerun == Outcome::Idempotent);
  BOOST_TEST(verdict_of(alter, 0, HookPhase::PostHook, "model.shop.orders").rerun == Outcome::FailsAgain);  // incremental: it is kept
}

BOOST_AUTO_TEST_CASE(a_constant_update_can_be_repeated_and_a_counting_one_cannot) {
  BOOST_TEST(verdict_of("update audit.state set x = 1").rerun == Outcome::Idempotent);
  BOOST_TEST(verdict_of("update audit.state set x = x + 1").rerun == Outcome::Drifts);
}

BOOST_AUTO_TEST_CASE(a_grant_can_be_repeated) { BOOST_TEST(verdict_of("grant select on audit.log to reader").rerun == Outcome::Idempotent); }

BOOST_AUTO_TEST_CASE(names_of_logs_are_told_from_names_of_data) {
  Project project;
  BOOST_TEST(is_log_name(project, "audit_log"));
  BOOST_TEST(!is_log_name(project, "customers"));
}

}  // namespace
}  // namespace hookc
