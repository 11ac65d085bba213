-- +goose Up

-- What engines learn from. Times are whole microseconds since 1970, UTC. A doc holds the whole thing as JSON.
create table rec_item (
  id     text primary key,
  tenant text not null,
  doc    text not null
) strict;

create table rec_user (
  id     text primary key,
  tenant text not null,
  doc    text not null
) strict;

create table rec_feedback (
  user_id text not null,
  item_id text not null,
  kind    text not null,
  tenant  text not null,
  at      integer not null,
  value   real not null,
  city    text not null,
  device  text not null,
  primary key (user_id, item_id, kind)
) strict, without rowid;
create index rec_feedback_history on rec_feedback (user_id, at, item_id, kind);
create index rec_feedback_looks on rec_feedback (at) where kind in ('shown', 'view', 'click'); -- what is pruned

-- The journal. A number that was used never comes again, or a cursor would pass over its second use.
create table rec_change (
  seq     integer primary key autoincrement,
  at      integer not null,
  what    text not null,
  user_id text not null, -- whom it tells of; empty for an item
  doc     text not null
) strict;
create index rec_change_user on rec_change (user_id) where user_id <> '';

-- How far each consumer of the journal is.
create table rec_consumer (
  name text primary key,
  seq  integer not null
) strict;

create table rec_model (
  tenant  text primary key,
  version text not null,
  at      integer not null,
  bytes   integer not null -- of all its parts
) strict;

create table rec_model_part (
  tenant text not null,
  part   integer not null,
  doc    blob not null,
  primary key (tenant, part)
) strict;
