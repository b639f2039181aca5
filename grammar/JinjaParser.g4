// A Jinja template, and dbt's tags. Source: Jinja2 3.1, parser; dbt's Jinja extensions.
//
// The grammar is LL(1): the generated parser decides every alternative by one token and never predicts (the build fails if it does).
// - The tags of a statement nest by rule. A tag that closes nothing is refused where it stands.
// - Operators are a flat list, as are `x if c else y`; the builder knows precedence and nesting (compiler/parse/build_expressions.cpp).
// - What is wider than Jinja here is narrowed by the builder: the left side of `=` in arguments, the order of arguments, targets with
//   attributes, what `call` is followed by, names of imports.
// There are no actions: the parser reports each rule that has been read, in post-order (compiler/parse/parser_base.h).
parser grammar JinjaParser;
options { tokenVocab = JinjaLexer; superClass = JinjaParserBase; }

@parser::preinclude { #include "compiler/parse/parser_base.h" }

template_file : body EOF ;
lone_expression : expression EOF ;

body : ( data | print | print_statement | if_statement | for_statement | set_statement | macro | call_block | do_statement | filter_block
       | with_statement | include | import_statement | from_import | extends | block | autoescape | jump
       | materialization | generic_test | docs | snapshot )* ;

data : DATA ;
print : VARIABLE_BEGIN tuple VARIABLE_END ;

// ------------------------------------------------------------------------------------------------------------------- statements

print_statement : TAG_PRINT ( expression ( COMMA expression )* )? BLOCK_END ;
if_statement : TAG_IF condition block_start body ( TAG_ELIF condition block_start body )* ( TAG_ELSE block_start body )? TAG_ENDIF BLOCK_END ;
for_statement : TAG_FOR target IN condition ( IF expression )? RECURSIVE? block_start body ( TAG_ELSE block_start body )? TAG_ENDFOR BLOCK_END ;
set_statement : TAG_SET target ( ASSIGN tuple | ( PIPE block_filter )* block_start body TAG_ENDSET ) BLOCK_END ;
macro : TAG_MACRO NAME LPAREN parameters RPAREN block_start body TAG_ENDMACRO BLOCK_END ;
call_block : TAG_CALL ( CALL_LPAREN parameters RPAREN )? called block_start body TAG_ENDCALL BLOCK_END ;
called : expression ;
do_statement : TAG_DO tuple BLOCK_END ;
filter_block : TAG_FILTER block_filter ( PIPE block_filter )* block_start body TAG_ENDFILTER BLOCK_END ;
with_statement : TAG_WITH ( with_item ( COMMA with_item )* )? BLOCK_END body TAG_ENDWITH BLOCK_END ;
with_item : target ASSIGN expression ;
include : TAG_INCLUDE expression ( IGNORE MISSING )? import_context? BLOCK_END ;
import_statement : TAG_IMPORT expression AS NAME import_context? BLOCK_END ;
from_import : TAG_FROM expression IMPORT ( imported_name ( COMMA imported_name? )* )? import_context? BLOCK_END ;
imported_name : NAME ( AS NAME )? ;
import_context : ( WITH | WITHOUT ) CONTEXT ;
extends : TAG_EXTENDS expression BLOCK_END ;
block : TAG_BLOCK NAME SCOPED? REQUIRED? block_start body TAG_ENDBLOCK NAME? BLOCK_END ;
autoescape : TAG_AUTOESCAPE expression block_start body TAG_ENDAUTOESCAPE BLOCK_END ;
jump : ( TAG_BREAK | TAG_CONTINUE ) BLOCK_END ;

materialization : TAG_MATERIALIZATION NAME ( COMMA materialization_option )* block_start body TAG_ENDMATERIALIZATION BLOCK_END ;
materialization_option : NAME ( ASSIGN expression )? ;
generic_test : TAG_TEST NAME LPAREN parameters RPAREN block_start body TAG_ENDTEST BLOCK_END
             | TAG_DATA_TEST NAME LPAREN parameters RPAREN block_start body TAG_ENDDATA_TEST BLOCK_END ;
docs : TAG_DOCS NAME block_start body TAG_ENDDOCS BLOCK_END ;
snapshot : TAG_SNAPSHOT NAME block_start body TAG_ENDSNAPSHOT BLOCK_END ;

block_start : COLON? BLOCK_END ;
block_filter : NAME ( DOT NAME )* arguments? ;

parameters : ( parameter ( COMMA parameter )* )? ;
parameter : NAME ( COLON type_name )? ( ASSIGN expression )? ;
type_name : NAME ( LBRACKET ( type_name ( COMMA type_name )* )? RBRACKET )? ;

target : target_item ( COMMA target_item? )* ;
target_item : NAME ( DOT NAME )? | LPAREN target? RPAREN | CONSTANT | INTEGER | FLOAT | atom | list | dict ;  // the last six are refused when all of the target has been read

// ------------------------------------------------------------------------------------------------------------------ expressions

tuple : expression ( COMMA expression? )* ;
condition : operation ( COMMA operation? )* ;  // a tuple without `x if c else y`
expression : operation ( IF operation ( ELSE operation )? )* ;

// Operands are written out where they stand: a rule costs time, and most expressions are one name. A name, a constant, a number makes an atom without a rule
// of its own (compiler/parse/parser_base.h). Filters see the sign: `-1 | abs` is 1.
operation : NOT* ( SUB | ADD )* ( NAME | CONSTANT | INTEGER | FLOAT | atom | list | dict | group ) ( attribute | subscript | call )* ( filter | test )*
            ( ( OR | AND | EQ | NE | LT | LTEQ | GT | GTEQ | IN | NOT_IN IN | ADD | SUB | TILDE | MUL | DIV | FLOORDIV | MOD | POW )
              NOT* ( SUB | ADD )* ( NAME | CONSTANT | INTEGER | FLOAT | atom | list | dict | group ) ( attribute | subscript | call )* ( filter | test )* )* ;

atom : STRING+ ;
list : LBRACKET ( expression ( COMMA expression? )* )? RBRACKET ;
dict : LBRACE ( pair ( COMMA pair? )* )? RBRACE ;
pair : expression COLON expression ;
group : LPAREN tuple? RPAREN ;

attribute : DOT ( NAME | INTEGER ) | DOT_INTEGER ;
subscript : LBRACKET ( index ( COMMA index )* )? RBRACKET ;
index : expression slice? | slice ;
slice : COLON expression? ( COLON expression? )? ;
call : arguments ;

filter : PIPE NAME ( DOT NAME )* ( bound_arguments call* )? ;
test : IS NOT? NAME ( DOT NAME )* ( bound_arguments call* | test_argument )? ;
bound_arguments : arguments ;  // of the filter or test; what follows calls its result
test_argument : ( NAME | CONSTANT | INTEGER | FLOAT | atom | list | dict ) ( attribute | subscript | call )* ;  // neither operators nor filters: `x is eq 1 + 1` is `(x is eq(1)) + 1`

arguments : LPAREN ( argument ( COMMA argument? )* )? RPAREN ;
argument : ( MUL | POW )? expression ( ASSIGN expression )? ;
