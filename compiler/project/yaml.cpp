#include "compiler/project/yaml.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "compiler/base/ascii.h"
#include "compiler/project/yaml_scalar.h"

namespace hookc {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What ends the reading of a document; caught in parse_yaml.
struct YamlFailure {
  std::string message;
  Span span;
  std::string help;
};

/// Equal for keys that are equal in Python.
std::string identity_of(const YamlNode& key) {
  if (key.is_string()) return "s" + key.text.str();
  const Value value = yaml_value(key);
  if (const auto* boolean = value.get_if<bool>()) return *boolean ? "n1" : "n0";
  if (const auto* integer = value.get_if<std::int64_t>()) return fmt::format("n{}", *integer);
  if (const auto* number = value.get_if<double>()) return fmt::format("n{}", *number);
  return value.is<None>() ? "z" : "o" + key.text.str();
}

/// `int` of `tag:yaml.org,2002:int`, for the tags that turn a text into something else.
std::string_view converting_tag(const YamlNode& node) {
  const std::string_view tag{node.tag};
  if (!tag.starts_with(kCoreTag)) return {};
  const std::string_view name = tag.substr(kCoreTag.size());
  return name == "int" || name == "float" || name == "bool" || name == "null" ? name : std::string_view{};
}

bool is_merge_key(const YamlNode& key) { return key.kind == YamlNode::Kind::Scalar && key.plain && key.text.view() == "<<"; }

/// Builds nodes from yaml-cpp's events.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Sources& sources, SourceId source, std::uint32_t skipped, const YamlLimits& limits, Diagnostics& diagnostics)
      : source_(source), file_(sources.text(source)), skipped_(skipped), limits_(limits), diagnostics_(diagnostics) {}

  YamlPtr take() { return root_ ? root_ : std::make_shared<const YamlNode>(); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = std::make_shared<YamlNode>();
    node->span = span_at(mark);
    const bool is_in_flow = !stack_.empty() && stack_.back().is_flow;
    const bool is_item = is_in_flow && (stack_.back().node->kind == YamlNode::Kind::Sequence || !stack_.back().key);
    const std::string_view written = file_.view().substr(node->span.begin);
    if (is_item && anchor == YAML::NullAnchor && (written.starts_with(',') || written.starts_with(']') || written.starts_with('}'))) throw YamlFailure{"there is nothing between two commas", node->span, "remove one of them"};
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw YamlFailure{"the alias refers to a node that it is a part of", span_at(mark), ""};
    append(known->second);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::Sequence, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::Mapping, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    YamlPtr key;
    bool is_flow = false;
  };

  [[nodiscard]] Span span_at(const YAML::Mark& mark) const {
    const auto at = std::min(static_cast<std::uint32_t>(std::max(mark.pos, 0)) + skipped_, file_.size());
    return Span{source_, at, std::min(at + 1, file_.size())};
  }
  void set_tag(YamlNode& node, const std::string& tag, std::string_view default_tag);
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style);
  void check_tabs(const YamlNode& node) const;
  void close();
  void add(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    append(std::move(node));
  }
  void append(YamlPtr node);
  void finish_mapping(YamlNode& mapping);
  void report_duplicate(const YamlNode& first, const YamlNode& second);
  [[nodiscard]] std::vector<YamlEntry> merged_entries(const YamlNode& value) const;

  SourceId source_;
  const Text& file_;
  std::uint32_t skipped_;
  const YamlLimits& limits_;
  Diagnostics& diagnostics_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, YamlPtr> anchors_;
  YamlPtr root_;
  std::uint64_t count_ = 0;
};

