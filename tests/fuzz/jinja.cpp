#include "tests/fuzz/jinja.h"

#include <cctype>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/explore.h"
#include "compiler/eval/plain_host.h"
#include "compiler/parse/parse.h"
#include "tests/fuzz/require.h"

namespace hookc {

namespace {

/// Small enough that no input is slow, large enough that each limit can be reached.
constexpr Limits kLimits{.max_steps = 20'000, .max_output = 1U << 16U, .max_depth = 40, .max_items = 20'000, .max_stack = 2U << 20U};
constexpr std::size_t kMaxPaths = 6;
constexpr std::uint32_t kMaxNesting = 200;

Value input_text(Sources& sources, const std::string& symbol, std::string bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return make_text(std::move(bytes), sources.add_input(symbol, size));
}

Value unknown(std::string name, Symbol::Shape shape, std::optional<std::vector<Value>> domain = std::nullopt) {
  return Value{Unknown{std::make_shared<const Symbol>(Symbol{std::move(name), shape, std::move(domain), nullptr})}};
}

/// Every kind of value has a name of one letter or two; the names that the seeds use are among them.
DictPtr make_context(Sources& sources) {
  auto context = std::make_shared<Dict>();
  context->set("x", input_text(sources, "x", "abc"));
  context->set("name", input_text(sources, "name", "O'Brien \xC3\xA9"));
  context->set("n", Value{std::int64_t{100}});
  context->set("f", Value{2.5});
  context->set("list", make_list({Value{std::int64_t{3}}, Value{std::int64_t{1}}, Value{std::int64_t{2}}}));
  Value rows = make_list({});
  for (const char* word : {"b", "a", "a"}) {
    auto row = std::make_shared<Dict>();
    row->set("k", input_text(sources, std::string{"rows."} + word, word));
    row->set("v", rows.is<ListPtr>() ? Value{static_cast<std::int64_t>(rows.get<ListPtr>()->items.size())} : Value{});
    rows.get<ListPtr>()->items.emplace_back(std::move(row));
  }
  context->set("rows", std::move(rows));
  context->set("u", unknown("u", Symbol::Shape::Any));
  context->set("ul", unknown("ul", Symbol::Shape::List));
  context->set("um", unknown("um", Symbol::Shape::Mapping));
  context->set("un", unknown("un", Symbol::Shape::Number));
  context->set("ut", unknown("ut", Symbol::Shape::Text, std::vector<Value>{input_text(sources, "ut.dev", "dev"), input_text(sources, "ut.prod", "prod")}));
  return context;
}

/// A context with unknowns, and dbt's `return`.
class FuzzHost final : public PlainHost {
 public:
  FuzzHost(DictPtr context, Choices& choices) : PlainHost(std::move(context)), choices_(choices) {}

  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override {
    if (name != "return") return PlainHost::input(evaluator, name);
    return make_function("return", [](Evaluator& running, const Arguments& arguments) -> Value {
      if (arguments.positional.size() != 1) running.raise("TypeError", "return takes one argument");
      running.return_from_macro(arguments.positional.front());
      return Value{};
    });
  }
  std::size_t choose(Evaluator& evaluator, const Question& question) override { return choices_.choose(evaluator, question); }

 private:
  Choices& choices_;
};

bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }
bool same_letter(char left, char right) { return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right)); }

/// Every byte has an origin and a frame; a copy equals what it claims to be, but for the case that filters change in place.
void check_provenance(const Sources& sources, const Rendering& rendering) {
  const Text& text = rendering.text;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const Position position = text.position_at(i);
    require(place_of(position) != 0, "every byte has an origin");
    require(static_cast<std::size_t>(text.frame_at(i)) < rendering.frames.size(), "every byte has a frame");
    const Origin origin = sources.describe(position);
    if (!origin.verbatim || origin.kind != Origin::Kind::File) continue;
    const std::optional<std::string_view> claimed = sources.bytes_at(position, 1);
    require(claimed.has_value() && claimed->size() == 1, "an origin in a file is a byte of it");
    if (is_ascii(claimed->front()) && is_ascii(text.view()[i])) require(same_letter(claimed->front(), text.view()[i]), "a copied byte is the byte of its origin");
  }
  if (!text.empty()) static_cast<void>(sources.locate(text, ByteRange{0, text.size()}));
}

void check_diagnostic(const Sources& sources, const Diagnostic& diagnostic) {
  require(!diagnostic.error_class.empty(), "an error has a class");
  require(!diagnostic.message.empty(), "an error has a message");
  require(diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= sources.text(diagnostic.span.source).size(), "an error lies in its source");
  require(!format_diagnostic(diagnostic, sources, false).empty(), "an error can be shown");
}

}  // namespace

void fuzz_jinja(JinjaKind kind, std::string_view bytes) {
  Sources sources;
  ParseOptions options;
  options.max_depth = kMaxNesting;
  options.find_filter = find_filter;
  options.find_test = find_test;
  options.compute = compute_constant;
  const SourceId source = sources.add_file("input", std::string{bytes});
  const auto parsed = kind == JinjaKind::Template ? parse_template(sources, source, options) : parse_expression(sources, source, options);
  if (const auto* problem = std::get_if<Diagnostic>(&parsed)) {
    check_diagnostic(sources, *problem);
    return;
  }
  const ast::TemplatePtr& tmpl = std::get<ast::TemplatePtr>(parsed);
  const Exploration exploration = explore(
      [&](Choices& choices) {
        FuzzHost host(make_context(sources), choices);
        Evaluator evaluator(sources, host, EvalOptions{.limits = kLimits, .permissive_undefined = false});
        EvalOutcome outcome = evaluator.render(*tmpl);
        if (std::holds_alternative<EvalError>(outcome)) check_provenance(sources, evaluator.rendering());
        return outcome;
      },
      ExploreOptions{kMaxPaths});
  for (const Path& path : exploration.paths) {
    if (const auto* error = std::get_if<EvalError>(&path.outcome))
      check_diagnostic(sources, error->diagnostic);
    else
      check_provenance(sources, std::get<Rendering>(path.outcome));
  }
}

}  // namespace hookc
