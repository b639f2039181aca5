// ALTER: the list of its actions.
#include <algorithm>

#include "compiler/sql/facts.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

class ActionReader {
 public:
  ActionReader(const Scanner& scanner, TokenRange range) : scanner_(scanner), range_(range), at_(range.first) {}

  /// Appends what the tokens say; `previous` is the action before the comma.
  void read(std::vector<AlterAction>& actions) {
    action_.range = scanner_.bytes(range_);
    switch (type()) {
      case Tok::K_ADD: ++at_; add(actions); return;
      case Tok::K_DROP: ++at_; drop(); break;
      case Tok::K_RENAME: ++at_; rename(); break;
      case Tok::K_SET:
        action_.kind = AlterKind::SetProperties;
        if (type(1) == Tok::K_SCHEMA) named(AlterKind::SetSchema, 2);
        break;
      case Tok::K_UNSET:
      case Tok::K_RESET:
      case Tok::K_CLUSTER: action_.kind = AlterKind::SetProperties; break;
      case Tok::K_ALTER:
      case Tok::K_MODIFY:
      case Tok::K_CHANGE: change(); break;
      case Tok::K_OWNER: named(AlterKind::Owner, type(1) == Tok::K_TO ? 2 : 1); break;
      case Tok::K_ATTACH: named(AlterKind::AttachPartition, type(1) == Tok::K_PARTITION ? 2 : 1); break;
      case Tok::K_DETACH: named(AlterKind::DetachPartition, type(1) == Tok::K_PARTITION ? 2 : 1); break;
      case Tok::K_EXCHANGE: action_.kind = AlterKind::ExchangePartition; break;
      case Tok::K_SWAP: named(AlterKind::SwapWith, type(1) == Tok::K_WITH ? 2 : 1); break;
      case Tok::K_APPEND: named(AlterKind::Append, type(1) == Tok::K_FROM ? 2 : 1); break;
      case Tok::K_RESUME: action_.kind = AlterKind::Resume; break;
      case Tok::K_SUSPEND: action_.kind = AlterKind::Suspend; break;
      case Tok::K_REFRESH: action_.kind = AlterKind::Refresh; break;
      case Tok::K_ENABLE:
      case Tok::K_DISABLE: action_.kind = AlterKind::Enable; break;
      default: continue_previous(actions); return;
    }
    actions.push_back(std::move(action_));
  }

 private:
  [[nodiscard]] Tok type(std::uint32_t ahead = 0) const { return scanner_.type_in(range_, at_ + ahead); }
  [[nodiscard]] QualifiedName name() { return scanner_.name(at_, range_.last); }

  void named(AlterKind kind, std::uint32_t skip) {
    action_.kind = kind;
    at_ += skip;
    action_.name = name();
  }

  void guard() {
    if (type() != Tok::K_IF) return;
    if (type(1) == Tok::K_NOT && type(2) == Tok::K_EXISTS) {
      action_.if_not_exists = true;
      at_ += 3;
    } else if (type(1) == Tok::K_EXISTS) {
      action_.if_exists = true;
      at_ += 2;
    }
  }

  [[nodiscard]] ConstraintKind constraint_at() const {
    switch (type()) {
      case Tok::K_PRIMARY: return ConstraintKind::PrimaryKey;
      case Tok::K_UNIQUE: return ConstraintKind::Unique;
      case Tok::K_CHECK: return ConstraintKind::Check;
      case Tok::K_FOREIGN: return ConstraintKind::ForeignKey;
      case Tok::K_NOT: return ConstraintKind::NotNull;
      default: return ConstraintKind::None;
    }
  }

  void add(std::vector<AlterAction>& actions) {
    guard();
    action_.constraint = constraint_at();
    const bool is_constraint = action_.constraint != ConstraintKind::None;
    if (is_constraint) {
      action_.kind = AlterKind::AddConstraint;
    } else if (type() == Tok::K_CONSTRAINT) {
      ++at_;
      guard();
      action_.kind = AlterKind::AddConstraint;
      action_.name = name();
      action_.constraint = constraint_at() == ConstraintKind::None ? ConstraintKind::Other : constraint_at();
    } else if (type() == Tok::K_VALUE) {
      ++at_;
      guard();
      action_.kind = AlterKind::AddValue;
      if (type() == Tok::STRING) action_.name.parts.push_back(scanner_.identifier(at_));
    } else if (type() == Tok::K_PARTITION) {
      action_.kind = AlterKind::AttachPartition;
    } else if (type() == Tok::K_SEARCH) {
      action_.kind = AlterKind::SetProperties;
    } else if (type() == Tok::K_ROW || type() == Tok::K_MASKING) {
      action_.kind = AlterKind::Other;  // attaching a policy
    } else {
      add_columns(actions);
      return;
    }
    actions.push_back(std::move(action_));
  }

  void add_columns(std::vector<AlterAction>& actions) {
    if (type() == Tok::K_COLUMN || (scanner_.is_word(at_, "columns") && (type(1) == Tok::GROUP || type(1) == Tok::K_IF))) ++at_;
    guard();
    action_.kind = AlterKind::AddColumn;
    if (type() != Tok::GROUP) {
      action_.name = name();
      actions.push_back(std::move(action_));
      return;
    }
    for (const TokenRange column : scanner_.split(scanner_.inside(at_), Tok::COMMA)) {
      AlterAction each = action_;
      std::uint32_t at = column.first;
      each.name = scanner_.name(at, column.last);
      actions.push_back(std::move(each));
    }
  }

