-- +goose Up

-- What experiments saw. Times are whole microseconds since 1970, UTC; a person's unit is their user_id.
create table rec_exposure (
  experiment text not null,
  unit       text not null,
  at         integer not null,
  surface    text not null,
  arm        text not null,
  items      text not null, -- a JSON list of ids
  primary key (experiment, unit, at, surface)
) strict, without rowid;
create index rec_exposure_unit on rec_exposure (unit);
create index rec_exposure_at on rec_exposure (at);

create table rec_outcome (
  unit    text not null,
  item_id text not null,
  kind    text not null,
  at      integer not null,
  primary key (unit, item_id, kind, at)
) strict, without rowid;
create index rec_outcome_at on rec_outcome (at);
