// The tokens of a Jinja template with Jinja2's default delimiters, over bytes: a character is a byte, so \u0080-\u00FF are the bytes of all
// UTF-8 sequences beyond ASCII. Source: Jinja2 3.1, lexer.
//
// What a regular grammar cannot say is done by the token source (compiler/parse/tokens.cpp), after each token:
// - a tag opens the mode EXPRESSION, a raw block the mode RAW; their ends lead back;
// - names become keywords by table, and only where Jinja takes them as such; tag heads become TAG_x by table;
// - inside of open brackets, `}}` and `%}` are no ends but operators; `-%}` and `+%}` likewise;
// - whitespace control cuts DATA; comments and raw markers are dropped.
// There are neither predicates nor actions here, so that the build can turn the automaton into tables (grammar/lexer_tables.cpp).
lexer grammar JinjaLexer;

tokens {
  // tags: `{%` and the name behind it are one token, so that one token tells which statement comes
  TAG_IF, TAG_ELIF, TAG_ELSE, TAG_ENDIF, TAG_FOR, TAG_ENDFOR, TAG_SET, TAG_ENDSET, TAG_MACRO, TAG_ENDMACRO, TAG_CALL, TAG_ENDCALL,
  TAG_DO, TAG_FILTER, TAG_ENDFILTER, TAG_WITH, TAG_ENDWITH, TAG_PRINT, TAG_INCLUDE, TAG_IMPORT, TAG_FROM, TAG_EXTENDS, TAG_BLOCK,
  TAG_ENDBLOCK, TAG_AUTOESCAPE, TAG_ENDAUTOESCAPE, TAG_BREAK, TAG_CONTINUE,
  // dbt's tags
  TAG_MATERIALIZATION, TAG_ENDMATERIALIZATION, TAG_TEST, TAG_ENDTEST, TAG_DATA_TEST, TAG_ENDDATA_TEST, TAG_DOCS, TAG_ENDDOCS,
  TAG_SNAPSHOT, TAG_ENDSNAPSHOT,
  // words of the language; `not` before an operand and `not` of `not in` differ
  IF, ELSE, IN, IS, NOT, NOT_IN, AND, OR, RECURSIVE, AS, IMPORT, WITH, WITHOUT, CONTEXT, IGNORE, MISSING, SCOPED, REQUIRED,
  // true, false, none where a value is expected
  CONSTANT,
  // the `(` behind `{% call`, which opens parameters
  CALL_LPAREN,
  // what can stand nowhere: a second comma, a character that Jinja does not know
  UNEXPECTED
}

fragment SPACE : [ \t\r\n\f\u000B\u001C-\u001F] ;
fragment NAME_START : [A-Za-z_\u0080-\u00FF] ;
fragment NAME_PART : [A-Za-z0-9_\u0080-\u00FF] ;
fragment DIGIT : [0-9] ;
fragment DIGITS : DIGIT ('_'? DIGIT)* ;
fragment WHOLE : '0' [bB] ('_'? [01])+ | '0' [oO] ('_'? [0-7])+ | '0' [xX] ('_'? [0-9a-fA-F])+ | [1-9] ('_'? DIGIT)* | '0' ('_'? '0')* ;
fragment EXPONENT : [eE] [+-]? DIGITS ;

COMMENT : '{#' .*? '#}' ;
COMMENT_BEGIN : '{#' ;  // of a comment that does not end
RAW_BEGIN : '{%' [-+]? SPACE* 'raw' SPACE* '-'? '%}' ;
VARIABLE_BEGIN : '{{' [-+]? ;
TAG : '{%' [-+]? SPACE* NAME_START NAME_PART* ;
BLOCK_BEGIN : '{%' [-+]? ;  // a tag without a name
DATA : ~'{'+ ;
LONE_BRACE : '{' ;

mode RAW;

RAW_END : '{%' [-+]? SPACE* 'endraw' SPACE* [-+]? '%}' ;
RAW_DATA : ~'{'+ ;
RAW_LONE_BRACE : '{' ;

mode EXPRESSION;

VARIABLE_END : '-'? '}}' ;
BLOCK_END : [-+]? '%}' ;
WHITESPACE : SPACE+ ;
FLOAT : DIGITS ('.' DIGITS EXPONENT? | EXPONENT) ;
INTEGER : WHOLE ;
DOT_INTEGER : '.' WHOLE ;  // behind a dot there are no floats: `x.0.1`
NAME : NAME_START NAME_PART* ;
STRING : '\'' (~['\\] | '\\' .)* '\'' | '"' (~["\\] | '\\' .)* '"' ;
ADD : '+' ;
SUB : '-' ;
MUL : '*' ;
DIV : '/' ;
FLOORDIV : '//' ;
MOD : '%' ;
POW : '**' ;
TILDE : '~' ;
EQ : '==' ;
NE : '!=' ;
LTEQ : '<=' ;
LT : '<' ;
GTEQ : '>=' ;
GT : '>' ;
ASSIGN : '=' ;
DOT : '.' ;
COLON : ':' ;
COMMA : ',' ;
SEMICOLON : ';' ;
PIPE : '|' ;
LPAREN : '(' ;
LBRACKET : '[' ;
LBRACE : '{' ;
RPAREN : ')' ;
RBRACKET : ']' ;
RBRACE : '}' ;
UNKNOWN_CHARACTER : . ;