  void drop() {
    guard();
    switch (type()) {
      case Tok::K_CONSTRAINT:
      case Tok::K_PRIMARY:
      case Tok::K_FOREIGN:
      case Tok::K_UNIQUE:
      case Tok::K_CHECK:
        action_.kind = AlterKind::DropConstraint;
        action_.constraint = constraint_at();
        ++at_;
        if (type() == Tok::K_KEY) ++at_;
        guard();
        action_.name = name();
        return;
      case Tok::K_PARTITION: action_.kind = AlterKind::DetachPartition; return;
      case Tok::K_DEFAULT:
      case Tok::K_NOT: action_.kind = AlterKind::AlterColumn; return;
      case Tok::K_SEARCH: action_.kind = AlterKind::SetProperties; return;
      case Tok::K_ROW:
      case Tok::K_MASKING: action_.kind = AlterKind::Other; return;
      default: break;
    }
    if (type() == Tok::K_COLUMN || (scanner_.is_word(at_, "columns") && type(1) == Tok::GROUP)) ++at_;
    guard();
    action_.kind = AlterKind::DropColumn;
    if (type() == Tok::GROUP) {
      std::uint32_t inner = at_ + 1;
      action_.name = scanner_.name(inner, scanner_.inside(at_).last);
    } else {
      action_.name = name();
    }
  }

  void rename() {
    if (type() == Tok::K_TO || type() == Tok::K_AS) {
      named(AlterKind::RenameTo, 1);
      return;
    }
    if (type() == Tok::K_CONSTRAINT || type() == Tok::K_VALUE || type() == Tok::K_PARTITION) return;
    if (type() == Tok::K_COLUMN) ++at_;
    guard();
    action_.name = name();
    action_.kind = AlterKind::RenameTo;
    if (type() != Tok::K_TO) return;
    ++at_;
    action_.kind = AlterKind::RenameColumn;
    action_.new_name = name();
  }

  void change() {
    const bool may_rename = type() == Tok::K_CHANGE;  // `change column old new type`
    ++at_;
    if (type() == Tok::K_CONSTRAINT) return;
    if (type() == Tok::K_COLUMN) ++at_;
    guard();
    action_.kind = AlterKind::AlterColumn;
    action_.name = name();
    if (!may_rename) return;
    QualifiedName next = name();
    if (next.empty() || same_name(next, action_.name)) return;
    action_.kind = AlterKind::RenameColumn;
    action_.new_name = std::move(next);
  }

  /// `add column a int, b int`: what follows the comma belongs to the verb before it.
  void continue_previous(std::vector<AlterAction>& actions) {
    if (actions.empty()) {
      actions.push_back(std::move(action_));
      return;
    }
    AlterAction& previous = actions.back();
    if (previous.kind != AlterKind::AddColumn && previous.kind != AlterKind::DropColumn) {
      previous.range.end = action_.range.end;
      return;
    }
    action_.kind = previous.kind;
    if (type() == Tok::K_COLUMN) ++at_;
    guard();
    action_.name = name();
    actions.push_back(std::move(action_));
  }

  const Scanner& scanner_;
  TokenRange range_;
  std::uint32_t at_;
  AlterAction action_;
};

StatementNode build_unnamed(const Parsed& parsed, Parsed::Index unnamed) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(unnamed);
  const Tok head = scanner.type(range.first);
  if (head == Tok::K_SESSION) return build_session(scanner, {range.first + 1, range.last});
  if (head == Tok::K_DEFAULT) return build_default_privileges(scanner, {range.first + 2, range.last});
  Alter alter;
  alter.kind = head == Tok::K_SYSTEM ? ObjectKind::System : ObjectKind::Account;
  alter.kind_range = scanner.bytes({range.first, range.first + 1});
  ActionReader{scanner, {range.first + 1, range.last}}.read(alter.actions);
  return alter;
}

}  // namespace

StatementNode build_alter(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  if (const auto unnamed = parsed.child(at, Rule::AlterUnnamed); unnamed != Parsed::kNone) return build_unnamed(parsed, unnamed);
  const auto object = parsed.child(at, Rule::AlterObject);
  if (object == Parsed::kNone) return build_other(scanner, parsed.range());
  Alter alter;
  const auto kind = parsed.child(object, Rule::Kind);
  const std::uint32_t word = parsed.tokens(object).first;
  if (kind == Parsed::kNone) {
    alter.kind = ObjectKind::Index;
    alter.kind_range = scanner.bytes({word, word + 1});
  } else {
    alter.kind = kind_of_rule(parsed, kind);
    alter.kind_range = scanner.bytes(parsed.tokens(kind));
  }
  alter.name = parsed.name(object);
  alter.if_exists = parsed.has_child(object, Rule::Guard);
  for (const TokenRange action : scanner.split(parsed.child_tokens(object, Rule::Actions), Tok::COMMA)) ActionReader{scanner, action}.read(alter.actions);
  return alter;
}

}  // namespace hookc::sql
