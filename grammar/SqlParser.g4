// SqlParser: which statement a run of tokens is, and where its parts are.
//
// An island grammar: heads and clauses are known, expressions and queries are runs of tokens that the scanner looks into
// (compiler/sql/scan.h). Text is cut into statements before it comes here, and a parenthesis, a bracket, a CASE .. END and a
// scripting block are each one token, whatever they hold: so the grammar is flat, needs no recursion, and a clause keyword
// inside of a sub-query cannot be mistaken for one of the statement.
// LL(1): the build fails when a decision needs more. Rules leave records by themselves (compiler/sql/parser_base.h).
parser grammar SqlParser;
options { tokenVocab=SqlLexer; superClass=HookcSqlParserBase; }
@parser::preinclude { #include "compiler/sql/parser_base.h" }

statement
  : ( create | drop | alter | insert | update | delete_ | merge | grant | revoke | truncate | comment | copy | invoke | session
    | transaction | maintenance | withed | query | other ) EOF ;

// ---- definitions ----

create : K_CREATE createFlag* ( createIndex | createObject | unknownKind ) ;
createFlag : orReplace | K_TEMP | K_TEMPORARY | K_GLOBAL | K_LOCAL | K_TRANSIENT | K_VOLATILE | K_EXTERNAL | K_UNLOGGED | K_UNIQUE | K_RECURSIVE | K_SECURE
           | K_DYNAMIC | K_ICEBERG | K_HYBRID | K_FOREIGN | K_CLUSTERED | K_NONCLUSTERED | K_SEARCH | K_VECTOR | K_BITMAP | K_FULLTEXT | K_SPATIAL
           | K_BLOOMFILTER | K_PERSISTENT | K_STREAMING | K_LIVE | K_FORCE | K_CONSTRAINT ;
orReplace : K_OR ( K_REPLACE | K_ALTER | K_REFRESH ) ;
createIndex : K_INDEX K_CONCURRENTLY? guard? name? K_ON K_TABLE? K_ONLY? onTable rest ;
createObject : kind guard? name rest ;
rest : ( ~( DOT | SEMI ) ~SEMI* )? ;

drop : K_DROP dropFlag* ( dropObject | dropAll | unknownKind ) ;
dropAll : K_ALL K_ROW K_ACCESS K_POLICIES K_ON onTable ;
dropFlag : K_EXTERNAL | K_TEMPORARY | K_FOREIGN | K_DYNAMIC | K_ICEBERG | K_PERSISTENT ;
dropObject : ( kind | K_INDEX K_CONCURRENTLY? ) guard? name GROUP? ( COMMA name GROUP? )* dropRest ;
dropRest : ( ~( DOT | COMMA | GROUP | SEMI ) ~SEMI* )? ;

alter : K_ALTER alterFlag* ( alterObject | alterUnnamed | unknownKind ) ;
alterFlag : K_EXTERNAL | K_DYNAMIC | K_ICEBERG | K_FOREIGN | K_STREAMING ;
alterObject : ( kind | K_INDEX ) guard? K_ONLY? name actions ;
alterUnnamed : ( K_SESSION | K_SYSTEM | K_ACCOUNT | K_DEFAULT K_PRIVILEGES ) ~SEMI+ ;
actions : ~( DOT | SEMI ) ~SEMI* ;

kind : K_TABLE | K_VIEW | K_MATERIALIZED K_VIEW | K_SCHEMA | K_DATABASE | K_FUNCTION | K_AGGREGATE | K_PROCEDURE | K_MACRO | K_SEQUENCE | K_TYPE
     | K_DOMAIN | K_ROLE | K_USER | K_GROUP | K_TRIGGER | K_EVENT K_TRIGGER | K_EXTENSION | K_STAGE | K_STREAM | K_TASK | K_PIPE | K_FILE K_FORMAT | K_TAG
     | K_WAREHOUSE | K_SHARE | K_POLICY | K_MASKING K_POLICY | K_ROW K_ACCESS K_POLICY | K_PUBLICATION | K_SUBSCRIPTION | K_SERVER | K_SECRET
     | K_VOLUME | K_CATALOG | K_INTEGRATION | ( K_STORAGE | K_NOTIFICATION | K_API | K_SECURITY ) K_INTEGRATION | K_COLUMN | K_STATISTICS | K_RULE
     | K_ALERT | K_MODEL | K_DICTIONARY ;
// A kind of object that is not known, or a placeholder for one.
unknownKind
  : ~( SEMI | K_TABLE | K_VIEW | K_MATERIALIZED | K_INDEX | K_SCHEMA | K_DATABASE | K_FUNCTION | K_AGGREGATE | K_PROCEDURE | K_MACRO | K_SEQUENCE | K_TYPE
     | K_DOMAIN | K_ROLE | K_USER | K_GROUP | K_TRIGGER | K_EVENT | K_EXTENSION | K_STAGE | K_STREAM | K_TASK | K_PIPE | K_FILE | K_TAG | K_WAREHOUSE
     | K_SHARE | K_POLICY | K_MASKING | K_ROW | K_PUBLICATION | K_SUBSCRIPTION | K_SERVER | K_SECRET | K_VOLUME | K_CATALOG | K_INTEGRATION | K_STORAGE
     | K_NOTIFICATION | K_API | K_SECURITY | K_COLUMN | K_STATISTICS | K_RULE | K_ALERT | K_MODEL | K_DICTIONARY | K_OR | K_TEMP | K_TEMPORARY | K_GLOBAL
     | K_LOCAL | K_TRANSIENT | K_VOLATILE | K_EXTERNAL | K_UNLOGGED | K_UNIQUE | K_RECURSIVE | K_SECURE | K_DYNAMIC | K_ICEBERG | K_HYBRID | K_FOREIGN
     | K_CLUSTERED | K_NONCLUSTERED | K_SEARCH | K_VECTOR | K_BITMAP | K_FULLTEXT | K_SPATIAL | K_BLOOMFILTER | K_PERSISTENT | K_STREAMING | K_LIVE
     | K_FORCE | K_CONSTRAINT | K_SESSION | K_SYSTEM | K_ACCOUNT | K_DEFAULT | K_ALL ) ~SEMI* ;
guard : K_IF K_NOT? K_EXISTS ;

truncate : K_TRUNCATE K_TABLE? guard? K_ONLY? name ( COMMA name )* truncateRest ;
truncateRest : ( ~( DOT | COMMA | SEMI ) ~SEMI* )? ;

comment : K_COMMENT guard? K_ON ( kind | K_INDEX | K_CONSTRAINT ) name ( ~( DOT | K_IS | SEMI ) ~( K_IS | SEMI )* )? K_IS ~SEMI+ ;

// ---- rows ----

withed : cteList ( insert | update | delete_ | merge | cteQuery )? ;
cteList : K_WITH ~( K_SELECT | K_FROM | K_VALUES | K_INSERT | K_REPLACE | K_UPDATE | K_DELETE | K_MERGE | SEMI )* ;
cteQuery : ( K_SELECT | K_FROM | K_VALUES ) ~SEMI* ;
query : ( K_SELECT | K_FROM | K_VALUES | GROUP ) ~SEMI* ;

insert : ( K_INSERT insertFlag* | K_REPLACE K_INTO? ) K_TABLE? name insertRest ;
insertFlag : K_INTO | K_OVERWRITE | K_IGNORE | K_OR ( K_REPLACE | K_IGNORE | K_ABORT | K_ROLLBACK ) ;
insertRest : ~( DOT | SEMI ) ~SEMI* ;

update : K_UPDATE ( K_OR part )? K_ONLY? name updateMiddle K_SET setClause fromClause? whereClause? trailer? ;
updateMiddle : ( ~( DOT | K_SET | K_WHERE | EQ | SEMI ) ~( K_SET | K_WHERE | SEMI )* )? ;
setClause : ~( K_FROM | K_WHERE | K_RETURNING | K_ORDER | K_LIMIT | SEMI )+ ;
fromClause : K_FROM ~( K_WHERE | K_RETURNING | K_ORDER | K_LIMIT | SEMI )+ ;
whereClause : K_WHERE ~( K_RETURNING | K_ORDER | K_LIMIT | SEMI )+ ;
trailer : ( K_RETURNING | K_ORDER | K_LIMIT ) ~SEMI* ;

delete_ : K_DELETE K_FROM? K_ONLY? name STAR? alias? usingClause? whereClause? trailer? ;
usingClause : ( K_USING | K_FROM | K_JOIN | K_INNER | K_LEFT | COMMA ) ~( K_WHERE | K_RETURNING | K_ORDER | K_LIMIT | SEMI )+ ;
alias : K_AS? part ;

merge : K_MERGE mergeOption? K_INTO? K_ONLY? name alias? K_USING mergeSource K_ON mergeOn mergeClause+ mergeRest? ;
mergeOption : K_WITH K_SCHEMA part ;
mergeSource : ~( K_ON | SEMI )+ ;
mergeOn : ~( K_WHEN | SEMI )+ ;
mergeClause : K_WHEN mergeMatch ( K_AND mergeCondition )? K_THEN mergeAction ;
mergeMatch : K_NOT? K_MATCHED ( K_BY ( K_SOURCE | K_TARGET ) )? ;
mergeCondition : ~( K_THEN | SEMI )+ ;
mergeAction : mergeUpdate | mergeInsert | K_DELETE | K_DO K_NOTHING ;
mergeUpdate : K_UPDATE ~( K_WHEN | K_RETURNING | SEMI )* ;
mergeInsert : K_INSERT ~( K_WHEN | K_RETURNING | SEMI )* ;
mergeRest : K_RETURNING ~SEMI* ;

copy : ( K_COPY | K_UNLOAD | K_EXPORT | K_LOAD ) ~SEMI+ ;

// ---- rights, code, sessions ----

grant : K_GRANT privileges ( K_ON onObjects )? K_TO grantees ;
revoke : K_REVOKE privileges ( K_ON onRevoked )? K_FROM grantees ;
privileges : ~( K_ON | K_TO | K_FROM | SEMI )+ ;
onObjects : ~( K_TO | SEMI )+ ;
onRevoked : ~( K_FROM | SEMI )+ ;
grantees : ~SEMI+ ;

invoke : ( K_CALL | K_EXECUTE | K_EXEC | K_DO ) ~SEMI+ ;
session : ( K_SET | K_RESET | K_UNSET | K_USE ) ~SEMI+ ;
transaction : ( K_BEGIN | K_START | K_COMMIT | K_ROLLBACK | K_END | K_ABORT | K_SAVEPOINT | K_RELEASE ) ~SEMI* ;
maintenance : ( K_ANALYZE | K_VACUUM | K_OPTIMIZE | K_REFRESH | K_REINDEX | K_CLUSTER | K_CHECKPOINT | K_MSCK ) ~SEMI* ;
other : ~( SEMI | K_CREATE | K_DROP | K_ALTER | K_INSERT | K_REPLACE | K_UPDATE | K_DELETE | K_MERGE | K_GRANT | K_REVOKE | K_TRUNCATE | K_COMMENT | K_COPY
         | K_UNLOAD | K_EXPORT | K_LOAD | K_CALL | K_EXECUTE | K_EXEC | K_DO | K_SET | K_RESET | K_UNSET | K_USE | K_BEGIN | K_START | K_COMMIT
         | K_ROLLBACK | K_END | K_ABORT | K_SAVEPOINT | K_RELEASE | K_ANALYZE | K_VACUUM | K_OPTIMIZE | K_REFRESH | K_REINDEX | K_CLUSTER
         | K_CHECKPOINT | K_MSCK | K_SELECT | K_WITH | K_FROM | K_VALUES | GROUP ) ~SEMI* ;

// ---- names ----

onTable : part ( DOT anyPart )* ;
name : part ( DOT anyPart )* ;
// A word that may begin a name: any but those that begin or end a clause.
part : ~( GROUP | STRING | ERROR | NUMBER | LP | RP | LBRACKET | RBRACKET | LBRACE | RBRACE | DOT | COMMA | SEMI | EQ | STAR | DCOLON | SIGN | COMPARE | OP
        | K_IF | K_NOT | K_EXISTS | K_ON | K_ONLY | K_TO | K_AS | K_FROM | K_USING | K_WHERE | K_SET | K_SELECT | K_WITH | K_VALUES | K_INTO | K_OVERWRITE
        | K_IGNORE | K_TABLE | K_CONCURRENTLY | K_OR | K_AND | K_RETURNING | K_ORDER | K_LIMIT | K_JOIN | K_INNER | K_LEFT | K_IS | K_WHEN | K_THEN
        | K_CASE ) ;
// What may follow a dot.
anyPart : ~( GROUP | ERROR | LP | RP | LBRACKET | RBRACKET | LBRACE | RBRACE | DOT | COMMA | SEMI | EQ | DCOLON | SIGN | COMPARE | OP ) ;
