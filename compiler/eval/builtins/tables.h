// Tables: the rows of builtins, one function a file. Private to builtins/.
#pragma once

#include <span>

#include "compiler/eval/builtins/builtins.h"

namespace hookc {

std::span<const Builtin> html_filters();
std::span<const Builtin> select_filters();
std::span<const Builtin> sequence_filters();
std::span<const Builtin> text_filters();
std::span<const Builtin> value_filters();
std::span<const Builtin> jinja_tests();
std::span<const Builtin> text_methods();
std::span<const Builtin> text_predicates();
std::span<const Builtin> list_methods();
std::span<const Builtin> tuple_methods();
std::span<const Builtin> dict_methods();
std::span<const Builtin> integer_methods();
std::span<const Builtin> float_methods();
std::span<const Builtin> global_functions();

}  // namespace hookc
