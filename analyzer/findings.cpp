#include <algorithm>
#include <utility>

#include "analyzer/rule.h"

namespace hookc {

namespace {

Location location_of(const Sources& sources, Span span) {
  if (const auto at = sources.locate(span)) return *at;
  Location at;
  at.file = sources.get(span.source).name;
  return at;
}

/// The print that put the byte into the text, outside of which there are template bytes: where to point when the byte itself came from the world.
std::optional<Span> print_site(const Rendering& rendering, FrameId frame) {
  const auto index = static_cast<std::size_t>(frame);
  if (index == 0 || index >= rendering.frames.size()) return std::nullopt;
  return rendering.frames[index].site;
}

}  // namespace

std::vector<TraceLine> Findings::trace_of(const PathFacts& path, FrameId frame) const {
  std::vector<TraceLine> trace;
  const std::vector<Frame>& frames = path.rendering.frames;
  for (auto at = static_cast<std::size_t>(frame); at != 0 && at < frames.size(); at = static_cast<std::size_t>(frames[at].parent)) {
    if (!frames[at].is_call()) continue;
    const Location call = location_of(*facts_.sources, frames[at].site);
    trace.push_back(TraceLine{std::string{path.rendering.macro_of(frames[at])}, call.file, call.line});
  }
  return trace;
}

void Findings::push(const PathFacts* path, std::optional<Location> location, std::vector<TraceLine> trace, std::string message, Extra extra) {
  Finding finding;
  finding.code = std::string{rule_.code};
  finding.name = std::string{rule_.name};
  finding.severity = extra.severity.value_or(rule_.severity);
  finding.message = std::move(message);
  finding.location = location ? *location : location_of(*facts_.sources, Span{hook_.hook->source, 0, 0});
  finding.hook = hook_.hook->id;
  if (path != nullptr) finding.when.push_back(path->when());
  finding.trace = std::move(trace);
  finding.fix = std::move(extra.fix);
  finding.help = std::move(extra.help);
  findings_.push_back(std::move(finding));
}

void Findings::add(const PathFacts& path, const Text& text, ByteRange range, std::string message, Extra extra) {
  std::optional<Location> location;
  FrameId frame{};
  if (!text.empty() && range.begin < text.size()) {
    // the first byte that stands in a file; a byte of an input is where it was printed
    frame = text.frame_at(range.begin);
    location = facts_.sources->locate(text, range);
    if (!location) {
      if (const auto site = print_site(path.rendering, frame)) location = facts_.sources->locate(*site);
    }
  }
  push(&path, std::move(location), trace_of(path, frame), std::move(message), std::move(extra));
}

void Findings::add(Span span, std::string message, Extra extra) { push(nullptr, facts_.sources->locate(span), {}, std::move(message), std::move(extra)); }

void Findings::add(const PathFacts& path, Span span, FrameId frame, std::string message, Extra extra) {
  std::vector<TraceLine> trace = trace_of(path, frame);
  if (trace.empty() && path.error) {
    for (const TraceEntry& entry : path.error->diagnostic.trace) {
      const Location call = location_of(*facts_.sources, entry.span);
      trace.push_back(TraceLine{entry.macro, call.file, call.line});
    }
  }
  push(&path, facts_.sources->locate(span), std::move(trace), std::move(message), std::move(extra));
}

}  // namespace hookc
