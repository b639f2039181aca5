#include "compiler/sql/statement.h"

#include <algorithm>

#include "compiler/base/ascii.h"
#include "compiler/base/overloaded.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {

bool same_identifier(const Identifier& left, const Identifier& right) {
  return left.quoted && right.quoted ? left.value == right.value : equal_ignoring_case(left.value, right.value);
}

std::string QualifiedName::str() const {
  std::string result;
  for (const Identifier& part : parts) {
    if (!result.empty()) result += '.';
    result += part.value;
  }
  return result;
}

bool same_name(const QualifiedName& left, const QualifiedName& right) { return std::ranges::equal(left.parts, right.parts, same_identifier); }

bool may_be_same(const QualifiedName& left, const QualifiedName& right) {
  const std::size_t shared = std::min(left.size(), right.size());
  return shared > 0 && std::equal(left.parts.end() - static_cast<std::ptrdiff_t>(shared), left.parts.end(),
                                  right.parts.end() - static_cast<std::ptrdiff_t>(shared), same_identifier);
}

bool Scan::is_volatile(Volatility at_least) const {
  return std::ranges::any_of(calls, [at_least](const Call& call) { return call.volatility >= at_least; });
}

std::string_view name_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Table: return "table";
    case ObjectKind::View: return "view";
    case ObjectKind::MaterializedView: return "materialized view";
    case ObjectKind::Index: return "index";
    case ObjectKind::Schema: return "schema";
    case ObjectKind::Database: return "database";
    case ObjectKind::Function: return "function";
    case ObjectKind::Aggregate: return "aggregate";
    case ObjectKind::Procedure: return "procedure";
    case ObjectKind::Macro: return "macro";
    case ObjectKind::Sequence: return "sequence";
    case ObjectKind::Type: return "type";
    case ObjectKind::Domain: return "domain";
    case ObjectKind::Role: return "role";
    case ObjectKind::User: return "user";
    case ObjectKind::Group: return "group";
    case ObjectKind::Trigger: return "trigger";
    case ObjectKind::EventTrigger: return "event trigger";
    case ObjectKind::Extension: return "extension";
    case ObjectKind::Stage: return "stage";
    case ObjectKind::Stream: return "stream";
    case ObjectKind::Task: return "task";
    case ObjectKind::Pipe: return "pipe";
    case ObjectKind::FileFormat: return "file format";
    case ObjectKind::Tag: return "tag";
    case ObjectKind::Warehouse: return "warehouse";
    case ObjectKind::Share: return "share";
    case ObjectKind::Policy: return "policy";
    case ObjectKind::MaskingPolicy: return "masking policy";
    case ObjectKind::RowAccessPolicy: return "row access policy";
    case ObjectKind::Publication: return "publication";
    case ObjectKind::Subscription: return "subscription";
    case ObjectKind::Server: return "server";
    case ObjectKind::Secret: return "secret";
    case ObjectKind::Volume: return "volume";
    case ObjectKind::Catalog: return "catalog";
    case ObjectKind::Integration: return "integration";
    case ObjectKind::Column: return "column";
    case ObjectKind::Constraint: return "constraint";
    case ObjectKind::Statistics: return "statistics";
    case ObjectKind::Rule: return "rule";
    case ObjectKind::Alert: return "alert";
    case ObjectKind::Model: return "model";
    case ObjectKind::Dictionary: return "dictionary";
    case ObjectKind::Account: return "account";
    case ObjectKind::Session: return "session";
    case ObjectKind::System: return "system";
    case ObjectKind::DefaultPrivileges: return "default privileges";
    case ObjectKind::Other: return "object";
  }
  return "object";
}

std::optional<Guarded> guarded_create(ObjectKind kind, bool from_query) {
  switch (kind) {
    case ObjectKind::Schema: return Guarded::CreateSchema;
    case ObjectKind::Table: return from_query ? Guarded::CreateTableAs : Guarded::CreateTable;
    case ObjectKind::View: return Guarded::CreateView;
    case ObjectKind::MaterializedView: return Guarded::CreateMaterializedView;
    case ObjectKind::Function:
    case ObjectKind::Macro: return Guarded::CreateFunction;
    case ObjectKind::Procedure: return Guarded::CreateProcedure;
    case ObjectKind::Index: return Guarded::CreateIndex;
    case ObjectKind::Sequence: return Guarded::CreateSequence;
    case ObjectKind::Role:
    case ObjectKind::User: return Guarded::CreateRole;
    case ObjectKind::Policy:
    case ObjectKind::MaskingPolicy:
    case ObjectKind::RowAccessPolicy: return Guarded::CreatePolicy;
    case ObjectKind::Type: return Guarded::CreateType;
    case ObjectKind::Stage:
    case ObjectKind::Stream:
    case ObjectKind::Task:
    case ObjectKind::Pipe:
    case ObjectKind::FileFormat:
    case ObjectKind::Tag:
    case ObjectKind::Warehouse:
    case ObjectKind::Database:
    case ObjectKind::Share: return Guarded::CreateStateful;
    default: return std::nullopt;
  }
}

