-- +goose Up

-- The people of the portal and what they decide. Times are whole microseconds since 1970, UTC; 0 for none.
create table ad_member (
  id         integer primary key autoincrement,
  email      text not null unique, -- in lower case
  password   text not null,        -- a hash; empty for who cannot sign in by one
  name       text not null,
  role       text not null,
  advertiser integer not null,     -- 0 for none
  publisher  integer not null,
  disabled   integer not null,
  created    integer not null,
  revision   integer not null
) strict;
create index ad_member_advertiser on ad_member (advertiser, id);
create index ad_member_publisher on ad_member (publisher, id);

create table ad_session (
  token   text primary key, -- a hash
  member  integer not null references ad_member (id),
  created integer not null,
  seen    integer not null,
  expires integer not null
) strict, without rowid;
create index ad_session_member on ad_session (member);
create index ad_session_expires on ad_session (expires);

create table ad_topup (
  id         integer primary key autoincrement,
  advertiser integer not null references ad_advertiser (id),
  minor      integer not null check (minor > 0),
  currency   text not null,
  gateway    text not null,
  intent     text not null, -- the gateway's; empty until it is known
  state      text not null,
  note       text not null,
  created    integer not null,
  settled    integer not null
) strict;
create index ad_topup_advertiser on ad_topup (advertiser, id);
create index ad_topup_state on ad_topup (state, id);
create unique index ad_topup_intent on ad_topup (gateway, intent) where intent <> '';

create table ad_payout (
  id        integer primary key autoincrement,
  publisher integer not null references ad_publisher (id),
  minor     integer not null check (minor > 0),
  currency  text not null,
  first_day integer not null, -- since 1970
  last_day  integer not null,
  state     text not null,
  note      text not null,
  created   integer not null,
  settled   integer not null
) strict;
create index ad_payout_publisher on ad_payout (publisher, id);
create index ad_payout_state on ad_payout (state, id);

create table ad_finding (
  id         integer primary key autoincrement,
  advertiser integer not null,
  publisher  integer not null,
  campaign   integer not null,
  line       integer not null,
  creative   integer not null,
  placement  integer not null,
  city       text not null,
  currency   text not null,
  day        integer not null,
  views      integer not null,
  clicks     integer not null,
  gross      integer not null,
  share      integer not null,
  state      text not null,
  created    integer not null,
  settled    integer not null,
  unique (day, line, creative, placement, city)
) strict;
create index ad_finding_advertiser on ad_finding (advertiser, id);
create index ad_finding_state on ad_finding (state, id);
create index ad_finding_publisher on ad_finding (publisher, state);

create table ad_asset (
  name    text primary key,
  mime    text not null,
  content blob not null
) strict;
