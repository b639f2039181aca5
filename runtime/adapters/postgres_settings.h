// The settings of a session with PostgreSQL: from the fields of a target to libpq's parameters.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc::postgres {

struct Settings {
  std::vector<std::pair<std::string, std::string>> parameters;  // libpq's names; the password among them
  std::string role;                                             // empty: the user's own
  bool verifies_unasked = false;                                // the target says nothing about TLS, and its server is another machine
  std::string shown;                                            // `postgres://user@host:5432/dbname`, for messages
};

/// The fields that dbt-postgres reads (`host`, `port`, `user`, `password` or `pass`, `dbname` or `database`, `connect_timeout`, `keepalives_idle`,
/// `search_path`, `role`, `sslmode`, `sslcert`, `sslkey`, `sslrootcert`, `application_name`), with its defaults, and libpq's `service` and `passfile`.
/// Where the target has no `sslmode`, a server on another machine must prove who it is (`verify-full`, by the authorities that the system trusts); dbt would take
/// libpq's `prefer`, which is no protection. A service file, PGSSLMODE and a server on this machine are left to libpq.
/// Source: dbt-postgres 1.9, connections.py.
std::variant<Settings, AdapterError> read_settings(const Target& target);

}  // namespace hookc::postgres
