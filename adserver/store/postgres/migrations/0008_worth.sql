-- +goose Up

-- What conversions were worth, as their advertiser says, in billionths of a unit of its currency.
alter table ad_fact add column value bigint not null default 0;
