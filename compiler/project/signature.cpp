#include "compiler/project/signature.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookc {

std::vector<Value> bind_arguments(const Arguments& arguments, std::string_view function, std::initializer_list<NamedParameter> parameters) {
  const std::size_t given = arguments.positional.size();
  if (given > parameters.size()) {
    fail(arguments.site, "TypeError",
         fmt::format("{}() takes {} positional argument{} but {} {} given", function, parameters.size(), parameters.size() == 1 ? "" : "s", given,
                     given == 1 ? "was" : "were"));
  }
  std::vector<std::optional<Value>> bound{parameters.size()};
  std::copy(arguments.positional.begin(), arguments.positional.end(), bound.begin());
  for (const auto& [name, value] : arguments.keyword) {
    const auto* const parameter = std::find_if(parameters.begin(), parameters.end(), [&](const NamedParameter& p) { return p.name == name; });
    if (parameter == parameters.end()) {
      std::vector<std::string> names;
      for (const NamedParameter& known : parameters) names.emplace_back(known.name);
      fail_keyword(arguments.site, fmt::format("{}() got an unexpected keyword argument '{}'", function, name), name, names);
    }
    std::optional<Value>& place = bound[static_cast<std::size_t>(parameter - parameters.begin())];
    if (place) fail(arguments.site, "TypeError", fmt::format("{}() got multiple values for argument '{}'", function, name));
    place = value;
  }
  std::vector<Value> values;
  values.reserve(parameters.size());
  std::size_t index = 0;
  for (const NamedParameter& parameter : parameters) {
    std::optional<Value>& value = bound[index++];
    if (!value && !parameter.default_value) {
      fail(arguments.site, "TypeError", fmt::format("{}() missing 1 required positional argument: '{}'", function, parameter.name));
    }
    values.push_back(value ? *std::move(value) : *parameter.default_value);
  }
  return values;
}

}  // namespace hookc
