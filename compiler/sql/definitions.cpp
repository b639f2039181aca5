// CREATE, DROP, ALTER, COMMENT, TRUNCATE.
#include <algorithm>

#include "compiler/sql/facts.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

ObjectKind kind_of(Tok head) {
  switch (head) {
    case Tok::K_TABLE: return ObjectKind::Table;
    case Tok::K_VIEW: return ObjectKind::View;
    case Tok::K_MATERIALIZED: return ObjectKind::MaterializedView;
    case Tok::K_INDEX: return ObjectKind::Index;
    case Tok::K_SCHEMA: return ObjectKind::Schema;
    case Tok::K_DATABASE: return ObjectKind::Database;
    case Tok::K_FUNCTION: return ObjectKind::Function;
    case Tok::K_AGGREGATE: return ObjectKind::Aggregate;
    case Tok::K_PROCEDURE: return ObjectKind::Procedure;
    case Tok::K_MACRO: return ObjectKind::Macro;
    case Tok::K_SEQUENCE: return ObjectKind::Sequence;
    case Tok::K_TYPE: return ObjectKind::Type;
    case Tok::K_DOMAIN: return ObjectKind::Domain;
    case Tok::K_ROLE: return ObjectKind::Role;
    case Tok::K_USER: return ObjectKind::User;
    case Tok::K_GROUP: return ObjectKind::Group;
    case Tok::K_TRIGGER: return ObjectKind::Trigger;
    case Tok::K_EVENT: return ObjectKind::EventTrigger;
    case Tok::K_EXTENSION: return ObjectKind::Extension;
    case Tok::K_STAGE: return ObjectKind::Stage;
    case Tok::K_STREAM: return ObjectKind::Stream;
    case Tok::K_TASK: return ObjectKind::Task;
    case Tok::K_PIPE: return ObjectKind::Pipe;
    case Tok::K_FILE: return ObjectKind::FileFormat;
    case Tok::K_TAG: return ObjectKind::Tag;
    case Tok::K_WAREHOUSE: return ObjectKind::Warehouse;
    case Tok::K_SHARE: return ObjectKind::Share;
    case Tok::K_POLICY: return ObjectKind::Policy;
    case Tok::K_MASKING: return ObjectKind::MaskingPolicy;
    case Tok::K_ROW: return ObjectKind::RowAccessPolicy;
    case Tok::K_PUBLICATION: return ObjectKind::Publication;
    case Tok::K_SUBSCRIPTION: return ObjectKind::Subscription;
    case Tok::K_SERVER: return ObjectKind::Server;
    case Tok::K_SECRET: return ObjectKind::Secret;
    case Tok::K_VOLUME: return ObjectKind::Volume;
    case Tok::K_CATALOG: return ObjectKind::Catalog;
    case Tok::K_INTEGRATION:
    case Tok::K_STORAGE:
    case Tok::K_NOTIFICATION:
    case Tok::K_API:
    case Tok::K_SECURITY: return ObjectKind::Integration;
    case Tok::K_COLUMN: return ObjectKind::Column;
    case Tok::K_CONSTRAINT: return ObjectKind::Constraint;
    case Tok::K_STATISTICS: return ObjectKind::Statistics;
    case Tok::K_RULE: return ObjectKind::Rule;
    case Tok::K_ALERT: return ObjectKind::Alert;
    case Tok::K_MODEL: return ObjectKind::Model;
    case Tok::K_DICTIONARY: return ObjectKind::Dictionary;
    default: return ObjectKind::Other;
  }
}

/// The words of the kind: the rule's, or INDEX, which is a rule's own token.
TokenRange kind_words(const Parsed& parsed, Parsed::Index object) {
  const TokenRange words = parsed.child_tokens(object, Rule::Kind);
  if (!words.empty()) return words;
  const std::uint32_t index = parsed.scanner().find(parsed.tokens(object), Tok::K_INDEX);
  return {index, index + 1};
}

/// The name behind the first `keyword` of the range; words such as TABLE between them are passed over.
QualifiedName name_behind(const Scanner& scanner, TokenRange range, Tok keyword) {
  std::uint32_t at = scanner.find(range, keyword);
  if (at >= range.last) return {};
  ++at;
  while (scanner.type_in(range, at) == Tok::K_TABLE || scanner.type_in(range, at) == Tok::K_VIEW || scanner.type_in(range, at) == Tok::K_ONLY) ++at;
  return scanner.name(at, range.last);
}

void read_create_flags(const Parsed& parsed, Parsed::Index at, Create& create) {
  for (const auto flag : parsed.children(at, Rule::CreateFlag)) {
    switch (parsed.head(flag)) {
      case Tok::K_OR:
        create.or_replace = parsed.has(flag, Tok::K_REPLACE);
        create.or_alter = parsed.has(flag, Tok::K_ALTER);
        break;
      case Tok::K_TEMP:
      case Tok::K_TEMPORARY:
      case Tok::K_VOLATILE: create.temporary = true; break;
      case Tok::K_UNIQUE: create.unique = true; break;
      case Tok::K_EXTERNAL: create.external = true; break;
      default: break;
    }
  }
}

