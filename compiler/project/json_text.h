// JsonText: JSON and YAML as texts that remember where their strings came from, so that a hook that went through `tojson` is still traced to the template.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

/// json.dumps(value): Python's separators, ASCII alone. TypeError for what JSON cannot hold.
Text json_text(Evaluator& evaluator, const Value& value, bool sort_keys);
/// yaml.safe_dump(value, sort_keys=...): block style.
Text yaml_text(Evaluator& evaluator, const Value& value, bool sort_keys);

}  // namespace hookc
