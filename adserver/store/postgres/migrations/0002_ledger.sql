-- +goose Up

-- The books. Amounts are billionths of a currency's unit.

-- How far each node's journal is applied.
create table ad_position (
  node bigint primary key,
  upto bigint not null
);

-- What happened, summed up by the hour. Its lines' campaigns and its placements' publishers never change, so that they are not part of the key.
create table ad_fact (
  advertiser bigint not null,
  hour       bigint not null, -- since 1970, UTC
  line       bigint not null,
  creative   bigint not null,
  placement  bigint not null,
  city       text collate "C" not null,
  kind       bigint not null,
  reason     bigint not null, -- of invalid traffic; 0 for what counts
  campaign   bigint not null,
  publisher  bigint not null,
  currency   text collate "C" not null,
  n          bigint not null,
  gross      bigint not null,
  share      bigint not null,
  primary key (advertiser, hour, line, creative, placement, city, kind, reason)
);
create index ad_fact_publisher on ad_fact (publisher, hour);
create index ad_fact_hour on ad_fact (hour);

create table ad_entry (
  id   bigint generated always as identity primary key,
  ref  text collate "C" not null unique,
  kind text collate "C" not null,
  at   bigint not null, -- microseconds since 1970
  note text collate "C" not null
);
create index ad_entry_paid on ad_entry (id) where kind <> 'delivery';

create table ad_posting (
  entry    bigint not null references ad_entry (id),
  n        bigint not null,
  kind     text collate "C" not null,
  account  bigint not null,
  currency text collate "C" not null,
  amount   bigint not null,
  primary key (entry, n)
);
create index ad_posting_account on ad_posting (kind, account, currency, entry);

-- The sums of the postings.
create table ad_balance (
  kind     text collate "C" not null,
  account  bigint not null,
  currency text collate "C" not null,
  amount   bigint not null,
  primary key (kind, account, currency)
);

-- What is spent of each budget, and what nodes have leased of it and not spent. Kind 1 is a line's, 2 a campaign's, 3 an advertiser's. Day
-- is since 1970 in the advertiser's time zone, 0 for the whole time.
create table ad_budget (
  kind    bigint not null,
  id      bigint not null,
  day     bigint not null,
  spent   bigint not null default 0,
  leased  bigint not null default 0 check (leased >= 0),
  granted bigint not null default 0, -- by the last lease
  primary key (kind, id, day)
);
create index ad_budget_day on ad_budget (kind, day);

create table ad_node (
  node bigint primary key,
  seen bigint not null, -- microseconds since 1970
  gone bigint not null  -- 1 when its leases have been taken back
);

create table ad_lease (
  kind   bigint not null,
  id     bigint not null,
  day    bigint not null,
  node   bigint not null,
  amount bigint not null check (amount >= 0),
  primary key (kind, id, day, node)
);
create index ad_lease_node on ad_lease (node);
