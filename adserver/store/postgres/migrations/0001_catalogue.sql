-- +goose Up

-- What is sold and bought. A doc holds the whole thing as JSON, but for its identifier. Nothing here is ever deleted.
create table ad_advertiser (
  id       bigint generated always as identity primary key,
  revision bigint not null,
  doc      text collate "C" not null
);

create table ad_campaign (
  id         bigint generated always as identity primary key,
  advertiser bigint not null references ad_advertiser (id),
  state      text collate "C" not null,
  revision   bigint not null,
  doc        text collate "C" not null
);
create index ad_campaign_advertiser on ad_campaign (advertiser, id);

create table ad_line (
  id         bigint generated always as identity primary key,
  campaign   bigint not null references ad_campaign (id),
  advertiser bigint not null references ad_advertiser (id),
  state      text collate "C" not null,
  revision   bigint not null,
  doc        text collate "C" not null
);
create index ad_line_campaign on ad_line (campaign, id);
create index ad_line_advertiser on ad_line (advertiser, id);

create table ad_creative (
  id         bigint generated always as identity primary key,
  line       bigint not null references ad_line (id),
  advertiser bigint not null references ad_advertiser (id),
  state      text collate "C" not null,
  revision   bigint not null,
  doc        text collate "C" not null
);
create index ad_creative_line on ad_creative (line, id);
create index ad_creative_advertiser on ad_creative (advertiser, id);
create index ad_creative_state on ad_creative (state, id);

create table ad_publisher (
  id       bigint generated always as identity primary key,
  slug     text collate "C" not null unique,
  revision bigint not null,
  doc      text collate "C" not null
);

create table ad_placement (
  id        bigint generated always as identity primary key,
  publisher bigint not null references ad_publisher (id),
  slug      text collate "C" not null,
  revision  bigint not null,
  doc       text collate "C" not null,
  unique (publisher, slug)
);
create index ad_placement_publisher on ad_placement (publisher, id);

-- How often the catalogue was changed: one row.
create table ad_version (
  one     bigint primary key check (one = 1),
  version bigint not null
);
insert into ad_version (one, version) values (1, 0);

-- Who did what. Times are whole microseconds since 1970, UTC.
create table ad_act (
  seq        bigint generated always as identity primary key,
  at         bigint not null,
  by         bigint not null, -- a member; 0 for the program itself
  what       text collate "C" not null,
  kind       text collate "C" not null,
  thing      bigint not null,
  doc_before text collate "C" not null, -- empty for what was not there
  doc_after  text collate "C" not null
);
create index ad_act_thing on ad_act (kind, thing, seq);
create index ad_act_by on ad_act (by, seq);

-- The last epoch of each node.
create table ad_epoch (
  node  bigint primary key,
  epoch bigint not null
);