void Builder::set_tag(YamlNode& node, const std::string& tag, std::string_view default_tag) {
  if (tag.empty() || tag == "?" || tag == "!") return;
  if (!tag.starts_with(kCoreTag)) {
    throw YamlFailure{fmt::format("the tag `{}` is not known", tag), node.span, "remove the tag; to write a text that begins with `!`, quote it"};
  }
  if (tag.substr(kCoreTag.size()) != default_tag) node.tag = tag;
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) {
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::Scalar;
  const Span at = span_at(mark);
  const bool has_properties = at.begin < file_.size() && (file_.view()[at.begin] == '&' || file_.view()[at.begin] == '!');
  node->plain = tag == "?";
  if (has_properties && tag != "?" && tag != "!") {  // an explicit tag hides whether the scalar was quoted
    const TracedScalar probe = trace_scalar(file_, at.begin, {}, false);
    node->plain = probe.begin >= file_.size() || std::string_view{"'\"|>"}.find(file_.view()[probe.begin]) == std::string_view::npos;
  }
  TracedScalar traced = trace_scalar(file_, at.begin, value, node->plain);
  node->span = Span{source_, traced.begin, traced.end};
  if (traced.is_unterminated) throw YamlFailure{"the quote that opens here is not closed", node->span, ""};
  node->text = std::move(traced.text);
  set_tag(*node, tag, "");
  for (const std::string_view collection : {"seq", "map", "set", "omap", "pairs"}) {
    if (std::string_view{node->tag}.starts_with(kCoreTag) && std::string_view{node->tag}.substr(kCoreTag.size()) == collection) throw YamlFailure{fmt::format("a text is no `{}`", collection), node->span, "remove the tag"};
  }
  if (const std::string_view name = converting_tag(*node); !name.empty() && !resolve_tagged_scalar(name, node->text.view())) {
    throw YamlFailure{fmt::format("`{}` is no `{}`", node->text.view(), name), node->span, "remove the tag"};
  }
  check_tabs(*node);
  if (node->plain && node->tag.empty() && node->text.view() == "=") throw YamlFailure{"`=` stands for nothing here", node->span, "quote it"};
  add(std::move(node), anchor);
}

/// In a block, a tab cannot be part of the blanks in front of what begins a line, be it of a scalar or of the text of a block scalar.
void Builder::check_tabs(const YamlNode& node) const {
  if (std::any_of(stack_.begin(), stack_.end(), [](const Frame& frame) { return frame.is_flow; })) return;
  const std::string_view bytes = file_.view();
  const std::uint32_t at = node.span.begin;
  if (at >= bytes.size()) return;
  const auto refuse_tab = [&](std::size_t from, std::size_t to) {
    const std::size_t tab = bytes.substr(0, to).find('\t', from);
    if (tab == std::string_view::npos) return;
    const auto place = static_cast<std::uint32_t>(tab);
    throw YamlFailure{"a tab cannot be part of the indentation", Span{source_, place, place + 1}, "indent with blanks; YAML does not allow tabs there"};
  };
  const std::size_t line = at == 0 ? 0 : bytes.find_last_of("\r\n", at - 1) + 1;
  if (bytes.substr(line, at - line).find_first_not_of(" \t") == std::string_view::npos) refuse_tab(line, at);
  if (node.plain || (bytes[at] != '|' && bytes[at] != '>')) return;
  const std::size_t header_end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
  if (bytes.substr(at, header_end - at).find_first_of("123456789") < bytes.substr(at, header_end - at).find('#')) return;  // its own indentation
  const std::size_t first = bytes.find_first_not_of(" \r\n", header_end);
  if (first < node.span.end && bytes[first] == '\t') refuse_tab(first, first + 1);
}

void Builder::open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  if (stack_.size() >= limits_.max_depth) throw YamlFailure{fmt::format("nested more than {} levels deep", limits_.max_depth), span_at(mark), ""};
  auto node = std::make_shared<YamlNode>();
  node->kind = kind;
  node->span = span_at(mark);
  set_tag(*node, tag, kind == YamlNode::Kind::Mapping ? "map" : "seq");
  if (!node->tag.empty() && node->tag != "tag:yaml.org,2002:set" && node->tag != "tag:yaml.org,2002:omap" && node->tag != "tag:yaml.org,2002:pairs") {
    throw YamlFailure{fmt::format("a {} is no `{}`", kind == YamlNode::Kind::Mapping ? "mapping" : "list", node->tag.substr(kCoreTag.size())), node->span, "remove the tag"};
  }
  stack_.push_back(Frame{std::move(node), anchor, nullptr, style == YAML::EmitterStyle::Flow});
}

void Builder::close() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  if (frame.node->kind == YamlNode::Kind::Mapping) finish_mapping(*frame.node);
  std::uint32_t end = frame.node->span.end;
  for (const YamlPtr& item : frame.node->items) end = std::max(end, item->span.end);
  for (const YamlEntry& entry : frame.node->entries) end = std::max(end, entry.value->span.end);
  frame.node->span.end = end;
  add(std::move(frame.node), frame.anchor);
}

