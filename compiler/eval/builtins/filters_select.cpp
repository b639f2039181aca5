#include "compiler/eval/builtins/builtins.h"
