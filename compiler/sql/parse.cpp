#include "compiler/sql/parse.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "SqlParser.h"
#include "compiler/base/ascii.h"
#include "compiler/sql/facts.h"
#include "compiler/sql/lexer.h"
#include "compiler/sql/splitter.h"

namespace hookc::sql {
namespace {

constexpr std::string_view kHolePrefix = "__hookc_hole_";

/// What a rule was looking for, for messages.
std::string_view wanted_by(Rule rule) {
  switch (rule) {
    case Rule::Name:
    case Rule::OnTable:
    case Rule::Part:
    case Rule::AnyPart: return "a name";
    case Rule::Create:
    case Rule::Drop:
    case Rule::Alter:
    case Rule::CreateObject:
    case Rule::DropObject:
    case Rule::AlterObject:
    case Rule::UnknownKind:
    case Rule::Kind: return "the kind of an object";
    case Rule::Actions: return "an action";
    case Rule::Privileges: return "a privilege";
    case Rule::OnObjects:
    case Rule::OnRevoked: return "an object";
    case Rule::Grantees: return "a grantee";
    case Rule::SetClause: return "an assignment";
    case Rule::WhereClause:
    case Rule::MergeOn:
    case Rule::MergeCondition: return "a condition";
    case Rule::MergeSource: return "a source";
    case Rule::MergeAction: return "`update`, `insert` or `delete`";
    case Rule::MergeClause: return "`when`";
    case Rule::InsertRest: return "`values` or a query";
    default: return "more";
  }
}

class Parser {
 public:
  Parser(std::string_view text, Dialect dialect)
      : text_(text), dialect_(traits_of(dialect)), tokens_(lex(text, dialect_)), scanner_(text_, tokens_), parser_(&window_) {}

  Script run() {
    Script script;
    for (Piece& piece : split(text_, tokens_, dialect_)) script.statements.push_back(statement(piece));
    return script;
  }

 private:
  Statement statement(Piece& piece) {
    const TokenRange range{piece.first, piece.last};
    if (dialect_.string_is_name) name_in_single_quotes(range);
    Statement result{scanner_.bytes(range), tokens_[piece.first].range, Other{}};
    if (piece.fault) {
      result.node = std::move(*piece.fault);
    } else if (piece.is_block) {
      result.node = Invoke{Invoke::How::Block, {}};
    } else if (inserts_into_several(range)) {
      result.node = build_other(scanner_, range);
    } else {
      result.node = parse(range);
      // a hole may stand for the very words that are missing
      if (std::holds_alternative<Unparsable>(result.node) && has_hole(range)) result.node = build_other(scanner_, range);
      if (const auto at = lone_comma(range)) result.node = Unparsable{tokens_[*at].range, "`,` stands beside `,`: nothing is between them"};
      if (changes_rows_or_rights(result.node)) {
        if (const auto at = begins_another(range)) result.node = Unparsable{tokens_[*at].range, "`" + ascii_lower(scanner_.spelled(*at)) + "` begins another statement here: nothing ends the one before it"};
      }
    }
    return result;
  }

  /// `create sequence if not exists 'a'`: a string where what is made or changed has its name is a name to DuckDB and SQLite. DuckDB refuses it for an index and in DROP (tried).
  void name_in_single_quotes(TokenRange range) {
    static constexpr std::string_view kHeads[] = {"create", "alter", "insert", "replace", "update", "delete", "truncate", "comment", "analyze"};
    static constexpr std::string_view kBefore[] = {"table", "view", "sequence", "schema", "macro", "function", "exists", "into", "update", "truncate", "analyze"};
    const auto is_one_of = [&](std::uint32_t at, const auto& words) { return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return scanner_.is_word(at, word); }); };
    if (!is_one_of(range.first, kHeads)) return;
    for (std::uint32_t at = range.first + 1; at < range.last && !scanner_.is_word(at, "index"); ++at) {
      if (tokens_[at].type == Tok::STRING) {
        const bool is_deleted_from = at == range.first + 2 && scanner_.is_word(at - 1, "from");  // elsewhere FROM may read a file
        if (is_deleted_from || is_one_of(at - 1, kBefore)) tokens_[at].type = Tok::QNAME;
        return;
      }
      if (!scanner_.is_name(at) && keyword_of(tokens_[at].type).empty()) return;
      if (scanner_.is_word(at, "as") || scanner_.is_word(at, "set")) return;
    }
  }

  /// What a template printed as nothing, between two commas.
  [[nodiscard]] std::optional<std::uint32_t> lone_comma(TokenRange range) const {
    for (std::uint32_t at = range.first + 1; at < range.last; ++at) {
      if (tokens_[at].type == Tok::COMMA && tokens_[at - 1].type == Tok::COMMA) return at;
    }
    return std::nullopt;
  }

  static bool changes_rows_or_rights(const StatementNode& node) {
    return std::holds_alternative<Insert>(node) || std::holds_alternative<Update>(node) || std::holds_alternative<Delete>(node) || std::holds_alternative<Merge>(node) || std::holds_alternative<Grant>(node) ||
           std::holds_alternative<Revoke>(node);
  }