void Builder::append(YamlPtr node) {
  const bool is_key = !stack_.empty() && stack_.back().node->kind == YamlNode::Kind::Mapping && !stack_.back().key;
  if (!is_key && node->tag.empty() && is_merge_key(*node)) throw YamlFailure{"`<<` stands for nothing here", node->span, "quote it"};
  count_ += node->weight;
  if (count_ > limits_.max_nodes) throw YamlFailure{fmt::format("more than {} values, aliases written out", limits_.max_nodes), node->span, ""};
  if (stack_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& top = stack_.back();
  top.node->weight += node->weight;
  if (top.node->kind == YamlNode::Kind::Sequence) {
    top.node->items.push_back(std::move(node));
  } else if (!top.key) {
    if (node->kind == YamlNode::Kind::Mapping || node->kind == YamlNode::Kind::Sequence) {
      const bool is_jinja = file_.view().substr(node->span.begin).starts_with("{");
      throw YamlFailure{"a mapping or list cannot be a key", node->span, is_jinja ? "quote the expression: \"{{ ... }}\"" : ""};
    }
    top.key = std::move(node);
  } else {
    top.node->entries.push_back(YamlEntry{std::exchange(top.key, nullptr), std::move(node)});
  }
}

std::vector<YamlEntry> Builder::merged_entries(const YamlNode& value) const {
  if (value.is_mapping()) return value.entries;
  std::vector<YamlEntry> entries;
  if (!value.is_sequence()) throw YamlFailure{"`<<` merges a mapping or a list of mappings", value.span, ""};
  for (auto item = value.items.rbegin(); item != value.items.rend(); ++item) {  // the first of them wins
    if (!(*item)->is_mapping()) throw YamlFailure{"`<<` merges a mapping or a list of mappings", (*item)->span, ""};
    entries.insert(entries.end(), (*item)->entries.begin(), (*item)->entries.end());
  }
  return entries;
}

void Builder::report_duplicate(const YamlNode& first, const YamlNode& second) {
  Diagnostic diagnostic;
  diagnostic.severity = Severity::Warning;
  diagnostic.error_class = "YamlError";
  diagnostic.message = fmt::format("the key `{}` stands twice in this mapping; the last one counts", second.text.view());
  diagnostic.span = second.span;
  diagnostic.labels.push_back(Label{first.span, "this one is not read"});
  diagnostics_.push_back(std::move(diagnostic));
}

void Builder::finish_mapping(YamlNode& mapping) {
  std::vector<YamlEntry> all;
  for (const YamlEntry& entry : mapping.entries) {
    if (!is_merge_key(*entry.key)) continue;
    std::vector<YamlEntry> merged = merged_entries(*entry.value);
    all.insert(all.end(), merged.begin(), merged.end());
  }
  const std::size_t own = all.size();
  for (const YamlEntry& entry : mapping.entries) {
    if (!is_merge_key(*entry.key)) all.push_back(entry);
  }
  struct Seen {
    std::size_t index;
    bool is_own;
  };
  std::map<std::string, Seen> seen;
  std::vector<YamlEntry> entries;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [place, is_new] = seen.try_emplace(identity_of(*all[i].key), Seen{entries.size(), i >= own});
    if (is_new) {
      entries.push_back(all[i]);
      continue;
    }
    YamlEntry& known = entries[place->second.index];
    if (place->second.is_own) report_duplicate(*known.key, *all[i].key);
    if (known.key->text == all[i].key->text) known.key = all[i].key;  // of `1` and `1.0`, Python keeps the first
    known.value = all[i].value;
    place->second.is_own = i >= own;
  }
  mapping.entries = std::move(entries);
}

/// The first byte that no YAML file may have; nothing when all are fine.
std::optional<YamlFailure> find_bad_byte(std::string_view bytes, SourceId source) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const Span span{source, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + 1)};
    if (byte < 0x80) {
      if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
        return YamlFailure{fmt::format("the control character 0x{:02x} cannot stand in YAML", byte), span, "write it as an escape in double quotes"};
      }
      ++i;
      continue;
    }
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    bool valid = byte >= 0xC2 && byte <= 0xF4 && i + length <= bytes.size();
    for (std::size_t k = 1; valid && k < length; ++k) valid = (static_cast<unsigned char>(bytes[i + k]) & 0xC0U) == 0x80U;
    if (!valid) return YamlFailure{fmt::format("the byte 0x{:02x} is not UTF-8", byte), span, "save the file as UTF-8"};
    i += length;
  }
  return std::nullopt;
}

