-- +goose Up

-- The programme. A row's doc holds the whole entity as JSON; columns beside it
-- are what statements select by or change on their own.
create table partner (
  id   text collate "C" primary key,
  slug text collate "C" not null unique,
  doc  json not null
);

create table brand (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  doc        json not null
);

create table event (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  slug       text collate "C" not null unique,
  doc        json not null
);

create table venue (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  slug       text collate "C" not null unique,
  name       text not null,
  city       text collate "C" not null, -- slug
  doc        json not null
);
create index venue_city on venue (city, name);

create table hall (
  id       text collate "C" primary key,
  venue_id text collate "C" not null references venue (id),
  doc      json not null
);

-- Stored maps never change: shows sell from a version.
create table seat_map (
  id      text collate "C" primary key,
  hall_id text collate "C" not null references hall (id),
  version integer not null,
  doc     json not null,
  unique (hall_id, version)
);

create table price_list (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  version    integer not null,
  doc        json not null
);

create table tax_table (
  id  text collate "C" primary key,
  doc json not null
);

create table policy (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  doc        json not null
);

create table show (
  id            text collate "C" primary key,
  partner_id    text collate "C" not null references partner (id),
  event_id      text collate "C" not null references event (id),
  venue_id      text collate "C" not null references venue (id),
  seat_map_id   text collate "C" not null references seat_map (id),
  price_list_id text collate "C" not null references price_list (id),
  city          text collate "C" not null, -- slug of the venue's city
  starts_at     timestamptz not null,
  local_date    text collate "C" not null, -- the venue's calendar day
  status        text collate "C" not null,
  version       integer not null,
  doc           json not null
);
-- What is on in a city is answered from the index alone.
create index show_city on show (city, starts_at, status, event_id, venue_id);
create index show_day on show (city, local_date, starts_at);
create index show_event on show (event_id, starts_at);
create index show_venue on show (venue_id, starts_at);
create index show_cancelled on show (id) where status = 'cancelled';

-- Inventory. A seat that is neither held nor sold nor blocked has no row. Only
-- the judge writes these tables, having locked the show's inventory row.
create table inventory (
  show_id text collate "C" primary key references show (id),
  version bigint not null
);

create table seat_claim (
  show_id text collate "C" not null,
  seat    integer not null,      -- number in the seat map's plan
  status  smallint not null check (status in (1, 2, 3)), -- held, sold, blocked
  hold_id text collate "C" not null,
  until   timestamptz,              -- when a held seat may be taken over; null for sold
  primary key (show_id, seat)
);

create table quota (
  show_id  text collate "C" not null,
  quota    text collate "C" not null,
  capacity integer not null,
  held     integer not null,
  sold     integer not null,
  primary key (show_id, quota),
  constraint quota_capacity check (held >= 0 and sold >= 0 and held + sold <= capacity)
);

create table hold (
  id             text collate "C" primary key,
  show_id        text collate "C" not null,
  state          text collate "C" not null,
  buyer          text collate "C" not null,
  seats          json not null,
  areas          json not null,
  created_at     timestamptz not null,
  expires_at     timestamptz,
  pay_by         timestamptz,
  sold_at        timestamptz,
  due_at         timestamptz,        -- when hygiene should look at it: the end of an open hold
  extended       integer not null,
  reason         text collate "C" not null
);
create index hold_show on hold (show_id) where state in ('held', 'paying', 'sold', 'house');
create index hold_due on hold (due_at) where due_at is not null;

-- What the services keep with a hold: its items and frozen quote. Apart, so that a hold's way
-- from held to sold does not write it again.
create table hold_detail (
  hold_id text collate "C" primary key,
  detail  json not null,
  version integer not null
);

-- Quotes are a little too long for Postgres to keep in the row by default, and compressing
-- one takes longer than writing it.
alter table hold_detail set (toast_tuple_target = 8160);
alter table hold_detail alter column detail set storage external;

-- What changed in each version, for live pages and for the other nodes' memory.
create table seat_frame (
  show_id text collate "C" not null,
  version bigint not null,
  frame   text collate "C" not null,
  made_at timestamptz not null,
  primary key (show_id, version)
);
create index seat_frame_made on seat_frame (made_at);

-- Vouchers.
create table voucher (
  id         text collate "C" primary key,
  partner_id text collate "C" not null references partner (id),
  code       text collate "C" not null, -- normalized
  locked     bigint not null default 0, -- raised to lock the row
  doc        json not null,
  unique (partner_id, code)
);

create table voucher_use (
  voucher_id text collate "C" not null references voucher (id),
  hold_id    text collate "C" not null,
  buyer      text collate "C" not null,
  tickets    integer not null,
  until      timestamptz,
  paid       boolean not null,
  primary key (voucher_id, hold_id)
);
create index voucher_use_hold on voucher_use (hold_id);

