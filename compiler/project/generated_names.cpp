#include "compiler/project/generated_names.h"

#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

Value without_frames(const Value& name) {
  const auto* const text = name.get_if<Text>();
  if (text == nullptr) return name;
  TextBuilder builder;
  const auto& runs = text->runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text->size();
    builder.append(text->view().substr(runs[i].begin, end - runs[i].begin), runs[i].position, FrameId{0});
  }
  return Value{builder.take()};
}

}  // namespace

std::optional<Value> GeneratedNames::find(Evaluator& evaluator, const Call& call) const {
  const auto known = calls_.find(call);
  if (known != calls_.end()) {
    const Fork* fork = &known->second;
    while (fork->question) {
      const auto way = fork->ways.find(evaluator.host().choose(evaluator, *fork->question));
      if (way == fork->ways.end()) break;
      fork = way->second.get();
    }
    if (fork->name) return fork->name;
  }
  return known_ == nullptr ? std::nullopt : known_->find(evaluator, call);
}

void GeneratedNames::remember(const Call& call, const std::vector<AnsweredQuestion>& asked, const Value& name) {
  Fork* fork = &calls_[call];
  for (const auto& [question, answer] : asked) {
    fork->question = question;
    std::unique_ptr<Fork>& way = fork->ways[answer];
    if (way == nullptr) way = std::make_unique<Fork>();
    fork = way.get();
  }
  fork->name = without_frames(name);
}

}  // namespace hookc
