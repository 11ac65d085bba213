-- +goose Up

-- The programme. A row's doc holds the whole entity as JSON; columns beside it
-- are what statements select by or change on their own.
create table partner (
  id   text primary key,
  slug text not null unique,
  doc  text not null
) strict;

create table brand (
  id         text primary key,
  partner_id text not null references partner (id),
  doc        text not null
) strict;

create table event (
  id         text primary key,
  partner_id text not null references partner (id),
  slug       text not null unique,
  doc        text not null
) strict;

create table venue (
  id         text primary key,
  partner_id text not null references partner (id),
  slug       text not null unique,
  name       text not null,
  city       text not null, -- slug
  doc        text not null
) strict;
create index venue_city on venue (city, name);

create table hall (
  id       text primary key,
  venue_id text not null references venue (id),
  doc      text not null
) strict;

-- Stored maps never change: shows sell from a version.
create table seat_map (
  id      text primary key,
  hall_id text not null references hall (id),
  version integer not null,
  doc     text not null,
  unique (hall_id, version)
) strict;

create table price_list (
  id         text primary key,
  partner_id text not null references partner (id),
  version    integer not null,
  doc        text not null
) strict;

create table tax_table (
  id  text primary key,
  doc text not null
) strict;

create table policy (
  id         text primary key,
  partner_id text not null references partner (id),
  doc        text not null
) strict;

create table show (
  id            text primary key,
  partner_id    text not null references partner (id),
  event_id      text not null references event (id),
  venue_id      text not null references venue (id),
  seat_map_id   text not null references seat_map (id),
  price_list_id text not null references price_list (id),
  city          text not null, -- slug of the venue's city
  starts_at     integer not null,
  local_date    text not null, -- the venue's calendar day
  status        text not null,
  version       integer not null,
  doc           text not null
) strict;
-- What is on in a city is answered from the index alone.
create index show_city on show (city, starts_at, status, event_id, venue_id);
create index show_day on show (city, local_date, starts_at);
create index show_event on show (event_id, starts_at);
create index show_venue on show (venue_id, starts_at);
create index show_cancelled on show (id) where status = 'cancelled';

-- Inventory. A seat that is neither held nor sold nor blocked has no row. Only
-- the judge writes these tables, having locked the show's inventory row.
create table inventory (
  show_id text primary key references show (id),
  version integer not null
) strict;

create table seat_claim (
  show_id text not null,
  seat    integer not null,      -- number in the seat map's plan
  status  integer not null check (status in (1, 2, 3)), -- held, sold, blocked
  hold_id text not null,
  until   integer,              -- when a held seat may be taken over; null for sold
  primary key (show_id, seat)
) strict, without rowid;

create table quota (
  show_id  text not null,
  quota    text not null,
  capacity integer not null,
  held     integer not null,
  sold     integer not null,
  primary key (show_id, quota),
  constraint quota_capacity check (held >= 0 and sold >= 0 and held + sold <= capacity)
) strict, without rowid;

create table hold (
  id             text primary key,
  show_id        text not null,
  state          text not null,
  buyer          text not null,
  seats          text not null,
  areas          text not null,
  created_at     integer not null,
  expires_at     integer,
  pay_by         integer,
  sold_at        integer,
  due_at         integer,        -- when hygiene should look at it: the end of an open hold
  extended       integer not null,
  reason         text not null
) strict;
create index hold_show on hold (show_id) where state in ('held', 'paying', 'sold', 'house');
create index hold_due on hold (due_at) where due_at is not null;

-- What the services keep with a hold: its items and frozen quote. Apart, so that a hold's way
-- from held to sold does not write it again.
create table hold_detail (
  hold_id text primary key,
  detail  text not null,
  version integer not null
) strict;

-- What changed in each version, for live pages and for the other nodes' memory.
create table seat_frame (
  show_id text not null,
  version integer not null,
  frame   text not null,
  made_at integer not null,
  primary key (show_id, version)
) strict, without rowid;
create index seat_frame_made on seat_frame (made_at);

-- Vouchers.
create table voucher (
  id         text primary key,
  partner_id text not null references partner (id),
  code       text not null, -- normalized
  locked     integer not null default 0, -- raised to lock the row
  doc        text not null,
  unique (partner_id, code)
) strict;

