-- +goose Up

-- Facts by quarters of an hour: by so much time zones differ, so that each zone's days are made of whole ones.
alter table ad_fact rename column hour to quarter;
update ad_fact set quarter = quarter * 4;
drop index ad_fact_hour;
create index ad_fact_quarter on ad_fact (quarter);