namespace {

/// "create table" and the like, for each kind of object, as text that lives as long as the program.
template <class Verb>
std::string_view with_kind(ObjectKind kind) {
  constexpr std::size_t kKinds = static_cast<std::size_t>(ObjectKind::Other) + 1;
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < kKinds; ++at) names.push_back(std::string{Verb::kWord} + " " + std::string{name_of(static_cast<ObjectKind>(at))});
    return names;
  }();
  return kNames[static_cast<std::size_t>(kind)];
}
struct CreateVerb { static constexpr std::string_view kWord = "create"; };
struct DropVerb { static constexpr std::string_view kWord = "drop"; };
struct AlterVerb { static constexpr std::string_view kWord = "alter"; };

std::string_view word_of(Invoke::How how) {
  switch (how) {
    case Invoke::How::Call: return "call";
    case Invoke::How::Execute: return "execute";
    case Invoke::How::ExecuteImmediate: return "execute immediate";
    case Invoke::How::Do: return "do";
    case Invoke::How::Block: return "block";
  }
  return "call";
}

std::string_view word_of(SetSession::How how) {
  switch (how) {
    case SetSession::How::Set: return "set";
    case SetSession::How::Reset: return "reset";
    case SetSession::How::Use: return "use";
  }
  return "set";
}

std::string_view word_of(Transaction::Kind kind) {
  switch (kind) {
    case Transaction::Kind::Begin: return "begin";
    case Transaction::Kind::Commit: return "commit";
    case Transaction::Kind::Rollback: return "rollback";
    case Transaction::Kind::Savepoint: return "savepoint";
    case Transaction::Kind::Release: return "release";
  }
  return "begin";
}

std::string_view word_of(Maintenance::Kind kind) {
  switch (kind) {
    case Maintenance::Kind::Analyze: return "analyze";
    case Maintenance::Kind::Vacuum: return "vacuum";
    case Maintenance::Kind::Optimize: return "optimize";
    case Maintenance::Kind::Refresh: return "refresh";
    case Maintenance::Kind::Reindex: return "reindex";
    case Maintenance::Kind::Cluster: return "cluster";
    case Maintenance::Kind::Checkpoint: return "checkpoint";
    case Maintenance::Kind::Repair: return "repair";
  }
  return "analyze";
}

}  // namespace

std::string_view kind_name(const Statement& statement) {
  return std::visit(
      overloaded{[](const Create& create) { return with_kind<CreateVerb>(create.kind); }, [](const Drop& drop) { return with_kind<DropVerb>(drop.kind); },
                 [](const Alter& alter) { return with_kind<AlterVerb>(alter.kind); }, [](const Insert&) { return std::string_view{"insert"}; },
                 [](const Update&) { return std::string_view{"update"}; }, [](const Delete&) { return std::string_view{"delete"}; },
                 [](const Merge&) { return std::string_view{"merge"}; }, [](const Grant&) { return std::string_view{"grant"}; },
                 [](const Revoke&) { return std::string_view{"revoke"}; }, [](const Truncate&) { return std::string_view{"truncate"}; },
                 [](const CommentOn&) { return std::string_view{"comment"}; },
                 [](const Copy& copy) { return copy.direction == Copy::Direction::Unload ? std::string_view{"unload"} : std::string_view{"copy"}; },
                 [](const Invoke& invoke) { return word_of(invoke.how); }, [](const SetSession& session) { return word_of(session.how); },
                 [](const Transaction& transaction) { return word_of(transaction.kind); },
                 [](const Maintenance& maintenance) { return word_of(maintenance.kind); }, [](const Query&) { return std::string_view{"select"}; },
                 [](const Other&) { return std::string_view{"other"}; }, [](const Unparsable&) { return std::string_view{"unparsable"}; }},
      statement.node);
}

}  // namespace hookc::sql