  /// Behind something complete, outside of brackets: the head of a statement that no clause has. T-SQL needs no `;`; of a database that is not known, only what no database takes is said.
  [[nodiscard]] std::optional<std::uint32_t> begins_another(TokenRange range) const {
    if (&dialect_ == &traits_of(Dialect::SqlServer)) return std::nullopt;
    const bool is_known = &dialect_ != &traits_of(Dialect::Generic);
    const bool is_right = scanner_.type(range.first) == Tok::K_GRANT || scanner_.type(range.first) == Tok::K_REVOKE;
    std::uint32_t before = range.first;
    for (std::uint32_t at = scanner_.after(range.first); at < range.last; before = at, at = scanner_.after(at)) {
      const Tok type = scanner_.type(before);
      const bool is_name = type == Tok::QNAME || type == Tok::NAME;
      const bool is_value = type == Tok::QNAME || type == Tok::STRING || type == Tok::NUMBER || (type == Tok::NAME && !scanner_.spelled(before).starts_with(kHolePrefix));
      const bool is_row = type == Tok::GROUP && scanner_.type(range.first) != Tok::K_WITH;  // behind the brackets of a CTE the statement goes on
      if (type != Tok::COMMA && !(is_known && (is_value || is_row)) && !(is_right && is_name)) continue;
      const Tok next = scanner_.type_in(range, at + 1);
      switch (scanner_.type(at)) {
        case Tok::K_INSERT:
        case Tok::K_MERGE:
          if (next == Tok::K_INTO) return at;
          break;
        case Tok::K_DELETE:
          if (next == Tok::K_FROM) return at;
          break;
        case Tok::K_UPDATE: {  // `on conflict do update set`, `on update cascade` and `for update` stand behind words of the clause that they are of
          const std::uint32_t name = at + 1;
          if (name < range.last && scanner_.is_name(name) && is_followed_by_set({name, range.last})) return at;
          break;
        }
        case Tok::K_GRANT:
          if ((scanner_.is_name(at + 1) || (is_right && at + 1 < range.last)) && next != Tok::K_OPTION) return at;
          break;
        case Tok::K_REVOKE:
          if (is_right && at + 1 < range.last && !scanner_.is_word(at + 1, "current")) return at;  // Snowflake: `revoke current grants`
          break;
        default: break;  // no other word begins a statement beyond doubt
      }
    }
    return std::nullopt;
  }

  /// A name, dots and all, and SET behind it.
  [[nodiscard]] bool is_followed_by_set(TokenRange range) const {
    std::uint32_t at = range.first;
    while (at + 1 < range.last && scanner_.type(at + 1) == Tok::DOT) at += 2;
    return scanner_.type_in(range, at + 1) == Tok::K_SET;
  }

  /// Snowflake's INSERT ALL and INSERT FIRST.
  [[nodiscard]] bool inserts_into_several(TokenRange range) const {
    if (scanner_.type(range.first) != Tok::K_INSERT) return false;
    const std::uint32_t at = range.first + (scanner_.type_in(range, range.first + 1) == Tok::K_OVERWRITE ? 2U : 1U);
    const Tok next = scanner_.type_in(range, at + 1);
    return (scanner_.type_in(range, at) == Tok::K_ALL || scanner_.is_word(at, "first")) && (next == Tok::K_INTO || next == Tok::K_WHEN);
  }

  [[nodiscard]] bool has_hole(TokenRange range) const {
    for (std::uint32_t at = range.first; at < range.last; ++at) {
      if (scanner_.type(at) == Tok::NAME && scanner_.spelled(at).starts_with(kHolePrefix)) return true;
    }
    return false;
  }

  StatementNode parse(TokenRange range) {
    stream_.clear();
    types_.clear();
    for (std::uint32_t at = range.first; at < range.last; at = scanner_.after(at)) {
      stream_.push_back(at);
      types_.push_back(scanner_.type(at));
    }
    window_.show(types_);
    parser_.restart();
    try {
      parser_.statement();
    } catch (const SyntaxError& error) {
      return refused(range, error);
    }
    const Parsed parsed{scanner_, parser_.records(), stream_, range};
    return build_statement(parsed, 1);  // record 0 is the rule `statement`, its first child the statement's own
  }

  [[nodiscard]] Unparsable refused(TokenRange range, const SyntaxError& error) const {
    const bool at_end = error.at >= stream_.size();
    const std::uint32_t at = at_end ? range.last - 1 : stream_[error.at];
    const std::string_view keyword = keyword_of(error.expected);
    std::string wanted = keyword.empty() ? std::string{wanted_by(error.rule)} : "`" + ascii_lower(keyword) + "`";
    const std::string head = ascii_lower(scanner_.spelled(range.first));
    if (at_end) return {tokens_[at].range, "`" + head + "` ends where " + wanted + " is expected"};
    const bool is_group = scanner_.type(at) == Tok::GROUP;
    return {tokens_[at].range, "`" + head + "` has `" + (is_group ? "(" : std::string{scanner_.spelled(at).substr(0, 40)}) + "` where " + wanted + " is expected"};
  }