create table voucher_use (
  voucher_id text not null references voucher (id),
  hold_id    text not null,
  buyer      text not null,
  tickets    integer not null,
  until      integer,
  paid       integer not null,
  primary key (voucher_id, hold_id)
) strict, without rowid;
create index voucher_use_hold on voucher_use (hold_id);

-- Bookings.
create table booking (
  id          text primary key,
  reference   text not null unique,
  partner_id  text not null,
  show_id     text not null,
  hold_id     text not null unique,
  status      text not null,
  total_minor integer not null,
  currency    text not null,
  created_at  integer not null,
  version     integer not null,
  doc         text not null
) strict;
create index booking_show on booking (show_id, id);
create index booking_open on booking (id) where status in ('draft', 'awaiting_payment');

-- What a booking's doc says of its tickets once it was paid, where constraints and gates can see it.
create table ticket (
  id         text primary key,
  booking_id text not null references booking (id),
  show_id    text not null,
  serial     integer not null,
  seat       integer,             -- null for an area place
  area       text not null,       -- empty for a seat
  amount_minor integer not null, -- price and its share of the booking's fees
  status     text not null,
  unique (booking_id, serial)
) strict;
-- The second wall behind seat_claim: a seat has one living ticket.
create unique index ticket_seat on ticket (show_id, seat) where seat is not null and status <> 'cancelled';

-- Payments.
create table intent (
  id             text primary key,
  booking_id     text not null references booking (id),
  gateway        text not null,
  gateway_ref    text not null,
  status         text not null,
  currency       text not null,
  amount_minor   integer not null,
  captured_minor integer not null,
  refunded_minor integer not null, -- refunds recorded, sent or not
  inquire_at     integer,
  version        integer not null,
  doc            text not null,
  constraint intent_refunds check (refunded_minor >= 0 and refunded_minor <= captured_minor)
) strict;
create index intent_booking on intent (booking_id);
create index intent_ref on intent (gateway, gateway_ref);
create index intent_due on intent (inquire_at) where inquire_at is not null;

create table refund (
  id           text primary key,
  key          text not null unique,
  intent_id    text not null references intent (id),
  booking_id   text not null references booking (id),
  status       text not null,
  currency     text not null,
  amount_minor integer not null check (amount_minor > 0),
  next_at      integer,
  attempts     integer not null,
  doc          text not null
) strict;
create index refund_booking on refund (booking_id);
create index refund_intent on refund (intent_id);
create index refund_due on refund (next_at) where next_at is not null;
create index refund_failed on refund (id) where status = 'failed';

create table gateway_event (
  gateway text not null,
  event   text not null,
  seen_at integer not null,
  primary key (gateway, event)
) strict, without rowid;

-- Messages.
create table message (
  id           text primary key,
  topic        text not null,
  key          text not null,
  body         text not null,
  created_at   integer not null,
  status       text not null,
  attempts     integer not null default 0,
  next_at      integer,
  leased_until integer,
  delivered_at integer,
  last_error   text not null default '',
  sinks        text
) strict;
create index message_pending on message (next_at, id) where status = 'pending';
create index message_done on message (delivered_at) where status = 'delivered';
create index message_dead on message (id) where status = 'dead';
create index message_catalog on message (created_at, id) where topic = 'catalog.changed';

create table mail (
  id         text primary key,
  recipient  text not null,
  created_at integer not null,
  doc        text not null
) strict;
create index mail_recipient on mail (recipient, created_at);
create index mail_created on mail (created_at);

create table idempotency_key (
  scope       text not null,
  key         text not null,
  hash        text not null,
  done        integer not null,
  answer      text,
  lease_until integer not null,
  expires_at  integer not null,
  primary key (scope, key)
) strict, without rowid;
create index idempotency_key_expiry on idempotency_key (expires_at);

-- Waiting lists.
create table waitlist_entry (
  id      text primary key,
  show_id text not null references show (id),
  person  text not null, -- email address in lower case
  state   text not null,
  number  integer not null, -- place in the line
  until   integer, -- end of a running offer
  version integer not null,
  doc     text not null
) strict;
create unique index waitlist_person on waitlist_entry (show_id, person);
create unique index waitlist_number on waitlist_entry (show_id, number);
create index waitlist_open on waitlist_entry (show_id, number, until) where state in ('waiting', 'offered');

create table setting (
  key   text primary key,
  value blob not null
) strict;
