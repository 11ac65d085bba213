-- +goose Up

-- What experiments saw. Times are whole microseconds since 1970, UTC; a person's unit is their user_id.
create table rec_exposure (
  experiment text collate "C" not null,
  unit       text collate "C" not null,
  at         bigint not null,
  surface    text collate "C" not null,
  arm        text collate "C" not null,
  items      text collate "C" not null, -- a JSON list of ids
  primary key (experiment, unit, at, surface)
);
create index rec_exposure_unit on rec_exposure (unit);
create index rec_exposure_at on rec_exposure (at);

create table rec_outcome (
  unit    text collate "C" not null,
  item_id text collate "C" not null,
  kind    text collate "C" not null,
  at      bigint not null,
  primary key (unit, item_id, kind, at)
);
create index rec_outcome_at on rec_outcome (at);
