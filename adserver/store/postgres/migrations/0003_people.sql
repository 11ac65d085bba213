-- +goose Up

-- The people of the portal and what they decide. Times are whole microseconds since 1970, UTC; 0 for none.
create table ad_member (
  id         bigint generated always as identity primary key,
  email      text collate "C" not null unique, -- in lower case
  password   text collate "C" not null,        -- a hash; empty for who cannot sign in by one
  name       text collate "C" not null,
  role       text collate "C" not null,
  advertiser bigint not null,     -- 0 for none
  publisher  bigint not null,
  disabled   bigint not null,
  created    bigint not null,
  revision   bigint not null
);
create index ad_member_advertiser on ad_member (advertiser, id);
create index ad_member_publisher on ad_member (publisher, id);

create table ad_session (
  token   text collate "C" primary key, -- a hash
  member  bigint not null references ad_member (id),
  created bigint not null,
  seen    bigint not null,
  expires bigint not null
);
create index ad_session_member on ad_session (member);
create index ad_session_expires on ad_session (expires);

create table ad_topup (
  id         bigint generated always as identity primary key,
  advertiser bigint not null references ad_advertiser (id),
  minor      bigint not null check (minor > 0),
  currency   text collate "C" not null,
  gateway    text collate "C" not null,
  intent     text collate "C" not null, -- the gateway's; empty until it is known
  state      text collate "C" not null,
  note       text collate "C" not null,
  created    bigint not null,
  settled    bigint not null
);
create index ad_topup_advertiser on ad_topup (advertiser, id);
create index ad_topup_state on ad_topup (state, id);
create unique index ad_topup_intent on ad_topup (gateway, intent) where intent <> '';

create table ad_payout (
  id        bigint generated always as identity primary key,
  publisher bigint not null references ad_publisher (id),
  minor     bigint not null check (minor > 0),
  currency  text collate "C" not null,
  first_day bigint not null, -- since 1970
  last_day  bigint not null,
  state     text collate "C" not null,
  note      text collate "C" not null,
  created   bigint not null,
  settled   bigint not null
);
create index ad_payout_publisher on ad_payout (publisher, id);
create index ad_payout_state on ad_payout (state, id);

create table ad_finding (
  id         bigint generated always as identity primary key,
  advertiser bigint not null,
  publisher  bigint not null,
  campaign   bigint not null,
  line       bigint not null,
  creative   bigint not null,
  placement  bigint not null,
  city       text collate "C" not null,
  currency   text collate "C" not null,
  day        bigint not null,
  views      bigint not null,
  clicks     bigint not null,
  gross      bigint not null,
  share      bigint not null,
  state      text collate "C" not null,
  created    bigint not null,
  settled    bigint not null,
  unique (day, line, creative, placement, city)
);
create index ad_finding_advertiser on ad_finding (advertiser, id);
create index ad_finding_state on ad_finding (state, id);
create index ad_finding_publisher on ad_finding (publisher, state);

create table ad_asset (
  name    text collate "C" primary key,
  mime    text collate "C" not null,
  content bytea not null
);