/// The query of CREATE .. AS, without what may follow it.
std::optional<Query> defining_query(const Scanner& scanner, TokenRange rest) {
  const std::uint32_t as = scanner.find(rest, Tok::K_AS);
  if (as + 1 >= rest.last) return std::nullopt;
  TokenRange query{as + 1, rest.last};
  for (std::uint32_t at = query.first + 1; at < query.last; at = scanner.after(at)) {
    const bool ends = scanner.type(at) == Tok::K_WITH && (scanner.type(at + 1) == Tok::K_DATA || scanner.is_word(at + 1, "no") || scanner.type(at + 1) == Tok::K_CHECK);
    if (ends) query.last = at;
  }
  return scanner.query(query);
}

QualifiedName copied_from(const Scanner& scanner, TokenRange rest) {
  std::uint32_t at = rest.first;
  if (scanner.is_word(at, "shallow") || scanner.is_word(at, "deep")) ++at;
  TokenRange inner{at, rest.last};
  if (scanner.type_in(rest, at) == Tok::GROUP && scanner.type(at + 1) == Tok::K_LIKE) inner = scanner.inside(at);
  switch (scanner.type_in(inner, inner.first)) {
    case Tok::K_CLONE:
    case Tok::K_LIKE:
    case Tok::K_COPY: break;
    default: return {};
  }
  std::uint32_t name = inner.first + 1;
  return scanner.name(name, inner.last);
}

}  // namespace

ObjectKind kind_of_rule(const Parsed& parsed, Parsed::Index kind) { return kind_of(parsed.head(kind)); }

StatementNode build_create(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  Create create;
  read_create_flags(parsed, at, create);
  const auto index = parsed.child(at, Rule::CreateIndex);
  const auto object = index != Parsed::kNone ? index : parsed.child(at, Rule::CreateObject);
  if (object == Parsed::kNone) return build_other(scanner, parsed.range());
  const TokenRange words = kind_words(parsed, object);
  create.kind = kind_of(scanner.type(words.first));
  create.kind_range = scanner.bytes(words);
  create.name = parsed.name(object);
  create.if_not_exists = parsed.has_child(object, Rule::Guard);
  create.on = parsed.name(object, Rule::OnTable);
  create.concurrently = parsed.has(object, Tok::K_CONCURRENTLY);
  const TokenRange rest = parsed.child_tokens(object, Rule::Rest);
  switch (create.kind) {
    case ObjectKind::Table:
    case ObjectKind::View:
    case ObjectKind::MaterializedView:
      create.query = defining_query(scanner, rest);
      create.source = copied_from(scanner, rest);
      break;
    case ObjectKind::Trigger:
    case ObjectKind::Policy:
    case ObjectKind::RowAccessPolicy:
    case ObjectKind::Stream:
    case ObjectKind::Rule: create.on = name_behind(scanner, rest, Tok::K_ON); break;
    case ObjectKind::Statistics: {  // T-SQL: `on t (a)`; PostgreSQL has the columns there, and the table behind FROM
      const std::uint32_t on = scanner.find(rest, Tok::K_ON);
      std::uint32_t name = on + 1;
      QualifiedName table = on < rest.last ? scanner.name(name, rest.last) : QualifiedName{};
      if (scanner.type_in(rest, name) == Tok::GROUP) create.on = std::move(table);
      break;
    }
    default: create.source = copied_from(scanner, rest); break;
  }
  return create;
}

StatementNode build_drop(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  Drop drop;
  if (const auto all = parsed.child(at, Rule::DropAll); all != Parsed::kNone) {
    drop.kind = ObjectKind::RowAccessPolicy;
    drop.kind_range = scanner.bytes({parsed.tokens(all).first + 1, parsed.tokens(all).first + 4});
    drop.all = true;
    drop.on = parsed.name(all, Rule::OnTable);
    return drop;
  }
  const auto object = parsed.child(at, Rule::DropObject);
  if (object == Parsed::kNone) return build_other(scanner, parsed.range());
  const TokenRange words = kind_words(parsed, object);
  drop.kind = kind_of(scanner.type(words.first));
  drop.kind_range = scanner.bytes(words);
  for (const auto name : parsed.children(object, Rule::Name)) drop.names.push_back(scanner.name_of(parsed.tokens(name)));
  drop.if_exists = parsed.has_child(object, Rule::Guard);
  drop.concurrently = parsed.has(object, Tok::K_CONCURRENTLY);
  const TokenRange rest = parsed.child_tokens(object, Rule::DropRest);
  drop.cascade = scanner.contains(rest, Tok::K_CASCADE);
  drop.on = name_behind(scanner, rest, Tok::K_ON);
  return drop;
}

StatementNode build_comment(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  CommentOn comment;
  const TokenRange words = parsed.child_tokens(at, Rule::Kind);
  comment.kind = kind_of(scanner.type(words.empty() ? scanner.find(parsed.tokens(at), Tok::K_ON) + 1 : words.first));
  comment.name = parsed.name(at);
  comment.if_exists = parsed.has_child(at, Rule::Guard);
  return comment;
}

StatementNode build_truncate(const Parsed& parsed, Parsed::Index at) {
  Truncate truncate;
  for (const auto name : parsed.children(at, Rule::Name)) truncate.targets.push_back(parsed.scanner().name_of(parsed.tokens(name)));
  truncate.if_exists = parsed.has_child(at, Rule::Guard);
  return truncate;
}

}  // namespace hookc::sql
