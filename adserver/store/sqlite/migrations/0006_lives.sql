-- +goose Up

-- Which journal a node's position is of: another one goes on only when it is new.
alter table ad_position add column journal text not null default '';

-- The marks of tokens in what was booked lately: with them a node whose disk is lost tells what was counted.
create table ad_mark (
  node  integer not null,
  upto  integer not null, -- of the batch
  at    integer not null, -- microseconds since 1970
  marks blob not null,
  primary key (node, upto)
) strict, without rowid;

-- What the node asked for last and what it got, so that asking again, when the answer was lost, leases nothing more.
alter table ad_lease add column asked integer not null default 0;
alter table ad_lease add column got integer not null default 0;
