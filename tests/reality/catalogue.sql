-- Statements of the idempotency catalogue: each is executed twice, for real, and the states are compared. A line of `--` names the databases: all, or some of duckdb, postgres, sqlite, mysql.
-- The database holds, before the first execution: t(id primary key, name, amt, ts, flag) with three rows, s(id, name) with two, audit(m, tm), a view v on t, an index t_name on t(name), and (not in sqlite, mysql) a sequence sq.

-- all
create table n (a int)
create table if not exists n (a int)
create table n as select * from t
create table if not exists n as select * from t
create view n as select * from t
drop table s
drop table if exists s
drop table if exists nothing_here
drop view v
drop view if exists v
drop table if exists n; create table n (a int)
drop table if exists n; create table n as select id from t
create table if not exists n (a int); insert into n values (1)
drop view if exists n; create view n as select id from t
create index ix on s (id)
create unique index ix on s (id)
alter table s add column x int
alter table s drop column name
alter table s rename to s9
alter table s rename column name to label
insert into s values (9, 'i')
insert into s (id, name) values (9, 'i'), (10, 'j')
insert into t (id, name) values (9, 'i')
insert into s select id, name from t
create table if not exists keyed (id int primary key); insert into keyed values (1)
insert into audit values ('x', current_timestamp)
insert into audit select 'x', current_timestamp where not exists (select 1 from audit where m = 'x')
insert into s select t.id, t.name from t where not exists (select 1 from s where s.id = t.id)
insert into s select id, name from t except select id, name from s
insert into s select t.id, t.name from t where t.id not in (select id from s)
insert into s select t.id, t.name from t left join s on s.id = t.id where s.id is null
update t set name = 'x'
update t set name = 'x' where id = 1
update t set amt = amt + 1
update t set amt = amt * 2 where id > 1
update t set amt = amt + 1 where amt = 10
update t set name = lower(name)
update t set name = upper(name)
update t set name = trim(name)
update t set name = lower(trim(name))
update t set name = coalesce(name, 'none')
update t set amt = abs(amt)
update t set amt = -amt
update t set amt = case when amt is null then 0 else amt end
update t set name = replace(name, 'a', 'aa')
update t set ts = current_timestamp
update t set ts = current_timestamp where ts is null
update t set name = null
update t set amt = id
update t set amt = id + 5
update t set amt = (select max(id) from s)
update t set amt = (select max(amt) + 1 from t t2)
update t set amt = amt, name = 'y'
update t set name = (select max(s.name) from s where s.id = t.id)
delete from s
delete from s where id = 2
delete from s where id in (select id from t)
delete from s where not exists (select 1 from t where t.id = s.id)
delete from s where id = 2; insert into s values (2, 'b')
delete from s; insert into s select id, name from t
delete from t where amt = (select max(amt) from t)
delete from audit where m = 'x'; insert into audit values ('x', null)

-- duckdb postgres mysql
create schema n
create schema if not exists n
drop schema if exists n
truncate table s
truncate table s; insert into s select id, name from t
create or replace view n as select * from t
alter table s alter column name set default 'q'
create sequence n
create sequence if not exists n
drop schema if exists n cascade

-- duckdb postgres
create schema n; create table n.a (i int)
alter table s alter column name set not null
alter table s alter column id type bigint
alter table s add column if not exists x int
alter table s add column if not exists x int default 5
alter table s drop column if exists name
alter table if exists s rename to s9
alter table s add primary key (id)
alter table s add constraint pk_s primary key (id)
alter view v rename to v9
create temp table n (a int)
create unlogged table n (a int)
create type mood as enum ('a', 'b')
comment on table t is 'hello'
comment on column t.name is 'hello'
comment on view v is 'hello'
analyze t
vacuum
vacuum t
checkpoint
select nextval('sq')
insert into s select nextval('sq'), 'x'
insert into t (id, name) values (2, 'i') on conflict (id) do update set name = excluded.name
insert into t (id, amt) values (2, 1) on conflict (id) do update set amt = t.amt + excluded.amt
insert into t (id, name) values (2, 'i') on conflict do nothing
insert into s values (9, 'x') returning id
merge into t using s on t.id = s.id when matched then update set name = s.name when not matched then insert (id, name) values (s.id, s.name)
merge into t using s on t.id = s.id when matched then update set amt = t.amt + 1
merge into t using s on t.id = s.id when matched then delete
merge into t using s on t.id = s.id when matched then update set name = 'm'
update t set name = s.name from s where t.id = s.id
update t set amt = greatest(amt, 5)
update t set amt = round(amt)
update t set name = md5(name)
update t set name = name || 'x'
update t set flag = not flag
update t set amt = random()
update t set name = gen_random_uuid()::text
update t set ts = now() where id = 1
delete from t using s where t.id = s.id
delete from s where id in (select id from t) returning id
create index if not exists ix on s (id)
drop index if exists t_name
drop index t_name
drop index if exists ix; create index ix on s (id)
drop sequence sq
drop sequence if exists sq
with x as (select 1 as i) insert into s select i, 'cte' from x
set search_path = 'public'
set timezone = 'UTC'
drop schema if exists n; create schema n
select * from t limit 1
select count(*) from t
begin transaction; insert into s values (7, 'x'); commit
create table n as select now() as tm
insert into audit values ('x', now())
insert into audit (m) values ('run-' || random()::text)

