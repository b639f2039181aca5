#include "compiler/project/text_options.h"

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/remedies.h"

namespace hookc {
namespace {

ParseOptions dbt_options() {
  ParseOptions options;
  options.find_filter = find_filter;
  options.find_test = find_test;
  options.compute = compute_constant;
  options.filter_help = help_for_filter;
  options.test_help = help_for_test;
  return options;
}

}  // namespace

ParseOptions dbt_text_options() {
  ParseOptions options = dbt_options();
  options.dbt_macro_names = true;
  return options;
}

ParseOptions dbt_block_options() {
  ParseOptions options = dbt_options();
  options.dbt_file_blocks = true;
  return options;
}

}  // namespace hookc
