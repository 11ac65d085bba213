-- +goose Up

-- The books. Amounts are billionths of a currency's unit.

-- How far each node's journal is applied.
create table ad_position (
  node integer primary key,
  upto integer not null
) strict;

-- What happened, summed up by the hour. Its lines' campaigns and its placements' publishers never change, so that they are not part of the key.
create table ad_fact (
  advertiser integer not null,
  hour       integer not null, -- since 1970, UTC
  line       integer not null,
  creative   integer not null,
  placement  integer not null,
  city       text not null,
  kind       integer not null,
  reason     integer not null, -- of invalid traffic; 0 for what counts
  campaign   integer not null,
  publisher  integer not null,
  currency   text not null,
  n          integer not null,
  gross      integer not null,
  share      integer not null,
  primary key (advertiser, hour, line, creative, placement, city, kind, reason)
) strict, without rowid;
create index ad_fact_publisher on ad_fact (publisher, hour);
create index ad_fact_hour on ad_fact (hour);

create table ad_entry (
  id   integer primary key autoincrement,
  ref  text not null unique,
  kind text not null,
  at   integer not null, -- microseconds since 1970
  note text not null
) strict;
create index ad_entry_paid on ad_entry (id) where kind <> 'delivery';

create table ad_posting (
  entry    integer not null references ad_entry (id),
  n        integer not null,
  kind     text not null,
  account  integer not null,
  currency text not null,
  amount   integer not null,
  primary key (entry, n)
) strict, without rowid;
create index ad_posting_account on ad_posting (kind, account, currency, entry);

-- The sums of the postings.
create table ad_balance (
  kind     text not null,
  account  integer not null,
  currency text not null,
  amount   integer not null,
  primary key (kind, account, currency)
) strict, without rowid;

-- What is spent of each budget, and what nodes have leased of it and not spent. Kind 1 is a line's, 2 a campaign's, 3 an advertiser's. Day
-- is since 1970 in the advertiser's time zone, 0 for the whole time.
create table ad_budget (
  kind    integer not null,
  id      integer not null,
  day     integer not null,
  spent   integer not null default 0,
  leased  integer not null default 0 check (leased >= 0),
  granted integer not null default 0, -- by the last lease
  primary key (kind, id, day)
) strict, without rowid;
create index ad_budget_day on ad_budget (kind, day);

create table ad_node (
  node integer primary key,
  seen integer not null, -- microseconds since 1970
  gone integer not null  -- 1 when its leases have been taken back
) strict;

create table ad_lease (
  kind   integer not null,
  id     integer not null,
  day    integer not null,
  node   integer not null,
  amount integer not null check (amount >= 0),
  primary key (kind, id, day, node)
) strict, without rowid;
create index ad_lease_node on ad_lease (node);
