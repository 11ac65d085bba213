-- +goose Up

-- Who was erased, so that each node hears of it, and up to which number each has carried that out.
create table ad_erasure (
  uid    integer primary key,
  number integer not null,
  at     integer not null
) strict;
create index ad_erasure_number on ad_erasure (number);
create index ad_erasure_at on ad_erasure (at);

create table ad_erasure_count (
  number integer not null -- of the last one; one row
) strict;
insert into ad_erasure_count (number) values (0);

create table ad_heard (
  node   integer primary key,
  number integer not null
) strict;
