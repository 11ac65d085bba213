-- +goose Up

-- What viewers asked for, and their clicks. A uid is 64 bits, kept as a signed number.
create table ad_preference (
  uid          integer primary key,
  personalised integer not null,
  at           integer not null -- microseconds since 1970, as all times here
) strict;

create table ad_hidden (
  uid        integer not null,
  creative   integer not null, -- 0 for all of an advertiser
  advertiser integer not null,
  until      integer not null,
  primary key (uid, creative, advertiser)
) strict, without rowid;
create index ad_hidden_until on ad_hidden (until);

create table ad_click (
  node       integer not null,
  epoch      integer not null,
  serial     integer not null,
  uid        integer not null, -- 0 for nobody known
  at         integer not null,
  gross      integer not null,
  advertiser integer not null,
  doc        text not null, -- the place
  primary key (node, epoch, serial)
) strict, without rowid;
create index ad_click_uid on ad_click (uid) where uid <> 0;
create index ad_click_at on ad_click (at);

create table ad_conversion (
  node       integer not null,
  epoch      integer not null,
  serial     integer not null,
  kind       text not null,
  advertiser integer not null,
  order_ref  text not null, -- empty for none
  value      integer not null,
  at         integer not null,
  primary key (node, epoch, serial, kind)
) strict, without rowid;
create unique index ad_conversion_order on ad_conversion (advertiser, kind, order_ref) where order_ref <> '';
