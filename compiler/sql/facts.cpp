#include "compiler/sql/facts.h"

#include "compiler/base/ascii.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {

Parsed::Index Parsed::child(Index parent, Rule wanted) const {
  for (Index at = parent + 1; at < records_[parent].next; at = records_[at].next) {
    if (records_[at].rule == wanted) return at;
  }
  return kNone;
}

std::vector<Parsed::Index> Parsed::children(Index parent, Rule wanted) const {
  std::vector<Index> result;
  for (Index at = parent + 1; at < records_[parent].next; at = records_[at].next) {
    if (records_[at].rule == wanted) result.push_back(at);
  }
  return result;
}

TokenRange Parsed::child_tokens(Index parent, Rule wanted) const {
  const Index found = child(parent, wanted);
  return found == kNone ? TokenRange{range_.last, range_.last} : tokens(found);
}

QualifiedName Parsed::name(Index parent, Rule wanted) const {
  const Index found = child(parent, wanted);
  return found == kNone ? QualifiedName{} : scanner_.name_of(tokens(found));
}

namespace {

StatementNode build_withed(const Parsed& parsed, Parsed::Index at) {
  const TokenRange ctes = parsed.child_tokens(at, Rule::CteList);
  if (const auto insert = parsed.child(at, Rule::Insert); insert != Parsed::kNone) return build_insert(parsed, insert, ctes);
  if (const auto update = parsed.child(at, Rule::Update); update != Parsed::kNone) return build_update(parsed, update, ctes);
  if (const auto remove = parsed.child(at, Rule::Delete_); remove != Parsed::kNone) return build_delete(parsed, remove, ctes);
  if (const auto merge = parsed.child(at, Rule::Merge); merge != Parsed::kNone) return build_merge(parsed, merge, ctes);
  return parsed.scanner().query(parsed.tokens(at));
}

StatementNode build_query(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(at);
  std::uint32_t inner = range.first;
  while (scanner.type(inner) == Tok::GROUP) ++inner;
  switch (scanner.type(inner)) {
    case Tok::K_SELECT:
    case Tok::K_WITH:
    case Tok::K_FROM:
    case Tok::K_VALUES: return scanner.query(range);
    default: return build_other(scanner, range);
  }
}

}  // namespace

StatementNode build_statement(const Parsed& parsed, Parsed::Index at) {
  const TokenRange none{parsed.range().last, parsed.range().last};
  switch (parsed.rule(at)) {
    case Rule::Create: return build_create(parsed, at);
    case Rule::Drop: return build_drop(parsed, at);
    case Rule::Alter: return build_alter(parsed, at);
    case Rule::Insert: return build_insert(parsed, at, none);
    case Rule::Update: return build_update(parsed, at, none);
    case Rule::Delete_: return build_delete(parsed, at, none);
    case Rule::Merge: return build_merge(parsed, at, none);
    case Rule::Grant: return build_grant(parsed, at);
    case Rule::Revoke: return build_revoke(parsed, at);
    case Rule::Truncate: return build_truncate(parsed, at);
    case Rule::Comment: return build_comment(parsed, at);
    case Rule::Copy: return build_copy(parsed, at);
    case Rule::Invoke: return build_invoke(parsed, at);
    case Rule::Session: return build_session(parsed.scanner(), parsed.tokens(at));
    case Rule::Transaction: return build_transaction(parsed, at);
    case Rule::Maintenance: return build_maintenance(parsed, at);
    case Rule::Withed: return build_withed(parsed, at);
    case Rule::Query: return build_query(parsed, at);
    default: return build_other(parsed.scanner(), parsed.range());
  }
}

