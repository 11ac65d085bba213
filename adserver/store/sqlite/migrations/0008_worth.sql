-- +goose Up

-- What conversions were worth, as their advertiser says, in billionths of a unit of its currency.
alter table ad_fact add column value integer not null default 0;
