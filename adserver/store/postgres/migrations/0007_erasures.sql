-- +goose Up

-- Who was erased, so that each node hears of it, and up to which number each has carried that out.
create table ad_erasure (
  uid    bigint primary key,
  number bigint not null,
  at     bigint not null
);
create index ad_erasure_number on ad_erasure (number);
create index ad_erasure_at on ad_erasure (at);

create table ad_erasure_count (
  number bigint not null -- of the last one; one row
);
insert into ad_erasure_count (number) values (0);

create table ad_heard (
  node   bigint primary key,
  number bigint not null
);
