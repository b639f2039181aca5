// The settings of a session with Trino: from the fields of a target to requests.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "compiler/project/project.h"
#include "runtime/adapters/http.h"

namespace hookc::trino {

struct Settings {
  HttpSettings http;
  std::string base;                            // `https://host:443`
  std::string user;                            // whom statements run as
  std::string catalog;
  std::string schema;
  std::map<std::string, std::string> session;  // session properties
  std::map<std::string, std::string> roles;    // by catalog, in the protocol's form
  std::vector<std::string> headers;            // sent with each request: a token among them
  std::vector<std::string> secrets;            // values that no message may show
  int retries = 10;                            // of one request, when the server is busy or the line breaks
};

/// The fields that dbt-trino reads (`method` none, ldap, jwt or certificate, `host`, `port`, `user`, `password`, `jwt_token`, `client_certificate`, `client_private_key`, `cert`,
/// `impersonation_user`, `http_scheme`, `http_headers`, `database`, `schema`, `session_properties`, `roles`, `timezone`, `client_tags`, `retries`), and `connect_timeout` and
/// `request_timeout`, in seconds. A password or token is sent over TLS only. Source: dbt-trino 1.9, connections.py.
std::variant<Settings, AdapterError> read_settings(const Target& target);

/// Scheme, host and port of a URL, the port left out where it is the scheme's own: `https://host`.
std::string origin_of(std::string_view url);

/// Percent-encoding of all but letters, digits and `-._~`, and its inverse.
std::string url_encoded(std::string_view text);
std::string url_decoded(std::string_view text);

}  // namespace hookc::trino
