// SqlLexer: the tokens of SQL, for every dialect at once.
//
// The input is bytes, so \u0080-\u00FF are the bytes of characters beyond ASCII: they can only be parts of names.
// Where dialects disagree (which quotes hold names, backslashes in strings, tags of dollar quotes, nested comments, `#` and
// `//`), a rule matches only the opening mark, and the token loop finishes it as the dialect's row of data says: nested
// comments and dollar tags are not regular, and thirteen lexers would be one fact thirteen times.
// Keywords are names that the token loop retypes by the table made from `tokens`, so that a keyword more costs no state.
// No modes, no actions, no predicates: the build turns this file into a table of a few states (grammar/lexer_tables.cpp).
lexer grammar SqlLexer;

tokens {
  // heads of statements
  K_CREATE, K_DROP, K_ALTER, K_INSERT, K_REPLACE, K_UPDATE, K_DELETE, K_MERGE, K_GRANT, K_REVOKE, K_TRUNCATE, K_COMMENT, K_COPY, K_UNLOAD, K_LOAD,
  K_EXPORT, K_CALL, K_EXECUTE, K_EXEC, K_DO, K_SET, K_RESET, K_UNSET, K_USE, K_BEGIN, K_START, K_COMMIT, K_ROLLBACK, K_END, K_ABORT, K_SAVEPOINT,
  K_RELEASE, K_ANALYZE, K_VACUUM, K_OPTIMIZE, K_REFRESH, K_REINDEX, K_CLUSTER, K_CHECKPOINT, K_MSCK, K_SELECT, K_WITH, K_VALUES, K_DECLARE,
  // kinds of objects
  K_TABLE, K_VIEW, K_MATERIALIZED, K_INDEX, K_SCHEMA, K_DATABASE, K_FUNCTION, K_AGGREGATE, K_PROCEDURE, K_MACRO, K_SEQUENCE, K_TYPE, K_DOMAIN,
  K_ROLE, K_USER, K_GROUP, K_TRIGGER, K_EVENT, K_EXTENSION, K_STAGE, K_STREAM, K_TASK, K_PIPE, K_FILE, K_FORMAT, K_TAG, K_WAREHOUSE, K_SHARE,
  K_POLICY, K_POLICIES, K_MASKING, K_ROW, K_ACCESS, K_PUBLICATION, K_SUBSCRIPTION, K_SERVER, K_SECRET, K_VOLUME, K_CATALOG, K_INTEGRATION, K_COLUMN,
  K_CONSTRAINT, K_STATISTICS, K_RULE, K_ALERT, K_MODEL, K_DICTIONARY, K_ACCOUNT, K_SESSION, K_SYSTEM, K_PRIVILEGES, K_STORAGE, K_NOTIFICATION,
  K_API, K_SECURITY,
  // words between CREATE and the kind
  K_OR, K_TEMP, K_TEMPORARY, K_GLOBAL, K_LOCAL, K_TRANSIENT, K_VOLATILE, K_EXTERNAL, K_UNLOGGED, K_UNIQUE, K_RECURSIVE, K_SECURE, K_DYNAMIC,
  K_ICEBERG, K_HYBRID, K_FOREIGN, K_CLUSTERED, K_NONCLUSTERED, K_SEARCH, K_VECTOR, K_BITMAP, K_FULLTEXT, K_SPATIAL, K_BLOOMFILTER, K_PERSISTENT,
  K_STREAMING, K_LIVE, K_FORCE, K_CONCURRENTLY,
  // clauses
  K_IF, K_NOT, K_EXISTS, K_INTO, K_OVERWRITE, K_IGNORE, K_ONLY, K_ON, K_TO, K_IS, K_AS, K_FROM, K_USING, K_WHERE, K_RETURNING, K_ORDER, K_LIMIT,
  K_WHEN, K_MATCHED, K_THEN, K_BY, K_SOURCE, K_TARGET, K_NOTHING, K_DEFAULT, K_ALL, K_IMMEDIATE, K_ADD, K_RENAME, K_ATTACH, K_DETACH, K_EXCHANGE,
  K_SWAP, K_APPEND, K_OWNER, K_OWNERSHIP, K_RESUME, K_SUSPEND, K_ENABLE, K_DISABLE, K_MODIFY, K_CHANGE, K_PARTITION, K_PRIMARY, K_KEY, K_CHECK,
  K_REFERENCES, K_VALUE, K_CASCADE, K_CLONE, K_LIKE, K_CONFLICT, K_DUPLICATE, K_OPTION, K_FOR, K_FUTURE, K_IN, K_DATA, K_TRANSACTION, K_WORK, K_TRAN,
  K_ATOMIC, K_ADMIN, K_DIRECTORY,
  // queries and expressions
  K_DISTINCT, K_JOIN, K_INNER, K_LEFT, K_RIGHT, K_FULL, K_OUTER, K_CROSS, K_NATURAL, K_ANTI, K_LATERAL, K_HAVING, K_QUALIFY, K_WINDOW,
  K_UNION, K_EXCEPT, K_INTERSECT, K_MINUS, K_OVER, K_WITHIN, K_FILTER, K_CASE, K_ELSE, K_AND, K_BETWEEN, K_ILIKE, K_RLIKE, K_REGEXP, K_SIMILAR,
  K_ANY, K_SOME, K_NULL, K_TRUE, K_FALSE, K_INTERVAL, K_ASC, K_DESC, K_NULLS, K_FETCH, K_OFFSET, K_CAST, K_TRY_CAST, K_SAFE_CAST, K_COLLATE,
  K_ESCAPE, K_ISNULL, K_NOTNULL, K_XOR, K_DIV, K_MOD, K_AT, K_LOOP, K_WHILE, K_REPEAT,
  // what the token loop makes
  GROUP,   // a parenthesis with all that it holds: the parser sees it as one token
  QNAME,   // a quoted name
  STRING,
  ERROR    // unterminated
}

WS : [ \t\r\n\f\u000B\u0000]+ ;
LINE_COMMENT : '--' ~[\n]* ;
OPEN_COMMENT : '/*' ;
HASH : '#' ;
SLASHES : '//' ;

NAME : NAME_START NAME_PART* ;
NUMBER : [0-9] [0-9A-Za-z_]* ( '.' [0-9A-Za-z_]* )? | [0-9]+ ( '.' [0-9]* )? [eE] [+-] [0-9]+ ;
PARAM : '@' '@'? NAME_PART* | '$' WORD_PART+ | '?' ;

QUOTE : '\'' ;
DOUBLE_QUOTE : '"' ;
BACKTICK : '`' ;
PREFIXED_QUOTE : ( [EeNnXxRrBb] | [Rr] [Bb] | [Bb] [Rr] | [Uu] '&' ) ['"] ;
DOLLAR_QUOTE : '$' ( NAME_START WORD_PART* )? '$' ;

LP : '(' ;
RP : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
LBRACE : '{' ;
RBRACE : '}' ;
DOT : '.' ;
COMMA : ',' ;
SEMI : ';' ;
EQ : '=' '='? ;
STAR : '*' ;
DCOLON : '::' ;
SIGN : [+-] ;
COMPARE : '<' | '>' | '<=' | '>=' | '<>' | '!=' | '<=>' ;
OP : '||' | '=>' | ':=' | '->' | '->>' | . ;

fragment NAME_START : [A-Za-z_\u0080-\u00FF] ;
fragment WORD_PART : [A-Za-z0-9_\u0080-\u00FF] ;
fragment NAME_PART : [A-Za-z0-9_$\u0080-\u00FF] ;
