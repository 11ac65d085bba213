-- +goose Up

-- What is sold and bought. A doc holds the whole thing as JSON, but for its identifier. Nothing here is ever deleted.
create table ad_advertiser (
  id       integer primary key autoincrement,
  revision integer not null,
  doc      text not null
) strict;

create table ad_campaign (
  id         integer primary key autoincrement,
  advertiser integer not null references ad_advertiser (id),
  state      text not null,
  revision   integer not null,
  doc        text not null
) strict;
create index ad_campaign_advertiser on ad_campaign (advertiser, id);

create table ad_line (
  id         integer primary key autoincrement,
  campaign   integer not null references ad_campaign (id),
  advertiser integer not null references ad_advertiser (id),
  state      text not null,
  revision   integer not null,
  doc        text not null
) strict;
create index ad_line_campaign on ad_line (campaign, id);
create index ad_line_advertiser on ad_line (advertiser, id);

create table ad_creative (
  id         integer primary key autoincrement,
  line       integer not null references ad_line (id),
  advertiser integer not null references ad_advertiser (id),
  state      text not null,
  revision   integer not null,
  doc        text not null
) strict;
create index ad_creative_line on ad_creative (line, id);
create index ad_creative_advertiser on ad_creative (advertiser, id);
create index ad_creative_state on ad_creative (state, id);

create table ad_publisher (
  id       integer primary key autoincrement,
  slug     text not null unique,
  revision integer not null,
  doc      text not null
) strict;

create table ad_placement (
  id        integer primary key autoincrement,
  publisher integer not null references ad_publisher (id),
  slug      text not null,
  revision  integer not null,
  doc       text not null,
  unique (publisher, slug)
) strict;
create index ad_placement_publisher on ad_placement (publisher, id);

-- How often the catalogue was changed: one row.
create table ad_version (
  one     integer primary key check (one = 1),
  version integer not null
) strict;
insert into ad_version (one, version) values (1, 0);

-- Who did what. Times are whole microseconds since 1970, UTC.
create table ad_act (
  seq        integer primary key autoincrement,
  at         integer not null,
  by         integer not null, -- a member; 0 for the program itself
  what       text not null,
  kind       text not null,
  thing      integer not null,
  doc_before text not null, -- empty for what was not there
  doc_after  text not null
) strict;
create index ad_act_thing on ad_act (kind, thing, seq);
create index ad_act_by on ad_act (by, seq);

-- The last epoch of each node.
create table ad_epoch (
  node  integer primary key,
  epoch integer not null
) strict;
