-- +goose Up

-- What the gateway has given back of a payment, in all, in minor units.
alter table ad_topup add column refunded integer not null default 0;

-- What was given back of what is billed, as invalid traffic. A finding is of a day: its facts give back from the first on, until all of it is.
alter table ad_fact add column back integer not null default 0;
alter table ad_fact add column back_share integer not null default 0;
update ad_fact set back = ad_fact.back + x.back, back_share = ad_fact.back_share + x.back_share
from (
  select advertiser, quarter, line, creative, placement, city, kind, reason,
    case when gross_left <= 0 then 0 when gross_left < gross then gross_left else gross end as back,
    case when share_left <= 0 then 0 when share_left < share then share_left else share end as back_share
  from (
    select f.advertiser, f.quarter, f.line, f.creative, f.placement, f.city, f.kind, f.reason, f.gross, f.share,
      cast(d.gross + f.gross - sum(f.gross) over w as integer) as gross_left,
      cast(d.share + f.share - sum(f.share) over w as integer) as share_left
    from ad_finding d join ad_fact f on f.advertiser = d.advertiser and f.quarter >= cast(d.day as integer) * 96 and f.quarter < (cast(d.day as integer) + 1) * 96
      and f.line = d.line and f.placement = d.placement and d.creative in (0, f.creative) and d.city in ('', f.city)
    where d.state = 'refunded' and f.gross > 0
    window w as (partition by d.id order by f.quarter, f.creative, f.city, f.kind, f.reason)
  ) as l
) as x
where ad_fact.advertiser = x.advertiser and ad_fact.quarter = x.quarter and ad_fact.line = x.line and ad_fact.creative = x.creative
  and ad_fact.placement = x.placement and ad_fact.city = x.city and ad_fact.kind = x.kind and ad_fact.reason = x.reason;
