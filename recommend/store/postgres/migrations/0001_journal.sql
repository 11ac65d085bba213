-- +goose Up

-- What engines learn from. Times are whole microseconds since 1970, UTC. A doc holds the whole thing as JSON.
create table rec_item (
  id     text collate "C" primary key,
  tenant text collate "C" not null,
  doc    text collate "C" not null
);

create table rec_user (
  id     text collate "C" primary key,
  tenant text collate "C" not null,
  doc    text collate "C" not null
);

create table rec_feedback (
  user_id text collate "C" not null,
  item_id text collate "C" not null,
  kind    text collate "C" not null,
  tenant  text collate "C" not null,
  at      bigint not null,
  value   double precision not null,
  city    text not null,
  device  text not null,
  primary key (user_id, item_id, kind)
);
create index rec_feedback_history on rec_feedback (user_id, at, item_id, kind);
create index rec_feedback_looks on rec_feedback (at) where kind in ('shown', 'view', 'click'); -- what is pruned

-- The journal. A number that was used never comes again, or a cursor would pass over its second use.
create table rec_change (
  seq     bigint generated always as identity primary key,
  at      bigint not null,
  what    text collate "C" not null,
  user_id text collate "C" not null, -- whom it tells of; empty for an item
  doc     text collate "C" not null
);
create index rec_change_user on rec_change (user_id) where user_id <> '';

-- How far each consumer of the journal is.
create table rec_consumer (
  name text collate "C" primary key,
  seq  bigint not null
);

create table rec_model (
  tenant  text collate "C" primary key,
  version text collate "C" not null,
  at      bigint not null,
  bytes   bigint not null -- of all its parts
);

create table rec_model_part (
  tenant text collate "C" not null,
  part   bigint not null,
  doc    bytea not null,
  primary key (tenant, part)
);
