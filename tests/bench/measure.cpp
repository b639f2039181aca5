// hookc_measure: hookc's side of the comparison with other implementations of Jinja (scripts/bench). All sides speak the same protocol, so that one
// driver can let them take turns: after a line that says who it is, a peer reads a work a line and answers each with a line.
//
//   parse NAME MS    -> nanoseconds: the median of parses of NAME.sql, repeated for MS milliseconds (three times at least)
//   render NAME MS   -> the same for renders of the parsed template with NAME.json, whose values are made before
//   output NAME FILE -> `done`, once what NAME renders to stands in FILE
//
// usage: hookc_measure inputs FROM TO    writes the inputs that peers read: what stands in FROM, and what is made
//        hookc_measure serve FOLDER      the protocol
//        hookc_measure smoke FROM        each work once; a status of 1 when one fails. No time is asserted.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/plain_host.h"
#include "compiler/parse/parse.h"
#include "compiler/value/json.h"
#include "tests/bench/inputs.h"

namespace hookc::bench {
namespace {

namespace fs = std::filesystem;

ParseOptions options() {
  ParseOptions made;
  made.find_filter = find_filter;
  made.find_test = find_test;
  made.compute = compute_constant;
  return made;
}

/// One template, ready to be measured. Its bytes are in memory before, as they are for the peers.
class Work {
 public:
  explicit Work(const Input& input) : source_(sources_.add_file(input.name + ".sql", input.source)), context_(std::make_shared<Dict>()) {
    const auto context = nlohmann::ordered_json::parse(input.context);
    for (const auto& [name, value] : context.items()) context_->set(name, value_from_json(sources_, name, value));
    template_ = parse();
  }
  [[nodiscard]] ast::TemplatePtr parse() {
    auto parsed = parse_template(sources_, source_, options_);
    if (const auto* problem = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error{problem->message};
    return std::get<ast::TemplatePtr>(std::move(parsed));
  }
  [[nodiscard]] Rendering render() {
    PlainHost host(context_);
    Evaluator evaluator(sources_, host, EvalOptions{});
    EvalOutcome outcome = evaluator.render(*template_);
    if (const auto* error = std::get_if<EvalError>(&outcome)) throw std::runtime_error{error->diagnostic.message};
    return std::get<Rendering>(std::move(outcome));
  }

 private:
  Sources sources_;
  SourceId source_;
  DictPtr context_;
  ParseOptions options_ = options();
  ast::TemplatePtr template_;
};

using Clock = std::chrono::steady_clock;

/// The median time of `work` in nanoseconds; what it gives is dropped within that time, as the peers do.
template <class Action>
long long median_time(std::chrono::milliseconds budget, const Action& work) {
  constexpr std::size_t kLeast = 3;
  std::vector<Clock::duration> times;
  const auto begin = Clock::now();
  while (times.size() < kLeast || Clock::now() - begin < budget) {
    const auto start = Clock::now();
    static_cast<void>(work());
    times.push_back(Clock::now() - start);
  }
  std::sort(times.begin(), times.end());
  return std::chrono::duration_cast<std::chrono::nanoseconds>(times[times.size() / 2]).count();
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error{"cannot read " + path.string()};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

void write_inputs(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const Input& input : make_inputs(from)) {
    write_file(to / (input.name + ".sql"), input.source);
    write_file(to / (input.name + ".json"), input.context);
  }
}

void serve(const fs::path& folder) {
#ifdef NDEBUG
  constexpr std::string_view kAsserts = "";
#else
  constexpr std::string_view kAsserts = ", with assertions";
#endif
  std::cout << "hookc " HOOKC_VERSION " (GCC " << __VERSION__ << kAsserts << ")\n" << std::flush;
  std::map<std::string, std::unique_ptr<Work>> works;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::string verb;
    std::string name;
    std::string argument;
    words >> verb >> name >> argument;
    std::unique_ptr<Work>& work = works[name];
    if (!work) work = std::make_unique<Work>(Input{name, read_file(folder / (name + ".sql")), read_file(folder / (name + ".json"))});
    if (verb == "output") {
      write_file(argument, work->render().text.view());
      std::cout << "done\n" << std::flush;
      continue;
    }
    const std::chrono::milliseconds budget{std::stoi(argument)};
    const long long time = verb == "parse" ? median_time(budget, [&] { return work->parse(); }) : median_time(budget, [&] { return work->render(); });
    std::cout << time << '\n' << std::flush;
  }
}

void smoke(const fs::path& from) {
  for (const Input& input : make_inputs(from)) {
    Work work{input};
    const long long parse_time = median_time(std::chrono::milliseconds{0}, [&] { return work.parse(); });
    const long long render_time = median_time(std::chrono::milliseconds{0}, [&] { return work.render(); });
    if (work.render().text.empty()) throw std::runtime_error{input.name + " renders to nothing"};
    std::cout << fmt::format("{:<6} parse {:>12} ns, render {:>12} ns\n", input.name, parse_time, render_time);
  }
}

}  // namespace
}  // namespace hookc::bench

int main(int count, char** arguments) {
  using namespace hookc::bench;
  const std::vector<std::string> words(arguments + 1, arguments + count);
  try {
    if (words.size() == 3 && words[0] == "inputs") {
      write_inputs(words[1], words[2]);
    } else if (words.size() == 2 && words[0] == "serve") {
      serve(words[1]);
    } else if (words.size() == 2 && words[0] == "smoke") {
      smoke(words[1]);
    } else {
      std::cerr << "usage: hookc_measure inputs FROM TO | serve FOLDER | smoke FROM\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << "hookc_measure: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