-- Bookings.
create table booking (
  id          text collate "C" primary key,
  reference   text collate "C" not null unique,
  partner_id  text collate "C" not null,
  show_id     text collate "C" not null,
  hold_id     text collate "C" not null unique,
  status      text collate "C" not null,
  total_minor bigint not null,
  currency    text collate "C" not null,
  created_at  timestamptz not null,
  version     integer not null,
  doc         json not null
);
create index booking_show on booking (show_id, id);
create index booking_open on booking (id) where status in ('draft', 'awaiting_payment');

-- What a booking's doc says of its tickets once it was paid, where constraints and gates can see it.
create table ticket (
  id         text collate "C" primary key,
  booking_id text collate "C" not null references booking (id),
  show_id    text collate "C" not null,
  serial     integer not null,
  seat       integer,             -- null for an area place
  area       text collate "C" not null,       -- empty for a seat
  amount_minor bigint not null, -- price and its share of the booking's fees
  status     text collate "C" not null,
  unique (booking_id, serial)
);
-- The second wall behind seat_claim: a seat has one living ticket.
create unique index ticket_seat on ticket (show_id, seat) where seat is not null and status <> 'cancelled';

-- Payments.
create table intent (
  id             text collate "C" primary key,
  booking_id     text collate "C" not null references booking (id),
  gateway        text collate "C" not null,
  gateway_ref    text collate "C" not null,
  status         text collate "C" not null,
  currency       text collate "C" not null,
  amount_minor   bigint not null,
  captured_minor bigint not null,
  refunded_minor bigint not null, -- refunds recorded, sent or not
  inquire_at     timestamptz,
  version        integer not null,
  doc            json not null,
  constraint intent_refunds check (refunded_minor >= 0 and refunded_minor <= captured_minor)
);
create index intent_booking on intent (booking_id);
create index intent_ref on intent (gateway, gateway_ref);
create index intent_due on intent (inquire_at) where inquire_at is not null;

create table refund (
  id           text collate "C" primary key,
  key          text collate "C" not null unique,
  intent_id    text collate "C" not null references intent (id),
  booking_id   text collate "C" not null references booking (id),
  status       text collate "C" not null,
  currency     text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  next_at      timestamptz,
  attempts     integer not null,
  doc          json not null
);
create index refund_booking on refund (booking_id);
create index refund_intent on refund (intent_id);
create index refund_due on refund (next_at) where next_at is not null;
create index refund_failed on refund (id) where status = 'failed';

create table gateway_event (
  gateway text collate "C" not null,
  event   text collate "C" not null,
  seen_at timestamptz not null,
  primary key (gateway, event)
);

-- Messages.
create table message (
  id           text collate "C" primary key,
  topic        text collate "C" not null,
  key          text collate "C" not null,
  body         json not null,
  created_at   timestamptz not null,
  status       text collate "C" not null,
  attempts     integer not null default 0,
  next_at      timestamptz,
  leased_until timestamptz,
  delivered_at timestamptz,
  last_error   text collate "C" not null default '',
  sinks        json
);
create index message_pending on message (next_at, id) where status = 'pending';
create index message_done on message (delivered_at) where status = 'delivered';
create index message_dead on message (id) where status = 'dead';
create index message_catalog on message (created_at, id) where topic = 'catalog.changed';

create table mail (
  id         text collate "C" primary key,
  recipient  text collate "C" not null,
  created_at timestamptz not null,
  doc        json not null
);
create index mail_recipient on mail (recipient, created_at);
create index mail_created on mail (created_at);

-- Pictures do not get smaller, and mails are read seldom.
alter table mail set (toast_tuple_target = 8160);
alter table mail alter column doc set storage external;

create table idempotency_key (
  scope       text collate "C" not null,
  key         text collate "C" not null,
  hash        text collate "C" not null,
  done        boolean not null,
  answer      json,
  lease_until timestamptz not null,
  expires_at  timestamptz not null,
  primary key (scope, key)
);
create index idempotency_key_expiry on idempotency_key (expires_at);

-- Waiting lists.
create table waitlist_entry (
  id      text collate "C" primary key,
  show_id text collate "C" not null references show (id),
  person  text collate "C" not null, -- email address in lower case
  state   text collate "C" not null,
  number  bigint not null, -- place in the line
  until   timestamptz, -- end of a running offer
  version integer not null,
  doc     json not null
);
create unique index waitlist_person on waitlist_entry (show_id, person);
create unique index waitlist_number on waitlist_entry (show_id, number);
create index waitlist_open on waitlist_entry (show_id, number, until) where state in ('waiting', 'offered');

create table setting (
  key   text collate "C" primary key,
  value bytea not null
);