  std::string_view text_;
  const DialectTraits& dialect_;
  Tokens tokens_;
  Scanner scanner_;
  TokenWindow window_;
  SqlParser parser_;
  std::vector<std::uint32_t> stream_;
  std::vector<Tok> types_;
};

Script not_parsed(std::string_view text, std::string message) {
  const ByteRange all{0, static_cast<std::uint32_t>(text.size())};
  Script script;
  script.statements.push_back({all, {0, 0}, Unparsable{{0, 0}, std::move(message)}});
  return script;
}

}  // namespace

Script parse_sql(const Text& text, Dialect dialect) { return parse_sql(text.view(), dialect); }

namespace {

/// A string or a comment that is not closed, a bracket that closes nothing: where text is cut into tokens by other rules, it may be whole.
bool is_torn(const Script& script, std::string_view text) {
  return std::ranges::any_of(script.statements, [text](const Statement& statement) {
    const auto* unparsable = std::get_if<Unparsable>(&statement.node);
    return unparsable != nullptr && !text.substr(unparsable->where.begin).starts_with('$') && (unparsable->message.starts_with("unterminated") || unparsable->message.starts_with("`)`") || unparsable->message.starts_with("`(`"));
  });
}

/// Text of a database that is not known, and that no rules but those of one database cut into something whole: it is of that one.
Script parse_as_whole(std::string_view text) {
  Script script = Parser{text, Dialect::Generic}.run();
  if (!is_torn(script, text)) return script;
  for (const Dialect dialect : {Dialect::BigQuery, Dialect::Snowflake, Dialect::Databricks, Dialect::MySql}) {
    Script other = Parser{text, dialect}.run();
    if (!is_torn(other, text) && !other.statements.empty()) return other;  // all of it a comment is no better reading
  }
  return script;
}

}  // namespace

Script parse_sql(std::string_view text, Dialect dialect) {
  if (text.size() > kMaxSqlBytes) return not_parsed(text.substr(0, kMaxSqlBytes), "the text is longer than 16 MiB");
  try {
    return dialect == Dialect::Generic ? parse_as_whole(text) : Parser{text, dialect}.run();
  } catch (const std::exception& error) {
    return not_parsed(text, std::string{"the SQL parser failed: "} + error.what());
  } catch (const char* error) {  // the runtime throws such
    return not_parsed(text, std::string{"the SQL parser failed: "} + error);
  } catch (...) {
    return not_parsed(text, "the SQL parser failed");
  }
}

bool is_blank(std::string_view text, Dialect dialect) {
  for (const Token& token : lex(text, traits_of(dialect))) {
    if (token.type != Tok::SEMI) return false;
  }
  return true;
}

std::optional<std::uint32_t> with_list_begin(std::string_view text, Dialect dialect) {
  const Tokens tokens = lex(text, traits_of(dialect));
  if (tokens.empty() || tokens[0].type != Tok::K_WITH) return std::nullopt;
  const auto word = [&](std::size_t at) { return at < tokens.size() ? text.substr(tokens[at].range.begin, tokens[at].range.size()) : std::string_view{}; };
  return tokens[equal_ignoring_case(word(1), "recursive") ? 1 : 0].range.end;
}

QualifiedName parse_name(std::string_view text, Dialect dialect) {
  const Tokens tokens = lex(text, traits_of(dialect));
  const Scanner scanner{text, tokens};
  const auto last = static_cast<std::uint32_t>(tokens.size());
  bool wants_part = true;
  for (std::uint32_t at = 0; at < last; ++at) {
    const bool is_part = scanner.type(at) == Tok::NAME || scanner.type(at) == Tok::QNAME || !keyword_of(scanner.type(at)).empty();
    if (wants_part ? !is_part : scanner.type(at) != Tok::DOT) return {};
    wants_part = !wants_part;
  }
  return wants_part ? QualifiedName{} : scanner.name_of({0, last});
}

Expression scan_expression(std::string_view text, ByteRange range, Dialect dialect) {
  const DialectTraits& traits = traits_of(dialect);
  Tokens tokens = lex(text.substr(range.begin, range.size()), traits);
  for (Token& token : tokens) {
    token.range.begin += range.begin;
    token.range.end += range.begin;
  }
  const auto last = static_cast<std::uint32_t>(tokens.size());
  static_cast<void>(pair_brackets(text, tokens, 0, last, traits));
  return Scanner{text, tokens}.expression({0, last});
}

std::vector<ByteRange> string_literals(std::string_view text, Dialect dialect) {
  std::vector<ByteRange> literals;
  if (text.size() > kMaxSqlBytes) return literals;
  for (const Token& token : lex(text, traits_of(dialect))) {
    if (token.type == Tok::STRING) literals.push_back(token.range);
  }
  return literals;
}

}  // namespace hookc::sql