/// What people write who get this error.
std::string help_for(std::string_view bytes, std::uint32_t at) {
  const std::size_t line_begin = at == 0 ? 0 : bytes.rfind('\n', at - 1) + 1;
  const std::string_view line = bytes.substr(line_begin, bytes.find('\n', line_begin) - line_begin);
  const std::size_t first = line.find_first_not_of(' ');
  if (first != std::string_view::npos && line[first] == '\t') return "indent with blanks; YAML does not allow tabs there";
  for (const std::string_view opening : {": {{", ": {%", "- {{", "- {%"}) {
    if (line.find(opening) != std::string_view::npos) return "quote a value that begins with Jinja: \"{{ ... }}\"";
  }
  if (line.find("{{") != std::string_view::npos) return "quote the value, or write it as a block after `|`";
  return "";
}

std::string words_of(std::string message) {
  if (!message.empty()) message.front() = ascii_lower(message.front());
  while (message.ends_with('.')) message.pop_back();
  return message;
}

}  // namespace

bool YamlNode::is_string() const {
  if (kind != Kind::Scalar) return false;
  if (!tag.empty()) return tag == "tag:yaml.org,2002:str";
  return !plain || !resolve_plain_scalar(text.view());
}

const YamlEntry* YamlNode::entry(std::string_view key) const {
  for (const YamlEntry& candidate : entries) {
    if (candidate.key->text.view() == key && candidate.key->is_string()) return &candidate;
  }
  return nullptr;
}

const YamlNode* YamlNode::find(std::string_view key) const {
  const YamlEntry* found = entry(key);
  return found == nullptr ? nullptr : found->value.get();
}

YamlPtr parse_yaml(const Sources& sources, SourceId source, Diagnostics& diagnostics, const YamlLimits& limits) {
  std::string_view bytes = sources.text(source).view();
  const auto failed = [&](YamlFailure failure) -> YamlPtr {
    Diagnostic diagnostic;
    diagnostic.error_class = "YamlError";
    diagnostic.message = std::move(failure.message);
    diagnostic.span = failure.span;
    diagnostic.help = std::move(failure.help);
    diagnostics.push_back(std::move(diagnostic));
    return nullptr;
  };
  if (bytes.size() > limits.max_bytes) return failed({fmt::format("the file has more than {} bytes", limits.max_bytes), Span{source, 0, 0}, ""});
  if (std::optional<YamlFailure> bad = find_bad_byte(bytes, source)) return failed(std::move(*bad));
  const std::uint32_t skipped = bytes.starts_with(kByteOrderMark) ? static_cast<std::uint32_t>(kByteOrderMark.size()) : 0;
  Builder builder{sources, source, skipped, limits, diagnostics};
  const auto failed_at = [&](const YAML::Mark& mark, std::string message) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const std::uint32_t at = mark.pos < 0 ? 0 : std::min(static_cast<std::uint32_t>(mark.pos) + skipped, size);
    return failed({words_of(std::move(message)), Span{source, at, std::min(at + 1, size)}, help_for(bytes, at)});
  };
  try {
    std::istringstream stream{std::string{bytes.substr(skipped)}};
    YAML::Parser parser{stream};
    parser.HandleNextDocument(builder);
    YamlPtr root = builder.take();
    Diagnostics ignored;
    Builder rest{sources, source, skipped, limits, ignored};
    if (parser.HandleNextDocument(rest)) {
      const YamlPtr second = rest.take();
      return failed({"a second document or value begins here", second->span, "a file of dbt is one mapping"});
    }
    return root;
  } catch (YamlFailure& failure) {
    if (failure.help.empty()) failure.help = help_for(bytes, failure.span.begin);
    return failed(std::move(failure));
  } catch (const YAML::Exception& error) {
    return failed_at(error.mark, error.msg);
  } catch (const std::exception& error) {
    return failed({fmt::format("cannot be read as YAML: {}", error.what()), Span{source, 0, 0}, ""});
  }
}

Value yaml_value(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::Null: return Value{None{}};
    case YamlNode::Kind::Scalar: {
      const std::string_view tag = converting_tag(node);
      std::optional<Value> value;
      if (!tag.empty()) value = resolve_tagged_scalar(tag, node.text.view());
      else if (node.tag.empty() && node.plain) value = resolve_plain_scalar(node.text.view());
      return value ? std::move(*value) : Value{node.text};
    }
    case YamlNode::Kind::Sequence: {
      std::vector<Value> items;
      items.reserve(node.items.size());
      for (const YamlPtr& item : node.items) items.push_back(yaml_value(*item));
      return make_list(std::move(items));
    }
    case YamlNode::Kind::Mapping: {
      auto dict = std::make_shared<Dict>();
      for (const YamlEntry& entry : node.entries) dict->set(yaml_value(*entry.key), yaml_value(*entry.value));
      return Value{std::move(dict)};
    }
  }
  return Value{None{}};
}

}  // namespace hookc