namespace {

/// LOCK [TABLE | TABLES] [ONLY] names: PostgreSQL, Redshift and Oracle put the mode behind them, MySQL behind each.
std::vector<QualifiedName> locked_names(const Scanner& scanner, TokenRange range) {
  std::uint32_t first = range.first + 1;
  if (scanner.type_in(range, first) == Tok::K_TABLE || scanner.is_word(first, "tables")) ++first;
  std::vector<QualifiedName> names;
  for (const TokenRange part : scanner.split({first, range.last}, Tok::COMMA)) {
    std::uint32_t at = part.first;
    if (scanner.is_word(at, "only") && at + 1 < part.last) ++at;
    QualifiedName name = scanner.name(at, part.last);
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

StatementNode build_other(const Scanner& scanner, TokenRange range) {
  Other other;
  const Tok head = scanner.type_in(range, range.first);
  if (head == Tok::NAME || !keyword_of(head).empty()) other.head = ascii_lower(scanner.spelled(range.first));
  if (other.head == "lock") other.locked = locked_names(scanner, range);
  return other;
}

StatementNode build_invoke(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(at);
  Invoke invoke;
  std::uint32_t next = range.first + 1;
  switch (scanner.type(range.first)) {
    case Tok::K_CALL: invoke.how = Invoke::How::Call; break;
    case Tok::K_DO: invoke.how = Invoke::How::Do; return invoke;
    default:
      invoke.how = scanner.type(next) == Tok::K_IMMEDIATE ? Invoke::How::ExecuteImmediate : Invoke::How::Execute;
      if (invoke.how == Invoke::How::ExecuteImmediate) return invoke;
      if (scanner.type(next) == Tok::K_PROCEDURE || scanner.type(next) == Tok::K_TASK) ++next;
      break;
  }
  invoke.name = scanner.name(next, range.last);
  return invoke;
}

StatementNode build_transaction(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(at);
  switch (scanner.type(range.first)) {
    case Tok::K_COMMIT:
    case Tok::K_END: return Transaction{Transaction::Kind::Commit};
    case Tok::K_ROLLBACK:
    case Tok::K_ABORT: return Transaction{Transaction::Kind::Rollback};
    case Tok::K_SAVEPOINT: return Transaction{Transaction::Kind::Savepoint};
    case Tok::K_RELEASE: return Transaction{Transaction::Kind::Release};
    case Tok::K_START:
      if (scanner.type_in(range, range.first + 1) != Tok::K_TRANSACTION) return build_other(scanner, range);
      return Transaction{Transaction::Kind::Begin};
    default: return Transaction{Transaction::Kind::Begin};
  }
}

StatementNode build_maintenance(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(at);
  Maintenance result;
  switch (scanner.type(range.first)) {
    case Tok::K_VACUUM: result.kind = Maintenance::Kind::Vacuum; break;
    case Tok::K_OPTIMIZE: result.kind = Maintenance::Kind::Optimize; break;
    case Tok::K_REFRESH: result.kind = Maintenance::Kind::Refresh; break;
    case Tok::K_REINDEX: result.kind = Maintenance::Kind::Reindex; break;
    case Tok::K_CLUSTER: result.kind = Maintenance::Kind::Cluster; break;
    case Tok::K_CHECKPOINT: result.kind = Maintenance::Kind::Checkpoint; break;
    case Tok::K_MSCK: result.kind = Maintenance::Kind::Repair; break;
    default: result.kind = Maintenance::Kind::Analyze; break;
  }
  static constexpr std::string_view kOptions[] = {"table", "full",    "verbose", "freeze", "analyze", "materialized", "view",   "dynamic",  "index",   "schema",
                                                  "only",  "database", "system", "repair", "sort",    "delete",       "reindex", "recluster", "foreign", "concurrently"};
  std::uint32_t next = range.first + 1;
  const auto is_option = [&] {
    if (scanner.type(next) == Tok::GROUP) return true;
    for (const std::string_view option : kOptions) {
      if (scanner.is_word(next, option)) return true;
    }
    return false;
  };
  while (next < range.last && is_option()) next = scanner.after(next);
  result.target = scanner.name(next, range.last);
  return result;
}

StatementNode build_session(const Scanner& scanner, TokenRange range) {
  SetSession result;
  const Tok verb = scanner.type(range.first);
  result.how = verb == Tok::K_USE ? SetSession::How::Use : verb == Tok::K_SET ? SetSession::How::Set : SetSession::How::Reset;
  std::uint32_t at = range.first + 1;
  const auto skip = [&](Tok scope) {
    if (scanner.type_in(range, at) == scope && at + 1 < range.last) ++at;
  };
  if (verb == Tok::K_USE) {
    const bool has_kind = at + 1 < range.last && scanner.type(at + 1) != Tok::DOT;
    if (has_kind) result.what = ascii_lower(scanner.spelled(at++));
    result.value = scanner.bytes({at, range.last});
    return result;
  }
  skip(Tok::K_SESSION);
  skip(Tok::K_LOCAL);
  skip(Tok::K_GLOBAL);
  if (scanner.is_word(at, "variable") && at + 1 < range.last) ++at;
  const std::uint32_t begin = at;
  if (scanner.type_in(range, at) == Tok::PARAM) {
    result.what = ascii_lower(scanner.spelled(at++));
  } else {
    result.what = scanner.name(at, range.last).str();
    if (at == begin && at < range.last) at = scanner.after(at);
  }
  if (result.what == "time" && scanner.is_word(at, "zone")) {
    result.what = "time zone";
    ++at;
  }
  if (scanner.type_in(range, at) == Tok::EQ || scanner.type_in(range, at) == Tok::K_TO) ++at;
  result.value = scanner.bytes({at, range.last});
  return result;
}

namespace {

KindWords one_word_kind(const Scanner& scanner, std::uint32_t at) {
  static constexpr ObjectKind kKinds[] = {
      ObjectKind::Table, ObjectKind::View,        ObjectKind::Schema, ObjectKind::Database, ObjectKind::Function, ObjectKind::Procedure, ObjectKind::Sequence,
      ObjectKind::Type,  ObjectKind::Domain,      ObjectKind::Role,   ObjectKind::User,     ObjectKind::Stage,    ObjectKind::Stream,    ObjectKind::Task,
      ObjectKind::Pipe,  ObjectKind::Warehouse,   ObjectKind::Share,  ObjectKind::Tag,      ObjectKind::Policy,   ObjectKind::Volume,    ObjectKind::Catalog,
      ObjectKind::Model, ObjectKind::Integration, ObjectKind::Macro,  ObjectKind::Account,  ObjectKind::Secret,   ObjectKind::Server};
  if (scanner.type(at) == Tok::QNAME || scanner.type(at) == Tok::End) return {};
  for (const ObjectKind kind : kKinds) {
    const std::string_view word = scanner.spelled(at);
    const std::string_view name = name_of(kind);
    const bool is_plural = word.size() == name.size() + 1 && (word.back() == 's' || word.back() == 'S');
    if (equal_ignoring_case(is_plural ? word.substr(0, name.size()) : word, name)) return {kind, 1};
  }
  return {};
}

}  // namespace

KindWords kind_at(const Scanner& scanner, std::uint32_t at) {
  const KindWords second = one_word_kind(scanner, at + 1);
  switch (scanner.type(at)) {
    case Tok::K_MATERIALIZED:
      if (second.kind == ObjectKind::View) return {ObjectKind::MaterializedView, 2};
      break;
    case Tok::K_FILE:
      if (scanner.is_word(at + 1, "format") || scanner.is_word(at + 1, "formats")) return {ObjectKind::FileFormat, 2};
      break;
    case Tok::K_EXTERNAL:
    case Tok::K_DYNAMIC:
    case Tok::K_ICEBERG:
    case Tok::K_FOREIGN:
      if (second.count == 1) return {second.kind, 2};
      break;
    default: break;
  }
  return one_word_kind(scanner, at);
}

}  // namespace hookc::sql