-- duckdb sqlite
insert or replace into t (id, name) values (2, 'i')
insert or ignore into t (id, name) values (2, 'i')
create view if not exists n as select * from t
create temp table if not exists n (a int)

-- duckdb
create or replace table n (a int)
create or replace table n as select * from t
create or replace table n as select now() as tm
create or replace sequence sq
create or replace macro m(a) as a + 1
create macro if not exists m(a) as a + 1
create macro m(a) as a + 1
create or replace schema n
create type if not exists mood as enum ('a', 'b')
insert into s default values
insert into t by name select 9 as id
use main
set threads = 1
truncate s

-- sqlite
create index if not exists ix on s (id)
drop index if exists t_name
drop index t_name
insert into t (id, name) values (2, 'i') on conflict (id) do update set name = excluded.name
insert into t (id, amt) values (2, 1) on conflict (id) do update set amt = amt + excluded.amt
insert into t (id, name) values (2, 'i') on conflict do nothing
replace into t (id, name) values (2, 'r')
create trigger tr after insert on s begin select 1; end
create trigger if not exists tr after insert on s begin select 1; end
drop trigger if exists tr
update t set amt = max(amt, 5)
update t set name = name || 'x'
update t set amt = random()
analyze
vacuum
reindex
pragma foreign_keys = on
update t set ts = datetime('now')
insert into audit values ('x', datetime('now'))
with x as (select 1 as i) insert into s select i, 'cte' from x
delete from s where rowid = (select min(rowid) from s)

-- postgres
select into_rows.* into n from t as into_rows
create database n
create role reality_reader
drop role if exists reality_reader
create user reality_user
create materialized view n as select * from t
create materialized view if not exists n as select * from t
refresh materialized view mv
drop materialized view if exists mv
create function f() returns int language sql as $$ select 1 $$
create or replace function f() returns int language sql as $$ select 1 $$
drop function if exists f()
create or replace procedure p() language sql as $$ select 1 $$
create procedure p() language sql as $$ select 1 $$
create aggregate total(int) (sfunc = int4pl, stype = int)
create or replace aggregate total(int) (sfunc = int4pl, stype = int)
create domain positive as int check (value > 0)
drop domain if exists positive
create extension if not exists plpgsql
create trigger tr before update on s for each row execute function suppress_redundant_updates_trigger()
create or replace trigger tr before update on s for each row execute function suppress_redundant_updates_trigger()
drop trigger if exists tr on s
create policy p on t using (true)
drop policy if exists p on t; create policy p on t using (true)
create rule r as on delete to s do instead nothing
create or replace rule r as on delete to s do instead nothing
create publication pub for table t
create event trigger et on ddl_command_end execute function noop_event()
create index on s (id)
create index concurrently ix on s (id)
create index if not exists ix on s using btree (id)
create statistics st on name, amt from t
create statistics if not exists st on name, amt from t
alter table s add constraint uq unique (id)
alter table s add constraint ck check (id > 0)
alter table s add check (id > 0)
alter table s add unique (id)
alter table s add constraint fk foreign key (id) references t (id) not valid
alter table s drop constraint if exists ck
alter table s drop constraint if exists ck; alter table s add constraint ck check (id > 0)
alter table t drop constraint t_pkey
alter table s set schema other
alter table s owner to postgres
alter table s set (fillfactor = 70)
alter table s set (autovacuum_enabled = off)
alter table t enable row level security
alter table t disable row level security
alter table s add column x int, add column y int
alter table s alter column name drop default
alter table s alter column name drop not null
alter table parted attach partition part_free for values in (9)
alter table parted detach partition part_one
alter type color add value 'blue'
alter type color add value if not exists 'blue'
alter type color rename value 'red' to 'crimson'
alter sequence sq restart with 5
alter schema other rename to another
alter view v rename column name to label
alter role postgres set work_mem = '8MB'
alter default privileges in schema public grant select on tables to reality_group
grant select on t to reality_group
grant select on all tables in schema public to reality_group
grant select, insert on t to reality_group with grant option
grant usage on schema public to reality_group
grant reality_group to postgres
revoke select on t from reality_group
revoke all on t from public
comment on schema public is 'hello'
comment on function noop() is 'hello'
comment on database reality is 'hello'
truncate s restart identity
truncate s, audit
reindex table t
cluster t using t_pkey
vacuum full s
vacuum analyze t
lock table s in exclusive mode
reset work_mem
set role postgres
set local work_mem = '8MB'
set session statement_timeout = '5s'
select setval('sq', 40)
select pg_advisory_unlock_all()
select count(*) from pg_catalog.pg_class
call inserting()
do $$ begin insert into s values (1, 'x'); end $$
do $$ begin if not exists (select 1 from s where id = 77) then insert into s values (77, 'x'); end if; end $$
copy s from program 'echo 7,x' with (format csv)
copy s to '/dev/null'
insert into s values (9, 'x') on conflict do nothing
insert into s select id, name from t on conflict do nothing
insert into t (id, name) values (extract(epoch from clock_timestamp())::bigint % 1000000000, 'c') on conflict (id) do update set name = excluded.name
update t set ts = clock_timestamp()
update t set name = initcap(name)
update t set amt = nullif(amt, 10)
update t set amt = trunc(amt)
update t set amt = cast(amt as int)
update t set name = substr(name, 2)
update only t set name = 'z'
update t set (name, amt) = ('q', 1)
delete from only s where id = 1
delete from s where ctid = (select min(ctid) from s)
merge into t using (values (2, 'k')) as k(id, name) on t.id = k.id when matched then update set name = k.name
with gone as (delete from s where id = 1 returning id) insert into audit select 'gone', null from gone
with x as (delete from s returning id) select * from x
notify channel, 'x'
listen channel
savepoint a
rollback
commit

