// Boost.Test: who the server of a target is, and who says so.
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "runtime/adapters/postgres_settings.h"
#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

Target tls_target(std::string_view host) { return with_field(postgres_target(), "host", host); }
std::string authority() { return std::getenv("HOOKC_TEST_POSTGRES_CA"); }

std::string parameter(const Target& target, std::string_view name) {
  const auto read = postgres::read_settings(target);
  for (const auto& [each, value] : std::get<postgres::Settings>(read).parameters) {
    if (each == name) return value;
  }
  return "(none)";
}

BOOST_AUTO_TEST_CASE(server_on_another_machine_must_prove_who_it_is_unless_the_target_says_otherwise) {
  for (const char* host : {"db.example.com", "10.0.0.7", "localhost.example.com"}) BOOST_CHECK_EQUAL(parameter(tls_target(host), "sslmode"), "verify-full");
  for (const char* host : {"localhost", "127.0.0.1", "::1", "/var/run/postgresql"}) BOOST_CHECK_EQUAL(parameter(tls_target(host), "sslmode"), "(none)");
  for (const char* mode : {"disable", "prefer", "require", "verify-ca"}) BOOST_CHECK_EQUAL(parameter(with_field(tls_target("db.example.com"), "sslmode", mode), "sslmode"), mode);
}

BOOST_AUTO_TEST_CASE(authorities_are_the_systems_unless_the_target_names_some) {
  setenv("SSL_CERT_FILE", "/a/bundle.pem", 1);
  setenv("HOME", "/nowhere", 1);
  BOOST_CHECK_EQUAL(parameter(tls_target("db.example.com"), "sslrootcert"), "/a/bundle.pem");
  BOOST_CHECK_EQUAL(parameter(with_field(tls_target("db.example.com"), "sslrootcert", "/b.pem"), "sslrootcert"), "/b.pem");
  unsetenv("SSL_CERT_FILE");
}

BOOST_AUTO_TEST_CASE(environment_of_libpq_decides_where_the_target_does_not) {
  setenv("PGSSLMODE", "require", 1);
  BOOST_CHECK_EQUAL(parameter(tls_target("db.example.com"), "sslmode"), "(none)");
  unsetenv("PGSSLMODE");
}

BOOST_AUTO_TEST_CASE(certificate_of_a_known_authority_for_the_right_name_is_taken) {
  const Target target = with_field(with_field(tls_target("localhost"), "sslmode", "verify-full"), "sslrootcert", authority());
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(target, {})), "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), "true");
}

BOOST_AUTO_TEST_CASE(certificate_of_another_name_is_refused) {
  const Target target = with_field(with_field(tls_target("127.0.0.1"), "sslmode", "verify-full"), "sslrootcert", authority());
  BOOST_CHECK(mentions(refused(open_adapter(target, {})), "does not match host name"));
}

BOOST_AUTO_TEST_CASE(certificate_of_an_unknown_authority_is_refused) {
  const Target target = with_field(with_field(tls_target("localhost"), "sslmode", "verify-full"), "sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
  BOOST_CHECK(mentions(refused(open_adapter(target, {})), "certificate"));
}

BOOST_AUTO_TEST_CASE(mode_without_verification_encrypts_all_the_same) {
  const Target target = with_field(tls_target("127.0.0.1"), "sslmode", "require");
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(target, {})), "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), "true");
}

}  // namespace
}  // namespace hookc
