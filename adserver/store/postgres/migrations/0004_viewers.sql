-- +goose Up

-- What viewers asked for, and their clicks. A uid is 64 bits, kept as a signed number.
create table ad_preference (
  uid          bigint primary key,
  personalised bigint not null,
  at           bigint not null -- microseconds since 1970, as all times here
);

create table ad_hidden (
  uid        bigint not null,
  creative   bigint not null, -- 0 for all of an advertiser
  advertiser bigint not null,
  until      bigint not null,
  primary key (uid, creative, advertiser)
);
create index ad_hidden_until on ad_hidden (until);

create table ad_click (
  node       bigint not null,
  epoch      bigint not null,
  serial     bigint not null,
  uid        bigint not null, -- 0 for nobody known
  at         bigint not null,
  gross      bigint not null,
  advertiser bigint not null,
  doc        text collate "C" not null, -- the place
  primary key (node, epoch, serial)
);
create index ad_click_uid on ad_click (uid) where uid <> 0;
create index ad_click_at on ad_click (at);

create table ad_conversion (
  node       bigint not null,
  epoch      bigint not null,
  serial     bigint not null,
  kind       text collate "C" not null,
  advertiser bigint not null,
  order_ref  text collate "C" not null, -- empty for none
  value      bigint not null,
  at         bigint not null,
  primary key (node, epoch, serial, kind)
);
create unique index ad_conversion_order on ad_conversion (advertiser, kind, order_ref) where order_ref <> '';
