// yaml: what PyYAML's safe loader reads, with the place of every byte.
//
// yaml-cpp finds the structure; everything in which it differs from PyYAML is done here: merge keys, duplicate keys (the last one wins, and is reported), YAML 1.1
// types of plain scalars, limits. A scalar's Text traces to the file: what stands there as it is keeps its bytes, an escape or a folded line
// break is made at its place. Nodes are immutable and shared where the document uses an alias.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/sources.h"
#include "compiler/value/value.h"

namespace hookc {

struct YamlNode;
using YamlPtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
  YamlPtr key;
  YamlPtr value;
};

struct YamlNode {
  enum class Kind : std::uint8_t { Null, Scalar, Sequence, Mapping };
  Kind kind = Kind::Null;
  bool plain = false;              // of a scalar: neither quoted nor a block, so that it may be a number or a boolean
  std::string tag;                 // an explicit one: `tag:yaml.org,2002:str`
  Span span;                       // quotes and block headers included
  Text text;                       // of a scalar
  std::vector<YamlPtr> items;      // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, each key once, merge keys applied; in Python's order
  std::uint64_t weight = 1;        // nodes below, aliases counted each time

  [[nodiscard]] bool is_null() const { return kind == Kind::Null; }
  [[nodiscard]] bool is_mapping() const { return kind == Kind::Mapping; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::Sequence; }
  /// Whether Python would see a str.
  [[nodiscard]] bool is_string() const;
  /// The value of a string key; null when there is none.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] const YamlEntry* entry(std::string_view key) const;
};

struct YamlLimits {
  std::uint32_t max_bytes = 8U << 20U;
  std::uint64_t max_nodes = 1'000'000;  // after aliases are written out
  std::uint32_t max_depth = 100;
};

/// The first document of a Source. Null, and one Diagnostic, when it is broken; an empty one is a Null node.
YamlPtr parse_yaml(const Sources& sources, SourceId source, Diagnostics& diagnostics, const YamlLimits& limits = {});

/// The Python value: strings keep their origins, lists and dicts are new ones. Dates stay strings.
Value yaml_value(const YamlNode& node);

/// What a plain or quoted scalar under an explicit tag is: `int`, `float`, `bool`, `null`; nothing where its text is none.
std::optional<Value> resolve_tagged_scalar(std::string_view tag, std::string_view text);

/// The type that YAML 1.1 gives to a plain scalar: None, bool, int, float, or nothing for a string.
std::optional<Value> resolve_plain_scalar(std::string_view text);

}  // namespace hookc
