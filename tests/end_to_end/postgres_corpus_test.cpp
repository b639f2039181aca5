// Boost.Test: the operational hooks of the corpus on PostgreSQL, as they stand: written for a warehouse that spells some things differently.
#include <boost/test/unit_test.hpp>

#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"
#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

BOOST_AUTO_TEST_CASE(operational_hooks_run_twice_on_postgres) {
  const ProjectCopy project{"operational-hooks"};
  const Target target = postgres_target();
  const auto field = [&](std::string_view name) { return std::string{text_of(*std::as_const(*target.connection).find(name)).value_or("")}; };
  const std::map<std::string, std::string> environment{
      {"HOOKC_DEMO_PG_HOST", field("host")}, {"HOOKC_DEMO_PG_PORT", field("port")}, {"HOOKC_DEMO_PG_USER", field("user")}, {"HOOKC_DEMO_PG_DATABASE", field("dbname")}};
  const auto db = opened(open_adapter(target, {}));
  for (const char* role : {"analyst", "reporter", "executive"}) must(*db, std::string{"create role "} + role);
  for (int run = 0; run < 2; ++run) {
    const Outcome outcome = run_hookc({"run", project.path(), "--target", "pg", "--build-models"}, environment);
    BOOST_REQUIRE_MESSAGE(outcome.status == 0, outcome.out + outcome.err);
    BOOST_CHECK(outcome.err.find("`current_timestamp()` is written `current_timestamp` for PostgreSQL") != std::string::npos);
  }
  BOOST_CHECK_EQUAL(cell(*db, "select count(*)::text || ' ' || count(distinct run_id)::text || ' ' || count(duration_seconds)::text || ' ' || min(models_passed)::text from analytics.audit_run"), "2 2 2 7");
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from notifications.email_log"), "2");
  BOOST_CHECK_EQUAL(cell(*db, "select string_agg(grantee, ' ' order by grantee) from information_schema.role_table_grants where table_name = 'dim_products' and grantee <> 'hookc' and privilege_type = 'SELECT'"),
                    "analyst executive reporter");
  BOOST_CHECK_EQUAL(cell(*db, "select obj_description('analytics.rpt_executive_revenue'::regclass)"), "Revenue data for executive reporting");
}

}  // namespace
}  // namespace hookc