-- mysql
create or replace table n (a int)
create or replace table n as select id from t
create or replace view n as select id from t
create database n
create database if not exists n
create or replace database n
drop database if exists n
create or replace index ix on s (id)
create index if not exists ix on s (id)
drop index t_name on t
drop index if exists t_name on t
create user reality_reader
create user if not exists reality_reader
create or replace user reality_reader
drop user if exists reality_reader
create role if not exists reality_role
create role reality_role
create function f() returns int deterministic return 1
create or replace function f() returns int deterministic return 1
create function if not exists f() returns int deterministic return 1
drop function if exists f
create procedure p() select 1
create or replace procedure p() select 1
create trigger tr before insert on s for each row set new.name = 'x'
create or replace trigger tr before insert on s for each row set new.name = 'x'
create trigger if not exists tr before insert on s for each row set new.name = 'x'
drop trigger if exists tr
alter table s add column if not exists x int
alter table s drop column if exists name
alter table s add primary key (id)
alter table s add constraint uq unique (id)
alter table s add constraint ck check (id > 0)
alter table s drop constraint if exists ck
alter table s add index ix (id)
alter table s modify column name varchar(80)
alter table s change column name label varchar(60)
alter table if exists s rename to s9
alter table s engine = innodb
alter table s comment = 'hello'
rename table s to s9
insert ignore into t (id, name) values (2, 'i')
insert into t (id, name) values (2, 'i') on duplicate key update name = 'i'
insert into t (id, amt) values (2, 1) on duplicate key update amt = amt + 1
replace into t (id, name) values (2, 'r')
update t set name = concat(name, 'x')
update t set amt = greatest(amt, 5)
update t set amt = rand()
update t set name = uuid()
update t set name = md5(name)
update t set ts = now()
update t set ts = now() where ts is null
update t join s on s.id = t.id set t.name = s.name
delete t from t join s on s.id = t.id
delete from s limit 1
delete from s order by id limit 1
insert into audit values ('x', now())
insert into s set id = 9, name = 'x'
grant select on reality.t to 'reality_user'@'%'
revoke if exists select on reality.t from 'reality_user'@'%'
analyze table t
optimize table t
check table t
flush tables
set session sql_mode = 'ansi'
set @x = 1
use reality
lock tables s write
unlock tables
call inserting()
with x as (select 1 as i) select * from x
select count(*) from t
load data infile '/nonexistent' into table s
start transaction
commit
